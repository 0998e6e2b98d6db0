"""Warnings that point at the line of the user, however deep in midplot they are raised."""

from __future__ import annotations

import sys
import warnings

__all__ = ["warn"]


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn, and name the first line outside midplot that led here.

    A counted ``stacklevel`` is wrong as soon as a function is put in between.
    """
    level, frame = 1, sys._getframe(0)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "midplot":
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)
