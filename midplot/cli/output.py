"""What a command writes: text that any encoding can take, JSON that is JSON whatever happens, and a page beside it."""

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

from midplot.core.plain import as_json as encoded
from midplot.errors import MidplotError

__all__ = [
    "GONE",
    "OutputError",
    "any_text",
    "deliver",
    "drop",
    "echo",
    "fitting",
    "is_gone",
    "print_error",
    "print_json",
    "reserved",
    "write_page",
]

GONE: Final = 128 + 13
"""The exit code where the reader is gone: as a shell tells of a program that SIGPIPE ended."""

FALLBACK: Final = "midplot-plain"
"""How errors of encoding are handled: the name of a handler for Python's streams."""

ESCAPED: Final = "midplot-json"
"""The same within JSON, whose text has to stay what it is."""

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
"""What midplot writes, in ASCII. Of anything else, such as a name, the escape is written: it can be told apart."""

_WRITTEN = "midplot.json"


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
    """Make standard output and error take any text, whatever their encoding; what was closed swallows it."""
    with contextlib.ExitStack() as stack:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper) and not stream.closed:
                stack.callback(stream.reconfigure, errors=stream.errors)
                stream.reconfigure(errors=FALLBACK)
        if sys.stdout is None or sys.stderr is None:
            # Else the next file that is opened gets the free number, and what C code or a worker prints lands in it.
            while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
                pass
            os.close(number)
        yield


def fitting(text: str) -> str:
    """Return a text as standard output will show it, so that its width can be counted."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return text.encode(encoding, FALLBACK).decode(encoding)


def echo(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Write to standard output or error; nothing where that was closed.

    click's own echo writes UTF-8 where the encoding is ASCII, which whoever asked for ASCII cannot read.
    """
    stream = sys.stderr if err else sys.stdout
    if stream is None or stream.closed:
        return
    stream.write(f"{text}\n" if nl else text)
    stream.flush()


def deliver(text: str, html: str | None, write: Callable[[str | Path], Path], *, as_json: bool) -> None:
    """Write the page that was asked for, and print the outcome: each of them even where the other one fails.

    Parameters
    ----------
    text
        What to print.
    html
        Where to write the page, or None.
    write
        Writes the page and returns where it is.
    as_json
        Whether the text is JSON, to which nothing is added.

    Raises
    ------
    OutputError
        If the page cannot be written, after the text was printed.
    """
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
    """Write a page and return where it is.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    try:
        return write(html)
    except (OSError, ValueError) as error:
        if isinstance(error, MidplotError):
            raise
        reason = getattr(error, "strerror", None) or error
        raise OutputError(f"--html: {str(html)!r} cannot be written ({reason}). Name another file.") from error


def print_json(text: str) -> None:
    """Print the one JSON document of a command."""
    click.get_current_context().meta[_WRITTEN] = True
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    echo(text.encode(encoding, ESCAPED).decode(encoding))


def print_error(error: BaseException) -> None:
    """Print as JSON what ended a command that was to print JSON, unless it has done so."""
    context = click.get_current_context(silent=True)
    if context is not None and context.meta.get(_WRITTEN):
        return
    message = error.format_message() if isinstance(error, click.ClickException) else str(error)
    notes = list(getattr(error, "__notes__", ()))
    echo(encoded({"error": {"type": type(error).__name__, "message": message, "notes": notes}}))


@contextlib.contextmanager
def reserved(wanted: bool) -> Iterator[None]:
    """Keep standard output for JSON: what an attacker, its file or a worker prints meanwhile goes to standard error.

    Parameters
    ----------
    wanted
        Whether JSON is to be printed; else nothing is changed.
    """
    if not wanted:
        yield
        return
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.redirect_stdout(sys.stderr))
        if _is_process_output(sys.__stdout__):
            stack.enter_context(_redirected(1, 2))
        yield


def _is_process_output(stream: Any) -> bool:
    """Tell whether a stream writes to the file of number 1, which other processes inherit."""
    try:
        return stream is not None and stream.fileno() == 1
    except (OSError, ValueError):
        return False


@contextlib.contextmanager
def _redirected(number: int, to: int) -> Iterator[None]:
    kept = os.dup(number)
    try:
        os.dup2(to, number)
        yield
    finally:
        if sys.__stdout__ is not None:
            sys.__stdout__.flush()  # what was written past sys.stdout
        os.dup2(kept, number)
        os.close(kept)


def is_gone(error: BaseException) -> bool:
    """Tell whether an error says that the reader of the output is gone."""
    return isinstance(error, OSError) and error.errno in (errno.EPIPE, errno.ESHUTDOWN)


def drop(stream: Any) -> None:
    """Let a stream that cannot be written swallow what it still holds: Python would complain of it at its end."""
    try:
        number = stream.fileno()
    except (AttributeError, OSError, ValueError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)
