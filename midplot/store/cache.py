"""Keeps what the files of a folder held, and reads again only those whose stamps have changed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from threading import RLock

from midplot.core.scenario import Identity
from midplot.errors import ScenarioError
from midplot.store import files
from midplot.store.files import Stamp, unread
from midplot.store.reading import BadFile, Found, Reading, found_in, reading_of

__all__ = ["Entry", "FolderCache"]

RESCANS = 5
"""How often a folder is listed anew where a file vanished: another process may have given it another name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file as it was read last.

    Attributes
    ----------
    stamp
        None where the next scan has to read it again.
    outcome
        The scenario, or why there is none.
    """

    stamp: Stamp | None
    outcome: Found | BadFile


class FolderCache:
    """What a folder holds.

    It may be asked from any thread.

    Parameters
    ----------
    folder
        Where the files are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = RLock()
        self._entries: dict[str, Entry] = {}
        self._reading: Reading | None = None
        self._index: dict[Identity, str] | None = None

    def reading(self) -> Reading:
        """Return what the folder holds now.

        Raises
        ------
        ScenarioError
            If it cannot be listed.
        """
        with self._lock:
            self._scan()
            if self._reading is None:
                self._reading = reading_of(self._folder, (entry.outcome for entry in self._entries.values()))
            return self._reading

    def names(self) -> list[str]:
        """Return the names of the files, as of the last reading, in order."""
        with self._lock:
            return list(self._entries)

    def outcome(self, name: str) -> Found | BadFile | None:
        """Return what a file held at the last reading; None where there was none."""
        with self._lock:
            entry = self._entries.get(name)
            return None if entry is None else entry.outcome

    def index(self) -> dict[Identity, str]:
        """Return which file holds which scenario now."""
        with self._lock:
            reading = self.reading()
            if self._index is None:
                self._index = {found.scenario.identity: found.path.name for found in reading.found}
            return self._index

    def _scan(self) -> None:
        entries: dict[str, Entry] = {}
        for _ in range(RESCANS):
            entries, vanished = {}, False
            for name, stamp in self._listed():
                known = self._entries.get(name)
                if known is not None and stamp is not None and known.stamp == stamp:
                    entries[name] = known
                    continue
                try:
                    entries[name] = self._read(name, known)
                except FileNotFoundError:
                    vanished = True
            if not vanished:
                break
        same = len(entries) == len(self._entries) and all(
            entry.outcome is self._entries[name].outcome if name in self._entries else False
            for name, entry in entries.items()
        )
        self._entries = entries
        if not same:
            self._reading = self._index = None

    def _listed(self) -> list[tuple[str, Stamp | None]]:
        """Return the names that should be scenarios, in order, with their stamps; hidden ones are not ours to read."""
        try:
            with os.scandir(self._folder) as found:
                return sorted(
                    (entry.name, _stamp_of(entry))
                    for entry in found
                    if entry.name.lower().endswith(".json") and not entry.name.startswith(".")
                )
        except (OSError, ValueError) as error:
            raise ScenarioError(f"{self._folder}: {unread(error)}") from error

    def _read(self, name: str, known: Entry | None) -> Entry:
        """Read one file; only that it has vanished is raised."""
        path = self._folder / name
        try:
            content, stamp = files.read_file(path)
        except FileNotFoundError:
            if not path.is_symlink():
                raise
            return _kept(known, None, BadFile(path, "it is a link that leads nowhere. Restore it, or delete it."))
        except OSError as error:
            return _kept(known, None, BadFile(path, unread(error)))
        except ScenarioError as error:
            return _kept(known, None, BadFile(path, str(error)))
        lasting = None if stamp.is_young() else stamp
        if known is not None and isinstance(known.outcome, Found) and known.outcome.digest == files.digest_of(content):
            return Entry(lasting, known.outcome)
        return _kept(known, lasting, found_in(path, content))


def _kept(known: Entry | None, stamp: Stamp | None, outcome: Found | BadFile) -> Entry:
    """Keep the outcome that is known where the new one is equal: what was made of it then need not be made again."""
    return Entry(stamp, known.outcome if known is not None and known.outcome == outcome else outcome)


def _stamp_of(entry: os.DirEntry[str]) -> Stamp | None:
    try:
        return Stamp.of(entry.stat())
    except OSError:
        return None
