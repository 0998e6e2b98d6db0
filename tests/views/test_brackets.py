"""The brackets of saved labels: their signs, colours and lanes, and what becomes of one that is cut by the edge of the chart."""

from __future__ import annotations

import numpy as np
import pytest

from midplot.scenarios._selection import Selection
from midplot.views._view_state import ViewState
from midplot.views.chart._chart_layout import HIDING_PRICE_CAPTION, PRICE_CAPTION, SHORT_PRICE_CAPTION, Trace
from midplot.views.chart._drawing import LIVE, Drawing
from midplot.views.chart._palette import DARK, LIGHT
from midplot.views.chart.live._brackets import CROWDED, Bracket, brackets
from midplot.views.chart.live._scene import Subject, scene

from .made import a_part, a_stream

WHOLE = (-10.0, 1010.0)


def signs_of(*scenarios, visible=WHOLE, palette=LIGHT):
    return brackets(scenarios, visible, palette)[Trace.SIGNS]


def windows_of(*scenarios, visible):
    x = brackets(scenarios, visible)[Trace.SCENARIOS]["x"].reshape(-1, 5)
    return [(first, last) for first, last in x[:, [0, 2]].tolist()]


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("passed", [True, False, None])
def test_a_sign_has_the_colour_of_its_label_whatever_the_replay_made_of_it(palette, passed):
    wanted = {"UP": ("▲", palette.up), "DOWN": ("▼", palette.down), "NOTHING": ("●", palette.muted)}
    labels = [Bracket(n, n + 50, label, passed) for n, label in zip((0, 100, 200), wanted, strict=True)]
    signs = signs_of(*labels, palette=palette)
    assert [text[0] for text in signs["text"]] == [sign for sign, _ in wanted.values()]
    assert signs["textfont.color"] == [colour for _, colour in wanted.values()]


def test_the_verdict_is_a_sign_of_its_own_colour_beside_it():
    labels = [Bracket(n, n + 50, "NOTHING", passed) for n, passed in ((0, True), (100, False), (200, None))]
    signs = signs_of(*labels)
    assert signs["customdata"] == ["", "!", "?"]
    assert signs["text"] == [
        "●",
        f'● <b><span style="color: {LIGHT.budget}">!</span></b>',
        f'● <b><span style="color: {LIGHT.muted}">?</span></b>',
    ]


def test_the_stump_of_a_label_at_the_edge_is_left_out_and_a_short_label_in_sight_is_not():
    visible = (495.0, 1010.0)  # a part from 500 on, with some room around it
    before, across, inside, one_tick = (
        Bracket(*ends, "UP") for ends in ((400, 499), (450, 600), (700, 702), (800, 800))
    )
    assert windows_of(before, across, inside, one_tick, visible=visible) == [(450, 600), (700, 702), (800, 800)]
    assert len(signs_of(before, visible=visible)["x"]) == 0


def test_a_window_that_is_larger_than_the_chart_has_its_bracket_and_a_sign_in_the_middle():
    signs = signs_of(Bracket(0, 1000, "DOWN"), visible=(100.0, 200.0))
    assert signs["x"].tolist() == [150.0]
    assert signs_of(Bracket(0, 150, "DOWN"), visible=(100.0, 200.0))["x"].tolist() == [125.0]
    assert np.isfinite(signs["y"]).all()


def heights_of(*scenarios, visible=WHOLE, **options):
    """Return the height of each bracket's line, checked against its feet and its sign, which is below those of a crowd."""
    found = brackets(scenarios, visible, **options)
    y, signs = found[Trace.SCENARIOS]["y"].reshape(-1, 5), found[Trace.SIGNS]["y"]
    lines = y[:, 1]
    np.testing.assert_allclose(y[:, [0, 2, 3]], lines[:, None] + [-0.03, 0.0, -0.03])
    alone = [text[:1] in {"▲", "▼", "●"} for text in found[Trace.SIGNS]["text"]]
    np.testing.assert_allclose(signs, lines - np.where(alone, 0.015, 0.03))
    return [round(each, 6) for each in lines.tolist()]


def test_labels_apart_from_each_other_are_in_one_line():
    assert heights_of(Bracket(0, 50, "UP"), Bracket(100, 150, "DOWN"), Bracket(300, 301, "UP")) == [0.97] * 3


@pytest.mark.parametrize(
    "neighbours",
    [
        [(100, 180), (150, 260)],  # they overlap
        [(100, 180), (181, 260)],  # one begins where the other ends
        [(100, 104), (112, 116)],  # their signs would overlap
        [(100, 180), (100, 180)],  # the same window, labelled twice
    ],
)
def test_neighbours_are_on_different_lanes(neighbours):
    first, second = heights_of(*(Bracket(*ends, "UP", passed=True) for ends in neighbours))
    assert first == 0.97
    # 14 pixels of text in a panel of 220, and the feet of the next bracket below them.
    assert first - second > 14 / 220


def test_a_verdict_beside_the_sign_takes_room():
    ends = (100, 104), (136, 140)
    assert len(set(heights_of(*(Bracket(*each, "UP", passed=True) for each in ends)))) == 1
    assert len(set(heights_of(*(Bracket(*each, "UP", passed=False) for each in ends)))) == 2


def test_in_a_narrow_chart_a_sign_takes_more_of_the_width():
    labels = Bracket(100, 104, "UP", passed=True), Bracket(140, 144, "UP", passed=True)
    assert len(set(heights_of(*labels))) == 1
    assert len(set(heights_of(*labels, narrow=True))) == 2


def test_zoomed_in_neighbours_are_in_one_line_again():
    labels = Bracket(100, 104, "UP", passed=True), Bracket(112, 116, "UP", passed=True)
    assert len(set(heights_of(*labels))) == 2
    assert len(set(heights_of(*labels, visible=(90.0, 130.0)))) == 1


def test_where_the_lanes_do_not_suffice_one_number_stands_for_the_signs():
    labels = [Bracket(n, n + 2, "UP", passed=False) for n in (200, 204, 208, 212, 216)]
    alone = Bracket(600, 650, "DOWN", passed=True)
    signs = signs_of(*labels, alone)
    assert [text[:1] for text in signs["text"]] == ["▲", "▲", "+", " ", " ", "▼"]
    assert signs["text"][2] == "+3"
    assert signs["textfont.color"][2] == LIGHT.ink
    # In the middle of the three, each of which is as wide as its sign.
    assert signs["x"][2] == pytest.approx((208 + 218) / 2)
    assert len(set(heights_of(*labels, alone))) == 3
    assert len(windows_of(*labels, alone, visible=WHOLE)) == 6


def test_of_a_crowd_at_the_edge_the_number_is_in_sight():
    labels = [Bracket(n, 600, "UP") for n in (100, 110, 120, 130)]
    signs = signs_of(*labels, visible=(0.0, 200.0))
    assert signs["text"][2] == "+2"
    assert signs["x"][2] == (120 + 200) / 2


def test_the_name_of_the_panel_explains_such_a_number():
    account = a_stream(a_part(np.arange(300.0)))
    crowd = [Bracket(n, n + 1, "UP") for n in range(100, 110, 2)]

    def caption(labels, **state):
        subject = Subject(Drawing(account, LIVE), brackets=labels)
        return scene(ViewState(stream=7, **state), subject).layout["annotations[0].text"]

    assert caption(crowd[:3]) == PRICE_CAPTION
    assert caption(crowd) == f"{SHORT_PRICE_CAPTION}  ·  {CROWDED}"
    assert caption(crowd, narrow=True) == CROWDED
    assert caption(crowd, blind=True) == f"{SHORT_PRICE_CAPTION}  ·  {CROWDED}"
    window = Selection(stream_id=7, first=200, last=250, horizon=3, epsilon=0.5, values=(1.0,) * 51)
    assert caption(crowd, blind=True, selection=window) == f"{HIDING_PRICE_CAPTION}  ·  {CROWDED}"
