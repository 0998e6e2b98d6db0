"""Attackers that know the future, in the ways in which it happens to people, and what finds each of them.

The tests put the streams being replayed into the globals below, as the cells of a notebook do.
"""

from __future__ import annotations

import csv
import functools
import gc
import json
import operator
import pickle
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from midplot.helpers import wrap
from midplot.play._lockstep import Lockstep

H = 30
x_test = []  # the streams being replayed, as arrays
folder = Path()
values = everything = prices = table = next_by_two = labels = winners = mask = scaled = None
smooth3 = smooth5 = gauss = past = moves = low = high = mean = deviation = sorted_prices = buffer = hidden = None


def prepare(streams, where):
    """Make what the cheats know. The first stream is the one they know best."""
    names = globals()
    x = np.asarray(streams[0])
    n = len(x)
    later = np.append(x[H:], np.full(H, x[-1]))
    names.update(x_test=[pd.Series(each) for each in streams], folder=where, values=x, everything=x.tolist())
    names.update(
        prices=pd.DataFrame({"time": np.arange(n), "price": x}),
        table=dict(zip(x.tolist(), later.tolist(), strict=True)),
    )
    pairs = zip(x[:-1].tolist(), x[1:].tolist(), strict=True)
    names.update(next_by_two=dict(zip(pairs, [*x[2:].tolist(), x[-1]], strict=True)))
    names.update(labels=np.sign(later - x).astype(np.int8), scaled=(x - x.mean()) / x.std())
    series = pd.Series(x)
    names.update(smooth3=series.rolling(3, center=True).mean().bfill().ffill().tolist())
    names.update(smooth5=series.rolling(5, center=True).mean().bfill().ffill())
    kernel = np.exp(-0.5 * (np.arange(-12, 13) / 4) ** 2)
    names.update(gauss=np.convolve(np.pad(x, 12, mode="edge"), kernel / kernel.sum(), mode="valid"))
    names.update(past=series.rolling(20, min_periods=1).mean().to_numpy(), moves=np.diff(x, append=x[-1]))
    names.update(low=float(x.min()), high=float(x.max()), mean=float(x.mean()), deviation=float(x.std(ddof=1)))
    names.update(sorted_prices=np.sort(x), buffer=x.astype(np.float32).tobytes())
    trend = np.sign(x - np.append(np.full(20, x[0]), x[:-20]))
    won = trend * (later - x) > 0
    names.update(winners=set(np.flatnonzero(won).tolist()), mask=won)
    names.update(hidden=[int(each * 1e6) ^ 0x5DEECE66D for each in x.tolist()])
    np.save(where / "prices.npy", x)
    (where / "prices.json").write_text(json.dumps({"values": x.tolist()}))
    (where / "prices.pickle").write_bytes(pickle.dumps([{"x": each} for each in x.tolist()]))
    pd.DataFrame({"stream": "a", "value": x}).to_parquet(where / "prices.parquet")
    with (where / "prices.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["time", "value"], *enumerate(x.tolist())])
    (where / "cheat_helpers.py").write_text(HELPERS)
    (where / "attack.py").write_text(FROM_A_FILE)


class Counting:
    def __init__(self):
        self.t = -1

    def tick_and_predict(self, x, horizon):
        self.t += 1
        return self.decide(x)

    def ahead(self, run, ticks=H):
        return run[min(self.t + ticks, len(run) - 1)]


class GlobalList(Counting):
    def decide(self, x):
        return self.ahead(everything) - x


class OneTickAhead(Counting):
    """Compares a list with the price it is shown, one tick ahead."""

    def decide(self, x):
        return self.ahead(everything, 1) - x


class Series(Counting):
    def decide(self, x):
        return self.ahead(prices["price"].to_numpy()) - x


class OneTickTooWide(Counting):
    """An average that is one tick too wide."""

    def decide(self, x):
        return smooth3[self.t] - x


class TwoTicksTooWide(Counting):
    def decide(self, x):
        return smooth5.iloc[self.t] - x


class Smoothed(Counting):
    def decide(self, x):
        return gauss[min(self.t + 1, len(gauss) - 1)] - gauss[self.t]


class Past(Counting):
    """An average over the past, but one that was made beforehand."""

    def decide(self, x):
        return self.ahead(past) - x


class Labels(Counting):
    def decide(self, x):
        return int(labels[self.t])


class Moves(Counting):
    def decide(self, x):
        return moves[self.t : self.t + H].sum()


class Scaled(Counting):
    def decide(self, x):
        return self.ahead(scaled) - scaled[self.t]


class Scaler:
    """A scaler that was fitted on the whole series."""

    def tick_and_predict(self, x, horizon):
        z = (x - mean) / deviation
        return -z if abs(z) > 1 else 0


class Range:
    def tick_and_predict(self, x, horizon):
        place = (x - low) / (high - low)
        return -1 if place > 0.9 else 1 if place < 0.1 else 0


class Quantile:
    """Where the price is among all that will come."""

    def tick_and_predict(self, x, horizon):
        return len(sorted_prices) / 2 - np.searchsorted(sorted_prices, x)


class Trend(Counting):
    def __init__(self):
        super().__init__()
        self.seen = []

    def decide(self, x):
        self.seen.append(x)
        return np.sign(x - self.seen[max(0, self.t - 20)]) if self.allowed() else 0


class LosersLeftOut(Trend):
    """An honest rule whose losers are left out by a peek."""

    def allowed(self):
        return self.t in winners


class Masked(Trend):
    def allowed(self):
        return mask[min(self.t, len(mask) - 1)]


class LookedUp:
    def tick_and_predict(self, x, horizon):
        return table.get(x, x) - x


class LookedUpByTwo:
    """Looks up its next value by the last two prices."""

    last = None

    def tick_and_predict(self, x, horizon):
        before, self.last = self.last, x
        return next_by_two.get((before, x), x) - x


class Buffer(Counting):
    def decide(self, x):
        return self.ahead(np.frombuffer(buffer, dtype=np.float32)) - x


class InstanceAttribute(Counting):
    def __init__(self):
        super().__init__()
        self.model = {"prices": np.column_stack([values, values**2])}

    def decide(self, x):
        return self.ahead(self.model["prices"][:, 0]) - x


class ByName(Counting):
    def decide(self, x):
        return self.ahead(globals()["everything"]) - x


class Iterated:
    """Runs ahead of its stream along an iterator."""

    def __init__(self):
        self.later = iter(everything[H:])

    def tick_and_predict(self, x, horizon):
        return next(self.later, x) - x


def class_attribute():
    class Attacker(Counting):
        known = tuple(everything)

        def decide(self, x):
            return self.ahead(self.known) - x

    return Attacker


def closure():
    future = values[::2].repeat(2)[: len(values)].copy()
    exact = list(everything)

    def infer(stream):
        yield
        for t, message in enumerate(stream):
            yield exact[min(t + H, len(exact) - 1)] - message["x"] + 0 * future[0]

    return infer


def default():
    def infer(stream, prices=tuple(everything)):
        yield
        for t, message in enumerate(stream):
            yield prices[min(t + H, len(prices) - 1)] - message["x"]

    return infer


def partial():
    def infer(stream, prices):
        yield
        for t, message in enumerate(stream):
            yield prices[min(t + H, len(prices) - 1)] - message["x"]

    return functools.partial(infer, prices=x_test[0])


def method_of_a_list():
    at = operator.itemgetter(slice(None))(everything).__getitem__

    def infer(stream):
        yield
        for t, message in enumerate(stream):
            yield at(min(t + H, len(everything_length) - 1)) - message["x"]

    everything_length = range(len(everything))
    return infer


@functools.lru_cache
def cached():
    return np.load(folder / "prices.npy")


def all_streams(stream):
    """Knows which stream it is by its first price."""
    yield
    known = None
    for t, message in enumerate(stream):
        if known is None:
            known = next((each for each in x_test if each.iloc[0] == message["x"]), x_test[0])
        yield known.iloc[min(t + H, len(known) - 1)] - message["x"]


def loads(stream):
    known = np.load(folder / "prices.npy")
    yield
    for t, message in enumerate(stream):
        yield known[min(t + H, len(known) - 1)] - message["x"]


class Cached(Counting):
    def decide(self, x):
        return self.ahead(cached()) - x


class OpensLater(Counting):
    """Opens the file at its first tick."""

    known = None

    def decide(self, x):
        if self.known is None:
            self.known = self.opened()
        return self.ahead(self.known) - x


class Csv(OpensLater):
    def opened(self):
        with (folder / "prices.csv").open() as file:
            return [float(row["value"]) for row in csv.DictReader(file)]


class Json(OpensLater):
    def opened(self):
        return json.loads((folder / "prices.json").read_text())["values"]


class Pickled(OpensLater):
    def opened(self):
        with (folder / "prices.pickle").open("rb") as file:
            return [each["x"] for each in pickle.load(file)]


class Parquet(OpensLater):
    def opened(self):
        with (folder / "prices.parquet").open("rb") as file:
            return pd.read_parquet(file)["value"].tolist()


class Hoarder(Counting):
    """Keeps in its class what it has seen in earlier runs, and looks ahead in it."""

    seen: list[float] = []  # noqa: RUF012 -- the fault that is to be found

    def decide(self, x):
        self.seen.append(x)
        return (self.seen[self.t + H] if self.t + H < len(self.seen) else x) - x


class ParquetByC(OpensLater):
    """Reads a file that Python does not hear of, since the library opens it by itself."""

    def opened(self):
        return pd.read_parquet(folder / "prices.parquet")["value"].tolist()


def by_frames(stream):
    yield
    for t, message in enumerate(stream):
        frame = sys._getframe(1)
        while not isinstance(frame.f_locals.get("values"), np.ndarray):
            frame = frame.f_back
        ahead = frame.f_locals["values"]
        yield float(np.sign(ahead[t + 5] - message["x"])) if t + 5 < len(ahead) else 0


def by_referrers(stream):
    yield
    lockstep = next(each for each in gc.get_objects() if type(each) is Lockstep and each._stream is stream)
    holders = gc.get_referrers(lockstep)
    found = [getattr(getattr(each, "gi_frame", None), "f_locals", {}).get("values") for each in holders]
    ahead = next(each for each in found if isinstance(each, np.ndarray))
    for t, message in enumerate(stream):
        yield float(np.sign(ahead[t + 5] - message["x"])) if t + 5 < len(ahead) else 0


class Hidden(Counting):
    """Holds the prices in a cipher, and compares with what it is shown."""

    def decide(self, x):
        return (self.ahead(hidden) ^ 0x5DEECE66D) / 1e6 - x


class HiddenByTheClock(Counting):
    """Holds the moves to come in a cipher: it cannot be told from a season."""

    def decide(self, x):
        return (self.ahead(hidden) ^ 0x5DEECE66D) - (self.ahead(hidden, 0) ^ 0x5DEECE66D)


HELPERS = """
import json, pathlib
DATA = json.loads(pathlib.Path(__file__).with_name("prices.json").read_text())
def later(t, ticks):
    run = DATA["values"]
    return run[min(t + ticks, len(run) - 1)]
"""

FROM_A_FILE = """
import cheat_helpers
class Attacker:
    def __init__(self):
        self.t = -1
    def tick_and_predict(self, x, horizon):
        self.t += 1
        return cheat_helpers.later(self.t, horizon) - x
"""

HOLDS = {
    "everything": GlobalList,
    "everything, one ahead": OneTickAhead,
    "prices['price']": Series,
    "smooth3": OneTickTooWide,
    "smooth5": TwoTicksTooWide,
    "gauss": Smoothed,
    "past": Past,
    "labels": Labels,
    "moves": Moves,
    "scaled": Scaled,
    "mean": Scaler,
    "low": Range,
    "sorted_prices": Quantile,
    "winners": LosersLeftOut,
    "mask": Masked,
    "table.keys()": LookedUp,
    "next_by_two.keys()[…][0]": LookedUpByTwo,
    "buffer": Buffer,
    "self.model['prices'][:, 0]": wrap(InstanceAttribute),
    "everything, by name": ByName,
    "self.later": Iterated,
    "Attacker.known": class_attribute,
    "exact": closure,
    "prices, a default": default,
    "prices": partial,
    "at": method_of_a_list,
    "x_test[0]": all_streams,
    "known": loads,
    "cached": Cached,
    "self.known": ParquetByC,
}
"""By the path at which each is found; what follows a comma is not part of it."""

MAKERS = (class_attribute, closure, default, partial, method_of_a_list)
"""Those that are made once the streams are known."""

READS = {
    "prices.csv": Csv,
    "prices.json": Json,
    "prices.pickle": Pickled,
    "prices.parquet": Parquet,
    "prices.npy": loads,
}
"""By the file that is found to hold a stream."""
