"""Why does an attacker decide differently: dice, memory, or its surroundings? It is asked in fresh processes."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from midplot.errors import MidplotError
from midplot.play._lockstep import BoundInfer
from midplot.play._travel import packed, unpacked
from midplot.play._trial import Trial
from midplot.streams._stream import FloatArray

__all__ = ["Cause", "cause_of_change", "decide_here"]

Cause = Literal["dice", "memory", "surroundings"]
"""What a decision depends on besides the stream."""

_PROGRAM = "from midplot.causality._fresh import decide_here; decide_here()"


def cause_of_change(values: FloatArray, infer: BoundInfer) -> Cause | None:
    """Ask an attacker in fresh processes why it does not decide the same on the same values.

    Parameters
    ----------
    values
        The values on which it decided differently.
    infer
        The attacker, bound to its parameters.

    Returns
    -------
    str or None
        ``"dice"`` if two fresh processes disagree, ``"memory"`` if it decides differently after another stream,
        ``"surroundings"`` if all fresh processes agree, so that it must have looked at something here. None if it
        cannot be sent to another process.
    """
    try:
        content = packed(infer, ())
    except MidplotError:
        return None
    # Two that differ in nothing but the seed of Python's hashes, and one that is shown another stream first.
    asked = [[values], [values], [values[::-1] + 1.0, values]]
    processes = [_started(content, each) for each in asked]
    answers = [_answer(each) for each in processes]
    once, again, later = answers
    if once is None or again is None or later is None:
        return None
    if not np.array_equal(once, again):
        return "dice"
    return "surroundings" if np.array_equal(once, later) else "memory"


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
    try:
        process.stdin.write(pickle.dumps((content, [run.tolist() for run in runs])))
        process.stdin.close()
    except BrokenPipeError:  # it ended at once, and will have no answer
        pass
    return process


def _answer(process: subprocess.Popen[bytes]) -> FloatArray | None:
    assert process.stdout is not None
    with process, process.stdout as pipe:
        said = pipe.read()
    try:
        decisions: FloatArray = pickle.loads(said)
    except Exception:  # noqa: BLE001 -- the process ended early, for whatever reason
        return None
    return decisions


def decide_here() -> None:
    """Decide on the runs that are sent to this process, and answer with the decisions on the last one."""
    content, runs = pickle.load(sys.stdin.buffer)
    answer = os.dup(1)
    os.dup2(2, 1)  # an attacker may print
    with unpacked(content) as (infer, _):
        decisions = [Trial(values, infer).decisions for values in runs]
    with os.fdopen(answer, "wb") as pipe:
        pickle.dump(decisions[-1], pipe)
