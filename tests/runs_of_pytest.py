"""Runs pytest in a folder with an attacker, and reads what came of each test: for modules with a fixture `project`."""

from __future__ import annotations

import pytest

STATES = ("PASSED", "FAILED", "ERROR")


@pytest.fixture(name="run")
def run_pytest(pytester, project):
    """Run pytest in the folder, with warnings as errors."""

    def run(*options, attacker="attack.py"):
        given = () if attacker is None else ("--midplot-attacker", attacker)
        return pytester.runpytest_inprocess("-W", "error", *given, *options)

    return run


def outcomes(result) -> dict[str, str]:
    """Return the outcome of each test by its id."""
    lines = [line.partition(" ") for line in result.outlines]
    return {name.split(" - ")[0]: state for state, _, name in lines if state in STATES}
