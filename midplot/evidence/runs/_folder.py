"""The folder of runs: saved whole or not at all, listed, and counted, so that luck knows how much was tried."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from midplot._files import given_path, locked, replace_file, sync_folder
from midplot._text import counted, printable
from midplot._warnings import warn
from midplot.errors import ArgumentError, ArgumentTypeError, MidplotError, ScenarioError
from midplot.evidence._luck import Luck, luck_of_ledger
from midplot.evidence.runs._listing import table_of
from midplot.evidence.runs._provenance import provenance_of
from midplot.evidence.runs._run import Run, line_of, new_run, read_run
from midplot.evidence.runs._run_file import content_of, decisions_digest
from midplot.game import DEFAULT_RUNS
from midplot.money._ledger import Ledger
from midplot.scenarios.store._files import read_file

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["INDEX_NAME", "Runs", "load_runs", "read_runs", "save_run"]

INDEX_NAME = "runs.jsonl"
"""The file with one line per run."""


@dataclass(frozen=True, repr=False, eq=False)
class Runs:
    """The runs of a folder, in the order in which they were saved.

    Attributes
    ----------
    folder
        The folder.
    runs
        The runs.
    faults
        A sentence on each line of ``runs.jsonl`` that cannot be used. Such a line hides no other, and stays as it is.
    n_lost
        The number of these lines that may hold a run that is not counted.
    """

    folder: Path
    runs: tuple[Run, ...]
    faults: tuple[str, ...] = ()
    n_lost: int = 0

    def __len__(self) -> int:
        return len(self.runs)

    def __iter__(self) -> Iterator[Run]:
        return iter(self.runs)

    def path_of(self, run: str) -> Path:
        """Return the Parquet file of a run.

        Parameters
        ----------
        run
            The run's id, or enough of its beginning or end to tell it from the others.

        Raises
        ------
        ArgumentError
            If there is no such run, or several.
        """
        found = [each for each in self.runs if each.id == run]
        found = found or [each for each in self.runs if each.id.startswith(run) or each.id.endswith(run)]
        if len(found) == 1:
            return self.folder / found[0].file
        known = ", ".join(each.id for each in (found or self.runs)[-5:]) or "none"
        what = f"{len(found)} runs match {run!r}" if found else f"there is no run {run!r}"
        raise ArgumentError(what, where=self.folder, advice=f"Give one of {known}.")

    def tried_on(self, fingerprints: Iterable[str]) -> list[Run]:
        """Return the runs that share a stream with those given, only the first of those that decided the same."""
        streams = frozenset(fingerprints)
        shared = [run for run in self.runs if run.fingerprints & streams]
        return list({run.decisions: run for run in reversed(shared)}.values())[::-1]

    def describe_lost(self) -> str:
        """Say that the number of trials may be too low, or return an empty text."""
        if not self.n_lost:
            return ""
        return (
            f"{counted(self.n_lost, 'line')} of {self.folder / INDEX_NAME} could not be read, "
            "so the number of trials may be too low."
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per run.

        Returns
        -------
        pandas.DataFrame
            Indexed by ``id``: ``at, attacker, score, low, high, p, trials, n_decisions, n_ticks, n_streams, elapsed,
            state, n_scenarios, n_success, source, commit, hyper_parameters, note, file, attacker_file`` and the rules.
        """
        import pandas as pd

        rows = [_flat(run) for run in self.runs]
        return pd.DataFrame(rows, columns=list(rows[0]) if rows else ["id"]).set_index("id")

    def table(self) -> str:
        """Return one line per run, aligned: what it earned, and what tells it from the others."""
        return table_of(self.runs) if self.runs else "no runs"

    def __repr__(self) -> str:
        return "\n".join([f"Runs: {self.folder}", "", self.table(), *(printable(each, 1000) for each in self.faults)])


def load_runs(path: str | PathLike[str] = DEFAULT_RUNS) -> Runs:
    """List the runs that were saved in a folder.

    Parameters
    ----------
    path
        The folder. One that does not exist holds no runs.

    Raises
    ------
    ArgumentError
        If ``runs.jsonl`` cannot be read.

    Warns
    -----
    UserWarning
        If some of its lines cannot be read, so that the number of trials may be too low; ``faults`` has them one by one.
    """
    found = read_runs(path)
    _warn_of_lost(found)
    return found


def read_runs(path: str | PathLike[str]) -> Runs:
    """List the runs of a folder as `load_runs` does, without a warning."""
    folder = _folder(path)
    runs: dict[str, Run] = {}
    faults, n_lost = [], 0
    for number, line in enumerate(_content(folder).split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            run = read_run(line)
        except ValueError as error:
            faults.append(f"{folder / INDEX_NAME}, line {number}: {error}.")
            n_lost += 1
            continue
        first = runs.setdefault(run.id, run)
        if first is not run:
            faults.append(f"{folder / INDEX_NAME}, line {number}: it has the id of a line before it.")
            n_lost += first.decisions != run.decisions  # else the same run is there twice, and none is lost
    return Runs(folder, tuple(runs.values()), tuple(faults), n_lost)


def _warn_of_lost(found: Runs) -> None:
    if found.n_lost:
        warn(found.describe_lost())


def save_run(
    ledger: Ledger,
    infer: Callable[..., Any],
    path: str | PathLike[str],
    *,
    fingerprint: Callable[[int], str],
    report: Any = None,
    note: str = "",
) -> Path:
    """Save a replay: its decisions and latencies in a file of its own, and a line about it in ``runs.jsonl``.

    The replay's ledger learns how many attackers were tried on its streams.

    Parameters
    ----------
    ledger
        What happened in the replay.
    infer
        The attacker, bound to its parameters.
    path
        The folder, created if it does not exist.
    fingerprint
        Returns the fingerprint of a stream, by its id.
    report
        The report of a check of the same attacker, of which the counts are kept; or None.
    note
        A remark.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    ArgumentError
        If the replay is still running or replayed nothing.
    MidplotError
        If the folder cannot be written. Nothing is saved then, and what was saved before is untouched.

    Warns
    -----
    UserWarning
        If lines of ``runs.jsonl`` cannot be read, so that the number of trials may be too low. The run is saved.
    """
    if ledger.state == "running" or not ledger.streams:
        raise ArgumentError(
            "there is nothing to save yet", where="save", advice="Save the result once the replay has ended."
        )
    folder = _folder(path)
    fingerprints = {stream_id: fingerprint(stream_id) for stream_id in ledger.streams}
    came_from, decisions, scenarios = provenance_of(infer), decisions_digest(ledger), _counts(report)
    with _writing(folder):
        # Read under the lock: of two processes, the second counts the run of the first.
        saved = read_runs(folder)
        earlier = {run.decisions for run in saved.tried_on(fingerprints.values())}
        trials = len(earlier - {decisions}) + 1
        luck: Luck = luck_of_ledger(ledger, trials)
        run = new_run(
            ledger,
            came_from,
            luck,
            fingerprints=fingerprints,
            decisions=decisions,
            scenarios=scenarios,
            note=str(note),
        )
        _write(folder, run, content_of(ledger, run))
    ledger.trials = trials
    _warn_of_lost(saved)
    return folder / run.file


def _write(folder: Path, run: Run, content: bytes) -> None:
    """Write both files of a run, the line last: a run is there once its line is."""
    target, index = folder / run.file, folder / INDEX_NAME
    if target.exists():  # the id holds random digits: another file of this name is no accident
        raise MidplotError("there is such a file already", where=target, advice="Move it elsewhere, and save again.")
    lines = _content(folder)
    torn = bool(lines) and not lines.endswith(b"\n")  # by an editor, or a writer of another kind
    try:
        replace_file(target, content)
        # Lines that cannot be read, or that a newer midplot wrote, are kept to the byte.
        replace_file(index, lines + b"\n" * torn + line_of(run).encode() + b"\n")
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    sync_folder(folder)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder of runs, and say what went wrong in words about runs."""
    try:
        with locked(folder):
            yield
    except OSError as error:
        raise _unwritten(folder, error.strerror or str(error)) from error
    except ScenarioError as error:  # the lock's own error speaks of labels
        raise _unwritten(folder, error.what) from error


def _unwritten(folder: Path, reason: str) -> MidplotError:
    return MidplotError(
        f"the run cannot be saved ({reason})",
        where=folder,
        advice="No run that was saved before is lost. Give a folder that can be written to, and save again.",
    )


def _content(folder: Path) -> bytes:
    """Return what ``runs.jsonl`` holds; nothing if there is none."""
    index = folder / INDEX_NAME
    try:
        return read_file(index)[0]
    except (FileNotFoundError, NotADirectoryError):
        return b""
    except (OSError, ScenarioError) as error:
        reason = getattr(error, "strerror", None) or getattr(error, "what", None) or str(error)
        raise ArgumentError(
            f"it cannot be read ({reason})", where=index, advice="Restore it, or give another folder."
        ) from error


def _folder(path: Any) -> Path:
    try:
        return given_path(path)
    except TypeError as error:
        raise ArgumentTypeError(f"{path!r} is not a path", where="path", advice="Give the name of a folder.") from error


def _counts(report: Any) -> dict[str, int] | None:
    if report is None:
        return None
    # Duck-typed: reports draw themselves, so they stand above this room.
    try:
        return {"n": int(report.n), "n_success": len(report.success)}
    except AttributeError as error:
        raise ArgumentTypeError(
            f"expected the report of a check, got {report!r}", where="report", advice="Give what check returned second."
        ) from error


def _flat(run: Run) -> dict[str, Any]:
    low, high = run.interval or (float("nan"), float("nan"))
    scenarios = run.scenarios or {}
    return {
        **{name: getattr(run, name) for name in ("id", "at", "attacker", "score")},
        "low": low,
        "high": high,
        "p": float("nan") if run.p is None else run.p,
        "trials": run.trials,
        **{name: getattr(run, name) for name in ("n_decisions", "n_ticks")},
        "n_streams": len(run.streams),
        **{name: getattr(run, name) for name in ("elapsed", "state")},
        **{name: scenarios.get(name) for name in ("n", "n_success")},
        **{
            name: getattr(run, name)
            for name in ("source", "commit", "hyper_parameters", "note", "file", "attacker_file")
        },
        **run.rules,
    }
