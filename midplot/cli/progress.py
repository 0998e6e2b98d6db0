"""A progress bar over the ticks of a replay, on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from midplot.core.engine import Progress

__all__ = ["tick_bar"]


@contextmanager
def tick_bar(n_ticks: int, label: str) -> Iterator[Callable[[Progress], None] | None]:
    """Give a listener that moves a bar on stderr; None where stderr is not a terminal.

    Parameters
    ----------
    n_ticks
        How many ticks there are in all.
    label
        What stands before the bar.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    bar: Any
    with click.progressbar(length=n_ticks, label=label, file=sys.stderr) as bar:
        last: list[Progress] = []  # parts come one after the other: only the present one is kept

        def move(checkpoint: Progress) -> None:
            before = last[0].done if last and last[0].run is checkpoint.run else 0
            last[:] = [checkpoint]
            bar.update(checkpoint.done - before)

        yield move
