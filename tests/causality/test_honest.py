"""No honest attacker is accused, whatever its streams have in common: a season, a shape, a structure."""

from __future__ import annotations

import numpy as np
import pytest

from midplot import replay
from midplot.causality._anchored import earned_at_anchors
from midplot.causality._evidence import LEAK_Z
from midplot.causality._leak import earned_elsewhere
from midplot.play._attack_file import attacker_of
from tests.causality import honest
from tests.causality.markets import MARKETS, season_of, walk
from tests.causality.test_anchored import comparer
from tests.causality.test_leak import HORIZON, replays_of


@pytest.fixture(scope="module")
def attack_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("honest")
    (folder / "attack.py").write_text(honest.FROM_A_FILE)
    (folder / "honest_helpers.py").write_text(honest.HELPERS)
    (folder / "params.json").write_text('{"side": 1}')
    (folder / "model.bin").write_bytes(np.random.default_rng(0).normal(size=3000).tobytes())
    return folder / "attack.py"


@pytest.mark.parametrize("market", MARKETS)
def test_no_honest_attacker_is_accused(market, attack_file, monkeypatch):
    streams = MARKETS[market]()
    monkeypatch.setattr(honest, "x_test", streams)
    with attacker_of(attack_file) as from_a_file:
        attackers = {**honest.HONEST, "from a file": from_a_file}
        found = {name: replay(streams, infer=each, dry=True).verify(n_ticks=2) for name, each in attackers.items()}
    assert len(found) >= 20
    assert {name: str(each) for name, each in found.items() if not each.is_clean} == {}
    assert {name for name, each in found.items() if each.by_clock} >= {"always", "clock", "at the start", "seeded"}
    assert not found["momentum"].by_clock


def test_what_else_is_held_and_read_is_named_and_no_accusation(attack_file):
    streams = [walk(900, 1)]
    trained = replay(streams, infer=honest.Trained, dry=True).verify(n_ticks=1)
    assert ("self.history", 5000) in trained.others
    assert "holds         nothing of these streams; of others: `" in str(trained)
    with attacker_of(attack_file) as infer:
        found = replay(streams, infer=infer, dry=True).verify(n_ticks=1)
    model = next(each for each in found.reads if each.path.endswith("model.bin"))
    assert (model.size, model.large, model.deciding, model.stream) == (24_000, True, False, None)
    assert f"reads         {model.path}, 24,000 bytes, before the first tick, as large as the data" in str(found)
    assert found.ok


# Earnings: a season and a shape that streams share earn on the original too, and at other ticks and on other streams.


def seasonal(n=6000):
    return walk(n, 3) + season_of(n)


PATTERN = np.resize(walk(200, 12, 0.5), 6000 + HORIZON)
"""A season of many ups and downs, which no line through the last moves foresees."""


def by_the_clock(values):
    return PATTERN[HORIZON : len(values) + HORIZON] - PATTERN[: len(values)]


def to_the_season(values):
    season = season_of(len(values) + HORIZON)
    rest = values - season[: len(values)]
    mean = np.cumsum(rest) / np.arange(1, len(rest) + 1)
    return np.clip(mean - rest, -0.5, 0.5) + season[HORIZON:] - season[: len(values)]


def at_the_start(values):
    return np.where(np.arange(len(values)) < 60, 1, 0)


def shapes():
    return [walk(800, seed) + 8 * np.minimum(np.arange(800) / 80, 1) for seed in range(40)]


@pytest.mark.parametrize(
    ("streams", "decide"),
    [([walk(6000, 3) + PATTERN[:6000]], by_the_clock), ([seasonal()], to_the_season), (shapes(), at_the_start)],
    ids=["a clock", "to the season", "a shape that streams share"],
)
def test_what_repeats_earns_far_beyond_chance_and_is_no_leak(streams, decide):
    replays = replays_of(streams)
    earned = []
    for seed in range(3):
        for trial in (earned_elsewhere, earned_at_anchors):
            rng = np.random.default_rng(seed)
            found = trial(replays, lambda part: decide(part.values), horizon=HORIZON, rng=rng)
            earned.append(getattr(found, "earnings", found))
    assert max(each.z for each in earned if each is not None) > LEAK_Z  # by its z alone it would be accused
    assert not any(each.is_leak for each in earned if each is not None)


def test_a_reader_on_seasonal_streams_is_a_leak_all_the_same():
    streams = [seasonal()]
    decide = comparer(streams)
    rng = np.random.default_rng(0)
    found = earned_at_anchors(replays_of(streams), lambda part: decide(part.values), horizon=HORIZON, rng=rng)
    assert found.is_leak
