"""From the path of one file to a frame, or to an error that says what is wrong with the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from midplot.errors import StreamError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_table"]


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
    readers = {".parquet": _read_parquet, ".csv": _read_csv}
    suffix = path.suffix.lower()
    if suffix not in readers:
        kind = f"a {path.suffix} file" if suffix else "a file without a suffix"
        raise StreamError(f"{path}: {kind} is not read. Give a .parquet or .csv file.")
    frame = _read(path, readers[suffix])
    if suffix == ".csv":
        _check_header(path, [str(column) for column in frame.columns])
        return frame.drop(columns=[c for c in frame.columns[:1] if str(c).startswith("Unnamed: ")])
    return frame


def _read(path: Path, reader: Callable[[Path], pd.DataFrame]) -> pd.DataFrame:
    import pyarrow as pa

    try:
        return reader(path)
    # pandas and pyarrow raise ValueErrors for what they cannot parse, and pyarrow some errors of its own.
    except (OSError, ValueError, pa.ArrowException) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise StreamError(f"{path}: the file cannot be read ({reason}). Write it again, as parquet or CSV.") from error


def _read_parquet(path: Path) -> pd.DataFrame:
    import pandas as pd

    return pd.read_parquet(path)


def _read_csv(path: Path) -> pd.DataFrame:
    import pandas as pd

    # low_memory reads a column in pieces, which may come out as numbers here and as text there.
    return pd.read_csv(path, low_memory=False)


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
