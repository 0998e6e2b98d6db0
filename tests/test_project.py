"""The project's own promises: one set of requirements, one version, constants equal to the game's."""

import importlib.metadata
import tomllib
from pathlib import Path

import midone
import pytest
import yaml

import midplot

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_conda_environment_equals_the_development_set(project):
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["lab"], *(each for each in extras["dev"] if each != "midplot[lab]")]
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    pip = next(each["pip"] for each in environment["dependencies"] if isinstance(each, dict))
    assert pip == ["-e .", *wanted]
    assert f"python{project['requires-python']}" in environment["dependencies"]


def test_the_version_is_one(project):
    assert project["version"] == midplot.__version__ == importlib.metadata.version("midplot")
    assert f"## {midplot.__version__}" in (ROOT / "CHANGELOG.md").read_text()


def test_constants_equal_the_game():
    assert (midplot.HORIZON, midplot.EPSILON) == (midone.HORIZON, midone.EPSILON)
    assert (midplot.UP, midplot.DOWN, midplot.NOTHING) == (1.0, -1.0, 0.0)


def test_every_public_name_exists():
    assert all(hasattr(midplot, name) for name in midplot.__all__)
