"""``midplot demo``: what midplot is for, shown on the embedded sample, from replay to report."""

from __future__ import annotations

from functools import partial

import click

from midplot._files import given_path
from midplot.cli._display import accounts_table, tick_bar
from midplot.cli._outcome import in_words
from midplot.cli._output import echo, write_page
from midplot.examples import MeanReversionAttacker, MomentumAttacker
from midplot.replay import replay
from midplot.streams import load_streams

__all__ = ["demo_command"]


@click.command("demo")
@click.option(
    "--html", default="midplot-demo.html", show_default=True, metavar="PATH", help="Where to write the report."
)
@in_words
def demo_command(html: str) -> None:
    """Replay two attackers on the embedded sample; write reports."""
    _, streams = load_streams()
    lines = [
        "The embedded sample was made so that these two find something: it shows the tool, not the attackers.",
        "Your own attacker next: midplot replay ATTACK.py --data FOLDER --html report.html",
    ]
    main = given_path(html, "--html")
    for attacker, path in (
        (MeanReversionAttacker, main.with_stem(f"{main.stem}-mean-reversion")),
        (MomentumAttacker, main),
    ):
        with tick_bar(sum(map(len, streams)), attacker.__name__) as progress:
            result = replay(streams, infer=attacker, progress=progress)
        lines += [
            "",
            f"{attacker.__name__} on {len(streams)} streams of the embedded sample",
            "",
            accounts_table(result.ledger),
            "",
            f"score {result.luck()}",
        ]
        lines += ["", f"report: {write_page(path, partial(result.to_html, scenarios=None)).resolve()}"]
    echo("\n".join(lines))  # at the end, so that the reports are written even if the output cannot be
