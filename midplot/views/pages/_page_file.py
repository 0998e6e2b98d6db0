"""Writes a page to a file, either completely or not at all."""

from __future__ import annotations

import os
from os import PathLike
from pathlib import Path
from uuid import uuid4

from midplot._files import given_path
from midplot.errors import ArgumentError, ArgumentTypeError

__all__ = ["write_page"]


def write_page(text: str, path: str | PathLike[str]) -> Path:
    """Write a page. An existing file is replaced only once all of the new one is written.

    Parameters
    ----------
    text
        HTML of the page.
    path
        File to write. Its folder is created if necessary.

    Returns
    -------
    pathlib.Path
        Path of the file.

    Raises
    ------
    ArgumentError
        If the path is a folder, or is inside something that is not one.
    ArgumentTypeError
        If it is not a path.
    """
    target = _checked(path)
    # Not by `tempfile`, whose files only their owner can read: a page is made to be passed on.
    unfinished = target.with_name(f".{target.name[:100]}.{uuid4().hex}.tmp")
    try:
        with unfinished.open("xb") as file:
            # Lone surrogates, which a stream's name may contain, cannot be encoded.
            file.write(text.encode("utf-8", "xmlcharrefreplace"))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target


def _checked(path: str | PathLike[str]) -> Path:
    try:
        target = given_path(path)
    except TypeError as error:
        raise ArgumentTypeError(
            f"{path!r} is not a path", where="path", advice="Give the name of a file to write."
        ) from error
    if target.is_dir():
        raise ArgumentError(
            f"{str(target)!r} is a folder",
            where="path",
            advice="Give the name of a file in it, such as report.html.",
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise ArgumentError(
            f"{str(target)!r} lies within {str(error.filename)!r}, which is a file",
            where="path",
            advice="Give another folder.",
        ) from error
    return target
