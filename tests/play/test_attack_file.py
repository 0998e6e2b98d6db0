"""Which attacker a file contains, and what the error says if there is none."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from midplot.errors import ArgumentError, ArgumentTypeError, ProtocolError
from midplot.play._attack_file import attacker_of, load_attacker
from midplot.play._attacker import as_infer

TREND = """
class Trend:
    def tick_and_predict(self, x, horizon):
        return x
"""
INFER = """
def infer(stream):
    yield
    for message in stream:
        yield 0
"""


@pytest.fixture(autouse=True)
def _own_path(monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))


@pytest.fixture
def write(tmp_path):
    def write(text, name="attack.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_the_only_attacker_class_is_taken(write):
    attacker = load_attacker(write(TREND))
    assert attacker.__name__ == "Trend"
    assert attacker().tick_and_predict(3.0, 30) == 3.0


def test_a_class_with_tick_and_predict_apart_is_one(write):
    text = "class A:\n    def tick(self, x): self.x = x\n    def predict(self, horizon): return self.x\n"
    assert load_attacker(write(text)).__name__ == "A"


def test_infer_comes_before_any_class(write):
    assert load_attacker(write(TREND + INFER)).__name__ == "infer"
    assert load_attacker(write(INFER + TREND)).__name__ == "infer"


def test_an_infer_that_cannot_be_called_is_none(write):
    assert load_attacker(write("infer = 3\n" + TREND)).__name__ == "Trend"


@pytest.mark.parametrize("name", ["Trend", "infer", "Other"])
def test_a_name_chooses(write, name):
    path = write(TREND + INFER + TREND.replace("Trend", "Other"))
    assert load_attacker(f"{path}:{name}").__name__ == name


def test_several_classes_are_listed(write):
    path = write(TREND + TREND.replace("Trend", "Other"))
    with pytest.raises(
        ArgumentError, match=r"several attackers, Trend, Other\. Choose one: attack\.py:Trend, or define"
    ):
        load_attacker(path)


def test_an_imported_class_does_not_count(write):
    path = write("from midplot.examples import MomentumAttacker\n" + TREND)
    assert load_attacker(path).__name__ == "Trend"
    assert load_attacker(f"{path}:MomentumAttacker").__name__ == "MomentumAttacker"


def test_a_file_without_an_attacker(write):
    with pytest.raises(ArgumentError, match=r"it holds no attacker\. Define infer\(stream\), or a class"):
        load_attacker(write("x = 1\n"))


def test_a_wrong_name_gets_a_suggestion(write):
    path = write(TREND)
    with pytest.raises(ArgumentError, match=r"there is no 'Trnd'\. Did you mean 'Trend'\?"):
        load_attacker(f"{path}:Trnd")


@pytest.mark.parametrize("name", ["nowhere.py", "nowhere.py:Trend", "attack.py:"])
def test_no_such_file(write, name):
    folder = write(TREND).parent
    with pytest.raises(ArgumentError, match="there is no such file"):
        load_attacker(folder / name)


@pytest.mark.parametrize(("files", "named"), [((), "attack"), (("__init__", "zeta", "beta"), "beta")])
def test_a_folder_is_no_file_and_one_in_it_is_named(tmp_path, files, named):
    for file in files:
        (tmp_path / f"{file}.py").touch()
    with pytest.raises(ArgumentError, match=rf"it is a folder\. Name the file in it, such as .*/{named}\.py\.$"):
        load_attacker(tmp_path)


def test_a_file_that_is_no_python(write):
    with pytest.raises(ArgumentError, match=r"it is not a Python file\. Give a file that ends in \.py"):
        load_attacker(write("{}", "attack.txt"))


def test_of_a_notebook_it_is_told_how_to_make_a_file_of_it(write):
    with pytest.raises(ArgumentError, match=r"it is a notebook.*jupyter nbconvert --to script mine\.ipynb\.$"):
        load_attacker(write("{}", "mine.ipynb"))


def test_a_colon_in_a_folder_is_no_name(write):
    assert load_attacker(write(TREND, "a:b/attack.py")).__name__ == "Trend"


def test_a_file_finds_the_modules_beside_it(write):
    write("SIGN = -1\n", "beside_the_attacker.py")
    path = write("from beside_the_attacker import SIGN\n" + TREND)
    assert load_attacker(path).__name__ == "Trend"
    load_attacker(path)
    assert sys.path.count(str(path.parent)) == 1


def test_two_files_of_one_name_are_two_modules(write):
    first = load_attacker(write(TREND, "a/attack.py"))
    second = load_attacker(write(TREND.replace("return x", "return -x"), "b/attack.py"))
    assert first().tick_and_predict(3.0, 30) == 3.0
    assert second().tick_and_predict(3.0, 30) == -3.0
    assert sys.modules[first.__module__] is not sys.modules[second.__module__]


def test_a_changed_file_is_run_anew(write):
    assert load_attacker(write(TREND))().tick_and_predict(3.0, 30) == 3.0
    assert load_attacker(write(TREND.replace("return x", "return -x ")))().tick_and_predict(3.0, 30) == -3.0


def test_dataclasses_work_in_the_file(write):
    text = "from __future__ import annotations\nfrom dataclasses import dataclass\n\n@dataclass\n" + TREND.strip()
    text = text.replace("    def tick", "    factor: float = 2.0\n\n    def tick")
    assert load_attacker(write(text))().factor == 2.0


def test_what_the_file_raises_goes_through_with_a_note_and_leaves_no_module(write):
    path = write("1 / 0\n", "broken.py")
    before = set(sys.modules)
    with pytest.raises(ZeroDivisionError) as raised:
        load_attacker(path)
    assert raised.value.__notes__ == [f"while running {path.resolve()}"]
    assert set(sys.modules) == before


def test_the_main_block_is_not_run(write):
    assert load_attacker(write(TREND + "\nif __name__ == '__main__':\n    1 / 0\n")).__name__ == "Trend"


# Files that were scripts


BASE = """
class Base:
    def tick_and_predict(self, x, horizon):
        return 1
"""


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        (BASE + "class Mine(Base): pass\n", "Mine"),
        (BASE + "class Mine(Base): pass\nclass Finer(Mine): pass\n", "Finer"),
        (BASE + "class Mine(Base): pass\nclass Deep(Mine): pass\nclass Both(Deep, Base): pass\n", "Both"),
        (BASE + "class Mine(Base): pass\nAlias = Mine\n", "Mine"),
        (BASE + "class Mine(Base): pass\nclass Helper: pass\n", "Mine"),
        ("from midplot.examples import MomentumAttacker\nclass Mine(MomentumAttacker): pass\n", "Mine"),
        (
            "from abc import ABC, abstractmethod\nclass Abstract(ABC):\n    @abstractmethod\n"
            "    def tick_and_predict(self, x, horizon): ...\n" + BASE,
            "Base",
        ),
    ],
)
def test_of_classes_that_derive_from_each_other_the_last_counts(write, text, chosen):
    assert load_attacker(write(text)).__name__ == chosen


def test_two_that_derive_from_one_are_asked_about_by_name(write):
    path = write(BASE + "class One(Base): pass\nclass Two(Base): pass\n")
    with pytest.raises(ArgumentError, match=r"several attackers, One, Two\. Choose one: attack\.py:One"):
        load_attacker(path)
    assert load_attacker(f"{path}:Base").__name__ == "Base"


@pytest.mark.parametrize(
    "line",
    [
        "from attacker_beside import Trend\n",
        "from attacker_beside import *\n",
        "import attacker_beside\nTrend = attacker_beside.Trend\n",
        "from attacker_beside import Root, Trend\n",
    ],
)
def test_a_file_may_only_import_its_class(write, line, monkeypatch):
    monkeypatch.delitem(sys.modules, "attacker_beside", raising=False)
    write(BASE.replace("Base", "Root") + "class Trend(Root): pass\n", "attacker_beside.py")
    with attacker_of(write(line)) as attacker:
        assert attacker.__name__ == "Trend"


def test_a_file_may_only_import_its_infer(write):
    write(INFER, "infer_beside.py")
    with attacker_of(write("from infer_beside import infer\n")) as attacker:
        assert attacker.__name__ == "infer"


def test_an_infer_that_is_none_is_none_and_an_object_is_left_to_be_refused(write):
    assert load_attacker(write("infer = None\n" + TREND)).__name__ == "Trend"
    infer = load_attacker(write(TREND + "infer = Trend()\n"))
    with pytest.raises(ArgumentTypeError, match="got an attacker object, Trend"):
        as_infer(infer)


@pytest.mark.parametrize(
    "script",
    [
        "import sys; sys.exit()",
        "import sys; sys.exit('bye')",
        "raise SystemExit(0)",
        "import argparse; p = argparse.ArgumentParser(); p.add_argument('--n', required=True); p.parse_args()",
        "import unittest; unittest.main(argv=['x'])",
        "def outer():\n    inner()\ndef inner():\n    raise SystemExit(4)\nouter()",
        "class Stop(BaseException): pass\nraise Stop('now')",
    ],
)
def test_a_script_that_ends_the_program_is_told_what_to_do(write, script):
    path = write(TREND + script + "\n")
    before = set(sys.modules)
    with pytest.raises(ProtocolError) as raised:
        load_attacker(path)
    assert str(raised.value).startswith(f"{path.resolve()}: it ")
    assert "attack.py, line " in str(raised.value)
    assert 'under `if __name__ == "__main__":`' in str(raised.value)
    assert not {name for name in set(sys.modules) - before if name.startswith("midplot_attack_")}


def test_ctrl_c_while_a_file_is_run_keeps_its_meaning(write):
    with pytest.raises(KeyboardInterrupt):
        load_attacker(write("raise KeyboardInterrupt\n"))


def test_a_file_that_raises_what_a_generator_is_closed_by_fails(write):
    with pytest.raises(ProtocolError, match="it raised GeneratorExit"):
        load_attacker(write("raise GeneratorExit\n"))


def test_a_script_with_optional_arguments_gets_none_of_midplots(write, monkeypatch):
    given = ["midplot", "replay", "attack.py", "--data", "x"]
    monkeypatch.setattr(sys, "argv", given)
    text = "import argparse\np = argparse.ArgumentParser()\np.add_argument('--sign', type=int, default=-1)\n"
    path = write(text + "SIGN = p.parse_args().sign\n" + TREND.replace("return x", "return SIGN * x"))
    assert load_attacker(path)().tick_and_predict(3.0, 30) == -3.0
    assert sys.argv is given


# What cannot be run


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"def infer(:\n", SyntaxError),
        (b"name = '\xfc'\n", SyntaxError),
        (b"# coding: no-such\n", SyntaxError),
        (b"x = 1\0\n", (SyntaxError, ValueError)),
        (b"import no_such_module_at_all\n", ModuleNotFoundError),
        (b"from os import no_such_name\n", ImportError),
    ],
)
def test_what_python_says_of_a_file_goes_through_with_its_name(tmp_path, content, error):
    path = tmp_path / "attack.py"
    path.write_bytes(content)
    with pytest.raises(error) as raised:
        load_attacker(path)
    assert raised.value.__notes__ == [f"while running {path.resolve()}"]


@pytest.mark.parametrize(
    "line", ["from .other import x", "from . import other", "def f():\n    pass\nfrom ..a import b"]
)
def test_a_relative_import_is_told_with_its_line(write, line):
    path = write(TREND + line + "\n", "package/attack.py")
    write("", "package/__init__.py")
    number = (TREND + line).count("\n") + 1
    with pytest.raises(ArgumentError, match=rf"attack\.py, line {number}: it imports relatively.*from name import"):
        load_attacker(path)


@pytest.mark.parametrize("spec", ["nul\0.py", "nul\0.py:Trend", "n" * 5000 + ".py", "~nobody-of-that-name/attack.py"])
def test_what_is_no_path_is_an_error_of_midplots(spec):
    with pytest.raises(ArgumentError):
        load_attacker(spec)


def test_a_file_that_cannot_be_read_is_told(write, monkeypatch):
    path = write(TREND)

    def refuse(self):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(ArgumentError, match=r"attack\.py: it cannot be read \(Permission denied\)\."):
        load_attacker(path)


def test_a_tilde_is_ones_home(write, monkeypatch):
    path = write(TREND)
    monkeypatch.setenv("HOME", str(path.parent))
    monkeypatch.setenv("USERPROFILE", str(path.parent))
    assert load_attacker("~/attack.py").__name__ == "Trend"
    assert load_attacker("~/attack.py:Trend").__name__ == "Trend"


@pytest.mark.parametrize("name", ["random.py", "json.py", "statistics.py", "midplot.py", "attack-2.py", "ü 1.py"])
def test_the_name_of_a_file_matters_to_nobody(write, name):
    text = "import random, json, statistics, midplot, wave\nrandom.Random(1), json.dumps, statistics.mean, midplot.replay\n"
    for each in ("wave.py", "colorsys.py"):
        write("raise AssertionError('not this one')\n", each)
    late = TREND.replace("return x", "import colorsys; return colorsys.rgb_to_hls(x, x, x)[1]")
    with attacker_of(write(text + late, name)) as attacker:
        assert attacker().tick_and_predict(1.0, 30) == 1.0


# What is left behind


def test_a_late_import_works_while_the_attacker_is_used_and_nothing_stays(write):
    write("SIGN = -1\n", "late_sign.py")
    write("", "late_package/__init__.py")
    write("FACTOR = 2\n", "late_package/factor.py")
    text = "import sys\nsys.path.append('/of/the/attackers/own')\n" + TREND.replace(
        "return x", "from late_sign import SIGN; import late_package.factor as f; return SIGN * f.FACTOR * x"
    )
    path, modules = list(sys.path), set(sys.modules)
    with attacker_of(write(text)) as attacker:
        assert attacker().tick_and_predict(3.0, 30) == -6.0
        assert "/of/the/attackers/own" in sys.path
        sys.path.append("/of/somebody/else")
    assert sys.path == [*path, "/of/somebody/else"]
    assert set(sys.modules) == modules


def test_two_files_find_the_module_of_one_name_beside_each(write):
    found = []
    for folder, sign in (("one", 1), ("two", -1)):
        write(f"SIGN = {sign}\n", f"{folder}/same_name.py")
        path = write(
            "from same_name import SIGN\n" + TREND.replace("return x", "return SIGN * x"), f"{folder}/attack.py"
        )
        with attacker_of(path) as attacker:
            found.append(attacker().tick_and_predict(3.0, 30))
    assert found == [3.0, -3.0]


def test_what_was_known_before_and_what_lies_in_an_environment_below_stays(write, monkeypatch):
    write("", "known_before.py")
    write("", "env/lib/site-packages/from_environment.py")
    path = write("import known_before, from_environment\n" + TREND)
    monkeypatch.syspath_prepend(str(path.parent / "env" / "lib" / "site-packages"))
    monkeypatch.syspath_prepend(str(path.parent))
    known = importlib.import_module("known_before")
    with attacker_of(path):
        pass
    assert sys.modules["known_before"] is known
    assert "from_environment" in sys.modules
    for name in ("known_before", "from_environment"):
        monkeypatch.delitem(sys.modules, name)


@pytest.mark.parametrize(
    "text", ["import gone_again\n1 / 0\n", "import gone_again, sys\nsys.exit(1)\n", "import gone_again\n"]
)
def test_a_file_that_fails_leaves_nothing_either(write, text):
    write("", "gone_again.py")
    path, modules = list(sys.path), set(sys.modules)
    with pytest.raises(Exception, match=r"division|exit|no attacker"), attacker_of(write(text)):
        pass
    assert (sys.path, set(sys.modules)) == (path, modules)


def test_an_error_while_it_is_used_puts_things_back(write):
    path = list(sys.path)
    with pytest.raises(ZeroDivisionError), attacker_of(write(TREND)):
        1 / 0  # noqa: B018
    assert sys.path == path
