"""load_cases of ACME."""
