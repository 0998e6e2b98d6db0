"""``midplot replay --keep`` and ``midplot runs``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from midplot import load_result, load_streams
from midplot.evidence import load_runs


@pytest.fixture
def prices(place) -> str:
    """Write a file with a stream that wanders and one that rises."""
    rows = [f"{100 + (7 * t) % 11},{100 + t}" for t in range(400)]
    (place / "prices.csv").write_text("\n".join(["wander,up", *rows]))
    return "prices.csv"


def test_keep_saves_the_run_and_says_where(run, attack, prices):
    done = run("replay", attack, "--data", prices, "--horizon", 2, "--parameters", '{"sign": -1}', "--keep")
    (kept,) = load_runs("runs")
    assert done.code == 0
    assert f"run: {Path('runs').absolute() / kept.file} (1 attacker tried on these streams so far)" in done.out
    assert kept.attacker == "Trend"
    assert kept.source is not None
    assert kept.hyper_parameters == {"sign": -1}
    streams, _ = load_streams(prices)
    assert load_result(Path("runs") / kept.file, streams).total_score == kept.score


def test_keep_in_another_folder_as_json_with_the_scenarios_that_passed(run, attack, prices, scenarios):
    shown = json.loads(
        run("replay", attack, "--data", prices, "--keep=tries", "--scenarios", "scenarios", "--json").out
    )
    (kept,) = load_runs("tries")
    assert Path(shown["run"]).name == kept.file
    assert shown["trials"] == 1
    assert kept.scenarios == {"n": 2, "n_success": 1}


def test_scenarios_that_nothing_would_show_are_refused(run, attack, scenarios):
    done = run("replay", attack, "--scenarios", "scenarios")
    assert done.code == 2
    assert "--scenarios: they are only checked for a report or for a run that is kept. Add --html or --keep" in done.err


def test_list_shows_the_runs_in_order_and_what_cannot_be_used(run, attack, prices):
    for sign in (1, -1):
        run("replay", attack, "--data", prices, "--parameters", f'{{"sign": {sign}}}', "--keep")
    with Path("runs/runs.jsonl").open("a") as file:
        file.write("{\n")
    done = run("runs", "list")
    rows = done.out.splitlines()
    assert done.code == 1
    assert rows[0].split() == ["run", "attacker", "score", "95%", "p", "trial", "hyper-parameters"]
    assert [row.split()[1] for row in rows[1:]] == [f"{Path(attack).name}:Trend"] * 2
    assert rows[1].endswith(" sign=1")
    assert rows[2].endswith(" sign=-1")
    assert done.err == (
        "midplot: runs/runs.jsonl, line 3: it is not JSON.\n"
        "midplot: 1 line of runs/runs.jsonl could not be read, so the number of trials may be too low.\n"
    )
    listed = json.loads(run("runs", "list", "runs", "--json").out)
    assert [each["trials"] for each in listed] == [1, 2]
    assert [each["attacker_file"] for each in listed] == [Path(attack).name] * 2


@pytest.mark.parametrize("most", [(), ("--max-luck", 1)])
def test_a_kept_run_says_that_earlier_ones_could_not_be_counted(run, attack, prices, most):
    given = ("replay", attack, "--data", prices, "--horizon", 2, *most)
    run(*given, "--parameters", '{"sign": -1}', "--keep")
    index = Path("runs/runs.jsonl")
    index.write_text("\n".join([index.read_text()[:-20], "{", ""]))
    done = run(*given, "--keep")
    assert "(1 attacker tried on these streams so far)" in done.out
    assert "midplot: 2 lines of " in done.err
    assert "runs.jsonl could not be read, so the number of trials may be too low.\n" in done.err
    assert "Warning" not in done.err


def test_an_empty_list_and_a_folder_that_is_not_there(run, place):
    assert run("runs", "list").out == "no runs\n"  # the default folder, which nobody has named
    (place / "empty").mkdir()
    assert (run("runs", "list", "empty").code, run("runs", "list", "empty").out) == (0, "no runs\n")
    for words in (("list", "nowhere"), ("compare", "a", "b", "--runs", "nowhere")):
        missing = run("runs", *words)
        assert (missing.code, missing.out) == (2, "")
        assert missing.err == (
            "midplot: nowhere: there is no such folder. Name the folder that runs are saved in: "
            "midplot replay ATTACK.py --keep=FOLDER.\n"
        )


def test_the_folder_of_runs_goes_by_the_name_of_what_is_in_it_and_by_its_former_name(run, attack, prices):
    for sign in (1, -1):
        run("replay", attack, "--data", prices, "--parameters", f'{{"sign": {sign}}}', "--keep=tries")
    names = [each.id for each in load_runs("tries")]
    now, before = (
        run("runs", "compare", *names, option, "tries", "--data", prices) for option in ("--runs", "--folder")
    )
    assert now.code == 0
    assert now.out == before.out
    help_text = run("runs", "compare", "--help").out
    assert "--runs FOLDER" in help_text
    assert "--folder" not in help_text


def test_the_same_run_twice_is_said_before_the_streams_are_looked_for_and_missing_data_are_asked_for(
    run, attack, prices
):
    for sign in (1, -1):
        run("replay", attack, "--data", prices, "--parameters", f'{{"sign": {sign}}}', "--keep")
    one, other = (each.id for each in load_runs("runs"))
    twice = run("runs", "compare", one, one[-6:])
    assert (twice.code, twice.err) == (
        2,
        "midplot: RUN: the same run was given twice. Name each once; its difference is nothing.\n",
    )
    missing = run("runs", "compare", one, other)
    assert missing.code == 2
    assert missing.err.endswith("Add --data, with the file or folder of the streams that were replayed.\n")
    assert "Add --data" not in run("runs", "compare", one, other, "--data", "attack.py").err
