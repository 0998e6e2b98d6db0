"""The saved scenarios of a folder, as a view lists them: those of one stream, with their files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from midplot.core.account import StreamAccount
from midplot.core.names import same_name
from midplot.core.scenario import Scenario
from midplot.core.verdict import judge
from midplot.errors import ScenarioError
from midplot.store import delete_scenario, read_scenario, read_scenarios, relabel

__all__ = ["Kept", "Shelf", "failed"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A saved scenario and its file."""

    path: Path
    scenario: Scenario

    @property
    def key(self) -> str:
        """What the front end calls it."""
        return self.path.name


class Shelf:
    """What a folder of scenarios holds.

    Parameters
    ----------
    folder
        Need not exist yet.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kept: list[Kept] | None = None

    def refresh(self) -> None:
        """Read the folder again when it is asked for next."""
        self._kept = None

    def all(self) -> list[Kept]:
        """Return all that can be read; what cannot is for `load_scenarios` to tell of."""
        if self._kept is None:
            found = read_scenarios(self.folder).found if self.folder.is_dir() else ()
            self._kept = [Kept(each.path, each.scenario) for each in found]
        return self._kept

    def of_stream(self, stream: StreamAccount) -> list[Kept]:
        """Return the scenarios that were picked in a stream, in order."""
        return [kept for kept in self.all() if belongs(kept.scenario, stream)]

    def n_failed(self, stream: StreamAccount) -> int:
        """Return how many scenarios of a stream its replay fails."""
        return sum(failed(kept.scenario, stream) for kept in self.of_stream(stream))

    def find(self, key: str) -> Kept:
        """Return one by its key.

        Raises
        ------
        ScenarioError
            If it is not there any more.
        """
        for kept in self.all():
            if kept.key == key:
                return kept
        raise ScenarioError(
            f"{self.folder / key}: the scenario is not there any more. It may have been deleted elsewhere."
        )

    def delete(self, kept: Kept) -> None:
        """Delete one."""
        self.refresh()
        delete_scenario(kept.path, self.folder)

    def relabel(self, kept: Kept, expected: float) -> Kept:
        """Give one another label."""
        self.refresh()
        path = relabel(kept.path, expected, self.folder)
        return Kept(path, read_scenario(path))


def failed(scenario: Scenario, stream: StreamAccount) -> bool:
    """Tell whether the decisions of a replay, as they stand, are not what a scenario of its stream expects.

    The checker starts the attacker afresh for each scenario; this looks at the replay in sight.
    """
    selection = scenario.selection
    for part in stream.parts:
        start = selection.first - part.part.first_index
        decisions = part.replay.decisions[max(start, 0) : start + selection.n_ticks]
        if start >= 0 and len(decisions) == selection.n_ticks:
            return not judge(scenario, np.concatenate([np.zeros(len(selection.before)), decisions])).succeeded
    return False


def belongs(scenario: Scenario, stream: StreamAccount) -> bool:
    """Tell whether a scenario was picked in a stream: by its values, wherever it is listed by now."""
    selection = scenario.selection
    named = selection.stream_name is not None and stream.name is not None
    if named and not same_name(selection.stream_name, stream.name):
        return False
    if selection.stream_name is None and stream.name is None and selection.stream_id not in (-1, stream.stream_id):
        return False
    for part in stream.parts:
        start = selection.first - part.part.first_index
        window = part.part.values[max(start, 0) : start + selection.n_ticks]
        if start >= 0 and window.tolist() == list(selection.values):
            return True
    return False
