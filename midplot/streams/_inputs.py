"""From anything that a user may pass as streams to a list of sources, each read once and only as far as needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, Mapping, Set
from dataclasses import dataclass
from itertools import chain
from numbers import Integral, Number
from os import PathLike
from typing import Any

import numpy as np

from midplot._text import normal_form, same_name
from midplot.errors import ArgumentError, ArgumentTypeError, StreamError, did_you_mean
from midplot.streams._clock import clock_of
from midplot.streams._containers import Table, contained, groups_of, is_frame, is_series
from midplot.streams._frames import frame_streams, names_streams, one_stream, table_layout
from midplot.streams._stream import Stream, StreamIds
from midplot.streams._values import is_message, read_values

__all__ = ["Source", "as_sources", "selected"]


@dataclass(frozen=True, slots=True)
class Source:
    """A stream that has not been read yet.

    Attributes
    ----------
    stream_id
        The position of the stream in the user's input.
    name
        The stream's own name, if it has one.
    read
        Returns the stream; takes no more than the first ``stop_index`` values from a one-shot iterable.
    """

    stream_id: int
    name: str | None
    read: Callable[[int | None], Stream]


def as_sources(streams: Any) -> list[Source]:
    """List the streams of an input without reading them.

    Parameters
    ----------
    streams
        One of the two lists that `load_streams` returns; a list of iterables of messages or numbers; a 1-D or 2-D
        array (rows are streams), or something that converts to one; a range or generator; a series, or a wide or long
        frame, of any library; ``frame.groupby(...)``; a mapping of names to series or frames; a `Stream` or a list of
        them. A single stream counts as a list of one.

    Returns
    -------
    list of Source
        In the order of the input.

    Raises
    ------
    StreamError
        If the input holds no streams.

    Examples
    --------
    >>> [source.read(None) for source in as_sources({"up": [1, 2, 3], "down": range(3, 0, -1)})]
    [Stream(stream_id=0, name='up', 3 points), Stream(stream_id=1, name='down', 3 points)]
    """
    if isinstance(streams, Stream):
        return [_of_stream(0, streams)]
    groups = groups_of(streams)
    if groups is not None:
        return _of_mapping(groups)
    held = contained(streams)
    if isinstance(held, Table):
        if held.series is None or names_streams(held):
            return [_of_stream(stream.stream_id, stream) for stream in frame_streams(held)]
        return [_source(0, held, _name_of(streams))]
    if held is not None:
        return _of_array(held, _name_of(streams))
    if isinstance(streams, Mapping):
        return _of_mapping(streams)
    _check_iterable(streams)
    if isinstance(streams, range):
        return [_source(0, streams)]
    return _of_iterable(streams)


def selected(sources: list[Source], only_stream_ids: StreamIds | None) -> list[Source]:
    """Keep the sources that the user asked for, in their original order.

    Parameters
    ----------
    sources
        All sources.
    only_stream_ids
        An id, a name, or several of either; None keeps all.

    Raises
    ------
    ArgumentError
        If a stream does not exist, or the list is empty.
    ArgumentTypeError
        If an item is neither an int nor a name.
    """
    if only_stream_ids is None:
        return sources
    # A single value of a wrong type becomes a list too, so that one place reports it.
    single = isinstance(only_stream_ids, str | Integral) or not isinstance(only_stream_ids, Iterable)
    wanted: list[Any] = [only_stream_ids] if single else list(only_stream_ids)  # type: ignore[arg-type]
    if not wanted:
        raise ArgumentError(
            "it is empty, so nothing would be replayed",
            where="only_stream_ids",
            advice="Name a stream, or leave it out.",
        )
    kept = {source.stream_id for each in wanted for source in _matching(sources, each)}
    return [source for source in sources if source.stream_id in kept]


def _matching(sources: list[Source], wanted: Any) -> list[Source]:
    if isinstance(wanted, bool) or not isinstance(wanted, str | Integral):
        raise ArgumentTypeError(
            f"expected an int or a name, got {wanted!r} ({type(wanted).__name__})",
            where="only_stream_ids",
            advice="Give the position of a stream or its name.",
        )
    by_name = isinstance(wanted, str)
    found = [s for s in sources if same_name(s.name if by_name else s.stream_id, wanted)]
    if found:
        return found
    names = list(dict.fromkeys(s.name for s in sources if s.name is not None))
    existing = f"There are ids 0 to {len(sources) - 1}" + (f", named {_listed(names)}." if names else ".")
    hint = did_you_mean(str(wanted), names) if by_name else ""
    raise ArgumentError(
        f"there is no stream {wanted!r}",
        where="only_stream_ids",
        advice=f"{hint} {existing}",
    )


def _listed(names: list[str], most: int = 20) -> str:
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


def _of_stream(stream_id: int, stream: Stream) -> Source:
    numbered = stream.renamed(stream_id)
    return Source(stream_id, stream.name, lambda _: numbered)


def _source(stream_id: int, values: Any, name: str | None = None) -> Source:
    """Return the source of one stream, given as a sequence of messages or numbers."""
    if isinstance(values, Stream):
        return _of_stream(stream_id, values.renamed(stream_id, name))
    held = contained(values)
    clock = None
    if isinstance(held, Table):
        if held.series is None or names_streams(held):
            return _of_stream(stream_id, one_stream(held, stream_id, name))
        clock = clock_of(held, table_layout(held)) if len(held) else None
        held = held.cells(held.series)
    own_name = name if name is not None or held is None else _name_of(values)
    run = values if held is None else held
    label = f"stream {stream_id}" + (f" {own_name!r}" if own_name is not None else "")
    _check_not_nested(run, label)

    def read(stop_index: int | None) -> Stream:
        numbers = read_values(run, label, stop_index)
        if stop_index is not None and np.isnan(numbers).all() and not isinstance(run, Iterator):
            # Only the slice is empty, not the stream: with all its values it passes the check that it is not empty.
            numbers = read_values(run, label)
        times = None if clock is None else clock.of(slice(len(numbers)), label)
        return Stream(numbers, stream_id, own_name, times=times)

    return Source(stream_id, own_name, read)


def _check_not_nested(run: Any, label: str) -> None:
    """Raise if an item is itself a list of streams, as in the pair that `load_streams` returns."""
    if isinstance(run, list | tuple) and run and _is_run(run[0]):
        raise StreamError(
            "it is a list of streams itself",
            where=label,
            advice="Of a pair such as load_streams() returns, give one of the two: x_train or x_test.",
        )


def _of_array(array: np.ndarray[Any, Any], name: str | None) -> list[Source]:
    if array.ndim not in (1, 2) or not array.size:
        raise StreamError(
            f"the array has shape {array.shape}",
            where="streams",
            advice="Give one dimension for one stream, or two with one row per stream; neither may be empty.",
        )
    if array.ndim == 2:
        return [_source(i, row) for i, row in enumerate(array)]
    # An array of objects may hold a whole stream in each cell.
    return _of_iterable(array) if array.dtype == object and _is_run(array[0]) else [_source(0, array, name)]


def _of_mapping(mapping: Mapping[Any, Any]) -> list[Source]:
    if not mapping:
        raise StreamError(
            "the mapping is empty",
            where="streams",
            advice="Give at least one name with its series.",
        )
    for name, series in mapping.items():
        if not _is_run(series):
            raise StreamError(
                f"expected a series under {name!r}, got {series!r}",
                where="streams",
                advice="Give a mapping of names to series, or a list of messages.",
            )
    counts = Counter(map(normal_form, mapping))
    twice = [name for name in mapping if counts[normal_form(name)] > 1]
    if twice:  # joined, a trade could span the end of one and the start of the next
        raise StreamError(
            f"several series are called {', '.join(map(repr, twice))}",
            where="streams",
            advice="Give each a name of its own.",
        )
    return [_source(i, series, str(name)) for i, (name, series) in enumerate(mapping.items())]


def _of_iterable(streams: Iterable[Any]) -> list[Source]:
    """Tell one stream from several by the first item; of a single stream nothing more is read."""
    empty = object()
    items = iter(streams)
    first = next(items, empty)
    if first is empty:
        raise StreamError(
            "the list of streams is empty",
            where="streams",
            advice="Give at least one stream.",
        )
    whole = chain([first], items)
    if not _is_run(first):
        # An iterator has lost its first item by now; anything else can be iterated again.
        return [_source(0, whole if items is streams else streams)]
    sources = []
    for stream_id, values in enumerate(whole):
        if not _is_run(values):
            raise StreamError(
                f"expected a stream, like the first item, got {values!r} ({type(values).__name__})",
                where=f"stream {stream_id}",
                advice="Give a list of streams or the values of one, not both.",
            )
        sources.append(_source(stream_id, values))
    return sources


def _is_run(item: Any) -> bool:
    """Tell whether an item is a sequence of values, and not a single value or message."""
    if isinstance(item, Stream | np.ndarray):
        return isinstance(item, Stream) or item.ndim > 0
    # A tensor of no dimensions is a single number, although it may look like an iterable.
    if isinstance(item, str | bytes | Mapping | Number | np.generic) or getattr(item, "shape", None) == ():
        return False
    if is_frame(item):
        return True
    return not is_message(item) and (isinstance(item, Iterable) or is_series(item))


def _check_iterable(streams: Any) -> None:
    if isinstance(streams, str | bytes | bytearray | PathLike):
        shown = f"path {str(streams)!r}" if isinstance(streams, PathLike) else f"text {streams!r}"
        raise StreamError(
            f"got the {shown}",
            where="streams",
            advice="Read the file with load_streams(path), and give its streams.",
        )
    if isinstance(streams, KeysView | ItemsView):
        raise StreamError(
            f"got the {type(streams).__name__} of a mapping",
            where="streams",
            advice="Give the mapping itself.",
        )
    if isinstance(streams, Set):
        raise StreamError(
            "a set has no order",
            where="streams",
            advice="Give a list.",
        )
    if not isinstance(streams, Iterable):
        raise StreamError(
            f"got {streams!r} ({type(streams).__name__}), which holds no values",
            where="streams",
            advice="Give a list of streams, an array, a frame or an iterable of numbers.",
        )


def _name_of(series: Any) -> str | None:
    name = getattr(series, "name", None)
    return None if name is None or name == "" else str(name)  # polars calls a series without a name ""
