"""Times as a chart writes them: as short as possible, with what they have in common written once."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np

from midplot.streams._times import Times

__all__ = ["common_and_own", "time_texts"]

_UNITS: Final[tuple[Literal["D", "m", "s", "ms", "us", "ns"], ...]] = ("D", "m", "s", "ms", "us", "ns")


def time_texts(times: Times) -> list[str]:
    """Return times as texts, no more precise than necessary; an unknown time is an empty text.

    Examples
    --------
    >>> time_texts(np.array(["2024-01-02T09:00", "NaT", "2024-01-02T09:01"], dtype="datetime64[ns]"))
    ['2024-01-02 09:00', '', '2024-01-02 09:01']
    """
    known = ~np.isnat(times)
    # The coarsest unit in which no time loses anything.
    unit = next(u for u in _UNITS if (times[known] == times[known].astype(f"datetime64[{u}]")).all())
    texts = np.full(len(times), "", dtype=object)
    texts[known] = [text.replace("T", " ") for text in np.datetime_as_string(times[known], unit=unit).tolist()]
    written: list[str] = texts.tolist()
    return written


def common_and_own(texts: list[str]) -> tuple[str, list[str]]:
    """Split texts into the beginning that all of them share, and the rest of each.

    Examples
    --------
    >>> common_and_own(["2024-01-02 09:00", "2024-01-02 09:31"])
    ('2024-01-02 09:', ['00', '31'])
    """
    # What the alphabetically first and last text share, all texts between them share too.
    first, last = (min(texts), max(texts)) if texts else ("", "")
    n_common = next(
        (i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last))
    )
    common = first[:n_common]
    return common, [text[len(common) :] for text in texts]
