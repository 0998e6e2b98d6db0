"""Holds a replay against a snapshot: finds its streams in both, and refuses what cannot be compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import isclose
from pathlib import Path

from midplot.checks._snapshot_check import SnapshotCheck
from midplot.errors import ArgumentError, ScenarioError, StreamError
from midplot.evidence.runs._run import RULES
from midplot.evidence.snapshots._file import load_snapshot
from midplot.evidence.snapshots._kept_ledger import parts_of, replayed
from midplot.evidence.snapshots._snapshot import KeptStream, Snapshot
from midplot.money._ledger import Ledger

__all__ = ["check_ledger", "check_result"]


def check_result(path: Path, ledger: Ledger, fingerprints: Callable[[int], str]) -> SnapshotCheck:
    """Compare a replay with the snapshot in a file; see `check_ledger`."""
    if ledger.state != "complete":
        raise ArgumentError(
            "the replay has not come to its end, so there is nothing to compare",
            where="check_snapshot",
            advice="Replay the streams to their end first.",
        )
    again = f"result.snapshot({str(path)!r}, update=True)"
    return check_ledger(load_snapshot(path), str(path), ledger, fingerprints, again)


def check_ledger(
    snapshot: Snapshot,
    place: str,
    ledger: Ledger,
    fingerprints: Callable[[int], str],
    again: str,
    error: Exception | None = None,
) -> SnapshotCheck:
    """Compare a replay with a snapshot.

    Parameters
    ----------
    snapshot
        The snapshot.
    place
        Its file, for people.
    ledger
        What happened in the replay. Streams that the snapshot does not have are left out.
    fingerprints
        Returns the fingerprint of a stream of the replay, by its id.
    again
        The command that takes the snapshot again.
    error
        The error that ended the replay early, or None.

    Raises
    ------
    ArgumentError
        If the replay had other rules.
    StreamError
        If it lacks a stream of the snapshot.
    ScenarioError
        If the scores in the snapshot are not those of its decisions.
    """
    _check_rules(snapshot, ledger, place)
    by_digest: dict[str, list[int]] = {}
    for stream_id in ledger.sources:
        by_digest.setdefault(fingerprints(stream_id), []).append(stream_id)
    before, after = Ledger(ledger.settings), Ledger(ledger.settings)
    for kept in snapshot.streams:
        same = by_digest.get(kept.fingerprint, [])
        if not same and error is not None:
            continue  # the attacker failed before its turn came
        if not same:
            raise StreamError(
                f"{kept.title} was not replayed, or has changed since the snapshot was taken",
                where=place,
                advice="Replay the same streams, or take the snapshot again.",
            )
        # Two streams may hold the same values: then the one in the same place is meant.
        stream_id = kept.stream_id if kept.stream_id in same else same[0]
        _add(kept, ledger, stream_id, before, after)
    for each in (before, after):
        each.close(ledger.state, ledger.elapsed)
    _check_scores(snapshot, before, place, error)
    return SnapshotCheck(place, again, snapshot, before, after, error)


def _check_rules(snapshot: Snapshot, ledger: Ledger, place: str) -> None:
    pairs = ((rule, getattr(snapshot.rules, rule), getattr(ledger.settings, rule)) for rule in RULES)
    other = [f"{rule} is {was!r} in the snapshot and {now!r} here" for rule, was, now in pairs if was != now]
    if other:
        raise ArgumentError(
            f"it was taken with other rules: {', '.join(other)}",
            where=place,
            advice="Replay with the rules of the snapshot, or take it again.",
        )


def _add(kept: KeptStream, ledger: Ledger, stream_id: int, before: Ledger, after: Ledger) -> None:
    """Add a stream to both ledgers, with the id and name that it has in the snapshot."""
    stream = ledger.sources[stream_id].renamed(kept.stream_id, kept.name)
    before.open_stream(stream)
    after.open_stream(stream)
    account = ledger.streams.get(stream_id)
    replays = {} if account is None else {part.part.part: part.replay for part in account.parts}
    for part in parts_of(stream, ledger.settings):
        if part.part in replays:  # else the attacker had failed before
            before.record(replayed(kept, part))
            after.record(replace(replays[part.part], part=part))


def _check_scores(snapshot: Snapshot, before: Ledger, place: str, error: Exception | None) -> None:
    """Refuse a snapshot whose scores do not follow from its decisions."""
    if error is not None or snapshot.score is None:
        return  # it may hold streams that were not replayed
    if not isclose(snapshot.score, before.total_score, rel_tol=1e-9, abs_tol=1e-9):
        raise ScenarioError(
            f"it says that its decisions earned {snapshot.score:.10g}, but they earn {before.total_score:.10g}",
            where=place,
            advice="Somebody has changed the file by hand, or a midplot that scores differently wrote it. Restore it, or "
            "take the snapshot again.",
        )
