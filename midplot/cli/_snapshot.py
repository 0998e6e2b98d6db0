"""``midplot snapshot``: keep what an attacker decides, so that a later change of it that alters this is noticed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from midplot._plain import as_json as encoded
from midplot._text import counted, printable, signed
from midplot.checks._check_snapshot import given_parameters, streams_of
from midplot.cli._options import chosen_streams
from midplot.cli._outcome import in_words
from midplot.cli._output import echo, print_json, reserved
from midplot.cli._replaying import arguments_of, counting_options, replay_options, replayed
from midplot.evidence.runs._run import RULES
from midplot.evidence.snapshots._file import Written, load_snapshot
from midplot.evidence.snapshots._snapshot import Snapshot
from midplot.evidence.snapshots._taking import kept_parameters, take_snapshot
from midplot.evidence.snapshots._where import SAMPLE, place_for, relative
from midplot.play._attack_file import attacker_of

__all__ = ["snapshot_command"]


@click.command("snapshot")
@replay_options
@counting_options
@click.option(
    "--into",
    metavar="PATH",
    help="The file, which ends in .json, or its folder.  [default: `snapshots`, with the name of the attacker's file]",
)
@click.option(
    "--update",
    is_flag=True,
    help="Replace the snapshot, and say what has changed. Options that are left out are those of the old one.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the outcome, or what went wrong, as JSON.")
@in_words
def snapshot_command(
    attack: str,
    data: str | None,
    which: str | None,
    streams: tuple[str, ...],
    into: str | None,
    update: bool,
    as_json: bool,
    **rules: Any,
) -> None:
    """Keep what an attacker decides, and see what changes it.

    ATTACK.py is a Python file that contains `infer` or an attacker class. It is replayed twice: one that does not decide
    the same again has no snapshot, and the exit code is then 1.
    """
    # All paths are looked up before the attacker's file is run, which may go into another folder.
    shown = place_for(attack, into)
    path = shown.absolute()
    old = load_snapshot(shown) if update and path.exists() else None
    arguments = arguments_of(rules) if old is None else _as_before(old, path, arguments_of(rules))
    if old is not None and not _were_given("data", "which", "streams"):
        chosen, kept_data = streams_of(old, shown, option="--data"), old.data
    else:
        chosen = chosen_streams(data, which)
        kept_data = SAMPLE if data is None else relative(data, path.parent)
    parameters = kept_parameters(arguments, path.parent)
    with reserved(as_json), attacker_of(attack) as infer:
        result = replayed(infer, attack, chosen, streams, arguments)
        if result.interrupted:
            raise KeyboardInterrupt
        digests = result.labeller.fingerprint
        written = take_snapshot(
            result.ledger,
            result.bound_infer,
            path,
            fingerprints=digests,
            parameters=parameters,
            data=kept_data,
            file=attack,
            update=update,
        )
    _show(shown, written, load_snapshot(path), as_json=as_json)


def _were_given(*names: str) -> bool:
    """Return whether any of these options stood on the command line."""
    context = click.get_current_context()
    return any(context.get_parameter_source(name) is not ParameterSource.DEFAULT for name in names)


def _as_before(old: Snapshot, path: Path, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a replay, with those of a snapshot where no option was given."""
    kept = {rule: getattr(old.rules, rule) for rule in RULES if not _were_given(rule)}
    before = given_parameters(old, path)
    if not _were_given("parameters"):
        kept["hyper_parameters"] = before.hyper_parameters
    if not _were_given("model_directory"):
        kept["with_hyper_parameters_load"] = before.with_hyper_parameters_load
        kept["model_directory_path"] = before.model_directory_path
    return arguments | kept


def _show(path: Path, written: Written, snapshot: Snapshot, *, as_json: bool) -> None:
    if as_json:
        outcome = {
            "file": str(path),
            "n_decisions": snapshot.n_decisions,
            "n_streams": len(snapshot.streams),
            "score": snapshot.score,
            "changes": None if written.changes is None else list(written.changes),
        }
        print_json(encoded(outcome))
    else:
        decided = f"{counted(snapshot.n_decisions, 'decision')} on {counted(len(snapshot.streams), 'stream')}"
        news = ["unchanged"] if written.changes == () else list(written.changes or ())
        lines = [f"snapshot: {path} ({decided}, score {signed(snapshot.score)})", *(f"  {each}" for each in news)]
        echo("\n".join(printable(line, 1000) for line in lines))
    if not snapshot.n_decisions:
        remark = "the attacker decided nothing, so all that the snapshot can show is whether that is still so."
        echo(f"midplot: {remark}", err=True)
