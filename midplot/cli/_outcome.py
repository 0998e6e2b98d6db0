"""How a command ends: every error becomes words and an exit code, wherever it comes from."""

from __future__ import annotations

import contextlib
import functools
import io
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click

from midplot.cli._output import GONE, any_text, drop, echo, is_gone, kept_whole, print_error
from midplot.errors import MidplotError, ProtocolError, legible
from midplot.play._raised import is_attackers, own_frames

__all__ = ["FAILED", "INTERRUPTED", "WRONG_USE", "Commands", "in_words"]

FAILED = 1
WRONG_USE = 2  # as click itself exits on wrong options
INTERRUPTED = 130  # as a shell reports a program that was ended by SIGINT: 128 + 2


def in_words(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn a command's errors into messages on stderr and exit codes.

    It ends by SystemExit and not by `sys.exit`, which an attacker's file may replace.

    A broken protocol and the attacker's own exceptions end with 1, all other errors with 2. A command that was asked
    for JSON prints its error as JSON as well.
    """

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except SystemExit:
            raise  # a command's own exit code; what an attacker raises was turned into another error before
        except BaseException as error:  # KeyboardInterrupt too, which has an exit code of its own
            if _is_clicks(error):
                raise
            raise SystemExit(_end(error, as_json=kwargs.get("as_json", False))) from error

    return wrapped


class Commands(click.Group):
    """A group that also ends in words if the error comes before a command: wrong options, or help that nobody reads."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command as a shell does, and exit."""
        words = sys.argv[1:] if args is None else list(args)
        as_json = "--json" in words  # looked for, since an error in the options may come before it is parsed
        with any_text(), kept_whole(standalone_mode and as_json):
            try:
                # Not standalone, so that click raises its errors instead of printing them and exiting itself.
                code = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
            except SystemExit:
                raise
            except BaseException as error:
                if not standalone_mode:
                    raise
                raise SystemExit(_end(error, as_json=as_json)) from error
            if standalone_mode:
                raise SystemExit(code if isinstance(code, int) else 0)
            return code

    def make_context(self, *args: Any, **given: Any) -> click.Context:
        """Parse the options of the group, or print its help."""
        with _unread():
            return super().make_context(*args, **given)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command, or print its help."""
        with _unread():
            return super().invoke(ctx)


@contextlib.contextmanager
def _unread() -> Iterator[None]:
    """End the program if the output cannot be written; click would treat some of these errors as its own."""
    try:
        yield
    except OSError as error:
        raise SystemExit(_end(error, as_json=False)) from error


def _is_clicks(error: BaseException) -> bool:
    """Return whether click raised an error to end a command; an attacker that uses click may raise the same."""
    return isinstance(error, click.ClickException | click.exceptions.Exit | click.Abort) and not is_attackers(error)


def _end(error: BaseException, *, as_json: bool) -> int:
    """Print what went wrong, and return the exit code."""
    code, text = _code_and_text(error)
    if isinstance(error, OSError) and not is_attackers(error):
        drop(sys.stdout)  # it may be the output that failed: what is left in its buffer would fail again at the end
    try:
        echo(text, err=True, nl=False)
    except OSError:
        drop(sys.stderr)  # nothing can be printed any more, and only the exit code is left
    if as_json and code != GONE:
        try:
            print_error(error)
        except OSError:
            drop(sys.stdout)
    return code


def _code_and_text(error: BaseException) -> tuple[int, str]:
    """Return the exit code for an error, and what to print about it."""
    # click raises an Abort at Ctrl-C, but an attacker that asks something raises one as well.
    if isinstance(error, click.exceptions.Abort | KeyboardInterrupt) and not is_attackers(error):
        return INTERRUPTED, "midplot: interrupted.\n"
    if isinstance(error, ProtocolError):
        return FAILED, _sentence(error)
    if is_attackers(error):
        return FAILED, _attackers_traceback(error)
    if isinstance(error, MidplotError):
        return WRONG_USE, _sentence(error)
    if isinstance(error, click.ClickException):
        return error.exit_code, _usage(error)
    return _own(error)


def _own(error: BaseException) -> tuple[int, str]:
    """Return the exit code and the words for an error that is neither the attacker's nor foreseen by midplot."""
    if is_gone(error):
        return GONE, ""
    if isinstance(error, OSError):
        what = "the output" if error.filename is None else error.filename
        advice = "Look at the disk and the permissions."
        return WRONG_USE, f"midplot: {what}: {error.strerror or error}. {advice}\n"
    if isinstance(error, MemoryError):
        return WRONG_USE, "midplot: there is not enough memory. Take fewer streams at once, by --stream.\n"
    return WRONG_USE, (
        legible("".join(traceback.format_exception(error)))
        + "midplot: the error above is midplot's own, not the attacker's. Please report it.\n"
    )


def _sentence(error: MidplotError) -> str:
    text = "\n".join([f"midplot: {error}", *(f"  {note}" for note in getattr(error, "__notes__", ()))])
    # Notes are not cleaned as messages are, and may contain sequences that move the cursor or change colours.
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text) + "\n"


def _usage(error: click.ClickException) -> str:
    with io.StringIO() as shown:
        error.show(shown)
        return shown.getvalue()


def _attackers_traceback(error: BaseException) -> str:
    """Return an attacker's error with the attacker's own frames only, those of a worker included."""
    own_frames(error)
    # Loaded late: few commands need it.
    from midplot.play.workers._sent_error import WorkerTracebackError

    if isinstance(error.__cause__, WorkerTracebackError):
        # The text of the traceback in the worker process, which names the error too.
        return legible(f"{error.__cause__}".rstrip() + "\n")
    return legible("".join(traceback.format_exception(error)))
