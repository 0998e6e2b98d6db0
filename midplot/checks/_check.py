"""The checker as users call it: with a movie and an attacker, or with a replay that was already made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike
from typing import Any

from midplot._warnings import warn
from midplot.checks._checker import check_attackers, check_replays, check_scenarios
from midplot.checks._report import CheckReport
from midplot.checks._tally import checked_threshold
from midplot.errors import ScenarioError
from midplot.evidence.runs._provenance import words_of
from midplot.money._ledger import Ledger
from midplot.play._attacker import InferParameters, rebound, required_infer, unused_parameters
from midplot.play._lockstep import BoundInfer
from midplot.play._raised import front_door
from midplot.scenarios._loading import load_scenarios
from midplot.scenarios._movie import Movie
from midplot.scenarios._scenario import Scenario

__all__ = ["check", "check_bound", "check_result", "scenarios_of"]


def check(
    movie: Movie | Scenario | Iterable[Scenario] | str | PathLike[str],
    infer: Any = None,
    *,
    threshold: float | None = None,
    hyper_parameters: Any = None,
    with_hyper_parameters_load: bool = False,
    model_directory_path: str = ".",
) -> tuple[bool, CheckReport]:
    """Check an attacker against scenarios, each of which is replayed by a fresh attacker, warm-up first.

    An attacker that raises an error, or tries to exit the program, fails that scenario, and the next one is checked.
    Only Ctrl-C ends a check early.

    Parameters
    ----------
    movie
        A movie, scenarios, or the path of a folder or file that contains scenarios.
    infer
        A generator function, an attacker class, or a factory of attackers; by default, ``infer`` of the main module.
    threshold
        The fraction of scenarios that must succeed, from 0 to 1; None for all of them.
    hyper_parameters
        The parameters passed to an infer that takes them.
    with_hyper_parameters_load
        Whether an infer that takes this argument should load saved parameters.
    model_directory_path
        The folder of saved parameters, passed to an infer that takes it.

    Returns
    -------
    ok : bool
        Whether enough scenarios succeeded.
    report : CheckReport
        The report, in whose ``success`` or ``failed`` every scenario is.

    Raises
    ------
    ScenarioError
        If there is no scenario, one is given twice, or a file cannot be used.
    ArgumentError, ArgumentTypeError
        If an argument has a wrong value or type.

    Examples
    --------
    >>> from midplot.scenarios import Scenario, Selection
    >>> from midplot.streams import Stream
    >>> class Trend:
    ...     last = None
    ...
    ...     def tick_and_predict(self, x, horizon):
    ...         before, self.last = self.last, x
    ...         return 0 if before is None else x - before
    >>> selection = Selection.of(Stream([1, 2, 3, 4], name="rising"), 1, 2, horizon=1, epsilon=0.5)
    >>> ok, report = check(Scenario(selection=selection, expected=1), Trend)
    >>> print(report)
    Success: 1, Failed: 0 (100% of 1; all must succeed): passed
    """
    with front_door:
        checked_threshold(threshold)  # before the replay, which may take minutes
        chosen = required_infer(infer, "check")
        parameters = InferParameters(hyper_parameters, with_hyper_parameters_load, model_directory_path)
        for words in unused_parameters(chosen, parameters):
            warn(words)
        attacker = words_of(chosen)  # before the check, in which the attacker may go into another folder
        report = CheckReport(tuple(check_scenarios(scenarios_of(movie), chosen, parameters)), threshold, attacker)
        return report.ok, report


def check_bound(scenarios: Sequence[Scenario], infer: BoundInfer, horizon: int) -> CheckReport:
    """Check the attacker of a replay, with the parameters that it had there, against scenarios.

    Parameters
    ----------
    scenarios
        The scenarios, at least one.
    infer
        The attacker, bound to its parameters.
    horizon
        The horizon that it was bound to; each scenario has its own.
    """
    attackers = {each: rebound(infer, horizon, each) for each in dict.fromkeys(s.selection.horizon for s in scenarios)}
    attacker = words_of(infer)
    return CheckReport(tuple(check_attackers(scenarios, attackers)), attacker=attacker)


def check_result(
    scenarios: Sequence[Scenario],
    ledger: Ledger,
    threshold: float | None = None,
    infer: BoundInfer | None = None,
    attacker: str = "",
) -> tuple[bool, CheckReport]:
    """Check the decisions made in a replay of a movie's streams.

    Parameters
    ----------
    scenarios
        The scenarios of the movie, in its order.
    ledger
        What happened in the replay.
    threshold
        The fraction of scenarios that must succeed, from 0 to 1; None for all of them.
    infer
        The attacker that was replayed, to find out how much history it needs.
    attacker
        The attacker's name and file.

    Raises
    ------
    ScenarioError
        If something other than these scenarios was replayed.
    """
    checked_threshold(threshold)
    replays = [part.replay for part in ledger.parts]
    report = CheckReport(tuple(check_replays(scenarios, replays, infer=infer)), threshold, attacker)
    return report.ok, report


def scenarios_of(movie: Any) -> tuple[Scenario, ...]:
    """Return the scenarios of whatever may be given for a movie, as `check` takes it."""
    if isinstance(movie, Movie):
        return movie.scenarios
    if isinstance(movie, Scenario):
        return (movie,)
    if isinstance(movie, str | PathLike):
        return load_scenarios(movie).scenarios
    if not isinstance(movie, Iterable):
        raise ScenarioError(
            f"got {movie!r} ({type(movie).__name__}), which holds no scenarios",
            where="check",
            advice="Give a movie, scenarios, or the path of their folder.",
        )
    return Movie(movie).scenarios
