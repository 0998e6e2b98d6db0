"""Each kind of breach is found where it is, and none is found in a picture that is as it should be."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

import pytest

from . import breaches
from .breaches import PICTURE, Seen, keys
from .disk import Label

LABELS = {
    "up.json": Label("a", 10, 20, "UP", "1"),
    "down.json": Label("a", 50, 60, "DOWN", "2"),
    "else.json": Label("b", 10, 20, "NOTHING", "3"),
}
# A part of 7 ticks at 9,000 and one of 93 from 100 to 110, which the price axis fits. A pixel is a tenth of an index.
RIGHT = Seen(
    {
        "x": {"range": [0.0, 100.0], "autorange": False, "length": 1000.0},
        "y": {"range": [95.0, 115.0], "autorange": False, "length": 200.0},
        "width": 900.0,
        "box": 900,
        "strokes": [[[0.0, -900.0], [60.0, -900.0]], [[80.0, 150.0], [500.0, 50.0], [990.0, 100.0]]],
        "selected": {"points": [30.0, 39.0, 10], "prices": [101.0, 102.0], "band": [30, 39]},
        "brackets": [{"first": 10, "last": 20, "sign": "▲"}, {"first": 50, "last": 60, "sign": "▼"}],
        "signs": ["▲", "▼"],
        "listed": 2,
        "dimmed": [],
        "outlines": 0,
        "labelling": False,
        "active": True,
        "focused": True,
        "dark": False,
    },
    {"name": "a", "stream": 0, "all": False, "selection": [30, 39], "labelling": False, "dark": False},
    [
        {"first": 0, "last": 6, "n": 7, "low": 9000.0, "high": 9000.5, "distinct": 2},
        {"first": 8, "last": 99, "n": 92, "low": 100.0, "high": 110.0, "distinct": 50},
    ],
    [101.0, 102.0],
    LABELS,
)


def found(seen: Seen) -> set[str]:
    return {kind for kind, check in PICTURE.items() if check(seen)}


def with_picture(**changes) -> Seen:
    return replace(RIGHT, picture=deepcopy(RIGHT.picture) | changes)


def with_state(**changes) -> Seen:
    return replace(RIGHT, state=RIGHT.state | changes)


def test_nothing_is_found_where_nothing_is_wrong():
    assert found(RIGHT) == set()
    assert keys(RIGHT.picture) == []


def axis(low: float, high: float, length: float) -> dict:
    return {"range": [low, high], "autorange": False, "length": length}


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        ("is flat", {"y": axis(95.0, 9_001.0, 200.0), "strokes": [[[80.0, 199.9], [990.0, 199.7]]]}),
        ("leaves its panel", {"y": axis(105.0, 125.0, 200.0), "strokes": [[[80.0, 250.0], [990.0, 150.0]]]}),
        ("nothing is drawn", {"strokes": []}),
        ("nothing is drawn", {"strokes": [[[0.0, 10.0], [60.0, 10.0]]]}),  # only the tiny part
        ("is drawn from 80 to 700 px across", {"strokes": [[[80.0, 150.0], [500.0, 50.0], [700.0, 100.0]]]}),
        ("is drawn from 90 to 150 px, not 50 to 150", {"strokes": [[[80.0, 150.0], [500.0, 90.0], [990.0, 100.0]]]}),
    ],
)
def test_a_price_that_is_not_as_it_should_be_is_found(words, changes):
    (said,) = breaches.price(with_picture(**changes))
    assert words in said


def test_a_price_that_stands_still_may_be_flat():
    calm = [{"first": 0, "last": 99, "n": 100, "low": 105.0, "high": 105.0, "distinct": 1}]
    still = {"strokes": [[[0.0, 100.0], [990.0, 100.0]]]}
    assert breaches.price(replace(with_picture(**still), prices=calm)) == []


def test_a_line_of_less_than_two_points_is_not_looked_for():
    alone = [{"first": 3, "last": 3, "n": 1, "low": 105.0, "high": 105.0, "distinct": 1}]
    assert breaches.price(replace(with_picture(strokes=[]), prices=alone)) == []
    assert breaches.price(replace(with_picture(strokes=[]), prices=[])) == []


@pytest.mark.parametrize(
    ("kind", "seen"),
    [
        ("width", with_picture(width=700.0)),
        ("width", with_picture(box=1200)),
        ("selection", with_state(selection=[30, 40])),
        ("selection", with_state(selection=None)),
        ("selection", with_picture(selected={"points": None, "prices": None, "band": None})),
        ("selection", with_picture(selected={"points": [30, 39, 10], "prices": [101.0, 102.0], "band": [31, 39]})),
        ("selection", with_picture(selected={"points": [30, 39, 10], "prices": [101.0, 105.0], "band": [30, 39]})),
        ("brackets", with_picture(brackets=RIGHT.picture["brackets"][:1])),
        ("brackets", with_picture(brackets=[*RIGHT.picture["brackets"], {"first": 1, "last": 2, "sign": "▲"}])),
        ("brackets", with_picture(brackets=[{"first": 10, "last": 20, "sign": ""}, RIGHT.picture["brackets"][1]])),
        ("brackets", with_picture(signs=["▲"])),
        ("brackets", with_picture(signs=["▲", "▲"])),
        ("brackets", with_picture(listed=3)),
        ("brackets", replace(RIGHT, labels={})),
        ("dimmed", with_picture(dimmed=["Realized"])),
        ("outline", with_picture(outlines=1)),
        ("mode", with_picture(labelling=True)),
        ("theme", with_picture(dark=True)),
    ],
)
def test_whatever_else_is_wrong_is_found_as_what_it_is(kind, seen):
    assert found(seen) == {kind}


def test_of_two_ticks_in_sight_the_line_begins_at_the_one_before():
    two = [{"first": 98, "last": 99, "n": 2, "low": 104.0, "high": 105.0, "distinct": 2}]
    axes = {"x": axis(97.5, 117.5, 1000.0), "y": axis(103.5, 105.5, 200.0)}
    drawn = with_picture(**axes, strokes=[[[-25.0, -300.0], [25.0, 150.0], [75.0, 50.0]]])
    assert breaches.price(replace(drawn, prices=two)) == []
    elsewhere = with_picture(**axes, strokes=[[[-175.0, 150.0], [-75.0, 50.0]]])
    assert breaches.price(replace(elsewhere, prices=two)) != []


def test_in_labelling_mode_no_label_is_drawn_whatever_is_on_disk_and_listed():
    in_a_row = {"labelling": True, "listed": 0}
    drawn = replace(with_picture(**in_a_row), state=RIGHT.state | {"labelling": True})
    assert found(drawn) == {"brackets"}
    assert found(replace(drawn, picture=drawn.picture | {"brackets": [], "signs": []})) == set()


def test_signs_that_are_out_of_sight_need_not_be_drawn():
    zoomed = with_picture(signs=["▲"], brackets=RIGHT.picture["brackets"][:1], x=axis(0.0, 40.0, 1000.0))
    assert breaches.brackets(zoomed) == []


def test_the_stump_of_a_bracket_at_the_edge_need_not_be_drawn_and_half_a_bracket_must():
    second = {"signs": ["▼"], "brackets": RIGHT.picture["brackets"][1:]}
    assert breaches.brackets(with_picture(**second, x=axis(19.0, 1000.0, 1000.0))) == []
    assert breaches.brackets(with_picture(**second, x=axis(15.0, 100.0, 1000.0))) != []


def a_crowd(*signs, drawn=("▲", "▼", "+2")):
    labels = {str(n): Label("a", n, n + 5, ("UP", "DOWN")[n % 2], str(n)) for n in range(10, 14)}
    shown = [{"first": n, "last": n + 5, "sign": sign} for n, sign in zip(range(10, 14), signs, strict=True)]
    return replace(with_picture(brackets=shown, signs=list(drawn), listed=4), labels=labels)


def test_a_number_may_stand_for_the_signs_of_labels_that_are_too_close():
    assert breaches.brackets(a_crowd("▲", "▼", "+2", "")) == []


@pytest.mark.parametrize(
    "seen",
    [
        a_crowd("▲", "▼", "+3", ""),  # a wrong number
        a_crowd("▲", "▼", "", ""),  # no number
        a_crowd("▲", "▼", "▲", ""),
        a_crowd("▼", "▼", "+2", ""),  # a wrong sign beside it
        a_crowd("▲", "+3", "", ""),  # a lane that is free
        a_crowd("▲", "▼", "+2", "", drawn=("▲", "+2")),  # a sign that is not drawn
    ],
)
def test_signs_that_are_missing_without_need_are_found(seen):
    assert breaches.brackets(seen) != []


def test_nothing_selected_is_nothing_drawn():
    nothing = {"points": None, "prices": None, "band": None}
    seen = replace(with_picture(selected=nothing), state=RIGHT.state | {"selection": None}, selected_prices=None)
    assert breaches.selection(seen) == []


@pytest.mark.parametrize("missing", ["active", "focused"])
def test_keys_that_a_click_has_not_turned_on_are_found(missing):
    assert len(keys(RIGHT.picture | {missing: False})) == 1
