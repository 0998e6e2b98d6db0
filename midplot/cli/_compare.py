"""``midplot compare``: attackers of several files over the same streams, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from midplot.cli._display import tick_bar
from midplot.cli._options import Jobs, chosen_streams, data_option, set_option
from midplot.cli._outcome import in_words
from midplot.cli._output import deliver, reserved
from midplot.errors import ArgumentError
from midplot.evidence._comparison import ReplayComparison
from midplot.game import EPSILON, HORIZON
from midplot.play._attack_file import attacker_of
from midplot.replay import replay
from midplot.results import ReplayResults
from midplot.streams._stream import Stream

__all__ = ["compare_command", "show_comparison"]


@click.command("compare")
@click.argument("attacks", metavar="OLD.py[:NAME] NEW.py[:NAME]...", nargs=-1, required=True)
@data_option
@set_option
@click.option("--horizon", default=HORIZON, show_default=True, help="Ticks from a decision to its resolution.")
@click.option("--epsilon", default=EPSILON, show_default=True, help="The cost of one resolved decision.")
@click.option("--jobs", "n_jobs", type=Jobs(), default="1", show_default=True, help="Processes to replay in.")
@click.option("--html", metavar="PATH", help="Write a self-contained page.")
@click.option("--json", "as_json", is_flag=True, help="Print the comparison, or what went wrong, as JSON.")
@in_words
def compare_command(
    attacks: tuple[str, ...],
    data: str | None,
    which: str | None,
    html: str | None,
    as_json: bool,
    **rules: Any,
) -> None:
    """Compare attackers on the same streams.

    Each is replayed, and compared with the first. The difference is paired, block by block, and comes with its 95% interval.
    """
    names = _names(attacks)
    chosen = chosen_streams(data, which)
    results = {}
    with reserved(as_json):
        for name, attack in zip(names, attacks, strict=True):
            results[name] = _replayed(attack, chosen, rules)
    show_comparison(ReplayComparison(results), html, as_json=as_json)


def show_comparison(compared: ReplayComparison, html: str | None, *, as_json: bool) -> None:
    """Print a comparison, and write its page if one was asked for."""
    deliver(compared.to_json() if as_json else _text(compared), html, compared.to_html, as_json=as_json)


def _text(compared: ReplayComparison) -> str:
    rows = repr(compared).splitlines()[2:]  # without the name of the class
    found = compared.disagreements(5)
    return "\n".join(
        [*rows, *(["", "Where they differ most:"] if found else []), *(f"  {each.line}" for each in found)]
    )


def _names(attacks: tuple[str, ...]) -> list[str]:
    if len(attacks) < 2:
        raise ArgumentError(
            "there is nothing to compare: one attacker was given",
            where="compare",
            advice="Give two or more: midplot compare old.py new.py.",
        )
    # The shortest names that tell them apart.
    specs = [(Path(each.partition(".py")[0]).name, each) for each in attacks]
    stems = [stem + each.partition(".py")[2] for stem, each in specs]
    names = stems if len(set(stems)) == len(stems) else list(attacks)
    if len(set(names)) < len(names):
        raise ArgumentError(
            "the same attacker was given twice", where="compare", advice="Give each once; its difference is nothing."
        )
    return names


def _replayed(attack: str, streams: list[Stream], rules: dict[str, Any]) -> ReplayResults:
    with attacker_of(attack) as infer, tick_bar(sum(map(len, streams)), Path(attack).name) as progress:
        result = replay(streams, infer=infer, progress=progress, **rules)
    if result.interrupted:
        raise KeyboardInterrupt
    return result
