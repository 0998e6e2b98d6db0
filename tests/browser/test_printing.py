"""The pages on paper: no heading ends a page while what it heads is on the next."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from midplot import DOWN, NOTHING, UP, compare
from midplot.scenarios import Movie
from tests.views.checked import a_report, a_scenario
from tests.views.made import replayed

from .printed import Printed

HEIGHTS = {"check": (750,), "movie": (700, 800), "comparison": (950,), "report": (800,)}
"""Heights of the paper in pixels at which a heading comes to lie at the foot of a page, unless it is kept from it."""


def streams():
    return {f"stream {n}": [1.0, 2.0, 3.0, 4.0, 5.0, 4.0, 2.0] * 3 + [float(n)] for n in range(6)}


def replays():
    return [replayed(streams(), decide=decide) for decide in (lambda x: x - 2.0, lambda x: 2.0 - x)]


def many_scenarios():
    labels = (UP, DOWN, NOTHING)
    return Movie([a_scenario(labels[n % 3], 1000 + 50 * n, name=f"stream {n % 7}") for n in range(21)])


PAGES = {
    "check": lambda path: a_report([0] * 7 + [1] * 8).to_html(path),
    "movie": lambda path: many_scenarios().to_html(path),
    "comparison": lambda path: compare(dict(zip("ab", replays(), strict=True))).to_html(path),
    "report": lambda path: replays()[0].to_html(path, scenarios=many_scenarios(), plotly="shared"),
}


def printed(page, height):
    return Printed(page.pdf(width="780px", height=f"{height}px", tagged=True))


@pytest.mark.parametrize("name", PAGES)
def test_no_heading_ends_a_page(open_tab, tmp_path, name):
    page = opened(open_tab, PAGES[name](tmp_path / f"{name}.html"))
    found = {height: printed(page, height) for height in HEIGHTS[name]}
    assert all(each.n_headings >= 3 and each.n_pages >= 2 for each in found.values())
    assert {height: each.stranded() for height, each in found.items() if each.stranded()} == {}


def test_a_heading_at_the_foot_of_a_page_would_be_found(open_tab, tmp_path):
    page = opened(open_tab, PAGES["movie"](tmp_path / "movie.html"))
    page.add_style_tag(content="* { break-after: auto !important; }")
    assert any(printed(page, height).stranded() for height in HEIGHTS["movie"])


def opened(open_tab, path):
    tab = open_tab(width=1200, height=900)
    tab.open_file(path, *path.parent.glob("*.js"))
    for plot in tab.page.locator("#plot:visible, .picture:visible").all():
        expect(plot.locator(".nsewdrag").first).to_be_visible()
    return tab.page
