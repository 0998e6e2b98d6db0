"""All benchmarks, by the names that ``--only`` takes, in the order of the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from .browser_rows import browser_rows
from .chart_rows import chart_rows
from .compare_rows import compare_rows
from .direct_rows import direct_rows
from .luck_rows import calibration_rows, luck_rows
from .memory_rows import memory_rows
from .package_rows import import_rows, load_rows
from .parallel_rows import parallel_rows
from .peer_rows import peer_rows
from .refresh_rows import refresh_rows
from .replay_rows import idle_rows, linearity_rows, momentum_rows
from .rerun_rows import rerun_rows
from .scenario_rows import scenario_rows
from .scoring_rows import scoring_rows
from .subject import Subject
from .sweep_rows import sweep_rows
from .table import Row
from .tick_rows import tick_rows
from .trade_rows import trade_rows
from .training_rows import training_rows
from .view_rows import plain_rows, view_rows

__all__ = ["SUITE", "Benchmark", "Result", "chosen", "measured"]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Rows that are measured together.

    Attributes
    ----------
    name
        What ``--only`` calls them.
    title
        What a page calls them.
    rows
        Measures them.
    """

    name: str
    title: str
    rows: Callable[[Subject], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class Result:
    """One row, and its benchmark."""

    benchmark: Benchmark
    row: Row


SUITE = [
    Benchmark("momentum", "An attacker beside its peers", momentum_rows),
    Benchmark("river", "A model of river", peer_rows),
    Benchmark("idle", "What midplot adds", idle_rows),
    Benchmark("tick", "Where each nanosecond of a tick goes", tick_rows),
    Benchmark("direct", "Where each nanosecond of a tick goes, a class called directly", direct_rows),
    Benchmark("training", "Training", training_rows),
    Benchmark("linear", "Costs grow linearly", linearity_rows),
    Benchmark("scoring", "Scoring", scoring_rows),
    Benchmark("luck", "Luck", luck_rows),
    Benchmark("compare", "Comparing", compare_rows),
    Benchmark("calibration", "Whether luck tells the truth", calibration_rows),
    Benchmark("import", "Importing", import_rows),
    Benchmark("load", "Loading", load_rows),
    Benchmark("memory", "More data than memory", memory_rows),
    Benchmark("scenarios", "Scenarios", scenario_rows),
    Benchmark("view", "The live view", view_rows),
    Benchmark("plain", "The live view beside a plain FigureWidget", plain_rows),
    Benchmark("refresh", "A live refresh", refresh_rows),
    Benchmark("trades", "The view's table of trades", trade_rows),
    Benchmark("charts", "Large charts, in the kernel", chart_rows),
    Benchmark("browser", "A large chart, in the browser", browser_rows),
    Benchmark("reruns", "A cell that is run again and again", rerun_rows),
    Benchmark("jobs", "Several processes", parallel_rows),
    Benchmark("sweep", "Sweeps", sweep_rows),
]


def chosen(names: Sequence[str]) -> list[Benchmark]:
    """Return the benchmarks with these names; all of them if there are none."""
    return [benchmark for benchmark in SUITE if not names or benchmark.name in names]


def measured(benchmarks: Iterable[Benchmark], subject: Subject) -> Iterator[Result]:
    """Measure benchmarks one after another, yielding each row as soon as it is there."""
    for benchmark in benchmarks:
        for row in benchmark.rows(subject):
            yield Result(benchmark, row)
