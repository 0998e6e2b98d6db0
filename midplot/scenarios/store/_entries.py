"""Takes the text of a movie's file apart into its entries, each as it stands there, to the byte."""

from __future__ import annotations

import json
import re
from typing import Any

from midplot.errors import ScenarioError

__all__ = ["split_movie"]

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


def split_movie(content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Return what a movie's file holds beside its scenarios, and the text of each scenario.

    What is wrong inside an entry, such as a key given twice or a broken character, is for the reader of that entry.

    Raises
    ------
    ScenarioError
        If it is not JSON, or no object with one list of ``scenarios``.
    """
    try:
        return _Text(content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")).movie()
    except (ValueError, RecursionError, IndexError) as error:
        if isinstance(error, ScenarioError):
            raise
        raise ScenarioError(f"it is damaged: not JSON ({error})", advice="Restore it, or delete it.") from error


class _Text:
    """A place in a text, which moves on as the text is read."""

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
        self.at += len(sign) * is_there
        return is_there

    def expect(self, sign: str) -> None:
        if not self.found(sign):
            raise ValueError(f"expected {sign!r} at character {self.at}")
