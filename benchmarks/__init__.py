"""Measures what midplot promises of its speed, on the machine at hand: ``python -m benchmarks``.

No test fails on a time. Every promise is a ratio of medians, its two sides measured in turns in one run.
"""
