"""Movies: an order that does not depend on how they came about, and sets that are made of them."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from midplot.errors import ArgumentError, ArgumentTypeError, ScenarioError
from midplot.scenarios._movie import Movie
from midplot.scenarios._order import in_order, natural
from midplot.scenarios._scenario import Scenario, Selection
from midplot.scenarios._variants import variants

LABELS = {1.0: "UP", -1.0: "DOWN", 0.0: "NOTHING"}


def a_scenario(first=0, expected=1.0, name=None, stream_id=0, value=1.0, **fields):
    selection = Selection(
        stream_id=stream_id, stream_name=name, first=first, last=first, horizon=1, epsilon=0.0, values=(value,)
    )
    return Scenario(selection=selection, expected=expected, created=None, **fields)


def titles(movie):
    return [scenario.title for scenario in movie]


MOVIE = Movie(
    [
        a_scenario(5, 1, "b", tags="late"),
        a_scenario(1, -1, "b", tags=("late", "x")),
        a_scenario(1, 1, "a10"),
        a_scenario(1, 0, "a9"),
        a_scenario(1, 1, "b"),
        a_scenario(0, 0, stream_id=4),
    ]
)


def test_scenarios_are_ordered_by_stream_indices_and_label():
    assert titles(MOVIE) == [
        "NOTHING a9 1-1",
        "UP a10 1-1",
        "DOWN b 1-1",
        "UP b 1-1",
        "UP b 5-5",
        "NOTHING stream 4 0-0",
    ]


@given(st.permutations(MOVIE.scenarios))
def test_the_order_does_not_depend_on_that_given(scenarios):
    assert Movie(scenarios) == MOVIE
    assert in_order(scenarios) == MOVIE.scenarios


@given(st.lists(st.text(max_size=6), min_size=2, max_size=6, unique=True))
def test_any_names_have_one_order(names):
    scenarios = [a_scenario(name=name) for name in names]
    assert Movie(scenarios) == Movie(reversed(scenarios))


def test_numbers_in_names_count_as_numbers_of_any_length():
    names = ["a", "a1", "a2", "a10", "a010b", "a" + "9" * 5000]
    assert sorted({*names}, key=natural) == names


def test_a_scenario_cannot_be_in_it_twice():
    twice = [a_scenario(1), a_scenario(1, note="again")]
    with pytest.raises(ScenarioError, match=r"^movie: the scenario 'UP stream 0 1-1' was given twice\. Give each"):
        Movie(twice)


def test_something_else_than_a_scenario_is_refused():
    with pytest.raises(ScenarioError, match=r"^movie: expected a scenario, got 3 \(int\)\. Give a Scenario\."):
        Movie([3])


def test_it_is_a_frozen_sequence():
    assert len(MOVIE) == 6
    assert list(MOVIE) == list(MOVIE.scenarios)
    assert MOVIE[0] is MOVIE.scenarios[0]
    assert titles(MOVIE[1:3]) == titles(MOVIE)[1:3]
    assert MOVIE[-1] in MOVIE
    assert hash(MOVIE) == hash(Movie(MOVIE.scenarios))
    with pytest.raises(AttributeError):
        MOVIE.scenarios = ()


def test_it_shows_how_many_of_which_label():
    assert repr(MOVIE) == "Movie(6 scenarios: 3 UP, 1 DOWN, 2 NOTHING)"
    assert repr(Movie([a_scenario()])) == "Movie(1 scenario: 1 UP)"
    assert repr(Movie()) == "Movie(0 scenarios)"


def test_its_streams_are_numbered_by_position():
    streams = MOVIE.streams()
    assert [stream.stream_id for stream in streams] == list(range(6))
    assert [stream.name for stream in streams] == titles(MOVIE)
    assert Movie().streams() == []


def test_adding_gives_a_new_movie_and_replaces_the_same_scenario():
    added = MOVIE.add(a_scenario(9, name="a9"), a_scenario(1, 1, "a10", note="new"))
    assert len(MOVIE) == 6
    assert len(added) == 7
    assert added[1].title == "UP a9 9-9"
    assert [s.note for s in added if s.selection.stream_name == "a10"] == ["new"]


def test_removing_gives_a_new_movie():
    without = MOVIE.remove(MOVIE[0], MOVIE[3])
    assert titles(without) == [title for title in titles(MOVIE) if title not in (MOVIE[0].title, MOVIE[3].title)]
    assert without.add(MOVIE[0], MOVIE[3]) == MOVIE
    with pytest.raises(ScenarioError, match=r"the scenario 'NOTHING a9 1-1' is not in it\."):
        without.remove(MOVIE[0])


@pytest.mark.parametrize(
    ("label", "n"), [("UP", 3), ("up", 3), (1, 3), (0.5, 3), ("DOWN", 1), (-1.0, 1), ("nothing", 2)]
)
def test_filter_by_label(label, n):
    assert len(MOVIE.filter(label=label)) == n


def test_filter_by_tag_and_stream_and_all_at_once():
    assert titles(MOVIE.filter(tag="late")) == ["DOWN b 1-1", "UP b 5-5"]
    assert titles(MOVIE.filter(stream="b", label="UP")) == ["UP b 1-1", "UP b 5-5"]
    assert titles(MOVIE.filter(stream=4)) == titles(MOVIE.filter(stream="stream 4")) == ["NOTHING stream 4 0-0"]
    assert titles(MOVIE.filter("UP", "late", "b")) == ["UP b 5-5"]
    assert MOVIE.filter() == MOVIE
    assert len(MOVIE.filter(tag="none")) == 0


@pytest.mark.parametrize(
    ("label", "message"),
    [("DWON", r"Did you mean 'DOWN'\?"), (float("nan"), "got nan .float., which has no sign"), ("", "no ''")],
)
def test_filter_by_a_label_that_is_none(label, message):
    with pytest.raises(ArgumentError, match=rf"^label: .*{message}.* Give UP, DOWN or NOTHING\."):
        MOVIE.filter(label=label)


@st.composite
def movies(draw):
    keys = draw(st.lists(st.tuples(st.integers(0, 99), st.sampled_from([1.0, -1.0, 0.0])), unique=True, max_size=40))
    return Movie(a_scenario(first, expected) for first, expected in keys)


@given(movies(), st.floats(0, 1), st.integers(0, 9))
def test_a_split_parts_each_label_by_its_share(movie, fraction, seed):
    training, held_out = movie.split(fraction, seed)
    assert Movie([*training, *held_out]) == movie
    assert (training, held_out) == movie.split(fraction, seed)
    total, kept = Counter(s.label for s in movie), Counter(s.label for s in training)
    for label, n in total.items():
        assert abs(kept[label] - fraction * n) <= 0.5 + 1e-9


def test_a_split_depends_on_the_seed():
    movie = Movie(a_scenario(first) for first in range(100))
    assert len({movie.split(0.5, seed)[0] for seed in range(5)}) == 5


def test_one_more_scenario_does_not_shuffle_the_others():
    movie = Movie(a_scenario(first) for first in range(100))
    before, _ = movie.split(0.8)
    after, _ = movie.add(a_scenario(100)).split(0.8)
    assert len(set(before) - set(after)) <= 1


def test_a_scenario_and_its_variants_stay_together():
    movie = Movie(a_scenario(first, first % 3 - 1) for first in range(30))
    training, held_out = movie.add(*variants(movie)).split(0.5)
    roots = [{scenario.origin or scenario.title for scenario in half} for half in (training, held_out)]
    assert roots[0] & roots[1] == set()
    assert len(training) + len(held_out) == 150


@pytest.mark.parametrize(
    ("fraction", "error"),
    [(-0.1, ArgumentError), (1.1, ArgumentError), (float("nan"), ArgumentError), ("x", ArgumentTypeError)],
)
def test_a_fraction_that_is_no_share_is_refused(fraction, error):
    with pytest.raises(error, match=r"^fraction: .* Give a number between 0 and 1\."):
        MOVIE.split(fraction)


@pytest.mark.parametrize(
    ("kept", "asked"), [("cafe\u0301", "caf\xe9"), ("caf\xe9", "cafe\u0301"), ("\u212b", "\xc5"), ("o\u0308l", "\xf6l")]
)
def test_filter_finds_names_whose_accents_are_written_the_other_way(kept, asked):
    movie = Movie([a_scenario(1, name=kept, tags=(kept,)), a_scenario(2, name="cafe", tags=("cafe",))])
    assert titles(movie.filter(stream=asked)) == titles(movie.filter(tag=asked)) == [movie.filter(stream=kept)[0].title]
