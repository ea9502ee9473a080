"""The checks before a publication; __main__.py lists them."""
