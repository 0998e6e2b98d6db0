"""Writes a page to a file whole or not at all."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from midplot._files import given_path, replace_file
from midplot.errors import ArgumentError, ArgumentTypeError

__all__ = ["write_page"]


def write_page(text: str, path: str | PathLike[str]) -> Path:
    """Write a page, replacing what was there only when all of it is written.

    Parameters
    ----------
    text
        The page.
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
            f"{path!r} is not a path",
            where="path",
            advice="Give the name of a file to write.",
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
