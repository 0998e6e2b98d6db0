"""The report: one page, whole in itself, safe whatever streams are called."""

from __future__ import annotations

import json
import pickle
import re
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from midplot import DOWN, UP, load_streams, replay
from midplot._text import with_minus
from midplot.checks import check
from midplot.errors import ArgumentError, ScenarioError, legible
from midplot.evidence.runs._provenance import Provenance, provenance_of
from midplot.money._columns import COLUMNS
from midplot.money._ledger import Ledger
from midplot.play._engine import PartReplay
from midplot.play._settings import ReplaySettings
from midplot.play.workers._carried import LeftOut
from midplot.scenarios import Movie
from midplot.streams._stream import Part, Stream
from midplot.views.chart._palette import DARK, LIGHT
from midplot.views.chart._probe_panels import MOST_PANELS
from midplot.views.pages import _report_page, _report_trades
from midplot.views.pages._report_about import About, together
from midplot.views.pages._report_charts import charts as charts_of
from midplot.views.pages._report_page import report_page, write_report
from midplot.views.pages._report_scenarios import MOST_PICTURES

from .checked import a_report, a_scenario
from .made import nothing_replayed, replayed
from .test_packed import unpacked

PRICES = [1.0, 2.0, 3.0, 2.0, 1.0, 2.0]
NASTY = '</script><script>alert("x")</script><!-- & \u2028 \'>'


MADE = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
ABOUT = About(
    Provenance("Mine", "sha256:feed", "0123456789abcdef", {"lag": 3}, "a/mine.py"), "sha256:beef", "9.9", MADE
)


def page_of(result, **options):
    return report_page(result.ledger, ABOUT, **options)


def without_plotly(page):
    """Return a page without plotly's own code, which is full of addresses that it does not fetch."""
    longest = max(re.findall(r"<script>.*?</script>", page, flags=re.DOTALL), key=len)
    return page.replace(longest, "")


def charts(page):
    found = re.findall(r'<script type="application/json" id="chart-\d+">(.*?)</script>', page, flags=re.DOTALL)
    return [json.loads(each) for each in found]


def data_of(page, name):
    return json.loads(re.search(rf'id="{name}">(.*?)</script>', page, flags=re.DOTALL)[1])


def test_writes_where_it_was_told(tmp_path):
    result = replayed({"a": PRICES})
    path = result.to_html(tmp_path / "reports" / "page.html")
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(ArgumentError, match="is a folder"):
        write_report(replayed({"a": PRICES}).ledger, tmp_path, ABOUT)


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
    assert re.findall(r"<bdi>(.*?)</bdi>", page) == ["Mine", "a", "b"]
    drawn = charts(page)
    assert sorted(chart["about"]["title"] for chart in drawn) == ["a", "b"]
    numbers = [int(number) for number in re.findall(r'data-chart="(\d+)"', page)]
    assert [drawn[number]["about"]["title"] for number in numbers] == ["a", "b"]


def test_every_stream_has_a_chart_however_many_there_are():
    page = page_of(replayed({f"s{i}": [1.0, 2.0, 3.0 + i, 2.0, 1.0, 2.0] for i in range(60)}))
    assert sorted(chart["about"]["title"] for chart in charts(page)) == sorted(f"s{i}" for i in range(60))
    assert len(re.findall("<tr data-chart", page)) == 60


def test_names_end_no_script_and_add_none():
    plain = page_of(replayed({"a": PRICES}))
    page = page_of(replayed({NASTY: PRICES}))
    assert page.count("<script") == plain.count("<script")
    assert page.count("</script") == plain.count("</script")
    assert page.count("<!--") == plain.count("<!--")
    assert charts(page)[0]["about"]["title"] == legible(NASTY)


def test_a_name_that_cannot_be_encoded(tmp_path):
    path = write_report(replayed({"broken \ud800": PRICES}).ledger, tmp_path / "page.html", ABOUT)
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
    assert "<thead>" in page.split("Total")[0].split("<table")[1]  # where it hides no row
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
    page = page_of(longer)
    assert f"<small>{luck.partition('(')[2].rstrip(')')}</small>".replace("-", "−") in page
    for name, text in longer.luck().rows():
        assert f"<dt>{name.capitalize()}</dt><dd>{with_minus(text)}</dd>" in page
    assert "<small>too little data to say</small>" in page_of(replayed({"a": PRICES}))


LONG = {"a": [*PRICES, *PRICES[::-1]] * 100}


def test_evidence_is_drawn_for_both_colour_schemes():
    page = page_of(replayed(LONG))
    for name, n_traces in [("paths", 4), ("scores", 4)]:
        (text,) = re.findall(rf'id="{name}-figures">(.*?)</script>', page, flags=re.DOTALL)
        figures = json.loads(text)
        assert len(figures["light"]["data"]) == len(figures["dark"]["data"]) == n_traces
        papers = {figures[each]["layout"]["template"]["layout"]["paper_bgcolor"] for each in ("light", "dark")}
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
    assert len(page) < 60_000, "no charts, no plotly"


def test_both_colour_schemes_are_in_it():
    parsed = data_of(page_of(replayed({"a": PRICES})), "looks")
    assert parsed["light"]["template"] != parsed["dark"]["template"]
    assert len(parsed["light"]["traces"]) == len(parsed["figure"]["data"]) + MOST_PANELS


# Where it comes from


def test_it_says_whose_attacker_and_which_data_it_is_of_and_when_it_was_made():
    page = page_of(replayed({"a": PRICES}))
    assert "<title>Mine: −" in page
    for name, text in [
        ("Attacker", "Mine, in a/mine.py"),
        ("Source", "sha256:feed · commit 0123456789ab"),
        ("Hyper-parameters", "{&quot;lag&quot;: 3}"),
        ("Data", "given in memory · 1 stream, 6 scored ticks"),
        ("Fingerprint", "sha256:beef of the data"),
    ]:
        assert f"<dt>{name}</dt><dd>{text}</dd>" in page
    assert "<dt>Made</dt><dd>2026-01-02 03:04 UTC · midplot 9.9, Python 3." in page
    assert "<dt>Times</dt>" not in page


def test_the_same_replay_gives_the_same_page():
    result = replayed({"a": PRICES})
    assert page_of(result) == page_of(result)


def test_times_of_the_data_are_named_from_the_first_to_the_last():
    import pandas as pd

    index = pd.date_range("2024-01-02 09:00", periods=6, freq="min")
    page = page_of(replayed({"a": pd.Series(PRICES, index), "b": pd.Series(PRICES, index + pd.Timedelta("1D"))}))
    assert "<dt>Times</dt><dd>2024-01-02 09:00 to 2024-01-03 09:05</dd>" in page


def test_data_name_the_place_that_they_were_loaded_from(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("prices.csv").write_text("a,b\n1,2\n2,3\n3,4\n")
    streams, _ = load_streams("prices.csv")
    assert "<dd>prices.csv · 2 streams, 6 scored ticks</dd>" in page_of(replayed(streams))
    _, sample = load_streams()
    assert {stream.place for stream in sample} == {"the embedded sample, test set"}
    assert sample[0].renamed(3).place == sample[0].place


def test_a_result_names_its_own_attacker_and_data(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = replayed({"a": PRICES})
    page = result.to_html("page.html").read_text(encoding="utf-8")
    assert result.provenance == provenance_of(result.bound_infer)
    assert f"<bdi>{result.provenance.attacker}</bdi>" in page
    assert f"{result.labeller.fingerprint(0)} of the data" in page


def test_a_file_is_named_without_the_folders_above_the_working_folder(tmp_path, monkeypatch):
    origin = provenance_of(replayed)
    assert origin.file in ("made.py", "tests/views/made.py")
    monkeypatch.chdir(tmp_path)
    assert provenance_of(replayed).file == "made.py"


def test_a_fingerprint_of_several_streams_depends_on_their_order():
    assert together(["sha256:1"]) == "sha256:1"
    assert together(["sha256:1", "sha256:2"]) != together(["sha256:2", "sha256:1"])


# Minus signs


def test_negative_numbers_have_the_minus_sign_of_the_axes():
    result = replayed({"up -1": [5.0, 4.0, 3.0, 2.0] * 40})
    page = page_of(result)
    assert result.total_score < 0
    texts = re.sub(r"<(style|script).*?</\1>|<bdi>.*?</bdi>|<[^>]*>", " ", page, flags=re.DOTALL)
    assert re.findall(r"(?<![\w.])-\d\S*", texts) == []
    assert f"−{abs(result.total_score):.6g}" in texts
    assert "<bdi>up -1</bdi>" in page
    assert "profit −" in "".join(charts(page)[0]["texts"]["marks"]["text"])


# Charts


def chart_of(values, decisions=None, room=10**6, near=None):
    ledger = a_ledger([values], decisions)
    (text,) = charts_of(list(ledger.streams.values()), 3, room, near)
    return json.loads(re.search(r">(.*)</script>", text)[1]), len(text)


def a_ledger(streams, decisions=None):
    ledger = Ledger(ReplaySettings(horizon=3, epsilon=0.5))
    for i, values in enumerate(streams):
        taken = np.zeros(len(values)) if decisions is None else decisions
        stream = Stream(values, i, f"s{i}")
        ledger.open_stream(stream)
        latency = np.full(len(values), 1000, dtype=np.int64)
        ledger.record(PartReplay(Part(i, stream.name, 0, 0, 0, stream.values), taken, latency, 0, True))
    ledger.close("complete", 1.0)
    return ledger


def a_walk(n, seed=0):
    return np.round(1000 + np.cumsum(np.random.default_rng(seed).normal(size=n)), 2)


def test_a_chart_with_room_has_every_tick():
    values = a_walk(7000)
    chart, _ = chart_of(values)
    x, y = map(unpacked, chart["points"]["0"])
    assert x == list(range(7000))
    assert y == values.tolist()
    assert not any("thinned" in line for line in chart["about"]["words"])


def test_a_chart_without_room_is_thinned_to_it_and_says_so():
    values = a_walk(50_000)
    for room in (20_000, 5_000):
        chart, size = chart_of(values, room=room)
        x, y = map(unpacked, chart["points"]["0"])
        assert size <= room + 100
        assert min(y) == values.min()
        assert max(y) == values.max()
        assert values[np.array(x, dtype=int)].tolist() == y
        assert f"thinned: {len(x):,} of 50,000 ticks drawn, the highest and lowest included" in chart["about"]["words"]


def test_what_is_near_a_listed_trade_is_drawn_whatever_was_thinned():
    near = np.arange(20_000, 20_040)
    chart, _ = chart_of(a_walk(50_000), room=3_000, near={0: near})
    assert set(near.tolist()) <= set(unpacked(chart["points"]["0"][0]))


def test_each_decision_is_marked_on_a_point_of_the_price():
    rng = np.random.default_rng(1)
    decisions = rng.choice([-1.0, 0.0, 1.0], 20_000, p=[0.05, 0.9, 0.05])
    chart, _ = chart_of(a_walk(20_000), decisions, room=8_000)
    price = set(unpacked(chart["points"]["0"][0]))
    marks = [unpacked(chart["points"][str(trace)][0]) for trace in (4, 5, 7, 8)]
    assert sum(map(len, marks)) == len(chart["texts"]["marks"]["text"])
    assert all(set(each) <= price for each in marks)


def test_short_streams_leave_their_room_to_long_ones():
    streams = list(a_ledger([a_walk(50), a_walk(60_000)]).streams.values())
    small, large = charts_of(streams, 3, 40_000)
    assert len(small) < 5_000
    assert 25_000 < len(large) < 40_000


def test_a_page_takes_no_more_than_it_may_however_many_streams_there_are(monkeypatch):
    values = a_walk(8000)
    decisions = np.where(np.random.default_rng(2).random(8000) < 0.05, 1.0, 0.0)
    ledger = a_ledger([values] * 12, decisions)
    for n_bytes in (5_200_000, 5_050_000):
        monkeypatch.setattr(_report_page, "MOST_BYTES", n_bytes)
        page = report_page(ledger, ABOUT)
        assert 0.98 * n_bytes < len(page.encode()) <= n_bytes
        assert len(charts(page)) == 12


# Trades


def test_the_trades_are_those_of_the_result_worst_first():
    result = replayed({"a": [*PRICES, 5.0, 1.0], "b": PRICES[::-1]})
    table = data_of(page_of(result), "trade-data")
    keys = [column["key"] for column in table["columns"]]
    assert keys[:2] == ["profit", "stream_id"]
    frame = result.trades.sort_values("profit", kind="stable")
    assert table["first"] == frame["index"].tolist()
    assert table["last"] == frame["resolution_index"].tolist()
    assert table["cells"][0] == [f"{p:+.6g}".replace("-", "−") if p == p else "–" for p in frame["profit"]]
    assert table["cells"][1] == [{0: "a", 1: "b"}[each] for each in frame["stream_id"]]
    ranks = table["ranks"][0]
    known = [rank for rank in ranks if rank is not None]
    assert known == sorted(known)
    assert len(ranks) - len(known) == result.unresolved
    titles = [chart["about"]["title"] for chart in charts(page_of(result))]
    assert [titles[number] for number in table["chart"]] == table["cells"][1]


def test_of_many_trades_the_worst_and_the_best_are_listed_and_it_says_so(monkeypatch):
    monkeypatch.setattr(_report_trades, "MOST_TRADES", 10)
    result = replayed({"a": [*LONG["a"], 2.0, 6.25, 1.5, 9.0, 1.5]})
    page = page_of(result)
    table = data_of(page, "trade-data")
    profits = result.trades["profit"].dropna().sort_values(kind="stable").to_numpy()
    shown = [float(text.replace("−", "-")) for text in table["cells"][0]]
    np.testing.assert_allclose(shown, [*profits[:5], *profits[-5:]], rtol=1e-5)
    keys = [column["key"] for column in table["columns"]]
    assert {len(text.partition(".")[2]) for text in table["cells"][keys.index("x")]} == {2}
    assert f"{len(result.trades):,} trades" in page
    assert "Listed are the 5 worst and the 5 best. A row shows its trade in the chart." in page


def test_without_a_trade_there_is_no_table():
    page = page_of(replayed({"a": PRICES}, decide=lambda x: 0.0))
    assert data_of(page, "trade-data")["chart"] == []
    assert "0 trades" in page


# Scenarios


def test_scenarios_are_checked_by_a_fresh_attacker_with_the_parameters_and_horizon_of_each(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    class Rises:
        factor = 0.0

        def update_from_hyper_parameters(self, given):
            self.factor = given["factor"]

        def tick_and_predict(self, x, horizon):
            return self.factor if horizon == 3 else -self.factor

    result = replay([PRICES], infer=Rises, horizon=2, epsilon=0.25, hyper_parameters={"factor": 2.0})
    movie = Movie([a_scenario(UP, 1000), a_scenario(DOWN, 2000)])
    _, expected = check(movie, Rises, hyper_parameters={"factor": 2.0})
    page = result.to_html("page.html", scenarios=movie).read_text(encoding="utf-8")
    assert [each.succeeded for each in expected.checks] == [True, False]
    assert "<b>1</b> of 2 scenarios succeeded" in page
    assert re.findall(r'<article class="midplot-check-(\w+) ', page) == ["failed", "succeeded"]


def test_the_default_folder_is_checked_if_there_is_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = replayed({"a": PRICES})
    assert "Scenarios</h2>" not in result.to_html("none.html").read_text(encoding="utf-8")
    result.select("a", 1, 2)
    result.save_selected(UP)
    assert "of 1 scenario succeeded" in result.to_html("one.html").read_text(encoding="utf-8")
    assert "Scenarios</h2>" not in result.to_html("left.html", scenarios=None).read_text(encoding="utf-8")
    (tmp_path / "scenarios" / "bad.json").write_text("{")
    with pytest.warns(UserWarning, match=r"bad\.json"):
        assert "of 1 scenario succeeded" in result.to_html("two.html").read_text(encoding="utf-8")


def test_a_report_that_was_made_already_is_shown_as_it_is_and_one_that_cannot_be_made_says_why(tmp_path):
    result = replayed({"a": PRICES})
    page = result.to_html(tmp_path / "a.html", scenarios=a_report([1, 0, 1])).read_text(encoding="utf-8")
    assert "<b>2</b> of 3 scenarios succeeded" in page
    result.ledger.state = "interrupted"
    page = result.to_html(tmp_path / "b.html", scenarios=Movie([a_scenario()])).read_text(encoding="utf-8")
    assert "1 scenario saved, but not checked: the replay is not complete." in page


def test_a_result_without_its_attacker_still_names_it_and_says_why_nothing_was_checked(tmp_path):
    result = replayed({"a": PRICES})
    name = result.provenance.attacker
    loaded = pickle.loads(pickle.dumps(result))
    loaded.bound_infer = LeftOut("infer", "it held a lock")
    page = loaded.to_html(tmp_path / "page.html", scenarios=[a_scenario()]).read_text(encoding="utf-8")
    assert f"<bdi>{name}</bdi>" in page
    assert "1 scenario saved, but not checked: the attacker is missing." in page


def test_something_else_in_place_of_scenarios_is_refused(tmp_path):
    with pytest.raises(ScenarioError, match="got 5"):
        replayed({"a": PRICES}).to_html(tmp_path / "page.html", scenarios=5)


def test_of_many_scenarios_some_have_a_picture_and_all_a_row():
    page = page_of(replayed({"a": PRICES}), report=a_report([1] * MOST_PICTURES + [0] * 3))
    assert page.count("<article") == MOST_PICTURES
    assert "3 more scenarios in the table below" in page
    assert len(re.findall(r'<tr class="midplot-check-(?:failed|succeeded)">', page)) == MOST_PICTURES + 3
    links = set(re.findall(r'href="#(scenario-\d+)"', page))
    assert links == set(re.findall(r'<article[^>]* id="(scenario-\d+)"', page))


# plotly


def test_reports_can_share_plotly(tmp_path):
    result = replayed({"a": PRICES})
    first, second = (result.to_html(tmp_path / name, plotly="shared") for name in ("one.html", "two.html"))
    (script,) = tmp_path.glob("*.js")
    for path in (first, second):
        text = path.read_text(encoding="utf-8")
        assert f'<script src="{script.name}"></script>' in text
        assert len(text) < 300_000
    assert script.read_text(encoding="utf-8").count("plotly.js v") == 1
    before = script.stat()
    result.to_html(first, plotly="shared")
    assert script.stat().st_mtime_ns == before.st_mtime_ns
    with pytest.raises(ArgumentError, match="'elsewhere'"):
        result.to_html(first, plotly="elsewhere")
