"""Samples values of an attacker after each of its decisions, to show why it fired."""

from __future__ import annotations

import inspect
import types
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from midplot.errors import ArgumentTypeError, ProtocolError, did_you_mean
from midplot.play._attacker import is_attacker
from midplot.play._growing import Growing
from midplot.play._raised import claim
from midplot.streams._stream import FloatArray

__all__ = ["Probe", "Probes", "Sampler", "as_probes"]

Probe = str | Callable[[Any], Any]
"""The name of an attribute of the attacker, dotted if nested, or a function of the attacker."""

Probes = Sequence[Probe]


def as_probes(probe: Probe | Iterable[Probe]) -> tuple[Probe, ...]:
    """Return one probe, or several, as a tuple.

    Raises
    ------
    ArgumentTypeError
        If one is neither a name nor a function of the attacker.
    """
    single = isinstance(probe, str) or callable(probe) or not isinstance(probe, Iterable)
    probes: tuple[Any, ...] = (probe,) if single else tuple(probe)  # type: ignore[arg-type]
    for each in probes:
        if not isinstance(each, str) and not callable(each):
            raise ArgumentTypeError(
                f"expected the name of an attribute or a function of the attacker, got {each!r}",
                where="probe",
                advice="Write probe=['factor'] or probe=[lambda attacker: attacker.factor].",
            )
    return probes


def probe_name(probe: Probe) -> str:
    """Return the name of a probe."""
    return probe if isinstance(probe, str) else getattr(probe, "__name__", repr(probe))


def column_names(probes: Probes) -> list[str]:
    """Return a distinct column name for each probe: a second lambda is ``<lambda> 2``."""
    seen: Counter[str] = Counter()
    names = []
    for name in map(probe_name, probes):
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return names


class Sampler:
    """Collects the values of probes, one per tick.

    Parameters
    ----------
    probes
        Names of attributes, dotted where nested, or functions of the attacker.
    """

    def __init__(self, probes: Probes) -> None:
        self._probes = tuple(probes)
        self._values: list[list[float]] = [[] for _ in self._probes]
        # The same values as arrays, as far as `columns` was asked for them: a look at a running replay converts what is new.
        self._converted = [(Growing(), 0) for _ in self._probes]
        self._attacker: Any = None

    def __bool__(self) -> bool:
        return bool(self._probes)

    def sample(self, frame: types.FrameType | None, label: str, index: int) -> None:
        """Record the probes' values at one tick.

        Raises
        ------
        ProtocolError
            If no attacker is found in infer, it has no such attribute, or a probe ends the program.
        """
        # Looked for after the first decision: before its ready yield, infer need not have made its attacker yet.
        if self._attacker is None:
            self._attacker = found_attacker(frame, label)
        where = f"{label}, tick {index}"
        for probe, values in zip(self._probes, self._values, strict=True):
            try:
                values.append(_sampled(probe, self._attacker, where))
            except (KeyboardInterrupt, ProtocolError):
                raise
            except BaseException as error:
                claim(error, where)
                raise

    def columns(self, n_ticks: int) -> dict[str, FloatArray]:
        """Return the values by probe, each of shape ``(n_ticks,)``; NaN where there is no number."""
        return {name: self._column(place, n_ticks) for place, name in enumerate(column_names(self._probes))}

    def _column(self, place: int, n_ticks: int) -> FloatArray:
        values, (column, n_done) = self._values[place], self._converted[place]
        n_known = min(n_ticks, len(values))
        if n_done < n_known:
            column.put(n_done, np.array(values[n_done:n_known], dtype=np.float64))
            self._converted[place] = column, n_known
        known = column.first(n_known)
        # A probe that raised has one value less than there are decisions.
        return np.append(known, np.full(n_ticks - n_known, np.nan)) if n_known < n_ticks else known


def found_attacker(frame: types.FrameType | None, label: str) -> Any:
    """Find the attacker among the variables of a running infer."""
    values = list(frame.f_locals.values()) if frame is not None else []
    found = [value for value in values if is_attacker(value) and not inspect.isclass(value)]
    if not found:
        raise ProtocolError(
            "probe found no attacker in infer",
            where=label,
            advice="Keep an object with tick_and_predict in a variable of infer, or pass the attacker's class as "
            "infer.",
        )
    return found[0]  # of several, the one whose variable comes first in infer


def _sampled(probe: Probe, attacker: Any, where: str) -> float:
    value = probe(attacker) if callable(probe) else _attribute(attacker, probe, where)
    if value is None:
        return np.nan  # many an attacker has no value before it has seen enough
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise ProtocolError(
            f"probe {probe_name(probe)!r} gave {value!r}, which is not a number",
            where=where,
            advice="Probe a number.",
        ) from error


def _attribute(attacker: Any, dotted: str, where: str) -> Any:
    value = attacker
    for name in dotted.split("."):
        if not hasattr(value, name):
            known = [each for each in dir(value) if not each.startswith("_")]
            raise ProtocolError(
                f"probe {dotted!r}: {type(value).__name__} has no attribute {name!r}",
                where=where,
                advice=f"{did_you_mean(name, known)} It has {', '.join(known)}.",
            )
        value = getattr(value, name)
    return value
