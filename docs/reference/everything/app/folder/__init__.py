"""The folder: what keeps the beams of a project together."""
