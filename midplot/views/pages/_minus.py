"""Negative numbers in HTML, with the minus sign that the axes of its charts have."""

from __future__ import annotations

import re
from typing import Final

from midplot._text import with_minus

__all__ = ["with_minus_in_html"]

# What a user wrote stands in `bdi`, and is left as it is.
_NOT_TEXT: Final = re.compile(r"(<bdi>.*?</bdi>|<style>.*?</style>|<script.*?</script>|<[^>]*>)", re.DOTALL)


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
