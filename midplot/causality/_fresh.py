"""Why does an attacker decide differently: dice, memory, or its surroundings? It is asked in fresh processes."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

import numpy as np

from midplot.errors import MidplotError
from midplot.play._lockstep import BoundInfer
from midplot.play._trial import Trial
from midplot.play.workers._travel import packed, unpacked
from midplot.streams._stream import FloatArray

__all__ = ["Cause", "cause_of_change", "cause_without_future", "decide_here"]

Cause = Literal["dice", "memory", "surroundings"]
"""What a decision depends on besides the stream."""

MOST_AGAIN = 64
"""Times that the same values are fed again: more often than they were here, or a counter would not be where it was."""

MOST_TICKS = 100_000
"""Ticks that are fed again, if that is more than three times the values."""

_Answers = list[list[list[FloatArray]]]
"""For each process, the decisions on each run of each group."""

_PROGRAM = "from midplot.causality._fresh import decide_here; decide_here()"


def cause_of_change(values: FloatArray, infer: BoundInfer, earlier: Sequence[FloatArray] = ()) -> Cause | None:
    """Ask an attacker in fresh processes why it does not decide the same on the same values.

    Parameters
    ----------
    values
        The values on which it decided differently.
    infer
        The attacker, bound to its parameters.
    earlier
        What it was fed before, which it may have kept.

    Returns
    -------
    str or None
        ``"dice"`` if two fresh processes disagree, ``"memory"`` if it decides differently after another stream, or when
        it is started again, ``"surroundings"`` if all agree, so that it must have looked at something here. None if it
        cannot be sent to another process.
    """
    answers = _asked(values, infer, earlier)
    if answers is None:
        return None
    if _processes_disagree(answers):
        return "dice"
    return "memory" if _varies(answers[0]) else "surroundings"


def cause_without_future(values: FloatArray, infer: BoundInfer, earlier: Sequence[FloatArray] = ()) -> Cause | None:
    """Return why an attacker decides differently where there is no future to look at; None if it does not.

    Parameters
    ----------
    values
        The values up to the tick whose decision has changed.
    infer, earlier
        As for `cause_of_change`.
    """
    answers = _asked(values, infer, earlier)
    # That two processes disagree is not enough: each may look at a future in its own way.
    if answers is None or not _varies(answers[0]):
        return None
    return "dice" if _processes_disagree(answers) else "memory"


def _asked(values: FloatArray, infer: BoundInfer, earlier: Sequence[FloatArray]) -> _Answers | None:
    """Return the decisions of two fresh processes, for each group of runs on the same values."""
    try:
        content = packed(infer, ())
    except MidplotError:
        return None
    groups = _groups(values, earlier)
    # Two that differ in nothing but the seed of Python's hashes.
    processes = [_started(content, [run for group in groups for run in group]) for _ in range(2)]
    answers = [_answers(process) for process in processes]
    if not all(answers):
        return None
    ends = np.cumsum([len(group) for group in groups]).tolist()
    return [[runs[end - len(g) : end] for g, end in zip(groups, ends, strict=True)] for runs in answers]


def _groups(values: FloatArray, earlier: Sequence[FloatArray]) -> list[list[FloatArray]]:
    """Return groups of runs; in each the attacker is fed the same several times, or something else once."""
    # The other stream is a tick shorter, or an attacker that counts by twos would be where it was.
    other_stream = values[::-1][: max(1, len(values) - 1)] + 1.0
    again = min(max(MOST_TICKS // max(1, len(values)), 3), MOST_AGAIN)
    # A class is sent with all that it has kept, and may know these values already: others, and longer ones, it does not.
    longest = max([len(values), *map(len, earlier)])
    unknown = np.resize(values, min(longest, MOST_TICKS) + len(values)) + float(np.ptp(values)) + 1.2345
    return [[values], [other_stream], [values] * again, *([each] for each in earlier), [values] * 2, [unknown] * 3]


def _processes_disagree(answers: _Answers) -> bool:
    one, other = ([run for group in groups for run in group] for groups in answers)
    return not all(map(np.array_equal, one, other))


def _varies(groups: list[list[FloatArray]]) -> bool:
    """Tell whether decisions on the same values differ."""
    same, unknown = [groups[0][0], *groups[2], *groups[-2]], groups[-1]
    return any(not np.array_equal(runs[0], run) for runs in (same, unknown) for run in runs)


def _started(content: bytes, runs: Sequence[FloatArray]) -> subprocess.Popen[bytes]:
    path = os.pathsep.join(each or str(Path.cwd()) for each in sys.path)
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", _PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert process.stdin is not None
    # It may have ended at once, and will have no answer then. Windows calls that an invalid argument, not a broken pipe.
    with suppress(OSError), process.stdin as pipe:
        pipe.write(pickle.dumps((content, [run.tolist() for run in runs])))
    return process


def _answers(process: subprocess.Popen[bytes]) -> list[FloatArray]:
    """Return the decisions on each run; none if the process ended early, for whatever reason."""
    assert process.stdout is not None
    with process, process.stdout as pipe:
        said = pipe.read()
    try:
        decisions: list[FloatArray] = pickle.loads(said)
    except Exception:  # noqa: BLE001 -- what was written is half a pickle, or none
        return []
    return decisions


def decide_here() -> None:
    """Decide on the runs that are sent to this process, and answer with the decisions."""
    content, runs = pickle.load(sys.stdin.buffer)
    answer = os.dup(1)
    os.dup2(2, 1)  # an attacker may print
    with unpacked(content) as (infer, _):
        decisions = [Trial(values, infer).decisions for values in runs]
    with os.fdopen(answer, "wb") as pipe:
        pickle.dump(decisions, pipe)
