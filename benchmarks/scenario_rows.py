"""The cost of a movie of 1,000 scenarios: loading it from files, and checking an attacker against it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from midplot import EPSILON, HORIZON, Stream, check, load_scenarios
from midplot.examples import MomentumAttacker
from midplot.scenarios._movie import Movie
from midplot.scenarios._scenario import Scenario, Selection

from .measure import cpu_seconds, interleaved, wall_seconds
from .subject import Subject, random_walk
from .table import Row

__all__ = ["scenario_rows"]

N_SCENARIOS = 1_000
WINDOW = 50


def scenario_rows(subject: Subject) -> list[Row]:
    """Load and check 1,000 scenarios, with their saved warm-up."""
    movie = _movie()
    fed = [stream.values.tolist() for stream in movie.streams()]
    with TemporaryDirectory() as folder:
        movie.save(Path(folder) / "scenarios")
        loading = interleaved(
            {"load": wall_seconds(partial(load_scenarios, Path(folder) / "scenarios"))}, subject.rounds
        )
    checking = interleaved(
        {"check": cpu_seconds(partial(check, movie, MomentumAttacker)), "bare": cpu_seconds(partial(_bare, fed))},
        min(subject.rounds, 5),
    )
    n_ticks = sum(map(len, fed))
    return [
        Row(
            f"seconds to load {N_SCENARIOS:,} scenarios from a folder",
            loading.median("load"),
            1.0,
            note="Wall time; each with up to 1,000 values of warm-up.",
        ),
        Row(
            f"checking {N_SCENARIOS:,} scenarios ÷ the bare attacker on the same ticks",
            checking.ratio("check", "bare"),
            2.0,
            note=f"{n_ticks:,} ticks. Single rounds: {checking.spread('check', 'bare')}.",
        ),
    ]


def _movie() -> Movie:
    stream = Stream(random_walk(N_SCENARIOS * 60 + 2_000), name="walk")
    ends = np.arange(N_SCENARIOS) * 60 + 1_500
    rules = {"horizon": HORIZON, "epsilon": EPSILON, "digest": "sha256:0"}
    return Movie(
        Scenario(selection=Selection.of(stream, int(end) - WINDOW + 1, int(end), **rules), expected=float(i % 3 - 1))
        for i, end in enumerate(ends)
    )


def _bare(fed: list[list[float]]) -> None:
    for values in fed:
        decide = MomentumAttacker().tick_and_predict
        for x in values:
            decide(x, HORIZON)
