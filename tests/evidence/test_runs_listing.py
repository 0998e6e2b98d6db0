"""The list of saved runs: whatever two runs differ in, their lines differ, and no line is too wide."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from midplot import load_streams, replay
from midplot._text import width_of
from midplot.evidence import load_runs
from midplot.evidence.runs._listing import WIDEST, table_of
from midplot.examples import MomentumAttacker


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    replay(load_streams()[1][:2], infer=MomentumAttacker).save(folder)
    (saved,) = load_runs(folder)
    return replace(saved, attacker="Momentum", attacker_file="attack.py", hyper_parameters={"window": 20, "sign": 1})


def streams_of(run, **changed):
    return tuple({**stream, **changed} for stream in run.streams)


def other(run, **changed):
    """Return a run that was saved in the same second, and earned the same."""
    return replace(run, id=run.id[:-8] + "0a1b2c3d", **changed)


def words(line):
    """Return what a line says besides which run it is."""
    return line.split(maxsplit=1)[1]


def test_a_run_alone_shows_its_file_its_figures_and_what_it_was_given(run):
    headings, line = table_of([run]).splitlines()
    assert headings.split() == ["run", "attacker", "score", "95%", "p", "trial", "hyper-parameters"]
    assert line.split()[:2] == [run.id, "attack.py:Momentum"]
    assert line.endswith("window=20, sign=1")
    assert width_of(line) <= WIDEST


@pytest.mark.parametrize(
    ("changed", "headings", "texts"),
    [
        ({"attacker_file": "tries/other.py"}, [], ("attack.py:Momentum", "tries/other.py:Momentum")),
        ({"attacker_file": None}, [], ("attack.py:Momentum", "Momentum")),
        ({"attacker": "other.infer", "attacker_file": "other.py"}, [], ("attack.py:Momentum", "other.py:infer")),
        ({"source": "sha256:0123456789abcdef"}, ["source"], ("", "0123456")),
        ({"source": None}, ["source"], ("", "–")),
        ({"hyper_parameters": {"window": 50, "sign": 1}}, ["hyper-parameters"], ("window=20", "window=50")),
        ({"hyper_parameters": None}, ["hyper-parameters"], ("window=20, sign=1", "")),
        ({"hyper_parameters": [1, 2]}, ["hyper-parameters"], ("window=20, sign=1", "[1, 2]")),
        ({"note": "without\na filter"}, ["note"], ("", "without·a filter")),
        ({"scenarios": {"n": 3, "n_success": 2}}, ["scenarios"], ("–", "2 of 3")),
    ],
)
def test_two_runs_that_differ_in_one_thing_show_it(run, changed, headings, texts):
    top, *lines = table_of([run, other(run, **changed)]).splitlines()
    assert top.split() == ["run", "attacker", *_in_order(headings)]
    assert words(lines[0]) != words(lines[1])
    for line, text in zip(lines, texts, strict=True):
        assert text in line
        assert width_of(line) <= WIDEST


def _in_order(headings):
    between = ["score", "95%", "p", "trial"]
    return [*headings, *between] if headings == ["source"] else [*between, *headings]


@pytest.mark.parametrize("rule", ["horizon", "epsilon", "start_index", "stop_index", "warmup", "backoff"])
def test_rules_that_differ_are_shown_and_no_others(run, rule):
    top, one, two = table_of([run, other(run, rules={**run.rules, rule: 7})]).splitlines()
    assert top.split()[-1] == "rules"
    assert one.endswith(f" {rule}={run.rules[rule]}")
    assert two.endswith(f" {rule}=7")
    assert "=" not in one.removesuffix(f"{rule}={run.rules[rule]}")


@pytest.mark.parametrize(
    ("change", "texts"),
    [
        (lambda run: run.streams[:1], ("2", "1")),
        (lambda run: ({**run.streams[0], "name": "x", "fingerprint": "sha256:00ff"}, run.streams[1]), ("", "x, ")),
        (lambda run: ({**run.streams[0], "fingerprint": "sha256:00ff"}, run.streams[1]), ("", "00ff, ")),
    ],
)
def test_other_streams_are_told_by_their_number_their_names_or_their_prices(run, change, texts):
    changed = change(run)
    top, *lines = table_of([run, other(run, streams=changed)]).splitlines()
    assert "streams" in top.split()
    assert words(lines[0]) != words(lines[1])
    for line, text in zip(lines, texts, strict=True):
        assert text in line


def test_where_it_would_be_too_wide_less_is_said_but_each_run_stays_known(run):
    random = np.random.default_rng(0)
    runs = [
        replace(
            run,
            id=f"{run.id[:-8]}{number:08x}",
            source=f"sha256:{random.bytes(8).hex()}",
            hyper_parameters={"window": int(random.integers(100)), "threshold": float(random.random()), "sign": 1},
            note="tried on a long evening " * number,
        )
        for number in range(1, 8)
    ]
    top, *lines = table_of(runs).splitlines()
    assert "95%" not in top.split()
    assert [line.split()[0] for line in lines] == [each.id[-8:] for each in runs]
    assert max(map(width_of, lines)) <= WIDEST
    assert len(set(map(words, lines))) == len(runs)
    for line, each in zip(lines, runs, strict=True):
        assert f"{each.score:+.6g}" in line
        assert f"window={each.hyper_parameters['window']}," in line
        assert "sign" not in line
