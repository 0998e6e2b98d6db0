"""Summaries that grow: what they choose is exact, whatever was taken in when, and costs no look at the whole."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from midplot.views.chart.growth._peaks import Peaks
from midplot.views.chart.growth._pyramid import Pyramid

LENGTHS = [1, 31, 32, 33, 1000, 1024, 20_001, 100_000]


def grown(line, cuts=(), **options):
    pyramid = Pyramid(**options)
    for stop in [*sorted(cuts), len(line)]:
        pyramid.grow(lambda a, b: line[a:b], stop)
    return pyramid


def reader(line):
    return lambda a, b: line[a:b]


def walk(n, seed=0, gaps=0.0):
    random = np.random.default_rng(seed)
    line = random.normal(size=n).cumsum()
    line[random.random(n) < gaps] = np.nan
    return line


@pytest.mark.parametrize("gaps", [0.0, 0.001, 0.5])
@pytest.mark.parametrize("n", LENGTHS)
def test_ends_and_extremes_of_any_range_are_chosen_and_nothing_beyond_it(n, gaps):
    random = np.random.default_rng(n)
    line = walk(n, gaps=gaps)
    pyramid = grown(line, random.integers(0, n + 1, 9))
    for _ in range(60):
        first, last = sorted(random.integers(0, n, 2).tolist())
        n_out = int(random.integers(4, 400))
        picked, window = pyramid.chosen(reader(line), first, last, n_out), line[first : last + 1]
        assert (np.diff(picked) > 0).all()
        assert (picked[0], picked[-1]) == (first, last)
        assert len(picked) <= n_out + 2 * bool(gaps)
        if not np.isnan(window).all():
            assert (np.nanmin(line[picked]), np.nanmax(line[picked])) == (np.nanmin(window), np.nanmax(window))


@given(
    arrays(np.float64, st.integers(1, 300), elements=st.floats(allow_nan=False) | st.just(np.nan)),
    st.lists(st.integers(0, 300), max_size=6),
    st.integers(4, 90),
    st.data(),
)
def test_it_does_not_matter_when_the_line_was_taken_in(line, cuts, n_out, data):
    last = data.draw(st.integers(0, len(line) - 1))
    first = data.draw(st.integers(0, last))
    at_once = grown(line[: last + 1])  # the line ended here when it was taken in
    later = grown(line, [cut for cut in cuts if cut <= len(line)])
    chosen = [pyramid.chosen(reader(line), first, last, n_out).tolist() for pyramid in (at_once, later)]
    assert chosen[0] == chosen[1]


def test_every_stretch_has_its_own_extremes():
    """No part of the line is drawn more coarsely than the number of points asks for."""
    line = walk(300_000)
    picked = grown(line).chosen(reader(line), 777, 290_000, 1400)
    assert 900 < len(picked) <= 1400
    assert np.diff(picked).max() < 3 * (290_000 - 777) / 466
    drawn = np.interp(np.arange(777, 290_001), picked, line[picked])
    assert np.abs(drawn - line[777:290_001]).mean() < 0.02 * np.ptp(line)


def test_what_is_drawn_of_the_past_stays_as_the_line_grows():
    line = walk(100_000)
    pyramid, chosen = Pyramid(), []
    for n in range(90_000, 91_000, 100):
        pyramid.grow(reader(line), n)
        chosen.append(set(pyramid.chosen(reader(line), 0, n - 1, 500).tolist()))
    for before, after in itertools.pairwise(chosen):
        assert len(after - before) <= 8


@pytest.mark.parametrize("n", [100_000, 1_000_000])
def test_a_choice_reads_the_edges_only_and_a_grown_line_what_is_new(n):
    line, read = walk(n), []

    def reading(first, stop):
        read.append(stop - first)
        return line[first:stop]

    pyramid = Pyramid()
    pyramid.grow(reading, n - 500)
    read.clear()
    pyramid.grow(reading, n)
    assert sum(read) < 500 + 64
    read.clear()
    pyramid.chosen(reading, 12_345 % n, n - 7, 100)
    pyramid.extremes(reading, 12_345 % n, n - 7)
    assert sum(read) < 0.07 * n


@given(arrays(np.float64, st.integers(1, 400), elements=st.sampled_from([0.0, 1.0, 5.0, np.nan])), st.integers(4, 40))
def test_the_greatest_of_each_stretch_with_a_value(sizes, n_out):
    pyramid = grown(sizes, has_gaps=False)
    picked = pyramid.greatest(reader(sizes), 0, len(sizes) - 1, n_out)
    assert len(picked) <= n_out
    assert (np.diff(picked) > 0).all()
    assert not np.isnan(sizes[picked]).any()
    present = np.flatnonzero(~np.isnan(sizes))
    if len(present):
        assert sizes[picked].max() == sizes[present].max()
        far = 2 * -(-len(sizes) // max(1, n_out - 3)) + 32
        assert max(np.abs(picked - each).min() for each in present) <= far


# The largest of many numbers


@settings(max_examples=80)
@given(
    arrays(np.float64, st.integers(1, 700), elements=st.integers(0, 20).map(float)),
    st.lists(st.integers(0, 700), max_size=4),
    st.integers(0, 40),
    st.data(),
)
def test_the_largest_of_a_range_are_those_of_sorting_it(numbers, cuts, n, data):
    peaks = Peaks()
    for cut in sorted(cuts):
        peaks.grow(reader(numbers), min(cut, len(numbers)))
    stop = data.draw(st.integers(0, len(numbers)))
    first = data.draw(st.integers(0, stop))
    found = peaks.largest(lambda places: numbers[places], first, stop, n)
    expected = first + np.sort(np.argsort(-numbers[first:stop], kind="stable")[:n])
    assert found.tolist() == expected.tolist()


def test_the_largest_are_found_without_reading_all():
    numbers, n_read = walk(200_000), []
    peaks = Peaks()
    peaks.grow(reader(numbers), len(numbers))

    def at(places):
        n_read.append(len(places))
        return numbers[places]

    assert len(peaks.largest(at, 3, 199_999, 50)) == 50
    assert sum(n_read) <= 52 * 16
