"""What a stream is: a finite ordered sequence of values with gaps, and the parts of it that are replayed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from midplot.errors import StreamError
from midplot.streams._stored import FloatArray, HoldsValues, StoredSlice, StoredValues, TimesField, ValuesField

__all__ = ["FloatArray", "Part", "Stream", "StreamIds", "cut_into_parts"]


StreamIds = int | str | Iterable[int | str]
"""Streams by position or name: one, or several."""


@dataclass(frozen=True, eq=False, repr=False)
class Stream(HoldsValues):
    """A finite ordered sequence of prices.

    Iterating gives messages, ``{"x": value}``, one per recorded value, NaN included; a replay cuts a stream into parts
    at its NaNs.

    Parameters
    ----------
    values
        The prices, shape ``(n,)``. NaN marks a gap. Copied if they are not float64 yet, and read-only.
        If `load_streams` left the stream in its file, they are read from there each time.
    stream_id
        The position of the stream among those it was loaded with.
    name
        The stream's own name, if it has one.
    offset
        The original index of ``values[0]``, which is not 0 if the values are an excerpt.
    warmup
        Number of values at the start that are warm-up: fed to the attacker, never scored or matched.
    times
        The time of each value, datetime64 of shape ``(n,)``, if its source had any: NaT where one is unknown, in UTC if
        the source had a time zone. If the stream was left in its file, they are read like the values.
    place
        Where `load_streams` found it, for people; None if it was given in memory.

    Raises
    ------
    StreamError
        If the values are empty, not one-dimensional, or neither finite numbers nor NaN.

    Examples
    --------
    >>> stream = Stream([1.0, 2.0, float("nan"), 4.0], name="eurusd")
    >>> stream
    Stream(stream_id=0, name='eurusd', 4 points, 1 gap)
    >>> next(iter(stream))
    {'x': 1.0}
    """

    values: ValuesField = ValuesField()  # noqa: RUF009 -- a descriptor, one for the class
    stream_id: int = 0
    name: str | None = None
    offset: int = 0
    warmup: int = 0
    times: TimesField = TimesField()  # noqa: RUF009 -- like that of the values
    place: str | None = None

    def __post_init__(self) -> None:
        # vars(self) throughout: the attribute itself would read the values and times that stay in a file.
        if self.stored is None:
            object.__setattr__(self, "values", checked_values(self.values, self.label))
        times = vars(self)["times"]
        if times is not None and len(times) != len(self):
            raise StreamError(
                f"there are {len(times)} times for {len(self)} values",
                where=self.label,
                advice="Give one time for each value.",
            )
        if not 0 <= self.warmup <= len(self):
            raise StreamError(
                f"a warm-up of {self.warmup} does not fit in {len(self)} values",
                where=self.label,
                advice="Give a number of values between 0 and the length of the stream.",
            )

    @property
    def stored(self) -> StoredValues | None:
        """The place that the values are read from; None if they are held in memory."""
        given = vars(self)["values"]
        return given if isinstance(given, StoredValues) else None

    def renamed(self, stream_id: int, name: str | None = None) -> Stream:
        """Return the stream with another id and, unless None, another name; nothing is read."""
        own_name = self.name if name is None else name
        return Stream(
            vars(self)["values"], stream_id, own_name, self.offset, self.warmup, vars(self)["times"], self.place
        )

    def found_in(self, place: str) -> Stream:
        """Return the stream with the place that it was found in; nothing is read."""
        own = vars(self)
        return Stream(own["values"], self.stream_id, self.name, self.offset, self.warmup, own["times"], place)

    @property
    def label(self) -> str:
        """The name of the stream in messages: ``stream 3`` or ``stream 3 'eurusd'``."""
        return f"stream {self.stream_id}" + (f" {self.name!r}" if self.name is not None else "")

    def parts(self) -> list[Stream]:
        """Cut the stream at its NaNs.

        Returns
        -------
        list of Stream
            What lies between the gaps, in order, each with the original index of its first value as ``offset``.
        """
        return [
            Stream(part.values, self.stream_id, self.name, part.first_index, part.warmup, vars(part)["times"])
            for part in cut_into_parts(self)
        ]

    def __len__(self) -> int:
        return len(vars(self)["values"])

    def __iter__(self) -> Iterator[dict[str, float]]:
        return ({"x": x} for x in self.values.tolist())

    def __repr__(self) -> str:
        described = [f"stream_id={self.stream_id}"]
        if self.name is not None:
            described.append(f"name={self.name!r}")
        described.append(f"{len(self)} point{'s' * (len(self) != 1)}")
        if self.stored is not None:  # to count its gaps would mean reading the file
            described.append(f"in {self.stored.place}")
        elif gaps := max(0, len(gap_bounds(self.values)) - 1):
            described.append(f"{gaps} gap{'s' * (gaps != 1)}")
        return f"Stream({', '.join(described)})"


@dataclass(frozen=True, eq=False, repr=False)
class Part(HoldsValues):
    """A stretch of a stream without a gap, as it is fed to one fresh attacker.

    Attributes
    ----------
    stream_id, name
        Id and name of the stream it was cut from.
    part
        The number of the part within the whole stream, from 0.
    first_index
        The original index of ``values[0]``.
    warmup
        Number of values at the start that precede the scored ones.
    values
        The values to feed, shape ``(n,)``, without NaN. If the stream was left in its file, they are read each time.
    times
        The time of each value, shape ``(n,)``, if the stream has times. Read like the values.
    """

    stream_id: int
    name: str | None
    part: int
    first_index: int
    warmup: int
    values: ValuesField = ValuesField()  # noqa: RUF009 -- a descriptor, one for the class
    times: TimesField = TimesField()  # noqa: RUF009 -- like that of the values

    def __len__(self) -> int:
        return len(vars(self)["values"])

    @property
    def has_times(self) -> bool:
        """Whether the part has times; they are not read."""
        return vars(self)["times"] is not None

    def without_times(self) -> Part:
        """Return the part without its times, which a worker does not need; nothing is read."""
        # Not replace(), which would read the values to pass them on.
        bare = object.__new__(Part)
        vars(bare).update(vars(self), times=None)
        return bare

    @property
    def is_stored(self) -> bool:
        """Whether the values stay in a file and are read each time."""
        return isinstance(vars(self)["values"], StoredValues)

    @property
    def label(self) -> str:
        """The name of the part in messages: ``stream 3 'eurusd'``, with the number of the part unless it is the first."""
        text = f"stream {self.stream_id}" + (f" {self.name!r}" if self.name is not None else "")
        return text + (f", part {self.part}" if self.part else "")

    def index_of(self, tick: int) -> int:
        """Return the original index of the value that is fed at a tick."""
        return self.first_index + tick


def checked_values(values: Any, label: str) -> FloatArray:
    """Return values as a read-only float64 array.

    Raises
    ------
    StreamError
        If they are empty, not one-dimensional, or neither finite numbers nor NaN.
    """
    try:
        _refuse_text_and_dates(values, label)
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        if isinstance(error, StreamError):
            raise
        raise StreamError(
            f"the values are not numbers ({error})",
            where=label,
            advice="Give a run of numbers.",
        ) from error
    if array.ndim != 1:
        raise StreamError(
            f"the values have shape {array.shape}",
            where=label,
            advice="Give a one-dimensional run of numbers.",
        )
    if not len(array) or np.isnan(array).all():
        raise StreamError(
            "the stream is empty",
            where=label,
            advice="Give at least one number that is not NaN.",
        )
    infinite = np.flatnonzero(np.isinf(array))
    if len(infinite):
        tick = int(infinite[0])
        raise StreamError(
            f"the value is {array[tick]}",
            where=f"{label}, tick {tick}",
            advice="Replace infinite values, by NaN where there is a gap.",
        )
    return read_only(array)


def _refuse_text_and_dates(values: Any, label: str) -> None:
    """Refuse what numpy would convert to numbers without complaint: '1.5', a date, a complex number."""
    array = np.asarray(values)
    if array.ndim != 1 or array.dtype.kind in "fiub":
        return
    cells = np.asarray(values, dtype=object)
    dates = array.dtype.kind in "mM"
    bad = next((i for i, cell in enumerate(cells) if dates or isinstance(cell, str | bytes | complex)), None)
    if bad is not None:
        value = array[bad] if dates else cells[bad]
        raise StreamError(
            f"expected a number, got {value!r}",
            where=f"{label}, tick {bad}",
            advice="Give a run of numbers.",
        )


def read_only(array: FloatArray) -> FloatArray:
    """Return a view of an array through which nothing can be written."""
    view = array.view()
    view.flags.writeable = False
    return view


def gap_bounds(values: FloatArray) -> list[tuple[int, int]]:
    """Return the half-open bounds of the stretches between NaNs, in order; empty ones are left out."""
    nans = np.flatnonzero(np.isnan(values)).tolist()
    starts = [0, *(i + 1 for i in nans)]
    stops = [*nans, len(values)]
    return [(start, stop) for start, stop in zip(starts, stops, strict=True) if start < stop]


def cut_into_parts(stream: Stream, start_index: int = 0, stop_index: int | None = None, warmup: int = 0) -> list[Part]:
    """Cut a slice of a stream at its gaps.

    The competition's runner cuts a recorded stream at its NaNs and starts ``infer`` afresh for each part.

    Parameters
    ----------
    stream
        The stream to cut.
    start_index, stop_index
        Half-open slice of original indices to score.
    warmup
        Number of values before ``start_index`` that the attacker is fed first.

    Returns
    -------
    list of Part
        In order. A part that would be all warm-up is left out. Parts keep their numbers within the whole stream,
        whatever the slice.
    """
    # Read once: of a stream that stays in its file, each look at the values may read it again.
    values, stored = stream.values, stream.stored
    length = len(values)
    scored_from = max(start_index - stream.offset, stream.warmup)
    fed_from = max(0, scored_from - max(warmup, stream.warmup))
    fed_to = length if stop_index is None else min(length, max(0, stop_index - stream.offset))
    parts = []
    for number, (start, stop) in enumerate(gap_bounds(values)):
        first, last = max(start, fed_from), min(stop, fed_to)
        if max(first, scored_from) < last:
            parts.append(
                Part(
                    stream_id=stream.stream_id,
                    name=stream.name,
                    part=number,
                    first_index=stream.offset + first,
                    warmup=max(0, scored_from - first),
                    values=values[first:last] if stored is None else StoredSlice(stored, first, last),
                    times=_sliced(vars(stream)["times"], first, last),
                )
            )
    return parts


def _sliced(times: Any, first: int, last: int) -> Any:
    """Return a slice of a stream's times, without reading those that stay in a file."""
    if times is None:
        return None
    return StoredSlice(times, first, last) if isinstance(times, StoredValues) else times[first:last]
