"""The wheel under the other versions of Python that are at hand: imports, the README's example, a command, pytest."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from .environments import create, interpreters
from .journey import import_every_name, run_pytest, run_the_example, write_attack_and_data

OTHERS = [pytest.param(path, id=version) for version, path in interpreters().items() if path != Path(sys.executable)]


@pytest.mark.parametrize("python", OTHERS)
def test_the_wheel_works_under_another_python(python, wheel, tmp_path):
    environment = create(tmp_path, python)
    environment.install(wheel, "pytest")
    import_every_name(environment)
    write_attack_and_data(environment)
    run_the_example(environment)
    environment.run("midplot", "replay", "attack.py", "--data", "data", "--html", "report.html")
    run_pytest(environment)
