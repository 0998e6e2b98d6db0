"""Negative numbers on a page, with the minus sign that the axes of its charts have."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["with_minus", "with_minus_in_html"]

# A hyphen between letters or digits belongs to a name or a date.
_NEGATIVE: Final = re.compile(r"(?<![\w.−-])-(?=[\d∞.])")

# What a user wrote stands in `bdi`, and is left as it is.
_NOT_TEXT: Final = re.compile(r"(<bdi>.*?</bdi>|<style>.*?</style>|<script.*?</script>|<[^>]*>)", re.DOTALL)


def with_minus(text: str) -> str:
    """Return a text whose negative numbers have a minus sign.

    Examples
    --------
    >>> with_minus("-0.5 at 2024-01-02, 95%: -92.5 to +1,320")
    '−0.5 at 2024-01-02, 95%: −92.5 to +1,320'
    """
    return _NEGATIVE.sub("−", text)


def with_minus_in_html(html: str) -> str:
    """Return HTML whose texts have a minus sign in negative numbers; tags, and what users wrote, stay as they are.

    Examples
    --------
    >>> with_minus_in_html('<td data-value="-1"><bdi>-1</bdi> -1</td>')
    '<td data-value="-1"><bdi>-1</bdi> −1</td>'
    """
    pieces = _NOT_TEXT.split(html)
    pieces[::2] = map(with_minus, pieces[::2])
    return "".join(pieces)
