"""Writes the results as a page of the documentation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from .suite import Result
from .table import HEADINGS, Row, cells

__all__ = ["as_page"]

_INTRODUCTION = """\
# Benchmarks

<!-- Written by `make bench-page`: change benchmarks/page.py, not this page. -->

How fast is midplot, and does it meet its targets? These are the figures of one run on one machine. In a clone,
`make bench` measures on yours, and `make bench-page` rewrites this page. A missed target is shown as missed.
"""

_HOW_TO_READ = """\
## How to read it

- **A ratio means more than a time.** Two things that are compared, written as *this ÷ that*, are measured in turns in
  one process, in rounds that each start with a different one, and the ratio is that of the medians. Whatever slows the
  machine down slows both. The notes give the smallest and the largest ratio of a single round: the further apart, the
  busier the machine was.
- **Times** are CPU time unless the note says otherwise. Even so they can double if neighbours on the same hardware
  compete for caches and clock rate. Compare times only within one run, and look at the load.
- **Targets** are upper limits. A dash means that there is no target: the row explains another one.
- **No test fails because of a time.** The table is for people, who know how busy their machine was.

To measure only some of it, name it: `python -m benchmarks --only momentum view`. `--help` lists the names and the
options, and `make bench DATA=folder` uses your own streams.
"""


def as_page(surroundings: Mapping[str, object], results: Sequence[Result]) -> str:
    """Return the page, in Markdown.

    Parameters
    ----------
    surroundings
        The machine, the versions and so on, by name.
    results
        In the order of the page.
    """
    sections = [
        _section(benchmark.title, [result.row for result in rows])
        for benchmark, rows in groupby(results, lambda result: result.benchmark)
    ]
    verdict = _verdict([result.row for result in results])
    return "\n".join([_INTRODUCTION, verdict, _machine(surroundings), *sections, _HOW_TO_READ])


def _verdict(rows: Sequence[Row]) -> str:
    """Return how many targets are met, and list those that are missed."""
    judged = [row for row in rows if row.ok is not None]
    missed = [row for row in judged if not row.ok]
    kept = f"**{len(judged) - len(missed)} of {len(judged)} targets are met.**"
    if not missed:
        return f"{kept}\n"
    return "\n".join([f"{kept} Missed:", "", *map(_missed, missed), ""])


def _missed(row: Row) -> str:
    what, measured, target, _ = map(_escaped, cells(row))
    return f"- {what}: {measured}, target {target}"


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
    """Escape the characters that Markdown would interpret; code keeps its backticks."""
    pieces = str(value).split("`")
    return "`".join(piece if i % 2 else _plain(piece) for i, piece in enumerate(pieces)).replace("|", "\\|")


def _plain(text: str) -> str:
    for sign in "\\*_<[":
        text = text.replace(sign, f"\\{sign}")
    return text
