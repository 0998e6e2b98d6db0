"""A window in which two attackers disagreed, ready to be labelled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from os import PathLike
from typing import TYPE_CHECKING

import numpy as np

from midplot._text import counted, printable, signed
from midplot.evidence._paired import Window
from midplot.game import DEFAULT_FOLDER, DOWN, NOTHING, UP
from midplot.scenarios._scenario import Scenario, decision_of, label_of

if TYPE_CHECKING:
    from midplot.scenarios._selection import Selection

__all__ = ["Disagreement", "expected_of", "why_of"]

Save = Callable[["Disagreement", float, str, Iterable[str], str | PathLike[str]], Scenario]


@dataclass(frozen=True, slots=True, eq=False)
class Disagreement:
    """A window in which attackers earned different amounts.

    Attributes
    ----------
    selection
        The window.
    earned
        What the decisions of each attacker in the window earned after costs, by name, in the units of the price.
    difference
        What the second earned more than the first.
    why
        What the two did there, in one sentence.
    expected
        The label proposed in hindsight: the direction in which the better of the two earned most, or nothing if
        it earned nothing either.
    """

    selection: Selection
    earned: Mapping[str, float]
    difference: float
    why: str
    expected: float
    _save: Save = field(repr=False)

    def save(
        self,
        expected: float | str | None = None,
        *,
        note: str | None = None,
        tags: Iterable[str] = (),
        path: str | PathLike[str] = DEFAULT_FOLDER,
    ) -> Scenario:
        """Save the window as a scenario.

        Parameters
        ----------
        expected
            UP, DOWN or NOTHING, as a number or as a word in any case; None for the proposed label.
        note
            Remark to save with it; None for ``why``.
        tags
            Words to find the scenario by.
        path
            Folder for scenarios, which is made if it is missing.

        Raises
        ------
        ScenarioError
            If the file cannot be written.
        ArgumentError
            If there is no such label.
        """
        # Looked up here: to save it selects the window in the replay, which a wrong label must not.
        chosen = self.expected if expected is None else decision_of(expected)
        return self._save(self, chosen, self.why if note is None else note, tags, path)

    @property
    def line(self) -> str:
        """The difference, the window, what happened there and the proposed label, on one line."""
        window = f"{printable(self.selection.stream_title)} {self.selection.first}-{self.selection.last}"
        return f"{signed(self.difference, 4)} on {window}: {printable(self.why, 1000)} ({label_of(self.expected)}?)"

    def __repr__(self) -> str:
        return f"Disagreement({self.line})"


def expected_of(window: Window) -> float:
    """Return the label that hindsight proposes: the direction in which the better of the two earned most, if it did."""
    better = int(window.difference > 0)
    signs, profits = window.signs[better], window.profits[better]
    if profits.sum() <= 0:
        return NOTHING
    return UP if profits[signs > 0].sum() > profits[signs < 0].sum() else DOWN


def why_of(window: Window, names: tuple[str, str]) -> str:
    """Say what two attackers did in a window."""
    clauses = [_clause(*each) for each in zip(names, window.signs, window.earned, strict=True)]
    return "; ".join(clauses)


def _clause(name: str, signs: np.typing.NDArray[np.int8], earned: float) -> str:
    counts = {"up": int(np.count_nonzero(signs > 0)), "down": int(np.count_nonzero(signs < 0))}
    made = [f"{word} {counted(count, 'time')}" for word, count in counts.items() if count]
    if not made:
        return f"{name} decided nothing"
    return f"{name} decided {' and '.join(made)} and earned {signed(earned, 4)}"
