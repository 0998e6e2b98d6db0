"""Every block of code in the documentation runs, and its output is what the page shows."""

from __future__ import annotations

import ast
import re
import sys
import types
from itertools import count
from pathlib import Path

import click
import pytest

from midplot.checks import Reason
from midplot.cli import main
from midplot.play import _attacker as attacker
from midplot.play import _direct as direct
from midplot.play import _drive as drive
from midplot.play import _lockstep as lockstep
from midplot.play import _probe as probe

from .pages import PAGES, ROOT, Block, blocks_of, commands_of
from .runner import PageRunner, matches, parsed

FAULTS = ROOT / "docs" / "reference" / "protocol-faults.md"
BLOCKS = {path.relative_to(ROOT).as_posix(): blocks_of(path) for path in PAGES}
ALL_BLOCKS = [block for blocks in BLOCKS.values() for block in blocks]


@pytest.mark.parametrize("page", [page for page, blocks in BLOCKS.items() if blocks])
def test_the_blocks_of_a_page_run(page, tmp_path, monkeypatch):
    main_module = types.ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", main_module)
    monkeypatch.setattr(sys, "path", list(sys.path))
    # An even clock: what a page shows must not depend on how busy a machine is.
    monkeypatch.setattr(drive, "perf_counter_ns", count(0, 1_000).__next__)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    monkeypatch.chdir(tmp_path)
    runner = PageRunner(tmp_path, main_module)
    for block in BLOCKS[page]:
        runner.run(block)
    assert runner.done == len(BLOCKS[page])


def test_what_is_not_run_is_little_and_says_why():
    excepted = [block for block in ALL_BLOCKS if block.said.keys() & {"not run", "parsed", "drawing"}]
    assert all(block.said.get("not run", block.said.get("parsed", "drawing")) for block in excepted)
    assert len(excepted) <= len(ALL_BLOCKS) // 20


def test_comments_say_only_what_is_known():
    assert {word for block in ALL_BLOCKS for word in block.said} <= {
        *("example", "file", "exit", "parsed", "not run", "drawing")
    }


def test_every_command_is_shown_somewhere():
    lines = [line for block in ALL_BLOCKS if block.language == "shell" for line in commands_of(block)]
    shown = {parsed(line.split()[1:]).command_path for line in lines if line.startswith("midplot ")}
    assert {" ".join(["midplot", *words]) for words in leaf_commands(main)} - shown == set()


def leaf_commands(group, path=()):
    """Yield the words of every command that does something itself."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaf_commands(command, (*path, name))
        else:
            yield (*path, name)


# The page of protocol faults


@pytest.mark.parametrize("module", [drive, lockstep, direct, attacker, probe])
def test_every_fault_is_shown_with_what_to_do(module):
    shown = [block.shown for block in BLOCKS["docs/reference/protocol-faults.md"] if block.shown]
    for message in fault_messages(module):
        assert any(re.match(f"ProtocolError: (.*: )?{message}", text) for text in shown), message


def fault_messages(module):
    """Yield each message that a module's ProtocolErrors bear, as a regular expression."""
    for node in ast.walk(ast.parse(Path(module.__file__).read_text("utf-8"))):
        is_error = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ProtocolError"
        if is_error and not isinstance(
            node.args[0], ast.Name
        ):  # a name is that of a fault of the gate, which comes below
            yield pattern_of(node.args[0])
    yield from (re.escape(str(fault.error())) for fault in getattr(module, "_Fault", ()))


def pattern_of(text):
    """Return a message, of which only the constant parts are known, as a regular expression."""
    pieces = text.values if isinstance(text, ast.JoinedStr) else [text]
    return "".join(re.escape(p.value) if isinstance(p, ast.Constant) else "(.|\n)*" for p in pieces)


# The table of reasons in the guide


def test_every_reason_why_a_check_fails_is_explained():
    guide = (ROOT / "docs" / "guides" / "checking.md").read_text("utf-8")
    rows = re.findall(r"^\| ([a-z ]+) \|", guide.partition("| Reason |")[2].partition("\n\n")[0], re.MULTILINE)
    assert rows == [reason.value for reason in Reason if reason is not Reason.SUCCEEDED]


# The runner itself


def test_a_wrong_output_is_found(tmp_path):
    runner = PageRunner(tmp_path, types.ModuleType("__main__"))
    right = Block("page", 1, "python", "print(1 + 1)", shown="2\n")
    runner.run(right)
    with pytest.raises(AssertionError, match="page:1 shows"):
        runner.run(Block("page", 1, "python", "print(1 + 1)", shown="3\n"))
    with pytest.raises(AssertionError, match="nobody knows"):
        runner.run(Block("page", 1, "shell", "shutdown now"))
    with pytest.raises(ZeroDivisionError):
        runner.run(Block("page", 1, "python", "1 / 0", shown="2\n"))


def test_a_wrong_option_is_found():
    with pytest.raises(click.UsageError, match="No such option"):
        parsed(["check", "attack.py", "--treshold", "1"])
    with pytest.raises(click.UsageError, match="No such command"):
        parsed(["scenarios", "remove"])


@pytest.mark.parametrize(
    ("shown", "output", "same"), [("a\nb", "a  \nb\n", True), ("a ... c", "a b c", True), ("a", "b", False)]
)
def test_outputs_are_compared(shown, output, same):
    assert matches(shown, output) is same


def test_the_output_of_a_block_is_the_text_right_after_it(tmp_path, monkeypatch):
    page = tmp_path / "page.md"
    page.write_text("<!-- exit: 1 -->\n```shell\nmidplot check\n```\n\n```text\nout\n```\n\nWords.\n\n    make test\n")
    monkeypatch.setitem(blocks_of.__globals__, "ROOT", tmp_path)
    first, second = blocks_of(page)
    assert (first.language, first.said, first.shown) == ("shell", {"exit": "1"}, "out\n")
    assert (second.language, second.said, second.shown) == ("shell", {}, None)
