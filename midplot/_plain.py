"""Plain data that always fits into JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

__all__ = ["as_json", "finite"]


def finite(data: Any) -> Any:
    """Return plain data with None in place of NaN and infinity, which JSON does not have.

    Examples
    --------
    >>> finite({"share": 0.5, "scores": [float("inf"), 3, float("nan")]})
    {'share': 0.5, 'scores': [None, 3, None]}
    """
    if isinstance(data, Mapping):
        return {key: finite(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [finite(value) for value in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data


def as_json(data: Any, indent: int | None = 2) -> str:
    r"""Return plain data as JSON in pure ASCII, which every terminal and file can hold.

    Parameters
    ----------
    data
        Mappings, sequences, text, numbers, None. Numbers that are not finite become null.
    indent
        Spaces per level; None puts everything on one line.

    Examples
    --------
    >>> as_json({"name": "Zürich", "share": float("nan")}, indent=None)
    '{"name": "Z\\u00fcrich", "share": null}'
    """
    # allow_nan=False: a NaN that slipped through must fail here, not in whoever parses the document.
    return json.dumps(finite(data), indent=indent, allow_nan=False)
