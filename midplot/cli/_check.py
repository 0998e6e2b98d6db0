"""``midplot check``: whether the attacker in a file does what scenarios expect, and decides as its snapshots say."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from midplot._plain import as_json as encoded
from midplot._text import in_columns, printable
from midplot.checks._check import check
from midplot.checks._check_snapshot import KeptReplay, streams_of
from midplot.checks._report import CheckReport
from midplot.checks._snapshot_check import SnapshotCheck
from midplot.cli._display import tick_bar
from midplot.cli._nearby import LAB_FOLDER, labels_nearby, looking_nearby
from midplot.cli._options import (
    Jobs,
    Share,
    attack_argument,
    model_directory_option,
    parameters_given,
    parameters_option,
)
from midplot.cli._outcome import FAILED, in_words
from midplot.cli._output import deliver, reserved
from midplot.errors import ArgumentError, ScenarioError
from midplot.evidence.runs._provenance import name_and_file, words_of
from midplot.evidence.snapshots._file import is_snapshot, load_snapshot, snapshots_in
from midplot.evidence.snapshots._snapshot import Snapshot
from midplot.evidence.snapshots._where import DEFAULT_SNAPSHOTS, place_for
from midplot.play._attack_file import attacker_of
from midplot.scenarios._loading import load_scenarios
from midplot.scenarios._movie import Movie
from midplot.scenarios._scenario import DEFAULT_FOLDER
from midplot.scenarios.store import placed
from midplot.streams import load_streams
from midplot.streams._stream import Stream
from midplot.views.pages._check_page import write_check_page

__all__ = ["check_command"]


@click.command("check")
@attack_argument
@click.argument("scenarios", metavar="[SCENARIOS|SNAPSHOT.json]...", nargs=-1)
@click.option(
    "--threshold", type=Share(), metavar="SHARE", help="Share that must succeed, such as 0.9 or 90%.  [default: all]"
)
@click.option(
    "--variants", is_flag=True, help="Also check them shifted, scaled, mirrored and with noise, and count each kind."
)
@parameters_option
@model_directory_option
@click.option(
    "--snapshots",
    metavar="FOLDER",
    help=f"Where the snapshots are, of which those of this attacker are checked.  [default: {DEFAULT_SNAPSHOTS}]",
)
@click.option("--data", metavar="PATH", help="Where the streams of the snapshots are now.  [default: where they were]")
@click.option(
    "--jobs", "n_jobs", type=Jobs(), default="1", show_default=True, help="Processes in which to replay snapshots."
)
@click.option("--html", metavar="PATH", help="Write a self-contained report, failed scenarios first.")
@click.option("--json", "as_json", is_flag=True, help="Print the report, or what went wrong, as JSON.")
@in_words
def check_command(
    attack: str,
    scenarios: tuple[str, ...],
    threshold: float | None,
    variants: bool,
    parameters: str | None,
    model_directory: str | None,
    snapshots: str | None,
    data: str | None,
    n_jobs: Any,
    html: str | None,
    as_json: bool,
) -> None:
    """Check an attacker against scenarios, and its snapshots.

    ATTACK.py is a Python file that contains `infer` or an attacker class. SCENARIOS is the folder of scenarios, by default
    `scenarios`, or a file. The snapshots in `snapshots` that were taken of this attacker are replayed as well, with the
    rules and parameters that they were taken with. If you name a SNAPSHOT.json, only that one is, whichever attacker it was
    taken of. The exit code is 1 if too few scenarios succeed, or a decision has changed since a snapshot.
    """
    given = parameters_given(parameters, model_directory)
    # All files are read before the attacker's is run, which may go into another folder.
    places, kept = _sorted(scenarios, snapshots)
    movie = _movie(places, attack, variants, is_needed=not kept)
    streams = None if data is None else [each for both in load_streams(data) for each in both]
    here = Path.cwd()
    with reserved(as_json), attacker_of(attack) as infer:
        attacker = words_of(infer)
        chosen, others = _of_this(kept, attack, infer)
        if not (movie or chosen):
            with contextlib.chdir(here):
                raise _nothing(attack, others)
        with contextlib.chdir(here):
            replays = [_found(each, streams) for each in chosen]
        report = check(movie, infer, threshold=threshold, **given)[1] if movie else None
        checks = [_replayed(each, infer, attack, n_jobs) for each in replays]
    ok = (report is None or report.ok) and all(each.ok for each in checks)
    text = _as_json(report, checks, others, ok=ok) if as_json else _text(report, variants, checks, others)
    deliver(text, html, lambda path: write_check_page(report, path, checks, attacker), as_json=as_json)
    if not ok:
        raise SystemExit(FAILED)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A snapshot, its file, and whether that was named on the command line."""

    path: Path
    snapshot: Snapshot
    is_named: bool


def _sorted(given: Sequence[str], folder: str | None) -> tuple[list[str], list[_Kept]]:
    """Return the places of scenarios among the arguments, None being the default, and all snapshots to look at."""
    named = [each for each in given if is_snapshot(each)]
    places = [each for each in given if each not in named]
    kept = [_Kept(Path(each), load_snapshot(each), is_named=True) for each in dict.fromkeys(named)]
    if folder is not None and not placed(folder).is_dir():
        raise ArgumentError(
            f"there is no folder {folder!r}",
            where="--snapshots",
            advice="Take a snapshot first: midplot snapshot ATTACK.py --into FOLDER.",
        )
    if folder is not None or not named:
        found = snapshots_in(DEFAULT_SNAPSHOTS if folder is None else folder)
        kept += [_Kept(path, snapshot, is_named=False) for path, snapshot in found]
    if not places and not named:
        places = [DEFAULT_FOLDER]
    return places, kept


def _movie(places: Sequence[str], attack: str, variants: bool, *, is_needed: bool) -> Movie | None:
    """Return the scenarios to check; None if there need not be any."""
    if len(places) > 1:
        raise ArgumentError(
            f"{len(places)} places of scenarios were given", where="check", advice="Check one folder or file at a time."
        )
    if not places:
        return None
    with looking_nearby(places[0], attack):
        movie = load_scenarios(places[0])
        if not movie and (is_needed or places[0] != DEFAULT_FOLDER):
            raise ScenarioError(
                "there are no scenarios",
                where=places[0],
                advice="Label a window in the view, or with result.save_selected(UP), or name the folder that holds your "
                f"labels: midplot check {attack} FOLDER. A notebook saves them beside itself: one of `midplot lab` in "
                f"{LAB_FOLDER}/{DEFAULT_FOLDER}. Or keep all decisions: midplot snapshot {attack}.",
            )
    return movie.add(*movie.variants()) if variants else movie


def _of_this(kept: Sequence[_Kept], attack: str, infer: Any) -> tuple[list[_Kept], list[str]]:
    """Return the snapshots of an attacker, and a sentence on each that is another one's."""
    name, _ = name_and_file(infer)
    chosen = [each for each in kept if each.is_named or each.snapshot.attacker.is_that(attack, name)]
    others = [
        f"{each.path} is a snapshot of {printable(each.snapshot.attacker.title)}, and was not checked"
        for each in kept
        if each not in chosen
    ]
    return chosen, others


def _nothing(attack: str, others: Sequence[str]) -> ScenarioError:
    found = "".join(f"; {each}" for each in others)
    return ScenarioError(
        f"there are no scenarios, and there is no snapshot of it{found}",
        where=attack,
        advice=labels_nearby(attack)
        or f"Take one: midplot snapshot {attack}. Or name the one to compare it with: midplot check {attack} SNAPSHOT.json.",
    )


def _found(kept: _Kept, streams: list[Stream] | None) -> KeptReplay:
    """Return a snapshot with its streams."""
    found = streams_of(kept.snapshot, kept.path, streams, option="--data")
    return KeptReplay(kept.snapshot, kept.path.absolute(), found, str(kept.path))


def _replayed(kept: KeptReplay, infer: Any, attack: str, n_jobs: Any) -> SnapshotCheck:
    again = f"midplot snapshot {attack} --update"
    if place_for(attack, None) != Path(kept.shown):
        again = f"midplot snapshot {attack} --into {kept.shown} --update"
    if not kept.snapshot.attacker.is_that(attack, name_and_file(infer)[0]):
        again = f"midplot snapshot {attack}"  # another one's snapshot is not to be replaced by this one's
    with tick_bar(kept.n_ticks, kept.shown) as progress:
        return kept.check(infer, again=again, n_jobs=n_jobs, progress=progress)


def _text(report: CheckReport | None, variants: bool, checks: Sequence[SnapshotCheck], others: Sequence[str]) -> str:
    blocks = []
    if report is not None:
        table = repr(report).splitlines()[2:]  # without the summary, which comes last, where a terminal shows it
        counts = [[name, f"{succeeded} of {n}"] for name, (succeeded, n) in report.by_variant().items()]
        blocks += ["\n".join(table)] + (["\n".join(in_columns(counts))] if variants else [])
    if checks or others:
        blocks.append("\n".join([line for each in checks for line in each.lines()] + list(others)))
    summary = [str(report)] if report is not None else []
    if checks:
        n = sum(each.ok for each in checks)
        summary.append(f"Snapshots: {n} of {len(checks)} unchanged: {'passed' if n == len(checks) else 'failed'}")
    return "\n\n".join([*blocks, "\n".join(summary)])


def _as_json(report: CheckReport | None, checks: Sequence[SnapshotCheck], others: Sequence[str], *, ok: bool) -> str:
    scenarios = {"n": 0, "n_success": 0, "n_failed": 0, "checks": []} if report is None else report.to_dict()
    snapshots = {"snapshots": [each.to_dict() for each in checks], "not_checked": list(others)}
    return encoded(scenarios | {"ok": ok} | snapshots)
