"""Does an attacker do what the scenarios of a movie expect? Replays them, or judges a replay that was made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from midplot.checks._readiness import needed_ticks, runs_with_history
from midplot.checks._verdict import Check, Reason, judge, judged, judged_raised
from midplot.errors import ScenarioError
from midplot.play._attacker import InferParameters, as_infer, bind
from midplot.play._engine import PartReplay
from midplot.play._lockstep import BoundInfer
from midplot.play._trial import Trial
from midplot.scenarios._scenario import Scenario

__all__ = ["check_replays", "check_scenarios"]

MISMATCH = "Replay movie.streams(), all of them and whole, and give the scenarios of that same movie"


def check_scenarios(
    scenarios: Iterable[Scenario],
    infer: Any,
    parameters: InferParameters | None = None,
) -> list[Check]:
    """Replay each scenario by a fresh attacker, warm-up first, and judge what it decided.

    What the attacker raises fails that scenario, and the check goes on; Ctrl-C ends it.

    Parameters
    ----------
    scenarios
        What to check, at least one.
    infer
        A generator function, an attacker class, or a factory of attackers.
    parameters
        What infer may ask for. Its horizon is each scenario's own.

    Returns
    -------
    list of Check
        One per scenario, in the order given.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If infer cannot be called with a stream.
    """
    listed = list(scenarios)
    infer, parameters = as_infer(infer), parameters or InferParameters()
    horizons = dict.fromkeys(s.selection.horizon for s in listed)
    attackers = {h: bind(infer, replace(parameters, horizon=h)) for h in horizons}
    checks = [_checked(s, at, attackers[s.selection.horizon]) for at, s in enumerate(listed)]
    for horizon, attacker in attackers.items():
        alike = [at for at, s in enumerate(listed) if s.selection.horizon == horizon]
        for at, check in zip(alike, _told_apart([checks[at] for at in alike], attacker), strict=True):
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
        Those of the movie, in its order.
    replays
        What was decided on each of its streams.
    infer
        The attacker that was replayed, bound to its parameters. It is asked how much history it needs, where it was
        silent. Without it, "too short to get ready" is not told apart from "no decision".

    Returns
    -------
    list of Check
        One per scenario, in the order given.

    Raises
    ------
    ScenarioError
        If the replay is not a whole one of these scenarios' streams.
    """
    listed = list(scenarios)
    if len(listed) != len(replays):
        raise ScenarioError(
            f"there are {len(listed)} scenarios, but {len(replays)} streams were replayed",
            where="check",
            advice=f"{MISMATCH}.",
        )
    checks = [_judged(s, replayed) for s, replayed in zip(listed, replays, strict=True)]
    return checks if infer is None else _told_apart(checks, infer)


def _checked(scenario: Scenario, position: int, infer: BoundInfer) -> Check:
    """Replay one scenario."""
    selection = scenario.selection
    label = f"stream {position} {scenario.title!r}"
    trial = Trial(fed_values(scenario), infer, label, selection.first - len(selection.before))
    if trial.error is not None:
        return judged_raised(scenario, trial.decisions, trial.error, label, was_ready=trial.was_ready)
    return judged(scenario, trial.decisions)


def fed_values(scenario: Scenario) -> list[float]:
    """Return what an attacker is fed of a scenario: the prices of the warm-up and of the window."""
    return [*scenario.selection.before, *scenario.selection.values]


def _judged(scenario: Scenario, replayed: PartReplay) -> Check:
    """Judge one replay, after making sure that it is one of this scenario."""
    selection, part = scenario.selection, replayed.part
    if not replayed.complete:
        raise ScenarioError(f"{part.label} was not replayed to its end", where="check", advice=f"{MISMATCH}.")
    warmup = len(selection.before)
    same = (part.first_index, part.warmup) == (selection.first - warmup, warmup)
    if not same or not np.array_equal(part.values, fed_values(scenario)):
        raise ScenarioError(
            f"{part.label} is not the stream of the scenario {scenario.title!r}", where="check", advice=f"{MISMATCH}."
        )
    return judge(scenario, replayed.decisions)


def _told_apart(checks: Sequence[Check], infer: BoundInfer) -> list[Check]:
    """Tell the scenarios that are too short for the attacker from those on which it did not fire."""
    silent = {id(c): c for c in checks if c.reason is Reason.NO_DECISION and not c.decisions.any()}
    if not silent:
        return list(checks)
    shortest = min(c.n_ticks for c in silent.values())
    if any(c.decisions[:shortest].any() for c in checks):
        return list(checks)  # elsewhere it was ready in time for any of them
    runs = [run for run in map(_first_run, checks) if run]
    runs = runs or runs_with_history([fed_values(c.scenario) for c in silent.values()], infer)
    needed = needed_ticks(runs, infer) or 0
    return [_too_short(c, needed) if id(c) in silent and c.n_ticks < needed else c for c in checks]


def _first_run(check: Check) -> list[float]:
    """Return what the attacker was fed up to its first decision on a scenario; nothing where it made none."""
    fired = check.decisions.nonzero()[0]
    return fed_values(check.scenario)[: fired[0] + 1] if len(fired) else []


def _too_short(check: Check, needed: int) -> Check:
    ticks = "this 1 tick" if check.n_ticks == 1 else f"these {check.n_ticks} ticks"
    why = f"too short to get ready: no decision within {ticks}, and the attacker needs about {needed}"
    return replace(check, reason=Reason.TOO_SHORT, why=why)
