"""The bytes of a scenario's file: exact, laid out for reading, of the first version too."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from midplot.errors import ScenarioError
from midplot.game import EPSILON, HORIZON
from midplot.scenarios._scenario import Scenario, scenario_schema
from midplot.scenarios.store._document import (
    encode_movie,
    encode_scenario,
    movie_entries,
    movie_schema,
    parse,
    scenario_of,
)

DOCS = Path(__file__).parents[3] / "docs"

# As midplot's first version wrote them.
FIRST_VERSION = {
    "up.json": '{"selection":{"stream_id":3,"data":[1.5,1.25,1.0],"original_start_index":120,"original_end_index":122},'
    '"decision":1.0}',
    "null.json": '{"selection":{"stream_id":null,"data":[1,2],"original_start_index":0,"original_end_index":1},'
    '"decision":-1.0}',
    "missing.json": '{"selection":{"data":[0.1],"original_start_index":7,"original_end_index":7},"decision":0.0}',
}

VALIDATOR = jsonschema.Draft202012Validator(scenario_schema())


def read(text):
    return scenario_of(parse(text.encode()))


def bits(scenario):
    """Return the fields of a scenario with floats to the last bit, the sign of zero included."""
    return repr(scenario.model_dump())


@settings(deadline=None)
@given(st.data())
def test_any_scenario_comes_back_exactly(any_scenario, data):
    scenario = data.draw(any_scenario)
    content = encode_scenario(scenario)
    back = scenario_of(parse(content))
    assert back == scenario
    assert bits(back) == bits(scenario)
    assert encode_scenario(back) == content
    assert json.loads(content) == scenario.model_dump(mode="json")  # two readers agree
    VALIDATOR.validate(json.loads(content))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_float_comes_back_to_the_last_bit(scenario_at, number):
    scenario = scenario_at(0, 0)
    scenario = scenario.changed(selection=scenario.selection.changed(values=(number,)))
    (back,) = scenario_of(parse(encode_scenario(scenario))).selection.values
    assert back.hex() == number.hex()


def test_a_file_has_one_field_a_line(scenario_at):
    lines = encode_scenario(scenario_at(note="é\n", tags=("a", "b"))).decode().splitlines()
    assert lines[:6] == [
        "{",
        '  "format": "midplot.scenario",',
        '  "version": 1,',
        '  "expected": 1.0,',
        '  "note": "é\\n",',
        '  "tags": ["a", "b"],',
    ]
    assert lines[6] == '  "created": "2026-01-02T03:04:05.000678Z",'
    assert len(lines) == 23
    assert lines[-1] == "}"


# The first version


@pytest.mark.parametrize(
    ("name", "stream_id", "title", "values"),
    [
        ("up.json", 3, "UP stream 3 120-122", (1.5, 1.25, 1.0)),
        ("null.json", -1, "DOWN unknown stream 0-1", (1.0, 2.0)),
        ("missing.json", -1, "NOTHING unknown stream 7-7", (0.1,)),
    ],
)
def test_files_of_the_first_version_are_read(name, stream_id, title, values):
    scenario = read(FIRST_VERSION[name])
    assert scenario.title == title
    assert scenario.selection.values == scenario.selection.data == values
    assert scenario.selection.stream_id == stream_id
    assert (scenario.selection.horizon, scenario.selection.epsilon) == (HORIZON, EPSILON)
    assert (scenario.created, scenario.note, scenario.tags, scenario.selection.before) == (None, "", (), ())


def test_of_the_first_version_the_values_tell_the_last_index():
    assert read(FIRST_VERSION["up.json"].replace("122", "999")).selection.last == 122


def test_a_file_of_the_first_version_can_be_saved_in_the_present_one():
    scenario = read(FIRST_VERSION["null.json"])
    assert scenario_of(parse(encode_scenario(scenario))) == scenario


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"decision":1.0', '"x":1.0', r"lacks one of 'data', 'original_start_index' and 'decision'"),
        ('"original_start_index":120', '"original_start_index":null', "lacks one of"),
        ("[1.5,1.25,1.0]", "null", "lacks one of"),
        ("[1.5,1.25,1.0]", "[]", r"Selection: last 119 is before first 120"),
        ("[1.5,1.25,1.0]", "[1.5,null]", r"^Selection, values\.1: got None\. Input should be a valid number\.$"),
        ('"decision":1.0', '"decision":"UP"', "Scenario, expected: got 'UP'"),
    ],
)
def test_a_damaged_file_of_the_first_version_is_refused(old, new, message):
    text = FIRST_VERSION["up.json"]
    assert old in text
    with pytest.raises(ScenarioError, match=message):
        read(text.replace(old, new))


# What is not a scenario


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"it is empty\."),
        (" \n", r"it is empty\."),
        ('{"format": "midplot.sc', r"it is damaged: not JSON \(.*\)\. Restore it, or delete it\."),
        ("[" * 10_000, "it is damaged: not JSON"),
        ("[1, 2]", r"it holds a JSON list, not a scenario\. Move it elsewhere\."),
        ("3", "it holds a JSON int"),
        ("null", "it holds a JSON NoneType"),
        ("{}", r"it is not a scenario: it has no 'format'\. Move it elsewhere\."),
        ('{"name": "package"}', "it has no 'format'"),
        ('{"selection": 3}', "it has no 'format'"),
        ('{"format": "nbformat"}', "it has the format 'nbformat'"),
        (
            '{"format": "midplot.movie", "version": 1}',
            r"it has the format 'midplot\.movie'\. Load it by its own path\.",
        ),
        ('{"format": "midplot.scenario"}', "it has the version None, which does not exist"),
        ('{"format": "midplot.scenario", "version": true}', "it has the version True"),
        ('{"format": "midplot.scenario", "version": 0}', "it has the version 0"),
        (
            '{"format": "midplot.scenario", "version": 2, "new": {}}',
            r"^it has version 2, this midplot reads up to 1\. Upgrade midplot\.$",
        ),
        ('{"format": "midplot.scenario", "version": 1}', r"Scenario, expected: it is missing\. Give it\."),
        ('{"format": "midplot.scenario", "version": 1, "expected": 1, "selection": 3}', "Scenario, selection: got 3"),
    ],
)
def test_what_is_not_a_scenario_says_why(text, message):
    with pytest.raises(ScenarioError, match=message):
        read(text)


def test_bytes_that_are_not_text_are_damaged():
    with pytest.raises(ScenarioError, match="it is damaged"):
        parse(b'{"a": "\xff\xfe"}')


@settings(deadline=None)
@given(st.data())
def test_a_scenario_cut_short_or_altered_is_refused_or_valid_and_nothing_else(scenario_at, data):
    content = encode_scenario(scenario_at(0, 3))
    at = data.draw(st.integers(0, len(content) - 2))
    with pytest.raises(ScenarioError):
        parse(content[:at])
    altered = content[:at] + data.draw(st.binary(min_size=1, max_size=3)) + content[at + 1 :]
    try:
        outcome = scenario_of(parse(altered))
    except ScenarioError as error:
        outcome = error
    assert isinstance(outcome, Scenario | ScenarioError)


def test_a_byte_order_mark_is_passed_over(scenario_at):
    assert scenario_of(parse(b"\xef\xbb\xbf" + encode_scenario(scenario_at()))) == scenario_at()


def test_a_hand_written_file_may_leave_out_what_has_a_default(scenario_at):
    document = scenario_at().model_dump(mode="json")
    for name in ("note", "tags", "created", "variant", "origin"):
        del document[name]
    assert scenario_of(document) == scenario_at(created=None)


# Movies in one file


def test_a_movie_holds_its_scenarios(scenario_at):
    scenarios = [scenario_at(), scenario_at(expected=-1)]
    document = parse(encode_movie(scenarios))
    assert [scenario_of(entry) for entry in movie_entries(document)] == scenarios
    assert (document["format"], document["version"]) == ("midplot.movie", 1)
    assert parse(encode_movie([]))["scenarios"] == []


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"version": 3, "scenarios": []}, r"it has version 3, this midplot reads up to 1\."),
        ({"version": 1}, r"it has no list under 'scenarios'"),
        ({"version": 1, "scenarios": {}}, r"it has no list under 'scenarios'"),
    ],
)
def test_a_movie_that_cannot_be_read_says_why(fields, message):
    with pytest.raises(ScenarioError, match=message):
        movie_entries({"format": "midplot.movie", **fields})


def test_the_movie_schema_in_the_package_is_the_present_one(scenario_at):
    shipped = files("midplot.scenarios").joinpath("schemas/movie.schema.json").read_text("utf-8")
    assert shipped == json.dumps(movie_schema(), indent=2) + "\n", "write movie_schema() to schemas/movie.schema.json"
    assert set(parse(encode_movie([scenario_at()]))) == set(movie_schema()["required"])


# The page that describes the format


def page():
    return (DOCS / "scenario-format.md").read_text(encoding="utf-8")


def test_the_example_of_the_page_is_a_valid_scenario():
    examples = re.findall(r"```json\n(.*?)```", page(), re.DOTALL)
    scenario, first_version, movie = (json.loads(example) for example in examples)
    jsonschema.validate(scenario, scenario_schema())
    assert json.loads(encode_scenario(scenario_of(scenario))) == scenario
    assert scenario_of(first_version).label == "UP"
    assert [scenario_of(entry) for entry in movie_entries(movie)] == []


def test_the_page_describes_every_field_and_no_other():
    schema = scenario_schema()
    fields = {*schema["properties"], *schema["$defs"]["Selection"]["properties"]}
    described = set(re.findall(r"^\| `(\w+)` \|", page(), re.MULTILINE))
    assert described == fields
