"""Tests of the documentation: its blocks of code run, and its site is whole and loads nothing from elsewhere.

docs/contributing.md says what a block can be, and what a comment can say about it.
"""
