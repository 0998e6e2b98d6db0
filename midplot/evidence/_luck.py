"""How much of a score may be luck: the chance, the interval, and where the score comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from math import nan
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from midplot._arguments import whole_number
from midplot._arithmetic import quiet
from midplot._text import in_columns, plain, printable, signed
from midplot.evidence._blocks import BlockSums, block_sums, stream_sums
from midplot.evidence._chance import chance_of, corrected, interval_of, z_of
from midplot.evidence._words import SAME, interval_words, remark
from midplot.money._account import StreamAccount
from midplot.money._ledger import Ledger
from midplot.streams._stream import FloatArray

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FEWEST", "Luck", "interval_of_stream", "luck_of", "luck_of_ledger"]

FEWEST = 20
"""Blocks with a profit or loss below which nothing is said: an interval from fewer covers too little or says too little."""


@dataclass(frozen=True, eq=False)
class Luck:
    """How much of a score may be luck.

    ``str()`` of it is the sentence that is shown beside every score.

    Attributes
    ----------
    score
        The profit after costs, in the units of the price.
    interval
        Where the expected score lies with a confidence of 95%, low and high, in the units of the price. None if
        there is too little data.
    p
        The chance that an attacker without skill scores at least as much, corrected for the number of trials. None
        if there is too little data.
    z
        The score in standard deviations of luck, not corrected for trials. None if there is too little data.
    n_blocks
        The number of blocks with a profit or loss. A block is 8 horizons long.
    trials
        The number of attackers, or sets of parameters, that were tried to get here.
    enough
        Whether there are at least 20 blocks with a profit or loss. If not, ``p``, ``z`` and ``interval`` are None.
    best_stream
        The id of the stream that earned most; None if no stream was replayed.
    without_best
        The score without that stream.
    best_block
        What the best block earned; the score without it is ``score - best_block``.
    earning
        The number of streams with a profit.
    break_even_epsilon
        The cost per decision at which the score would be 0: the mean profit per decision before costs. None if there
        are no resolved decisions, or if this is the luck of a difference.
    break_even_interval
        Where it lies with a confidence of 95%, low and high; None where ``interval`` or the figure itself is.
    same
        Whether this is the luck of a difference between attackers that make the same decisions. Then no data could say
        more, so ``str()`` of it says that instead of *too little data*.

    Notes
    -----
    Prices without memory leave an attacker that uses only the past nothing to earn: what it earns in one block is
    uncorrelated with the next, whatever it does and however volatility clusters. p is the share of 20,000 seeded flips
    of the signs of the block sums whose total is at least the score. The interval is the score plus and minus
    Student's t times the standard error of the sum of the blocks.
    """

    score: float
    interval: tuple[float, float] | None
    p: float | None
    z: float | None
    n_blocks: int
    trials: int
    enough: bool
    best_stream: int | None
    without_best: float
    best_block: float
    earning: int
    break_even_epsilon: float | None
    break_even_interval: tuple[float, float] | None
    sums: BlockSums = field(repr=False)
    titles: Mapping[int, str] = field(repr=False)
    seed: int = field(default=0, repr=False)
    same: bool = False

    @cached_property
    def by_stream(self) -> pd.DataFrame:
        """One row per stream, indexed by its name: ``stream_id, score, low, high, p, z, n_blocks``.

        The last five are those of the stream alone, with p not corrected for trials; NaN if it has too little data.
        """
        from midplot.evidence._frames import luck_by_stream

        alone = [luck_of({stream_id: sums}, seed=self.seed) for stream_id, sums in self.sums.items()]
        rows = [
            (
                each.best_stream,
                each.score,
                *(each.interval or (nan, nan)),
                each._or_nan("p"),
                each._or_nan("z"),
                each.n_blocks,
            )
            for each in alone
        ]
        return luck_by_stream([self.titles[stream_id] for stream_id in self.sums], rows)

    def _or_nan(self, name: str) -> float:
        value = getattr(self, name)
        return nan if value is None else value

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as plain data; what is not known is None."""
        left_out = {"sums", "titles", "seed", "same"}
        plain_data = {each.name: getattr(self, each.name) for each in fields(self) if each.name not in left_out}
        return {**plain_data, "sentence": str(self)}

    def __str__(self) -> str:
        said = SAME if self.same else remark(self.interval, self.p, self.trials)
        return f"{signed(self.score)} ({said})"

    def rows(self) -> list[tuple[str, str]]:
        """Return what stands behind the words on luck, as pairs of a name and a text."""
        rows = [("score", str(self)), ("blocks", f"{self.n_blocks:,} of 8 horizons with a profit or loss")]
        if self.best_stream is not None:
            best = printable(self.titles[self.best_stream])
            rows += [
                ("streams", f"{self.earning:,} of {len(self.sums):,} earned"),
                ("without", f"{signed(self.without_best)} without {best}, the best stream"),
                ("", f"{signed(self.score - self.best_block)} without the best block"),
            ]
        if self.break_even_epsilon is not None:
            between = f" ({interval_words(self.break_even_interval)})"
            rows.append(("break-even", f"epsilon {plain(self.break_even_epsilon)}{between}"))
        return rows

    def __repr__(self) -> str:
        return "\n".join(["Luck", *(f"  {line}" for line in in_columns(self.rows()))])


def luck_of(
    sums: Mapping[int, FloatArray],
    *,
    titles: Mapping[int, str] | None = None,
    score: float | None = None,
    n_decisions: int | None = None,
    epsilon: float = 0.0,
    trials: int = 1,
    seed: int = 0,
) -> Luck:
    """Return the luck in block sums: those of a replay, or the differences between those of two.

    Parameters
    ----------
    sums
        The profit of each block by stream id, as `block_sums` returns it.
    titles
        The names of the streams for people, by stream id; without it ``stream 3``.
    score
        The score as it is shown elsewhere; without it the sum of all blocks, which is rounded differently.
    n_decisions
        The number of resolved decisions; without it there is no break-even epsilon.
    epsilon
        The cost per decision that the sums contain.
    trials
        The number of attackers, or sets of parameters, that were tried to get here; at least 1.
    seed
        Seed for the sign flips.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If ``trials`` is below 1 or ``seed`` below 0, or either is not a whole number.
    """
    trials, seed = whole_number("trials", trials, 1), whole_number("seed", seed, 0)
    every = np.concatenate([np.empty(0), *sums.values()])
    with quiet():
        by_stream = {stream_id: float(each.sum()) for stream_id, each in sums.items()}
        total = float(every.sum()) if score is None else score
        measured = _measured(every, seed)
    best = max(by_stream, key=lambda stream_id: by_stream[stream_id], default=None)
    interval = measured.get("interval")
    return Luck(
        score=total,
        interval=interval,
        p=corrected(measured["p"], trials) if measured else None,
        z=measured.get("z"),
        n_blocks=int(np.count_nonzero(every)),
        trials=trials,
        enough=bool(measured),
        best_stream=best,
        # Not the total less the best: the difference of two large numbers would show rounding as a score.
        without_best=sum(each for stream_id, each in by_stream.items() if stream_id != best),
        best_block=float(every.max(initial=0.0)),
        earning=sum(each > 0 for each in by_stream.values()),
        break_even_epsilon=epsilon + total / n_decisions if n_decisions else None,
        break_even_interval=_per_decision(interval, n_decisions, epsilon),
        sums=dict(sums),
        titles=titles if titles is not None else {stream_id: f"stream {stream_id}" for stream_id in sums},
        seed=seed,
    )


def _measured(sums: FloatArray, seed: int) -> dict[str, Any]:
    """Return ``p``, ``z`` and ``interval``; nothing if there is too little data, or sums too large to be squared."""
    if np.count_nonzero(sums) < FEWEST or not np.isfinite(len(sums) * (sums @ sums)):
        return {}
    return {"p": chance_of(sums, seed), "z": z_of(sums), "interval": interval_of(sums)}


def _per_decision(
    interval: tuple[float, float] | None, n_decisions: int | None, epsilon: float
) -> tuple[float, float] | None:
    if interval is None or not n_decisions:
        return None
    low, high = interval
    return epsilon + low / n_decisions, epsilon + high / n_decisions


# Kept beside the ledgers and not in them: a ledger is written by the run alone, and is pickled.
_known: WeakKeyDictionary[Ledger, dict[tuple[int, int], Luck]] = WeakKeyDictionary()


def interval_of_stream(account: StreamAccount, horizon: int) -> tuple[float, float] | None:
    """Return the 95% interval of the score of one stream; None if there is too little data.

    Unlike all that `Luck` holds it takes no sign flips, so there may be thousands of streams.
    """
    with quiet():
        sums = stream_sums(account, horizon)
        is_enough = np.count_nonzero(sums) >= FEWEST and np.isfinite(len(sums) * (sums @ sums))
        return interval_of(sums) if is_enough else None


def luck_of_ledger(ledger: Ledger, trials: int | None = None, seed: int = 0) -> Luck:
    """Return the luck in the score of a replay; that of a finished replay is computed once.

    Parameters
    ----------
    ledger
        The record of the replay.
    trials
        The number of attackers, or sets of parameters, that were tried to get here; None for what the ledger says.
    seed
        Seed for the sign flips.
    """
    tried = ledger.trials if trials is None else trials
    if ledger.state == "running":
        return _luck_now(ledger, tried, seed)
    known = _known.setdefault(ledger, {})
    if (tried, seed) not in known:
        known[tried, seed] = _luck_now(ledger, tried, seed)
    return known[tried, seed]


def _luck_now(ledger: Ledger, trials: int, seed: int) -> Luck:
    return luck_of(
        block_sums(ledger),
        titles={stream_id: account.title for stream_id, account in ledger.streams.items()},
        score=ledger.total_score,
        n_decisions=sum(len(part.profits) for part in ledger.parts),
        epsilon=ledger.settings.epsilon,
        trials=trials,
        seed=seed,
    )
