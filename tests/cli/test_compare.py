"""``midplot compare`` and ``midplot runs compare``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from midplot.evidence import load_runs


@pytest.fixture
def prices(place) -> str:
    """Write a file with a stream that wanders and one that rises."""
    rows = [f"{100 + (7 * t) % 11},{100 + t}" for t in range(400)]
    (place / "prices.csv").write_text("\n".join(["wander,up", *rows]))
    return "prices.csv"


@pytest.fixture
def against(place) -> str:
    """Write a file with an attacker that does the opposite of Trend."""
    body = "        before, self.last = self.last, x\n        return 0 if before is None else before - x\n"
    (place / "against.py").write_text(
        f"class Against:\n    last = None\n\n    def tick_and_predict(self, x, horizon):\n{body}"
    )
    return "against.py"


def test_two_attackers_are_compared_in_words(run, attack, against, prices):
    done = run("compare", attack, against, "--data", prices, "--horizon", 2)
    assert done.code == 0
    assert "\nagainst minus attack: +" in done.out
    assert "luck alone does this" in done.out
    assert [line.split()[0] for line in done.out.splitlines()[1:3]] == ["attack", "against"]
    assert "Where they differ most:\n  +" in done.out


def test_a_copy_is_said_to_decide_the_same(run, attack, place, prices):
    (place / "copy.py").write_text((place / attack).read_text())
    done = run("compare", attack, "copy.py", "--data", prices)
    assert "\ncopy minus attack: 0 (they decide the same)" in done.out


def test_as_json_and_as_a_page(run, attack, against, prices):
    done = run("compare", attack, against, "--data", prices, "--horizon", 2, "--json", "--html", "page.html")
    document = json.loads(done.out)
    scores = [document["attackers"][name]["score"] for name in ("attack", "against")]
    assert document["differences"]["against"]["score"] == scores[1] - scores[0]
    assert "<article id=" in Path("page.html").read_text(encoding="utf-8")


def test_attackers_of_one_file_are_told_apart(run, attack, place, prices):
    both = (place / attack).read_text() + "\n\nclass Other(Trend):\n    sign = -1\n"
    (place / "both.py").write_text(both)
    done = run("compare", "both.py:Trend", "both.py:Other", "--data", prices)
    assert "both:Other minus both:Trend" in done.out


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["attack.py"], "there is nothing to compare: one attacker was given"),
        (["attack.py", "attack.py"], "the same attacker was given twice"),
        (["attack.py", "none.py"], "there is no such file"),
    ],
)
def test_wrong_use(run, attack, given, words):
    done = run("compare", *given)
    assert done.code == 2
    assert words in done.err


def test_saved_runs_are_compared_without_a_replay(run, attack, prices):
    for sign in (1, -1):
        run("replay", attack, "--data", prices, "--parameters", f'{{"sign": {sign}}}', "--keep")
    Path(attack).unlink()
    ids = [each.id for each in load_runs("runs")]
    scores = [each.score for each in load_runs("runs")]
    done = run("runs", "compare", *ids, "--data", prices, "--json")
    document = json.loads(done.out)
    assert list(document["attackers"]) == [f"Trend {each[-8:]}" for each in ids]
    (difference,) = document["differences"].values()
    assert difference["score"] == pytest.approx(scores[1] - scores[0])
    assert "there is nothing to compare: one run was given" in run("runs", "compare", ids[0]).err
    assert "there is no run 'xyz'" in run("runs", "compare", "xyz", ids[0]).err
