"""A folder in which every change is made under a lock, recorded in an undo log, and can be undone."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock
from uuid import uuid4

from midplot._files import locked, patiently, sync_folder, write_whole
from midplot.errors import ScenarioError
from midplot.scenarios._scenario import Identity
from midplot.scenarios.store._cache import FolderCache
from midplot.scenarios.store._files import content_now, digest_of, is_folder
from midplot.scenarios.store._journal import Change, Journal, Step
from midplot.scenarios.store._reading import Found, Reading, found_in

__all__ = ["SEEN", "LoggedFolder", "new_actor"]

# A set of digests for the whole process, not for each folder: a label that was read by any path may be replaced.
SEEN: set[str] = set()
"""The digests of all contents that this process has read or written, and therefore may replace."""


def new_actor() -> str:
    """Return a name for this process, by which its own changes are recognised."""
    # Process ids are used again after a while, and in containers they are often the same: hence the random part.
    return f"{os.getpid()}-{uuid4().hex[:12]}"


class LoggedFolder:
    """A folder of scenarios: its contents, and how they are changed and changes undone.

    Every act holds the folder's lock, is recorded in its undo log, and refuses to replace or delete anything that this
    process has not read. Its methods may be called from any thread.

    Parameters
    ----------
    path
        The folder, which need not exist yet.
    actor
        The name of whoever acts; undo takes back only what the same actor did.
    seen
        The digests of the contents that may be replaced; by default, of everything this process has read or written.
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
        """Read the files that have changed since the last time, and return all contents; a missing folder is empty.

        Raises
        ------
        ScenarioError
            If the folder cannot be listed.
        """
        with self._lock:
            if not is_folder(self.path):
                return Reading(self.path, (), ())
            self._cache.scan()
            return self.last_read()

    def last_read(self) -> Reading:
        """Return the contents at the last reading or act, without looking at the folder again."""
        with self._lock:
            reading = self._cache.reading()
            if reading is not self._last:
                self._last = reading
                self._seen.update(found.digest for found in reading.found)
            return reading

    # Taking back

    def can_undo(self, by: str | None = "") -> bool:
        """Return whether there is a change to undo."""
        with self._lock:
            return self._journal.last(self._by(by)) is not None

    def last_done(self, by: str | None = "") -> Step | None:
        """Return the step that undo would take back; None if there is none."""
        with self._lock:
            return self._journal.last(self._by(by))

    def last_undone(self, by: str | None = "") -> Step | None:
        """Return the step that redo would do again; None if there is none."""
        with self._lock:
            return self._journal.last_undone(self._by(by))

    def undo(self, by: str | None = "") -> Step:
        """Undo the last change: every file is then as it was before, to the byte.

        Parameters
        ----------
        by
            Whose change to undo: "" for this process, a name for a part of it, None for anybody.

        Raises
        ------
        ScenarioError
            If there is nothing to undo, or one of the files has been changed since. Nothing is changed then, and the
            next undo takes back the change before.
        """
        with self.writing(must_exist=True, scan=False):
            while (step := self._journal.last(self._by(by))) is not None:
                if step.committed or self._is_started(step):
                    self._restore(step, "undone")
                    return step
                self._journal.mark(step, "dropped")  # its writer was killed before it changed anything
            raise ScenarioError("there is nothing to undo", where=self.path)

    def redo(self, by: str | None = "") -> Step:
        """Redo the change that was undone last.

        Raises
        ------
        ScenarioError
            If there is nothing to redo, or one of the files has been changed since.
        """
        with self.writing(must_exist=True, scan=False):
            step = self._journal.last_undone(self._by(by))
            if step is None:
                raise ScenarioError("there is nothing to redo", where=self.path)
            self._restore(step, "redone")
            return step

    def change(self, changes: Sequence[Change], words: str, by: str = "") -> None:
        """Make changes and record them in the undo log; the caller holds the folder's lock."""
        if not changes:
            return
        step = self._journal.begin(self._by(by) or self.actor, words, changes)
        self._make(changes)
        self._journal.mark(step, "committed")

    @contextmanager
    def writing(self, *, must_exist: bool = False, scan: bool = True) -> Iterator[None]:
        """Lock the folder against other threads and processes, and read what has changed in it.

        Parameters
        ----------
        must_exist
            Whether a missing folder is an error; otherwise it is created.
        scan
            Whether to read the folder. That is left out for a movie's file, beside which there may be anything.

        Raises
        ------
        ScenarioError
            If the folder is missing although it must exist, or cannot be written to.
        """
        if must_exist and not is_folder(self.path):
            raise ScenarioError(
                "there is no such folder", where=self.path, advice="Give the one that the scenario was saved in."
            )
        with self._lock, locked(self.path):
            if scan:
                self._cache.scan()
            yield

    def _by(self, by: str | None) -> str | None:
        """Return the full name of whoever acts; None, which stands for anybody, is returned as it is."""
        if by is None:
            return None
        return f"{self.actor}/{by}" if by else self.actor

    def _make(self, changes: Iterable[Change]) -> None:
        """Make the changes on the disk: all of them, or none if one cannot be made."""
        # Writing comes before deleting, so that a writer killed in between leaves a label twice rather than not at all.
        changes = sorted(changes, key=lambda change: change.after is None)
        made: list[Change] = []
        try:
            for each in changes:
                self._put_on_disk(each)
                made.append(each)
        except ScenarioError:
            for each in reversed(made):
                with suppress(ScenarioError):  # what was wrong first is what is told
                    self._put_on_disk(each.reversed())
            raise
        finally:
            self._cache.reread(each.name for each in changes)

    def _put_on_disk(self, change: Change) -> None:
        if change.after is None:
            _unlink(self.path / change.name)
        else:
            write_whole(self.path / change.name, change.after)
            self._seen.add(digest_of(change.after))

    def _is_started(self, step: Step) -> bool:
        """Return whether any change of a step was made, or may have been."""
        return step.changes is None or any(self._holds(each.name, each.after) for each in step.changes)

    def _holds(self, name: str, content: bytes | None) -> bool:
        try:
            return content_now(self.path / name) == content
        except ScenarioError:
            return False

    def _restore(self, step: Step, mark: str) -> None:
        """Undo or redo a step: change all of its files, or none."""
        changes, place, obstacle = self._changes_back(step, mark)
        if obstacle:
            self._journal.mark(step, "dropped")  # otherwise every later undo would fail on the same step
            what_else = "Undo again for the change before." if mark == "undone" else "Make the change again instead."
            raise ScenarioError(
                f"{obstacle}, so it cannot be {mark}: {step.words}",
                where=place,
                advice=f"Nothing was changed. {what_else}",
            )
        self._make(changes)
        self._journal.mark(step, mark)

    def _changes_back(self, step: Step, mark: str) -> tuple[list[Change], Path, str]:
        """Return the changes to make; or else the place of an obstacle, and what it is."""
        if step.changes is None:
            return [], self.path, "it was too large for the undo log"
        changes = [each.reversed() if mark == "undone" else each for each in step.changes]
        if not step.committed:  # its writer was killed, so some of its changes may never have been made
            changes = [each for each in changes if not self._holds(each.name, each.after)]
        touched = next((each.name for each in changes if not self._holds(each.name, each.before)), None)
        if touched is not None:
            return [], self.path / touched, "somebody changed it since"
        # A label that comes back may exist by now in another file, and must not be there twice.
        returning = self._labels(each.after for each in changes) - self._labels(each.before for each in changes)
        if returning:
            self._cache.scan()
        there = next(filter(None, map(self._cache.holder, returning)), None)
        if there is not None:
            return [], self.path / there, "it holds the same label by now"
        return changes, self.path, ""

    def _labels(self, contents: Iterable[bytes | None]) -> set[Identity]:
        found = [found_in(self.path, content) for content in contents if content is not None]
        return {each.scenario.identity for each in found if isinstance(each, Found)}


def _unlink(path: Path) -> None:
    try:
        patiently(lambda: path.unlink(missing_ok=True))
        sync_folder(path.parent)
    except OSError as error:
        raise ScenarioError(
            f"it cannot be deleted ({error.strerror})",
            where=path,
            advice="Nothing is lost. Close it in other programs, or get permission to write there.",
        ) from error
