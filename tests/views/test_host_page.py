"""What midplot puts into the page of a front end keeps out of its way: names of its own, and rules for nothing else."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest

from midplot import compare
from midplot.views.pages._check_cards import cards
from midplot.views.pages._check_page import check_card
from midplot.views.pages._comparison_page import comparison_card, disagreement_cards
from midplot.views.pages._html import results_card
from midplot.views.pages._movie_page import movie_card

from .checked import a_check, a_raised_check, a_report
from .made import nothing_replayed, replayed

STATIC = files("midplot.views") / "static"
IN_A_HOST = ("view.css", "card.css", "still.css", "check.css", "comparison.css")
# Words of plotly and Jupyter: what is drawn there, and what is around it.
OF_OTHERS = re.compile(r"\.(?:hoverlayer|axistext|jupyter-widgets\S*|jp-\S+|output_area|output_container|lm-Panel)")
OF_THE_REPORT = {"--added"}
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
CLASS_IN_SCRIPT = re.compile(r"""(?:class: |className = |classList\.(?:add|toggle)\()["`]([^"`]*)["`]""")


def streams():
    return {"rise": [1.0, 2.0, 3.0, 4.0, 5.0, 4.0, 2.0] * 3, "fall": [3.0, 2.0, 1.0, 0.5, 4.0] * 4}


def compared():
    results = [replayed(streams(), decide=decide) for decide in (lambda x: x - 2.0, lambda x: 2.0 - x)]
    return compare({"one": results[0], "other": results[1]})


FRAGMENTS = {
    "result": lambda: results_card(replayed(streams()).ledger),
    "nothing": lambda: results_card(nothing_replayed().ledger),
    "still": lambda: replayed(streams()).view()._repr_mimebundle_()["text/html"],
    "check": lambda: check_card(a_report([1, 0, 1], note="a note", tags=("a", "b"))),
    "movie": lambda: movie_card([each.scenario for each in a_report([1, 0], note="a note", tags=("a", "b")).checks]),
    "raised": lambda: cards([a_raised_check(23, ValueError("bad")), a_check([1.0], n_window=1)]),
    "comparison": lambda: comparison_card(compared()),
    "disagreements": lambda: disagreement_cards(compared().disagreements()),
    "agreement": lambda: disagreement_cards([]),
}


class Classes(HTMLParser):
    """The classes of all elements."""

    def __init__(self, html):
        super().__init__()
        self.found = set()
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.found |= set((dict(attributes).get("class") or "").split())


def test_all_pages_have_one_head():
    pages = {each.name: each.read_text(encoding="utf-8") for each in STATIC.iterdir() if each.name.endswith(".html")}
    assert len(pages) > 4
    assert [name for name, text in pages.items() if re.search(r"<(?:!doctype|html|head|meta|body|style)\b", text)] == [
        "page.html"
    ]


@pytest.mark.parametrize("name", IN_A_HOST)
def test_no_sheet_of_a_card_says_how_a_page_is_printed(name):
    assert "@page" not in (STATIC / name).read_text(encoding="utf-8")


def selectors(css):
    """Return the selectors of all style rules, those within conditions too."""
    heads = re.findall(r"([^{};]+)\{", COMMENT.sub("", css))
    return [each.strip() for head in heads if not head.lstrip().startswith("@") for each in split(head)]


def split(head):
    """Return the selectors of a rule, which are divided by commas that are in no parentheses."""
    return re.split(r",(?![^(]*\))", head)


@pytest.mark.parametrize("name", FRAGMENTS)
def test_every_class_in_a_fragment_is_midplots_own(name):
    found = Classes(FRAGMENTS[name]()).found
    assert found
    assert [each for each in found if not each.startswith("midplot-")] == []


def test_every_class_that_a_script_of_the_view_gives_is_midplots_own():
    scripts = [*STATIC.iterdir(), *(STATIC / "controls").iterdir()]
    given = {
        each: script.name
        for script in scripts
        if script.name.endswith(".js")
        for words in CLASS_IN_SCRIPT.findall(script.read_text(encoding="utf-8"))
        # What is in an expression is the end of a name, which is given before it.
        for each in re.sub(r"\$\{[^}]*\}", "", words).split()
    }
    assert len(given) > 50
    assert {each: name for each, name in given.items() if not each.startswith("midplot-")} == {}


@pytest.mark.parametrize("name", IN_A_HOST)
def test_no_rule_touches_what_is_not_midplots(name):
    found = selectors((STATIC / name).read_text(encoding="utf-8"))
    assert len(found) > 3
    assert [each for each in found if ".midplot-" not in each] == []
    for each in found:
        foreign = re.findall(r"\.-?[_a-zA-Z][\w-]*", OF_OTHERS.sub("", each))
        assert [one for one in foreign if not one.startswith(".midplot-")] == [], each
        # Rules for something of midplot's, or for what is inside or around it; none that begins with a bare element.
        assert re.match(r"\.midplot-|:is\(\.|\.jp-", each), each


def test_the_rules_of_one_sheet_are_not_met_by_what_another_is_for():
    """The roots are apart, and what is not below a root has a name that no other sheet uses."""
    names = {name: set(re.findall(r"\.(midplot-[\w-]+)", (STATIC / name).read_text())) for name in IN_A_HOST}
    shared = {"midplot-view", "midplot-still", "midplot-good", "midplot-bad"}
    for name, used in names.items():
        for other, theirs in names.items():
            assert name == other or used & theirs <= shared, (name, other)


@pytest.mark.parametrize(
    "name",
    [*IN_A_HOST, "page.css", "report.css", "page.html", "check.html", "comparison.html", "movie.html", "report.html"],
)
def test_variables_are_midplots_own_or_those_of_a_front_end(name):
    css = (STATIC / name).read_text(encoding="utf-8")
    variables = set(re.findall(r"(--[a-zA-Z][\w-]*)\s*[:,)]", css)) - OF_THE_REPORT
    assert [each for each in variables if not re.match(r"--(?:m|midplot|jp|vscode)-", each)] == []
