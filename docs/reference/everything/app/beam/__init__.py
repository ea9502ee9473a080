"""The beam: what users fill in, the calculation, and what they see of it."""
