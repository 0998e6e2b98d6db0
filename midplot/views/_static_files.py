"""Reads the hand-written CSS, JavaScript and HTML that come with the package."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from midplot.views._bundle import bundle

__all__ = ["page_script", "static_text", "widget_script"]

_STATIC = files("midplot.views").joinpath("static")


@cache
def static_text(name: str) -> str:
    """Return the text of a file in ``midplot/views/static``."""
    return _STATIC.joinpath(name).read_text(encoding="utf-8")


@cache
def widget_script(name: str) -> str:
    """Return a script with its modules, as the ``_esm`` of a widget."""
    # Not a path: anywidget would watch the file, and its watcher keeps every widget of the class alive.
    return bundle(_STATIC, name)


@cache
def page_script(name: str) -> str:
    """Return a script with its modules for the ``script`` element of a page, without adding a global name."""
    return f'(() => {{\n"use strict";\n{bundle(_STATIC, name)}}})();\n'
