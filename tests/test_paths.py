"""Paths with a ``~``: wherever one is taken."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest
from click.testing import CliRunner

from midplot import crunch, replay
from midplot._files import given_path
from midplot.cli import main
from midplot.errors import ArgumentError
from midplot.examples import MomentumAttacker
from midplot.play._attacker import InferParameters


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    return tmp_path


def test_a_path_without_a_tilde_stays_as_it_is(home):
    for path in ("a/~b", "./~", "x.csv", Path("a")):
        assert given_path(path) == Path(path)
    assert given_path("~") == home
    with pytest.raises(ArgumentError, match="here: there is no folder for '~no-such-user'"):
        given_path("~no-such-user/a", "here")


def test_a_report(home):
    result = replay([[1.0, 2.0, 3.0]], infer=MomentumAttacker, dry=True)
    assert result.to_html("~/reports/one.html") == home / "reports" / "one.html"
    assert (home / "reports" / "one.html").is_file()


def test_the_folder_of_a_model(home):
    assert InferParameters(model_directory_path="~/models").model_directory_path == str(home / "models")
    assert InferParameters(model_directory_path="models/~").model_directory_path == "models/~"


def test_the_folders_of_the_notebook(home):
    module = types.ModuleType("made")
    notebook = crunch.load_notebook(module, "~/resources", "~/data")
    assert (notebook.model_directory, notebook.data_directory) == (home / "resources", home / "data")


@pytest.mark.skipif(sys.platform == "win32", reason="the shell's own home")
def test_commands(home, tmp_path):
    (home / "data.csv").write_text("value\n" + "1.5\n2.5\n" * 50)
    (home / "attack.py").write_text("def infer(stream):\n    yield\n    for _ in stream:\n        yield 1.0\n")
    done = CliRunner().invoke(
        main,
        ["replay", str(home / "attack.py"), "--data", "~/data.csv", "--html", "~/report.html"],
        catch_exceptions=False,
    )
    assert done.exit_code == 0, done.output
    assert (home / "report.html").is_file()
