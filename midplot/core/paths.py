"""Paths as people give them: with a ``~`` for their own folder."""

from __future__ import annotations

import os
from pathlib import Path

from midplot.errors import ArgumentError

__all__ = ["given_path"]


def given_path(path: str | os.PathLike[str], argument: str = "path") -> Path:
    """Return a path that a person gave, with ``~`` and ``~name`` replaced by the folder that they stand for.

    Parameters
    ----------
    path
        As it was given.
    argument
        What messages call it.

    Raises
    ------
    ArgumentError
        If nobody is called so, or if it holds a NUL, which no path can.

    Examples
    --------
    >>> given_path("data/X_train.parquet").parts
    ('data', 'X_train.parquet')
    """
    text = os.fspath(path)
    if "\0" in text:
        raise ArgumentError(f"{argument}: {text!r} holds a NUL, which no path can. Give the path without it.")
    if not text.startswith("~"):
        return Path(text)  # also where it is ./~, which is no home
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        name = Path(text).parts[0]
        raise ArgumentError(
            f"{argument}: there is no folder for {name!r} in {text!r}. Write the path in full, "
            f"or ./{name} where the folder is called so."
        ) from error
