"""``midplot runs``: list the runs that were saved, and compare two of them."""

from __future__ import annotations

from dataclasses import asdict

import click

from midplot._plain import as_json as encoded
from midplot.cli._outcome import in_words
from midplot.cli._output import echo, print_json
from midplot.evidence._runs import load_runs
from midplot.game import DEFAULT_RUNS

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
    then, for which `p` is corrected. Lines that cannot be used are listed on stderr.
    """
    found = load_runs(runs)
    if as_json:
        print_json(encoded([asdict(run) for run in found]))
    else:
        echo(found.table())
    for fault in found.faults:
        echo(f"midplot: {fault}", err=True)
