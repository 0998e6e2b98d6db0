"""``midplot check``: whether the attacker in a file does what the saved scenarios expect."""

from __future__ import annotations

import click

from midplot._text import in_columns
from midplot.checks._check import check
from midplot.checks._report import CheckReport
from midplot.cli._options import attack_argument, model_directory_option, parameters_given, parameters_option
from midplot.cli._outcome import FAILED, in_words
from midplot.cli._output import deliver, reserved
from midplot.errors import ScenarioError
from midplot.play._attack_file import attacker_of
from midplot.scenarios._loading import load_scenarios
from midplot.scenarios._movie import Movie
from midplot.scenarios._scenario import DEFAULT_FOLDER

__all__ = ["check_command"]


@click.command("check")
@attack_argument
@click.argument("scenarios", default=DEFAULT_FOLDER)
@click.option("--threshold", type=float, metavar="SHARE", help="Share that must succeed, 0 to 1.  [default: all]")
@click.option(
    "--variants", is_flag=True, help="Also check them shifted, scaled, mirrored and with noise, and count each kind."
)
@parameters_option
@model_directory_option
@click.option("--html", metavar="PATH", help="Write a self-contained report, failed scenarios first.")
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
    """Check the attacker in a Python file against scenarios.

    SCENARIOS is their folder, by default `scenarios`, or a file. The exit code is 1 if too few succeed.
    """
    given = parameters_given(parameters, model_directory)
    movie = _loaded(scenarios, variants)  # before running the attacker's file, which may change the working directory
    with reserved(as_json), attacker_of(attack) as infer:
        ok, report = check(movie, infer, threshold=threshold, **given)
    deliver(report.to_json() if as_json else _text(report, variants), html, report.to_html, as_json=as_json)
    if not ok:
        raise SystemExit(FAILED)


def _loaded(path: str, variants: bool) -> Movie:
    movie = load_scenarios(path)
    if not movie:
        raise ScenarioError(
            "there are no scenarios",
            where=path,
            advice="Select a window of a replay and save it with result.save_selected(UP), or name the folder that "
            "holds them: midplot check ATTACK.py FOLDER.",
        )
    return movie.add(*movie.variants()) if variants else movie


def _text(report: CheckReport, variants: bool) -> str:
    table = repr(report).splitlines()[2:]  # without the summary, which comes last here, where a terminal shows it
    counts = [[name, f"{succeeded} of {n}"] for name, (succeeded, n) in report.by_variant().items()]
    capabilities = ["", *in_columns(counts)] if variants else []
    return "\n".join([*table, *capabilities, "", str(report)])
