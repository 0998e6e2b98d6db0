"""Names are compared after Unicode normalisation, and kept as they were given."""

from __future__ import annotations

from unicodedata import normalize

import numpy as np
import pandas as pd
import pytest

from midplot import load_streams, replay
from midplot._text import same_name
from midplot.errors import ArgumentError, StreamError, did_you_mean
from midplot.examples import MomentumAttacker
from midplot.scenarios._movie import Movie
from midplot.scenarios._scenario import Scenario
from midplot.streams._inputs import as_sources, selected
from midplot.test import pnl
from midplot.views.panel.labels._shelf import belongs

FORMS = ["NFC", "NFD"]
NAMES = ["Zürich", "São Paulo", "한국", "Ångström"]


def test_other_names_are_not_the_same():
    assert not same_name("café", "cafe")
    assert not same_name(None, "None")
    assert not same_name(1, "1")
    assert same_name(None, None)


@pytest.mark.parametrize("given", FORMS)
@pytest.mark.parametrize("asked", FORMS)
@pytest.mark.parametrize("name", NAMES)
def test_a_stream_is_found_by_either_form_of_its_name(name, given, asked):
    kept = normalize(given, name)
    streams = {"other": [1.0, 2.0], kept: [1.0, 2.0]}
    (source,) = selected(as_sources(streams), normalize(asked, name))
    assert source.name == kept
    result = replay(streams, only_stream_ids=[normalize(asked, name)], infer=MomentumAttacker)
    assert result.stream(normalize(asked, name)).name == kept
    assert result.summary(normalize(asked, name))["current_ndx"] == 2


@pytest.mark.parametrize("asked", FORMS)
def test_a_near_name_is_suggested_as_it_is_written(asked):
    kept = normalize("NFD", "Düsseldorf")
    wrong = normalize(asked, "Düseldorf")
    assert did_you_mean(wrong, [kept, "Köln"]) == f" Did you mean {kept!r}?"
    with pytest.raises(ArgumentError) as caught:
        selected(as_sources({kept: [1.0]}), wrong)
    assert f"Did you mean {kept!r}?" in str(caught.value)
    with pytest.raises(ArgumentError) as caught:
        replay({kept: [1.0]}, infer=MomentumAttacker).stream(wrong)
    assert f"Did you mean {kept!r}?" in str(caught.value)


@pytest.mark.parametrize("argument", ["id_column", "value_column", "time_column"])
def test_columns_are_found_by_either_form_of_their_name(argument):
    column = "größe"
    columns = {"id_column": "stream", "value_column": "value", "time_column": "time"}
    frame = pd.DataFrame(
        {"stream": ["a", "a"], "value": [1.0, 2.0], "time": pd.to_datetime(["2024-01-01", "2024-01-02"])}
    )
    renamed = frame.rename(columns={columns[argument]: normalize("NFD", column)})
    (stream,), _ = load_streams(renamed, **(columns | {argument: normalize("NFC", column)}))
    assert (stream.name, stream.values.tolist()) == ("a", [1.0, 2.0])
    assert stream.times is not None


@pytest.mark.parametrize(("given", "asked"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_predictions_are_matched_by_either_form_of_a_name(given, asked):
    predictions = pd.DataFrame({"stream": [normalize(given, "Zürich")] * 3 + ["b"] * 2, "prediction": [1, 0, 0, -1, 0]})
    checked = pnl(predictions, {"b": [4.0, 1.0], normalize(asked, "Zürich"): [1.0, 2.0, 4.0]}, horizon=1, epsilon=0)
    assert checked.total_score == 1.0 + 3.0


@pytest.mark.parametrize(("given", "asked"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_scenarios_are_found_by_either_form_of_the_name_of_their_stream(given, asked):
    result = replay({normalize(given, "Zürich"): [1.0, 2.0, 4.0]}, infer=MomentumAttacker)
    result.select(normalize(asked, "Zürich"), 0, 1)
    selection = result.selection
    movie = Movie([Scenario(selection=selection, expected=1.0, created=None)])
    assert len(movie.filter(stream=normalize(asked, "Zürich"))) == 1
    again = replay({normalize(asked, "Zürich"): [1.0, 2.0, 4.0]}, infer=MomentumAttacker)
    assert belongs(movie.scenarios[0], again.stream(0))


SPELLINGS = {
    "a number and its text": ([1, 1, "1", "1"], "1"),
    "composed, then decomposed": (["caf\u00e9", "cafe\u0301", "cafe\u0301", "caf\u00e9"], "caf\u00e9"),
    "decomposed, then composed": (["cafe\u0301", "caf\u00e9"], "cafe\u0301"),
}


@pytest.mark.parametrize(("ids", "name"), SPELLINGS.values(), ids=SPELLINGS)
def test_spellings_of_one_name_are_one_stream_in_the_first_of_them(tmp_path, ids, name):
    frame = pd.DataFrame({"stream": ids, "value": np.arange(1.0, len(ids) + 1)})
    found = [load_streams(frame)[0]]
    frame.astype({"stream": str}).to_parquet(tmp_path / "x.parquet")
    frame.to_csv(tmp_path / "x.csv", index=False)
    found += [load_streams(tmp_path / name, lazy=lazy)[0] for name in ("x.csv", "x.parquet") for lazy in (False, True)]
    for streams in found:
        assert [(s.name, s.values.tolist()) for s in streams] == [(name, frame["value"].tolist())]


def test_spellings_of_one_name_in_two_pieces_of_a_file_are_one_stream(tmp_path, monkeypatch):
    monkeypatch.setattr("midplot.streams.files._tables.CHUNK_ROWS", 1)
    frame = pd.DataFrame({"stream": ["cafe\u0301", "caf\u00e9"], "value": [1.0, 2.0]})
    frame.to_parquet(tmp_path / "x.parquet")
    for lazy in (False, True):
        (stream,) = load_streams(tmp_path / "x.parquet", lazy=lazy)[0]
        assert (stream.name, stream.values.tolist()) == ("cafe\u0301", [1.0, 2.0])


def test_files_of_one_stream_may_be_spelled_in_two_ways(tmp_path):
    for number, name in enumerate(("caf\u00e9", "cafe\u0301")):
        (tmp_path / f"stream_{name}_file_{number}.csv").write_text(f"value\n{number}\n")
    (stream,) = load_streams(tmp_path)[0]
    assert len(stream.values) == 3


@pytest.mark.parametrize(
    "streams",
    [
        {1: [1.0, 2.0], "1": [3.0, 4.0]},
        {"caf\u00e9": [1.0, 2.0], "cafe\u0301": [3.0, 4.0]},
        pd.DataFrame({"stream": [1, "1"], "value": [1.0, 2.0]}).groupby("stream"),
        pd.DataFrame({"caf\u00e9": [1.0, 2.0], "cafe\u0301": [3.0, 4.0]}),
    ],
)
def test_several_series_of_one_name_are_refused(streams):
    with pytest.raises(StreamError, match=r"several (series|columns) are called "):
        as_sources(streams)
