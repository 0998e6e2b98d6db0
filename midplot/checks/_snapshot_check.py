"""Whether an attacker still decides as its snapshot says: what has changed, where, and what that earned or cost."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from midplot._text import clipped, counted, in_columns, plain, printable, signed
from midplot.errors import message_of
from midplot.evidence._disagreements import why_of
from midplot.evidence._luck import Luck
from midplot.evidence._paired import Window, luck_of_difference, widest_windows
from midplot.evidence._words import interval_words
from midplot.evidence.snapshots._snapshot import Snapshot
from midplot.money._ledger import Ledger
from midplot.scenarios._scenario import label_of
from midplot.streams._stream import FloatArray

__all__ = ["ACCEPT", "FirstChange", "SnapshotCheck"]

MOST_PLACES = 3
"""The number of windows that are listed where the change earned or cost most."""

# A move of one horizon fits in, and so does the burst of decisions that caused it.
PLACE_TICKS = 50
"""The most ticks in such a window."""

NAMES = ("the old code", "the new code")

ACCEPT = "to accept"
"""The word for the row with the command that takes the snapshot again."""


@dataclass(frozen=True, slots=True)
class FirstChange:
    """The first tick at which an attacker decides differently.

    Attributes
    ----------
    stream
        The name of the stream.
    index
        The original index of the tick.
    price
        The price there.
    before, after
        The decision in the snapshot, and the present one.
    """

    stream: str
    index: int
    price: float
    before: float
    after: float

    def __str__(self) -> str:
        was, now = (_decision(each, self.before, self.after) for each in (self.before, self.after))
        return f"{printable(self.stream)} at {self.index} (price {self.price:.10g}): {was} before, {now} now"


def _decision(decision: float, *both: float) -> str:
    label = label_of(decision)
    # The size is told where it is more than a direction, or all that differs.
    told = decision and (abs(decision) != 1 or np.sign(both[0]) == np.sign(both[1]))
    return f"{label} {plain(decision, 17)}" if told else label


@dataclass(frozen=True, repr=False, eq=False)
class SnapshotCheck:
    """An attacker compared with its snapshot. Made by `check_snapshot` and `ReplayResults.check_snapshot`.

    Attributes
    ----------
    place
        The file of the snapshot.
    again
        The command that takes the snapshot again.
    snapshot
        The snapshot.
    before, after
        What happened according to the snapshot, and what happens now, on the same streams.
    error
        The error that the attacker raised, or None. What it decided before is compared all the same.
    """

    place: str
    again: str
    snapshot: Snapshot
    before: Ledger
    after: Ledger
    error: Exception | None = None

    @property
    def ok(self) -> bool:
        """Whether every decision is the same, to the last bit."""
        return self.error is None and not self.n_changed

    @property
    def n_changed(self) -> int:
        """The number of ticks at which the decision is another one."""
        return sum(self.changed_by_stream.values())

    @property
    def n_decisions(self) -> int:
        """The number of ticks at which the snapshot or the attacker decides something."""
        return sum(int(np.count_nonzero((was != 0) | (now != 0))) for _, _, was, now in self._pairs)

    @cached_property
    def changed_by_stream(self) -> dict[str, int]:
        """The number of changed decisions by the name of the stream, those without any left out."""
        counts: dict[str, int] = {}
        for title, _, was, now in self._pairs:
            n = int(np.count_nonzero(was != now))
            counts |= {title: counts.get(title, 0) + n} if n else {}
        return counts

    @cached_property
    def n_resized(self) -> int:
        """The number of changed decisions that keep their direction, and so their profit."""
        pairs = ((was, now) for _, _, was, now in self._pairs)
        return sum(int(np.count_nonzero((was != now) & (np.sign(was) == np.sign(now)))) for was, now in pairs)

    @cached_property
    def first(self) -> FirstChange | None:
        """The first change; None without any."""
        for (title, index, was, now), part in zip(self._pairs, self.after.parts, strict=True):
            changed = np.flatnonzero(was != now)
            if len(changed):
                tick = int(changed[0])
                price = float(part.part.values[part.part.warmup + tick])
                return FirstChange(title, index + tick, price, float(was[tick]), float(now[tick]))
        return None

    @property
    def scores(self) -> tuple[float, float]:
        """What the snapshot and the attacker earned after costs, in the units of the price."""
        return self.before.total_score, self.after.total_score

    @cached_property
    def difference(self) -> Luck | None:
        """What the attacker earned more than its snapshot, block by block; None if it raised an error."""
        return None if self.error is not None else luck_of_difference(self.before, self.after)

    @cached_property
    def places(self) -> list[Window]:
        """The windows in which the change earned or cost most, at most three."""
        return [] if self.error is not None else widest_windows(self.before, self.after, MOST_PLACES, PLACE_TICKS)

    @cached_property
    def _pairs(self) -> list[tuple[str, int, FloatArray, FloatArray]]:
        """For each part that was replayed, the stream, the first scored index, and the decisions then and now."""
        titles = {stream_id: account.title for stream_id, account in self.after.streams.items()}
        pairs = []
        for old, new in zip(self.before.parts, self.after.parts, strict=True):
            part = new.part
            was, now = (each.replay.decisions[part.warmup :] for each in (old, new))
            pairs.append((titles[part.stream_id], part.index_of(part.warmup), was[: len(now)], now))
        return pairs

    # Words

    @property
    def outcome(self) -> str:
        """The outcome in a sentence: unchanged, how much has changed, or what the attacker raised."""
        total, streams = counted(self.n_decisions, "decision"), counted(len(self.snapshot.streams), "stream")
        if self.ok:
            return f"unchanged, {total} on {streams}, score {signed(self.scores[1])}"
        changed = f"{self.n_changed:,} of {total} on {len(self.changed_by_stream):,} of {streams}"
        if self.error is None:
            return f"CHANGED, {changed}"
        told = [f"{type(self.error).__name__}: {message_of(self.error)}", *getattr(self.error, "__notes__", ())[:1]]
        until = f"{changed} changed" if self.n_changed else "nothing had changed"
        return f"RAISED {printable(', '.join(told), 400)}; until then {until}"

    @property
    def rows(self) -> list[tuple[str, str]]:
        """What is to be known about a change, each with a word for what it is; none if there is no change."""
        if self.ok:
            return []
        first = [("first change", str(self.first))] if self.first is not None else []
        return [*first, *self._money(), *([(ACCEPT, self.again)] if self.error is None else [])]

    def lines(self) -> list[str]:
        """Return the outcome in a few lines, the first of which says it all."""
        return [f"{printable(self.place, 300)}: {self.outcome}", *(f"  {line}" for line in in_columns(self.rows))]

    def _money(self) -> list[tuple[str, str]]:
        if self.difference is None:
            return []
        before, after = self.scores
        if before == after and not self.places:
            why = (
                "decisions changed in size only, not in direction"
                if self.n_resized == self.n_changed
                else "the decisions that changed earn nothing"
            )
            return [("score", f"{signed(after)} as before: {why}")]
        difference = f"{signed(after - before)} ({interval_words(self.difference.interval)})"
        rows = [("score", f"{signed(before)} before, {signed(after)} now: a difference of {difference}")]
        return [
            *rows,
            *((("largest effect" if not at else ""), text) for at, text in enumerate(map(self._place, self.places))),
        ]

    def _place(self, window: Window) -> str:
        title = clipped(self.after.streams[window.stream_id].title)
        return f"{signed(window.difference, 4)} on {title} {window.first}-{window.last}: {why_of(window, NAMES)}"

    def to_dict(self) -> dict[str, Any]:
        """Return the outcome as plain data that can be written as JSON."""
        luck, first = self.difference, self.first
        return {
            "file": self.place,
            "attacker": self.snapshot.attacker.title,
            "ok": self.ok,
            "n_changed": self.n_changed,
            "n_resized": self.n_resized,
            "n_decisions": self.n_decisions,
            "n_streams": len(self.snapshot.streams),
            "streams": self.changed_by_stream,
            "first": None if first is None else {name: getattr(first, name) for name in first.__slots__},
            "score_before": self.scores[0],
            "score_after": self.scores[1],
            "interval": None if luck is None or luck.interval is None else list(luck.interval),
            "places": [
                {
                    "stream": self.after.streams[each.stream_id].title,
                    "first": each.first,
                    "last": each.last,
                    "difference": each.difference,
                    "why": why_of(each, NAMES),
                }
                for each in self.places
            ],
            "error": None if self.error is None else f"{type(self.error).__name__}: {message_of(self.error)}",
        }

    def __str__(self) -> str:
        return self.lines()[0]

    def __repr__(self) -> str:
        return "\n".join(["SnapshotCheck", *(f"  {line}" for line in self.lines())])
