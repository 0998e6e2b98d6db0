"""When two names are the same: text can be written in two ways and look alike."""

from __future__ import annotations

from unicodedata import normalize

__all__ = ["same_name"]


def same_name(one: object, other: object) -> bool:
    r"""Tell whether two names are the same after Unicode normalisation (NFC).

    An é is one character, or an e and an accent, according to the system that a file was written on. Names are kept as
    they were given, and compared by this.

    Examples
    --------
    >>> same_name("caf\u00e9", "cafe\u0301")
    True
    """
    if isinstance(one, str) and isinstance(other, str):
        return one == other or normalize("NFC", one) == normalize("NFC", other)
    return bool(one == other)
