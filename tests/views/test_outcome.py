"""A decision looks the same wherever it is drawn: filled for a profit, hollow for a loss, a circle if it is unresolved."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from html import unescape

import numpy as np
import pytest

from midplot import UP, compare
from midplot.views.chart._chart_layout import PRICE_CAPTION, Trace, trace_styles
from midplot.views.chart._outcome import ARROW, CIRCLE, FILLED_AND_HOLLOW, Outcome, mark_of, outcome_of
from midplot.views.chart._palette import LIGHT
from midplot.views.pages._check_cards import legend
from midplot.views.pages._check_page import check_card, check_page
from midplot.views.panel._report_view import ReportView

from .checked import a_check, a_report
from .made import replayed

PRICES = [1.0, 2.0, 3.0, 2.0, 1.0, 3.0, 5.0, 4.0, 3.0, 2.0, 1.0, 2.0]
OPEN = "triangle-up-open"


def decided():
    """Return a result with decisions of every outcome, and each of them worked out by hand."""
    decisions = [1, 1, -1, -1, 1, 0, -1, 1, -1, 0, 1, -1]
    left = iter(decisions)
    result = replayed([PRICES], decide=lambda _: next(left), horizon=2, epsilon=0.25)
    by_hand = {}
    for tick, decision in enumerate(decisions):
        if decision:
            is_known = tick + 2 < len(PRICES)
            profit = decision * (PRICES[tick + 2] - PRICES[tick]) - 0.25 if is_known else None
            by_hand[tick] = (decision, None if profit is None else profit > 0)
    assert {False, True, None} == {known for _, known in by_hand.values()}
    return result, by_hand


def of(by_hand, decision, known):
    return [tick for tick, each in by_hand.items() if each == (decision, known)]


def test_the_outcome_is_that_of_the_profit():
    for decision in (1, -1):
        direction = "UP" if decision > 0 else "DOWN"
        assert outcome_of(decision, 0.1) is Outcome[f"{direction}_PROFIT"]
        assert outcome_of(decision, 0.0) is outcome_of(decision, -1.0) is Outcome[f"{direction}_LOSS"]
        assert outcome_of(decision, None) is outcome_of(decision, np.nan) is Outcome.UNRESOLVED
    assert len({mark_of(outcome) for outcome in Outcome}) == len(Outcome)


def test_in_a_chart():
    result, by_hand = decided()
    data = result.figure().data
    for decision, traces in ((1, (Trace.UP_PROFIT, Trace.UP_LOSS)), (-1, (Trace.DOWN_PROFIT, Trace.DOWN_LOSS))):
        for trace, known, symbol in zip(traces, (True, False), ("triangle-up", OPEN), strict=True):
            assert data[trace].x.tolist() == of(by_hand, decision, known)
            assert data[trace].marker.symbol == symbol
            assert data[trace].marker.angle == (0 if decision > 0 else -180)
    assert data[Trace.UNRESOLVED].x.tolist() == [10, 11]
    assert data[Trace.UNRESOLVED].marker.symbol == "circle-open"


def test_on_a_still():
    result, by_hand = decided()
    svg = _still(result)
    found = re.findall(r'<path d="((?:M[\d.,-]+[^M"]+)+)" fill="([^"]+)" stroke="([^"]+)"/>', svg)
    counts = {}
    for path, inside, edge in found:
        for name, outline in (("up", ARROW[1]), ("down", ARROW[-1]), ("circle", CIRCLE)):
            if path.endswith(outline):
                counts[name, inside == edge] = path.count(outline)
    expected = {
        ("up", True): len(of(by_hand, 1, True)),
        ("up", False): len(of(by_hand, 1, False)),
        ("down", True): len(of(by_hand, -1, True)),
        ("down", False): len(of(by_hand, -1, False)),
        ("circle", False): 2,
    }
    assert counts == expected


def test_in_a_comparison():
    result, by_hand = decided()
    again, _ = decided()
    figure = compare({"one": result, "other": again}).figure()
    for direction, decision in (("up", 1), ("down", -1)):
        (row,) = [trace for trace in figure.data if trace.name == f"one, {direction}"]
        wanted = {True: "triangle-up", False: OPEN, None: "circle-open"}
        ticks = [tick for tick, each in by_hand.items() if each[0] == decision]
        assert row.x.tolist() == ticks
        assert list(row.marker.symbol) == [wanted[by_hand[tick][1]] for tick in ticks]
        assert row.marker.angle == (0 if decision > 0 else -180)


def test_on_the_page_of_a_report(tmp_path):
    result, _ = decided()
    page = result.to_html(tmp_path / "report.html").read_text(encoding="utf-8")
    looks = json.loads(re.search(r'id="looks">(.*?)</script>', page, re.DOTALL)[1])
    for trace, style in trace_styles(LIGHT).items():
        if "marker" in style:
            assert looks["light"]["traces"][trace]["marker"]["symbol"] == style["marker"]["symbol"]


def test_on_a_card():
    """The first decision of each check: a profit or a loss; without what came after nobody knows."""
    rising = np.arange(13.0)
    for decision, direction in ((1.0, 1), (-1.0, -1)):
        known = a_check([decision], UP, n_before=0, n_window=10, n_after=3, prices=rising)
        assert mark_of(outcome_of(decision, known.earned)) == mark_of(outcome_of(decision, 3 * direction - 0.25))
        kind = "filled" if direction > 0 else "hollow"
        assert f"midplot-check-{kind}" in check_card(type(a_report())((known,))).split("<svg viewBox")[1]


LEGENDS = {
    "chart": lambda: PRICE_CAPTION,
    "comparison": lambda: " ".join(each.text for each in _compared().layout.annotations),
    "still": lambda: _still(decided()[0]),
    "check card": lambda: check_card(a_report()),
    "check page": lambda: check_page(a_report()),
    "report view": lambda: ReportView(a_report()).panel.html,
}


def _still(result):
    html = result.view()._repr_mimebundle_()["text/html"]
    return b64decode(re.search(r"base64,([^\"]+)", html)[1]).decode()


def _compared():
    return compare({"one": decided()[0], "other": decided()[0]}).figure()


@pytest.mark.parametrize("name", LEGENDS)
def test_the_legend_of_every_surface_says_so(name):
    shown = unescape(LEGENDS[name]())
    if "check" in name or name == "report view":
        assert legend() in shown
        assert ">filled: a profit<" in legend()
        assert ">hollow: a loss<" in legend()
        return
    assert (FILLED_AND_HOLLOW if name != "still" else "profit, hollow: loss") in shown


def test_the_legend_of_cards_shows_the_very_marks():
    pictures = re.findall(r'<path class="([^"]*)" d="[^"]*?(m[^"]*)"', legend())
    expected = [Outcome.UP_PROFIT, Outcome.DOWN_PROFIT, Outcome.UP_LOSS, Outcome.DOWN_LOSS, Outcome.UNRESOLVED]
    for (classes, outline), outcome in zip(pictures, expected, strict=False):
        mark = mark_of(outcome)
        assert outline == mark.outline
        assert ("midplot-check-filled" in classes) == mark.is_filled
