"""What the live view costs the kernel: while a replay runs, and for one refresh."""

from __future__ import annotations

import json
from collections.abc import Iterator
from time import process_time
from typing import Any

from midplot import Stream, get_replay_result, replay
from midplot.core.engine import Progress
from midplot.examples import MomentumAttacker
from midplot.views.replay_view import ReplayView

from .measure import cpu_seconds, interleaved
from .subject import Subject, random_walk
from .table import Row

__all__ = ["view_rows"]

LONG, SHORT = 50_000, 10_000


def view_rows(subject: Subject) -> list[Row]:
    """Replay with and without a view that listens, and refresh it once more."""
    long, short = Stream(random_walk(LONG)), Stream(random_walk(SHORT))
    sides = {
        "view, long": cpu_seconds(lambda: _followed(long)),
        "bare, long": cpu_seconds(lambda: replay(long, infer=MomentumAttacker, dry=True)),
        "view, short": cpu_seconds(lambda: _followed(short)),
    }
    samples = interleaved(sides, subject.rounds)
    growth = samples.median("view, long") / LONG / (samples.median("view, short") / SHORT)
    milliseconds, kilobytes = _refresh()
    return [
        Row(
            f"extra seconds of the kernel with chart and table, {LONG:,} ticks",
            samples.median("view, long") - samples.median("bare, long"),
            0.5,
            note="CPU time; a figure for each round is made in it too.",
        ),
        Row(f"µs a tick with the view at {LONG:,} ticks ÷ at {SHORT:,}", growth, 1.5),
        Row("milliseconds of one refresh, 1,000,000 ticks", milliseconds, 5.0, note="CPU time, chart only."),
        Row(
            "kB of one refresh on the wire, 1,000,000 ticks", kilobytes, 60.0, note="Arrays as bytes, the rest as JSON."
        ),
    ]


def _followed(stream: Stream) -> None:
    views: list[ReplayView] = []

    def listen(checkpoint: Progress) -> None:
        if not views:
            views.append(ReplayView(get_replay_result(), chart=True, accounts=True))
            views[0].begin(1)
        views[0].on_progress(checkpoint)

    replay(stream, infer=MomentumAttacker, progress=listen)
    views[0].finish()


def _refresh() -> tuple[float, float]:
    """Return the CPU milliseconds and the kB of drawing a long stream once more."""
    result = replay(Stream(random_walk(1_000_000)), infer=_every_thousandth, dry=True)
    view = ReplayView(result)
    chart, account = view.chart, result.streams[0]
    sizes: list[float] = []
    chart.figure._send_update_msg = lambda *parts, **more: sizes.append(_size([*parts, *more.values()]))
    chart.figure._send_restyle_msg = lambda *parts, **more: sizes.append(_size([*parts, *more.values()]))
    seconds = []
    for _ in range(9):
        sizes.clear()
        begun = process_time()
        chart.show(account)
        seconds.append(process_time() - begun)
    return 1e3 * sorted(seconds)[len(seconds) // 2], sum(sizes) / 1e3


def _every_thousandth(stream: Iterator[Any]) -> Iterator[float | None]:
    yield None
    for tick, _ in enumerate(stream):
        yield 1.0 if tick % 1_000 == 0 else 0.0


def _size(value: Any) -> int:
    """Return about how many bytes a message takes."""
    if hasattr(value, "nbytes"):
        return int(value.nbytes)
    if isinstance(value, dict):
        return sum(len(str(key)) + 4 + _size(each) for key, each in value.items())
    if isinstance(value, list | tuple):
        return sum(map(_size, value)) + 2 * len(value)
    return len(json.dumps(value, default=str))
