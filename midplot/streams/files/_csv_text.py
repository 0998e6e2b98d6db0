"""The text of a CSV file: it is decompressed and decoded, its header found, its separator recognised, its lines counted."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final

from midplot._text import counted
from midplot.errors import StreamError

__all__ = ["COMPRESSED", "CsvText", "Dialect"]

COMPRESSED: Final = {".gz": "gzip", ".bz2": "bz2", ".zst": "zstd"}
"""Arrow's name of the compression, by the suffix of the file."""

SEPARATORS: Final = ",;\t|"

SAMPLE: Final = 1 << 18
"""Bytes at the start of a file by which its header and separator are recognised."""

_SAMPLE_ROWS: Final = 200  # enough that a wrong separator does not fit all of them by chance

# All three ends of lines; an \r alone is what old spreadsheets on a Mac write.
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|$)")

_SEPARATOR_LINE: Final = re.compile(r"sep=(.)\s*", re.IGNORECASE)
"""A line above the header by which spreadsheets tell each other the separator."""

# "utf-16" reads the mark itself, and tells by it which of two bytes comes first.
_BOMS: Final = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a CSV file is written, as far as the user says; None for anything to be recognised.

    Attributes
    ----------
    separator
        The character between two fields.
    decimal
        The decimal mark of numbers.
    encoding
        The encoding of the text.
    """

    separator: str | None = None
    decimal: str | None = None
    encoding: str | None = None


class CsvText:
    """The text of one CSV file.

    Parameters
    ----------
    path
        The file.
    dialect
        How it is written, as far as the user says.

    Raises
    ------
    StreamError
        If it is empty or not text, or its separator cannot be recognised.
    """

    def __init__(self, path: Path, dialect: Dialect) -> None:
        self.path = path
        self._dialect = dialect
        with self._unpacked() as file:
            start = file.read(4)
        self._encoding = dialect.encoding or next((e for bom, e in _BOMS.items() if start.startswith(bom)), "utf-8")
        sample = next(self._decoded(SAMPLE), "")
        lines = [line for line in _LINE.findall(sample) if line]
        # Blank lines and comments may stand above the header.
        preamble = next((at for at, line in enumerate(lines) if line.strip() and line[0] != "#"), len(lines))
        if preamble == len(lines):
            raise StreamError(
                "the file cannot be read (it is empty)",
                where=path,
                advice="Write it again, as parquet or CSV.",
            )
        commented = self._commented_header(lines, preamble)
        if commented is not None:
            preamble -= 1
            header_line, lines = lines[preamble], [*lines[:preamble], commented, *lines[preamble + 1 :]]
        declared = _SEPARATOR_LINE.fullmatch(lines[preamble])
        preamble += bool(declared and lines[preamble + 1 :])
        self.separator = declared[1] if declared and not dialect.separator else self._recognised(lines[preamble:])
        # By Python's reader, for a quoted name in the header may contain line breaks.
        reader = csv.reader(lines[preamble:], delimiter=self.separator)
        self.header = next(reader)
        self._header_lines = preamble + reader.line_num
        # Counted in UTF-8, whatever the encoding of the file, since `_Rows` skips them after decoding.
        if commented is not None:
            lines[preamble] = header_line
        self._skipped = sum(len(line.encode()) for line in lines[: self._header_lines])

    # Looking

    @cached_property
    def has_blank_values(self) -> bool:
        """Whether a blank line is a row: in a file with one column it is an empty field."""
        return len(self.header) == 1

    def rows(self) -> IO[bytes]:
        """Open the rows below the header, as UTF-8."""
        return io.BufferedReader(_Rows(self, self._skipped), 1 << 20)

    def line(self, row: int) -> int:
        """Return the number of the line in which a row begins; rows count from 0 below the header."""
        return next(islice((first for first, _, _ in self._records()), row, None), 0)

    def check_fields(self) -> None:
        """Raise for the first row that has more or fewer fields than the header.

        Raises
        ------
        StreamError
            The error names the line of the row.
        """
        n = len(self.header)
        for first, _, fields in self._records():
            if len(fields) != n:
                too_many = self.separator == "," and len(fields) > n
                hint = " If a comma is the decimal mark, separate the fields by a semicolon." if too_many else ""
                raise StreamError(
                    f"the row has {counted(len(fields), 'field')}, but the header has {n}",
                    where=f"{self.path}, line {first}",
                    advice=f"Give each row one field for each name in the header.{hint}",
                )

    def check_quotes(self) -> None:
        """Raise if a quotation mark is opened and never closed: everything after it would be a single field.

        Raises
        ------
        StreamError
            The error names the line of the row in which it is opened.
        """
        following = self._header_lines + 1
        try:
            for _, following, _ in self._records(strict=True):  # noqa: B007 -- it is the last that counts
                pass
        except csv.Error:
            raise StreamError(
                "a quotation mark is opened and never closed",
                where=f"{self.path}, line {following}",
                advice="Close it, or remove it.",
            ) from None

    # Reading

    def _unpacked(self) -> IO[bytes]:
        packing = COMPRESSED.get(self.path.suffix.lower())
        if packing is None:
            return self.path.open("rb")
        import pyarrow as pa

        stream: IO[bytes] = pa.CompressedInputStream(pa.OSFile(str(self.path)), packing)
        return stream

    def _decoded(self, size: int) -> Iterator[str]:
        """Yield the text piece by piece, and raise at anything that is not text."""
        decoder = codecs.getincrementaldecoder(self._encoding)()
        n_lines, first = 0, True
        with self._unpacked() as file:
            while True:
                content = file.read(size)
                try:
                    text = decoder.decode(content, final=not content)
                except UnicodeError as error:
                    raise self._not_decoded(error, n_lines) from error
                if first:  # a mark of the byte order that the encoding itself does not remove
                    text, first = text.removeprefix("\ufeff"), not text and bool(content)
                if "\0" in text:
                    line = n_lines + _n_lines(text[: text.index("\0")]) + 1
                    raise StreamError(
                        "there is a NUL byte, which text cannot contain",
                        where=f"{self.path}, line {line}",
                        advice="Write the file again; if it is UTF-16, give encoding='utf-16-le'.",
                    )
                n_lines += _n_lines(text)
                if text:
                    yield text
                if not content:
                    return

    def _not_decoded(self, error: UnicodeError, n_lines: int) -> StreamError:
        line = n_lines + 1
        if isinstance(error, UnicodeDecodeError):
            line += _n_lines(error.object[: error.start].decode(self._encoding, "replace"))
        name = self._encoding.removesuffix("-sig").upper()
        advice = "Save it as UTF-8, or give the encoding that it has."
        if self._dialect.encoding is None:
            advice = "Give encoding='cp1252' if it comes from a spreadsheet on Windows, or save it as UTF-8."
        return StreamError(
            f"the text is not {name}",
            where=f"{self.path}, line {line}",
            advice=advice,
        )

    def _lines(self) -> Iterator[str]:
        rest = ""
        for text in self._decoded(1 << 20):
            lines = _LINE.findall(rest + text)[:-1]
            # The last line may continue in the next piece, and an \r at its end may be the first half of an \r\n.
            rest = lines.pop() if lines else ""
            yield from lines
        yield from filter(None, _LINE.findall(rest))

    def _records(self, *, strict: bool = False) -> Iterator[tuple[int, int, list[str]]]:
        """Yield the line in which each row begins, the line after it, and its fields.

        By Python's own reader, which is slow, and used only to find the line of something that is wrong.
        """
        lines = islice(self._lines(), self._header_lines, None)
        reader = csv.reader(lines, delimiter=self.separator, strict=strict)
        first = self._header_lines + 1
        for fields in reader:
            following = self._header_lines + reader.line_num + 1
            if fields or self.has_blank_values:
                yield first, following, fields or [""]
            first = following

    # Recognising

    def _commented_header(self, lines: Sequence[str], at: int) -> str | None:
        """Return the header without its mark if it is a comment directly above data, as numpy.savetxt writes it."""
        if not at or not lines[at - 1].startswith("#"):
            return None
        header = lines[at - 1].lstrip("#").lstrip()
        for separator in [self._dialect.separator] if self._dialect.separator else SEPARATORS:
            names, fields = next(csv.reader([header], delimiter=separator), []), _fields(lines[at:], separator)
            if len(names) == len(fields) > 1 and any(map(_is_number, fields)):
                return header
        # In a file with a single column any comment of one word may be the header.
        alone = len(header.split()) == 1 and _is_number(lines[at].strip())
        return header if alone else None

    def _recognised(self, lines: Sequence[str]) -> str:
        """Return the separator: the only candidate in the header, or the only one that cuts all rows equally."""
        if self._dialect.separator is not None:
            return self._dialect.separator
        header = re.sub(r'"[^"]*"', "", lines[0])  # what is quoted separates nothing
        found = [each for each in SEPARATORS if each in header]
        if self._dialect.decimal == "," and len(found) > 1:
            found = [each for each in found if each != ","]
        if len(found) <= 1:
            return found[0] if found else ";" if self._dialect.decimal == "," else ","
        fitting = [each for each in found if _fits(lines[:_SAMPLE_ROWS], each)]
        if len(fitting) != 1:
            raise StreamError(
                f"the header {lines[0].strip()!r} can be cut at {' or '.join(map(repr, found))}",
                where=self.path,
                advice=f"Give separator={found[0]!r}, or the one it is.",
            )
        return fitting[0]


class _Rows(io.RawIOBase):
    """The rows below the header of a CSV file, as UTF-8: Arrow reads nothing else."""

    def __init__(self, text: CsvText, skipped: int) -> None:
        self._text = text
        self._pieces = text._decoded(1 << 20)
        self._left = skipped
        self._rest = memoryview(b"")
        self._quotes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                # Arrow would take everything after an open quotation mark for a single field.
                if self._quotes % 2:
                    self._text.check_quotes()
                return 0
            content = piece.encode()
            skipped = min(self._left, len(content))
            self._left -= skipped
            self._rest = memoryview(content)[skipped:]
            self._quotes += content.count(b'"', skipped)
        n = min(len(buffer), len(self._rest))
        buffer[:n] = self._rest[:n]
        self._rest = self._rest[n:]
        return n


def _fits(lines: Sequence[str], separator: str) -> bool:
    """Tell whether all rows have as many fields as the header."""
    rows = [row for row in csv.reader(lines, delimiter=separator) if row]
    counts = {len(row) for row in (rows[:-1] if len(rows) > 2 else rows)}  # the sample may cut off the last row
    return len(counts) == 1 and counts != {1}


def _fields(lines: Sequence[str], separator: str) -> list[str]:
    return next(csv.reader(lines, delimiter=separator), [])


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def _n_lines(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")
