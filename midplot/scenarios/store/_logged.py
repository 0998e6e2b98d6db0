"""A folder whose every change is held by a lock, written to an undo log, and can be taken back."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from uuid import uuid4

from midplot._files import locked, sync_folder, write_whole
from midplot.errors import ScenarioError
from midplot.scenarios._scenario import Identity
from midplot.scenarios.store._cache import FolderCache
from midplot.scenarios.store._files import content_now, digest_of, is_folder
from midplot.scenarios.store._journal import Change, Journal, Step
from midplot.scenarios.store._reading import Found, Reading, found_in

__all__ = ["SEEN", "LoggedFolder", "new_actor"]

SEEN: set[str] = set()
"""The digests of all contents that this process read or wrote: what it may replace."""


def new_actor() -> str:
    """Return a name for this process, by which its own changes are known."""
    return f"{os.getpid()}-{uuid4().hex[:12]}"


class LoggedFolder:
    """A folder of scenarios: what it holds, and how changes are made there and taken back.

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
            raise ScenarioError("there is nothing to undo", where=self.path)

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
                raise ScenarioError("there is nothing to redo", where=self.path)
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
            raise ScenarioError(
                "there is no such folder", where=self.path, advice="Give the one that the scenario was saved in."
            )
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
                step.words,
                where=f"{obstacle}, so it cannot be {mark}",
                advice="Nothing was changed. "
                f"{'Undo again for the change before.' if mark == 'undone' else 'Make the change anew instead.'}",
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


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise ScenarioError(
            f"it cannot be deleted ({error.strerror})",
            where=path,
            advice="Nothing is lost. Get the right to write there.",
        ) from error
