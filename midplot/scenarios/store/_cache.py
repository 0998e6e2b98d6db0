"""Remembers what the files of a folder hold, and reads only those again whose stamps have changed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import RLock

import midplot.scenarios.store._files as files
from midplot.errors import ScenarioError
from midplot.scenarios._scenario import Identity
from midplot.scenarios.store._files import LOST_LINK, Stamp, unread
from midplot.scenarios.store._reading import BadFile, Found, Reading, found_in, reading_of

__all__ = ["Entry", "FolderCache"]

# A label that is renamed by another process during a scan would be missed under both names. To lose this race five
# times in a row takes a process that does nothing but rename files.
RESCANS = 5
"""The number of times a folder is listed again because a file vanished while it was being read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file as it was last read.

    Attributes
    ----------
    stamp
        The stamp of the file when it was read; None if the next scan has to read it again.
    outcome
        The scenario in the file, or why it cannot be used.
    """

    stamp: Stamp | None
    outcome: Found | BadFile


class FolderCache:
    """The contents of a folder. Its methods may be called from any thread.

    Parameters
    ----------
    folder
        The folder that contains the files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = RLock()
        self._entries: dict[str, Entry] = {}
        self._holders: dict[Identity, list[str]] = {}
        self._reading: Reading | None = None
        # Beside a movie's file may lie thousands of scenarios: before the first scan, nobody has asked for them.
        self._is_used = False

    def scan(self) -> None:
        """Look at the stamps of all files, and read those whose stamps have changed.

        Raises
        ------
        ScenarioError
            If the folder cannot be listed.
        """
        with self._lock:
            self._is_used = True
            for _ in range(RESCANS):
                if not self._scan():
                    break

    def reread(self, names: Iterable[str]) -> None:
        """Read only the given files again, which were just written."""
        with self._lock:
            for name in names if self._is_used else ():
                try:
                    self._put(name, self._read(name, self._entries.get(name)))
                except FileNotFoundError:
                    self._put(name, None)
            self._entries = dict(sorted(self._entries.items()))

    def reading(self) -> Reading:
        """Return what the folder held at the last scan; the same object for as long as nothing changes."""
        with self._lock:
            if self._reading is None:
                self._reading = self._sorted_out()
            return self._reading

    def names(self) -> list[str]:
        """Return the names of the files at the last scan, in order."""
        with self._lock:
            return list(self._entries)

    def holder(self, identity: Identity) -> str | None:
        """Return the name of the file that holds a scenario; None if there is none, the first by name if several."""
        with self._lock:
            return min(self._holders.get(identity, ()), default=None)

    def _scan(self) -> bool:
        """Look at all files once, and return whether one vanished in the meantime."""
        listed, vanished = self._listed(), False
        for name in self._entries.keys() - {name for name, _ in listed}:
            self._put(name, None)
        entries = self._entries
        for name, stamp in listed:
            known = entries.get(name)
            if known is not None and stamp is not None and known.stamp == stamp:
                continue
            try:
                self._put(name, self._read(name, known))
            except FileNotFoundError:
                self._put(name, None)
                vanished = True
        # Sorting ten thousand names after every act would be felt: they are nearly always in order already.
        if len(listed) != len(entries) or any(name != at for (name, _), at in zip(listed, entries, strict=True)):
            self._entries = dict(sorted(entries.items()))
        return vanished

    def _put(self, name: str, entry: Entry | None) -> None:
        """Record what a file holds now; None records that it is gone."""
        known = self._entries.pop(name, None) if entry is None else self._entries.get(name)
        if entry is not None:
            self._entries[name] = entry
        old, new = known.outcome if known else None, entry.outcome if entry else None
        if old is new:
            return
        self._reading = None
        if isinstance(old, Found):
            holders = self._holders[old.scenario.identity]
            holders.remove(name)
            if not holders:
                del self._holders[old.scenario.identity]
        if isinstance(new, Found):
            self._holders.setdefault(new.scenario.identity, []).append(name)

    def _sorted_out(self) -> Reading:
        outcomes = [entry.outcome for entry in self._entries.values()]
        if any(len(holders) > 1 for holders in self._holders.values()):
            return reading_of(self._folder, outcomes)
        # Without duplicates there is no need to compare scenarios, and hashing the prices of all of them takes a while.
        found = tuple(each for each in outcomes if isinstance(each, Found))
        return Reading(self._folder, found, tuple(each for each in outcomes if isinstance(each, BadFile)))

    def _listed(self) -> list[tuple[str, Stamp | None]]:
        """Return the names of the files that should be scenarios, in order, with their stamps."""
        try:
            with os.scandir(self._folder) as found:
                return sorted(
                    (entry.name, _stamp_of(entry))
                    for entry in found
                    # Hidden files are left to other programs: editors keep their backups in them.
                    if entry.name.lower().endswith(".json") and not entry.name.startswith(".")
                )
        except (OSError, ValueError) as error:  # ValueError for a path that no file system can have
            raise ScenarioError(unread(error), where=self._folder) from error

    def _read(self, name: str, known: Entry | None) -> Entry:
        """Read one file. Only a file that vanished raises an error, FileNotFoundError; all else is a bad file."""
        path = self._folder / name
        try:
            content, stamp = files.read_file(path)
        except FileNotFoundError:
            if not path.is_symlink():
                raise
            return _kept(known, None, BadFile(path, LOST_LINK))
        except OSError as error:
            return _kept(known, None, BadFile(path, unread(error)))
        except ScenarioError as error:
            return _kept(known, None, BadFile(path, str(error)))
        # A file may change twice within one tick of the clock of its file system, so a young stamp proves nothing.
        lasting = None if stamp.is_young() else stamp
        if known is not None and isinstance(known.outcome, Found) and known.outcome.digest == files.digest_of(content):
            return Entry(lasting, known.outcome)
        return _kept(known, lasting, found_in(path, content))


def _kept(known: Entry | None, stamp: Stamp | None, outcome: Found | BadFile) -> Entry:
    """Keep the known outcome if the new one equals it: views recognise it by identity, and skip their work again."""
    return Entry(stamp, known.outcome if known is not None and known.outcome == outcome else outcome)


def _stamp_of(entry: os.DirEntry[str]) -> Stamp | None:
    try:
        # On Windows a folder's listing knows neither the number of a file nor when it was changed.
        return Stamp.of(entry.stat() if os.name != "nt" else os.stat(entry.path))  # noqa: PTH116
    except OSError:
        return None
