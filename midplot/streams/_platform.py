"""What the platform's runner reads and passes: messages, streams of them, and the times of the test set's rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from midplot.errors import StreamError
from midplot.streams._stream import Stream, cut_into_parts

__all__ = ["Messages", "PlatformStream", "StreamMessage", "load_times", "parts_of"]


class StreamMessage:
    """A message as the platform passes it: read-only, with ``["x"]`` and ``.x``, without a length.

    Examples
    --------
    >>> message = StreamMessage(1.5)
    >>> message["x"], message.x, message.get("y", 0)
    (1.5, 1.5, 0)
    """

    __slots__ = ("x",)
    x: float

    def __init__(self, x: float) -> None:
        object.__setattr__(self, "x", x)

    def __getitem__(self, key: str) -> float:
        if key != "x":
            raise KeyError(key)
        return self.x

    def __setitem__(self, key: str, value: Any) -> None:
        raise AttributeError(f"message: cannot set {key!r} to {value!r}. Messages are read-only: copy the value.")

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"message: cannot set {name!r} to {value!r}. Messages are read-only: copy the value.")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"message: cannot delete {name!r}. Messages are read-only.")

    def __reduce__(self) -> tuple[type[StreamMessage], tuple[float]]:
        return StreamMessage, (self.x,)  # the default way sets attributes on the copy, which is read-only too

    def __iter__(self) -> Iterator[str]:
        return iter(("x",))

    def __repr__(self) -> str:
        return f"{{'x': {self.x!r}}}"

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value under a key, or a default."""
        return self.x if key == "x" else default

    def keys(self) -> tuple[str]:
        """Return the keys: ``("x",)``."""
        return ("x",)

    def values(self) -> tuple[float]:
        """Return the values."""
        return (self.x,)

    def items(self) -> tuple[tuple[str, float]]:
        """Return keys and values."""
        return (("x", self.x),)


class PlatformStream(Stream):
    """A stream that gives the platform's messages when it is iterated."""

    def __iter__(self) -> Iterator[StreamMessage]:  # type: ignore[override]
        return map(StreamMessage, self.values.tolist())


class Messages:
    """A training stream as the platform passes it: it has a length and can be iterated any number of times."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[StreamMessage]:
        return map(StreamMessage, self._stream.values.tolist())

    def __len__(self) -> int:
        return len(self._stream)

    def __repr__(self) -> str:
        return f"iterable[{len(self)}]"


def parts_of(streams: list[Stream]) -> list[Stream]:
    """Return the parts of streams as streams of their own, with new ids and indices from 0."""
    parts = [(stream.name, part) for stream in streams for part in cut_into_parts(stream)]
    return [
        PlatformStream(part.values, stream_id, name, times=part.times) for stream_id, (name, part) in enumerate(parts)
    ]


def load_times(source: Path | None) -> dict[str | None, Any]:
    """Return the ``time`` column of the test set by stream, one entry per row, NaN rows included."""
    import pandas as pd

    from midplot.streams.files._readers import SAMPLE_FOLDER

    path = (source or SAMPLE_FOLDER) / "X_test.parquet"
    if not path.is_file():
        raise StreamError("there is no such file", where=path, advice="Put the competition's test set there.")
    frame = pd.read_parquet(path)
    frame = frame.reset_index([name for name in frame.index.names if name in ("time", "stream")])
    for column in ("time", "stream"):
        if column not in frame.columns:
            raise StreamError(
                f"there is no column {column!r}",
                where=path,
                advice="Give the competition's columns: time, stream, value.",
            )
    return {str(name): group["time"].to_numpy() for name, group in frame.groupby("stream")}
