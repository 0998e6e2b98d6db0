"""The gallery of a movie: a card in a notebook, a page with all scenarios, by stream, that can be filtered."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

from midplot import DOWN, NOTHING, UP
from midplot.errors import ArgumentError
from midplot.scenarios import Movie
from midplot.views.pages._movie_page import MOST_DRAWN, MOST_FILTERS, movie_card, movie_page

from .checked import a_scenario

NASTY = "<img src=x onerror=\"alert(1)\"> & 'quoted' $title \u202eevil"


def a_movie(n=3, **fields):
    labels = (UP, DOWN, NOTHING)
    return Movie([a_scenario(labels[i % 3], 1000 + 50 * i, **fields) for i in range(n)])


def cards(html):
    return re.findall(r"<article.*?</article>", html, flags=re.DOTALL)


@pytest.mark.parametrize("draw", [movie_card, movie_page])
def test_a_card_shows_what_a_scenario_is(draw):
    scenario = a_scenario(DOWN, 1000, name="eurusd", note="before the news", tags=("news", "late"))
    (card,) = cards(draw([scenario]))
    for piece in (
        '<span aria-hidden="true">▼</span> DOWN',
        '<bdi>eurusd</bdi> <span class="midplot-check-range">1000–1009</span>',
        '<rect class="midplot-check-window"',
        '<polyline class="midplot-check-price"',
        '<text class="midplot-check-wanted midplot-check-down"',
        "Expects a decision down and none up within 10 ticks.",
        "<q><bdi>before the news</bdi></q>",
        '<span class="midplot-check-tag"><bdi>late</bdi></span>',
    ):
        assert piece in card


def test_each_label_says_what_it_expects():
    texts = [re.search(r'class="midplot-check-why">(.*?)<', card)[1] for card in cards(movie_page(a_movie().scenarios))]
    assert texts == [
        "Expects a decision up and none down within 10 ticks.",
        "Expects a decision down and none up within 10 ticks.",
        "Expects no decision within 10 ticks.",
    ]


def test_scenarios_are_grouped_by_stream_in_the_order_of_the_movie():
    movie = Movie([*a_movie(2, name="b"), *a_movie(3, name="a")])
    page = movie_page(movie.scenarios)
    sections = re.findall(
        r'<section><h2 class="midplot-check-stream"><bdi>(.*?)</bdi></h2>(.*?)</section>', page, flags=re.DOTALL
    )
    assert [name for name, _ in sections] == list(dict.fromkeys(s.selection.stream_title for s in movie))
    shown = [first for _, group in sections for first in re.findall(r'class="midplot-check-range">(\d+)', group)]
    assert shown == [str(scenario.selection.first) for scenario in movie]


def test_a_variant_names_what_it_was_derived_from():
    (derived,) = Movie([a_scenario()]).variants("mirrored")
    (card,) = cards(movie_page([derived]))
    assert "<em>mirrored</em>" in card
    assert f"Derived from <bdi>{derived.origin}</bdi>" in card


def test_a_notebook_shows_the_first_and_says_how_many_more_there_are():
    movie = a_movie(MOST_DRAWN + 5)
    card = movie._repr_html_()
    assert card == movie_card(movie.scenarios)
    assert len(cards(card)) == MOST_DRAWN
    assert 'and 5 more scenarios: movie.to_html("movie.html") shows them all' in card
    assert "more scenario" not in a_movie(MOST_DRAWN)._repr_html_()
    assert "<b>29</b> scenarios on 1 stream" in card
    assert "<script" not in card


def test_a_movie_without_scenarios_says_so():
    assert "<b>0</b> scenarios</p>" in Movie()._repr_html_()
    assert cards(movie_page([])) == []


def test_the_page_has_all_and_fetches_nothing(tmp_path):
    path = a_movie(100).to_html(tmp_path / "new" / "movie.html")
    page = path.read_text(encoding="utf-8")
    assert len(cards(page)) == 100
    assert not re.search(r"https?://|url\(|@import|\bsrc=", page)
    with pytest.raises(ArgumentError, match="is a folder"):
        a_movie().to_html(tmp_path)


def test_the_page_can_be_filtered_by_the_labels_and_tags_that_occur():
    movie = Movie(
        [a_scenario(UP, 1000, tags=("news",)), a_scenario(UP, 1100, tags=("news", NASTY)), a_scenario(DOWN, 1200)]
    )
    page = movie_page(movie.scenarios)
    labels = re.findall(r'data-label="(\w+)">\S+ \w+ <small>(\d+)', page)
    assert labels == [("UP", "2"), ("DOWN", "1")]
    tags = re.findall(r'<button [^>]*data-tag="(.*?)">.*?<small>(\d+)', page)
    assert [(unescape(tag), n) for tag, n in tags] == [("news", "2"), (NASTY, "1")]
    assert [json.loads(unescape(each)) for each in re.findall(r'data-tags="(.*?)"', page)] == [
        list(scenario.tags) for scenario in movie
    ]
    assert "<button" not in movie_page([a_scenario(UP, tags=("one",))])


def test_of_many_tags_the_most_frequent_are_offered():
    scenarios = [a_scenario(UP, 1000 + 50 * i, tags=("all", f"tag {i}")) for i in range(40)]
    tags = re.findall(r'data-tag="(.*?)"', movie_page(scenarios))
    assert len(tags) == MOST_FILTERS
    assert tags[0] == "all"


@pytest.mark.parametrize("draw", [movie_card, movie_page])
def test_what_users_wrote_is_text(draw):
    html = draw([a_scenario(UP, name=NASTY, note=NASTY, tags=(NASTY,))])
    assert "<img" not in html
    assert "$title" in html
    draw([a_scenario(UP, name="\ud800" + "x" * 500, note="y" * 5000)]).encode("utf-8", "xmlcharrefreplace")
