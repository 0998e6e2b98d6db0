"""What a person does with a replay besides looking: select a window, save it, take suggestions, check scenarios."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from itertools import count
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from midplot.core.account import StreamAccount
from midplot.core.carried import LeftOut
from midplot.core.game import DEFAULT_FOLDER
from midplot.core.lockstep import BoundInfer
from midplot.core.settings import ReplaySettings
from midplot.core.stream import Stream, gap_bounds
from midplot.errors import ScenarioError

if TYPE_CHECKING:
    from midplot.checks import CheckReport
    from midplot.core.scenario import Scenario
    from midplot.core.selection import Selection
    from midplot.core.suggest import Suggestion
    from midplot.store import Saved, ScenarioFolder

# Scenarios are pydantic models, whose making takes longer than importing all the rest: they are loaded when needed.

__all__ = ["Labelling"]

_numbers = count(1)


class Labelling:
    """The part of a replay's result that turns windows into scenarios.

    Attributes
    ----------
    settings
        The rules of the replay.
    bound_infer
        The attacker, bound to its parameters.
    part
        By what name its changes stand in the undo log of a folder.
    """

    settings: ReplaySettings
    bound_infer: BoundInfer

    def __init__(self) -> None:
        self._sources: dict[int, Stream] = {}
        self._fingerprints: dict[int, str] = {}
        self._bounds: dict[int, list[tuple[int, int]]] = {}
        self._selection: Selection | None = None
        # A relative folder stays the one it was when the result was made, wherever the process goes.
        self._home = Path.cwd()
        self.part = f"result {next(_numbers)}"

    @property
    def streams(self) -> Mapping[int, StreamAccount]:
        """What each stream earned, by stream id."""
        raise NotImplementedError

    def stream(self, stream: int | str) -> StreamAccount:
        """Return one stream by its id or name."""
        raise NotImplementedError

    def source(self, stream: int | str) -> Stream:
        """Return the whole of a replayed stream, by its id or name."""
        return self._sources[self.stream(stream).stream_id]

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

    def save_selected(
        self,
        expected: float,
        *,
        note: str = "",
        tags: Iterable[str] = (),
        path: str | PathLike[str] = DEFAULT_FOLDER,
    ) -> Scenario:
        """Save what is selected as a scenario: here the attacker should have decided so.

        Other labels that contradict it are named in a warning.

        Parameters
        ----------
        expected
            UP, DOWN or NOTHING; any other number is taken by its sign.
        note
            What there is to say about it. Of a window that has this label already the old one stays where none is given.
        tags
            Words to find it by; kept like the note.
        path
            The folder for scenarios. Made where it is missing. A relative one is sought where the process was when
            the replay was made; ``~`` is the home folder.

        Returns
        -------
        Scenario
            As it is in its file. In a notebook it is also said where that is.

        Raises
        ------
        ScenarioError
            If nothing is selected, the file cannot be written, or somebody else's note would be replaced unseen.
        """
        saved = self.store_selected(expected, note=note, tags=tags, path=path)
        from midplot.core.contradictions import described
        from midplot.views.show import say

        say(f"saved {saved.scenario.title} → {self._shown(saved.path, path)}")
        if saved.contradictions:
            warnings.warn(described(saved.contradictions), UserWarning, stacklevel=2)
        return saved.scenario

    def undo(self, path: str | PathLike[str] = DEFAULT_FOLDER) -> str:
        """Take back the last change that was made to labels with this result or its view.

        What was saved is gone, what was deleted or relabelled is back, to the byte.

        Parameters
        ----------
        path
            The folder for scenarios.

        Returns
        -------
        str
            What was undone.

        Raises
        ------
        ScenarioError
            If there is nothing to undo; or if somebody else has changed the file since. Then nothing is changed, and
            the next undo takes back the change before.
        """
        return self.label_folder(path).undo(self.part).words

    def redo(self, path: str | PathLike[str] = DEFAULT_FOLDER) -> str:
        """Make the change again that `undo` took back last.

        Parameters
        ----------
        path
            The folder for scenarios.

        Returns
        -------
        str
            What was done again.

        Raises
        ------
        ScenarioError
            As `undo`.
        """
        return self.label_folder(path).redo(self.part).words

    def label_folder(self, path: str | PathLike[str] = DEFAULT_FOLDER) -> ScenarioFolder:
        """Return the folder for scenarios at a path, seen from where the process was when the replay was made."""
        from midplot.store import folder_at, placed

        return folder_at(self._home / placed(path))

    def store_selected(
        self, expected: float, *, note: str, tags: Iterable[str], path: str | PathLike[str], part: str = ""
    ) -> Saved:
        """Save what is selected, on behalf of a part of this result, and return what came of it."""
        from midplot.core.scenario import Scenario
        from midplot.store import Saved

        if self._selection is None:
            raise ScenarioError(
                "save_selected: nothing is selected. Click on the chart first, or call result.select(stream, first, last)."
            )
        scenario = Scenario(selection=self._selection, expected=expected, note=note, tags=tuple(tags))
        folder = self.label_folder(path)
        (saved,) = folder.save([scenario], "/".join(filter(None, [self.part, part])))
        return Saved(saved.path, saved.scenario, folder.contradicting(saved.scenario))

    def _shown(self, file: Path, given: str | PathLike[str]) -> Path:
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
        from midplot.core.fit import belongs
        from midplot.core.suggest import suggest

        chosen = list(self.streams.values()) if stream is None else [self.stream(stream)]
        labelled = [
            (each.stream_id, found.scenario.selection.first, found.scenario.selection.last)
            for found in self.label_folder(path).read().found
            for each in chosen
            if belongs(found.scenario, each)
        ]
        return suggest(chosen, self.settings, n, length=length, select=self._picked, labelled=labelled)

    def check_scenarios(
        self, scenarios: Iterable[Scenario], threshold: float | None = None
    ) -> tuple[bool, CheckReport]:
        """Check the decisions of this replay, of ``movie.streams()``, against what the movie's scenarios expect.

        Parameters
        ----------
        scenarios
            Those of the movie whose streams were replayed, in its order.
        threshold
            The fraction that must succeed; None for all.

        Returns
        -------
        ok : bool
            Whether enough succeeded.
        report : CheckReport
            With ``success`` and ``failed``; every scenario is in one of them.

        Raises
        ------
        ScenarioError
            If this is a replay of something else.
        """
        from midplot.checks import check_result

        infer = None if isinstance(self.bound_infer, LeftOut) else self.bound_infer
        return check_result(list(scenarios), list(self.streams.values()), threshold, infer)

    def _picked(self, stream: int | str, first: int, last: int) -> Selection:
        from midplot.core.selection import Selection

        source, settings = self.source(stream), self.settings
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
        from midplot.core.selection import fingerprint

        if source.stream_id not in self._fingerprints:
            self._fingerprints[source.stream_id] = fingerprint(source.values)
        return self._fingerprints[source.stream_id]
