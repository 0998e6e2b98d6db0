"""What the commands that replay show: a progress bar while it runs, and the accounts afterwards."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

import click

from midplot._text import in_columns, printable
from midplot.cli._output import fitting
from midplot.money._columns import COLUMNS, row_of, total_of
from midplot.money._ledger import Ledger
from midplot.play._engine import Progress

__all__ = ["accounts_table", "tick_bar"]

_LEFT_OUT = {"wins", "losses", "over_budget"}
"""The columns that follow from others; without them the table fits a terminal of 120 characters."""

_SHOWN = [column for column in COLUMNS if column.key not in _LEFT_OUT]


@contextmanager
def tick_bar(n_ticks: int, label: str) -> Iterator[Callable[[Progress], None] | None]:
    """Yield a listener that moves a bar on stderr; None if stderr is not a terminal.

    Parameters
    ----------
    n_ticks
        The total number of ticks.
    label
        The text in front of the bar.
    """
    if not _is_terminal(sys.stderr):
        yield None
        return
    bar: Any  # click types a bar by its items, and a bar that is moved by hand has none
    shown_on: Any = _Lasting(sys.stderr)  # not a whole TextIO, but all that click uses of one
    with click.progressbar(length=n_ticks, label=label, file=shown_on) as bar:
        last: list[Progress] = []  # parts come one after the other, so only the current one is needed

        def move(checkpoint: Progress) -> None:
            before = last[0].done if last and last[0].run is checkpoint.run else 0
            last[:] = [checkpoint]
            bar.update(checkpoint.done - before)

        yield move


class _Lasting:
    """A terminal that can be written to even after an attacker has closed it: nothing is shown then."""

    def __init__(self, terminal: TextIO) -> None:
        self._terminal = terminal

    def write(self, text: str) -> None:
        """Show a text."""
        with suppress(OSError, ValueError):
            self._terminal.write(text)

    def flush(self) -> None:
        """Show at once what was written."""
        with suppress(OSError, ValueError):
            self._terminal.flush()

    def isatty(self) -> bool:
        """Return that it is a terminal, as click asks before each step of a bar."""
        return True


def _is_terminal(stream: Any) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # the attacker's file has closed it
        return False


def accounts_table(ledger: Ledger) -> str:
    """Return one line per stream and a total, aligned."""
    rows = [*map(row_of, ledger.streams.values()), total_of(ledger)]
    head = ["stream", *(column.heading.lower() for column in _SHOWN)]
    # Characters that the encoding lacks are replaced before the columns are measured, so that they stay aligned.
    cells = [[fitting(printable(row.title)), *(fitting(column.text(row)) for column in _SHOWN)] for row in rows]
    rule = ["─" * max(map(len, column)) for column in zip(head, *cells, strict=True)]
    return "\n".join(in_columns([head, rule, *cells[:-1], rule, cells[-1]], right=range(1, len(head))))
