"""Saves, relabels and deletes scenarios in a folder, so that none is ever lost or overwritten by another, and undoes it."""

from __future__ import annotations

import os
import os.path
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING
from uuid import uuid4

from midplot.core.contradictions import Contradiction, contradictions_with
from midplot.core.scenario import Identity, Scenario
from midplot.errors import ScenarioError
from midplot.store.atomic import locked, sync_folder, write_whole
from midplot.store.cache import FolderCache
from midplot.store.document import check_writable, encode_scenario
from midplot.store.files import content_now, digest_of, is_folder
from midplot.store.journal import Change, Journal, Step
from midplot.store.naming import file_name, file_stem, own_names
from midplot.store.reading import BadFile, Found, Reading, found_in

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Saved", "ScenarioFolder", "new_actor"]

SEEN: set[str] = set()
"""The digests of all contents that this process read or wrote: what it may replace."""


def new_actor() -> str:
    """Return a name for this process, by which its own changes are known."""
    return f"{os.getpid()}-{uuid4().hex[:12]}"


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of saving one scenario.

    Attributes
    ----------
    path
        Its file.
    scenario
        As it is in the file, with the note and tags that were there.
    contradictions
        The labels in the folder that no attacker can meet together with it.
    """

    path: Path
    scenario: Scenario
    contradictions: tuple[Contradiction, ...] = ()


class ScenarioFolder:
    """The scenarios of a folder, one a file.

    Every act holds the folder's lock, is written to its undo log, and refuses to replace or to delete what this
    process has not seen. It may be called from any thread.

    Parameters
    ----------
    path
        The folder. It need not exist yet.
    actor
        Who acts; what undo takes back is what the same one did.
    seen
        The digests of the contents that may be replaced: by default, of all that this process read or wrote.
    """

    def __init__(self, path: Path, actor: str = "", seen: set[str] | None = None) -> None:
        self.path = path
        self.actor = actor or new_actor()
        self._seen = SEEN if seen is None else seen
        self._cache = FolderCache(path)
        self._journal = Journal(path)
        self._lock = RLock()
        self._last: Reading | None = None

    def read(self) -> Reading:
        """Read the folder: only files whose stamps changed since the last time. A missing one holds nothing.

        Raises
        ------
        ScenarioError
            If it cannot be listed.
        """
        with self._lock:
            if not is_folder(self.path):
                return Reading(self.path, (), ())
            self._cache.scan()
            return self.last_read()

    def last_read(self) -> Reading:
        """Return what the folder held at the last reading or act, without looking at it again."""
        with self._lock:
            reading = self._cache.reading()
            if reading is not self._last:
                self._last = reading
                self._seen.update(found.digest for found in reading.found)
            return reading

    def save(self, scenarios: Sequence[Scenario], by: str = "", words: str = "") -> list[Saved]:
        """Save scenarios, each in its file; see `midplot.store.save_scenario`.

        Parameters
        ----------
        scenarios
            What to save.
        by
            Which part of this process acts; "" for the process itself.
        words
            What the undo log calls it.
        """
        for scenario in scenarios:
            check_writable(scenario)
        with self.writing():
            names = {name.casefold() for name in self._cache.names()}
            changes: list[Change] = []
            saved: list[Saved] = []
            for scenario in {each.identity: each for each in scenarios}.values():
                put, change = self._put(scenario, names)
                saved.append(put)
                changes += [change] if change is not None else []
                names.add(put.path.name.casefold())
            told = words or (f"saved {saved[0].scenario.title}" if len(saved) == 1 else f"saved {len(saved)} scenarios")
            self.change(changes, told, by)
            return saved

    def contradicting(self, scenario: Scenario) -> tuple[Contradiction, ...]:
        """Return the labels of the folder, as of the last act, that no attacker can meet together with a scenario."""
        with self._lock:
            return tuple(contradictions_with(scenario, self._cache.reading().scenarios))

    def relabel(self, target: Scenario | str | Path, expected: float, by: str = "", digest: str | None = None) -> Saved:
        """Give a saved scenario another label; see `midplot.store.relabel`.

        Parameters
        ----------
        target
            The scenario, or its file.
        expected
            The new label.
        by
            Which part of this process acts.
        digest
            Of the content that its user looked at; None for whatever this process has seen.
        """
        with self.writing(must_exist=True):
            name = self._name_of(target)
            old, content = self._own(name, target, digest)
            new = old.changed(expected=expected)
            if new.label == old.label:
                return Saved(self.path / name, old)
            there, data = self._cache.holder(new.identity), encode_scenario(new)
            if there is not None:
                if content_now(self.path / there) != data:  # else an earlier relabelling was killed half-way
                    raise ScenarioError(
                        f"{self.path / there}: this window has the label {new.label} already. Nothing was changed. "
                        "Delete one of the two labels instead."
                    )
                changes = [Change(name, content, None)]
            elif not own_names(
                file_stem(old), [name]
            ):  # its user gave it another name, which says nothing of the label
                there, changes = name, [Change(name, content, data)]
            else:
                there = _free_name(new, {name.casefold() for name in self._cache.names()})
                changes = [Change(there, None, data), Change(name, content, None)]
            self.change(changes, f"relabelled {old.title} as {new.label}", by)
            return Saved(self.path / there, new)

    def delete(self, target: Scenario | str | Path, by: str = "", digest: str | None = None) -> Found:
        """Delete a scenario; see `midplot.store.delete_scenario`."""
        with self.writing(must_exist=True):
            name = self._name_of(target)
            scenario, content = self._own(name, target, digest)
            self.change([Change(name, content, None)], f"deleted {scenario.title}", by)
            return Found(scenario, self.path / name, digest_of(content))

    # Taking back

    def can_undo(self, by: str | None = "") -> bool:
        """Tell whether there is a change to take back."""
        with self._lock:
            return self._journal.last(self._by(by)) is not None

    def last_done(self, by: str | None = "") -> Step | None:
        """Return what undo would take back."""
        with self._lock:
            return self._journal.last(self._by(by))

    def undo(self, by: str | None = "") -> Step:
        """Take back the last change: every file is then as it was before, to the byte.

        Parameters
        ----------
        by
            Whose: "" for this process, a name for a part of it, None for anybody's.

        Raises
        ------
        ScenarioError
            If there is none; or if one of its files is not as it was left. Then nothing is changed, and the next
            undo takes back the change before.
        """
        with self.writing(must_exist=True, scan=False):
            while (step := self._journal.last(self._by(by))) is not None:
                if step.committed or self._is_begun(step):
                    self._restore(step, "undone")
                    return step
                self._journal.mark(step, "dropped")  # its writer was killed before it had changed anything
            raise ScenarioError(f"{self.path}: there is nothing to undo.")

    def redo(self, by: str | None = "") -> Step:
        """Make the change again that was taken back last.

        Raises
        ------
        ScenarioError
            As `undo`.
        """
        with self.writing(must_exist=True, scan=False):
            step = self._journal.last_undone(self._by(by))
            if step is None:
                raise ScenarioError(f"{self.path}: there is nothing to redo.")
            self._restore(step, "redone")
            return step

    def change(self, changes: Sequence[Change], words: str, by: str = "") -> None:
        """Make changes, and write them to the undo log; under the folder's lock."""
        if not changes:
            return
        step = self._journal.begin(self._by(by) or self.actor, words, changes)
        self._make(changes)
        self._journal.mark(step, "committed")

    @contextmanager
    def writing(self, *, must_exist: bool = False, scan: bool = True) -> Iterator[None]:
        """Hold the folder against other threads and other processes, and look at what it holds.

        Parameters
        ----------
        must_exist
            Do not make it.
        scan
            Whether to look: beside a movie's file there may be anything.

        Raises
        ------
        ScenarioError
            If it cannot be written to.
        """
        if must_exist and not is_folder(self.path):
            raise ScenarioError(f"{self.path}: there is no such folder. Give the one that the scenario was saved in.")
        with self._lock, locked(self.path):
            if scan:
                self._cache.scan()
            yield

    def _by(self, by: str | None) -> str | None:
        return f"{self.actor}/{by}" if by else by if by is None else self.actor

    def _make(self, changes: Iterable[Change]) -> None:
        """Write before deleting: a writer that is killed in between leaves too much, not too little."""
        changes = sorted(changes, key=lambda change: change.after is None)
        for each in changes:
            if each.after is None:
                _unlink(self.path / each.name)
            else:
                write_whole(self.path / each.name, each.after)
                self._seen.add(digest_of(each.after))
        self._cache.reread(each.name for each in changes)

    def _is_begun(self, step: Step) -> bool:
        return step.changes is None or any(self._holds(each.name, each.after) for each in step.changes)

    def _holds(self, name: str, content: bytes | None) -> bool:
        try:
            return content_now(self.path / name) == content
        except ScenarioError:
            return False

    def _restore(self, step: Step, mark: str) -> None:
        """Bring every file of a step to how it was before or after, or none."""
        changes, obstacle = self._changes_back(step, mark)
        if obstacle:
            self._journal.mark(step, "dropped")  # else undo would stumble over it for ever
            raise ScenarioError(
                f"{obstacle}, so it cannot be {mark}: {step.words}. Nothing was changed. "
                f"{'Undo again for the change before.' if mark == 'undone' else 'Make the change anew instead.'}"
            )
        self._make(changes)
        self._journal.mark(step, mark)

    def _changes_back(self, step: Step, mark: str) -> tuple[list[Change], str]:
        """Return what has to be changed, and what stands against it."""
        if step.changes is None:
            return [], f"{self.path}: it was too large for the undo log"
        changes = [each.reversed() if mark == "undone" else each for each in step.changes]
        if not step.committed:  # its writer was killed: some of it may never have been done
            changes = [each for each in changes if not self._holds(each.name, each.after)]
        touched = next((each.name for each in changes if not self._holds(each.name, each.before)), None)
        if touched is not None:
            return [], f"{self.path / touched}: somebody changed it since"
        returning = self._labels(each.after for each in changes) - self._labels(each.before for each in changes)
        if returning:
            self._cache.scan()
        there = next(filter(None, map(self._cache.holder, returning)), None)
        return changes, f"{self.path / there}: it has come to hold the same label" if there else ""

    def _labels(self, contents: Iterable[bytes | None]) -> set[Identity]:
        found = [found_in(self.path, content) for content in contents if content is not None]
        return {each.scenario.identity for each in found if isinstance(each, Found)}

    # One scenario

    def _put(self, scenario: Scenario, names: set[str]) -> tuple[Saved, Change | None]:
        """Return where a scenario goes, how it is there then, and what has to be changed."""
        name = self._cache.holder(scenario.identity)
        if name is None:
            name = _free_name(scenario, names)
            return Saved(self.path / name, scenario), Change(name, None, encode_scenario(scenario))
        path = self.path / name
        content = content_now(path) or b""
        found = found_in(path, content)
        if isinstance(found, BadFile):
            raise ScenarioError(f"{path}: it has just been changed. Nothing was written. Save again.")
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
            return Saved(path, existing), None  # theirs stays as it is: it is this label
        raise ScenarioError(
            f"{path}: somebody else labelled this window, with the note {existing.note!r} and the tags "
            f"{list(existing.tags)}, which this process has not read. Nothing was written. "
            "Look at it first with load_scenarios(), then save again."
        )

    def _own(self, name: str, target: Scenario | str | Path, digest: str | None) -> tuple[Scenario, bytes]:
        """Return what a file holds, if it is what its user has seen."""
        path = self.path / name
        content = content_now(path)
        if content is None:
            raise _no_such(path, self.path)
        found = found_in(path, content)
        if isinstance(found, BadFile):
            raise ScenarioError(f"{path}: {found.reason}")
        known = found.digest == digest if digest is not None else found.digest in self._seen
        if not known and found.scenario != target:
            raise ScenarioError(
                f"{path}: somebody else wrote or changed it, and this process has not read what it holds now. "
                "Nothing was changed. Look at it first with load_scenarios(), then do that again."
            )
        return found.scenario, content

    def _name_of(self, target: Scenario | str | Path) -> str:
        """Return the name of a scenario's file in this folder, and in no other."""
        if isinstance(target, Scenario):
            name = self._cache.holder(target.identity)
            if name is None:
                raise ScenarioError(
                    f"{self.path}: the scenario {target.title!r} is not in it. Give one that was saved there."
                )
            return name
        path = Path(target)
        inside = path.parent == Path() or os.path.realpath(path.parent) == os.path.realpath(self.path)
        if not inside or path.name not in self._cache.names():
            raise _no_such(path, self.path)
        return path.name


def _free_name(scenario: Scenario, taken: set[str]) -> str:
    """Return the first name for a scenario that is not taken, on a file system that tells no case too."""
    stem = file_stem(scenario)
    return next(name for name in (file_name(stem, n) for n in count(1)) if name.casefold() not in taken)


def _no_such(path: Path, folder: Path) -> ScenarioError:
    return ScenarioError(f"{path}: there is no such scenario file in {folder}. Give the name of a file in that folder.")


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise ScenarioError(
            f"{path}: it cannot be deleted ({error.strerror}). Nothing is lost. Get the right to write there."
        ) from error
