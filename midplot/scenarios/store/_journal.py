"""The undo log of a folder: every change that midplot made there, with the contents before and after.

A line is appended before a change is made, and another one when it is done. A writer that is killed in between leaves
nothing misleading: what undo restores depends on what the files hold, not on the log alone.
"""

from __future__ import annotations

import json
import os
import zlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from midplot._files import unwritten, write_whole
from midplot.errors import ScenarioError
from midplot.scenarios.store._files import read_file

__all__ = ["JOURNAL_NAME", "Change", "Journal", "Step"]

# Hidden, and not .json, so that it is never taken for a scenario.
JOURNAL_NAME = ".midplot-undo.jsonl"

# A label takes a few kilobytes, so 500 steps rarely reach this. It is read whole once in each process: in 16 MB, fast.
MOST_BYTES = 16 * 2**20
"""The size of the log in bytes beyond which its older half is dropped."""

# More than anybody takes back by hand.
MOST_STEPS = 500
"""The number of steps beyond which the older half of the log is dropped."""

State = Literal["done", "undone", "dropped"]
_MARKS: dict[str, State] = {"undone": "undone", "redone": "done", "dropped": "dropped"}
"""The state of a step after each mark; "committed" is not among them, because it changes no state."""


@dataclass(frozen=True, slots=True)
class Change:
    """The change of one file.

    Attributes
    ----------
    name
        The name of the file in its folder.
    before, after
        The content before and after the change; None if there was no file.
    """

    name: str
    before: bytes | None
    after: bytes | None

    def reversed(self) -> Change:
        """Return the opposite change."""
        return Change(self.name, self.after, self.before)


@dataclass(frozen=True, slots=True)
class Step:
    """One act, which may have changed several files at once.

    Attributes
    ----------
    id
        The identifier of the step, unique among all logs.
    by
        Who acted: a process, followed by a slash and the view or result in it if one of those did.
    words
        What was done, such as ``saved UP eurusd 120-180``.
    committed
        Whether all of its changes are known to have been made.
    state
        ``done``, ``undone``, or ``dropped`` if it can no longer be undone or redone.
    packed
        The name, content before and content after of each file, in the form that the log holds; None if they were too
        large for the log.
    """

    id: str
    by: str
    words: str
    packed: tuple[tuple[str, str | None, str | None], ...] | None = field(repr=False)
    committed: bool = False
    state: State = "done"

    @property
    def changes(self) -> tuple[Change, ...] | None:
        """The change of each file; None if they were too large for the log."""
        if self.packed is None:
            return None
        return tuple(Change(name, _unpacked(before), _unpacked(after)) for name, before, after in self.packed)

    def is_of(self, by: str | None) -> bool:
        """Return whether this is a step of the given actor or of a part of it; None stands for anybody."""
        return by is None or self.by == by or self.by.startswith(f"{by}/")


class Journal:
    """The undo log of one folder, which may be written only while the folder's lock is held.

    Parameters
    ----------
    folder
        The folder that contains the log.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / JOURNAL_NAME
        # Device, inode and size of the log when it was last read: what was appended since follows after that size.
        self._read: tuple[int, int, int] | None = None
        self._steps: dict[str, Step] = {}
        self._undone: list[str] = []

    def begin(self, by: str, words: str, changes: Sequence[Change]) -> Step:
        """Record changes that are about to be made."""
        self._sync()
        size = sum(len(each.before or b"") + len(each.after or b"") for each in changes)
        # Prices are hardly ever packed to less than a quarter of their size, so beyond that it is not worth trying.
        packed = (
            None if size > 4 * MOST_BYTES else tuple((c.name, _packed(c.before), _packed(c.after)) for c in changes)
        )
        step = Step(uuid4().hex, by, words, packed)
        line = _line(step)
        if len(line) > MOST_BYTES // 2:
            step = replace(step, packed=None)
            line = _line(step)
        logged = 0 if self._read is None else self._read[2]
        if len(self._steps) >= MOST_STEPS or logged + len(line) > MOST_BYTES:
            self._shorten()
        self._append(line)
        return step

    def mark(self, step: Step, mark: str) -> None:
        """Record that a step was ``committed``, ``undone``, ``redone`` or ``dropped``."""
        self._append(json.dumps({mark: step.id}).encode() + b"\n")

    def last(self, by: str | None) -> Step | None:
        """Return the step that undo would take back; None if there is none."""
        self._sync()
        return next((step for step in reversed(self._steps.values()) if step.state == "done" and step.is_of(by)), None)

    def last_undone(self, by: str | None) -> Step | None:
        """Return the step that redo would make again; None if there is none."""
        self._sync()
        undone = (self._steps[each] for each in reversed(self._undone) if each in self._steps)
        return next((step for step in undone if step.state == "undone" and step.is_of(by)), None)

    def _sync(self) -> None:
        """Read what has been appended since the last time, by any process; an unreadable log counts as empty."""
        try:
            status = self.path.stat()
        except OSError:
            self._forget()
            return
        known = (status.st_dev, status.st_ino, status.st_size)
        if known == self._read:
            return
        # Another file, or a shorter one: somebody dropped its older half, so start from its beginning.
        if self._read is None or self._read[:2] != known[:2] or self._read[2] > known[2]:
            self._forget()
        start = 0 if self._read is None else self._read[2]
        try:
            content = read_file(self.path, start)[0]
        except (OSError, ScenarioError):
            self._forget()
            return
        whole = content[: content.rfind(b"\n") + 1]  # a last line without its end may still be being written
        for line in whole.splitlines():
            self._take(line)
        self._read = (*known[:2], start + len(whole))

    def _forget(self) -> None:
        self._read, self._steps, self._undone = None, {}, []

    def _take(self, line: bytes) -> None:
        """Process one line; a torn or foreign one is skipped."""
        try:
            document = json.loads(line)
        except (ValueError, RecursionError):
            return
        if not isinstance(document, dict):
            return
        step = _step_of(document)
        if step is not None:
            self._steps[step.id] = step
            # As in any editor, a new act ends the chance to redo; here, only that of the one who acted.
            self._undone = [each for each in self._undone if self._steps[each].by != step.by]
            return
        for mark, name in document.items():
            if isinstance(name, str) and name in self._steps:
                self._marked(mark, self._steps[name])

    def _marked(self, mark: str, step: Step) -> None:
        if mark == "committed":
            self._steps[step.id] = replace(step, committed=True)
        elif mark in _MARKS:
            self._steps[step.id] = replace(step, committed=True, state=_MARKS[mark])
            self._undone = [each for each in self._undone if each != step.id]
            self._undone += [step.id] if mark == "undone" else []

    def _append(self, line: bytes) -> None:
        # Not synced to disk: after a power cut the last steps may be missing, but never a label.
        try:
            with self.path.open("ab+") as file:
                size = file.tell()
                file.seek(max(0, size - 1))
                torn = file.read(1) not in (b"", b"\n")  # the last writer was killed in the middle of a line
                try:
                    file.write(b"\n" * torn + line)
                    file.flush()
                except OSError:
                    os.truncate(self.path, size)
                    raise
        except OSError as error:
            raise unwritten(self.path, error) from error

    def _shorten(self) -> None:
        """Drop the older half of the log."""
        kept: list[bytes] = []
        for step in reversed(list(self._steps.values())[-MOST_STEPS // 2 :]):
            mark = {"done": "committed" if step.committed else "", "undone": "undone", "dropped": "dropped"}[step.state]
            marked = json.dumps({mark: step.id}).encode() + b"\n" if mark else b""
            lines = _line(step) + marked
            if sum(map(len, kept)) + len(lines) > MOST_BYTES // 2:
                break
            kept.append(lines)
        write_whole(self.path, b"".join(reversed(kept)))
        self._sync()


def _line(step: Step) -> bytes:
    document = {"id": step.id, "by": step.by, "at": datetime.now(UTC).isoformat(), "words": step.words}
    return json.dumps({**document, "changes": step.packed}).encode() + b"\n"


def _step_of(document: dict[str, Any]) -> Step | None:
    """Return the step that a line records; None if it records none, or names a file outside the folder."""
    try:
        given = document["changes"]
        packed = None if given is None else tuple((_named(name), before, after) for name, before, after in given)
        step = Step(str(document["id"]), str(document["by"]), str(document["words"]), packed)
    except (KeyError, TypeError, ValueError):
        return None
    return step


def _named(name: Any) -> str:
    # A folder and its log may come from somebody else: undo must write nothing outside it, and no other kind of file.
    if not isinstance(name, str) or not name.lower().endswith(".json") or Path(name).name != name or "\\" in name:
        raise ValueError(name)
    return name


def _packed(content: bytes | None) -> str | None:
    # Level 1: higher ones take several times as long, and gain little on digits.
    return None if content is None else b64encode(zlib.compress(content, 1)).decode()


def _unpacked(text: str | None) -> bytes | None:
    try:
        return None if text is None else zlib.decompress(b64decode(text))
    except (ValueError, TypeError, zlib.error) as error:
        raise ScenarioError(
            "it is damaged", where=JOURNAL_NAME, advice="Delete it: no scenario is lost with it."
        ) from error
