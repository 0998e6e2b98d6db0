"""``midplot replay`` and ``midplot verify``: run the attacker of a file over streams."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from midplot._arguments import whole_number
from midplot._plain import as_json as encoded
from midplot.cli._display import accounts_table, tick_bar
from midplot.cli._options import Jobs, attack_argument, model_directory_option, parameters_given, parameters_option
from midplot.cli._outcome import FAILED, INTERRUPTED, in_words
from midplot.cli._output import deliver, echo, print_json, reserved
from midplot.errors import ArgumentError
from midplot.game import EPSILON, HORIZON
from midplot.play._attack_file import attacker_of
from midplot.play._latency import Latency
from midplot.replay import replay
from midplot.results import ReplayResults
from midplot.streams import load_streams
from midplot.streams._stream import Stream

__all__ = ["replay_command", "verify_command"]

_data = click.option(
    "--data", metavar="PATH", help="A folder or file that load_streams can read.  [default: the embedded sample]"
)
_set = click.option(
    "--set",
    "which",
    type=click.Choice(["test", "train", "all"]),
    help="Which streams of the data.  [default: test, or all if there is no test set]",
)
_stream = click.option(
    "--stream", "streams", multiple=True, metavar="ID", help="Only this stream, by id or name; repeatable."
)
_horizon = click.option(
    "--horizon", default=HORIZON, show_default=True, help="Ticks from a decision to its resolution."
)
_epsilon = click.option("--epsilon", default=EPSILON, show_default=True, help="The cost of one resolved decision.")
_start = click.option("--start", "start_index", default=0, show_default=True, help="The first index that is scored.")
_stop = click.option("--stop", "stop_index", type=int, help="The index before which to stop.  [default: the end]")


def _common(command: Any) -> Any:
    """Add the options that say what is replayed, and by which rules."""
    rules = [_start, _stop, _horizon, _epsilon, parameters_option, model_directory_option]
    # A decorator puts its option in front of those before it, so they are applied from the last to the first.
    for option in reversed([attack_argument, _data, _set, _stream, *rules]):
        command = option(command)
    return command


@click.command("replay")
@_common
@click.option("--warmup", default=0, show_default=True, help="Values before the start that are fed but never scored.")
@click.option("--backoff", default=1, show_default=True, help="The fewest ticks between two counted decisions.")
@click.option("--lag", "with_trading_lag", is_flag=True, help="Anchor a decision at the tick after it.")
@click.option(
    "--jobs",
    "n_jobs",
    type=Jobs(),
    default="1",
    show_default=True,
    help="Processes to replay in; -1 means one per core, auto decides by the pace.",
)
@click.option("--html", metavar="PATH", help="Write a self-contained report.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome, or what went wrong, as JSON.")
@in_words
def replay_command(
    attack: str,
    data: str | None,
    which: str | None,
    streams: tuple[str, ...],
    html: str | None,
    as_json: bool,
    **rules: Any,
) -> None:
    """Replay an attacker over streams and print its accounts.

    ATTACK.py is a Python file that contains `infer` or an attacker class.
    """
    chosen = _chosen_set(data, which)  # before the attacker's file is run, which may go into another folder
    with reserved(as_json), attacker_of(attack) as infer:
        result = _replayed(infer, attack, chosen, streams, rules)
    text = encoded(outcome(result)) if as_json else _text(result)
    deliver(text, html, result.to_html, as_json=as_json)
    if result.interrupted:
        raise SystemExit(INTERRUPTED)


@click.command("verify")
@_common
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
    and reshuffled streams. The exit code is 1 if something is found.
    """
    # A wrong number is reported before the replay, which may take minutes, and not after it.
    n_ticks, seed = whole_number("--ticks", n_ticks, 1), whole_number("--seed", seed, 0)
    chosen = _chosen_set(data, which)
    with reserved(as_json), attacker_of(attack) as infer:
        result = _replayed(infer, attack, chosen, streams, rules)
        if result.interrupted:
            raise KeyboardInterrupt
        found = result.verify(n_ticks=n_ticks, seed=seed)
    if as_json:
        print_json(encoded(found.to_dict()))
    else:
        echo(repr(found))
    if not found.ok:
        raise SystemExit(FAILED)


def _replayed(
    infer: Any, attack: str, chosen: list[Stream], streams: tuple[str, ...], rules: dict[str, Any]
) -> ReplayResults:
    # What is left of the options bears the names of replay's arguments, and is passed on by these names.
    rules |= parameters_given(rules.pop("parameters"), rules.pop("model_directory"))
    only = [_as_id(each, chosen) for each in streams] or None
    n_ticks = sum(len(stream) for stream in chosen if only is None or {stream.stream_id, stream.name} & set(only))
    with tick_bar(n_ticks, Path(attack).name) as progress:
        return replay(chosen, infer=infer, only_stream_ids=only, progress=progress, **rules)


def _chosen_set(data: str | None, which: str | None) -> list[Stream]:
    train, test = load_streams(data)
    if which is None:
        return test or train
    chosen = {"train": train, "test": test, "all": [*train, *test]}[which]
    if not chosen:
        raise ArgumentError(f"{data} has no such streams", where=f"--set {which}", advice="Leave --set out.")
    return [stream.renamed(i) for i, stream in enumerate(chosen)]  # ids in both sets start at 0


def _as_id(text: str, streams: list[Stream]) -> int | str:
    """Interpret a number as a position, unless it is the name of a stream."""
    if text.isdigit() and all(stream.name != text for stream in streams):
        return int(text)
    return text


def _text(result: ReplayResults) -> str:
    rows = repr(result).splitlines()[1:]  # without its first line, whose total the table has
    return "\n".join([accounts_table(result.ledger), "", *rows])


def outcome(result: ReplayResults) -> dict[str, Any]:
    """Return the outcome of a replay as plain data."""
    return {
        "total_score": result.total_score,
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
