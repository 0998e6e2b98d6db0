"""Hears what is opened while an attacker is started and while it decides: files, connections, other programs.

Python tells an audit hook of every file that it opens. A hook can never be removed, so there is one per process, added
when it is first needed; it does nothing unless somebody listens.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from midplot.streams.files._readers import SAMPLE_FOLDER

__all__ = ["Heard", "listening"]

_CONNECTIONS = {
    "socket.connect": "a connection",
    "socket.getaddrinfo": "the address of a host",
    "sqlite3.connect": "a database",
    "subprocess.Popen": "another program",
    "os.system": "another program",
    "os.posix_spawn": "another program",
    "urllib.Request": "a web page",
}

_CODE = (".py", ".pyc", ".pyd", ".so", ".dll", ".dylib")
"""Files that an import opens. The data of a module are found by what the attacker holds."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing that was opened.

    Attributes
    ----------
    path
        The file, or what was connected to.
    kind
        ``"a file"``, or what else it is.
    size
        Bytes of the file; None if that is unknown.
    times
        How often it was opened.
    """

    path: str
    kind: str
    size: int | None
    times: int = 1


class _Listener:
    def __init__(self) -> None:
        self.heard: dict[tuple[str, str], Heard] = {}
        self._thread = threading.get_ident()
        self._busy = False

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Note an event of the attacker's thread; looking at a file is an event too, and is not heard."""
        if self._busy or threading.get_ident() != self._thread:
            return
        self._busy = True
        try:
            kind = "a file" if event == "open" else _CONNECTIONS.get(event)
            target = _opened(arguments) if event == "open" else _reached(event, arguments)
            if kind is not None and target is not None:
                size = _size_of(target) if event == "open" else None
                before = self.heard.get((kind, target))
                self.heard[kind, target] = Heard(target, kind, size, before.times + 1 if before else 1)
        except Exception:  # noqa: BLE001 -- an error here would be raised in the attacker, where it opens the file
            pass
        finally:
            self._busy = False


_listener: _Listener | None = None
_hooked = False


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    # Called thousands of times a second for as long as the process lives, so it looks at one name and returns.
    listener = _listener
    if listener is not None and (event == "open" or event in _CONNECTIONS):
        listener.hear(event, arguments)


@contextmanager
def listening() -> Iterator[list[Heard]]:
    """Listen to what this thread opens, for the length of a ``with`` block.

    Yields
    ------
    list of Heard
        Empty until the block ends; then what was opened for reading, each file once.
    """
    global _listener, _hooked
    if not _hooked:
        sys.addaudithook(_hook)
        _hooked = True
    heard: list[Heard] = []
    before, _listener = _listener, _Listener()
    own = _listener
    try:
        yield heard
    finally:
        _listener = before
        heard += own.heard.values()


def _opened(arguments: tuple[Any, ...]) -> str | None:
    """Return the file that is opened for reading, unless it belongs to Python or is code; None for any other."""
    path, mode, flags = arguments
    writes = any(each in mode for each in "wax") if isinstance(mode, str) else flags & (os.O_WRONLY | os.O_CREAT)
    if writes or not isinstance(path, str | bytes | os.PathLike):
        return None  # a number is a file that is open already
    name = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 -- resolve() would look at the disk, which is an event
    python = name.startswith((sys.prefix, sys.base_prefix)) and not name.startswith(str(SAMPLE_FOLDER))
    if python or name.endswith(_CODE) or name.startswith(("/proc", "/sys", "/dev")):
        return None
    return name


def _reached(event: str, arguments: tuple[Any, ...]) -> str:
    """Return what was connected to, or which program was run."""
    target = arguments[1] if event == "socket.connect" else arguments[0]
    return os.fsdecode(target) if isinstance(target, str | bytes | os.PathLike) else repr(target)


def _size_of(path: str) -> int | None:
    try:
        return Path(path).stat().st_size
    except OSError:
        return None
