"""Tests of the documentation: its blocks of code run, and its site is whole and loads nothing from elsewhere.

What a block may be, and what is said of it in comments, is told in docs/contributing.md.
"""
