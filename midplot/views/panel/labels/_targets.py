"""Which windows are labelled in a row: those of suggestions, scenarios, selections, or given by their indices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from midplot.errors import ArgumentTypeError, MidplotError
from midplot.game import NOTHING
from midplot.money._account import StreamAccount
from midplot.scenarios._fit import belongs, may_belong, misfit
from midplot.scenarios._labeller import Labeller
from midplot.scenarios._scenario import Scenario
from midplot.scenarios._selection import Selection
from midplot.scenarios._suggest import Suggestion
from midplot.views._view_state import Target

__all__ = ["Listed", "Windows", "listed"]

Windows = Iterable[Scenario | Selection | Suggestion | tuple[int | str, int, int]]
"""Windows to label: a movie, scenarios, selections, suggestions, or stream, first and last index of each."""

# What a suggestion says of itself gives away what followed, and already its kind hints at the label. This is shown instead.
_UNSAID = "suggested; why is told when it has a label"


@dataclass(frozen=True, slots=True)
class Listed:
    """Windows to label, and what was left out.

    Attributes
    ----------
    targets
        The windows, each once: in the order given, or by stream and position if all have been labelled before.
    misfits
        For each window that was left out, the reason.
    """

    targets: tuple[Target, ...]
    misfits: tuple[str, ...] = ()


def listed(windows: Windows, labeller: Labeller) -> Listed:
    """Find windows in the replayed streams.

    Parameters
    ----------
    windows
        The windows.
    labeller
        Knows the streams.

    Raises
    ------
    ArgumentTypeError
        If one of them is not a window.
    """
    finder = _Finder(labeller)
    found = [finder.find(each) for each in windows]
    # A movie may hold several labels of one window, which is asked for once.
    targets = {(each.stream, each.first, each.last): each for each in reversed(found) if isinstance(each, Target)}
    ordered = [
        each for each in found if isinstance(each, Target) and targets[each.stream, each.first, each.last] is each
    ]
    if all(each.origin == "scenario" for each in ordered):
        # A folder lists them by label, and an order that gives the labels away would be no review.
        place = {stream: n for n, stream in enumerate(labeller.ledger.streams)}
        ordered.sort(key=lambda each: (place[each.stream], each.first))
    return Listed(tuple(ordered), tuple(each for each in found if isinstance(each, str)))


@dataclass(slots=True)
class _Finder:
    """Finds windows one by one. Which streams a name may mean is worked out once for each name."""

    labeller: Labeller
    meant: dict[tuple[str | None, int], Sequence[StreamAccount]] = field(default_factory=dict)

    def find(self, window: Any) -> Target | str:
        """Return a window as a target, or the reason why it is left out."""
        if isinstance(window, Suggestion):
            given: dict[str, Any] = {"why": _UNSAID, "expected": window.expected, "outcome": window.why}
            return self._placed(window.selection, None, origin="suggestion", **given)
        if isinstance(window, Scenario):
            return self._placed(window.selection, window, expected=window.expected, origin="scenario")
        if isinstance(window, Selection):
            return self._placed(window)
        if isinstance(window, tuple) and len(window) == 3:
            return self._at(*window)
        raise ArgumentTypeError(
            f"got {type(window).__name__!r}",
            where="windows",
            advice="Give a movie, or a list of scenarios, selections, suggestions or (stream, first, last).",
        )

    def _placed(self, window: Selection, as_scenario: Scenario | None = None, **given: Any) -> Target | str:
        # A selection is compared with the streams like a scenario, whatever its label.
        scenario = as_scenario or Scenario(selection=window, expected=NOTHING)
        streams = self._meant_by(scenario)
        for stream in streams:
            if belongs(scenario, stream) and _is_replayed(stream, window.first, window.last):
                return Target(stream.stream_id, window.first, window.last, **given)
        for stream in streams:
            why = misfit(scenario, self.labeller.source(stream.stream_id))
            if why is not None:
                return f"{_words(window.stream_title, window.first, window.last)}: {why}"
        return f"{_words(window.stream_title, window.first, window.last)}: its ticks were not replayed"

    def _meant_by(self, scenario: Scenario) -> Sequence[StreamAccount]:
        key = scenario.selection.stream_name, scenario.selection.stream_id
        if key not in self.meant:
            streams = self.labeller.ledger.streams.values()
            self.meant[key] = [stream for stream in streams if may_belong(scenario, stream)]
        return self.meant[key]

    def _at(self, stream: int | str, first: int, last: int) -> Target | str:
        try:
            account = self.labeller.ledger.stream(stream)
            self.labeller.window(account.stream_id, first, last)
        except MidplotError as error:
            return f"{_words(str(stream), first, last)}: {error.what}"
        if _is_replayed(account, first, last):
            return Target(account.stream_id, int(first), int(last))
        return f"{_words(str(stream), first, last)}: its ticks were not replayed"


def _is_replayed(stream: StreamAccount, first: int, last: int) -> bool:
    return any(
        part.part.first_index <= first and last < part.part.first_index + part.replay.n_ticks for part in stream.parts
    )


def _words(stream: str, first: object, last: object) -> str:
    return f"{stream} {first}-{last}"
