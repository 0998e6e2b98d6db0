"""How the ``__init__`` of a room hands on its public names: each module is loaded when one of its names is asked for."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

__all__ = ["door"]


def door(room: str, modules: dict[str, tuple[str, ...]]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return the ``__getattr__`` and ``__dir__`` of a room.

    Rooms load lazily because scenarios are pydantic models, whose making takes longer than all else that
    ``import midplot`` needs, and because a view loads plotly.

    Parameters
    ----------
    room
        Its ``__name__``.
    modules
        The names that each module defines, by the module's name in the room.
    """
    where = {name: f"{room}.{module}" for module, names in modules.items() for name in names}

    def get(name: str) -> Any:
        if name not in where:
            raise AttributeError(f"module {room!r} has no attribute {name!r}")
        return getattr(import_module(where[name]), name)

    return get, lambda: sorted(where)
