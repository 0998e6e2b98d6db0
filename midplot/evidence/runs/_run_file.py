"""The decisions and latencies of one run as a Parquet file, and the way back to a ledger."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from midplot.errors import ArgumentError
from midplot.evidence._matching import matched_streams
from midplot.evidence.runs._run import Run, line_of, read_run, settings_of
from midplot.money._account import PartAccount
from midplot.money._ledger import Ledger
from midplot.play._engine import PartReplay
from midplot.play._latency import Nanoseconds
from midplot.scenarios.store._files import read_file
from midplot.streams._stream import FloatArray, Part, cut_into_parts, read_only

__all__ = ["content_of", "decisions_digest", "read_ledger"]

_KEY = b"midplot"
"""The key in the Parquet file's metadata under which the run is described, so that the file can be read alone."""

_PARTS_KEY = b"midplot.parts"
"""The key for its parts, in the order of the rows: stream id, number, ticks that were fed, nanoseconds until ready."""


def decisions_digest(ledger: Ledger) -> str:
    """Return a digest of all counted and uncounted decisions, by their signs.

    Two runs with the same digest on the same streams tried the same thing, whatever their attackers are called.
    """
    digest = hashlib.sha256()
    for part in ledger.parts:
        digest.update(f"{part.part.stream_id} {part.part.part} {part.part.first_index}".encode())
        digest.update(np.sign(part.replay.decisions).astype(np.int8).tobytes())
    return f"sha256:{digest.hexdigest()[:16]}"


def content_of(ledger: Ledger, run: Run) -> bytes:
    """Return the content of the Parquet file of a run: one row per tick that was fed, warm-up included.

    Its columns are ``stream_id, part, index, decision, latency_ns``.
    """
    # pyarrow takes longer to load than midplot itself, and only saved runs need it here.
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, list[Any]] = {
        "stream_id": [np.full(part.replay.n_ticks, part.part.stream_id, dtype=np.int32) for part in ledger.parts],
        "part": [np.full(part.replay.n_ticks, part.part.part, dtype=np.int32) for part in ledger.parts],
        "index": [part.index for part in ledger.parts],
        "decision": [part.replay.decisions for part in ledger.parts],
        "latency_ns": [part.replay.latency_ns.astype(np.int64) for part in ledger.parts],
    }
    table = pa.table({name: np.concatenate(arrays) for name, arrays in columns.items()})
    described = {_KEY: line_of(run).encode(), _PARTS_KEY: json.dumps([*map(_about, ledger.parts)]).encode()}
    buffer = BytesIO()
    pq.write_table(table.replace_schema_metadata(described), buffer, compression="zstd")
    return buffer.getvalue()


def _about(part: PartAccount) -> tuple[int, int, int, int]:
    replay = part.replay
    return part.part.stream_id, part.part.part, replay.n_ticks, replay.startup_ns


def read_ledger(path: Path, streams: Any) -> tuple[Run, Ledger]:
    """Read a saved run, and score its decisions on the streams that they were made on.

    Parameters
    ----------
    path
        The Parquet file of the run.
    streams
        The streams, as for `replay`. There may be more of them, in any order.

    Raises
    ------
    ArgumentError
        If the file cannot be read or holds no run.
    StreamError
        If a stream of the run is missing, or has changed since.
    """
    run, table = _opened(path)
    settings = settings_of(run)
    ledger = Ledger(settings)
    recorded = dict(_parts_of(table))
    for source in matched_streams(run.streams, streams, settings.stop_index, "the run was saved"):
        ledger.open_stream(source)
        for part in cut_into_parts(source, settings.start_index, settings.stop_index, settings.warmup):
            if (part.stream_id, part.part) in recorded:
                ledger.record(_replayed(part, recorded[part.stream_id, part.part]))
    ledger.close("complete" if run.state == "complete" else "interrupted", run.elapsed)
    ledger.trials = run.trials
    return run, ledger


def _opened(path: Path) -> tuple[Run, Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    advice = "Give the path that save returned, or one of the files that `midplot runs list` names."
    try:
        content = read_file(path)[0]
        table = pq.read_table(pa.BufferReader(content))
        run = read_run((table.schema.metadata or {})[_KEY])
        return run, table.select(["stream_id", "part", "decision", "latency_ns"])
    except KeyError as error:
        raise ArgumentError("it holds no run of midplot", where=path, advice=advice) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or getattr(error, "what", None) or str(error)
        raise ArgumentError(f"it cannot be read as a run ({reason})", where=path, advice=advice) from error


_Recorded = tuple[FloatArray, Nanoseconds, int]
"""The decisions, latencies and nanoseconds until ready of one part."""


def _parts_of(table: Any) -> Iterator[tuple[tuple[int, int], _Recorded]]:
    """Yield stream id and number of each part, and what was recorded of it."""
    decisions = table.column("decision").to_numpy().astype(np.float64)
    latency = table.column("latency_ns").to_numpy().astype(np.int64)
    start = 0
    for stream_id, part, n_ticks, startup_ns in json.loads(table.schema.metadata[_PARTS_KEY]):
        rows = slice(start, start + n_ticks)
        yield (stream_id, part), (decisions[rows], latency[rows], startup_ns)
        start += n_ticks


def _replayed(part: Part, recorded: _Recorded) -> PartReplay:
    decisions, latency, startup_ns = recorded
    return PartReplay(part, read_only(decisions), latency, startup_ns, complete=len(decisions) == len(part))
