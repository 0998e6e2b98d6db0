"""Results and all that they give can be pickled and copied, wherever the attacker was defined."""

from __future__ import annotations

import copy
import importlib
import pickle
import subprocess
import sys
import threading

import joblib
import numpy as np
import pytest

from midplot import Movie, Scenario, Stream, check, compare, replay
from midplot.errors import MidplotError
from midplot.examples import MomentumAttacker
from midplot.test import pnl

WALK = 100 + np.random.default_rng(3).normal(size=400).cumsum()
WALK[200] = np.nan


class Trend:
    last = None
    factor = 1.0

    def tick_and_predict(self, x, horizon):
        before, self.last = self.last, x
        return 0 if before is None else self.factor * (x - before)


def trend(stream):
    yield
    for message in stream:
        yield message["x"] - 100


def closure():
    class Local(Trend):
        pass

    return Local


def by_joblib(value, place):
    joblib.dump(value, place / "value.joblib")
    return joblib.load(place / "value.joblib")


WAYS = {
    "pickle": lambda value, _: pickle.loads(pickle.dumps(value)),
    "the first protocol": lambda value, _: pickle.loads(pickle.dumps(value, protocol=2)),
    "deepcopy": lambda value, _: copy.deepcopy(value),
    "copy": lambda value, _: copy.copy(value),
    "joblib": by_joblib,
    "twice": lambda value, _: pickle.loads(pickle.dumps(copy.copy(pickle.loads(pickle.dumps(value))))),
}
every_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)

ATTACKERS = {
    "a class": lambda: Trend,
    "a generator function": lambda: trend,
    "a class made in a function": closure,
    "a factory": lambda: lambda: Trend(),
    "an example": lambda: MomentumAttacker,
}


@pytest.mark.parametrize("attacker", ATTACKERS.values(), ids=ATTACKERS)
@every_way
def test_a_result(way, attacker, tmp_path):
    result = replay({"a": WALK, "b": WALK[:50]}, horizon=5, infer=attacker())
    result.select("a", 10, 40)
    result.elapsed = 1.5
    back = way(result, tmp_path)
    assert repr(back) == repr(result)
    assert (back.scores, back.elapsed, back.selection) == (result.scores, 1.5, result.selection)
    assert back.trades.equals(result.trades)
    assert back.select("b", 3, 9) == result.select("b", 3, 9)
    assert back.verify(n_ticks=2) == result.verify(n_ticks=2)


@every_way
def test_a_result_with_probes_that_are_functions(way, tmp_path):
    lock = threading.Lock()  # so that one of them cannot be pickled

    def doubled(attacker):
        return 2 * attacker.factor if lock else 0

    result = replay([WALK], infer=Trend, probe=["factor", lambda attacker: attacker.factor, doubled])
    back = way(result, tmp_path)
    assert {name: values[-1] for name, values in back.probes(0).items()} == {"factor": 1, "<lambda>": 1, "doubled": 2}
    assert len(back.settings.probe) == 3
    assert back.settings.probe[0] == "factor"
    assert [each.__name__ for each in back.settings.probe[1:]] == ["<lambda>", "doubled"]


@every_way
def test_a_result_leaves_its_view_behind(way, tmp_path):
    result = replay([WALK], infer=Trend)
    view = result.view()
    back = way(result, tmp_path)
    assert repr(back) == repr(result)
    assert back.view() is not view
    assert result.view() is view
    view.close()
    assert repr(way(result, tmp_path)) == repr(result)


@every_way
def test_an_attacker_that_cannot_be_pickled_is_left_out_and_the_rest_is_kept(way, tmp_path):
    lock = threading.Lock()

    def infer(stream):
        yield
        for message in stream:
            with lock:
                yield message["x"] - 100

    result = replay([WALK], infer=infer)
    back = way(result, tmp_path)
    assert repr(back) == repr(result)
    if way in (WAYS["copy"], WAYS["deepcopy"]):
        assert back.verify(n_ticks=2).ok
        return
    with pytest.raises(
        MidplotError, match=r"^infer: the attacker did not come along .* \(TypeError: .*lock.*\)\. Replay"
    ):
        back.verify()
    movie = Movie([Scenario(selection=back.select(0, 10, 20), expected=1)])
    replayed = way(replay(movie.streams(), infer=infer), tmp_path)
    assert replayed.check_scenarios(movie.scenarios)[1].n == 1


SCRIPT = """
import pickle, sys
from midplot import replay

class Own:
    last = None
    def tick_and_predict(self, x, horizon):
        before, self.last = self.last, x
        return 0 if before is None else x - before

with open(sys.argv[1], "wb") as file:
    pickle.dump(replay([[1, 2, 3, 4.5, 3, 2] * 9], horizon=2, infer=Own), file)
"""


def test_what_a_script_saved_is_opened_in_another_process(tmp_path):
    script, file = tmp_path / "script.py", tmp_path / "result.pickle"
    script.write_text(SCRIPT)
    subprocess.run([sys.executable, script, file], check=True)
    result = pickle.loads(file.read_bytes())
    assert result.n_ticks == 54
    assert result.verify(n_ticks=2).deterministic


def test_a_result_whose_attacker_s_module_is_gone(tmp_path, monkeypatch):
    module = "attacker_that_goes"
    (tmp_path / f"{module}.py").write_text(
        "def infer(stream):\n    yield\n    for message in stream:\n        yield 1\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    infer = __import__(module).infer
    content = pickle.dumps(replay([WALK], infer=infer))
    (tmp_path / f"{module}.py").unlink()
    monkeypatch.delitem(sys.modules, module)
    importlib.invalidate_caches()
    result = pickle.loads(content)
    assert result.n_ticks == 399
    with pytest.raises(
        MidplotError, match=rf"^infer: the attacker did not come along .*ModuleNotFoundError: .*{module}"
    ):
        result.verify()


def others():
    result = replay({"a": WALK}, horizon=5, infer=Trend)
    scenario = Scenario(selection=result.select("a", 10, 40), expected=1, note="a rise", tags=("x",))
    movie = Movie([scenario])
    _, report = check(movie, Trend)
    return {
        "Stream": Stream(WALK, name="walk"),
        "Selection": result.selection,
        "Scenario": scenario,
        "Movie": movie,
        "CheckReport": report,
        "Check": report.checks[0],
        "Comparison": compare(report, report),
        "Verification": result.verify(n_ticks=2),
        "Latency": result.latency,
        "Suggestion": result.suggest(2),
        "PnlResult": pnl(result.predictions, [WALK], 5, 0.0025),
        "ReplaySettings": result.settings,
    }


@pytest.fixture(scope="module")
def things():
    return others()


@pytest.mark.parametrize("name", ["Stream", "Selection", "Scenario", "Movie", "CheckReport", "Check", "Comparison"])
@every_way
def test_what_a_result_gives(things, way, name, tmp_path):
    back = way(things[name], tmp_path)
    assert type(back) is type(things[name])
    assert (repr(back), str(back)) == (repr(things[name]), str(things[name]))


@pytest.mark.parametrize("name", ["Verification", "Latency", "Suggestion", "PnlResult", "ReplaySettings"])
@every_way
def test_what_a_result_counts(things, way, name, tmp_path):
    assert str(way(things[name], tmp_path)) == str(things[name])


@every_way
def test_values_stay_read_only(things, way, tmp_path):
    stream = way(things["Stream"], tmp_path)
    (first, *_) = stream.parts()
    for each in (stream, first, *way(stream.parts(), tmp_path)):
        with pytest.raises(ValueError, match="read-only"):
            each.values[0] = 1.0
