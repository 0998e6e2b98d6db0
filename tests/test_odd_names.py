"""Names, notes and tags may hold anything; what is shown of them is text that keeps to its place."""

from __future__ import annotations

import json
import re
import unicodedata

import numpy as np
import pytest

from midplot import Movie, Scenario, Stream, check, compare, replay
from midplot._text import in_columns, printable, width_of
from midplot.errors import ArgumentError, MidplotError, legible
from midplot.scenarios._variants import VARIANTS, variants

PRICES = 100 + np.random.default_rng(4).normal(size=300).cumsum()

NAMES = {
    "an escape sequence": "eur\x1b[31musd\x1b[2J",
    "a bell and a null": "a\x07b\x00c",
    "lines": "one\ntwo\r\nthree\x85four\u2028five",
    "tabs": "a\tb\vc",
    "a lone surrogate": "caf\udce9 \ud800",
    "turned round": "price \u202egnp.exe\u202c \u200fx",
    "nothing to see": "\u200b\ufeff\u00ad",
    "wide": "価格 ユーロ／ドル",
    "accents of their own": "cafe\u0301 n\u0303",
    "a control of eight bits": "a\x9b31mb",
    "very long": "x" * 5000 + "\x1b",
    "markup": "<b>&amp;\x1b</b>",
}
each_name = pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)


class Trend:
    last = None

    def tick_and_predict(self, x, horizon):
        before, self.last = self.last, x
        return 0 if before is None else x - before


def shown(text, *, lines=True):
    """Tell whether a text can be printed anywhere: nothing in it moves the cursor, hides, or cannot be written."""
    bad = [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") and not (lines and c == "\n")]
    return not bad


@each_name
def test_a_replay_and_its_check(name, tmp_path):
    result = replay({name: PRICES, "plain": PRICES}, horizon=5, infer=Trend)
    scenario = Scenario(selection=result.select(0, 20, 60), expected=1, note=name, tags=(name, "plain"))
    movie = Movie([scenario])
    _, report = check(movie, Trend)
    texts = [repr(result), repr(scenario), str(scenario), repr(movie), repr(movie.streams()), repr(report), str(report)]
    texts += [repr(compare(report, report)), repr(result.suggest(2)), repr(result.selection)]
    assert all(map(shown, texts))
    table = repr(report).splitlines()
    assert len(table) == len(repr(check(Movie([scenario.changed(note="", tags=())]), Trend)[1]).splitlines())
    cards = [result._repr_html_(), report._repr_html_()]
    pages = result.to_html(tmp_path / "replay.html"), report.to_html(tmp_path / "check.html")
    texts = (page.read_text("utf-8") for page in pages)
    cards += [re.sub(r"<(script|style)[^>]*>.*?</\1>", "", text, flags=re.DOTALL) for text in texts]
    assert all(map(shown, cards))
    json.loads(result.figure().to_json().encode("utf-8"))
    assert shown(result.figure().layout.title.text)


@each_name
def test_what_a_view_sends_can_be_sent(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = replay({name: PRICES}, horizon=5, infer=Trend)
    view = result.view()
    sent = []
    for child in [view, *view.children]:
        state = child.get_state()
        sent.append(json.dumps(state, ensure_ascii=False, default=lambda _: None))
    for text in sent:
        text.encode("utf-8")
        assert shown(text)


@each_name
def test_an_error_can_be_printed(name):
    result = replay({"a": PRICES}, infer=Trend)
    errors = []
    for act in (
        lambda: result.stream(name),
        lambda: Stream([1.0, np.inf], name=name),
        lambda: replay({name: [1, "x"]}, infer=Trend),
        lambda: Movie().filter(label=name),
    ):
        with pytest.raises(MidplotError) as caught:
            act()
        errors.append(str(caught.value))
    errors.append(str(ArgumentError(f"{name}: it is not there.")))
    assert all(map(shown, errors))


@each_name
def test_what_an_attacker_raised_is_told_on_one_line(name):
    n_calls = []

    def infer(stream):
        n_calls.append(1)
        yield
        for message in stream:
            if len(n_calls) > 1:
                raise ValueError(name)
            yield message["x"] - 100

    verification = replay({"a": PRICES}, infer=infer).verify(n_ticks=2)
    assert "ValueError" in str(verification)
    assert shown(str(verification))
    assert len(str(verification).splitlines()) <= 7


@each_name
def test_variants_and_splits_of_any_name(name):
    result = replay({name: PRICES}, horizon=5, infer=Trend)
    movie = Movie([Scenario(selection=result.select(0, at, at + 30), expected=1) for at in (20, 70, 120)])
    titles = {each.origin for each in variants(movie, VARIANTS) if each.variant}
    assert titles == {each.title for each in movie}
    assert sum(map(len, movie.split(0.5))) == 3


@each_name
def test_tables_stay_aligned(name):
    rows = [["name", "n"], [printable(name), "1"], ["plain", "1000"]]
    lines = in_columns(rows, right={1})
    assert len({width_of(line) for line in lines}) == 1
    assert all(shown(line, lines=False) for line in lines)


def test_legible_leaves_what_can_be_read():
    for text in ("plain", "café – ε ≥ 0, ∞", "two\nlines", "価格", "a b"):
        assert legible(text) == text
