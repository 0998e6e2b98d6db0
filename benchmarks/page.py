"""Writes what was measured as a page of the documentation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from .suite import Result
from .table import HEADINGS, Row, cells

__all__ = ["as_page"]

_INTRODUCTION = """\
# Benchmarks

<!-- Written by `make bench-page`: change benchmarks/page.py, not this page. -->

What midplot promises of its speed, and what a run on one machine made of it. `make bench` in a clone measures it on
yours; `make bench-page` writes this page anew. A target that is missed is shown as missed.
"""

_HOW_TO_READ = """\
## How to read it

- **A ratio means more than a time.** Where two things are compared, written as *this ÷ that*, they were measured in turns
  in one process, in rounds that begin with another one each time, and the ratio is that of the medians. What slows the
  machine down slows both. The notes give the smallest and the largest ratio of a single round: the wider apart, the
  busier the machine was.
- **Times** are of the processor, not of the clock on the wall, unless the note says otherwise. Even so they double where
  neighbours on the same hardware take caches and clock rate: compare times within one run only, and with the load.
- **Targets** are limits from above. A dash says that nothing is promised: the row explains another.
- **No test fails on a time.** The table is for people, who know how busy their machine was.

To measure a part of it, name it: `python -m benchmarks --only momentum view`. `--help` lists the names and the
options; `make bench DATA=folder` takes your own streams.
"""


def as_page(surroundings: Mapping[str, object], results: Sequence[Result]) -> str:
    """Return the page, in Markdown.

    Parameters
    ----------
    surroundings
        What it was measured on, by name.
    results
        In order.
    """
    sections = [
        _section(benchmark.title, [result.row for result in rows])
        for benchmark, rows in groupby(results, lambda result: result.benchmark)
    ]
    verdict = _verdict([result.row for result in results])
    return "\n".join([_INTRODUCTION, verdict, _machine(surroundings), *sections, _HOW_TO_READ])


def _verdict(rows: Sequence[Row]) -> str:
    """Return how many targets are kept, and which are not."""
    judged = [row for row in rows if row.ok is not None]
    missed = [row for row in judged if not row.ok]
    kept = f"**{len(judged) - len(missed)} of {len(judged)} targets are kept.**"
    if not missed:
        return f"{kept}\n"
    return "\n".join([f"{kept} Missed:", "", *map(_missed, missed), ""])


def _missed(row: Row) -> str:
    what, measured, target, _ = map(_escaped, cells(row))
    return f"- {what}: {measured}, wanted {target}"


def _machine(surroundings: Mapping[str, object]) -> str:
    lines = ["## Measured on", "", "| | |", "|---|---|"]
    return "\n".join([*lines, *(f"| {name} | {_escaped(value)} |" for name, value in surroundings.items()), ""])


def _section(title: str, rows: Sequence[Row]) -> str:
    head = [f"## {title}", "", _line(HEADINGS), "|---|--:|--:|--:|"]
    body = [_line(cells(row)) for row in rows]
    notes = [f"- *{_escaped(row.what)}*: {_escaped(row.note)}" for row in rows if row.note]
    return "\n".join([*head, *body, "", *notes, ""])


def _line(words: Sequence[str]) -> str:
    return f"| {' | '.join(map(_escaped, words))} |"


def _escaped(value: object) -> str:
    """Return a text of which Markdown takes no sign for its own; code keeps its backticks."""
    pieces = str(value).split("`")
    return "`".join(piece if i % 2 else _plain(piece) for i, piece in enumerate(pieces)).replace("|", "\\|")


def _plain(text: str) -> str:
    for sign in "\\*_<[":
        text = text.replace(sign, f"\\{sign}")
    return text
