"""Measurements against rivals, all in one run: `python -m benchmarks`."""
