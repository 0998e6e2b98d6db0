"""The saved scenarios of a folder, as a view lists them: those of one stream, with their files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from midplot._text import same_name
from midplot.checks._verdict import judge
from midplot.errors import ScenarioError
from midplot.money._account import StreamAccount
from midplot.scenarios._fit import belongs, misfit
from midplot.scenarios._scenario import Scenario
from midplot.scenarios.store import Found, Reading, Saved, ScenarioFolder
from midplot.streams._stream import Stream

__all__ = ["Kept", "Shelf", "belongs", "failed"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A saved scenario and its file.

    Attributes
    ----------
    digest
        Of what the file held when it was listed: what its user saw.
    is_failed
        Whether the replay of its stream, as it stands, does not do what it expects.
    hindsight
        What its window's own outcome says against it.
    """

    path: Path
    scenario: Scenario
    digest: str = ""
    is_failed: bool = False
    hindsight: str | None = None

    @property
    def key(self) -> str:
        """What the front end calls it."""
        return self.path.name


class Shelf:
    """What a folder of scenarios holds, and what one part of the process does to it.

    Parameters
    ----------
    folder
        Need not exist yet.
    source
        Returns the whole of a stream by its id, however much of it was replayed.
    part
        In whose name changes are made: what it undoes is what it did.
    """

    def __init__(self, folder: ScenarioFolder, source: Callable[[int], Stream], part: str = "") -> None:
        self._folder = folder
        self._source = source
        self._part = part
        self._reading: Reading | None = None
        self._sorted: dict[int, _Sorted] = {}
        self._grouped: Reading | None = None
        self._by_name: dict[str | None, list[Found]] = {}
        self.problem = ""
        """Why the folder cannot be listed; empty where it can."""

    @property
    def folder(self) -> Path:
        """Where it is."""
        return self._folder.path

    def refresh(self) -> None:
        """Look at the folder again when it is asked for next."""
        self._reading = None

    def note_act(self) -> None:
        """Take in what an act in the same folder has changed."""
        self._reading = self._folder.last_read()

    def of_stream(self, stream: StreamAccount) -> list[Kept]:
        """Return the scenarios that were picked in a stream, in order."""
        return self._of(stream)[0]

    def misfits(self, stream: StreamAccount) -> list[tuple[Kept, str]]:
        """Return the scenarios of a stream that do not fit it any more, each with the reason."""
        return self._of(stream)[1]

    def n_failed(self, stream: StreamAccount) -> int:
        """Return how many scenarios of a stream its replay fails."""
        return sum(kept.is_failed for kept in self.of_stream(stream))

    def find(self, key: str) -> Kept:
        """Return one by its key.

        Raises
        ------
        ScenarioError
            If it is not there any more.
        """
        for found in self._all().found:
            if found.path.name == key:
                return Kept(found.path, found.scenario, found.digest)
        raise ScenarioError(
            "the scenario is not there any more",
            where=self.folder / key,
            advice="It may have been deleted elsewhere.",
        )

    # Acts

    def delete(self, kept: Kept) -> None:
        """Delete one, if it is still as it was listed."""
        with self._acting():
            self._folder.delete(kept.path.name, self._part, kept.digest)

    def relabel(self, kept: Kept, expected: float) -> Saved:
        """Give one another label, if it is still as it was listed."""
        with self._acting():
            return self._folder.relabel(kept.path.name, expected, self._part, kept.digest)

    @property
    def can_undo(self) -> bool:
        """Whether something was done here that can be taken back."""
        return self._folder.can_undo(self._part)

    def undo(self) -> str:
        """Take back what was done here last, and say what that was."""
        with self._acting():
            return self._folder.undo(self._part).words

    def redo(self) -> str:
        """Do again what was taken back last, and say what that was."""
        with self._acting():
            return self._folder.redo(self._part).words

    def _all(self) -> Reading:
        """Return all that can be read; what cannot is for `load_scenarios` to tell of."""
        if self._reading is None:
            try:
                self._reading = self._folder.read()
                self.problem = ""
            except ScenarioError as error:
                self._reading, self.problem = Reading(self.folder, (), ()), str(error)
        return self._reading

    def _of(self, stream: StreamAccount) -> tuple[list[Kept], list[tuple[Kept, str]]]:
        """Sort out what fits a stream, and what does not any more; once for as long as neither changes."""
        reading = self._all()
        known = self._sorted.get(stream.stream_id)
        if known is None or known.stream is not stream:
            known = self._sorted[stream.stream_id] = _Sorted(stream)
        if known.reading is not reading:
            known.sort_out(reading, self._candidates(reading, stream), self._source)
        return known.fits, known.misfits

    def _candidates(self, reading: Reading, stream: StreamAccount) -> Sequence[Found]:
        """Return the scenarios that may be of a stream by their names, by file."""
        if stream.name is None:
            return reading.found
        if self._grouped is not reading:
            self._grouped, self._by_name = reading, {}
            for found in reading.found:
                self._by_name.setdefault(found.scenario.selection.stream_name, []).append(found)
        alike = [name for name in self._by_name if name is None or same_name(name, stream.name)]
        candidates = [each for name in alike for each in self._by_name[name]]
        return candidates if len(alike) < 2 else sorted(candidates, key=lambda each: each.path.name)

    @contextmanager
    def _acting(self) -> Iterator[None]:
        """Do something to the folder: what it holds is then known without looking at all of it again."""
        try:
            yield
        except BaseException:
            self._reading = None
            raise
        self._reading = self._folder.last_read()


class _Sorted:
    """The scenarios of a folder as one stream sees them: to look at ten thousand anew after each act takes too long."""

    def __init__(self, stream: StreamAccount) -> None:
        self.stream = stream
        self.reading: Reading | None = None
        self.fits: list[Kept] = []
        self.misfits: list[tuple[Kept, str]] = []
        self._known: dict[int, tuple[Found, Kept, bool, str | None]] = {}

    def sort_out(self, reading: Reading, candidates: Sequence[Found], source: Callable[[int], Stream]) -> None:
        known = {}
        for found in candidates:
            entry = self._known.get(id(found))
            known[id(found)] = self._looked_at(found, source) if entry is None else entry  # which keeps it alive
        self._known, self.reading = known, reading
        self.fits = [kept for _, kept, fits, _ in known.values() if fits]
        self.misfits = [(kept, reason) for _, kept, _, reason in known.values() if reason is not None]

    def _looked_at(self, found: Found, source: Callable[[int], Stream]) -> tuple[Found, Kept, bool, str | None]:
        scenario = found.scenario
        fits = belongs(scenario, self.stream)
        reason = None if fits else misfit(scenario, source(self.stream.stream_id))
        is_failed, mark = fits and failed(scenario, self.stream), scenario.hindsight if fits else None
        kept = Kept(found.path, scenario, found.digest, is_failed, mark)
        return found, kept, fits, reason


def failed(scenario: Scenario, stream: StreamAccount) -> bool:
    """Tell whether the decisions of a replay, as they stand, are not what a scenario of its stream expects.

    The checker starts the attacker afresh for each scenario; this looks at the replay in sight.
    """
    selection = scenario.selection
    for part in stream.parts:
        start = selection.first - part.part.first_index
        decisions = part.replay.decisions[max(start, 0) : start + selection.n_ticks]
        if start >= 0 and len(decisions) == selection.n_ticks:
            return not judge(scenario, np.concatenate([np.zeros(len(selection.before)), decisions])).succeeded
    return False
