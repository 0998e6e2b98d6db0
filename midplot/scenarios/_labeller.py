"""What a person does with a replay besides looking: select a window, save it, take suggestions, check scenarios."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from midplot.errors import ScenarioError
from midplot.game import DEFAULT_FOLDER
from midplot.money._ledger import Ledger
from midplot.streams._stream import Stream, gap_bounds

if TYPE_CHECKING:
    from midplot.scenarios._selection import Selection
    from midplot.scenarios._suggest import Suggestion
    from midplot.scenarios.store import Saved, ScenarioFolder

# Scenarios are pydantic models, whose making takes longer than importing all the rest: they are loaded when needed.

__all__ = ["Labeller"]

_numbers = count(1)


class Labeller:
    """What is selected in a replay, and how it becomes a scenario.

    Parameters
    ----------
    ledger
        What happened in the replay.

    Attributes
    ----------
    part
        By what name its changes stand in the undo log of a folder.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._fingerprints: dict[int, str] = {}
        self._bounds: dict[int, list[tuple[int, int]]] = {}
        self._selection: Selection | None = None
        # A relative folder stays the one it was when the result was made, wherever the process goes.
        self._home = Path.cwd()
        self.part = f"result {next(_numbers)}"

    def source(self, stream: int | str) -> Stream:
        """Return the whole of a replayed stream, by its id or name."""
        return self.ledger.sources[self.ledger.stream(stream).stream_id]

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
        source = self.source(stream)
        bounds = self._bounds.setdefault(source.stream_id, gap_bounds(source.values))
        position = index - source.offset
        start, stop = next((each for each in bounds if position < each[1]), bounds[-1])
        return source.offset + start, source.offset + stop - 1

    def undo(self, path: str | PathLike[str] = DEFAULT_FOLDER) -> str:
        """Take back the last change made to labels here or in a view of the replay, and say what it was."""
        return self.label_folder(path).undo(self.part).words

    def redo(self, path: str | PathLike[str] = DEFAULT_FOLDER) -> str:
        """Make the change again that `undo` took back last, and say what it was."""
        return self.label_folder(path).redo(self.part).words

    def label_folder(self, path: str | PathLike[str] = DEFAULT_FOLDER) -> ScenarioFolder:
        """Return the folder for scenarios at a path, seen from where the process was when the replay was made."""
        from midplot.scenarios.store import folder_at, placed

        return folder_at(self._home / placed(path))

    def save(
        self, expected: float, *, note: str, tags: Iterable[str], path: str | PathLike[str], part: str = ""
    ) -> Saved:
        """Save what is selected, on behalf of a part of this result, and return what came of it."""
        from midplot.scenarios._scenario import Scenario
        from midplot.scenarios.store import Saved

        if self._selection is None:
            raise ScenarioError(
                "nothing is selected",
                where="save_selected",
                advice="Click on the chart first, or call result.select(stream, first, last).",
            )
        scenario = Scenario(selection=self._selection, expected=expected, note=note, tags=tuple(tags))
        folder = self.label_folder(path)
        (saved,) = folder.save([scenario], "/".join(filter(None, [self.part, part])))
        return Saved(saved.path, saved.scenario, folder.contradicting(saved.scenario))

    def shown(self, file: Path, given: str | PathLike[str]) -> Path:
        """Return a file's path as its user would write it: in short where that leads there."""
        is_short = not Path(given).is_absolute() and Path.cwd() == self._home and file.is_relative_to(self._home)
        return file.relative_to(self._home) if is_short else file

    def suggest(
        self,
        n: int = 10,
        *,
        stream: int | str | None = None,
        length: int = 50,
        path: str | PathLike[str] = DEFAULT_FOLDER,
    ) -> list[Suggestion]:
        """Propose the windows that are most worth labelling.

        Missed moves, worst losses, decisions taken back within the horizon, slowest ticks: ranked, without overlap,
        and none that shares a tick with a window that is labelled already.

        Parameters
        ----------
        n
            How many at the most.
        stream
            Only of this one: an id or a name.
        length
            Points a window has at the most.
        path
            The folder for scenarios: what is labelled there is left out.

        Returns
        -------
        list of Suggestion
            Each with its ``kind``, ``why``, ``expected`` decision and ``selection``.
        """
        from midplot.scenarios._fit import belongs
        from midplot.scenarios._suggest import suggest

        chosen = list(self.ledger.streams.values()) if stream is None else [self.ledger.stream(stream)]
        labelled = [
            (each.stream_id, found.scenario.selection.first, found.scenario.selection.last)
            for found in self.label_folder(path).read().found
            for each in chosen
            if belongs(found.scenario, each)
        ]
        return suggest(chosen, self.ledger.settings, n, length=length, select=self._picked, labelled=labelled)

    def _picked(self, stream: int | str, first: int, last: int) -> Selection:
        from midplot.scenarios._selection import Selection

        source, settings = self.source(stream), self.ledger.settings
        return Selection.of(
            source,
            first,
            last,
            horizon=settings.horizon,
            epsilon=settings.epsilon,
            digest=self._fingerprint(source),
        )

    def _fingerprint(self, source: Stream) -> str:
        """Return a stream's fingerprint, computed once: a click must not wait for it."""
        from midplot.scenarios._selection import fingerprint

        if source.stream_id not in self._fingerprints:
            self._fingerprints[source.stream_id] = fingerprint(source.values)
        return self._fingerprints[source.stream_id]
