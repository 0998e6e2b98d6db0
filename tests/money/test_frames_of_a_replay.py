"""The frames of a replay: their columns, their types, and their values to the last row."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from midplot import Stream, replay
from midplot.money._columns import COLUMNS, total_of
from midplot.money._ledger import Ledger
from midplot.play._settings import ReplaySettings
from midplot.results import ReplayResults

NAN = math.nan


class Script:
    """Decide what is written, tick by tick."""

    decisions = (1, 0, -2.5, 0, 1, 1, 0, -1)

    def __init__(self):
        self.t = -1

    def tick_and_predict(self, x, horizon):
        self.t += 1
        return self.decisions[self.t]


def always_up(stream):
    yield
    for _ in stream:
        yield 1


@pytest.fixture
def result():
    streams = [
        Stream([1.0, 2.0, 4.0, NAN, 9.0, 7.0, 6.0, 6.5], name="gap"),
        Stream([50.0, 51.0, 52.0, 53.0], offset=100, warmup=1),
    ]
    return replay(streams, 1, 0.25, infer=Script)


@pytest.fixture
def empty():
    return ReplayResults(Ledger(ReplaySettings()), lambda stream: stream)


def test_trades_have_a_row_for_each_counted_decision(result):
    trades = result.trades
    assert trades.dtypes.astype(str).to_dict() == {
        "stream_id": "int64",
        "part": "int64",
        "index": "int64",
        "decision": "float64",
        "x": "float64",
        "resolution_index": "int64",
        "x_resolution": "float64",
        "profit": "float64",
        "latency_ms": "float64",
    }
    assert trades.index.equals(pd.RangeIndex(5))
    expected = pd.DataFrame(
        [
            (0, 0, 0, 1.0, 1.0, 1, 2.0, 0.75),
            (0, 0, 2, -2.5, 4.0, 3, NAN, NAN),  # its resolution lies in the gap
            (0, 1, 4, 1.0, 9.0, 5, 7.0, -2.25),
            (0, 1, 6, -2.5, 6.0, 7, 6.5, -0.75),
            (1, 0, 102, -2.5, 52.0, 103, 53.0, -1.25),  # the decision in the warm-up, at 100, is no trade
        ],
        columns=list(trades.columns[:-1]),
    )
    pd.testing.assert_frame_equal(trades.drop(columns="latency_ms"), expected)


def test_trades_know_how_long_each_took(result):
    parts = [part for stream in result.streams.values() for part in stream.parts]
    expected = np.concatenate([part.replay.latency_ns[part.trades.tick] for part in parts]) / 1e6
    assert result.trades["latency_ms"].tolist() == expected.tolist()
    assert (result.trades["latency_ms"] > 0).all()


def test_with_a_trading_lag_x_is_the_anchor():
    trades = replay([[1.0, 2.0, 4.0, 7.0]], 1, 0.0, infer=Script, with_trading_lag=True).trades
    assert trades["x"].tolist() == [2.0, 7.0]
    assert trades["resolution_index"].tolist() == [2, 4]
    assert trades["x_resolution"].tolist()[0] == 4.0
    assert trades["profit"].tolist()[0] == 2.0


def test_equity_has_a_row_for_each_scored_tick_and_ends_at_the_score(result):
    equity = result.equity
    assert equity.dtypes.astype(str).to_dict() == {
        "stream_id": "int64",
        "part": "int64",
        "index": "int64",
        "profit": "float64",
        "equity": "float64",
    }
    expected = pd.DataFrame(
        [
            (0, 0, 0, 0.0, 0.0),
            (0, 0, 1, 0.75, 0.75),
            (0, 0, 2, 0.0, 0.75),
            (0, 1, 4, 0.0, 0.75),
            (0, 1, 5, -2.25, -1.5),
            (0, 1, 6, 0.0, -1.5),
            (0, 1, 7, -0.75, -2.25),
            (1, 0, 101, 0.0, 0.0),
            (1, 0, 102, 0.0, 0.0),
            (1, 0, 103, -1.25, -1.25),
        ],
        columns=list(equity.columns),
    )
    pd.testing.assert_frame_equal(equity, expected)
    assert equity.groupby("stream_id")["equity"].last().to_dict() == result.scores


def test_accounts_have_a_row_for_each_stream_and_a_total(result):
    accounts = result.accounts
    assert accounts.index.name == "stream"
    assert accounts.index.tolist() == ["gap", "stream 1", "total"]
    assert list(accounts.columns) == [column.key for column in COLUMNS]
    assert set(result.summary()) < set(accounts.columns)
    for label, stream in [("gap", 0), ("stream 1", 1), ("total", None)]:
        row, summary = accounts.loc[label], result.summary(stream)
        known = {
            key: NAN if value == math.inf and key.startswith("standard") else value for key, value in summary.items()
        }
        assert row[list(known)].tolist() == pytest.approx(list(known.values()), rel=0, abs=0, nan_ok=True)
    assert accounts["unresolved"].tolist() == [1, 0, 1]
    assert accounts["wins"].tolist() == [1, 0, 1]
    assert accounts["win_rate"].tolist() == [1 / 3, 0.0, 0.25]
    assert accounts.loc["total", "total_profit"] == result.total_score == -3.5
    assert accounts.loc["gap", "latency_mean_ms"] == result.latencies[0].mean * 1e3
    assert accounts.loc["total", "latency_p99_ms"] == result.latency.p99 * 1e3


def test_accounts_stay_numbers_where_there_is_no_decision():
    class Quiet(Script):
        decisions = (0,) * 8

    accounts = replay([[1.0, 2.0]], infer=Quiet).accounts
    kinds = {name: dtype.kind for name, dtype in accounts.dtypes.items()}
    assert set(kinds.values()) == {"i", "f"}
    assert accounts["win_loss_ratio"].isna().all()
    assert accounts["wins"].tolist() == [0, 0]


def test_predictions_are_the_scored_decisions_as_the_platform_names_them(result):
    predictions = result.predictions
    assert predictions["stream"].tolist() == ["gap"] * 7 + ["stream 1"] * 3
    assert predictions["prediction"].tolist() == [1, 0, -2.5, 1, 0, -2.5, 0, 0, -2.5, 0]
    assert predictions["prediction"].dtype == np.float64
    assert list(predictions.columns) == ["stream", "prediction"]


def test_the_frames_of_an_empty_result_have_their_columns_and_types(result, empty):
    for name in ("trades", "equity", "predictions"):
        full, none = getattr(result, name), getattr(empty, name)
        assert list(none.columns) == list(full.columns)
        assert len(none) == 0
        numbers = [column for column in full.columns if column != "stream"]
        assert none[numbers].dtypes.equals(full[numbers].dtypes)
    accounts = empty.accounts
    assert accounts.index.tolist() == ["total"]
    assert accounts.loc["total", "total_profit"] == 0.0


def _timed(name, start, n=6):
    times = np.datetime64(start) + np.arange(n) * np.timedelta64(1, "m")
    return Stream(np.arange(n, dtype=float), 0, name, times=times.astype("datetime64[s]"))


def _always(stream):
    yield
    for _ in stream:
        yield 1.0


def _replayed(*streams, **options):
    return replay(list(streams), infer=_always, dry=True, **{"horizon": 2, "epsilon": 0.0, **options})


def test_times_stand_beside_the_indices():
    result = _replayed(_timed("a", "2024-03-01T09:00"), start_index=1, warmup=1, backoff=3)
    trades = result.trades
    assert list(trades.columns[2:4]) == ["index", "time"]
    assert list(trades.columns[6:8]) == ["resolution_index", "resolution_time"]
    assert trades["index"].tolist() == [1, 4]
    assert trades["time"].tolist() == [pd.Timestamp("2024-03-01 09:01"), pd.Timestamp("2024-03-01 09:04")]
    assert trades["resolution_time"][0] == pd.Timestamp("2024-03-01 09:03")
    assert pd.isna(trades["resolution_time"][1])
    equity = result.equity
    assert list(equity.columns[2:4]) == ["index", "time"]
    assert equity["time"].tolist() == [pd.Timestamp(f"2024-03-01 09:0{n}") for n in range(1, 6)]
    accounts = result.accounts
    assert accounts.loc["a", ["first_time", "last_time"]].tolist() == [
        pd.Timestamp("2024-03-01 09:01"),
        pd.Timestamp("2024-03-01 09:05"),
    ]


def test_a_stream_without_times_has_none_beside_one_that_has_them():
    result = _replayed([5.0, 6.0, 7.0], _timed("b", "2024-03-01T09:00"), _timed("c", "2023-01-01T00:00"))
    assert result.trades["time"].isna().tolist() == [True] * 3 + [False] * 12
    assert result.equity["time"].isna().sum() == 3
    accounts = result.accounts
    assert pd.isna(accounts.loc["stream 0", "first_time"])
    assert accounts.loc["total", "first_time"] == pd.Timestamp("2023-01-01")
    assert accounts.loc["total", "last_time"] == pd.Timestamp("2024-03-01 09:05")
    assert result.trades["time"].dtype.kind == "M"


def test_times_go_on_behind_a_gap_and_come_back_from_workers():
    times = np.datetime64("2024-03-01T09:00:00") + np.array([0, 1, 2, 3, 90, 91, 92, 93, 94]) * np.timedelta64(1, "s")
    stream = Stream([1.0, 2.0, 3.0, np.nan, 7.0, 8.0, 9.0, 8.0, 7.0], 0, "a", times=times)
    alone, together = (_replayed(stream, n_jobs=n) for n in (1, 2))
    assert alone.equity["time"].tolist() == pd.Series(times[[0, 1, 2, 4, 5, 6, 7, 8]]).tolist()
    pd.testing.assert_series_equal(together.equity["time"], alone.equity["time"])


def test_without_times_there_are_no_columns_of_them():
    result = _replayed([5.0, 6.0, 7.0])
    for frame in (result.trades, result.equity, result.accounts):
        assert not [name for name in frame.columns if "time" in name]


@pytest.mark.parametrize("values", [[5.0, 3.0], [3.0, 5.0], [1.0, 2.0, 3.0, 4.0]])
def test_profits_that_do_not_deviate_have_no_standardized_one(values):
    result = replay([Stream(values)], 1, 0.25, infer=always_up)
    key = "standardized_profit_per_decision"
    assert result.summary()[key] == math.inf  # as midone has it
    (column,) = (each for each in COLUMNS if each.key == key)
    assert column.text(total_of(result.ledger)) == "–"
    assert result.accounts[key].isna().all()
