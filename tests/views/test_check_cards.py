"""A check report as HTML: totals on top, failed first, all text escaped, the same from run to run."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from midplot import DOWN, NOTHING, UP
from midplot.checks._report import CheckReport
from midplot.views.pages._check_page import MOST_CARDS, check_card, check_page, write_check_page

from .checked import a_check, a_raised_check, a_report

NASTY = '<img src=x onerror="alert(1)">&</style></script>\u202e$title'
VOID = {"meta", "link", "br", "img"}


class Balance(HTMLParser):
    """Notes every element that is not closed where it should be, and all text and names."""

    def __init__(self):
        super().__init__()
        self.open, self.faults, self.texts, self.tags, self.ids = [], [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)

    def handle_data(self, data):
        self.texts.append(data)


def read(html):
    parser = Balance()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    assert parser.faults == []
    assert len(set(parser.ids)) == len(parser.ids)
    return parser


def text_of(html):
    body = re.sub(r"<(style|script)>.*?</\1>", "", html, flags=re.DOTALL)
    return " ".join("".join(read(body).texts).split())


def titles(html):
    """Return the indices of the cards' windows, in order."""
    return [int(first) for first in re.findall(r'<span class="midplot-check-range">(\d+)–', html)]


def varied():
    return CheckReport(
        (
            a_check([0, 1], UP, first=1000, note="before the news", tags=("news", "fx")),
            a_check([], UP, first=1100),
            a_check([0, 1], NOTHING, first=1200),
            a_check([1], DOWN, first=1300, variant="mirrored", origin="UP eurusd 1000-1009"),
            a_raised_check(23, ValueError("no <b>"), first=1400),
        ),
        0.5,
    )


# What both show


@pytest.mark.parametrize("html", [check_card, check_page])
def test_totals_stand_on_top(html):
    text = text_of(html(varied()))
    assert "1 of 5 scenarios succeeded" in text
    assert "✗ failed" in text
    assert "20%; 50% must succeed" in text
    for tally in ("▲ UP", "1 of 3", "▼ DOWN", "0 of 1", "original, as labelled", "1 of 4", "mirrored, upside down"):
        assert tally in text
    assert text.index("Why they failed") < text.index("eurusd")


@pytest.mark.parametrize("html", [check_card, check_page])
def test_a_report_that_passed_says_so(html):
    text = text_of(html(a_report([1, 1])))
    assert "2 of 2 scenarios succeeded" in text
    assert "✓ passed" in text
    assert "100%; all must succeed" in text
    assert "Why they failed" not in text
    assert "By capability" not in text


@pytest.mark.parametrize("html", [check_card, check_page])
def test_failed_scenarios_come_first_each_with_its_reason_in_words(html):
    page = html(varied())
    assert titles(page) == [1100, 1200, 1300, 1400, 1000]
    text = text_of(page)
    for words in (
        "No decision in the window",
        "Fired UP at 1201 where nothing was expected",
        "Decided UP at 1300 first",
        "The attacker raised ValueError: no <b> at tick 1403",
        "Decided UP at 1001, 1 tick into the window",
        "before the news",
        "delay 1 tick · would have earned",
    ):
        assert words in text


@pytest.mark.parametrize("html", [check_card, check_page])
def test_every_picture_is_inline_and_nothing_is_fetched(html):
    page = html(varied())
    assert page.count("<svg viewBox") == 5
    assert not re.search(r"https?://|url\(|@import|\bsrc=", page)


@pytest.mark.parametrize("html", [check_card, check_page])
def test_what_users_wrote_is_text(html):
    check = a_check([1], name=NASTY, note=NASTY, tags=(NASTY,), variant=None)
    raised = a_raised_check(23, ValueError(NASTY), first=1400)
    page = html(CheckReport((check, raised)))
    tags = read(page).tags
    assert "img" not in tags
    assert tags.count("style") == 1
    assert tags.count("script") == (html is check_page)
    assert "onerror=&quot;alert(1)&quot;" in page
    assert "$title" in page


@pytest.mark.parametrize("html", [check_card, check_page])
def test_lone_surrogates_and_long_texts_are_no_obstacle(html):
    page = html(
        CheckReport((a_check([1], name="\ud800" + "x" * 500, note="y" * 5000, tags=[f"t{n}" for n in range(50)]),))
    )
    page.encode("utf-8")
    assert "x" * 90 not in page
    assert "y" * 300 not in page
    assert "+44" in text_of(page)


@pytest.mark.parametrize("html", [check_card, check_page])
def test_it_is_the_same_from_run_to_run(html):
    assert html(varied()) == html(varied())


def test_a_verdict_is_told_by_more_than_its_colour():
    page = check_card(a_report([1, 0]))
    assert re.findall(r'role="img" aria-label="(\w+)"', page) == ["failed", "succeeded"]
    assert "▲" in page


# In a notebook


def test_a_notebook_shows_the_first_and_says_how_many_more_there_are():
    card = check_card(a_report([1] * 30 + [0] * 10))
    shown = titles(card)
    assert len(shown) == MOST_CARDS == 24
    assert shown[:10] == [1000 + 50 * n for n in range(30, 40)]
    assert shown[10:] == [1000 + 50 * n for n in range(14)]
    assert 'and 16 more scenarios: report.to_html("check.html") shows them all' in text_of(card)


def test_a_notebook_says_nothing_of_more_where_there_are_none():
    assert "more scenario" not in text_of(check_card(a_report([1] * 24)))
    assert "and 1 more scenario:" in text_of(check_card(a_report([1] * 25)))


def test_a_notebook_card_has_no_javascript_and_styles_only_itself():
    card = check_card(varied())
    assert "<script" not in card
    assert read(card).ids == []
    style = re.sub(r"/\*.*?\*/", "", re.search(r"<style>(.*?)</style>", card, re.DOTALL)[1], flags=re.DOTALL)
    selectors = [
        s for rule in re.findall(r"([^{}]+)\{", style) for s in rule.split(",") if not s.strip().startswith("@")
    ]
    outside = [s for s in selectors if ".midplot-check" not in s and "color-mix" not in s and "red" not in s]
    assert [s.strip() for s in outside if not re.fullmatch(r"[\s\w)(-]*", s)] == []


def test_a_report_is_its_own_card():
    report = varied()
    assert report._repr_html_() == check_card(report)


# The page


def test_the_page_shows_all_and_lists_them_in_a_table():
    report = a_report([1] * 30 + [0] * 10)
    page = check_page(report)
    assert len(titles(page)) == 40
    rows = re.findall(r'<tr class="midplot-check-(failed|succeeded)"><td><a href="#(scenario-\d+)">', page)
    assert [verdict for verdict, _ in rows] == ["failed"] * 10 + ["succeeded"] * 30
    assert set(read(page).ids) >= {anchor for _, anchor in rows}
    assert text_of(page).count("Failed 10") == 1


def test_a_section_that_would_be_empty_is_left_out():
    assert "<h2>Failed" not in check_page(a_report([1]))
    assert "<h2>Succeeded" not in check_page(a_report([0]))


def test_the_page_follows_the_screen_in_light_and_dark():
    page = check_page(varied())
    assert "prefers-color-scheme: dark" in page
    assert "var(--jp-content-font-color1" in page


def test_the_page_is_written_whole(tmp_path):
    target = write_check_page(varied(), tmp_path / "new" / "check.html")
    assert target == tmp_path / "new" / "check.html"
    assert target.read_text(encoding="utf-8") == check_page(varied())
    assert [path.name for path in target.parent.iterdir()] == ["check.html"]
