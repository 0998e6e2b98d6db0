"""Verification finds those who peek, those who read the data elsewhere, and those who roll dice; and nobody else."""

from __future__ import annotations

import gc
import math
import sys

import numpy as np
import pytest

from midplot import replay
from midplot.causality import Change, Verification
from midplot.errors import ArgumentError, ArgumentTypeError
from midplot.play._lockstep import Lockstep

HORIZON = 30


def walk(n, seed=0, step=0.1):
    return 100 + step * np.random.default_rng(seed).normal(size=n).cumsum()


class Momentum:
    """Honest."""

    def __init__(self):
        self.seen = []

    def tick_and_predict(self, x, horizon):
        self.seen.append(x)
        move = x - self.seen[-21] if len(self.seen) > 20 else 0.0
        return float(np.sign(move)) if abs(move) > 0.3 else 0


class Always:
    def tick_and_predict(self, x, horizon):
        return 1


class LateStarter:
    count = 0

    def tick_and_predict(self, x, horizon):
        self.count += 1
        return 1 if self.count > 300 else 0


class Contrarian:
    mean = None

    def tick_and_predict(self, x, horizon):
        self.mean = x if self.mean is None else 0.95 * self.mean + 0.05 * x
        return self.mean - x


class JumpChaser:
    last, left, side = None, 0, 0

    def tick_and_predict(self, x, horizon):
        jump, self.last = x - self.last if self.last is not None else 0, x
        if abs(jump) > 3:
            self.left, self.side = horizon, jump
        self.left -= 1
        return self.side if self.left >= 0 else 0


HONEST = [Momentum, Always, LateStarter, Contrarian, JumpChaser]


def giant_jump(n, seed):
    values = walk(n, seed)
    values[np.random.default_rng(seed).integers(n) :] += 50
    return values


def flat_with_a_jump(n, seed):
    return np.where(np.arange(n) < np.random.default_rng(seed).integers(n), 100.0, 150.0)


def trending(n, seed):
    return walk(n, seed) + 0.05 * np.arange(n)


def rising_after_300(n, seed):
    return walk(n, seed) + 0.2 * np.maximum(np.arange(n) - 300, 0)


def straight(n, seed):
    return 100 + 0.1 * np.arange(n)


# Honesty


def test_an_honest_attacker_is_ok():
    found = replay([walk(900, 1), walk(400, 2)], infer=Momentum).verify()
    assert (found.ok, found.causal, found.deterministic, found.leak, found.first_change) == (
        True,
        True,
        True,
        False,
        None,
    )
    assert found.leak_z is not None
    assert abs(found.leak_z) < 4
    assert 0 < found.n_ticks <= 20
    assert str(found).splitlines() == [
        "holds         nothing of these streams",
        "reads         nothing was opened; what C code opens by itself is not seen",
        "deterministic yes (the same on 900 ticks fed again; a rare throw of dice may be missed)",
        f"causal        yes (future taken away and altered at {found.n_ticks} ticks; finds what reaches behind the stream)",
        f"leak          none seen (z = {found.leak_z:.1f} on reshuffled streams; one that is right "
        f"{found.smallest_leak:.1%} of the time would have shown)",
        "history       decides from 21 ticks on; as with all of its past from 20 ticks on",
    ]
    assert repr(found) == f"Verification: ok\n{found}"


@pytest.mark.parametrize("streams", [walk, giant_jump, flat_with_a_jump, trending, rising_after_300, straight])
def test_no_honest_attacker_is_accused_on_any_kind_of_stream(streams):
    # Streams that have their time structure in common are the hard case: what is chance on one adds up over many.
    for attacker in HONEST:
        for seed, n_streams in [(0, 1), (1, 1), (2, 5)]:
            values = [streams(900, 10 * seed + i) for i in range(n_streams)]
            found = replay(values, infer=attacker, dry=True).verify(n_ticks=2, seed=seed)
            assert found.is_clean, (attacker, seed, found)
            assert found.leak_z is None or found.leak_z < 4


def test_the_same_seed_gives_the_same_report():
    result = replay([walk(700)], infer=Momentum)
    assert result.verify(seed=5) == result.verify(seed=5)


def test_an_attacker_that_never_fires_has_no_z():
    found = replay([walk(700)], infer=lambda: Quiet()).verify()
    assert (found.leak_z, found.leak, found.is_clean) == (None, False, True)
    assert (found.silent, found.ok) == (True, False)  # nothing was found, and nothing is shown
    assert "leak          none seen, and none could be: it decided nothing on reshuffled streams" in str(found)


class Quiet:
    def tick_and_predict(self, x, horizon):
        return 0


def test_streams_of_less_than_four_horizons_have_no_z():
    assert replay([walk(120)], infer=Always).verify().leak_z is None
    assert replay([walk(121)], infer=Always).verify().leak_z == 0.0  # whenever it is always up, it earns the same


# Peeking


def engine_frame():
    """Walk up to the frame of the engine that holds the whole part."""
    frame = sys._getframe(1)
    while not isinstance(frame.f_locals.get("values"), np.ndarray):
        frame = frame.f_back
    return frame.f_locals["values"]


def peeks_by_frames(stream):
    yield
    for t, message in enumerate(stream):
        values = engine_frame()
        yield float(np.sign(values[t + 5] - message["x"])) if t + 5 < len(values) else 0


def peeks_by_referrers(stream):
    yield
    lockstep = next(each for each in gc.get_objects() if type(each) is Lockstep and each._stream is stream)
    values = next(found_arrays(lockstep))
    for t, message in enumerate(stream):
        yield float(np.sign(values[t + 5] - message["x"])) if t + 5 < len(values) else 0


def found_arrays(lockstep):
    """Find the part's array in the frames that refer to a lockstep."""
    for holder in gc.get_referrers(lockstep):
        names = getattr(holder, "f_locals", None) or getattr(getattr(holder, "gi_frame", None), "f_locals", {})
        if isinstance(names.get("values"), np.ndarray):
            yield names["values"]


def peeks_once(stream):
    """Decide by what comes after tick 40, at tick 40 alone."""
    yield
    for t, _ in enumerate(stream):
        values = engine_frame()
        yield 1 if t == 40 and len(values) > 60 and values[60] > 0 else 0


def raises_without_its_future(stream):
    yield
    for t, message in enumerate(stream):
        yield engine_frame()[min(t + 5, 699)] - message["x"]


@pytest.mark.parametrize("infer", [peeks_by_frames, peeks_by_referrers])
def test_a_peeker_is_found_where_its_future_ends(infer):
    values = walk(700)
    result = replay([values], infer=infer)
    found = result.verify()
    change = found.first_change
    assert (found.causal, found.deterministic, found.ok) == (False, True, False)
    assert change.trial == "the future taken away"
    assert change.after == 0.0
    assert change.before == np.sign(values[change.tick + 5] - values[change.tick])
    assert (
        f"causal        NO (future taken away and altered at {found.n_ticks} ticks): it looks behind its stream"
        in str(found)
    )
    assert str(found).splitlines()[-1] == f"first change  {change}"
    assert repr(found).startswith("Verification: FAILED")


def test_the_first_tick_that_changed_is_named_exactly():
    found = replay({"a": walk(30, 1), "b": walk(700, 2)}, infer=peeks_once).verify()
    assert found.first_change == Change(1, 0, 40, "the future taken away", 1.0, 0.0)
    assert str(found.first_change) == "stream 1, tick 40: decided 1 in the replay, 0 with the future taken away"


def test_a_change_is_named_by_its_original_index_and_part():
    values = np.concatenate([walk(50), [math.nan], walk(300)])
    found = replay(values, infer=peeks_once, start_index=0).verify(n_ticks=300)
    assert (found.first_change.part, found.first_change.tick) == (1, 91)
    assert str(found.first_change).startswith("stream 0, part 1, tick 91: ")


def test_a_peeker_that_raises_where_its_future_is_missing_is_found_not_obeyed():
    found = replay([walk(700)], infer=raises_without_its_future).verify()
    assert found.causal is False
    assert found.first_change.after is None
    assert found.first_change.error.startswith("IndexError: index ")
    assert ", raised IndexError: index " in str(found.first_change)
    assert str(found.first_change).endswith(" with the future taken away")


# Reading the data from elsewhere


def reader_of(*streams, hits=1.0):
    """Make an attacker that knows streams by their first value, and then goes by position."""

    class Reader:
        def __init__(self):
            self.t = -1
            self.dice = np.random.default_rng(0)

        def tick_and_predict(self, x, horizon):
            self.t += 1
            if self.t == 0:
                self.values = next((values for values in streams if values[0] == x), streams[0])
            values = self.values
            if self.t + horizon >= len(values):
                return 0
            move = float(np.sign(values[self.t + horizon] - values[self.t]))
            return move if self.dice.random() < hits else -move

    return Reader


@pytest.mark.parametrize(("hits", "least"), [(1.0, 8), (0.7, 6)])
def test_a_reader_of_the_data_by_position_is_a_leak(hits, least):
    values = walk(2500, 3)
    found = replay([values], infer=reader_of(values, hits=hits)).verify(n_ticks=4)
    assert (found.causal, found.deterministic, found.leak, found.ok) == (True, True, True, False)
    assert found.leak_z > least
    assert f"YES (z = {found.leak_z:.1f}): it knows stream 0 beforehand, from `streams[0]`" in str(found)


def test_a_leak_is_found_over_many_short_streams():
    streams = [walk(150, seed) for seed in range(30)]
    found = replay(streams, infer=reader_of(*streams)).verify(n_ticks=4)
    assert found.leak
    assert found.leak_z > 6


def test_a_reader_who_has_another_streams_data_is_no_leak():
    found = replay([walk(2500, 3)], infer=reader_of(walk(2500, 5))).verify(n_ticks=4)
    assert not found.leak


# Dice and memory


def test_a_random_attacker_is_not_deterministic_and_its_causality_cannot_be_told():
    dice = np.random.default_rng()

    class Random:
        def tick_and_predict(self, x, horizon):
            return dice.normal()

    found = replay([walk(700)], infer=Random).verify()
    assert (found.deterministic, found.causal, found.ok) == (False, None, False)
    assert found.first_change.trial == "the same values again"
    assert found.first_change.tick == 0
    assert found.cause == "memory"  # the dice were made once, outside of the attacker
    assert "deterministic NO: fresh processes agree, but not after another stream: it keeps something" in str(found)
    assert "causal        unknown: it decides differently on the same values" in str(found)


def test_dice_that_fall_alike_at_first_are_not_taken_for_a_peek():
    runs = iter(range(1000))

    class RandomLater:
        def __init__(self):
            self.moody = next(runs) > 1  # the replay and the first trial are alike

        def tick_and_predict(self, x, horizon):
            return 1 if self.moody and next(runs) % 2 else 0

    found = replay([walk(200)], infer=RandomLater).verify()
    assert (found.deterministic, found.causal) == (False, None)
    assert found.first_change.trial == "the same values again"


def test_memory_that_outlives_a_stream_is_found():
    class Hoarder:
        seen: list[float] = []  # noqa: RUF012 - the fault that is to be found

        def tick_and_predict(self, x, horizon):
            self.seen.append(x)
            return x - sum(self.seen) / len(self.seen)

    found = replay([walk(300, 1), walk(300, 2)], infer=Hoarder).verify()
    assert (found.ok, found.deterministic, found.causal, found.leak) == (False, False, None, False)
    assert {(each.path, each.gathered) for each in found.holds} == {("Hoarder.seen", True)}
    assert ", gathered while it was replayed" in str(found)


def test_a_list_in_which_prices_are_logged_is_no_leak():
    log = []

    class Logs(Momentum):
        def tick_and_predict(self, x, horizon):
            log.append(x)
            return super().tick_and_predict(x, horizon)

    found = replay([walk(300, 1), walk(300, 2)], infer=Logs).verify()
    assert [each.path for each in found.holds] == ["log"]
    assert found.ok


# Errors and partial results


class Breaks(Momentum):
    def tick_and_predict(self, x, horizon):
        decision = super().tick_and_predict(x, horizon)
        if len(self.seen) == 251:
            raise ZeroDivisionError
        return decision


def partial(values, infer):
    from midplot import get_replay_result

    with pytest.raises(ZeroDivisionError):
        replay(values, infer=infer)
    return get_replay_result()


def test_a_partial_result_is_verified_as_far_as_it_goes():
    result = partial([walk(700)], Breaks)
    assert result.interrupted
    assert result.n_ticks == 250
    found = result.verify(n_ticks=50)
    assert (found.ok, found.causal, found.deterministic) == (True, True, True)
    assert found.surrogate_error is None


def test_a_result_without_a_tick_cannot_be_verified():
    with pytest.raises(ArgumentError, match=r"^verify: nothing was replayed, so .* Replay a stream first\.$"):
        partial([walk(50)], BreaksAtOnce).verify()


class BreaksAtOnce:
    def tick_and_predict(self, x, horizon):
        raise ZeroDivisionError


def test_what_an_attacker_raises_on_a_surrogate_is_told():
    values = walk(600)
    known = dict.fromkeys(values.tolist(), 1)

    class Lookup:
        def tick_and_predict(self, x, horizon):
            return known.get(x, 1) if self.first(x) else known[x]

        def first(self, x):
            first, self.started = not hasattr(self, "started"), True
            return first

    # The future altered is no error either: what comes after the tick that is looked at does not matter.
    found = replay([values], infer=Lookup).verify()
    assert found.causal
    assert found.surrogate_error.startswith("KeyError: ")
    assert (
        str(found).splitlines()[-1].startswith("raised        on a reshuffled stream, where it was followed no further")
    )


def test_surrogates_stay_above_the_lowest_price():
    class Logarithmic(Momentum):
        def tick_and_predict(self, x, horizon):
            return super().tick_and_predict(math.log(x), horizon)

    values = np.concatenate([np.linspace(1, 90, 400), np.linspace(90, 1, 400)])
    found = replay([values], infer=Logarithmic).verify(n_ticks=1)
    assert found.ok
    assert found.surrogate_error is None


@pytest.mark.parametrize(
    ("n_ticks", "error"), [(0, ArgumentError), (2.5, ArgumentTypeError), (True, ArgumentTypeError)]
)
def test_a_wrong_number_of_ticks_is_named(n_ticks, error):
    with pytest.raises(error, match="n_ticks"):
        replay([walk(40)], infer=Always).verify(n_ticks=n_ticks)


def test_one_tick_and_more_ticks_than_there_are():
    result = replay([[1.0, 2.0, 3.0]], infer=Always)
    assert result.verify(n_ticks=1).n_ticks == 1
    assert result.verify(n_ticks=500).n_ticks == 3
    assert replay([[1.0]], infer=Always).verify().ok


def test_a_verification_is_plain_data_on_request():
    found = Verification(True, True, False, 1.5, None, 20)
    assert (
        found.to_dict().items()
        >= {
            "ok": True,
            "causal": True,
            "deterministic": True,
            "leak": False,
            "leak_z": 1.5,
            "first_change": None,
            "n_ticks": 20,
            "surrogate_error": None,
        }.items()
    )
