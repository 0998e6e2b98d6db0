"""From everything that a user may call streams to a list of sources, each read once and only as far as needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from itertools import chain, islice
from numbers import Integral, Number
from typing import Any

import numpy as np

from midplot.errors import ArgumentError, ArgumentTypeError, StreamError, did_you_mean
from midplot.streams._frames import frame_streams, is_frame, is_series
from midplot.streams._stream import FloatArray, Stream

__all__ = ["Source", "as_sources", "selected"]

StreamIds = int | str | Iterable[int | str]


@dataclass(frozen=True, slots=True)
class Source:
    """A stream that is not read yet.

    Attributes
    ----------
    stream_id
        Its position among all that were given.
    name
        Its own name, where it has one.
    read
        Gives the stream; of a one-shot iterable no more than the first ``stop_index`` values are taken.
    """

    stream_id: int
    name: str | None
    read: Callable[[int | None], Stream]


def as_sources(streams: Any) -> list[Source]:
    """Find out which streams an input holds, without reading them.

    Parameters
    ----------
    streams
        What `load_streams` returns; a list of iterables of messages or numbers; a 1-D or 2-D array (rows are
        streams); a range or generator; a pandas Series; a wide or long frame; a mapping of names to series; a
        `Stream` or a list of them. One stream alone is a list of one.

    Returns
    -------
    list of Source

    Raises
    ------
    StreamError
        If it holds no streams.

    Examples
    --------
    >>> [source.read(None) for source in as_sources({"up": [1, 2, 3], "down": range(3, 0, -1)})]
    [Stream(stream_id=0, name='up', 3 points), Stream(stream_id=1, name='down', 3 points)]
    """
    if isinstance(streams, Stream):
        return [_of_stream(0, streams)]
    if isinstance(streams, np.ndarray):
        return _of_array(streams)
    if is_series(streams):
        return [_source(0, streams, _name_of(streams))]
    if is_frame(streams):
        return [_of_stream(stream.stream_id, stream) for stream in frame_streams(streams)]
    if isinstance(streams, Mapping):
        return _of_mapping(streams)
    _check_iterable(streams)
    if isinstance(streams, range):
        return [_source(0, streams)]
    return _of_iterable(streams)


def selected(sources: list[Source], only_stream_ids: StreamIds | None) -> list[Source]:
    """Keep the sources that were asked for, in their own order.

    Parameters
    ----------
    sources
        All there are.
    only_stream_ids
        An id, a name, or several of either; None keeps all.

    Raises
    ------
    ArgumentError
        If one does not exist, or none is asked for.
    ArgumentTypeError
        If one is neither an int nor a name.
    """
    if only_stream_ids is None:
        return sources
    single = isinstance(only_stream_ids, str | Integral) or not isinstance(only_stream_ids, Iterable)
    wanted: list[Any] = [only_stream_ids] if single else list(only_stream_ids)  # type: ignore[arg-type]
    if not wanted:
        raise ArgumentError(
            "only_stream_ids: it is empty, so nothing would be replayed. Name a stream, or leave it out."
        )
    kept = {source.stream_id for each in wanted for source in _matching(sources, each)}
    return [source for source in sources if source.stream_id in kept]


def _matching(sources: list[Source], wanted: Any) -> list[Source]:
    if isinstance(wanted, bool) or not isinstance(wanted, str | Integral):
        raise ArgumentTypeError(
            f"only_stream_ids: expected an int or a name, got {wanted!r} ({type(wanted).__name__}). "
            "Give the position of a stream or its name."
        )
    by_name = isinstance(wanted, str)
    found = [s for s in sources if (s.name if by_name else s.stream_id) == wanted]
    if found:
        return found
    names = list(dict.fromkeys(s.name for s in sources if s.name is not None))
    existing = f"There are ids 0 to {len(sources) - 1}" + (f", named {_listed(names)}." if names else ".")
    hint = did_you_mean(str(wanted), names) if by_name else ""
    raise ArgumentError(f"only_stream_ids: there is no stream {wanted!r}.{hint} {existing}")


def _listed(names: list[str], most: int = 20) -> str:
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


def _of_stream(stream_id: int, stream: Stream) -> Source:
    numbered = stream.renamed(stream_id)
    return Source(stream_id, stream.name, lambda _: numbered)


def _source(stream_id: int, values: Any, name: str | None = None) -> Source:
    """Return the source of one stream given as a run of messages or numbers."""
    if isinstance(values, Stream):
        return _of_stream(stream_id, values.renamed(stream_id, name))
    own_name = name if name is not None else _name_of(values) if is_series(values) else None
    label = f"stream {stream_id}" + (f" {own_name!r}" if own_name is not None else "")

    def read(stop_index: int | None) -> Stream:
        numbers = read_values(values, label, stop_index)
        if stop_index is not None and np.isnan(numbers).all() and not isinstance(values, Iterator):
            numbers = read_values(values, label)  # a slice that lies in a gap is no fault of the stream
        return Stream(numbers, stream_id, own_name)

    return Source(stream_id, own_name, read)


def _of_array(array: np.ndarray[Any, Any]) -> list[Source]:
    if array.ndim not in (1, 2) or not array.size:
        raise StreamError(
            f"streams: the array has shape {array.shape}. "
            "Give one dimension for one stream, or two, not empty, with a row for each stream."
        )
    if array.ndim == 1 and array.dtype == object:
        return _of_iterable(array)
    return [_source(i, row) for i, row in enumerate(np.atleast_2d(array))]


def _of_mapping(mapping: Mapping[Any, Any]) -> list[Source]:
    if not mapping:
        raise StreamError("streams: the mapping is empty. Give at least one name with its series.")
    for name, series in mapping.items():
        if not _is_run(series):
            raise StreamError(
                f"streams: expected a series under {name!r}, got {series!r}. "
                "Give a mapping of names to series, or a list of messages."
            )
    return [_source(i, series, str(name)) for i, (name, series) in enumerate(mapping.items())]


def _of_iterable(streams: Iterable[Any]) -> list[Source]:
    """Tell one stream from several by the first item; nothing more is read of one stream."""
    empty = object()
    items = iter(streams)
    first = next(items, empty)
    if first is empty:
        raise StreamError("streams: the list of streams is empty. Give at least one stream.")
    whole = chain([first], items)
    if _is_run(first):
        return [_source(i, _checked_run(i, each)) for i, each in enumerate(whole)]
    return [_source(0, whole if items is streams else streams)]


def _checked_run(stream_id: int, values: Any) -> Any:
    if not _is_run(values):
        raise StreamError(
            f"stream {stream_id}: expected a stream, like the first item, got {values!r} ({type(values).__name__}). "
            "Give a list of streams or the values of one, not both."
        )
    return values


def _is_run(item: Any) -> bool:
    """Tell a run of values from a single value or message."""
    if isinstance(item, Stream | np.ndarray):
        return isinstance(item, Stream) or item.ndim > 0
    if isinstance(item, str | bytes | Mapping | Number) or _is_message(item):
        return False
    return isinstance(item, Iterable)


def _is_message(item: Any) -> bool:
    """Tell a message object, such as the crunch CLI's, which has ``["x"]`` and ``.x`` and can be iterated."""
    return isinstance(item, Mapping) or (hasattr(item, "x") and hasattr(item, "__getitem__"))


def _check_iterable(streams: Any) -> None:
    if isinstance(streams, str | bytes):
        raise StreamError(
            f"streams: got the text {streams!r}. Read a file by load_streams(path), and give its streams."
        )
    if isinstance(streams, Set):
        raise StreamError("streams: a set has no order. Give a list.")
    if not isinstance(streams, Iterable):
        raise StreamError(
            f"streams: got {streams!r} ({type(streams).__name__}), which holds no values. "
            "Give a list of streams, an array, a frame or an iterable of numbers."
        )


def _name_of(series: Any) -> str | None:
    name = getattr(series, "name", None)
    return None if name is None else str(name)


def read_values(values: Any, label: str, stop_index: int | None = None) -> FloatArray:
    """Read a run of messages or numbers into float64.

    Parameters
    ----------
    values
        An array, a pandas Series, or an iterable of numbers or messages. Read once.
    label
        How messages call the stream.
    stop_index
        Read no further than this index.

    Raises
    ------
    StreamError
        Naming stream and tick, if a value is not a number.
    """
    if is_series(values):
        values = _series_array(values)
    if isinstance(values, np.ndarray):
        values = values[:stop_index]
        if values.dtype.kind in "fiu" and values.ndim == 1:
            numbers: FloatArray = values.astype(np.float64)
            return numbers
        _check_row(values, label)
    if isinstance(values, str | bytes | Set) or not isinstance(values, Iterable):
        raise StreamError(
            f"{label}: got {values!r} ({type(values).__name__}). Give an ordered run of numbers or messages."
        )
    return _from_items(list(islice(values, stop_index)), label)


def _series_array(series: Any) -> Any:
    """Return a series' values; what is missing becomes NaN, as it does in a frame."""
    if not hasattr(series, "array"):
        return series.to_numpy()
    kind = getattr(series.dtype, "kind", "O")
    if kind in "fiu":
        return series.to_numpy(dtype=np.float64, na_value=np.nan)
    return series.to_numpy(dtype=object, na_value=np.nan) if kind in "Ob" else series.to_numpy()


def _check_row(values: np.ndarray[Any, Any], label: str) -> None:
    if values.ndim != 1:
        raise StreamError(f"{label}: the values have shape {values.shape}. Give a one-dimensional run of numbers.")


def _from_items(items: list[Any], label: str) -> FloatArray:
    if set(map(type, items)) <= {float, int}:
        try:
            return np.array(items, dtype=np.float64)
        except OverflowError:
            pass  # an int beyond the floats: the slow path names its tick
    return np.array([_value(item, label, tick) for tick, item in enumerate(items)], dtype=np.float64)


def _value(item: Any, label: str, tick: int) -> float:
    """Return the value of a number or a message."""
    where = f"{label}, tick {tick}"
    number = _x_of(item, where) if _is_message(item) else item
    if not _is_real(number):
        raise StreamError(
            f"{where}: expected a number, got {number!r} ({type(number).__name__}). Give a number, or NaN where there is a gap."
        )
    try:
        return float(number)
    except (TypeError, ValueError) as error:
        raise StreamError(f"{where}: {number!r} is not a number ({error}). Give a number, or NaN for a gap.") from error
    except OverflowError as error:
        raise StreamError(f"{where}: {number!r} is too large for a float. Scale the values.") from error


def _is_real(item: Any) -> bool:
    if isinstance(item, np.ndarray | np.generic):
        return item.ndim == 0 and item.dtype.kind in "fiub"
    return not isinstance(item, str | bytes | bytearray | complex) and hasattr(item, "__float__")


def _x_of(message: Any, where: str) -> Any:
    try:
        return message["x"]
    except (KeyError, AttributeError, IndexError, TypeError):
        keys = list(message) if isinstance(message, Iterable) else []
        hint = f" Rename the key {str(keys[0])!r} to 'x'." if len(keys) == 1 else " Put the value under the key 'x'."
        raise StreamError(f"{where}: expected a number under 'x', got keys {keys}.{hint}") from None
