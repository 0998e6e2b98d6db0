"""Streams that stay in their file: the same as those that are held, whatever the file, and no more of them in memory."""

import gc
import pickle
import weakref

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from midplot import UP, Stream, load_scenarios, replay
from midplot.errors import ArgumentError, ArgumentTypeError, StreamError
from midplot.examples import MomentumAttacker
from midplot.streams import load_streams
from midplot.streams._stored import _last_read
from midplot.streams._stream import cut_into_parts
from midplot.streams.files import _lazy as lazy_module
from midplot.streams.files import _spool as spool
from midplot.streams.files._row_groups import ParquetValues
from midplot.streams.files._spool import SpooledValues

LENGTHS = {"b": 700, "a": 1_300, "long one": 2_900, "d": 5}


@pytest.fixture
def long_frame():
    rng = np.random.default_rng(3)
    frames = []
    for name, n in LENGTHS.items():
        values = 100 + np.cumsum(rng.normal(size=n))
        values[n // 3] = np.nan
        frames.append(pd.DataFrame({"time": np.arange(n), "stream": name, "value": values}))
    return pd.concat(frames, ignore_index=True)


def _parquet(path, frame, rows=1_000, **options):
    pq.write_table(pa.Table.from_pandas(frame, **options), path, row_group_size=rows)
    return path


def _competition(folder, frame):
    _parquet(folder / "X_train.parquet", frame)
    _parquet(folder / "X_test.parquet", frame[frame.stream.isin(["b", "d"])])
    return folder


def _recordings(folder, frame):
    for name, rows in frame.groupby("stream"):
        third = len(rows) // 3
        for k, piece in enumerate((rows[:third], rows[third:-1], rows[-1:])):
            piece[["value"]].to_csv(folder / f"stream_{name}_file_{k + 9}.csv")
    return folder


def _wide(frame):
    return pd.DataFrame({"time": range(900), "up": np.arange(900.0), "down": frame.value[:900]})


FILES = {
    "runs of rows": lambda folder, frame: _parquet(folder / "x.parquet", frame),
    "one row group": lambda folder, frame: _parquet(folder / "x.parquet", frame, rows=100_000),
    "tiny row groups": lambda folder, frame: _parquet(folder / "x.parquet", frame, rows=7),
    "mixed rows": lambda folder, frame: _parquet(folder / "x.parquet", frame.sort_values("time", kind="stable")),
    "an index": lambda folder, frame: _parquet(folder / "x.parquet", frame.set_index("time")),
    "whole numbers as ids": lambda folder, frame: _parquet(
        folder / "x.parquet", frame.assign(stream=frame.stream.map({"b": 7, "a": 10, "long one": 9, "d": -1}))
    ),
    "categories as ids": lambda folder, frame: _parquet(
        folder / "x.parquet", frame.assign(stream=frame.stream.astype("category"))
    ),
    "whole numbers as values": lambda folder, frame: _parquet(
        folder / "x.parquet", frame.assign(value=np.arange(len(frame)) + 2**60)
    ),
    "missing values": lambda folder, frame: _parquet(
        folder / "x.parquet", frame.assign(value=frame.value.convert_dtypes())
    ),
    "objects as values": lambda folder, frame: _parquet(
        folder / "x.parquet", frame.assign(value=pd.Series(frame.value, dtype="float32"))
    ),
    "other columns": lambda folder, frame: _parquet(
        folder / "x.parquet", frame.rename(columns={"stream": "Symbol", "value": "Close"})
    ),
    "wide": lambda folder, frame: _parquet(folder / "x.parquet", _wide(frame), rows=100),
    "CSV": lambda folder, frame: (frame.to_csv(folder / "x.csv"), folder / "x.csv")[1],
    "CSV of mixed rows": lambda folder, frame: (
        frame.sort_values("time").to_csv(folder / "x.csv", index=False),
        folder / "x.csv",
    )[1],
    "wide CSV": lambda folder, frame: (_wide(frame).to_csv(folder / "x.csv"), folder / "x.csv")[1],
    "the competition's folder": _competition,
    "a folder of recordings": _recordings,
}


@pytest.fixture(params=FILES)
def source(request, tmp_path, long_frame, monkeypatch):
    monkeypatch.setattr("midplot.streams.files._tables.CHUNK_ROWS", 400)
    return FILES[request.param](tmp_path, long_frame)


@pytest.fixture
def runs(tmp_path, long_frame):
    return _parquet(tmp_path / "runs.parquet", long_frame)


def test_what_stays_in_its_file_equals_what_is_held(source):
    for held, left in zip(load_streams(source, lazy=False), load_streams(source, lazy=True), strict=True):
        assert [(s.stream_id, s.name, len(s)) for s in left] == [(s.stream_id, s.name, len(s)) for s in held]
        for ours, theirs in zip(left, held, strict=True):
            assert ours.stored is not None
            np.testing.assert_array_equal(ours.values, theirs.values)
            assert not ours.values.flags.writeable
        assert list(map(repr, map(Stream, [s.values for s in left]))) == list(
            map(repr, map(Stream, [s.values for s in held]))
        )


def test_the_replay_is_the_same(source):
    held, _ = load_streams(source, lazy=False)
    left, _ = load_streams(source, lazy=True)
    ours, theirs = (replay(s, infer=MomentumAttacker, warmup=20, start_index=50, dry=True) for s in (left, held))
    assert ours.scores == theirs.scores
    assert ours.summary() == theirs.summary()
    pd.testing.assert_frame_equal(ours.trades.drop(columns="latency_ms"), theirs.trades.drop(columns="latency_ms"))
    pd.testing.assert_frame_equal(ours.equity, theirs.equity)


def _alternating(stream):
    yield
    for tick, _ in enumerate(stream):
        yield (-1) ** tick


def test_trades_of_an_attacker_that_decides_always_are_made_again(runs):
    left, held = (replay(load_streams(runs, lazy=lazy)[0], infer=_alternating, dry=True) for lazy in (True, False))
    part = left.stream("long one").parts[0]
    assert part.trades is not part.trades
    np.testing.assert_array_equal(part.trades.profit, held.stream("long one").parts[0].trades.profit)
    assert (left.total_score, left.unresolved, left.n_ticks) == (held.total_score, held.unresolved, held.n_ticks)


def test_several_processes_read_for_themselves(runs, tmp_path, long_frame):
    mixed = _parquet(tmp_path / "mixed.parquet", long_frame.sort_values("time", kind="stable"))
    for path in (runs, mixed):
        streams, _ = load_streams(path, lazy=True)
        alone, together = (replay(streams, infer=MomentumAttacker, n_jobs=n, dry=True) for n in (1, 2))
        assert together.scores == alone.scores


def test_a_part_travels_as_the_place_it_is_read_from(runs):
    streams, _ = load_streams(runs, lazy=True)
    part = cut_into_parts(streams[3])[1]
    content = pickle.dumps(part)
    assert len(content) < 1_000 < part.values.nbytes
    np.testing.assert_array_equal(pickle.loads(content).values, part.values)


def test_one_stream_is_held_at_a_time(runs, monkeypatch):
    alive, most = [], []
    load = ParquetValues.load

    def watched(self):
        gc.collect()
        most.append(sum(each() is not None for each in alive))
        values = load(self)
        alive.append(weakref.ref(values))
        return values

    monkeypatch.setattr(ParquetValues, "load", watched)
    streams, _ = load_streams(runs, lazy=True)
    result = replay(streams, infer=MomentumAttacker, dry=True)
    assert len(most) == len(streams)  # each is read once
    assert max(most) == 1  # the one before is held until the next is there
    gc.collect()
    assert sum(each() is not None for each in alive) == 1
    assert result.n_ticks == sum(len(s) - 1 for s in streams)


def test_a_stream_that_is_not_read_says_where_it_is(runs):
    streams, _ = load_streams(runs, lazy=True)
    assert repr(streams[0]) == "Stream(stream_id=0, name='a', 1300 points, in runs.parquet)"
    assert len(streams[0]) == 1_300


def test_a_file_that_has_changed_is_not_read(runs, long_frame):
    streams, _ = load_streams(runs, lazy=True)
    _parquet(runs, long_frame[:-3])
    with pytest.raises(StreamError, match=r"runs\.parquet: the file has changed since .* with load_streams"):
        replay(streams, infer=MomentumAttacker)


def test_a_file_that_is_gone_is_named(runs):
    streams, _ = load_streams(runs, lazy=True)
    runs.unlink()
    with pytest.raises(StreamError, match=r"runs\.parquet: the file can no longer be read .* load them again"):
        replay(streams, infer=MomentumAttacker)


def test_the_temporary_file_goes_with_its_streams(tmp_path, long_frame, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    mixed = _parquet(tmp_path / "mixed.parquet", long_frame.sort_values("time", kind="stable"))
    streams, _ = load_streams(mixed, lazy=True)
    assert isinstance(streams[0].stored, SpooledValues)
    assert len(list(tmp_path.glob("midplot-*"))) == 1
    last = streams[-1]
    del streams
    gc.collect()
    assert len(last.values) == len(last)
    del last
    _last_read.cache_clear()
    gc.collect()
    assert not list(tmp_path.glob("midplot-*"))


def test_a_full_disk_is_told(tmp_path, long_frame, monkeypatch):
    path = tmp_path / "x.csv"
    long_frame.to_csv(path, index=False)

    def full(self, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spool.Spool, "_write", full)
    with pytest.raises(StreamError, match=r"x\.csv: its streams do not fit .*No space left.* Set TMPDIR"):
        load_streams(path, lazy=True)


BAD = {
    "text among the values": lambda f: f.assign(value=f.value.astype(object).where(f.index != 1_234, "oops")),
    "an id is missing": lambda f: f.assign(stream=f.stream.where(f.index != 1_234)),
    "a truth value": lambda f: f.assign(value=True),
    "no values": lambda f: f[["time", "stream"]],
    "no rows": lambda f: f[:0],
}


@pytest.mark.parametrize("spoil", BAD.values(), ids=BAD)
def test_the_same_is_said_of_a_bad_file(tmp_path, long_frame, spoil, monkeypatch):
    monkeypatch.setattr("midplot.streams.files._tables.CHUNK_ROWS", 400)
    path = tmp_path / "x.csv"
    spoil(long_frame).to_csv(path, index=False)
    said = []
    for lazy in (False, True):
        with pytest.raises(StreamError) as error:
            load_streams(path, lazy=lazy, id_column="stream")
        said.append(str(error.value))
    assert said[0] == said[1]


def test_an_infinite_value_is_told_when_it_is_read(tmp_path, long_frame):
    path = _parquet(
        tmp_path / "x.parquet", long_frame.assign(value=long_frame.value.where(long_frame.index != 3, np.inf))
    )
    streams, _ = load_streams(path, lazy=True)
    with pytest.raises(StreamError, match=r"x\.parquet: stream 1 'b', tick 3: the value is inf"):
        replay(streams, infer=MomentumAttacker)


def test_a_file_that_is_none_is_told(tmp_path):
    path = tmp_path / "x.parquet"
    path.write_bytes(b"PAR1 of a kind")
    for lazy in (None, True):
        with pytest.raises(StreamError, match="the file cannot be read"):
            load_streams(path, lazy=lazy)


def test_the_size_decides(tmp_path, long_frame, monkeypatch):
    parquet, csv = _parquet(tmp_path / "x.parquet", long_frame), tmp_path / "x.csv"
    long_frame.to_csv(csv, index=False)
    assert all(load_streams(path)[0][0].stored is None for path in (parquet, csv))
    monkeypatch.setattr(lazy_module, "LARGE_CELLS", 3 * len(long_frame) - 1)
    monkeypatch.setattr(lazy_module, "LARGE_BYTES", csv.stat().st_size - 1)
    assert all(load_streams(path)[0][0].stored is not None for path in (parquet, csv))
    assert all(load_streams(path, lazy=False)[0][0].stored is None for path in (parquet, csv))


def test_what_lazy_may_be(long_frame):
    with pytest.raises(ArgumentTypeError, match="lazy: expected True, False or None, got 'yes'"):
        load_streams(lazy="yes")
    with pytest.raises(ArgumentError, match="lazy: a frame is in memory already"):
        load_streams(long_frame, lazy=True)


def test_what_stays_in_its_file_is_labelled_and_verified(runs, tmp_path):
    streams, _ = load_streams(runs, lazy=True)
    result = replay(streams, infer=MomentumAttacker, only_stream_ids=["a", "long one"], dry=True)
    assert result.verify(n_ticks=3).causal
    result.select("long one", 1_200, 1_250)
    result.save_selected(UP, path=tmp_path / "scenarios")
    (scenario,) = load_scenarios(tmp_path / "scenarios")
    assert list(scenario.selection.values) == streams[3].values[1_200:1_251].tolist()
