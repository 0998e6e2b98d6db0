"""Runs the quick tests with each requirement of midplot at its floor: ``make lowest``.

The floors are read from pyproject.toml. What the requirements require, and what the tests themselves need, is the newest
that goes with them.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from .environments import PYTHONS, create, interpreters, with_uv

ROOT = Path(__file__).parents[2]
HOME = ROOT / "build" / "lowest"

TOOLS = ("hypothesis", "jsonschema", "midone", "polars", "pytest", "pytest-xdist")
"""What the tests below need that midplot does not."""

TESTS = (
    "tests/cli/test_commands.py",
    "tests/evidence/test_runs.py",
    "tests/money/test_account.py",
    "tests/play/test_parallel.py",
    "tests/scenarios/store/test_document.py",
    "tests/scenarios/test_scenario.py",
    "tests/streams/test_columns.py",
    "tests/streams/test_containers.py",
    "tests/streams/test_csv.py",
    "tests/streams/test_eager_and_lazy.py",
    "tests/streams/test_frames.py",
    "tests/streams/test_lazy.py",
    "tests/streams/test_readers.py",
    "tests/streams/test_times_of_files.py",
    "tests/test_pytest_plugin.py",
    "tests/views/test_check_cards.py",
    "tests/views/test_comparison.py",
    "tests/views/test_figure.py",
    "tests/views/test_later_cells.py",
    "tests/views/test_life.py",
    "tests/views/test_picture.py",
    "tests/views/test_replay_figure.py",
    "tests/views/test_replay_view.py",
    "tests/views/test_report_view.py",
    "tests/views/test_unknown_releases.py",
)
"""Those that use the requirements most: files, models, commands, workers, figures, widgets. They take about a minute."""


def main() -> int:
    """Make the environment anew, run the tests in it, and return their exit code."""
    python = interpreters().get(PYTHONS[0])
    if python is None:
        print(f"The oldest requirements are for Python {PYTHONS[0]}, which is not here.")
        return 1
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    floors = HOME / "floors.txt"
    lowest = ("--quiet", "--resolution", "lowest-direct", "--python", str(python), "--output-file", str(floors))
    with_uv("pip", "compile", *lowest, str(ROOT / "pyproject.toml"))
    environment = create(HOME, python)
    environment.install("--constraint", floors, "--editable", ROOT, *TOOLS)
    print("midplot with", *direct(floors.read_text("utf-8")), flush=True)
    return subprocess.run(
        [environment.python, "-m", "pytest", "-q", "-n", "2", *TESTS], cwd=ROOT, check=False
    ).returncode


def direct(floors: str) -> list[str]:
    """Return the floors of midplot's own requirements."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = {re.match(r"[\w-]+", each)[0] for each in project["dependencies"]}
    return [line for line in floors.splitlines() if line.partition("==")[0] in names]


if __name__ == "__main__":
    sys.exit(main())
