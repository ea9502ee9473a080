"""What the template costs its users, beside other ways to the same end: `make bench`."""
