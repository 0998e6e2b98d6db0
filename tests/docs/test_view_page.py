"""The page about the view names its keys and its buttons, those that there are and no others."""

from __future__ import annotations

import re

from midplot.views.panel._keys import KEYS, REVIEW_KEYS, Key

from .pages import ROOT

PAGE = (ROOT / "docs" / "guides" / "view.md").read_text("utf-8")
VIEWS = ROOT / "midplot" / "views"
SHOWN = {"arrowleft": "←", "arrowright": "→", "enter": "Enter"}


def tables():
    """Return the keys in each table of keys, in order; what each does; and its heading."""
    for heading, text in re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL):
        rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", text.partition("| Key |")[2], re.MULTILINE)
        if rows:
            yield heading, [key for keys, _ in rows for key in keys.split(", ")], dict(rows)


def named(keys: tuple[Key, ...]) -> list[str]:
    return [SHOWN.get(each.key, each.key.upper()) for each in keys] + ["Esc"]


def test_the_tables_of_keys_are_those_of_the_view_and_of_labelling_mode():
    (label, keys, _), (row, review_keys, _) = tables()
    assert (label, row) == ("Label it", "Many windows in a row")
    assert keys == named(KEYS)
    assert review_keys == named(REVIEW_KEYS)


def test_each_row_says_the_act_of_its_key():
    words = {
        "label": "label", "undo": "undo", "redo": "redo", "move": "move", "suggest": "suggestion", "accept": "accept",
        "skip": "skip", "back": "back", "answer": "answer",
    }  # fmt: skip
    for (_, _, rows), keys in zip(tables(), (KEYS, REVIEW_KEYS), strict=True):
        for key in keys:
            (what,) = [text for names, text in rows.items() if SHOWN.get(key.key, key.key.upper()) in names.split(", ")]
            assert words[key.act] in what, key


def test_the_page_names_the_keys_of_labels_with_their_labels():
    for _, _, rows in tables():
        names = [key.more["label"] for key in KEYS if key.act == "label"]
        assert re.findall(r"\b[A-Z]{2,}\b", rows["U, D, N"]) == names


def test_the_page_calls_things_as_the_view_does():
    words = {" ".join(each.split()) for each in re.findall(r"(?<![*\w])\*([^*\s][^*]*)\*(?!\*)", PAGE)}
    assert len(words) > 15
    texts = "\n".join(path.read_text("utf-8") for path in VIEWS.rglob("*") if path.suffix in (".js", ".py"))
    missing = [each for each in sorted(words) if not re.search(rf"[\"`]{re.escape(each)}[\"`]", texts, re.IGNORECASE)]
    assert missing == []


def test_the_page_has_every_button():
    controls = "\n".join(path.read_text("utf-8") for path in (VIEWS / "static" / "controls").glob("*.js"))
    named = re.findall(r"\b(?:button|quiet|answer|reviewButton)\(\"([^\"]+)\"", controls)
    assert {"suggest next", "whole", "keep both", "leave"} <= set(named)
    assert [each for each in named if each.lower() not in " ".join(PAGE.lower().split())] == []
