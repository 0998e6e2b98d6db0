"""Measure, and print the table: ``python -m tests.benchmarks [--data DIR] [--quick] [--json PATH]``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .machine import described_machine, load_average, package_versions
from .package_rows import import_rows, load_rows
from .parallel_rows import parallel_rows
from .replay_rows import idle_rows, linearity_rows, momentum_rows
from .scenario_rows import scenario_rows
from .scoring_rows import scoring_rows
from .subject import Subject
from .table import Row, as_record, as_table
from .view_rows import view_rows

RowFunction = Callable[[Subject], list[Row]]

# What is measured, in the order of the table. A new promise is a new function here.
ROWS: list[RowFunction] = [
    momentum_rows,
    idle_rows,
    scoring_rows,
    import_rows,
    linearity_rows,
    load_rows,
    scenario_rows,
    view_rows,
    parallel_rows,
]


def main() -> None:
    """Measure everything and print it."""
    arguments = _arguments()
    subject = Subject(arguments.data, arguments.quick)
    surroundings = _surroundings(subject)
    rows = [row for measured in ROWS for row in measured(subject)]
    surroundings["load after"] = load_average()
    print("\n".join(f"{name:<12} {value}" for name, value in surroundings.items()), end="\n\n")
    print(as_table(rows))
    if arguments.json is not None:
        record = {**surroundings, "rows": [as_record(row) for row in rows]}
        arguments.json.write_text(json.dumps(record, indent=1, ensure_ascii=False), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Measure the speed of midplot.")
    parser.add_argument("--data", type=Path, metavar="DIR", help="measure on this folder's test streams")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and shorter streams: rough numbers")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the numbers there as well")
    return parser.parse_args()


def _surroundings(subject: Subject) -> dict[str, Any]:
    packages = ", ".join(f"{name} {number}" for name, number in package_versions().items())
    return {**described_machine(), "packages": packages, "measured on": str(subject), "load before": load_average()}


if __name__ == "__main__":
    main()
