"""What the page for contributors names exists: files, folders, functions, classes and their members."""

from __future__ import annotations

import re
from functools import cache

from .pages import ROOT

PAGE = (ROOT / "docs" / "contributing.md").read_text("utf-8")
NAMED = re.findall(r"`([^`\n]+)`", re.sub(r"^(```|~~~).*?^\1", "", PAGE, flags=re.MULTILINE | re.DOTALL))
MADE = frozenset(
    {"midplot-lab", "docs/_build/html", "node_modules", ".venv", "utils.py", "attack.py", "data/", "dist/"}
)
"""What others make, what an example calls its own, and what there is not."""


@cache
def files() -> list[str]:
    """Return the paths of all sources, tests and pages, with their folders."""
    found = [file for file in ROOT.iterdir() if file.is_file()]
    for folder in ("midplot", "tests", "docs", "benchmarks", ".github"):
        found += [path for path in (ROOT / folder).rglob("*") if not {"__pycache__", "_build"} & set(path.parts)]
    return [f"/{path.relative_to(ROOT).as_posix()}{'/' * path.is_dir()}" for path in found]


@cache
def sources() -> str:
    return "\n".join((ROOT / name[1:]).read_text("utf-8") for name in files() if name.endswith((".py", ".js")))


def test_files_and_folders_exist():
    paths = {name for name in NAMED if re.fullmatch(r"[\w./-]+(\.(py|js|jsonc|toml|yml)|/)", name)} - MADE
    assert len(paths) > 50
    missing = [path for path in sorted(paths) if not any(name.endswith(f"/{path}") for name in files())]
    assert missing == []


def test_functions_classes_and_members_exist():
    names = {name for name in NAMED if re.fullmatch(r"(\w+\.)?\w+(\(\))?", name)}
    called = {name[:-2] for name in names if name.endswith("()")}
    members = {name for name in names if re.fullmatch(r"[A-Z]\w*[a-z]\w*\.\w+(\(\))?", name)}
    assert len(called) > 20
    assert len(members) > 5
    missing = [name for name in sorted(called | members) if not is_defined(*name.removesuffix("()").split("."))]
    assert missing == []


def is_defined(*name: str) -> bool:
    *owner, own = name
    defined = rf"(\bdef|\bfunction) {own}\b|^\s+(self\.)?{own}\b.* = |\b{own}:"
    classes = [rf"^class {each}\b" for each in owner]
    return all(re.search(pattern, sources(), re.MULTILINE) for pattern in [defined, *classes])
