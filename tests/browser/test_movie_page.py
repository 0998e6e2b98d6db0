"""The gallery of a movie in a real browser: it shows what is asked for, in any width."""

from __future__ import annotations

from playwright.sync_api import expect

from midplot import DOWN, NOTHING, UP
from midplot.scenarios import Movie, Scenario, Selection
from midplot.streams import Stream


def a_scenario(expected, name, tags):
    """Return a scenario on a few prices."""
    prices = Stream([1.0, 2.0, 4.0, 3.0, 2.0, 5.0], name=name)
    selection = Selection.of(prices, 1, 3, horizon=1, epsilon=0.25)
    return Scenario(selection=selection, expected=expected, tags=tags)


def test_shows_the_chosen_labels_and_tags_only(open_tab, tmp_path):
    labels = [(UP, ("news",)), (DOWN, ("news", "late")), (NOTHING, ())]
    scenarios = [a_scenario(label, f"s{i}", tags) for i, (label, tags) in enumerate(labels)]
    tab = open_tab(width=340, height=900)
    tab.open_file(Movie(scenarios).to_html(tmp_path / "movie.html"))
    page, cards = tab.page, tab.page.locator("article")
    expect(cards.locator("svg")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth") <= 340
    page.get_by_role("button", name="news").click()
    expect(page.locator("article:visible")).to_have_count(2)
    expect(page.locator("section:visible")).to_have_count(2)
    expect(page.locator("#count")).to_have_text("2 of 3 shown")
    page.get_by_role("button", name="DOWN").click()
    expect(page.locator("article:visible")).to_have_attribute("data-label", "DOWN")
    page.get_by_role("button", name="news").click()
    page.get_by_role("button", name="DOWN").click()
    expect(page.locator("article:visible")).to_have_count(3)
    expect(page.locator("#count")).to_have_text("")
