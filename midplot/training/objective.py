"""What an optimiser minimises: what an attacker earns on streams, and what it costs to fail scenarios."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from midplot.checks import check
from midplot.core.inputs import as_sources
from midplot.core.movie import Movie
from midplot.core.raised import front_door
from midplot.errors import ArgumentError, MidplotError
from midplot.replay import replay
from midplot.training.arguments import Scenarios, as_movie, as_trainable, as_weight, check_names

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Evaluation", "Objective", "objective"]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came of one set of hyper-parameters.

    Attributes
    ----------
    hyper_parameters
        As they were tried.
    value
        What is minimised: minus the score, plus the weight times the failed fraction of the movie.
    score
        The profit after costs over all streams, in the units of the price.
    failed
        How many scenarios of the movie failed; None without a movie.
    failed_held_out
        How many of those held out failed, which the value knows nothing of; None where none were held out.
    """

    hyper_parameters: Any
    value: float
    score: float
    failed: int | None = None
    failed_held_out: int | None = None


class Objective:
    """A function of hyper-parameters to minimise, which remembers what it was asked. Made by `objective`.

    Parameters
    ----------
    streams
        What to earn on, as `replay` takes it. Read once, so a generator will do.
    infer
        A generator function that takes hyper_parameters, an attacker class, or a factory of attackers.
    movie, held_out
        The scenarios to pass, and those to report only.
    weight
        What failing the whole movie costs, in the units of the score.
    rules
        Further arguments of `replay`.

    Attributes
    ----------
    history
        One `Evaluation` a call, in order.
    """

    def __init__(
        self,
        streams: Any,
        infer: Any,
        movie: Movie | None,
        held_out: Movie | None,
        weight: float,
        rules: Mapping[str, Any],
    ) -> None:
        self.history: list[Evaluation] = []
        self._streams = [source.read(rules.get("stop_index")) for source in as_sources(streams)]
        self._infer = infer
        self._movie = movie
        self._held_out = held_out
        self._weight = weight
        self._rules = dict(rules)
        self._failures: dict[bytes, tuple[int | None, int | None]] = {}

    def __call__(self, hyper_parameters: Any) -> float:
        """Replay the streams, check the movie, and return what is to be minimised.

        Parameters
        ----------
        hyper_parameters
            What the attacker's ``update_from_hyper_parameters``, or its infer, takes.

        Returns
        -------
        float
            Minus the score, plus the weight times the failed fraction of the movie.

        Raises
        ------
        ProtocolError
            If the attacker breaks the rules of the game, or ends the program.
        KeyboardInterrupt
            At Ctrl-C: a part of a score is none.
        """
        tried = copy.deepcopy(hyper_parameters)
        with front_door:
            score = self._score(hyper_parameters)
            failed, failed_held_out = self._failed(hyper_parameters)
        value = self._weight * _fraction(failed, self._movie) - score
        self.history.append(Evaluation(tried, value, score, failed, failed_held_out))
        return value

    def violation(self, hyper_parameters: Any) -> float:
        """Return the failed fraction of the movie: 0 where all pass, above 0 where the constraint is violated.

        This is the form that nevergrad takes: ``optimizer.minimize(f, constraint_violation=[f.violation])``. What was
        evaluated already is not checked again.

        Parameters
        ----------
        hyper_parameters
            As for a call.

        Raises
        ------
        ArgumentError
            If there is no movie.
        """
        if self._movie is None:
            raise ArgumentError(
                "violation: this objective has no movie. Give one: objective(streams, movie, weight=0)."
            )
        return _fraction(self._failed(hyper_parameters)[0], self._movie)

    @property
    def best(self) -> Evaluation:
        """The evaluation with the least value, the first of several.

        With a weight of 0 the movie is a constraint: those that failed the fewest scenarios come first.

        Raises
        ------
        MidplotError
            If nothing was evaluated yet.
        """
        if not self.history:
            raise MidplotError("best: nothing was evaluated yet. Let an optimiser call this objective first.")
        return min(self.history, key=lambda e: (0 if self._weight else e.failed or 0, e.value))

    def to_frame(self) -> pd.DataFrame:
        """Return one row an evaluation.

        Returns
        -------
        pandas.DataFrame
            Columns ``value, score``, with a movie ``failed``, with one held out ``failed_held_out``; then the
            hyper-parameters, one column each where they are a mapping.
        """
        import pandas as pd

        names = [name for name, there in self._columns().items() if there]
        outcomes = pd.DataFrame([[getattr(e, name) for name in names] for e in self.history], columns=names)
        tried = pd.DataFrame([_named(e.hyper_parameters) for e in self.history])
        return pd.concat([outcomes, tried], axis=1)

    def __repr__(self) -> str:
        n, streams = len(self.history), len(self._streams)
        counted = f"{n} evaluation{'s' * (n != 1)} on {streams} stream{'s' * (streams != 1)}"
        if not n:
            return f"Objective: {counted}"
        best = self.best
        lines = [f"Objective: {counted}", f"  best       {best.hyper_parameters}", f"  score      {best.score:.6g}"]
        if best.failed is not None:
            lines.append(f"  scenarios  {best.failed} of {len(self._movie or ())} failed")
        if best.failed_held_out is not None:
            lines.append(f"  held out   {best.failed_held_out} of {len(self._held_out or ())} failed")
        return "\n".join(lines)

    def _columns(self) -> dict[str, bool]:
        """Return the columns of outcomes, and whether there is anything to show in them."""
        return {
            "value": True,
            "score": True,
            "failed": self._movie is not None,
            "failed_held_out": self._held_out is not None,
        }

    def _score(self, hyper_parameters: Any) -> float:
        result = replay(self._streams, hyper_parameters=hyper_parameters, infer=self._infer, dry=True, **self._rules)
        if result.interrupted:
            raise KeyboardInterrupt
        return result.total_score

    def _failed(self, hyper_parameters: Any) -> tuple[int | None, int | None]:
        """Count the failed scenarios, once for the same hyper-parameters: a constraint asks after the objective did."""
        # Pickled, since hyper-parameters may hold arrays, which have no truth value when compared.
        key = pickle.dumps(hyper_parameters)
        if key not in self._failures:
            self._failures[key] = (
                self._count_failed(self._movie, hyper_parameters),
                self._count_failed(self._held_out, hyper_parameters),
            )
        return self._failures[key]

    def _count_failed(self, movie: Movie | None, hyper_parameters: Any) -> int | None:
        if movie is None:
            return None
        directory = self._rules.get("model_directory_path", ".")
        _, report = check(movie, self._infer, hyper_parameters=hyper_parameters, model_directory_path=directory)
        return len(report.failed)


def objective(
    streams: Any,
    movie: Scenarios | None = None,
    weight: float | None = None,
    *,
    infer: Any = None,
    held_out: Scenarios | None = None,
    **replay_kwargs: Any,
) -> Objective:
    """Make a function of hyper-parameters to minimise, by nevergrad or any other optimiser.

    Its value is minus the score on the streams, plus the weight times the failed fraction of the movie. Neither the
    streams nor the movie have to be loaded again for a call, and `get_replay_result` stays as it is.

    Parameters
    ----------
    streams
        What to earn on, as `replay` takes it.
    movie
        Scenarios that the attacker should pass: a movie, scenarios, or the path of a folder or file with some.
    weight
        What failing the whole movie costs, in the units of the score; must be given with a movie. Of several times the
        score that can be earned, it makes passing come first. 0 where the movie is a constraint: see
        `Objective.violation`.
    infer
        A generator function that takes ``hyper_parameters``, an attacker class with ``update_from_hyper_parameters``, or
        a factory of such attackers. By default ``infer`` of the main module.
    held_out
        Scenarios that are checked and reported, and have no influence: whether they fail less often as well tells
        what was learned from what was learned by heart.
    **replay_kwargs
        Further arguments of `replay`, such as ``horizon``, ``epsilon`` or ``stop_index``. They do not apply to
        scenarios, which have a horizon of their own, save for ``model_directory_path``.

    Returns
    -------
    Objective
        To be called with hyper-parameters; with its ``history``, the ``best`` so far, and ``violation`` as a constraint.

    Raises
    ------
    StreamError
        If the streams cannot be used.
    ScenarioError
        If a movie is empty or cannot be read.
    ArgumentError, ArgumentTypeError
        If there is no infer, or it takes no hyper_parameters; or an argument is wrong or unknown.

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
    >>> f = objective([[1, 2, 3, 2, 5, 8]], infer=Trend, horizon=1, epsilon=0.5)
    >>> [f({"least": least}) for least in (0.0, 1.5)]
    [2.0, -2.5]
    >>> f.best
    Evaluation(hyper_parameters={'least': 1.5}, value=-2.5, score=2.5, failed=None, failed_held_out=None)
    """
    check_names(replay_kwargs)
    scenarios = None if movie is None else as_movie("movie", movie)
    return Objective(
        streams,
        as_trainable(infer),
        scenarios,
        None if held_out is None else as_movie("held_out", held_out),
        as_weight(weight, scenarios),
        replay_kwargs,
    )


def _fraction(failed: int | None, movie: Movie | None) -> float:
    return 0.0 if failed is None or movie is None else failed / len(movie)


def _named(hyper_parameters: Any) -> dict[Any, Any]:
    """Return hyper-parameters by their names, under one name where they have none of their own."""
    if isinstance(hyper_parameters, Mapping):
        return dict(hyper_parameters)
    return {"hyper_parameters": hyper_parameters}
