"""The pytest plugin of midplot: options, a fixture, and scenario files as tests if an attacker is given.

It is a module beside the package, since pytest loads it at every start, and ``import midplot`` would load numpy. Nothing
of midplot is imported until an option or the fixture asks for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from midplot import Movie

__all__ = ["midplot_movie", "pytest_addoption", "pytest_configure"]

SCENARIOS = "scenarios"  # midplot.game.DEFAULT_FOLDER, which cannot be imported here


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, each of which can also be set in the configuration file."""
    group = parser.getgroup("midplot", "scenarios of midplot as tests")
    group.addoption(
        "--midplot-attacker",
        metavar="FILE.py[:NAME]",
        help="run each scenario file (*.json) among the arguments as a test of this attacker",
    )
    group.addoption(
        "--midplot-scenarios",
        metavar="PATH",
        help=f"the folder or movie file that the fixture midplot_movie loads (default: {SCENARIOS})",
    )
    parser.addini("midplot_attacker", "as --midplot-attacker, relative to this file")
    parser.addini("midplot_scenarios", "as --midplot-scenarios, relative to this file", default=SCENARIOS)


def pytest_configure(config: pytest.Config) -> None:
    """Turn scenario files into tests if an attacker is given."""
    attacker = _path_option(config, "midplot_attacker")
    if attacker is not None:
        from midplot.pytest_plugin import ScenarioTests

        config.pluginmanager.register(ScenarioTests(attacker), "midplot_scenario_tests")


@pytest.fixture(scope="session")
def midplot_movie(pytestconfig: pytest.Config) -> Movie:
    """Load the movie of --midplot-scenarios, or of midplot_scenarios in the configuration file, by default ``scenarios``."""
    from midplot import load_scenarios

    return load_scenarios(_path_option(pytestconfig, "midplot_scenarios") or SCENARIOS)


def _path_option(config: pytest.Config, name: str) -> str | None:
    """Return an absolute path: relative to where pytest was called on the command line, to its file in a configuration."""
    given: str | None = config.getoption(name)
    if given is not None:
        return str(config.invocation_params.dir / given)
    written: str = config.getini(name)
    home: Path = config.inipath.parent if config.inipath is not None else config.invocation_params.dir
    return str(home / written) if written else None
