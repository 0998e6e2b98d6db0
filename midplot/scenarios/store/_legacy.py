"""Reads the scenario files of midplot's first version, which did not name their format.

Such a file holds ``{"selection": {"stream_id": 3, "data": [...], "original_start_index": 120,
"original_end_index": 180}, "decision": 1.0}``; the id of the stream is null or missing if it was not known.
"""

from __future__ import annotations

from typing import Any

from midplot.errors import ScenarioError
from midplot.game import EPSILON, HORIZON
from midplot.play._decision import shortened
from midplot.scenarios._scenario import UNKNOWN_STREAM, Scenario, Selection

__all__ = ["check_expected", "first_version_scenario", "is_first_version"]


def is_first_version(document: dict[str, Any]) -> bool:
    """Return whether a JSON object is a scenario of the first version."""
    selection = document.get("selection")
    return "format" not in document and isinstance(selection, dict) and "data" in selection


def check_expected(decision: Any) -> Any:
    """Return a decision from a file unless it is a word: in Python a label may be one, but the formats know only numbers.

    Raises
    ------
    ScenarioError
        If it is a word.
    """
    if isinstance(decision, str):
        raise ScenarioError(
            f"got {shortened(repr(decision))}",
            where="Scenario, expected",
            advice="Write 1.0 for UP, -1.0 for DOWN or 0.0 for NOTHING.",
        )
    return decision


def first_version_scenario(document: dict[str, Any]) -> Scenario:
    """Turn a document of the first version into a scenario.

    Parameters
    ----------
    document
        A document that `is_first_version` recognises.

    Returns
    -------
    Scenario
        A scenario with the game's horizon and epsilon, and without warm-up, note, tags and time.

    Raises
    ------
    ScenarioError
        If a field is missing or wrong.
    """
    selection: dict[str, Any] = document["selection"]
    data, first = selection["data"], selection.get("original_start_index")
    if not isinstance(data, list) or not isinstance(first, int) or "decision" not in document:
        raise ScenarioError(
            "it lacks one of 'data', 'original_start_index' and 'decision'", advice="Restore it, or delete it."
        )
    stream_id = selection.get("stream_id")
    return Scenario(
        selection=Selection(
            stream_id=UNKNOWN_STREAM if stream_id is None else stream_id,
            first=first,
            # The first version never read the last index, so files in which it is wrong were of use all the same.
            last=first + len(data) - 1,
            horizon=HORIZON,
            epsilon=EPSILON,
            values=data,  # type: ignore[arg-type]  # a list is taken for a tuple
        ),
        expected=check_expected(document["decision"]),
        created=None,
    )
