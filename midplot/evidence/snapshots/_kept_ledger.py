"""From a snapshot back to a ledger: its decisions as if they had just been made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from midplot.evidence._matching import matched_streams
from midplot.evidence.snapshots._file import load_snapshot
from midplot.evidence.snapshots._runs import decisions_of
from midplot.evidence.snapshots._snapshot import KeptStream, Snapshot
from midplot.money._ledger import Ledger
from midplot.play._engine import PartReplay
from midplot.play._settings import ReplaySettings
from midplot.streams._stream import Part, Stream, cut_into_parts, read_only

__all__ = ["parts_of", "read_kept", "replayed"]


def read_kept(path: Path, streams: Any) -> tuple[Snapshot, Ledger]:
    """Read a snapshot, and score its decisions on the streams that they were made on.

    Parameters
    ----------
    path
        The file of the snapshot.
    streams
        The streams, as for `replay`. There may be more of them, in any order.

    Raises
    ------
    ScenarioError
        If the file cannot be read or holds no snapshot.
    StreamError
        If a stream is missing, or has changed since.
    """
    snapshot = load_snapshot(path)
    ledger = Ledger(snapshot.rules.settings())
    wanted = [each.model_dump(include={"stream_id", "name", "fingerprint"}) for each in snapshot.streams]
    found = matched_streams(wanted, streams, snapshot.rules.stop_index, "the snapshot was taken")
    for kept, stream in zip(snapshot.streams, found, strict=True):
        ledger.open_stream(stream)
        for part in parts_of(stream, ledger.settings):
            ledger.record(replayed(kept, part))
    ledger.close("complete", 0.0)
    return snapshot, ledger


def parts_of(stream: Stream, settings: ReplaySettings) -> list[Part]:
    """Return the parts of a stream that a replay by these settings feeds."""
    return cut_into_parts(stream, settings.start_index, settings.stop_index, settings.warmup)


def replayed(kept: KeptStream, part: Part) -> PartReplay:
    """Return the replay of a part as a snapshot tells it. Latencies are not kept, nor what was decided in the warm-up."""
    n_ticks = len(part)
    decisions = decisions_of(kept.decisions, part.first_index, n_ticks)
    decisions[: part.warmup] = 0.0
    return PartReplay(part, read_only(decisions), np.zeros(n_ticks, dtype=np.int32), 0, complete=True)
