"""Keeps what the files of a folder held, and reads again only those whose stamps have changed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import RLock

import midplot.scenarios.store._files as files
from midplot.errors import ScenarioError
from midplot.scenarios._scenario import Identity
from midplot.scenarios.store._files import Stamp, unread
from midplot.scenarios.store._reading import BadFile, Found, Reading, found_in, reading_of

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
        self._holders: dict[Identity, list[str]] = {}
        self._reading: Reading | None = None
        self._is_used = False

    def scan(self) -> None:
        """Look at all stamps, and read the files whose stamps have changed.

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
        """Look at a few files only: those that were just written."""
        with self._lock:
            for name in names if self._is_used else ():
                try:
                    self._put(name, self._read(name, self._entries.get(name)))
                except FileNotFoundError:
                    self._put(name, None)
            self._entries = dict(sorted(self._entries.items()))

    def reading(self) -> Reading:
        """Return what the folder held at the last scan."""
        with self._lock:
            if self._reading is None:
                self._reading = self._made()
            return self._reading

    def names(self) -> list[str]:
        """Return the names of the files, as of the last scan, in order."""
        with self._lock:
            return list(self._entries)

    def holder(self, identity: Identity) -> str | None:
        """Return the file that holds a scenario, the first by name; None where there is none."""
        with self._lock:
            return min(self._holders.get(identity, ()), default=None)

    def _scan(self) -> bool:
        """Look at all files once, and tell whether one has vanished meanwhile."""
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
        if len(listed) != len(entries) or any(name != at for (name, _), at in zip(listed, entries, strict=True)):
            self._entries = dict(sorted(entries.items()))
        return vanished

    def _put(self, name: str, entry: Entry | None) -> None:
        """Note what a file holds by now, or that it is gone."""
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

    def _made(self) -> Reading:
        outcomes = [entry.outcome for entry in self._entries.values()]
        if any(len(holders) > 1 for holders in self._holders.values()):
            return reading_of(self._folder, outcomes)
        found = tuple(each for each in outcomes if isinstance(each, Found))
        return Reading(self._folder, found, tuple(each for each in outcomes if isinstance(each, BadFile)))

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
            raise ScenarioError(unread(error), where=self._folder) from error

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
        # On Windows a folder's listing knows neither the number of a file nor when it was changed.
        return Stamp.of(entry.stat() if os.name != "nt" else os.stat(entry.path))  # noqa: PTH116
    except OSError:
        return None
