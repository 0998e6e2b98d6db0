"""The report of a check: counts, threshold, text and JSON; and two reports compared."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from midplot import DOWN, NOTHING, UP
from midplot.checks._comparison import compare_reports as compare
from midplot.checks._report import CheckReport
from midplot.checks._tally import shown_share
from midplot.checks._verdict import judge, judged_raised
from midplot.errors import ArgumentError, ArgumentTypeError, ScenarioError
from midplot.scenarios._scenario import Scenario, Selection


def a_scenario(expected=UP, first=100, name="eurusd", **fields):
    selection = Selection(
        stream_id=0, stream_name=name, first=first, last=first + 2, horizon=1, epsilon=0.5, values=(1, 2, 4), after=(7,)
    )
    return Scenario(selection=selection, expected=expected, **fields)


def a_check(succeeded=True, expected=UP, first=100, **fields):
    right = {UP: 1.0, DOWN: -1.0, NOTHING: 0.0}[expected]
    decision = right if succeeded else 1.0 - right if expected == NOTHING else -right
    return judge(a_scenario(expected, first, **fields), np.array([0, decision, 0]))


def a_report(verdicts, threshold=None):
    """Return a report of as many checks as there are verdicts."""
    return CheckReport(tuple(a_check(bool(v), first=100 + 10 * n) for n, v in enumerate(verdicts)), threshold)


# Counting


def test_every_check_is_in_one_of_two_lists_in_the_order_of_the_movie():
    report = a_report([1, 0, 1, 1, 0])
    assert [c.first_index for c in report.success] == [101, 121, 131]
    assert [c.first_index for c in report.failed] == [111, 141]
    assert report.failed_first() == report.failed + report.success
    assert (report.n, report.share) == (5, 0.6)


def test_all_must_succeed_where_there_is_no_threshold():
    assert a_report([1, 1]).ok
    assert not a_report([1] * 99 + [0]).ok


@pytest.mark.parametrize(
    ("verdicts", "threshold", "ok"),
    [
        ([1, 0], 0.5, True),
        ([1, 0], 0.5000001, False),
        ([0, 0], 0.5, False),
        ([0, 0], 0, True),
        ([1, 1], 1, True),
        ([1, 0], 1.0, False),
        ([1] * 7 + [0] * 93, 0.07, True),  # 0.07 * 100 is above 7
        ([1] * 6 + [0] * 94, 0.07, False),
        ([1, 0, 0], 1 / 3, True),
        ([1, 1, 0], 2 / 3, True),
        ([1] * 5 + [0], 5 / 6, True),
    ],
)
def test_the_threshold_is_the_fraction_that_must_succeed(verdicts, threshold, ok):
    assert a_report(verdicts, threshold).ok == ok


@given(st.integers(1, 60), st.data(), st.integers(0, 1000))
def test_the_threshold_is_exact_for_every_decimal(n, data, thousandths):
    n_success = data.draw(st.integers(0, n))
    report = a_report([1] * n_success + [0] * (n - n_success), thousandths / 1000)
    assert report.ok == (Fraction(n_success, n) >= Fraction(thousandths, 1000))


def test_the_threshold_may_be_of_numpy_and_is_checked():
    assert a_report([1, 0], np.float32(0.5)).threshold == 0.5
    with pytest.raises(ArgumentError, match="between 0 and 1"):
        a_report([1], 1.5)
    with pytest.raises(ArgumentTypeError, match="threshold"):
        a_report([1], "half")


def test_a_report_on_nothing_is_refused():
    with pytest.raises(ScenarioError, match="save it first"):
        CheckReport(())


def test_counts_by_label_by_capability_and_by_reason():
    checks = [
        a_check(True, UP),
        a_check(False, UP, 110),
        a_check(False, NOTHING, 120),
        a_check(False, UP, 130, variant="noisy", origin="UP eurusd 100-102"),
        a_check(True, UP, 140, variant="shifted", origin="UP eurusd 100-102"),
        a_check(False, UP, 150, variant="shifted", origin="UP eurusd 110-112"),
        a_check(True, UP, 160, variant="stretched", origin="by a tool of one's own"),
    ]
    report = CheckReport(tuple(checks))
    assert report.by_label() == {"UP": (3, 6), "NOTHING": (0, 1)}
    assert report.by_variant() == {"original": (1, 3), "shifted": (1, 2), "noisy": (0, 1), "stretched": (1, 1)}
    assert list(report.by_variant()) == ["original", "shifted", "noisy", "stretched"]
    assert report.by_reason() == {"wrong direction": 3, "fired": 1}


# Text


@pytest.mark.parametrize(
    ("verdicts", "threshold", "text"),
    [
        ([1] * 7 + [0], 0.5, "Success: 7, Failed: 1 (87.5% of 8; threshold 50%): passed"),
        ([1] * 7 + [0], None, "Success: 7, Failed: 1 (87.5% of 8; all must succeed): failed"),
        ([1, 0, 0], 0.335, "Success: 1, Failed: 2 (33.3% of 3; threshold 33.5%): failed"),
        ([1], None, "Success: 1, Failed: 0 (100% of 1; all must succeed): passed"),
        ([1] * 2999 + [0], 0.9, "Success: 2999, Failed: 1 (99.9% of 3000; threshold 90%): passed"),
    ],
)
def test_a_report_prints_as_one_line(verdicts, threshold, text):
    assert str(a_report(verdicts, threshold)) == text


def test_a_report_is_shown_as_a_table_failed_first():
    report = CheckReport((a_check(True, UP), a_check(False, NOTHING, 110)), 0.5)
    assert repr(report).splitlines() == [
        "CheckReport: Success: 1, Failed: 1 (50% of 2; threshold 50%): passed",
        "",
        "verdict  scenario                first   delay  earned  why",
        "FAILED   NOTHING eurusd 110-112  UP 111      1    +1.5  fired UP at 111 where nothing was expected",
        "ok       UP eurusd 100-102       UP 101      1    +1.5  decided UP at 101, 1 tick into the window",
    ]


def test_what_there_is_not_is_a_dash():
    report = CheckReport((judge(a_scenario(UP), np.zeros(3)),))
    row = "  ".join(repr(report).splitlines()[3].split())
    assert row == "FAILED  UP  eurusd  100-102  -  -  -  no  decision  in  the  window"


def test_a_long_table_ends_with_how_many_more_there_are():
    lines = repr(a_report([1] * 1000 + [0])).splitlines()
    assert len(lines) == 44
    assert lines[3].startswith("FAILED")
    assert lines[-1] == "… and 961 more: to_frame() has them all"


def test_names_cannot_break_the_table():
    lines = repr(CheckReport((a_check(True, name="eur\nusd\u202e" + "x" * 100),))).splitlines()
    assert len(lines) == 4
    assert "UP eur·usd·xxx" in lines[3]
    assert "…" in lines[3]


def test_the_text_is_the_same_from_run_to_run():
    assert repr(a_report([1, 0, 1])) == repr(a_report([1, 0, 1]))


# JSON


def test_the_report_is_plain_data():
    report = CheckReport(
        (
            a_check(True, UP, note="the turn", tags=("turn", "fx")),
            a_check(False, NOTHING, 110, variant="shifted", origin="NOTHING eurusd 110-112"),
        ),
        0.5,
    )
    data = report.to_dict()
    assert json.loads(report.to_json()) == data
    assert {key: data[key] for key in ("ok", "n", "n_success", "n_failed", "share", "threshold")} == {
        "ok": True,
        "n": 2,
        "n_success": 1,
        "n_failed": 1,
        "share": 0.5,
        "threshold": 0.5,
    }
    assert data["by_label"] == {"UP": {"n_success": 1, "n": 1}, "NOTHING": {"n_success": 0, "n": 1}}
    assert data["by_variant"] == {"original": {"n_success": 1, "n": 1}, "shifted": {"n_success": 0, "n": 1}}
    assert data["by_reason"] == {"fired": 1}
    assert data["checks"][0] == {
        "title": "UP eurusd 100-102",
        "label": "UP",
        "succeeded": True,
        "reason": "succeeded",
        "why": "decided UP at 101, 1 tick into the window",
        "first_index": 101,
        "first_decision": 1.0,
        "delay": 1,
        "earned": 1.5,
        "stream_id": 0,
        "stream": "eurusd",
        "first": 100,
        "last": 102,
        "warm_up": 0,
        "horizon": 1,
        "epsilon": 0.5,
        "variant": None,
        "origin": None,
        "note": "the turn",
        "tags": ["turn", "fx"],
        "hindsight": None,
        "error": None,
    }


def test_json_has_no_infinity_and_names_the_error():
    infinite = judge(a_scenario(DOWN), np.array([0, -np.inf, 0]))
    raised = judged_raised(a_scenario(UP), np.zeros(1), KeyError("factor"))
    first, second = json.loads(CheckReport((infinite, raised)).to_json(indent=None))["checks"]
    assert first["first_decision"] == -1.0
    assert (second["error"], second["reason"]) == ("KeyError", "raised")


# Comparing


def test_two_reports_are_compared_scenario_by_scenario():
    before = CheckReport(tuple(a_check(bool(v), first=100 + 10 * n) for n, v in enumerate([0, 1, 0, 1, 1])))
    after = CheckReport(tuple(a_check(bool(v), first=140 - 10 * n) for n, v in enumerate([1, 0, 0, 1])))  # 110 … 140
    changed = compare(before, after)
    starts = {
        name: [c.selection.first for c in getattr(changed, name)]
        for name in ("fixed", "broken", "still_failing", "still_succeeding", "new", "gone")
    }
    assert starts == {
        "fixed": [],
        "broken": [130],
        "still_failing": [120],
        "still_succeeding": [140, 110],
        "new": [],
        "gone": [100],
    }
    back = compare(after, before)
    assert [c.selection.first for c in back.fixed] == [130]
    assert [c.selection.first for c in back.new] == [100]
    assert back.fixed[0] is before.checks[3]


def test_note_tags_and_warm_up_do_not_make_another_scenario_but_the_label_does():
    before = CheckReport((a_check(False, UP, note="old"),))
    assert len(compare(before, CheckReport((a_check(True, UP, note="new", tags="a"),))).fixed) == 1
    other = compare(before, CheckReport((a_check(True, DOWN),)))
    assert (len(other.new), len(other.gone), len(other.fixed)) == (1, 1, 0)


def test_a_comparison_prints_as_one_line_and_is_shown_as_a_table():
    before = CheckReport((a_check(False, UP), a_check(True, DOWN, 110), a_check(True, NOTHING, 120)))
    after = CheckReport((a_check(True, UP), a_check(False, DOWN, 110), a_check(True, NOTHING, 130)))
    changed = compare(before, after)
    line = "Fixed: 1, Broken: 1, Still failing: 0, Still succeeding: 0 (new: 1, gone: 1)"
    assert str(changed) == line
    assert repr(changed).splitlines() == [
        f"Comparison: {line}",
        "",
        "change  verdict  scenario                why",
        "broken  FAILED   DOWN eurusd 110-112     decided UP at 111 first",
        "fixed   ok       UP eurusd 100-102       decided UP at 101, 1 tick into the window",
        "new     ok       NOTHING eurusd 130-132  no decision in the window, as expected",
        "gone    ok       NOTHING eurusd 120-122  no decision in the window, as expected",
    ]


def test_nothing_changed():
    report = a_report([1, 1])
    assert repr(compare(report, report)) == "Comparison: Fixed: 0, Broken: 0, Still failing: 0, Still succeeding: 2"


class Replayed:
    """Has what a replay's result is known by."""

    def check_scenarios(self):
        raise NotImplementedError


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (Replayed(), ["of type Replayed", "result.check_scenarios(movie.scenarios)"]),
        ((True, CheckReport((a_check(True),))), ["the pair that check returns", "ok, report = check"]),
        (None, ["of type NoneType", "check(movie, infer)"]),
        ([CheckReport((a_check(True),))], ["of type list"]),
        ({"n": 3}, ["of type dict"]),
        ("report.json", ["of type str"]),
    ],
)
@pytest.mark.parametrize("place", ["before", "after"])
def test_only_reports_are_compared(wrong, words, place):
    report = CheckReport((a_check(True),))
    with pytest.raises(ArgumentTypeError) as caught:
        compare(*((wrong, report) if place == "before" else (report, wrong)))
    for word in [f"compare: {place} is ", *words]:
        assert word in str(caught.value)


@pytest.mark.parametrize("n", [3, 7, 12, 999, 1001, 30_000])
def test_a_share_is_rounded_but_never_to_all_nor_to_a_threshold_that_it_misses(n):
    for k in {0, 1, n // 3, 2 * n // 3, n - 1, n}:
        exact = Fraction(100 * k, n)
        shown = Fraction(shown_share(k, n)[:-1])
        assert (shown == 100) == (k == n)
        assert abs(shown - exact) <= Fraction(1, 20) or (shown == Fraction("99.9") < exact)
        missed = float(Fraction(k, n)) + 1e-6
        assert missed > 1 or Fraction(shown_share(k, n, missed)[:-1]) < 100 * Fraction(missed)
