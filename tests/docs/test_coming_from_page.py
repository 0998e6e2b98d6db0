"""What the page for people from other tools names exists: here, in river and in midone."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import types
from pathlib import Path

import midone
import pytest

import midplot
from midplot import ReplayResults, replay
from midplot.crunch import Notebook
from midplot.streams import __all__ as of_streams
from midplot.training import Sweep
from midplot.training import __all__ as of_training

from .pages import ROOT
from .runner import parsed

PAGE = (ROOT / "docs" / "coming-from.md").read_text("utf-8")
OWNERS = {"result": ReplayResults, "crunch": Notebook(types.ModuleType("cells"), Path(), Path()), "sweep": Sweep}
NAMES = {*midplot.__all__, *of_streams, *of_training}
PARAMETERS = set(inspect.signature(replay).parameters)
METHODS = {"tick_and_predict", "tick", "predict", "update_from_hyper_parameters", "__init__"}
"""What an attacker may define."""
READERS_OWN = {"train", "infer", "data", "resources", "x", "history", "horizon"}
"""What the reader names, and what an attacker is given."""


def tables():
    """Return the rows of each table by the heading above it, as pairs of cells; `\\|` is no border."""
    found = {}
    for heading, text in re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL):
        rows = re.findall(r"^\| (.+?) \| (.+) \|$", text, re.MULTILINE)
        if rows:
            found[heading] = [row for row in rows if not row[0].startswith(("In ", "On "))]
    return found


TABLES = tables()


def spans(heading, column):
    return [code for row in TABLES[heading] for code in re.findall(r"`([^`]+)`", row[column])]


def is_here(code: str) -> bool:
    """Tell whether a span of code names something of midplot, with arguments that it takes."""
    if code.startswith("midplot "):
        return bool(parsed(code.split()[1:]).command_path)
    if "/" in code or code in READERS_OWN:
        return True
    if code.startswith(("from ", "midplot.")):
        module, _, name = re.sub(r"^from (\S+) import (\w+)$", r"\1.\2", code).rpartition(".")
        return hasattr(importlib.import_module(module), name) or bool(importlib.import_module(f"{module}.{name}"))
    if re.fullmatch(r"\w+=.*", code):
        return code.partition("=")[0] in PARAMETERS
    return all(map(is_named, ast.walk(ast.parse(code.replace("…", "...").replace("infer=...", "infer=None")))))


def is_named(node: ast.AST) -> bool:
    """Tell whether an attribute exists, and whether `replay` takes the arguments of a call."""
    if isinstance(node, ast.Attribute):
        owner = node.value.func if isinstance(node.value, ast.Call) else node.value
        return isinstance(owner, ast.Name) and owner.id in OWNERS and hasattr(OWNERS[owner.id], node.attr)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "replay":
        return {each.arg for each in node.keywords} <= PARAMETERS
    return True


@pytest.mark.parametrize("heading", TABLES)
def test_what_it_is_here_exists(heading):
    assert [code for code in spans(heading, 1) if not is_here(code)] == []


def test_bare_names_are_public():
    bare = {name for heading in TABLES for name in spans(heading, 1) if re.fullmatch(r"\w+", name)}
    assert len(bare) > 10
    assert bare - NAMES - PARAMETERS - METHODS - READERS_OWN == set()


def test_the_names_of_river_exist():
    dotted = [name for name in spans("river", 0) if re.fullmatch(r"[a-z_]+\.\w+", name)]
    assert len(dotted) > 10
    missing = [
        name
        for name in dotted
        if not hasattr(importlib.import_module(f"river.{name.split('.')[0]}"), name.split(".")[1])
    ]
    assert missing == []


def test_the_names_of_midone_exist():
    sources = "\n".join(path.read_text("utf-8") for path in Path(midone.__file__).parent.rglob("*.py"))
    names = {name for code in spans("midone", 0) for name in re.findall(r"\w+", code)} - {"MyAttacker", "attacker"}
    assert len(names) > 10
    assert [
        name for name in sorted(names) if not re.search(rf"(\bdef|\bclass) {name}\b|\b{name}\b ?[:=]", sources)
    ] == []
