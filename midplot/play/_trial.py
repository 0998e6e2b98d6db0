"""What an attacker decides on a few values, started afresh and fed in one go."""

from __future__ import annotations

import numpy as np

from midplot.play._lockstep import BoundInfer, Lockstep
from midplot.streams._stream import FloatArray

__all__ = ["Trial"]


class Trial:
    """One short run of values through a fresh attacker, under the same rules as a replay.

    A replay feeds in chunks, between which a view is refreshed. That is no use for a few hundred values, of which a
    movie has thousands of runs.

    Parameters
    ----------
    values
        What to feed.
    infer
        The attacker, bound to its parameters.
    label
        How messages call the run.
    first_index
        The original index of the first value.

    Attributes
    ----------
    decisions
        Those that were taken, shape ``(n_ticks,)``; fewer where it raised an error.
    error
        What it raised, a fault against the protocol included; not what is meant to end the program, such as Ctrl-C.
    was_ready
        Whether it came to its ready yield.
    """

    __slots__ = ("decisions", "error", "was_ready")

    def __init__(self, values: list[float], infer: BoundInfer, label: str = "trial", first_index: int = 0) -> None:
        self.decisions: FloatArray = np.empty(0)
        self.error: Exception | None = None
        self.was_ready = False
        try:
            lockstep = Lockstep(infer, label, first_index, len(values))
        except Exception as error:  # noqa: BLE001 - whatever an attacker raises is what came of the trial
            self.error = error
            return
        self.was_ready = True
        try:
            lockstep.run(values)
            lockstep.finish()
        except Exception as error:  # noqa: BLE001 - likewise
            self.error = error
            lockstep.close(error)
        except BaseException as error:
            lockstep.close(error)
            raise
        self.decisions = lockstep.decisions()
