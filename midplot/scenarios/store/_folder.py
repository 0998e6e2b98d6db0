"""Saves, relabels and deletes scenarios in a folder, so that none is ever lost or overwritten by another one."""

from __future__ import annotations

import os.path
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from midplot.errors import ScenarioError
from midplot.scenarios._contradictions import Contradiction, contradictions_with
from midplot.scenarios._scenario import Scenario
from midplot.scenarios.store._document import check_writable, encode_scenario
from midplot.scenarios.store._files import content_now, digest_of
from midplot.scenarios.store._journal import Change
from midplot.scenarios.store._logged import SEEN, LoggedFolder, new_actor
from midplot.scenarios.store._naming import file_name, file_stem, own_names
from midplot.scenarios.store._reading import BadFile, Found, found_in

__all__ = ["SEEN", "Saved", "ScenarioFolder", "new_actor"]


@dataclass(frozen=True, slots=True)
class Saved:
    """The outcome of saving one scenario.

    Attributes
    ----------
    path
        The file of the scenario.
    scenario
        The scenario as it is in the file, with any note and tags that were kept.
    contradictions
        The labels in the folder that no attacker can satisfy together with it.
    """

    path: Path
    scenario: Scenario
    contradictions: tuple[Contradiction, ...] = ()


class ScenarioFolder(LoggedFolder):
    """The scenarios of a folder, one per file; see `LoggedFolder` for the parameters."""

    def save(self, scenarios: Sequence[Scenario], by: str = "", words: str = "") -> list[Saved]:
        """Save scenarios, each in its own file; see `midplot.scenarios.store.save_scenario`.

        Parameters
        ----------
        scenarios
            The scenarios to save.
        by
            The part of this process that acts; "" for the process itself.
        words
            How the undo log describes it; by default, what was saved.
        """
        for scenario in scenarios:
            check_writable(scenario)
        with self.writing():
            names = {name.casefold() for name in self._cache.names()}
            changes: list[Change] = []
            saved: list[Saved] = []
            # One that is given twice counts as its last version, as if they had been saved one after the other.
            for scenario in {each.identity: each for each in scenarios}.values():
                put, change = self._put(scenario, names)
                saved.append(put)
                changes += [change] if change is not None else []
                names.add(put.path.name.casefold())
            done = f"saved {saved[0].scenario.title}" if len(saved) == 1 else f"saved {len(saved)} scenarios"
            self.change(changes, words or done, by)
            return saved

    def contradicting(self, scenario: Scenario) -> tuple[Contradiction, ...]:
        """Return the contradictions of a scenario with the labels of the folder, as they were at the last act."""
        with self._lock:
            return tuple(contradictions_with(scenario, self._cache.reading().scenarios))

    def relabel(self, target: Scenario | str | Path, expected: float, by: str = "", digest: str | None = None) -> Saved:
        """Give a saved scenario another label; see `midplot.scenarios.store.relabel`.

        Parameters
        ----------
        target
            The scenario, or its file.
        expected
            The newly expected decision.
        by
            The part of this process that acts; "" for the process itself.
        digest
            The digest of the content that the user looked at; None accepts anything that this process has read.
        """
        with self.writing(must_exist=True):
            name = self._name_of(target)
            old, content = self._own(name, target, digest)
            new = old.changed(expected=expected)
            if new.label == old.label:
                return Saved(self.path / name, old)
            there, data = self._cache.holder(new.identity), encode_scenario(new)
            if there is not None:
                # The same content means that an earlier relabelling was killed half-way: this one finishes it.
                if content_now(self.path / there) != data:
                    raise ScenarioError(
                        f"this window has the label {new.label} already",
                        where=self.path / there,
                        advice="Nothing was changed. Delete one of the two labels instead.",
                    )
                changes = [Change(name, content, None)]
            elif not own_names(file_stem(old), [name]):
                # The user has renamed the file. The new name does not contain the label, so it stays right.
                there, changes = name, [Change(name, content, data)]
            else:
                there = _free_name(new, {name.casefold() for name in self._cache.names()})
                changes = [Change(there, None, data), Change(name, content, None)]
            self.change(changes, f"relabelled {old.title} as {new.label}", by)
            return Saved(self.path / there, new)

    def edit(
        self, target: Scenario | str | Path, note: str, tags: Iterable[str], by: str = "", digest: str | None = None
    ) -> Saved:
        """Change the note and the tags of a saved scenario, also to none; parameters as for `relabel`."""
        with self.writing(must_exist=True):
            name = self._name_of(target)
            old, content = self._own(name, target, digest)
            new = old.changed(note=note, tags=tuple(tags))
            check_writable(new)
            if new != old:
                self.change([Change(name, content, encode_scenario(new))], f"edited {old.title}", by)
            return Saved(self.path / name, new)

    def replace(self, targets: Mapping[str, str], scenario: Scenario, by: str = "") -> Saved:
        """Save a scenario in place of others, in one step that is undone as one.

        Parameters
        ----------
        targets
            The digest of the content that the user looked at, by the name of each file to delete.
        scenario
            The scenario to save. It takes over note and tags of a label on the same window, unless it has its own.
        by
            The part of this process that acts; "" for the process itself.
        """
        with self.writing(must_exist=True):
            owned = {name: self._own(self._name_of(name), name, digest) for name, digest in targets.items()}
            for old, _ in owned.values():
                if (
                    old.selection.values == scenario.selection.values
                    and old.selection.first == scenario.selection.first
                ):
                    scenario = scenario.changed(note=scenario.note or old.note, tags=scenario.tags or old.tags)
            check_writable(scenario)
            saved, change = self._put(scenario, {name.casefold() for name in self._cache.names()})
            changes = [Change(name, content, None) for name, (_, content) in owned.items()]
            # First what is new, so that a crash in between leaves a label too many rather than one too few.
            self.change([*([change] if change else []), *changes], f"replaced {len(owned)} by {scenario.title}", by)
            return saved

    def delete(self, target: Scenario | str | Path, by: str = "", digest: str | None = None) -> Found:
        """Delete a scenario; see `midplot.scenarios.store.delete_scenario`."""
        with self.writing(must_exist=True):
            name = self._name_of(target)
            scenario, content = self._own(name, target, digest)
            self.change([Change(name, content, None)], f"deleted {scenario.title}", by)
            return Found(scenario, self.path / name, digest_of(content))

    # One scenario

    def _put(self, scenario: Scenario, names: set[str]) -> tuple[Saved, Change | None]:
        """Return where and how a scenario will be saved, and the change that takes; None if there is none."""
        name = self._cache.holder(scenario.identity)
        if name is None:
            name = _free_name(scenario, names)
            return Saved(self.path / name, scenario), Change(name, None, encode_scenario(scenario))
        path = self.path / name
        content = content_now(path) or b""  # read again: it may have changed since the scan a moment ago
        found = found_in(path, content)
        if isinstance(found, BadFile):
            raise ScenarioError("it has just been changed", where=path, advice="Nothing was written. Save again.")
        existing = found.scenario
        merged = scenario.changed(
            note=scenario.note or existing.note,
            tags=scenario.tags or existing.tags,
            created=existing.created or scenario.created,
        )
        if merged == existing:
            return Saved(path, existing), None
        if found.digest in self._seen:
            return Saved(path, merged), Change(name, content, encode_scenario(merged))
        if (merged.note, merged.tags) == (existing.note, existing.tags):
            return Saved(path, existing), None  # only the times or costs differ: theirs is the same label, and stays
        raise ScenarioError(
            f"somebody else labelled this window, with the note {existing.note!r} and the tags "
            f"{list(existing.tags)}, which this process has not read",
            where=path,
            advice="Nothing was written. Look at it first with load_scenarios(), then save again.",
        )

    def _own(self, name: str, target: Scenario | str | Path, digest: str | None) -> tuple[Scenario, bytes]:
        """Return the scenario in a file and the file's content, if that is what the user has seen."""
        path = self.path / name
        content = content_now(path)
        if content is None:
            raise _no_such(path, self.path)
        found = found_in(path, content)
        if isinstance(found, BadFile):
            raise ScenarioError(found.reason, where=path)
        known = found.digest == digest if digest is not None else found.digest in self._seen
        if not known and found.scenario != target:
            raise ScenarioError(
                "somebody else wrote or changed it, and this process has not read what it holds now",
                where=path,
                advice="Nothing was changed. Look at it first with load_scenarios(), then do that again.",
            )
        return found.scenario, content

    def _name_of(self, target: Scenario | str | Path) -> str:
        """Return the name of a scenario's file, which must be in this folder."""
        if isinstance(target, Scenario):
            name = self._cache.holder(target.identity)
            if name is None:
                raise ScenarioError(
                    f"the scenario {target.title!r} is not in it",
                    where=self.path,
                    advice="Give one that was saved there.",
                )
            return name
        path = Path(target)
        # realpath, because one folder can be reached by several paths, through links or "..".
        inside = path.parent == Path() or os.path.realpath(path.parent) == os.path.realpath(self.path)
        name = _listed_as(self.path / path.name, self._cache.names()) if inside else None
        if name is None:
            raise _no_such(path, self.path)
        return name


def _free_name(scenario: Scenario, taken: set[str]) -> str:
    """Return the first free name for a scenario."""
    # Compared without case: on Windows and macOS, names that differ only in case are the same file.
    stem = file_stem(scenario)
    return next(name for name in (file_name(stem, n) for n in count(1)) if name.casefold() not in taken)


def _listed_as(path: Path, names: Sequence[str]) -> str | None:
    """Return the name under which a folder lists a file: on Windows and macOS, it may be given in another case."""
    if path.name in names:
        return path.name
    alike = (name for name in names if name.casefold() == path.name.casefold())
    return next((name for name in alike if path.exists() and path.samefile(path.with_name(name))), None)


def _no_such(path: Path, folder: Path) -> ScenarioError:
    return ScenarioError(
        f"there is no such scenario file in {folder}", where=path, advice="Give the name of a file in that folder."
    )
