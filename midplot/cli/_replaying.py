"""What the commands share that replay one attacker: the options that say what and by which rules, and the replay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from midplot.cli._display import tick_bar
from midplot.cli._options import (
    Jobs,
    attack_argument,
    data_option,
    model_directory_option,
    parameters_given,
    parameters_option,
    set_option,
)
from midplot.game import EPSILON, HORIZON
from midplot.replay import replay
from midplot.results import ReplayResults
from midplot.streams._stream import Stream

__all__ = ["arguments_of", "counting_options", "replay_options", "replayed"]

_stream = click.option(
    "--stream", "streams", multiple=True, metavar="ID", help="Only this stream, by id or name; repeatable."
)
_horizon = click.option(
    "--horizon", default=HORIZON, show_default=True, help="Ticks from a decision to its resolution."
)
_epsilon = click.option("--epsilon", default=EPSILON, show_default=True, help="The cost of one resolved decision.")
_start = click.option("--start", "start_index", default=0, show_default=True, help="The first index that is scored.")
_stop = click.option("--stop", "stop_index", type=int, help="The index before which to stop.  [default: the end]")
_warmup = click.option(
    "--warmup", default=0, show_default=True, help="Values before the start that are fed but never scored."
)
_backoff = click.option(
    "--backoff", default=1, show_default=True, help="The fewest ticks between two counted decisions."
)
_lag = click.option("--lag", "with_trading_lag", is_flag=True, help="Anchor a decision at the tick after it.")
_jobs = click.option(
    "--jobs",
    "n_jobs",
    type=Jobs(),
    default="1",
    show_default=True,
    help="Processes to replay in; -1 means one per core, auto decides by the pace.",
)


def replay_options(command: Any) -> Any:
    """Add the arguments and options that say what is replayed, and by which rules."""
    rules = [_start, _stop, _horizon, _epsilon, parameters_option, model_directory_option]
    # A decorator puts its option in front of those before it, so they are applied from the last to the first.
    for option in reversed([attack_argument, data_option, set_option, _stream, *rules]):
        command = option(command)
    return command


def counting_options(command: Any) -> Any:
    """Add the options that say which decisions count, and in how many processes to replay."""
    for option in reversed([_warmup, _backoff, _lag, _jobs]):
        command = option(command)
    return command


def arguments_of(options: dict[str, Any]) -> dict[str, Any]:
    """Return what `replay_options` and `counting_options` were given, by the names of `replay`'s arguments.

    Raises
    ------
    ArgumentError
        If the parameters are not JSON.
    """
    # All but two bear these names already.
    named = {name: value for name, value in options.items() if name not in ("parameters", "model_directory")}
    return named | parameters_given(options["parameters"], options["model_directory"])


def replayed(
    infer: Any, attack: str, chosen: list[Stream], streams: tuple[str, ...], rules: dict[str, Any]
) -> ReplayResults:
    """Replay an attacker over the streams that were chosen, with a bar on stderr.

    Parameters
    ----------
    infer
        The attacker.
    attack
        Its file as it was given.
    chosen
        The streams that ``--data`` and ``--set`` choose.
    streams
        The ids or names of ``--stream``.
    rules
        The other arguments of `replay`; see `arguments_of`.
    """
    only = [_as_id(each, chosen) for each in streams] or None
    n_ticks = sum(len(stream) for stream in chosen if only is None or {stream.stream_id, stream.name} & set(only))
    with tick_bar(n_ticks, Path(attack).name) as progress:
        return replay(chosen, infer=infer, only_stream_ids=only, progress=progress, **rules)


def _as_id(text: str, streams: list[Stream]) -> int | str:
    """Interpret a number as a position, unless it is the name of a stream."""
    if text.isdigit() and all(stream.name != text for stream in streams):
        return int(text)
    return text
