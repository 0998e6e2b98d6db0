"""The file of a snapshot: stable in git, written whole or not at all, and replaced only by who says so."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from midplot._files import locked, write_whole
from midplot.errors import ScenarioError
from midplot.evidence.snapshots._changes import changes_between
from midplot.evidence.snapshots._snapshot import FORMAT, Snapshot, read_snapshot
from midplot.scenarios.store._files import content_now, is_folder, placed

__all__ = [
    "Written",
    "encode",
    "is_snapshot",
    "load_snapshot",
    "snapshots_in",
    "write_snapshot",
]

# A changed decision then changes one line of the file, and a quiet stream does not fill the screen.
LINE_TICKS: Final = 100
"""The ticks whose decisions are written on one line."""

_MARK: Final = re.compile(rb'"format"\s*:\s*"' + re.escape(FORMAT.encode()) + b'"')
"""What is in the file of every snapshot, even in one that was cut short."""


@dataclass(frozen=True, slots=True)
class Written:
    """What came of writing a snapshot.

    Attributes
    ----------
    path
        The file.
    changes
        What differs from the snapshot that it replaced, in words; None if there was none.
    """

    path: Path
    changes: tuple[str, ...] | None


# What is in it


def encode(snapshot: Snapshot) -> bytes:
    """Return the content of a snapshot's file: UTF-8, and a line of decisions for each stretch of 100 ticks."""
    document = snapshot.model_dump(mode="json")
    streams = document.pop("streams")
    head = [f"  {json.dumps(name)}: {_text(value)},\n" for name, value in document.items()]
    entries = ",\n".join(f"    {_stream_text(stream)}" for stream in streams)
    return f'{{\n{"".join(head)}  "streams": [\n{entries}\n  ]\n}}\n'.encode()


def _stream_text(stream: dict[str, Any]) -> str:
    runs = stream.pop("decisions")
    lines: dict[int, list[str]] = {}
    for run in runs:
        lines.setdefault(run[0] // LINE_TICKS, []).append(_text(run))
    listed = ",".join(f"\n      {', '.join(line)}" for line in lines.values())
    return f'{_text(stream)[:-1]}, "decisions": [{listed}]}}'


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def is_snapshot(path: str | os.PathLike[str]) -> bool:
    """Return whether a file is meant to hold a snapshot, right or wrong; False if it cannot be read."""
    try:
        return _MARK.search(content_now(placed(path)) or b"") is not None
    except ScenarioError:
        return False


def load_snapshot(path: str | os.PathLike[str]) -> Snapshot:
    """Read the file of a snapshot.

    Raises
    ------
    ScenarioError
        If it cannot be read or holds no snapshot; the error names the file.
    """
    place = placed(path)
    content = content_now(place)
    if content is None:
        raise ScenarioError(
            "there is no such file", where=place, advice="Take a snapshot first: midplot snapshot ATTACK.py."
        )
    try:
        return read_snapshot(content)
    except ScenarioError as error:
        raise error.at(place) from error


def snapshots_in(folder: str | os.PathLike[str]) -> list[tuple[Path, Snapshot]]:
    """Return the snapshots of a folder with their files, in the order of their names; none if there is no such folder.

    Raises
    ------
    ScenarioError
        If files cannot be used; it names each of them. Sound JSON of other programs is passed over.
    """
    place = placed(folder)
    if not is_folder(place):
        return []
    try:
        paths = sorted(each for each in place.iterdir() if each.suffix.lower() == ".json" and each.name[0] != ".")
    except OSError as error:
        raise ScenarioError(f"it cannot be read ({error.strerror})", where=place) from error
    found, bad = [], []
    for path in paths:
        try:
            found.append((path, load_snapshot(path)))
        except ScenarioError as error:
            bad += [] if _is_foreign(path) else [str(error)]
    if bad:
        raise ScenarioError("\n".join(bad))
    return found


def _is_foreign(path: Path) -> bool:
    """Return whether a file holds sound JSON of another kind: other programs call their folders snapshots too."""
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return not (isinstance(document, dict) and str(document.get("format")).startswith("midplot."))


# Writing it


def write_snapshot(snapshot: Snapshot, path: Path, *, update: bool) -> Written:
    """Write the file of a snapshot.

    Parameters
    ----------
    snapshot
        The snapshot.
    path
        Its file. Its folder is made if it is missing.
    update
        Whether to replace another snapshot of the same attacker.

    Raises
    ------
    ScenarioError
        If there is another snapshot that may not be replaced, or the file cannot be written. Nothing is lost then.
    """
    try:
        content = encode(snapshot)
    except UnicodeEncodeError as error:
        raise ScenarioError(
            f"it holds a name that no file can hold ({error.reason})", where=path, advice="Give whole characters."
        ) from error
    # Read under the lock: nobody can write another one in between.
    with locked(path.parent):
        old = content_now(path)
        if old == content:
            return Written(path, ())
        kept = None if old is None else load_snapshot(path)
        if kept is not None:
            _check_replaceable(kept, snapshot, path, update=update)
        write_whole(path, content)
    return Written(path, None if kept is None else tuple(changes_between(kept, snapshot, path.parent)))


def _check_replaceable(old: Snapshot, new: Snapshot, path: Path, *, update: bool) -> None:
    if not old.attacker.is_that(new.attacker.file, new.attacker.name):
        raise ScenarioError(
            f"it is the snapshot of another attacker, {old.attacker.title}",
            where=path,
            advice=f"Name another file for that of {new.attacker.title}, or delete this one first.",
        )
    if not update:
        found = "; ".join(changes_between(old, new, path.parent))
        raise ScenarioError(
            f"there is a snapshot already, {f'and this one differs: {found}' if found else 'with the same decisions'}",
            where=path,
            advice="Replace it with --update (in Python update=True), or name another file.",
        )
