"""From the path of one file to a frame, or to an error that says what is wrong with the file."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from midplot.core.frames import as_table
from midplot.errors import StreamError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["in_file", "is_parquet", "read_table", "reading", "table_chunks", "table_columns"]

CHUNK_ROWS = 1 << 20


def read_table(path: Path) -> pd.DataFrame:
    """Read a parquet or CSV file.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    DataFrame
        Without the column of row numbers that pandas writes into a CSV file by default.

    Raises
    ------
    StreamError
        If the file cannot be read, or is of another kind.
    """
    if is_parquet(path):
        with reading(path):
            return _read_parquet(path)
    with reading(path):
        frame: pd.DataFrame = _read_csv(path)
    _check_header(path, [str(column) for column in frame.columns])
    return frame.drop(columns=[c for c in frame.columns[:1] if _counts_rows(c)])


def is_parquet(path: Path) -> bool:
    """Tell a parquet file from a CSV file.

    Raises
    ------
    StreamError
        If it is of another kind.
    """
    suffix = path.suffix.lower()
    if suffix not in (".parquet", ".csv"):
        kind = f"a {path.suffix} file" if suffix else "a file without a suffix"
        raise StreamError(f"{path}: {kind} is not read. Give a .parquet or .csv file.")
    return suffix == ".parquet"


@contextmanager
def in_file(path: Path) -> Iterator[None]:
    """Say in which file something is wrong, in the place of 'frame', which the user never saw."""
    try:
        yield
    except StreamError as error:
        if str(error).startswith(str(path)):
            raise
        raise StreamError(f"{path}: {str(error).removeprefix('frame: ')}") from error


def table_columns(path: Path) -> list[Hashable]:
    """Return the names of the columns that `read_table` would give, without reading the values.

    Raises
    ------
    StreamError
        If the file cannot be read, or two columns have one name.
    """
    with reading(path):
        if is_parquet(path):
            import pyarrow.parquet as pq

            return as_table(pq.read_schema(path).empty_table().to_pandas()).columns
        columns = list(_read_csv(path, nrows=0).columns)
    _check_header(path, [str(column) for column in columns])
    return [column for at, column in enumerate(columns) if at or not _counts_rows(column)]


def table_chunks(path: Path, columns: list[Hashable]) -> Iterator[pd.DataFrame]:
    """Read some columns of a file, a million rows at a time.

    Raises
    ------
    StreamError
        If the file cannot be read.
    """
    with reading(path):
        if is_parquet(path):
            import pyarrow.parquet as pq

            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(CHUNK_ROWS, columns=list(map(str, columns)), use_threads=False):
                    yield batch.to_pandas()
        else:
            with _read_csv(path, usecols=columns, chunksize=CHUNK_ROWS) as chunks:
                yield from (chunk for chunk in chunks if len(chunk))


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Say in a `StreamError` why a file cannot be read, where what is done meanwhile raises."""
    import pyarrow as pa

    try:
        yield
    except StreamError:
        raise
    # pandas and pyarrow raise ValueErrors for what they cannot parse, and pyarrow some errors of its own.
    except (OSError, ValueError, pa.ArrowException) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise StreamError(f"{path}: the file cannot be read ({reason}). Write it again, as parquet or CSV.") from error


def _read_parquet(path: Path) -> pd.DataFrame:
    import pandas as pd

    return pd.read_parquet(path)


def _read_csv(path: Path, **options: Any) -> Any:
    import pandas as pd

    # low_memory reads a column in pieces, which may come out as numbers here and as text there.
    return pd.read_csv(path, low_memory=False, **options)


def _counts_rows(column: Hashable) -> bool:
    """Tell the column of row numbers that pandas writes into a CSV file by default."""
    return str(column).startswith("Unnamed: ")


def _check_header(path: Path, names: list[str]) -> None:
    """Raise where the first line is data: pandas would make it the names, and the first values would be lost."""
    counted = [str(i) for i in range(len(names))]
    if names != counted and all(_is_number(name) for name in names):
        first = ", ".join(names[:3])
        raise StreamError(
            f"{path}: the first line holds numbers ({first}). Begin the file with the names of its columns."
        )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
