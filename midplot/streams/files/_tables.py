"""From the path of one file to its columns, one piece at a time, or to an error that says what is wrong with the file."""

from __future__ import annotations

import csv
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from midplot._text import normal_form
from midplot.errors import StreamError
from midplot.streams._frame_layout import ID_NAMES, TIME_NAMES, VALUE_NAMES, listed
from midplot.streams._times import as_times
from midplot.streams.files._csv_text import COMPRESSED, CsvText, Dialect

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["CHUNK_ROWS", "CsvTable", "ParquetTable", "Table", "in_file", "is_parquet", "open_table", "reading"]

CHUNK_ROWS: Final = 1 << 20
"""Rows that are processed together: 8 MiB per column, so memory stays small and numpy still has enough to do."""

BLOCK: Final = 1 << 23
"""Bytes of CSV that are parsed together; Arrow needs each row to fit into one block."""

PARQUET: Final = (".parquet", ".pq")

CSV: Final = (".csv", ".tsv", ".txt")

_OTHERS: Final = {
    **dict.fromkeys((".xlsx", ".xls", ".xlsm", ".ods"), "pandas.read_excel"),
    **dict.fromkeys((".feather", ".arrow"), "pandas.read_feather"),
    **dict.fromkeys((".json", ".jsonl", ".ndjson"), "pandas.read_json"),
    **dict.fromkeys((".h5", ".hdf5"), "pandas.read_hdf"),
    **dict.fromkeys((".pkl", ".pickle"), "pandas.read_pickle"),
    ".orc": "pandas.read_orc",
}
"""The pandas functions that read other kinds of files, for messages."""

UNNAMED: Final = ""
"""The name given to a column without one, such as the row numbers that pandas writes into a CSV file."""

# A name that no header can contain: text with NUL is refused. Written in two pieces, since "\00" would be a single NUL.
_FIRST: Final = "\0" + "0"
"""The name of an unnamed first column while the file is parsed."""


class Table(ABC):
    """One file of columns.

    Attributes
    ----------
    path
        The path of the file.
    columns
        The names of the columns, levels of an index included, in the order of the file.
    levels
        The columns that are levels of an index.
    decimal
        The decimal mark of numbers written as text, if it is known; None otherwise.
    """

    path: Path
    columns: list[str]
    levels: frozenset[str]
    decimal: str | None = None

    @abstractmethod
    def batches(self, columns: Sequence[str], texts: Sequence[str] = ()) -> Iterator[pa.RecordBatch]:
        """Yield some columns, up to `CHUNK_ROWS` rows at a time.

        Parameters
        ----------
        columns
            The columns to read.
        texts
            Those of them whose text is often repeated, and is read as a dictionary.
        """

    @abstractmethod
    def place(self, row: int) -> str:
        """Return where a row is in the file, for messages."""


class ParquetTable(Table):
    """A parquet file."""

    def __init__(self, path: Path) -> None:
        import json

        import pyarrow.parquet as pq

        self.path = path
        schema = pq.read_schema(path)
        self.columns = list(schema.names)
        _check_names(path, self.columns)
        described = json.loads((schema.metadata or {}).get(b"pandas", b"{}"))
        # pandas describes an index that only counts the rows by a dict; it is not a column of the file.
        named = [level for level in described.get("index_columns", ()) if isinstance(level, str)]
        self.levels = frozenset(named) & frozenset(self.columns)

    def batches(self, columns: Sequence[str], texts: Sequence[str] = ()) -> Iterator[pa.RecordBatch]:
        """Yield some columns, as `Table.batches`."""
        import pyarrow.parquet as pq

        with reading(self.path), pq.ParquetFile(self.path, read_dictionary=list(texts)) as file:
            for batch in file.iter_batches(CHUNK_ROWS, columns=list(columns), use_threads=False):
                if batch.num_rows:
                    yield batch.select(list(columns))  # parquet returns them in the order of the file

    def place(self, row: int) -> str:
        """Return where a row is in the file, for messages."""
        return f"row {row}"


class CsvTable(Table):
    """A CSV file."""

    def __init__(self, path: Path, dialect: Dialect) -> None:
        self.path = path
        self._text = CsvText(path, dialect)
        header = [name.strip() for name in self._text.header]
        _check_header(path, header)
        counts_rows = header[0] == UNNAMED or header[0].startswith("Unnamed: ")
        header[0] = UNNAMED if counts_rows else header[0]
        _check_names(path, [name for name in header if name != UNNAMED])
        # Columns without a name: pandas writes unnamed levels of an index first, other programs a separator too many.
        self._names = [name or f"\0{at}" for at, name in enumerate(header)]
        self.columns = [name for name in header if name != UNNAMED] + [UNNAMED] * counts_rows
        self.levels = frozenset([UNNAMED] * counts_rows)
        self._nameless = [name for at, name in enumerate(self._names) if name.startswith("\0") and at]
        self.decimal = dialect.decimal

    def batches(self, columns: Sequence[str], texts: Sequence[str] = ()) -> Iterator[pa.RecordBatch]:
        """Yield some columns as text, as `Table.batches`."""
        import pyarrow as pa

        n_rows = 0
        with reading(self.path), self._text.rows() as file:
            for batch in self._parsed(file, columns, texts):
                self._check_nameless(batch, n_rows)
                cells = [batch.column(name or _FIRST) for name in columns]
                named = pa.RecordBatch.from_arrays(cells, names=list(columns))
                for start in range(0, len(batch), CHUNK_ROWS):
                    yield named.slice(start, CHUNK_ROWS)
                n_rows += len(batch)

    def place(self, row: int) -> str:
        """Return where a row is in the file, for messages; for this the file is read again."""
        return f"line {self._text.line(row)}"

    def _parsed(self, file: Any, columns: Sequence[str], texts: Sequence[str]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa
        from pyarrow import csv as arrow_csv

        if not file.peek(1):
            return  # no rows, which Arrow calls an error
        repeated = pa.dictionary(pa.int32(), pa.string())
        wanted = list(dict.fromkeys([*(name or _FIRST for name in columns), *self._nameless]))
        try:
            with arrow_csv.open_csv(
                pa.PythonFile(file, mode="r"),
                arrow_csv.ReadOptions(use_threads=False, block_size=BLOCK, column_names=self._names),
                arrow_csv.ParseOptions(
                    delimiter=self._text.separator,
                    newlines_in_values=True,
                    ignore_empty_lines=not self._text.has_blank_values,
                ),
                # Everything is read as text: Arrow infers types from the first block only, and makes 0 of the id 000.
                arrow_csv.ConvertOptions(
                    column_types={name: repeated if name in texts else pa.string() for name in wanted},
                    include_columns=wanted,
                    strings_can_be_null=False,
                    quoted_strings_can_be_null=False,
                ),
            ) as reader:
                yield from (batch for batch in reader if batch.num_rows)
        except pa.ArrowInvalid:
            self._text.check_fields()  # raises an error that names the line, if it is the usual fault
            raise

    def _check_nameless(self, batch: pa.RecordBatch, n_rows: int) -> None:
        """Raise if an unnamed column has content, which would otherwise be lost without a word."""
        import pyarrow.compute as pc

        for name in self._nameless:
            filled = pc.not_equal(batch.column(name), "").to_numpy(zero_copy_only=False).nonzero()[0]
            if len(filled):
                row = int(filled[0])
                raise StreamError(
                    f"{batch.column(name)[row].as_py()!r} stands in column {self._names.index(name) + 1}, which has "
                    "no name in the header",
                    where=f"{self.path}, {self.place(n_rows + row)}",
                    advice="Give each column a name.",
                )


def open_table(path: Path, dialect: Dialect) -> Table:
    """Open a file and read the names of its columns.

    Raises
    ------
    StreamError
        If it cannot be read, or two columns have the same name.
    """
    with reading(path):
        parquet = is_parquet(path)
        if not path.is_file():
            raise StreamError(
                "it is not a file, but a folder, a pipe or a link to nothing",
                where=path,
                advice="Give a file.",
            )
        return ParquetTable(path) if parquet else CsvTable(path, dialect)


def is_parquet(path: Path) -> bool:
    """Tell a parquet file from a CSV file by its suffix.

    Raises
    ------
    StreamError
        If it is a file of another kind.
    """
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    suffix = suffixes[-1] if suffixes else ""
    if suffix in COMPRESSED and len(suffixes) == 2 and suffixes[0] in CSV:
        return False
    if suffix not in (*PARQUET, *CSV):
        kind = f"a {path.suffix} file" if suffix else "a file without a suffix"
        by = f", or read it with {_OTHERS[suffix]} and give the frame" if suffix in _OTHERS else ""
        raise StreamError(
            f"{kind} cannot be read",
            where=path,
            advice=f"Give a .parquet or .csv file{by}.",
        )
    return suffix in PARQUET


@contextmanager
def in_file(path: Path) -> Iterator[None]:
    """Add the name of the file to errors that are raised inside."""
    try:
        yield
    except StreamError as error:
        if error.where.startswith(str(path)):
            raise
        # The user gave a file, not a frame; a stream and a tick, however, are kept.
        what = error.what if error.where == "frame" else f"{error.where}: {error.what}"
        raise StreamError(what, where=path, advice=error.advice) from error


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn the errors of reading a file into a `StreamError` that says why it cannot be read."""
    import pyarrow as pa

    try:
        yield
    except StreamError:
        raise
    except PermissionError as error:
        raise StreamError(
            "the file may not be read (permission denied)",
            where=path,
            advice="Ask for permission to read it, or copy it.",
        ) from error
    # pyarrow raises ValueErrors for what it cannot parse, and other errors of its own.
    except (OSError, EOFError, ValueError, csv.Error, pa.ArrowException) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise StreamError(
            f"the file cannot be read ({reason})",
            where=path,
            advice="Write it again, as parquet or CSV.",
        ) from error


def _check_names(path: Path, names: Sequence[str]) -> None:
    counts = Counter(map(normal_form, names))
    twice = [name for name in dict.fromkeys(names) if counts[normal_form(name)] > 1]
    if twice:
        raise StreamError(
            f"several columns are called {listed(twice)}",
            where=path,
            advice="Give each a name of its own.",
        )
    if not names:
        raise StreamError(
            "it has no columns",
            where=path,
            advice="Give one column for each stream, or one of ids and one of values.",
        )


def _check_header(path: Path, names: list[str]) -> None:
    """Raise if the first line is data: its values would be taken for names, and be lost."""
    counted = [str(i) for i in range(len(names))]  # the names that pandas gives columns without any
    numbers = [name for name in names if _is_number(name)]
    others = [name for name in names if name and name not in numbers]
    if any(name.lower() in (*ID_NAMES, *VALUE_NAMES, *TIME_NAMES) for name in others):
        return
    all_data = bool(numbers) and all(as_times([name]) is not None for name in others)
    fractions = [name for name in numbers if not name.lstrip("+-").isdigit()]
    columns_are_counted = names == counted or (names[0] == UNNAMED and names[1:] == counted[:-1])
    if not columns_are_counted and (all_data or (fractions and others)):
        raise StreamError(
            f"the first line holds numbers ({', '.join(names[:3])})",
            where=path,
            advice="Begin the file with the names of its columns.",
        )


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True
