"""The card of a result in a real notebook: in its theme's colours, and within its cell."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

CELL = """
from midplot import replay


def trend(stream):
    yield
    for message in stream:
        yield message["x"] - 2.0


result = replay(
    {"rise": [1.0, 2.0, 3.0, 4.0, 5.0], "<b>fall & rise</b>": [3.0, 2.0, 1.0, 0.5, 4.0], "flat": [2.0] * 5},
    horizon=2,
    epsilon=0.25,
    infer=trend,
)
result
"""
COLOURS = "(card) => [getComputedStyle(card).color, getComputedStyle(card).backgroundColor]"


@pytest.mark.parametrize(("theme", "ink"), [("light", "rgba(0, 0, 0, 0.87)"), ("dark", "rgb(255, 255, 255)")])
def test_takes_the_colours_of_the_theme(notebook, theme, ink):
    nb = notebook([CELL, "result.figure()"], theme=theme)
    nb.run(0)
    nb.run(1)
    card = nb.output(0).locator(".midplot-card")
    expect(card).to_be_visible()
    expect(card).to_have_css("color", ink)
    expect(card.locator("bdi")).to_have_text(["<b>fall & rise</b>", "rise", "flat"])
    assert card.locator("td").first.evaluate("(cell) => getComputedStyle(cell).color") == ink
    # A figure of plotly knows no theme, and lets the page through.
    paper = nb.output(1).locator(".main-svg").first
    expect(paper).to_be_visible()
    expect(paper).to_have_css("background-color", "rgba(0, 0, 0, 0)")


def test_fits_a_narrow_notebook(notebook):
    nb = notebook([CELL], width=700)
    nb.run(0)
    card, table = nb.output(0).locator(".midplot-card").bounding_box(), nb.output(0).locator("table").bounding_box()
    assert table["x"] + table["width"] <= card["x"] + card["width"]
    assert card["x"] + card["width"] <= 700
