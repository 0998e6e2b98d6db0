"""Reads from a PDF of Chromium what stands on which page, in reading order: by its tags, without a library for PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_OBJECT = re.compile(rb"^(\d+) 0 obj\s(.*?)^endobj", re.DOTALL | re.MULTILINE)
_HEADINGS = {"H1", "H2", "H3", "H4", "H5", "H6", "Caption"}


@dataclass(frozen=True)
class Piece:
    """A piece of text: the page that it is on, and the number of the heading that it belongs to, if any."""

    page: int
    heading: int | None


class Printed:
    """A tagged PDF."""

    def __init__(self, pdf: bytes) -> None:
        self._objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
        self._pages: dict[int, int] = {}
        catalog = next(body for body in self._objects.values() if b"/Type /Catalog" in body)
        self._count(_reference(catalog, b"Pages"))
        root = self._objects[_reference(catalog, b"StructTreeRoot")]
        self.pieces = [piece for each in _kids(root) for piece in self._below(each, None)]

    @property
    def n_pages(self) -> int:
        """The number of pages."""
        return len(self._pages)

    def stranded(self) -> list[tuple[int, int]]:
        """Return the headings that end a page while what they head is on another: the page, and that other page."""
        following = zip(self.pieces, self.pieces[1:], strict=False)
        return [
            (one.page, other.page)
            for one, other in following
            if one.heading is not None and other.heading != one.heading and other.page != one.page
        ]

    @property
    def n_headings(self) -> int:
        """The number of headings."""
        return len({piece.heading for piece in self.pieces} - {None})

    def _count(self, number: int) -> None:
        body = self._objects[number]
        if b"/Type /Pages" not in body:
            self._pages[number] = len(self._pages)
            return
        for kid in re.findall(rb"(\d+) 0 R", re.search(rb"/Kids \[(.*?)\]", body, re.DOTALL)[1]):
            self._count(int(kid))

    def _below(self, number: int, heading: int | None) -> Iterator[Piece]:
        body = self._objects[number]
        role = re.search(rb"^/S /(\w+)", body, re.MULTILINE)
        if role and role[1].decode() in _HEADINGS:
            heading = number
        kids = _kids(body)
        for kid in kids:
            yield from self._below(kid, heading)
        page = re.search(rb"/Pg (\d+) 0 R", body)
        if page and not kids:
            yield Piece(self._pages[int(page[1])], heading)


def _reference(body: bytes, name: bytes) -> int:
    return int(re.search(rb"/" + name + rb" (\d+) 0 R", body)[1])


def _kids(body: bytes) -> list[int]:
    found = re.search(rb"^/K (\[.*?\]|\d+ 0 R)", body, re.DOTALL | re.MULTILINE)
    return [int(each) for each in re.findall(rb"(\d+) 0 R", found[1])] if found else []
