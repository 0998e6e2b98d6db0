"""Where the texts of a picture are: they cover no line and no mark wherever there is room."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from midplot import DOWN, NOTHING, UP
from midplot.views.chart.cards._check_picture import check_picture
from midplot.views.chart.cards._free_place import Box, free_place, text_width
from midplot.views.chart.cards._window_picture import ROOM, scenario_picture

from .checked import a_check, a_scenario

SIZES = {"midplot-check-earned": 10, "midplot-check-wanted": 13}


def crossed(lines, left, top, width, height):
    """Tell for each of many rectangles whether a line runs through its inside, by clipping (Liang and Barsky)."""
    hit = np.zeros(np.shape(left), dtype=bool)
    for line in lines:
        for (x, y), (x1, y1) in zip(line, line[1:] or line, strict=False):
            start, end = np.zeros(hit.shape), np.ones(hit.shape)
            inside = np.ones(hit.shape, dtype=bool)
            for move, low, high in ((x1 - x, left - x, left + width - x), (y1 - y, top - y, top + height - y)):
                if move == 0:
                    inside &= (low < 0) & (high > 0)
                else:
                    enters, leaves = np.sort([low / move, high / move], axis=0)
                    start, end = np.maximum(start, enters), np.minimum(end, leaves)
            hit |= inside & (start < end)
    return hit


def touched(boxes, left, top, width, height):
    hit = np.zeros(np.shape(left), dtype=bool)
    for box in boxes:
        hit |= (left < box.right) & (left + width > box.left) & (top < box.bottom) & (top + height > box.top)
    return hit


def covers(box, lines, taken):
    # Half a unit at each edge of a text is empty.
    width, height = box.right - box.left - 1, box.bottom - box.top - 1
    place = np.array(box.left + 0.5), np.array(box.top + 0.5), width, height
    return bool(crossed(lines, *place) | touched(taken, *place))


def has_room(size, within, lines, taken):
    """Tell whether there is a whole place without anything in it, by trying all of them."""
    width, height = map(np.ceil, size)
    top, left = np.mgrid[within.top : within.bottom - height + 1, within.left : within.right - width + 1]
    return bool((~crossed(lines, left, top, width, height) & ~touched(taken, left, top, width, height)).any())


room = Box(0, 0, 60, 40)
places = st.tuples(st.integers(0, 60), st.integers(0, 40))
marks = st.builds(lambda x, y: Box(x - 4, y - 4, x + 4, y + 4), st.integers(0, 60), st.integers(0, 40))


@settings(max_examples=150)
@given(
    places,
    st.tuples(st.integers(3, 30), st.integers(3, 12)),
    st.lists(st.lists(places, min_size=2, max_size=12), max_size=3),
    st.lists(marks, max_size=8),
)
def test_a_text_covers_nothing_where_there_is_room(near, size, lines, taken):
    box = free_place(near, size, room, lines, taken)
    assert (box.right - box.left, box.bottom - box.top) == size
    assert room.left <= box.left < box.right <= room.right
    assert room.top <= box.top < box.bottom <= room.bottom
    assert not covers(box, lines, taken) or not has_room(size, room, _thick(lines), taken)


def _thick(lines):
    """Return lines with their neighbours a unit away: a place that touches them is none."""
    return [
        [(x + dx, y + dy) for x, y in line]
        for line in lines
        for dx, dy in ((0, 0), (0.99, 0), (-0.99, 0), (0, 0.99), (0, -0.99))
    ]


def test_an_empty_room_has_the_text_where_it_should_be():
    assert free_place((30, 20), (10, 6), room, [], []) == Box(25, 17, 35, 23)


def test_a_text_that_is_larger_than_its_room_starts_at_its_edge():
    box = free_place((30, 20), (90, 50), room, [[(0, 0), (60, 40)]], [])
    assert (box.left, box.top) == (0, 0)


# On the pictures


def read(svg):
    """Return the corners of all lines, the places of all marks, and the boxes of all texts above the captions."""
    root = ET.fromstring(svg)
    lines, taken, texts = [], [], []
    for each in root.iter():
        classes = (each.get("class") or "").split()
        if each.tag == "polyline":
            lines.append([tuple(map(float, pair.split(","))) for pair in each.get("points").split()])
        elif "midplot-check-outcome" in classes:
            lines.append([tuple(map(float, pair.split(","))) for pair in each.get("d")[1:].split("L")])
        elif "midplot-check-mark" in classes:
            x, y = map(float, each.get("d")[1:].split("m")[0].split(","))
            lower = -4 if each.get("d").split("m")[1].startswith("0,-") else 4
            middle = y + 2 * lower if each.get("d").endswith("z") and "a" not in each.get("d") else y
            taken.append(Box(x - 4, middle - 4, x + 4, middle + 4))
        elif each.tag == "circle" and "midplot-check-ring" not in classes:
            x, y, r = (float(each.get(name)) for name in ("cx", "cy", "r"))
            taken.append(Box(x - r, y - r, x + r, y + r))
        for name in set(classes) & set(SIZES):
            size, x, y = SIZES[name], float(each.get("x")), float(each.get("y"))
            width = np.ceil(text_width(each.text, size)) if size == 10 else size
            bottom = y + (1 if size == 10 else 2)
            texts.append(Box(x - width / 2, bottom - size, x + width / 2, bottom))
    return lines, taken, texts


def walk(seed, n):
    return np.round(np.random.default_rng(seed).normal(size=n).cumsum(), 2)


@pytest.mark.parametrize("seed", range(60))
def test_no_number_and_no_sign_covers_the_price_or_a_mark(seed):
    random = np.random.default_rng(seed)
    n_before, n_window = int(random.integers(0, 120)), int(random.integers(1, 90))
    prices = walk(seed, n_before + n_window + 3)
    decisions = random.choice([0, 0, 1, -1], size=n_window)
    expected = (UP, DOWN, NOTHING)[seed % 3]
    options = {"n_before": n_before, "n_window": n_window, "n_after": 3, "prices": prices}
    pictures = check_picture(a_check(decisions, expected, **options)), scenario_picture(a_scenario(expected, **options))
    for svg in pictures:
        lines, taken, texts = read(svg)
        for box in texts:
            assert not covers(box, lines, taken), (seed, box)


@pytest.mark.parametrize("first", [0, 1_000, 123_456_789])
@pytest.mark.parametrize(
    ("n_before", "n_window", "n_after"), [(0, 1, 0), (5, 1, 3), (900, 3, 3), (40, 80, 3), (3, 2, 3)]
)
def test_captions_lie_beside_each_other_and_in_the_picture(first, n_before, n_window, n_after):
    prices = walk(0, n_before + n_window + n_after)
    check = a_check(first=first + n_before, n_before=n_before, n_window=n_window, n_after=n_after, prices=prices)
    texts = [each for each in ET.fromstring(check_picture(check)).iter("text") if each.get("y") == "118"]
    spans = [(float(each.get("x")), float(each.get("x")) + text_width(each.text, 10)) for each in texts]
    for (left, right), (other, end) in combinations(spans, 2):
        assert right < other or end < left
    assert all(0 <= left < right <= ROOM.right for left, right in spans)
    assert f"{check.selection.first}" in texts[0].text
