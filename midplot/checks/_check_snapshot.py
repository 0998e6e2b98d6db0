"""Replays an attacker as its snapshot was taken, and compares what it decides."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from midplot._files import given_path
from midplot._running import Listener
from midplot._session import begin
from midplot.checks._against_snapshot import check_ledger
from midplot.checks._snapshot_check import SnapshotCheck
from midplot.errors import MidplotError, ProtocolError, StreamError
from midplot.evidence._matching import matched_streams
from midplot.evidence.snapshots._file import load_snapshot
from midplot.evidence.snapshots._snapshot import KeptStream, Snapshot
from midplot.evidence.snapshots._where import SAMPLE, near
from midplot.play._attacker import InferParameters, required_infer
from midplot.play._raised import front_door, is_attackers
from midplot.streams import load_streams
from midplot.streams._inputs import as_sources
from midplot.streams._stream import Stream

__all__ = ["KeptReplay", "check_snapshot", "given_parameters", "streams_of"]


def check_snapshot(
    path: str | os.PathLike[str],
    infer: Any = None,
    *,
    streams: Any = None,
    n_jobs: Any = 1,
    progress: Listener | None = None,
) -> SnapshotCheck:
    """Replay an attacker as its snapshot was taken, and compare every decision.

    Streams, rules and hyper-parameters are those of the snapshot.

    Parameters
    ----------
    path
        The file of the snapshot.
    infer
        A generator function, an attacker class, or a factory of attackers; by default, ``infer`` of the main module.
    streams
        The streams that were replayed, as for `replay`; others among them do no harm. None for the data that the
        snapshot names.
    n_jobs
        Number of processes, as for `replay`.
    progress
        Function that is called with a `Progress`, as for `replay`.

    Returns
    -------
    SnapshotCheck
        With ``ok``, ``n_changed``, ``first``, ``difference`` and ``places``; ``str()`` of it is a sentence. An error that
        the attacker raises is its ``error``.

    Raises
    ------
    ScenarioError
        If the file cannot be read or holds no snapshot.
    StreamError
        If a stream is missing, or has changed since.
    ArgumentError, ArgumentTypeError
        If an argument is wrong.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from midplot import replay
    >>> class Trend:
    ...     last = None
    ...
    ...     def tick_and_predict(self, x, horizon):
    ...         before, self.last = self.last, x
    ...         return 0 if before is None else x - before
    >>> with TemporaryDirectory() as folder:
    ...     path = replay([[1, 2, 4, 8]], horizon=1, infer=Trend).snapshot(folder)
    ...     check = check_snapshot(path, Trend, streams=[[1, 2, 4, 8]])
    >>> check.ok, check.n_decisions
    (True, 3)
    """
    with front_door:
        chosen = required_infer(infer, "check")
        snapshot, place = load_snapshot(path), given_path(path)
        found = streams_of(snapshot, place, streams)
        return KeptReplay(snapshot, place, found, str(place)).check(chosen, n_jobs=n_jobs, progress=progress)


def streams_of(snapshot: Snapshot, path: Path, streams: Any = None, option: str = "streams=…") -> list[Stream]:
    """Return the streams of a snapshot, with the ids and names that they have there.

    Parameters
    ----------
    snapshot
        The snapshot.
    path
        Its file, to which the path of its data is relative.
    streams
        The streams that were given; None for the data that it names.
    option
        How other streams are given, for the error.

    Raises
    ------
    StreamError
        If a stream is missing, or has changed since.
    """
    advice = (
        f"Restore the data, or use {option} to give the streams that the snapshot was taken on. If you changed the data "
        "on purpose, take the snapshot again."
    )
    if streams is None and snapshot.data is None:
        raise StreamError(
            "it does not say where its streams come from, since they were passed in Python",
            where=path,
            advice=f"Give them with {option}.",
        )
    if streams is None:
        streams = _read(snapshot, path, advice)
    wanted = [each.model_dump(include={"stream_id", "name", "fingerprint"}) for each in snapshot.streams]
    try:
        return matched_streams(wanted, streams, snapshot.rules.stop_index, "the snapshot was taken", advice)
    except StreamError as error:
        raise error.at(f"{path}, {error.where}") from error


def _read(snapshot: Snapshot, path: Path, advice: str) -> list[Stream]:
    place = None if snapshot.data in (SAMPLE, None) else near(str(snapshot.data), path.parent)
    try:
        train, test = load_streams(place)
    except MidplotError as error:
        raise StreamError(f"its data cannot be read ({error})", where=path, advice=advice) from error
    return [*train, *test]


def given_parameters(snapshot: Snapshot, path: Path) -> InferParameters:
    """Return the parameters that are passed to an attacker when its snapshot is checked."""
    kept = snapshot.parameters
    folder = kept.model_directory_path
    return InferParameters(
        kept.hyper_parameters,
        kept.with_hyper_parameters_load,
        "." if folder == "." and not kept.with_hyper_parameters_load else near(folder, path.parent),
        snapshot.rules.horizon,
    )


@dataclass(frozen=True, slots=True)
class KeptReplay:
    """A snapshot whose streams were found, so that it can be replayed.

    Attributes
    ----------
    snapshot
        The snapshot.
    path
        Its file.
    streams
        Its streams, in its order.
    shown
        Its file, for people.
    """

    snapshot: Snapshot
    path: Path
    streams: list[Stream]
    shown: str

    @property
    def n_ticks(self) -> int:
        """The number of ticks that are about to be fed, at most."""
        return sum(map(len, self.streams))

    def by_stream(self) -> Iterator[tuple[KeptStream, KeptReplay]]:
        """Yield each stream, and the replay of it alone."""
        for kept, stream in zip(self.snapshot.streams, self.streams, strict=True):
            yield kept, KeptReplay(self.snapshot.only(kept), self.path, [stream], self.shown)

    def check(
        self, infer: Any, *, again: str | None = None, n_jobs: Any = 1, progress: Listener | None = None
    ) -> SnapshotCheck:
        """Replay an attacker, and compare what it decides.

        Parameters
        ----------
        infer
            The attacker.
        again
            The command that takes the snapshot again; None for that of Python.
        n_jobs, progress
            As for `replay`.

        Raises
        ------
        KeyboardInterrupt
            After Ctrl-C: half a replay shows nothing.
        """
        session = begin(
            as_sources(self.streams),
            infer,
            given_parameters(self.snapshot, self.path),
            self.snapshot.rules.settings(n_jobs),
            chart=False,
            accounts=False,
            progress=progress,
        )
        error: Exception | None = None
        try:
            session.replay.run()
        except Exception as raised:
            if not (is_attackers(raised) or isinstance(raised, ProtocolError)):
                raise
            error = raised
        ledger = session.result.ledger
        if error is None and ledger.interrupted:
            raise KeyboardInterrupt
        again = again or f"replay(…).snapshot({self.shown!r}, update=True)"
        digests = dict(enumerate(each.fingerprint for each in self.snapshot.streams))
        return check_ledger(self.snapshot, self.shown, ledger, digests.__getitem__, again, error)
