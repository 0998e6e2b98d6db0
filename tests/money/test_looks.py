"""A look at a running replay scores what is new, and says to the last bit what scoring from scratch says."""

from __future__ import annotations

import copy
import math
import pickle
import tracemalloc
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from midplot import replay
from midplot.money import _latencies, _looks, _tally
from midplot.money._account import StreamAccount, account_of
from midplot.money._latencies import Latencies
from midplot.money._ledger import Ledger
from midplot.money._scoring import summarise
from midplot.money._tally import Sum, Tally
from midplot.play._engine import PartReplay
from midplot.play._latency import Latency
from midplot.play._settings import ReplaySettings
from midplot.streams._stream import Stream, cut_into_parts

DECISIONS = [0.0, 0.0, 1.0, -1.0, 0.25, -3.0]
FIELDS = ("tick", "decision", "x", "resolution_tick", "x_resolution", "profit")


class Growing:
    """A run whose outcome is a part's first so many ticks, as an engine would tell it."""

    def __init__(self, part, decisions, latency_ns):
        self.part, self._all, self.done = part, (decisions, latency_ns), 0

    def outcome(self):
        decisions, latency_ns = (each[: self.done] for each in self._all)
        probes = {"p": decisions * 2}
        return PartReplay(self.part, decisions, latency_ns, 7, self.done == len(self.part), probes)


@st.composite
def replays(draw):
    """Streams with gaps, rules, decisions, and the places at which somebody looks."""
    rules = ReplaySettings(
        horizon=draw(st.integers(1, 9)),
        epsilon=draw(st.sampled_from([0.0, 0.0025, 0.25])),
        backoff=draw(st.integers(0, 12)),
        with_trading_lag=draw(st.booleans()),
    )
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    streams = []
    for stream_id in range(draw(st.integers(1, 3))):
        values = 100 + random.integers(-6, 7, draw(st.integers(1, 120))).cumsum() / 4
        values[random.random(len(values)) < draw(st.sampled_from([0.0, 0.05]))] = np.nan
        values[0] = 100.0
        streams.append(Stream(values, stream_id=stream_id, warmup=draw(st.integers(0, 1)) * len(values) // 3))
    runs = [
        Growing(part, random.choice(DECISIONS, len(part)), random.integers(0, 10 ** draw(st.integers(1, 9)), len(part)))
        for stream in streams
        for part in cut_into_parts(stream)
    ]
    stops = [draw(st.none() | st.integers(0, len(run.part))) for run in runs]
    return (
        rules,
        streams,
        [(run, stop, draw(st.lists(st.integers(1, 40), max_size=12))) for run, stop in zip(runs, stops, strict=True)],
    )


def from_scratch(ledger, outcomes):
    """Return the accounts of outcomes, scored by another ledger at which nobody looked before."""
    other = Ledger(ledger.settings)
    for stream in ledger.sources.values():
        other.open_stream(stream)
    for outcome in outcomes:
        if outcome.n_ticks:
            other.record(outcome)
    return other


def same(one, other):
    return one == other or (
        isinstance(one, float) and isinstance(other, float) and math.isnan(one) and math.isnan(other)
    )


def assert_equal(ledger, outcomes):
    scratch = from_scratch(ledger, outcomes)
    assert repr(ledger.latency) == repr(Latency.of(*(o.latency_ns[o.scored] for o in outcomes)))
    for name in ("total_score", "unresolved", "n_ticks", "win_rate"):
        assert same(getattr(ledger, name), getattr(scratch, name))
    assert repr(ledger.summary()) == repr(scratch.summary())
    assert [s for s, a in ledger.streams.items() if a.n_ticks] == [s for s, a in scratch.streams.items() if a.n_ticks]
    for stream_id, expected in scratch.streams.items():
        ours = ledger.streams[stream_id]
        assert repr(ours.summary) == repr(expected.summary)
        assert repr(ours.latency) == repr(expected.latency)
        assert ours.profits.tolist() == expected.profits.tolist()
        np.testing.assert_array_equal(ours.equity, expected.equity)
        for mine, theirs in zip([p for p in ours.parts if p.replay.n_ticks], expected.parts, strict=True):
            by_account = account_of(mine.replay, ledger.settings)
            assert (mine.profits.tolist(), mine.unresolved) == (by_account.profits.tolist(), by_account.unresolved)
            assert mine.counted.tolist() == theirs.trades.tick.tolist() == theirs.counted.tolist()
            for name in FIELDS:
                np.testing.assert_array_equal(getattr(mine.trades, name), getattr(theirs.trades, name))


@settings(max_examples=40, deadline=None)
@given(replays())
def test_every_look_equals_scoring_from_scratch(drawn):
    rules, streams, runs = drawn
    ledger, ended, snapshots = Ledger(rules), [], []
    for stream in streams:
        ledger.open_stream(stream)
        for run, stop, chunks in runs:
            if run.part.stream_id != stream.stream_id:
                continue
            for chunk in chunks:
                run.done = min(run.done + chunk, len(run.part))
                ledger.watch(run)
                outcomes = [*ended, run.outcome()]
                assert_equal(ledger, outcomes)
                snapshots.append((ledger.streams[stream.stream_id].parts[-1], outcomes[-1]) if run.done else None)
            # It ends where the stream does, or earlier: at an error or at Ctrl-C, where the last look may lie behind.
            run.done = len(run.part) if stop is None else max(run.done, stop)
            ledger.record(run.outcome())
            ended.append(run.outcome())
            assert_equal(ledger, ended)
    for account, outcome in filter(None, snapshots):  # what was looked at has not changed since
        again = account_of(outcome, rules)
        assert (account.profits.tolist(), account.unresolved) == (again.profits.tolist(), again.unresolved)
        assert account.counted.tolist() == again.counted.tolist()


@given(arrays(np.float64, st.integers(0, 60), elements=st.floats(-1e300, 1e300) | st.floats(-1, 1)), st.data())
def test_a_tally_does_not_depend_on_how_the_profits_come(profits, data):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(profits)), max_size=8)))
    with patch.object(_tally, "PIECE", 7):
        tally = Tally()
        for piece in np.split(profits, cuts):
            tally = tally.plus(piece)
        assert repr(tally.summary(9)) == repr(summarise(profits, 9))


@given(arrays(np.float64, st.integers(2, 200), elements=st.integers(-999, 999).map(lambda k: k / 16)))
def test_the_deviation_is_that_of_numpy(profits):
    with patch.object(_tally, "PIECE", 16):
        spread = Tally.of(profits).spread
    assert (spread.n, spread.deviation) == (len(profits), pytest.approx(float(np.std(profits)), rel=1e-12, abs=1e-12))
    assert Tally.of(profits).spread.deviation == float(np.std(profits))  # within one piece to the last bit


def test_the_tally_of_several_streams_is_that_of_all_profits():
    random = np.random.default_rng(0)
    streams = [random.normal(size=n) for n in (0, 1, 500, 40_000, 0, 3)]
    ours = Tally.together(Tally.of(each) for each in streams).summary(9)
    theirs = summarise(np.concatenate(streams), 9)
    assert {key for key in ours if ours[key] != pytest.approx(theirs[key], rel=1e-12)} == set()
    assert ours["total_profit"] == sum(float(sum(each.tolist())) for each in streams)


@given(st.lists(st.lists(st.floats(allow_nan=False), max_size=9), max_size=9))
def test_a_sum_in_pieces_is_pythons_sum(pieces):
    total = Sum()
    for piece in pieces:
        total = total.plus(piece)
    assert same(total.value, float(sum(x for piece in pieces for x in piece)))


@given(st.lists(st.lists(st.integers(-(2**52), 2**52).map(lambda k: k / 8) | st.just(1e30), max_size=9), max_size=9))
def test_a_compensated_sum_in_pieces_is_the_exact_one(pieces):
    total = Sum()
    for piece in pieces:
        total = total.plus(piece, compensated=True)
    # Of so few digits, two floats together lose nothing, so the sum is the exact one, rounded once.
    assert total.value == math.fsum(x for piece in pieces for x in piece)


@settings(max_examples=60)
@given(
    st.lists(arrays(np.int64, st.integers(0, 40), elements=st.integers(0, 40) | st.integers(0, 2**33)), max_size=6),
    st.sampled_from([0, 16, 1 << 12]),
)
def test_latencies_added_equal_all_of_them_ranked(pieces, few):
    with (
        patch.multiple(_latencies, _FAST=64, _FEW=few, _COUNTS=np.zeros(64, dtype=np.int64)),
    ):
        latencies = Latencies()
        for piece in pieces:
            latencies = latencies.plus(piece)
            latencies.latency()
        assert repr(latencies.latency()) == repr(Latency.of(*pieces))


@pytest.mark.parametrize("scale", [300, 60_000, 70_000, 5_000_000])
def test_percentiles_of_many_latencies_are_those_of_numpy(scale):
    random = np.random.default_rng(scale)
    taken = (scale * random.lognormal(sigma=0.3, size=30_001)).astype(np.int32)
    latencies = Latencies()
    for piece in np.array_split(taken, 37):
        latencies = latencies.plus(piece)
    assert latencies.latency() == Latency.of(taken)
    assert len(latencies._slow) < 12


def test_a_look_scores_what_is_new_only():
    part = cut_into_parts(Stream(np.arange(1000.0) % 7))[0]
    run, ledger = Growing(part, np.ones(1000), np.ones(1000, np.int32)), Ledger(ReplaySettings(horizon=5))
    ledger.open_stream(Stream(part.values))
    scored = []
    real = _looks.earned
    with patch.object(_looks, "earned", lambda *args: scored.append(len(real(*args))) or real(*args)):
        for done in (100, 400, 400, 1000):
            run.done = done
            ledger.watch(run)
            assert ledger.total_score == ledger.streams[0].score
        ledger.record(run.outcome())
        assert len(ledger.streams) == 1
    assert scored == [95, 300, 0, 600, 0]


def test_a_look_that_is_interrupted_changes_nothing():
    part = cut_into_parts(Stream(np.arange(1000.0) % 7))[0]
    decisions = np.tile([1.0, 0.0, -1.0], 334)[:1000]
    run, ledger = Growing(part, decisions, np.ones(1000, np.int32)), Ledger(ReplaySettings(horizon=5))
    ledger.open_stream(Stream(part.values))
    for done in (100, 700):
        run.done = done
        ledger.watch(run)
        for name in ("earned", "PartAccount", "counted_ticks", "_added"):
            with patch.object(_looks, name, side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
                ledger.scores  # noqa: B018 -- reading it is the look
    assert_equal(ledger, [run.outcome()])
    ledger.record(run.outcome())
    assert_equal(ledger, [run.outcome()])


def test_looking_changes_no_replay():
    """The engine's own outcome, with a look at each checkpoint and a probe, against the same replay unseen."""
    random = np.random.default_rng(4)
    values = [100 + random.normal(size=3000).cumsum() for _ in range(3)]
    values[1][[700, 701, 1800]] = np.nan

    class Attacker:
        n = 0

        def tick_and_predict(self, x, horizon):
            self.n += 1
            if self.n == 2500:
                raise RuntimeError("mid-part")
            return float(np.sign(np.sin(x)))

    def played(progress):
        from midplot import get_replay_result

        with pytest.raises(RuntimeError, match="mid-part"):
            replay(values, infer=Attacker, probe="n", progress=progress, warmup=10, start_index=30)
        return get_replay_result()

    seen = []

    def look(checkpoint):
        from midplot import get_replay_result

        ledger = get_replay_result().ledger
        seen.append(ledger.total_score)
        probes = checkpoint.run.outcome().probes["n"]
        assert probes.tolist() == list(range(1, checkpoint.done + 1))

    with patch("midplot.play._engine.LARGEST_CHUNK", 50):
        looked = played(look).ledger
        unseen = played(None).ledger
    assert len(set(seen)) > 10
    assert looked.scores == unseen.scores
    assert repr(looked.summary()) == repr(unseen.summary())
    np.testing.assert_array_equal(looked.probes(0)["n"], unseen.probes(0)["n"])
    for ours, theirs in zip(looked.parts, unseen.parts, strict=True):
        np.testing.assert_array_equal(ours.trades.profit, theirs.trades.profit)


def test_what_was_added_up_does_not_travel():
    result = replay(np.arange(500.0) % 9, infer=_up, dry=True)
    result.ledger.streams[0].memory.held["x"] = object()
    for back in (pickle.loads(pickle.dumps(result.ledger)), copy.deepcopy(result.ledger)):
        assert back.summary() == result.ledger.summary()
        assert back.streams[0].memory.held == {}


def _up(stream):
    yield
    for _ in stream:
        yield 1.0


def test_the_account_of_a_stream_that_goes_on_keeps_its_memory():
    parts = cut_into_parts(Stream([1.0, 2.0, 3.0, np.nan, 5.0, 6.0]))
    ledger = Ledger(ReplaySettings(horizon=1))
    ledger.open_stream(Stream([1.0, 2.0, 3.0, np.nan, 5.0, 6.0]))
    memories = set()
    for part in parts:
        run = Growing(part, np.ones(len(part)), np.ones(len(part), np.int32))
        for done in range(1, len(part) + 1):
            run.done = done
            ledger.watch(run)
            memories.add(ledger.streams[0].memory)
        ledger.record(run.outcome())
        memories.add(ledger.streams[0].memory)
    assert len(memories) == 1
    assert isinstance(ledger.streams[0], StreamAccount)


def test_little_is_kept_of_streams_that_were_looked_at():
    """The counts of latencies take 256 kB, which is kept for one stream at a time."""
    ledger, parts = Ledger(ReplaySettings(horizon=1)), []
    for stream_id in range(40):
        stream = Stream(np.arange(9.0), stream_id=stream_id)
        ledger.open_stream(stream)
        parts.append(cut_into_parts(stream)[0])
    tracemalloc.start()
    for part in parts:
        run = Growing(part, np.ones(9), np.ones(9, np.int32))
        for run.done in (4, 9):
            ledger.watch(run)
            assert ledger.streams[part.stream_id].latency.n == run.done
        ledger.record(run.outcome())
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 3 * _latencies._COUNTS.nbytes
    assert_equal(ledger, [PartReplay(part, np.ones(9), np.ones(9, np.int32), 0, True) for part in parts])
