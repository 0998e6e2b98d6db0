"""What a person does with a replay besides looking: select a window, save it, take suggestions, check scenarios."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from midplot.errors import ScenarioError
from midplot.money._ledger import Ledger
from midplot.streams._stream import Stream, gap_bounds

if TYPE_CHECKING:
    from midplot.scenarios._scenario import Scenario
    from midplot.scenarios._selection import Selection
    from midplot.scenarios._suggest import Suggestion

# Scenarios are pydantic models, whose making takes longer than importing all the rest: they are loaded when needed.

__all__ = ["Labeller"]


class Labeller:
    """What is selected in a replay, and how it becomes a scenario.

    Parameters
    ----------
    ledger
        What happened in the replay.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._fingerprints: dict[int, str] = {}
        self._bounds: dict[int, list[tuple[int, int]]] = {}
        self._selection: Selection | None = None

    @property
    def selection(self) -> Selection | None:
        """What was selected last, by `select` or by a click on a chart; None before."""
        return self._selection

    def select(self, stream: int | str, first: int, last: int) -> Selection:
        """Select a window of a replayed stream: what a click on its chart does.

        Parameters
        ----------
        stream
            An id or a name.
        first, last
            Original indices, both inclusive.

        Returns
        -------
        Selection
            Also kept as `selection`.

        Raises
        ------
        ScenarioError
            If the window is not inside the stream, or crosses a gap.
        ArgumentError
            If there is no such stream.
        """
        self._selection = self._picked(stream, first, last)
        return self._selection

    def part_bounds(self, stream: int | str, index: int) -> tuple[int, int]:
        """Return the first and last index of the part around an index, both inclusive.

        Raises
        ------
        ArgumentError
            If there is no such stream.
        """
        source = self._source(stream)
        bounds = self._bounds.setdefault(source.stream_id, gap_bounds(source.values))
        position = index - source.offset
        start, stop = next((each for each in bounds if position < each[1]), bounds[-1])
        return source.offset + start, source.offset + stop - 1

    def save(
        self, expected: float, *, note: str, tags: Iterable[str], path: str | PathLike[str]
    ) -> tuple[Scenario, Path]:
        """Save what is selected, and return the scenario and its file."""
        from midplot.scenarios._scenario import Scenario
        from midplot.scenarios.store import save_scenario

        if self._selection is None:
            raise ScenarioError(
                "save_selected: nothing is selected. Click on the chart first, or call result.select(stream, first, last)."
            )
        scenario = Scenario(selection=self._selection, expected=expected, note=note, tags=tuple(tags))
        return scenario, save_scenario(scenario, Path(path))

    def suggest(self, n: int = 10, *, stream: int | str | None = None, length: int = 50) -> list[Suggestion]:
        """Propose the windows that are most worth labelling.

        Missed moves, worst losses, decisions taken back within the horizon, slowest ticks: ranked, without overlap.

        Parameters
        ----------
        n
            How many at the most.
        stream
            Only of this one: an id or a name.
        length
            Points a window has at the most.

        Returns
        -------
        list of Suggestion
            Each with its ``kind``, ``why``, ``expected`` decision and ``selection``.
        """
        from midplot.scenarios._suggest import suggest

        chosen = list(self.ledger.streams.values()) if stream is None else [self.ledger.stream(stream)]
        return suggest(chosen, self.ledger.settings, n, length=length, select=self._picked)

    def _picked(self, stream: int | str, first: int, last: int) -> Selection:
        from midplot.scenarios._selection import Selection

        source, settings = self._source(stream), self.ledger.settings
        return Selection.of(
            source,
            first,
            last,
            horizon=settings.horizon,
            epsilon=settings.epsilon,
            digest=self._fingerprint(source),
        )

    def _source(self, stream: int | str) -> Stream:
        return self.ledger.sources[self.ledger.stream(stream).stream_id]

    def _fingerprint(self, source: Stream) -> str:
        """Return a stream's fingerprint, computed once: a click must not wait for it."""
        from midplot.scenarios._selection import fingerprint

        if source.stream_id not in self._fingerprints:
            self._fingerprints[source.stream_id] = fingerprint(source.values)
        return self._fingerprints[source.stream_id]
