"""A scenario: a selection and the decision that is expected there."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

import numpy as np
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from midplot.errors import ArgumentError, did_you_mean, legible
from midplot.game import DEFAULT_FOLDER, DOWN, NOTHING, UP, LabelName
from midplot.game import LABELS as GAME_LABELS
from midplot.game import Label as GameLabel
from midplot.play._decision import described, is_number, shortened, to_float
from midplot.scenarios._record import Record
from midplot.scenarios._selection import UNKNOWN_STREAM, WARMUP, Selection, fingerprint
from midplot.streams._stream import Stream

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
    "decision_of",
    "fingerprint",
    "label_of",
    "scenario_schema",
]

Label = LabelName
LABELS: Final[dict[float, Label]] = {each.decision: each.name for each in GAME_LABELS}
"""The name of each expected decision."""

_DECISIONS: Final[dict[str, float]] = {each.name.casefold(): each.decision for each in GAME_LABELS}

_ALLOWED: Final = "Give UP, DOWN or NOTHING."

SCENARIO_FORMAT: Final = "midplot.scenario"
"""The value of ``format`` in a scenario's file."""

VERSION: Final = 1
"""The version of the file formats that this midplot writes, and the newest that it reads."""

Identity = tuple[Label, str, int, int, int, str | None, tuple[float, ...]]
"""Label, stream title, first and last index, horizon, variant and prices: see `Scenario.identity`."""


def label_of(decision: float) -> Label:
    """Return the label of a decision, by its sign.

    Examples
    --------
    >>> label_of(0.3), label_of(-2), label_of(0)
    ('UP', 'DOWN', 'NOTHING')
    """
    return LABELS[_signed(decision)]


def decision_of(label: GameLabel | str | float, where: str = "expected") -> float:
    """Return the decision that a label stands for, however the label is given.

    Parameters
    ----------
    label
        UP, DOWN or NOTHING: as a number, of which only the sign counts, or as a word in any case.
    where
        Name of the argument, for messages.

    Raises
    ------
    ArgumentError
        If there is no such label.

    Examples
    --------
    >>> decision_of("up"), decision_of("Down"), decision_of(0.0)
    (1.0, -1.0, 0.0)
    """
    try:
        return _signed(label)
    except ArgumentError as error:
        raise error.at(where) from None


def _signed(label: Any) -> float:
    """Return the decision that a label stands for, or a number reduced to its sign."""
    # pydantic collects ValueErrors, as these are, and reports them with the field; any other would pass straight through.
    if isinstance(label, GameLabel):
        return label.decision
    if isinstance(label, str):
        if label.casefold() not in _DECISIONS:
            hint = did_you_mean(label.upper(), LABELS.values())
            raise ArgumentError(f"there is no {shortened(repr(label))}", advice=f"{hint} {_ALLOWED}")
        return _DECISIONS[label.casefold()]
    if not is_number(label):
        raise ArgumentError(f"got {described(label)}", advice=_ALLOWED)
    number = to_float(label)
    if math.isnan(number):
        raise ArgumentError(f"got {described(label)}, which has no sign", advice=_ALLOWED)
    return UP if number > 0 else DOWN if number < 0 else NOTHING


def _as_tags(tags: Any) -> Any:
    """Accept one string as one tag, and put a set into an order that is the same in every run."""
    if isinstance(tags, str):
        return (tags,)
    return sorted(tags) if isinstance(tags, set | frozenset) else tags


def _in_utc(moment: datetime) -> datetime:
    try:
        # No hour occurs twice in UTC, so a fold means nothing there, and files do not keep it.
        return moment.astimezone(UTC).replace(fold=0)
    except OverflowError as error:
        raise ValueError(f"got {moment}, which has no time in UTC. Give a later or earlier one.") from error


class Scenario(Record):
    """A selection and the decision that an attacker should have made in it.

    In Python, ``expected`` may also be the name of a label, in any case.

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
    """Identifies the file as a scenario."""

    version: Literal[1] = VERSION
    """The version of the file format."""

    expected: Annotated[
        float, BeforeValidator(_signed), Field(json_schema_extra={"enum": [UP, DOWN, NOTHING]}, repr=False)
    ]
    """What the attacker should decide: 1.0 is UP, -1.0 is DOWN, 0.0 is NOTHING. Only the sign of a number counts."""

    note: str = ""
    """The author's remarks."""

    tags: Annotated[
        tuple[str, ...], BeforeValidator(_as_tags), AfterValidator(lambda tags: tuple(dict.fromkeys(tags)))
    ] = ()
    """Words to find it by, each only once."""

    created: Annotated[AwareDatetime, AfterValidator(_in_utc)] | None = Field(default_factory=lambda: datetime.now(UTC))
    """When it was first saved, in UTC; null if its file does not say."""

    # Variants become part of file names, hence plain short words only.
    variant: Annotated[str, Field(pattern=r"^[a-z]{1,20}$")] | None = None
    """How it was derived from another scenario, such as ``mirrored``; null if it was picked by hand."""

    origin: str | None = None
    """The title of the scenario that it was derived from."""

    selection: Selection
    """The window, with what came before and after it."""

    @property
    def label(self) -> Label:
        """The expected decision as a word: UP, DOWN or NOTHING."""
        return LABELS[self.expected]

    @property
    def decision(self) -> float:
        """The expected decision, under the name that it had in the first version."""
        return self.expected

    @property
    def title(self) -> str:
        """The name of the scenario for people: its label, stream and indices, and its variant if it is one."""
        selection = self.selection
        text = f"{self.label} {selection.stream_title} {selection.first}-{selection.last}"
        return f"{text} {self.variant}" if self.variant else text

    @property
    def identity(self) -> Identity:
        """What distinguishes it from other scenarios: label, stream, window, horizon and variant.

        Warm-up, epsilon, note, tags and time are not part of it: saving the scenario with other values replaces them.
        """
        s = self.selection
        return self.label, s.stream_title, s.first, s.last, s.horizon, self.variant, s.values

    @property
    def hindsight(self) -> str | None:
        """How the outcome of the window contradicts an UP or DOWN label, in one sentence; None if it does not.

        It does if every decision of that label in the window would have lost, and all their outcomes are known. Such a
        label is not an error: its author may want the attacker to react to a sign that did not come true this time.
        """
        s = self.selection
        known = np.array(s.values + s.after)
        if self.expected == NOTHING or len(known) < s.n_ticks + s.horizon:
            return None
        with np.errstate(over="ignore"):  # prices near the largest float may differ by more than a float can hold
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
            The id of the stream, such as the scenario's position in its movie.

        Returns
        -------
        Stream
            A stream that has the scenario's title as its name, and the original indices.
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
    """Return the JSON schema of a scenario's file in the current version.

    Examples
    --------
    >>> scenario_schema()["required"]
    ['format', 'version', 'expected', 'selection']
    """
    schema = Scenario.model_json_schema()
    # A file has to say what it is. In Python these fields have defaults, so pydantic does not list them as required.
    schema["required"] = ["format", "version", *schema["required"]]
    for model in (schema, *schema["$defs"].values()):
        model["description"] = model["description"].split("\n")[0]  # the examples below it concern Python only
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "scenario.schema.json", **schema}
