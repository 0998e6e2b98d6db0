"""The files that `make dist` has built, and fresh environments with the wheel in them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from .environments import PYTHONS, Environment, create, interpreters

ROOT = Path(__file__).parents[2]


def pytest_report_header():
    """Say which versions of Python the wheel is tried under, and which are not to be had here."""
    found = interpreters()
    missing = [version for version in PYTHONS if version not in found]
    lines = [f"Python {version}: {path}" for version, path in found.items()]
    return lines + [f"Python {', '.join(missing)}: not found"] * bool(missing)


def built(pattern: str) -> Path:
    """Return the one built file of a kind."""
    found = list((ROOT / "dist").glob(pattern))
    assert len(found) == 1, f"dist has {len(found)} files {pattern}: run `make dist`"
    return found[0]


@pytest.fixture(scope="session")
def wheel() -> Path:
    """Return the path of the wheel."""
    return built("midplot-*.whl")


@pytest.fixture(scope="session")
def sdist() -> Path:
    """Return the path of the source distribution."""
    return built("midplot-*.tar.gz")


@pytest.fixture(scope="session")
def plain(wheel, tmp_path_factory) -> Environment:
    """Return an environment with the wheel and what it requires, without extras and without pytest."""
    environment = create(tmp_path_factory.mktemp("plain"), sys.executable)
    environment.install(wheel)
    return environment


@pytest.fixture(scope="session")
def with_pytest(wheel, tmp_path_factory) -> Environment:
    """Return an environment with the wheel and pytest."""
    environment = create(tmp_path_factory.mktemp("pytest"), sys.executable)
    environment.install(wheel, "pytest")
    return environment
