"""The double check: the score of a predictions frame, computed as the platform does and independently of the replay.

While the replay's ledger goes decision by decision, this goes column by column: shift, multiply, add up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from midplot._arithmetic import quiet
from midplot._text import same_name
from midplot.errors import StreamError, did_you_mean
from midplot.evidence._blocks import block_ticks
from midplot.evidence._luck import Luck, luck_of
from midplot.evidence._words import remark
from midplot.game import EPSILON, HORIZON
from midplot.play._settings import ReplaySettings
from midplot.streams._inputs import as_sources
from midplot.streams._stream import FloatArray, Stream, cut_into_parts

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PnlCheck", "pnl"]


@dataclass(frozen=True, slots=True)
class PnlCheck:
    """The score of a predictions frame, and why a naive figure differs from it.

    Attributes
    ----------
    total_score
        Profit after costs, in the units of the price; equal to the replay's.
    scores
        The same by stream name.
    n_decisions
        Number of predictions other than 0.
    n_unresolved
        Number of decisions whose resolution lies beyond the end of their part; they have no score and no cost.
    unresolved_cost
        The cost that a naive figure charges for these, epsilon each.
    weight_term
        The amount that a naive figure adds by multiplying moves by the predictions themselves instead of their signs.
    epsilon
        Cost of one resolved decision.
    luck
        How much of the total may be luck, from the same blocks as that of a replay. None unless `pnl` has made this.
    """

    total_score: float
    scores: Mapping[str, float] = field(default_factory=dict)
    n_decisions: int = 0
    n_unresolved: int = 0
    unresolved_cost: float = 0.0
    weight_term: float = 0.0
    epsilon: float = EPSILON
    luck: Luck | None = field(default=None, repr=False, compare=False)

    @property
    def naive_score(self) -> float:
        """Prediction times move, less epsilon for every decision: the score that the first version of midplot showed."""
        return self.total_score + self.weight_term - self.unresolved_cost

    def __str__(self) -> str:
        resolved = self.n_decisions - self.n_unresolved
        beside = "" if self.luck is None else f" ({remark(self.luck.interval, self.luck.p)})"
        return (
            f"score {self.total_score:.6g}{beside}: epsilon {self.epsilon:g} was charged on {resolved:,} resolved decisions of "
            f"{self.n_decisions:,}, each by its sign, so it equals the replay's; the naive figure {self.naive_score:.6g} "
            f"charges {self.unresolved_cost:.6g} on {self.n_unresolved:,} unresolved ones "
            f"and adds {self.weight_term:.6g} for weights other than 1 and -1"
        )


@dataclass(frozen=True, slots=True)
class _Terms:
    """The contribution of one stream."""

    score: float
    n_decisions: int
    n_unresolved: int
    weight_term: float
    blocks: FloatArray


def pnl(
    predictions: pd.DataFrame,
    x_test: Any,
    horizon: int = HORIZON,
    epsilon: float = EPSILON,
    *,
    stream_column: str = "stream",
    prediction_column: str = "prediction",
) -> PnlCheck:
    """Score a predictions frame against the streams it was made on.

    Parameters
    ----------
    predictions
        One row per value that is not NaN, streams one after the other, in the order of their values.
    x_test
        The streams, as for `replay`. They are matched by name, parts of one name in order; streams without names are
        matched by order alone. They are never matched by length.
    horizon
        Ticks from a decision to its resolution.
    epsilon
        Cost of one resolved decision, in the units of the price.
    stream_column, prediction_column
        Names of the columns.

    Returns
    -------
    PnlCheck
        With ``total_score`` and ``scores`` by stream, and the ``luck`` in them.

    Raises
    ------
    StreamError
        If the frame and the streams do not belong together; the message names the stream.
    ArgumentError, ArgumentTypeError
        If horizon or epsilon is wrong.
    """
    # The settings of a replay, so that the two arguments are checked in the same way.
    rules = ReplaySettings(horizon=horizon, epsilon=epsilon)
    groups = _by_stream(predictions, stream_column, prediction_column)
    terms = {
        name: _terms(decisions, parts, rules.horizon, rules.epsilon)
        for name, decisions, parts in _matched(groups, [source.read(None) for source in as_sources(x_test)])
    }
    n_unresolved = sum(each.n_unresolved for each in terms.values())
    return PnlCheck(
        total_score=float(sum(each.score for each in terms.values())),
        scores={name: each.score for name, each in terms.items()},
        n_decisions=sum(each.n_decisions for each in terms.values()),
        n_unresolved=n_unresolved,
        unresolved_cost=rules.epsilon * n_unresolved,
        weight_term=sum(each.weight_term for each in terms.values()),
        epsilon=rules.epsilon,
        luck=luck_of({place: each.blocks for place, each in enumerate(terms.values())}, titles=dict(enumerate(terms))),
    )


def _by_stream(predictions: pd.DataFrame, stream_column: str, prediction_column: str) -> dict[str, FloatArray]:
    """Return the predictions by stream, in the order in which the streams first appear."""
    for column in (stream_column, prediction_column):
        if column not in getattr(predictions, "columns", ()):
            columns = [str(each) for each in getattr(predictions, "columns", ())]
            raise StreamError(
                f"there is no column {column!r}",
                where="predictions",
                advice=f"{did_you_mean(column, columns)} Give a frame with the columns stream and prediction; this one "
                f"has {', '.join(columns) or 'none'}.",
            )
    groups = {}
    # Streams of a categorical column that have no rows are left out; a stream whose name is missing is not.
    for name, group in predictions.groupby(stream_column, sort=False, observed=True, dropna=False):
        groups[str(name)] = _decisions(group[prediction_column], f"predictions, stream {str(name)!r}")
    return groups


def _decisions(column: pd.Series[Any], where: str) -> FloatArray:
    try:
        decisions: FloatArray = column.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise StreamError(
            f"the predictions are not numbers ({error})",
            where=where,
            advice="Give one number for each value.",
        ) from error
    missing = np.flatnonzero(np.isnan(decisions))
    if len(missing):
        raise StreamError(
            "the prediction is missing",
            where=f"{where}, row {missing[0]}",
            advice="Give one number for each value.",
        )
    return decisions


def _matched(
    groups: dict[str, FloatArray], streams: list[Stream]
) -> Iterator[tuple[str, FloatArray, list[FloatArray]]]:
    """Yield the name of each stream, its predictions, and its values by part."""
    if all(stream.name is None for stream in streams):
        yield from _matched_by_order(groups, streams)
        return
    by_name: dict[str, list[FloatArray]] = {}
    for stream in streams:
        name = stream.name if stream.name is not None else f"stream {stream.stream_id}"
        by_name.setdefault(name, []).extend(_part_values(stream))
    groups = {
        name if name in by_name else next((own for own in by_name if same_name(own, name)), name): decisions
        for name, decisions in groups.items()
    }
    for missing in [*(name for name in groups if name not in by_name), *(n for n in by_name if n not in groups)]:
        where, there = ("x_test", by_name) if missing in groups else ("predictions", groups)
        raise StreamError(
            f"stream {missing!r} is not in {where}",
            where="pnl",
            advice=f"{did_you_mean(missing, there)} Give the predictions and the streams of the same test.",
        )
    for name, parts in by_name.items():
        yield name, _of_length(groups[name], sum(map(len, parts)), name), parts


def _matched_by_order(
    groups: dict[str, FloatArray], streams: list[Stream]
) -> Iterator[tuple[str, FloatArray, list[FloatArray]]]:
    """Match each stream of the frame with as many of the nameless streams, in order, as have its number of values."""
    remaining = iter(streams)
    for name, decisions in groups.items():
        parts: list[FloatArray] = []
        while sum(map(len, parts)) < len(decisions):
            stream = next(remaining, None)
            if stream is None:
                break
            parts.extend(_part_values(stream))
        yield name, _of_length(decisions, sum(map(len, parts)), name), parts
    left = next(remaining, None)
    if left is not None:
        raise StreamError(
            f"{left.label} has no predictions",
            where="pnl",
            advice="Give the predictions and the streams of the same test.",
        )


def _part_values(stream: Stream) -> list[FloatArray]:
    return [part.values[part.warmup :] for part in cut_into_parts(stream)]


def _of_length(decisions: FloatArray, n_values: int, name: str) -> FloatArray:
    if len(decisions) != n_values:
        raise StreamError(
            f"stream {name!r} has {len(decisions):,} predictions and {n_values:,} values",
            where="pnl",
            advice="Give one prediction for each value that is not NaN, streams in the same order.",
        )
    return decisions


@quiet()
def _terms(decisions: FloatArray, parts: list[FloatArray], horizon: int, epsilon: float) -> _Terms:
    """Score one stream by columns. A move never crosses the end of a part."""
    import pandas as pd

    frame = pd.DataFrame(
        {
            "part": np.repeat(np.arange(len(parts)), [len(part) for part in parts]),
            "value": np.concatenate(parts) if parts else np.empty(0),
            "prediction": decisions,
        }
    )
    move = frame.groupby("part")["value"].shift(-horizon) - frame["value"]
    sign = np.sign(frame["prediction"])
    fired = frame["prediction"].ne(0)
    resolved = fired & move.notna()
    score = (sign * move - epsilon)[resolved].sum()
    # What a naive figure adds where a prediction is not 1 or -1.
    weights = ((frame["prediction"] - sign) * move)[resolved].sum()
    profit = (sign * move - epsilon).where(resolved, 0.0)
    return _Terms(
        float(score), int(fired.sum()), int((fired & ~resolved).sum()), float(weights), _blocks(profit, parts, horizon)
    )


def _blocks(profit: pd.Series[float], parts: list[FloatArray], horizon: int) -> FloatArray:
    """Sum what becomes known in each block of each part: 8 horizons, the last block with what is left over."""
    size, sums, start = block_ticks(horizon), [], 0
    for part in parts:
        n_blocks = max(1, len(part) // size)
        known = np.minimum((np.arange(len(part)) + horizon) // size, n_blocks - 1)
        by_block = profit.iloc[start : start + len(part)].groupby(known).sum()
        sums.append(by_block.reindex(range(n_blocks), fill_value=0.0).to_numpy(dtype=np.float64))
        start += len(part)
    return np.concatenate([np.empty(0), *sums])
