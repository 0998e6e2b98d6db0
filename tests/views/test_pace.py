"""How fast a replay is, and how long it will still take, by a clock that the tests turn."""

from __future__ import annotations

import itertools
import math
import random
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from midplot import replay
from midplot.views.panel._pace import Ending, Pace, _duration, smoothed
from midplot.views.panel._world import World


class Replayed:
    """A replay of streams of given lengths, in parts, at a pace that may change: tells a `Pace` of each chunk."""

    def __init__(self, lengths, seconds_per_tick, *, parts=1, n_streams=None, load=0.0, chunk=100):
        self.now, self.lengths, self.parts, self.load, self.chunk = 50.0, lengths, parts, load, chunk
        self.seconds_per_tick = seconds_per_tick
        self.pace = Pace(lambda stream: (0, lengths[stream]), lambda: self.now)
        self.pace.begin(len(lengths) if n_streams is None else n_streams)
        self.whole = sum(lengths)

    def __iter__(self):
        """Yield the time, the fraction done and the seconds said to be left, after each chunk."""
        self.now += self.load
        for stream, length in enumerate(self.lengths):
            edges = [length * part // self.parts for part in range(self.parts + 1)]
            for first, stop in itertools.pairwise(edges):
                run = SimpleNamespace(part=SimpleNamespace(stream_id=stream, first_index=first))
                for done in [*range(self.chunk, stop - first, self.chunk), stop - first]:
                    n = done - (getattr(run, "done", 0))
                    run.done = done
                    self.now += n * self.seconds_per_tick(self.now - 50.0)
                    self.pace.note(SimpleNamespace(run=run, part=run.part, done=done, total=stop - first))
                    yield self.now, self.pace.state()


def seconds(text):
    """Return the seconds that a text says are left; None if it says nothing of them."""
    if "left" not in text:
        return None
    words = text.partition(" · ")[2].split()[:-1]
    return sum(int(n) * {"h": 3600, "min": 60, "s": 1}[unit] for n, unit in zip(words[::2], words[1::2], strict=True))


def rounding(true):
    """Return how far a text may be from a true number of seconds: half a step of its own, and half a second of both."""
    return max(2.5, 0.1 * true) + 0.5


def test_at_an_even_pace_the_time_left_is_right_and_only_gets_shorter():
    told = [(now, seconds(state["text"])) for now, state in Replayed([20_000] * 5, lambda _: 1e-3)]
    end = told[-1][0]
    said = [(now, left) for now, left in told if left is not None]
    for now, left in said[:-1]:
        assert abs(left - (end - now)) <= rounding(end - now)
    assert all(after <= before for (_, before), (_, after) in itertools.pairwise(said))


@pytest.mark.parametrize("parts", [1, 7])
def test_the_share_never_goes_back_and_parts_do_not_swing_the_time_left(parts):
    told = list(Replayed([7000] * 4, lambda _: 1e-3, parts=parts))
    shares = [state["share"] for _, state in told]
    assert shares == sorted(shares)
    assert shares[len(shares) // 2] == pytest.approx(0.5, abs=0.02)
    end = told[-1][0]
    for now, state in told[:-1]:
        left = seconds(state["text"])
        assert left is None or abs(left - (end - now)) <= rounding(end - now)


def test_what_loading_the_attacker_took_is_not_taken_for_the_pace():
    told = list(Replayed([30_000], lambda _: 1e-3, load=20.0))
    end = told[-1][0]
    left = [(end - now, seconds(state["text"])) for now, state in told[1:-1]]
    assert all(abs(said - true) <= rounding(true) for true, said in left)


def test_streams_of_unequal_length_swing_it_less_than_the_plain_extrapolation_did():
    chance = random.Random(3)
    lengths = [chance.choice([500, 2_000, 20_000]) for _ in range(40)]
    replayed = Replayed(lengths, lambda _: 1e-3)
    said, plain = [], []
    for now, state in replayed:
        left = seconds(state["text"])
        if left is not None and state["share"] < 0.95:
            said.append(left)
            plain.append((now - 50.0) * (1 - state["share"]) / state["share"])
    up = [max(0.0, after - before) for before, after in itertools.pairwise(said)]
    assert max(up) <= 60
    assert sum(up) < 0.5 * sum(max(0.0, after - before) for before, after in itertools.pairwise(plain))


def test_a_pace_that_halves_for_good_is_believed_after_a_while():
    replayed = Replayed([100_000], lambda t: 1e-3 if t < 20 else 2e-3)
    told = list(replayed)
    end = told[-1][0]
    late = [(end - now, seconds(state["text"])) for now, state in told if end - 60 < now < end - 20]
    assert all(abs(said - true) <= 0.25 * true for true, said in late)


def test_nothing_is_said_of_the_time_left_in_the_first_second_nor_after_the_end():
    replayed = Replayed([5000], lambda _: 1e-3)
    told = list(replayed)
    assert replayed.pace.state()["text"] == ""
    for now, state in told[:-1]:
        assert ("left" in state["text"]) == (now - 50.0 >= 1.0)
        assert state["text"].startswith("1,000 ticks/s")
    fresh = Replayed([5000], lambda _: 1e-3).pace
    assert fresh.state() == {"share": 0.0, "finished": False, "text": "starting"}
    fresh.finish()
    assert fresh.state()["finished"]


@given(st.floats(0, 1e5), st.lists(st.tuples(st.floats(0, 10), st.floats(0, 1e5)), min_size=1, max_size=30))
def test_the_expected_end_stays_between_what_was_said_before_and_the_new_estimate(first, estimates):
    now, ending = 7.0, smoothed(None, 7.0, first)
    assert ending == Ending(7.0 + first, 7.0)
    for passed, left in estimates:
        now += passed
        after = smoothed(ending, now, left)
        low, high = sorted([ending.at, now + left])
        assert low - 1e-6 <= after.at <= high + 1e-6
        assert after.noted == now
        ending = after


@given(st.floats(0.1, 20), st.integers(1, 50))
def test_how_often_it_is_estimated_does_not_matter(passed, n):
    """Of a new estimate that lasts, as much is taken over in many small steps as in one."""
    ending = Ending(5.0, 0.0)
    for step in range(1, n + 1):
        now = passed * step / n
        ending = smoothed(ending, now, 25.0 - now)
    assert ending.at == pytest.approx(25.0 - 20.0 * math.exp(-passed / 3.0))


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (0, "1 s"),
        (9.4, "9 s"),
        (9.6, "10 s"),
        (58, "1 min"),
        (61, "1 min"),
        (599, "10 min"),
        (605, "10 min"),
        (3599, "1 h"),
    ],
)
def test_a_remaining_time_is_rounded_the_more_the_longer_it_is(given, text):
    assert _duration(given) == text


@pytest.mark.parametrize(
    ("rules", "fed"),
    [
        ({}, (0, 60)),
        ({"stop_index": 40}, (0, 40)),
        ({"start_index": 20, "warmup": 5}, (15, 60)),
        ({"stop_index": 99}, (0, 60)),
    ],
)
def test_what_is_fed_of_a_stream_is_known_without_its_values(rules, fed):
    def nothing(stream):
        yield
        for _ in stream:
            yield 0.0

    prices = np.arange(60.0)
    prices[30] = np.nan
    result = replay([prices], infer=nothing, **rules)
    assert World(result.ledger, result.labeller).fed(0) == fed
