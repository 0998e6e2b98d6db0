"""Renders backticks in the help of commands as code: there they name files and functions, not objects."""

from __future__ import annotations

import re

import click
from sphinx.application import Sphinx

BACKTICKS = re.compile(r"(?<!`)`([^`]+)`(?!`)")


def setup(app: Sphinx) -> dict[str, bool]:
    """Go through all help that sphinx-click writes."""
    for part in ("description", "options", "arguments", "epilog"):
        app.connect(f"sphinx-click-process-{part}", _as_code)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _as_code(_app: Sphinx, _context: click.Context, lines: list[str]) -> None:
    lines[:] = [BACKTICKS.sub(r"``\1``", line) for line in lines]
