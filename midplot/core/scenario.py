"""What a scenario is: a selection and the decision that was expected there."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

import numpy as np
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from midplot.core.decision import described, is_number, to_float
from midplot.core.game import DEFAULT_FOLDER, DOWN, NOTHING, UP
from midplot.core.record import Record
from midplot.core.selection import UNKNOWN_STREAM, WARMUP, Selection, fingerprint
from midplot.core.stream import Stream
from midplot.errors import legible

__all__ = [
    "DEFAULT_FOLDER",
    "LABELS",
    "SCENARIO_FORMAT",
    "UNKNOWN_STREAM",
    "VERSION",
    "WARMUP",
    "Label",
    "Scenario",
    "Selection",
    "fingerprint",
    "label_of",
    "scenario_schema",
]

Label = Literal["UP", "DOWN", "NOTHING"]
LABELS: Final[dict[float, Label]] = {UP: "UP", DOWN: "DOWN", NOTHING: "NOTHING"}
"""How an expected decision is called."""

SCENARIO_FORMAT: Final = "midplot.scenario"
VERSION: Final = 1
"""The version of the formats that this midplot writes, and the newest that it reads."""

Identity = tuple[Label, str, int, int, int, str | None, tuple[float, ...]]


def label_of(decision: float) -> Label:
    """Return how a decision is called, by its sign.

    Examples
    --------
    >>> label_of(0.3), label_of(-2), label_of(0)
    ('UP', 'DOWN', 'NOTHING')
    """
    return LABELS[_signed(decision)]


def _signed(decision: Any) -> float:
    """Take an expected decision by its sign."""
    # ValueErrors, since pydantic reports no others.
    if not is_number(decision):
        raise ValueError(f"got {described(decision)}. Give UP, DOWN or NOTHING.")
    number = to_float(decision)
    if math.isnan(number):
        raise ValueError(f"got {described(decision)}, which has no sign. Give UP, DOWN or NOTHING.")
    return UP if number > 0 else DOWN if number < 0 else NOTHING


def _as_tags(tags: Any) -> Any:
    """Take one text for one tag, and give a set an order that is the same from run to run."""
    if isinstance(tags, str):
        return (tags,)
    return sorted(tags) if isinstance(tags, set | frozenset) else tags


def _without_repeats(tags: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tags))


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC).replace(fold=0)  # in UTC no hour comes twice
    except OverflowError as error:
        raise ValueError(f"got {moment}, which has no time in UTC. Give a later or earlier one.") from error


def _now() -> datetime:
    return datetime.now(UTC)


class Scenario(Record):
    """A selection and the decision that an attacker should have taken in it.

    Examples
    --------
    >>> stream = Stream([1.0, 2.0, 3.0, 4.0], name="eurusd")
    >>> scenario = Scenario(selection=Selection.of(stream, 1, 2, horizon=1, epsilon=0.0025), expected=0.7)
    >>> scenario
    Scenario(UP 'eurusd' 1-2)
    >>> scenario.stream()
    Stream(stream_id=0, name='UP eurusd 1-2', 3 points)
    """

    format: Literal["midplot.scenario"] = SCENARIO_FORMAT
    """Tells a scenario's file from any other."""

    version: Literal[1] = VERSION
    """The version of the format."""

    expected: Annotated[
        float, BeforeValidator(_signed), Field(json_schema_extra={"enum": [UP, DOWN, NOTHING]}, repr=False)
    ]
    """What the attacker should decide: 1.0 is UP, -1.0 is DOWN, 0.0 is NOTHING. Of a number only the sign counts."""

    note: str = ""
    """What its author had to say about it."""

    tags: Annotated[tuple[str, ...], BeforeValidator(_as_tags), AfterValidator(_without_repeats)] = ()
    """Words to find it by, without repeats."""

    created: Annotated[AwareDatetime, AfterValidator(_in_utc)] | None = Field(default_factory=_now)
    """When it was first saved, in UTC; null where its file does not say."""

    variant: Annotated[str, Field(pattern=r"^[a-z]{1,20}$")] | None = None
    """How it was derived of another scenario, such as ``mirrored``; null where it was picked by hand."""

    origin: str | None = None
    """The title of the scenario that it was derived of."""

    selection: Selection
    """The window, with what came before and after it."""

    @property
    def label(self) -> Label:
        """The expected decision in a word: UP, DOWN or NOTHING."""
        return LABELS[self.expected]

    @property
    def decision(self) -> float:
        """The expected decision, under the name of the first version."""
        return self.expected

    @property
    def title(self) -> str:
        """What a person calls the scenario: its label, stream and indices."""
        selection = self.selection
        text = f"{self.label} {selection.stream_title} {selection.first}-{selection.last}"
        return f"{text} {self.variant}" if self.variant else text

    @property
    def identity(self) -> Identity:
        """What makes it this scenario and no other: label, stream, window, horizon and variant.

        Warm-up, epsilon, note, tags and time are not part of it: to save it with others replaces them.
        """
        s = self.selection
        return self.label, s.stream_title, s.first, s.last, s.horizon, self.variant, s.values

    @property
    def hindsight(self) -> str | None:
        """What the window's own outcome says against an UP or DOWN label, in a sentence; None where nothing does.

        That is so where every decision of the label in the window would have lost, and all their outcomes are known.
        Such a label is no error: its author may want the attacker to see what later did not happen.
        """
        s = self.selection
        known = np.array(s.values + s.after)
        if self.expected == NOTHING or len(known) < s.n_ticks + s.horizon:
            return None
        with np.errstate(over="ignore"):
            moves = known[s.horizon : s.horizon + s.n_ticks] - known[: s.n_ticks]
            best = float(np.max(self.expected * moves)) - s.epsilon
        if best >= 0:
            return None
        return f"every decision {self.label} in the window would have lost, the best of them {best:.4g}"

    def stream(self, stream_id: int = 0) -> Stream:
        """Return what an attacker is fed: the warm-up and the window.

        Parameters
        ----------
        stream_id
            The stream's id, such as the scenario's position in its movie.

        Returns
        -------
        Stream
            Called by the scenario's title; its indices are the original ones.
        """
        selection = self.selection
        return Stream(
            np.array(selection.before + selection.values),
            stream_id,
            self.title,
            offset=selection.first - len(selection.before),
            warmup=len(selection.before),
        )

    def __repr__(self) -> str:
        selection = self.selection
        variant = f" {self.variant}" if self.variant else ""
        return f"Scenario({self.label} {selection.stream_title!r} {selection.first}-{selection.last}{variant})"

    def __str__(self) -> str:
        return legible(self.title)


def scenario_schema() -> dict[str, Any]:
    """Return the JSON schema of a scenario's file, of the present version.

    Examples
    --------
    >>> scenario_schema()["required"]
    ['format', 'version', 'expected', 'selection']
    """
    schema = Scenario.model_json_schema()
    # A file has to say what it is, though a scenario made in Python need not.
    schema["required"] = ["format", "version", *schema["required"]]
    for model in (schema, *schema["$defs"].values()):
        model["description"] = model["description"].split("\n")[0]  # the rest is for those who write Python
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "scenario.schema.json", **schema}
