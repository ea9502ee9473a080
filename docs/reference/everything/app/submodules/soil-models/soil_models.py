"""soil-models."""
