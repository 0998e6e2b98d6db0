"""What differs between two snapshots of an attacker, in words, and what that means for later checks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from midplot._text import counted, signed
from midplot.evidence.snapshots._runs import decisions_of
from midplot.evidence.snapshots._snapshot import KeptStream, Snapshot
from midplot.evidence.snapshots._where import SAMPLE, seen_from_here

__all__ = ["changes_between"]


def changes_between(old: Snapshot, new: Snapshot, folder: Path) -> Iterator[str]:
    """Yield in words what differs between two snapshots of an attacker that are kept in a folder."""
    before, after = ({each.fingerprint: each for each in snapshot.streams} for snapshot in (old, new))
    shared = [(before[key], after[key]) for key in before if key in after]
    changed = [_n_changed(*pair) for pair in shared]
    if any(changed):
        n_streams = counted(sum(n > 0 for n in changed), "stream")
        score = f"the score is {signed(new.score)} now, {signed(old.score)} before"
        yield f"{counted(sum(changed), 'decision')} changed on {n_streams}: {score}"
    for n, what in ((len(after) - len(shared), "new"), (len(before) - len(shared), "no longer in it")):
        if n:
            yield f"{counted(n, 'stream')} {'is' if n == 1 else 'are'} {what}"
    for kind in ("rules", "parameters"):
        was, now = (_shown(getattr(each, kind).model_dump(), folder) for each in (old, new))
        yield from (f"{name}: {now[name]!r} now, {was[name]!r} before" for name in was if was[name] != now[name])
    if old.data != new.data:
        yield _other_data(old.data, new.data, folder, same=before.keys() == after.keys())


def _shown(settings: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return rules or parameters with paths as they are seen from the working folder."""
    model = settings.get("model_directory_path", ".")
    return settings if model == "." else settings | {"model_directory_path": seen_from_here(model, folder)}


def _other_data(old: str | None, new: str | None, folder: Path, *, same: bool) -> str:
    """Say where a check finds the streams, now and before."""
    was, now = (None if data is None else _data_words(data, folder) for data in (old, new))
    if now is None:
        words = (
            f"checks have to be given the streams now, which were passed in Python; before, they read them from {was}"
        )
    elif was is None:
        words = f"checks read the streams from {now} now; before, they had to be given them"
    else:
        words = f"checks read the streams from {now} now, from {was} before"
    return f"{words} (the prices are the same)" if same else words


def _data_words(data: str, folder: Path) -> str:
    """Return where data are, as seen from the working folder."""
    return "the embedded sample" if data == SAMPLE else seen_from_here(data, folder)


def _n_changed(old: KeptStream, new: KeptStream) -> int:
    """Return the number of ticks at which two snapshots hold different decisions."""
    runs = [*old.decisions, *new.decisions]
    if not runs:
        return 0
    first, last = min(run[0] for run in runs), max(run[1] for run in runs)
    was, now = (decisions_of(each.decisions, first, last - first + 1) for each in (old, new))
    return int((was != now).sum())
