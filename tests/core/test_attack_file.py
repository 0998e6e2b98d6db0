"""What a file says an attacker is, and what is told where it does not."""

from __future__ import annotations

import sys

import pytest

from midplot.core.attack_file import load_attacker
from midplot.errors import ArgumentError

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
        path.parent.mkdir(exist_ok=True)
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
