"""The same decisions under other rules: scored again, without another replay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from midplot.errors import ArgumentError, ArgumentTypeError
from midplot.evidence._luck import Luck, luck_of_ledger
from midplot.money._ledger import Ledger

__all__ = ["RULES", "Rescored", "default_grids", "rescored", "scores_over"]

RULES = ("epsilon", "with_trading_lag", "backoff", "horizon")
"""The rules that decide what a decision earns, and not what the attacker is fed."""

_LEAST = {"epsilon": 0, "with_trading_lag": 0, "backoff": 1, "horizon": 1}


@dataclass(frozen=True, slots=True)
class Rescored:
    """The score under the rules of the replay but for one.

    Attributes
    ----------
    rule
        The rule that differs: ``"epsilon"``, ``"with_trading_lag"``, ``"backoff"`` or ``"horizon"``.
    value
        Its value.
    is_own
        Whether it is the value of the replay itself.
    n_decisions
        The number of resolved decisions.
    luck
        The score, and how much of it may be luck.
    """

    rule: str
    value: float
    is_own: bool
    n_decisions: int
    luck: Luck


def rescored(ledger: Ledger, **rules: Any) -> Ledger:
    """Return a ledger of the same decisions under other rules.

    Parameters
    ----------
    ledger
        The record of a replay. If it still runs, what it has so far is scored, as a partial result.
    **rules
        Any of ``epsilon``, ``with_trading_lag``, ``backoff`` and ``horizon``; those that are None stay as they are.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If a rule is out of range or has the wrong type.
    """
    changed = {name: value for name, value in rules.items() if value is not None}
    other = Ledger(replace(ledger.settings, **changed))
    other.trials, other.told_horizon = ledger.trials, ledger.told_horizon
    for stream_id, account in ledger.streams.items():
        other.open_stream(ledger.sources[stream_id])
        for part in account.parts:
            other.record(part.replay)
    other.close("interrupted" if ledger.state == "running" else ledger.state, ledger.elapsed)
    return other


def default_grids(ledger: Ledger) -> dict[str, list[Any]]:
    """Return the values of each rule that are worth a look, the replay's own among them."""
    settings = ledger.settings
    horizon, costs = settings.horizon, settings.epsilon or _typical_profit(ledger) / 50
    grids: dict[str, list[Any]] = {
        "epsilon": [0.0, *(costs * factor for factor in (0.5, 1, 2, 5, 10, 20))],
        "with_trading_lag": [False, True],
        "backoff": [1, horizon // 6, horizon // 3, horizon, 2 * horizon, 4 * horizon],
        "horizon": [horizon // 6, horizon // 3, horizon // 2, horizon, horizon * 3 // 2, 2 * horizon, 3 * horizon],
    }
    own = {rule: getattr(settings, rule) for rule in grids}
    # A short horizon has no sixth; the replay's own value is allowed whatever it is.
    return {
        rule: sorted({own[rule], *(value for value in values if value >= _LEAST[rule])})
        for rule, values in grids.items()
    }


def _typical_profit(ledger: Ledger) -> float:
    profits = np.abs(np.concatenate([np.empty(0), *(part.profits for part in ledger.parts)]))
    return float(np.median(profits)) if len(profits) else 1.0


def scores_over(ledger: Ledger, grids: Mapping[str, Iterable[Any] | None]) -> tuple[Rescored, ...]:
    """Return the score and its luck over grids of rules, each rule alone while the others stay as they are.

    Parameters
    ----------
    ledger
        The record of a replay.
    grids
        The values to look at by rule; None for a choice of values.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If a value is out of range or has the wrong type, or a grid is empty.
    """
    defaults = default_grids(ledger)
    found: list[Rescored] = []
    for rule in RULES:
        given = grids.get(rule)
        values = defaults[rule] if given is None else _given(rule, given)
        found.extend(_with_rule(ledger, rule, value) for value in values)
    return tuple(found)


def _given(rule: str, values: Any) -> list[Any]:
    if not isinstance(values, Iterable) or isinstance(values, str):
        raise ArgumentTypeError(
            f"expected some values, got {values!r} ({type(values).__name__})",
            where=rule,
            advice="Give a list, even of one value.",
        )
    if not (listed := list(values)):
        raise ArgumentError("there is no value to look at", where=rule, advice="Give some values, or leave it out.")
    return listed


def _with_rule(ledger: Ledger, rule: str, value: Any) -> Rescored:
    own = getattr(ledger.settings, rule)
    other = ledger if value == own else rescored(ledger, **{rule: value})
    n_decisions = sum(len(part.profits) for part in other.parts)
    return Rescored(rule, float(value), value == own, n_decisions, luck_of_ledger(other))
