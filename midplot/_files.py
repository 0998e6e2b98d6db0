"""Paths as people write them, and files that are either whole or absent, even when their writer is killed half-way."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep, time
from typing import TypeVar

from midplot.errors import ArgumentError, ScenarioError

__all__ = [
    "LOCK_NAME",
    "given_path",
    "locked",
    "patiently",
    "replace_file",
    "sweep",
    "sync_folder",
    "unwritten",
    "write_whole",
]

LOCK_NAME = ".midplot.lock"
LOCK_SECONDS = 30.0
"""How long a writer waits for the one before it. A save takes milliseconds, so whoever holds it longer is stuck."""

STALE_SECONDS = 600.0
"""The age from which a temporary file must belong to a writer that was killed: none lives for ten minutes."""

SWEEP_SECONDS = 60.0
"""The shortest time between two sweeps of a folder: listing ten thousand files before each act would be noticeable."""

# A virus scanner, an indexer or a synchronised folder opens each new file for some milliseconds. An editor keeps it open.
PATIENCE_SECONDS = 2.0
"""How long a file that another program has open is waited for."""

IN_USE = (5, 32, 33)
"""The errors of Windows for a file that another program has open; 5 is also its error for a lack of rights."""

TOO_LONG = (3, 206)
"""The errors of Windows for a path that is too long; 3 is also its error for a folder that does not exist."""

LONGEST_PATH = 259
"""The most characters of a path on Windows, unless long paths are enabled there."""

T = TypeVar("T")

_swept: dict[Path, float] = {}
"""When each folder was last swept, on the monotonic clock."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder, and delete what killed writers left behind in it.

    Parameters
    ----------
    folder
        The folder to write to, created if it does not exist.

    Raises
    ------
    ScenarioError
        If the folder cannot be written to, or another writer does not release it.
    """
    # Loaded here, since everything needs this module for its paths, and filelock takes a quarter of midplot's import.
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK_NAME)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # filelock's own interval of 50 ms could be noticeable who clicks labels one after the other.
        lock.acquire(timeout=LOCK_SECONDS, poll_interval=0.01)
    except Timeout as error:
        raise ScenarioError(
            f"another process has been writing to it for {LOCK_SECONDS:g} s",
            where=folder,
            advice="Nothing was written. End that process and save again.",
        ) from error
    except (OSError, NotImplementedError) as error:  # the second for file systems without locks
        raise unwritten(folder, error) from error
    try:
        if monotonic() - _swept.get(folder, -SWEEP_SECONDS) >= SWEEP_SECONDS:
            sweep(folder)
            _swept[folder] = monotonic()
        yield
    finally:
        lock.release()


def sweep(folder: Path) -> None:
    """Delete the temporary files of writers that were killed long ago.

    Raises
    ------
    ScenarioError
        If one of them cannot be deleted.
    """
    for path in folder.glob(".midplot-*.tmp"):
        try:
            if time() - path.stat().st_mtime > STALE_SECONDS:
                path.unlink()
        except (FileNotFoundError, PermissionError):
            continue  # its own writer removed it first; or, on Windows, another program has it open until a later sweep
        except OSError as error:
            raise unwritten(path, error) from error


def replace_file(path: Path, content: bytes) -> None:
    """Write a file by way of a temporary one, so that readers see all of it or none of it.

    The temporary file is opened by name, not by tempfile, which would make the file readable by its owner alone. Its
    name is short whatever the file's own is: that may be as long as the system allows.

    Parameters
    ----------
    path
        The file, replaced if it exists. A symbolic link is replaced itself, not the file that it points to.
    content
        The new content.

    Raises
    ------
    OSError
        If the file cannot be written. What was there before is untouched.
    """
    temporary = path.with_name(f".midplot-{os.urandom(16).hex()}.tmp")
    try:
        # Synced before it is renamed: after a power cut the name could otherwise stand for an empty file.
        _write_through(temporary, content)
        patiently(lambda: temporary.replace(path))
    except BaseException:  # Ctrl-C must not leave a temporary file behind either
        with suppress(PermissionError):  # on Windows, if it is being scanned: the next sweep deletes it
            temporary.unlink(missing_ok=True)
        raise


def patiently(act: Callable[[], T], codes: tuple[int, ...] = IN_USE) -> T:
    """Do something to a file; if another program has it open, wait for that program a little.

    Only Windows refuses to replace, delete or open such a file. Any other error is raised at once.

    Parameters
    ----------
    act
        What to do.
    codes
        The errors of Windows that are waited out.
    """
    end, pause = monotonic() + PATIENCE_SECONDS, 0.001
    while True:
        try:
            return act()
        except PermissionError as error:
            if _code_of(error) not in codes or monotonic() >= end:
                raise
        sleep(pause)
        pause = min(2 * pause, 0.05)


def _code_of(error: Exception) -> int | None:
    """Return Windows' own number of an error; None elsewhere."""
    code: int | None = getattr(error, "winerror", None)  # other systems do not have the attribute
    return code


def _write_through(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file of labels whole, and make sure that it survives a power cut.

    Parameters
    ----------
    path
        The file; see `replace_file`.
    content
        The new content.

    Raises
    ------
    ScenarioError
        If the file cannot be written. What was there before is untouched.
    """
    try:
        replace_file(path, content)
        sync_folder(path.parent)
    except OSError as error:
        raise unwritten(path, error) from error


def sync_folder(folder: Path) -> None:
    """Flush the entries of a folder to the disk, where the system supports it.

    Raises
    ------
    OSError
        If the folder cannot be opened, or the disk reports an error.
    """
    if os.name == "nt":  # Windows cannot open a folder
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Errors of file systems that cannot sync a folder, such as some network drives.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise
    finally:
        os.close(descriptor)


def unwritten(path: Path, error: Exception) -> ScenarioError:
    """Return the error that says why a file or folder of labels cannot be written."""
    reason = getattr(error, "strerror", None) or str(error)  # filelock raises some that have no strerror
    remedy, n = "Free the disk, get permission to write there, or give another path", len(str(path.absolute()))
    if _code_of(error) in IN_USE:
        remedy = "Close it in other programs, get permission to write there, or give another path"
    if _code_of(error) in TOO_LONG and n > LONGEST_PATH:
        reason = f"its path has {n} characters, and Windows allows {LONGEST_PATH}"
        remedy = "Give a shorter one, or enable long paths in Windows"
    return ScenarioError(
        f"it cannot be written ({reason})",
        where=path,
        advice=f"Nothing that was saved before is lost. {remedy}, and save again.",
    )


def given_path(path: str | os.PathLike[str], argument: str = "path") -> Path:
    """Return the user's path with ``~`` and ``~name`` replaced by the home folders they stand for.

    Parameters
    ----------
    path
        The path as the user wrote it.
    argument
        The name of the argument, for messages.

    Raises
    ------
    ArgumentError
        If there is no user of that name, or the path contains a NUL character.
    TypeError
        If it is not a path.

    Examples
    --------
    >>> given_path("data/X_train.parquet").parts
    ('data', 'X_train.parquet')
    """
    text = os.fspath(path)
    if "\0" in text:
        raise ArgumentError(
            f"{text!r} contains a NUL character, which no path can",
            where=argument,
            advice="Give the path without it.",
        )
    if not text.startswith("~"):
        return Path(text)  # Path("./~") drops the ./, so expanduser would turn a folder called ~ into a home
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        name = Path(text).parts[0]
        raise ArgumentError(
            f"there is no folder for {name!r} in {text!r}",
            where=argument,
            advice=f"Write the path in full, or ./{name} if that is the name of the folder.",
        ) from error
