"""How much memory a large replay takes: parquet with many streams, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from .subject import Subject
from .table import Row

__all__ = ["memory_rows"]

STREAM = 1_000_000
"""Points of the largest stream; the others are half as long or more."""

ROOT = Path(__file__).parents[1]


def memory_rows(subject: Subject) -> list[Row]:
    """Write 50 million points, and replay them from the file."""
    n_points = 5_000_000 if subject.quick else 50_000_000
    with TemporaryDirectory() as folder:
        path = Path(folder) / "points.parquet"
        n_streams = write_points(path, n_points)
        megabytes = path.stat().st_size / 1e6
        said = subprocess.run(
            [sys.executable, "-m", "benchmarks.memory_child", str(path), str(int(subject.quick))],
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
        ).stdout
    took = json.loads(said)
    return [
        Row(
            f"peak GB of memory, {n_points:,} points from parquet",
            took["peak"] / 1e9,
            1.5,
            note=f"Of a fresh process that loads {n_streams} streams of at most {STREAM:,} points, {megabytes:,.0f} MB on the "
            f"disk, and replays an infer that decides at nearly every tick; {took['before'] / 1e9:.2f} GB once midplot, "
            "pandas and pyarrow are loaded. All decisions, latencies and profits are kept.",
        ),
        Row(
            f"seconds to load and replay {n_points:,} points from parquet",
            took["seconds"],
            note=f"Wall time, of which {took['load']:.1f} s in load_streams; {took['cpu'] / took['ticks'] * 1e9:,.0f} ns of "
            "CPU time per tick, reading included.",
        ),
    ]


def write_points(path: Path, n_points: int) -> int:
    """Write random walks, stream by stream, in the competition's layout; return the number of streams."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    random = np.random.default_rng(0)
    schema = pa.schema([("time", pa.int64()), ("stream", pa.string()), ("value", pa.float64())])
    left, number = n_points, 0
    with pq.ParquetWriter(path, schema) as writer:
        while left:
            n = min(left, STREAM if number == 0 else int(random.integers(STREAM // 2, STREAM)))
            value = 1_000.0 + random.integers(-16, 17, n).cumsum() / 16
            stream = pa.array([f"stream_{number}"]).take(pa.array(np.zeros(n, dtype=np.int64)))
            writer.write_table(
                pa.table([pa.array(np.arange(n)), stream, pa.array(value)], schema), row_group_size=STREAM
            )
            left, number = left - n, number + 1
    return number
