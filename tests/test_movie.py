"""The movie as users meet it: loading, saving, the table, and the cells of the quickstarter."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from midplot.core.scenario import Scenario, Selection
from midplot.core.stream import Stream
from midplot.errors import ArgumentError, ScenarioError
from midplot.movie import Movie, load_scenarios
from midplot.replay import replay

WALK = Stream(np.cumsum(np.random.default_rng(1).normal(size=400)), stream_id=2, name="walk")


def a_scenario(first, expected, **fields):
    return Scenario(
        selection=Selection.of(WALK, first, first + 19, horizon=30, epsilon=0.0025), expected=expected, **fields
    )


@pytest.fixture
def movie():
    return Movie([a_scenario(40, 1, tags=("a",)), a_scenario(200, -1, note="n"), a_scenario(300, 0)])


@pytest.mark.parametrize("name", ["scenarios", "movie.json", "deep/er/movie.JSON"])
def test_a_movie_comes_back_from_a_folder_and_from_a_file(movie, tmp_path, name):
    path = movie.save(tmp_path / name)
    assert path == tmp_path / name
    assert path.is_dir() == (name == "scenarios")
    back = load_scenarios(path)
    assert back == movie
    assert isinstance(back, Movie)
    assert back[0].selection == movie[0].selection


def test_the_cells_of_the_quickstarter_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    movie = load_scenarios()
    assert (len(movie), movie.streams(), repr(movie)) == (0, [], "Movie(0 scenarios)")
    (tmp_path / "scenarios").mkdir()
    for number, decision in enumerate([1.0, -1.0, 0.0]):
        selection = {
            "stream_id": None,
            "data": [1.0, 2.0, 4.0],
            "original_start_index": number,
            "original_end_index": 2,
        }
        document = {"selection": selection, "decision": decision}
        (tmp_path / "scenarios" / f"scenario_{number}.json").write_text(json.dumps(document))
    movie = load_scenarios()
    assert [scenario.decision for scenario in movie.scenarios] == [1.0, -1.0, 0.0]
    result = replay(movie.streams(), infer=always_up)
    assert len(result.scores) == 3
    assert result.n_ticks == 9


def always_up(stream):
    yield
    for _ in stream:
        yield 1


def test_a_default_folder_that_is_missing_is_empty_and_any_other_is_an_error(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load_scenarios() == Movie()
    with pytest.raises(ScenarioError, match=r"^elsewhere: there is no such folder or file\."):
        load_scenarios("elsewhere")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def spoilt(movie, tmp_path):
    folder = movie.save(tmp_path / "scenarios")
    (folder / "bad.json").write_text("{")
    (folder / "newer.json").write_text('{"format": "midplot.scenario", "version": 2}')
    return folder


def test_all_bad_files_are_told_in_one_error(spoilt):
    with pytest.raises(ScenarioError) as caught:
        load_scenarios(spoilt)
    first, *bad, advice = str(caught.value).splitlines()
    assert first == f"{spoilt}: 2 of 5 scenarios cannot be used."
    assert bad[0].startswith("  bad.json: it is damaged: not JSON (")
    assert bad[1] == "  newer.json: it has version 2, this midplot reads up to 1. Upgrade midplot."
    assert advice.startswith(
        "Repair or move these files, or go on without them by load_scenarios(..., on_error='skip')"
    )


def test_bad_files_can_be_skipped_with_one_warning(movie, spoilt):
    with pytest.warns(
        UserWarning, match=r"2 of 5 scenarios(.|\n)*bad\.json(.|\n)*newer\.json(.|\n)*skipped\.$"
    ) as caught:
        assert load_scenarios(spoilt, on_error="skip") == movie
    assert len(caught) == 1
    assert caught[0].filename == __file__


def test_what_to_do_on_an_error_is_one_of_two(tmp_path):
    with pytest.raises(ArgumentError, match=r"^on_error: got 'ignore'\. Give 'raise' or 'skip'\.$"):
        load_scenarios(tmp_path, on_error="ignore")


def test_movies_of_movies_are_movies_that_can_be_saved(movie):
    made = [movie.add(a_scenario(100, 1)), movie.remove(movie[0]), movie.filter("UP"), movie[:1], *movie.split(0.5)]
    assert {type(each) for each in [*made, movie.variants()]} == {Movie}


def test_its_variants_are_saved_and_loaded_like_any(movie, tmp_path):
    variants = movie.variants()
    assert len(variants) == 12
    everything = movie.add(*variants)
    assert load_scenarios(everything.save(tmp_path / "scenarios")) == everything
    assert movie.variants("noisy", seed=1) != movie.variants("noisy", seed=2)


def test_the_frame_has_one_row_a_scenario(movie):
    frame = movie.to_frame()
    assert frame.columns.tolist() == [
        *("label", "stream", "stream_id", "first", "last", "ticks", "warmup", "horizon", "epsilon"),
        *("note", "tags", "variant", "origin", "created", "hindsight"),
    ]
    assert frame["label"].tolist() == ["UP", "DOWN", "NOTHING"]
    assert frame.iloc[0, 1:9].tolist() == ["walk", 2, 40, 59, 20, 40, 30, 0.0025]
    assert frame["tags"].tolist() == [("a",), (), ()]
    assert frame["created"].iloc[0] == movie[0].created
    pd.testing.assert_index_equal(Movie().to_frame().columns, frame.columns)
    assert len(Movie().to_frame()) == 0


def test_neither_movies_nor_their_files_load_pandas_or_a_display_library():
    code = "import sys, midplot.movie, midplot.store; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "pydantic" in loaded
    assert {"pandas", "plotly", "ipywidgets", "anywidget", "traitlets", "IPython"} & set(loaded) == set()
