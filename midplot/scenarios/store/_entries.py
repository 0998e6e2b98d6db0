"""Splits the text of a movie's file into its entries, each unchanged to the byte.

Entries that this midplot cannot read, say from a newer version, are kept when the movie is saved again. A JSON parser
alone cannot do that, because writing a parsed value again need not give the same text.
"""

from __future__ import annotations

import json
import re
from typing import Any

from midplot.errors import ScenarioError

__all__ = ["split_movie"]

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


def split_movie(content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Return what a movie's file holds besides its scenarios, and the text of each scenario.

    Faults inside an entry, such as a key given twice or a broken character, are left to the reader of that entry.

    Raises
    ------
    ScenarioError
        If it is not JSON, or not an object with one list of ``scenarios``.
    """
    try:
        # surrogateescape carries broken bytes through the text and back unchanged.
        return _Text(content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")).movie()
    except (ValueError, RecursionError, IndexError) as error:
        if isinstance(error, ScenarioError):  # which is a ValueError too
            raise
        raise ScenarioError(f"it is damaged: not JSON ({error})", advice="Restore it, or delete it.") from error


class _Text:
    """A text and the position up to which it has been read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def movie(self) -> tuple[dict[str, Any], list[bytes]]:
        head: dict[str, Any] = {}
        entries: list[bytes] | None = None
        self.expect("{")
        while not self.found("}"):
            if head or entries is not None:
                self.expect(",")
            key = self.value()
            self.expect(":")
            if key in head or (key == "scenarios" and entries is not None):
                raise ScenarioError(f"it gives {key!r} twice", advice="Leave one of them.")
            if key == "scenarios":
                entries = self.entries()
            else:
                head[key] = self.value()
        if entries is None:
            raise ScenarioError("it has no list under 'scenarios'", advice="Save the movie again.")
        return head, entries

    def entries(self) -> list[bytes]:
        found: list[bytes] = []
        self.expect("[")
        while not self.found("]"):
            if found:
                self.expect(",")
            self.skip()
            start = self.at
            self.value()
            found.append(self.text[start : self.at].encode("utf-8", "surrogateescape"))
        return found

    def value(self) -> Any:
        self.skip()
        value, self.at = _DECODER.raw_decode(self.text, self.at)
        return value

    def skip(self) -> None:
        space = _SPACE.match(self.text, self.at)
        self.at = space.end() if space else self.at

    def found(self, sign: str) -> bool:
        self.skip()
        is_there = self.text.startswith(sign, self.at)
        self.at += len(sign) * is_there  # True counts as 1
        return is_there

    def expect(self, sign: str) -> None:
        if not self.found(sign):
            raise ValueError(f"expected {sign!r} at character {self.at}")
