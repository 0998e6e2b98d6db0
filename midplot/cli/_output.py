"""What a command writes: text in any encoding, JSON that is JSON whatever happens, and a page if one is asked for."""

from __future__ import annotations

import codecs
import contextlib
import errno
import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import click

from midplot._plain import as_json as encoded
from midplot.errors import MidplotError, message_of

__all__ = [
    "GONE",
    "OutputError",
    "any_text",
    "deliver",
    "drop",
    "echo",
    "fitting",
    "is_gone",
    "kept_whole",
    "print_error",
    "print_json",
    "reserved",
    "write_page",
]

# A shell reports 128 plus the signal's number for a program ended by a signal; 13 is SIGPIPE.
GONE: Final = 128 + 13
"""The exit code if the reader of the output is gone, as in ``midplot replay attack.py | head``."""

FALLBACK: Final = "midplot-plain"
"""The name of the handler of encoding errors in text, which writes something similar in ASCII."""

ESCAPED: Final = "midplot-json"
"""The name of the handler of encoding errors in JSON, which writes JSON's own escapes so that texts stay the same."""

PLAIN: Final = {
    "─": "-",
    "—": "-",
    "–": "-",
    "−": "-",
    "…": "...",
    "∞": "inf",
    "ε": "epsilon",
    "σ": "sigma",
    "×": "x",
    "·": ".",
    "±": "+/-",
    "→": "->",
    "←": "<-",
    "↑": "^",
    "↓": "v",
    "≥": ">=",
    "≤": "<=",
    "’": "'",
    "“": '"',
    "”": '"',
    "█": "#",
}
"""The characters that midplot itself writes, in ASCII. In names, escapes are used, so that two names stay different."""

# In click's context rather than in a global: one process may run several commands, as the tests do.
_WRITTEN = "midplot.json"
"""The key in click's context that says that the JSON document of the command was written."""


class OutputError(MidplotError):
    """The output of a command cannot be written."""


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    return "".join(PLAIN.get(c) or c.encode("ascii", "backslashreplace").decode() for c in text), error.end


def _escaped(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


codecs.register_error(FALLBACK, _plain)
codecs.register_error(ESCAPED, _escaped)


@contextlib.contextmanager
def any_text() -> Iterator[None]:
    """Make standard output and error accept any text whatever their encoding, even if they were closed."""
    with contextlib.ExitStack() as stack:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper) and not stream.closed:
                stack.callback(_reconfigured, stream, errors=stream.errors)
                stream.reconfigure(errors=FALLBACK)
        if sys.stdout is None or sys.stderr is None:
            # Otherwise the next file that is opened would get the free number 1 or 2, and C code would print into it.
            while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
                pass
            os.close(number)
        yield


def _reconfigured(stream: io.TextIOWrapper, errors: str | None) -> None:
    with contextlib.suppress(ValueError):  # an attacker may have closed it
        stream.reconfigure(errors=errors)


def fitting(text: str) -> str:
    """Return a text as standard output will show it, so that its width can be measured."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return text.encode(encoding, FALLBACK).decode(encoding)


def echo(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Write to standard output or error; do nothing if it was closed.

    click's own echo writes UTF-8 even if the encoding is ASCII, which a user who asked for ASCII cannot read.
    """
    stream = sys.stderr if err else sys.stdout
    if stream is None or stream.closed:
        return
    stream.write(f"{text}\n" if nl else text)
    stream.flush()


def deliver(text: str, html: str | None, write: Callable[[str | Path], Path], *, as_json: bool) -> None:
    """Write the page that was asked for, and print the outcome: each of them even if the other one fails.

    Parameters
    ----------
    text
        The text to print.
    html
        The path of the page; None if there is to be no page.
    write
        A function that writes the page and returns its path.
    as_json
        Whether the text is JSON, to which nothing may be added.

    Raises
    ------
    OutputError
        If the page cannot be written; the text is printed first.
    """
    # The page comes first: it is there even if nobody reads the output to its end.
    fault: MidplotError | None = None
    path: Path | None = None
    if html is not None:
        try:
            path = write_page(html, write)
        except MidplotError as error:
            fault = error
    if as_json:
        print_json(text)
    else:
        echo(text)
    if path is not None:
        echo(f"report: {path}", err=as_json)
    if fault is not None:
        raise fault


def write_page(html: str | Path, write: Callable[[str | Path], Path]) -> Path:
    """Write a page and return its path.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    try:
        return write(html)
    except (OSError, ValueError) as error:
        if isinstance(error, MidplotError):
            raise error.at("--html") from error
        reason = getattr(error, "strerror", None) or error
        what = f"{str(html)!r} cannot be written ({reason})"
        raise OutputError(what, where="--html", advice="Name another file.") from error


def print_json(text: str) -> None:
    """Print the one JSON document of a command."""
    click.get_current_context().meta[_WRITTEN] = True
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    echo(text.encode(encoding, ESCAPED).decode(encoding))


def print_error(error: BaseException) -> None:
    """Print an error as JSON, unless the command has printed its JSON document already: there must be only one."""
    context = click.get_current_context(silent=True)
    if context is not None and context.meta.get(_WRITTEN):
        return
    message = message_of(error, lambda e: e.format_message() if isinstance(e, click.ClickException) else str(e))
    notes = list(getattr(error, "__notes__", ()))
    echo(encoded({"error": {"type": type(error).__name__, "message": message, "notes": notes}}))


@contextlib.contextmanager
def reserved(wanted: bool) -> Iterator[None]:
    """Keep standard output for JSON: whatever an attacker, its file or a worker prints goes to standard error.

    With or without JSON, the outputs are afterwards as before, even if the attacker closed or replaced them.

    Parameters
    ----------
    wanted
        Whether JSON is to be printed; otherwise what is printed stays where it is.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(_given_back())
        if not wanted:
            yield
            return
        stack.enter_context(contextlib.redirect_stdout(sys.stderr))
        # Worker processes and C code do not know sys.stdout: they write to the descriptor.
        if _is_process_output(sys.__stdout__):
            stack.enter_context(_redirected(1, 2))
        yield


def _is_process_output(stream: Any) -> bool:
    """Return whether a stream writes to descriptor 1, which other processes inherit."""
    return _number_of(stream) == 1


def _number_of(stream: Any) -> int | None:
    """Return the number of a stream's descriptor; None if it has none, or was closed."""
    try:
        return None if stream is None else int(stream.fileno())
    except (AttributeError, OSError, ValueError):
        return None


@contextlib.contextmanager
def kept_whole(wanted: bool) -> Iterator[None]:
    """Let nothing follow a JSON document: what is printed while the program ends goes to standard error.

    Functions registered with `atexit`, threads and finalisers of the attacker's file run after everything of midplot's,
    so this is not undone.

    Parameters
    ----------
    wanted
        Whether JSON was asked for and the program ends afterwards; otherwise nothing is changed.
    """
    try:
        yield
    finally:
        if wanted and _is_process_output(sys.stdout):
            with contextlib.suppress(OSError, ValueError):
                sys.stdout.flush()
                os.dup2(2, 1)


@contextlib.contextmanager
def _given_back() -> Iterator[None]:
    """Give standard output and error back as they were, even if somebody closes or replaces them."""
    streams = [_Stream(sys.stdout), _Stream(sys.stderr)]
    copies = {}
    for number in (1, 2):
        with contextlib.suppress(OSError):  # it was closed before
            copies[number] = os.dup(number)
    try:
        yield
    finally:
        for number, copy in copies.items():
            os.dup2(copy, number)
            os.close(copy)
        sys.stdout, sys.stderr = (stream.opened() for stream in streams)


class _Stream:
    """A standard stream, and what is needed to open it again."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._number = _number_of(stream)
        self._encoding = getattr(stream, "encoding", None)
        self._errors = getattr(stream, "errors", None)

    def opened(self) -> Any:
        """Return the stream, or another one on the same descriptor if it was closed or detached."""
        if self._number is None or _number_of(self._stream) is not None:
            return self._stream
        return open(self._number, "w", closefd=False, encoding=self._encoding, errors=self._errors)


@contextlib.contextmanager
def _redirected(number: int, to: int) -> Iterator[None]:
    kept = os.dup(number)
    try:
        os.dup2(to, number)
        yield
    finally:
        if sys.__stdout__ is not None:
            with contextlib.suppress(OSError, ValueError):  # an attacker may have closed it
                sys.__stdout__.flush()  # while the descriptor still leads to standard error
        os.dup2(kept, number)
        os.close(kept)


def is_gone(error: BaseException, system: str = os.name) -> bool:
    """Return whether an error means that the reader of the output is gone."""
    if not isinstance(error, OSError):
        return False
    # EPIPE for a pipe, ESHUTDOWN for a socket. On Windows, Python reports a broken pipe as an invalid argument.
    windows = system == "nt" and error.errno == errno.EINVAL and error.filename is None
    return windows or error.errno in (errno.EPIPE, errno.ESHUTDOWN)


def drop(stream: Any) -> None:
    """Discard what a stream that cannot be written still holds; Python would complain about it when it exits."""
    try:
        number = stream.fileno()
    except (AttributeError, OSError, ValueError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)
