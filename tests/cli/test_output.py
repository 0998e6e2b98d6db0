"""What a command does about an output that fails, an attacker that ends the program, and JSON that has to be JSON."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from midplot.cli import main
from midplot.cli._output import GONE, PLAIN, OutputError, any_text, fitting
from midplot.errors import legible

FULL = Path("/dev/full")
ENDS = [
    "sys.exit(0)",
    "sys.exit('enough')",
    "exit()",
    "raise SystemExit",
    "raise click.exceptions.Exit(0)",
    "raise Ends",
    "raise GeneratorExit",
]
EXITS = "import sys, click\nclass Ends(BaseException): pass\nclass Exits:\n    def {method}:\n        {end}\n"
TICK = "tick_and_predict(self, x, horizon)"


@pytest.fixture
def prices(place) -> str:
    """Write a file with two streams, of which one has a name beyond most encodings."""
    rows = [f"{100 + t},{100 - t}" for t in range(40)]
    (place / "prices.csv").write_text("\n".join(["Zürich 日本,down", *rows]), encoding="utf-8")
    return "prices.csv"


@pytest.fixture
def words(attack, prices, scenarios):
    """Return the words of a command over an attacker, streams and scenarios."""

    def words(command, attacker=attack):
        return {
            "demo": ["demo"],
            "replay": ["replay", attacker, "--data", prices, "--horizon", "2"],
            "verify": ["verify", attacker, "--data", prices, "--horizon", "2"],
            "check": ["check", attacker],
            "list": ["scenarios", "list"],
            "show": ["scenarios", "show", str(scenarios[0])],
            "validate": ["scenarios", "validate"],
        }[command]

    return words


ATTACKERS = ["replay", "verify", "check"]
ALL = ["demo", *ATTACKERS, "list", "show", "validate"]
WELL = dict.fromkeys(ALL, 0) | {"check": 1}  # one of the two scenarios fails


def ran(arguments, *, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **environment):
    """Run the command line in a process of its own, as a shell would."""
    given = [sys.executable, "-m", "midplot", *arguments]
    return subprocess.run(given, stdout=stdout, stderr=stderr, env=os.environ | environment, check=False)


# Outputs that fail


@pytest.mark.parametrize("command", ALL)
def test_a_full_disk_is_told_in_a_sentence_and_what_goes_into_a_file_is_there(words, command, place):
    page = ["--html", "page.html"] if command in ("demo", "replay", "check") else []
    with FULL.open("wb") as full:
        ended = ran([*words(command), *page], stdout=full)
    assert ended.returncode == 2
    assert (
        ended.stderr.decode() == "midplot: the output: No space left on device. Look at the disk and the permissions.\n"
    )
    assert [path.name for path in place.glob("page.html")] == (["page.html"] if page else [])


@pytest.mark.parametrize("command", ALL)
def test_a_reader_that_is_gone_ends_a_command_quietly(words, command, place):
    page = ["--html", "page.html"] if command in ("demo", "replay", "check") else []
    reader, writer = os.pipe()
    os.close(reader)
    try:
        ended = ran([*words(command), *page], stdout=writer)
    finally:
        os.close(writer)
    assert (ended.returncode, ended.stderr) == (GONE, b"")
    assert [path.name for path in place.glob("page.html")] == (["page.html"] if page else [])


@pytest.mark.parametrize(
    ("command", "closed"), [*((each, ">&-") for each in ALL), ("check", "2>&-"), ("list", "<&- >&- 2>&-")]
)
def test_a_closed_output_swallows_what_is_written(words, command, closed):
    given = [sys.executable, "-m", "midplot", *words(command)]
    ended = subprocess.run(["sh", "-c", f'exec "$@" {closed}', "sh", *given], capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (WELL[command], b"")
    assert (ended.stdout == b"") == (">&-" in closed.split())


def test_of_two_outputs_that_fail_the_code_still_tells(words):
    with FULL.open("wb") as full:
        assert ran(words("replay"), stdout=full, stderr=full).returncode == 2
        assert ran(words("replay", "nowhere.py"), stderr=full).returncode == 2


@pytest.mark.parametrize("option", [("--help",), ("--version",), ("replay", "--help"), ("scenarios", "list", "--help")])
def test_help_that_cannot_be_written(option):
    with FULL.open("wb") as full:
        ended = ran(option, stdout=full)
    assert (ended.returncode, ended.stderr.count(b"\n")) == (2, 1)
    reader, writer = os.pipe()
    os.close(reader)
    ended = ran(option, stdout=writer)
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (GONE, b"")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
@pytest.mark.parametrize("command", ["replay", "verify", "check", "list", "show"])
def test_any_encoding_can_show_the_output(words, command, encoding, save):
    save("ε → 日本", 1, note="±∞ …")
    ended = ran(words(command), PYTHONIOENCODING=encoding)
    assert (ended.returncode, ended.stderr) == (WELL[command], b"")
    text = ended.stdout.decode(encoding)
    if command == "replay":
        assert ("∞" if encoding == "utf-8" else "inf") in text
    if command in ("check", "list"):
        assert ("ε → 日本" if encoding == "utf-8" else "epsilon -> \\u65e5\\u672c") in text
    if command == "replay" and encoding != "utf-8":
        assert "-----" in text
        table = text.split("\n\n")[0].splitlines()
        assert len({len(line) for line in table}) == 1  # columns stay aligned


@pytest.mark.parametrize("character", PLAIN)
def test_what_stands_for_a_character_is_ascii(character):
    assert PLAIN[character].isascii()
    assert character.encode("ascii", "midplot-plain").decode() == PLAIN[character]


def test_a_text_that_is_not_known_is_escaped_and_half_a_character_too():
    assert "a日\ud83d".encode("ascii", "midplot-plain") == rb"a\u65e5\ud83d"
    assert "a日\ud83d".encode("utf-8", "midplot-plain").decode() == r"a日\ud83d"
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("utf-8", "midplot-plain")


def test_the_streams_are_afterwards_as_before(monkeypatch, tmp_path):
    with (tmp_path / "out").open("w", encoding="ascii") as file:
        monkeypatch.setattr(sys, "stdout", file)
        with any_text():
            print("ε", fitting("∞"))
        assert file.errors == "strict"
    assert (tmp_path / "out").read_text() == "epsilon inf\n"


# A page that cannot be written


@pytest.mark.parametrize("command", ["replay", "check"])
@pytest.mark.parametrize(
    ("html", "told"),
    [
        (".", "'.' is a folder"),
        ("attack.py/page.html", "which is a file"),
        ("n" * 300 + ".html", "File name too long"),
        ("/proc/page.html", "--html: '/proc/page.html' cannot be written ("),
        ("nul\0.html", "--html: "),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_a_page_that_cannot_be_written_is_told_after_the_outcome(run, words, command, html, told, as_json):
    ended = run(*words(command), "--html", html, *(["--json"] if as_json else []))
    assert ended.code == 2
    assert ended.err.startswith("midplot: ")
    assert told in ended.err
    assert ended.err.count("\n") == 1
    assert strict(ended.out) if as_json else ("total" in ended.out or "failed" in ended.out)


def test_a_page_of_the_demo_that_cannot_be_written(run):
    ended = run("demo", "--html", "/proc/page.html")
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert "--html: " in ended.err


# Attackers that end the program


@pytest.mark.parametrize("command", ATTACKERS)
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("method", [TICK, "__init__(self)"])
def test_an_attacker_that_ends_the_program_fails(run, words, command, end, method, place, monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    body = EXITS.format(method=method, end=end) + ("" if method == TICK else f"    def {TICK}:\n        return 0\n")
    (place / "exits.py").write_text(body)
    ended = run(*words(command, "exits.py"))
    assert ended.code == 1
    where = "tick 0" if method == TICK else "before the first tick"
    assert where in (ended.out if command == "check" else ended.err)
    assert "midplot/" not in ended.err
    assert strict(run(*words(command, "exits.py"), "--json").out)


@pytest.mark.parametrize("command", ATTACKERS)
@pytest.mark.parametrize(
    "script",
    [
        "import sys\nsys.exit(0)\n",
        "quit()\n",
        "raise SystemExit\n",
        "import argparse\np = argparse.ArgumentParser()\np.add_argument('x')\np.parse_args()\n",
        "import click\n@click.command()\ndef go(): pass\ngo()\n",
        "import unittest\nunittest.main()\n",
        "class Ends(BaseException): pass\nraise Ends\n",
    ],
)
def test_a_file_that_ends_the_program_is_told_what_to_do(run, words, command, script, place, monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    (place / "script.py").write_text("class A:\n    tick_and_predict = None\n" + script)
    ended = run(*words(command, "script.py"))
    assert (ended.code, ended.out) == (1, "")
    assert f"midplot: {place / 'script.py'}: it " in ended.err
    assert 'under `if __name__ == "__main__":`' in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("command", ["replay", "check"])
def test_a_script_that_goes_into_another_folder_changes_no_path_of_the_command(run, words, command, place, attack):
    (place / "elsewhere").mkdir()
    (place / "goes.py").write_text("import os\nos.chdir('elsewhere')\n" + (place / attack).read_text())
    ended = run(*words(command, "goes.py"), "--html", "page.html")
    assert (ended.code, ended.err) == (WELL[command], "")
    assert (place / "page.html").is_file()
    assert Path.cwd() == place


def test_what_click_raises_in_an_attacker_is_not_taken_for_a_wrong_option(run, words, place):
    (place / "usage.py").write_text(EXITS.format(method=TICK, end="raise click.UsageError('mine')"))
    ended = run(*words("replay", "usage.py"))
    assert ended.code == 1
    assert ended.err.splitlines()[0] == "Traceback (most recent call last):"
    assert ended.err.splitlines()[-1].endswith("tick 0")


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_attackers_error_shows_its_own_frames_only(run, words, place, jobs):
    text = "class A:\n    def tick_and_predict(self, x, horizon):\n        return self.inner(x)\n"
    (place / "divides.py").write_text(text + "    def inner(self, x):\n        return 1 / (x - 103)\n")
    ended = run(*words("replay", "divides.py"), "--jobs", jobs)
    assert (ended.code, ended.out) == (1, "")
    frames = [line.split(", in ")[1] for line in ended.err.splitlines() if line.lstrip().startswith("File ")]
    assert frames == ["tick_and_predict", "inner"]
    assert ended.err.splitlines()[-2:] == [
        "ZeroDivisionError: float division by zero",
        "stream 0 'Zürich 日本', tick 3",
    ]


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(
    ("end", "last"),
    [
        ("next(iter([]))", "RuntimeError: {who} raised StopIteration"),
        ("raise StopAsyncIteration", "StopAsyncIteration"),
        ("raise RuntimeError('generator raised StopIteration')", "RuntimeError: generator raised StopIteration"),
    ],
)
@pytest.mark.parametrize("kind", ["class", "generator", "function"])
def test_an_iterator_that_runs_out_is_told_with_its_line_and_tick(run, words, place, end, last, kind, jobs):
    inner = f"def inner():\n    {end}\n"
    text = {
        "class": f"class A:\n    def {TICK}:\n        return inner()\n",
        "generator": "def infer(stream):\n    yield\n    for _ in stream:\n        yield inner()\n",
        "function": "def infer(stream):\n    return inner()\n",
    }
    (place / "runs_out.py").write_text(inner + text[kind])
    ended = run(*words("replay", "runs_out.py"), "--jobs", jobs)
    assert (ended.code, ended.out) == (1, "")
    where = "before the first tick" if kind == "function" else "tick 0"
    who = "the attacker" if kind == "function" else "generator"
    assert ended.err.splitlines()[-2:] == [last.format(who=who), f"stream 0 'Zürich 日本', {where}"]
    assert "line 2, in inner" in ended.err
    assert "midplot/" not in ended.err
    for command in ("verify", "check"):
        ended = run(*words(command, "runs_out.py"))
        assert ended.code == 1
        assert last.format(who=who).partition(":")[0] in (ended.out if command == "check" else ended.err)


def test_an_attackers_missing_file_is_the_attackers_failure(run, words, place):
    (place / "opens.py").write_text(EXITS.format(method=TICK, end="open('model.pkl')"))
    ended = run(*words("replay", "opens.py"))
    assert ended.code == 1
    assert "FileNotFoundError" in ended.err


def test_what_midplot_did_not_foresee_is_not_called_the_attackers(run, words, monkeypatch):
    monkeypatch.setattr("midplot.cli._attack.outcome", lambda result: 1 / 0)
    ended = run(*words("replay"), "--json")
    assert ended.code == 2
    assert "midplot's own, not the attacker's" in ended.err
    assert strict(ended.out)["error"]["type"] == "ZeroDivisionError"


MUTE = """class Mute(Exception):
    def __str__(self): raise SystemExit(0)
    __repr__ = __str__
class Quiet(BaseException):
    __str__ = __repr__ = Mute.__str__
class Odd:
    __repr__ = Mute.__str__
"""


@pytest.mark.parametrize("command", ATTACKERS)
@pytest.mark.parametrize("end", ["raise Mute", "raise Quiet", "raise SystemExit(Odd())", "return Odd()"])
def test_an_error_whose_message_cannot_be_shown_is_told_all_the_same(run, words, command, end, place):
    (place / "mute.py").write_text(MUTE + f"class A:\n    def {TICK}:\n        {end}\n")
    ended = run(*words(command, "mute.py"))
    assert ended.code == 1
    assert re.search("Mute|Quiet|SystemExit|Odd", ended.out if command == "check" else ended.err)
    ended = run(*words(command, "mute.py"), "--json")
    assert (ended.code, "message cannot be shown" in ended.out) == (1, end in ("raise Mute", "raise Quiet"))
    assert strict(ended.out)


def test_an_error_whose_message_cannot_be_shown_comes_back_from_another_process(run, words, place):
    (place / "mute.py").write_text(MUTE + f"class A:\n    def {TICK}:\n        raise Mute\n")
    ended = run(*words("replay", "mute.py"), "--jobs", "2", "--json")
    assert (ended.code, strict(ended.out)["error"]["message"]) == (1, "its message cannot be shown")


@pytest.mark.parametrize("command", ATTACKERS)
def test_a_file_that_replaces_the_exit_of_python_changes_no_exit_code(run, words, command, place, monkeypatch):
    monkeypatch.setattr(sys, "exit", sys.exit)  # what the file does is undone
    text = f"import sys\nsys.exit = lambda *_: None\nclass A:\n    def {TICK}:\n        raise ValueError(1)\n"
    (place / "stays.py").write_text(text)
    assert run(*words(command, "stays.py")).code == 1
    assert run(*words(command, "stays.py"), "--json").code == 1


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_abort_of_click_in_an_attacker_is_not_taken_for_ctrl_c(run, words, place, jobs):
    (place / "asks.py").write_text(EXITS.format(method=TICK, end="raise click.Abort"))
    ended = run(*words("replay", "asks.py"), "--jobs", jobs)
    assert (ended.code, ended.out) == (1, "")
    assert "line 5, in tick_and_predict" in ended.err
    assert ended.err.splitlines()[-1].endswith("tick 0")
    assert run(*words("verify", "asks.py")).code == 1
    assert "tick 0" in run(*words("check", "asks.py")).out


@pytest.mark.parametrize("options", [(), ("--json",)])
@pytest.mark.parametrize(
    "closing",
    [
        "sys.stdout.close()",
        "sys.__stdout__.close()",
        "sys.stderr.close()",
        "os.close(1); os.close(2)",
        "sys.stdout.detach()",
        "sys.stdout = sys.stderr = open(os.devnull, 'w')",
        "sys.stdout = sys.stderr = None",
    ],
)
@pytest.mark.parametrize("command", ATTACKERS)
def test_what_an_attacker_does_to_the_outputs_is_undone(run, words, place, command, closing, options):
    text = "import contextlib, os, sys\nwith contextlib.suppress(ValueError, AttributeError, OSError):\n    "
    (place / "closes.py").write_text(text + f"{closing}\n" + (place / "attack.py").read_text())
    ended = ran([*words(command, "closes.py"), *options])
    undisturbed = run(*words(command, "attack.py"), *options).out
    assert (ended.returncode, ended.stderr) == (WELL[command], b"")
    assert undisturbed.count("\n") == ended.stdout.count(b"\n") > 0


def test_an_error_is_told_even_by_an_attacker_that_closed_the_outputs(words, place):
    text = f"import sys\nclass A:\n    def {TICK}:\n        sys.stdout.close(); sys.stderr.close(); 1 / 0\n"
    (place / "closes.py").write_text(text)
    ended = ran(words("replay", "closes.py"))
    assert (ended.returncode, ended.stdout) == (1, b"")
    assert b"ZeroDivisionError" in ended.stderr


@pytest.mark.parametrize("command", ATTACKERS)
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_text_of_an_attackers_error_controls_no_terminal(run, words, place, command, jobs):
    end = r"raise ValueError('red\x1b[31m\nbell\a')"
    (place / "coloured.py").write_text(f"class A:\n    def {TICK}:\n        {end}\n")
    ended = run(*words(command, "coloured.py"), *(["--jobs", jobs] if command == "replay" else []))
    assert ended.code == 1
    told = ended.out + ended.err
    assert all(line.isprintable() for line in told.splitlines())
    assert "red·[31m" in told


# Wrong options and unreadable data


@pytest.mark.parametrize(
    "options",
    [
        ("verify", "attack.py", "--seed", "-1"),
        ("verify", "attack.py", "--ticks", "0"),
        ("verify", "attack.py", "--ticks", "-5"),
        ("replay", "attack.py", "--horizon", "-1"),
        ("replay", "attack.py", "--horizon", "1e3"),
        ("replay", "attack.py", "--epsilon", "nan"),
        ("replay", "attack.py", "--epsilon", "-1"),
        ("replay", "attack.py", "--start", "-1"),
        ("replay", "attack.py", "--start", "9" * 30),
        ("replay", "attack.py", "--stop", "0"),
        ("replay", "attack.py", "--warmup", "-1"),
        ("replay", "attack.py", "--backoff", "-1"),
        ("replay", "attack.py", "--jobs", "0"),
        ("replay", "attack.py", "--jobs", "many"),
        ("replay", "attack.py", "--parameters", "[1"),
        ("replay", "attack.py", "--data", "nowhere.csv"),
        ("replay", "attack.py", "--data", "empty"),
        ("replay", "attack.py", "--data", "broken.parquet"),
        ("replay", "attack.py", "--data", "binary.csv"),
        ("replay", "attack.py", "--stream", "nobody"),
        ("replay", "empty"),
        ("replay", "nul\0.py"),
        ("replay", "~nobody-of-that-name/attack.py"),
        ("replay",),
        ("replay", "attack.py", "--no-such-option"),
        ("check", "attack.py", "--threshold", "nan"),
        ("check", "attack.py", "--threshold", "2"),
        ("check", "attack.py", "nowhere"),
        ("check", "attack.py", "empty"),
        ("scenarios", "show", "nowhere"),
        ("scenarios", "list", "empty"),
    ],
    ids=" ".join,
)
def test_wrong_use_is_told_in_a_sentence_and_in_json(run, words, options, place):
    (place / "empty").mkdir()
    (place / "broken.parquet").write_bytes(b"PAR1 no more")
    (place / "binary.csv").write_bytes(bytes(range(256)))
    ended = run(*options)
    assert (ended.code, ended.out) == (2, "")
    assert "Traceback" not in ended.err
    ended = run(*options, "--json")
    error = strict(ended.out)["error"]
    assert (ended.code, set(error)) == (2, {"type", "message", "notes"})
    assert error["message"]


@pytest.mark.parametrize("name", ["red\x1b[31m.py", "back\b\b.py", "bell\a.py", "half\ud83d.py", "right\u202eleft.py"])
def test_a_message_controls_no_terminal(run, name):
    ended = run("replay", name)
    assert ended.code == 2
    assert ended.err.rstrip("\n").isprintable()
    assert legible(name) in ended.err


# JSON


def strict(text):
    """Parse JSON as the standard has it: neither NaN nor Infinity, and one document."""
    return json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


@pytest.mark.parametrize(("command", "jobs"), [("replay", "1"), ("replay", "2"), ("verify", "1")])
def test_what_an_attacker_prints_is_kept_out_of_json(words, place, command, jobs):
    noise = "print('py'); os.write(1, b'raw'); os.system('echo shell'); sys.__stdout__.write('past')"
    text = f"import os, sys\n{noise}\nclass A:\n    def {TICK}:\n        {noise}\n        return 1\n"
    (place / "noisy.py").write_text(text)
    given = [*words(command, "noisy.py"), "--json", *(["--jobs", jobs] if command == "replay" else [])]
    ended = ran(given)
    assert ended.returncode == 0
    assert strict(ended.stdout)
    for word in (b"py", b"raw", b"shell"):
        assert word in ended.stderr


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("command", ATTACKERS)
def test_what_an_attacker_prints_at_the_end_does_not_follow_json(words, place, command, fails):
    text = "import atexit, os\natexit.register(print, 'bye')\natexit.register(os.write, 1, b'raw')\n"
    text += "class Last:\n    def __del__(self, write=os.write): write(1, b'gone')\nkept = Last()\n"
    decides = 0 if command == "check" else 1  # silent, it fails the scenario, and verifying it would show nothing
    text += f"class A:\n    def {TICK}:\n        return {'1 / 0' if fails else decides}\n"
    (place / "ends.py").write_text(text)
    ended = ran([*words(command, "ends.py"), "--json"])
    assert ended.returncode == (1 if fails or command == "check" else 0)
    assert strict(ended.stdout)
    for word in (b"bye", b"raw"):
        assert word in ended.stderr


def test_numbers_that_are_not_finite_are_null(run, attack, place):
    (place / "huge.csv").write_text("a\n" + "\n".join(["-1.7e308", "1.7e308"] * 10))
    ended = run("replay", attack, "--data", "huge.csv", "--horizon", "1", "--json")
    assert (ended.code, strict(ended.out)["total_score"]) == (0, None)


@pytest.mark.parametrize("command", ["list", "show", "check"])
@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_json_keeps_its_text_in_any_encoding(place, attack, save, command, encoding):
    path = save("ε → 日本", 1, note="±∞ … 😀")
    words = {"check": ["check", attack], "show": ["scenarios", "show", str(path)]}
    ended = ran([*words.get(command, ["scenarios", command]), "--json"], PYTHONIOENCODING=encoding)
    assert ended.stderr == b""
    document = strict(ended.stdout.decode(encoding))
    found = {
        "list": lambda: document[0]["note"],
        "show": lambda: document["note"],
        "check": lambda: document["checks"][0]["note"],
    }
    assert found.get(command, lambda: "±∞ … 😀")() == "±∞ … 😀"


def test_an_interrupted_command_prints_json_too(run, words, place):
    (place / "stops.py").write_text(EXITS.format(method=TICK, end="raise KeyboardInterrupt"))
    assert strict(run(*words("replay", "stops.py"), "--json").out)["interrupted"] is True
    for command in ("verify", "check"):
        ended = run(*words(command, "stops.py"), "--json")
        assert (ended.code, strict(ended.out)["error"]["type"]) == (130, "KeyboardInterrupt")


# The group as others call it


@pytest.mark.parametrize("words", [(), ("scenarios",)])
def test_without_a_command_there_is_help(run, words):
    ended = run(*words)
    shown = ended.out + ended.err  # click 8.2 took it for wrong use
    assert shown.startswith("Usage: midplot")
    assert "Error" not in shown


def test_it_can_be_called_by_another_program(attack, prices, capsys):
    assert main(["--version"], standalone_mode=False) == 0
    with pytest.raises(click.UsageError):
        main(["replay"], standalone_mode=False)
    assert issubclass(OutputError, Exception)
    capsys.readouterr()
