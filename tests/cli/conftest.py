"""What the tests of the command line share: a way to run a command, an attacker's file, and saved scenarios."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from midplot import Stream
from midplot.cli import main
from midplot.scenarios._scenario import Scenario, Selection
from midplot.scenarios.store import save_scenario

ATTACKERS = '''
class Trend:
    """Follows the last move."""

    last = None
    sign = 1

    def tick_and_predict(self, x, horizon):
        before, self.last = self.last, x
        return 0 if before is None else self.sign * (x - before)

    def update_from_hyper_parameters(self, hyper_parameters):
        self.sign = hyper_parameters["sign"]

    def load_params(self, directory):
        with open(directory + "/sign.txt") as file:
            self.sign = float(file.read())
'''


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys):
    """Run the command line as a shell would."""

    def run(*arguments) -> Outcome:
        with pytest.raises(SystemExit) as ended:
            main([str(each) for each in arguments], prog_name="midplot")
        written = capsys.readouterr()
        return Outcome(ended.value.code or 0, written.out, written.err)

    return run


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch) -> Path:
    """Work in an empty folder of one's own, with what loading a file adds to Python's paths undone."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(sys, "path", list(sys.path))
    return tmp_path


@pytest.fixture
def attack(place) -> str:
    """Write a file with one attacker."""
    (place / "attack.py").write_text(ATTACKERS)
    return "attack.py"


@pytest.fixture
def save():
    """Save a scenario: a window in the middle of 20 values."""

    def save(name, expected, values=range(100, 120), folder="scenarios", **fields) -> Path:
        selection = Selection.of(Stream(values, name=name), 5, 12, horizon=3, epsilon=0.5)
        return save_scenario(Scenario(selection=selection, expected=expected, **fields), folder)

    return save


@pytest.fixture
def scenarios(save) -> list[Path]:
    """Save one scenario that Trend passes and one that it fails."""
    return [save("rising", 1), save("falling", 1, range(120, 100, -1), note="after the news", tags=("news",))]
