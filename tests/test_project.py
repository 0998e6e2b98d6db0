"""The project's own promises: one set of requirements, one version, constants equal to the game's."""

import ast
import importlib.metadata
import re
import runpy
import sys
import tomllib
from pathlib import Path

import click
import midone
import pytest
import yaml

import midplot

ROOT = Path(__file__).parents[1]

DISTRIBUTIONS = {
    "PIL": "pillow",
    "distributed": "dask",
    "markdown_it": "markdown-it-py",
    "readme_renderer": "readme-renderer",
    "xdist": "pytest-xdist",
    "yaml": "pyyaml",
}
"""What packages are called where they are installed, if not as they are imported."""

COMES_WITH = {
    "IPython": "ipywidgets",
    "comm": "ipywidgets",
    "docutils": "sphinx",
    "nbclient": "myst-nb",
    "nbformat": "nbval",
    "pydantic_core": "pydantic",
    "traitlets": "ipywidgets",
}
"""Packages that are imported without being asked for, since another one that is asked for requires them."""

OPTIONAL = {
    "midplot/play/workers/_parallel.py": {"distributed"},
    "midplot/pytest_plugin.py": {"pytest"},
    "midplot/testing/_snapshot_tests.py": {"pytest"},
    "midplot_pytest.py": {"pytest"},
}
"""Packages that the user has where these files are reached: joblib was told of a Dask cluster, pytest loads its plugin."""

ASIDE = {"benchmarks/peer_rows.py": {"river"}}
"""A peer that is measured where it is installed."""


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
    assert "version" in project["dynamic"]
    assert midplot.__version__ == importlib.metadata.version("midplot")
    assert f"## {midplot.__version__}" in (ROOT / "CHANGELOG.md").read_text()


def test_the_docs_name_that_version(monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))  # it adds its extensions
    assert runpy.run_path(str(ROOT / "docs" / "conf.py"))["release"] == midplot.__version__


def test_every_schema_in_the_package_is_shown_in_the_reference_and_nowhere_twice():
    page = (ROOT / "docs" / "reference" / "schemas.md").read_text("utf-8")
    shown = {(ROOT / "docs" / "reference" / path).resolve() for path in re.findall(r"literalinclude\} (\S+)", page)}
    assert shown == set((ROOT / "midplot").rglob("*.schema.json"))
    assert set((ROOT / "docs").rglob("*.schema.json")) == set()


def test_constants_equal_the_game():
    assert (midplot.HORIZON, midplot.EPSILON) == (midone.HORIZON, midone.EPSILON)
    assert (midplot.UP, midplot.DOWN, midplot.NOTHING) == (1.0, -1.0, 0.0)


def test_every_public_name_exists():
    assert all(hasattr(midplot, name) for name in midplot.__all__)


def imports_of(file):
    """Return the packages that a file imports, at its top or inside its functions, and that are not Python's own."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module.partition(".")[0])
    return names - sys.stdlib_module_names - {"midplot", "midplot_pytest", "tests", "benchmarks", "docs"}


def asked_for(requirements):
    """Return the names of the distributions in a list of requirements, as pip compares them."""
    return {re.match(r"[\w.-]+", each).group().lower().replace("_", "-") for each in requirements}


def python_files(*places):
    files = [file for place in places for file in ([place] if place.is_file() else place.rglob("*.py"))]
    assert files
    return sorted(files)


def unknown_imports(files, requirements, aside):
    """Return the files whose imports are not among the requirements, with these imports."""
    asked = asked_for(requirements)
    missing = {}
    for file in files:
        name = file.relative_to(ROOT).as_posix()
        packages = imports_of(file) - aside.get(name, set())
        wanted = {each for each in packages if DISTRIBUTIONS.get(each, COMES_WITH.get(each, each)).lower() not in asked}
        if wanted:
            missing[name] = wanted
    return missing


def test_the_package_imports_only_what_it_depends_on(project):
    files = python_files(ROOT / "midplot", ROOT / "midplot_pytest.py")
    assert unknown_imports(files, project["dependencies"], OPTIONAL) == {}


def test_tests_and_docs_import_only_what_the_development_set_has(project):
    extras = project["optional-dependencies"]
    requirements = [*project["dependencies"], *extras["lab"], *extras["dev"]]
    assert unknown_imports(python_files(ROOT / "tests", ROOT / "docs", ROOT / "benchmarks"), requirements, ASIDE) == {}


@pytest.mark.parametrize(("package", "by"), COMES_WITH.items())
def test_what_comes_with_another_is_required_by_it(package, by):
    assert package.lower().replace("_", "-") in asked_for(importlib.metadata.requires(by))


@pytest.mark.parametrize("extra", ["cluster", "lab"])
def test_the_development_set_has_the_extras_of_users(project, extra):
    extras = project["optional-dependencies"]
    assert set(extras[extra]) <= {*extras["dev"], *(extras["lab"] if "midplot[lab]" in extras["dev"] else [])}


def test_nothing_subscripts_a_class_of_click_when_it_runs():
    # ParamType and others can be only since click 8.4; all commands failed with the versions before.
    checks = "if TYPE_CHECKING:"
    for file in python_files(ROOT / "midplot"):
        tree = ast.parse(file.read_text("utf-8"))
        typing_only = {
            inner
            for node in ast.walk(tree)
            if isinstance(node, ast.If) and ast.unparse(node).startswith(checks)
            for each in node.body
            for inner in ast.walk(each)
        }
        subscripted = [
            ast.unparse(node)
            for node in ast.walk(tree)
            if isinstance(node, ast.Subscript)
            and ast.unparse(node.value).startswith("click.")
            and node not in typing_only
            if isinstance(getattr(click, node.value.attr, None), type)
        ]
        assert not subscripted, f"{file}: {subscripted}"


def test_the_source_distribution_has_what_the_tests_read():
    """Whatever a test names beside the folders of the project has to be in the sdist, or the test fails there."""
    packed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["sdist"][
        "include"
    ]
    read = {
        name
        for file in python_files(ROOT / "tests")
        for name in re.findall(r'(?:ROOT|parents\[\d\]) / "([^"]+)"', file.read_text("utf-8"))
    }
    assert {"environment.yml", "Makefile", "docs", "notebooks"} <= read
    assert read - {"pyproject.toml", "build", "dist"} <= set(packed)  # the first is always packed, the others are made
    assert [each for each in packed if not (ROOT / each).exists()] == []


def test_nothing_says_to_install_the_package_of_the_same_name_from_an_index():
    """What an index calls midplot is another, empty package."""
    wrong = re.compile(r"pip\w* install [^`\n]*?(?<![\w./*-])midplot(?![\w.-])")
    assert wrong.search("pip install midplot")
    assert wrong.search("pip install -U 'midplot[lab]'")
    assert not wrong.search("pip install path/to/midplot-*.whl")
    assert not wrong.search("pip install '.[lab]'")
    texts = [
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "notebooks").glob("*.ipynb"),
        *ROOT.glob("*.md"),
        *ROOT.glob("*.yml"),
        *(ROOT / ".github").rglob("*.yml"),
    ]
    texts += python_files(ROOT / "midplot", ROOT / "midplot_pytest.py")
    found = [(file.relative_to(ROOT), hit.group()) for file in texts for hit in wrong.finditer(file.read_text("utf-8"))]
    assert found == []
