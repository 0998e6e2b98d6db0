"""midplot's own arithmetic: an overflow gives inf or NaN, never an error, however numpy is configured.

Prices may be as large as floats get, a user or an attacker may have called ``np.seterr(all="raise")``, and warnings may
be errors: none of that may change a score. Each attacker has an error state of its own, from its first tick to its last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

__all__ = ["ErrorState", "directions", "finite", "in_own_error_state", "quiet", "unit_scale"]


@contextmanager
def quiet() -> Iterator[None]:
    """Compute without numpy's errors and warnings; also works as a decorator."""
    with np.errstate(all="ignore"):
        yield


def finite(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return values that can be fed: inf becomes the largest float, NaN becomes 0.

    Examples
    --------
    >>> finite(np.array([1.0, np.inf])).tolist()
    [1.0, 1.7976931348623157e+308]
    """
    fed: npt.NDArray[np.float64] = np.nan_to_num(values)
    return fed


def directions(before: npt.NDArray[np.float64], after: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the sign of each move without computing the move itself, which could overflow.

    Examples
    --------
    >>> directions(np.array([1.0, -1.7e308, 3.0]), np.array([1.0, 1.7e308, 2.0])).tolist()
    [0.0, 1.0, -1.0]
    """
    signs: npt.NDArray[np.float64] = (after > before).astype(np.float64) - (after < before)
    return signs


def unit_scale(values: npt.NDArray[np.float64]) -> float:
    """Return a power of two that scales values into -1 to 1; multiplying by a power of two loses no digits.

    Examples
    --------
    >>> unit_scale(np.array([3.0, -100.0]))
    0.0078125
    """
    _, exponent = np.frexp(np.max(np.abs(values), initial=0.0))
    # Of subnormal values the exact power would overflow; 2**1000 brings them well below 1, which is enough.
    return float(np.ldexp(1.0, -min(max(int(exponent), -1000), 1024)))


class ErrorState:
    """numpy's error state as one attacker has set it: active while the attacker runs, undone afterwards.

    It can be nested, so that a loop over many ticks enters it once: setting the state at every tick would be felt.
    """

    __slots__ = ("_before", "_depth", "_own")

    def __init__(self) -> None:
        self._own: dict[str, Any] | None = None
        self._before: dict[str, Any] = {}
        self._depth = 0

    def __enter__(self) -> None:
        self._depth += 1
        if self._depth > 1:
            return
        self._before = dict(np.geterr())
        if self._own is not None:
            np.seterr(**self._own)

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if self._depth:
            return
        now = dict(np.geterr())
        if now != self._before:
            np.seterr(**self._before)
        # None for most attackers, which never touch the state: nothing has to be set when they run next.
        self._own = now if now != self._before else None


class _Runner(Protocol):
    error_state: ErrorState


_R = TypeVar("_R", bound=_Runner)
_P = ParamSpec("_P")
_T = TypeVar("_T")


def in_own_error_state(method: Callable[Concatenate[_R, _P], _T]) -> Callable[Concatenate[_R, _P], _T]:
    """Decorate a method that runs an attacker, so that it runs in the attacker's own error state."""

    @wraps(method)
    def run(self: _R, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        with self.error_state:
            return method(self, *args, **kwargs)

    return run
