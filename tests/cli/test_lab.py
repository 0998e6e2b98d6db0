"""`midplot lab`: what it copies and what it leaves alone, how it starts JupyterLab, and what it says."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

import pytest

import midplot
from midplot.cli import _lab as lab
from midplot.errors import MidplotError

SHIPPED = Path(__file__).parents[2] / "notebooks"
PATIENCE = 90


@pytest.fixture
def served(monkeypatch):
    """Note how JupyterLab would be started, instead of starting it."""
    calls = []
    monkeypatch.setattr(lab, "_serve", lambda directory, **options: calls.append((directory, options)) or 0)
    return calls


@pytest.fixture
def shipped(place, monkeypatch):
    """Ship two small notebooks and a picture."""
    folder = place / "shipped"
    (folder / "images").mkdir(parents=True)
    for name in ("quickstarter.ipynb", "scenarios.ipynb", "images/profit.svg"):
        (folder / name).write_text(f"{name}, as shipped")
    monkeypatch.setattr(lab, "notebooks_folder", lambda: folder)
    return folder


# What is copied


def test_notebooks_and_pictures_are_copied(run, served, shipped, place):
    outcome = run("lab")
    assert outcome.code == 0
    assert outcome.out == "copied into midplot-lab: images/profit.svg, quickstarter.ipynb, scenarios.ipynb\n"
    for file in shipped.rglob("*.*"):
        assert (place / "midplot-lab" / file.relative_to(shipped)).read_text() == file.read_text()


def test_a_changed_notebook_stays_and_is_told(run, served, shipped, place):
    run("lab", "mine")
    (place / "mine" / "quickstarter.ipynb").write_text("worked on")
    (place / "mine" / "scenarios.ipynb").unlink()
    outcome = run("lab", "mine")
    assert outcome.out == (
        "copied into mine: scenarios.ipynb\n"
        "left as they are in mine: quickstarter.ipynb. Move one away to get a fresh copy.\n"
    )
    assert (place / "mine" / "quickstarter.ipynb").read_text() == "worked on"
    assert (outcome.code, len(served)) == (0, 2)


def test_a_second_time_nothing_is_copied_and_nothing_said(run, served, shipped):
    run("lab")
    assert run("lab").out == ""


def test_other_files_of_the_folder_stay(run, served, shipped, place):
    (place / "mine").mkdir()
    (place / "mine" / "notes.txt").write_text("mine")
    run("lab", "mine")
    assert (place / "mine" / "notes.txt").read_text() == "mine"


def test_a_file_in_the_place_of_the_folder_is_wrong_use(run, served, shipped, place):
    (place / "mine").write_text("a file")
    outcome = run("lab", "mine")
    assert outcome.code == 2
    assert "'mine' is a file" in outcome.err
    assert not served


def test_a_folder_that_cannot_be_made_is_told(run, served, shipped, place):
    (place / "file").write_text("no folder")
    outcome = run("lab", "file/mine")
    assert (outcome.code, served) == (2, [])
    assert re.fullmatch(
        r"midplot: lab: file/mine/\S+: Not a directory\. Name another folder: midplot lab FOLDER\.\n", outcome.err
    )


def test_the_real_notebooks_are_found_in_a_clone():
    assert lab.notebooks_folder() == SHIPPED


def test_in_an_installed_package_they_are_found_inside(tmp_path, monkeypatch):
    inside = tmp_path / "site-packages" / "midplot" / "notebooks"
    inside.mkdir(parents=True)
    (inside / "quickstarter.ipynb").write_text("{}")
    monkeypatch.setattr(midplot, "__file__", str(inside.parent / "__init__.py"))
    assert lab.notebooks_folder() == inside


def test_an_installation_without_notebooks_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(midplot, "__file__", str(tmp_path / "midplot" / "__init__.py"))
    with pytest.raises(MidplotError, match=r"there is no quickstarter\.ipynb in .* Install midplot again\."):
        lab.notebooks_folder()


# How JupyterLab is started


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], {"open_browser": True, "port": None}),
        (["--no-browser"], {"open_browser": False, "port": None}),
        (["--port", "9001"], {"open_browser": True, "port": 9001}),
    ],
)
def test_its_options(run, served, shipped, options, expected):
    assert run("lab", "mine", *options).code == 0
    assert served == [(Path("mine"), expected)]


def test_its_exit_code_is_that_of_jupyterlab(run, shipped, monkeypatch):
    monkeypatch.setattr(lab, "_serve", lambda *_, **__: 3)
    assert run("lab").code == 3


@pytest.mark.parametrize("name", lab.NEEDED)
def test_what_is_missing_is_named_with_the_extra(run, served, shipped, place, monkeypatch, name):
    monkeypatch.setattr(lab, "find_spec", lambda asked: None if asked == name else find_spec(asked))
    outcome = run("lab")
    assert (outcome.code, served) == (2, [])
    assert outcome.err == f"midplot: lab: {name} not found. Install what is missing: pip install {name}.\n"
    assert not (place / "midplot-lab").exists()


def test_a_real_server_opens_the_quickstarter_and_ends_when_told(place):
    command = [sys.executable, "-m", "midplot", "lab", "mine", "--no-browser", "--port", "0"]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    watchdog = threading.Timer(PATIENCE, server.terminate)
    watchdog.start()
    try:
        said = iter(server.stderr.readline, "")
        address = next(filter(None, (re.search(r"http://127\.0\.0\.1:\d+/\S+", line) for line in said))).group()
        assert "/lab/tree/quickstarter.ipynb?token=" in address
        server.send_signal(signal.SIGTERM)
        for _ in said:
            pass
        assert server.wait(PATIENCE) == 0
    finally:
        watchdog.cancel()
        server.terminate()  # not by force: that would leave JupyterLab running
        server.stderr.close()
        server.wait()
    assert (place / "mine" / "quickstarter.ipynb").read_bytes() == (SHIPPED / "quickstarter.ipynb").read_bytes()
