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
from midplot.play._trial import Trial
from midplot.play.workers._travel import packed, unpacked
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
    # Two that differ in nothing but the seed of Python's hashes; one is shown another stream, and then this one again.
    # The other stream is a tick shorter, or an attacker that counts by twos would be where it was.
    other_stream = values[::-1][: max(1, len(values) - 1)] + 1.0
    asking = [_started(content, runs) for runs in ([values, other_stream, values], [values])]
    one, other = (_answers(process) for process in asking)
    if not one or not other:
        return None
    if not np.array_equal(one[0], other[0]):
        return "dice"
    return "surroundings" if np.array_equal(one[0], one[-1]) else "memory"


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
