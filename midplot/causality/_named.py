"""Finds the names that a function's code reads: globals, attributes, modules, and texts that may stand for names."""

from __future__ import annotations

import dis
import re
import site
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from types import CodeType, ModuleType
from typing import Any

__all__ = ["Names", "is_own", "names_in"]

# The opcodes of CPython 3.11 to 3.14. An unknown one costs a finding, never an accusation.
_GLOBALS = {"LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS"}
_ATTRIBUTES = {"LOAD_ATTR", "LOAD_METHOD", "LOAD_SUPER_ATTR", "IMPORT_FROM"}

_BY_TEXT = {"globals", "vars", "eval", "exec", "__import__", "import_module", "modules", "__dict__", "__globals__"}
"""Names of Python's own that turn a text into the name of a global. Where code uses none of them, texts are just texts."""

_IDENTIFIER = re.compile(r"[^\W\d]\w*")

_LONGEST_TEXT = 200
"""Characters of a text that may be an expression; what is longer is data."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the code of a function names, with the functions and comprehensions inside of it.

    Attributes
    ----------
    globals, attributes, modules
        The names that it reads as such; ``modules`` are those that it imports.
    constants
        The tuples, texts and bytes that are written in it.
    """

    globals: frozenset[str]
    attributes: frozenset[str]
    modules: frozenset[str]
    constants: tuple[Any, ...]


@lru_cache(maxsize=4096)
def names_in(code: CodeType) -> Names:
    """Return the names that a code object reads."""
    # Not co_names: it does not tell a global `values` from the attribute in `self.values`.
    listed = [each for inner in _nested(code) for each in dis.get_instructions(inner)]
    found = {
        kind: {str(each.argval) for each in listed if each.opname in opcodes}
        for kind, opcodes in (("globals", _GLOBALS), ("attributes", _ATTRIBUTES), ("modules", {"IMPORT_NAME"}))
    }
    constants = tuple(
        each for inner in _nested(code) for each in inner.co_consts if isinstance(each, tuple | str | bytes)
    )
    texts = (each for each in constants if isinstance(each, str) and len(each) <= _LONGEST_TEXT)
    written = {name for text in texts for name in _IDENTIFIER.findall(text)}
    if _BY_TEXT & (found["globals"] | found["attributes"]):
        found = {kind: names | written for kind, names in found.items()}
    elif "getattr" in found["globals"]:
        found["attributes"] |= written
    named = {kind: frozenset(names) for kind, names in found.items()}
    return Names(named["globals"], named["attributes"], named["modules"], constants)


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _nested(each)


def is_own(module: ModuleType | None) -> bool:
    """Tell whether a module is the user's: a notebook, a script, or a file that is neither Python's nor a library's.

    None stands for a module that is not loaded: code that was unpickled, or made by ``exec``, is the user's.
    """
    if module is None:
        return True
    if module.__name__ == "__main__":
        return True
    file = getattr(module, "__file__", None)
    return (
        isinstance(file, str) and module.__name__.partition(".")[0] != "midplot" and not file.startswith(_libraries())
    )


@cache
def _libraries() -> tuple[str, ...]:
    """Return the folders of code that the user did not write."""
    folders = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    return ("<frozen", *folders, site.getusersitepackages())
