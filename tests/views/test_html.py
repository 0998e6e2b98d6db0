"""The card of a result: its key figures, the same from run to run, and safe with any stream names."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from midplot._text import with_minus
from midplot.views.pages._html import MOST_ROWS, results_card

from .made import nothing_replayed, replayed


class Text(HTMLParser):
    """Collects the elements and the words of a piece of HTML."""

    def __init__(self, html):
        super().__init__()
        self.words, self.tags, self.attributes = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_data(self, data):
        if self.lasttag != "style":
            self.words.append(data)

    @property
    def text(self):
        return " ".join(self.words)


def card(streams, **options):
    return results_card(replayed(streams, **options).ledger)


PRICES = [1.0, 2.0, 3.0, 2.0, 1.0, 2.0]


def test_key_numbers():
    words = [word.strip() for word in Text(card({"a": PRICES})).words]
    # Down at 0; up at 1, 2 and 3: -2.25, -0.25, -2.25, -0.25. Down at 4 and up at 5 stay unresolved.
    facts = {
        label: words[words.index(label) + 1 :][:2] for label in ("Decisions", "Win rate", "Per decision", "Latency")
    }
    assert words[words.index("Score") + 1] == "−5"
    assert facts["Decisions"] == ["4", "2 unresolved"]
    assert facts["Win rate"] == ["0.0%", "0 wins, 4 losses"]
    assert facts["Per decision"] == ["−1.25", "after costs"]
    assert facts["Latency"][0] == "within budget"
    assert facts["Latency"][1].endswith("of the 20 ms allowed")
    assert {"6 ticks of 1 stream", "horizon 2, epsilon 0.25"} <= set(words)


def test_the_luck_in_the_score_stands_below_it():
    longer = {"a": [*PRICES, *PRICES[::-1]] * 100}
    luck = str(replayed(longer).luck())
    assert with_minus(luck.partition("(")[2].rstrip(")")) in Text(card(longer)).text
    assert "too little data to say" in Text(card({"a": PRICES})).text


def test_the_same_from_run_to_run(monkeypatch):
    # On a busy machine six ticks may take longer than the card's words allow for; a clock that stands still does not.
    monkeypatch.setattr("midplot.play._drive.perf_counter_ns", lambda: 0)
    streams = {f"s{i}": PRICES for i in range(15)}
    assert card(streams) == card(streams)


def test_it_is_what_a_notebook_shows():
    result = replayed({"a": PRICES})
    assert result._repr_html_() == results_card(result.ledger)


def test_streams_are_listed_by_size_and_bounded():
    streams = {f"s{i}": [1.0, 2.0, 3.0 + i, 2.0, 1.0, 2.0] for i in range(14)}
    text = Text(card(streams)).text
    listed = re.findall(r"\bs\d+", text)
    assert len(listed) == MOST_ROWS
    result = replayed(streams)
    sizes = [abs(result.stream(name).score) for name in listed]
    assert sizes == sorted(sizes, reverse=True)
    assert "and 4 more streams" in text


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "a & b", "'><b>"])
def test_names_are_text(name):
    parsed = Text(card({name: PRICES}))
    assert name in "".join(parsed.words)
    assert not {"script", "img"} & set(parsed.tags)
    assert not [each for each in parsed.attributes if each.startswith("on")]


def test_a_name_that_cannot_be_encoded():
    assert "broken ·" in card({"broken \ud800": PRICES}).encode("utf-8").decode("utf-8")


def test_a_long_name_is_shortened():
    assert "n" * 61 not in card({"n" * 500: PRICES})


def test_no_scripts_and_nothing_to_fetch():
    html = card({"a": PRICES})
    assert "<script" not in html
    assert not re.search(r"(src|href|url)\s*[=(]", html)


def test_nothing_replayed():
    text = Text(results_card(nothing_replayed().ledger)).text
    assert "Nothing was replayed" in text
    assert "no decisions to time" in text


def test_no_decisions():
    text = Text(card({"a": PRICES}, decide=lambda x: 0.0)).text
    assert "0 wins, 0 losses" in text
    assert "–" in text


def test_an_interrupted_replay_says_so():
    result = replayed({"a": PRICES})
    assert "interrupted" not in Text(results_card(result.ledger)).text
    result.ledger.state = "interrupted"
    assert "interrupted: a partial result" in Text(results_card(result.ledger)).text


def test_every_element_is_closed():
    html = card({"a": PRICES, "b": PRICES})
    for tag in ("div", "header", "dl", "dt", "dd", "table", "tr", "td", "th", "span", "p", "small", "b", "bdi"):
        assert len(re.findall(rf"<{tag}[ >]", html)) == html.count(f"</{tag}>"), tag
