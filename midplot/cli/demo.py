"""``midplot demo``: the main job on the embedded sample, from replay to report."""

from __future__ import annotations

from pathlib import Path

import click

from midplot.cli.outcome import in_words
from midplot.cli.progress import tick_bar
from midplot.cli.table import accounts_table
from midplot.data import load_streams
from midplot.examples import MeanReversionAttacker, MomentumAttacker
from midplot.replay import replay

__all__ = ["demo_command"]


@click.command("demo")
@click.option(
    "--html", default="midplot-demo.html", show_default=True, metavar="PATH", help="Where the report is written."
)
@in_words
def demo_command(html: str) -> None:
    """Replay two example attackers on the embedded sample, print their accounts, and write a report."""
    _, streams = load_streams()
    n_ticks = sum(map(len, streams))
    results = {}
    for attacker in (MomentumAttacker, MeanReversionAttacker):
        with tick_bar(n_ticks, attacker.__name__) as progress:
            results[attacker.__name__] = replay(streams, infer=attacker, progress=progress)
        click.echo(f"{attacker.__name__} on {len(streams)} streams of the embedded sample")
        click.echo(accounts_table(results[attacker.__name__]))
        click.echo()
    click.echo("Next: midplot replay ATTACK.py --data FOLDER, or make lab for the notebooks.")
    path = _reported(results, Path(html))
    click.echo(f"report: {path}")


def _reported(results: dict[str, object], path: Path) -> Path:
    from midplot.views.report_page import write_report

    return write_report(results, path)
