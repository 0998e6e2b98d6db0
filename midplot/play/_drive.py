"""What every way to drive an attacker over a part has in common: its decisions are checked, timed and kept."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from time import perf_counter_ns
from typing import Any

import numpy as np

from midplot._arithmetic import ErrorState
from midplot.errors import ProtocolError, message_of
from midplot.play._decision import as_floats, described, is_number, to_float
from midplot.play._latency import Nanoseconds
from midplot.play._raised import claim
from midplot.streams._stream import FloatArray, read_only

__all__ = ["Drive"]

_LONGEST = np.iinfo(np.int32).max
"""Longest latency in nanoseconds, two seconds, that fits an int32, which takes half the memory of an int64."""


class Drive(ABC):
    """One attacker on one part: each value is released only after the decision on the one before it.

    Parameters
    ----------
    label
        Name of the part in error messages.
    first_index
        Original index of the first value, from which error messages compute the tick.
    n_ticks
        Number of values that will be fed.

    Attributes
    ----------
    startup_ns
        Nanoseconds until the attacker was ready.
    error_state
        numpy's error state while the attacker runs, as the attacker has set it.
    """

    def __init__(self, label: str, first_index: int, n_ticks: int) -> None:
        self.label = label
        self.first_index = first_index
        self.n_ticks = n_ticks
        self.startup_ns = 0
        self.error_state = ErrorState()
        self._taken = np.empty(n_ticks)
        self._latency: Nanoseconds = np.empty(n_ticks, dtype=np.int32)
        self._n_sealed = 0
        self._decisions: list[Any] = []
        self._stamps: list[int] = []
        # The one clock of all drives, looked up here so that a test can replace it for each of them.
        self._clock = perf_counter_ns

    @abstractmethod
    def run(self, values: list[float]) -> None:
        """Feed values, one per tick, and take one decision on each.

        Parameters
        ----------
        values
            The next values of the part.

        Raises
        ------
        ProtocolError
            If the attacker breaks the protocol or ends the program, naming stream and tick.
        Exception
            The attacker's own, unchanged, with a note of stream and tick.
        """

    @abstractmethod
    def finish(self) -> None:
        """End the stream and let the attacker end.

        Raises
        ------
        ProtocolError
            If it decides once more.
        """

    @abstractmethod
    def close(self, cause: BaseException | None = None) -> None:
        """Stop an attacker before the end of its stream.

        Parameters
        ----------
        cause
            The error that stopped it. What the attacker raises in its cleanup becomes a note on this error, so that it
            does not hide it.
        """

    @abstractmethod
    def held(self) -> Mapping[str, Any]:
        """Return what the attacker is made of, by name: the variables of its infer, or itself as ``self``."""

    @property
    def done(self) -> int:
        """The number of decisions that were taken and checked."""
        return self._n_sealed

    def decisions(self) -> FloatArray:
        """Return the decisions so far, shape ``(done,)``, read-only."""
        return read_only(self._taken[: self._n_sealed])

    def latency_ns(self) -> Nanoseconds:
        """Return the nanoseconds that each decision took, shape ``(done,)``; int32 if none took more than two seconds."""
        return self._latency[: self._n_sealed]

    def _seal(self) -> None:
        """Check the decisions of a chunk and store them."""
        fresh, self._decisions = as_floats(self._decisions), []
        nans = np.flatnonzero(np.isnan(fresh))
        # What was decided before a NaN is kept, as it is before any other error.
        kept = int(nans[0]) if len(nans) else len(fresh)
        sealed = slice(self._n_sealed, self._n_sealed + kept)
        self._taken[sealed] = fresh[:kept]
        # One stamp more than decisions: the first is taken when the chunk starts. A decision that was refused
        # has left a stamp too, which is not counted.
        stamps = np.fromiter(self._stamps, np.int64, kept + 1)
        took = stamps[1:] - stamps[:-1]
        # Widened when it is needed, which is hardly ever.
        if took.max(initial=0) > _LONGEST and self._latency.dtype != np.int64:
            self._latency = self._latency.astype(np.int64)
        self._latency[sealed] = took
        self._n_sealed += kept
        if len(nans):
            raise ProtocolError(
                "expected a number as decision, got nan",
                where=self._where(),
                advice="Yield 0 where the attacker has no opinion, and look for a division by 0 or a mean of nothing.",
            )

    def _where(self, shift: int = 0) -> str:
        return f"{self.label}, tick {self.first_index + self._n_sealed + len(self._decisions) + shift}"

    def _as_number(self, decision: Any) -> float:
        """Convert a decision that is not a plain scalar to a float, or raise if it is not a number."""
        try:
            return self._converted(decision)
        except StopIteration as error:
            # It comes from a method of the decision, and would be taken for the end of infer.
            raise RuntimeError("the decision raised StopIteration") from error

    def _converted(self, decision: Any) -> float:
        if decision is None:
            raise ProtocolError(
                "expected a number as decision, got None",
                where=self._where(),
                advice="Yield 0 where the attacker has no opinion.",
            )
        if not is_number(decision):
            raise ProtocolError(
                f"expected a number as decision, got {described(decision)}",
                where=self._where(),
                advice="Yield one plain number: > 0 for up, < 0 for down, 0 for nothing.",
            )
        try:
            return to_float(decision)
        except (TypeError, ValueError) as error:
            raise ProtocolError(
                f"expected a number as decision, got {described(decision)} ({message_of(error)})",
                where=self._where(),
                advice="Yield one plain number: > 0 for up, < 0 for down, 0 for nothing.",
            ) from error

    def _claim(self, error: BaseException, where: str) -> None:
        """Note on an attacker's error where it happened, unless it is a fault that midplot found, which says so itself."""
        if not (isinstance(error, ProtocolError) and error.where.startswith(self.label)):
            claim(error, where)
