"""The acts of a view as functions from state to state, and the scenes that come of them, without any widget."""

from __future__ import annotations

import numpy as np
import pytest

from midplot import replay
from midplot.views._view_state import ALL, BEST, ViewState
from midplot.views.chart._chart_layout import PRICE_CAPTION, Trace
from midplot.views.chart.live._scene import scene
from midplot.views.panel._world import World
from midplot.views.panel.acts._looking import go_to
from midplot.views.panel.acts._update import update

RANDOM = np.random.default_rng(11)


def walk(n, start):
    return start + np.round(np.cumsum(RANDOM.normal(size=n)) * 4) / 4


# As recorded streams are: the price jumps by thousands at a gap, and the first part is tiny.
TINY, EARLY, LATE = walk(7, 9_000), walk(1200, 1_000), walk(2500, 16_000)
JUMPING = np.concatenate([TINY, [np.nan], EARLY, [np.nan, np.nan], LATE])
EARLY_AT, LATE_AT = 8, 8 + 1200 + 2
CALM = np.concatenate([walk(400, 50), np.full(500, 50.0), walk(400, 50)])


def sometimes(stream):
    yield
    for n, _ in enumerate(stream):
        yield [0, 0, 0, 1, 0, 0, -1][n % 7]


@pytest.fixture(scope="module")
def world():
    result = replay({"jumping": JUMPING, "calm [5 min]": CALM}, infer=sometimes)
    return World(result.ledger, result.labeller)


@pytest.fixture
def state():
    return ViewState(stream=0, follow=False, places=True)


def after(state, world, *acts):
    for name, more in acts:
        state = update(state, {"act": name, **more}, world)
    return state


def drawn(state, world):
    return scene(state, world.subject(state, []))


def price_in_sight(picture):
    x, y = picture.traces[Trace.REALIZED]["x"], picture.traces[Trace.REALIZED]["y"]
    low, high = picture.layout["xaxis.range"]
    return y[(x >= low) & (x <= high) & ~np.isnan(y)]


def check_fits(state, world):
    """Check that the price of the part with the most ticks in sight fills its panel."""
    picture = drawn(state, world)
    low, high = picture.layout["yaxis2.range"]
    seen = price_in_sight(picture)
    inside = seen[(seen >= low) & (seen <= high)]
    assert len(inside) >= len(seen) / 2
    assert np.ptp(inside) >= (high - low) / 6 or np.ptp(inside) == 0
    assert picture.layout["xaxis.autorange"] is picture.layout["yaxis2.autorange"] is False


def test_a_stream_that_jumps_opens_on_the_part_with_the_most_decisions(state, world):
    low, high = world.visible(state)
    assert low < LATE_AT < LATE_AT + 2400 < high
    assert low > EARLY_AT + 1100
    check_fits(state, world)


@pytest.mark.parametrize(
    "acts",
    [
        [("sight", {"low": 1000.0, "high": 1300.0}), ("stream", {"by": 1})],
        [("sight", {"low": 1000.0, "high": 1300.0}), ("stream", {"by": 1}), ("stream", {"by": 1})],
        [("sight", {"low": 1195.5, "high": 1900.0})],
        [("sight", {"low": 0.0, "high": 400.0})],
        [("sight", {"low": 300, "high": 400}), ("sight", {})],
        [("pick", {"x": 1500}), ("step", {"by": 3}), ("seek", {"index": 20}), ("seek", {"index": 3000})],
        [("pick", {"x": 1250}), ("blind", {"on": True})],
        [("part", {"part": 0})],
        [("part", {"part": 1}), ("pick", {"x": 700}), ("stream", {"id": 1}), ("pick", {"x": 450}), ("stream", {"id": 0})],
        [("stream", {"id": 1}), ("sight", {"low": 500, "high": 800})],
    ],
)  # fmt: skip
def test_the_price_fills_its_panel_after_any_acts(state, world, acts):
    check_fits(after(state, world, *acts), world)


def test_a_person_who_asks_for_all_parts_gets_all(state, world):
    state = after(state, world, ("part", {"part": None}))
    assert state.sight == ALL
    low, high = drawn(state, world).layout["yaxis2.range"]
    assert low < 1_100
    assert high > 15_900
    assert after(state, world, ("sight", {})).sight == BEST


def test_the_axis_gives_nothing_away_of_what_is_hidden(state, world):
    state = after(state, world, ("pick", {"x": 2000}), ("blind", {"on": True}))
    shown = LATE[: 2000 - LATE_AT + 1]
    low, high = drawn(state, world).layout["yaxis2.range"]
    margin = 0.06 * np.ptp(shown)
    assert shown.min() - margin < low
    assert high < shown.max() + margin
    assert drawn(state, world).traces[Trace.REALIZED]["hovertemplate"] == ""
    shown_again = after(state, world, ("blind", {"on": False}))
    assert "%{x" in drawn(shown_again, world).traces[Trace.REALIZED]["hovertemplate"]


def test_another_stream_begins_afresh(state, world):
    state = after(state, world, ("pick", {"x": 1500}), ("step", {"by": 1}), ("stream", {"by": 1}))
    assert (state.sight, state.selection, state.revealed, state.playing) == (BEST, None, None, False)


def test_step_play_and_seek_begin_at_the_selection(state, world):
    picked = after(state, world, ("pick", {"x": 1500}))
    assert after(picked, world, ("step", {"by": 1})).revealed == 1501
    assert after(picked, world, ("step", {"by": -1})).revealed == 1499
    playing = after(picked, world, ("speed", {"value": 100}), ("play", {"now": 10.0}))
    assert (playing.playing, playing.revealed) == (True, 1500)
    # By the clock, whenever the page asks for the next frame; no fraction of a tick is lost.
    for now, revealed in [(10.004, 1500), (10.014, 1501), (10.5, 1550), (12.0, 1700)]:
        playing = after(playing, world, ("frame", {"now": now}))
        assert playing.revealed == revealed
    paused = after(playing, world, ("play", {"now": 12.0}), ("frame", {"now": 19.0}))
    assert (paused.playing, paused.revealed) == (False, 1700)
    ended = after(playing, world, ("frame", {"now": 1e6}))
    assert (ended.playing, ended.revealed) == (False, None)


def test_what_is_revealed_stays_visible(state, world):
    state = after(
        state, world, ("pick", {"x": 1500}), ("sight", {"low": 1450, "high": 1550}), ("seek", {"index": 1600})
    )
    low, high = world.visible(state)
    assert low < 1600 < high
    assert high - low == pytest.approx(100)
    low, high = world.visible(after(state, world, ("seek", {"index": 100})))
    assert EARLY_AT - 2 <= low <= 100 <= high


def test_go_to_selects_what_ends_there_and_makes_it_visible(state, world):
    state = go_to(state, 0, 600, world)
    assert (state.selection.first, state.selection.last) == (551, 600)
    low, high = world.visible(state)
    assert low < 551 < 600 < high < EARLY_AT + 1201
    check_fits(state, world)
    # Near the start of a part, nothing before it is selected.
    near = go_to(state, 0, LATE_AT + 3, world)
    assert near.selection.first == LATE_AT


def test_an_act_of_a_person_ends_following_and_one_of_the_page_does_not(world):
    state = ViewState(stream=0, follow=True)
    assert after(state, world, ("theme", {"dark": True}), ("frame", {"now": 1.0})).follow
    for act in [("pick", {"x": 5}), ("sight", {"low": 1, "high": 9}), ("stream", {"by": 1}), ("blind", {"on": True})]:
        touched = after(state, world, act)
        assert not touched.follow
        assert after(touched, world, ("follow", {})).follow


def test_the_page_selects_by_itself_where_it_can(state, world):
    state = after(state, world, ("drag", {"value": "select"}))
    assert drawn(state, world).layout["dragmode"] is False
    assert drawn(state.changed(places=False), world).layout["dragmode"] == "select"
    assert drawn(after(state, world, ("drag", {"value": "pan"})), world).layout["dragmode"] == "pan"


def test_an_unknown_act_and_wrong_values_change_nothing(state, world):
    assert update(state, {"act": "no such act"}, world) is state
    assert after(state, world, ("drag", {"value": "lasso"})).drag == "zoom"
    assert after(state, world, ("stream", {"id": 99})).stream == 0
    assert after(state, world, ("part", {"part": 99})).sight == BEST
    assert after(state, world, ("go", {"stream": 99, "index": 1})).stream == 0


def test_every_scene_is_complete(state, world):
    """Whatever was drawn before, a scene leaves nothing of it: all have the same properties."""
    acts = [("pick", {"x": 1500}), ("blind", {"on": True}), ("theme", {"dark": True}), ("stream", {"by": 1})]
    pictures = [drawn(after(state, world, *acts[:n]), world) for n in range(len(acts) + 1)]
    for picture in pictures:
        assert picture.layout.keys() == pictures[0].layout.keys()
        for trace, first in zip(picture.traces, pictures[0].traces, strict=True):
            assert {"x", "y", "selectedpoints", "hoverinfo"} <= trace.keys()
            assert set(trace) - set(first) <= {"customdata", "hovertemplate", "text", "textfont.color"}


@pytest.mark.parametrize("narrow", [False, True])
def test_caption_and_legend_name_only_what_is_shown(state, world, narrow):
    def named(*acts):
        picture = drawn(after(state, world, ("theme", {"dark": False, "narrow": narrow}), *acts), world)
        listed = [trace for trace, values in enumerate(picture.traces) if values.get("showlegend")]
        return picture.layout["annotations[0].text"], listed

    pick, blind = ("pick", {"x": 1500}), ("blind", {"on": True})
    of_decisions = [Trace.UP_BANDS, Trace.DOWN_BANDS, Trace.UNRESOLVED]
    short = "Price as fed (realized)"
    everything = short if narrow else f"{short}  ·  filled: profit, hollow: loss  ·  bands: up above, down below"
    assert named() == named(pick) == named(pick, blind, ("blind", {"on": False})) == (everything, of_decisions)
    assert named(blind) == (short, [])
    assert named(pick, blind) == (short if narrow else f"{short}  ·  nothing after the window is shown", [])


def test_a_narrow_view_has_no_legend_and_a_caption_that_fits(state, world):
    layout = drawn(after(state, world, ("theme", {"dark": False, "narrow": True})), world).layout
    assert not layout["showlegend"]
    assert len(layout["annotations[0].text"]) < len(PRICE_CAPTION) / 3


def test_a_double_click_shows_all_and_leaves_the_selection_as_it_was(state, world):
    mine = after(state, world, ("pick", {"x": 1500}), ("sight", {"low": 1400, "high": 1700}))
    twice = after(mine, world, ("pick", {"x": 1600}), ("sight", {"double": True}))
    assert (twice.selection, twice.sight) == (mine.selection, BEST)
    # One that is not the second click of anything changes no selection.
    later = after(mine, world, ("pick", {"x": 1600}), ("blind", {"on": True}), ("sight", {"double": True}))
    assert later.selection.last == 1600


def test_what_was_typed_for_one_window_is_not_the_note_of_another(state, world):
    first = after(state, world, ("pick", {"x": 1500}))
    assert after(first, world, ("move", {"by": 1}), ("length", {"value": 9})).filled == first.filled
    for act in [("pick", {"x": 1600}), ("range", {"first": 1500, "last": 1550})]:
        assert after(first, world, act).filled > first.filled


def test_the_price_has_the_whole_chart_while_the_future_is_hidden(state, world):
    shown = drawn(after(state, world, ("pick", {"x": 2000})), world)
    hidden = drawn(after(state, world, ("pick", {"x": 2000}), ("blind", {"on": True})), world)
    assert shown.layout["yaxis2.domain"][0] > 0.3
    assert hidden.layout["yaxis2.domain"] == [0.03, 1.0]
    assert [shown.layout["yaxis3.visible"], hidden.layout["yaxis3.visible"]] == [True, False]
    assert len(hidden.traces[Trace.LATENCY]["x"]) == 0
    assert hidden.layout["annotations[1].visible"] is False
