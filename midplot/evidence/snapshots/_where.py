"""Where a snapshot is kept, and how it names the data that it was taken on."""

from __future__ import annotations

import os
from pathlib import Path, PurePath
from typing import Final

from midplot._files import given_path
from midplot.errors import ArgumentTypeError
from midplot.evidence.snapshots._snapshot import split_file
from midplot.scenarios.store._naming import slug

__all__ = ["DEFAULT_SNAPSHOTS", "SAMPLE", "near", "place_for", "relative", "seen_from_here"]

DEFAULT_SNAPSHOTS: Final = "snapshots"
"""The folder where snapshots are kept unless another is named."""

SAMPLE: Final = "sample"
"""What a snapshot names as its data if they are the embedded sample."""


def place_for(title: str, into: str | os.PathLike[str] | None) -> Path:
    """Return the file for the snapshot of an attacker.

    Parameters
    ----------
    title
        The attacker's file, with the name chosen in it if there is one, or its own name.
    into
        A file that ends in ``.json``, or a folder; None for the default folder.

    Examples
    --------
    >>> place_for("attack.py:Trend", None).as_posix(), place_for("attack.py", "kept/first.json").as_posix()
    ('snapshots/attack.Trend.json', 'kept/first.json')
    """
    given = given_path(DEFAULT_SNAPSHOTS if into is None else into, "--into")
    if given.suffix.lower() == ".json" and not given.is_dir():
        return given
    file, chosen = split_file(title)
    stem = PurePath(file).stem
    # A name that no file system minds stays as it is; others, such as <lambda>, become one.
    stem = stem if stem.replace("_", "").replace("-", "").replace(".", "").isalnum() else slug(stem)
    return given / (f"{stem}.json" if chosen is None else f"{stem}.{chosen}.json")


def relative(given: str | os.PathLike[str], folder: Path) -> str:
    """Return a path as a snapshot keeps it: one that was given as relative becomes relative to the snapshot's folder.

    Raises
    ------
    ArgumentTypeError
        If it is not a path.
    """
    try:
        path = os.fspath(given)
    except TypeError as error:
        raise ArgumentTypeError(
            f"{given!r} is not a path", where="data", advice="Give the path of the data."
        ) from error
    if path.startswith("~") or Path(path).is_absolute():
        return path
    try:
        seen = Path(os.path.relpath(Path(path).absolute(), folder.absolute())).as_posix()
        # Such that a folder called `sample` is never taken for the embedded one.
        return seen if seen.startswith("..") else f"./{seen}"
    except ValueError:  # another drive of Windows
        return str(Path(path).absolute())


def near(kept: str, folder: Path) -> str:
    """Return a path that a snapshot keeps, as it is found from the present working folder."""
    if kept.startswith("~") or Path(kept).is_absolute():
        return kept
    return os.path.normpath(folder / kept)


def seen_from_here(kept: str, folder: Path) -> str:
    """Return a path that a snapshot keeps in words for people, as short as it is from the present working folder."""
    path, here = Path(near(kept, folder)), Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)
