"""The report: one page, whole in itself, safe whatever streams are called."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from midplot._text import with_minus
from midplot.errors import ArgumentError, legible
from midplot.money._columns import COLUMNS
from midplot.views.chart._palette import DARK, LIGHT
from midplot.views.chart._probe_panels import MOST_PANELS
from midplot.views.pages._report_page import MOST_CHARTS, report_page, write_report

from .made import nothing_replayed, replayed

PRICES = [1.0, 2.0, 3.0, 2.0, 1.0, 2.0]
NASTY = '</script><script>alert("x")</script><!-- & \u2028 \'>'


def page_of(result):
    return report_page(result.ledger)


def without_plotly(page):
    """Return a page without plotly's own code, which is full of addresses that it does not fetch."""
    longest = max(re.findall(r"<script>.*?</script>", page, flags=re.DOTALL), key=len)
    return page.replace(longest, "")


def charts(page):
    found = re.findall(r'<script type="application/json" id="chart-\d+">(.*?)</script>', page, flags=re.DOTALL)
    return [json.loads(each) for each in found]


def test_writes_where_it_was_told(tmp_path):
    result = replayed({"a": PRICES})
    path = result.to_html(tmp_path / "reports" / "page.html")
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(ArgumentError, match="is a folder"):
        write_report(replayed({"a": PRICES}).ledger, tmp_path)


def test_nothing_is_fetched():
    page = without_plotly(page_of(replayed({"a": PRICES})))
    assert re.findall(r'(?:src|href)\s*=\s*"(?!data:)', page) == []
    assert "http://" not in page
    assert "https://" not in page
    assert "@import" not in page
    assert "default-src 'none'" in page


def test_plotly_is_in_the_page_once():
    page = page_of(replayed({"a": PRICES, "b": PRICES}))
    assert page.count("plotly.js v") == 1


def test_key_numbers_with_exact_times():
    result = replayed({"a": PRICES})
    result.ledger.elapsed = 1.25
    page = without_plotly(page_of(result))
    assert f"{result.total_score:+.6g}" in page
    assert "1.25 s" in page
    assert "Mean latency" in page
    assert "6 ticks of 1 stream" in page


def test_each_stream_has_a_row_and_a_chart():
    result = replayed({"a": PRICES, "b": PRICES[::-1]})
    page = page_of(result)
    assert re.findall(r"<bdi>(.*?)</bdi>", page) == ["a", "b"]
    drawn = charts(page)
    assert sorted(chart["about"]["title"] for chart in drawn) == ["a", "b"]
    numbers = [int(number) for number in re.findall(r'data-chart="(\d+)"', page)]
    assert [drawn[number]["about"]["title"] for number in numbers] == ["a", "b"]


def test_only_the_largest_streams_are_drawn_and_it_says_so():
    streams = {f"s{i}": [1.0, 2.0, 3.0 + i, 2.0, 1.0, 2.0] for i in range(MOST_CHARTS + 5)}
    page = page_of(replayed(streams))
    assert len(charts(page)) == MOST_CHARTS
    assert page.count("<bdi>") == MOST_CHARTS + 5
    assert "Only the 40 streams with the largest gains or losses have a chart" in page
    assert 's0"' not in json.dumps([chart["about"]["title"] for chart in charts(page)])


def test_names_end_no_script_and_add_none():
    plain = page_of(replayed({"a": PRICES}))
    page = page_of(replayed({NASTY: PRICES}))
    assert page.count("<script") == plain.count("<script")
    assert page.count("</script") == plain.count("</script")
    assert page.count("<!--") == plain.count("<!--")
    assert charts(page)[0]["about"]["title"] == legible(NASTY)


def test_a_name_that_cannot_be_encoded(tmp_path):
    path = write_report(replayed({"broken \ud800": PRICES}).ledger, tmp_path / "page.html")
    assert "broken" in path.read_text(encoding="utf-8")


def test_parts_can_be_chosen():
    gappy = [1.0, 2.0, 1.0, np.nan, 9001.0, 9002.0, 9003.0, 9000.0]
    about = charts(page_of(replayed({"a": gappy})))[0]["about"]
    assert [window["label"] for window in about["windows"]] == ["Part 0", "Part 1"]
    assert about["opening"] == 1
    assert about["words"][0].startswith("of the stream: ")  # not of the part that is shown


def test_a_stream_of_one_part_has_nothing_to_choose():
    about = charts(page_of(replayed({"a": PRICES})))[0]["about"]
    assert (about["windows"], about["opening"]) == ([], -1)
    assert "of the stream" not in about["words"][0]


def test_numbers_sort_by_value_and_gaps_have_none():
    page = page_of(replayed({"a": PRICES, "b": [1.5] * 6}))
    rows = re.findall(r"<tr data-chart.*?</tr>", page)
    profit = [column.key for column in COLUMNS].index("total_profit")
    scores = [re.findall(r'data-value="([^"]*)"', row)[profit] for row in rows]
    assert float(scores[0]) == replayed({"a": PRICES}).total_score
    # b decides nothing: it has no win rate, no wins per loss and no profit per decision, standardized or not.
    assert rows[1].count('data-value=""') == 4
    assert "nan" not in page.split("<main>")[1].split("</section>")[0]


def test_no_losses_give_an_infinite_number_that_sorts():
    page = page_of(replayed({"a": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]}, decide=lambda x: float(x == 2.0)))
    assert 'data-value="Infinity"' in page


def test_an_interrupted_replay_says_so():
    result = replayed({"a": PRICES})
    assert 'class="badge">' not in page_of(result)
    result.ledger.state = "interrupted"
    assert 'class="badge">interrupted: a partial result' in page_of(result)


def test_the_rules_that_are_not_the_usual_ones_are_named():
    page = page_of(replayed({"a": PRICES}, start_index=2, stop_index=6, warmup=1, backoff=2, with_trading_lag=True))
    assert (
        "horizon 2 · epsilon 0.25 · scored from 2 to 6 · warm-up of 1 tick · backoff 2 · with a trading lag of one tick"
        in page
    )


def test_the_luck_in_the_score_stands_beside_it():
    longer = replayed({"a": [*PRICES, *PRICES[::-1]] * 100})
    luck = str(longer.luck())
    assert luck.startswith(f"{longer.total_score:+.6g} (95%: ")
    assert f"<small>{with_minus(luck.partition('(')[2].rstrip(')'))}</small>" in page_of(longer)
    assert "<small>too little data to say</small>" in page_of(replayed({"a": PRICES}))


LONG = {"a": [*PRICES, *PRICES[::-1]] * 100}


def test_evidence_is_drawn_for_both_colour_schemes():
    page = page_of(replayed(LONG))
    for name, n_traces in [("paths", 4), ("scores", 4)]:
        (text,) = re.findall(rf'id="{name}-figures">(.*?)</script>', page, flags=re.DOTALL)
        figures = json.loads(text)
        assert len(figures["light"]["data"]) == len(figures["dark"]["data"]) == n_traces
        papers = {figures[each]["layout"]["template"]["layout"]["paper_bgcolor"] for each in figures}
        assert papers == {LIGHT.paper, DARK.paper}
    assert "the price moved" in page


def test_without_a_resolved_decision_there_is_no_evidence_to_draw():
    assert 'class="evidence"' not in page_of(replayed(LONG, decide=lambda x: 0.0))


def test_more_ticks_are_not_scored_again_for_a_page(monkeypatch):
    monkeypatch.setattr("midplot.views.pages._evidence_section.MOST_TICKS", 100)
    page = page_of(replayed(LONG))
    assert "Not drawn for more than 100 ticks: result.sensitivity() takes its time and has it." in page
    assert 'id="paths-figures"' in page
    assert 'id="scores-figures"' not in page


def test_nothing_replayed():
    page = page_of(nothing_replayed())
    assert "Nothing was replayed" in page
    assert len(page) < 50_000, "no charts, no plotly"


def test_both_colour_schemes_are_in_it():
    looks = re.search(r'id="looks">(.*?)</script>', page_of(replayed({"a": PRICES}))).group(1)
    parsed = json.loads(looks)
    assert parsed["light"]["template"] != parsed["dark"]["template"]
    drawn = charts(page_of(replayed({"a": PRICES})))[0]["figure"]["data"]
    assert len(parsed["light"]["traces"]) == len(drawn) + MOST_PANELS
