"""Reads the hand-written CSS, JavaScript and HTML that come with the package."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

__all__ = ["static_text"]


@cache
def static_text(name: str) -> str:
    """Return the text of a file in ``midplot/views/static``."""
    return files("midplot.views").joinpath("static", name).read_text(encoding="utf-8")
