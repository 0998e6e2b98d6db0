"""Short runs outside a replay: what a fresh attacker decides when it is fed in one go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np

from midplot.play._engine import PartReplay, PartRun
from midplot.play._lockstep import BoundInfer, Lockstep, MessageFactory
from midplot.streams._stream import FloatArray, Stream, cut_into_parts

__all__ = ["Trial", "at_ready", "replay_stream"]


def replay_stream(stream: Stream, infer: BoundInfer, message: MessageFactory | None = None) -> list[PartReplay]:
    """Feed a stream to fresh attackers, one for each part between its gaps, without a ledger or a view.

    Parameters
    ----------
    stream
        The stream, of which every value is fed.
    infer
        The attacker, bound to its parameters.
    message
        Makes a message of a value; a plain ``{"x": value}`` where it is None.

    Returns
    -------
    list of PartReplay
        One per part, in order.

    Raises
    ------
    ProtocolError
        If the attacker breaks the protocol or ends the program, naming stream and tick.
    Exception
        The attacker's own, unchanged, with a note of stream and tick.
    """
    return [PartRun(part, infer, message=message).run() for part in cut_into_parts(stream)]


@contextmanager
def at_ready(infer: BoundInfer) -> Iterator[dict[str, Any]]:
    """Start an attacker without feeding it, for the length of a ``with`` block.

    Parameters
    ----------
    infer
        The attacker, bound to its parameters.

    Yields
    ------
    dict
        The variables of its infer at the ready yield, ``self`` for the attacker itself where midplot has wrapped a class;
        empty if it does not get there.
    """
    try:
        lockstep = Lockstep(infer, "trial", 0, 1)
    except Exception:  # noqa: BLE001 -- what an attacker raises when it is started is reported by the trials that feed it
        yield {}
        return
    frame = lockstep.attacker_frame
    state = {} if frame is None else {name: each for name, each in frame.f_locals.items() if name != "stream"}
    if frame is not None and str(frame.f_globals.get("__name__")).startswith("midplot.play."):
        state = {"self": state["attacker"]} if "attacker" in state else {}
    try:
        yield state
    finally:
        # Its cleanup may raise; the trials that feed it come to the same point.
        with suppress(Exception):
            lockstep.close()


class Trial:
    """One short run of values through a fresh attacker, under the same rules as a replay.

    It feeds the lockstep directly. A replay feeds in chunks so that a view can follow, which would only cost time here:
    a movie takes thousands of runs of a few hundred values.

    Parameters
    ----------
    values
        The values to feed.
    infer
        The attacker, bound to its parameters.
    label
        Name of the run in error messages.
    first_index
        Original index of the first value.

    Attributes
    ----------
    decisions
        Decisions that were taken, shape ``(n_ticks,)``; fewer if the attacker raised an error.
    error
        The error that the attacker raised, or the fault against the protocol, or None. Ctrl-C is not kept but raised.
    was_ready
        Whether the attacker reached its ready yield.
    """

    __slots__ = ("decisions", "error", "was_ready")

    def __init__(self, values: list[float], infer: BoundInfer, label: str = "trial", first_index: int = 0) -> None:
        self.decisions: FloatArray = np.empty(0)
        self.error: Exception | None = None
        self.was_ready = False
        try:
            lockstep = Lockstep(infer, label, first_index, len(values))
        except Exception as error:  # noqa: BLE001 -- whatever the attacker raises is the outcome of the trial
            self.error = error
            return
        self.was_ready = True
        try:
            lockstep.run(values)
            lockstep.finish()
        except Exception as error:  # noqa: BLE001 -- likewise
            self.error = error
            lockstep.close(error)
        except BaseException as error:  # Ctrl-C: it stops the attacker, and then whoever asked for the trial
            lockstep.close(error)
            raise
        self.decisions = lockstep.decisions()
