"""From a column of a file, as Arrow holds it, to numbers, ids and times."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from midplot._text import normal_form
from midplot.streams._stored import FloatArray
from midplot.streams._time_text import MISSING, date_order, exact, is_unreadable
from midplot.streams._times import distinct_times, is_known, sort_key

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Clock", "Ids", "decimal_mark", "ids_of", "is_plain", "is_text", "numbers"]

# What Python reads as a float, but without underscores and in ASCII digits only, as Arrow does.
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?(inf|infinity|nan)", re.ASCII | re.IGNORECASE)

_DECIMAL_COMMA: Final = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?|[+-]?\d+([eE][+-]?\d+)?", re.ASCII)

_THOUSANDS: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+", re.ASCII)

Ids = tuple[list[str], npt.NDArray[np.intp]]
"""Names in order of first appearance, and for each row the position of its name among them."""


def is_text(kind: pa.DataType) -> bool:
    """Tell whether an Arrow type is text."""
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def is_plain(kind: pa.DataType) -> bool:
    """Tell whether an Arrow type is integers or floats, whose values are read as they are."""
    import pyarrow as pa

    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


# Values


def numbers(cells: pa.Array, decimal: str | None) -> tuple[FloatArray, int | None, Any]:
    """Return a column as float64, and the row to report if a cell is neither a number nor missing.

    Parameters
    ----------
    cells
        The column, or some rows of it.
    decimal
        The decimal mark of numbers that are written as text; None if text does not count as a number.

    Returns
    -------
    values : ndarray of float64, shape (n,)
        NaN where a cell is missing or bad.
    bad_row : int or None
        The row to report.
    cell : object
        The content of that cell.
    """
    import pyarrow as pa

    if pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_decode()
    if pa.types.is_null(cells.type):
        return np.full(len(cells), np.nan), None, None
    if is_plain(cells.type):
        values: FloatArray = cells.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        return values, None, None
    if decimal is not None and is_text(cells.type):
        return _text_numbers(cells, decimal)
    return _with_bad_row(cells, list(map(_number, cells.to_pylist())))


def _text_numbers(cells: pa.Array, decimal: str) -> tuple[FloatArray, int | None, Any]:
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        # The fast path: nearly always there are only numbers and empty fields.
        # "nan" and not null: of rows that are a slice, Arrow 16 to 21 choose between null and a text wrongly.
        present = pc.if_else(pc.equal(cells, ""), "nan", cells) if decimal == "." else None
        if present is not None:
            values: FloatArray = pc.cast(present, pa.float64()).to_numpy(zero_copy_only=False)
            return values, None, None
    except pa.ArrowInvalid:
        pass
    trimmed = _without_missing(cells)
    if decimal == ",":
        # A "?" is no number: a point beside decimal commas must not pass for a decimal mark.
        trimmed = pc.if_else(pc.match_substring(trimmed, "."), "?", pc.replace_substring(trimmed, ",", "."))
    try:
        values = pc.cast(trimmed, pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        found = [
            math.nan if text is None else float(text) if _NUMBER.fullmatch(text) else None
            for text in trimmed.to_pylist()
        ]
        return _with_bad_row(cells, found)
    return values, None, None


def _without_missing(cells: pa.Array) -> pa.Array:
    """Return text without blanks around it, and null where it stands for a missing value."""
    import pyarrow as pa
    import pyarrow.compute as pc

    trimmed = pc.utf8_trim_whitespace(cells)
    return pc.if_else(pc.is_in(trimmed, pa.array(MISSING, trimmed.type)), None, trimmed)


def _with_bad_row(cells: pa.Array, found: list[float | None]) -> tuple[FloatArray, int | None, Any]:
    bad = [row for row, number in enumerate(found) if number is None]
    shown = [cells[row].as_py() for row in bad]
    # In a column of text '1.5' is as bad as 'oops', but only 'oops' shows why.
    at = next((i for i, cell in enumerate(shown) if not (isinstance(cell, str) and _NUMBER.fullmatch(cell))), 0)
    values = np.array(found, dtype=np.float64)
    return (values, bad[at], shown[at]) if bad else (values, None, None)


def _number(cell: Any) -> float | None:
    """Return a cell as a float; NaN if it is empty, None if it is not a number."""
    if cell is None:
        return math.nan
    if isinstance(cell, bool) or not isinstance(cell, Real | Decimal):
        return None
    return float(cell)


def decimal_mark(columns: list[pa.Array]) -> str | None:
    """Recognise the decimal mark of numbers that are written as text.

    Parameters
    ----------
    columns
        The columns of values, as far as they have been read.

    Returns
    -------
    str or None
        A comma only if there are commas that cannot be anything else, otherwise a point. None if every comma could
        also separate thousands, as in ``1,281``.
    """
    import pyarrow.compute as pc

    with_comma = [cell for column in columns for cell in column.filter(pc.match_substring(column, ",")).to_pylist()]
    if not with_comma:
        return "."
    if not all(map(_DECIMAL_COMMA.fullmatch, map(str.strip, with_comma))):
        return "." if not all(map(_THOUSANDS.fullmatch, map(str.strip, with_comma))) else None
    if all(map(_THOUSANDS.fullmatch, map(str.strip, with_comma))):
        return None
    points = any(pc.any(pc.match_substring(column, ".")).as_py() for column in columns)
    return "." if points else ","


# Ids


def ids_of(cells: pa.Array, spelled: dict[str, str]) -> tuple[Ids, int | None]:
    """Return the ids of some rows as text, and the first row whose id is missing, or None.

    Parameters
    ----------
    cells
        The ids.
    spelled
        The spelling of each name that was met first, by its normal form; new names are added to it.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(cells.type):
        cells = pc.dictionary_encode(cells)
    labels = cells.dictionary.to_pylist()
    codes = cells.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.intp, copy=False)
    # label != label is true of NaN alone.
    empty = [code for code, label in enumerate(labels) if label is None or label in ("", b"") or label != label]
    missing = np.flatnonzero((codes < 0) | np.isin(codes, empty))
    if len(missing):
        return ([], codes), int(missing[0])
    first_row = np.full(len(labels), len(codes), dtype=np.intp)
    # If one place is written several times, numpy keeps the last: going backwards, that is the first row.
    first_row[codes[::-1]] = np.arange(len(codes), dtype=np.intp)[::-1]
    present = [int(code) for code in np.argsort(first_row, kind="stable") if first_row[code] < len(codes)]
    names: dict[str, int] = {}
    place_of = np.zeros(len(labels), dtype=np.intp)
    for code in present:
        label = labels[code]
        own = label.decode("utf-8", "replace") if isinstance(label, bytes) else str(label)
        name = spelled.setdefault(normal_form(own), own)
        place_of[code] = names.setdefault(name, len(names))
    return (list(names), place_of[codes]), None


# Times


class Clock:
    """Reads the times of a file piece by piece; once it meets something that is not a time, the file has no times.

    Parameters
    ----------
    order
        The order of the parts of dates such as ``02/01/2024``; None infers it from the other dates.

    Attributes
    ----------
    order
        The same, once it has been inferred.
    bad
        The first row of the cells read last that is no time although the others are, and its content; None if there is
        no such row.
    """

    def __init__(self, order: str | None = None) -> None:
        self._kind: str | None = None
        self._read_last: tuple[pa.Array, tuple[str, npt.NDArray[Any], tuple[int, ...]]] | None = None
        self.order = order
        self.bad: tuple[int, Any] | None = None

    @property
    def has_times(self) -> bool:
        """Whether everything read so far is times, and not numbers that count something."""
        return self._kind == "times"

    def stop(self) -> None:
        """Declare that the file has no times."""
        self._kind = "nothing"

    def sort_key(self, *, numbers_are_text: bool) -> str:
        """Return the function by which the text read last has to be sorted; see `midplot.streams._times.sort_key`."""
        if self._read_last is None:
            return ""
        key = sort_key(self._read_last[0].to_pylist(), self.order)
        return "" if key == "pd.to_numeric" and not numbers_are_text else key

    def read(self, cells: pa.Array) -> npt.NDArray[Any] | None:
        """Return the next cells as datetime64[ns], or as what is compared; None if they are neither."""
        self.bad = None
        if self._kind == "nothing":
            return None
        kind, found = self._read(cells)
        if kind != "missing" and self._kind not in (None, kind):
            if self.bad is None and self._kind is not None and kind == "nothing":
                self._find_bad(cells)
            kind, found = "nothing", None
        if kind != "missing":
            self._kind = kind
        if kind == "nothing":
            return None
        if kind == "missing" and self._kind == "numbers":
            found = np.full(len(cells), np.nan)
        return found

    def _find_bad(self, cells: pa.Array) -> None:
        """Find the first cell that cannot be read at all: the cells before these were times."""
        self.bad = next(((row, cell) for row, cell in enumerate(cells.to_pylist()) if is_unreadable(cell)), None)

    def _read(self, cells: pa.Array) -> tuple[str, npt.NDArray[Any] | None]:
        import pyarrow as pa
        import pyarrow.compute as pc

        kind = cells.type.value_type if pa.types.is_dictionary(cells.type) else cells.type
        if is_text(kind):
            return self._read_text(cells)
        if pa.types.is_dictionary(cells.type):
            cells = cells.dictionary_decode()
        if pa.types.is_binary(cells.type) or pa.types.is_large_binary(cells.type):
            try:
                return self._read_text(cells.cast(pa.string()))  # old parquet writers store text as bytes
            except pa.ArrowInvalid:
                return "nothing", None
        if cells.null_count == len(cells):
            return "missing", np.full(len(cells), np.datetime64("NaT", "ns"))
        if is_plain(kind):
            return "numbers", _compared(cells)
        if pa.types.is_decimal(kind):
            return "numbers", cells.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        if pa.types.is_duration(kind):
            return "durations", cells.to_numpy(zero_copy_only=False).astype("m8[ns]")
        if pa.types.is_time(kind):
            # Microseconds, the unit by which times of day are told from durations.
            since = cells.cast(pa.time64("us"), safe=False).cast(pa.int64()).cast(pa.duration("us"))
            return "times of day", since.to_numpy(zero_copy_only=False)
        if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
            if pa.types.is_timestamp(kind) and kind.tz is not None:
                cells = cells.cast(pa.timestamp(kind.unit))  # the same moment, in UTC
            return _nanoseconds(pc.cast(cells, pa.timestamp("s")) if pa.types.is_date(kind) else cells)
        return "nothing", None

    def _read_text(self, cells: pa.Array) -> tuple[str, npt.NDArray[Any] | None]:
        """Read text, parsing each distinct text once: many ticks may share a minute."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if not pa.types.is_dictionary(cells.type):
            cells = pc.dictionary_encode(cells)
        if self._read_last is None or not self._read_last[0].equals(cells.dictionary):
            # Kept for the next batch: streams that were recorded together have the same times.
            self._read_last = cells.dictionary, self._read_unique(cells)
        kind, found, bad = self._read_last[1]
        codes = cells.indices.fill_null(len(cells.dictionary)).to_numpy(zero_copy_only=False)
        if bad and np.isin(codes, bad).any():
            row = int(np.isin(codes, bad).argmax())
            self.bad = row, cells[row].as_py()
            return "nothing", None
        return kind, found[codes]

    def _read_unique(self, cells: pa.DictionaryArray) -> tuple[str, npt.NDArray[Any], tuple[int, ...]]:
        """Return the time or number of each distinct text, at the end that of a missing one, and those that are bad."""
        texts = [text or "" for text in cells.dictionary.to_pylist()]
        codes = cells.indices.drop_null().to_numpy(zero_copy_only=False)
        if self.order is None:
            self.order = date_order(texts)
        read = distinct_times(texts, self.order, np.bincount(codes, minlength=len(texts)))
        found = read.cells
        if read.kind == "times":
            if not is_known(found):
                return "nothing", np.full(len(texts) + 1, np.datetime64("NaT", "ns")), ()
            found = found.astype("datetime64[ns]")
        gap = np.nan if found.dtype.kind == "f" else found.dtype.type("NaT")
        return read.kind, np.append(found, gap), read.bad


def _compared(cells: pa.Array) -> npt.NDArray[Any]:
    """Return numbers as they are compared: whole ones exactly."""
    import pyarrow as pa

    try:
        cells = cells.cast(pa.int64()) if pa.types.is_uint64(cells.type) else cells
    except pa.ArrowInvalid:  # beyond 2**63: compared as floats
        cells = cells.cast(pa.float64(), safe=False)
    if not pa.types.is_integer(cells.type):
        floats: npt.NDArray[Any] = cells.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        return floats
    whole = exact(cells.fill_null(0).to_numpy(zero_copy_only=False))
    return np.where(cells.is_null().to_numpy(zero_copy_only=False), whole.dtype.type("NaT"), whole)


def _nanoseconds(cells: pa.Array) -> tuple[str, npt.NDArray[Any] | None]:
    times = cells.to_numpy(zero_copy_only=False)
    return ("times", times.astype("datetime64[ns]")) if is_known(times) else ("nothing", None)
