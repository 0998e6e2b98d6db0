"""Warnings that point at the user's own line, however deep inside midplot they are raised."""

from __future__ import annotations

import sys
import warnings

__all__ = ["warn"]


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn at the first line outside midplot that led here.

    A fixed ``stacklevel`` goes wrong as soon as another function is called in between.
    """
    # Python 3.12 has skip_file_prefixes for this; 3.11 has not.
    level, frame = 1, sys._getframe(0)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "midplot":
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)
