"""The script that makes the embedded sample: ``python -m midplot.streams._make_sample`` writes the committed files."""

from __future__ import annotations

from dataclasses import replace
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
N_NASTY: Final = 3  # these come after the others of the test set

SEED: Final = 38
"""Chosen from 1,400 seeds for streams that resemble the real ones: 17% of one-tick moves are zero, the median 30-tick
move is 0.5, and both a momentum attacker and a mean-reversion attacker find something. Those two took part in the
choice, so what they earn on the sample is no evidence that they work."""

NASTY_SEED: Final = 118
"""Chosen as the first from 0 on with which the streams are long enough for their gaps and calms, no gap or calm touches a
planted move, and both attackers find something in the three together."""

TICK_SIZES: Final = (1 / 64, 1 / 32, 1 / 32, 1 / 16, 1 / 16, 1 / 8)
"""Powers of two, so that every price and every sum of moves is exact."""

GAPS: Final = {
    7: {4_000: 2_048.0},
    # The first part is the shorter one, as in most real streams that have two.
    26: {1_186: -7_424.0},
    # A first part far shorter than a horizon, in which nothing can be resolved.
    27: {7: 3_072.0, 5_000: 6_144.0},
}
"""The gaps of each stream that has some: the index of the NaN, and the change of level there. In the real streams another
instrument follows, thousands apart, while a part moves by tens."""

CALM: Final = {28: slice(1_300, 1_750)}
"""Where a stream's price stands still."""

NAMES: Final = {28: "stream_28 [5 min]"}
"""Streams that are not called by their number alone: people's own streams have spaces and brackets in their names."""

FIRST_MINUTE: Final = np.datetime64("2024-01-02T09:00")
TICKS_A_MINUTE: Final = 30  # so that many ticks share a time, as in the real files


def sample_streams() -> Synthetic:
    """Draw the streams of the sample, train streams first, still without gaps and calms.

    Returns
    -------
    Synthetic
        The streams and their planted moves, which are the truth about the sample: no gap and no calm touches one.
    """
    plain, nasty = _drawn(N_TRAIN + N_TEST, SEED), _drawn(N_NASTY, NASTY_SEED)
    first = len(plain.streams)
    streams = [replace(stream, stream_id=first + stream.stream_id) for stream in nasty.streams]
    moves = [replace(move, stream_id=first + move.stream_id) for move in nasty.moves]
    return Synthetic([*plain.streams, *streams], (*plain.moves, *moves))


def _drawn(n_streams: int, seed: int) -> Synthetic:
    return synthetic_streams(
        n_streams, (2_000, 8_000), seed=seed, tick_size=TICK_SIZES, move_every=2_500, move_strength=0.3
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

    values_of = {NAMES.get(stream.stream_id, f"stream_{stream.stream_id}"): _disturbed(stream) for stream in streams}
    by_name = [(name, values_of[name]) for name in sorted(values_of)]
    return pd.DataFrame(
        {
            "time": np.concatenate([_times(len(values)) for _, values in by_name]),
            "stream": np.repeat([name for name, _ in by_name], [len(values) for _, values in by_name]),
            "value": np.concatenate([values for _, values in by_name]),
        }
    )


def _disturbed(stream: Stream) -> FloatArray:
    """Return the values of a stream with its gaps and its calm, if it has any."""
    values = stream.values.copy()
    for index, step in GAPS.get(stream.stream_id, {}).items():
        values[index] = np.nan
        values[index + 1 :] += step
    if calm := CALM.get(stream.stream_id):
        # What follows goes on from the price at which it stood still, so that no jump ends the calm.
        values[calm.stop :] += values[calm.start] - values[calm.stop - 1]
        values[calm] = values[calm.start]
    return values


def _times(length: int) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    """Return the minute of each point as text, in the competition's notation."""
    minutes = FIRST_MINUTE + np.arange(length) // TICKS_A_MINUTE
    return np.char.replace(np.datetime_as_string(minutes, unit="m"), "T", " ")


if __name__ == "__main__":
    write_sample(SAMPLE_FOLDER)
