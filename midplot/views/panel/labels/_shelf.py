"""The saved scenarios of a folder as a view lists them: those of one stream, with their files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from midplot._text import same_name
from midplot.checks._verdict import judge
from midplot.errors import ScenarioError
from midplot.money._account import StreamAccount
from midplot.scenarios._contradictions import contradict
from midplot.scenarios._fit import belongs, misfit
from midplot.scenarios._labeller import Labeller
from midplot.scenarios._scenario import Scenario
from midplot.scenarios.store import Found, Reading, Saved, ScenarioFolder

__all__ = ["Kept", "Shelf", "belongs", "passed"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A saved scenario and its file.

    Attributes
    ----------
    path
        Path of the file.
    scenario
        The scenario that it holds.
    digest
        Digest of the file's content when it was listed, which is what the user saw.
    passed
        Whether the decisions in the replay of its stream are what it expects; None if the replay did not get there.
    hindsight
        What the outcome of its window says against it, or None.
    """

    path: Path
    scenario: Scenario
    digest: str = ""
    passed: bool | None = None
    hindsight: str | None = None

    @property
    def key(self) -> str:
        """The front end's name for it."""
        return self.path.name


class Shelf:
    """The content of a folder of scenarios, and the changes that one view makes to it.

    Parameters
    ----------
    folder
        Folder of scenarios, which need not exist yet.
    labeller
        Has the whole streams, however much of them was replayed, and their fingerprints.
    part
        Name under which changes are recorded; only changes under the same name are undone.
    """

    def __init__(self, folder: ScenarioFolder, labeller: Labeller, part: str = "") -> None:
        self._folder = folder
        self._labeller = labeller
        self._part = part
        self._reading: Reading | None = None
        self._stamp = 0
        self._sorted: dict[int, _Sorted] = {}
        self._grouped: Reading | None = None
        self._by_name: dict[str | None, list[Found]] = {}
        self.problem = ""
        """Why the folder cannot be listed; empty if it can."""

    @property
    def folder(self) -> Path:
        """Path of the folder."""
        return self._folder.path

    def look(self) -> bool:
        """Look whether the folder was changed from elsewhere, and return whether it was.

        A file that is added, deleted or replaced changes the time of its folder, which is quick to ask for.
        """
        stamp = self._stamp_now()
        changed, self._stamp = stamp != self._stamp, stamp
        if changed:
            self._reading = None
        return changed

    def _stamp_now(self) -> int:
        try:
            return self._folder.path.stat().st_mtime_ns
        except OSError:
            return 0

    def note_act(self) -> None:
        """Take over what a change of this view has made of the folder, so that it is not read for it once more."""
        self._reading, self._stamp = self._folder.last_read(), self._stamp_now()

    def of_stream(self, stream: StreamAccount) -> list[Kept]:
        """Return the scenarios of a stream, in order of position."""
        return self._of(stream)[0]

    def misfits(self, stream: StreamAccount) -> list[tuple[Kept, str]]:
        """Return the scenarios of a stream that no longer fit it, each with the reason."""
        return self._of(stream)[1]

    def n_failed(self, stream: StreamAccount) -> int:
        """Return the number of a stream's scenarios that its replay fails."""
        return sum(kept.passed is False for kept in self.of_stream(stream))

    def find(self, key: str) -> Kept:
        """Return a scenario by its key.

        Raises
        ------
        ScenarioError
            If it is no longer there.
        """
        for found in self._all().found:
            if found.path.name == key:
                return Kept(found.path, found.scenario, found.digest)
        raise ScenarioError(
            "the scenario no longer exists",
            where=self.folder / key,
            advice="It may have been deleted elsewhere.",
        )

    # Acts

    def delete(self, kept: Kept) -> None:
        """Delete a scenario, if its file has not changed since it was listed."""
        with self._acting():
            self._folder.delete(kept.path.name, self._part, kept.digest)

    def relabel(self, kept: Kept, expected: float) -> Saved:
        """Change the label of a scenario, if its file has not changed since it was listed."""
        with self._acting():
            return self._folder.relabel(kept.path.name, expected, self._part, kept.digest)

    def edit(self, kept: Kept, note: str, tags: Sequence[str]) -> Saved:
        """Change note and tags of a scenario, if its file has not changed since it was listed."""
        with self._acting():
            return self._folder.edit(kept.path.name, note, tags, self._part, kept.digest)

    def replace(self, targets: Sequence[Kept], scenario: Scenario) -> Saved:
        """Save a scenario in place of others, if their files have not changed since they were listed."""
        with self._acting():
            return self._folder.replace({kept.path.name: kept.digest for kept in targets}, scenario, self._part)

    @property
    def reading(self) -> Reading:
        """What the folder holds: another object whenever that has changed."""
        return self._all()

    def against(self, scenario: Scenario) -> list[Kept]:
        """Return the saved scenarios that no attacker can satisfy together with one that is not saved yet."""
        first, last = scenario.selection.first, scenario.selection.last
        return [
            Kept(found.path, found.scenario, found.digest)
            for found in self._all().found
            # Of ten thousand labels few share a tick with this one, and this comparison costs the least.
            if found.scenario.selection.last >= first
            and found.scenario.selection.first <= last
            and found.scenario.identity != scenario.identity
            and contradict(scenario, found.scenario)
        ]

    @property
    def can_undo(self) -> bool:
        """Whether there is something to undo that was done under this name."""
        return self._folder.can_undo(self._part)

    @property
    def can_redo(self) -> bool:
        """Whether there is something to redo that was undone under this name."""
        return self._folder.last_undone(self._part) is not None

    def undo(self) -> str:
        """Undo the last change, and return a description of it."""
        with self._acting():
            return self._folder.undo(self._part).words

    def redo(self) -> str:
        """Redo what was undone last, and return a description of it."""
        with self._acting():
            return self._folder.redo(self._part).words

    def _all(self) -> Reading:
        """Return everything that can be read; `load_scenarios` reports what cannot."""
        if self._reading is None:
            try:
                self._reading = self._folder.read()
                self.problem = ""
            except ScenarioError as error:
                self._reading, self.problem = Reading(self.folder, (), ()), str(error)
        return self._reading

    def _of(self, stream: StreamAccount) -> tuple[list[Kept], list[tuple[Kept, str]]]:
        """Separate the scenarios that fit a stream from those that no longer do, once until either changes."""
        reading = self._all()
        known = self._sorted.get(stream.stream_id)
        if known is None or known.stream is not stream:
            known = self._sorted[stream.stream_id] = _Sorted(stream)
        if known.reading is not reading:
            known.sort_out(reading, self._candidates(reading, stream), self._labeller)
        return known.fits, known.misfits

    def _candidates(self, reading: Reading, stream: StreamAccount) -> Sequence[Found]:
        """Return the scenarios that may belong to a stream, judging by its name, in the order of their files."""
        if stream.name is None:
            return reading.found
        if self._grouped is not reading:
            self._grouped, self._by_name = reading, {}
            for found in reading.found:
                self._by_name.setdefault(found.scenario.selection.stream_name, []).append(found)
        # Scenarios without a name may belong to any stream.
        alike = [name for name in self._by_name if name is None or same_name(name, stream.name)]
        candidates = [each for name in alike for each in self._by_name[name]]
        return candidates if len(alike) < 2 else sorted(candidates, key=lambda each: each.path.name)

    @contextmanager
    def _acting(self) -> Iterator[None]:
        """Change the folder. Its new content is then known without reading all of it again."""
        try:
            yield
        except BaseException:
            # Whatever happened, even an interrupt, the folder may have changed.
            self._reading = None
            raise
        self.note_act()


class _Sorted:
    """The scenarios of a folder that concern one stream, kept because judging ten thousand after each act is too slow."""

    def __init__(self, stream: StreamAccount) -> None:
        self.stream = stream
        self.reading: Reading | None = None
        self.fits: list[Kept] = []
        self.misfits: list[tuple[Kept, str]] = []
        self._known: dict[int, tuple[Found, Kept, bool, str | None]] = {}

    def sort_out(self, reading: Reading, candidates: Sequence[Found], labeller: Labeller) -> None:
        known = {}
        for found in candidates:
            entry = self._known.get(id(found))
            # An entry holds its `found`, so that no other object can get the same id meanwhile.
            known[id(found)] = self._judged(found, labeller) if entry is None else entry
        self._known, self.reading = known, reading
        fits = [kept for _, kept, fits, _ in known.values() if fits]
        self.fits = sorted(fits, key=lambda kept: (kept.scenario.selection.first, kept.scenario.selection.last))
        self.misfits = [(kept, reason) for _, kept, _, reason in known.values() if reason is not None]

    def _judged(self, found: Found, labeller: Labeller) -> tuple[Found, Kept, bool, str | None]:
        scenario = found.scenario
        fits = belongs(scenario, self.stream)
        stream_id = self.stream.stream_id
        reason = None if fits else misfit(scenario, labeller.source(stream_id), lambda: labeller.fingerprint(stream_id))
        verdict, mark = (passed(scenario, self.stream), scenario.hindsight) if fits else (None, None)
        kept = Kept(found.path, scenario, found.digest, verdict, mark)
        return found, kept, fits, reason


def passed(scenario: Scenario, stream: StreamAccount) -> bool | None:
    """Tell whether the decisions of a replay are what a scenario of its stream expects; None if it did not get there.

    The checker starts a new attacker for each scenario; this judges the decisions of the replay that is shown.
    """
    selection = scenario.selection
    for part in stream.parts:
        start = selection.first - part.part.first_index
        decisions = part.replay.decisions[max(start, 0) : start + selection.n_ticks]
        if start >= 0 and len(decisions) == selection.n_ticks:
            return judge(scenario, np.concatenate([np.zeros(len(selection.before)), decisions])).succeeded
    return None
