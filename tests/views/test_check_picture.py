"""The picture of one check: where the window, the lines, the decisions and the outcome lie."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from midplot import DOWN, NOTHING, UP
from midplot.checks._verdict import judge
from midplot.views.chart._outcome import ARROW, CIRCLE
from midplot.views.chart.cards._check_picture import HEIGHT, WIDTH, check_picture

from .checked import a_check, a_raised_check, a_scenario


def drawn(check):
    return ET.fromstring(check_picture(check))


def of_class(svg, name):
    return [element for element in svg.iter() if f"midplot-check-{name}" in element.get("class", "").split()]


def points(svg, name):
    (line,) = of_class(svg, name)
    return [tuple(map(float, pair.split(","))) for pair in line.get("points").split()]


def place(mark):
    """Return the point on the price that a mark belongs to, or for a circle its middle."""
    x, y = mark.get("d")[1:].split("m")[0].split(",")
    return float(x), float(y)


def told(svg):
    return [title.text for title in svg.iter("title")]


def test_warm_up_window_and_what_came_after_are_three_lines_that_meet():
    svg = drawn(a_check(n_before=20, n_window=10, n_after=3))
    before, window, after = (points(svg, name) for name in ("before", "price", "after"))
    assert (len(before), len(window), len(after)) == (21, 10, 4)
    assert before[-1] == window[0]
    assert window[-1] == after[0]
    (band,) = of_class(svg, "window")
    left, right = float(band.get("x")), float(band.get("x")) + float(band.get("width"))
    assert left < window[0][0] < window[-1][0] < right
    assert before[-2][0] < left
    assert after[1][0] > right


def test_a_high_price_is_above_a_low_one():
    ys = [y for _, y in points(drawn(a_check(n_before=0, n_window=3, n_after=0, prices=[1, 3, 2])), "price")]
    assert ys[1] < ys[2] < ys[0]


@pytest.mark.parametrize(("n_before", "n_window", "n_drawn"), [(1000, 50, 51), (1000, 10, 41), (30, 50, 31)])
def test_of_a_long_warm_up_as_much_is_drawn_as_the_window_has(n_before, n_window, n_drawn):
    check = a_check(first=2000, n_before=n_before, n_window=n_window)
    svg = drawn(check)
    assert len(points(svg, "before")) == n_drawn
    assert f"warm-up {n_before:,}" in [text.text for text in svg.iter("text")]


def test_long_lines_are_thinned():
    svg = drawn(a_check(first=2000, n_before=1000, n_window=900))
    assert 150 < len(points(svg, "before")) <= 240
    assert 150 < len(points(svg, "price")) <= 240


def test_there_need_be_no_warm_up_nor_anything_after():
    svg = drawn(a_check(first=0, n_before=0, n_window=5, n_after=0))
    assert of_class(svg, "before") == of_class(svg, "after") == []
    assert len(points(svg, "price")) == 5


def test_a_window_of_one_value_is_a_point():
    svg = drawn(a_check([1], n_before=4, n_window=1, n_after=2))
    assert len(of_class(svg, "point")) == 1
    assert told(svg) == ["UP at 1000"]
    assert drawn(a_check(first=0, n_before=0, n_window=1, n_after=0)) is not None


def test_decisions_stand_at_their_ticks_up_below_the_price_and_down_above():
    svg = drawn(a_check([0, 1, 0, 0, 0, -1], expected=NOTHING, n_before=0, n_after=0, prices=1.0))
    (up,), (down,) = of_class(svg, "up"), of_class(svg, "down")
    line = points(svg, "price")
    assert place(up) == line[1]
    assert up.get("d").endswith(ARROW[1])
    assert place(down) == line[5]
    assert down.get("d").endswith(ARROW[-1])
    assert told(svg) == ["UP at 1001", "DOWN at 1005"]


def test_decisions_on_the_warm_up_are_pale_and_those_against_the_label_ringed():
    scenario = a_scenario(UP)
    decisions = np.zeros(30)
    decisions[[15, 22, 27]] = [1, -1, 1]
    svg = drawn(judge(scenario, decisions))
    marks = of_class(svg, "mark")
    assert [mark in of_class(svg, "early") for mark in marks] == [True, False, False]
    (ring,) = of_class(svg, "ring")
    assert float(ring.get("cx")) == place(marks[1])[0]
    assert float(ring.get("cy")) < place(marks[1])[1]


@given(
    st.lists(st.integers(-5, 5), min_size=2, max_size=30),
    st.lists(st.sampled_from([0, 1, -1]), min_size=30, max_size=30),
    st.integers(0, 3),
)
def test_a_mark_is_filled_for_a_profit_hollow_for_a_loss_and_a_circle_where_nobody_knows(prices, decisions, n_after):
    n_after = min(n_after, len(prices) - 1)
    n_window = len(prices) - n_after
    check = a_check(decisions[:n_window], NOTHING, n_before=0, n_window=n_window, n_after=n_after, prices=prices)
    svg = drawn(check)
    for mark, title in zip(of_class(svg, "mark"), told(svg), strict=True):
        sign, tick = 1 if title.startswith("UP") else -1, int(title.rpartition(" ")[2]) - 1000
        # Horizon 3, epsilon 0.25.
        profit = sign * (prices[tick + 3] - prices[tick]) - 0.25 if tick + 3 < len(prices) else None
        outline = CIRCLE if profit is None else ARROW[sign]
        assert mark.get("d").endswith(outline)
        assert (mark in of_class(svg, "filled")) == (profit is not None and profit > 0)
        assert (mark in of_class(svg, "filled")) != (mark in of_class(svg, "hollow"))
        assert mark in of_class(svg, "up" if sign > 0 else "down")


def test_where_it_fired_at_every_tick_marks_do_not_smear_but_the_first_is_there():
    svg = drawn(a_check([0, *[1] * 299], n_before=0, n_window=300, n_after=0, first=0))
    marks = of_class(svg, "mark")
    assert 20 < len(marks) < 60
    assert told(svg)[0] == "UP at 1"
    xs = [place(mark)[0] for mark in marks]
    assert min(np.diff(xs)) >= 7


@pytest.mark.parametrize(("expected", "decision", "tone"), [(UP, 1, "good"), (DOWN, -1, "bad"), (UP, -1, "bad")])
def test_the_outcome_of_the_first_decision_leads_to_its_resolution(expected, decision, tone):
    svg = drawn(a_check([0, decision], expected, n_before=0, n_window=6, n_after=3, first=0, prices=np.arange(9.0)))
    (path,) = of_class(svg, "outcome")
    assert f"midplot-{tone}" in path.get("class").split()
    line = points(svg, "price")
    assert path.get("d") == f"M{line[1][0]:g},{line[1][1]:g}L{line[4][0]:g},{line[4][1]:g}"
    (text,) = of_class(svg, "earned")
    assert text.text == ("+2.75" if decision > 0 else "-3.25")


def test_there_is_no_outcome_without_a_decision_or_a_resolution():
    assert of_class(drawn(a_check()), "outcome") == []
    assert of_class(drawn(a_check([0] * 9 + [1], n_after=2)), "outcome") == []


def test_what_the_attacker_raised_is_crossed_where_it_happened():
    svg = drawn(a_raised_check(23, ValueError("bad")))
    (cross,) = of_class(svg, "cross")
    x = float(cross.get("d")[1:].split(",")[0]) + 4
    assert x == pytest.approx(points(svg, "price")[3][0])
    assert of_class(drawn(a_raised_check(3, ValueError("bad"), first=2000, n_before=500)), "cross") == []
    assert of_class(drawn(a_raised_check(30, ValueError("bad"))), "cross") == []


def test_the_ends_of_the_window_are_told():
    texts = [text.text for text in drawn(a_check(n_before=20, n_window=40)).iter("text")]
    assert texts[:2] == ["1000", "1039"]
    crowded = [text.text for text in drawn(a_check(n_before=40, n_window=3)).iter("text")]
    assert "1000–1002" in crowded


finite = st.floats(allow_nan=False, allow_infinity=False)


@given(
    st.sampled_from([UP, DOWN, NOTHING]),
    st.lists(finite, min_size=1, max_size=40),
    st.integers(0, 39),
    st.integers(0, 3),
    st.lists(st.sampled_from([0.0, 1.0, -1.0]), max_size=40),
)
def test_any_scenario_is_drawn_within_its_picture(expected, prices, n_before, n_after, decisions):
    n_before = min(n_before, len(prices) - 1)
    n_after = min(n_after, len(prices) - 1 - n_before)
    n_window = len(prices) - n_before - n_after
    check = a_check(
        decisions[:n_window], expected, n_before=n_before, n_window=n_window, n_after=n_after, prices=prices
    )
    svg = drawn(check)
    places = [pair for line in svg.iter("polyline") for pair in line.get("points").split()]
    for x, y in (map(float, pair.split(",")) for pair in places):
        assert 0 <= x <= WIDTH
        assert 0 <= y <= HEIGHT
    for mark in of_class(svg, "mark"):
        x, y = place(mark)
        assert 0 <= x <= WIDTH
        assert 0 <= y <= HEIGHT
    assert "nan" not in check_picture(check)
    assert "inf" not in check_picture(check)
