"""The lists below the chart in a real JupyterLab: trades sorted, filtered and gone to by mouse and keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

SETUP = """
from midplot import load_scenarios, replay
from midplot.streams import load_streams
from midplot.examples import MomentumAttacker
x_train, x_test = load_streams()
result = replay(x_test[:3], infer=MomentumAttacker)
trades = result.trades.sort_values("profit", kind="stable")
rows = trades[["stream_id", "index"]].to_numpy().tolist()
own = trades[trades["stream_id"] == 0][["stream_id", "index"]].to_numpy().tolist()
"""
WINDOW = "(lambda s: None if s is None else [s.stream_id, s.last])(result.selection)"


@pytest.fixture
def view(notebook):
    page = notebook([SETUP, "result.view()"])
    page.run(0)
    page.run(1)
    page.plot()
    page.page.locator('.midplot-view[data-acts="ready"]').wait_for()  # the chart may be painted before
    return page


def tab(view, name):
    return view.page.get_by_role("tab", name=name)


def rows(view):
    return view.page.locator(".midplot-trades tbody tr")


def index_of(row):
    return int(row.locator('[data-key="index"]').inner_text().replace(",", ""))


def open_trades(view):
    tab(view, "Trades").click()
    expect(tab(view, "Trades")).to_have_attribute("aria-selected", "true")
    expect(rows(view)).to_have_count(50)


def test_trades_are_listed_worst_first_sorted_filtered_and_paged(view):
    n_own, n_all = view.python("[len(own), len(rows)]")
    pending_own, pending = view.python(
        "[int(each.profit.isna().sum()) for each in (trades[trades.stream_id == 0], trades)]"
    )
    open_trades(view)
    expect(tab(view, "Trades")).to_have_text(f"Trades ({n_own:,}, {pending_own:,} unresolved)")
    worst, *_ = view.python("own")
    assert index_of(rows(view).first) == worst[1]
    # The best first, and the last page of them.
    view.page.get_by_role("columnheader", name="Profit").get_by_role("button").click()
    expect(view.page.locator('th[data-key="profit"]')).to_have_attribute("aria-sort", "descending")
    view.page.get_by_label("Which trades").select_option("losers")
    n_lost = view.python("int(((trades.stream_id == 0) & (trades.profit < 0)).sum())")
    expect(view.page.locator(".midplot-range")).to_have_text(f"1 – 50 of {n_lost:,}")
    view.page.get_by_role("button", name="Next rows").click()
    expect(view.page.locator(".midplot-range")).to_have_text(f"51 – {min(100, n_lost)} of {n_lost:,}")
    view.page.get_by_label("Which trades").select_option("all")
    view.page.get_by_label("Streams of the trades").select_option("all")
    expect(tab(view, "Trades")).to_have_text(f"Trades ({n_all:,}, {pending:,} unresolved)")
    # At most a page was ever sent.
    assert view.python("len(result._view.controls.lists['trades']['rows'])") == 50
    # A click on the open tab folds it.
    tab(view, "Trades").click()
    expect(rows(view).first).to_be_hidden()


def test_a_row_goes_there_by_click_and_by_keyboard_and_jupyterlab_gets_none_of_the_keys(view):
    open_trades(view)
    view.page.get_by_label("Streams of the trades").select_option("all")
    expect(view.page.locator('.midplot-trades th[data-key="stream_id"]')).to_have_count(1)
    wanted = view.python("rows[:53]")
    cells = view.page.locator(".jp-Notebook .jp-Cell").count()
    place = next(place for place, (stream, _) in enumerate(wanted) if stream)
    rows(view).nth(place).click()
    view.wait_python(f"{WINDOW} == {wanted[place]}")
    expect(rows(view).nth(place)).to_have_attribute("aria-selected", "true")
    expect(view.page.get_by_label("Stream", exact=True)).to_have_value(str(wanted[place][0]))
    expect(rows(view).nth(place)).to_be_focused()
    for key, expected in (("ArrowDown", place + 1), ("End", 49), ("Home", 0), ("ArrowDown", 1)):
        view.page.keyboard.press(key)
        expect(rows(view).nth(expected)).to_be_focused()
    view.page.keyboard.press("Enter")
    view.wait_python(f"{WINDOW} == {wanted[1]}")
    # Over the edge of the page, the next one is asked for, and keeps the focus.
    view.page.keyboard.press("End")
    view.page.keyboard.press("ArrowDown")
    expect(view.page.locator(".midplot-range")).to_contain_text("51 – 100")
    expect(rows(view).first).to_be_focused()
    view.page.keyboard.press("ArrowDown")
    view.page.keyboard.press("Enter")
    view.wait_python(f"{WINDOW} == {view.python('rows[51]')}")
    # A key of the view labels what was gone to; "d d" deletes no cell.
    view.page.keyboard.press("d")
    view.wait_python("len(load_scenarios().scenarios) == 1")
    view.page.keyboard.press("d")
    expect(tab(view, "Labels")).to_have_text("Labels (1)")
    assert view.page.locator(".jp-Notebook .jp-Cell").count() == cells


def test_suggestions_are_a_list_that_goes_there(view):
    tab(view, "Labels").focus()
    view.page.keyboard.press("ArrowLeft")
    expect(tab(view, "Suggestions")).to_be_focused()
    view.page.keyboard.press("Enter")
    listed = view.page.locator(".midplot-suggested")
    expect(listed.nth(3)).to_be_visible()
    listed.nth(3).get_by_role("button").click()
    expect(listed.nth(3)).to_have_attribute("data-current", "true")
    view.page.keyboard.press("Tab")  # away from the button, whose own key Enter is
    view.page.locator(".midplot-accept").click()
    view.wait_python("[list(s.tags) for s in load_scenarios().scenarios] == [['suggested']]")
    expect(listed.nth(3)).to_contain_text("labelled")
