"""acme-sections of ACME."""
