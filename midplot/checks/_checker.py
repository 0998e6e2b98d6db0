"""Does an attacker do what the scenarios of a movie expect? Replays them, or judges a replay that was already made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from midplot.checks._readiness import runs_with_history
from midplot.checks._verdict import Check, Reason, judge, judged, judged_raised
from midplot.errors import ScenarioError
from midplot.play._attacker import InferParameters, as_infer, bind
from midplot.play._engine import PartReplay
from midplot.play._history import needed_ticks
from midplot.play._lockstep import BoundInfer
from midplot.play._trial import Trial
from midplot.scenarios._scenario import Scenario

__all__ = ["check_attackers", "check_replays", "check_scenarios"]

MISMATCH = "Replay movie.streams(), all of them and whole, and give the scenarios of that same movie"


def check_scenarios(
    scenarios: Iterable[Scenario],
    infer: Any,
    parameters: InferParameters | None = None,
) -> list[Check]:
    """Replay each scenario by a fresh attacker, warm-up first, and judge its decisions.

    If the attacker raises an error, that scenario fails and the check continues; Ctrl-C ends it.

    Parameters
    ----------
    scenarios
        The scenarios to check, at least one.
    infer
        A generator function, an attacker class, or a factory of attackers.
    parameters
        The arguments that infer may ask for; the horizon is that of each scenario.

    Returns
    -------
    list of Check
        One check per scenario, in the given order.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If infer cannot be called with a stream.
    """
    listed = list(scenarios)
    infer, parameters = as_infer(infer), parameters or InferParameters()
    horizons = dict.fromkeys(s.selection.horizon for s in listed)
    # Binding inspects: once is enough.
    return check_attackers(listed, {h: bind(infer, replace(parameters, horizon=h)) for h in horizons})


def check_attackers(scenarios: Sequence[Scenario], attackers: Mapping[int, BoundInfer]) -> list[Check]:
    """Replay each scenario by a fresh attacker as `check_scenarios` does, given the attacker bound to each horizon."""
    checks = [_checked(s, at, attackers[s.selection.horizon]) for at, s in enumerate(scenarios)]
    for horizon, attacker in attackers.items():
        # An attacker may need more history for a longer horizon, so readiness is judged for each horizon by itself.
        alike = [at for at, s in enumerate(scenarios) if s.selection.horizon == horizon]
        for at, check in zip(alike, _mark_too_short([checks[at] for at in alike], attacker), strict=True):
            checks[at] = check
    return checks


def check_replays(
    scenarios: Iterable[Scenario],
    replays: Sequence[PartReplay],
    *,
    infer: BoundInfer | None = None,
) -> list[Check]:
    """Judge a replay of the streams of a movie.

    Parameters
    ----------
    scenarios
        The scenarios of the movie, in its order.
    replays
        The replay of each of its streams.
    infer
        The attacker that was replayed, bound to its parameters, to find out how much history it needs where it was
        silent. Without it, "too short to get ready" is not distinguished from "no decision".

    Returns
    -------
    list of Check
        One check per scenario, in the given order.

    Raises
    ------
    ScenarioError
        If the replays are not complete ones of these scenarios' streams.
    """
    listed = list(scenarios)
    if len(listed) != len(replays):
        raise ScenarioError(
            f"there are {len(listed)} scenarios, but {len(replays)} streams were replayed",
            where="check",
            advice=f"{MISMATCH}.",
        )
    checks = [_judged(s, replayed) for s, replayed in zip(listed, replays, strict=True)]
    return checks if infer is None else _mark_too_short(checks, infer)


def _checked(scenario: Scenario, position: int, infer: BoundInfer) -> Check:
    """Replay one scenario."""
    selection = scenario.selection
    label = f"stream {position} {scenario.title!r}"
    trial = Trial(fed_values(scenario), infer, label, selection.first - len(selection.before))
    if trial.error is not None:
        return judged_raised(scenario, trial.decisions, trial.error, label, was_ready=trial.was_ready)
    return judged(scenario, trial.decisions)


def fed_values(scenario: Scenario) -> list[float]:
    """Return what an attacker is fed in a scenario: the prices of the warm-up, then those of the window."""
    return [*scenario.selection.before, *scenario.selection.values]


def _judged(scenario: Scenario, replayed: PartReplay) -> Check:
    """Judge one replay, after making sure that it is a replay of this scenario."""
    selection, part = scenario.selection, replayed.part
    if not replayed.complete:
        raise ScenarioError(f"{part.label} was not replayed to its end", where="check", advice=f"{MISMATCH}.")
    warmup = len(selection.before)
    # The prices are compared as well, since a movie and a replay of another one can have the same indices.
    same = (part.first_index, part.warmup) == (selection.first - warmup, warmup)
    if not same or not np.array_equal(part.values, fed_values(scenario)):
        raise ScenarioError(
            f"{part.label} is not the stream of the scenario {scenario.title!r}", where="check", advice=f"{MISMATCH}."
        )
    return judge(scenario, replayed.decisions)


def _mark_too_short(checks: Sequence[Check], infer: BoundInfer) -> list[Check]:
    """Give the reason "too short" to those scenarios without a decision that are too short for the attacker."""
    # A decision on the warm-up shows that it was ready, so such a scenario is not a candidate.
    silent = {id(c): c for c in checks if c.reason is Reason.NO_DECISION and not c.decisions.any()}
    if not silent:
        return list(checks)
    shortest = min(c.n_ticks for c in silent.values())
    if any(c.decisions[:shortest].any() for c in checks):
        return list(checks)  # on another scenario it was ready early enough for all of these
    runs = [run for run in map(_first_run, checks) if run]
    runs = runs or runs_with_history([fed_values(c.scenario) for c in silent.values()], infer)
    needed = needed_ticks(runs, infer) or 0
    return [_too_short(c, needed) if id(c) in silent and c.n_ticks < needed else c for c in checks]


def _first_run(check: Check) -> list[float]:
    """Return what the attacker was fed up to its first decision on a scenario; an empty list if it made none."""
    fired = check.decisions.nonzero()[0]
    return fed_values(check.scenario)[: fired[0] + 1] if len(fired) else []


def _too_short(check: Check, needed: int) -> Check:
    ticks = "this 1 tick" if check.n_ticks == 1 else f"these {check.n_ticks} ticks"
    why = f"too short to get ready: no decision within {ticks}, and the attacker needs about {needed}"
    return replace(check, reason=Reason.TOO_SHORT, why=why)
