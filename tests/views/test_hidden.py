"""What each act does, and says, where blind mode, the playback or labelling mode hides a part of the stream."""

from __future__ import annotations

import numpy as np
import pytest

from midplot import replay
from midplot.views._view_state import ViewState
from midplot.views.panel._world import World
from midplot.views.panel.acts._looking import go_to
from midplot.views.panel.acts._selecting import select_shown
from midplot.views.panel.acts._update import update

N = 3000
PRICES = 1000 + np.round(np.cumsum(np.random.default_rng(4).normal(size=N)) * 16) / 16


def hourly(stream):
    yield
    for n, _ in enumerate(stream):
        yield 1.0 if n % 60 == 59 else 0.0


@pytest.fixture
def result(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return replay({"gold": PRICES, "oil": PRICES[::-1].copy()}, infer=hourly)


@pytest.fixture
def world(result):
    return World(result.ledger, result.labeller)


@pytest.fixture
def view(result):
    return result.open_view(chart=True, accounts=False)


def after(world, *acts, state=None):
    state = ViewState(stream=0, follow=False, places=True) if state is None else state
    for name, more in acts:
        state = update(state, {"act": name, **more}, world)
    return state


def send(view, act, **more):
    view.on_message({"act": act, **more})
    return view.controls.state


PICKED = ("pick", {"x": 1500})
BLIND = ("blind", {"on": True})
BLIND_HIDES = "blind hides everything after 1,500; move the window with →, or untick blind to see the rest"
PLAYBACK_HIDES = "the playback hides everything after 1,600; step on, or press whole to see the rest"

HIDING = pytest.mark.parametrize(
    ("acts", "limit", "words"),
    [
        ([PICKED, BLIND], 1500, BLIND_HIDES),
        ([PICKED, ("seek", {"index": 1600})], 1600, PLAYBACK_HIDES),
        ([PICKED, BLIND, ("seek", {"index": 1480})], 1480, PLAYBACK_HIDES.replace("1,600", "1,480")),
        ([PICKED, ("seek", {"index": 1600}), BLIND], 1500, BLIND_HIDES),
    ],
    ids=["blind", "playback", "playback in blind", "blind in playback"],
)


@HIDING
@pytest.mark.parametrize("x", [1700, 2999, 5000])
@pytest.mark.parametrize("start", [False, True])
def test_a_click_on_what_is_hidden_selects_nothing_and_says_why(world, acts, limit, words, x, start):
    before = after(world, *acts)
    assert before.last_shown == limit
    state = after(world, ("pick", {"x": x, "start": start}), state=before)
    assert (state.selection, state.filled, state.picked) == (before.selection, before.filled, None)
    assert (state.status.text, state.status.kind) == (f"nothing was selected: {words}", "error")


@HIDING
def test_a_drag_over_what_is_hidden_alone_selects_nothing_and_says_why(world, acts, limit, words):
    before = after(world, *acts)
    state = after(world, ("range", {"first": 1700.0, "last": 1900.0}), state=before)
    assert state.selection is before.selection
    assert state.status.text == f"nothing was selected: {words}"


@HIDING
def test_a_drag_into_what_is_hidden_selects_the_rest_and_says_so(world, acts, limit, words):
    state = after(world, *acts, ("range", {"first": 1400.0, "last": 1900.0}))
    assert (state.selection.first, state.selection.last) == (1400, limit)
    assert state.status.text.startswith(f"selected 1,400 – {limit:,} of gold")
    assert state.status.text.endswith("; what is hidden was left out")


@HIDING
def test_a_click_that_misses_the_end_by_a_few_pixels_is_meant_for_it(world, acts, limit, words):
    before = after(world, *acts)
    low, high = world.visible(before)
    state = after(world, ("pick", {"x": limit + 0.009 * (high - low)}), state=before)
    assert state.selection.last == limit
    assert state.status.text.startswith("selected")


@pytest.mark.parametrize("acts", [[], [PICKED], [BLIND], [("pick", {"x": N - 1}), BLIND]])
def test_a_click_beyond_the_end_selects_the_last_tick_where_nothing_is_hidden(world, acts):
    state = after(world, *acts, ("pick", {"x": 4000}))
    assert state.selection.last == N - 1


def test_the_page_is_told_where_the_hidden_begins(view):
    assert send(view, "pick", x=1500)["hidden"] is None
    state = send(view, "blind", on=True)
    assert 1500.5 <= state["hidden"] < 1535
    # In a zoomed chart less than a tick is a few pixels.
    assert send(view, "sight", low=1490.0, high=1510.0)["hidden"] == 1500.5


def test_no_playback_goes_beyond_the_window_in_blind_mode(world):
    blind = after(world, PICKED, BLIND)
    for act in [("step", {"by": 1}), ("play", {"now": 1.0})]:
        refused = after(world, act, state=blind)
        assert (refused.revealed, refused.playing) == (None, False)
        assert (refused.status.text, refused.status.kind) == (BLIND_HIDES, "error")
    # The slider stops there too; what is before the window's end can be played as ever.
    assert after(world, ("seek", {"index": 2500}), state=blind).revealed == 1500
    playing = after(world, ("step", {"by": -10}), ("speed", {"value": 100.0}), ("play", {"now": 1.0}), state=blind)
    assert (playing.revealed, playing.playing) == (1490, True)
    assert after(world, ("frame", {"now": 1.05}), state=playing).revealed == 1495
    ended = after(world, ("frame", {"now": 9.0}), state=playing)
    assert (ended.revealed, ended.playing, ended.status.text) == (None, False, BLIND_HIDES)


def test_the_slider_ends_where_the_playback_has_to(view):
    send(view, "pick", x=1500)
    assert view.controls.state["play"]["last"] == N - 1
    assert send(view, "blind", on=True)["play"]["last"] == 1500
    assert send(view, "blind", on=False)["play"]["last"] == N - 1


def test_a_step_at_either_end_of_the_stream_says_so(world):
    first = after(world, ("seek", {"index": 0}), ("step", {"by": -1}))
    assert (first.revealed, first.status.text) == (0, "0 is the first tick")
    last = after(world, ("seek", {"index": N - 1}), ("step", {"by": 1}))
    assert (last.revealed, last.status.text) == (N - 1, f"{N - 1:,} is the last tick")


def test_a_step_back_from_a_playback_that_blind_cut_short_is_seen_at_once(world):
    state = after(world, PICKED, ("seek", {"index": 1600}), BLIND, ("step", {"by": -1}))
    assert state.last_shown == 1499


@pytest.mark.parametrize("act", [("step", {"by": -1}), ("seek", {"index": 900}), ("whole", {})])
def test_a_refusal_does_not_stay_on_the_status_line_when_something_else_was_done(world, act):
    refused = after(world, PICKED, BLIND, ("pick", {"x": 1700}))
    assert refused.status.kind == "error"
    state = after(world, act, state=refused)
    assert (state.status.text, state.status.kind) == ("selected 1,451 – 1,500 of gold, 50 points", "info")
    unselected = after(world, ("move", {"by": 1}), ("seek", {"index": 900}))
    assert unselected.status == ViewState(stream=0).status
    # What was saved stays, and so does a question.
    saved = refused.saying("saved UP", "saved")
    assert after(world, act, state=saved).status.text == "saved UP"


def test_what_is_gone_to_is_shown_whatever_was_hidden(world):
    for acts in ([PICKED, BLIND], [PICKED, ("seek", {"index": 1600})]):
        state = go_to(after(world, *acts), 0, 2500, world)
        assert (state.selection.last, state.revealed) == (2500, None)
        assert state.last_shown == (2500 if state.blind else None)
        assert state.status.text.startswith("selected 2,451 – 2,500 of gold")
        chosen = select_shown(after(world, *acts), 2400, 2450, world)
        assert (chosen.selection.last, chosen.revealed) == (2450, None)


def test_a_window_that_is_moved_takes_the_playback_along_but_never_back(world):
    playback = after(world, PICKED, ("seek", {"index": 1500}))
    moved = after(world, ("move", {"by": 1}), state=playback)
    assert (moved.selection.last, moved.revealed) == (1501, 1501)
    for act in [("move", {"by": -1}), ("move", {"by": 5, "start": True}), ("length", {"value": 9})]:
        assert after(world, act, state=playback).revealed == 1500
    early = after(world, ("seek", {"index": 1400}), state=playback)
    assert after(world, ("move", {"by": 5000}), state=early).revealed == 1400
    assert after(world, ("move", {"by": 1}), state=after(world, PICKED, BLIND)).last_shown == 1501


@pytest.mark.parametrize("blind", [False, True])
def test_the_window_moves_on_over_a_gap_and_back(tmp_path, monkeypatch, blind):
    monkeypatch.chdir(tmp_path)
    prices = PRICES.copy()
    prices[[1000, 1001, 1005]] = (
        np.nan
    )  # parts 0-999, 1002-1004 and 1006-2999, of which the last 1,000 are not replayed
    result = replay({"gold": prices}, infer=hourly, stop_index=2000)
    world = World(result.ledger, result.labeller)
    state = after(world, ("pick", {"x": 999}), ("part", {"part": 0}), *[("blind", {"on": True})] * blind)
    seen = []
    for by in (1, 1, 1, -1, -1, -1):
        state = after(world, ("move", {"by": by}), state=state)
        seen.append((state.selection.first, state.selection.last))
        low, high = world.visible(state)
        assert low <= state.selection.first <= state.selection.last <= high
        assert state.status.text.startswith("selected")
    assert seen == [(1002, 1004), (1006, 1055), (1007, 1056), (1006, 1055), (1002, 1004), (950, 999)]
    # At the last part the error says why it goes no further; its start alone never leaves a part.
    last = after(world, ("go", {"stream": 0, "index": 1999}), state=state)
    assert after(world, ("move", {"by": 5000}), state=last).status.kind == "error"
    start = after(world, ("move", {"by": -60, "start": True}), state=after(world, ("pick", {"x": 1020})))
    assert start.status.kind == "error"


def test_to_hide_and_to_show_says_what_is_hidden_and_shown(world):
    assert after(world, BLIND).status.text == (
        "the decisions are hidden, and so is everything after a window, once one is selected"
    )
    assert after(world, PICKED, BLIND).status.text == "the decisions are hidden, and so is everything after the window"
    shown = ("blind", {"on": False})
    assert after(world, PICKED, BLIND, shown).status.text == "everything is shown"
    assert after(world, PICKED, ("seek", {"index": 1600}), BLIND, shown).status.text == PLAYBACK_HIDES


def test_suggestions_are_refused_in_blind_mode_and_one_that_is_shown_is_taken_away(view):
    shown = send(view, "suggest")
    assert shown["suggestion"] is not None
    hidden = send(view, "blind", on=True)
    assert hidden["suggestion"] is None
    for act in ("suggest", "accept", "suggestion"):
        refused = send(view, act, place=0)
        assert refused["selection"] == shown["selection"]
        assert refused["status"]["text"] == "suggestions are made in hindsight, so blind hides them; untick blind first"
    assert not view.desk.kept(0)


def test_a_click_and_a_drag_in_labelling_mode_say_what_can_be_done(view):
    view.box.label_windows([("gold", 1000, 1049), ("oil", 500, 549)])
    for act in [
        {"act": "pick", "x": 1040},
        {"act": "pick", "x": 1040, "start": True},
        {"act": "range", "first": 9, "last": 99},
    ]:
        view.on_message(act)
        state = view.controls.state
        assert state["selection"] == {"first": 1000, "last": 1049}
        assert state["status"]["text"] == (
            "labelling in a row shows one window after another: label this one, skip it, or leave with Escape"
        )
        assert state["review"]["active"]
