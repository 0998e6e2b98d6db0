"""The table of trades: each page against a plain sort of ``result.trades``, whole and while the replay grows."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest

from midplot import Stream, replay
from midplot.money._frames import trades_frame
from midplot.money._ledger import Ledger
from midplot.play._engine import PartReplay
from midplot.play._settings import ReplaySettings
from midplot.scenarios._labeller import Labeller
from midplot.streams._stream import cut_into_parts
from midplot.views._view_state import OUTCOMES, ViewState
from midplot.views.panel._world import World
from midplot.views.panel.acts._update import update
from midplot.views.panel.trades._table import PAGE, Trades
from midplot.views.trades._columns import COLUMNS

from .made import replayed

KEYS = [column.key for column in COLUMNS]
RULES = {"horizon": 3, "epsilon": 0.5}


def prices(n, seed, gap=None):
    """Return prices on a grid of ticks, so that many profits are equal; with a gap, after which they are far away."""
    values = 1000 + np.round(np.cumsum(np.random.default_rng(seed).normal(size=n)) * 4) / 4
    if gap is not None:
        values[gap:] += 5000
        values[gap] = np.nan
    return values


def timed(n):
    """Return times of which one is unknown, at a pace that changes."""
    seconds = np.cumsum(np.random.default_rng(n).integers(1, 900, n))
    return np.datetime64("2024-01-02T09:00", "ns") + seconds.astype("timedelta64[s]")


def some(x):
    """Decide at many of the prices, by some of their digits."""
    return {0: 1.0, 1: -1.0, 2: -2.5}.get(int(x * 4) % 5, 0.0)


@pytest.fixture(scope="module", params=["bare", "timed"])
def result(request):
    return made_result(request.param)


def made_result(kind):
    streams = [
        Stream(prices(400, 1, gap=250), name="gappy"),
        Stream(prices(300, 2), times=timed(300) if kind == "timed" else None, name="[whole]"),
        Stream(prices(5, 3)),
    ]
    return replayed(streams, some, **RULES)


def looks(ledger):
    world = World(ledger, Labeller(ledger))
    return world, Trades(world)


def asking(world, state=None, **asked):
    state = ViewState(stream=world.streams()[0], tab="trades") if state is None else state
    return update(state, {"act": "trades", **asked}, world)


def where(page):
    return [(row["stream"], row["index"]) for row in page["rows"]]


def all_rows(trades, world, state=None, **asked):
    """Turn all the pages."""
    total = trades.page(asking(world, state, **asked))["total"]
    pages = [trades.page(asking(world, state, **asked, offset=start)) for start in range(0, total, PAGE)]
    assert [page["offset"] for page in pages] == list(range(0, total, PAGE))
    return [row for page in pages for row in where(page)]


def expected(frame, key, ascending, outcome):
    """Sort the rows of ``result.trades`` by hand: unknown ones last, equal ones in the order of the replay."""
    rows = frame.to_dict("records")
    kept = {
        "all": lambda profit: True,
        "winners": lambda profit: profit > 0,
        "losers": lambda profit: profit < 0,
        "unresolved": lambda profit: math.isnan(profit),
    }[outcome]

    def number(row):
        if key == "resolved_after":
            after = row["resolution_time"] - row["time"] if "time" in row else pd.NaT
            return math.nan if pd.isna(after) else after.total_seconds()
        value = row.get(key, math.nan)
        return math.nan if pd.isna(value) else value.value if isinstance(value, pd.Timestamp) else value

    rows = [row for row in rows if kept(row["profit"])]
    known = sorted((r for r in rows if not math.isnan(number(r))), key=lambda r: number(r) if ascending else -number(r))
    return [(r["stream_id"], r["index"]) for r in [*known, *(r for r in rows if math.isnan(number(r)))]]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("ascending", [True, False])
def test_every_column_sorts_as_a_plain_sort_of_the_frame(result, key, ascending):
    world, trades = looks(result.ledger)
    frame = result.trades
    assert len(frame) > 3 * PAGE
    for outcome in OUTCOMES:
        asked = {"sort": key, "ascending": ascending, "outcome": outcome}
        assert all_rows(trades, world, everywhere=True, **asked) == expected(frame, **{"key": key, **only(asked)})
        for stream in world.streams() if key == "profit" else ():
            state = ViewState(stream=stream)
            own = frame[frame["stream_id"] == stream]
            assert all_rows(trades, world, state, **asked) == expected(own, **{"key": key, **only(asked)})


def only(asked):
    return {name: asked[name] for name in ("ascending", "outcome")}


def test_the_worst_come_first_and_every_cell_says_what_the_frame_holds(result):
    world, trades = looks(result.ledger)
    page = trades.page(asking(world, everywhere=True))
    frame = result.trades.sort_values("profit", kind="stable").head(PAGE)
    columns = [column["key"] for column in page["columns"]]
    assert ("time" in columns, "resolved_after" in columns) == (("time" in frame),) * 2
    for row, trade in zip(page["rows"], frame.to_dict("records"), strict=True):
        cells = dict(zip(columns, row["cells"], strict=True))
        assert float(cells["profit"].replace("−", "-")) == pytest.approx(trade["profit"], rel=1e-5)
        assert cells["stream_id"] == ["gappy", "[whole]", "stream 2"][trade["stream_id"]]
        for key in ("index", "resolution_index"):
            assert int(cells[key].replace(",", "")) == trade[key]
        for key in ("x", "x_resolution", "latency_ms"):
            assert float(cells[key]) == pytest.approx(trade[key], rel=1e-3)
        assert cells["decision"].startswith("▲ up" if trade["decision"] > 0 else "▼ down")
        assert ("2.5" in cells["decision"]) == (trade["decision"] == -2.5)
        assert row["tone"] == ("gain" if trade["profit"] > 0 else "loss" if trade["profit"] < 0 else "")
        if "time" in cells:
            assert cells["time"] == ("–" if pd.isna(trade["time"]) else f"{trade['time']:%Y-%m-%d %H:%M:%S}")
    json.dumps(page)


@pytest.mark.parametrize("everywhere", [True, False])
def test_the_points_of_prices_and_profits_are_below_each_other(result, everywhere):
    world, trades = looks(result.ledger)
    page = trades.page(asking(world, everywhere=everywhere))
    keys = [column["key"] for column in page["columns"]]
    for key in ("profit", "x", "x_resolution"):
        texts = [row["cells"][keys.index(key)] for row in page["rows"]]
        # Quarters: two decimals, also where one or none would do.
        assert {len(text.partition(".")[2]) for text in texts} == {2}


def test_the_count_is_that_of_the_frame_in_either_scope(result):
    world, trades = looks(result.ledger)
    frame = result.trades
    assert trades.count(asking(world, everywhere=True)) == len(frame)
    for stream in world.streams():
        assert trades.count(ViewState(stream=stream)) == (frame["stream_id"] == stream).sum()


def test_a_page_beyond_the_last_one_is_the_last_one_and_an_unchanged_one_is_the_same(result):
    world, trades = looks(result.ledger)
    total = len(result.trades)
    page = trades.page(asking(world, everywhere=True, offset=10**9))
    assert (page["offset"], len(page["rows"])) == ((total - 1) // PAGE * PAGE, (total - 1) % PAGE + 1)
    assert trades.page(asking(world, everywhere=True, offset=10**9)) is page


def test_nothing_is_given_away_while_the_future_is_hidden(result):
    world, trades = looks(result.ledger)
    page = trades.page(asking(world, everywhere=True).changed(blind=True))
    assert (page["rows"], page["total"]) == ([], 0)
    assert "Hidden" in page["empty"]


class Growing:
    """A run whose decisions were made before, of which some are shown."""

    def __init__(self, part, decisions):
        self.part, self._decisions, self.done = part, decisions, 0

    def outcome(self):
        done = self.done
        latency = np.arange(1, len(self.part) + 1)[::-1][:done] * 1000
        return PartReplay(self.part, self._decisions[:done], latency, 0, done == len(self.part))


@pytest.mark.parametrize("key", ["profit", "index", "decision", "latency_ms", "stream_id"])
@pytest.mark.parametrize("everywhere", [True, False])
@pytest.mark.parametrize("backoff", [1, 4])
def test_a_table_that_grows_equals_one_made_anew_at_every_look(key, everywhere, backoff):
    random = np.random.default_rng(5)
    ledger = Ledger(ReplaySettings(**RULES, backoff=backoff))
    world, grown = looks(ledger)
    state = None
    for stream_id in range(3):
        stream = Stream(prices(120, stream_id, gap=70), stream_id=stream_id)
        ledger.open_stream(stream)
        for part in cut_into_parts(stream):
            run = Growing(part, random.choice([-1.0, 0.0, 1.0], len(part)))
            ledger.watch(run)
            for done in [*sorted(random.integers(0, len(part), 4).tolist()), len(part)]:
                run.done = done
                ledger.watch(run)
                if not world.streams():
                    continue
                state = ViewState(stream=world.streams()[-1])
                asked = {"sort": key, "everywhere": everywhere, "ascending": bool(done % 2)}
                rows = all_rows(grown, world, state, **asked)
                assert rows == all_rows(looks(ledger)[1], world, state, **asked)
                assert len(rows) == sum(
                    len(p.profits) + (p is not ledger.parts[-1]) * p.unresolved
                    for p in ledger.parts
                    if everywhere or p.part.stream_id == state.stream
                )
                if len(world.streams()) > 1:
                    # Of a stream that has ended, nothing is left to wait for.
                    ended = world.streams()[0]
                    n_ended = sum(each.n_trades for each in ledger.streams[ended].parts)
                    assert len(all_rows(grown, world, ViewState(stream=ended), sort=key)) == n_ended
            ledger.record(run.outcome())
    ledger.close("complete", 1.0)
    rows = all_rows(grown, world, state, sort=key, everywhere=True)
    assert rows == all_rows(looks(ledger)[1], world, state, sort=key, everywhere=True)
    assert len(rows) == sum(part.n_trades for part in ledger.parts)


def test_what_is_asked_for_in_vain_changes_nothing(result):
    world, _ = looks(result.ledger)
    state = asking(world, sort="index", offset=50)
    for asked in ({"sort": "no such column"}, {"outcome": "sideways"}):
        assert asking(world, state, **asked) == state
    assert update(state, {"act": "tab", "name": "nothing"}, world) == state


def test_another_order_or_stream_begins_at_the_first_page_and_the_list_of_all_streams_stays(result):
    world, _ = looks(result.ledger)
    for everywhere in (False, True):
        state = asking(world, offset=50, everywhere=everywhere)
        assert asking(world, state, ascending=False).trades.offset == 0
        other = update(state, {"act": "stream", "by": 1}, world)
        assert other.trades.offset == (50 if everywhere else 0)


def test_reading_the_lists_does_not_end_following_a_replay(result):
    world, _ = looks(result.ledger)
    state = ViewState(stream=0, follow=True)
    state = update(state, {"act": "tab", "name": "trades"}, world)
    state = update(state, {"act": "trades", "sort": "index"}, world)
    assert (state.follow, state.tab) == (True, "trades")
    assert update(state, {"act": "tab", "name": "trades"}, world).tab == ""


# In the view


@pytest.fixture
def view(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # before the replay: labels are kept in the folder that is the current one then
    return made_result("bare").open_view(chart=True, accounts=False)


def send(view, act, **more):
    view.on_message({"act": act, **more})
    return view.controls.lists


def test_rows_are_sent_only_while_their_list_is_open(view):
    assert (view.controls.lists["tab"], view.controls.lists["trades"]) == ("labels", None)
    lists = send(view, "tab", name="trades")
    assert lists["trades"]["rows"]
    assert lists["counts"]["trades"] == len(view.ledger.streams[0].parts[0].trades.tick) + len(
        view.ledger.streams[0].parts[1].trades.tick
    )
    assert send(view, "tab", name="labels")["trades"] is None


def test_the_number_of_trades_less_the_unresolved_is_the_number_of_decisions(view):
    for everywhere in (False, True):
        counts = send(view, "trades", everywhere=everywhere)["counts"]
        streams = view.ledger.streams.values() if everywhere else [view.ledger.streams[view.state.stream]]
        decisions = sum(each.summary["num_resolved_decisions"] for each in streams)
        assert counts["unresolved"] == sum(each.unresolved for each in streams) > 0
        assert counts["trades"] - counts["unresolved"] == decisions


def test_a_row_of_the_table_and_one_of_the_frame_lead_to_the_same_window(view):
    frame = trades_frame(view.ledger)
    row = send(view, "tab", name="trades") and send(view, "trades", everywhere=True)["trades"]["rows"][0]
    send(view, "go", stream=row["stream"], index=row["index"])
    seen = view.state.selection
    worst = frame.sort_values("profit", kind="stable").iloc[0]
    view.box.go_to(int(worst["stream_id"]), int(worst["index"]))
    assert (seen.stream_id, seen.first, seen.last) == (
        view.state.selection.stream_id,
        view.state.selection.first,
        view.state.selection.last,
    )
    assert seen.last == worst["index"]
    for frame_row in frame[::40].itertuples():
        view.box.go_to(frame_row.stream_id, frame_row.index)
        assert (view.state.stream, view.state.selection.last) == (frame_row.stream_id, frame_row.index)


def test_suggestions_are_listed_gone_to_and_accepted(view):
    lists = send(view, "tab", name="suggestions")
    rows = lists["suggestions"]["rows"]
    assert len(rows) > 2
    assert lists["counts"]["suggestions"] == len(rows)
    lists = send(view, "suggestion", place=2)
    window = view.state.selection
    assert (window.first, window.last) == (rows[2]["first"], rows[2]["last"])
    assert [row["current"] for row in lists["suggestions"]["rows"]].index(True) == 2
    lists = send(view, "accept")
    assert view.state.status.kind == "saved"
    assert lists["suggestions"]["rows"][2]["labelled"]
    assert send(view, "suggestion", place=999)["tab"] == "suggestions"
    send(view, "blind", on=True)
    assert view.controls.lists["suggestions"]["rows"] == []


def test_a_folder_that_cannot_be_read_is_said_in_the_list(view, monkeypatch):
    def failing(*_, **__):
        raise PermissionError("scenarios: not yours")

    monkeypatch.setattr(view.labeller, "suggest", failing)
    assert send(view, "tab", name="suggestions")["suggestions"] == {"rows": [], "empty": "scenarios: not yours"}


def test_the_table_is_there_while_a_replay_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    seen = []

    def listen(checkpoint):
        from midplot import get_replay_result

        if not seen:
            seen.append(get_replay_result().open_view(chart=True, accounts=False))
            send(seen[0], "tab", name="trades")
        seen[0].refresh()
        seen.append(seen[0].controls.lists["trades"]["total"])
        send(seen[0], "tab", name="suggestions")
        assert "ended" in seen[0].controls.lists["suggestions"]["empty"]
        send(seen[0], "tab", name="trades")

    class Always:
        def tick_and_predict(self, x, horizon):
            return 1.0

    result = replay(prices(900, 4), infer=Always, progress=listen, **RULES)
    view, *totals = seen
    assert totals == sorted(totals)
    view.refresh()
    assert view.controls.lists["trades"]["total"] == len(result.trades) == 900
