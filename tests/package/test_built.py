"""What is in the wheel and in the sdist, and what an index will show of them."""

from __future__ import annotations

import re
import tarfile
import zipfile
from html.parser import HTMLParser

import pytest
import readme_renderer.markdown
from packaging.metadata import Metadata

import midplot

from .conftest import ROOT


@pytest.fixture(scope="module")
def names(wheel):
    """Return the files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def metadata(wheel):
    """Return the metadata, which raises on whatever an index would refuse."""
    with zipfile.ZipFile(wheel) as archive:
        return Metadata.from_email(archive.read(f"midplot-{midplot.__version__}.dist-info/METADATA"), validate=True)


def files_in(folder):
    """Return the files of a folder of the clone, as its own paths; what Python and Jupyter leave there is none of them."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts)
    }


# The wheel


def test_the_wheel_has_the_package_and_nothing_else(names):
    expected = files_in("midplot") | {f"midplot/{name}" for name in files_in("notebooks")} | {"midplot_pytest.py"}
    about = {name for name in names if name.startswith(f"midplot-{midplot.__version__}.dist-info/")}
    assert names - about == expected


@pytest.mark.parametrize(
    "name",
    [
        "midplot/py.typed",
        "midplot/notebooks/quickstarter.ipynb",
        "midplot/notebooks/images/profit.svg",
        "midplot/scenarios/schemas/scenario.schema.json",
        "midplot/scenarios/schemas/movie.schema.json",
        "midplot/evidence/schemas/run.schema.json",
        "midplot/evidence/schemas/snapshot.schema.json",
        "midplot/streams/sample/X_train.parquet",
        "midplot/streams/sample/X_test.parquet",
        "midplot/views/static/controls.js",
        "midplot/views/static/view.css",
        "midplot/views/static/report.html",
    ],
)
def test_what_is_no_code_is_in_the_wheel(names, name):
    """Named once more: a file that the clone lost as well would not be missed above."""
    assert name in names


def test_the_wheel_is_for_every_system(wheel):
    assert wheel.name == f"midplot-{midplot.__version__}-py3-none-any.whl"


# The sdist


def test_the_sdist_has_what_builds_and_tests_the_package(sdist):
    with tarfile.open(sdist) as archive:
        top = f"midplot-{midplot.__version__}/"
        members = {member.name.removeprefix(top) for member in archive.getmembers()}
    for folder in ("midplot", "notebooks", "tests/package", ".github"):
        assert files_in(folder) - members == set()
    assert {"pyproject.toml", "hatch_build.py", "README.md", "CHANGELOG.md", "LICENSE", "Makefile"} <= members
    made = re.compile(r"(^|/)(__pycache__|\.venv|artefacts|dist|build|_build|\.\w+_cache)(/|$)")
    assert [name for name in members if made.search(name)] == []


# What an index shows


class Links(HTMLParser):
    """Collects where a page links to and what it shows."""

    def __init__(self, page):
        super().__init__()
        self.links, self.pictures = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name == "href":
                self.links.append(value)
            if name in ("src", "srcset"):
                self.pictures.append(value)


def test_the_description_has_no_relative_link(metadata):
    page = readme_renderer.markdown.render(metadata.description)
    found = Links(page)
    assert len(found.pictures) >= 2
    assert len(found.links) >= 5
    assert [link for link in found.links + found.pictures if not link.startswith(("https://", "#"))] == []


def test_the_description_links_to_files_of_this_version_that_exist(metadata):
    source = metadata.project_urls["Source"]
    tag = f"v{midplot.__version__}"
    own = re.findall(rf"{re.escape(source)}/(?:blob|raw|tree)/([^/]+)/([^)\"\s]+)", metadata.description)
    assert len(own) >= 8
    assert {version for version, _ in own} == {tag}
    assert [path for _, path in own if not (ROOT / path).exists()] == []


def test_nothing_but_the_links_differs_from_the_readme(metadata):
    source = re.escape(metadata.project_urls["Source"])
    readme = (ROOT / "README.md").read_text("utf-8")
    assert re.sub(rf"{source}/(blob|raw|tree)/[^/]+/", "", metadata.description).strip() == readme.strip()


def test_the_metadata_are_complete(metadata):
    assert str(metadata.version) == midplot.__version__
    assert metadata.description_content_type == "text/markdown"
    assert metadata.license_expression == "MIT"
    assert metadata.license_files == ["LICENSE"]
    assert metadata.summary
    assert metadata.keywords
    assert str(metadata.requires_python) == ">=3.11"
