"""Tests of what is published: the wheel and the sdist in `dist`, and the wheel in fresh environments outside the clone.

They are run by `make dist` and `make wheel`, not with the other tests: they need the built files, and they install packages.
"""
