"""Drives a real Jupyter in headless Chromium: what a person sees and touches is tested here.

A package, so that its server and browser, which are fixtures of package scope, end with its last test: Playwright's
synchronous interface keeps an event loop marked as running, and no other test should meet that.
"""
