"""``midplot replay`` and ``midplot verify``: run the attacker of a file over streams."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeVar

import click

from midplot._arguments import whole_number
from midplot._files import given_path
from midplot._plain import as_json as encoded
from midplot._text import counted
from midplot.checks._check import check
from midplot.checks._report import CheckReport
from midplot.cli._display import accounts_table
from midplot.cli._options import Share, chosen_streams, parameters_given
from midplot.cli._outcome import FAILED, INTERRUPTED, in_words
from midplot.cli._output import deliver, echo, print_json, reserved
from midplot.cli._replaying import arguments_of, counting_options, replay_options, replayed
from midplot.errors import ArgumentError
from midplot.evidence import Luck, luck_words
from midplot.evidence._words import chance_words
from midplot.game import DEFAULT_FOLDER, DEFAULT_RUNS
from midplot.play._attack_file import attacker_of
from midplot.play._latency import Latency
from midplot.results import ReplayResults
from midplot.scenarios._loading import load_scenarios
from midplot.scenarios._movie import Movie

__all__ = ["replay_command", "verify_command"]

T = TypeVar("T")


@click.command("replay")
@replay_options
@counting_options
@click.option(
    "--keep",
    is_flag=False,
    flag_value=DEFAULT_RUNS,
    metavar="[FOLDER]",
    help="Save the run in this folder, by default `runs`; see `midplot runs`. Put it last, or write --keep=FOLDER.",
)
@click.option(
    "--scenarios",
    metavar="PATH",
    help="Check these as well: the report shows each, a run that is kept how many passed.  [default with --html: "
    f"`{DEFAULT_FOLDER}`, if there is one]",
)
@click.option("--html", metavar="PATH", help="Write a report that opens in any browser.")
@click.option(
    "--plotly",
    type=click.Choice(["inside", "shared"]),
    default="inside",
    show_default=True,
    help="Where the report has its chart library: inside, or in a file beside it that many reports share.",
)
@click.option(
    "--max-luck",
    type=Share(),
    metavar="SHARE",
    help="Exit with 1 if luck alone scores as much in more than this share of cases, such as 5%, or if there is too "
    "little data to say.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the outcome, or what went wrong, as JSON.")
@in_words
def replay_command(
    attack: str,
    data: str | None,
    which: str | None,
    streams: tuple[str, ...],
    keep: str | None,
    scenarios: str | None,
    html: str | None,
    plotly: Literal["inside", "shared"],
    max_luck: float | None,
    as_json: bool,
    **rules: Any,
) -> None:
    """Replay an attacker over streams and print its accounts.

    ATTACK.py is a Python file that contains `infer` or an attacker class.
    """
    chosen = chosen_streams(data, which)  # before the attacker's file is run, which may go into another folder
    folder = None if keep is None else given_path(keep, "--keep").absolute()
    movie = _movie(scenarios, is_kept=keep is not None, has_page=html is not None)
    given = {name: rules[name] for name in ("parameters", "model_directory")}
    with reserved(as_json), attacker_of(attack) as infer:
        result = replayed(infer, attack, chosen, streams, arguments_of(rules))
        report = _report(movie, infer, given, result)
        # Here, where the attacker's source can still be found.
        saved = (
            None
            if folder is None
            else _told(lambda: result.save(folder, report=report if scenarios is not None else None))
        )
        if html is not None:
            _ = result.provenance
    run = {} if saved is None else {"run": str(saved), "trials": result.ledger.trials}
    text = encoded(outcome(result) | run) if as_json else _text(result, saved)
    deliver(text, html, partial(result.to_html, scenarios=report, plotly=plotly), as_json=as_json)
    if result.interrupted:
        raise SystemExit(INTERRUPTED)
    if max_luck is not None:
        _hold_against(result.luck(), max_luck)


def _movie(scenarios: str | None, *, is_kept: bool, has_page: bool) -> Movie | None:
    """Return the scenarios to check with the replay: those that were named, or those that a page shows by itself."""
    if scenarios is None:
        return _told(lambda: load_scenarios(on_error="skip")) if has_page else None
    if not is_kept and not has_page:
        raise ArgumentError(
            "they are only checked for a report or for a run that is kept",
            where="--scenarios",
            advice="Add --html or --keep, or use midplot check.",
        )
    return load_scenarios(scenarios)


def _told(work: Callable[[], T]) -> T:
    """Run something, and say on stderr in plain words what a notebook shows as a warning."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        done = work()
    for each in told:
        echo(f"midplot: {each.message}", err=True)
    return done


def _report(movie: Movie | None, infer: Any, given: dict[str, Any], result: ReplayResults) -> CheckReport | None:
    if not movie or result.interrupted:
        return None
    return check(movie, infer, **parameters_given(given["parameters"], given["model_directory"]))[1]


@click.command("verify")
@replay_options
@click.option("--ticks", "n_ticks", default=20, show_default=True, help="Number of ticks at which to alter the future.")
@click.option("--seed", default=0, show_default=True, help="Seed for the choice of ticks and the altered futures.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings, or what went wrong, as JSON.")
@in_words
def verify_command(
    attack: str,
    data: str | None,
    which: str | None,
    streams: tuple[str, ...],
    n_ticks: int,
    seed: int,
    as_json: bool,
    **rules: Any,
) -> None:
    """Check that the attacker uses only the past, and is repeatable.

    It is looked at first: what it holds of the streams, and what it reads. Then it is replayed again on the same, altered
    and reshuffled streams. The exit code is 1 if something is found, or if it decided nothing, which shows nothing.
    """
    # A wrong number is reported before the replay, which may take minutes, and not after it.
    n_ticks, seed = whole_number("--ticks", n_ticks, 1), whole_number("--seed", seed, 0)
    chosen = chosen_streams(data, which)
    with reserved(as_json), attacker_of(attack) as infer:
        result = replayed(infer, attack, chosen, streams, arguments_of(rules))
        if result.interrupted:
            raise KeyboardInterrupt
        found = result.verify(n_ticks=n_ticks, seed=seed)
    if as_json:
        print_json(encoded(found.to_dict()))
    else:
        echo(repr(found))
    if not found.ok:
        raise SystemExit(FAILED)


def _hold_against(luck: Luck, most: float) -> None:
    """End with exit code 1 unless the score is shown to be more than luck."""
    if luck.p is None:
        _, why = luck_words(luck)
        echo(f"midplot: --max-luck {most:g} is not shown: there is too little data to say. {why}", err=True)
    elif not luck.p <= most:  # not >, of which a NaN would be nothing
        echo(f"midplot: {chance_words(luck.p, luck.trials)}, more than --max-luck {most:g} allows.", err=True)
    else:
        return
    raise SystemExit(FAILED)


def _text(result: ReplayResults, saved: Path | None) -> str:
    rows = repr(result).splitlines()[1:]  # without its first line, whose total the table has
    tried = counted(result.ledger.trials, "attacker")
    kept = [] if saved is None else ["", f"run: {saved} ({tried} tried on these streams so far)"]
    return "\n".join([accounts_table(result.ledger), "", *rows, *kept])


def outcome(result: ReplayResults) -> dict[str, Any]:
    """Return the outcome of a replay as plain data."""
    return {
        "total_score": result.total_score,
        "luck": result.luck().to_dict(),
        "interrupted": result.interrupted,
        "elapsed_seconds": result.elapsed,
        "horizon": result.settings.horizon,
        "epsilon": result.settings.epsilon,
        "summary": result.summary(),
        "unresolved": result.unresolved,
        "latency_seconds": _latency(result.latency),
        "streams": [
            {
                "stream_id": stream.stream_id,
                "name": stream.name,
                "score": stream.score,
                "unresolved": stream.unresolved,
                "summary": stream.summary,
                "latency_seconds": _latency(stream.latency),
            }
            for stream in result.streams.values()
        ],
    }


def _latency(latency: Latency) -> dict[str, Any]:
    names = ("n", "mean", "p50", "p99", "max", "over_budget", "budget")
    return {name: getattr(latency, name) for name in names}
