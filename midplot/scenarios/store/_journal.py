"""The undo log of a folder: every change that midplot made there, with what was there before and after.

A line is appended before the change it tells of, and another when the change is done, so a writer that is killed
leaves nothing that could mislead: what undo restores is decided by what the files hold, not by the log alone.
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

JOURNAL_NAME = ".midplot-undo.jsonl"
MOST_BYTES = 16 * 2**20
MOST_STEPS = 500
"""Beyond either the older half of the log is dropped."""

State = Literal["done", "undone", "dropped"]
_MARKS: dict[str, State] = {"undone": "undone", "redone": "done", "dropped": "dropped"}


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one file.

    Attributes
    ----------
    name
        The file's name in its folder.
    before, after
        What it held; None where there was none.
    """

    name: str
    before: bytes | None
    after: bytes | None

    def reversed(self) -> Change:
        """Return the change back."""
        return Change(self.name, self.after, self.before)


@dataclass(frozen=True, slots=True)
class Step:
    """One act, which may have changed several files at once.

    Attributes
    ----------
    id
        Different for each.
    by
        Who acted: one process, or one view or result in it after a slash.
    words
        What was done, such as ``saved UP eurusd 120-180``.
    committed
        Whether it is known that all its changes were made.
    state
        Whether it holds, was taken back, or can be neither any more.
    packed
        Name, content before and content after of each file, as the log holds them; None where they were too large.
    """

    id: str
    by: str
    words: str
    packed: tuple[tuple[str, str | None, str | None], ...] | None = field(repr=False)
    committed: bool = False
    state: State = "done"

    @property
    def changes(self) -> tuple[Change, ...] | None:
        """What became of each file; None where it was too much to be kept."""
        if self.packed is None:
            return None
        return tuple(Change(name, _unpacked(before), _unpacked(after)) for name, before, after in self.packed)

    def is_of(self, by: str | None) -> bool:
        """Tell whether somebody acted, or a part of them; with None whether anybody did."""
        return by is None or self.by == by or self.by.startswith(f"{by}/")


class Journal:
    """The log in one folder; to be written under the folder's lock.

    Parameters
    ----------
    folder
        Where it is.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / JOURNAL_NAME
        self._read: tuple[int, int, int] | None = None
        self._steps: dict[str, Step] = {}
        self._undone: list[str] = []

    def begin(self, by: str, words: str, changes: Sequence[Change]) -> Step:
        """Write down what is going to be changed."""
        self._sync()
        size = sum(len(each.before or b"") + len(each.after or b"") for each in changes)
        # Prices take at least a quarter of their room when they are packed: what is larger is not even tried.
        packed = (
            None if size > 4 * MOST_BYTES else tuple((c.name, _packed(c.before), _packed(c.after)) for c in changes)
        )
        step = Step(uuid4().hex, by, words, packed)
        line = _line(step)
        if len(line) > MOST_BYTES // 2:
            step = replace(step, packed=None)
            line = _line(step)
        if len(self._steps) >= MOST_STEPS or self._size() + len(line) > MOST_BYTES:
            self._shorten()
        self._append(line)
        return step

    def mark(self, step: Step, mark: str) -> None:
        """Write down that a step was ``committed``, ``undone``, ``redone`` or ``dropped``."""
        self._append(json.dumps({mark: step.id}).encode() + b"\n")

    def last(self, by: str | None) -> Step | None:
        """Return the step that undo would take back."""
        self._sync()
        return next((step for step in reversed(self._steps.values()) if step.state == "done" and step.is_of(by)), None)

    def last_undone(self, by: str | None) -> Step | None:
        """Return the step that redo would bring back."""
        self._sync()
        undone = (self._steps[each] for each in reversed(self._undone) if each in self._steps)
        return next((step for step in undone if step.state == "undone" and step.is_of(by)), None)

    def _size(self) -> int:
        return 0 if self._read is None else self._read[2]

    def _sync(self) -> None:
        """Read what was written since, by whomever; a log that cannot be read is as good as none."""
        try:
            status = self.path.stat()
        except OSError:
            self._forget()
            return
        known = (status.st_dev, status.st_ino, status.st_size)
        if known == self._read:
            return
        if self._read is None or self._read[:2] != known[:2] or self._read[2] > known[2]:
            self._forget()
        start = 0 if self._read is None else self._read[2]
        try:
            content = read_file(self.path, start)[0]
        except (OSError, ScenarioError):
            self._forget()
            return
        whole = content[: content.rfind(b"\n") + 1]  # the last line may be in the making
        for line in whole.splitlines():
            self._take(line)
        self._read = (*known[:2], start + len(whole))

    def _forget(self) -> None:
        self._read, self._steps, self._undone = None, {}, []

    def _take(self, line: bytes) -> None:
        """Take in one line; one that is torn or foreign counts for nothing."""
        try:
            document = json.loads(line)
        except (ValueError, RecursionError):
            return
        if not isinstance(document, dict):
            return
        step = _step_of(document)
        if step is not None:
            self._steps[step.id] = step
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
        # Not synced: after a power cut its last steps may be lacking, and no label with them.
        try:
            with self.path.open("ab+") as file:
                size = file.tell()
                file.seek(max(0, size - 1))
                torn = file.read(1) not in (b"", b"\n")  # by a writer that was killed
                try:
                    file.write(b"\n" * torn + line)
                    file.flush()
                except OSError:
                    os.truncate(self.path, size)
                    raise
        except OSError as error:
            raise unwritten(self.path, error) from error

    def _shorten(self) -> None:
        """Keep the newer half."""
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
    """Return the step that a line tells of; None where it tells of none, or of files outside the folder."""
    try:
        given = document["changes"]
        packed = None if given is None else tuple((_named(name), before, after) for name, before, after in given)
        step = Step(str(document["id"]), str(document["by"]), str(document["words"]), packed)
    except (KeyError, TypeError, ValueError):
        return None
    return step


def _named(name: Any) -> str:
    if not isinstance(name, str) or not name.lower().endswith(".json") or Path(name).name != name or "\\" in name:
        raise ValueError(name)
    return name


def _packed(content: bytes | None) -> str | None:
    return None if content is None else b64encode(zlib.compress(content, 1)).decode()


def _unpacked(text: str | None) -> bytes | None:
    try:
        return None if text is None else zlib.decompress(b64decode(text))
    except (ValueError, TypeError, zlib.error) as error:
        raise ScenarioError(
            "it is damaged", where=JOURNAL_NAME, advice="Delete it: no scenario is lost with it."
        ) from error
