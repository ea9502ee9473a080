"""Tells whether this app can be published, and whether each package comes from its own place."""
