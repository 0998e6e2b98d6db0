"""Every error that midplot raises on its own account, and how its words are put together.

A message reads ``<where>: <what happened, with the value>. <what to do>.``
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
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
]


class MidplotError(Exception):
    """The base of all errors of midplot. Whatever a user's names hold, its message can be printed anywhere."""

    def __str__(self) -> str:
        return legible(super().__str__())


class StreamError(MidplotError, ValueError):
    """The data given as streams cannot be replayed."""


class ProtocolError(MidplotError, RuntimeError):
    """An attacker's ``infer`` broke the rules of the game."""


class ScenarioError(MidplotError, ValueError):
    """A selection, a scenario, a movie or one of their files cannot be used."""


class MissingExtraError(MidplotError, ImportError):
    """A part of midplot needs a package that is not installed."""


class ArgumentError(MidplotError, ValueError):
    """An argument has a value outside its range."""


class ArgumentTypeError(MidplotError, TypeError):
    """An argument is of a wrong type."""


def legible(text: str) -> str:
    r"""Return a text of several lines without what a terminal would obey, a file refuse, or a reader not see.

    Escape sequences, control characters, marks that turn the direction of writing, and lone surrogates.

    Examples
    --------
    >>> legible("eur\x1b[31m\tusd\r\n2")
    'eur·[31m usd·\n2'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else " " if c == "\t" else "·" for c in text)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Suggest the known name that is closest to a wrong one.

    Parameters
    ----------
    name
        What was given.
    known
        The names that exist.

    Returns
    -------
    str
        ``" Did you mean 'volume'?"``, or nothing where no name is close.

    Examples
    --------
    >>> did_you_mean("stream_1O", ["stream_10", "price"])
    " Did you mean 'stream_10'?"
    """
    as_given = {normalize("NFC", each): each for each in known}
    close = get_close_matches(normalize("NFC", name), list(as_given), n=1)
    return f" Did you mean {as_given[close[0]]!r}?" if close else ""
