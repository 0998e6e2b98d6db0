"""Attackers that know nothing of the streams they are replayed on, in all the ways that people write them."""

from __future__ import annotations

import functools
import math
import random
from collections import deque

import numpy as np
import pandas as pd

from midplot.examples import MeanReversionAttacker, MomentumAttacker
from midplot.helpers import wrap
from tests.causality.markets import SEASON, season_of, walk

values = walk(5000, 99)  # another market, on which some of these were trained
targets = np.sign(values[30:] - values[:-30])
season = season_of(SEASON)
seasons = season_of(1800)
frame = pd.DataFrame({"price": values, "label": np.append(targets, np.zeros(30))})
weights = np.random.default_rng(0).normal(size=(40, 4))
x_test = None  # the tests put the streams being replayed here, as a notebook has them


class Clock:
    """Goes by the clock."""

    def __init__(self):
        self.t = -1

    def tick_and_predict(self, x, horizon):
        self.t += 1
        return self.decide(x)

    def decide(self, x):
        return 1 if self.t % SEASON < 40 else -1 if self.t % SEASON > 160 else 0


class AtTheStart(Clock):
    def decide(self, x):
        return 1 if self.t < 60 else 0


class KnowsTheSeason(Clock):
    """Learned elsewhere how the season goes, and bets on it."""

    def decide(self, x):
        return season[(self.t + 30) % SEASON] - season[self.t % SEASON]


class KnowsAllSeasons(Clock):
    def decide(self, x):
        return seasons[min(self.t + 30, 1799)] - seasons[min(self.t, 1799)]


class ToTheSeason(Clock):
    """Reverts to where the season should be: by the clock and by the price."""

    mean = None

    def decide(self, x):
        rest = x - season[self.t % SEASON]
        self.mean = rest if self.mean is None else 0.98 * self.mean + 0.02 * rest
        return self.mean - rest + season[(self.t + 30) % SEASON] - season[self.t % SEASON]


class Always:
    def tick_and_predict(self, x, horizon):
        return 1


class JumpChaser:
    last, left, side = None, 0, 0

    def tick_and_predict(self, x, horizon):
        jump, self.last = x - self.last if self.last is not None else 0, x
        if abs(jump) > 3:
            self.left, self.side = horizon, jump
        self.left -= 1
        return self.side if self.left >= 0 else 0


class Buffered:
    """Has an attribute called like a global that it does not read, and a method that nobody calls."""

    def __init__(self):
        self.x_test = deque([0.0] * 50, maxlen=50)

    def tick_and_predict(self, x, horizon):
        self.x_test.append(x)
        return x - sum(getattr(self, "x_test")) / 50  # noqa: B009 -- by a text that is the name of a global as well

    def evaluate(self):
        return [stream.mean() for stream in x_test]


class Trained:
    """Keeps its training data, the labels of these, and what it has fitted."""

    def __init__(self):
        self.history = list(values)
        self.labels = targets
        self.seen = deque(maxlen=40)

    def tick_and_predict(self, x, horizon):
        self.seen.append(x)
        if len(self.seen) < 40:
            return 0
        return float(np.tanh((np.array(self.seen) - x) @ weights).sum())


class Neighbours:
    """Looks up what came after the most similar stretch of its training data."""

    stretches = np.lib.stride_tricks.sliding_window_view(np.diff(values), 10)[:120]

    def __init__(self):
        self.seen = deque(maxlen=11)

    def tick_and_predict(self, x, horizon):
        self.seen.append(x)
        if len(self.seen) < 11:
            return 0
        return values[np.abs(self.stretches - np.diff(self.seen)).sum(axis=1).argmin() + 40] - 100


class Learns:
    """A regression that learns as it goes."""

    def __init__(self):
        self.seen, self.a = [], 0.0

    def tick_and_predict(self, x, horizon):
        self.seen.append(x)
        if len(self.seen) <= horizon + 5:
            return 0
        now, then = self.seen[-1 - horizon] - self.seen[-6 - horizon], x - self.seen[-1 - horizon]
        self.a += 0.01 * (then - self.a * now) * now / (1 + now * now)
        return self.a * (x - self.seen[-6])


class Seeded:
    def __init__(self):
        self.dice = random.Random(3)

    def tick_and_predict(self, x, horizon):
        return self.dice.choice([-1, 0, 0, 1])


class Logarithmic:
    def __init__(self):
        self.mean = None

    def tick(self, x):
        self.x = math.log(max(x, 1e-9))
        self.mean = self.x if self.mean is None else 0.9 * self.mean + 0.1 * self.x

    def predict(self, horizon):
        return self.x - self.mean


def infer(stream, model_directory_path="."):
    yield
    last = None
    for message in stream:
        yield 0 if last is None else message["x"] - last
        last = message["x"]


def reads_a_column(stream):
    yield
    level = float(frame["price"].mean())
    for message in stream:
        yield level - message["x"]


KERNEL = tuple(math.exp(-i / 20) for i in range(60))


def with_defaults(stream, kernel=KERNEL, table=frozenset(range(0, 400, 7))):
    yield
    seen = deque(maxlen=len(kernel))
    for t, message in enumerate(stream):
        seen.appendleft(message["x"])
        yield (message["x"] - sum(map(float.__mul__, kernel, seen)) / sum(kernel[: len(seen)])) * (t not in table)


def closes_over(window):
    ramp = np.linspace(0, 1, 512)

    def infer(stream):
        yield
        seen = deque(maxlen=window)
        for message in stream:
            seen.append(message["x"])
            yield ramp[min(511, len(seen))] * (message["x"] - seen[0])

    return infer


def with_threshold(stream, threshold):
    yield
    first = None
    for message in stream:
        first = message["x"] if first is None else first
        yield 1 if message["x"] - first > threshold else 0


HELPERS = '''
"""A module of the user's own, beside the attack file."""
import numpy as np
TABLE = np.cos(np.arange(400) / 7)
def smoothed(before, x):
    return x if before is None else 0.9 * before + 0.1 * x
'''

FROM_A_FILE = """
import json, pathlib
from honest_helpers import TABLE, smoothed
PARAMS = json.loads(pathlib.Path(__file__).with_name("params.json").read_text())
MODEL = pathlib.Path(__file__).with_name("model.bin")
class Attacker:
    mean = None
    def __init__(self):
        self.weights = MODEL.read_bytes()  # a model as large as the data, read when it is started
        self.log = pathlib.Path(__file__).with_name("attack.log")
    def tick_and_predict(self, x, horizon):
        self.mean = smoothed(self.mean, x)
        if self.mean == x:
            self.log.write_text("calm")
        return (x - self.mean) * PARAMS["side"] * (1 + 0 * TABLE[0])
"""

HONEST = {
    "momentum": MomentumAttacker,
    "mean reversion": MeanReversionAttacker,
    "always": Always,
    "jump chaser": JumpChaser,
    "clock": Clock,
    "at the start": AtTheStart,
    "knows the season": KnowsTheSeason,
    "knows all seasons": KnowsAllSeasons,
    "to the season": ToTheSeason,
    "buffered": Buffered,
    "trained": Trained,
    "neighbours": Neighbours,
    "learns": Learns,
    "seeded": wrap(Seeded),
    "logarithmic": Logarithmic,
    "a notebook's infer": infer,
    "a frame of training data": reads_a_column,
    "defaults": with_defaults,
    "a closure": closes_over(40),
    "a partial": functools.partial(with_threshold, threshold=100.0),
    "a factory": lambda: MomentumAttacker(),
}
"""Another one comes from a file, which the tests write."""
