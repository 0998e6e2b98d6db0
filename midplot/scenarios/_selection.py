"""A selection: a window of one stream, with the prices before and after it."""

from __future__ import annotations

import hashlib
from typing import Annotated, Self

import numpy as np
from pydantic import BeforeValidator, Field, model_validator

from midplot._arguments import whole_number
from midplot.errors import ScenarioError
from midplot.scenarios._record import LARGEST_INDEX, Index, Price, Record, plain
from midplot.streams._stream import FloatArray, Part, Stream

__all__ = ["UNKNOWN_STREAM", "WARMUP", "Selection", "fingerprint", "resolution_of"]

# They are text in every scenario's file: a thousand take some ten kilobytes, and serve windows of hundreds of ticks.
WARMUP = 1000
"""The greatest number of values before the window that are kept, to warm an attacker up."""

UNKNOWN_STREAM = -1
"""The id used when a file of the first version does not say which stream it was picked in."""


def fingerprint(values: FloatArray) -> str:
    """Return a short digest of a run of values, by which changed data are recognised.

    Parameters
    ----------
    values
        The prices, shape ``(n,)``; NaN marks a gap.

    Returns
    -------
    str
        ``sha256:`` and the first 16 hex digits of the digest of the values as little-endian float64.

    Examples
    --------
    >>> fingerprint(np.array([1.0, 2.0]))
    'sha256:dc91ce9a50ddc828'
    """
    # A NaN can have many bit patterns; with one for all of them, the same data always have the same digest.
    array = np.where(np.isnan(values), np.nan, values)
    return "sha256:" + hashlib.sha256(np.ascontiguousarray(array, dtype="<f8").tobytes()).hexdigest()[:16]


class Selection(Record):
    """A window picked in one stream; both its ends are included.

    Examples
    --------
    >>> stream = Stream([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], name="eurusd")
    >>> selection = Selection.of(stream, 2, 3, horizon=1, epsilon=0.0025)
    >>> selection.before, selection.values, selection.after
    ((1.0, 2.0), (3.0, 4.0), (5.0,))
    """

    stream_id: Annotated[int, Field(strict=True, ge=UNKNOWN_STREAM), BeforeValidator(plain)]
    """The position of the stream among those of its replay; -1 if a file of the first version does not say."""

    stream_name: str | None = None
    """The stream's own name, if it has one."""

    part: Index = 0
    """The number of the part that contains the window; a part is what lies between two gaps."""

    first: Index
    """The original index of the window's first value."""

    last: Index
    """The original index of the window's last value, included."""

    horizon: Annotated[int, Field(strict=True, ge=1, le=LARGEST_INDEX), BeforeValidator(plain)]
    """Ticks from a decision to its resolution."""

    epsilon: Annotated[Price, Field(ge=0), BeforeValidator(plain)]
    """The cost of one resolved decision, in the units of the price."""

    fingerprint: str | None = None
    """A digest of the values that the window was picked from, by which it is seen if the data change."""

    values: Annotated[tuple[Price, ...], BeforeValidator(plain), Field(json_schema_extra={"minItems": 1})]
    """The window's prices, one for each index from `first` to `last`."""

    before: Annotated[tuple[Price, ...], Field(max_length=WARMUP), BeforeValidator(plain)] = ()
    """The prices just before the window. They are fed first, as warm-up, and decisions on them do not count."""

    after: Annotated[tuple[Price, ...], BeforeValidator(plain)] = ()
    """The prices just after the window, at most `horizon` and one more for a trading lag: drawn but never fed."""

    # ValueErrors, which pydantic collects and `Record` turns into a ScenarioError.
    @model_validator(mode="after")
    def _check_lengths(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"last {self.last} is before first {self.first}. Give the window's ends in order.")
        if len(self.values) != self.n_ticks:
            raise ValueError(
                f"{self.first}-{self.last} are {self.n_ticks} ticks, but there are {len(self.values)} values. "
                "Give one value per tick, both ends included."
            )
        if len(self.before) > self.first:
            raise ValueError(
                f"{len(self.before)} values cannot precede index {self.first}. Give no more than there are."
            )
        if len(self.after) > self.horizon + 1:
            raise ValueError(
                f"{len(self.after)} values follow the window, but the horizon is {self.horizon}. "
                f"Give {self.horizon} at most."
            )
        return self

    @classmethod
    def of(
        cls,
        source: Stream | Part,
        first: int,
        last: int,
        *,
        horizon: int,
        epsilon: float,
        warmup: int = WARMUP,
        digest: str | None = None,
    ) -> Self:
        """Pick a window of a stream or of one of its parts, with the values around it up to the nearest gaps.

        Parameters
        ----------
        source
            The stream or part to pick from. Its fingerprint is kept.
        first, last
            The original indices of the window's first and last tick, both included.
        horizon
            Ticks from a decision to its resolution; the same number of values after the window is kept.
        epsilon
            The cost of one resolved decision, in the units of the price.
        warmup
            The number of values before the window to keep, at most 1000.
        digest
            The fingerprint of the source, if it is known: computing it takes a while for large data.

        Raises
        ------
        ScenarioError
            If the window is not inside the source, or crosses a gap.
        ArgumentError, ArgumentTypeError
            If an index is not a whole number of at least 0.
        """
        first, last = whole_number("first", first, 0), whole_number("last", last, 0)
        low, high, part = _part_around(source, first, last)
        begin, end = first - _start(source), last - _start(source) + 1
        fed_from = max(low, begin - min(whole_number("warmup", warmup, 0), WARMUP))
        values = source.values
        return cls(
            stream_id=source.stream_id,
            stream_name=source.name,
            part=part,
            first=first,
            last=last,
            horizon=horizon,
            epsilon=epsilon,
            fingerprint=fingerprint(values) if digest is None else digest,
            values=_prices(values[begin:end]),
            before=_prices(values[fed_from:begin]),
            after=_prices(values[end : min(high, end + horizon)]),
        )

    @property
    def n_ticks(self) -> int:
        """The number of ticks in the window."""
        return self.last - self.first + 1

    @property
    def stream_title(self) -> str:
        """The name of the stream for people: its own name, or a phrase with its id."""
        if self.stream_name is not None:
            return self.stream_name
        return "unknown stream" if self.stream_id == UNKNOWN_STREAM else f"stream {self.stream_id}"

    @property
    def data(self) -> tuple[float, ...]:
        """The window's prices, under the name that they had in the first version."""
        return self.values

    @property
    def original_start_index(self) -> int:
        """The index of the window's first value, under the name that it had in the first version."""
        return self.first

    @property
    def original_end_index(self) -> int:
        """The index of the window's last value, included, under the name that it had in the first version."""
        return self.last

    def __repr__(self) -> str:
        return f"Selection({self.stream_title!r}, {self.first}-{self.last}, {len(self.before)} before)"

    def __str__(self) -> str:
        return repr(self)


def _prices(values: FloatArray) -> tuple[float, ...]:
    return tuple(values.tolist())


def _start(source: Stream | Part) -> int:
    """Return the original index of a source's first value."""
    return source.offset if isinstance(source, Stream) else source.first_index


def _part_around(source: Stream | Part, first: int, last: int) -> tuple[int, int, int]:
    """Return the half-open bounds of the part that contains a window, as positions in the source, and its number.

    Raises
    ------
    ScenarioError
        If no part contains the whole window.
    """
    start, stop = _start(source), _start(source) + len(source.values) - 1
    window, where = f"the window {first}-{last}", source.label
    if last < first:
        raise ScenarioError(f"{window} ends before it starts", where=where, advice="Swap its ends.")
    if first < start or last > stop:
        what = f"{window} is not inside the indices {start}-{stop}"
        raise ScenarioError(what, where=where, advice="Choose one inside.")
    low, high, part = _bounds(source, first - start)
    if last - start >= high:
        what = f"{window} has a gap at index {start + high}"
        raise ScenarioError(what, where=where, advice="Choose one between two gaps.")
    return low, high, part


def _bounds(source: Stream | Part, position: int) -> tuple[int, int, int]:
    """Return the half-open bounds of the part around a position, and the number of the part in the stream."""
    if isinstance(source, Part):
        return 0, len(source.values), source.part
    is_gap = np.isnan(source.values)
    gaps = np.flatnonzero(is_gap)
    following = int(np.searchsorted(gaps, position))
    low = int(gaps[following - 1]) + 1 if following else 0
    high = int(gaps[following]) if following < len(gaps) else len(is_gap)
    # Several NaNs in a row are one gap, so a part starts where a value follows a NaN or nothing.
    starts = np.flatnonzero(~is_gap & np.concatenate([[True], is_gap[:-1]]))
    return low, high, max(0, int(np.searchsorted(starts, position, side="right")) - 1)


def resolution_of(selection: Selection) -> tuple[int, float] | None:
    """Return the original index and the price at which a decision at a window's end resolves; None if they are not known."""
    if len(selection.after) < selection.horizon:
        return None
    return selection.last + selection.horizon, selection.after[selection.horizon - 1]
