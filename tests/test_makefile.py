"""What `make test` runs and says, tried in an empty folder with programs that only say that they were run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def features() -> str:
    """Return what this system's make is capable of; nothing where there is none."""
    if shutil.which("make") is None:
        return ""
    asked = "features:\n\t@echo $(.FEATURES)\n"
    return subprocess.run(["make", "-f", "-"], input=asked, capture_output=True, text=True, check=False).stdout


pytestmark = pytest.mark.skipif("output-sync" not in features(), reason="Windows has no make, and macOS one of 2006")

MAKEFILE = Path(__file__).parents[1] / "Makefile"
PROGRAMS = ("deno", "lint-imports", "mypy", "python", "ruff", "uv")
TOLD = '#!/bin/sh\necho "$(basename "$0") $* [$PYTHONDONTWRITEBYTECODE]"\n'

# What each target is known by among what was run.
RUN = {
    "lint": r"ruff check \.",
    "types": r"mypy +\[",
    "imports": r"lint-imports +\[",
    "scripts": r"deno test ",
    "unit": r"python -m pytest -p tests\.lean -n 2 \[",
    "notebooks": r"python -m pytest .*--nbval .*notebooks ",
    "dist": r"uv build ",
    "wheel": r"python -m pytest .*tests/package/test_installed\.py ",
    "lowest": r"python -m tests\.package\.lowest ",
}


@pytest.fixture
def clone(tmp_path):
    """Return a folder with the Makefile, and an environment in which every program says what it was asked and succeeds."""
    shutil.copy(MAKEFILE, tmp_path)
    for name in ("pyproject.toml", "hatch_build.py", "midplot/game.py", "tests/browser/ensure_chromium.sh"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / ".venv/bin").mkdir(parents=True)
    for name in PROGRAMS:
        program(tmp_path, name, TOLD)
    for name in (".made", ".run", ".dev"):
        (tmp_path / ".venv" / name).touch()
    return tmp_path


def program(clone, name: str, script: str) -> None:
    (clone / ".venv/bin" / name).write_text(script)
    (clone / ".venv/bin" / name).chmod(0o755)


def make_test(clone) -> subprocess.CompletedProcess[str]:
    # A make that runs these tests has told its children of itself.
    own = {name: text for name, text in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    said = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.run(["make", "test"], cwd=clone, env=own, check=False, **said)


def test_it_runs_everything(clone):
    ended = make_test(clone)
    assert ended.returncode == 0, ended.stdout
    assert [target for target, pattern in RUN.items() if not re.search(pattern, ended.stdout)] == []


def test_what_is_compiled_is_kept_whatever_the_shell_says(clone, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    told = re.findall(r"^(?:mypy|python) .*\[(.*)\]$", make_test(clone).stdout, re.MULTILINE)
    assert len(told) >= 6
    assert set(told) == {""}


@pytest.mark.parametrize("fails", ["mypy", "ruff", "deno", "lint-imports", "uv"])
def test_if_one_fails_it_fails_and_names_the_target(clone, fails):
    program(clone, fails, "#!/bin/sh\necho wrong\nexit 3\n")
    ended = make_test(clone)
    assert ended.returncode == 2
    target = {"mypy": "types", "ruff": "lint", "deno": "scripts", "lint-imports": "imports", "uv": "dist"}[fails]
    assert re.search(rf"\[Makefile:\d+: {target}\] Error 3", ended.stdout), ended.stdout


# It waits until the other one runs too, so that what both say would be mixed.
MEETS = f"""#!{sys.executable}
import pathlib, sys, time
here = pathlib.Path(__file__)
print("first of", here.name, flush=True)
here.with_suffix(".runs").touch()
others = [here.with_name(name + ".runs") for name in ("lint-imports", "mypy")]
given_up = time.monotonic() + 60
while not all(each.exists() for each in others):
    if time.monotonic() > given_up:
        sys.exit("alone")
    time.sleep(0.01)
print("last of", here.name)
"""


def test_two_targets_run_at_a_time_and_what_they_say_is_not_mixed(clone):
    for name in ("lint-imports", "mypy"):
        program(clone, name, MEETS)
    ended = make_test(clone)
    assert ended.returncode == 0, ended.stdout
    lines = re.findall(r"^(?:first|last) of (.*)", ended.stdout, re.MULTILINE)
    assert lines in (["lint-imports"] * 2 + ["mypy"] * 2, ["mypy"] * 2 + ["lint-imports"] * 2)
