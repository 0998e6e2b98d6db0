"""A file as it was when its streams were listed: values that are read later come from the same file, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from midplot.errors import StreamError

__all__ = ["FileStamp"]


@dataclass(frozen=True, slots=True)
class FileStamp:
    """A file and what it was when it was looked at.

    Attributes
    ----------
    path
        Absolute, so that a worker in another folder finds it.
    size
        In bytes.
    modified_ns
        When it was written last.
    """

    path: Path
    size: int
    modified_ns: int

    @classmethod
    def of(cls, path: Path) -> FileStamp:
        """Look at a file."""
        status = path.stat()
        return cls(path.absolute(), status.st_size, status.st_mtime_ns)

    def check(self) -> None:
        """Raise where the file is gone, or is not what it was.

        Raises
        ------
        StreamError
            Saying which, and what to do.
        """
        try:
            now = FileStamp.of(self.path)
        except OSError as error:
            raise StreamError(
                f"the file cannot be read any more ({error.strerror})",
                where=self.path,
                advice="Its streams are read when they are replayed: put it back, or on a disk that all workers share, "
                "and load them again.",
            ) from error
        if now != self:
            raise StreamError(
                "the file has changed since its streams were loaded",
                where=self.path,
                advice="Load them again, by load_streams.",
            )
