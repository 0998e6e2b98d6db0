"""The function that an optimiser minimises: minus what an attacker earns on streams, plus the cost of failed scenarios."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from midplot.checks._check import check
from midplot.errors import ArgumentError, MidplotError
from midplot.evidence._blocks import block_sums
from midplot.evidence._luck import Luck, luck_of
from midplot.play._raised import front_door
from midplot.replay import replay
from midplot.results import ReplayResults
from midplot.scenarios._movie import Movie
from midplot.streams._inputs import as_sources
from midplot.training._arguments import Scenarios, as_movie, as_trainable, as_weight, check_names
from midplot.training._evaluation import Evaluation

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Objective", "objective"]


class Objective:
    """A function of hyper-parameters to minimise, which keeps a history of its evaluations. Made by `objective`.

    Parameters
    ----------
    streams
        The streams to earn on, as for `replay`. They are read once, so a generator will do.
    infer
        A generator function that takes hyper_parameters, an attacker class, or a factory of attackers.
    movie, held_out
        The scenarios to pass, and the scenarios that are only reported.
    weight
        Cost of failing the whole movie, in the units of the score.
    rules
        Further arguments of `replay`.

    Attributes
    ----------
    history
        One `Evaluation` per call, in order.
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
        """Replay the streams, check the movie, and return the value to minimise.

        Parameters
        ----------
        hyper_parameters
            Passed to the attacker's ``update_from_hyper_parameters``, or to its infer.

        Returns
        -------
        float
            Minus the score, plus the weight times the failed fraction of the movie.

        Raises
        ------
        ProtocolError
            If the attacker breaks the rules of the game, or ends the program.
        KeyboardInterrupt
            At Ctrl-C, since part of a score is not a score.
        """
        # The attacker, or the optimiser after this call, may change them in place.
        tried = copy.deepcopy(hyper_parameters)
        with front_door:
            result = self._replayed(hyper_parameters)
            failed, failed_held_out = self._failed(hyper_parameters)
        score = result.total_score
        value = self._weight * _fraction(failed, self._movie) - score
        sums = block_sums(result.ledger)
        self.history.append(Evaluation(tried, value, score, failed, failed_held_out, sums))
        return value

    def violation(self, hyper_parameters: Any) -> float:
        """Return the failed fraction of the movie: 0 if all scenarios pass, above 0 if the constraint is violated.

        This is the form that nevergrad expects: ``optimizer.minimize(f, constraint_violation=[f.violation])``.
        Hyper-parameters that were evaluated before are not checked again.

        Parameters
        ----------
        hyper_parameters
            As for evaluating the objective.

        Raises
        ------
        ArgumentError
            If there is no movie.
        """
        if self._movie is None:
            raise ArgumentError(
                "this objective has no movie",
                where="violation",
                advice="Give one: objective(streams, movie, weight=0).",
            )
        return _fraction(self._failed(hyper_parameters)[0], self._movie)

    @property
    def best(self) -> Evaluation:
        """The evaluation with the lowest value; the first if there are several.

        With a weight of 0 the movie is a constraint, and evaluations that failed fewer scenarios come first.

        Raises
        ------
        MidplotError
            If nothing has been evaluated yet.
        """
        if not self.history:
            raise MidplotError(
                "nothing was evaluated yet",
                where="best",
                advice="Let an optimiser call this objective first.",
            )
        # With a weight, failed scenarios are part of the value already.
        return min(self.history, key=lambda e: (0 if self._weight else e.failed or 0, e.value))

    def luck(self, evaluation: Evaluation | None = None) -> Luck:
        """Tell how much of a score may be luck, after so many evaluations.

        Parameters
        ----------
        evaluation
            One of ``history``; None for the ``best``.

        Returns
        -------
        Luck
            With ``p`` corrected for the number of evaluations so far: the best of many is partly luck.

        Raises
        ------
        MidplotError
            If nothing has been evaluated yet.
        """
        chosen = self.best if evaluation is None else evaluation
        return luck_of(chosen.sums, score=chosen.score, trials=max(1, len(self.history)))

    def to_frame(self) -> pd.DataFrame:
        """Return one row per evaluation.

        Returns
        -------
        pandas.DataFrame
            Columns ``value`` and ``score``; ``failed`` if there is a movie, ``failed_held_out`` if scenarios are held
            out; then the hyper-parameters, one column each if they are a mapping.
        """
        import pandas as pd

        columns = {
            "value": True,
            "score": True,
            "failed": self._movie is not None,
            "failed_held_out": self._held_out is not None,
        }
        names = [name for name, is_shown in columns.items() if is_shown]
        outcomes = pd.DataFrame([[getattr(e, name) for name in names] for e in self.history], columns=names)
        tried = pd.DataFrame([_named(e.hyper_parameters) for e in self.history])
        return pd.concat([outcomes, tried], axis=1)

    def __repr__(self) -> str:
        n, streams = len(self.history), len(self._streams)
        counted = f"{n} evaluation{'s' * (n != 1)} on {streams} stream{'s' * (streams != 1)}"
        if not n:
            return f"Objective: {counted}"
        best = self.best
        lines = [f"Objective: {counted}", f"  best       {best.hyper_parameters}", f"  score      {self.luck(best)}"]
        if best.failed is not None:
            lines.append(f"  scenarios  {best.failed} of {len(self._movie or ())} failed")
        if best.failed_held_out is not None:
            lines.append(f"  held out   {best.failed_held_out} of {len(self._held_out or ())} failed")
        return "\n".join(lines)

    def _replayed(self, hyper_parameters: Any) -> ReplayResults:
        result = replay(self._streams, hyper_parameters=hyper_parameters, infer=self._infer, dry=True, **self._rules)
        # replay returns what it has at Ctrl-C; an optimiser has to stop.
        if result.interrupted:
            raise KeyboardInterrupt
        return result

    def _failed(self, hyper_parameters: Any) -> tuple[int | None, int | None]:
        """Count the failed scenarios, only once per hyper-parameters: objective and constraint are asked one after the other."""
        # Pickled, since hyper-parameters may hold arrays, which can neither be hashed nor compared to a single bool.
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
    """Make a function of hyper-parameters for nevergrad or any other optimiser to minimise.

    Its value is minus the score on the streams, plus the weight times the failed fraction of the movie. The streams and
    the movie are loaded only once, and `get_replay_result` is not affected.

    Parameters
    ----------
    streams
        The streams to earn on, as for `replay`.
    movie
        Scenarios that the attacker should pass: a movie, scenarios, or the path of a folder or file that holds some.
    weight
        Cost of failing the whole movie, in the units of the score; required with a movie. A weight of several times the
        score that can be earned puts passing first. Use 0 if the movie is a constraint; see `Objective.violation`.
    infer
        A generator function that takes ``hyper_parameters``, an attacker class with ``update_from_hyper_parameters``, or
        a factory of such attackers. By default ``infer`` of the main module.
    held_out
        Scenarios that are checked and reported but have no influence. If they fail less often as well, the attacker has
        learned something; if not, it has learned the movie by heart.
    **replay_kwargs
        Further arguments of `replay`, such as ``horizon``, ``epsilon`` or ``stop_index``. Except for
        ``model_directory_path`` they do not apply to the scenarios, which have their own horizon.

    Returns
    -------
    Objective
        A function of hyper-parameters with a ``history``, the ``best`` so far, and ``violation`` as a constraint.

    Raises
    ------
    StreamError
        If the streams cannot be used.
    ScenarioError
        If a movie is empty or cannot be read.
    ArgumentError, ArgumentTypeError
        If there is no infer, if it takes no hyper_parameters, or if an argument is wrong or unknown.

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
    """Return hyper-parameters by name; those without names as one column."""
    if isinstance(hyper_parameters, Mapping):
        return dict(hyper_parameters)
    return {"hyper_parameters": hyper_parameters}
