"""Whatever is in a file, reading it at once and leaving its values there give the same streams, or the same error."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from midplot.errors import MidplotError
from midplot.streams import load_streams

ODD_IDS = ["000", "0", "00", "1e5", "NA", "null", "nan", "True", "None", "1.0", "é", " a", "a,b", 'a"b', "-", "stream"]

IDS = st.sampled_from([*ODD_IDS, "a", "b", "c"]) | st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\0"), min_size=1, max_size=4
)
VALUES = (
    st.floats(-1e6, 1e6) | st.floats(allow_nan=True, allow_infinity=False) | st.just(float("nan")) | st.integers(-9, 9)
)
BAD = st.sampled_from(
    ["oops", "1,5", "1,281", "1.2.3", "True", "inf", "-Infinity", "1e400", " 2 ", "NA", "null", "-", "0x1"]
)
TIMES = st.sampled_from(["minutes", "text", "newest first", "numbers", "none", "zoned", "days first", "some missing"])


@st.composite
def frames(draw, parquet):
    """Draw a frame, long or wide, with what may be odd about one."""
    n = draw(st.integers(0, 14))
    long = draw(st.booleans())
    columns = {}
    if long:
        pool = draw(st.lists(IDS, min_size=1, max_size=4, unique=True))
        ids = draw(st.lists(st.sampled_from(pool), min_size=n, max_size=n))
        columns[draw(st.sampled_from(["stream", "Symbol", "id"]))] = sorted(ids) if draw(st.booleans()) else ids
        names = [draw(st.sampled_from(["value", "close", "x"]))]
    else:
        names = draw(
            st.lists(st.sampled_from(["up", "down", "1", "EUR.USD", "value"]), min_size=1, max_size=3, unique=True)
        )
    for name in names:
        cells = draw(st.lists(VALUES, min_size=n, max_size=n))
        if n and draw(st.integers(0, 5)) == 0:
            cells[draw(st.integers(0, n - 1))] = draw(st.sampled_from([np.inf, -np.inf]))
        columns[name] = np.array(cells, dtype=np.float64)
    columns |= _times(draw(TIMES), n, draw(st.sampled_from(["time", "Date", "timestamp"])))
    if draw(st.integers(0, 6)) == 0:
        columns["note"] = ["x"] * n
    frame = pd.DataFrame(columns)
    if n and draw(st.integers(0, 7)) == 0:
        column = draw(st.sampled_from(list(frame.columns)))
        frame[column] = frame[column].astype(object)
        frame.loc[draw(st.integers(0, n - 1)), column] = draw(BAD) if not parquet else None
    return frame


def _times(kind, n, name):
    minutes = pd.date_range("2024-01-02 09:00", periods=n, freq="min")
    made = {
        "minutes": minutes,
        "text": minutes.strftime("%Y-%m-%d %H:%M"),
        "newest first": minutes[::-1],
        "numbers": np.arange(n) // 2,
        "zoned": minutes.tz_localize("Europe/Berlin"),
        "days first": pd.date_range("2024-01-02", periods=n, freq="D").strftime("%d/%m/%Y"),
        "some missing": minutes.where(np.arange(n) % 3 > 0),
    }
    return {name: made[kind]} if kind in made else {}


def _outcome(path, lazy, **options):
    """Return all that can be seen of the streams of a file, or what is said."""
    try:
        found = []
        for streams in load_streams(path, lazy=lazy, **options):
            for stream in streams:
                times = None if stream.times is None else (str(stream.times.dtype), stream.times.tobytes())
                found.append((stream.stream_id, stream.name, len(stream), stream.values.tobytes(), times))
    except MidplotError as error:
        return str(error)
    return found


def _check_same(path, chunk, **options):
    with mock.patch("midplot.streams.files._tables.CHUNK_ROWS", chunk):
        held, left = (_outcome(path, lazy, **options) for lazy in (False, True))
    assert held == left
    return held


def _index(draw, frame):
    levels = draw(st.lists(st.sampled_from(list(frame.columns)), max_size=min(2, len(frame.columns) - 1), unique=True))
    frame = frame.set_index(levels) if levels else frame
    if draw(st.integers(0, 5)) == 0:
        frame = frame.rename_axis([None] * frame.index.nlevels)
    return frame


MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@MANY
@given(data=st.data())
def test_parquet(data):
    frame = data.draw(frames(parquet=True))
    with TemporaryDirectory() as folder:
        path = Path(folder, "x.parquet")
        table = pa.Table.from_pandas(_index(data.draw, frame))
        pq.write_table(table, path, row_group_size=data.draw(st.integers(1, 20)))
        _check_same(path, data.draw(st.integers(1, 20)))


# Every order in which five rows of streams may come. Streams are numbered as they appear, so that no order is there twice.
ORDERS = [
    names
    for names in product(range(5), repeat=5)
    if all(name <= len(set(names[:row])) for row, name in enumerate(names))
]


@pytest.mark.parametrize("rows", [2, 3])
def test_rows_in_every_order(tmp_path, rows):
    """Wherever a row group ends, each stream has its own rows, all of them, and a step back in time its own tick."""
    assert len(ORDERS) == 52  # Bell's number of five
    path = tmp_path / "x.parquet"
    minutes = pd.date_range("2024-01-02 09:00", periods=5, freq="min", unit="s")
    for names in ORDERS:
        frame = pd.DataFrame({"stream": [f"s{name}" for name in names], "value": np.arange(5.0), "time": minutes})
        frame.to_parquet(path, index=False, row_group_size=rows)
        own = {name: np.flatnonzero(np.array(names) == name) for name in dict.fromkeys(names)}
        assert _check_same(path, rows) == [
            (name, f"s{name}", len(at), at.astype(float).tobytes(), ("datetime64[s]", minutes[at].to_numpy().tobytes()))
            for name, at in own.items()
        ]
        frame.assign(time=minutes[::-1]).to_parquet(path, index=False, row_group_size=rows)
        said = _check_same(path, rows)
        assert len(said) == 5 if len(own) == 5 else ", tick 1: its time" in said


@MANY
@given(data=st.data())
def test_csv(data):
    frame = data.draw(frames(parquet=False))
    separator, decimal = data.draw(st.sampled_from([(",", "."), (";", "."), (";", ","), ("\t", ","), ("|", ".")]))
    options = {"index": data.draw(st.booleans()), "sep": separator, "decimal": decimal}
    text = _index(data.draw, frame).to_csv(None, **options, lineterminator=data.draw(st.sampled_from(["\n", "\r\n"])))
    lines = text.splitlines(keepends=True)
    for _ in range(data.draw(st.sampled_from([0, 0, 1, 2]))):
        at = data.draw(st.integers(0, len(lines) - 1))
        lines[at] = data.draw(
            st.sampled_from(
                [
                    lines[at].rstrip("\r\n") + separator + "7\n",
                    lines[at].replace(separator, "", 1),
                    lines[at] + "\n",
                    "# a comment\n" + lines[at],
                    '"' + lines[at],
                    lines[at].rstrip("\r\n") + separator + "\n",
                    lines[at].replace("e", "\0", 1),
                    lines[at] * 2,
                    lines[at].replace("2", "1,281"),
                    lines[at].replace("\n", "\r"),
                ]
            )
        )
    with TemporaryDirectory() as folder:
        path = Path(folder, "x.csv")
        encoding = data.draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1"]))
        path.write_bytes("".join(lines).encode(encoding, "replace"))
        given_options = data.draw(
            st.sampled_from(
                [{}, {"decimal": ","}, {"separator": ";"}, {"encoding": "cp1252"}, {"value_column": "value"}]
            )
        )
        _check_same(path, data.draw(st.integers(1, 20)), **given_options)


@MANY
@given(data=st.data())
def test_recordings(data):
    with TemporaryDirectory() as folder:
        for name in data.draw(st.lists(st.sampled_from(["000", "0", "NA", "b"]), min_size=1, max_size=2, unique=True)):
            for number in data.draw(st.lists(st.integers(0, 11), min_size=1, max_size=3, unique=True)):
                n = data.draw(st.integers(0, 6)) or data.draw(st.integers(0, 6))
                frame = pd.DataFrame({"value": data.draw(st.lists(VALUES, min_size=n, max_size=n))}, dtype=np.float64)
                frame = frame.assign(**_times(data.draw(TIMES), n, "time"))
                frame.to_csv(Path(folder, f"stream_{name}_file_{number}.csv"), index=data.draw(st.booleans()))
        _check_same(Path(folder), data.draw(st.integers(1, 7)))


def _holds(frame):
    """Return what a frame of one value column holds, by the text of the id: the plain model."""
    model = {}
    for name, value in zip(frame.iloc[:, 0], frame.iloc[:, 1], strict=True):
        model.setdefault(name, []).append(value)
    return model


@MANY
@given(data=st.data())
def test_what_is_read_is_what_was_written(data):
    n = data.draw(st.integers(1, 14))
    pool = data.draw(st.lists(IDS.filter(lambda name: name == name.strip()), min_size=1, max_size=4, unique=True))
    frame = pd.DataFrame(
        {
            "stream": data.draw(st.lists(st.sampled_from(pool), min_size=n, max_size=n)),
            "value": data.draw(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=n, max_size=n)),
        }
    )
    separator, decimal = data.draw(st.sampled_from([(",", "."), (";", "."), (";", ","), ("\t", "."), ("|", ",")]))
    with TemporaryDirectory() as folder:
        parquet, csv = Path(folder, "x.parquet"), Path(folder, "x.csv")
        (frame.set_index("stream") if data.draw(st.booleans()) else frame).to_parquet(parquet)
        frame.to_csv(csv, index=False, sep=separator, decimal=decimal)
        for path, options in ((parquet, {}), (csv, {"separator": separator, "decimal": decimal})):
            for lazy in (False, True):
                streams, _ = load_streams(path, lazy=lazy, **options)
                assert {s.name: s.values.tolist() for s in streams} == _holds(frame)
