"""The command line as a whole, and `demo`, `replay` and `verify`: text, exit codes, files and wrong use."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from itertools import count

import click
import numpy as np
import pandas as pd
import pytest

import midplot
from midplot.cli import main
from midplot.cli._display import tick_bar
from midplot.play._attacker import infer_nothing
from midplot.play._engine import PartRun
from midplot.streams._stream import Part, Stream
from midplot.streams.files._layouts import TEST_FILE, TRAIN_FILE

# Trend earns 2 - 0.5 on each of the decisions at ticks 1 to 37 of either stream; those at 38 and 39 are unresolved.
RULES = ("--horizon", "2", "--epsilon", "0.5")
EACH = 37 * 1.5


@pytest.fixture
def prices(place) -> str:
    """Write a file with a stream that rises and one that falls."""
    rows = [f"{100 + t},{100 - t}" for t in range(40)]
    (place / "prices.csv").write_text("\n".join(["up,down", *rows]))
    return "prices.csv"


@pytest.fixture
def infer_file(place):
    """Write a file with an infer of the given lines in its loop."""
    numbers = count()

    def infer_file(*lines, before=""):
        path = place / f"infer_{next(numbers)}.py"
        body = "\n".join(f"        {line}" for line in lines)
        path.write_text(f"{before}\ndef infer(stream):\n    yield\n    for message in stream:\n{body}\n")
        return path.name

    return infer_file


# The group


def commands(group=main, path=()):
    """Yield the words of every command."""
    for name, command in group.commands.items():
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


def test_the_commands_are_those_that_are_promised():
    top = {words[0] for words in commands()}
    assert {"demo", "replay", "verify", "check", "scenarios", "lab"} <= top
    assert {words[1] for words in commands() if words[0] == "scenarios" and len(words) > 1} == {
        *("list", "show", "gallery", "validate", "rm", "delete", "undo", "redo")
    }


@pytest.mark.parametrize("group", [(), ("scenarios",)])
def test_a_group_lists_its_commands_with_whole_sentences(run, group, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    listed = run(*group, "--help").out.partition("Commands:\n")[2].splitlines()
    assert listed
    assert [line for line in listed if not line.endswith(".") or line.endswith("...")] == []


@pytest.mark.parametrize("words", [(), *commands()], ids=" ".join)
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_every_command_has_help_for_itself_and_for_each_option(run, words, option):
    ended = run(*words, option)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"Usage: {' '.join(['midplot', *words])}")
    described = [line for line in ended.out.splitlines() if line.startswith("  -")]
    assert described


def test_the_version(run):
    assert run("--version").out == f"midplot, version {midplot.__version__}\n"


def test_an_unknown_command_is_wrong_use(run):
    ended = run("replya")
    assert (ended.code, ended.out) == (2, "")
    assert "replya" in ended.err


def test_the_package_runs_as_a_module():
    done = subprocess.run([sys.executable, "-m", "midplot", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"midplot, version {midplot.__version__}\n"


# demo


def test_demo_replays_two_attackers_and_prints_the_path_of_its_report_last(run, place):
    ended = run("demo")
    assert (ended.code, ended.err) == (0, "")
    for name in ("MeanReversionAttacker", "MomentumAttacker"):
        assert f"{name} on 9 streams of the embedded sample" in ended.out
    assert sum(line.startswith("total ") for line in ended.out.splitlines()) == 2
    assert ended.out.splitlines()[-1] == f"report: {place / 'midplot-demo.html'}"
    pages = sorted(place.glob("*.html"))
    assert [page.name for page in pages] == ["midplot-demo-mean-reversion.html", "midplot-demo.html"]
    assert all(page.read_text(encoding="utf-8").lower().startswith("<!doctype html>") for page in pages)


# replay


def test_replay_prints_the_accounts(run, attack, prices):
    ended = run("replay", attack, "--data", prices, *RULES)
    lines = [line.split() for line in ended.out.splitlines()]
    accounts = {line[0]: line[1:8] for line in lines if line and line[0] in ("up", "down", "total")}
    assert (ended.code, ended.err) == (0, "")
    assert accounts["up"] == ["+55.5", "37", "2", "100.0%", "∞", "+1.5", "–"]
    assert accounts["down"] == ["+55.5", "37", "2", "100.0%", "∞", "+1.5", "–"]
    assert accounts["total"] == ["+111", "74", "4", "100.0%", "∞", "+1.5", "–"]
    assert "score        +111 (too little data to say)" in ended.out


@pytest.mark.parametrize(
    ("length", "most", "code", "words"),
    [
        (40, "0.05", 1, "--max-luck 0.05 is not shown: there is too little data to say. There are 4 blocks"),
        (4_000, "0.05", 0, ""),
        (4_000, "5%", 0, ""),
        (40, "5 %", 1, "--max-luck 0.05 is not shown: there is too little data to say."),
        (4_000, "0", 1, "luck alone does this less than 0.1% of the time, more than --max-luck 0 allows"),
        *(
            (
                40,
                odd,
                2,
                f"midplot: --max-luck: {odd!r} is not a share between 0 and 1. Write for example 0.05 or 5%.\n",
            )
            for odd in ("nan", "1.5", "105%", "-1", "five", "%", "")
        ),
    ],
)
def test_replay_fails_if_luck_could_do_it(run, attack, tmp_path, length, most, code, words):
    data = tmp_path / "long.csv"
    lines = [f"{name},{sign * tick}" for name, sign in (("up", 1), ("down", -1)) for tick in range(length)]
    data.write_text("\n".join(["stream,value", *lines]), encoding="utf-8")
    ended = run("replay", attack, "--data", data, *RULES, "--max-luck", most, "--json")
    assert ended.code == code
    assert words in ended.err
    assert "Usage" not in ended.err
    if code < 2:
        luck = json.loads(ended.out, parse_constant=pytest.fail)["luck"]
        assert luck["enough"] is (length > 40)
        assert luck["sentence"].startswith(f"{json.loads(ended.out)['total_score']:+.6g} (")


def test_replay_as_json(run, attack, prices):
    ended = run("replay", attack, "--data", prices, *RULES, "--json")
    outcome = json.loads(ended.out, parse_constant=pytest.fail)
    assert (ended.code, ended.err) == (0, "")
    assert (outcome["total_score"], outcome["unresolved"], outcome["interrupted"]) == (2 * EACH, 4, False)
    assert (outcome["horizon"], outcome["epsilon"]) == (2, 0.5)
    assert outcome["summary"]["win_loss_ratio"] is None  # infinite: JSON has no such number
    assert [(s["name"], s["stream_id"], s["score"]) for s in outcome["streams"]] == [("up", 0, EACH), ("down", 1, EACH)]
    assert outcome["latency_seconds"]["n"] == 80


def test_replay_without_a_decision_is_valid_json_too(run, infer_file, prices):
    outcome = run("replay", infer_file("yield 0"), "--data", prices, "--json").out
    summary = json.loads(outcome, parse_constant=pytest.fail)["summary"]
    assert summary["num_resolved_decisions"] == 0


def test_replay_writes_a_report(run, attack, prices, place):
    ended = run("replay", attack, "--data", prices, "--html", "out/report.html")
    assert ended.code == 0, ended.err
    assert ended.out.splitlines()[-1].startswith("report: ")
    page = (place / "out" / "report.html").read_text(encoding="utf-8")
    assert "<dd>Trend, in " in page
    assert f"<dd>{prices} · 2 streams, 80 scored ticks</dd>" in page
    assert "Scenarios</h2>" not in page
    assert [path.name for path in (place / "out").iterdir()] == ["report.html"]


def test_a_report_has_the_verdicts_on_saved_scenarios_and_may_share_plotly(run, attack, prices, scenarios, place):
    words = ("replay", attack, "--data", prices, "--html", "out/report.html", "--plotly", "shared")
    (place / "scenarios" / "bad.json").write_text("{")
    ended = run(*words)
    assert ended.code == 0
    assert "bad.json" in ended.err
    page = (place / "out" / "report.html").read_text(encoding="utf-8")
    assert "<b>1</b> of 2 scenarios succeeded" in page
    assert [path.name for path in (place / "out").iterdir() if path.suffix == ".js"] == re.findall(r'src="(.*?)"', page)
    ended = run(*words, "--scenarios", scenarios[0])
    assert "<b>1</b> of 1 scenario succeeded" in (place / "out" / "report.html").read_text(encoding="utf-8")


def test_a_report_beside_json_leaves_the_json_valid(run, attack, prices, place):
    ended = run("replay", attack, "--data", prices, "--json", "--html", "report.html")
    assert json.loads(ended.out)["streams"]
    assert ended.err.startswith("report: ")
    assert (place / "report.html").is_file()


@pytest.mark.parametrize(("option", "total"), [(("--stream", "up"), EACH), (("--stream", "1"), EACH), ((), 2 * EACH)])
def test_replay_of_some_streams(run, attack, prices, option, total):
    ended = run("replay", attack, "--data", prices, *RULES, *option, "--json")
    assert json.loads(ended.out)["total_score"] == total


def test_an_unknown_stream_is_wrong_use_and_lists_what_there_is(run, attack, prices):
    ended = run("replay", attack, "--data", prices, "--stream", "upp")
    assert (ended.code, ended.out) == (2, "")
    assert "Did you mean 'up'?" in ended.err


@pytest.mark.parametrize(
    ("options", "decisions"),
    [
        (("--start", "10"), 27),  # from 11 to 37: the attacker is new at 10
        (("--start", "10", "--warmup", "5"), 28),
        (("--stop", "20"), 17),
        (("--backoff", "5"), 8),
        (("--lag",), 36),
    ],
)
def test_the_rules_of_a_replay(run, attack, prices, options, decisions):
    ended = run("replay", attack, "--data", prices, "--stream", "up", *RULES, *options, "--json")
    assert json.loads(ended.out)["summary"]["num_resolved_decisions"] == decisions


def test_parameters_reach_the_attacker(run, attack, prices, place):
    (place / "sign.txt").write_text("-1")
    for option in (("--parameters", '{"sign": -1}'), ("--model-directory", ".")):
        outcome = json.loads(run("replay", attack, "--data", prices, *RULES, *option, "--json").out)
        assert outcome["total_score"] == 74 * -2.5


def test_parameters_that_are_no_json_are_wrong_use(run, attack, prices):
    ended = run("replay", attack, "--data", prices, "--parameters", "{")
    assert (ended.code, ended.out) == (2, "")
    assert "--parameters: '{' is not JSON" in ended.err


@pytest.fixture
def competition(place):
    """Write a folder in the layout of the competition: one train stream, two test streams."""
    (place / "data").mkdir()
    for file, names in ((TRAIN_FILE, ["a"]), (TEST_FILE, ["b", "c"])):
        rows = [(t, name, 100.0 + t) for name in names for t in range(40)]
        pd.DataFrame(rows, columns=["time", "stream", "value"]).to_parquet(place / "data" / file)
    return "data"


@pytest.mark.parametrize(
    ("option", "names"),
    [
        ((), ["b", "c"]),
        (("--set", "test"), ["b", "c"]),
        (("--set", "train"), ["a"]),
        (("--set", "all"), ["a", "b", "c"]),
    ],
)
def test_replay_of_a_set(run, attack, competition, option, names):
    outcome = json.loads(run("replay", attack, "--data", competition, *option, "--json").out)
    assert [stream["name"] for stream in outcome["streams"]] == names


def test_a_set_that_the_data_does_not_have_is_wrong_use(run, attack, prices):
    ended = run("replay", attack, "--data", prices, "--set", "test")
    assert (ended.code, ended.out) == (2, "")
    assert "--set test: prices.csv has no such streams" in ended.err


def test_replay_without_data_takes_the_embedded_sample(run, infer_file):
    outcome = json.loads(run("replay", infer_file("yield 0"), "--stop", "5", "--json").out)
    assert outcome["summary"]["current_ndx"] == 45


# What goes wrong, in replay and verify


@pytest.mark.parametrize("command", ["replay", "verify"])
class TestWrongUse:
    def test_an_unknown_file(self, run, prices, command):
        ended = run(command, "nowhere.py", "--data", prices)
        assert (ended.code, ended.out) == (2, "")
        assert "midplot: nowhere.py: there is no such file" in ended.err

    def test_a_file_that_is_no_python(self, run, prices, command):
        ended = run(command, prices, "--data", prices)
        assert (ended.code, ended.out) == (2, "")
        assert "it is not a Python file" in ended.err

    def test_a_file_with_several_attackers(self, run, attack, prices, place, command):
        (place / attack).write_text(
            (place / attack).read_text()
            + "\n\nclass Other:\n    tick_and_predict = Trend.tick_and_predict\n    last = None\n    sign = 1\n"
        )
        ended = run(command, attack, "--data", prices)
        assert (ended.code, ended.out) == (2, "")
        assert "it holds several attackers, Trend, Other. Choose one: attack.py:Trend" in ended.err
        assert run(command, f"{attack}:Other", "--data", prices).code == 0

    def test_a_file_without_an_attacker(self, run, prices, place, command):
        (place / "empty.py").write_text("x = 1\n")
        ended = run(command, "empty.py", "--data", prices)
        assert (ended.code, ended.out) == (2, "")
        assert "it holds no attacker" in ended.err

    def test_an_unknown_name_in_the_file(self, run, attack, prices, command):
        ended = run(command, f"{attack}:Trnd", "--data", prices)
        assert (ended.code, ended.out) == (2, "")
        assert "there is no 'Trnd'. Did you mean 'Trend'?" in ended.err

    def test_a_wrong_path_to_the_data(self, run, attack, command):
        ended = run(command, attack, "--data", "nowhere")
        assert (ended.code, ended.out) == (2, "")
        assert "midplot: nowhere: there is no such file or folder" in ended.err

    def test_a_horizon_of_nothing(self, run, attack, prices, command):
        ended = run(command, attack, "--data", prices, "--horizon", "0")
        assert (ended.code, ended.out) == (2, "")
        assert "horizon: 0 is below 1" in ended.err


@pytest.mark.parametrize("command", ["replay", "verify"])
class TestAttackersFault:
    def test_an_error_is_shown_whole_with_its_place(self, run, infer_file, prices, command):
        ended = run(command, infer_file("yield 1 / (message['x'] - 103)"), "--data", prices)
        assert (ended.code, ended.out) == (1, "")
        assert "yield 1 / (message['x'] - 103)" in ended.err
        assert "ZeroDivisionError: float division by zero\nstream 0 'up', tick 3\n" in ended.err

    def test_a_broken_protocol_is_told_in_a_sentence(self, run, infer_file, prices, command):
        ended = run(command, infer_file("yield None"), "--data", prices)
        assert (ended.code, ended.out) == (1, "")
        assert ended.err.startswith("midplot: stream 0 'up', tick 0: expected a number as decision, got None.")
        assert "Traceback" not in ended.err

    def test_a_file_that_cannot_be_run(self, run, prices, place, command):
        (place / "broken.py").write_text("import no_such_module_of_anyone\n")
        ended = run(command, "broken.py", "--data", prices)
        assert (ended.code, ended.out) == (1, "")
        assert "no_such_module_of_anyone" in ended.err
        assert "while running" in ended.err


def test_an_interrupted_replay_prints_what_it_has_and_ends_with_130(run, infer_file, prices):
    stops = infer_file("if message['x'] == 110: raise KeyboardInterrupt", "yield 0")
    ended = run("replay", stops, "--data", prices)
    assert ended.code == 130
    assert "interrupted (this is a partial result)" in ended.out


def test_an_interrupted_replay_is_not_verified(run, infer_file, prices):
    stops = infer_file("if message['x'] == 110: raise KeyboardInterrupt", "yield 0")
    ended = run("verify", stops, "--data", prices)
    assert (ended.code, ended.out) == (130, "")


# verify


def test_verify_of_a_good_attacker(run, attack, prices):
    ended = run("verify", attack, "--data", prices)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("Verification: ok\n")
    assert "causal        yes (future taken away and altered at " in ended.out


def test_verify_as_json(run, attack, prices):
    ended = run("verify", attack, "--data", prices, "--ticks", "3", "--seed", "5", "--json")
    found = json.loads(ended.out, parse_constant=pytest.fail)
    assert ended.code == 0
    assert (found["ok"], found["causal"], found["deterministic"], found["n_ticks"]) == (True, True, True, 3)


KNOWS = """
import pathlib
everything = [float(each) for each in pathlib.Path(DATA).read_text().split()[1:]]
def infer(stream):
    yield
    for t, message in enumerate(stream):
        yield everything[min(t + 5, len(everything) - 1)] - message["x"]
"""


def test_verify_names_what_the_attacker_holds(run, tmp_path):
    walk = 100 + np.random.default_rng(1).normal(size=300).cumsum()
    data, attack = tmp_path / "walk.csv", tmp_path / "knows.py"
    data.write_text("\n".join(["value", *map(repr, walk.tolist())]))
    attack.write_text(f"DATA = {str(data)!r}\n{KNOWS}")
    ended = run("verify", attack, "--data", data)
    assert ended.code == 1
    assert "holds         `everything`: the prices at ticks 0 to 299, of stream 0" in ended.out
    found = json.loads(run("verify", attack, "--data", data, "--json").out)
    assert (found["ok"], found["leak"]) == (False, True)
    assert [(each["path"], each["n"], each["gathered"]) for each in found["holds"]] == [("everything", 300, False)]
    assert {"reads", "by_clock", "cause", "smallest_leak", "history"} <= found.keys()


def test_verify_of_an_attacker_that_rolls_dice_ends_with_1(run, infer_file, prices):
    dice = infer_file("yield next(rolls)", before="import itertools\nrolls = itertools.count(1)\n")
    stateful = infer_file("yield next(rolls) % 7 - 3", before="import itertools\nrolls = itertools.count(1)\n")
    assert run("verify", dice, "--data", prices, "--json").code == 1
    ended = run("verify", stateful, "--data", prices)
    assert ended.code == 1
    assert ended.out.startswith("Verification: FAILED\n")
    assert "deterministic NO" in ended.out


@pytest.mark.parametrize("decide", ["yield 0", "yield 0 * message['x']"])
def test_verify_of_an_attacker_that_never_decides_shows_nothing_and_ends_with_1(run, infer_file, prices, decide):
    silent = infer_file(decide)
    ended = run("verify", silent, "--data", prices)
    assert (ended.code, ended.err) == (1, "")
    lines = ended.out.splitlines()
    assert lines[0] == "Verification: NOTHING SHOWN"
    assert lines[1].startswith("decided       NOTHING, so nothing is shown")
    found = json.loads(run("verify", silent, "--data", prices, "--json").out)
    assert (found["ok"], found["silent"], found["causal"], found["deterministic"]) == (False, True, True, True)


# The bar


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_gets_a_bar_that_ends_at_100_percent(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    part = Part(0, None, 0, 0, 0, Stream(range(50)).values)
    with tick_bar(50, "attack.py") as progress:
        assert progress is not None
        for checkpoint in PartRun(part, infer_nothing):
            progress(checkpoint)
    assert "attack.py" in sys.stderr.getvalue()
    assert "100%" in sys.stderr.getvalue()


def test_a_terminal_that_an_attacker_closes_ends_the_bar_only(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    part = Part(0, None, 0, 0, 0, Stream(range(50)).values)
    with tick_bar(50, "attack.py") as progress:
        for checkpoint in PartRun(part, infer_nothing):
            progress(checkpoint)
            sys.stderr.close()
    assert sys.stderr.closed


def test_what_is_no_terminal_gets_no_bar(capsys):
    with tick_bar(50, "attack.py") as progress:
        assert progress is None
    assert capsys.readouterr().err == ""
