"""What a person does with a replay besides looking at it: select a window, save it, take suggestions, undo."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakMethod

from midplot._text import counted
from midplot.errors import ScenarioError
from midplot.game import DEFAULT_FOLDER
from midplot.money._ledger import Ledger
from midplot.streams._stream import Stream, gap_bounds

if TYPE_CHECKING:
    from midplot.scenarios._selection import Selection
    from midplot.scenarios._suggest import Suggestion
    from midplot.scenarios.store import Saved, ScenarioFolder

# Scenarios are pydantic models, and building those classes takes longer than importing everything else. A replay that
# labels nothing should not pay for it, so the methods below import what they need.

__all__ = ["Labeller"]

# Each result gets its own number, so that undo in one does not take back what was labelled in another.
_numbers = count(1)


Listener = Callable[["Selection | None"], object]


class Labeller:
    """The selection in a replay, and what turns it into a scenario.

    Parameters
    ----------
    ledger
        What happened in the replay.

    Attributes
    ----------
    part
        The name under which its changes are entered in the undo log of a folder.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._fingerprints: dict[int, str] = {}
        self._bounds: dict[int, list[tuple[int, int]]] = {}
        self._selection: Selection | None = None
        # A relative folder keeps its meaning even if the process changes its working directory later.
        self._home = Path.cwd()
        self.part = f"result {next(_numbers)}"
        self._listeners: list[WeakMethod[Listener]] = []

    def __getstate__(self) -> dict[str, Any]:
        # Views belong to their front end: a copy, or a result that was loaded, has none that listen.
        return {**vars(self), "_listeners": []}

    def source(self, stream: int | str) -> Stream:
        """Return a replayed stream in full, by its id or name."""
        return self.ledger.sources[self.ledger.stream(stream).stream_id]

    @property
    def selection(self) -> Selection | None:
        """The window selected last, by `select` or by a click on a chart; None if there was none."""
        return self._selection

    def select(self, stream: int | str, first: int, last: int) -> Selection:
        """Select a window of a replayed stream, as a click on its chart does.

        Parameters
        ----------
        stream
            The id or name of the stream.
        first, last
            The original indices of the window's first and last tick, both included.

        Returns
        -------
        Selection
            The window, which is also kept as `selection`.

        Raises
        ------
        ScenarioError
            If the window is not inside the stream or crosses a gap.
        ArgumentError
            If there is no such stream.
        """
        selection = self._selection = self.window(stream, first, last)
        self._tell(selection)
        return selection

    def hold(self, selection: Selection) -> None:
        """Keep a window that was selected in a view, of which other views are not told."""
        self._selection = selection

    def on_change(self, told: Listener) -> None:
        """Call a method whenever a window is selected in code, or a label is changed, as long as its object is alive.

        Parameters
        ----------
        told
            Method that is called with the window that was selected, or with None if labels have changed.
        """
        self._listeners.append(WeakMethod(told))

    def _tell(self, selected: Selection | None = None) -> None:
        self._listeners = [each for each in self._listeners if each() is not None]
        for listener in list(self._listeners):
            told = listener()
            if told is not None:
                told(selected)

    def part_bounds(self, stream: int | str, index: int) -> tuple[int, int]:
        """Return the first and last index of the part around an index, both included.

        Raises
        ------
        ArgumentError
            If there is no such stream.
        """
        source = self.source(stream)
        bounds = self._bounds.setdefault(source.stream_id, gap_bounds(source.values))
        position = index - source.offset
        # An index in a gap gets the part that follows; one beyond the end gets the last part.
        start, stop = next((each for each in bounds if position < each[1]), bounds[-1])
        return source.offset + start, source.offset + stop - 1

    def undo(self, path: str | PathLike[str] = DEFAULT_FOLDER) -> str:
        """Undo the last change made to labels here or in a view of the replay, and return what it was in words."""
        words = self.label_folder(path).undo(self.part).words
        self._tell()
        return words

    def redo(self, path: str | PathLike[str] = DEFAULT_FOLDER) -> str:
        """Redo the change that `undo` took back last, and return what it was in words."""
        words = self.label_folder(path).redo(self.part).words
        self._tell()
        return words

    def label_folder(self, path: str | PathLike[str] = DEFAULT_FOLDER) -> ScenarioFolder:
        """Return the scenario folder at a path, relative to the working directory at the time of the replay."""
        from midplot.scenarios.store import folder_at, placed

        return folder_at(self._home / placed(path))

    def save(
        self, expected: float | str, *, note: str, tags: Iterable[str], path: str | PathLike[str], part: str = ""
    ) -> Saved:
        """Save the selection as a scenario, on behalf of a part of this result.

        Parameters
        ----------
        expected
            The expected decision: UP, DOWN or NOTHING, as a number, of which only the sign counts, or as a word.
        note, tags
            What to remember about the window.
        path
            The folder to save in.
        part
            The part of this result that acts, such as a view; "" for the result itself.

        Returns
        -------
        Saved
            The file, the scenario as it was saved, and the labels that contradict it.

        Raises
        ------
        ScenarioError
            If nothing is selected, or the scenario cannot be saved.
        ArgumentError
            If there is no such label.
        """
        from midplot.scenarios._scenario import Scenario, decision_of
        from midplot.scenarios.store import Saved

        if self._selection is None:
            raise ScenarioError(
                "nothing is selected",
                where="save_selected",
                advice="Click on the chart first, or call result.select(stream, first, last).",
            )
        decision = decision_of(expected)
        scenario = Scenario(selection=self._selection, expected=decision, note=note, tags=tuple(tags))
        folder = self.label_folder(path)
        (saved,) = folder.save([scenario], "/".join(filter(None, [self.part, part])))
        self._tell()
        return Saved(saved.path, saved.scenario, folder.contradicting(saved.scenario))

    def lacks_history(self, selection: Selection) -> str:
        """Say that a window is nearer to the start of its part than any decision of the attacker was; "" if it is not.

        A check feeds the attacker what precedes the window in its part, and no more.
        """
        from midplot.scenarios._selection import WARMUP

        if len(selection.before) == WARMUP:
            return ""
        needed, there = self._history(), len(selection.before) + selection.n_ticks
        if there >= needed:
            return ""
        return (
            f"it ends {counted(there, 'tick')} after the start of its part, and the attacker has never decided within fewer "
            f"than {needed:,}. If it needs that many, a check will say that it is too short: choose a window further on."
        )

    def _history(self) -> int:
        """Return the smallest number of ticks of a part within which the attacker decided; 0 if it never did."""
        # The earliest decision in any part. That takes no replay, unlike finding out with how little it would decide.
        decisions = (part.replay.decisions != 0 for part in self.ledger.parts)
        return min((int(decided.argmax()) for decided in decisions if decided.any()), default=-1) + 1

    def shown(self, file: Path, given: str | PathLike[str]) -> Path:
        """Return a file's path as the user would write it: relative if that still leads to the file."""
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
        """Suggest the windows that are most worth labelling.

        They are missed moves, the worst losses, decisions reversed within the horizon and the slowest ticks: ranked,
        without overlap, and without any window that shares a tick with one that is already labelled, or that would
        be warned of when it is saved because its part has begun too recently.

        Parameters
        ----------
        n
            The greatest number of suggestions.
        stream
            The id or name of a stream, to get suggestions from that stream only.
        length
            The greatest number of ticks in a window.
        path
            The scenario folder; windows that are labelled there are left out.

        Returns
        -------
        list of Suggestion
            The suggestions, each with its ``kind``, ``why``, ``expected`` decision and ``selection``.
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
        return suggest(
            chosen,
            self.ledger.settings,
            n,
            length=length,
            select=self.window,
            labelled=labelled,
            history=self._history(),
        )

    def window(self, stream: int | str, first: int, last: int) -> Selection:
        """Return a window without selecting it; parameters and errors as for `select`."""
        from midplot.scenarios._selection import Selection

        source, settings = self.source(stream), self.ledger.settings
        return Selection.of(
            source,
            first,
            last,
            horizon=settings.horizon,
            epsilon=settings.epsilon,
            digest=self.fingerprint(source.stream_id),
        )

    def fingerprint(self, stream: int | str) -> str:
        """Return a stream's fingerprint. It is computed once, because every click needs it and data may be large."""
        from midplot.scenarios._selection import fingerprint

        source = self.source(stream)
        if source.stream_id not in self._fingerprints:
            self._fingerprints[source.stream_id] = fingerprint(source.values)
        return self._fingerprints[source.stream_id]
