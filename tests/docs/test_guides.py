"""The pages as a stranger meets them: each begins with its question, and the first page leads to all of them."""

from __future__ import annotations

import re

import pytest

from .pages import ROOT

DOCS = ROOT / "docs"
GUIDES = sorted((DOCS / "guides").glob("*.md"))
INDEX = (DOCS / "index.md").read_text("utf-8")
LISTED = re.findall(r"^([\w/-]+)$", "\n".join(re.findall(r"```\{toctree\}(.*?)```", INDEX, re.DOTALL)), re.MULTILINE)


def first_sentence(page):
    """Return the sentence that a page begins with, after its heading."""
    paragraph = re.sub(r"^# .+\n+", "", page.read_text("utf-8")).partition("\n\n")[0]
    return re.match(r".*?[.!?](?=\s|$)|.*", " ".join(paragraph.split())).group()


@pytest.mark.parametrize("page", [*GUIDES, DOCS / "scoring.md", DOCS / "coming-from.md"], ids=lambda page: page.stem)
def test_a_guide_begins_with_the_question_that_it_answers(page):
    question = first_sentence(page)
    assert question.endswith("?")
    assert len(question.split()) > 5


def test_no_two_guides_answer_the_same_question():
    questions = [first_sentence(page) for page in GUIDES]
    assert len(set(questions)) == len(questions) > 5


def test_the_first_page_leads_to_every_page():
    pages = [*GUIDES, *DOCS.glob("*.md")]
    names = {page.relative_to(DOCS).with_suffix("").as_posix() for page in pages} - {"index", "scenario-format"}
    assert names - set(LISTED) == set()
    assert {name for name in names if name.startswith("guides/") and f"]({name}.md)" not in INDEX} == set()
