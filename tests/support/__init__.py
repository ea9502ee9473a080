"""What the tests, the benchmarks and the reference apps are made with: one job a module."""
