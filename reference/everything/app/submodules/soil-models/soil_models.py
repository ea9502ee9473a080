"""soil-models of ACME."""
