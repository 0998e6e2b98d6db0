"""The command line: ``midplot`` with its commands, from ``demo`` and ``replay`` to ``lab``.

Exit codes: 0 all is well; 1 the attacker or a check failed, or luck may have made the score (``--max-luck``); 2 wrong
use, or a failure of midplot itself; 130 interrupted; 141 nobody reads the output any more.

Inside, each module may import those before it: output, outcome; nearby, options, display; replaying; one module per
command.
"""

from __future__ import annotations

import click

import midplot
from midplot.cli._attack import replay_command, verify_command
from midplot.cli._check import check_command
from midplot.cli._compare import compare_command
from midplot.cli._demo import demo_command
from midplot.cli._lab import lab_command
from midplot.cli._outcome import Commands
from midplot.cli._runs import runs_group
from midplot.cli._scenarios import scenarios_group
from midplot.cli._snapshot import snapshot_command

__all__ = ["main"]


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(midplot.__version__, prog_name="midplot")
def main() -> None:
    """Replay, see, label and check attackers for the Mid+One game."""


for command in (
    demo_command,
    replay_command,
    verify_command,
    check_command,
    snapshot_command,
    compare_command,
    scenarios_group,
    runs_group,
    lab_command,
):
    main.add_command(command)
