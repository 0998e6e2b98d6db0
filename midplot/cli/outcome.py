"""How a command ends: errors in words and by exit code, whoever they come from."""

from __future__ import annotations

import contextlib
import functools
import io
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click

from midplot.cli.output import GONE, any_text, drop, echo, is_gone, print_error
from midplot.core.raised import is_attackers, own_frames
from midplot.errors import MidplotError, ProtocolError

__all__ = ["FAILED", "INTERRUPTED", "WRONG_USE", "Commands", "in_words"]

FAILED = 1
WRONG_USE = 2
INTERRUPTED = 130


def in_words(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn a command's errors into messages on stderr and exit codes.

    A broken protocol and the attacker's own exceptions end with 1, all other errors with 2: they are midplot's. A
    command that was to print JSON prints its error as JSON too.
    """

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except SystemExit:
            raise
        except BaseException as error:
            if _is_clicks(error):
                raise
            sys.exit(_end(error, as_json=kwargs.get("as_json", False)))

    return wrapped


class Commands(click.Group):
    """A group that ends in words where `in_words` cannot know: in wrong options, and in help that nobody reads."""

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
        with any_text():
            try:
                code = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
            except SystemExit:
                raise
            except BaseException as error:
                if not standalone_mode:
                    raise
                sys.exit(_end(error, as_json="--json" in words))
            if standalone_mode:
                sys.exit(code if isinstance(code, int) else 0)
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
    """End with the error of an output that cannot be written: click would take some for its own."""
    try:
        yield
    except OSError as error:
        sys.exit(_end(error, as_json=False))


def _is_clicks(error: BaseException) -> bool:
    """Tell whether click raised an error to end a command; an attacker that uses click may raise the same."""
    return isinstance(error, click.ClickException | click.exceptions.Exit | click.Abort) and not is_attackers(error)


def _end(error: BaseException, *, as_json: bool) -> int:
    """Say what went wrong, and return the exit code."""
    code, text = _told(error)
    if isinstance(error, OSError) and not is_attackers(error):
        drop(sys.stdout)
    try:
        echo(text, err=True, nl=False)
    except OSError:
        drop(sys.stderr)  # nobody is left to be told but by the code
    if as_json and code != GONE:
        try:
            print_error(error)
        except OSError:
            drop(sys.stdout)
    return code


def _told(error: BaseException) -> tuple[int, str]:
    if isinstance(error, click.exceptions.Abort | KeyboardInterrupt):
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
    """Return how a failure of midplot's own ends a command."""
    if is_gone(error):
        return GONE, ""
    if isinstance(error, OSError):
        what = "the output" if error.filename is None else error.filename
        advice = "Look at the disk and the permissions."
        return WRONG_USE, f"midplot: {what}: {error.strerror or error}. {advice}\n"
    if isinstance(error, MemoryError):
        return WRONG_USE, "midplot: there is not enough memory. Take fewer streams at once, by --stream.\n"
    return WRONG_USE, (
        "".join(traceback.format_exception(error))
        + "midplot: the error above is midplot's own, not the attacker's. Please report it.\n"
    )


def _sentence(error: MidplotError) -> str:
    text = "\n".join([f"midplot: {error}", *(f"  {note}" for note in getattr(error, "__notes__", ()))])
    # A path or a name may hold what moves the cursor or changes colours.
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text) + "\n"


def _usage(error: click.ClickException) -> str:
    with io.StringIO() as shown:
        error.show(shown)
        return shown.getvalue()


def _attackers_traceback(error: BaseException) -> str:
    """Return an attacker's error with the attacker's own frames only, those of a worker included."""
    own_frames(error)
    if error.__traceback__ is None and error.__cause__ is not None:
        return f"{error.__cause__}".rstrip() + "\n"  # it was raised in a worker: its cause is the traceback there
    return "".join(traceback.format_exception(error))
