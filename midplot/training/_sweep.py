"""Tries every combination of a few hyper-parameters, and says what the best of so many is worth."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from midplot._text import counted, in_columns, percent, printable, signed
from midplot.checks._check import check
from midplot.evidence._luck import Luck
from midplot.evidence._words import amount
from midplot.play._raised import front_door
from midplot.scenarios._movie import Movie
from midplot.training._arguments import Scenarios, as_movie, as_trainable, check_names
from midplot.training._grid import are_numbers, as_grid, ranks
from midplot.training._overfitting import probability_of_overfitting
from midplot.training._trials import Ground, Trial, finite_score, replayed, score_matrix

if TYPE_CHECKING:
    import pandas as pd

    from midplot.views.chart._figure import Figure

__all__ = ["Sweep", "sweep"]

Standing = Literal["plateau", "spike", "loss", "alone"]

# A smooth curve falls little in one step of a sensible grid; a lucky set of parameters has neighbours that earn nothing.
HALF = 0.5
"""The share of the best score that its neighbours earn on average from which it stands on a plateau."""

# More rows would scroll the summary out of sight.
MOST_ROWS = 20
"""The greatest number of sets that are listed as text, the best first."""


@dataclass(frozen=True, repr=False, eq=False)
class Sweep:
    """Every combination of some hyper-parameters, replayed. Made by `sweep`.

    Attributes
    ----------
    grid
        The values that were tried, by the name of the hyper-parameter.
    trials
        One `Trial` per combination, the last hyper-parameter changing fastest.
    """

    grid: Mapping[str, tuple[Any, ...]]
    trials: tuple[Trial, ...]

    @property
    def best(self) -> Trial:
        """The combination with the highest score; with a movie, of those that failed the fewest scenarios."""
        return max(self.trials, key=lambda each: (-(each.failed or 0), finite_score(each)))

    @cached_property
    def luck(self) -> Luck:
        """How much of the best score may be luck, with ``p`` corrected for the number of combinations.

        Combinations that earned the same in every block and scenario, with as many decisions, count as one.
        """
        return self.best.luck_of_trials(len(self._different()))

    @cached_property
    def overfitting(self) -> float | None:
        """How often the best combination on half of the streams is below the median on the other half.

        None with a single stream or combination, or if all of them earned the same.
        """
        return probability_of_overfitting(score_matrix(self._different()))

    @property
    def standing(self) -> Standing:
        """What stands around the best combination.

        ``"plateau"`` if its neighbours, one step away in one hyper-parameter, earn at least half as much on average;
        ``"spike"`` if they earn less; ``"loss"`` if the best earns nothing; ``"alone"`` if it has no neighbour.
        """
        neighbours, best = self._neighbours(), self.best.score
        if not best > 0:
            return "loss"
        if not neighbours:
            return "alone"
        return "plateau" if np.mean([each.score for each in neighbours]) >= HALF * best else "spike"

    def to_frame(self) -> pd.DataFrame:
        """Return one row per combination.

        Returns
        -------
        pandas.DataFrame
            One column per hyper-parameter, then ``score, low, high, p, decisions, win_rate, latency_ms``, and ``failed``
            if there is a movie. ``p`` is that of the combination alone, not corrected; NaN if there is too little data.
        """
        import pandas as pd

        rows = [{**each.hyper_parameters, **self._row(each)} for each in self.trials]
        return pd.DataFrame(rows)

    def figure(self, *, dark: bool | None = None) -> Figure:
        """Draw the scores with their intervals: a line for one hyper-parameter, a heat map for more.

        Parameters
        ----------
        dark
            The colours: True for a dark page, False for a light one. By default the figure has no background, and colours
            that can be read on either.

        Returns
        -------
        plotly.graph_objects.Figure
            Of more than two hyper-parameters the first two are drawn; a cell shows the best of the others.
        """
        from midplot.views.chart._palette import palette_for
        from midplot.views.chart._sweep_figure import sweep_figure

        titles = [f"best: {self._named(self.best)}, score {self.luck}", *self.remarks()]
        scores = [(each.hyper_parameters, each.score, each.luck.interval) for each in self.trials]
        return sweep_figure(self.grid, scores, self.best.hyper_parameters, titles, palette_for(dark))

    def remarks(self) -> list[str]:
        """Return what stands around the best combination, and the probability of overfitting, in words."""
        words = [_STANDINGS[self.standing].format(self._neighbourhood()), *self._edges()]
        words += [f"{name} changes nothing: with each of its values the attacker earns the same" for name in self._idle]
        if self.overfitting is not None:
            words.append(
                "probability of overfitting "
                f"{percent(self.overfitting)}: how often the best on half of the streams is below the median on the rest"
            )
        return words

    def __str__(self) -> str:
        tried = counted(len(self.trials), "combination")
        return f"{tried}; best {self._named(self.best)}, score {self.luck}; {'; '.join(self.remarks())}"

    def __repr__(self) -> str:
        ranked = sorted(self.trials, key=lambda each: (each.failed or 0, -finite_score(each)))[:MOST_ROWS]
        heads = [*map(str, self.grid), "score", "95%", "decisions", *(["failed"] if self._has_movie else [])]
        rows = [[printable(str(value)) for value in heads], *(self._text_row(each) for each in ranked)]
        more = len(self.trials) - len(ranked)
        rest = [f"… and {more:,} more: to_frame() has them all"] if more else []
        best = f"best: {self._named(self.best)}, score {self.luck}"
        title = f"Sweep: {counted(len(self.trials), 'combination')}"
        return "\n".join([title, "", *in_columns(rows, right=range(len(heads))), *rest, "", best, *self.remarks()])

    @property
    def _has_movie(self) -> bool:
        return self.trials[0].failed is not None

    def _row(self, trial: Trial) -> dict[str, Any]:
        low, high = trial.luck.interval or (math.nan, math.nan)
        row = {
            "score": trial.score,
            "low": low,
            "high": high,
            "p": math.nan if trial.luck.p is None else trial.luck.p,
            "decisions": trial.n_decisions,
            "win_rate": trial.win_rate,
            "latency_ms": trial.latency * 1e3,
        }
        return row | ({"failed": trial.failed} if self._has_movie else {})

    def _text_row(self, trial: Trial) -> list[str]:
        interval = trial.luck.interval
        between = "–" if interval is None else " to ".join(map(amount, interval))
        values = [printable(str(value)) for value in trial.hyper_parameters.values()]
        failed = [f"{trial.failed}"] if self._has_movie else []
        return [*values, signed(trial.score), between, f"{trial.n_decisions:,}", *failed]

    def _named(self, trial: Trial) -> str:
        return ", ".join(f"{name} {value}" for name, value in trial.hyper_parameters.items())

    # What changes nothing

    def _different(self) -> list[Trial]:
        """Return the combinations without those that came to the same as one before them."""
        return list({each.outcome: each for each in reversed(self.trials)}.values())[::-1]

    @cached_property
    def _idle(self) -> list[str]:
        """The hyper-parameters of which no value makes a difference, whatever the others are."""
        shape = [len(values) for values in self.grid.values()]
        numbers = {outcome: number for number, outcome in enumerate({each.outcome: None for each in self.trials})}
        table = np.array([numbers[each.outcome] for each in self.trials]).reshape(shape)
        return [
            name
            for axis, (name, n) in enumerate(zip(self.grid, shape, strict=True))
            if n > 1 and (table == table.take([0], axis=axis)).all()
        ]

    # What stands around the best

    def _places(self, trial: Trial) -> tuple[int, ...]:
        """Return where a combination is along each hyper-parameter, numbers in ascending order."""
        number = next(place for place, each in enumerate(self.trials) if each is trial)
        shape = [len(values) for values in self.grid.values()]
        at = np.unravel_index(number, shape)
        return tuple(ranks(values)[int(place)] for values, place in zip(self.grid.values(), at, strict=True))

    def _neighbours(self) -> list[Trial]:
        """Return the combinations that are one step away from the best in one hyper-parameter."""
        here, counts = np.array(self._places(self.best)), np.array([name not in self._idle for name in self.grid])
        steps = [np.abs(np.array(self._places(each)) - here) for each in self.trials]
        return [each for each, step in zip(self.trials, steps, strict=True) if step.sum() == 1 == step[counts].sum()]

    def _neighbourhood(self) -> str:
        neighbours, best = self._neighbours(), self.best.score
        if not neighbours or not best > 0:
            return ""
        share = float(np.mean([each.score for each in neighbours])) / best
        n = counted(len(neighbours), "neighbour")
        earn = "earns" if len(neighbours) == 1 else "earn on average"
        return f"its {n} {earn} {share:.0%} of it"

    def _edges(self) -> list[str]:
        """Say along which hyper-parameters of numbers the best is the first or the last that was tried."""
        found = []
        for (name, values), place in zip(self.grid.items(), self._places(self.best), strict=True):
            if name not in self._idle and len(values) > 1 and place in (0, len(values) - 1) and are_numbers(values):
                beyond = "below" if place == 0 else "above"
                value = self.best.hyper_parameters[name]
                found.append(f"the best is at the edge of what was tried: try {name} {beyond} {value} too")
        return found


_STANDINGS: Mapping[Standing, str] = {
    "plateau": "on a plateau: {}",
    "spike": "a spike: {}, so it may well be luck",
    "loss": "no combination earned anything{}",
    "alone": "nothing beside it was tried{}",
}


def sweep(
    streams: Any,
    infer: Any,
    grid: Mapping[str, Iterable[Any]],
    movie: Scenarios | None = None,
    *,
    n_jobs: int | Literal["auto"] = "auto",
    **replay_kwargs: Any,
) -> Sweep:
    """Replay an attacker with every combination of some hyper-parameters.

    Parameters
    ----------
    streams
        The streams, as for `replay`. They are read once.
    infer
        A generator function that takes ``hyper_parameters``, an attacker class with ``update_from_hyper_parameters``, or
        a factory of such attackers; None for ``infer`` of the main module.
    grid
        The values to try, by the name of the hyper-parameter. The attacker gets each combination as a dict.
    movie
        Scenarios that every combination is checked on as well: a movie, scenarios, or the path of some. The best is then
        one of those that fail the fewest.
    n_jobs
        Number of processes, as for `replay`. All combinations are replayed side by side.
    **replay_kwargs
        Further arguments of `replay`, such as ``horizon``, ``epsilon`` or ``stop_index``.

    Returns
    -------
    Sweep
        With ``to_frame()``, ``figure()``, the ``best`` combination, its ``luck`` corrected for the number of
        combinations, its ``standing`` on a plateau or a spike, and the probability of ``overfitting``.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If the grid is empty or not a mapping of names to values, or an argument is wrong or unknown.
    KeyboardInterrupt
        At Ctrl-C.
    Exception
        The attacker's own, with a note of the hyper-parameters.

    Examples
    --------
    >>> class Trend:
    ...     last, least = None, 0.0
    ...
    ...     def update_from_hyper_parameters(self, hyper_parameters):
    ...         self.least = hyper_parameters["least"]
    ...
    ...     def tick_and_predict(self, x, horizon):
    ...         move, self.last = x - (self.last or x), x
    ...         return move if abs(move) > self.least else 0
    >>> found = sweep([[1, 2, 3, 2, 5, 8]], Trend, {"least": [0.0, 1.5]}, horizon=1, epsilon=0.5)
    >>> found.best
    Trial({'least': 1.5}, score=2.5)
    """
    check_names(replay_kwargs, "sweep", "streams, infer, grid, movie, n_jobs")
    values, trainable = as_grid(grid), as_trainable(infer)
    scenarios = None if movie is None else as_movie("movie", movie)
    with front_door:
        ground = Ground(streams, trainable, replay_kwargs, n_jobs)
        tried = [dict(zip(values, each, strict=True)) for each in product(*values.values())]
        # Each attacker gets its own copy, since it may change it in place.
        given = copy.deepcopy(tried)
        trials = [Trial.of(each, ledger, None) for each, ledger in zip(tried, replayed(ground, given), strict=True)]
        if scenarios is not None:
            trials = [_checked(each, scenarios, trainable, ground.model_directory) for each in trials]
    return Sweep(values, tuple(trials))


def _checked(trial: Trial, movie: Movie, infer: Any, directory: str) -> Trial:
    given = copy.deepcopy(trial.hyper_parameters)
    _, report = check(movie, infer, hyper_parameters=given, model_directory_path=directory)
    return replace(trial, failed=len(report.failed))
