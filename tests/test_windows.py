"""What differs on Windows: open files, names, lines, encodings, and everything that only other systems have."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from midplot import DOWN, NOTHING, UP, Movie, Stream, _files, check, load_scenarios, load_streams, replay
from midplot._files import unwritten
from midplot.causality import _fresh
from midplot.cli._output import is_gone
from midplot.errors import ScenarioError
from midplot.evidence.runs._folder import load_runs
from midplot.evidence.runs._provenance import provenance_of
from midplot.play._attack_file import _split, load_attacker
from midplot.play._attacker import InferParameters, as_infer, bind
from midplot.scenarios._scenario import Scenario, Selection
from midplot.scenarios.store import ScenarioFolder, delete_scenario, read_scenarios, save_scenario
from midplot.scenarios.store._journal import JOURNAL_NAME
from midplot.streams.files import _spool
from tests.simulated_windows import InUseError, is_a_name_on_windows, is_open, refuse_open_files

ROOT = Path(__file__).parents[1]
PRICES = [100 + (t * 7 % 11) for t in range(60)]
ATTACK = """
class Trend:
    last = None

    def tick_and_predict(self, x, horizon):
        before, self.last = self.last, x
        return 0 if before is None else x - before
"""


class Trend:
    last = None

    def tick_and_predict(self, x, horizon):
        before, self.last = self.last, x
        return 0 if before is None else x - before


def scenario(expected=UP, note="", first=20, name="eurusd", prices=PRICES):
    selection = Selection.of(Stream(prices, name=name), first, first + 9, horizon=3, epsilon=0.5)
    return Scenario(selection=selection, expected=expected, note=note)


def labels(reading):
    """Return label and note of what was read: the rest is as it was made above, but for the time."""
    return [(each.label, each.note) for each in reading.scenarios]


def contents(folder):
    """Return what is in a folder, but for the undo log."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != JOURNAL_NAME}


# Files that another program has open

ACTS = {
    "save": lambda folder, path: folder.save([scenario(note="new")]),
    "edit": lambda folder, path: folder.edit(path, "new", ["tag"]),
    "relabel": lambda folder, path: folder.relabel(path, DOWN),
    "replace": lambda folder, path: folder.replace({path.name: None}, scenario(DOWN)),
    "delete": lambda folder, path: folder.delete(path),
    "undo": lambda folder, path: folder.undo(),
}


@pytest.fixture
def saved(tmp_path):
    """Make a folder with one label that was saved and then edited, so that there is something to undo."""
    folder = ScenarioFolder(tmp_path / "scenarios")
    path = folder.save([scenario()])[0].path
    folder.edit(path, "old", [])
    return folder, path


@pytest.mark.parametrize("act", ACTS)
def test_a_file_that_another_program_has_open_is_waited_for(saved, monkeypatch, act):
    folder, path = saved
    other, refusals = path.open("rb"), []

    def refused(_):
        refusals.append(path)
        if len(refusals) == 3:
            other.close()

    refuse_open_files(monkeypatch, refused)
    before = contents(folder.path)
    ACTS[act](folder, path)
    assert other.closed
    assert contents(folder.path) != before
    assert not [name for name in contents(folder.path) if name.endswith(".tmp")]


@pytest.mark.parametrize("act", ACTS)
def test_if_it_stays_open_nothing_is_changed_and_the_error_says_so(saved, monkeypatch, act):
    folder, path = saved
    before = contents(folder.path)
    with monkeypatch.context() as patch, path.open("rb"):
        patch.setattr(_files, "PATIENCE_SECONDS", 0.0)
        refuse_open_files(patch)
        with pytest.raises(ScenarioError, match=r"cannot be (written|deleted) .* Close it in other programs") as caught:
            ACTS[act](folder, path)
        assert str(caught.value).startswith(f"{path}: ")
    assert contents(folder.path) == before
    assert labels(folder.read()) == [("UP", "old")]
    ACTS[act](folder, path)  # nothing is in the way of the same act later
    assert contents(folder.path) != before


def test_what_undo_takes_back_after_such_a_failure_is_the_act_before(saved, monkeypatch):
    folder, path = saved
    with monkeypatch.context() as patch, path.open("rb"):
        patch.setattr(_files, "PATIENCE_SECONDS", 0.0)
        refuse_open_files(patch)
        with pytest.raises(ScenarioError, match="cannot be deleted"):
            folder.relabel(path, DOWN)
    assert folder.undo().words == "edited UP eurusd 20-29"
    assert labels(folder.read()) == [("UP", "")]


def test_a_file_that_is_just_being_replaced_is_read_a_moment_later(saved, monkeypatch):
    _, path = saved
    opened, refusals = os.open, []

    def refusing(name, *options):
        if Path(name) == path and len(refusals) < 3:
            refusals.append(name)
            raise InUseError(name, 32)
        return opened(name, *options)

    monkeypatch.setattr(os, "open", refusing)
    assert labels(read_scenarios(path)) == [("UP", "old")]
    assert len(refusals) == 3


def test_an_old_temporary_file_that_is_open_does_not_keep_a_label_from_being_saved(tmp_path, monkeypatch):
    left = tmp_path / ".midplot-1.tmp"
    left.write_bytes(b"{")
    os.utime(left, (0, 0))
    with left.open("rb"):
        refuse_open_files(monkeypatch)
        assert save_scenario(scenario(), tmp_path).is_file()


def test_a_temporary_file_of_streams_that_is_open_is_left_to_the_system(tmp_path, monkeypatch):
    path = tmp_path / "prices.values"
    with path.open("wb") as ours, path.open("rb"):
        refuse_open_files(monkeypatch)
        _spool._remove(ours, path)
    assert path.exists()


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_midplot_keeps_no_file_open_that_it_has_read_or_written(tmp_path, monkeypatch, suffix):
    """If it did, its user could not export the data anew, nor save a report again."""
    refuse_open_files(monkeypatch)
    data, fresh = tmp_path / f"prices{suffix}", tmp_path / f"fresh{suffix}"
    frame = pd.DataFrame({"a": PRICES, "b": PRICES[::-1]})
    for path in (data, fresh):
        frame.to_csv(path, index=False) if suffix == ".csv" else frame.to_parquet(path)
    result = replay(load_streams(data)[0], infer=Trend, horizon=3)
    result.select("a", 20, 29)
    result.save_selected(UP, path=tmp_path / "scenarios")
    result.save(tmp_path / "runs")
    _, report = check(load_scenarios(tmp_path / "scenarios"), Trend)
    for page in (result.to_html(tmp_path / "page.html"), report.to_html(tmp_path / "check.html")):
        assert page.is_file()
    load_runs(tmp_path / "runs")
    load_scenarios(tmp_path / "scenarios").save(tmp_path / "movie.json")
    assert [path.name for path in tmp_path.rglob("*") if is_open(path)] == []
    fresh.replace(data)
    assert not fresh.exists()


def test_a_path_that_is_too_long_is_said_to_be(tmp_path):
    path, missing = tmp_path / ("x" * 200) / ("y" * 100), FileNotFoundError(errno.ENOENT, "No such file or directory")
    missing.winerror = 3
    n = len(str(path))
    assert str(unwritten(path, missing)) == (
        f"{path}: it cannot be written (its path has {n} characters, and Windows allows 259). Nothing that was saved "
        "before is lost. Give a shorter one, or enable long paths in Windows, and save again."
    )
    assert "(No such file or directory)" in str(unwritten(Path("short"), missing))


# Names

DEVICES = ["CON", "nul", "AUX.csv", "COM1", "lpt9.", "CONOUT$", "com¹"]
ODD = ["eur:usd", "what?", "a*b", '"a"', "a<b>c", "a|b", r"C:\data\eurusd", "..\\up", "trailing.", "trailing ", " "]


def test_whatever_a_stream_is_called_its_files_have_names_that_windows_allows(tmp_path):
    names = [*DEVICES, *ODD, "x" * 300]
    result = replay(dict.fromkeys(names, PRICES), infer=Trend, horizon=3)
    for name in names:
        for first, expected in ((20, UP), (40, NOTHING)):
            result.select(name, first, first + 9)
            result.save_selected(expected, path=tmp_path / "scenarios")
    result.save(tmp_path / "runs")
    Movie([scenario(name=name) for name in names]).save(tmp_path / "movie")
    written = [path.name for path in tmp_path.rglob("*")]
    assert len(written) > 3 * len(names)
    assert [name for name in written if not is_a_name_on_windows(name)] == []
    # Nor are two of them the same file where case does not count.
    for folder in (tmp_path / "scenarios", tmp_path / "movie"):
        labels = [path.name.casefold() for path in folder.glob("*.json")]
        assert len(labels) == len(set(labels)) >= len(names)


def test_the_rule_for_names_is_that_of_windows():
    assert not any(is_a_name_on_windows(name) for name in [*DEVICES, *ODD, "x" * 256, "con .json", "a\x07"])
    assert all(is_a_name_on_windows(name) for name in ["console.json", "up_con_1.json", "com10", "a b", "é.json", ".x"])


def test_a_file_is_found_whatever_its_case_where_case_does_not_count(saved, monkeypatch):
    folder, path = saved
    shouted = path.with_name(path.name.upper())
    assert not shouted.exists()  # true on the systems that tell them apart
    with pytest.raises(ScenarioError, match="there is no such scenario file"):
        folder.delete(shouted)
    exists = Path.exists
    monkeypatch.setattr(Path, "exists", lambda self: exists(self.with_name(self.name.lower())))
    monkeypatch.setattr(Path, "samefile", lambda self, other: str(self).casefold() == str(other).casefold())
    assert folder.delete(shouted).path == path
    assert folder.read().found == ()


def test_a_file_of_the_same_name_in_another_case_is_not_overwritten(tmp_path):
    mine = save_scenario(scenario(prices=[2 * x for x in PRICES]), tmp_path)
    other = mine.rename(mine.with_name(mine.name.upper()))
    theirs = other.read_bytes()
    path = save_scenario(scenario(), tmp_path)
    assert path.name.casefold() != other.name.casefold()
    assert other.read_bytes() == theirs


@pytest.mark.parametrize(
    ("spec", "file", "name"),
    [
        (r"C:\attacks\attack.py", r"C:\attacks\attack.py", None),
        (r"C:\attacks\attack.py:Trend", r"C:\attacks\attack.py", "Trend"),
        (r"c:attack.py", r"c:attack.py", None),
        (r"c:attack.py:Trend", r"c:attack.py", "Trend"),
        (r"D:/attacks/attack.py:infer", r"D:/attacks/attack.py", "infer"),
        (r"\\server\share\attack.py:Trend", r"\\server\share\attack.py", "Trend"),
        (r"..\attack.py", r"..\attack.py", None),
    ],
)
def test_the_colon_of_a_drive_does_not_come_before_a_name(spec, file, name):
    assert _split(spec) == (Path(file), name)


# Lines that end as on Windows


def with_windows_lines(path):
    text = path.read_bytes()
    assert b"\r" not in text  # midplot itself writes the same bytes on all systems
    path.write_bytes(text.replace(b"\n", b"\r\n"))


def test_files_whose_lines_git_has_converted_are_read_the_same(tmp_path):
    path = save_scenario(scenario(note="two\nlines"), tmp_path / "scenarios")
    movie = load_scenarios(tmp_path / "scenarios").save(tmp_path / "movie.json")
    result = replay([PRICES], infer=Trend, horizon=3)
    result.save(tmp_path / "runs", note="one")
    index = tmp_path / "runs" / "runs.jsonl"
    for each in (path, movie, index):
        with_windows_lines(each)
    assert labels(read_scenarios(path)) == labels(load_scenarios(movie)) == [("UP", "two\nlines")]
    delete_scenario(path, path.parent)
    result.save(tmp_path / "runs", note="two")
    assert [run.note for run in load_runs(tmp_path / "runs")] == ["one", "two"]


def test_an_undo_log_whose_lines_were_converted_still_takes_back(saved):
    folder, path = saved
    with_windows_lines(folder.path / JOURNAL_NAME)
    ScenarioFolder(folder.path, folder.actor).undo()
    assert labels(read_scenarios(path)) == [("UP", "")]


def test_a_source_is_the_same_however_its_lines_end(tmp_path):
    digests = set()
    for folder, content in (("unix", ATTACK), ("windows", ATTACK.replace("\n", "\r\n"))):
        path = tmp_path / folder / "attack.py"
        path.parent.mkdir()
        path.write_bytes(content.encode())
        infer = bind(as_infer(load_attacker(path)), InferParameters())
        digests.add(provenance_of(infer).source)
    assert len(digests) == 1
    assert None not in digests


# The process


def test_a_reader_that_is_gone_is_an_invalid_argument_on_windows():
    invalid = OSError(errno.EINVAL, "Invalid argument")
    assert is_gone(invalid, "nt")
    assert not is_gone(invalid, "posix")
    assert not is_gone(OSError(errno.EINVAL, "Invalid argument", "page.html"), "nt")
    assert is_gone(BrokenPipeError(errno.EPIPE, "Broken pipe"), "nt")


def test_a_process_that_ends_before_it_has_read_what_it_was_sent_has_no_answer(monkeypatch):
    monkeypatch.setattr(_fresh, "_PROGRAM", "raise SystemExit")
    assert _fresh._answers(_fresh._started(bytes(2**22), [])) == []


def test_every_file_is_opened_with_an_encoding():
    """Without one, Python for Windows takes the code page of the system."""
    rule = ["--isolated", "--preview", "--select", "PLW1514", "--no-cache"]
    found = subprocess.run(
        [sys.executable, "-m", "ruff", "check", *rule, "midplot", "midplot_pytest.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout


SESSION = """
import io, json, sys, warnings
from pathlib import Path

# What others use on this system is their affair.
import anywidget, click, cloudpickle, filelock, ipywidgets, IPython, joblib, numpy, pandas, plotly, pyarrow, pydantic
from tests.simulated_windows import without_what_windows_lacks

without_what_windows_lacks()
filelock.FileLock = filelock.SoftFileLock  # the other one of filelock that is not made for this system
warnings.filterwarnings("error", category=EncodingWarning, module=r"midplot|subprocess")

from midplot import DOWN, UP, Movie, load_scenarios, replay
from midplot.cli import main

name = "Z\\u00fcrich \\u65e5\\u672c"
streams = {name: [100 + (t * 7 % 11) for t in range(60)], "CON": list(range(60))}
Path("attack.py").write_text(sys.argv[1], encoding="utf-8")
Path("prices.csv").write_text("\\n".join([",".join(streams), *(f"{a},{b}" for a, b in zip(*streams.values()))]), "utf-8")

from attack import Trend
result = replay(streams, infer=Trend, horizon=3, with_visualization=True)
result.select(name, 20, 29)
result.save_selected(UP, note="\\u03b5 \\u2212 Z\\u00fcrich")
result.select("CON", 20, 29)
result.save_selected(DOWN)
result.undo()
result.save_selected(DOWN)
result.save()
result.to_html("result.html")
load_scenarios().save("movie.json")

codes = {}
for line in (
    "demo", "replay attack.py --data prices.csv --html replay.html --keep", "verify attack.py --data prices.csv",
    "check attack.py --html check.html", "check attack.py movie.json --json", "scenarios list", "scenarios validate",
    "runs list",
):
    sys.stdout.write(f"> {line}\\n")
    try:
        main(line.split(), prog_name="midplot")
    except SystemExit as end:
        codes[line] = end.code or 0
Path("codes.json").write_text(json.dumps(codes), encoding="utf-8")
"""


def test_a_session_without_what_only_other_systems_have_in_an_old_code_page(tmp_path):
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "0",
        "PYTHONIOENCODING": "cp1252",
        "PYTHONCOERCECLOCALE": "0",
        "LC_ALL": "C",  # ASCII, of which every code page of Windows is more
        "HOME": str(tmp_path),
    }
    ended = subprocess.run(
        [sys.executable, "-X", "warn_default_encoding", "-c", SESSION, ATTACK],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=False,
    )
    said = ended.stderr.decode("cp1252")
    assert ended.returncode == 0, said
    codes = json.loads((tmp_path / "codes.json").read_bytes())
    assert codes == dict.fromkeys(codes, 0) | {line: 1 for line in codes if line.startswith("check")}, said
    out = ended.stdout.decode("cp1252")
    assert "Zürich \\u65e5\\u672c" in out
    written = [path for path in tmp_path.rglob("*") if path.suffix in (".json", ".jsonl", ".html")]
    assert {path.name for path in written} >= {"result.html", "replay.html", "check.html", "movie.json", "runs.jsonl"}
    for path in written:
        assert "\r" not in path.read_bytes().decode("utf-8")  # the same bytes as anywhere
    assert any("Zürich 日本" in path.read_text("utf-8") for path in written)
