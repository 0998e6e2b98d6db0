"""Short runs outside a replay: what a fresh attacker decides when it is fed in one go."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any, Self

import numpy as np

from midplot.errors import ProtocolError
from midplot.play._direct import driven
from midplot.play._drive import Drive
from midplot.play._engine import PartReplay, PartRun
from midplot.play._lockstep import BoundInfer, MessageFactory
from midplot.streams._stream import FloatArray, Part, Stream, cut_into_parts

__all__ = ["Started", "Trial", "replay_stream"]

# By the third, what an attacker loads when it is first needed is there, and it cannot have kept a stretch of its stream.
FIRST_TICKS = 3
"""Ticks that an attacker is fed before it is looked at again."""


def replay_stream(
    stream: Stream,
    infer: BoundInfer,
    message: MessageFactory | None = None,
    at_end: Callable[[Part, Exception], None] | None = None,
) -> list[PartReplay]:
    """Feed a stream to fresh attackers, one for each part between its gaps, without a ledger or a view.

    Parameters
    ----------
    stream
        The stream, of which every value is fed.
    infer
        The attacker, bound to its parameters.
    message
        Makes a message of a value; a plain ``{"x": value}`` where it is None.
    at_end
        Called with what infer raises after its last decision on a part, which then counts as replayed; None to raise it.

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
    return [_replayed(PartRun(part, infer, message=message), at_end) for part in cut_into_parts(stream)]


def _replayed(run: PartRun, at_end: Callable[[Part, Exception], None] | None) -> PartReplay:
    try:
        return run.run()
    except ProtocolError:
        raise
    except Exception as error:
        outcome = run.outcome()
        if at_end is None or outcome.n_ticks < len(run.part.values):
            raise
        at_end(run.part, error)
        return replace(outcome, complete=True)


class Started:
    """An attacker that was started, to be looked at before it is fed and after.

    Parameters
    ----------
    infer
        The attacker, bound to its parameters. What it raises when it is started, fed or stopped is reported by the trials
        that feed it the same, and not here.
    """

    def __init__(self, infer: BoundInfer) -> None:
        self._drive: Drive | None = None
        with suppress(Exception):
            self._drive = driven(infer, "trial", 0, FIRST_TICKS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._drive is not None:
            with suppress(Exception):
                self._drive.close()

    def feed(self, values: list[float]) -> None:
        """Feed the first few values, once."""
        if self._drive is not None:
            with suppress(Exception):
                self._drive.run(values[:FIRST_TICKS])

    def state(self) -> list[tuple[str, Any]]:
        """Return the variables of its infer by name; ``self``, the attacker itself, if that is a class."""
        held = {} if self._drive is None else self._drive.held()
        return [(name, each) for name, each in held.items() if name != "stream"]


class Trial:
    """One short run of values through a fresh attacker, under the same rules as a replay.

    It feeds the attacker without an engine. A replay feeds in chunks so that a view can follow, which would only cost time here:
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
            lockstep = driven(infer, label, first_index, len(values))
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
