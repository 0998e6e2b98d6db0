"""One saved run as a line of text: what was tried, on which data, by which rules, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from midplot._plain import as_json
from midplot.evidence._luck import Luck
from midplot.evidence.runs._provenance import Provenance
from midplot.game import __version__
from midplot.money._ledger import Ledger
from midplot.play._settings import ReplaySettings

__all__ = ["FORMAT", "RULES", "VERSION", "Run", "line_of", "new_run", "read_run", "settings_of"]

FORMAT = "midplot run"
VERSION = 1

RULES = ("horizon", "epsilon", "start_index", "stop_index", "warmup", "backoff", "with_trading_lag")
"""The rules of a replay that its score depends on."""


@dataclass(frozen=True, slots=True)
class Run:
    """One saved run.

    Attributes
    ----------
    id
        Identifies the run: when it was saved, and eight random digits.
    file
        The name of the Parquet file beside ``runs.jsonl`` that holds its decisions and latencies.
    at
        When it was saved, in UTC.
    attacker
        The name of the attacker's class or function.
    source
        The digest of the attacker's source; None if there was none.
    commit
        The git commit; None without git.
    hyper_parameters
        The hyper-parameters, as plain data.
    streams
        For each stream its ``stream_id``, ``name`` and ``fingerprint``.
    rules
        The rules of the replay, by the names of `replay`'s arguments.
    score
        The profit after costs, in the units of the price.
    interval
        The 95% interval of the score; None if there was too little data.
    p
        The chance that luck alone does as well, corrected for ``trials``; None if there was too little data.
    trials
        The number of attackers tried on these streams so far, this one included.
    decisions
        The digest of the decisions, by which a run that tried nothing new is recognised.
    n_decisions
        The number of resolved decisions.
    n_ticks
        The number of ticks that were scored.
    elapsed
        Seconds that the replay took.
    state
        ``"complete"`` or ``"interrupted"``.
    scenarios
        The number of scenarios that were checked, ``n``, and that passed, ``n_success``; None if none were.
    note
        A remark.
    midplot
        The version of midplot that saved it; None if that was before runs said so.
    attacker_file
        The file that the attacker is written in, relative to the working folder if it lies in there, else its name alone.
        None for one that was typed into a notebook, or if the run was saved before runs said so.
    """

    id: str
    file: str
    at: str
    attacker: str
    source: str | None
    commit: str | None
    hyper_parameters: Any
    streams: tuple[Mapping[str, Any], ...]
    rules: Mapping[str, Any]
    score: float
    interval: tuple[float, float] | None
    p: float | None
    trials: int
    decisions: str
    n_decisions: int
    n_ticks: int
    elapsed: float
    state: str
    scenarios: Mapping[str, int] | None = None
    note: str = ""
    midplot: str | None = None
    attacker_file: str | None = None

    @property
    def fingerprints(self) -> frozenset[str]:
        """The fingerprints of the streams."""
        return frozenset(str(stream["fingerprint"]) for stream in self.streams)


def new_run(
    ledger: Ledger,
    came_from: Provenance,
    luck: Luck,
    *,
    fingerprints: Mapping[int, str],
    decisions: str,
    scenarios: Mapping[str, int] | None,
    note: str,
) -> Run:
    """Describe a replay that is about to be saved.

    Parameters
    ----------
    ledger
        What happened in the replay.
    came_from
        Where the decisions came from.
    luck
        What the score is worth.
    fingerprints
        The fingerprint of each stream by stream id.
    decisions
        The digest of the decisions.
    scenarios
        How many scenarios were checked and passed; None if none were.
    note
        A remark.
    """
    now, settings, summary = datetime.now(UTC), ledger.settings, ledger.summary()
    name = f"{now:%Y%m%dT%H%M%S}-{uuid4().hex[:8]}"
    return Run(
        id=name,
        file=f"{name}.parquet",
        at=now.isoformat(timespec="seconds"),
        attacker=came_from.attacker,
        source=came_from.source,
        commit=came_from.commit,
        hyper_parameters=came_from.hyper_parameters,
        streams=tuple(
            {"stream_id": stream_id, "name": account.name, "fingerprint": fingerprints[stream_id]}
            for stream_id, account in ledger.streams.items()
        ),
        rules={rule: getattr(settings, rule) for rule in RULES},
        score=ledger.total_score,
        interval=luck.interval,
        p=luck.p,
        trials=luck.trials,
        decisions=decisions,
        n_decisions=int(summary["num_resolved_decisions"] or 0),
        n_ticks=ledger.n_ticks,
        elapsed=ledger.elapsed,
        state=ledger.state,
        scenarios=scenarios,
        note=note,
        midplot=__version__,
        attacker_file=came_from.file,
    )


def settings_of(run: Run) -> ReplaySettings:
    """Return the rules of a saved run."""
    return ReplaySettings(**{rule: run.rules[rule] for rule in RULES if rule in run.rules})


def line_of(run: Run) -> str:
    """Return a run as one line of JSON, without its line end."""
    known = {name: getattr(run, name) for name in _NAMES}
    return as_json({"format": FORMAT, "version": VERSION, **known}, indent=None)


def read_run(line: str | bytes) -> Run:
    """Return the run that a line describes.

    Raises
    ------
    ValueError
        If it describes none; the message says what is wrong with it.
    """
    try:
        document = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError("it is not JSON") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError("it does not describe a run")
    version = document.get("version")
    if not isinstance(version, int) or version > VERSION:
        raise ValueError(f"it is of version {version!r}, and this midplot reads up to {VERSION}: update midplot")
    missing = [name for name in _REQUIRED if name not in document]
    there = {name: document[name] for name in _KINDS if name in document}
    wrong = missing or [name for name, value in there.items() if not isinstance(value, _KINDS[name])]
    if wrong:
        raise ValueError(f"its {'field' if len(wrong) == 1 else 'fields'} {', '.join(wrong)} cannot be used")
    return _of(document)


_NAMES = tuple(Run.__dataclass_fields__)
_OPTIONAL = {"scenarios", "note", "midplot", "attacker_file"}
_REQUIRED = tuple(name for name in _NAMES if name not in _OPTIONAL)
_KINDS: dict[str, Any] = {
    **dict.fromkeys(("id", "file", "at", "attacker", "decisions", "state"), str),
    **dict.fromkeys(("trials", "n_decisions", "n_ticks"), int),
    "score": (int, float, type(None)),  # JSON has no number for a score that overflowed
    "p": (int, float, type(None)),
    "streams": list,
    "rules": dict,
    "note": str,
    "attacker_file": (str, type(None)),
}


def _of(document: dict[str, Any]) -> Run:
    streams = document["streams"]
    if not all(isinstance(each, dict) and {"stream_id", "name", "fingerprint"} <= each.keys() for each in streams):
        raise ValueError("its streams cannot be used")
    # The file is opened later: a line from somebody else must not lead out of its folder.
    if "/" in document["file"] or "\\" in document["file"] or document["file"].startswith("."):
        raise ValueError("its file is not a name")
    known = {name: document[name] for name in _NAMES if name in document}
    interval, score = document["interval"], document["score"]
    known |= {"streams": tuple(streams), "score": float("nan") if score is None else float(score)}
    try:
        known["interval"] = None if interval is None else (float(interval[0]), float(interval[1]))
        run = Run(**known)
        settings_of(run)
    except (TypeError, ValueError, LookupError) as error:
        raise ValueError(f"its numbers cannot be used ({error})") from error
    return run
