"""Saved runs: the same result comes back, nothing is lost, and what was tried is counted."""

from __future__ import annotations

import functools
import json
import multiprocessing
import subprocess
from importlib.resources import files as shipped
from pathlib import Path

import jsonschema
import numpy as np
import pyarrow.parquet as pq
import pytest

import midplot
import midplot._files as files
import midplot.evidence.runs._folder as runs_module
from midplot import check, load_result, replay
from midplot.errors import ArgumentError, ArgumentTypeError, MidplotError, StreamError
from midplot.evidence import load_runs
from midplot.evidence.runs._folder import INDEX_NAME
from midplot.evidence.runs._provenance import provenance_of
from midplot.evidence.runs._schema import run_schema
from midplot.examples import MomentumAttacker
from midplot.helpers import wrap
from midplot.scenarios._scenario import Scenario, Selection
from midplot.streams._stream import Stream

RULES = {"horizon": 3, "epsilon": 0.01, "warmup": 5, "start_index": 10, "backoff": 2, "with_trading_lag": True}


def walks(n_streams=3, n=400, seed=0):
    """Random walks on a tick grid, with a gap each, behind which the price has jumped by thousands."""
    random = np.random.default_rng(seed)
    values = np.round(random.normal(size=(n_streams, n)).cumsum(axis=1) + 100, 2)
    values[:, n // 2 :] += 5000
    values[:, n // 2] = np.nan
    return [Stream(row, name=f"s{i}") for i, row in enumerate(values)]


class Threshold:
    """Follows a move that is larger than a hyper-parameter."""

    least, last = 0.5, None

    def update_from_hyper_parameters(self, hyper_parameters):
        self.least = hyper_parameters["least"]

    def tick_and_predict(self, x, horizon):
        move, self.last = 0.0 if self.last is None else x - self.last, x
        return move if abs(move) > self.least else 0.0


def replayed(least=0.5, streams=None, **rules):
    return replay(
        walks() if streams is None else streams, infer=Threshold, hyper_parameters={"least": least}, **RULES | rules
    )


# The way there and back


def test_a_run_comes_back_as_it_was(tmp_path):
    result = replayed()
    loaded = load_result(result.save(tmp_path), walks())
    assert loaded.total_score == result.total_score
    assert loaded.scores == result.scores
    assert loaded.accounts.equals(result.accounts)
    assert loaded.trades.equals(result.trades)
    assert loaded.equity.equals(result.equity)
    assert loaded.elapsed == result.elapsed
    assert not loaded.interrupted
    assert loaded.luck().p == result.luck().p
    assert [part.replay.startup_ns for part in loaded.ledger.parts] == [
        part.replay.startup_ns for part in result.ledger.parts
    ]
    with pytest.raises(MidplotError, match="a saved run holds decisions, not the attacker"):
        loaded.verify()


def test_an_interrupted_run_comes_back_as_far_as_it_got(tmp_path):
    def infer(stream):
        yield
        for at, _ in enumerate(stream):
            if at == 120:
                raise KeyboardInterrupt
            yield (-1.0) ** at

    result = replay(walks(), infer=infer, horizon=3)
    loaded = load_result(result.save(tmp_path), walks())
    assert loaded.interrupted
    assert loaded.n_ticks == result.n_ticks == 120
    assert loaded.total_score == result.total_score
    assert load_runs(tmp_path).runs[0].state == "interrupted"


def test_the_file_holds_every_decision_and_latency(tmp_path):
    result = replayed()
    table = pq.read_table(result.save(tmp_path)).to_pandas()
    parts = result.ledger.parts
    assert table.columns.tolist() == ["stream_id", "part", "index", "decision", "latency_ns"]
    assert table["decision"].tolist() == [d for part in parts for d in part.replay.decisions.tolist()]
    assert table["latency_ns"].tolist() == [ns for part in parts for ns in part.replay.latency_ns.tolist()]
    assert table["index"].tolist() == [i for part in parts for i in part.index.tolist()]


def test_streams_are_found_by_their_values_in_any_order_and_under_any_name(tmp_path):
    streams = walks()
    result = replayed(streams=streams)
    path = result.save(tmp_path)
    renamed = [Stream(each.values, name=f"other {each.name}") for each in reversed([*streams, *walks(seed=9)])]
    assert load_result(path, renamed).scores == result.scores


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda streams: streams[:2],
            r"stream 2 's2': none of the streams given has the prices that it had when the run was saved \(fingerprint \S+\)",
        ),
        (
            lambda streams: [*streams[:2], Stream(np.round(streams[2].values, 1), name="s2")],
            r"stream 2 's2': its prices have changed since the run was saved \(fingerprint \S+ then, sha256:\w+ now\)",
        ),
    ],
)
def test_a_stream_that_is_missing_or_has_changed_is_an_error(tmp_path, change, words):
    path = replayed().save(tmp_path)
    with pytest.raises(StreamError, match=words):
        load_result(path, change(walks()))


@pytest.mark.parametrize("content", [b"", b"PAR1", b"not parquet at all" * 50])
def test_a_file_that_holds_no_run_is_an_error(tmp_path, content):
    (tmp_path / "bad.parquet").write_bytes(content)
    with pytest.raises(ArgumentError, match=r"bad\.parquet: it cannot be read as a run"):
        load_result(tmp_path / "bad.parquet", walks())


def test_other_parquet_and_other_paths_are_errors(tmp_path):
    replayed().accounts.to_parquet(tmp_path / "other.parquet")
    with pytest.raises(ArgumentError, match="it holds no run of midplot"):
        load_result(tmp_path / "other.parquet", walks())
    with pytest.raises(ArgumentError, match="No such file"):
        load_result(tmp_path / "none.parquet", walks())
    with pytest.raises(ArgumentError, match="it is a folder"):
        load_result(tmp_path, walks())
    with pytest.raises(ArgumentTypeError, match="3 is not a path"):
        load_result(3, walks())


# What is remembered


def test_a_line_says_what_was_tried_on_what_and_what_came_of_it(tmp_path):
    result = replayed(0.25)
    scenario = Scenario(selection=Selection.of(Stream(range(30)), 5, 12, horizon=3, epsilon=0.5), expected=1)
    _, report = check([scenario], Threshold)
    path = result.save(tmp_path, report=report, note="first try")
    (line,) = (tmp_path / INDEX_NAME).read_text().splitlines()
    document = json.loads(line)
    luck = result.luck()
    assert document["file"] == path.name
    assert document["attacker"] == "Threshold"
    assert document["attacker_file"].endswith("test_runs.py")
    assert document["hyper_parameters"] == {"least": 0.25}
    assert document["rules"] == {**RULES, "stop_index": None}
    assert [each["fingerprint"] for each in document["streams"]] == [result.labeller.fingerprint(i) for i in range(3)]
    assert document["score"] == result.total_score
    assert tuple(document["interval"]) == luck.interval
    assert document["p"] == luck.p
    assert document["scenarios"] == {"n": report.n, "n_success": len(report.success)}
    assert document["note"] == "first try"
    (run,) = load_runs(tmp_path)
    assert run.score == result.total_score
    assert load_runs(tmp_path).to_frame().loc[run.id, "n_success"] == len(report.success)


def test_too_little_data_is_remembered_as_such(tmp_path):
    replay([[1, 2, 3, 4]], infer=Threshold, horizon=1).save(tmp_path)
    (run,) = load_runs(tmp_path)
    assert run.p is run.interval is None
    assert " –  " in repr(load_runs(tmp_path))


def test_an_attacker_is_known_by_its_class_and_its_file_whatever_wraps_it():
    plain = provenance_of(Threshold)
    assert plain.attacker == "Threshold"
    assert plain.source is not None
    for wrapped in (wrap(Threshold), functools.partial(wrap(Threshold), hyper_parameters={"least": np.float64(2)})):
        found = provenance_of(wrapped)
        assert (found.attacker, found.source) == (plain.attacker, plain.source)
    assert found.hyper_parameters == {"least": 2.0}
    assert provenance_of(MomentumAttacker).source != plain.source


def test_another_source_has_another_digest(tmp_path, monkeypatch):
    from midplot.play._attack_file import attacker_of

    digests = []
    for body in ("yield 1.0", "yield 2.0", "yield 1.0"):
        (tmp_path / "try.py").write_text(f"def infer(stream):\n    yield\n    for _ in stream:\n        {body}\n")
        with attacker_of(tmp_path / "try.py") as infer:
            found = provenance_of(infer)
        assert found.attacker == "try.infer"
        digests.append(found.source)
    assert digests[0] == digests[2] != digests[1]


def test_the_commit_is_that_of_the_attackers_file(tmp_path):
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(tmp_path)]
    (tmp_path / "attack.py").write_text("class A:\n    def tick_and_predict(self, x, horizon):\n        return 0\n")
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run([*git, *command], check=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    from midplot.play._attack_file import attacker_of

    with attacker_of(tmp_path / "attack.py") as infer:
        assert provenance_of(infer).commit == head


# How much was tried


def test_each_different_attacker_on_the_same_streams_is_a_trial_of_the_next(tmp_path):
    results = [replayed(least) for least in (0.2, 0.4, 0.6)]
    for result in results:
        result.save(tmp_path)
    assert [run.trials for run in load_runs(tmp_path)] == [1, 2, 3]
    assert [result.luck().trials for result in results] == [1, 2, 3]
    alone = replayed(0.6).luck()
    assert results[2].luck().p == pytest.approx(1 - (1 - alone.p) ** 3)


def test_the_same_decisions_again_are_no_further_trial_and_other_streams_are_not_counted(tmp_path):
    for result in (replayed(0.2), replayed(0.4), replayed(0.2)):
        result.save(tmp_path)
    replayed(0.8, walks(seed=5)).save(tmp_path)
    replayed(0.8, walks()[:1]).save(tmp_path)  # one of the streams that the first three were tried on
    assert [run.trials for run in load_runs(tmp_path)] == [1, 2, 2, 1, 3]


def test_a_run_says_which_midplot_saved_it(tmp_path):
    path = replayed().save(tmp_path)
    assert json.loads((tmp_path / INDEX_NAME).read_text())["midplot"] == midplot.__version__
    assert json.loads(pq.read_schema(path).metadata[b"midplot"])["midplot"] == midplot.__version__
    line = json.loads((tmp_path / INDEX_NAME).read_text())
    del line["midplot"], line["attacker_file"]  # a run of before
    (tmp_path / INDEX_NAME).write_text(json.dumps(line) + "\n")
    (run,) = load_runs(tmp_path)
    assert run.midplot is run.attacker_file is None
    assert " Threshold " in repr(load_runs(tmp_path))


# The schema


def test_the_schema_in_the_package_is_that_of_the_class():
    text = shipped("midplot.evidence").joinpath("schemas/run.schema.json").read_text("utf-8")
    assert json.loads(text) == run_schema(), "write json.dumps(run_schema(), indent=2) to schemas/run.schema.json"
    assert [
        name for name, field in run_schema()["properties"].items() if not {"description", "const"} & set(field)
    ] == []


def test_the_schema_accepts_what_is_saved_and_refuses_what_is_not(tmp_path):
    replayed().save(tmp_path)
    replay([[1, 2, 3, 4]], infer=Threshold, horizon=1).save(tmp_path)
    lines = list(map(json.loads, (tmp_path / INDEX_NAME).read_text().splitlines()))
    for line in [*lines, {**lines[0], "score": None}]:
        jsonschema.validate(line, run_schema())
    for wrong in (
        {"format": "x"},
        {"version": 2},
        {"trials": "many"},
        {"interval": [1]},
        {"streams": 3},
        {"file": None},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**lines[0], **wrong}, run_schema())


# Nothing is lost


def test_bad_foreign_and_newer_lines_stay_and_hide_nothing(tmp_path):
    replayed(0.2).save(tmp_path)
    index = tmp_path / INDEX_NAME
    good = {**json.loads(index.read_text()), "id": "another"}
    bad = [
        "{",
        "[1]",
        '{"format": "another"}',
        json.dumps({**good, "version": 2, "shape": "unknown"}),
        json.dumps({**good, "file": "../../etc/passwd"}),
        json.dumps({key: value for key, value in good.items() if key != "score"}),
        json.dumps({**good, "streams": [3]}),
        json.dumps({**good, "interval": "wide"}),
        json.dumps({**good, "interval": [1]}),
        json.dumps({**good, "p": "small"}),
        json.dumps({**good, "rules": {"horizon": "x"}}),
        index.read_text().strip(),  # a run twice
    ]
    before = index.read_bytes() + "\n".join(bad).encode()  # the last line is torn: it has no end
    index.write_bytes(before)
    lost = rf"^{len(bad) - 1} lines of .*{INDEX_NAME} could not be read, so the number of trials may be too low\.$"
    with pytest.warns(UserWarning, match=lost):
        replayed(0.4).save(tmp_path)
    assert index.read_bytes().startswith(before + b"\n")
    with pytest.warns(UserWarning, match=lost):
        found = load_runs(tmp_path)
    assert len(found) == 2
    assert len(found.faults) == len(bad)
    assert "line 5: it is of version 2, and this midplot reads up to 1: update midplot." in found.faults[3]


def test_a_line_that_is_there_twice_loses_no_trial_but_another_run_of_the_same_id_does(tmp_path):
    replayed(0.2).save(tmp_path)
    index = tmp_path / INDEX_NAME
    line = index.read_text()
    index.write_text(line * 2)
    found = load_runs(tmp_path)
    assert len(found.faults) == 1
    assert not found.describe_lost()
    index.write_text(line + json.dumps({**json.loads(line), "decisions": "of another"}))
    with pytest.warns(UserWarning, match="1 line of"):
        load_runs(tmp_path)


def test_a_run_that_cannot_be_written_leaves_everything_as_it_was(tmp_path, monkeypatch):
    replayed(0.2).save(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full(path, content):
        if path.name == INDEX_NAME:
            raise OSError(28, "No space left on device")
        files.replace_file(path, content)

    monkeypatch.setattr(runs_module, "replace_file", full)
    result = replayed(0.4)
    with pytest.raises(MidplotError, match=r"the run cannot be saved \(No space left on device\)"):
        result.save(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert result.luck().trials == 1


def test_a_folder_that_is_a_file_is_an_error(tmp_path):
    (tmp_path / "runs").write_text("mine")
    with pytest.raises(MidplotError, match=r"runs: the run cannot be saved"):
        replayed().save(tmp_path / "runs")
    assert (tmp_path / "runs").read_text() == "mine"


def test_nothing_is_saved_of_a_replay_without_ticks(tmp_path):
    from tests.views.made import nothing_replayed

    with pytest.raises(ArgumentError, match="there is nothing to save yet"):
        nothing_replayed().save(tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def _save_some(folder, first):
    for least in (first, first + 0.1, first + 0.2):
        replayed(least).save(folder)


def test_two_processes_at_once_both_win_and_each_counts_the_other(tmp_path):
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=_save_some, args=(tmp_path, first)) for first in (0.2, 0.7)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    found = load_runs(tmp_path)
    assert [run.trials for run in found] == [1, 2, 3, 4, 5, 6]
    assert all((tmp_path / run.file).is_file() for run in found)


def test_a_run_is_found_by_part_of_its_id(tmp_path):
    path = replayed().save(tmp_path)
    runs = load_runs(tmp_path)
    (run,) = runs
    assert runs.path_of(run.id) == runs.path_of(run.id[-8:]) == path
    replayed(0.2).save(tmp_path)
    with pytest.raises(ArgumentError, match="2 runs match '20'"):
        load_runs(tmp_path).path_of("20")
    with pytest.raises(ArgumentError, match="there is no run 'xyz'"):
        load_runs(tmp_path).path_of("xyz")


def test_no_folder_holds_no_runs(tmp_path):
    assert len(load_runs(tmp_path / "none")) == 0
    assert load_runs(tmp_path / "none").to_frame().empty
    assert Path("none").exists() is False
