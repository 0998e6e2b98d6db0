"""Reads files of any kind without ever waiting for one, and tells by its stamp whether one has changed."""

from __future__ import annotations

import os
import stat
from hashlib import blake2b
from pathlib import Path
from time import time
from typing import NamedTuple

from midplot.errors import ScenarioError

__all__ = ["LARGEST", "Stamp", "content_now", "digest_of", "is_folder", "placed", "read_file", "unread"]

LARGEST = 2**29
"""Bytes of the largest file that is read: what is larger holds no labels, and would fill the memory."""

YOUNG_SECONDS = 2.0
"""A file that changed so shortly before it was read may change again within one tick of the file system's clock."""

_KINDS = {
    stat.S_ISDIR: "a folder",
    stat.S_ISFIFO: "a named pipe",
    stat.S_ISSOCK: "a socket",
    stat.S_ISCHR: "a device",
    stat.S_ISBLK: "a device",
}


class Stamp(NamedTuple):
    """What a file system says about the content of a file without reading it."""

    device: int
    inode: int
    size: int
    modified: int
    changed: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """Take the stamp from what the system says about a file."""
        return cls(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)

    def is_young(self) -> bool:
        """Tell whether the same stamp may yet come to stand for another content."""
        return max(self.modified, self.changed) / 1e9 > time() - YOUNG_SECONDS


def placed(path: str | os.PathLike[str]) -> Path:
    """Return a path with ``~`` expanded.

    Raises
    ------
    ScenarioError
        If it cannot be one, or names the home folder of nobody.
    """
    text = os.fspath(path)
    if "\0" in text:
        raise ScenarioError("a path cannot hold the character NUL", where=f"{text!r}", advice="Leave it out.")
    try:
        os.fsencode(text)
        return Path(text).expanduser()
    except UnicodeError as error:
        raise ScenarioError(
            "the system can have no such path", where=f"{text!r}", advice="Give another name."
        ) from error
    except RuntimeError as error:
        raise ScenarioError("there is no such home folder", where=text, advice="Write the path out.") from error


def is_folder(path: Path) -> bool | None:
    """Tell a folder from a file; None where there is neither.

    Raises
    ------
    ScenarioError
        If the system does not say.
    """
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise ScenarioError(unread(error), where=path) from error


def read_file(path: Path, start: int = 0) -> tuple[bytes, Stamp]:
    """Read a file whole, or from a byte on.

    Returns
    -------
    content : bytes
    stamp : Stamp
        That of the file which was read.

    Raises
    ------
    OSError
        If it cannot be read.
    ScenarioError
        If it is no ordinary file, or too large; the message does not name it.
    """
    # Without blocking: to open a named pipe that nobody writes to would wait for ever.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    _refuse_odd(path.stat())  # a device may not even be opened
    with open(os.open(path, flags), "rb") as file:  # noqa: PTH123 -- pathlib opens no descriptor
        status = os.fstat(file.fileno())
        _refuse_odd(status)
        file.seek(start)
        return file.read(), Stamp.of(status)


def content_now(path: Path) -> bytes | None:
    """Return what a file holds; None where there is none.

    Raises
    ------
    ScenarioError
        If there is something that cannot be read.
    """
    try:
        return read_file(path)[0]
    except FileNotFoundError:
        if path.is_symlink():
            raise ScenarioError(
                "it is a link that leads nowhere", where=path, advice="Restore it, or delete it."
            ) from None
        return None
    except OSError as error:
        raise ScenarioError(unread(error), where=path) from error
    except ScenarioError as error:
        raise error.at(path) from error


def digest_of(content: bytes) -> str:
    """Return a short digest by which a content is known again."""
    return blake2b(content, digest_size=16).hexdigest()


def unread(error: Exception) -> str:
    """Say why a file cannot be read, and what to do."""
    reason = getattr(error, "strerror", None) or str(error)
    return f"it cannot be read ({reason}). Get the right to read it."


def _refuse_odd(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        kind = next((name for is_kind, name in _KINDS.items() if is_kind(status.st_mode)), "no ordinary file")
        raise ScenarioError(f"it is {kind}, not a file", advice="Move it elsewhere.")
    if status.st_size > LARGEST:
        raise ScenarioError(
            f"it has {status.st_size:,} bytes, and at most {LARGEST:,} are read",
            advice="Move it elsewhere, or split it.",
        )
