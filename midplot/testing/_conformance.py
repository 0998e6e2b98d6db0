"""The conformance checks: what every attacker must do, whatever it thinks of the market.

Each check takes the attacker under test and returns a sentence that says what was seen. It raises a
`NonconformityError` if the attacker does not conform; errors of the attacker itself pass through.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from midplot.causality._fresh import cause_without_future
from midplot.play._latency import Latency
from midplot.streams._stream import FloatArray
from midplot.testing._subject import LEVEL, Subject, random_walk

__all__ = [
    "NonconformityError",
    "check_causality",
    "check_constant_stream",
    "check_determinism",
    "check_fresh_state",
    "check_gaps",
    "check_huge_prices",
    "check_latency",
    "check_protocol",
    "check_tiny_streams",
]

HUGE = 1e9
"""A price at which a double still resolves the tick size, but squares and differences of squares do not."""

FUTURES = 6
"""Number of ticks after which the future is altered: each takes two replays, and a peeker peeks more often than that."""


class NonconformityError(Exception):
    """An attacker does not conform; the message is the reason."""


def check_protocol(subject: Subject) -> str:
    """Expect one number per message on a stream like those of the game."""
    decisions = subject.decide(subject.walk(), "random walk")
    n = int(np.count_nonzero(decisions))
    return f"one decision on each of {len(decisions):,} ticks, {n:,} of them not 0"


def check_causality(subject: Subject) -> str:
    """Expect the decisions up to a tick to be the same whatever comes after it."""
    values = subject.walk()
    before = _settled(subject, values)
    ticks = _ticks_to_alter(before)
    for tick in ticks:
        for future, altered in _other_futures(values, tick):
            past = before[: tick + 1]
            if _first_change(past, subject.decide(altered, f"random walk, {future}")) is None:
                continue
            # An attacker that is random, or keeps something from the last stream, is no peeker: it is asked again.
            changed = _first_change(past, _settled(subject, altered))
            if changed is None or not _is_repeatable(subject) or _keeps_something(subject, values[: tick + 1]):
                raise NonconformityError(_UNREPEATABLE)
            raise NonconformityError(f"at tick {changed} it decides differently if all after tick {tick} is {future}.")
    return f"the same decisions with another future, and with none, after {len(ticks)} ticks"


def check_determinism(subject: Subject) -> str:
    """Expect the same decisions on the same values again."""
    values = subject.walk()
    first, second = _settled(subject, values), _settled(subject, values)
    changed = _first_change(first, second)
    if changed is not None:
        raise NonconformityError(
            f"at tick {changed} it decided {first[changed]:g}, and {second[changed]:g} on the same values again. "
            "Seed what is random."
        )
    return f"the same decisions on {len(values):,} ticks again"


def check_fresh_state(subject: Subject) -> str:
    """Expect that a stream leaves nothing behind for the next one."""
    values = subject.walk()
    decisions = []
    # Two streams at very different prices, so that whatever is kept from them differs as well.
    for level, seed in ((LEVEL / 2, 1), (20 * LEVEL, 2)):
        subject.decide(random_walk(subject.n_ticks, seed, level), "another stream")
        decisions.append(subject.decide(values, "random walk"))
    changed = _first_change(*decisions)
    if changed is not None:
        _refuse_if_unrepeatable(subject)
        raise NonconformityError(
            f"at tick {changed} it decided {decisions[0][changed]:g} after one stream, {decisions[1][changed]:g} after "
            "another. Keep its state in the object, made in __init__, not in the class or the module."
        )
    return "the same decisions whatever stream came before"


def check_constant_stream(subject: Subject) -> str:
    """Expect the attacker to survive a price that never moves."""
    subject.decide(np.full(subject.n_ticks, LEVEL), "constant")
    return f"survived {subject.n_ticks:,} equal prices"


def check_tiny_streams(subject: Subject) -> str:
    """Expect the attacker to survive streams of 1, 2 and 3 points."""
    for n in (1, 2, 3):
        subject.decide(random_walk(n), f"{n} point{'s' * (n != 1)}")
    return "survived streams of 1, 2 and 3 points"


def check_huge_prices(subject: Subject) -> str:
    """Expect the attacker to survive prices about 1e9, where small moves drown in rounding."""
    subject.decide(random_walk(subject.n_ticks, level=HUGE), f"prices about {HUGE:g}")
    return f"survived prices about {HUGE:g}"


def check_gaps(subject: Subject) -> str:
    """Expect the attacker to survive a stream with gaps, and to start afresh after each."""
    values = subject.walk()
    third = len(values) // 3
    # Two gaps that leave one value between them, and one more: four parts, one of them a single tick.
    values[[third, third + 2, 2 * third + 2]] = np.nan
    parts = subject.replay(values, "cut by gaps")
    for replay in parts:
        changed = _first_change(replay.decisions, subject.decide(replay.part.values, "one part"))
        if changed is not None:
            _refuse_if_unrepeatable(subject)
            raise NonconformityError(
                f"at tick {replay.part.index_of(changed)} it decided differently than on part {replay.part.part} alone. "
                "Keep its state in the object, made in __init__."
            )
    return f"the same decisions on {len(parts)} parts of a stream as on each alone"


def check_latency(subject: Subject) -> str:
    """Expect the mean time of a decision to be within the budget: the rule of the game is on the mean."""
    latency = Latency.of(subject.replay(subject.walk(), "random walk")[0].latency_ns)
    allowed = f"the {subject.latency_budget * 1e3:g} ms allowed"
    if latency.mean > subject.latency_budget:
        raise NonconformityError(
            f"a decision takes {latency.mean * 1e3:.3g} ms on average, more than {allowed} "
            f"(median {latency.p50 * 1e3:.3g} ms, longest {latency.max * 1e3:.3g} ms)."
        )
    return f"a decision takes no more than {allowed} on average"


_UNREPEATABLE = "unknown, since it decides differently on the same values: see determinism and fresh state."


def _refuse_if_unrepeatable(subject: Subject) -> None:
    if not _is_repeatable(subject):
        raise NonconformityError(_UNREPEATABLE)


def _is_repeatable(subject: Subject) -> bool:
    values = subject.walk()
    return _first_change(_settled(subject, values), _settled(subject, values)) is None


def _keeps_something(subject: Subject, past: FloatArray) -> bool:
    """Ask the attacker in fresh processes where there is no future; return whether it decides differently even there.

    One that counts in its class may be at the same place of its count whenever it is asked twice here, and at another one
    when the future is altered.
    """
    return cause_without_future(past.copy(), subject.infer, [subject.walk()]) is not None


def _settled(subject: Subject, values: FloatArray) -> FloatArray:
    """Return the decisions on a stream that follows a fixed other one, whose remains, if any, are then the same each time."""
    subject.decide(subject.walk(), "random walk")
    return subject.decide(values, "random walk")


def _first_change(before: FloatArray, after: FloatArray) -> int | None:
    """Return the first tick at which two runs decided differently, or None."""
    changed = np.flatnonzero(before != after[: len(before)])
    return int(changed[0]) if len(changed) else None


def _ticks_to_alter(decisions: FloatArray) -> list[int]:
    """Choose ticks after which to alter the future, half of them at decisions, where a peek would show."""
    # The last tick has no future that could be altered.
    candidates: list[npt.NDArray[Any]] = [np.flatnonzero(decisions[:-1]), np.arange(len(decisions) - 1)]
    return sorted({tick for ticks in candidates for tick in _spread(ticks, FUTURES // 2)})


def _spread(ticks: npt.NDArray[Any], n: int) -> list[int]:
    """Choose n ticks, evenly spread and without the two ends; all of them if there are no more than n."""
    if len(ticks) <= n:
        return [int(tick) for tick in ticks]
    places = np.linspace(0, len(ticks) - 1, n + 2)[1:-1].round().astype(int)
    return [int(tick) for tick in ticks[places]]


def _other_futures(values: FloatArray, tick: int) -> Iterator[tuple[str, FloatArray]]:
    """Yield the same past with other futures."""
    past, future = np.split(values, [tick + 1])
    yield "taken away", past
    # Mirrored at the present price, so that every later move has the other sign.
    yield "turned upside down", np.concatenate([past, 2 * past[-1] - future])
