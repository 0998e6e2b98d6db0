"""Accounts and results made by hand, decision by decision, so that a test knows what has to be drawn."""

from __future__ import annotations

import numpy as np

from midplot import replay
from midplot.money._account import StreamAccount, account_of
from midplot.money._ledger import Ledger
from midplot.play._engine import PartReplay
from midplot.play._settings import ReplaySettings
from midplot.results import ReplayResults
from midplot.streams._stream import Part
from midplot.views._view_state import ViewState
from midplot.views.chart._drawing import LIVE, Drawing
from midplot.views.chart._windows import part_windows
from midplot.views.chart.live._scene import Subject, scene

RULES = ReplaySettings(horizon=3, epsilon=0.5)


def a_part(values, decisions=None, *, first_index=0, warmup=0, part=0, latency_ms=0.01, complete=True, settings=RULES):
    """Return an account of one part; decisions may be fewer than values, where a replay was cut short."""
    values = np.asarray(values, dtype=np.float64)
    decisions = np.zeros(len(values)) if decisions is None else np.asarray(decisions, dtype=np.float64)
    latency_ns = np.broadcast_to(np.asarray(latency_ms) * 1e6, len(decisions)).astype(np.int64)
    fed = Part(7, "made", part, first_index, warmup, values)
    return account_of(PartReplay(fed, decisions, latency_ns, 0, complete), settings)


def a_stream(*parts, name="made"):
    return StreamAccount(7, name, tuple(parts))


def busy_part(n, seed=0, share=1.0, **options):
    """Return a part of a random walk on which decisions are taken at random ticks."""
    random = np.random.default_rng(seed)
    decisions = random.choice([-1.0, 1.0], n) * (random.random(n) < share)
    return a_part(random.normal(size=n).cumsum() + 100, decisions, **options)


def replayed(streams, decide=lambda x: np.sign(x - 1.5), **options):
    """Replay an attacker that knows nothing but the present price."""

    def infer(stream):
        yield
        for message in stream:
            yield float(decide(message["x"]))

    return replay(streams, infer=infer, **{"horizon": 2, "epsilon": 0.25, **options})


def nothing_replayed():
    """Return a result as it is before the first part."""
    return ReplayResults(Ledger(RULES), infer=lambda stream: iter(()))


def draw(chart, account, **state):
    """Draw an account in a live chart, in the state of a view that is given by what differs from its first one."""
    subject = Subject(Drawing(account, LIVE), part_windows(account))
    chart.draw(scene(ViewState(stream=account.stream_id, **state), subject))
