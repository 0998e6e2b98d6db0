"""Fits an attacker on some streams and scores it on others, so that every score is out of sample."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from midplot._arguments import whole_number
from midplot._text import counted, in_columns, percent, printable, signed
from midplot.errors import ArgumentError, ArgumentTypeError
from midplot.evidence._luck import Luck, luck_of
from midplot.evidence._words import amount
from midplot.play._raised import front_door
from midplot.streams._stream import Stream
from midplot.training._arguments import as_trainable, check_names
from midplot.training._overfitting import probability_of_overfitting
from midplot.training._sweep import Sweep
from midplot.training._trials import Ground, Trial, replayed, score_matrix

if TYPE_CHECKING:
    import pandas as pd

    from midplot.views.chart._figure import Figure

__all__ = ["Fold", "WalkForward", "walk_forward"]

Fit = Callable[[list[Stream]], Any]
"""Returns hyper-parameters for the streams that it is given."""


# What two sets earn in all is fixed, so of two nearly equal ones the better on one half is the worse on the other.
LEAST_SETS = 4
"""Different fitted sets from which a probability of overfitting says something."""


@dataclass(frozen=True, eq=False)
class Fold:
    """One fit and what it earned on streams that it had not seen.

    Attributes
    ----------
    trial
        The fitted hyper-parameters, and what they earned on each stream.
    train, test
        The ids of the streams that were fitted and of those that were held out.
    """

    trial: Trial
    train: tuple[int, ...]
    test: tuple[int, ...]

    @property
    def hyper_parameters(self) -> Any:
        """What was fitted."""
        return self.trial.hyper_parameters

    @property
    def in_sample(self) -> Luck:
        """The score on the streams that were fitted."""
        return self._luck(self.train)

    @property
    def out_of_sample(self) -> Luck:
        """The score on the streams that were held out."""
        return self._luck(self.test)

    def _luck(self, streams: Sequence[int]) -> Luck:
        trial = self.trial
        # A stream without a tick in the scored slice has no account.
        sums = {each: trial.sums[each] for each in streams if each in trial.sums}
        return luck_of(sums, titles=trial.titles, score=float(sum(trial.scores[each] for each in sums)))

    def __repr__(self) -> str:
        held_out = self.out_of_sample.score
        return f"Fold({self.hyper_parameters}, {counted(len(self.test), 'stream')} held out: {signed(held_out)})"


@dataclass(frozen=True, repr=False, eq=False)
class WalkForward:
    """An attacker that was fitted anew for each fold, and scored on what it had not seen. Made by `walk_forward`.

    Attributes
    ----------
    folds
        One `Fold` per part of the streams that was held out.
    """

    folds: tuple[Fold, ...]

    @cached_property
    def luck(self) -> Luck:
        """The score out of sample over all folds, and how much of it may be luck.

        ``p`` needs no correction: whatever was tried while fitting, these streams had no part in it.
        """
        sums = {each: fold.trial.sums[each] for fold in self.folds for each in fold.test if each in fold.trial.sums}
        return luck_of(sums, titles=self.folds[0].trial.titles, score=sum(f.out_of_sample.score for f in self.folds))

    @property
    def score(self) -> float:
        """The profit after costs out of sample, in the units of the price."""
        return self.luck.score

    @cached_property
    def overfitting(self) -> float | None:
        """How often the best of the fitted sets on half of the streams is below the median on the other half.

        None with fewer than four different sets, or a single stream.
        """
        different = {repr(fold.hyper_parameters): fold.trial for fold in self.folds}
        if len(different) < LEAST_SETS:
            return None
        return probability_of_overfitting(score_matrix(list(different.values())))

    def to_frame(self) -> pd.DataFrame:
        """Return one row per fold.

        Returns
        -------
        pandas.DataFrame
            ``hyper_parameters, n_train, n_test, in_sample, out_of_sample, low, high, p``; the last three are those of
            the score out of sample. ``in_sample`` is per held-out stream, the mean over the fitted streams times
            ``n_test``, so that the two can be compared.
        """
        import pandas as pd

        return pd.DataFrame([_row(fold) for fold in self.folds]).rename_axis("fold")

    def figure(self, *, dark: bool | None = None) -> Figure:
        """Draw the score of each fold in sample and out of sample, with the interval of the latter.

        Parameters
        ----------
        dark
            The colours: True for a dark page, False for a light one. By default the figure has no background, and colours
            that can be read on either.

        Returns
        -------
        plotly.graph_objects.Figure
        """
        from midplot.views.chart._palette import palette_for
        from midplot.views.chart._sweep_figure import folds_figure

        rows = [_row(fold) for fold in self.folds]
        return folds_figure(rows, [f"out of sample {self.luck}", *self.remarks()], palette_for(dark))

    def remarks(self) -> list[str]:
        """Return how much of the score in sample is left, and the probability of overfitting, in words."""
        inside = sum(_row(fold)["in_sample"] for fold in self.folds)
        words = [f"in sample the same number of streams earned {signed(inside, 4)}"]
        if self.overfitting is not None:
            words.append(f"probability of overfitting {percent(self.overfitting)}")
        return words

    def __str__(self) -> str:
        return f"out of sample over {counted(len(self.folds), 'fold')}: {self.luck}; {'; '.join(self.remarks())}"

    def __repr__(self) -> str:
        heads = ["fold", "held out", "in sample", "out of sample", "95%", "hyper-parameters"]
        rows = [_text_row(number, fold) for number, fold in enumerate(self.folds)]
        table = in_columns([heads, *rows], right=range(4))
        return "\n".join(["WalkForward", "", *table, "", f"out of sample: {self.luck}", *self.remarks()])


def walk_forward(
    streams: Any,
    fit: Fit,
    infer: Any,
    folds: int = 5,
    *,
    forward: bool = False,
    n_jobs: int | Literal["auto"] = "auto",
    **replay_kwargs: Any,
) -> WalkForward:
    """Fit an attacker on some streams, score it on the others, and so on until every stream was held out once.

    Parameters
    ----------
    streams
        The streams, as for `replay`. They are read once, and split in their order.
    fit
        A function of a list of streams that returns hyper-parameters, for example ``lambda train: sweep(train, Attacker,
        grid).best.hyper_parameters``.
    infer
        The attacker, as for `sweep`.
    folds
        The number of parts that the streams are split into, at least 2.
    forward
        Fit on the streams before the part that is held out only, and never on later ones, where streams follow each
        other in time. The first part is then never held out.
    n_jobs
        Number of processes for the replays, as for `replay`; ``fit`` runs in this process.
    **replay_kwargs
        Further arguments of `replay`, such as ``horizon``, ``epsilon`` or ``stop_index``.

    Returns
    -------
    WalkForward
        With the ``score`` out of sample and its ``luck``, ``folds``, ``to_frame()``, ``figure()`` and the probability of
        ``overfitting``.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If there are fewer streams than folds, ``fit`` is no function or returns no hyper-parameters, or an argument is
        wrong or unknown.
    Exception
        What ``fit`` or the attacker raises.

    Examples
    --------
    >>> class Always:
    ...     def update_from_hyper_parameters(self, hyper_parameters):
    ...         self.decision = hyper_parameters["decision"]
    ...
    ...     def tick_and_predict(self, x, horizon):
    ...         return self.decision
    >>> def fit(train):
    ...     return {"decision": 1 if sum(each.values[-1] - each.values[0] for each in train) > 0 else -1}
    >>> found = walk_forward([[1, 2, 3], [3, 2, 2], [1, 2, 4]], fit, Always, folds=3, horizon=1, epsilon=0)
    >>> found.score
    4.0
    """
    check_names(replay_kwargs, "walk_forward", "streams, fit, infer, folds, forward, n_jobs")
    folds, trainable = whole_number("folds", folds, 2), as_trainable(infer)
    if not callable(fit):
        raise ArgumentTypeError(
            f"expected a function of streams, got {fit!r} ({type(fit).__name__})",
            where="fit",
            advice="Give a function that returns hyper-parameters.",
        )
    with front_door:
        ground = Ground(streams, trainable, replay_kwargs, n_jobs)
        split = _split(ground.streams, folds, forward)
        fitted = [copy.deepcopy(_as_fitted(fit(list(train)))) for train, _ in split]
        given = copy.deepcopy(fitted)
        # Every set is replayed on all streams: what it earns in sample shows what fitting alone is worth.
        trials = [Trial.of(each, ledger, None) for each, ledger in zip(fitted, replayed(ground, given), strict=True)]
    return WalkForward(
        tuple(Fold(trial, _ids(train), _ids(test)) for trial, (train, test) in zip(trials, split, strict=True))
    )


def _as_fitted(found: Any) -> Any:
    """Return what ``fit`` found, unless it is nothing, or something that hyper-parameters have yet to be taken from."""
    if found is not None and not isinstance(found, Sweep | Trial | WalkForward):
        return found
    raise ArgumentTypeError(
        f"it returned {'None' if found is None else f'a {type(found).__name__}'}, and not hyper-parameters",
        where="fit",
        advice="Return them from it, for example sweep(train, Attacker, grid).best.hyper_parameters.",
    )


def _split(streams: list[Stream], folds: int, forward: bool) -> list[tuple[list[Stream], list[Stream]]]:
    """Return the streams to fit and those to hold out, for each fold."""
    if folds > len(streams):
        raise ArgumentError(
            f"{folds} folds need {folds} streams or more, and there are {len(streams)}",
            where="folds",
            advice="Give more streams, or fewer folds.",
        )
    bounds = np.linspace(0, len(streams), folds + 1).astype(int).tolist()
    split = []
    for start, stop in zip(bounds[forward:-1], bounds[1 + forward :], strict=True):
        later = [] if forward else streams[stop:]
        split.append(([*streams[:start], *later], streams[start:stop]))
    return split


def _ids(streams: list[Stream]) -> tuple[int, ...]:
    return tuple(stream.stream_id for stream in streams)


def _row(fold: Fold) -> dict[str, Any]:
    inside, outside = fold.in_sample, fold.out_of_sample
    low, high = outside.interval or (math.nan, math.nan)
    return {
        "hyper_parameters": fold.hyper_parameters,
        "n_train": len(fold.train),
        "n_test": len(fold.test),
        "in_sample": inside.score / len(fold.train) * len(fold.test),
        "out_of_sample": outside.score,
        "low": low,
        "high": high,
        "p": math.nan if outside.p is None else outside.p,
    }


def _text_row(number: int, fold: Fold) -> list[str]:
    row, interval = _row(fold), fold.out_of_sample.interval
    between = "–" if interval is None else " to ".join(map(amount, interval))
    held_out = counted(len(fold.test), "stream")
    money = [signed(row["in_sample"], 4), signed(row["out_of_sample"])]
    return [f"{number}", held_out, *money, between, printable(str(fold.hyper_parameters), 60)]
