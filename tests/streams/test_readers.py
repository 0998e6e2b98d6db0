"""`load_streams`: each layout, and the error for everything that cannot be read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from midplot.errors import ArgumentTypeError, MidplotError, StreamError
from midplot.streams import load_streams
from midplot.streams._stream import Stream

NAN = float("nan")


def described(streams):
    """Return what a list of streams holds, with None for NaN, which is not equal to itself."""
    assert all(isinstance(stream, Stream) for stream in streams)
    return [(s.stream_id, s.name, [None if np.isnan(x) else x for x in s.values.tolist()]) for s in streams]


def competition_frame(rows):
    return pd.DataFrame(
        {"time": "2024-09-24 12:47", "stream": [name for name, _ in rows], "value": [float(value) for _, value in rows]}
    )


TRAIN = competition_frame([("stream_2", 1), ("stream_10", 2), ("stream_2", 3), ("stream_2", NAN), ("stream_2", 5)])
TEST = competition_frame([("stream_7", 8)])
IN_ORDER = [(0, "stream_10", [2.0]), (1, "stream_2", [1.0, 3.0, None, 5.0])]
LONG = pd.DataFrame({"symbol": ["b", "a", "b"], "price": [1.0, 2.0, 3.0]})
LONG_STREAMS = [(0, "b", [1.0, 3.0]), (1, "a", [2.0])]
WIDE = pd.DataFrame({"time": ["09:00", "09:01"], "eurusd": [1.0, NAN], "gbpusd": [3.0, 4.0]})
WIDE_STREAMS = [(0, "eurusd", [1.0, None]), (1, "gbpusd", [3.0, 4.0])]


def error_of(*arguments, **names):
    with pytest.raises(StreamError) as caught:
        load_streams(*arguments, **names)
    assert isinstance(caught.value, MidplotError)
    assert isinstance(caught.value, ValueError)
    return str(caught.value)


# The competition's layout


@pytest.fixture
def competition(tmp_path):
    TRAIN.to_parquet(tmp_path / "X_train.parquet")
    TEST.to_parquet(tmp_path / "X_test.parquet")
    return tmp_path


def test_the_competitions_folder(competition):
    x_train, x_test = load_streams(competition)
    assert described(x_train) == IN_ORDER
    assert described(x_test) == [(0, "stream_7", [8.0])]
    assert [part.offset for part in x_train[1].parts()] == [0, 3]


def test_a_path_may_be_text_or_any_path(competition):
    class Somewhere(os.PathLike):
        def __fspath__(self):
            return str(competition)

    for source in (str(competition), f"{competition}/", Somewhere()):
        assert described(load_streams(source)[0]) == IN_ORDER


def test_a_path_may_be_relative(competition, monkeypatch):
    monkeypatch.chdir(competition.parent)
    assert described(load_streams(competition.name)[0]) == IN_ORDER


def test_the_competitions_folder_without_a_test_set(competition):
    (competition / "X_test.parquet").unlink()
    x_train, x_test = load_streams(competition)
    assert described(x_train) == IN_ORDER
    assert x_test == []


def test_one_file_or_frame_of_the_competition_is_ordered_as_in_the_folder(competition):
    for source in (competition / "X_train.parquet", TRAIN):
        x_train, x_test = load_streams(source)
        assert described(x_train) == IN_ORDER
        assert x_test == []


def test_the_competitions_folder_with_other_columns(tmp_path):
    renamed = {"stream": "market", "value": "quote"}
    TRAIN.rename(columns=renamed).to_parquet(tmp_path / "X_train.parquet")
    x_train, _ = load_streams(tmp_path, id_column="market", value_column="quote")
    assert described(x_train) == IN_ORDER


# Folders of recordings


def write_recordings(folder, files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, values in files.items():
        pd.DataFrame({"value": values}).to_csv(folder / name, index=False)


def test_recordings_are_joined_in_the_order_of_their_numbers(tmp_path):
    files = {f"stream_1_file_{k}.csv": [float(k), k + 0.5] for k in (10, 9, 0)} | {"stream_0_file_1.csv": [7.0]}
    write_recordings(tmp_path, files)
    x_train, x_test = load_streams(tmp_path)
    assert described(x_train) == [
        (0, "stream_0", [7.0]),
        (1, "stream_1", [0.0, 0.5, None, 9.0, 9.5, None, 10.0, 10.5]),
    ]
    assert [part.offset for part in x_train[1].parts()] == [0, 3, 6]
    assert x_test == []


def test_recordings_are_in_lexicographic_order_of_name(tmp_path):
    write_recordings(tmp_path, {f"stream_{name}_file_0.csv": [1.0] for name in ("2", "10", "1", "eur_usd")})
    assert [s.name for s in load_streams(tmp_path)[0]] == ["stream_1", "stream_10", "stream_2", "stream_eur_usd"]


def test_recordings_of_train_and_test(tmp_path):
    write_recordings(tmp_path / "train", {"stream_3_file_0.csv": [1.0, 2.0]})
    assert described(load_streams(tmp_path)[0]) == [(0, "stream_3", [1.0, 2.0])]
    assert load_streams(tmp_path)[1] == []
    write_recordings(tmp_path / "test", {"stream_5_file_1.csv": [3.0]})
    assert described(load_streams(tmp_path)[1]) == [(0, "stream_5", [3.0])]


def test_other_files_beside_recordings_are_left_alone(tmp_path):
    write_recordings(tmp_path, {"stream_3_file_0.csv": [1.0], "stream_3.csv": [9.0], "stream_3_file_x.csv": [9.0]})
    (tmp_path / "README.md").write_text("# data")
    assert described(load_streams(tmp_path)[0]) == [(0, "stream_3", [1.0])]


def test_the_values_of_recordings_may_be_called_otherwise(tmp_path):
    pd.DataFrame({"n": [0, 1], "mid": [1.5, 2.5]}).to_csv(tmp_path / "stream_0_file_0.csv", index=False)
    assert described(load_streams(tmp_path, value_column="mid")[0]) == [(0, "stream_0", [1.5, 2.5])]
    assert error_of(tmp_path) == (
        f"{tmp_path / 'stream_0_file_0.csv'}: there is no column 'value', given as value_column. Give one of 'n', 'mid'."
    )


def test_recordings_have_no_column_of_ids(tmp_path):
    write_recordings(tmp_path, {"stream_0_file_0.csv": [1.0]})
    assert error_of(tmp_path, id_column="stream").startswith(f"{tmp_path}: id_column 'stream' has no use here")


# Single files and frames


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".CSV", ".Parquet"])
@pytest.mark.parametrize(("frame", "expected"), [(LONG, LONG_STREAMS), (WIDE, WIDE_STREAMS)], ids=["long", "wide"])
def test_a_single_file(tmp_path, suffix, frame, expected):
    path = tmp_path / f"prices{suffix}"
    if suffix.lower() == ".csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_parquet(path)
    x_train, x_test = load_streams(path)
    assert described(x_train) == expected
    assert x_test == []


@pytest.mark.parametrize(("frame", "expected"), [(LONG, LONG_STREAMS), (WIDE, WIDE_STREAMS)], ids=["long", "wide"])
def test_a_frame(frame, expected):
    x_train, x_test = load_streams(frame)
    assert described(x_train) == expected
    assert x_test == []


def test_the_columns_of_a_frame_can_be_named():
    frame = pd.DataFrame({"pair": ["b", "a"], "bid": [1.0, 2.0], "when": ["x", "y"]})
    assert described(load_streams(frame, id_column="pair", value_column="bid")[0]) == [(0, "b", [1.0]), (1, "a", [2.0])]
    assert described(load_streams(frame.drop(columns="pair"), time_column="when")[0]) == [(0, "bid", [1.0, 2.0])]
    assert described(load_streams(frame[["bid", "when"]], value_column="bid")[0]) == [(0, "bid", [1.0, 2.0])]


def test_the_row_numbers_that_pandas_writes_are_no_stream(tmp_path):
    WIDE.to_csv(tmp_path / "wide.csv")
    assert described(load_streams(tmp_path / "wide.csv")[0]) == WIDE_STREAMS


def test_columns_may_be_counted(tmp_path):
    pd.DataFrame(np.arange(6.0).reshape(3, 2)).to_csv(tmp_path / "counted.csv", index=False)
    assert described(load_streams(tmp_path / "counted.csv")[0]) == [
        (0, "0", [0.0, 2.0, 4.0]),
        (1, "1", [1.0, 3.0, 5.0]),
    ]


def test_an_empty_field_is_a_gap(tmp_path):
    (tmp_path / "one.csv").write_text("n,value\n0,1.5\n1,\n2,2.5\n")
    assert described(load_streams(tmp_path / "one.csv", value_column="value")[0]) == [(0, "value", [1.5, None, 2.5])]


def test_floats_survive_a_parquet_file_exactly(tmp_path):
    values = np.random.default_rng(0).normal(10_000, 1, 1000)
    pd.DataFrame({"x": values}).to_parquet(tmp_path / "one.parquet")
    np.testing.assert_array_equal(load_streams(tmp_path / "one.parquet")[0][0].values, values)


# Errors


def test_a_path_where_nothing_is(tmp_path):
    path = tmp_path / "nowhere"
    assert error_of(path) == (
        f"{path}: there is no such file or folder. Check the path, or give nothing for the embedded sample."
    )


def test_an_empty_folder(tmp_path):
    message = error_of(tmp_path)
    assert message.startswith(f"{tmp_path}: no streams are recognised in the folder, which holds nothing.")
    assert "X_train.parquet" in message
    assert "stream_<id>_file_<k>.csv" in message


def test_a_folder_of_other_things(tmp_path):
    for number in range(7):
        (tmp_path / f"note_{number}.txt").touch()
    assert "which holds note_0.txt, note_1.txt, note_2.txt, note_3.txt, note_4.txt and 2 more." in error_of(tmp_path)


def test_a_folder_with_only_a_test_set(competition):
    (competition / "X_train.parquet").unlink()
    assert error_of(competition).startswith(
        f"{competition}: no streams are recognised in the folder, which holds X_test"
    )


@pytest.mark.parametrize(
    ("name", "kind", "more"),
    [
        ("prices.xlsx", "a .xlsx file", ", or read it with pandas.read_excel and give the frame"),
        ("prices.jsonl", "a .jsonl file", ", or read it with pandas.read_json and give the frame"),
        ("prices.feather", "a .feather file", ", or read it with pandas.read_feather and give the frame"),
        ("prices.parquet.gz", "a .gz file", ""),
        ("prices.dat", "a .dat file", ""),
        ("prices", "a file without a suffix", ""),
    ],
)
def test_an_unknown_kind_of_file(tmp_path, name, kind, more):
    path = tmp_path / name
    path.touch()
    assert error_of(path) == f"{path}: {kind} cannot be read. Give a .parquet or .csv file{more}."


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("blank.csv", b"\n\n# nothing\n"),
        ("packed.csv.gz", b"a,b\n1,2\n"),
        ("empty.parquet", b""),
        ("text.parquet", b"this is no parquet file, whatever its name says"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    message = error_of(path)
    assert message.startswith(f"{path}: the file cannot be read (")
    assert message.endswith("). Write it again, as parquet or CSV.")
    assert "\n" not in message


def test_a_damaged_parquet_file(competition):
    path = competition / "X_test.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    assert error_of(competition).startswith(f"{path}: the file cannot be read (")


def test_a_csv_file_without_names_does_not_lose_its_first_values(tmp_path):
    path = tmp_path / "bare.csv"
    path.write_text("1287.5\n1287.75\n")
    assert error_of(path) == (
        f"{path}: the first line holds numbers (1287.5). Begin the file with the names of its columns."
    )


def test_a_wrong_column_is_told_with_those_that_exist(competition):
    assert error_of(competition, value_column="valeu") == (
        f"{competition / 'X_train.parquet'}: there is no column 'valeu', given as value_column. "
        "Did you mean 'value'? Give one of 'time', 'stream', 'value'."
    )
    assert error_of(LONG, id_column="stream").startswith("frame: there is no column 'stream', given as id_column.")


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_text_among_the_values_is_told_by_file_stream_and_tick(tmp_path, suffix):
    path = tmp_path / f"text{suffix}"
    frame = pd.DataFrame({"stream": ["a", "b", "b"], "value": ["1.0", "2.0", "about 3"]})
    if suffix == ".csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_parquet(path)
    assert error_of(path).startswith(
        f"{path}: stream 1 'b', tick 1: column 'value' holds 'about 3', which is not a number."
    )


def test_text_among_numbers_in_a_frame_is_told_by_stream_and_tick():
    frame = LONG.assign(price=pd.Series([1.0, 2.0, "three"], dtype=object))
    assert error_of(frame).startswith("stream 0 'b', tick 1: column 'price' holds 'three', which is not a number.")


def test_text_in_a_recording_is_told_by_file_and_tick(tmp_path):
    path = tmp_path / "stream_0_file_0.csv"
    path.write_text("value\n1.0\nabc\n")
    assert error_of(tmp_path).startswith(f"{path}: stream 0 'value', tick 1: column 'value' holds 'abc'")


def test_another_column_of_text_is_told_by_name():
    assert "column 'venue' holds 'NYSE'" in error_of(WIDE.assign(venue="NYSE"))


def test_a_stream_of_nothing_is_told_by_file(tmp_path):
    path = tmp_path / "wide.csv"
    pd.DataFrame({"a": [1.0], "b": [NAN]}).to_csv(path, index=False)
    assert error_of(path).startswith(f"{path}: stream 1 'b': the stream is empty.")


@pytest.mark.parametrize("source", [3, [1.0, 2.0], {"a": [1.0]}, b"folder", np.array([1.0]), pd.Series([1.0])])
def test_a_source_of_a_wrong_type(source):
    with pytest.raises(ArgumentTypeError, match="source: expected a path or a frame, got ") as caught:
        load_streams(source)
    assert isinstance(caught.value, TypeError)


def test_the_columns_are_keywords():
    with pytest.raises(TypeError, match="positional"):
        load_streams(LONG, "symbol")


# What it costs to import


def test_the_package_loads_no_pandas_until_it_reads():
    code = (
        "import sys\n"
        "import midplot.streams\n"
        "heavy = {'pandas', 'pyarrow', 'plotly', 'ipywidgets', 'anywidget', 'IPython'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "midplot.streams.synthetic_streams(1, 100)\n"
        "assert 'pandas' not in sys.modules\n"
        "midplot.streams.load_streams()\n"
        "assert 'pandas' in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2]
    )
    assert done.returncode == 0, done.stderr
