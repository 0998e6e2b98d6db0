"""The keys of the view and their acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from midplot.game import LABELS

__all__ = ["KEYS", "REVIEW_KEYS", "Key"]


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the view.

    Attributes
    ----------
    key
        Name of the key in a browser, in lower case.
    act
        Name of the act in the view's messages.
    more
        Further fields of the message. The page adds what only it knows: the note, the tags, whether shift is held.
    shown
        Text for the line below the chart. If two keys belong together, the text of the first covers both.
    repeats
        Whether the act is repeated while the key is held down.
    """

    key: str
    act: str
    more: Mapping[str, Any] = field(default_factory=dict)
    shown: str = ""
    repeats: bool = False


KEYS: Final = (
    *(Key(each.key, "label", {"label": each.name}, f"{each.key.upper()} {each.name.lower()}") for each in LABELS),
    Key("z", "undo", shown="Z undo"),
    Key("y", "redo", shown="Y redo"),
    Key("arrowleft", "move", {"by": -1}, "← → move · Shift start", repeats=True),
    Key("arrowright", "move", {"by": 1}, repeats=True),
    Key("s", "suggest", shown="S suggest"),
    Key("enter", "accept", shown="Enter accept"),
)
"""The keys in the order of the line below the chart. Escape is not among them, since it sends nothing."""

REVIEW_KEYS: Final = (
    *(Key(each.key, "label", {"label": each.name}) for each in LABELS),
    Key("s", "skip"),
    Key("b", "back"),
    Key("z", "undo"),
    # These answer a question, and do nothing if there is none. Another label or a skip answers it too.
    Key("r", "answer", {"answer": "replace"}),
    Key("k", "answer", {"answer": "keep"}),
)
"""The keys of labelling mode. Escape takes a question back, or leaves the mode."""
