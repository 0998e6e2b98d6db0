"""How a command ends: errors in words and by exit code."""

from __future__ import annotations

import functools
import sys
import traceback
from collections.abc import Callable
from typing import Any

import click

from midplot.errors import MidplotError, ProtocolError

__all__ = ["FAILED", "INTERRUPTED", "WRONG_USE", "in_words"]

FAILED = 1
WRONG_USE = 2
INTERRUPTED = 130


def in_words(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn a command's errors into messages on stderr and exit codes.

    A broken protocol and the attacker's own exceptions end with 1, all other errors of midplot with 2.
    """

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except ProtocolError as error:
            _say(error)
            sys.exit(FAILED)
        except MidplotError as error:
            _say(error)
            sys.exit(WRONG_USE)
        except (click.exceptions.Exit, click.Abort, click.ClickException):
            raise
        except KeyboardInterrupt:
            click.echo("midplot: interrupted.", err=True)
            sys.exit(INTERRUPTED)
        except Exception as error:  # noqa: BLE001 -- an attacker may raise anything; it is shown whole
            click.echo("".join(traceback.format_exception(error)), err=True, nl=False)
            click.echo(
                "midplot: the error above is the attacker's own, unless its last lines lie in midplot.", err=True
            )
            sys.exit(FAILED)

    return wrapped


def _say(error: MidplotError) -> None:
    click.echo(f"midplot: {error}", err=True)
    for note in getattr(error, "__notes__", ()):
        click.echo(f"  {note}", err=True)
