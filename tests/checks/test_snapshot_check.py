"""What has changed since a snapshot, where, and what it earned or cost: held against plain loops."""

from __future__ import annotations

import math
import pickle
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from midplot import compare, load_result, load_streams, replay
from midplot.checks import SnapshotCheck, check_snapshot
from midplot.errors import ArgumentError, ScenarioError, StreamError

NAN = math.nan
STREAMS = [
    [100.0, 101.5, 99.25, 99.25, NAN, 4000.0, 4001.0, 4002.5, 4001.0, 4003.0, NAN, NAN, 7.0],
    [float(50 + (7 * t) % 11) for t in range(40)],
]
RULES = {"horizon": 2, "epsilon": 0.25}
VALUES = [0.0, 1.0, -1.0, 0.5, -0.125, math.inf]


def attacker_of(table):
    """Return an attacker whose decision goes by the price and the tick of the part."""

    class Scripted:
        def __init__(self):
            self.tick = -1

        def tick_and_predict(self, x, horizon):
            self.tick += 1
            return table[(self.tick + int(x)) % len(table)]

    return Scripted


def decided(values, table):
    """Return the decisions on a stream in a plain loop; None in a gap."""
    decisions, tick = [], -1
    for x in values:
        tick = -1 if math.isnan(x) else tick + 1
        decisions.append(None if math.isnan(x) else table[(tick + int(x)) % len(table)])
    return decisions


def earned(values, decisions):
    """Return what decisions earn, in a plain loop."""
    total = 0.0
    for t, decision in enumerate(decisions):
        later = t + RULES["horizon"]
        if decision and later < len(values) and not any(map(math.isnan, values[t : later + 1])):
            total += math.copysign(1, decision) * (values[later] - values[t]) - RULES["epsilon"]
    return total


tables = st.lists(st.sampled_from(VALUES), min_size=1, max_size=7)


@settings(max_examples=40)
@given(tables, tables)
def test_what_has_changed_is_what_two_plain_loops_differ_in(tmp_path_factory, old, new):
    path = replay(STREAMS, infer=attacker_of(old), **RULES, dry=True).snapshot(tmp_path_factory.mktemp("kept"))
    check = check_snapshot(path, attacker_of(new), streams=STREAMS)
    pairs = [
        (stream, t, was, now)
        for stream, values in enumerate(STREAMS)
        for t, (was, now) in enumerate(zip(decided(values, old), decided(values, new), strict=True))
        if was is not None
    ]
    changed = [each for each in pairs if each[2] != each[3]]
    assert check.ok == (not changed)
    assert check.n_changed == len(changed)
    assert check.n_decisions == sum(bool(was or now) for *_, was, now in pairs)
    assert check.changed_by_stream == {
        f"stream {i}": n for i in range(2) if (n := sum(stream == i for stream, *_ in changed))
    }
    before, after = (sum(earned(values, decided(values, table)) for values in STREAMS) for table in (old, new))
    assert check.scores == pytest.approx((before, after))
    if changed:
        first = check.first
        assert (first.stream, first.index, first.before, first.after) == (f"stream {changed[0][0]}", *changed[0][1:])
        assert first.price == STREAMS[changed[0][0]][first.index]
        assert check.difference.score == pytest.approx(after - before)
    else:
        assert check.first is None


@pytest.fixture
def kept(tmp_path):
    """Return the snapshot of an attacker that decides UP on every third tick or so."""
    return replay(STREAMS, infer=attacker_of([1.0, 0.0, 0.0]), **RULES, dry=True).snapshot(tmp_path / "kept.json")


def test_the_lines_say_how_much_where_what_it_cost_and_what_to_do(kept):
    check = check_snapshot(kept, attacker_of([0.0, 0.0, 0.0]), streams=STREAMS)
    assert check.lines()[0].startswith(f"{kept}: CHANGED, ")
    rows = dict(check.rows)
    assert rows["first change"] == "stream 0 at 1 (price 101.5): UP before, NOTHING now"
    assert rows["score"].endswith("(too little data to say)")
    assert "the old code decided up " in rows["largest effect"]
    assert rows["largest effect"].endswith("; the new code decided nothing")
    assert rows["to accept"] == f"replay(…).snapshot({str(kept)!r}, update=True)"
    assert repr(check).startswith("SnapshotCheck\n")
    assert str(check) == check.lines()[0]


def test_the_difference_is_that_of_a_comparison(kept):
    new = replay(STREAMS, infer=attacker_of([-1.0, 1.0]), **RULES, dry=True)
    check, compared = new.check_snapshot(kept), compare(load_result(kept, STREAMS), new)
    assert check.difference.to_dict() == compared.difference.to_dict()
    worst = compared.disagreements(1)[0]
    assert (check.places[0].first, check.places[0].difference) == (worst.selection.first, worst.difference)


def test_a_change_in_size_alone_is_a_change_that_earns_the_same(kept):
    check = check_snapshot(kept, attacker_of([0.75, 0.0, 0.0]), streams=STREAMS)
    assert not check.ok
    assert check.n_resized == check.n_changed > 0
    assert str(check.first).endswith("UP 1 before, UP 0.75 now")
    assert dict(check.rows)["score"].endswith("as before: decisions changed in size only, not in direction")


def test_the_smallest_change_of_a_decision_is_seen(tmp_path):
    path = replay(STREAMS, infer=attacker_of([0.1, 0.0]), **RULES, dry=True).snapshot(tmp_path)
    assert check_snapshot(path, attacker_of([0.1, -0.0]), streams=STREAMS).ok
    assert not check_snapshot(path, attacker_of([math.nextafter(0.1, 1), 0.0]), streams=STREAMS).ok


def test_an_attacker_that_raises_has_failed_and_what_it_decided_before_is_compared(kept):
    class Fails(attacker_of([0.0])):
        def tick_and_predict(self, x, horizon):
            if x == 4001.0:
                raise ZeroDivisionError("no")
            return super().tick_and_predict(x, horizon)

    check = check_snapshot(kept, Fails, streams=STREAMS)
    assert not check.ok
    assert isinstance(check.error, ZeroDivisionError)
    assert check.outcome.startswith(
        "RAISED ZeroDivisionError: no, stream 0, part 1, tick 6; until then 2 of 2 decisions on 1 of 2 streams changed"
    )
    assert check.to_dict()["error"] == "ZeroDivisionError: no"
    assert (check.difference, check.places) == (None, [])


@pytest.mark.parametrize("end", ["raise SystemExit(0)", "return None"])
def test_so_has_one_that_breaks_the_rules_or_ends_the_program(kept, end):
    names = {}
    exec(f"class Breaks:\n    def tick_and_predict(self, x, horizon):\n        {end}\n", names)
    assert not check_snapshot(kept, names["Breaks"], streams=STREAMS).ok


def test_ctrl_c_ends_a_check(kept):
    class Interrupts:
        def tick_and_predict(self, x, horizon):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_snapshot(kept, Interrupts, streams=STREAMS)


def test_streams_are_found_in_any_order_and_among_others(kept):
    assert check_snapshot(kept, attacker_of([1.0, 0.0, 0.0]), streams=[[1.0, 2.0], *reversed(STREAMS)]).ok


def test_streams_that_are_missing_or_have_changed_are_named(kept, tmp_path):
    with pytest.raises(StreamError, match=r"it does not say where its streams come from.*Give them with streams=…"):
        check_snapshot(kept, attacker_of([1.0]))
    with pytest.raises(
        StreamError,
        match=r"kept\.json, stream 1: .*none of the streams given has the prices that it had when the snapshot was taken",
    ):
        check_snapshot(kept, attacker_of([1.0]), streams=STREAMS[:1])
    with pytest.raises(StreamError, match="stream 1 was not replayed, or has changed"):
        replay(STREAMS[:1], infer=attacker_of([1.0]), **RULES, dry=True).check_snapshot(kept)


def test_a_result_by_other_rules_or_one_that_was_cut_short_is_refused(kept):
    with pytest.raises(ArgumentError, match=r"taken with other rules: horizon is 2 in the snapshot and 3 here"):
        replay(STREAMS, horizon=3, epsilon=0.25, infer=attacker_of([1.0]), dry=True).check_snapshot(kept)

    class Interrupts:
        def tick_and_predict(self, x, horizon):
            raise KeyboardInterrupt

    with pytest.raises(ArgumentError, match="has not come to its end"):
        replay(STREAMS, infer=Interrupts, **RULES, dry=True).check_snapshot(kept)


def test_decisions_that_were_changed_by_hand_are_noticed(kept):
    text = kept.read_text()
    assert "[3, 5, 1], [12, 13, 1]" in text
    kept.write_text(text.replace("[3, 5, 1], [12, 13, 1]", "[3, 5, 1], [12, 14, 1]"))
    with pytest.raises(ScenarioError, match=r"it says that its decisions earned .*changed the file by hand"):
        check_snapshot(kept, attacker_of([1.0, 0.0, 0.0]), streams=STREAMS)


def test_the_data_are_found_from_any_folder_and_after_everything_has_moved(tmp_path, monkeypatch):
    project = tmp_path / "project"
    (project / "deep").mkdir(parents=True)
    (project / "prices.csv").write_text("wander\n" + "\n".join(str(100 + (7 * t) % 11) for t in range(60)))
    monkeypatch.chdir(project)
    streams, _ = load_streams("prices.csv")
    path = replay(streams, infer=attacker_of([1.0, 0.0]), dry=True).snapshot("deep/kept.json", data="prices.csv")
    assert '"data": "../prices.csv"' in path.read_text()
    monkeypatch.chdir(tmp_path)
    shutil.move(project, tmp_path / "elsewhere")
    assert check_snapshot("elsewhere/deep/kept.json", attacker_of([1.0, 0.0])).ok
    Path("elsewhere/prices.csv").unlink()
    with pytest.raises(StreamError, match="its data cannot be read"):
        check_snapshot("elsewhere/deep/kept.json", attacker_of([1.0, 0.0]))


def test_the_sample_is_known_and_so_are_the_parameters(tmp_path):
    class Scaled:
        size = 0.0

        def update_from_hyper_parameters(self, hyper_parameters):
            self.size = hyper_parameters["size"]

        def tick_and_predict(self, x, horizon):
            return self.size

    _, x_test = load_streams()
    result = replay(x_test, stop_index=60, infer=Scaled, hyper_parameters={"size": -2.5}, dry=True)
    path = result.snapshot(tmp_path)
    assert '"data": "sample"' in path.read_text()
    assert check_snapshot(path, Scaled).ok
    assert result.check_snapshot(path).ok


def test_it_can_be_pickled(kept):
    check = check_snapshot(kept, attacker_of([1.0]), streams=STREAMS)
    again = pickle.loads(pickle.dumps(check))
    assert isinstance(again, SnapshotCheck)
    assert again.lines() == check.lines()
