"""Checks the arguments of an objective before its first evaluation, since an optimiser may hide an error."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterable, Mapping
from numbers import Real
from os import PathLike
from typing import Any

from midplot.errors import ArgumentError, ArgumentTypeError, ScenarioError, did_you_mean
from midplot.play._attacker import accepted_names, required_infer
from midplot.replay import replay
from midplot.scenarios._loading import load_scenarios
from midplot.scenarios._movie import Movie
from midplot.scenarios._scenario import Scenario

__all__ = ["Scenarios", "as_movie", "as_trainable", "as_weight", "check_names"]

Scenarios = Movie | Scenario | Iterable[Scenario] | str | PathLike[str]
"""A movie, one or several scenarios, or the path of a folder or file that holds some."""

_NOT_PASSED_ON = frozenset(
    {
        *("streams", "infer", "hyper_parameters", "dry"),  # set here, for each evaluation
        "with_hyper_parameters_load",  # saved parameters would replace those that are tried
        # These show or record a single replay; an optimiser makes thousands.
        *("with_visualization", "with_accounting_visualizer", "update_frequency", "progress", "probe"),
    }
)
"""Arguments of `replay` that an objective does not take."""


def check_names(
    replay_kwargs: Mapping[str, Any],
    where: str = "objective",
    own: str = "streams, movie, weight, infer, held_out",
) -> None:
    """Refuse arguments that `replay` does not know, or that make no sense in training.

    Parameters
    ----------
    replay_kwargs
        The arguments by name.
    where
        The function that they were given to, for messages.
    own
        The arguments that it has itself, for messages.

    Raises
    ------
    ArgumentTypeError
        If there is such an argument; the message names it and lists the known ones.
    """
    known = [name for name in inspect.signature(replay).parameters if name not in _NOT_PASSED_ON]
    for name in replay_kwargs:
        if name not in known:
            raise ArgumentTypeError(
                f"it takes no argument {name!r}",
                where=where,
                advice=f"{did_you_mean(name, known)} Give {own}, or of replay's {', '.join(known)}.",
            )


def as_trainable(infer: Any) -> Any:
    """Return the given attacker as an infer that can be trained, or ``infer`` of the main module if None is given.

    Raises
    ------
    ArgumentError
        If there is no attacker, or it takes no hyper-parameters.
    ArgumentTypeError
        If it is not an infer, an attacker class or a factory.
    """
    chosen = required_infer(infer, "train")
    if "hyper_parameters" not in accepted_names(chosen):
        raise ArgumentError(
            "it does not take hyper_parameters, so all of them would score the same",
            where="infer",
            advice="Add the parameter to infer, or pass wrap(YourAttacker).",
        )
    return chosen


def as_movie(name: str, movie: Scenarios) -> Movie:
    """Return scenarios, given in any form, as a movie that is not empty.

    Raises
    ------
    ScenarioError
        If it is empty, or cannot be read.
    """
    if isinstance(movie, str | PathLike):
        movie = load_scenarios(movie)
    scenarios = movie if isinstance(movie, Movie) else Movie([movie] if isinstance(movie, Scenario) else movie)
    if not scenarios:
        raise ScenarioError(
            "it holds no scenario",
            where=name,
            advice="Save some with result.save_selected(UP), or leave it out.",
        )
    return scenarios


def as_weight(weight: Any, movie: Movie | None) -> float:
    """Return the cost of failing the whole movie.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If it is not a cost, or only one of weight and movie is given.
    """
    if weight is None:
        if movie is not None:
            raise ArgumentError(
                "a movie was given without one",
                where="weight",
                advice="Say what failing all of it costs, in the units of the score: for example weight=1000; or "
                "weight=0 to use violation as a constraint.",
            )
        return 0.0
    if movie is None:
        raise ArgumentError(
            f"got {weight!r}, but no movie that it could weigh",
            where="weight",
            advice="Give a movie, or leave it out.",
        )
    if isinstance(weight, bool) or not isinstance(weight, Real):
        raise ArgumentTypeError(
            f"expected a number, got {weight!r} ({type(weight).__name__})",
            where="weight",
            advice="Give a cost of 0 or more.",
        )
    cost = float(weight)
    if not 0 <= cost < math.inf:
        raise ArgumentError(f"{weight!r} is not a cost", where="weight", advice="Give a finite number of 0 or more.")
    return cost
