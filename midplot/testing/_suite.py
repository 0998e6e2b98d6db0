"""Runs the conformance checks on an attacker and reports on all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any, Final

from midplot._arguments import whole_number
from midplot.errors import ArgumentError, MidplotError, did_you_mean, message_of
from midplot.game import HORIZON, LATENCY_BUDGET
from midplot.play._attacker import InferParameters, as_infer, bind
from midplot.testing._conformance import (
    NonconformityError,
    check_causality,
    check_constant_stream,
    check_determinism,
    check_fresh_state,
    check_gaps,
    check_huge_prices,
    check_latency,
    check_protocol,
    check_tiny_streams,
)
from midplot.testing._report import AttackerReport, Result
from midplot.testing._subject import Subject

__all__ = ["CHECKS", "check_attacker"]

Check = Callable[[Subject], str]

CHECKS: Final[Mapping[str, Check]] = MappingProxyType(
    {
        "protocol": check_protocol,
        "causality": check_causality,
        "determinism": check_determinism,
        "fresh state": check_fresh_state,
        "constant stream": check_constant_stream,
        "tiny streams": check_tiny_streams,
        "huge prices": check_huge_prices,
        "gaps": check_gaps,
        "latency": check_latency,
    }
)
"""The checks by name, in the order of the report."""

# The fewest that `check_gaps` can cut into four parts.
FEWEST_TICKS = 10
"""Length that the longest streams must have."""


def check_attacker(
    attacker: Any,
    *,
    hyper_parameters: Any = None,
    with_hyper_parameters_load: bool = False,
    model_directory_path: str = ".",
    horizon: int = HORIZON,
    n_ticks: int = 500,
    latency_budget: float = LATENCY_BUDGET,
    skip: Collection[str] = (),
    raise_on_failure: bool = True,
) -> AttackerReport:
    """Check that an attacker can play the game by its rules, and on any stream.

    It is meant as the body of a test of your own::

        def test_my_attacker():
            check_attacker(MyAttacker)

    Parameters
    ----------
    attacker
        An attacker class, a generator function or a factory, as for `replay`.
    hyper_parameters, with_hyper_parameters_load, model_directory_path
        Passed to an attacker that accepts them.
    horizon
        Ticks from a decision to its resolution.
    n_ticks
        Length of the longest streams, at least 10. Increase it for an attacker that needs more ticks before its first
        decision: little can be found where it decides nothing.
    latency_budget
        Seconds that one decision may take on average.
    skip
        Names of checks to skip; see `CHECKS`.
    raise_on_failure
        Whether to raise an error if a check fails, rather than only report it.

    Returns
    -------
    AttackerReport
        With ``ok`` and ``results``, one per check, each with its ``name``, ``passed`` and ``why``.

    Raises
    ------
    ConformanceError
        If a check failed; it is an `AssertionError` whose message lists all failed checks.
    ArgumentError, ArgumentTypeError
        If an argument is wrong.

    Examples
    --------
    >>> class Contrarian:
    ...     last = None
    ...
    ...     def tick_and_predict(self, x, horizon):
    ...         before, self.last = self.last, x
    ...         return 0 if before is None else before - x
    >>> check_attacker(Contrarian)  # doctest: +ELLIPSIS
    Contrarian: passed all 9 checks.
      passed  protocol: one decision on each of 500 ticks, ... of them not 0
      passed  causality: the same decisions with another future, and with none, after 6 ticks
      passed  determinism: the same decisions on 500 ticks again
      passed  fresh state: the same decisions whatever stream came before
      passed  constant stream: survived 500 equal prices
      passed  tiny streams: survived streams of 1, 2 and 3 points
      passed  huge prices: survived prices about 1e+09
      passed  gaps: the same decisions on 4 parts of a stream as on each alone
      passed  latency: a decision takes no more than the 20 ms allowed on average

    >>> class Relative(Contrarian):
    ...     def tick_and_predict(self, x, horizon):
    ...         return 1 / super().tick_and_predict(x, horizon)
    >>> report = check_attacker(Relative, raise_on_failure=False)
    >>> report.ok
    False
    >>> report.failed[0].why
    "ZeroDivisionError: division by zero (stream 0 'random walk', tick 0)"
    """
    __tracebackhide__ = True  # a test that fails by this shows the line that called it
    parameters = InferParameters(hyper_parameters, with_hyper_parameters_load, model_directory_path, horizon)
    subject = Subject(
        bind(as_infer(attacker), parameters), whole_number("n_ticks", n_ticks, FEWEST_TICKS), latency_budget
    )
    chosen = _without(skip)
    name = getattr(attacker, "__name__", type(attacker).__name__)
    report = AttackerReport(name, tuple(_result(check, CHECKS[check], subject) for check in chosen))
    if raise_on_failure:
        report.raise_if_failed()
    return report


def _without(skip: Collection[str]) -> list[str]:
    """Return the names of the checks to run."""
    skipped = {skip} if isinstance(skip, str) else set(skip)
    for name in skipped - CHECKS.keys():
        raise ArgumentError(
            f"there is no check {name!r}",
            where="skip",
            advice=f"{did_you_mean(name, CHECKS)} Choose from {', '.join(CHECKS)}.",
        )
    return [name for name in CHECKS if name not in skipped]


def _result(name: str, check: Check, subject: Subject) -> Result:
    try:
        return Result(name, True, check(subject))
    except (NonconformityError, MidplotError) as fault:
        return Result(name, False, str(fault))
    except Exception as error:  # noqa: BLE001 -- whatever an attacker raises belongs in the report
        return Result(name, False, _raised(error))


def _raised(error: Exception) -> str:
    where = ", ".join(getattr(error, "__notes__", ()))
    return f"{type(error).__name__}: {message_of(error)}{f' ({where})' if where else ''}"
