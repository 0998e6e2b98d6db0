"""The state of a file when its streams were listed: values read later come from the same file, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from midplot.errors import StreamError

__all__ = ["FileStamp"]


@dataclass(frozen=True, slots=True)
class FileStamp:
    """A file and its state at one moment.

    Attributes
    ----------
    path
        Absolute path, so that a worker in another folder finds the file.
    size
        Size in bytes.
    modified_ns
        Time of the last change, in nanoseconds since 1970.
    """

    path: Path
    size: int
    modified_ns: int

    @classmethod
    def of(cls, path: Path) -> FileStamp:
        """Return the present state of a file."""
        status = path.stat()
        return cls(path.absolute(), status.st_size, status.st_mtime_ns)

    def check(self) -> None:
        """Check that the file has not changed.

        Raises
        ------
        StreamError
            If the file is gone or has changed.
        """
        try:
            now = FileStamp.of(self.path)
        except OSError as error:
            raise StreamError(
                f"the file can no longer be read ({error.strerror})",
                where=self.path,
                advice="Its streams are read when they are replayed: put it back, or on a disk that all workers share, "
                "and load them again.",
            ) from error
        if now != self:
            raise StreamError(
                "the file has changed since its streams were loaded",
                where=self.path,
                advice="Load them again with load_streams.",
            )
