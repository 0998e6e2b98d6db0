"""Measures several sides in turns, so that whatever disturbs the machine disturbs all of them."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from statistics import median
from time import perf_counter, process_time

__all__ = ["Samples", "Side", "cpu_seconds", "cpu_seconds_of_import", "interleaved", "wall_seconds"]

Side = Callable[[], float]
"""Does its work once and returns the seconds that it took."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Seconds per side, one for each round.

    Examples
    --------
    >>> samples = Samples({"new": [1.0, 1.0, 7.0], "old": [4.0, 3.0, 4.0]})
    >>> samples.ratio("new", "old")
    0.25
    >>> samples.spread("new", "old")
    '0.25 … 1.75'
    """

    seconds: Mapping[str, list[float]]

    def median(self, side: str) -> float:
        """Return the median seconds of a side."""
        return median(self.seconds[side])

    def ratio(self, side: str, other: str) -> float:
        """Return the ratio of the medians of two sides."""
        return self.median(side) / self.median(other)

    def added(self, side: str, less: str) -> float:
        """Return the median extra seconds of one side over another in the same round.

        Examples
        --------
        >>> Samples({"all": [3.0, 5.0, 9.0], "part": [2.0, 3.0, 8.0]}).added("all", "part")
        1.0
        """
        return median(a - b for a, b in zip(self.seconds[side], self.seconds[less], strict=True))

    def spread(self, side: str, other: str) -> str:
        """Return the smallest and the largest ratio of a single round, which shows how calm the machine was."""
        ratios = [a / b for a, b in zip(self.seconds[side], self.seconds[other], strict=True)]
        return f"{min(ratios):.3g} … {max(ratios):.3g}"


def interleaved(sides: Mapping[str, Side], rounds: int) -> Samples:
    """Measure several sides in turns, after a round that does not count.

    Parameters
    ----------
    sides
        What to measure, by name.
    rounds
        How often to measure each.
    """
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    names = list(sides)
    # Objects that exist by now are not garbage of any side. Frozen, they are not searched before each one.
    gc.collect()
    gc.freeze()
    for number in range(rounds + 1):
        # A different side starts each round, so that no side always profits from what another leaves in the caches.
        first = number % len(names)
        for name in names[first:] + names[:first]:
            took = sides[name]()
            if number:
                seconds[name].append(took)
    gc.unfreeze()
    return Samples(seconds)


def cpu_seconds(work: Callable[[], object]) -> Side:
    """Make a side from a piece of work, timed by the CPU time of this process."""
    return partial(_timed, work, process_time)


def wall_seconds(work: Callable[[], object]) -> Side:
    """Make a side from work that runs in several processes, timed by wall time."""
    return partial(_timed, work, perf_counter)


def _timed(work: Callable[[], object], clock: Callable[[], float]) -> float:
    gc.collect()  # each side pays for its own garbage only
    begun = clock()
    work()
    return clock() - begun


def cpu_seconds_of_import(statements: str) -> Side:
    """Make a side from import statements, timed in a fresh process without starting Python itself."""
    code = f"from time import process_time; begun = process_time()\n{statements}\nprint(process_time() - begun)"

    def side() -> float:
        return float(output_of(code))

    return side


def output_of(code: str) -> str:
    """Run code in a fresh Python and return what it printed."""
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
