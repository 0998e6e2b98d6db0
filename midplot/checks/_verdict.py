"""The verdict on one scenario, and the reason for it. Whoever judges a window, checker or view, does it here."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from enum import Enum

import numpy as np

from midplot.errors import MidplotError, ProtocolError, ScenarioError, message_of
from midplot.money._scoring import IntArray, profit_of
from midplot.scenarios._scenario import Label, Scenario
from midplot.scenarios._selection import Selection
from midplot.streams._stream import FloatArray

__all__ = ["Check", "Reason", "judge", "judged", "judged_raised"]

# Some errors print whole arrays. The sentence goes into a row of a table; the error itself is kept with the check.
LONGEST_MESSAGE = 200
"""The number of characters of an error's message that are quoted."""


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
        The scenario that was checked.
    reason
        Why it succeeded or failed.
    why
        The same in one sentence, with indices.
    first_index
        The original index of the first decision in the window; None if there is none.
    first_decision
        That decision, as the attacker gave it.
    delay
        Ticks from the start of the window to that decision.
    earned
        What that decision would have earned after costs, in the units of the price; None if there is no decision, or
        if the scenario does not contain the price at its resolution.
    decisions
        One decision per tick, those on the warm-up first, shape ``(n_ticks,)``; fewer if the attacker raised an error.
    error
        The error that the attacker raised, if it did.
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
        """The expected decision as a word."""
        return self.scenario.label

    @property
    def title(self) -> str:
        """The name of the scenario for people."""
        return self.scenario.title

    @property
    def n_ticks(self) -> int:
        """The number of ticks in the scenario, including its warm-up."""
        return len(self.selection.before) + self.selection.n_ticks

    @property
    def fired(self) -> IntArray:
        """The original indices of all decisions other than 0, including those on the warm-up."""
        return np.flatnonzero(self.decisions) + self.selection.first - len(self.selection.before)

    def __repr__(self) -> str:
        return f"Check({'ok' if self.succeeded else 'FAILED'}, {self.title!r}: {self.why})"


def judge(scenario: Scenario, decisions: FloatArray) -> Check:
    """Return the verdict on an attacker's decisions in a scenario.

    For UP there must be at least one decision above 0 in the window and none below 0; for DOWN the opposite; for
    NOTHING no decision other than 0. Decisions on the warm-up do not count.

    Parameters
    ----------
    scenario
        The scenario that was replayed.
    decisions
        One decision for each value of the warm-up and then of the window, shape ``(n_ticks,)``.

    Returns
    -------
    Check
        The verdict and the reason for it.

    Raises
    ------
    ScenarioError
        If there is not exactly one number per tick.

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
    """Return the verdict on decisions that are known to be one number per tick; see `judge`."""
    fired = _Fired(scenario, decisions)
    reason = _reason(scenario.expected, fired)
    return _check(fired, reason, _why(fired, reason))


def judged_raised(
    scenario: Scenario, decisions: FloatArray, error: Exception, where: str = "", *, was_ready: bool = True
) -> Check:
    """Return the verdict on a scenario in which the attacker raised an error, which is that it failed.

    Parameters
    ----------
    scenario
        The scenario that was replayed.
    decisions
        The decisions made before the error.
    error
        The error that was raised.
    where
        The name that the error's own message gives to the scenario, which is left out.
    was_ready
        Whether the attacker reached its first, ready yield.
    """
    message = _quoted(error, where)
    if isinstance(error, ProtocolError):
        why = f"the attacker broke the protocol: {message}"
    else:
        raised = f"{type(error).__name__}: {message}" if message else type(error).__name__
        why = f"the attacker raised {raised} {_when(scenario, decisions, was_ready)}"
    return _check(_Fired(scenario, decisions), Reason.RAISED, why, error)


class _Fired:
    """The ticks with a decision other than 0, on the warm-up and in the window."""

    # Lists, not arrays: they are short, and numpy's overhead on each would be noticeable in a movie of many scenarios.
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
        """Return the first tick in the window with a decision against the expected one; None if there is none."""
        against = -self.scenario.expected
        return next((tick for tick in self.window if self.decisions[tick] * against > 0), None)

    def index(self, tick: int) -> int:
        """Return the original index of a tick."""
        return self.scenario.selection.first - self.start + tick

    def named(self, tick: int) -> str:
        """Return the decision at a tick with its index, such as ``UP at 120``."""
        return f"{'UP' if self.decisions[tick] > 0 else 'DOWN'} at {self.index(tick)}"


def _reason(expected: float, fired: _Fired) -> Reason:
    if not fired.window:
        return Reason.NO_DECISION if expected else Reason.SUCCEEDED
    if not expected:
        return Reason.FIRED
    # One decision in the wrong direction is a failure, even after one in the right direction.
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
    """Return the profit of a decision in the window; None if the scenario holds too few prices to tell."""
    resolution = delay + selection.horizon
    beyond = resolution - selection.n_ticks
    if beyond >= len(selection.after):
        return None
    known = selection.values[resolution] if beyond < 0 else selection.after[beyond]
    earned = profit_of(selection.values[delay], known, decision, selection.epsilon)
    # Prices near the largest float may differ by more than a float can hold; JSON has no infinity.
    return earned if math.isfinite(earned) else None


def _why(fired: _Fired, reason: Reason) -> str:
    if not fired.window and reason in (Reason.NO_DECISION, Reason.SUCCEEDED):
        return _silent(fired)
    if fired.window and reason in (Reason.FIRED, Reason.SUCCEEDED, Reason.WRONG_DIRECTION):
        return _spoken(fired, reason)
    raise NotImplementedError(f"{reason} has no sentence yet: write one here")  # so that a new reason is not forgotten


def _spoken(fired: _Fired, reason: Reason) -> str:
    """Say what was decided first in the window, and what followed if that is why it failed."""
    tick = fired.window[0]
    first = fired.named(tick)
    if reason is Reason.FIRED:
        return f"fired {first} where nothing was expected"
    if reason is Reason.SUCCEEDED:
        return f"decided {first}, {_ticks(tick - fired.start)} into the window"
    wrong = fired.wrong()
    return f"decided {first} first" if wrong in (None, tick) else f"decided {fired.named(wrong)}, after {first}"


def _silent(fired: _Fired) -> str:
    """Say that there is no decision in the window, and where the last one before it was, if any."""
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


def _quoted(error: Exception, where: str) -> str:
    """Return an error's message on one line, without the name of the stream, which is shown next to it."""
    if isinstance(error, MidplotError) and where and error.where.startswith(where):
        error = error.at(error.where[len(where) :].lstrip(", "))
    text = message_of(error)
    message = " ".join(text.split())  # line breaks become spaces
    return message if len(message) <= LONGEST_MESSAGE else message[: LONGEST_MESSAGE - 1] + "…"


def _when(scenario: Scenario, decisions: FloatArray, was_ready: bool) -> str:
    selection = scenario.selection
    if not was_ready:
        return "before the first tick"
    if len(decisions) == len(selection.before) + selection.n_ticks:
        return "after the last tick"
    index = selection.first - len(selection.before) + len(decisions)
    return f"at tick {index}" + (", in the warm-up" if index < selection.first else "")
