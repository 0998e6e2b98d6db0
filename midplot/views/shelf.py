"""The saved scenarios of a folder, as a view lists them: those of one stream, with their files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from midplot.core.account import StreamAccount
from midplot.core.fit import belongs, misfit
from midplot.core.scenario import Scenario
from midplot.core.stream import Stream
from midplot.core.verdict import judge
from midplot.errors import ScenarioError
from midplot.store import Found, Reading, Saved, ScenarioFolder

__all__ = ["Kept", "Shelf", "belongs", "failed"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A saved scenario and its file.

    Attributes
    ----------
    digest
        Of what the file held when it was listed: what its user saw.
    """

    path: Path
    scenario: Scenario
    digest: str = ""

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
        self._sorted: dict[int, tuple[StreamAccount, dict[int, tuple[Found, bool, str | None]]]] = {}
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
        return sum(failed(kept.scenario, stream) for kept in self.of_stream(stream))

    def find(self, key: str) -> Kept:
        """Return one by its key.

        Raises
        ------
        ScenarioError
            If it is not there any more.
        """
        for found in self._all().found:
            if found.path.name == key:
                return _kept(found)
        raise ScenarioError(
            f"{self.folder / key}: the scenario is not there any more. It may have been deleted elsewhere."
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
        if known is None or known[0] is not stream:
            known = (stream, {})
            self._sorted[stream.stream_id] = known
        fits: list[Kept] = []
        misfits: list[tuple[Kept, str]] = []
        for found in reading.found:
            key = id(found)
            if key not in known[1] or known[1][key][0] is not found:
                fit = belongs(found.scenario, stream)
                known[1][key] = (found, fit, None if fit else misfit(found.scenario, self._source(stream.stream_id)))
            _, fit, reason = known[1][key]
            if fit:
                fits.append(_kept(found))
            elif reason is not None:
                misfits.append((_kept(found), reason))
        return fits, misfits

    @contextmanager
    def _acting(self) -> Iterator[None]:
        """Do something to the folder: what it holds is then known without looking at all of it again."""
        try:
            yield
        except BaseException:
            self._reading = None
            raise
        self._reading = self._folder.last_read()


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


def _kept(found: Found) -> Kept:
    return Kept(found.path, found.scenario, found.digest)
