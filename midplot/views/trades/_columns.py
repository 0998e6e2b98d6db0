"""The columns of the table of trades, named as in ``result.trades``: their numbers, and the texts of these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from midplot._text import NOT_KNOWN, plain, with_minus
from midplot.errors import legible
from midplot.money._account import PartAccount
from midplot.money._scoring import IntArray
from midplot.money._when import time_of_ticks
from midplot.views.chart._clock import time_texts
from midplot.views.chart.growth._book import delay_of
from midplot.views.trades._book import Numbers
from midplot.views.trades._decimals import in_column

__all__ = ["COLUMNS", "STREAM", "TradeColumn", "columns_for", "stream_texts"]

STREAM: Final = "stream_id"
"""The column of streams. It holds their ids, for which the table writes their names."""

Texts = Callable[[npt.NDArray[Any]], list[str]]


@dataclass(frozen=True, slots=True)
class TradeColumn:
    """One column.

    Attributes
    ----------
    key
        Its name in ``result.trades``; ``resolved_after`` is the difference of two columns there.
    heading
        Its name for people.
    help
        What it holds, in one sentence.
    numbers
        Its numbers; None for the profits, which are known already.
    texts
        How the numbers that are listed together are written.
    timed
        Whether only streams with times have it.
    """

    key: str
    heading: str
    help: str
    numbers: Numbers | None
    texts: Texts
    timed: bool = False


def columns_for(parts: Sequence[PartAccount], *, everywhere: bool) -> list[TradeColumn]:
    """Return the columns that say something of these parts, which are of all streams or of one."""
    timed = any(part.part.has_times for part in parts)
    return [each for each in COLUMNS if (timed or not each.timed) and (everywhere or each.key != STREAM)]


# Numbers, by part


def _stream_ids(part: PartAccount, ticks: IntArray) -> IntArray:
    return np.full(len(ticks), part.part.stream_id)


def _known_prices(part: PartAccount, ticks: IntArray) -> npt.NDArray[Any]:
    """Return the prices at ticks; NaN where the replay did not get."""
    prices = np.full(len(ticks), np.nan)
    inside = ticks < part.replay.n_ticks
    prices[inside] = part.part.values[ticks[inside]]
    return prices


def _times(part: PartAccount, ticks: IntArray) -> npt.NDArray[Any]:
    # Nanoseconds: parts may have times of different units, and this holds all of them. NaT becomes NaN.
    times = time_of_ticks(part, ticks).astype("datetime64[ns]")
    return np.where(np.isnat(times), np.nan, times.astype(np.int64).astype(np.float64))


def _seconds_until_resolved(part: PartAccount, ticks: IntArray) -> npt.NDArray[Any]:
    begin, end = (time_of_ticks(part, each).astype("datetime64[ns]") for each in (ticks, ticks + delay_of(part)))
    # The difference is made of whole nanoseconds: that of two floats would be wrong by hundreds of them.
    return np.where(np.isnat(begin) | np.isnat(end), np.nan, (end - begin).astype(np.int64) / 1e9)


# Texts


def _each(form: Callable[[float], str]) -> Texts:
    return lambda numbers: [with_minus(form(number)) for number in numbers.tolist()]


def _prices(prices: npt.NDArray[Any]) -> list[str]:
    return list(map(with_minus, in_column(prices)))


def _profits(profits: npt.NDArray[Any]) -> list[str]:
    return list(map(with_minus, in_column(profits, sign=True)))


def _direction(decision: float) -> str:
    direction = "▲ up" if decision > 0 else "▼ down"
    # Most attackers decide 1 or -1, whose size says nothing.
    return direction if abs(decision) == 1 else f"{direction} {abs(decision):.4g}"


def _time_texts(nanoseconds: npt.NDArray[Any]) -> list[str]:
    known = ~np.isnan(nanoseconds)
    times = np.full(len(nanoseconds), np.datetime64("NaT", "ns"))
    # To the microsecond, which is about what a float of nanoseconds since 1970 still holds.
    times[known] = (np.round(nanoseconds[known] / 1e3).astype(np.int64)).astype("datetime64[us]")
    return [text or NOT_KNOWN for text in time_texts(times)]


_UNITS: Final = ((86_400.0, "d"), (3_600.0, "h"), (60.0, "min"), (1.0, "s"), (1e-3, "ms"))


def _duration(seconds: float) -> str:
    if np.isnan(seconds):
        return NOT_KNOWN
    size, unit = next((each for each in _UNITS if seconds >= each[0]), _UNITS[-1])
    return f"{seconds / size:.4g} {unit}"


COLUMNS: Final = (
    TradeColumn("profit", "Profit", "Profit after costs, in the units of the price.", None, _profits),
    TradeColumn(STREAM, "Stream", "The stream of the decision.", _stream_ids, _each(str)),
    TradeColumn(
        "index",
        "Index",
        "Original index of the decision.",
        lambda part, ticks: ticks + part.part.first_index,
        _each("{:,}".format),
    ),
    TradeColumn("time", "Time", "Time of the decision.", _times, _time_texts, timed=True),
    TradeColumn(
        "decision",
        "Decision",
        "What the attacker decided.",
        lambda part, ticks: part.replay.decisions[ticks],
        _each(_direction),
    ),
    TradeColumn(
        "x",
        "x",
        "Price that the decision is anchored at.",
        lambda part, ticks: _known_prices(part, ticks + int(part.settings.with_trading_lag)),
        _prices,
    ),
    TradeColumn(
        "x_resolution",
        "x resolution",
        "Price at which it was resolved.",
        lambda part, ticks: _known_prices(part, ticks + delay_of(part)),
        _prices,
    ),
    TradeColumn(
        "resolution_index",
        "Resolution index",
        "Original index at which its profit was known, a fixed number of ticks after the decision.",
        lambda part, ticks: ticks + (part.part.first_index + delay_of(part)),
        _each("{:,}".format),
    ),
    TradeColumn(
        "resolved_after",
        "Resolved after",
        "Time from the decision to its resolution.",
        _seconds_until_resolved,
        _each(_duration),
        timed=True,
    ),
    TradeColumn(
        "latency_ms",
        "Latency ms",
        "How long the attacker took for the decision.",
        lambda part, ticks: part.replay.latency_ns[ticks] / 1e6,
        _each(plain),
    ),
)
"""All columns, in the order of the table."""


def stream_texts(ids: npt.NDArray[Any], titles: dict[int, str]) -> list[str]:
    """Return the names of streams for people, by their ids."""
    return [legible(titles.get(each, f"stream {each}")) for each in ids.tolist()]
