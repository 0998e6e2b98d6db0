"""The outcome of the conformance suite: one result per check, and the error that lists the failed checks."""

from __future__ import annotations

from dataclasses import dataclass

from midplot.errors import MidplotError

__all__ = ["AttackerReport", "ConformanceError", "Result"]


class ConformanceError(MidplotError, AssertionError):
    """An attacker failed conformance checks; the message lists them all."""


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one check.

    Attributes
    ----------
    name
        Name of the check.
    passed
        Whether the attacker passed it.
    why
        One sentence that says what went wrong, or what was seen.
    """

    name: str
    passed: bool
    why: str

    def __str__(self) -> str:
        return f"{'passed' if self.passed else 'FAILED'}  {self.name}: {self.why}"


@dataclass(frozen=True, slots=True)
class AttackerReport:
    """The outcome of all checks of one attacker.

    Attributes
    ----------
    attacker
        Name of the attacker.
    results
        One result per check, in the order of the suite.
    """

    attacker: str
    results: tuple[Result, ...]

    @property
    def ok(self) -> bool:
        """Whether the attacker passed all checks."""
        return not self.failed

    @property
    def failed(self) -> tuple[Result, ...]:
        """The results of the checks that failed."""
        return tuple(result for result in self.results if not result.passed)

    def raise_if_failed(self) -> None:
        """Raise an error that lists every failed check.

        Raises
        ------
        ConformanceError
            If a check failed.
        """
        __tracebackhide__ = True  # a test that fails by this shows the line that called it
        if self.failed:
            lines = [f"  {result.name}: {result.why}" for result in self.failed]
            raise ConformanceError("\n".join([f"{self._headline()} Fix these and check it again.", *lines]))

    def _headline(self) -> str:
        n, failed = len(self.results), len(self.failed)
        return (
            f"{self.attacker}: {failed} of {n} checks failed." if failed else f"{self.attacker}: passed all {n} checks."
        )

    def __str__(self) -> str:
        return "\n".join([self._headline(), *(f"  {result}" for result in self.results)])

    def __repr__(self) -> str:
        return str(self)
