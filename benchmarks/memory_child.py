"""Replays a parquet file and prints the memory it took as JSON: ``python -m benchmarks.memory_child PATH LAZY``."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from time import perf_counter, process_time

import pandas  # noqa: F401 - loading it is not part of the measurement
import pyarrow.parquet  # noqa: F401

from midplot import load_streams, replay

from .replay_rows import follow


def main(path: str, lazy: bool) -> None:
    """Load, replay, and print."""
    before, begun, worked = peak(), perf_counter(), process_time()
    streams, _ = load_streams(path, lazy=True if lazy else None)
    loaded = perf_counter()
    result = replay(streams, infer=follow, dry=True)
    total, ticks = result.total_score, result.n_ticks
    clock = {"seconds": perf_counter() - begun, "load": loaded - begun, "cpu": process_time() - worked}
    print(json.dumps({"before": before, "peak": peak(), "ticks": ticks, "total": total, **clock}))


def peak() -> int:
    """Return the peak memory of this process so far, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # This is for this program alone: what getrusage reports starts with the size of the parent at the fork.
        return next(1024 * int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    unit = 1 if sys.platform == "darwin" else 1024
    return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] == "1")
