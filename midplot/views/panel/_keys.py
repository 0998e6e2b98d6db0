"""Which key is which act in the view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from midplot.game import LABELS

__all__ = ["KEYS", "Key"]


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the view.

    Attributes
    ----------
    key
        Its name in a browser, in lower case.
    act
        What it does, as the view's messages name it.
    more
        What the message says besides. The page adds what only it knows: the note, the tags, whether shift is held.
    shown
        How the line below the chart tells of it. Where two keys go together, the first tells of both.
    repeats
        Whether the act is done again while the key is held down.
    """

    key: str
    act: str
    more: Mapping[str, Any] = field(default_factory=dict)
    shown: str = ""
    repeats: bool = False


KEYS: Final = (
    *(Key(each.key, "label", {"label": each.name}, f"{each.key.upper()} {each.name.lower()}") for each in LABELS),
    Key("z", "undo", shown="Z undo"),
    Key("arrowleft", "move", {"by": -1}, "← → move · ⇧ start", repeats=True),
    Key("arrowright", "move", {"by": 1}, repeats=True),
    Key("s", "suggest", shown="S suggest"),
    Key("enter", "accept", shown="Enter accept"),
)
"""The keys, in the order in which the line below the chart lists them. Escape is not among them: it sends nothing."""
