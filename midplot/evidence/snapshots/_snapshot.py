"""One snapshot: what an attacker decided, and what is needed to ask it again."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import isfinite
from pathlib import PurePath
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator

from midplot._text import printable
from midplot.errors import ScenarioError
from midplot.evidence.runs._run import RULES
from midplot.evidence.snapshots._runs import Decided, runs_of
from midplot.money._account import StreamAccount
from midplot.money._ledger import Ledger
from midplot.play._settings import ReplaySettings
from midplot.scenarios._record import Index, explained
from midplot.scenarios.store._document import parse

__all__ = [
    "FORMAT",
    "VERSION",
    "KeptAttacker",
    "KeptParameters",
    "KeptRules",
    "KeptStream",
    "Snapshot",
    "read_snapshot",
    "snapshot_of",
    "snapshot_schema",
    "split_file",
]

FORMAT: Final = "midplot.snapshot"
"""The value of ``format`` in the file of a snapshot."""

VERSION: Final = 1

Count = Annotated[int, Field(strict=True, ge=0)]
KeptRun = tuple[Index, Index, Decided]


class Kept(BaseModel):
    """A part of a snapshot: frozen, and strict about its fields."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, strict=True, allow_inf_nan=False
    )


class KeptAttacker(Kept):
    """Whose decisions they are."""

    file: str | None
    """The attacker's file without its folder, with its name if it was chosen by one: ``attack.py``,
    ``attack.py:Trend``. null if it was typed into a notebook."""

    name: str
    """The name of its class or function."""

    @property
    def title(self) -> str:
        """The file if there is one, or else the name."""
        return self.name if self.file is None else self.file

    def is_that(self, file: str | None, name: str) -> bool:
        """Return whether another attacker is this one, by the name of its file and, where several are in it, its own.

        Parameters
        ----------
        file
            The file as it was given, ``folder/attack.py:Trend``; None without a file.
        name
            The name of its class or function.
        """
        if self.file is None or file is None:
            return self.name == name
        (own, own_choice), (other, other_choice) = split_file(self.file), split_file(file)
        return own == other and (own_choice == other_choice or self.name == name)


class KeptParameters(Kept):
    """What is passed to an attacker that accepts it."""

    hyper_parameters: JsonValue = None
    """The hyper-parameters."""

    with_hyper_parameters_load: bool = False
    """Whether the attacker loads saved parameters."""

    model_directory_path: str = "."
    """The folder that it loads them from, relative to that of the snapshot unless it is absolute."""


class KeptRules(Kept):
    """The rules of the replay, by the names of `replay`'s arguments."""

    horizon: int
    """Ticks from a decision to its resolution."""

    epsilon: float
    """The cost of one resolved decision, in the units of the price."""

    start_index: int
    """The first index that is scored."""

    stop_index: int | None
    """The index before which to stop; null for the end."""

    warmup: int
    """Values before the start that are fed but never scored."""

    backoff: int
    """The fewest ticks between two counted decisions."""

    with_trading_lag: bool
    """Whether a decision counts from the price of the next tick."""

    @model_validator(mode="after")
    def _check_ranges(self) -> Self:
        self.settings()  # its error is a ValueError, which pydantic collects
        return self

    def settings(self, n_jobs: Any = 1) -> ReplaySettings:
        """Return them as the settings of a replay."""
        return ReplaySettings(**{rule: getattr(self, rule) for rule in RULES}, n_jobs=n_jobs)


class KeptStream(Kept):
    """What was decided on one stream."""

    stream_id: Count
    """The position of the stream among those of the replay."""

    name: str | None
    """The stream's own name, if it has one."""

    n_parts: Count
    """The number of parts between its gaps that were replayed."""

    n_ticks: Count
    """The number of ticks that were scored."""

    fingerprint: str
    """A digest of its prices, by which it is recognised."""

    score: float | None
    """The profit after costs, in the units of the price; null if it is not finite."""

    decisions: list[KeptRun]
    """The decisions other than 0, in runs of equal ones: the first and the last original index, and the decision."""

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        for first, last, decision in self.decisions:
            if last < first or not float(decision):
                raise ValueError(f"{[first, last, decision]} is no run of decisions")
        for (_, last, _), (first, _, _) in pairwise(self.decisions):
            if first <= last:
                raise ValueError(f"the run from {first} on starts before the one before it has ended, at {last}")
        return self

    @property
    def title(self) -> str:
        """The name of the stream for people."""
        return self.name if self.name is not None else f"stream {self.stream_id}"

    @property
    def n_decisions(self) -> int:
        """The number of ticks with a decision other than 0."""
        return sum(last - first + 1 for first, last, _ in self.decisions)


class Snapshot(Kept):
    """The decisions of an attacker on some streams."""

    format: Literal["midplot.snapshot"] = FORMAT
    """What the file is."""

    version: Literal[1] = VERSION
    """The version of the format."""

    attacker: KeptAttacker
    """The attacker whose decisions they are."""

    parameters: KeptParameters
    """What was passed to the attacker."""

    rules: KeptRules
    """The rules of the replay."""

    data: str | None
    """Where the streams come from: ``sample`` for the embedded sample, or a path, relative to the folder of the snapshot
    unless it is absolute. null if they were passed in Python."""

    score: float | None
    """The profit after costs over all streams, in the units of the price; null if it is not finite."""

    streams: list[KeptStream] = Field(min_length=1)
    """One entry per stream, in the order of the replay."""

    @property
    def n_decisions(self) -> int:
        """The number of ticks with a decision other than 0, over all streams."""
        return sum(stream.n_decisions for stream in self.streams)

    def only(self, stream: KeptStream) -> Snapshot:
        """Return the snapshot of one of its streams."""
        return self.model_copy(update={"streams": [stream], "score": stream.score})


def read_snapshot(content: bytes) -> Snapshot:
    """Return the snapshot in the content of a file.

    Raises
    ------
    ScenarioError
        If it is something else, is damaged, is of a newer version, or has a wrong field; the error names no file.
    """
    document = parse(content)
    found, version = document.get("format"), document.get("version")
    if found != FORMAT:
        what = "has no 'format'" if found is None else f"has the format {printable(repr(found))}"
        raise ScenarioError(f"it is not a snapshot: it {what}", advice="Move it elsewhere.")
    if isinstance(version, int) and version > VERSION:
        raise ScenarioError(f"it has version {version}, this midplot reads up to {VERSION}", advice="Upgrade midplot.")
    try:
        # From the text and not from the document: only there are lists taken for tuples.
        return Snapshot.model_validate_json(content.removeprefix(b"\xef\xbb\xbf"))
    except ValidationError as error:
        raise ScenarioError(explained("Snapshot", error)) from error


def snapshot_of(
    ledger: Ledger,
    attacker: KeptAttacker,
    parameters: KeptParameters,
    data: str | None,
    fingerprints: Callable[[int], str],
) -> Snapshot:
    """Return the snapshot of a replay.

    Parameters
    ----------
    ledger
        What happened in the replay.
    attacker
        Whose decisions they are.
    parameters
        What was passed to it.
    data
        Where the streams come from.
    fingerprints
        Returns the fingerprint of a stream, by its id.
    """
    rules = KeptRules(**{rule: getattr(ledger.settings, rule) for rule in RULES})
    streams = [_stream(account, fingerprints(stream_id)) for stream_id, account in ledger.streams.items()]
    return Snapshot(
        attacker=attacker,
        parameters=parameters,
        rules=rules,
        data=data,
        score=_finite(ledger.total_score),
        streams=streams,
    )


def _stream(account: StreamAccount, fingerprint: str) -> KeptStream:
    runs = [
        run
        for part in account.parts
        for run in runs_of(part.replay.decisions[part.replay.scored], part.part.index_of(part.part.warmup))
    ]
    return KeptStream(
        stream_id=account.stream_id,
        name=account.name,
        n_parts=len(account.parts),
        n_ticks=account.n_ticks,
        fingerprint=fingerprint,
        score=_finite(account.score),
        decisions=runs,
    )


def _finite(score: float) -> float | None:
    return score if isfinite(score) else None


def split_file(file: str) -> tuple[str, str | None]:
    r"""Return the name of an attacker's file without its folder, and the name that was chosen in it.

    Examples
    --------
    >>> split_file("folder/attack.py"), split_file("attack.py:Trend")
    (('attack.py', None), ('attack.py', 'Trend'))
    """
    path, colon, choice = file.rpartition(":")
    path, chosen = (path, choice) if colon and choice.isidentifier() else (file, None)
    return PurePath(path).name, chosen


def snapshot_schema() -> dict[str, Any]:
    """Return the JSON schema of a snapshot's file in the current version."""
    schema = Snapshot.model_json_schema()
    # A file has to say what it is. In Python these fields have defaults, so pydantic does not list them as required.
    schema["required"] = ["format", "version", *schema["required"]]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "snapshot.schema.json", **schema}
