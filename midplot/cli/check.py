"""``midplot check``: whether the attacker of a file does what the saved scenarios expect."""

from __future__ import annotations

import sys

import click

from midplot.checks import CheckReport, check
from midplot.cli.options import attack_argument, model_directory_option, parameters_given, parameters_option
from midplot.cli.outcome import FAILED, in_words
from midplot.cli.output import deliver, reserved
from midplot.core.attack_file import attacker_of
from midplot.core.scenario import DEFAULT_FOLDER
from midplot.core.text_table import in_columns
from midplot.errors import ScenarioError
from midplot.movie import Movie, load_scenarios

__all__ = ["check_command"]


@click.command("check")
@attack_argument
@click.argument("scenarios", default=DEFAULT_FOLDER)
@click.option("--threshold", type=float, metavar="SHARE", help="The share that must succeed, 0 to 1.  [default: all]")
@click.option(
    "--variants", is_flag=True, help="Check them shifted, scaled, mirrored and with noise as well, and count by each."
)
@parameters_option
@model_directory_option
@click.option("--html", metavar="PATH", help="Write a self-contained report, the failed first.")
@click.option("--json", "as_json", is_flag=True, help="Print the report, or what went wrong, as JSON.")
@in_words
def check_command(
    attack: str,
    scenarios: str,
    threshold: float | None,
    variants: bool,
    parameters: str | None,
    model_directory: str | None,
    html: str | None,
    as_json: bool,
) -> None:
    """Check the attacker of a Python file against scenarios.

    SCENARIOS is their folder, by default `scenarios`, or a file. Exit code 1 where fewer succeed than must.
    """
    given = parameters_given(parameters, model_directory)
    movie = _loaded(scenarios, variants)  # before the attacker's file is run, which may go into another folder
    with reserved(as_json), attacker_of(attack) as infer:
        ok, report = check(movie, infer, threshold=threshold, **given)
    deliver(report.to_json() if as_json else _text(report, variants), html, report.to_html, as_json=as_json)
    if not ok:
        sys.exit(FAILED)


def _loaded(path: str, variants: bool) -> Movie:
    movie = load_scenarios(path)
    if not movie:
        raise ScenarioError(
            f"{path}: there are no scenarios. Select a window of a replay and save it with result.save_selected(UP), "
            "or name the folder that holds them: midplot check ATTACK.py FOLDER."
        )
    return movie.add(*movie.variants()) if variants else movie


def _text(report: CheckReport, variants: bool) -> str:
    table = repr(report).splitlines()[2:]
    counts = [[name, f"{succeeded} of {n}"] for name, (succeeded, n) in report.by_variant().items()]
    capabilities = ["", *in_columns(counts)] if variants else []
    return "\n".join([*table, *capabilities, "", str(report)])
