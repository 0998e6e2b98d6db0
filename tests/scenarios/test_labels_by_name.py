"""Every public function that takes a label takes it as a number or as a word, and refuses anything else alike."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import numpy as np
import pytest

import midplot
from midplot import DOWN, NOTHING, UP, compare, load_scenarios, replay
from midplot.errors import ArgumentError, ScenarioError
from midplot.game import LABELS
from midplot.scenarios import Movie, Scenario
from midplot.scenarios.store import relabel, save_scenario

PRICES = np.round(np.cumsum(np.random.default_rng(2).normal(size=300)), 2)


def deciding(sign):
    def infer(stream):
        yield
        for n, _ in enumerate(stream):
            yield sign if n % 40 == 39 else 0.0

    return infer


@pytest.fixture
def result(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = replay({"gold": PRICES}, infer=deciding(1.0))
    result.select("gold", 100, 120)
    return result


def saved(result, label):
    return result.save_selected(label).label


def made(result, label):
    return Scenario(selection=result.selection, expected=label).label


def changed(result, label):
    return Scenario(selection=result.selection, expected=UP).changed(expected=label).label


def relabelled(result, label):
    save_scenario(Scenario(selection=result.selection, expected=UP))
    relabel(load_scenarios().scenarios[0], label)
    return load_scenarios().scenarios[0].label


def filtered(result, label):
    movie = Movie(Scenario(selection=result.selection, expected=each) for each in (UP, DOWN, NOTHING))
    (found,) = movie.filter(label=label).scenarios
    return found.label


def disagreed(result, label):
    other = replay({"gold": PRICES}, infer=deciding(-1.0))
    (found, *_) = compare({"a": result, "b": other}).disagreements()
    selected = result.selection
    try:
        return found.save(label).label
    except ArgumentError:
        assert result.selection is selected
        raise


WAYS = {
    "ReplayResults.save_selected": saved,
    "Disagreement.save": disagreed,
    "Movie.filter": filtered,
    "relabel": relabelled,
}
FIELDS = {"Scenario": made, "Scenario.changed": changed}


def takes(way):
    return pytest.mark.parametrize("take", way.values(), ids=way.keys())


@takes(WAYS | FIELDS)
@pytest.mark.parametrize("label", LABELS, ids=lambda label: label.name)
def test_a_label_is_a_number_or_its_name_in_any_case(result, take, label):
    for given in (label.decision, label.name, label.name.lower(), label.name.title(), label):
        assert take(result, given) == label.name


@takes(WAYS)
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("upp", "there is no 'upp'. Did you mean 'UP'? Give UP, DOWN or NOTHING."),
        ("1", "there is no '1'. Give UP, DOWN or NOTHING."),
        ([1.0], "got [1.0] (list). Give UP, DOWN or NOTHING."),
        (float("nan"), "got nan (float), which has no sign. Give UP, DOWN or NOTHING."),
    ],
)
def test_anything_else_is_refused_in_the_same_words_and_changes_nothing(result, take, wrong, words):
    with pytest.raises(ArgumentError) as caught:
        take(result, wrong)
    assert str(caught.value).partition(": ")[2] == words
    assert str(caught.value).partition(": ")[0] in ("expected", "label")
    assert [each.label for each in load_scenarios().scenarios] in ([], ["UP"])


@takes(FIELDS)
def test_a_scenario_refuses_it_as_one_of_its_fields(result, take):
    with pytest.raises(ScenarioError, match=r"^Scenario, expected: there is no 'upp'. Did you mean 'UP'\?") as caught:
        take(result, "upp")
    assert caught.value.__suppress_context__


def public_functions():
    """Yield what users may call: each public function, and each public method of a public class."""
    for found in pkgutil.walk_packages(midplot.__path__, "midplot."):
        if any(part.startswith("_") for part in found.name.split(".")[1:]):
            continue
        module = importlib.import_module(found.name)
        for name in getattr(module, "__all__", ()):
            thing = getattr(module, name)
            if inspect.isclass(thing):
                methods = inspect.getmembers(thing, inspect.isfunction)
                yield from ((f"{name}.{method}", each) for method, each in methods if not method.startswith("_"))
            elif inspect.isfunction(thing):
                yield name, thing


def test_no_other_public_function_takes_a_label():
    taking = {
        name for name, each in public_functions() if inspect.signature(each).parameters.keys() & {"expected", "label"}
    }
    internal = {"ScenarioFolder.relabel"}  # what `relabel` calls, with a decision
    assert taking - internal == set(WAYS)
