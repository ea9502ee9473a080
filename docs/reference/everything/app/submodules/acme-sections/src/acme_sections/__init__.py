"""acme-sections."""
