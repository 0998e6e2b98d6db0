"""Taking a snapshot: an attacker that decides by dice has none, so it is asked twice."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from midplot.errors import ArgumentError, ProtocolError, message_of
from midplot.evidence.runs._provenance import name_and_file, parameters_of_bound
from midplot.evidence.snapshots._file import Written, write_snapshot
from midplot.evidence.snapshots._snapshot import KeptAttacker, KeptParameters, snapshot_of, split_file
from midplot.evidence.snapshots._where import SAMPLE, place_for, relative
from midplot.money._ledger import Ledger
from midplot.play._engine import PartReplay, PartRun
from midplot.play._lockstep import BoundInfer
from midplot.scenarios._selection import fingerprint

__all__ = ["kept_parameters", "own_parameters", "own_place", "take_snapshot"]


def own_place(infer: BoundInfer, path: str | os.PathLike[str] | None) -> Path:
    """Return the file for the snapshot of an attacker that was passed in Python, named after its class or function."""
    return place_for(name_and_file(infer)[0], path)


def take_snapshot(
    ledger: Ledger,
    infer: BoundInfer,
    path: Path,
    *,
    fingerprints: Callable[[int], str],
    parameters: KeptParameters,
    data: str | None,
    file: str | None = None,
    update: bool = False,
) -> Written:
    """Replay an attacker a second time, and keep its decisions if they are the same.

    Parameters
    ----------
    ledger
        What happened in the first replay.
    infer
        The attacker, bound to its parameters.
    path
        The file of the snapshot.
    fingerprints
        Returns the fingerprint of a stream, by its id.
    parameters
        What was passed to the attacker; see `kept_parameters`.
    data
        Where the streams were read from, as `relative` returns it; None for the embedded sample, or if it is not known.
    file
        The attacker's file as it was given; None for the file that its class or function is written in.
    update
        Whether to replace another snapshot of the same attacker.

    Raises
    ------
    ArgumentError
        If the replay is not complete, replayed nothing or was scored again for another horizon.
    ProtocolError
        If the attacker does not decide the same again.
    ScenarioError
        If there is another snapshot that may not be replaced, or the file cannot be written.
    """
    if ledger.state != "complete" or not ledger.streams:
        raise ArgumentError(
            "the replay has not come to its end, so there is nothing to keep",
            where="snapshot",
            advice="Replay the streams to their end first.",
        )
    if ledger.told_horizon != ledger.settings.horizon:
        raise ArgumentError(
            f"it was scored again for a horizon of {ledger.settings.horizon}, but the attacker was told "
            f"{ledger.told_horizon}",
            where="snapshot",
            advice="Replay with the horizon that you mean, and keep that.",
        )
    name, own_file = name_and_file(infer)
    if file is None and own_file is not None:
        file = own_file.name
    _check_repeatable(ledger, infer)
    attacker = KeptAttacker(file=None if file is None else _bare(file), name=name)
    place = data or _sample(ledger, fingerprints)
    return write_snapshot(snapshot_of(ledger, attacker, parameters, place, fingerprints), path, update=update)


def _bare(file: str) -> str:
    name, chosen = split_file(file)
    return name if chosen is None else f"{name}:{chosen}"


def own_parameters(infer: BoundInfer, folder: Path) -> KeptParameters:
    """Return the parameters that an attacker is bound to, as a snapshot in a folder keeps them."""
    return kept_parameters(parameters_of_bound(infer), folder)


def kept_parameters(given: Mapping[str, Any], folder: Path) -> KeptParameters:
    """Return what is passed to an attacker, as a snapshot in a folder keeps it.

    Parameters
    ----------
    given
        The parameters by the names of `replay`'s arguments, those that were left out excepted.
    folder
        The folder of the snapshot.

    Raises
    ------
    ArgumentError
        If JSON cannot hold the hyper-parameters.
    """
    hyper_parameters = _listed(given.get("hyper_parameters"))
    try:
        same = json.loads(json.dumps(hyper_parameters, allow_nan=False)) == hyper_parameters
    except (TypeError, ValueError, RecursionError):
        same = False
    if not same:
        raise ArgumentError(
            f"{given['hyper_parameters']!r:.200} cannot be kept in JSON, and a check could not replay with it",
            where="hyper_parameters",
            advice="Give plain numbers, texts, lists and dicts whose keys are texts.",
        )
    load, model = bool(given.get("with_hyper_parameters_load", False)), given.get("model_directory_path", ".")
    # Where nothing is loaded, the folder is left as it is: a `.` that every attacker is passed means nothing.
    model = relative(str(model), folder) if load or model != "." else "."
    return KeptParameters(
        hyper_parameters=hyper_parameters, with_hyper_parameters_load=load, model_directory_path=model
    )


def _listed(value: Any) -> Any:
    """Return data with lists in place of tuples, which JSON does not have."""
    if isinstance(value, Mapping):
        return {key: _listed(each) for key, each in value.items()}
    return [_listed(each) for each in value] if isinstance(value, list | tuple) else value


def _sample(ledger: Ledger, fingerprints: Callable[[int], str]) -> str | None:
    """Return ``sample`` if all streams are those of the embedded sample; None if it is not known where they come from."""
    return SAMPLE if {fingerprints(stream_id) for stream_id in ledger.streams} <= _sample_digests() else None


@cache
def _sample_digests() -> frozenset[str]:
    from midplot.streams.files._readers import load_streams

    return frozenset(fingerprint(each.values) for streams in load_streams() for each in streams)


def _check_repeatable(ledger: Ledger, infer: BoundInfer) -> None:
    for part in ledger.parts:
        change = _first_change(part.replay, infer)
        if change is not None:
            tick, what = change
            raise ProtocolError(
                f"it decided {part.replay.decisions[tick]:g} first, and {what} when it was fed the same prices again: "
                "no replay would ever match a snapshot of it",
                where=f"{part.part.label}, tick {part.part.index_of(tick)}",
                advice="Seed what is random, and keep its state in the object; `midplot verify` says what it depends on.",
            )


def _first_change(replay: PartReplay, infer: BoundInfer) -> tuple[int, str] | None:
    """Feed a part again; return the first tick that is decided differently and how, or None."""
    run, raised = PartRun(replay.part, infer), ""
    try:
        run.run()
    except Exception as error:  # noqa: BLE001 -- whatever it raises, it did not before
        raised = f"raised {type(error).__name__} ({message_of(error)})"
    decisions = run.outcome().decisions
    changed = np.flatnonzero(replay.decisions[: len(decisions)] != decisions)
    if len(changed):
        return int(changed[0]), f"{decisions[changed[0]]:g}"
    return (min(len(decisions), replay.n_ticks - 1), raised) if raised else None
