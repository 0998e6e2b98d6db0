"""The luck in a score: p against the enumeration of all sign flips, the interval against formulas, and where it comes from."""

from __future__ import annotations

from itertools import product
from math import erf, sqrt

import numpy as np
import pytest

from midplot import replay
from midplot.errors import ArgumentError, ArgumentTypeError
from midplot.evidence import Luck, luck_words
from midplot.evidence._chance import chance_of, student_t
from midplot.evidence._luck import luck_of

SHARES = {  # 97.5% quantiles from a printed table of Student's distribution
    19: 2.0930,
    20: 2.0860,
    23: 2.0687,
    29: 2.0452,
    40: 2.0211,
    60: 2.0003,
    120: 1.9799,
}


def chance_by_enumeration(sums):
    """Return the share of all 2**n sign flips whose total is at least the actual one, in exact fractions of the grid."""
    flips = np.array(list(product([-1, 1], repeat=len(sums))))
    return float(np.mean(flips @ sums >= sum(sums) - 1e-9))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("draw", ["normal", "grid", "one giant", "mixed with zeros"])
def test_p_is_the_share_of_all_sign_flips(draw, seed):
    rng = np.random.default_rng(seed)
    sums = {
        "normal": rng.normal(size=14) + 0.3,
        "grid": rng.integers(-3, 5, 13) * 0.1,  # ties everywhere, and 0.1 has no exact binary form
        "one giant": np.r_[rng.normal(size=11), 50.0],
        "mixed with zeros": np.r_[rng.normal(size=12), np.zeros(9)],
    }[draw]
    exact = chance_by_enumeration(sums[sums != 0])
    # Pairs of opposite flips vary no more than single ones: three standard deviations of 20,000 draws, for 16 cases.
    assert chance_of(sums, seed) == pytest.approx(exact, abs=3 * sqrt(0.25 / 20_000))


def test_p_counts_the_score_itself():
    assert chance_of(np.full(40, 1.0)) == 1 / 20_002  # no flip of 40 equal gains reaches all of them
    assert chance_of(-np.full(40, 1.0)) == 1.0
    assert chance_of(np.zeros(30)) == 1.0


def test_p_is_the_same_for_the_same_seed_and_units():
    sums = np.random.default_rng(1).normal(size=300)
    assert chance_of(sums, 5) == chance_of(sums, 5) == chance_of(sums * 2**40, 5)
    assert chance_of(sums, 5) != chance_of(sums, 6)


def test_p_of_many_blocks_is_near_that_of_the_normal_form():
    luck = luck_of({0: np.random.default_rng(2).normal(size=4_000) + 0.02})
    assert luck.p == pytest.approx(0.5 - 0.5 * erf(luck.z / sqrt(2)), abs=0.01)


@pytest.mark.parametrize(("freedom", "quantile"), SHARES.items())
def test_the_quantiles_are_students(freedom, quantile):
    assert student_t(freedom) == pytest.approx(quantile, abs=6e-5)


def test_the_interval_is_that_of_a_sum():
    rng = np.random.default_rng(3)
    one, other = rng.normal(size=40), np.r_[rng.normal(size=21), np.zeros(20)]
    luck = luck_of({0: one, 1: other})
    every = [*one, *other]
    mean = sum(every) / 81
    half = 2.0003 * sqrt(81 * sum((each - mean) ** 2 for each in every) / 80)  # 61 blocks with a profit or loss
    assert luck.n_blocks == 61
    assert luck.interval == pytest.approx((sum(every) - half, sum(every) + half), rel=1e-4)
    assert luck.z == pytest.approx(sum(every) / sqrt(sum(each**2 for each in every)))


@pytest.mark.parametrize(("n_active", "enough"), [(0, False), (1, False), (19, False), (20, True)])
def test_nothing_is_said_of_fewer_than_twenty_blocks(n_active, enough):
    luck = luck_of({0: np.r_[np.arange(1.0, n_active + 1), np.zeros(50)]})
    assert luck.enough is enough
    assert all((value is not None) is enough for value in (luck.p, luck.z, luck.interval))
    assert ("too little data to say" in str(luck)) is not enough


def test_p_is_corrected_for_trials():
    sums = {0: np.random.default_rng(4).normal(size=60) + 0.2}
    one, twelve = luck_of(sums), luck_of(sums, trials=12)
    assert twelve.p == pytest.approx(1 - (1 - one.p) ** 12)
    assert (twelve.z, twelve.interval) == (one.z, one.interval)
    assert str(twelve).endswith("of the time in 12 trials)")


@pytest.mark.parametrize(("trials", "error"), [(0, ArgumentError), (-1, ArgumentError), (1.5, ArgumentTypeError)])
def test_wrong_trials_are_named(trials, error):
    with pytest.raises(error, match="trials"):
        luck_of({0: np.ones(30)}, trials=trials)


def always_up(stream):
    yield
    for _ in stream:
        yield 1


@pytest.fixture
def result():
    rng = np.random.default_rng(5)
    streams = {name: rng.normal(drift, 1.0, 900).cumsum() for name, drift in [("a", 0.0), ("b", 0.1), ("c", -0.05)]}
    return replay(streams, infer=always_up, horizon=3, epsilon=0.01)


def test_the_score_is_the_one_of_the_result(result):
    luck = result.luck()
    assert isinstance(luck, Luck)
    assert luck.score == result.total_score
    assert str(luck).startswith(f"{result.total_score:+.6g} (95%: ")


def test_where_the_score_comes_from(result):
    luck, scores = result.luck(), result.scores
    assert luck.best_stream == max(scores, key=scores.get) == 1
    assert luck.without_best == pytest.approx(scores[0] + scores[2])
    assert luck.earning == sum(score > 0 for score in scores.values())
    assert luck.best_block == max(sums.max() for sums in luck.sums.values())
    assert list(luck.by_stream.index) == ["a", "b", "c"]
    assert luck.by_stream.stream_id.tolist() == [0, 1, 2]
    assert luck.by_stream.score.tolist() == pytest.approx(list(scores.values()))
    alone = luck_of({1: luck.sums[1]})
    assert tuple(luck.by_stream.loc["b", ["low", "high"]]) == alone.interval
    assert luck.by_stream.loc["b", "p"] == alone.p


def test_at_the_break_even_epsilon_the_score_is_nothing(result):
    again = replay(
        {account.title: account.parts[0].part.values for account in result.streams.values()},
        infer=always_up,
        horizon=3,
        epsilon=max(0.0, result.luck().break_even_epsilon),
    )
    assert again.total_score == pytest.approx(0, abs=1e-6)
    low, high = result.luck().break_even_interval
    n = result.summary()["num_resolved_decisions"]
    assert ((low - 0.01) * n, (high - 0.01) * n) == pytest.approx(result.luck().interval)


def test_luck_is_computed_once_when_the_replay_has_ended(result):
    assert result.luck() is result.luck()
    assert result.luck(trials=3) is not result.luck()
    result.ledger.trials = 3
    assert result.luck() is result.luck(trials=3)


def test_luck_of_nothing_says_so():
    silent = luck_of({})
    assert (silent.score, silent.best_stream, silent.enough) == (0, None, False)
    assert str(silent) == "0 (too little data to say)"
    assert silent.by_stream.empty


def test_the_words_for_a_header(result):
    short, detail = luck_words(result.luck())
    assert short == f"95%: {short.removeprefix('95%: ')}"
    assert detail.startswith("Luck alone does this ")
    assert luck_words(luck_of({0: np.ones(3)})) == (
        "too little data to say",
        "There are 3 blocks of 8 horizons with a profit or loss; at least 20 are needed to tell skill from luck.",
    )


def test_the_table_of_a_luck(result):
    lines = repr(result.luck()).splitlines()
    assert lines[0] == "Luck"
    assert lines[1].split()[:1] == ["score"]
    assert "without b, the best stream" in repr(result.luck())
