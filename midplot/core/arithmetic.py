"""midplot's own arithmetic: what overflows is inf or NaN and no error, whatever numpy was told by others.

Prices may be as large as floats get, a user or an attacker may have called ``np.seterr(all="raise")``, and warnings may
be errors: a score is a score all the same. An attacker has its error state for itself, from its first tick to its last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import numpy as np

from midplot.core.stored import FloatArray

__all__ = ["ErrorState", "directions", "finite", "in_own_error_state", "quiet", "unit_scale"]


@contextmanager
def quiet() -> Iterator[None]:
    """Compute without errors or warnings of numpy's; as a decorator too."""
    with np.errstate(all="ignore"):
        yield


def finite(values: FloatArray) -> FloatArray:
    """Return values that can be fed: what overflowed is the largest float there is, and NaN is 0.

    Examples
    --------
    >>> finite(np.array([1.0, np.inf])).tolist()
    [1.0, 1.7976931348623157e+308]
    """
    fed: FloatArray = np.nan_to_num(values)
    return fed


def directions(before: FloatArray, after: FloatArray) -> FloatArray:
    """Return the signs of moves, without computing moves, which may overflow.

    Examples
    --------
    >>> directions(np.array([1.0, -1.7e308, 3.0]), np.array([1.0, 1.7e308, 2.0])).tolist()
    [0.0, 1.0, -1.0]
    """
    signs: FloatArray = (after > before).astype(np.float64) - (after < before)
    return signs


def unit_scale(values: FloatArray) -> float:
    """Return a power of two by which values come to lie between -1 and 1: to multiply by it rounds nothing.

    Examples
    --------
    >>> unit_scale(np.array([3.0, -100.0]))
    0.0078125
    """
    _, exponent = np.frexp(np.max(np.abs(values), initial=0.0))
    return float(np.ldexp(1.0, -min(max(int(exponent), -1000), 1024)))


class ErrorState:
    """numpy's error state as an attacker has set it; entered while it runs, and put back to what it was before.

    It may be entered again within: whoever runs an attacker tick by tick enters it once for many.
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
        self._own = now if now != self._before else None


class _Runner(Protocol):
    error_state: ErrorState


_R = TypeVar("_R", bound=_Runner)
_P = ParamSpec("_P")
_T = TypeVar("_T")


def in_own_error_state(method: Callable[Concatenate[_R, _P], _T]) -> Callable[Concatenate[_R, _P], _T]:
    """Run a method, in which an attacker runs, in the error state of its object."""

    @wraps(method)
    def run(self: _R, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        with self.error_state:
            return method(self, *args, **kwargs)

    return run
