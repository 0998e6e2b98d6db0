"""Replays compared: differences, agreements and disagreements, each against a plain loop."""

from __future__ import annotations

import json

import numpy as np
import pytest

import midplot
from midplot import DOWN, NOTHING, UP, compare, load_scenarios, replay
from midplot.errors import ArgumentError, ArgumentTypeError
from midplot.evidence import ReplayComparison
from midplot.evidence._paired import AGREEMENTS
from midplot.examples import MomentumAttacker
from midplot.scenarios._scenario import Scenario, Selection
from midplot.streams._stream import Stream

RULES = {"horizon": 3, "epsilon": 0.01}


def walks(n_streams=3, n=600, seed=0):
    """Random walks on a tick grid, each with a gap, behind which the price has jumped by thousands."""
    random = np.random.default_rng(seed)
    values = np.round(random.normal(size=(n_streams, n)).cumsum(axis=1) + 100, 2)
    values[:, n // 3 :] += 5000
    values[:, n // 3] = np.nan
    return [Stream(row, name=f"s{i}") for i, row in enumerate(values)]


def mended(streams):
    """Change one price of each stream."""
    return [Stream(np.where(np.arange(len(s.values)) == 7, s.values + 1, s.values), name=s.name) for s in streams]


def played(seed, share=0.4, streams=None, **rules):
    """Replay an attacker that decides at random, the same whenever the seed is."""

    def infer(stream):
        random = np.random.default_rng(seed)
        yield
        for _ in stream:
            yield float(random.choice([-1.0, 0.0, 1.0], p=[share / 2, 1 - share, share / 2]))

    return replay(walks() if streams is None else streams, infer=infer, **RULES | rules)


def scripted(decisions, values, **rules):
    def infer(stream):
        yield
        for _, decision in zip(stream, decisions, strict=False):
            yield decision

    return replay([values], infer=infer, **{"horizon": 2, "epsilon": 0.5, **rules})


def padded(decisions):
    return [*decisions, *[0] * (10 - len(decisions))]


def by_hand(result):
    """Return the profit and sign at each scored tick by (stream, part, index), by a plain loop over prices."""
    settings, found = result.settings, {}
    lag = int(settings.with_trading_lag)
    for part in result.ledger.parts:
        values, decisions = part.part.values.tolist(), part.replay.decisions.tolist()
        last = -(10**9)
        for tick, decision in enumerate(decisions):
            sign, profit = 0, 0.0
            if tick >= part.part.warmup and decision != 0 and tick - last >= settings.backoff:
                last, sign = tick, 1 if decision > 0 else -1
                end = tick + lag + settings.horizon
                if end < len(values):
                    profit = sign * (values[end] - values[tick + lag]) - settings.epsilon
            if tick >= part.part.warmup:
                found[part.part.stream_id, part.part.part, part.part.first_index + tick] = sign, profit
    return found


def kind_of(sign, other):
    if sign == other:
        return {1: "both up", -1: "both down", 0: None}[sign]
    if sign and other:
        return "opposite"
    return "only first" if sign else "only second"


@pytest.mark.parametrize("rules", [{}, {"warmup": 7, "start_index": 20, "backoff": 4, "with_trading_lag": True}])
def test_agreements_are_those_of_a_plain_loop_and_add_up(rules):
    one, other = played(1, **rules), played(2, **rules)
    expected = {kind: [0, 0.0, 0.0] for kind in AGREEMENTS}
    others = by_hand(other)
    for place, (sign, profit) in by_hand(one).items():
        kind = kind_of(sign, others[place][0])
        if kind is not None:
            expected[kind][0] += 1
            expected[kind][1] += profit
            expected[kind][2] += others[place][1]
    frame = compare({"a": one, "b": other}).agreement
    assert frame.index.tolist() == ["both up", "both down", "opposite", "only a", "only b"]
    np.testing.assert_allclose(frame[["ticks", "a", "b"]].to_numpy(), list(expected.values()), atol=1e-9)
    assert all(each[0] for each in expected.values())
    assert frame["difference"].sum() == pytest.approx(other.total_score - one.total_score)


def test_the_difference_is_paired_block_by_block():
    one, other = played(1), played(2)
    difference = compare({"a": one, "b": other}).difference
    # Blocks of 8 horizons counted from the start of each part; the remainder belongs to the block before it.
    size, expected = 8 * 3, []
    for first, second in zip(one.ledger.parts, other.ledger.parts, strict=True):
        n = len(first.part)
        sums = [0.0] * max(1, n // size)
        for part, sign in ((first, -1), (second, 1)):
            for tick, profit in enumerate(part.booked.tolist()):
                sums[min(tick // size, len(sums) - 1)] += sign * profit
        expected += sums
    np.testing.assert_allclose(np.concatenate(list(difference.sums.values())), expected, atol=1e-9)
    assert difference.score == other.total_score - one.total_score
    assert difference.trials == 1
    assert difference.enough


def test_what_both_share_drops_out_of_the_interval():
    common = played(1, share=0.9)
    streams = walks()

    def almost(stream):
        # The same, but for every 40th decision.
        random = np.random.default_rng(1)
        yield
        for tick, _ in enumerate(stream):
            decision = float(random.choice([-1.0, 0.0, 1.0], p=[0.45, 0.1, 0.45]))
            yield 0.0 if tick % 40 == 0 else decision

    near = replay(streams, infer=almost, **RULES)
    low, high = compare({"a": common, "b": near}).difference.interval
    alone_low, alone_high = near.luck().interval
    assert high - low < (alone_high - alone_low) / 3


def test_an_attacker_does_not_differ_from_itself():
    comparison = compare({"a": played(1), "b": played(1)})
    assert comparison.difference.score == 0
    assert not comparison.difference.enough
    assert comparison.disagreements() == []
    assert comparison.agreement.loc[["opposite", "only a", "only b"], "ticks"].sum() == 0
    assert str(comparison) == "b minus a: 0 (they decide the same)"
    # However the difference is asked for, it says so.
    assert str(comparison.difference) == "0 (they decide the same)"
    assert repr(comparison.difference).splitlines()[1].split(maxsplit=1) == ["score", "0 (they decide the same)"]
    assert comparison.difference.to_dict()["sentence"] == "0 (they decide the same)"
    more = compare({"a": played(1), "b": played(1), "c": played(2)})
    assert [luck.same for luck in more.differences.values()] == [True, False]
    assert repr(comparison).endswith("\n\nb minus a: 0 (they decide the same)")


def test_attackers_that_differ_on_too_little_data_are_not_called_the_same():
    one, other = (scripted(padded([0, decision]), np.arange(10.0)) for decision in (1, -1))
    comparison = compare({"a": one, "b": other})
    assert str(comparison).endswith("(too little data to say)")
    assert str(comparison.difference).endswith("(too little data to say)")


def test_tables_by_stream_and_in_total():
    one, other = played(1), played(2)
    comparison = compare({"a": one, "b": other})
    frame = comparison.by_stream
    assert frame.index.tolist() == ["s0", "s1", "s2"]
    assert frame["a"].tolist() == list(one.scores.values())
    assert frame["b"].tolist() == list(other.scores.values())
    np.testing.assert_allclose(frame["difference"], frame["b"] - frame["a"])
    assert ((frame["low"] < frame["difference"]) & (frame["difference"] < frame["high"])).all()
    totals = comparison.totals
    assert totals.loc["a", "score"] == one.total_score
    assert tuple(totals.loc["b", ["low", "high"]]) == other.luck().interval
    assert totals.loc["b", "decisions"] == other.summary()["num_resolved_decisions"]


def test_names_are_kept_apart_whatever_they_are():
    comparison = compare({"second": played(1), "first": played(2)})
    assert comparison.agreement.index.tolist()[-2:] == ["only second", "only first"]
    assert comparison.agreement["first"].tolist() == compare({"a": played(1), "b": played(2)}).agreement["b"].tolist()


def test_more_than_two_are_compared_with_the_first_and_p_says_how_many_they_are():
    results = {name: played(seed) for seed, name in enumerate("abc", start=1)}
    comparison = compare(results)
    assert list(comparison.differences) == ["b", "c"]
    assert {luck.trials for luck in comparison.differences.values()} == {2}
    alone = comparison.pair("c").difference
    assert comparison.differences["c"].p == pytest.approx(1 - (1 - alone.p) ** 2)
    with pytest.raises(ArgumentError, match=r"3 attackers are compared, .* comparison\.pair\(name\)"):
        _ = comparison.difference
    assert comparison.agreement.loc["c"].equals(comparison.pair("c").agreement.rename(columns={"c": "other"}))
    assert {"difference b", "p c"} <= set(comparison.by_stream.columns)
    with pytest.raises(ArgumentError, match="'d' is not compared with 'a'"):
        comparison.pair("d")


# Disagreements


def test_disagreements_are_the_windows_that_differ_most():
    one, other = played(1, share=0.2), played(2, share=0.2)
    comparison, length = compare({"a": one, "b": other}), 20
    first, second = by_hand(one), by_hand(other)
    # The widest of all windows by exhaustion: each that ends where the two earned different amounts.
    widest = 0.0
    for stream_id, part, index in first:
        if first[stream_id, part, index][1] != second[stream_id, part, index][1]:
            places = [(stream_id, part, at) for at in range(index - length + 1, index + 1)]
            gap = sum(second[each][1] - first[each][1] for each in places if each in first)
            widest = max(widest, abs(gap))
    found = comparison.disagreements(6, length=length)
    assert len(found) == 6
    assert abs(found[0].difference) == pytest.approx(widest)
    assert [abs(each.difference) for each in found] == sorted((abs(each.difference) for each in found), reverse=True)
    ticks = [(d.selection.stream_id, at) for d in found for at in range(d.selection.first, d.selection.last + 1)]
    assert len(ticks) == len(set(ticks))
    for each in found:
        window = [
            place
            for place in first
            if place[0] == each.selection.stream_id and each.selection.first <= place[2] <= each.selection.last
        ]
        assert each.selection.n_ticks <= length
        assert each.earned == {
            "a": pytest.approx(sum(first[place][1] for place in window)),
            "b": pytest.approx(sum(second[place][1] for place in window)),
        }


@pytest.mark.parametrize(
    ("old", "new", "expected", "why"),
    [
        ([0, 0, 0, 0], [0, 1, 0, 0], UP, "old decided nothing; new decided up 1 time and earned +1.5"),
        ([0, -1, 0, 0], [0, 0, 0, 0], NOTHING, "old decided down 1 time and earned -2.5; new decided nothing"),
        (
            [0, 1, 0, 0],
            [0, -1, 0, 0],
            UP,
            "old decided up 1 time and earned +1.5; new decided down 1 time and earned -2.5",
        ),
        (
            [0, 0, 0, 0],
            [-1, 1, 1, 1, 1],
            UP,
            "old decided nothing; new decided up 4 times and down 1 time and earned +3.5",
        ),
    ],
)
def test_a_disagreement_proposes_what_hindsight_says(old, new, expected, why):
    values = range(10, 20)
    (found,) = compare({"old": scripted(padded(old), values), "new": scripted(padded(new), values)}).disagreements()
    assert found.expected == expected
    assert found.why == why
    assert found.selection.first == 0


def test_a_disagreement_is_labelled_at_once(tmp_path):
    found = compare({"a": played(1), "b": played(2)}).disagreements(2)
    found[0].save(path=tmp_path)
    found[1].save(DOWN, note="mine", tags=["x"], path=tmp_path)
    saved = {each.selection.last: each for each in load_scenarios(tmp_path).scenarios}
    first, second = (saved[each.selection.last] for each in found)
    assert first.expected == found[0].expected
    assert first.note == found[0].why
    assert (second.expected, second.note, second.tags) == (DOWN, "mine", ("x",))
    assert first.selection == found[0].selection


# What cannot be compared


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"horizon": 4}, r"the horizon of a is 3 and that of b is 4"),
        ({"epsilon": 0.5}, r"the epsilon of a is 0\.01 and that of b is 0\.5"),
        ({"horizon": 4, "epsilon": 0.5}, r"horizon .*; the epsilon"),
        ({"only_stream_ids": [0, 2]}, r"b was not replayed on s1"),
        ({"start_index": 5}, r"s0 has 599 scored ticks in one and 594 in the other"),
        ({"streams": walks(seed=3)}, r"different data: they share no stream\."),
        ({"streams": walks(seed=3), "only_stream_ids": [1]}, r"they share no stream\."),
        ({"streams": mended(walks())}, r"s0 has the price \S+ at 7 in one and \S+ in the other"),
        ({"streams": walks()[::-1]}, r"has the price \S+ at 0 in one and \S+ in the other"),
    ],
)
def test_results_of_other_streams_or_rules_are_refused_with_what_differs(change, words):
    with pytest.raises(ArgumentError, match=words):
        compare({"a": played(1), "b": played(2, **change)})


def test_an_interrupted_replay_is_not_compared_with_a_whole_one():
    def infer(stream):
        yield
        for at, _ in enumerate(stream):
            if at == 100:
                raise KeyboardInterrupt
            yield 1.0

    with pytest.raises(ArgumentError, match=r"b was not replayed on s1, s2; s0 has 599 scored ticks in one and 100"):
        compare({"a": played(1), "b": replay(walks(), infer=infer, **RULES)})


def test_what_is_no_result_is_refused():
    result = played(1)
    for given in ({"a": result}, {}):
        with pytest.raises(ArgumentError, match="there is nothing to compare"):
            compare(given)
    with pytest.raises(ArgumentTypeError, match="expected results of replays by name, got int"):
        compare({"a": result, "b": 3})
    for pair in ((result, 3), (3, result), (3, 4)):
        with pytest.raises(ArgumentTypeError):
            compare(*pair)


# How it shows itself


def test_two_results_are_named_after_their_attackers():
    class Up:
        def tick_and_predict(self, x, horizon):
            return 1

    class Down(Up):
        def tick_and_predict(self, x, horizon):
            return -1

    results = [replay(walks(), infer=each, **RULES) for each in (Up, Down, Up)]
    assert compare(results[0], results[1]).names == ["Up", "Down"]
    assert compare(results[0], results[2]).names == ["before", "after"]
    assert midplot.compare is compare


def test_text_json_and_sentences_agree():
    comparison = compare({"a": played(1), "b": played(2)})
    assert isinstance(comparison, ReplayComparison)
    assert str(comparison) == f"b minus a: {comparison.difference}"
    assert repr(comparison).endswith(str(comparison))
    document = json.loads(comparison.to_json())
    assert document["attackers"]["b"]["score"] == played(2).total_score
    assert document["differences"]["b"]["interval"] == list(comparison.difference.interval)
    assert [each["decided"] for each in document["differences"]["b"]["agreement"]] == list(AGREEMENTS)
    assert len(document["disagreements"]) == 10


def test_a_single_result_or_report_says_that_a_second_one_is_missing():
    scenario = Scenario(selection=Selection.of(Stream(range(20)), 5, 12, horizon=3, epsilon=0.5), expected=UP)
    _, report = midplot.check([scenario], MomentumAttacker)
    for one, kind in ((played(1), "result"), (report, "report")):
        for given in ((one,), (one, None), (None, one)):
            with pytest.raises(ArgumentError, match=f"a second {kind} is missing"):
                compare(*given)
