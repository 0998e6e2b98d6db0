"""What the view of a long stream costs the kernel: to open, to refresh, to refine, and whether its indices are exact."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from time import process_time
from typing import Any
from unittest.mock import patch

import numpy as np

from midplot import Stream, replay
from midplot.money._ledger import Ledger
from midplot.play import _engine as engine
from midplot.play._engine import PartRun
from midplot.play._settings import ReplaySettings
from midplot.results import ReplayResults
from midplot.streams._stream import cut_into_parts
from midplot.views.panel import _replay_view as replay_view
from midplot.views.panel._replay_view import ReplayView

from .subject import Subject, random_walk
from .table import Row
from .wire import Wire, wire

__all__ = ["chart_rows"]

MOST_SENT = 60.0
"""kB that one refresh may take."""

REPEATS = 7

WIDTHS = (200_000, 20_000, 300)
"""Visible points, from one zoom to the next."""

BETWEEN = 1_000
"""Ticks from one refresh to the next."""

LENGTH = 50
"""Points that a click selects."""


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of something, as medians over its repetitions.

    Attributes
    ----------
    ms
        CPU milliseconds.
    kb
        kB on the wire.
    """

    ms: float
    kb: float


def chart_rows(subject: Subject) -> Iterator[Row]:
    """Look at 50,000, a million and ten million points."""
    for n_ticks in (50_000, 1_000_000) if subject.quick else (50_000, 1_000_000, 10_000_000):
        yield from _rows_of(Stream(random_walk(n_ticks)))


def _rows_of(stream: Stream) -> Iterator[Row]:
    result = replay(stream, infer=every_thousandth, dry=True)
    with wire() as sent:
        begun = process_time()
        view = result.open_view(chart=True, accounts=True)
        opened, kilobytes = process_time() - begun, sent.opening()
        live = _live_refresh(stream, sent)
        zoom, whole = _zoom(view, sent)
        differences, n_picked = _differences(view, len(stream))
    points = f"{len(stream):,} points"
    yield Row(
        f"{points}: seconds from the result to the chart",
        opened,
        2.0 if len(stream) <= 1_000_000 else None,
        note=f"CPU time of the kernel; {kilobytes:,.0f} kB are sent once, most of it plotly's script.",
    )
    yield Row(
        f"{points}: milliseconds of a live refresh", live.ms, 5.0, note="Chart, header and table, scoring included."
    )
    yield Row(f"{points}: kB of a live refresh on the wire", live.kb, MOST_SENT)
    yield Row(
        f"{points}: milliseconds to refine a zoom",
        zoom.ms,
        300.0,
        note=f"In the kernel, to {', '.join(f'{width:,}' for width in WIDTHS)} visible points.",
    )
    yield Row(f"{points}: kB of a refined zoom on the wire", zoom.kb, MOST_SENT, note="The largest of all zooms.")
    yield Row(f"{points}: milliseconds to zoom out again", whole.ms, 300.0, note=f"In the kernel; {whole.kb:.0f} kB.")
    yield Row(
        f"{points}: selections that differ from the click",
        differences,
        0,
        note=f"Of {n_picked} clicks, zoomed in and not; both ends of the window and its prices are compared.",
    )


def _live_refresh(stream: Stream, sent: Wire) -> Cost:
    """Refresh the view of a replay that is about to end, with a few more ticks each time."""
    result = ReplayResults(Ledger(ReplaySettings()), every_thousandth)
    result.ledger.open_stream(stream)
    view = ReplayView(result.ledger, result.labeller, accounts=True)
    view.begin(1)
    refreshed = len(stream) - REPEATS * BETWEEN
    with (
        patch.multiple(replay_view, REFRESH_SECONDS=0.0, LEAST_REST=0.0),
        patch.object(engine, "LARGEST_CHUNK", BETWEEN),
    ):
        run = iter(PartRun(cut_into_parts(stream)[0], every_thousandth))
        begun = next(checkpoint for checkpoint in run if checkpoint.done > refreshed)
        view.on_progress(begun)  # the first one opens the stream, and is not counted
        sent.updates()
        return _cost(view.on_progress, sent, run)


def _zoom(view: ReplayView, sent: Wire) -> tuple[Cost, Cost]:
    """Zoom in step by step and out again, several times; return the cost of a step in, and of the way back."""
    low, high = view.world.extent(0)
    first = low + (high - low) // 3
    view.on_message({"act": "hooked", "picks": True})
    sent.updates()
    steps = [(first, first + width) for width in WIDTHS if width < high - low]
    stages = [_stage(view, sent, [*steps, (None, None)]) for _ in range(REPEATS)]
    into = Cost(
        median(cost.ms for stage in stages for cost in stage[:-1]), max(c.kb for stage in stages for c in stage[:-1])
    )
    return into, Cost(median(stage[-1].ms for stage in stages), max(stage[-1].kb for stage in stages))


def _stage(view: ReplayView, sent: Wire, sights: list[tuple[int | None, int | None]]) -> list[Cost]:
    return [_cost(view.on_message, sent, [{"act": "sight", "low": low, "high": high}]) for low, high in sights]


def _cost(act: Callable[[Any], object], sent: Wire, arguments: Any) -> Cost:
    milliseconds, kilobytes = [], []
    for argument in arguments:
        begun = process_time()
        act(argument)
        milliseconds.append(1e3 * (process_time() - begun))
        kilobytes.append(sent.updates())
    return Cost(median(milliseconds), median(kilobytes))


def _differences(view: ReplayView, n_ticks: int) -> tuple[int, int]:
    """Click on places in the chart; return the number of wrong selections, and of clicks."""
    random = np.random.default_rng(1)
    values = view.ledger.streams[0].parts[0].part.values
    wrong = 0
    wanted = [LENGTH, n_ticks - 1, *random.integers(LENGTH, n_ticks, 40).tolist()]
    for i, index in enumerate(wanted):
        sight = {"low": index - 100, "high": index + 100} if i % 2 else {"low": None, "high": None}
        view.on_message({"act": "sight", **sight})
        view.on_message({"act": "pick", "x": index + random.uniform(-0.45, 0.45)})
        selection = view.state.selection
        expected = values[index - LENGTH + 1 : index + 1].tolist()
        wrong += selection is None or selection.last != index or list(selection.values) != expected
    return wrong, len(wanted)


def every_thousandth(stream: Iterator[Any]) -> Iterator[float | None]:
    """Decide up once every thousand ticks."""
    yield None
    for tick, _ in enumerate(stream):
        yield 1.0 if tick % 1_000 == 0 else 0.0
