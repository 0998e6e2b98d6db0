"""``midplot runs``: list the runs that were saved, and compare two of them."""

from __future__ import annotations

from dataclasses import asdict

import click

from midplot._files import given_path
from midplot._plain import as_json as encoded
from midplot.cli._compare import show_comparison
from midplot.cli._options import chosen_streams, data_option, set_option
from midplot.cli._outcome import FAILED, in_words
from midplot.cli._output import echo, print_json
from midplot.errors import ArgumentError, StreamError
from midplot.evidence._comparison import ReplayComparison
from midplot.evidence.runs._folder import Runs, read_runs
from midplot.game import DEFAULT_RUNS
from midplot.replay import load_result
from midplot.results import ReplayResults

__all__ = ["runs_group"]

_folder = click.argument("runs", default=DEFAULT_RUNS)


@click.group("runs")
def runs_group() -> None:
    """List and compare saved runs: `midplot replay --keep`."""


@runs_group.command("list")
@_folder
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@in_words
def list_command(runs: str, as_json: bool) -> None:
    """List saved runs, oldest first.

    RUNS is their folder, by default `runs`. `trial` is the number of different attackers tried on the same streams until
    then, for which `p` is corrected. A digest of the source, the streams, hyper-parameters, rules and notes are shown where
    they tell runs apart; `--json` has everything. Lines that cannot be used are listed on stderr, and the exit code is
    then 1.
    """
    found = _read(runs)
    if as_json:
        print_json(encoded([asdict(run) for run in found]))
    else:
        echo(found.table())
    for fault in (*found.faults, *filter(None, [found.describe_lost()])):
        echo(f"midplot: {fault}", err=True)
    if found.faults:
        raise SystemExit(FAILED)


@runs_group.command("compare")
@click.argument("runs", metavar="RUN RUN...", nargs=-1, required=True)
@click.option("--runs", "folder", default=DEFAULT_RUNS, show_default=True, metavar="FOLDER", help="Their folder.")
@click.option("--folder", "folder_before", hidden=True)  # what --runs was called before
@data_option
@set_option
@click.option("--html", metavar="PATH", help="Write a self-contained page.")
@click.option("--json", "as_json", is_flag=True, help="Print the comparison, or what went wrong, as JSON.")
@in_words
def compare_command(
    runs: tuple[str, ...],
    folder: str,
    folder_before: str | None,
    data: str | None,
    which: str | None,
    html: str | None,
    as_json: bool,
) -> None:
    """Compare saved runs on the streams that they were made on.

    RUN is an id, or enough of its beginning or end. All are compared with the first. Nothing is replayed.
    """
    if len(runs) < 2:
        raise ArgumentError(
            "there is nothing to compare: one run was given", where="RUN", advice="Name two or more of them."
        )
    saved = _read(folder_before or folder)
    paths = [saved.path_of(run) for run in runs]
    if len(set(paths)) < len(paths):
        raise ArgumentError(
            "the same run was given twice", where="RUN", advice="Name each once; its difference is nothing."
        )
    streams = chosen_streams(data, which)
    try:
        results = {path.stem: load_result(path, streams) for path in paths}
    except StreamError as error:
        if data is not None:
            raise
        advice = "Add --data, with the file or folder of the streams that were replayed."
        raise StreamError(error.what, where=error.where, advice=advice) from error
    show_comparison(ReplayComparison(_named(results)), html, as_json=as_json)


def _read(folder: str) -> Runs:
    """Return the runs of a folder, which has to be there unless it is the default one."""
    if folder != DEFAULT_RUNS and not given_path(folder, "RUNS").is_dir():
        raise ArgumentError(
            "there is no such folder",
            where=folder,
            advice="Name the folder that runs are saved in: midplot replay ATTACK.py --keep=FOLDER.",
        )
    return read_runs(folder)


def _named(results: dict[str, ReplayResults]) -> dict[str, ReplayResults]:
    """Name each run by its attacker where that tells them apart, else by the end of its id as well."""
    names = {run: str(result.bound_infer.__name__) for run, result in results.items()}
    alike = len(set(names.values())) < len(names)
    return {f"{names[run]} {run[-8:]}" if alike else names[run]: result for run, result in results.items()}
