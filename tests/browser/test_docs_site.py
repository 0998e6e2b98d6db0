"""The documentation's site builds without a warning, is whole, and loads nothing from elsewhere; every page fits a phone."""

from __future__ import annotations

import importlib
import json
import re
from urllib.parse import unquote, urlsplit

import click
import pytest
from playwright.sync_api import expect
from sphinx.util.inventory import InventoryFile

from midplot.cli import main

from .docs_site import ROOT, PageReader, Site, built_site, served

PUBLIC = [
    "midplot",
    "midplot.streams",
    "midplot.checks._report",
    "midplot.training",
    "midplot.testing",
    "midplot.helpers",
]
MORE_PUBLIC = ["midplot.examples", "midplot.crunch", "midplot.test"]
INTERNAL = {"midplot.checks._check.check_result", "midplot.errors.did_you_mean"}
NOTEBOOKS = [path for path in sorted((ROOT / "notebooks").glob("*.ipynb")) if json.loads(path.read_text())["cells"]]


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Site:
    return built_site(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def pages(site) -> dict[str, PageReader]:
    return {page: PageReader((site.folder / page).read_text("utf-8")) for page in site.pages}


def test_builds_without_a_warning(site):
    assert (site.code, site.said) == (0, "")
    assert "index.html" in site.pages


def test_loads_nothing_from_elsewhere(pages):
    offsite = {(page, url) for page, read in pages.items() for url in read.loads if is_offsite(url)}
    assert offsite == set()


def test_styles_load_nothing_from_elsewhere(site):
    styles = list(site.folder.rglob("*.css"))
    urls = [url for path in styles for url in re.findall(r"(?:url\(|@import)\s*[\"']?([^\"')\s]+)", path.read_text())]
    assert styles
    assert [url for url in urls if is_offsite(url)] == []


def is_offsite(url):
    parts = urlsplit(url)
    return bool(parts.netloc) or parts.scheme not in ("", "data")


def test_what_is_loaded_and_linked_is_there(site, pages):
    missing = {
        (page, url)
        for page, read in pages.items()
        for url in [*read.loads, *read.links]
        if not urlsplit(url).scheme and not is_there(site.folder / page, url)
    }
    assert missing == set()


def is_there(page, url):
    target = unquote(urlsplit(url).path)
    return not target or (page.parent / target).resolve().exists()


def test_every_notebook_is_a_page_with_its_charts(site):
    for path in NOTEBOOKS:
        html = (site.folder / "tutorial" / f"{path.stem}.html").read_text("utf-8")
        charts = path.read_text("utf-8").count('"application/vnd.plotly.v1+json"')
        assert html.count('class="midplot-chart"') == charts
        assert ("plotly.min.js" in html) == bool(charts)
        assert "ReplayView(" not in html


def test_every_public_name_is_documented(site):
    inventory = InventoryFile.loads((site.folder / "objects.inv").read_bytes(), uri="")
    documented = {
        name.rpartition(".")[2] for kind, names in inventory.data.items() if kind[:2] == "py" for name in names
    }
    public = {
        f"{module}.{name}" for module in [*PUBLIC, *MORE_PUBLIC] for name in importlib.import_module(module).__all__
    }
    assert {name for name in public - INTERNAL if name.rpartition(".")[2] not in documented} == set()


def test_every_command_is_documented(pages):
    usages = [code.split() for code in pages["reference/cli.html"].code]
    shown = {" ".join(words[: words.index("[OPTIONS]")]) for words in usages if "[OPTIONS]" in words}
    assert shown == {" ".join(["midplot", *words]) for words in commands(main)} | {"midplot"}


def commands(group, path=()):
    """Yield the words of every command."""
    for name, command in group.commands.items():
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


# In the browser


@pytest.fixture(scope="module")
def address(site):
    with served(site.folder) as address:
        yield address


def test_every_page_fits_a_screen_and_a_phone(open_tab, site, address):
    page = open_tab().page
    for name in site.pages:
        page.goto(address + name)
        for width in (1280, 400):
            page.set_viewport_size({"width": width, "height": 800})
            # A page is as wide as its window; what is wider, such as a line of code, scrolls by itself.
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)


def test_the_charts_of_a_notebook_are_painted(open_tab, address):
    page = open_tab().page
    page.goto(f"{address}tutorial/quickstarter.html")
    charts = page.locator(".midplot-chart")
    assert charts.count() > 0
    for chart in charts.all():
        chart.scroll_into_view_if_needed()
        expect(chart.locator(".main-svg").first).to_be_visible()


def test_the_search_finds_a_page(open_tab, address):
    page = open_tab().page
    page.goto(f"{address}search.html?q=backoff")
    expect(page.locator("#search-results a").filter(has_text="Glossary").first).to_be_visible()


def test_a_formula_is_drawn(open_tab, address):
    page = open_tab().page
    page.goto(f"{address}scoring.html")
    formula = page.locator("div.math math")
    expect(formula).to_be_visible()
    assert formula.bounding_box()["height"] > 15
