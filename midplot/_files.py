"""Paths as people give them, and files that are whole or not there, whenever the writer is killed, one writer at a time."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, time

from midplot.errors import ArgumentError, ScenarioError

__all__ = ["LOCK_NAME", "given_path", "locked", "sweep", "sync_folder", "unwritten", "write_whole"]

LOCK_NAME = ".midplot.lock"
LOCK_SECONDS = 30.0
"""How long a writer waits for another."""

STALE_SECONDS = 600.0
"""The age at which a temporary file must be that of a writer that was killed."""

SWEEP_SECONDS = 60.0
"""The least time between two sweeps of one folder: to list ten thousand files before each act would be felt."""

_swept: dict[Path, float] = {}


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder, made where it is missing, and sweep out what killed writers left behind.

    Parameters
    ----------
    folder
        What is going to be written to.

    Raises
    ------
    ScenarioError
        If the folder cannot be written to, or another writer does not let go of it.
    """
    # Loaded here, since everything needs this module for its paths, and filelock takes a quarter of midplot's import.
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK_NAME)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=LOCK_SECONDS, poll_interval=0.01)
    except Timeout as error:
        raise ScenarioError(
            f"another process has been writing to it for {LOCK_SECONDS:g} s",
            where=folder,
            advice="Nothing was written. End that process, and save again.",
        ) from error
    except (OSError, NotImplementedError) as error:
        raise unwritten(folder, error) from error
    try:
        if monotonic() - _swept.get(folder, -SWEEP_SECONDS) >= SWEEP_SECONDS:
            sweep(folder)
            _swept[folder] = monotonic()
        yield
    finally:
        lock.release()


def sweep(folder: Path) -> None:
    """Delete the temporary files of writers that were killed long ago."""
    for path in folder.glob(".midplot-*.tmp"):
        try:
            if time() - path.stat().st_mtime > STALE_SECONDS:
                path.unlink()
        except FileNotFoundError:  # its own writer was faster
            continue
        except OSError as error:
            raise unwritten(path, error) from error


def write_whole(path: Path, content: bytes) -> None:
    """Write a file by way of a temporary one, so that it is seen whole or not at all.

    Parameters
    ----------
    path
        The file, replaced where it exists; a link is replaced itself, not what it leads to.
    content
        What it is to hold.

    Raises
    ------
    ScenarioError
        If it cannot be written. What was there before is untouched.
    """
    temporary = path.with_name(f".midplot-{os.urandom(16).hex()}.tmp")
    try:
        try:
            _write_through(temporary, content)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
    except OSError as error:
        raise unwritten(path, error) from error


def _write_through(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make a folder's new entries last, where the system can."""
    if os.name == "nt":  # it opens no folders
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):  # some file systems have no such thing
            raise
    finally:
        os.close(descriptor)


def unwritten(path: Path, error: Exception) -> ScenarioError:
    """Say that a file or folder cannot be written, and why."""
    reason = getattr(error, "strerror", None) or str(error)
    return ScenarioError(
        f"it cannot be written ({reason})",
        where=path,
        advice="Nothing that was saved before is lost. Free the disk, get the right to write there, or give "
        "another path, and save again.",
    )


def given_path(path: str | os.PathLike[str], argument: str = "path") -> Path:
    """Return a path that a person gave, with ``~`` and ``~name`` replaced by the folder that they stand for.

    Parameters
    ----------
    path
        As it was given.
    argument
        What messages call it.

    Raises
    ------
    ArgumentError
        If nobody is called so, or if it holds a NUL, which no path can.

    Examples
    --------
    >>> given_path("data/X_train.parquet").parts
    ('data', 'X_train.parquet')
    """
    text = os.fspath(path)
    if "\0" in text:
        raise ArgumentError(
            f"{text!r} holds a NUL, which no path can",
            where=argument,
            advice="Give the path without it.",
        )
    if not text.startswith("~"):
        return Path(text)  # also where it is ./~, which is no home
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        name = Path(text).parts[0]
        raise ArgumentError(
            f"there is no folder for {name!r} in {text!r}",
            where=argument,
            advice=f"Write the path in full, or ./{name} where the folder is called so.",
        ) from error
