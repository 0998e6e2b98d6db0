"""Snapshots: what is kept is what was decided, to the bit; the file is stable, whole, and replaced by nobody unasked."""

from __future__ import annotations

import json
import math
from importlib.resources import files
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from midplot import compare, load_result, load_streams, replay
from midplot.errors import ArgumentError, MidplotError, ProtocolError, ScenarioError, StreamError
from midplot.evidence.snapshots._changes import changes_between
from midplot.evidence.snapshots._file import encode, load_snapshot, snapshots_in
from midplot.evidence.snapshots._runs import decisions_of, runs_of
from midplot.evidence.snapshots._snapshot import KeptAttacker, read_snapshot, snapshot_schema
from midplot.evidence.snapshots._where import place_for

SCHEMA = files("midplot.evidence").joinpath("schemas/snapshot.schema.json")

NAN = math.nan
PRICES = [
    [100.0, 101.5, 99.25, NAN, 4000.0, 4001.0, 4002.5, 4001.0, NAN, NAN, 7.0],
    [float(50 + (7 * t) % 11) for t in range(40)],
]
DECISIONS = [0.0, 1.0, -1.0, 0.5, -0.125, 1e300, math.inf, -math.inf, -0.0, 0.1]


def scripted(table):
    """Return an attacker that decides what a table says, by price and number of the tick in its part."""

    class Scripted:
        def __init__(self):
            self.tick = -1

        def tick_and_predict(self, x, horizon):
            self.tick += 1
            return table[(self.tick + int(x)) % len(table)]

    return Scripted


def as_generator(attacker_class):
    """Return the same attacker as an infer, which is driven through its generator."""

    def infer(stream):
        attacker = attacker_class()
        yield
        for message in stream:
            yield attacker.tick_and_predict(message["x"], 0)

    return infer


def by_hand(values, attacker_class, first=0, last=None):
    """Feed a stream in a plain loop; return the decision at each original index that is neither a gap nor nothing."""
    decided, attacker = {}, None
    for index, x in enumerate(values[:last]):
        if math.isnan(x) or index < first:
            attacker = None
            continue
        attacker = attacker or attacker_class()
        decision = attacker.tick_and_predict(x, 0)
        if decision != 0:
            decided[index] = decision
    return decided


def written(path):
    """Return what the file of a snapshot says of each stream, read without midplot."""
    document = json.loads(Path(path).read_text(encoding="utf-8"))
    return [
        {i: float(decision) for first, last, decision in stream["decisions"] for i in range(first, last + 1)}
        for stream in document["streams"]
    ]


tables = st.lists(st.sampled_from(DECISIONS), min_size=1, max_size=13)


@settings(max_examples=30)
@given(tables, st.booleans())
def test_what_is_kept_is_what_a_plain_loop_decides(tmp_path_factory, table, direct):
    attacker = scripted(table)
    path = tmp_path_factory.mktemp("kept") / "kept.json"
    replay(PRICES, horizon=3, infer=attacker if direct else as_generator(attacker), dry=True).snapshot(path)
    assert written(path) == [by_hand(values, attacker) for values in PRICES]


def test_only_scored_ticks_are_kept_and_parts_and_ticks_counted(tmp_path):
    attacker = scripted([1.0, -1.0, 0.5])
    rules = {"start_index": 5, "stop_index": 30, "horizon": 3}
    path = replay(PRICES, infer=attacker, warmup=0, **rules, dry=True).snapshot(tmp_path)
    assert written(path) == [by_hand(values, attacker, 5, 30) for values in PRICES]
    warm = replay(PRICES, infer=attacker, warmup=2, **rules, dry=True).snapshot(tmp_path / "warm.json")
    assert all(min(each) >= 5 for each in written(warm))
    kept = load_snapshot(path)
    assert [(each.n_parts, each.n_ticks) for each in kept.streams] == [(2, 4), (1, 25)]
    assert kept.rules.stop_index == 30


def test_several_processes_keep_the_same(tmp_path):
    one, other = tmp_path / "one.json", tmp_path / "other.json"
    for path, n_jobs in ((one, 1), (other, 2)):
        replay(PRICES, horizon=3, infer=scripted(DECISIONS), n_jobs=n_jobs, dry=True).snapshot(path)
    assert one.read_bytes() == other.read_bytes()


def test_streams_that_stay_in_their_file_keep_the_same(tmp_path):
    rows = [f"wander,{100 + (7 * t) % 11}" for t in range(300)] + [f"up,{100 + t / 4}" for t in range(300)]
    (tmp_path / "prices.csv").write_text("\n".join(["stream,value", *rows]))
    kept = []
    for lazy in (False, True):
        streams, _ = load_streams(tmp_path / "prices.csv", lazy=lazy)
        kept.append(
            replay(streams, horizon=3, infer=scripted([0.0, 1.0, 0.5]), dry=True).snapshot(f"{tmp_path}/{lazy}.json")
        )
    assert kept[0].read_bytes() == kept[1].read_bytes()


@given(st.lists(st.sampled_from(DECISIONS), max_size=30), st.integers(0, 10**9))
def test_runs_and_decisions_are_the_same(decisions, first):
    runs = runs_of(np.array(decisions), first)
    assert decisions_of(runs, first, len(decisions)).tolist() == decisions  # -0.0 == 0.0
    assert all(start <= end for start, end, _ in runs)


# The file


@pytest.fixture
def kept(tmp_path):
    """Return the file of a snapshot."""
    return replay(PRICES, horizon=3, infer=scripted([1.0, 1.0, 0.0, -0.5]), dry=True).snapshot(tmp_path / "kept.json")


def test_the_file_is_the_same_each_time_and_unchanged_is_not_written(kept):
    before = kept.read_bytes(), kept.stat().st_mtime_ns
    assert encode(read_snapshot(before[0])) == before[0]
    replay(PRICES, horizon=3, infer=scripted([1.0, 1.0, 0.0, -0.5]), dry=True).snapshot(kept)
    assert (kept.read_bytes(), kept.stat().st_mtime_ns) == before


def test_one_decision_that_changes_changes_one_line_of_decisions(tmp_path):
    values = [100.0 + (7 * t) % 11 for t in range(2000)]
    decisions = dict.fromkeys(range(0, 2000, 3), 1.0)

    def infer(stream):
        yield
        for t, _ in enumerate(stream):
            yield decisions.get(t, 0)

    infer_of = {"horizon": 3, "infer": infer, "dry": True}
    before = replay([values], **infer_of).snapshot(tmp_path).read_text().splitlines()
    decisions[1001] = -1.0
    after = replay([values], **infer_of).snapshot(tmp_path, update=True).read_text().splitlines()
    changed = [line for line, other in zip(before, after, strict=True) if line != other]
    assert [line.strip()[:4] for line in changed] == ['"sco', '{"st', "[100"]  # two scores, and one line of decisions
    assert max(map(len, after)) < 1000


def test_another_snapshot_is_replaced_only_when_asked(kept):
    content = kept.read_bytes()
    changed = replay(PRICES, horizon=3, infer=scripted([1.0, 1.0, 0.0, 0.5]), dry=True)
    with pytest.raises(
        ScenarioError,
        match=r"there is a snapshot already, and this one differs: \d+ decisions changed on 2 streams: the score is ",
    ):
        changed.snapshot(kept)
    assert kept.read_bytes() == content
    changed.snapshot(kept, update=True)
    assert written(kept) == [by_hand(values, scripted([1.0, 1.0, 0.0, 0.5])) for values in PRICES]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("sample", "../data", "checks read the streams from data now, from the embedded sample before"),
        ("../data", "sample", "checks read the streams from the embedded sample now, from data before"),
        (None, "./x.csv", "checks read the streams from kept/x.csv now; before, they had to be given them"),
        (
            "../data",
            None,
            "checks have to be given the streams now, which were passed in Python; before, they read them from data",
        ),
        ("~/one", "/data/two", "checks read the streams from /data/two now, from ~/one before"),
    ],
)
def test_other_data_are_said_in_words_with_what_they_mean_for_checks(kept, old, new, words):
    was = load_snapshot(kept)
    one, other = (was.model_copy(update={"data": data}) for data in (old, new))
    assert [*changes_between(one, other, Path("kept"))] == [f"{words} (the prices are the same)"]
    fewer = other.model_copy(update={"streams": other.streams[:1]})
    n = len(was.streams) - 1
    gone = f"{n} stream{'s are' if n > 1 else ' is'} no longer in it"
    assert [*changes_between(one, fewer, Path("kept"))] == [gone, words]


def test_other_rules_and_parameters_are_said_with_what_they_were(kept):
    was = load_snapshot(kept)
    rules = was.rules.model_copy(update={"backoff": 7})
    parameters = was.parameters.model_copy(
        update={"hyper_parameters": {"a": 1}, "with_hyper_parameters_load": True, "model_directory_path": "../model"}
    )
    changed = was.model_copy(update={"rules": rules, "parameters": parameters})
    assert [*changes_between(was, changed, Path("kept"))] == [
        "backoff: 7 now, 1 before",
        "hyper_parameters: {'a': 1} now, None before",
        "with_hyper_parameters_load: True now, False before",
        "model_directory_path: 'model' now, '.' before",
    ]


def test_the_snapshot_of_another_attacker_is_never_replaced(kept):
    def other(stream):
        yield
        for _ in stream:
            yield 0

    content = kept.read_text()
    kept.write_text(content.replace('"test_snapshots.py"', '"elsewhere.py"'))
    with pytest.raises(
        ScenarioError, match=r"it is the snapshot of another attacker, elsewhere\.py\. Name another file"
    ):
        replay(PRICES, horizon=3, infer=other, dry=True).snapshot(kept, update=True)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: "", "it is empty"),
        (lambda text: text[:200], "it is damaged: not JSON"),
        (lambda text: "[]", "it holds a JSON list"),
        (lambda text: text.replace("midplot.snapshot", "midplot.scenario"), "it has the format 'midplot.scenario'"),
        (lambda text: text.replace('"version": 1', '"version": 9'), "it has version 9, this midplot reads up to 1"),
        (lambda text: text.replace('"data"', '"colour"'), "there is no such field"),
        (lambda text: text.replace('"horizon": 3', '"horizon": 0'), "0 is below 1"),
        (lambda text: text.replace('"horizon": 3', '"horizon": 3, "horizon": 4'), "it gives 'horizon' twice"),
        (
            lambda text: text.replace("[[", "[[9, 2, 1], ").replace("[\n      [", "[\n      [9, 2, 1], [", 1),
            "no run of",
        ),
        (lambda text: text.replace("[\n      [", "[\n      [0, 9, 1], [", 1), "starts before the one before it"),
    ],
)
def test_a_bad_file_is_named_with_what_is_wrong_and_never_overwritten(kept, change, message):
    kept.write_text(change(kept.read_text()))
    content = kept.read_bytes()
    with pytest.raises(ScenarioError, match=message) as raised:
        load_snapshot(kept)
    assert raised.value.where == str(kept)
    with pytest.raises(ScenarioError, match=message):
        replay(PRICES, horizon=3, infer=scripted([1.0]), dry=True).snapshot(kept, update=True)
    assert kept.read_bytes() == content


def test_all_bad_files_of_a_folder_are_named(kept):
    (kept.parent / "one.json").write_text("")
    (kept.parent / "two.json").write_text("{")
    (kept.parent / ".hidden.json").write_text("{")
    (kept.parent / "foreign.json").write_text('{"format": 2, "of": "another program"}')
    (kept.parent / "list.json").write_text("[1, 2]")
    with pytest.raises(ScenarioError, match=r"one\.json: it is empty.*\n.*two\.json: it is damaged") as raised:
        snapshots_in(kept.parent)
    assert str(raised.value).count("\n") == 1
    (kept.parent / "one.json").unlink()
    (kept.parent / "two.json").unlink()
    assert [path for path, _ in snapshots_in(kept.parent)] == [kept]
    assert snapshots_in(kept.parent / "nowhere") == []


def test_the_committed_schema_is_the_present_one_and_describes_every_field(kept):
    schema = snapshot_schema()
    assert SCHEMA.read_text(encoding="utf-8") == json.dumps(schema, indent=2) + "\n", (
        f"write snapshot_schema() to {SCHEMA}"
    )
    models = [schema, *schema["$defs"].values()]
    assert [
        name for each in models for name, field in each.get("properties", {}).items() if not field.get("description")
    ] == []
    document = json.loads(kept.read_text())
    jsonschema.validate(document, schema)
    for wrong in ({"format": "x"}, {"version": 2}, {"colour": 1}, {"streams": []}, {"score": "much"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**document, **wrong}, schema)


@pytest.mark.parametrize(
    ("title", "into", "path"),
    [
        ("attack.py", None, "snapshots/attack.json"),
        ("far/attack.py:Trend", None, "snapshots/attack.Trend.json"),
        ("attack.py", "kept", "kept/attack.json"),
        ("attack.py", "kept/mine.json", "kept/mine.json"),
        ("Trend", None, "snapshots/Trend.json"),
    ],
)
def test_where_a_snapshot_is_put(title, into, path):
    assert place_for(title, into) == Path(path)


def test_whatever_an_attacker_is_called_its_file_can_exist():
    names = ["<lambda>", "../x", "a/b", "日本", ""]
    assert all(place_for(name, None).parent == Path("snapshots") for name in names)


@pytest.mark.parametrize(
    ("kept", "given", "same"),
    [
        (("attack.py", "Trend"), ("attack.py", "Renamed"), True),
        (("attack.py", "Trend"), ("far/attack.py", "Trend"), True),
        (("attack.py", "Trend"), ("other.py", "Trend"), False),
        (("attack.py:Trend", "Trend"), ("attack.py:Other", "Other"), False),
        (("attack.py:Trend", "Trend"), ("attack.py", "Trend"), True),
        (("attack.py:Trend", "Trend"), ("attack.py", "Other"), False),
        ((None, "Trend"), ("attack.py", "Trend"), True),
        ((None, "Trend"), (None, "Other"), False),
    ],
)
def test_whose_snapshot_it_is_goes_by_the_name_of_the_file_and_the_choice_in_it(kept, given, same):
    assert KeptAttacker(file=kept[0], name=kept[1]).is_that(*given) is same


# What has no snapshot


def test_an_attacker_that_decides_by_dice_has_none(tmp_path):
    rng = np.random.default_rng(1)

    class Dice:
        def tick_and_predict(self, x, horizon):
            return rng.normal()

    with pytest.raises(
        ProtocolError, match=r"tick 0: it decided .* first, and .* when it was fed the same prices again"
    ):
        replay(PRICES, horizon=3, infer=Dice, dry=True).snapshot(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_neither_has_one_that_fails_the_second_time(tmp_path):
    class Once:
        started = 0

        def __init__(self):
            Once.started += 1

        def tick_and_predict(self, x, horizon):
            if Once.started > 4:
                raise ValueError("worn out")
            return 0

    with pytest.raises(ProtocolError, match=r"it decided 0 first, and raised ValueError \(worn out\)"):
        replay(PRICES, horizon=3, infer=Once, dry=True).snapshot(tmp_path)


def test_nor_a_replay_that_was_cut_short_or_is_scored_for_another_horizon_or_has_no_attacker(tmp_path, kept):
    class Interrupts:
        def tick_and_predict(self, x, horizon):
            raise KeyboardInterrupt

    with pytest.raises(ArgumentError, match="the replay has not come to its end"):
        replay(PRICES, horizon=3, infer=Interrupts, dry=True).snapshot(tmp_path)
    result = replay(PRICES, horizon=3, infer=scripted([1.0]), dry=True)
    with pytest.raises(ArgumentError, match="scored again for a horizon of 5, but the attacker was told 3"):
        result.rescore(horizon=5).snapshot(tmp_path / "x.json")
    with pytest.raises(MidplotError, match="the attacker did not come along"):
        load_result(kept, PRICES).snapshot(tmp_path / "x.json")


@pytest.mark.parametrize("odd", [{1: 2}, {"w": np.ones(2)}, {"f": len}, {"x": math.nan}])
def test_hyper_parameters_that_json_cannot_hold_are_refused(tmp_path, odd):
    def infer(stream, hyper_parameters):
        yield
        for _ in stream:
            yield 0

    result = replay(PRICES, infer=infer, hyper_parameters=odd, dry=True)
    with pytest.raises(ArgumentError, match="cannot be kept in JSON"):
        result.snapshot(tmp_path)
    plain = replay(PRICES, infer=infer, hyper_parameters={"w": (1, 2.5, None)}, dry=True).snapshot(tmp_path)
    assert load_snapshot(plain).parameters.hyper_parameters == {"w": [1, 2.5, None]}


# Back to a result


def test_a_snapshot_loads_as_the_result_that_it_was_taken_of(kept):
    result = replay(PRICES, horizon=3, infer=scripted([1.0, 1.0, 0.0, -0.5]), dry=True)
    loaded = load_result(kept, list(reversed(PRICES)))
    assert loaded.scores == result.scores
    assert loaded.trades.drop(columns="latency_ms").equals(result.trades.drop(columns="latency_ms"))
    other = replay(PRICES, horizon=3, infer=scripted([-1.0, 1.0]), dry=True)
    difference = compare(loaded, other).difference.score
    assert difference == pytest.approx(other.total_score - result.total_score)


def test_streams_that_have_changed_are_named(kept):
    changed = [PRICES[0], [*PRICES[1][:-1], 1.0]]
    with pytest.raises(
        StreamError,
        match=r"stream 1: its prices have changed since the snapshot was taken \(fingerprint sha256:\w+ then, ",
    ):
        load_result(kept, changed)
