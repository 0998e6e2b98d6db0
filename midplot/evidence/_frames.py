"""The tables of evidence. The only file here that loads pandas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

__all__ = ["luck_by_stream"]

_LUCK = ["stream_id", "score", "low", "high", "p", "z", "n_blocks"]


def luck_by_stream(titles: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    """Return one row per stream, indexed by its name, with the luck of the stream alone."""
    return pd.DataFrame(rows, index=pd.Index(titles, name="stream"), columns=_LUCK)
