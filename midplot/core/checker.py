"""Does an attacker do what the scenarios of a movie expect? Replays them, or judges a replay that was made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from midplot.core.attacker import InferParameters, bind
from midplot.core.check_report import CheckReport, checked_threshold
from midplot.core.engine import PartReplay, PartRun
from midplot.core.lockstep import BoundInfer
from midplot.core.readiness import decisions_with_history, needed_ticks
from midplot.core.scenario import Scenario
from midplot.core.stream import FloatArray, Part
from midplot.core.verdict import Check, Reason, judge, judge_raised
from midplot.errors import ScenarioError

__all__ = ["Check", "CheckReport", "Reason", "check_replays", "check_scenarios", "judge"]

MISMATCH = "Replay movie.streams(), all of them and whole, and give the scenarios of that same movie"


def check_scenarios(
    scenarios: Iterable[Scenario],
    infer: Any,
    parameters: InferParameters | None = None,
    threshold: float | None = None,
) -> CheckReport:
    """Replay each scenario by a fresh attacker, warm-up first, and judge what it decided.

    What the attacker raises fails that scenario, and the check goes on; Ctrl-C ends it.

    Parameters
    ----------
    scenarios
        What to check, at least one.
    infer
        An infer function, as `as_infer` returns it.
    parameters
        What it may ask for. Its horizon is each scenario's own.
    threshold
        The fraction that must succeed; all where it is None.

    Returns
    -------
    CheckReport
        One check a scenario, in the order given.

    Raises
    ------
    ScenarioError
        If there is no scenario.
    ArgumentError, ArgumentTypeError
        If the threshold is not a fraction, or infer takes no stream.
    """
    threshold = checked_threshold(threshold)
    listed = list(scenarios)
    parameters = parameters or InferParameters()
    horizons = dict.fromkeys(s.selection.horizon for s in listed)
    attackers = {h: bind(infer, replace(parameters, horizon=h)) for h in horizons}
    checks = [_checked(s, at, attackers[s.selection.horizon]) for at, s in enumerate(listed)]
    for horizon, attacker in attackers.items():
        alike = [at for at, s in enumerate(listed) if s.selection.horizon == horizon]
        for at, check in zip(alike, _told_apart([checks[at] for at in alike], attacker), strict=True):
            checks[at] = check
    return CheckReport(tuple(checks), threshold)


def check_replays(
    scenarios: Iterable[Scenario],
    replays: Sequence[PartReplay],
    threshold: float | None = None,
    *,
    infer: BoundInfer | None = None,
) -> CheckReport:
    """Judge a replay of the streams of a movie.

    Parameters
    ----------
    scenarios
        Those of the movie, in its order.
    replays
        What was decided on each of its streams.
    threshold
        The fraction that must succeed; all where it is None.
    infer
        The attacker that was replayed, bound to its parameters. It is asked how much history it needs, where it was
        silent. Without it, "too short to get ready" is not told apart from "no decision".

    Returns
    -------
    CheckReport

    Raises
    ------
    ScenarioError
        If there is no scenario, or the replay is not a whole one of these scenarios' streams.
    ArgumentError, ArgumentTypeError
        If the threshold is not a fraction.
    """
    threshold = checked_threshold(threshold)
    listed = list(scenarios)
    if len(listed) != len(replays):
        raise ScenarioError(
            f"check: there are {len(listed)} scenarios, but {len(replays)} streams were replayed. {MISMATCH}."
        )
    checks = [_judged(s, replayed) for s, replayed in zip(listed, replays, strict=True)]
    return CheckReport(tuple(checks if infer is None else _told_apart(checks, infer)), threshold)


def _checked(scenario: Scenario, position: int, infer: BoundInfer) -> Check:
    """Replay one scenario."""
    part = fed_part(scenario, position)
    run = PartRun(part, infer)
    try:
        for _ in run:
            pass
    except Exception as error:  # noqa: BLE001 - whatever an attacker raises is the verdict on it, and is kept there
        return judge_raised(scenario, run.outcome().decisions, error, part.label)
    return judge(scenario, run.outcome().decisions)


def fed_part(scenario: Scenario, position: int) -> Part:
    """Return what an attacker is fed of a scenario: its warm-up and its window."""
    selection = scenario.selection
    warmup = len(selection.before)
    return Part(position, scenario.title, 0, selection.first - warmup, warmup, fed_values(scenario))


def fed_values(scenario: Scenario) -> FloatArray:
    """Return the prices of the warm-up and the window, shape ``(n_ticks,)``."""
    return np.array(scenario.selection.before + scenario.selection.values)


def _judged(scenario: Scenario, replayed: PartReplay) -> Check:
    """Judge one replay, after making sure that it is one of this scenario."""
    expected, part = fed_part(scenario, replayed.part.stream_id), replayed.part
    if not replayed.complete:
        raise ScenarioError(f"check: {part.label} was not replayed to its end. {MISMATCH}.")
    same = (part.first_index, part.warmup) == (expected.first_index, expected.warmup)
    if not same or not np.array_equal(part.values, expected.values):
        raise ScenarioError(f"check: {part.label} is not the stream of the scenario {scenario.title!r}. {MISMATCH}.")
    return judge(scenario, replayed.decisions)


def _told_apart(checks: Sequence[Check], infer: BoundInfer) -> list[Check]:
    """Tell the scenarios that are too short for the attacker from those on which it did not fire."""
    silent = [c for c in checks if c.reason is Reason.NO_DECISION and not c.decisions.any()]
    if not silent:
        return list(checks)
    runs = [fed_values(c.scenario)[: np.flatnonzero(c.decisions)[0] + 1] for c in checks if c.decisions.any()]
    shortest = min(c.n_ticks for c in silent)
    if any(len(run) <= shortest for run in runs):
        return list(checks)  # it was ready in time elsewhere: nothing is to be found out
    runs = runs or decisions_with_history([fed_values(c.scenario) for c in silent], infer)
    needed = needed_ticks(runs, infer) or 0
    short = {id(c) for c in silent if c.n_ticks < needed}
    return [_too_short(c, needed) if id(c) in short else c for c in checks]


def _too_short(check: Check, needed: int) -> Check:
    ticks = "this 1 tick" if check.n_ticks == 1 else f"these {check.n_ticks} ticks"
    why = f"too short to get ready: no decision within {ticks}, and the attacker needs about {needed}"
    return replace(check, reason=Reason.TOO_SHORT, why=why)
