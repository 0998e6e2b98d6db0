"""Check reports made by hand, scenario by scenario, so that a test knows what has to be shown."""

from __future__ import annotations

import numpy as np

from midplot import DOWN, NOTHING, UP
from midplot.checks._report import CheckReport
from midplot.checks._verdict import judge, judged_raised
from midplot.scenarios._scenario import Scenario, Selection

RIGHT = {UP: 1.0, DOWN: -1.0, NOTHING: 0.0}


def a_scenario(expected=UP, first=1000, n_before=20, n_window=10, n_after=3, name="eurusd", prices=None, **fields):
    """Return a scenario on a wave, or on the prices given."""
    n = n_before + n_window + n_after
    prices = np.sin(np.arange(n) / 3) if prices is None else np.broadcast_to(np.asarray(prices, dtype=float), n)
    prices = tuple(prices.tolist())
    selection = Selection(
        stream_id=2,
        stream_name=name,
        first=first,
        last=first + n_window - 1,
        horizon=3,
        epsilon=0.25,
        before=prices[:n_before],
        values=prices[n_before : n_before + n_window],
        after=prices[n_before + n_window :],
    )
    return Scenario(selection=selection, expected=expected, **fields)


def a_check(decisions=(), expected=UP, **fields):
    """Return a check; decisions are of the window's first ticks, 0 from then on."""
    scenario = a_scenario(expected, **fields)
    before = len(scenario.selection.before)
    taken = np.zeros(before + scenario.selection.n_ticks)
    taken[before : before + len(decisions)] = decisions
    return judge(scenario, taken)


def a_raised_check(n_decisions, error, **fields):
    return judged_raised(a_scenario(**fields), np.zeros(n_decisions), error)


def a_report(verdicts=(1, 0), threshold=None, **fields):
    """Return a report of as many scenarios as there are verdicts."""
    checks = [a_check([0, 0, 1.0 if v else -1.0], first=1000 + 50 * n, **fields) for n, v in enumerate(verdicts)]
    return CheckReport(tuple(checks), threshold)
