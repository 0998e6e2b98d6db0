"""Labels of data that were exported anew: which still fit, and why the others do not."""

from __future__ import annotations

import numpy as np
import pytest

from midplot.replay import replay
from midplot.scenarios._fit import belongs, misfit
from midplot.scenarios._scenario import Scenario, Selection
from midplot.streams._stream import Stream

PRICES = 1000 + np.round(np.cumsum(np.random.default_rng(5).normal(size=400)), 4)


def picked(name="eurusd", first=100, last=119, stream_id=0):
    stream = Stream(PRICES, stream_id, name)
    return Scenario(selection=Selection.of(stream, first, last, horizon=5, epsilon=0.1), expected=1)


def never(stream):
    yield
    for _ in stream:
        yield 0


def fits(scenario, stream):
    return belongs(scenario, replay([stream], infer=never).streams[0])


CHANGED = {
    "rounded": (np.round(PRICES, 2), "its prices differ by up to 0.00"),
    "float32": (PRICES.astype(np.float32).astype(float), "its prices differ by up to"),
    "cut at its start": (PRICES[37:], "its prices are at 63-82 now"),
    "joined to more": (np.concatenate([PRICES[:50] - 9, PRICES]), "its prices are at 150-169 now"),
    "shorter": (PRICES[:90], "its window is not in the stream, which has the indices 0-89"),
    "replaced": (PRICES * 2, "its prices differ: "),
    "one price corrected": (np.where(np.arange(400) == 110, 1.0, PRICES), "where the stream has 1"),
    "a gap within": (np.where(np.arange(400) == 110, np.nan, PRICES), "where the stream has nan"),
}


@pytest.mark.parametrize("change", CHANGED)
def test_a_label_that_does_not_fit_any_more_says_why(change):
    values, reason = CHANGED[change]
    stream, scenario = Stream(values, 0, "eurusd"), picked()
    assert not fits(scenario, stream)
    found = misfit(scenario, stream)
    assert found is not None
    assert found.startswith(reason) or reason in found


@pytest.mark.parametrize(
    "more", [PRICES, np.concatenate([PRICES, PRICES[:9]]), np.concatenate([PRICES, [np.nan, 1.0]])]
)
def test_a_label_fits_where_its_prices_are_whatever_follows(more):
    stream = Stream(more, 0, "eurusd")
    assert fits(picked(), stream)
    assert misfit(picked(), stream) is None


def test_the_fingerprint_is_compared_where_the_prices_differ():
    values = PRICES * 2
    scenario = picked()
    assert "fingerprint" not in misfit(scenario, Stream(values, 0, "eurusd"), lambda: scenario.selection.fingerprint)
    assert "the fingerprint of the stream differs too" in misfit(
        scenario, Stream(values, 0, "eurusd"), lambda: "sha256:other"
    )


def test_labels_of_other_streams_are_not_missed():
    assert misfit(picked("gbpusd"), Stream(PRICES * 2, 0, "eurusd")) is None
    assert misfit(picked(None, stream_id=3), Stream(PRICES * 2, 0)) is None
    # A stream without a name shares its id with any other replay's: only what is found again is missed.
    assert misfit(picked(None), Stream(PRICES * 2, 0)) is None
    assert misfit(picked(None), Stream(np.round(PRICES, 2), 0)) is not None
    assert misfit(picked(None), Stream(PRICES[5:], 0)) is not None


def test_names_are_one_however_their_accents_are_written():
    assert fits(picked("caf\xe9"), Stream(PRICES, 0, "cafe\u0301"))


def test_a_flat_run_is_found_nowhere():
    flat = Stream(np.full(50, 7.0), 0, "flat")
    scenario = Scenario(selection=Selection.of(flat, 10, 19, horizon=5, epsilon=0.1), expected=0)
    assert "not in the stream" in misfit(scenario, Stream(np.full(12, 7.0), 0, "flat"))
