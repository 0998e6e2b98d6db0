"""The lazy ``__init__`` of a room: a module is loaded when one of its public names is first used."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

__all__ = ["door"]


def door(room: str, modules: dict[str, tuple[str, ...]]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return the module-level ``__getattr__`` and ``__dir__`` of a room.

    Rooms load lazily because scenarios are pydantic models, which take longer to build than everything else that
    ``import midplot`` loads, and because the views load plotly.

    Parameters
    ----------
    room
        The ``__name__`` of the package.
    modules
        The public names of each module, keyed by the module's name relative to the room.
    """
    where = {name: f"{room}.{module}" for module, names in modules.items() for name in names}

    def get(name: str) -> Any:
        if name not in where:
            # Python's own words: hasattr, pickle and doctest expect this error of a module.
            raise AttributeError(f"module {room!r} has no attribute {name!r}")
        return getattr(import_module(where[name]), name)

    return get, lambda: sorted(where)
