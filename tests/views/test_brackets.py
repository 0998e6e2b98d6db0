"""The brackets of saved labels: their signs, their colours, and what becomes of one that is cut by the edge of the chart."""

from __future__ import annotations

import numpy as np
import pytest

from midplot.views.chart._chart_layout import Trace
from midplot.views.chart._palette import DARK, LIGHT
from midplot.views.chart.live._scene import Bracket, brackets

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
