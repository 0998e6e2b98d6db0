"""What a replay view shows, as one frozen value: the picture and the controls are functions of it and of the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from midplot.errors import legible
from midplot.scenarios._selection import Selection
from midplot.scenarios._suggest import Suggestion

__all__ = [
    "ALL",
    "BEST",
    "DEFAULT_LENGTH",
    "DEFAULT_SPEED",
    "DRAG_MODES",
    "OUTCOMES",
    "TABS",
    "Origin",
    "Question",
    "Review",
    "Sight",
    "Status",
    "Suggested",
    "Target",
    "TradesAsked",
    "ViewState",
]

DRAG_MODES: Final = ("zoom", "select", "pan")

TABS: Final = ("labels", "trades", "suggestions")
"""The lists below the chart, of which one is open at a time, or none."""

OUTCOMES: Final = ("all", "winners", "losers", "unresolved")
"""Which trades the table lists."""

# Enough to see a pattern, and two thirds more than the horizon of 30.
DEFAULT_LENGTH: Final = 50

# Ticks per second: a window of the default length passes in half a second.
DEFAULT_SPEED: Final = 100.0

BEST: Final = "best"
"""Show all of a stream, or one part of it if the prices of its parts are too far apart to be readable together."""

ALL: Final = "all"
"""Show all of a stream, however far its parts are apart."""

Sight = Literal["best", "all"] | tuple[float, float]
"""What is visible of a stream: `BEST`, `ALL`, or the original indices at the edges of the chart."""


@dataclass(frozen=True, slots=True)
class Status:
    """Content of the status line.

    Attributes
    ----------
    text
        Text of the line.
    kind
        ``info``, ``saved`` or ``error``.
    """

    text: str
    kind: str = "info"


@dataclass(frozen=True, slots=True)
class Suggested:
    """A suggestion, and its place among those of its stream.

    Attributes
    ----------
    suggestion
        The window, and why it is worth labelling.
    place, total
        Its position, counted from 0, and the number of suggestions.
    """

    suggestion: Suggestion
    place: int
    total: int


@dataclass(frozen=True, slots=True)
class Question:
    """A label that waits for an answer, because other labels contradict it.

    Attributes
    ----------
    label, note, tags
        What would be saved.
    text
        What speaks against it.
    keys
        Names of the files that contradict it.
    """

    label: str
    note: str
    tags: str
    text: str
    keys: tuple[str, ...]


Origin = Literal["window", "suggestion", "scenario"]
"""Where a window to be labelled comes from: somebody gave it, midplot suggested it, or it was labelled before."""


@dataclass(frozen=True, slots=True)
class Target:
    """A window to be labelled.

    Attributes
    ----------
    stream
        Id of the stream.
    first, last
        Original indices of its ends, both inclusive.
    why
        Why it is worth labelling, without what followed; may be empty.
    expected
        Decision that was proposed for it, or that it was labelled with before; None if there is none. It is told only once
        the window is labelled.
    outcome
        What is told with it, since it gives away what followed.
    origin
        Where the window comes from.
    """

    stream: int
    first: int
    last: int
    why: str = ""
    expected: float | None = None
    outcome: str = ""
    origin: Origin = "window"


@dataclass(frozen=True, slots=True)
class Review:
    """The labelling of many windows in a row.

    Attributes
    ----------
    targets
        The windows in order, over all streams.
    place
        Position of the current one; the number of windows if none is left.
    done
        Positions of those that have been labelled.
    active
        Whether the view is in labelling mode now. If it is not, the mode goes on from here when it is entered again.
    """

    targets: tuple[Target, ...]
    place: int = 0
    done: frozenset[int] = frozenset()
    active: bool = True

    @property
    def current(self) -> Target | None:
        """The window to be labelled now; None outside the mode, or if none is left."""
        return self.targets[self.place] if self.active and self.place < len(self.targets) else None

    @property
    def n_left(self) -> int:
        """Number of windows that have no label yet."""
        return len(self.targets) - len(self.done)


@dataclass(frozen=True, slots=True)
class TradesAsked:
    """The rows that the table of trades shows.

    Attributes
    ----------
    sort
        Name of the column by which they are sorted.
    ascending
        Whether the smallest comes first: with profits, the worst.
    offset
        Number of rows before the first one.
    outcome
        One of `OUTCOMES`.
    everywhere
        Whether they are of all streams, not only of the one that is shown.
    """

    sort: str = "profit"
    ascending: bool = True
    offset: int = 0
    outcome: str = OUTCOMES[0]
    everywhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewState:
    """The state of a view at one moment.

    Attributes
    ----------
    stream
        Id of the stream that is shown.
    sight
        What is visible of it.
    selection
        The window selected in it, or None.
    length
        Number of points that a click selects.
    drag
        What a drag in the chart does: one of `DRAG_MODES`.
    blind
        Whether everything after the window is hidden, and what the attacker decided.
    revealed
        Last index that is shown while the replay is played back; None for all.
    playing, speed, ticked
        Whether it is being played, at how many ticks per second, and when the last frame was made, in seconds.
    suggestion
        The current suggestion, if its window is the selected one.
    question
        The label that waits for an answer.
    review
        The windows of the labelling mode, if it was ever entered.
    dark, narrow
        Whether the page is dark, and whether the view is too narrow for a legend.
    places
        Whether the page can tell where the pointer is. If it cannot, plotly's own selection is used.
    follow
        Whether the view shows whatever is being replayed. Any act of a person ends that.
    status
        Content of the status line.
    picked
        The state before the last click in the chart, which a double click goes back to.
    opened
        Key of the saved scenario whose note and tags are in the fields; empty if there is none.
    note, tags, filled
        What the fields were filled with last, and the number of times that they have been filled.
    tab
        Which of `TABS` is open below the chart; empty for none.
    trades
        What the table of trades shows.
    """

    stream: int
    sight: Sight = BEST
    selection: Selection | None = None
    length: int = DEFAULT_LENGTH
    drag: str = DRAG_MODES[0]
    blind: bool = False
    revealed: int | None = None
    playing: bool = False
    speed: float = DEFAULT_SPEED
    ticked: float = 0.0
    suggestion: Suggested | None = None
    question: Question | None = None
    review: Review | None = None
    dark: bool = False
    narrow: bool = False
    places: bool = False
    follow: bool = True
    status: Status = Status("click the chart to select the points that end there")
    picked: ViewState | None = None
    opened: str = ""
    note: str = ""
    tags: str = ""
    filled: int = 0
    tab: str = TABS[0]
    trades: TradesAsked = TradesAsked()

    @property
    def target(self) -> Target | None:
        """The window to be labelled now, in labelling mode."""
        return None if self.review is None else self.review.current

    @property
    def hides_future(self) -> bool:
        """Whether whatever comes after the window is hidden, and what the attacker decided."""
        return self.blind or self.target is not None

    @property
    def last_shown(self) -> int | None:
        """Last original index that is shown; None for all."""
        limits = [] if self.revealed is None else [self.revealed]
        if self.hides_future and self.selection is not None:
            limits.append(self.selection.last)
        return min(limits, default=None)

    def changed(self, **changes: Any) -> ViewState:
        """Return the state with some fields changed."""
        return replace(self, **changes)

    def saying(self, text: str, kind: str = "info") -> ViewState:
        """Return the state with a text on the status line."""
        return self.changed(status=Status(legible(text), kind))

    def filled_with(self, note: str = "", tags: Iterable[str] = (), opened: str = "") -> ViewState:
        """Return the state with the note and tags of a scenario in their fields, or with the fields empty."""
        return self.changed(opened=opened, note=note, tags=", ".join(tags), filled=self.filled + 1)
