"""The replay view without a browser: what its messages do to state, files and traces."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from copy import deepcopy

import comm
import numpy as np
import pytest

from midplot import get_replay_result, load_scenarios, replay
from midplot.views.chart._chart_layout import Trace
from midplot.views.chart._drawing import Drawing
from midplot.views.panel._replay_view import ReplayView

PRICES = 1000 + np.round(np.cumsum(np.random.default_rng(3).normal(size=3000)) * 16) / 16


class Every:
    """Decides up every hundred ticks."""

    n = -1

    def tick_and_predict(self, x, horizon):
        self.n += 1
        return 1.0 if self.n % 100 == 50 else 0.0


@pytest.fixture
def view(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = replay({"one": PRICES, "two": PRICES[::-1].copy()}, infer=Every)
    return result.open_view(chart=True, accounts=True)


def send(view, act, **more):
    view.on_message({"act": act, **more})
    return view.controls.state


def window(view):
    selected = view.labeller.selection
    return None if selected is None else (selected.stream_id, selected.first, selected.last)


def trace(view, which):
    return view.chart.figure.data[which]


def test_the_box_begins_with_the_chart_and_tells_the_same_each_time(view):
    assert view.box.children[0] is view.chart.figure
    assert repr(view.box).split("\n")[0] == "ReplayView(2 streams)"
    assert [view.chart.figure.data[i].name for i in (0, 1)] == ["Realized", "Selected"]
    # The decisions lie on top of the selected points: they are what one looks at before labelling.
    assert not any(each.zorder for each in view.chart.figure.data)
    assert view.box._repr_mimebundle_()["text/plain"] == repr(view.box)


@pytest.mark.parametrize(
    ("x", "expected"), [(700.2, (0, 651, 700)), (-50, (0, 0, 0)), (10_000, (0, 2950, 2999)), (20, (0, 0, 20))]
)
def test_a_pick_selects_the_points_that_end_there(view, x, expected):
    send(view, "pick", x=x, start=False)
    assert window(view) == expected
    assert [trace(view, Trace.SELECTED).x[i] for i in (0, -1)] == list(expected[1:])


def test_a_dotted_line_leads_from_the_window_to_where_a_decision_resolves_unless_that_is_hidden(view):
    def outcome():
        return view.chart.figure.layout.shapes[1]

    assert not outcome().visible
    send(view, "pick", x=700)
    line = outcome()
    assert line.visible
    # By hand: the horizon is 30.
    assert (line.x0, line.y0, line.x1, line.y1) == (700, PRICES[700], 730, PRICES[730])
    for act, more in (("blind", {"on": True}), ("blind", {"on": False})):
        send(view, act, **more)
        assert outcome().visible is not more["on"]
    send(view, "seek", index=729)
    assert not outcome().visible
    send(view, "seek", index=730)
    assert outcome().visible
    send(view, "whole")
    send(view, "pick", x=2969)
    assert (outcome().visible, outcome().x1) == (True, 2999)
    send(view, "pick", x=2970)
    assert not outcome().visible  # it did not resolve


def test_length_move_and_start(view):
    send(view, "pick", x=700)
    send(view, "length", value=10)
    assert window(view) == (0, 691, 700)
    send(view, "move", by=1, start=False)
    assert window(view) == (0, 692, 701)
    send(view, "move", by=-2, start=True)
    assert window(view) == (0, 690, 701)
    send(view, "pick", x=650, start=True)
    assert window(view) == (0, 650, 701)
    send(view, "range", first=100.4, last=149.6)
    assert window(view) == (0, 100, 150)


def test_what_cannot_be_done_is_said_and_changes_nothing(view):
    for act, more in [
        ("label", {"label": "UP", "note": "", "tags": ""}),
        ("undo", {}),
        ("accept", {"note": "", "tags": ""}),
    ]:
        assert send(view, act, **more)["status"]["kind"] == "error"
    send(view, "pick", x=5)
    state = send(view, "move", by=-10, start=False)
    assert state["status"]["kind"] == "error"
    assert window(view) == (0, 0, 5)
    status = send(view, "pick", x="not a number")["status"]
    assert (status["kind"], "not a number" in status["text"]) == ("error", True)
    assert window(view) == (0, 0, 5)
    before = deepcopy(view.controls.state)
    send(view, "no such act")
    assert view.controls.state == before


def texts_in(state):
    """Return all texts in a state."""
    if isinstance(state, str):
        return [state]
    items = state.values() if isinstance(state, dict) else state if isinstance(state, (list, tuple)) else ()
    return [text for each in items for text in texts_in(each)]


def test_whatever_a_person_reads_has_the_minus_sign_of_the_axes(view):
    """A number that begins with a hyphen would stand beside one with a minus sign, in another width."""
    send(view, "tab", name="trades")
    send(view, "pick", x=700)
    states = [view.header.state, view.table.table, view.controls.state, view.controls.lists]
    words = [word.strip("(),;:") for text in texts_in(states) for word in text.split()]
    hover = [text for text in trace(view, Trace.REALIZED).customdata if text]
    assert [word for word in words if word[:1] == "-" and word[1:2].isdigit()] == []
    assert [text for text in hover if " -" in text] == []
    for state in (view.header.state, view.table.table, view.controls.lists):
        assert any("−" in text for text in texts_in(state))
    assert "−" in view.controls.state["status"]["text"]
    assert any("−" in text for text in hover)
    assert "−" not in repr(get_replay_result())


def test_labels_are_saved_listed_relabelled_undone_and_deleted(view, tmp_path):
    send(view, "pick", x=700)
    state = send(view, "label", label="DOWN", note="why", tags="a, b,,")
    (saved,) = load_scenarios().scenarios
    assert (saved.label, saved.note, saved.tags) == ("DOWN", "why", ("a", "b"))
    assert state["status"]["kind"] == "saved"
    assert state["fields"] == {"filled": 2, "note": "why", "tags": "a, b", "key": "down_one_00651-00700.json"}
    (listed,) = state["scenarios"]
    assert listed["current"]
    assert json.dumps(state)  # all of it can be sent
    assert len(trace(view, Trace.SCENARIOS).x) == 5
    assert [text[0] for text in trace(view, Trace.SIGNS).text] == ["▼"]
    assert list(trace(view, Trace.SIGNS).customdata) == ["!"]
    state = send(view, "relabel", key=listed["key"], label="UP")
    assert [s.label for s in load_scenarios().scenarios] == ["UP"]
    state = send(view, "undo")
    assert state["status"]["text"].startswith("undone: relabelled DOWN one 651-700 as UP")
    assert load_scenarios().scenarios == (saved,)
    state = send(view, "undo")
    assert load_scenarios().scenarios == ()
    assert (state["scenarios"], state["can_undo"]) == ([], False)
    state = send(view, "redo")
    (listed,) = state["scenarios"]
    state = send(view, "delete", key=listed["key"])
    assert state["status"]["text"].startswith("deleted DOWN one 651-700; undo brings it back")
    assert list((tmp_path / "scenarios").glob("*.json")) == []
    assert send(view, "delete", key=listed["key"])["status"]["kind"] == "error"
    send(view, "undo")
    assert load_scenarios().scenarios == (saved,)


def test_saving_the_same_again_is_not_undone_away(view):
    send(view, "pick", x=700)
    send(view, "label", label="UP", note="", tags="")
    second = ReplayView(view.ledger, view.labeller)
    send(second, "pick", x=700)
    send(second, "label", label="UP", note="", tags="")
    assert not second.desk.shelf.can_undo
    assert len(load_scenarios().scenarios) == 1


def test_scenarios_belong_to_their_stream(view):
    send(view, "pick", x=700)
    send(view, "label", label="UP", note="", tags="")
    state = send(view, "stream", id=1)
    assert state["scenarios"] == []
    assert view.header.state["stream"] == 1
    assert view.table.table["current"] == 1
    assert len(send(view, "stream", by=1)["scenarios"]) == 1


def test_scenarios_that_the_replay_fails_are_told_of(view):
    send(view, "length", value=10)
    send(view, "pick", x=150)  # decided UP at 150
    send(view, "label", label="UP", note="", tags="")
    assert [each["passed"] for each in view.controls.state["scenarios"]] == [True]
    assert "failed" not in view.header.state["streams"][0]["text"]
    send(view, "pick", x=120)  # decided nothing
    send(view, "label", label="DOWN", note="", tags="")
    assert [each["passed"] for each in view.controls.state["scenarios"]] == [False, True]
    assert view.header.state["streams"][0]["text"].endswith("· 1 label failed")
    send(view, "undo")
    assert "failed" not in view.header.state["streams"][0]["text"]


def test_blind_hides_the_future_and_the_decisions(view):
    send(view, "pick", x=1000)
    assert len(trace(view, Trace.UP_BANDS).x) > 0
    state = send(view, "blind", on=True)
    assert max(trace(view, Trace.REALIZED).x) == 1000
    for hidden in (Trace.UP_BANDS, Trace.UP_PROFIT, Trace.UP_LOSS, Trace.UNRESOLVED, Trace.EQUITY):
        assert len(trace(view, hidden).x) == 0
    send(view, "pick", x=900)
    assert "earns" not in view.controls.state["status"]["text"]
    assert max(trace(view, Trace.REALIZED).x) == 900
    # Nothing that was hidden may be picked.
    send(view, "pick", x=2000)
    assert window(view)[2] == 900
    assert state["blind"]
    send(view, "blind", on=False)
    assert max(trace(view, Trace.REALIZED).x) == 2999


def test_steps_reveal_and_outcomes_are_those_known_by_then(view):
    send(view, "pick", x=200)
    assert send(view, "step", by=-1)["play"]["at"] == 199  # from the selection
    send(view, "seek", index=160)
    assert max(trace(view, Trace.REALIZED).x) == 160
    # Decided at 150, to be known at 180: unresolved by now.
    assert list(trace(view, Trace.UNRESOLVED).x) == [150]
    assert list(trace(view, Trace.UP_PROFIT).x) + list(trace(view, Trace.UP_LOSS).x) == [50]
    send(view, "whole")
    assert max(trace(view, Trace.REALIZED).x) == 2999


def test_the_number_of_traces_never_changes(view):
    n = len(view.chart.figure.data)
    for act, more in [
        ("pick", {"x": 700}),
        ("label", {"label": "UP", "note": "", "tags": ""}),
        ("stream", {"id": 1}),
        ("theme", {"dark": True}),
    ]:
        send(view, act, **more)
    assert len(view.chart.figure.data) == n == len(Trace)
    assert view.controls.state["dark"]


def test_a_zoom_is_refined_and_the_price_axis_fits(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    prices = np.cumsum(np.random.default_rng(0).normal(size=100_000))
    view = replay([prices], infer=Every).open_view(chart=True, accounts=False)
    chart = view.chart
    assert len(chart.figure.data[0].x) <= 3100
    send(view, "sight", low=5000, high=5999, scene=view.scene_number)
    assert list(chart.figure.data[0].x[1:-1]) == list(range(5000, 6000))
    low, high = chart.figure.layout.yaxis2.range
    assert low < prices[5000:6000].min() < prices[5000:6000].max() < high
    assert high - low < 1.2 * np.ptp(prices[5000:6000])
    assert chart.figure.layout.yaxis2.autorange is False
    send(view, "sight")  # a double click
    assert max(chart.figure.data[0].x) == 99_999


@pytest.mark.parametrize("x", [0, 10.4, 499.6, 1234, 2999, 4000])
def test_the_nearest_index_is_exact(view, x):
    drawing = Drawing(view.ledger.streams[0])
    assert drawing.nearest_index(x) == min(range(3000), key=lambda i: (abs(i - x), i))


def test_a_click_beside_a_gap_selects_within_a_part(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    prices = PRICES.copy()
    prices[1000:1003] = np.nan
    view = replay([prices], infer=Every).open_view(chart=True, accounts=False)
    send(view, "pick", x=1010)
    assert window(view) == (0, 1003, 1010)
    send(view, "pick", x=1001)
    assert window(view)[2] in (999, 1003)


def test_a_script_shows_nothing_and_raises_nothing(tmp_path):
    code = (
        "from midplot import replay\n"
        "def infer(stream):\n    yield\n    for m in stream: yield 0\n"
        "r = replay([[1, 2, 3]], infer=infer, with_visualization=True, with_accounting_visualizer=True)\n"
        "print(r.total_score)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert (ran.stdout, ran.stderr) == ("0.0\n", "")


class Counting:
    n = 0

    def tick_and_predict(self, x, horizon):
        self.n += 1
        return 1.0 if self.n % 100 == 50 else 0.0


def test_probes_are_in_the_lower_panels_and_revealed_step_by_step(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = replay({"one": PRICES, "two": PRICES[::-1].copy()}, infer=Counting, probe="n")
    view = result.open_view(chart=True, accounts=False)
    n = view.chart.figure.data[len(Trace)]
    np.testing.assert_array_equal(n.y, n.x + 1)
    assert n.x[-1] == len(PRICES) - 1
    send(view, "seek", index=len(PRICES) - 8)
    assert n.x[-1] == len(PRICES) - 8
    np.testing.assert_array_equal(n.y, n.x + 1)
    send(view, "pick", x=1000)
    send(view, "blind", on=True)
    assert len(n.x) == 0  # what the attacker thought would give it away


def test_drawing_takes_at_most_a_tenth_of_the_time(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    now = 0.0
    drawn = []

    def refresh(self):
        nonlocal now
        now += 2.0  # how long it takes
        drawn.append(now)

    def listen(checkpoint):
        nonlocal now
        now += 1.0
        view.on_progress(checkpoint)

    monkeypatch.setattr("midplot.views.panel._replay_view.monotonic", lambda: now)
    monkeypatch.setattr("midplot.views.panel._replay_view.thread_time", lambda: now)
    result = replay(PRICES[:10], infer=Every)
    view = result.open_view(chart=True, accounts=False)
    monkeypatch.setattr(ReplayView, "refresh", refresh)
    monkeypatch.setattr("midplot.play._engine.LARGEST_CHUNK", 10)
    view.begin(1)
    replay(PRICES, infer=Every, progress=listen, update_frequency=1)
    assert len(drawn) > 10
    # The first ones are made soon; from then on it is nine times as long as a refresh takes.
    assert set(np.diff(drawn)[3:].tolist()) == {2.0 + 18.0}


def test_of_a_long_table_the_rows_that_changed_are_sent(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sent = []

    def listen(checkpoint):
        result = get_replay_result()
        view = result._view or result.open_view(chart=False, accounts=True)
        if not sent:
            view.begin(40)
            view.table.observe(lambda change: sent.append((change.name, change.new)), ["table", "changed"])
        monkeypatch.setattr("midplot.views.panel._replay_view.REFRESH_SECONDS", 0.0)
        view._rest = 0.0
        view.on_progress(checkpoint)

    result = replay([PRICES + i for i in range(40)], infer=Every, progress=listen)
    view = result._view
    view.finish()
    assert {name for name, _ in sent[10:-1]} <= {"changed", "table"}
    late = [changed for name, changed in sent[len(sent) // 2 :] if name == "changed"]
    assert late
    assert max(len(changed["rows"]) for changed in late) <= 3
    # Put together as the page does it, it is the whole table.
    rows = {}
    for name, table in sent:
        rows = {row["id"]: row for row in [*([] if name == "table" else rows.values()), *table["rows"]]}
    assert list(rows.values()) == view.table.table["rows"]
    assert len(rows) == 40
    assert view.table.get_state()["table"]["total"] == sent[-1][1]["total"]


def test_panels_open_with_a_state(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    opened = []
    create = comm.create_comm

    def noted(*args, **kwargs):
        opened.append(kwargs["data"]["state"])
        return create(*args, **kwargs)

    monkeypatch.setattr(comm, "create_comm", noted)
    replay({"one": PRICES}, infer=Every).open_view(chart=True, accounts=True)
    states = [each[name] for each in opened for name in ("state", "table") if name in each]
    assert len(states) == 3
    assert all(states)  # a page that draws late has something to draw


def test_what_is_drawn_is_numbered_and_what_is_not_new_is_not_sent_again(view):
    sent = []
    view.refresh()
    for panel, names in (
        (view.header, ["state"]),
        (view.table, ["table", "changed"]),
        (view.controls, ["lists", "state"]),
    ):
        panel.observe(lambda change: sent.append((change.owner, change.name, change.new["number"])), names)
    view.on_message({"act": "length", "value": 20})
    view.on_message({"act": "pick", "x": 60.0})
    numbers = [number for owner, _, number in sent if owner is view.controls]
    assert numbers == sorted(set(numbers))
    assert {owner for owner, _, _ in sent} == {view.controls}
    before = len(sent)
    view.refresh()
    view.refresh()
    assert len(sent) == before


def test_a_table_has_the_number_of_the_rows_that_were_sent_last(view):
    panel = view.table
    first = panel.table["number"]
    panel.show({**panel.table, "current": 7})
    assert (panel.changed["current"], panel.changed["rows"]) == (7, [])
    assert panel.table["number"] == panel.changed["number"] > first
    panel.show({**panel.table, "rows": [{**row, "cells": []} for row in panel.table["rows"]]})
    whole = panel.table["number"]
    assert whole > panel.changed["number"]
    panel.show(panel.table)
    assert panel.table["number"] == whole


def test_a_page_that_has_drawn_the_chart_is_sent_all_that_it_may_have_missed_while_it_was_loading(view, monkeypatch):
    sent = []
    for panel in (view.header, view.table, view.controls):
        monkeypatch.setattr(panel, "send_state", lambda key, panel=panel: sent.append((panel, key)))
    view.on_message({"act": "hooked", "picks": True})
    for wanted in ((view.header, ["state"]), (view.table, ["table"]), (view.controls, ["lists", "state"])):
        assert wanted in sent


def test_the_money_during_a_run_is_the_same_with_a_view_and_without(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    seconds = itertools.count()
    monkeypatch.setattr("midplot.play._engine.perf_counter", lambda: next(seconds))  # a checkpoint after each tick
    monkeypatch.setattr("midplot.views.panel._show.in_notebook", lambda: True)
    monkeypatch.setattr("midplot.views.panel._show.show", lambda _: None)

    def seen(**options):
        scores = []
        replay(
            {"one": PRICES[:150], "two": PRICES[150:250]}, 5, infer=Every, progress=lambda _: noted(scores), **options
        )
        return scores

    def noted(scores):
        result = get_replay_result()
        scores.append((dict(result.scores), result.unresolved))

    assert seen(with_visualization=True, with_accounting_visualizer=True) == seen()


@pytest.mark.parametrize("broken", ["__init__", "begin", "on_progress", "finish"])
def test_a_broken_view_does_not_change_a_replay(tmp_path, monkeypatch, broken):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("midplot.views.panel._show.in_notebook", lambda: True)
    monkeypatch.setattr("midplot.views.panel._show.show", lambda _: None)

    def breaks(*_, **__):
        raise ZeroDivisionError("broken")

    monkeypatch.setattr(ReplayView, broken, breaks)
    with pytest.warns(
        UserWarning, match="ZeroDivisionError: broken. The replay (is not affected|goes on without it)"
    ) as told:
        result = replay([PRICES], infer=Every, with_visualization=True)
    assert len(told) == 1
    monkeypatch.undo()
    assert result.ledger.state == "complete"
    assert result.summary() == replay([PRICES], infer=Every).summary()
