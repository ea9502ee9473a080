"""Tests of the app; `viktor-cli test` and pytest both run them."""
