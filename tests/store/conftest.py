"""Scenarios of all kinds for the tests of their files."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import strategies as st

from midplot.core.scenario import Scenario, Selection
from midplot.store.atomic import LOCK_NAME
from midplot.store.journal import JOURNAL_NAME

CREATED = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)


@pytest.fixture(scope="session")
def scenario_at():
    """Makes a scenario of a stream whose price is its index."""

    def make(first=120, last=180, expected=1.0, name=None, stream_id=3, **fields):
        values = np.arange(last + 40.0)
        selection = Selection(
            stream_id=stream_id,
            stream_name=name,
            first=first,
            last=last,
            horizon=30,
            epsilon=0.0025,
            values=tuple(values[first : last + 1]),
            before=tuple(values[max(0, first - 100) : first]),
            after=tuple(values[last + 1 : last + 31]),
        )
        return Scenario(selection=selection, expected=expected, **{"created": CREATED, **fields})

    return make


@pytest.fixture
def folder(tmp_path):
    """Where scenarios are saved: not there yet."""
    return tmp_path / "scenarios"


@pytest.fixture(scope="session")
def names_in():
    """Lists what is in a folder, but for the lock and the undo log."""
    return lambda folder: sorted(path.name for path in folder.iterdir() if path.name not in (LOCK_NAME, JOURNAL_NAME))


@st.composite
def selections(draw):
    prices = st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=8)
    values = draw(prices.filter(len))
    first = draw(st.integers(0, 2**62))
    return Selection(
        stream_id=draw(st.integers(-1, 2**70)),
        stream_name=draw(
            st.none() | st.text(max_size=400) | st.sampled_from(["..", "/", "CON", "a/../../b", "é" * 300])
        ),
        part=draw(st.integers(0, 9)),
        first=first,
        last=first + len(values) - 1,
        horizon=draw(st.integers(8, 2**40)),
        epsilon=draw(st.floats(0, allow_infinity=False)),
        fingerprint=draw(st.none() | st.text(max_size=9)),
        values=values,
        before=draw(prices)[:first],
        after=draw(prices),
    )


@pytest.fixture(scope="session")
def any_scenario():
    """A strategy: whatever can be labelled, of a stream of whatever name."""
    return st.builds(
        Scenario,
        selection=selections(),
        expected=st.floats(allow_nan=False),
        note=st.text(max_size=50),
        tags=st.lists(st.text(max_size=9), max_size=3),
        created=st.none() | st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),
        variant=st.none() | st.sampled_from(["shifted", "mirrored"]),
        origin=st.none() | st.text(max_size=9),
    )
