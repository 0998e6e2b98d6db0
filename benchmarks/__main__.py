"""Measure, and print the table: ``python -m benchmarks [--only NAME ...] [--quick] [--data DIR] [--page PATH]``."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from .machine import described_machine, load_average, package_versions
from .page import as_page
from .subject import Subject
from .suite import SUITE, Result, chosen, measured
from .table import as_line, as_record, as_table


def main() -> None:
    """Measure what the arguments ask for, and print it."""
    arguments = _arguments()
    subject = Subject(arguments.data, arguments.quick)
    surroundings = _surroundings(subject)
    results = _measured(arguments.only, subject, surroundings)
    rows = [result.row for result in results]
    print("\n" + "\n".join(f"{name:<12} {value}" for name, value in surroundings.items()), end="\n\n")
    print(as_table(rows))
    if arguments.json is not None:
        record = {**surroundings, "rows": [as_record(row) for row in rows]}
        arguments.json.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if arguments.page is not None:
        arguments.page.write_text(as_page(surroundings, results), encoding="utf-8")


def _measured(names: list[str], subject: Subject, surroundings: dict[str, Any]) -> list[Result]:
    """Measure, and print each row as soon as it is there, so that nobody waits in the dark."""
    begun = perf_counter()
    results = []
    for result in measured(chosen(names), subject):
        results.append(result)
        print(f"{perf_counter() - begun:4.0f} s  {as_line(result.row)}", flush=True)
    surroundings["load after"] = load_average()
    surroundings["took"] = f"{perf_counter() - begun:.0f} s"
    return results


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the speed of midplot.")
    names = [benchmark.name for benchmark in SUITE]
    parser.add_argument(
        "--only", nargs="+", choices=names, default=[], metavar="NAME", help=f"one or more of {', '.join(names)}"
    )
    parser.add_argument("--quick", action="store_true", help="fewer rounds and shorter streams: rough numbers")
    parser.add_argument("--data", type=Path, metavar="DIR", help="measure on this folder's test streams")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the numbers there as well")
    parser.add_argument("--page", type=Path, metavar="PATH", help="write the documentation page there as well")
    return parser.parse_args()


def _surroundings(subject: Subject) -> dict[str, Any]:
    packages = ", ".join(f"{name} {number}" for name, number in package_versions().items())
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        **described_machine(),
        "packages": packages,
        "streams": str(subject),
        "load before": load_average(),
    }


if __name__ == "__main__":
    main()
