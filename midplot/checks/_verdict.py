"""What the verdict on one scenario is, and why."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from enum import Enum

import numpy as np

from midplot.errors import MidplotError, ProtocolError, ScenarioError
from midplot.money._scoring import IntArray, profit_of
from midplot.scenarios._scenario import Label, Scenario
from midplot.scenarios._selection import Selection
from midplot.streams._stream import FloatArray

__all__ = ["Check", "Reason", "judge", "judged", "judged_raised"]

LONGEST_MESSAGE = 200
"""How much of an error's message is told in a sentence; the error itself is kept whole."""


class Reason(Enum):
    """Why a check came out as it did."""

    SUCCEEDED = "succeeded"
    NO_DECISION = "no decision"
    WRONG_DIRECTION = "wrong direction"
    FIRED = "fired"
    RAISED = "raised"
    TOO_SHORT = "too short"


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """One scenario replayed by a fresh attacker, and the verdict on it.

    Attributes
    ----------
    scenario
        What was checked.
    reason
        Why it succeeded or failed.
    why
        The same in one sentence, with indices.
    first_index
        The original index of the first decision in the window; None where there is none.
    first_decision
        That decision, as the attacker gave it.
    delay
        Ticks from the window's start to it.
    earned
        What it would have earned after costs, in the units of the price; None where there is none, or where its
        horizon lies beyond the values that the scenario has.
    decisions
        One a tick, those on the warm-up first, shape ``(n_ticks,)``; fewer where the attacker raised an error.
    error
        What the attacker raised.
    """

    scenario: Scenario
    reason: Reason
    why: str
    first_index: int | None
    first_decision: float | None
    delay: int | None
    earned: float | None
    decisions: FloatArray
    error: Exception | None = None

    @property
    def succeeded(self) -> bool:
        """Whether the attacker did what was expected."""
        return self.reason is Reason.SUCCEEDED

    @property
    def selection(self) -> Selection:
        """The window that was checked."""
        return self.scenario.selection

    @property
    def decision(self) -> float:
        """The expected decision: 1.0, -1.0 or 0.0."""
        return self.scenario.expected

    @property
    def label(self) -> Label:
        """The expected decision in a word."""
        return self.scenario.label

    @property
    def title(self) -> str:
        """What a person calls the scenario."""
        return self.scenario.title

    @property
    def n_ticks(self) -> int:
        """How many ticks the scenario has, its warm-up included."""
        return len(self.selection.before) + self.selection.n_ticks

    @property
    def fired(self) -> IntArray:
        """The original indices of all decisions other than nothing, those on the warm-up included."""
        return np.flatnonzero(self.decisions) + self.selection.first - len(self.selection.before)

    def __repr__(self) -> str:
        return f"Check({'ok' if self.succeeded else 'FAILED'}, {self.title!r}: {self.why})"


def judge(scenario: Scenario, decisions: FloatArray) -> Check:
    """Give the verdict on what an attacker decided on a scenario.

    For UP there must be at least one decision > 0 in the window and none < 0; for DOWN mirrored; for NOTHING none at
    all. Decisions on the warm-up do not count.

    Parameters
    ----------
    scenario
        What was replayed.
    decisions
        One on each value of the warm-up and then of the window, shape ``(n_ticks,)``.

    Returns
    -------
    Check

    Raises
    ------
    ScenarioError
        If there is not one number a tick.

    Examples
    --------
    >>> from midplot.streams._stream import Stream
    >>> selection = Selection.of(Stream([1.0, 2.0, 3.0, 5.0]), 1, 2, horizon=1, epsilon=0.5)
    >>> check = judge(Scenario(selection=selection, expected=1), np.array([0.0, 0.0, 1.0]))
    >>> check.succeeded, check.first_index, check.delay, check.earned
    (True, 2, 1, 1.5)
    """
    n_ticks = len(scenario.selection.before) + scenario.selection.n_ticks
    if decisions.shape != (n_ticks,) or np.isnan(decisions).any():
        raise ScenarioError(
            f"expected one number for each of its {n_ticks} ticks, got an array of shape {decisions.shape} "
            f"with {np.count_nonzero(np.isnan(decisions))} NaNs",
            where=scenario.title,
            advice="Give the decisions of a replay of it.",
        )
    return judged(scenario, decisions)


def judged(scenario: Scenario, decisions: FloatArray) -> Check:
    """Give the verdict on decisions that are known to be one number a tick."""
    fired = _Fired(scenario, decisions)
    reason = _reason(scenario.expected, fired)
    return _check(fired, reason, _why(fired, reason))


def judged_raised(
    scenario: Scenario, decisions: FloatArray, error: Exception, where: str = "", *, was_ready: bool = True
) -> Check:
    """Give the verdict on a scenario on which the attacker raised an error: it failed.

    Parameters
    ----------
    scenario
        What was replayed.
    decisions
        Those that were taken before.
    error
        What was raised.
    where
        How the error's own message calls the scenario, to be left out.
    was_ready
        Whether the attacker came to its ready yield.
    """
    message = _told(error, where)
    if isinstance(error, ProtocolError):
        why = f"the attacker broke the protocol: {message}"
    else:
        raised = f"{type(error).__name__}: {message}" if message else type(error).__name__
        why = f"the attacker raised {raised} {_when(scenario, decisions, was_ready)}"
    return _check(_Fired(scenario, decisions), Reason.RAISED, why, error)


class _Fired:
    """Where an attacker decided other than nothing: on the warm-up, and in the window."""

    # Lists, not arrays: they are short, and a movie has many scenarios.
    __slots__ = ("before", "decisions", "scenario", "start", "window")

    def __init__(self, scenario: Scenario, decisions: FloatArray) -> None:
        ticks: list[int] = decisions.nonzero()[0].tolist()
        self.scenario = scenario
        self.decisions = decisions
        self.start = len(scenario.selection.before)
        first = bisect_left(ticks, self.start)
        self.before = ticks[:first]
        self.window = ticks[first:]

    def wrong(self) -> int | None:
        """Return the first tick in the window with a decision against the expected one."""
        against = -self.scenario.expected
        return next((tick for tick in self.window if self.decisions[tick] * against > 0), None)

    def index(self, tick: int) -> int:
        """Return the original index of a tick."""
        return self.scenario.selection.first - self.start + tick

    def named(self, tick: int) -> str:
        """Return what was decided at a tick, and its index."""
        return f"{'UP' if self.decisions[tick] > 0 else 'DOWN'} at {self.index(tick)}"


def _reason(expected: float, fired: _Fired) -> Reason:
    if not fired.window:
        return Reason.NO_DECISION if expected else Reason.SUCCEEDED
    if not expected:
        return Reason.FIRED
    return Reason.SUCCEEDED if fired.wrong() is None else Reason.WRONG_DIRECTION


def _check(fired: _Fired, reason: Reason, why: str, error: Exception | None = None) -> Check:
    scenario, decisions = fired.scenario, fired.decisions
    if not fired.window:
        return Check(scenario, reason, why, None, None, None, None, decisions, error)
    tick = fired.window[0]
    first, delay = float(decisions[tick]), tick - fired.start
    earned = _earned(scenario.selection, delay, first)
    return Check(scenario, reason, why, fired.index(tick), first, delay, earned, decisions, error)


def _earned(selection: Selection, delay: int, decision: float) -> float | None:
    """Return the profit of a decision in the window, by the rules of scoring."""
    resolution = delay + selection.horizon
    beyond = resolution - selection.n_ticks
    if beyond >= len(selection.after):
        return None
    known = selection.values[resolution] if beyond < 0 else selection.after[beyond]
    earned = profit_of(selection.values[delay], known, decision, selection.epsilon)
    # Prices near the largest float may differ by more than a float can hold; JSON has no infinity.
    return earned if math.isfinite(earned) else None


def _why(fired: _Fired, reason: Reason) -> str:
    if not fired.window:
        return _silent(fired)
    tick = fired.window[0]
    first = fired.named(tick)
    if reason is Reason.FIRED:
        return f"fired {first} where nothing was expected"
    if reason is Reason.SUCCEEDED:
        return f"decided {first}, {_ticks(tick - fired.start)} into the window"
    if reason is Reason.WRONG_DIRECTION:
        wrong = fired.wrong()
        return f"decided {first} first" if wrong in (None, tick) else f"decided {fired.named(wrong)}, after {first}"
    raise NotImplementedError(f"{reason} has no sentence yet: write one here")


def _silent(fired: _Fired) -> str:
    """Say that there is no decision in the window, and where the last one before it was."""
    if not fired.scenario.expected:
        return "no decision in the window, as expected"
    if not fired.before:
        return "no decision in the window"
    last = fired.before[-1]
    return (
        f"no decision in the window; the last one before it, {fired.named(last)}, is {_ticks(fired.start - last)} early"
    )


def _ticks(n: int) -> str:
    return f"{n} tick{'s' * (n != 1)}"


def _told(error: Exception, where: str) -> str:
    """Return an error's message in one line, without the name of the stream, which stands beside it."""
    if isinstance(error, MidplotError) and where and error.where.startswith(where):
        error = error.at(error.where[len(where) :].lstrip(", "))
    message = " ".join(str(error).split())
    return message if len(message) <= LONGEST_MESSAGE else message[: LONGEST_MESSAGE - 1] + "…"


def _when(scenario: Scenario, decisions: FloatArray, was_ready: bool) -> str:
    selection = scenario.selection
    if not was_ready:
        return "before the first tick"
    if len(decisions) == len(selection.before) + selection.n_ticks:
        return "after the last tick"
    index = selection.first - len(selection.before) + len(decisions)
    return f"at tick {index}" + (", in the warm-up" if index < selection.first else "")
