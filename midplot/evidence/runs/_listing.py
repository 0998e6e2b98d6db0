"""Saved runs as a table: what each earned, and what tells it from the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from midplot._text import NOT_KNOWN, in_columns, printable, signed, width_of
from midplot.evidence._words import amount
from midplot.evidence.runs._run import RULES, Run

__all__ = ["table_of"]

WIDEST: Final = 100
"""The most terminal columns that a table takes, unless runs differ in nearly everything at once."""

SHORTEST: Final = 16
"""The number of characters that texts at the end of a row may be cut to: fewer would not tell runs apart."""

_END: Final = 8
"""The number of random digits at the end of an id."""

_DIGITS: Final = 7
"""The number of digits of a digest that are shown, as git does."""


@dataclass(frozen=True, slots=True)
class _Column:
    """One column: its heading, one cell per run, and how it is treated."""

    heading: str
    cells: Sequence[str]
    right: bool = False
    free: bool = False
    """Whether its cells are texts of any length, which may be cut."""

    def __bool__(self) -> bool:
        return any(self.cells)

    @property
    def width(self) -> int:
        return max(map(width_of, [self.heading, *self.cells]))


def table_of(runs: Sequence[Run]) -> str:
    """Return one line per run, aligned, below a line of headings.

    A digest of the source, the streams, hyper-parameters, rules and notes have a column only where they tell runs apart.
    A table that would be too wide does without the interval, of which p says much the same; then it names each run by the
    end of its id, which is enough for `Runs.path_of`; and then it cuts the texts in its last columns.
    """
    columns = _columns(runs)
    if _width(columns) > WIDEST:
        columns = [each for each in columns if each.heading != "95%"]
    ends = [run.id[-_END:] for run in runs]
    if _width(columns) > WIDEST and len(set(ends)) == len(ends):
        columns[0] = _Column(columns[0].heading, ends)
    _cut(columns)
    rows = zip(*([each.heading, *each.cells] for each in columns), strict=True)
    return "\n".join(in_columns([*rows], right=[place for place, each in enumerate(columns) if each.right]))


def _columns(runs: Sequence[Run]) -> list[_Column]:
    attackers = [_attacker(run) for run in runs]
    columns = [
        _Column("run", [run.id for run in runs]),
        _Column("attacker", [printable(each) for each in attackers]),
        _Column("source", _sources(runs, attackers)),
        _Column(
            "score", [signed(run.score) + " (interrupted)" * (run.state != "complete") for run in runs], right=True
        ),
        _Column("95%", [" to ".join(map(amount, run.interval)) if run.interval else NOT_KNOWN for run in runs]),
        _Column("p", [NOT_KNOWN if run.p is None else f"{run.p:.3f}" for run in runs], right=True),
        _Column("trial", [f"{run.trials}" for run in runs], right=True),
        _Column("scenarios", _scenarios(runs)),
        _Column("streams", _streams(runs), free=True),
        _Column("hyper-parameters", _differing([_parameters(run) for run in runs]), free=True),
        _Column("rules", _differing([_rules(run) for run in runs]) if len(runs) > 1 else [], free=True),
        _Column("note", [printable(run.note, 1000) for run in runs], free=True),
    ]
    return [each for each in columns if each]


def _width(columns: Sequence[_Column]) -> int:
    return sum(each.width for each in columns) + 2 * (len(columns) - 1)


def _cut(columns: list[_Column]) -> None:
    """Cut the texts, the last ones first, as far as the table needs it."""
    for place in reversed(range(len(columns))):
        column, excess = columns[place], _width(columns) - WIDEST
        if column.free and excess > 0:
            longest = max(SHORTEST, column.width - excess)
            columns[place] = _Column(column.heading, [printable(cell, longest) for cell in column.cells], free=True)


def _attacker(run: Run) -> str:
    """Return an attacker as the command line takes it, if it has a file."""
    if run.attacker_file is None:
        return run.attacker
    # An infer is called by its file and its name; the file is already said.
    return f"{run.attacker_file}:{run.attacker.rpartition('.')[2]}"


def _scenarios(runs: Sequence[Run]) -> list[str]:
    """Return how many scenarios passed, if any were checked."""
    if not any(run.scenarios for run in runs):
        return []
    counts = [run.scenarios or {} for run in runs]
    return [f"{each['n_success']} of {each['n']}" if each else NOT_KNOWN for each in counts]


def _sources(runs: Sequence[Run], attackers: Sequence[str]) -> list[str]:
    """Return the beginning of the digest of each source, if an attacker of the same name had several."""
    if len(set(zip(attackers, (run.source for run in runs), strict=True))) == len(set(attackers)):
        return []
    return [NOT_KNOWN if run.source is None else _beginning(run.source) for run in runs]


def _streams(runs: Sequence[Run]) -> list[str]:
    """Return the streams of each run in the shortest words that tell them apart, if not all have the same."""
    sets = [run.fingerprints for run in runs]
    names = [", ".join(printable(str(stream["name"])) for stream in run.streams) for run in runs]
    counts = [f"{len(run.streams):,}" for run in runs]
    digests = [", ".join(map(_beginning, sorted(each))) for each in sets]
    ways = [names, counts, digests] if max(map(len, names)) <= SHORTEST else [counts, names, digests]
    if len(set(sets)) < 2:
        return []
    return next((way for way in ways if len(set(zip(way, sets, strict=True))) == len(set(way))), digests)


def _beginning(digest: str) -> str:
    return printable(digest.rpartition(":")[2], 64)[:_DIGITS]


def _parameters(run: Run) -> Mapping[str, Any]:
    given = run.hyper_parameters
    if given is None:
        return {}
    return given if isinstance(given, Mapping) else {"": given}


def _rules(run: Run) -> Mapping[str, Any]:
    return {rule: run.rules[rule] for rule in RULES if rule in run.rules}


def _differing(given: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what each run was given, as far as it is not the same for all; of one run, everything."""
    names = dict.fromkeys(name for each in given for name in each)
    told = [name for name in names if len(given) == 1 or len({repr(each.get(name)) for each in given}) > 1]
    return [", ".join(_setting(name, each[name]) for name in told if name in each) for each in given]


def _setting(name: str, value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return printable(f"{name}={text}" if name else text, 1000)
