"""Reads files without ever blocking on one, and recognises by its stamp that a file has changed."""

from __future__ import annotations

import os
import stat
from hashlib import blake2b
from pathlib import Path
from time import time
from typing import NamedTuple

from midplot._files import patiently
from midplot.errors import ScenarioError

__all__ = ["LARGEST", "LOST_LINK", "Stamp", "content_now", "digest_of", "is_folder", "placed", "read_file", "unread"]

# A movie of ten thousand scenarios with full warm-up takes about a third of this; what is larger holds no labels.
LARGEST = 2**29
"""The size in bytes of the largest file that is read, so that no other file fills the memory."""

# FAT has the coarsest clock of the file systems in use: it counts in steps of two seconds.
YOUNG_SECONDS = 2.0
"""A file that changed so shortly before it was read may change again without its stamp changing."""

LOST_LINK = "it is a link that leads nowhere. Restore it, or delete it."
"""What is wrong with a symbolic link whose target is missing, and what to do."""

SHARING = (32, 33)
"""The errors of Windows for a file that is being replaced. A lack of rights is not waited out: there may be many such."""

_KINDS = {
    stat.S_ISDIR: "a folder",
    stat.S_ISFIFO: "a named pipe",
    stat.S_ISSOCK: "a socket",
    stat.S_ISCHR: "a device",
    stat.S_ISBLK: "a device",
}


class Stamp(NamedTuple):
    """What a file system says about a file without reading it. Unless it is young, the same stamp means no change."""

    device: int
    inode: int
    size: int
    modified: int
    changed: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """Return the stamp in the status of a file."""
        return cls(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)

    def is_young(self) -> bool:
        """Return whether the content may still change without the stamp changing."""
        return max(self.modified, self.changed) / 1e9 > time() - YOUNG_SECONDS


def placed(path: str | os.PathLike[str]) -> Path:
    """Return a path with ``~`` expanded.

    Raises
    ------
    ScenarioError
        If no file can have such a path, or it starts with the home folder of an unknown user.
    """
    text = os.fspath(path)
    if "\0" in text:
        raise ScenarioError("a path cannot hold the character NUL", where=f"{text!r}", advice="Leave it out.")
    try:
        os.fsencode(text)  # pathlib accepts names that the system cannot encode, and only fails when it opens them
        return Path(text).expanduser()
    except UnicodeError as error:
        raise ScenarioError(
            "the system can have no such path", where=f"{text!r}", advice="Give another name."
        ) from error
    except RuntimeError as error:
        raise ScenarioError("there is no such home folder", where=text, advice="Write the path out.") from error


def is_folder(path: Path) -> bool | None:
    """Return True for a folder, False for a file, and None if there is neither.

    Raises
    ------
    ScenarioError
        If the system does not tell, say for lack of rights.
    """
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise ScenarioError(unread(error), where=path) from error


def read_file(path: Path, start: int = 0) -> tuple[bytes, Stamp]:
    """Read a file from the given byte to its end.

    Returns
    -------
    content : bytes
        What was read.
    stamp : Stamp
        The stamp of the file that was read.

    Raises
    ------
    OSError
        If it cannot be read.
    ScenarioError
        If it is not an ordinary file or is too large; the error does not name the file.
    """
    # O_NONBLOCK, because opening a named pipe that nobody writes to would wait for ever. Windows has no O_NONBLOCK,
    # and only Windows has O_BINARY, without which it would translate line ends.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    _refuse_odd(path.stat())  # before opening it: merely opening some devices has effects
    with open(patiently(lambda: os.open(path, flags), SHARING), "rb") as file:  # noqa: PTH123 -- pathlib opens no descriptor
        # Asked of the open file, because another one may have taken its name in between.
        status = os.fstat(file.fileno())
        _refuse_odd(status)
        file.seek(start)
        return file.read(), Stamp.of(status)


def content_now(path: Path) -> bytes | None:
    """Return the content of a file; None if there is no such file.

    Raises
    ------
    ScenarioError
        If there is one but it cannot be read.
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
    """Return a short digest by which a content is recognised."""
    # It has to tell contents apart, not to resist an attack, so 16 bytes do.
    return blake2b(content, digest_size=16).hexdigest()


def unread(error: Exception) -> str:
    """Return in words why a file cannot be read, and what to do about it."""
    reason = getattr(error, "strerror", None) or str(error)
    return f"it cannot be read ({reason}). Get permission to read it."


def _refuse_odd(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        kind = next((name for is_kind, name in _KINDS.items() if is_kind(status.st_mode)), "no ordinary file")
        raise ScenarioError(f"it is {kind}, not a file", advice="Move it elsewhere.")
    if status.st_size > LARGEST:
        raise ScenarioError(
            f"it has {status.st_size:,} bytes, and at most {LARGEST:,} are read",
            advice="Move it elsewhere, or split it.",
        )
