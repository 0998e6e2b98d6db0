"""Memory that outlives a stream is called memory, and whatever an attacker holds can be looked at without a crash."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from midplot import replay
from midplot.causality._fresh import cause_without_future
from midplot.causality._numbers import runs_of_numbers
from midplot.causality._reach import Reach
from tests.causality.markets import walk
from tests.causality.test_looks import Dice, bound, depends_on_its_frames
from tests.causality.test_verify import engine_frame

BIG = 10**400


class Refuses(float):
    def __float__(self):
        raise RuntimeError("no float")


class RefusesItself:
    @property
    def __class__(self):
        raise RuntimeError("no class")


class RefusesToBeListed(list):
    def __iter__(self):
        raise RuntimeError("no items")

    def __len__(self):
        raise RuntimeError("no length")


class RefusesKeys(Mapping):
    def __init__(self, held):
        self.held = held

    def __getitem__(self, key):
        return self.held[key]

    def __iter__(self):
        raise RuntimeError("no keys")

    def __len__(self):
        raise RuntimeError("no length")


NO_PRICES = {
    "an int": BIG,
    "all bits": 2**2048 - 1,
    "more digits than Python writes": 10**5000,
    "negative": -BIG,
    "a fraction": Fraction(BIG, 3),
    "a decimal": Decimal("1e400"),
    "no number": Decimal("sNaN"),
    "complex": complex(1e308, 1e308),
    "a long double": np.longdouble("1e4000"),
    "no float": Refuses(1),
    "no class": RefusesItself(),
    "a long range": range(BIG),
}


@pytest.mark.parametrize("name", NO_PRICES)
def test_what_is_no_price_is_skipped_wherever_it_is_held(name):
    big = NO_PRICES[name]

    class Holds:
        kept = big

        def __init__(self):
            self.alone, self.row, self.table = big, [big] * 40, {"a": big, "b": [1.0, big]}
            self.objects = np.array([1.0, *[big] * 40], dtype=object)
            self.pairs, self.messages = [(1.0, big)] * 40, [{"x": big}] * 40

        def tick_and_predict(self, x, horizon):
            return 1

    assert replay([walk(80)], infer=Holds, dry=True).verify(n_ticks=1).ok


@pytest.mark.parametrize(
    "big",
    [BIG, -(2**2048), 10**5000, Fraction(BIG), Refuses(1)],
    ids=["int", "negative", "long", "fraction", "refuses"],
)
def test_prices_beside_a_number_that_has_no_float_are_found_all_the_same(big):
    prices = walk(100, 5).tolist()
    held = [[*prices, big], [big, *prices], [(1.0, each) for each in [*prices, big]], np.array([*prices, big], object)]
    for each in held:
        runs = [run for _, run in runs_of_numbers(each)]
        assert any(set(prices) <= set(run.tolist()) for run in runs)


@pytest.mark.parametrize("refuses", [RefusesToBeListed, RefusesKeys, lambda held: {10**5000: held}])
def test_what_refuses_to_be_read_is_read_all_the_same(refuses):
    prices = walk(100, 5).tolist()
    # The collector begins a list at its end.
    assert any(run.tolist() in (prices, prices[::-1]) for _, run in Reach([("held", refuses(prices))]).runs)


def counting(period, at_start=0):
    class Counts:
        n = at_start

        def __init__(self):
            Counts.n += 1
            self.side = 1 if Counts.n // period % 2 else -1

        def tick_and_predict(self, x, horizon):
            return self.side

    return Counts


def knowing_prices():
    class Knows:
        after: dict[float, float] = {}  # noqa: RUF012 -- the fault that is to be found
        last = None

        def tick_and_predict(self, x, horizon):
            if self.last is not None:
                self.after[self.last] = x
            self.last = x
            return self.after.get(x, x) - x

    return Knows


def knowing_ticks():
    class Knows:
        at: dict[int, float] = {}  # noqa: RUF012 -- the fault that is to be found
        tick = -1

        def tick_and_predict(self, x, horizon):
            self.tick += 1
            known = self.tick in self.at
            self.at.setdefault(self.tick, x)
            return 1 if known else 0

    return Knows


@pytest.mark.parametrize("n_streams", [1, 2, 3])
@pytest.mark.parametrize(
    "attacker",
    [
        lambda: counting(1),
        lambda: counting(2),
        lambda: counting(3, 1),
        lambda: counting(12),
        knowing_prices,
        knowing_ticks,
    ],
    ids=["each", "second", "third", "twelfth", "prices", "ticks"],
)
def test_what_is_kept_in_a_class_is_memory_and_no_look_ahead(attacker, n_streams):
    streams = [np.round(walk(200, seed), 1) for seed in range(n_streams)]
    found = replay(streams, infer=attacker(), dry=True).verify(n_ticks=8)
    assert (found.ok, found.deterministic, found.causal, found.cause) == (False, False, None, "memory")
    assert "it keeps something, in a class, a module" in str(found)


def test_a_peeker_that_keeps_a_log_in_its_class_looks_ahead_all_the_same():
    class Peeks:
        log: list[float] = []  # noqa: RUF012 -- kept, but it decides nothing
        n = 0
        tick = -1

        def __init__(self):
            Peeks.n += 1

        def tick_and_predict(self, x, horizon):
            self.log.append(x)
            self.tick += 1
            values = engine_frame()
            return float(np.sign(values[self.tick + 5] - x)) if self.tick + 5 < len(values) else 0

    found = replay([walk(300, 1), walk(300, 2)], infer=Peeks, dry=True).verify(n_ticks=8)
    assert (found.causal, found.deterministic, found.cause) == (False, True, None)
    assert "it looks behind its stream" in str(found)


@pytest.mark.parametrize(("infer", "cause"), [(counting(10), "memory"), (Dice, "dice"), (depends_on_its_frames, None)])
def test_where_there_is_no_future_only_memory_and_dice_decide_differently(infer, cause):
    assert cause_without_future(walk(60), bound(infer)) == cause
