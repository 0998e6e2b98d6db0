"""A model of river, replayed as an attacker and judged by river's own ``progressive_val_score``."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from midplot import Stream, replay

from .measure import cpu_seconds, interleaved
from .subject import Subject, random_walk
from .table import Row

__all__ = ["peer_rows"]

WHAT = "replay of a model of river ÷ river's progressive_val_score"

N_TICKS = 20_000
LAGS = 3

Features = dict[str, float]


def peer_rows(subject: Subject) -> list[Row]:
    """Train the same model on the same moves and features in the same order, one tick at a time."""
    if find_spec("river") is None:
        return [Row(WHAT, None, note="river is not installed: `pip install river`.")]
    n_ticks = N_TICKS // 10 if subject.quick else N_TICKS
    walk = random_walk(n_ticks)
    stream, values = Stream(walk), walk.tolist()
    learned: dict[str, Any] = {}

    def by_midplot() -> None:
        attacker = RiverAttacker()
        replay(stream, infer=lambda: attacker, dry=True).total_score  # noqa: B018 - the score is computed when it is read
        learned["midplot"] = attacker.model

    def by_river() -> None:
        from river.evaluate import progressive_val_score
        from river.metrics import MAE

        learned["river"] = fresh_model()
        progressive_val_score(examples(values), learned["river"], MAE())

    samples = interleaved({"midplot": cpu_seconds(by_midplot), "river": cpu_seconds(by_river)}, subject.rounds)
    a_tick = {name: f"{samples.median(name) / n_ticks * 1e6:.1f} µs" for name in learned}
    weights = {name: model["LinearRegression"].weights for name, model in learned.items()}
    same = "the same" if weights["midplot"] == weights["river"] else "other, so the comparison is void,"
    return [
        Row(
            WHAT,
            samples.ratio("midplot", "river"),
            note=f"A scaler and a linear regression on the last {LAGS} moves, {n_ticks:,} ticks: a tick takes "
            f"{a_tick['midplot']} with decisions, latencies and profit, and {a_tick['river']} with the mean absolute error. "
            f"Both end with {same} weights. Single rounds: {samples.spread('midplot', 'river')}.",
        )
    ]


def fresh_model() -> Any:
    """Return river's usual first model."""
    from river import linear_model, preprocessing

    return preprocessing.StandardScaler() | linear_model.LinearRegression()


class RiverAttacker:
    """Follow a model's forecast of the next move, and train the model on how the last one turned out."""

    def __init__(self) -> None:
        self.model = fresh_model()
        self.moves = Moves()
        self.features: Features | None = None

    def tick_and_predict(self, x: float, horizon: int) -> float:
        move = self.moves.add(x)
        if self.features is not None:
            self.model.learn_one(self.features, move)
        self.features = self.moves.features()
        return 0.0 if self.features is None else float(self.model.predict_one(self.features))


class Moves:
    """The latest moves of a price, as features."""

    def __init__(self) -> None:
        self._before: float | None = None
        self._last: deque[float] = deque(maxlen=LAGS)

    def add(self, x: float) -> float:
        """Take a price; return its move."""
        move = 0.0 if self._before is None else x - self._before
        if self._before is not None:
            self._last.append(move)
        self._before = x
        return move

    def features(self) -> Features | None:
        """Return the features; None until there are enough moves."""
        return None if len(self._last) < LAGS else dict(zip(_NAMES, self._last, strict=True))


_NAMES = tuple(f"move {lag}" for lag in range(LAGS, 0, -1))


def examples(values: list[float]) -> Iterator[tuple[Features, float]]:
    """Yield features and the move that followed them, in the form of a river data set."""
    moves = Moves()
    features: Features | None = None
    for x in values:
        move = moves.add(x)
        if features is not None:
            yield features, move
        features = moves.features()
