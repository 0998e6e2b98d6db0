"""Writes a page to a file, either completely or not at all, and plotly into it or beside it."""

from __future__ import annotations

import re
from os import PathLike
from pathlib import Path
from typing import Final, Literal

from midplot._files import given_path, replace_file
from midplot.errors import ArgumentError, ArgumentTypeError
from midplot.views.chart._plotly_loaded import get_plotlyjs
from midplot.views.pages._shell import ITS_OWN_SCRIPTS

__all__ = ["INSIDE", "PLOTLY", "Plotly", "plotly_script", "script_policy", "write_page", "write_plotly"]

Plotly = Literal["inside", "shared"]

PLOTLY: Final[tuple[Plotly, ...]] = ("inside", "shared")
"""Where a page has plotly: in itself, or in a file beside it that all pages of the folder share."""

INSIDE: Final = PLOTLY[0]


def write_page(text: str, path: str | PathLike[str]) -> Path:
    """Write a page. An existing file is replaced only once all of the new one is written.

    Parameters
    ----------
    text
        HTML of the page.
    path
        The file to write. Its folder is created if it does not exist.

    Returns
    -------
    pathlib.Path
        The path of the page.

    Raises
    ------
    ArgumentError
        If the path is a folder, lies within something that is not one, or cannot be written. What was there before
        is untouched.
    ArgumentTypeError
        If it is not a path.
    """
    try:
        target = given_path(path)
    except TypeError as error:
        raise ArgumentTypeError(
            f"{path!r} is not a path", where="path", advice="Give the name of a file to write."
        ) from error
    try:
        if target.is_dir():
            raise ArgumentError(
                f"{str(target)!r} is a folder",
                where="path",
                advice="Give the name of a file in it, such as report.html.",
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        # Names may hold lone surrogates, which UTF-8 has no bytes for.
        replace_file(target, text.encode("utf-8", "xmlcharrefreplace"))
    except (FileExistsError, NotADirectoryError) as error:
        raise ArgumentError(
            f"{str(target)!r} lies within {str(error.filename)!r}, which is a file",
            where="path",
            advice="Give another folder.",
        ) from error
    except OSError as error:
        raise ArgumentError(
            f"{str(target)!r} cannot be written ({error.strerror})",
            where="path",
            advice="Name another file.",
        ) from error
    return target


def plotly_script(plotly: str) -> str:
    """Return the script element by which a page has plotly.

    Parameters
    ----------
    plotly
        One of `PLOTLY`.

    Raises
    ------
    ArgumentError
        If it is something else.
    """
    if plotly not in PLOTLY:
        raise ArgumentError(f"got {plotly!r}", where="plotly", advice="Give 'inside' or 'shared'.")
    return f"<script>{get_plotlyjs()}</script>" if plotly == INSIDE else f'<script src="{_file_name()}"></script>'


def script_policy(plotly: str) -> str:
    """Return which scripts a page may run: those in it and, if it shares plotly, those of its folder."""
    # Of a page that was opened from a disk, `self` is nothing in some browsers.
    return ITS_OWN_SCRIPTS if plotly == INSIDE else f"{ITS_OWN_SCRIPTS} 'self' file:"


def write_plotly(page: Path) -> None:
    """Write plotly beside a page, unless it is there already."""
    target = page.parent / _file_name()
    content = get_plotlyjs().encode("utf-8")
    if not (target.is_file() and target.stat().st_size == len(content)):
        write_page(content.decode("utf-8"), target)


def _file_name() -> str:
    # With its version, so that a newer midplot does not replace what older pages were made for.
    found = re.search(r"plotly\.js v([\w.-]+)", get_plotlyjs()[:500])
    return f"plotly-{found[1]}.min.js" if found else "plotly.min.js"
