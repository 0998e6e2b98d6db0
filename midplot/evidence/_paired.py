"""Two replays of the same streams, tick by tick: whether they can be compared, what differs, and what it earned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from midplot._arithmetic import quiet
from midplot.errors import ArgumentError
from midplot.evidence._blocks import BlockSums, block_sums
from midplot.evidence._luck import Luck, luck_of
from midplot.money._account import PartAccount
from midplot.money._ledger import Ledger
from midplot.money._scoring import IntArray
from midplot.streams._stream import FloatArray

__all__ = [
    "AGREEMENTS",
    "Agreement",
    "Window",
    "agreements",
    "check_comparable",
    "decide_the_same",
    "luck_of_difference",
    "or_the_same",
    "widest_windows",
]

AGREEMENTS = ("both up", "both down", "opposite", "only first", "only second")
"""What two attackers may decide at a tick at which at least one of them makes a counted decision."""

Signs = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Agreement:
    """All ticks at which two attackers agreed or differed in one way.

    Attributes
    ----------
    kind
        One of `AGREEMENTS`.
    n
        The number of these ticks.
    first, second
        What the decisions of each attacker there earned after costs, in the units of the price; decisions that were
        still pending at the end earned nothing.
    """

    kind: str
    n: int
    first: float
    second: float

    def words(self, first: str, second: str) -> str:
        """Return the kind with the names of the two attackers."""
        return {"only first": f"only {first}", "only second": f"only {second}"}.get(self.kind, self.kind)


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """A window in which two attackers earned different amounts.

    Attributes
    ----------
    stream_id
        The stream.
    first, last
        Original indices, both inclusive; ``last`` is a tick at which they earned different amounts.
    signs
        The counted decisions of each of the two in the window: 1, -1 or 0 per tick, shape ``(n,)``.
    profits
        What each of these decisions earned, shape ``(n,)``.
    """

    stream_id: int
    first: int
    last: int
    signs: tuple[Signs, Signs]
    profits: tuple[FloatArray, FloatArray]

    @property
    def earned(self) -> tuple[float, float]:
        """What the decisions of each of the two in the window earned."""
        return float(self.profits[0].sum()), float(self.profits[1].sum())

    @property
    def difference(self) -> float:
        """What the second earned more than the first."""
        return self.earned[1] - self.earned[0]


# Whether they can be compared


def check_comparable(ledgers: Mapping[str, Ledger]) -> None:
    """Refuse replays that are not of the same ticks under the same rules.

    Parameters
    ----------
    ledgers
        The replays by name.

    Raises
    ------
    ArgumentError
        If two of them differ in their streams, the ticks that were scored, the horizon or epsilon. It says in what.
    """
    (one, first), *others = ledgers.items()
    for other, second in others:
        found = list(_differences(one, first, other, second))
        if found:
            raise ArgumentError(
                "; ".join(found),
                where="compare",
                advice="Replay both over the same streams under the same rules.",
            )


def _differences(one: str, first: Ledger, other: str, second: Ledger) -> Iterator[str]:
    """Yield in words what keeps two replays from being compared."""
    for rule in ("horizon", "epsilon"):
        was, now = getattr(first.settings, rule), getattr(second.settings, rule)
        if was != now:
            yield f"the {rule} of {one} is {was:g} and that of {other} is {now:g}"
    if first.streams and second.streams and not _share_a_stream(first, second):
        yield f"{one} and {other} were replayed on different data: they share no stream"
        return
    for name, ledger, rest in ((one, first, second), (other, second, first)):
        lacking = [account.title for stream_id, account in rest.streams.items() if stream_id not in ledger.streams]
        if lacking:
            yield f"{name} was not replayed on {', '.join(lacking[:5])}{' and others' * (len(lacking) > 5)}"
    for stream_id, account in first.streams.items():
        if stream_id in second.streams:
            words = _difference_of(account.parts, second.streams[stream_id].parts)
            if words is not None:
                yield f"{account.title} {words}"
                return  # one stream says enough


# A price on a tick grid is the same by accident now and then, and a stream of which some prices were mended is still it.
_MOSTLY = 0.5
"""The share of equal prices from which two streams are versions of the same one."""


def _share_a_stream(first: Ledger, second: Ledger) -> bool:
    """Return whether any stream of one replay is also one of the other, under whatever id."""
    seen = [[_prices(account.parts) for account in each.streams.values()] for each in (first, second)]
    return any(_alike(one, other) for one in seen[0] for other in seen[1])


def _prices(parts: Sequence[PartAccount]) -> tuple[IntArray, FloatArray]:
    """Return the original indices and the prices of a stream."""
    index = [part.part.index_of(0) + np.arange(len(part.part.values)) for part in parts]
    values = [np.asarray(part.part.values, dtype=np.float64) for part in parts]
    return np.concatenate([np.empty(0, dtype=np.int64), *index]), np.concatenate([np.empty(0), *values])


def _alike(one: tuple[IntArray, FloatArray], other: tuple[IntArray, FloatArray]) -> bool:
    _, at, there = np.intersect1d(one[0], other[0], assume_unique=True, return_indices=True)
    # Without a common index they may be two stretches of one stream.
    return not len(at) or float(np.mean(one[1][at] == other[1][there])) >= _MOSTLY


def _difference_of(first: Sequence[PartAccount], second: Sequence[PartAccount]) -> str | None:
    ticks = [
        [(part.part.part, part.part.index_of(part.part.warmup), part.n_ticks) for part in p] for p in (first, second)
    ]
    if ticks[0] != ticks[1]:
        n = [sum(each[2] for each in parts) for parts in ticks]
        same = "of other indices " if n[0] == n[1] else ""
        return f"has {n[0]:,} scored ticks {same}in one and {n[1]:,} in the other"
    for one, other in zip(first, second, strict=True):
        values = [part.part.values[part.part.warmup : part.replay.n_ticks] for part in (one, other)]
        unequal = np.flatnonzero(values[0] != values[1])
        if len(unequal):
            at = int(unequal[0])
            index = one.part.index_of(one.part.warmup + at)
            return f"has the price {values[0][at]:.10g} at {index} in one and {values[1][at]:.10g} in the other"
    return None


# What differs


def luck_of_difference(first: Ledger, second: Ledger, trials: int = 1) -> Luck:
    """Return the luck in what the second replay earned more than the first, block by block.

    What both share drops out, so the interval is narrower than the two apart would suggest.
    """
    sums, less = block_sums(second), block_sums(first)
    with quiet():
        differences: BlockSums = {stream_id: sums[stream_id] - less[stream_id] for stream_id in less}
    titles = {stream_id: account.title for stream_id, account in first.streams.items()}
    luck = luck_of(differences, titles=titles, score=second.total_score - first.total_score, trials=trials)
    return or_the_same(luck, first, second)


def agreements(first: Ledger, second: Ledger) -> list[Agreement]:
    """Count where two attackers agreed and differed, and what each earned there, in the order of `AGREEMENTS`."""
    n, earned = np.zeros(len(AGREEMENTS), dtype=np.int64), np.zeros((2, len(AGREEMENTS)))
    for _, one, other in _pairs(first, second):
        (sign, profit), (other_sign, other_profit) = _decided(one), _decided(other)
        kinds = (
            (sign == 1) & (other_sign == 1),
            (sign == -1) & (other_sign == -1),
            sign * other_sign == -1,
            (sign != 0) & (other_sign == 0),
            (sign == 0) & (other_sign != 0),
        )
        for place, ticks in enumerate(kinds):
            n[place] += np.count_nonzero(ticks)
            with quiet():
                earned[:, place] += profit[ticks].sum(), other_profit[ticks].sum()
    return [
        Agreement(kind, int(n[place]), float(earned[0, place]), float(earned[1, place]))
        for place, kind in enumerate(AGREEMENTS)
    ]


def decide_the_same(first: Ledger, second: Ledger, stream_id: int | None = None) -> bool:
    """Return whether two attackers make the same counted decisions at all ticks, of one stream if it is given."""
    return all(
        np.array_equal(_decided(one)[0], _decided(other)[0])
        for each, one, other in _pairs(first, second)
        if stream_id in (None, each)
    )


def or_the_same(luck: Luck, first: Ledger, second: Ledger, stream_id: int | None = None) -> Luck:
    """Return the luck of the difference of two replays, marked if they decide the same, in one stream if it is given."""
    # No block differs where all decisions are the same: luck calls that too little data, but nothing is left to find out.
    return replace(luck, same=not luck.enough and decide_the_same(first, second, stream_id))


def widest_windows(first: Ledger, second: Ledger, n: int, length: int) -> list[Window]:
    """Return the windows in which two attackers earned the most different amounts, the widest difference first.

    Parameters
    ----------
    first, second
        The two replays.
    n
        The greatest number of windows. No two share a tick.
    length
        The greatest number of ticks in a window.
    """
    pairs = list(_pairs(first, second))
    gaps = [_gaps(one, other, length) for _, one, other in pairs]
    found: list[Window] = []
    while len(found) < n:
        peaks = [float(gap.max(initial=0.0)) for gap in gaps]
        place = int(np.argmax(peaks)) if peaks else 0
        if not peaks or not peaks[place] > 0:
            break
        tick = int(np.argmax(gaps[place]))
        found.append(_window(*pairs[place], tick, length))
        # A window that ends less than a length before or after would share ticks with this one.
        gaps[place][max(0, tick - length + 1) : tick + length] = 0.0
    return found


def _gaps(one: PartAccount, other: PartAccount, length: int) -> FloatArray:
    """Return by how much the two differ over the window that ends at each tick; 0 where they do not differ at the tick."""
    with quiet():
        difference = _decided(other)[1] - _decided(one)[1]
        total = np.concatenate([np.zeros(length), np.cumsum(difference)])
        gaps: FloatArray = np.where(difference != 0, np.abs(total[length:] - total[:-length]), 0.0)
    return np.where(np.isfinite(gaps), gaps, 0.0)


def _window(stream_id: int, one: PartAccount, other: PartAccount, tick: int, length: int) -> Window:
    start = max(0, tick - length + 1)
    ticks = slice(start, tick + 1)
    (sign, profit), (other_sign, other_profit) = _decided(one), _decided(other)
    origin = one.part.index_of(one.part.warmup)
    return Window(
        stream_id,
        origin + start,
        origin + tick,
        (sign[ticks], other_sign[ticks]),
        (profit[ticks], other_profit[ticks]),
    )


def _pairs(first: Ledger, second: Ledger) -> Iterator[tuple[int, PartAccount, PartAccount]]:
    """Yield each part of each stream in both replays."""
    for stream_id, account in first.streams.items():
        for one, other in zip(account.parts, second.streams[stream_id].parts, strict=True):
            yield stream_id, one, other


def _decided(account: PartAccount) -> tuple[Signs, FloatArray]:
    """Return the sign and the profit of the counted decision at each scored tick; 0 where there is none."""
    trades = account.trades
    sign, profit = np.zeros(account.n_ticks, dtype=np.int8), np.zeros(account.n_ticks)
    ticks = trades.tick - account.part.warmup
    sign[ticks] = np.sign(trades.decision)
    profit[ticks] = np.where(np.isnan(trades.profit), 0.0, trades.profit)
    return sign, profit
