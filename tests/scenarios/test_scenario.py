"""Selections and scenarios: what they keep, what they refuse, what an attacker is fed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from importlib.resources import files

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from midplot.errors import ArgumentError, ArgumentTypeError, MidplotError, ScenarioError
from midplot.game import LABELS
from midplot.replay import replay
from midplot.scenarios._scenario import Scenario, Selection, decision_of, fingerprint, label_of, scenario_schema
from midplot.streams._stream import Stream, cut_into_parts

NAN = float("nan")
RULES = {"horizon": 3, "epsilon": 0.5}


def a_selection(**changes):
    fields = {"stream_id": 3, "first": 4, "last": 6, "values": (1.0, 2.0, 3.0), **RULES}
    return Selection(**{**fields, **changes})


def a_scenario(expected=1.0, **changes):
    return Scenario(selection=a_selection(), expected=expected, **changes)


# Picking a window


def test_a_window_is_picked_with_both_ends_and_what_surrounds_it():
    stream = Stream(np.arange(100.0), stream_id=7, name="eurusd")
    selection = Selection.of(stream, 20, 29, warmup=5, **RULES)
    assert selection.values == tuple(range(20, 30))
    assert selection.before == tuple(range(15, 20))
    assert selection.after == tuple(range(30, 33))
    assert (selection.stream_id, selection.stream_name, selection.first, selection.last) == (7, "eurusd", 20, 29)
    assert (selection.n_ticks, selection.part, selection.horizon, selection.epsilon) == (10, 0, 3, 0.5)


@pytest.mark.parametrize(("first", "n_before"), [(0, 0), (999, 999), (1000, 1000), (1700, 1000)])
def test_at_most_a_thousand_values_before_the_window_are_kept(first, n_before):
    selection = Selection.of(Stream(np.arange(2000.0)), first, first, warmup=5000, **RULES)
    assert selection.before == tuple(range(first - n_before, first))


def test_what_follows_ends_with_the_stream():
    assert Selection.of(Stream(np.arange(10.0)), 7, 8, **RULES).after == (9.0,)


def test_no_window_crosses_a_gap_and_neither_does_what_surrounds_it():
    stream = Stream([0, 1, 2, NAN, NAN, 5, 6, 7, 8, NAN, 10], stream_id=2)
    selection = Selection.of(stream, 6, 7, **RULES)
    assert (selection.part, selection.before, selection.after) == (1, (5.0,), (8.0,))
    for first, last, gap in [(2, 5, 3), (3, 3, 3), (4, 6, 4), (8, 10, 9)]:
        with pytest.raises(ScenarioError, match=rf"^stream 2: the window {first}-{last} has a gap at index {gap}\. "):
            Selection.of(stream, first, last, **RULES)


@given(st.lists(st.sampled_from([NAN, 1.0, 2.0]), min_size=2, max_size=30), st.integers(0, 5), st.data())
def test_a_window_of_a_stream_is_the_window_of_its_part(values, offset, data):
    if np.isnan(values).all():
        values = [*values, 3.0]
    stream = Stream(values, stream_id=1, name="a", offset=offset)
    part = data.draw(st.sampled_from(cut_into_parts(stream)))
    first = data.draw(st.integers(part.first_index, part.first_index + len(part.values) - 1))
    last = data.draw(st.integers(first, part.first_index + len(part.values) - 1))
    of_stream = Selection.of(stream, first, last, **RULES)
    of_part = Selection.of(part, first, last, **RULES)
    assert of_stream.changed(fingerprint=None) == of_part.changed(fingerprint=None)
    assert of_stream.values == tuple(values[first - offset : last - offset + 1])


def test_indices_of_an_excerpt_are_the_original_ones():
    stream = Stream(np.arange(50.0, 60.0), offset=50)
    assert Selection.of(stream, 52, 53, **RULES).values == (52.0, 53.0)
    with pytest.raises(ScenarioError, match=r"^stream 0: the window 10-12 is not inside the indices 50-59\. Choose"):
        Selection.of(stream, 10, 12, **RULES)


@pytest.mark.parametrize(("first", "last"), [(8, 10), (10, 12)])
def test_a_window_outside_the_stream_is_refused(first, last):
    with pytest.raises(ScenarioError, match=r"is not inside the indices 0-9"):
        Selection.of(Stream(np.arange(10.0)), first, last, **RULES)


def test_a_window_that_ends_before_it_starts_is_refused():
    with pytest.raises(ScenarioError, match=r"the window 5-4 ends before it starts\. Swap its ends\."):
        Selection.of(Stream(np.arange(10.0)), 5, 4, **RULES)


@pytest.mark.parametrize(("first", "error"), [(-1, ArgumentError), (1.5, ArgumentTypeError), ("1", ArgumentTypeError)])
def test_an_index_that_is_none_is_refused(first, error):
    with pytest.raises(error, match="first"):
        Selection.of(Stream(np.arange(10.0)), first, 3, **RULES)


def test_numpy_numbers_are_taken_for_plain_ones():
    selection = a_selection(first=np.int64(4), last=np.int32(6), epsilon=np.float32(0.5), values=np.arange(3))
    assert selection == a_selection(values=(0.0, 1.0, 2.0))
    assert {type(value) for value in selection.values} == {float}


# What a selection refuses


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"values": (1.0, NAN, 3.0)}, r"Selection, values\.1: got nan\. Input should be a finite number"),
        ({"before": (float("inf"),)}, r"Selection, before\.0: got inf"),
        ({"values": (1.0, "2", 3.0)}, r"Selection, values\.1: got '2'"),
        ({"values": (1.0, 2.0)}, r"Selection: 4-6 are 3 ticks, but there are 2 values\. Give one value per tick"),
        ({"first": 7}, r"Selection: last 6 is before first 7"),
        ({"before": (0.0,) * 5}, r"Selection: 5 values cannot precede index 4"),
        ({"first": 2000, "last": 2002, "before": (0.0,) * 1001}, r"Selection, before: .* at most 1000 items"),
        ({"after": (0.0,) * 5}, r"Selection: 5 values follow the window, but the horizon is 3"),
        ({"horizon": 0}, r"Selection, horizon: got 0\. Input should be greater than or equal to 1"),
        ({"epsilon": -0.1}, r"Selection, epsilon: got -0\.1"),
        ({"epsilon": NAN}, r"Selection, epsilon: got nan"),
        ({"stream_id": -2}, r"Selection, stream_id: got -2"),
        ({"first": True}, r"Selection, first: got True"),
        ({"colour": "red"}, r"Selection, colour: there is no such field\. Leave it out\."),
    ],
)
def test_a_selection_names_the_field_that_is_wrong(changes, message):
    with pytest.raises(ScenarioError, match=message) as caught:
        a_selection(**changes)
    assert isinstance(caught.value, MidplotError)


def test_many_faults_are_told_in_a_few_lines():
    with pytest.raises(ScenarioError) as caught:
        a_selection(values=(NAN,) * 3, horizon=0, epsilon=-1)
    assert len(str(caught.value).splitlines()) == 4
    assert str(caught.value).endswith("Selection: 2 more like these.")


def test_a_selection_cannot_be_changed_but_for_a_checked_copy():
    selection = a_selection()
    with pytest.raises(ValueError, match="frozen"):
        selection.horizon = 5
    assert selection.changed(horizon=5).horizon == 5
    with pytest.raises(ScenarioError, match="horizon"):
        selection.changed(horizon=0)
    assert hash(selection) == hash(a_selection())


def test_the_names_of_the_first_version_can_be_read():
    scenario = a_scenario(-1)
    assert scenario.selection.data == (1.0, 2.0, 3.0)
    assert (scenario.selection.original_start_index, scenario.selection.original_end_index) == (4, 6)
    assert scenario.decision == -1.0


def test_a_selection_shows_where_it_is_and_not_its_values():
    assert repr(a_selection(stream_name="eurusd")) == str(a_selection(stream_name="eurusd"))
    assert repr(a_selection()) == "Selection('stream 3', 4-6, 0 before)"
    assert a_selection(stream_id=-1).stream_title == "unknown stream"


# The fingerprint


def test_a_fingerprint_tells_values_apart_and_nothing_else():
    values = np.array([1.0, NAN, 3.0])
    assert fingerprint(values) == fingerprint(values.astype(">f8")) == fingerprint(values[::-1][::-1])
    assert fingerprint(values) == fingerprint(np.array([1.0, -NAN, 3.0]))
    assert fingerprint(values) != fingerprint(np.array([1.0, NAN, np.nextafter(3.0, 4.0)]))
    assert Selection.of(Stream(values), 0, 0, **RULES).fingerprint == fingerprint(values)
    assert Selection.of(Stream(values), 0, 0, digest="sha256:known", **RULES).fingerprint == "sha256:known"


# Scenarios


@pytest.mark.parametrize(
    ("given", "expected", "label"),
    [
        *[(given, 1.0, "UP") for given in (1, 0.3, True, np.float32(2), np.array(5), 10**400, float("inf"))],
        *[(given, -1.0, "DOWN") for given in (-1.0, -0.001, np.int8(-3), float("-inf"))],
        *[(given, 0.0, "NOTHING") for given in (0, 0.0, -0.0, False)],
    ],
)
def test_of_an_expected_decision_only_the_sign_counts(given, expected, label):
    scenario = a_scenario(given)
    assert (scenario.expected, scenario.label, str(scenario.expected)) == (expected, label, str(expected))
    assert label_of(given) == label


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label.name)
def test_a_label_may_be_way_by_its_name_in_any_case_or_as_itself(label):
    name = label.name
    for way in (name, name.lower(), name.title(), label):
        assert (a_scenario(way).expected, decision_of(way)) == (label.decision, label.decision)
        assert a_scenario().changed(expected=way).label == name


@pytest.mark.parametrize("wrong", [NAN, None, [1.0], np.array([1.0])])
def test_an_expected_decision_without_a_sign_is_refused(wrong):
    with pytest.raises(ScenarioError, match=r"^Scenario, expected: got .*\. Give UP, DOWN or NOTHING\."):
        a_scenario(wrong)
    with pytest.raises(ArgumentError, match=r"^expected: got .*\. Give UP, DOWN or NOTHING\."):
        decision_of(wrong)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("DWON", "there is no 'DWON'. Did you mean 'DOWN'? Give UP, DOWN or NOTHING."),
        ("1", "there is no '1'. Give UP, DOWN or NOTHING."),
        ("", "there is no ''. Give UP, DOWN or NOTHING."),
    ],
)
def test_a_word_that_is_no_label_is_refused_in_the_words_of_midplot_alone(wrong, words):
    with pytest.raises(ScenarioError) as caught:
        a_scenario(wrong)
    assert str(caught.value) == f"Scenario, expected: {words}"
    # A traceback would show pydantic's error before it.
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    with pytest.raises(ArgumentError) as caught:
        decision_of(wrong, "label")
    assert str(caught.value) == f"label: {words}"


def test_tags_keep_their_order_and_are_not_repeated():
    assert a_scenario(tags=("b", "a", "b")).tags == ("b", "a")
    assert a_scenario(tags=["b", "a"]).tags == ("b", "a")
    assert a_scenario(tags={"b", "a", "c"}).tags == ("a", "b", "c")
    assert a_scenario(tags="breakout").tags == ("breakout",)


def test_the_time_of_creation_is_aware_and_in_utc():
    before = datetime.now(UTC)
    assert before <= a_scenario().created <= datetime.now(UTC)
    tokyo = datetime(2026, 1, 2, 3, tzinfo=timezone(timedelta(hours=9)))
    assert a_scenario(created=tokyo).created.isoformat() == "2026-01-01T18:00:00+00:00"
    with pytest.raises(ScenarioError, match=r"created: got .*timezone"):
        a_scenario(created=datetime(2026, 1, 2))
    with pytest.raises(ScenarioError, match=r"created: got 0001-01-01 .*, which has no time in UTC"):
        a_scenario(created=datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=9))))


def test_a_title_is_made_of_label_stream_and_indices():
    assert str(a_scenario(0)) == "NOTHING stream 3 4-6"
    assert repr(a_scenario(-1, variant="mirrored")) == "Scenario(DOWN 'stream 3' 4-6 mirrored)"


def test_a_variant_has_a_plain_word_for_a_name():
    with pytest.raises(ScenarioError, match=r"variant: got '../x'"):
        a_scenario(variant="../x")


def test_the_identity_is_what_was_labelled_and_not_what_was_said_about_it():
    scenario = a_scenario()
    same = a_scenario(note="look", tags="a", created=None).changed(
        selection=a_selection(before=(9.0,), after=(9.0,), epsilon=2, fingerprint="sha256:0", part=1)
    )
    assert same.identity == scenario.identity
    others = [
        a_scenario(-1),
        a_scenario(variant="noisy"),
        scenario.changed(selection=a_selection(horizon=4)),
        scenario.changed(selection=a_selection(stream_id=4)),
        scenario.changed(selection=a_selection(stream_name="eurusd")),
        scenario.changed(selection=a_selection(values=(1.0, 2.0, 3.5))),
        scenario.changed(selection=a_selection(first=5, last=7)),
    ]
    assert len({scenario.identity, *(other.identity for other in others)}) == 8


# What an attacker is fed


def test_an_attacker_is_fed_the_warmup_and_the_window_at_their_original_indices():
    stream = Stream(np.arange(100.0, 200.0), name="eurusd")
    scenario = Scenario(selection=Selection.of(stream, 50, 59, warmup=5, **RULES), expected=1)
    fed = scenario.stream(8)
    assert fed.values.tolist() == list(range(145, 160))
    assert (fed.stream_id, fed.name, fed.offset, fed.warmup) == (8, "UP eurusd 50-59", 45, 5)


def test_a_replay_shows_original_indices_and_never_sees_what_follows():
    seen = []

    class Fires:
        def tick_and_predict(self, x, horizon):
            seen.append(x)
            return 1

    stream = Stream(np.arange(100.0, 200.0), name="eurusd")
    scenario = Scenario(selection=Selection.of(stream, 50, 54, warmup=5, **RULES), expected=1)
    result = replay([scenario.stream()], horizon=3, infer=Fires, dry=True)
    assert seen == list(range(145, 155))
    assert result.trades["index"].tolist() == [50, 51, 52, 53, 54]


# The schema


def test_the_schema_in_the_package_is_that_of_the_models():
    shipped = json.loads(files("midplot.scenarios").joinpath("schemas/scenario.schema.json").read_text("utf-8"))
    assert shipped == scenario_schema(), "write json.dumps(scenario_schema(), indent=2) to schemas/scenario.schema.json"


def test_every_field_of_the_schema_is_described():
    schema = scenario_schema()
    fields = {**schema["properties"], **schema["$defs"]["Selection"]["properties"]}
    assert [name for name, field in fields.items() if not field.get("description")] == []


def test_the_schema_accepts_what_is_saved_and_refuses_what_is_not():
    schema = scenario_schema()
    saved = a_scenario(tags="a").model_dump(mode="json")
    jsonschema.validate(saved, schema)
    for wrong in ({"expected": 0.5}, {"format": "x"}, {"version": 2}, {"colour": 1}, {"variant": "A"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**saved, **wrong}, schema)
