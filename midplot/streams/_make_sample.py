"""The script that makes the embedded sample: ``python -m midplot.streams._make_sample`` writes the committed files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from midplot.streams._stream import FloatArray, Stream
from midplot.streams._synthetic import Synthetic, synthetic_streams
from midplot.streams.files._layouts import TEST_FILE, TRAIN_FILE
from midplot.streams.files._readers import SAMPLE_FOLDER

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["sample_frames", "sample_streams", "write_sample"]

N_TRAIN: Final = 20
N_TEST: Final = 6

SEED: Final = 38
"""Chosen from 1,400 seeds for streams that resemble the real ones: 17% of one-tick moves are zero, the median 30-tick
move is 0.5, and both a momentum attacker and a mean-reversion attacker find something. Those two took part in the
choice, so what they earn on the sample is no evidence that they work."""

TICK_SIZES: Final = (1 / 64, 1 / 32, 1 / 32, 1 / 16, 1 / 16, 1 / 8)
"""Powers of two, so that every price and every sum of moves is exact."""

# One stream with a gap is enough to show what happens there.
GAP_STREAM: Final = 7
GAP_INDEX: Final = 4_000
GAP_STEP: Final = 2_048.0
"""Change of level at the gap: in the real streams, another instrument follows."""

FIRST_MINUTE: Final = np.datetime64("2024-01-02T09:00")
TICKS_A_MINUTE: Final = 30  # so that many ticks share a time, as in the real files


def sample_streams() -> Synthetic:
    """Draw the streams of the sample, train streams first, still without the gap.

    Returns
    -------
    Synthetic
        The streams and their planted moves, which are the truth about the sample.
    """
    return synthetic_streams(
        N_TRAIN + N_TEST, (2_000, 8_000), seed=SEED, tick_size=TICK_SIZES, move_every=2_500, move_strength=0.3
    )


def sample_frames() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the train and the test frame in the competition's layout: ``time``, ``stream``, ``value``."""
    streams = sample_streams().streams
    return _frame(streams[:N_TRAIN]), _frame(streams[N_TRAIN:])


def write_sample(folder: Path) -> None:
    """Write the two files of the sample.

    Parameters
    ----------
    folder
        The folder to write to, created if it does not exist.
    """
    import pyarrow as pa
    from pyarrow import parquet

    schema = pa.schema([("time", pa.string()), ("stream", pa.string()), ("value", pa.float64())])
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in zip((TRAIN_FILE, TEST_FILE), sample_frames(), strict=True):
        # Without pandas' metadata, which names dtypes that other versions of pandas do not know.
        table = pa.Table.from_pandas(frame, schema, preserve_index=False).replace_schema_metadata(None)
        parquet.write_table(table, folder / name, compression="zstd", compression_level=19)


def _frame(streams: list[Stream]) -> pd.DataFrame:
    import pandas as pd

    values_of = {f"stream_{stream.stream_id}": _with_gap(stream) for stream in streams}
    by_name = [(name, values_of[name]) for name in sorted(values_of)]
    return pd.DataFrame(
        {
            "time": np.concatenate([_times(len(values)) for _, values in by_name]),
            "stream": np.repeat([name for name, _ in by_name], [len(values) for _, values in by_name]),
            "value": np.concatenate([values for _, values in by_name]),
        }
    )


def _with_gap(stream: Stream) -> FloatArray:
    """Return the values of a stream, with the gap if it is the one that has it."""
    values = stream.values.copy()
    if stream.stream_id == GAP_STREAM:
        values[GAP_INDEX] = np.nan
        values[GAP_INDEX + 1 :] += GAP_STEP
    return values


def _times(length: int) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    """Return the minute of each point as text, in the competition's notation."""
    minutes = FIRST_MINUTE + np.arange(length) // TICKS_A_MINUTE
    return np.char.replace(np.datetime_as_string(minutes, unit="m"), "T", " ")


if __name__ == "__main__":
    write_sample(SAMPLE_FOLDER)
