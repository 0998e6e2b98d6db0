"""The report page in a real browser: it draws, sorts and steps by itself, in light and dark, on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from midplot import UP, replay
from midplot.scenarios import Movie, Scenario, Selection
from midplot.streams import Stream
from midplot.views.chart._palette import DARK, LIGHT

from .tab import Tabs

NASTY = "<img src=x onerror=\"document.title='gone'\"></script><script>document.title='gone'</script>"
FAR_APART = [1.0, 2.0, 1.0, 3.0, float("nan"), 9001.0, 9002.0, 9003.0, 9000.0, 9001.0]
SCORES = "[...document.querySelectorAll('#accounts tbody tr')].map(row => Number(row.cells[1].dataset.value))"


def trend(stream):
    """Decide up where the price is above 2, down where it is below."""
    yield
    for message in stream:
        yield message["x"] - 2.0


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Return the path of a report on four streams, the largest of which has two parts."""
    streams = {"rise": [1.0, 2.0, 3.0, 4.0, 5.0], NASTY: [3.0, 2.0, 1.0, 0.5, 4.0], "far": FAR_APART, "flat": [2.0] * 5}
    result = replay(streams, horizon=2, epsilon=0.25, infer=trend)
    selection = Selection.of(Stream([1.0, 2.0, 3.0, 2.0, 1.0], name="wave"), 1, 2, horizon=2, epsilon=0.25)
    movie = Movie([Scenario(selection=selection, expected=UP)])
    return result.to_html(tmp_path_factory.mktemp("report") / "report.html", scenarios=movie, plotly="shared")


# Undoes what a test may have done to a page: it sorts the streams and the trades as they were, and shows the first chart.
AS_OPENED = """
(charts) => {
  const accounts = document.getElementById("accounts");
  for (const heading of accounts.tHead.rows[0].cells) heading.removeAttribute("aria-sort");
  accounts.tBodies[0].append(...charts.map((chart) => accounts.querySelector(`tr[data-chart="${chart}"]`)));
  document.querySelector("#trade-tools [aria-pressed=true]")?.click();
  const [profit] = document.getElementById("trade-rows").tHead.rows[0].cells;
  if (profit.ariaSort !== "ascending") profit.querySelector("button").click();
  accounts.querySelector("tr[data-chart='0']").click();
  for (const details of document.querySelectorAll("details")) details.open = false;
  document.activeElement.blur();
  window.scrollTo(0, 0);
}
"""
CHARTS = "[...document.querySelectorAll('#accounts tbody tr')].map((row) => row.dataset.chart)"


@pytest.fixture(scope="module")
def opened(chromium, report):
    """Return a tab with the report, open and drawn, and the order of its streams: drawing it takes seconds."""
    tabs = Tabs(chromium, "test_report_page")
    tab = tabs()
    order = drawn(tab, report).evaluate(CHARTS)
    assert tab.complaints() == []
    yield tab, order
    tab.page.context.close()


@pytest.fixture
def page(open_tab, opened):
    """Return the report as it is when it has been opened."""
    tab, order = opened
    open_tab.adopt(tab)
    tab.kept = True
    tab.page.mouse.move(0, 0)
    tab.page.emulate_media(color_scheme="light")
    tab.page.evaluate(AS_OPENED, order)
    return tab.page


def drawn(tab, report):
    tab.open_file(report, *report.parent.glob("*.js"))
    expect(tab.page.locator("#plot .nsewdrag").first).to_be_visible()
    return tab.page


def row(page, name):
    return page.locator("#accounts tbody tr").filter(has_text=name)


def test_opens_on_the_largest_stream(opened):
    page = opened[0].page
    scores = page.evaluate(SCORES)
    current = page.locator("#accounts tbody tr[aria-current]")
    expect(current).to_have_count(1)
    shown = float(current.locator("td").first.get_attribute("data-value"))
    assert abs(shown) == max(abs(score) for score in scores)


def test_a_heading_sorts_both_ways(page):
    heading = page.locator("#accounts thead th").filter(has_text="Score")
    heading.click()
    expect(heading).to_have_attribute("aria-sort", "descending")
    descending = page.evaluate(SCORES)
    assert descending == sorted(descending, reverse=True)
    heading.click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    assert page.evaluate(SCORES) == descending[::-1]


def test_streams_without_a_number_sort_last_both_ways(page):
    heading = page.locator("#accounts thead th").filter(has_text="Win rate")
    for _ in range(2):
        heading.click()
        expect(page.locator("#accounts tbody tr").last).to_contain_text("flat")


def test_a_row_shows_its_stream(page):
    row(page, "rise").click()
    expect(page.locator("#name")).to_have_text("rise")
    expect(row(page, "rise")).to_have_attribute("aria-current", "true")
    assert page.evaluate("Array.from(document.getElementById('plot').data[0].y)") is not None
    assert page.evaluate("document.getElementById('plot')._fullData[0]._length") == 5


def test_a_keyboard_reaches_a_row(page):
    row(page, "rise").get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#name")).to_have_text("rise")


def test_steps_through_the_streams_in_the_order_of_the_table(page):
    row(page, "rise").click()
    expect(page.get_by_role("button", name="Previous stream")).to_be_disabled()
    page.get_by_role("button", name="Next stream").click()
    expect(page.locator("#name")).to_contain_text("<img")
    page.locator("#accounts thead th").filter(has_text="Stream").first.click()
    row(page, "rise").click()
    expect(page.get_by_role("button", name="Next stream")).to_be_disabled()


def test_a_name_is_text_and_nothing_else(page):
    row(page, "<img").click()
    expect(page.locator("#name")).to_contain_text("<img src=x")
    assert page.title().startswith("trend: ")
    assert page.locator("img").count() == 0


def test_parts_far_apart_are_looked_at_one_by_one(page):
    row(page, "far").click()
    buttons = page.locator("#windows button")
    expect(buttons).to_have_text(["All parts", "Part 0", "Part 1"])
    buttons.nth(1).click()
    expect(buttons.nth(1)).to_have_attribute("aria-pressed", "true")
    plot = page.locator("#plot")
    expect(plot.get_by_text("2.5", exact=True)).to_be_visible()
    buttons.nth(2).click()
    expect(plot.get_by_text("9,002", exact=True)).to_be_visible()
    expect(plot.get_by_text("2.5", exact=True)).to_have_count(0)
    buttons.nth(0).click()
    expect(plot.get_by_text("4,000", exact=True)).to_be_visible()
    expect(page.locator("#plot .updatemenu-button")).to_have_count(0)


def test_follows_the_screen_from_light_to_dark(page):
    paper = page.locator("#plot .main-svg").first
    for scheme, palette in (("dark", DARK), ("light", LIGHT)):
        page.emulate_media(color_scheme=scheme)
        for place in (paper, page.locator("body")):
            expect(place).to_have_css("background-color", rgb(palette.paper))
        expect(page.locator("#plot .y2tick text").first).to_have_css("fill", rgb(palette.muted))


def test_evidence_is_drawn_and_follows_the_screen(page):
    for name, panels in (("paths", 1), ("scores", 4)):
        picture = page.locator(f"#{name}")
        for scheme, palette in (("dark", DARK), ("light", LIGHT)):
            page.emulate_media(color_scheme=scheme)
            expect(picture.locator(".main-svg").first).to_have_css("background-color", rgb(palette.paper))
        expect(picture.locator(".nsewdrag")).to_have_count(panels)
        box, drawn_box = picture.bounding_box(), picture.locator(".main-svg").first.bounding_box()
        assert drawn_box["height"] == box["height"]
    expect(page.locator("#scores").get_by_text("Score by horizon, ticks")).to_be_visible()


def rgb(color):
    return f"rgb({', '.join(str(int(color[i : i + 2], 16)) for i in (1, 3, 5))})"


def test_a_trade_leads_to_the_chart_and_back(page):
    rows = page.locator("#trade-rows tbody tr")
    worst = float(rows.first.locator("td").first.inner_text().replace("−", "-"))
    expect(page.locator("#trade-rows thead th").first).to_have_attribute("aria-sort", "ascending")
    first = int(rows.first.locator("td").nth(2).inner_text())
    rows.first.get_by_role("button").press("Enter")
    expect(rows.first).to_have_attribute("aria-current", "true")
    stream = rows.first.locator("td").nth(1).inner_text()
    expect(page.locator("#name")).to_have_text(stream)
    selected = "[...document.getElementById('plot')._fullData[1].x]"
    assert page.evaluate(selected) == [first, first + 2]
    low, high = page.evaluate("document.getElementById('plot')._fullLayout.xaxis.range")
    assert low < first < first + 2 < high
    assert page.evaluate("document.getElementById('plot').layout.shapes.map((each) => [each.x0, each.x1])") == [
        [first, first + 2]
    ]
    page.get_by_role("button", name="Whole stream").click()
    expect(page.get_by_role("button", name="Whole stream")).to_have_count(0)
    assert page.evaluate("document.getElementById('plot').layout.shapes ?? null") is None
    assert worst < 0


def test_trades_are_sorted_and_listed_for_one_stream(page):
    heading = page.locator("#trade-rows thead th").filter(has_text="Profit")
    texts = page.locator("#trade-rows tbody td:first-child")
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "descending")
    profits = [float(text.replace("−", "-")) for text in texts.all_inner_texts() if text != "–"]
    assert profits == sorted(profits, reverse=True)
    row(page, "rise").click()
    page.get_by_role("button", name="This stream only").click()
    expect(page.locator("#trade-rows tbody td:nth-child(2)").first).to_have_text("rise")
    assert set(page.locator("#trade-rows tbody td:nth-child(2)").all_inner_texts()) == {"rise"}
    page.get_by_role("button", name="Next stream").click()
    expect(page.locator("#trade-rows tbody td:nth-child(2)").first).to_contain_text("<img")


@pytest.mark.parametrize("width", [340, 700, 1200, 1600])
def test_fits_the_screen(open_tab, report, width):
    page = drawn(open_tab(width=width, height=900), report)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for name in ("plot", "paths", "scores"):
        box = page.locator(f"#{name} .main-svg").first.bounding_box()
        assert box["width"] <= width
        assert box["x"] >= 0
    table = page.locator(".table-box").first
    seen, whole = table.locator(".scroll").evaluate("(each) => [each.clientWidth, each.scrollWidth]")
    # Columns that are out of sight are announced, and a wide screen has them all.
    expect(table).to_have_attribute("data-more", str(whole > seen + 2).lower())
    assert width < 1200 or whole <= seen + 2
    slanted = page.locator("#scores .xtick text").evaluate_all("(all) => all.map((each) => each.outerHTML)")
    assert not [text for text in slanted if re.search(r"rotate\((?!0)", text)]


def test_on_paper_everything_is_there_and_light(open_tab, report):
    page = drawn(open_tab(width=1280, height=900, theme="dark"), report)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 900})
    expect(page.locator("#plot .main-svg").first).to_have_css("background-color", rgb(LIGHT.paper))
    expect(page.locator("body")).to_have_css("background-color", rgb(LIGHT.paper))
    for place in ("#plot", "#paths", "#scores"):
        box = page.locator(f"{place} .main-svg").first.bounding_box()
        assert box["x"] + box["width"] <= 700
    for table in page.locator("table").all():
        assert table.evaluate("(each) => each.parentElement.scrollWidth <= each.parentElement.clientWidth + 1")
    expect(page.locator(".buttons button:visible")).to_have_count(0)
    expect(page.locator("article")).to_be_visible()


def test_scenarios_are_on_the_page(page):
    expect(page.locator("article svg")).to_have_count(1)
    page.get_by_text("All scenarios as a table").click()
    expect(page.locator("#checks tbody tr")).to_have_count(1)


def test_offers_no_upload_of_the_chart(page):
    page.locator("#plot").hover()
    titles = page.locator("#plot .modebar-btn").evaluate_all("(all) => all.map((each) => each.dataset.title)")
    assert titles
    assert not [title for title in titles if "cloud" in title.lower() or "edit" in title.lower()]
