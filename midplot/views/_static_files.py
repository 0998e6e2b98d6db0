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
    """Return a script with its modules, as the ``_esm`` of a widget.

    A text, not a path: of a path anywidget keeps a watcher with the class, which holds on to each widget that was made.
    """
    return bundle(_STATIC, name)


@cache
def page_script(name: str) -> str:
    """Return a script with its modules for the ``script`` element of a page: no module, and no name of it is global."""
    return f'(() => {{\n"use strict";\n{bundle(_STATIC, name)}}})();\n'
