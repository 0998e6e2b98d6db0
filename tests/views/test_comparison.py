"""The comparison drawn: figure, card, page and view show what was compared, and nothing grows with the data."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from midplot import compare, load_scenarios
from midplot.views.chart._comparison_figure import MOST_POINTS
from midplot.views.panel._comparison_view import ComparisonView
from tests.views.made import replayed

NAME = '<b>&"mine"'


def compared(n=400, *, n_streams=2, n_attackers=2, seed=0):
    random = np.random.default_rng(seed)
    streams = [random.normal(size=n).cumsum() + 100 for _ in range(n_streams)]
    streams[0][n // 2] = np.nan
    names = [NAME, "other", "third"][:n_attackers]
    return compare({name: replayed(streams, _decide(seed)) for seed, name in enumerate(names)})


def _decide(seed):
    random = np.random.default_rng(seed)
    return lambda x: random.choice([-1, 0, 1])


def numbers(values):
    return np.asarray(values, dtype=np.float64)


def test_the_lines_end_at_the_scores():
    comparison = compared()
    figure = comparison.figure()
    one, other = (result.total_score for result in comparison.results.values())
    first, second, band, difference, *marks = figure.data
    assert (first.y[-1], second.y[-1]) == pytest.approx((one, other))
    assert difference.y[-1] == pytest.approx(other - one)
    # Where the band ends: 1.96 standard deviations of luck.
    sums = np.concatenate(list(comparison.difference.sums.values()))
    assert numbers(band.y).max() == pytest.approx(1.96 * np.sqrt(np.sum(sums**2)))
    assert len(marks) == 4


def test_a_stream_is_drawn_by_its_own_indices():
    comparison = compared()
    figure = comparison.figure(1)
    result = comparison.results["other"]
    assert figure.data[1].y[-1] == pytest.approx(result.scores[1])
    ups = [part.trades.tick[part.trades.decision > 0] for part in result.streams[1].parts]
    second_row = next(trace for trace in figure.data if trace.name == "other, up")
    assert numbers(second_row.x).tolist() == np.concatenate(ups).tolist()


def test_the_marks_are_the_decisions_of_all_streams_one_after_the_other():
    comparison = compared()
    for name, result in comparison.results.items():
        for direction, sign in (("up", 1), ("down", -1)):
            expected, start = [], 0
            for part in result.ledger.parts:
                expected += [start + t for t, d in enumerate(part.replay.decisions.tolist()) if d == sign]
                start += part.n_ticks
            rows = [trace for trace in comparison.figure().data if re.search(rf"{direction}$", trace.name or "")]
            row = rows[1 - list(comparison.results).index(name)]
            assert numbers(row.x).tolist() == expected


@pytest.mark.parametrize("n_attackers", [2, 3])
def test_a_figure_is_bounded(n_attackers):
    small, large = (compared(n, n_attackers=n_attackers).figure() for n in (400, 20_000))
    assert len(small.data) == len(large.data)
    # A closed band has each edge once, and a thinned line two points more where it has gaps.
    assert max(len(trace.x) for trace in large.data) <= 2 * (MOST_POINTS + 4)


def test_names_cannot_break_out():
    comparison = compared()
    card = comparison._repr_html_()
    assert NAME not in card
    assert "&lt;b&gt;&amp;&quot;mine&quot;" in card
    assert NAME not in comparison.figure().to_json()


def test_the_page_holds_everything(tmp_path):
    comparison = compared()
    page = comparison.to_html(tmp_path / "comparison.html").read_text(encoding="utf-8")
    assert "</script><" not in json.dumps(NAME)
    assert "https://" not in re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    figure = json.loads(re.search(r'id="figure">(.*?)</script>', page, re.DOTALL)[1])
    looks = json.loads(re.search(r'id="looks">(.*?)</script>', page, re.DOTALL)[1])
    assert len(figure["data"]) == len(looks["light"]["traces"]) == len(looks["dark"]["traces"])
    assert page.count("<article id=") == 10
    for account in comparison.results["other"].streams.values():
        assert f"<bdi>{account.title}</bdi>" in page


def test_a_click_opens_the_disagreement_selected_in_a_replay_view(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    comparison = compared()
    view = ComparisonView(comparison)
    assert repr(view.box).startswith(f"{comparison}\n")
    assert view.panel.html.count("<article id=") == 10
    chosen = view.disagreements[3]
    view.panel._handle_custom_msg({"act": "open", "id": "disagreement-3"}, [])
    worse = min(chosen.earned, key=chosen.earned.get)
    labeller = comparison.results[worse].labeller
    assert view.opened.ledger is labeller.ledger
    selected = labeller.selection
    assert (selected.stream_id, selected.first, selected.last) == (
        chosen.selection.stream_id,
        chosen.selection.first,
        chosen.selection.last,
    )
    assert view.box.children[-1] is view.opened.box
    assert view.panel.current == "disagreement-3"
    comparison.results[worse].save_selected(1.0)
    assert len(load_scenarios()) == 1


@pytest.mark.parametrize("name", ["", "scenario-1", "disagreement-10", "disagreement--1", "disagreement-x"])
def test_an_unknown_disagreement_opens_nothing(name):
    view = ComparisonView(compared())
    view.panel._handle_custom_msg({"act": "open", "id": name}, [])
    assert view.opened is None
    assert len(view.box.children) == 2


def test_attackers_that_decide_the_same_are_said_to(tmp_path):
    streams = [np.random.default_rng(3).normal(size=400).cumsum() for _ in range(2)]
    comparison = compare({name: replayed(streams, _decide(5)) for name in ("a", "b")})
    words = "b minus a: 0 (they decide the same)"
    assert words in comparison._repr_html_()
    assert words in comparison.figure().layout.title.subtitle.text
    assert words in comparison.figure(1).layout.title.subtitle.text
    page = comparison.to_html(tmp_path / "page.html").read_text(encoding="utf-8")
    assert words in page
    assert page.count("<td>they decide the same</td>") == 2
    assert "too little data to say" not in page


def test_the_table_of_agreements_is_not_called_one_of_agreement_alone():
    card = compared()._repr_html_()
    table = card.split("<caption>Where they agree and where they differ</caption>")[1].split("</table>")[0]
    assert [f"<th scope='row'>{kind}</th>" in table for kind in ("both up", "both down", "opposite")] == [True] * 3


@pytest.mark.parametrize("n_attackers", [2, 3])
def test_a_page_explains_the_band_where_there_is_one(tmp_path, n_attackers):
    comparison = compared(n_attackers=n_attackers)
    bands = [trace for trace in comparison.figure().data if trace.fill not in (None, "none")]
    page = comparison.to_html(tmp_path / "page.html").read_text(encoding="utf-8")
    footer = page.split("<footer>")[1].split("</footer>")[0]
    assert ("Inside the band" in footer) == bool(bands) == (n_attackers == 2)
    assert "paired" in footer
