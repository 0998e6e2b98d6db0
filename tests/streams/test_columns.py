"""Which columns of a frame or file become streams: never one that is called like a quantity, a time or row numbers."""

import pandas as pd
import polars as pl
import pytest

from midplot import load_streams
from midplot.errors import StreamError

PRICES = [1.0, 2.0, 3.0]


def ways(folder, columns):
    """Yield functions that load some columns: from frames, parquet and CSV, eager and lazy."""
    frame = pd.DataFrame(columns)
    yield lambda: load_streams(frame)
    yield lambda: load_streams(pl.from_pandas(frame))
    frame.to_parquet(folder / "x.parquet")
    frame.to_csv(folder / "x.csv", index=False)
    for path in (folder / "x.parquet", folder / "x.csv"):
        for lazy in (False, True):
            yield lambda path=path, lazy=lazy: load_streams(path, lazy=lazy)


@pytest.mark.parametrize("value", ["value", "price", "eurusd", "last price"])
@pytest.mark.parametrize(
    "beside",
    [
        *(
            "Unnamed: 0",
            "index",
            "row_number",
            "ts",
            "TS",
            "epoch",
            "open_time",
            "openTime",
            "close time",
            "timestamp_ms",
        ),
        *("Gmt time", "Local time", "time_utc"),
    ],
)
def test_row_numbers_and_times_are_no_streams(tmp_path, value, beside):
    for load in ways(tmp_path, {beside: [0, 1, 2], value: PRICES}):
        assert [(s.name, s.values.tolist()) for s in load()[0]] == [(value, PRICES)]


@pytest.mark.parametrize("name", ["Unnamed: 0", "index", "Gmt time", "ts", "open_time"])
def test_times_under_such_a_name_are_read_and_checked(tmp_path, name):
    times = ["2024-01-02", "2024-01-03", "2024-01-04"]
    for load in ways(tmp_path, {name: times, "a": PRICES, "b": PRICES}):
        assert [(s.name, str(s.times[0])) for s in load()[0]] == [(x, "2024-01-02T00:00:00") for x in "ab"]
    for load in ways(tmp_path, {name: times[::-1], "a": PRICES, "b": PRICES}):
        with pytest.raises(StreamError, match="before that of tick 0"):
            load()


def test_numbers_that_are_times_by_name_may_not_go_back(tmp_path):
    for load in ways(tmp_path, {"ts": [3, 2, 1], "a": PRICES}):
        with pytest.raises(StreamError, match="its time in column 'ts' is 2, before that of tick 0, 3"):
            load()


@pytest.mark.parametrize("cells", [["a", "a", "b"], [100.5, 100.6, 100.4]])
def test_what_is_only_called_like_row_numbers_is_asked_about(tmp_path, cells):
    for load in ways(tmp_path, {"index": cells, "a": PRICES, "b": PRICES}):
        with pytest.raises(StreamError, match="column 'index' is called like the numbers of the rows, but holds"):
            load()


@pytest.mark.parametrize(
    ("columns", "price"),
    [
        (["time", "price", "volume"], "price"),
        (["price", "qty"], "price"),
        (["bid", "ask"], "bid"),
        (["time", "Bid", "Ask", "Mid"], "Mid"),
        (["eurusd_bid", "eurusd_ask"], "eurusd_bid"),
        (["open", "close"], "close"),
        (["eurusd", "gold", "spread"], "eurusd"),
        (["last", "number of trades"], "last"),
        (["close", "quote_asset_volume"], "close"),
        (["close", "Adj Close"], "close"),
        (["mid", "price"], "price"),
        (["volume", "qty"], "volume"),
    ],
    ids=str,
)
def test_columns_that_are_not_all_prices_are_asked_about(tmp_path, columns, price):
    for load in ways(tmp_path, dict.fromkeys(columns, PRICES)):
        with pytest.raises(StreamError, match="Which of them is the price") as caught:
            load()
        assert f"value_column={price!r}" in str(caught.value)
    frame = pd.DataFrame(dict.fromkeys(columns, PRICES))
    said = str(caught.value).partition("such as ")[2].partition(", or load")[0]
    assert len(load_streams(eval(said, {"frame": frame}))[0]) == 1


@pytest.mark.parametrize(
    "columns",
    [
        ["eurusd", "gold"],
        ["a", "b"],
        ["x", "y"],
        ["stream_1", "stream_2"],
        ["eurusd_bid", "gbpusd_bid"],
        ["volume btc", "volume eth"],
        ["AAPL_close", "MSFT_close"],
        ["time_warner", "index_fund"],
        ["high", "low"],
        ["volume"],
        ["index"],
    ],
    ids=str,
)
def test_a_wide_frame_stays_one(tmp_path, columns):
    for load in ways(tmp_path, dict.fromkeys(columns, PRICES)):
        assert [s.name for s in load()[0]] == columns


def test_a_frame_and_the_file_that_it_was_written_to_agree(tmp_path):
    pd.DataFrame({"value": PRICES}).to_csv(tmp_path / "x.csv")
    for source in (tmp_path / "x.csv", pd.read_csv(tmp_path / "x.csv"), pd.DataFrame({"value": PRICES}).reset_index()):
        assert [(s.name, s.values.tolist()) for s in load_streams(source)[0]] == [("value", PRICES)]


def test_dates_in_the_index_count_more_than_a_column_of_numbers():
    frame = pd.DataFrame({"ts": [3, 2, 1], "value": PRICES}, index=pd.date_range("2024-01-02", periods=3))
    assert str(load_streams(frame)[0][0].times[0]) == "2024-01-02T00:00:00"


def test_the_times_of_a_long_frame_are_recognised_as_well(tmp_path):
    for load in ways(tmp_path, {"open_time": [1, 3, 2], "stream": ["a", "a", "a"], "value": PRICES}):
        with pytest.raises(StreamError, match="tick 2: its time in column 'open_time' is 2"):
            load()
