"""A report names labels that contradict each other, and does not blame the attacker for them."""

from __future__ import annotations

import json

import pytest

from midplot.checks import check
from midplot.scenarios._movie import Movie
from midplot.scenarios._scenario import Scenario, Selection
from midplot.streams._stream import Stream
from midplot.views.pages._check_page import check_card, check_page

SILVER = Stream([20.0, 21.0, 22.0, 21.0, 20.0, 19.0, 18.0, 19.0], name="silver")


class AlwaysUp:
    def tick_and_predict(self, x, horizon):
        return 1.0


def label(first, last, expected):
    return Scenario(selection=Selection.of(SILVER, first, last, horizon=2, epsilon=0.1), expected=expected)


@pytest.fixture
def report():
    return check(Movie([label(1, 2, 1), label(1, 3, 0), label(5, 5, -1), label(4, 4, 1)]), AlwaysUp)[1]


def test_the_report_lists_the_pairs_and_the_failures_among_them(report):
    assert [pair.why for pair in report.contradictions] == [
        "NOTHING silver 1-3 and UP silver 1-2 contradict each other: the window of UP silver 1-2 lies inside that of "
        "NOTHING silver 1-3, and no attacker can meet both."
    ]
    assert [each.title for each in report.contradicted()] == ["NOTHING silver 1-3"]
    assert [each.title for each in report.failed] == ["NOTHING silver 1-3", "DOWN silver 5-5"]


def test_text_and_json_say_so(report):
    assert "; 1 of the failed contradicts another label: failed" in str(report)
    assert report.contradictions[0].why in repr(report)
    (pair,) = json.loads(report.to_json())["contradictions"]
    assert (pair["one"], pair["other"]) == ("NOTHING silver 1-3", "UP silver 1-2")


def test_the_page_keeps_them_apart_from_the_attackers_own_failures(report):
    page = check_page(report)
    failed, apart = page.index("<h2>Failed <"), page.index("<h2>Failed, but contradict another label <")
    assert failed < page.index("silver", failed) < apart
    assert page.count("<article") == 4
    assert "1 pair of labels contradict each other" in page
    assert "1 pair of labels contradict each other" in check_card(report)
    assert "In hindsight every decision UP in the window would have lost" in page


def test_a_report_without_such_pairs_says_nothing_of_them():
    report = check(label(1, 2, 1), AlwaysUp)[1]
    assert "contradict" not in str(report) + repr(report) + check_card(report)
    assert report.contradictions == report.contradicted() == []


def test_the_frame_has_the_mark_of_hindsight(report):
    marked = report.to_frame().set_index("title")["hindsight"]
    assert marked["UP silver 4-4"].startswith("every decision UP in the window would have lost")
    assert not isinstance(marked["NOTHING silver 1-3"], str)
