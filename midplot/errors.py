"""All of midplot's own errors, and how their messages are put together.

A message reads ``<where>: <what happened, with the value>. <what to do>.``
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from difflib import get_close_matches
from typing import Any, Self
from unicodedata import normalize

__all__ = [
    "ArgumentError",
    "ArgumentTypeError",
    "MidplotError",
    "MissingExtraError",
    "ProtocolError",
    "ScenarioError",
    "StreamError",
    "did_you_mean",
    "legible",
    "message_of",
]


class MidplotError(Exception):
    """Base class of midplot's errors. Its message can be printed anywhere, whatever characters a user's names contain.

    Code that handles an error reads these fields, never the text.

    Parameters
    ----------
    what
        What happened, with the value: one sentence without its full stop.
    where
        The argument, the stream and tick, or the file where it happened.
    advice
        What to do about it, in whole sentences.

    Examples
    --------
    >>> print(StreamError("the stream is empty", where="stream 3", advice="Give at least one number."))
    stream 3: the stream is empty. Give at least one number.
    """

    def __init__(self, what: str = "", *, where: object = "", advice: str = "") -> None:
        super().__init__(what)
        self.what = what.strip()
        self.where = str(where)
        self.advice = advice.strip()

    def __str__(self) -> str:
        located = f"{self.where}: {self.what}" if self.where else self.what
        # A list of faults on several lines keeps its own ending; a single sentence gets its full stop.
        stop = "" if "\n" in located or located.endswith((".", "?", "!", ":")) else "."
        return legible(f"{located}{stop} {self.advice}".rstrip())

    def at(self, where: object) -> Self:
        """Return a copy of the error with another ``where``, such as the file whose content is at fault."""
        moved = copy(self)
        moved.where = str(where)
        return moved


class StreamError(MidplotError, ValueError):
    """The data given as streams cannot be replayed."""


class ProtocolError(MidplotError, RuntimeError):
    """An attacker's ``infer`` broke the rules of the game."""


class ScenarioError(MidplotError, ValueError):
    """A selection, a scenario, a movie, or a file of one, cannot be used."""


class MissingExtraError(MidplotError, ImportError):
    """A part of midplot needs a package that is not installed."""


class ArgumentError(MidplotError, ValueError):
    """An argument has a value outside its range."""


class ArgumentTypeError(MidplotError, TypeError):
    """An argument has the wrong type."""


def legible(text: str) -> str:
    r"""Replace everything that is not printable, newlines excepted, so that a message is safe to show and to write.

    A terminal obeys escape sequences and control characters, a reader cannot see marks that reverse the direction of
    writing, and a file refuses lone surrogates.

    Examples
    --------
    >>> legible("eur\x1b[31m\tusd\r\n2")
    'eur·[31m usd·\n2'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else " " if c == "\t" else "·" for c in text)


def message_of(error: BaseException, words: Callable[[Any], str] = str) -> str:
    """Return the message of an error, whatever its class does when it is asked for it: even end the program.

    Parameters
    ----------
    error
        An error, which may be of a class that a user wrote.
    words
        The function that returns its message.

    Examples
    --------
    >>> class Mute(Exception):
    ...     def __str__(self):
    ...         raise SystemExit(0)
    >>> message_of(ValueError("too small")), message_of(Mute())
    ('too small', 'its message cannot be shown')
    """
    try:
        return words(error)
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 -- what has to be told is the error itself, not a fault in its words
        return "its message cannot be shown"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Suggest the known name that is closest to a wrong one.

    Parameters
    ----------
    name
        The wrong name.
    known
        The names that exist.

    Returns
    -------
    str
        ``" Did you mean 'volume'?"``, or an empty text if no name is close.

    Examples
    --------
    >>> did_you_mean("stream_1O", ["stream_10", "price"])
    " Did you mean 'stream_10'?"
    """
    # Compared in one Unicode form, or an é of two characters would count as a spelling mistake.
    spelled = {normalize("NFC", each): each for each in known}
    close = get_close_matches(normalize("NFC", name), list(spelled), n=1)
    return f" Did you mean {spelled[close[0]]!r}?" if close else ""
