"""Which columns of a file are streams: the layout of a frame, plus rules for the levels of an index."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from midplot.errors import StreamError
from midplot.streams._frame_layout import TIME_NAMES, frame_layout, listed, no_row_number
from midplot.streams._times import are_whole
from midplot.streams.files._cells import Clock
from midplot.streams.files._tables import UNNAMED, Table

__all__ = ["Columns", "columns_of"]


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a file are streams.

    Attributes
    ----------
    ids
        The column that says which stream a row belongs to; None if each column of values is a stream.
    values
        The columns of values.
    time
        The column of times, if there is one.
    """

    ids: str | None
    values: tuple[str, ...]
    time: str | None


def columns_of(
    table: Table, id_column: Hashable | None, value_column: Hashable | None, time_column: Hashable | None
) -> Columns:
    """Decide which columns of a file are streams; see `midplot.streams._frame_layout`.

    Levels of an index count as columns, but a level is a stream only if the user names it. A level without a name that
    counts the rows is left out; a level that holds times becomes the time.

    Parameters
    ----------
    table
        The file.
    id_column, value_column, time_column
        The columns that the user named.

    Raises
    ------
    StreamError
        If a column that the user named does not exist, there is no column of values, or a level of the index is text
        that may be ids.
    """
    # The names in a file are text, whatever they were in the frame that it was written from.
    id_name, value_name, time_name = (
        None if each is None else str(each) for each in (id_column, value_column, time_column)
    )
    with_name = [column for column in table.columns if not _has_no_name(column, table)]
    if not with_name:
        raise StreamError(
            "there is an index, but no column",
            where=table.path,
            advice="Give a column of values.",
        )
    layout = frame_layout(with_name, id_name, value_name, time_name)
    values = tuple(str(column) for column in layout.values)
    ids = None if layout.ids is None else str(layout.ids)
    time = time_name or _usual_time([c for c in table.columns if c not in (*values, ids)])
    if time is None and layout.time is not None:
        time = str(layout.time)
    if ids is None and value_name is None:
        time = time or _usual_time(table.columns)
        values = tuple(column for column in values if column not in table.levels)
        if not values:
            raise StreamError(
                f"there is no column of values beside the index {listed(sorted(table.levels))}",
                where=table.path,
                advice="Add one.",
            )
    for level in sorted(table.levels - {ids, time, *values}):
        role = _role(table, level) if ids is None or time is None else "count"
        if role == "time" and time is None:
            time = level
        elif role == "text" and ids is None:
            raise _may_be_ids(table, level)
    for column in map(str, layout.numbering):
        role = _role(table, column, whole=True)
        if role == "time" and time is None and column not in table.levels:
            time = column
        elif role == "text" and column not in table.levels:
            raise no_row_number(column, next(table.batches([column])).column(0)[0].as_py())
    return Columns(ids, values, time)


def _has_no_name(column: str, table: Table) -> bool:
    # pandas writes a level without a name to parquet as __index_level_0__, and to CSV with an empty name.
    return column in table.levels and (column == UNNAMED or column.startswith("__index_level_"))


def _usual_time(columns: Iterable[str]) -> str | None:
    by_name = {column.lower(): column for column in columns}
    return next((by_name[name] for name in TIME_NAMES if name in by_name), None)


def _role(table: Table, level: str, *, whole: bool = False) -> str:
    """Return what a level of an index holds: ``count``, whole numbers only if wanted, ``time`` or ``text``."""
    clock = Clock()
    for batch in table.batches([level]):
        found = clock.read(batch.column(0))
        if found is None or (whole and not clock.has_times and not are_whole(found)):
            return "text"
        return "time" if clock.has_times else "count"
    return "count"


def _may_be_ids(table: Table, level: str) -> StreamError:
    if level in table.levels and not _has_no_name(level, table):
        return StreamError(
            f"the index level {level!r} holds text, which may say what stream a row belongs to",
            where=table.path,
            advice=f"Give id_column={level!r} and a value_column, or leave the level out of the file.",
        )
    where = "the first column" if level == UNNAMED else "the index"
    return StreamError(
        f"{where} has no name and holds text, which may say what stream a row belongs to",
        where=table.path,
        advice="Name it, 'stream' if it does and 'time' if it holds times, or leave it out of the file.",
    )
