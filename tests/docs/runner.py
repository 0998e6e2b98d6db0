"""Runs the blocks of one page in order, as a reader would who copies them one after the other.

A page starts in an empty folder with what a reader has too: `attack.py`, an attacker, and `data/`, two streams in the
competition's layout.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import inspect
import io
import json
import re
import shlex
import subprocess
import sys
import tomllib
import types
import warnings
from doctest import ELLIPSIS, OutputChecker
from pathlib import Path

import click
import pandas as pd
import yaml

from midplot.cli import main
from midplot.streams import load_streams
from midplot.streams._stream import Stream

from .pages import ROOT, Block, commands_of

ATTACK = "from midplot.examples import MomentumAttacker\nfrom midplot.helpers import wrap\n\ninfer = wrap(MomentumAttacker)\n"
MAKE_TARGETS = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]


class PageRunner:
    """Runs the blocks of a page.

    Parameters
    ----------
    folder
        An empty folder, which is the current one.
    main_module
        Stands for ``__main__``, where a replay looks for infer.

    Attributes
    ----------
    done
        How many blocks went well.
    """

    def __init__(self, folder: Path, main_module: types.ModuleType) -> None:
        self.done = 0
        self._folder = folder
        self._names = main_module.__dict__
        (folder / "attack.py").write_text(ATTACK)
        write_data(folder / "data")

    def run(self, block: Block) -> None:
        """Run or check one block, and hold its output against what the page shows."""
        if not block.said.keys() & {"not run", "drawing"}:
            self._run(block)
        self.done += 1

    def _run(self, block: Block) -> None:
        if "file" in block.said:
            path = self._folder / block.said["file"]
            path.parent.mkdir(exist_ok=True)
            path.write_text(block.text)
        runners = {"python": self._python, "shell": self._shell, "yaml": self._yaml, "json": _json, "toml": _toml}
        assert block.language in runners, f"{block}: nobody knows how to test a block of {block.language!r}"
        output = runners[block.language](block)
        if block.shown is not None:
            assert matches(block.shown, output), f"{block} shows\n{block.shown}\nbut it puts out\n{output}"

    def _python(self, block: Block) -> str:
        if "file" in block.said:
            compile(block.text, block.said["file"], "exec")
            return ""
        out = io.StringIO()
        with contextlib.redirect_stdout(out), warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            try:
                self._execute(block)
            except Exception as error:
                if block.shown is None or type(error).__name__ not in block.shown:
                    raise
                out.write(told(error))
        unexpected = [str(w.message) for w in warned if str(w.message) not in (block.shown or "")]
        assert not unexpected, f"{block} warns: {unexpected}"
        return out.getvalue() + "".join(f"{w.category.__name__}: {w.message}\n" for w in warned)

    def _execute(self, block: Block) -> None:
        """Run a block as a notebook does, where one may await at the top."""
        code = compile(block.text, str(block), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        awaited = eval(code, self._names)
        if inspect.iscoroutine(awaited):
            asyncio.run(awaited)

    def _shell(self, block: Block) -> str:
        return "".join(self._command(command, block) for command in commands_of(block))

    def _command(self, command: str, block: Block) -> str:
        program, *arguments = shlex.split(command)
        is_endless = arguments[:1] == ["lab"]
        assert not is_endless or "parsed" in block.said, f"{block}: {command} never ends; say <!-- parsed: why -->"
        if program == "midplot" and "parsed" not in block.said:
            code, output = run_midplot(arguments)
        elif program == "pytest" and "parsed" not in block.said:
            code, output = run_pytest(arguments, self._folder)
        else:
            check_command(program, arguments, block)
            return ""
        assert str(code) in block.said.get("exit", "0").split(" or "), f"{block}: {command} ended with {code}\n{output}"
        return output

    def _yaml(self, block: Block) -> str:
        for command in run_steps(yaml.safe_load(block.text)):
            program, *arguments = shlex.split(command)
            check_command(program, arguments, block)
        return ""


def write_data(folder: Path) -> None:
    """Write two short train and two short test streams in the competition's layout."""
    folder.mkdir()
    for name, streams in zip(("X_train", "X_test"), load_streams(), strict=True):
        short = [Stream(each.values[:1500], each.stream_id, each.name) for each in streams[:2]]
        rows = [(f"{i}", each.name, x) for each in short for i, x in enumerate(each.values)]
        pd.DataFrame(rows, columns=["time", "stream", "value"]).to_parquet(folder / f"{name}.parquet")


def told(error: Exception) -> str:
    """Return the last lines of a traceback."""
    return "\n".join([f"{type(error).__name__}: {error}", *getattr(error, "__notes__", ())]) + "\n"


def matches(shown: str, output: str) -> bool:
    """Tell whether an output is as shown; `...` stands for anything, and spaces at the ends of lines for nothing."""
    shown, output = ("\n".join(map(str.rstrip, text.strip().splitlines())) + "\n" for text in (shown, output))
    return OutputChecker().check_output(shown, output, ELLIPSIS)


def run_midplot(arguments: list[str]) -> tuple[int, str]:
    """Run the command line in this process; return its exit code and what it wrote."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            main(arguments, prog_name="midplot")
        except SystemExit as ended:
            return int(ended.code or 0), out.getvalue()
    return 0, out.getvalue()


def run_pytest(arguments: list[str], folder: Path) -> tuple[int, str]:
    """Run pytest as a reader would, in a process of its own, and without nbval, which takes two seconds to load."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:nbval", *arguments]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout + ended.stderr


def check_command(program: str, arguments: list[str], block: Block) -> None:
    """Find out whether a command that is not run here could be run."""
    if program == "midplot":
        parsed(arguments)
    elif program == "pytest":
        assert set(re.findall(r"--midplot-[a-z]+", " ".join(arguments))) <= {
            "--midplot-attacker",
            "--midplot-scenarios",
        }
    elif program == "make":
        targets = [each for each in arguments if "=" not in each]
        assert set(targets) <= set(MAKE_TARGETS), f"{block}: the Makefile has no {targets}"
    elif program == "pip":
        assert arguments[0] == "install"
        extras = re.findall(r"\[([a-z]+)\]", " ".join(arguments))
        assert set(extras) <= set(EXTRAS), f"{block}: there is no extra {extras}"
    else:
        raise AssertionError(f"{block}: nobody knows how to test the command {program!r}")


def parsed(arguments: list[str]) -> click.Context:
    """Parse the arguments of `midplot`, down to the command that they name, and run nothing."""
    context = main.make_context("midplot", list(arguments))
    while isinstance(context.command, click.Group):
        name, command, rest = context.command.resolve_command(context, [*context._protected_args, *context.args])
        context = command.make_context(name, rest, parent=context)
    return context


def run_steps(workflow: dict) -> list[str]:
    """Return the commands of a workflow's steps."""
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    return [line for step in steps for line in step.get("run", "").splitlines() if line]


def _json(block: Block) -> str:
    json.loads(block.text)
    return ""


def _toml(block: Block) -> str:
    tomllib.loads(block.text)
    return ""
