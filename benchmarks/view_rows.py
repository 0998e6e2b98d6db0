"""The cost of the live view to the kernel during a replay, on its own and compared with a plain FigureWidget."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from statistics import median
from time import process_time
from typing import Any
from unittest.mock import patch

from midplot import Stream, get_replay_result, replay
from midplot.examples import MomentumAttacker
from midplot.play import _engine as engine
from midplot.play._engine import Progress
from midplot.results import ReplayResults
from midplot.streams._stream import FloatArray
from midplot.views.panel import _replay_view as replay_view
from midplot.views.panel._replay_view import ReplayView

from .measure import cpu_seconds, interleaved
from .plain_figure import replay_into_a_plain_figure
from .subject import Subject, random_walk
from .table import Row
from .wire import wire

__all__ = ["plain_rows", "view_rows"]

LONG, SHORT = 50_000, 10_000

MANY = 250
"""Streams: as many as the real data has."""

PACE = 25
"""Of the comparison with a plain FigureWidget: a decision in so many ticks."""


def view_rows(subject: Subject) -> list[Row]:
    """Replay with and without a view that listens."""
    long, short = Stream(random_walk(LONG)), Stream(random_walk(SHORT))
    sides = {
        "view, long": cpu_seconds(lambda: _followed(long, MomentumAttacker)),
        "bare, long": cpu_seconds(lambda: replay(long, infer=MomentumAttacker, dry=True)),
        "view, short": cpu_seconds(lambda: _followed(short, MomentumAttacker)),
    }
    samples = interleaved(sides, subject.rounds)
    growth = samples.median("view, long") / LONG / (samples.median("view, short") / SHORT)
    return [
        Row(
            f"extra seconds of the kernel with chart and table, {LONG:,} ticks",
            samples.added("view, long", "bare, long"),
            0.5,
            note="Making the figure is included in each round.",
        ),
        Row(f"µs per tick with the view at {LONG:,} ticks ÷ at {SHORT:,}", growth, 1.5),
        _share_row(),
        Row(
            f"milliseconds of a live refresh, {MANY} streams of {SHORT:,} ticks",
            _refresh_at_the_last(random_walk(SHORT)),
            5.0,
            note="The last of them is being replayed; with chart, header and table.",
        ),
    ]


def plain_rows(subject: Subject) -> list[Row]:
    """Replay an infer that decides every 25 ticks, into the view and into a plain FigureWidget."""
    lengths = (500, 2_000)  # decisions
    streams = {n: Stream(random_walk(n * PACE)) for n in lengths}
    works: dict[str, Callable[[], object]] = {}
    for n, stream in streams.items():
        works[f"view, {n}"] = partial(_followed, stream, every_so_often)
        works[f"plain, {n}"] = partial(replay_into_a_plain_figure, stream.values, every_so_often)
    samples = interleaved({name: cpu_seconds(work) for name, work in works.items()}, min(subject.rounds, 5))
    sent = {name: _kilobytes(work) for name, work in works.items()}
    few, many = lengths

    def growth(kind: str) -> float:
        return samples.median(f"{kind}, {many}") / samples.median(f"{kind}, {few}")

    return [
        Row(
            f"seconds of the kernel, {many:,} decisions: view ÷ plain FigureWidget",
            samples.ratio(f"view, {many}", f"plain, {many}"),
            note=f"{many * PACE:,} ticks, with the replay: {samples.median(f'view, {many}'):.2f} and "
            f"{samples.median(f'plain, {many}'):.2f} s. The plain one sends all points every 100 ticks, and adds a trace per "
            f"decision. Single rounds: {samples.spread(f'view, {many}', f'plain, {many}')}.",
        ),
        Row(
            "MB on the wire: view ÷ plain FigureWidget",
            sent[f"view, {many}"] / sent[f"plain, {many}"],
            unit="1/",
            note=f"{sent[f'view, {many}'] / 1e3:.2f} and {sent[f'plain, {many}'] / 1e3:.1f} MB, after the opening.",
        ),
        Row(
            f"growth of the view's seconds, {few:,} to {many:,} decisions",
            growth("view"),
            note=f"{many // few} times as much to do. The plain one: {growth('plain'):.2f}; and "
            f"{sent[f'plain, {many}'] / sent[f'plain, {few}']:.1f} times the bytes, where the view sends "
            f"{sent[f'view, {many}'] / sent[f'view, {few}']:.1f} times as many.",
        ),
        Row(
            f"traces that {many - few:,} more decisions add to the view",
            _n_traces(streams[many]) - _n_traces(streams[few]),
            0,
            note=f"It has {_n_traces(streams[many])}, always; the plain one has one more for each decision, all of which the "
            "page redraws at every change.",
        ),
    ]


def _share_row() -> Row:
    stream = Stream(random_walk(1_000_000))
    sides = {
        "view": cpu_seconds(lambda: _followed(stream, MomentumAttacker)),
        "bare": cpu_seconds(lambda: replay(stream, infer=MomentumAttacker, dry=True)),
    }
    samples = interleaved(sides, 3)
    return Row(
        "replay of 1,000,000 ticks with chart and table ÷ without",
        samples.ratio("view", "bare"),
        note=f"{samples.median('view'):.2f} and {samples.median('bare'):.2f} s: before a refresh, the replay goes on for "
        f"nine times as long as the last one took. Single rounds: {samples.spread('view', 'bare')}.",
    )


def _refresh_at_the_last(values: FloatArray) -> float:
    """Return the CPU milliseconds of a refresh when all streams but the last are finished."""
    views: list[ReplayView] = []
    milliseconds = []

    def listen(checkpoint: Progress) -> None:
        if checkpoint.part.stream_id < MANY - 1:
            return
        if not views:
            views.append(_view_of(get_replay_result()))
            views[0].begin(MANY)
        begun = process_time()
        views[0].on_progress(checkpoint)
        milliseconds.append(1e3 * (process_time() - begun))

    with (
        patch.multiple(replay_view, REFRESH_SECONDS=0.0, LEAST_REST=0.0),
        patch.object(engine, "LARGEST_CHUNK", SHORT // 10),
    ):
        replay([Stream(values)] * MANY, infer=MomentumAttacker, progress=listen)
    return median(milliseconds[-5:])


def _followed(stream: Stream, infer: Any) -> ReplayView:
    views: list[ReplayView] = []

    def listen(checkpoint: Progress) -> None:
        if not views:
            views.append(_view_of(get_replay_result()))
            views[0].begin(1)
        views[0].on_progress(checkpoint)

    replay(stream, infer=infer, progress=listen)
    views[0].finish()
    return views[0]


def _view_of(result: ReplayResults) -> ReplayView:
    return ReplayView(result.ledger, result.labeller, chart=True, accounts=True)


def _kilobytes(work: Callable[[], object]) -> float:
    with wire() as sent:
        work()
        return sent.updates()


def _n_traces(stream: Stream) -> int:
    return len(_followed(stream, every_so_often).chart.figure.data)


def every_so_often(stream: Iterator[Any]) -> Iterator[float | None]:
    """Decide up once every 25 ticks."""
    yield None
    for tick, _ in enumerate(stream):
        yield 1.0 if tick % PACE == PACE - 1 else 0.0
