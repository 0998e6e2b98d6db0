"""CSV files as programs and people write them: read right, or refused with the file, the line and what to do."""

from __future__ import annotations

import bz2
import gzip
import os

import numpy as np
import pyarrow as pa
import pytest

from midplot.errors import ArgumentError, StreamError
from midplot.streams import load_streams
from midplot.streams.files._cells import numbers

BOTH = pytest.mark.parametrize("lazy", [False, True], ids=["held", "left"])


@pytest.fixture
def csv(tmp_path):
    """Write a file, and return its path."""

    def write(content, name="prices.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


def read(path, **options):
    """Return what a file holds, by the names of the streams, None for a gap; held and left alike."""
    held, left = (load_streams(path, lazy=lazy, **options)[0] for lazy in (False, True))
    found = [{s.name: [None if np.isnan(x) else x for x in s.values.tolist()] for s in each} for each in (held, left)]
    assert found[0] == found[1]
    return found[0]


def refused(path, **options):
    """Return what is said of a file: the same, whether held or left."""
    said = []
    for lazy in (False, True):
        with pytest.raises(StreamError) as caught:
            load_streams(path, lazy=lazy, **options)
        said.append(str(caught.value))
    assert said[0] == said[1]
    return said[0]


# Fields and the header


@pytest.mark.parametrize(
    ("content", "line", "fields", "names"),
    [
        ("stream,value\na,1281.5\na,1281.5,7\na,1\n", 3, 3, 2),
        ("stream,value\na,1281.5,7\na,1281.6,8\n", 2, 3, 2),  # all of them, of which pandas would make an index
        ("time,price\n2024-01-01,1281,05\n2024-01-02,1281,10\n", 2, 3, 2),
        ("price\n1281,05\n", 2, 2, 1),
        ("a;b\n1;2\n\n3;4;\n", 4, 3, 2),
        ('stream,value\n"a\nb",1\nc,2,3\n', 4, 3, 2),
        ("a,b,c\n1,2,3\n4,5\n", 3, 2, 3),
        ("# by hand\n\na\tb\n1\t2\n3\n", 5, 1, 2),
        ("a,b\r\n1,2\r\n3\r\n", 3, 1, 2),
        ("a,b\n1,2\n# a note\n3,4\n", 3, 1, 2),
    ],
)
def test_a_row_that_does_not_fit_its_header_is_told_by_its_line(csv, content, line, fields, names):
    path = csv(content)
    counted = f"{fields} field{'s' * (fields != 1)}"
    assert refused(path).startswith(
        f"{path}, line {line}: the row has {counted}, but the header has {names}. Give each row one field for each name"
    )


def test_a_decimal_comma_between_commas_is_told_as_such(csv):
    message = refused(csv("stream,value\na,1281,5\n"))
    assert message.endswith("If a comma is the decimal mark, separate the fields by a semicolon.")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_recognised(csv, separator):
    assert read(csv("stream,value\na,1.5\nb,2\na,3\n".replace(",", separator))) == {"a": [1.5, 3.0], "b": [2.0]}


@pytest.mark.parametrize("name", ["x.tsv", "x.txt", "x.TXT"])
def test_the_name_of_a_text_file_may_end_otherwise(csv, name):
    assert read(csv("value\tn\n1.5\t1\n", name)) == {"value": [1.5], "n": [1.0]}


def test_a_separator_within_quotes_or_names_is_no_separator(csv):
    assert read(csv('"EUR,USD";"GBP;USD"\n1.5;2\n')) == {"EUR,USD": [1.5], "GBP;USD": [2.0]}
    assert read(csv("a|b;c|d\n1;2\n3;4\n")) == {"a|b": [1.0, 3.0], "c|d": [2.0, 4.0]}


def test_a_spreadsheet_may_say_the_separator(csv):
    assert read(csv("sep=;\r\nEUR,USD;b\r\n1,5;2\r\n")) == {"EUR,USD": [1.5], "b": [2.0]}
    assert read(csv("sep=,\nstream,value\na,1\n", encoding="utf-8-sig")) == {"a": [1.0]}


def test_a_separator_that_is_not_clear_is_asked_for(csv):
    path = csv("a|b;c|d\n1\n")
    assert refused(path).startswith(f"{path}: the header 'a|b;c|d' can be cut at ';' or '|'. Give separator=")
    assert read(csv("a b\n1 2\n"), separator=" ") == {"a": [1.0], "b": [2.0]}


def test_two_columns_of_one_name_are_refused(csv):
    path = csv("a,b,a\n1,2,3\n")
    assert refused(path) == f"{path}: several columns are called 'a'. Give each a name of its own."


@pytest.mark.parametrize(
    "content", ["1281.5\n1282\n", "2024-01-02 09:00,1281.5\n", "2024-01-02,1281\n", "eurusd,1281.5\n", "1281.5;7\n"]
)
def test_a_file_without_a_header_is_told(csv, content):
    assert "the first line holds numbers" in refused(csv(content))


def test_a_header_alone_has_no_rows(csv):
    for content in ("stream,value", "stream,value\n", "stream,value\n\n\n"):
        path = csv(content)
        assert refused(path) == f"{path}: it has the columns 'stream', 'value' but no rows. Give at least one value."


def test_a_separator_at_the_end_of_each_line_is_left_out(csv):
    assert read(csv("time;value;\n2024-01-02;1,5;\n2024-01-03;1,75;\n")) == {"value": [1.5, 1.75]}


def test_what_stands_under_no_name_is_told(csv):
    path = csv("time;value;\n2024-01-02;1;\n2024-01-03;1;9\n")
    assert refused(path) == (
        f"{path}, line 3: '9' stands in column 3, which has no name in the header. Give each column a name."
    )


def test_a_first_column_without_a_name_that_holds_text_is_asked_about(csv):
    path = csv(",price\na,1\nb,2\na,3\n")
    assert refused(path).startswith(f"{path}: the first column has no name and holds text, which may say what stream")
    assert read(csv(",stream,value\nx,a,1\ny,b,2\n")) == {"a": [1.0], "b": [2.0]}


def test_a_first_column_without_a_name_may_be_the_time(csv):
    path = csv(",price\n2024-01-02 09:00,1\n2024-01-02 09:01,2\n")
    assert read(path) == {"price": [1.0, 2.0]}
    for lazy in (False, True):
        assert load_streams(path, lazy=lazy)[0][0].times.tolist() == [
            np.datetime64(t).astype("datetime64[s]").item() for t in ("2024-01-02T09:00", "2024-01-02T09:01")
        ]


def test_comments_and_blank_lines_above_the_header_are_passed_over(csv):
    assert read(csv("# exported, by; hand\n\n#\nstream,value\n\na,1\n\n\na,2\n\n")) == {"a": [1.0, 2.0]}


def test_a_blank_line_of_a_single_column_is_a_gap(csv):
    assert read(csv('value\n1\n\n2\n""\n3\n')) == {"value": [1.0, None, 2.0, None, 3.0]}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(csv, end):
    assert read(csv(end.join(["stream,value", "a,1", "b,2", ""]))) == {"a": [1.0], "b": [2.0]}


def test_quotes(csv):
    content = 'stream,value\n"a ""b"", c","1.5"\n"two\nlines",2\n'
    assert read(csv(content)) == {'a "b", c': [1.5], "two\nlines": [2.0]}


def test_a_quotation_mark_that_is_never_closed_is_told(csv):
    path = csv('stream,value,note\na,1,x\nb,2,"y\nc,3,z\n')
    assert refused(path).startswith(f"{path}, line 3: a quotation mark is opened and never closed.")
    assert read(csv('stream,value\n5" pipe,1\n')) == {'5" pipe': [1.0]}


# Numbers


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_a_decimal_comma_is_recognised(csv, separator):
    content = "time;value\n2024-01-01;1281,05\n2024-01-02;1281\n2024-01-03;\n2024-01-04;-1,5e2\n"
    assert read(csv(content.replace(";", separator))) == {"value": [1281.05, 1281.0, None, -150.0]}


def test_a_decimal_comma_within_quotes_is_recognised(csv):
    assert read(csv('stream,value\na,"1281,05"\na,"0,5"\n')) == {"a": [1281.05, 0.5]}


def test_a_comma_that_may_be_either_is_asked_about(csv):
    path = csv("stream;value\na;1,281\na;1,282\n")
    assert refused(path) == (
        f"{path}: numbers are written with a comma that may be the decimal mark, or stand between thousands. "
        "Give decimal=',', or write them without a mark between thousands."
    )
    assert read(path, decimal=",") == {"a": [1.281, 1.282]}


@pytest.mark.parametrize(
    ("content", "options", "cell"),
    [
        ("stream;value\na;1.281,05\n", {}, "1.281,05"),
        ("stream;value\na;1.281,05\n", {"decimal": ","}, "1.281,05"),
        ("stream;value\na;1.5\n", {"decimal": ","}, "1.5"),
        ("stream;value\na;1,5\n", {"decimal": "."}, "1,5"),
        ('stream,value\na,"1,281.05"\n', {}, "1,281.05"),
        ("stream;value\na;1.5\na;1,75\n", {}, "1,75"),
        ("stream,value\na,1_000\n", {}, "1_000"),
        ("stream,value\na,0x10\n", {}, "0x10"),
        ("stream,value\na,12 810\n", {}, "12 810"),
        ("stream,value\na,True\n", {}, "True"),
        ("stream,value\na,1281.5 EUR\n", {}, "1281.5 EUR"),
        ("stream,value\na,٣\n", {}, "٣"),
        ("stream,value\na,-\n", {}, "-"),
    ],
)
def test_what_is_no_number_is_told_by_its_line(csv, content, options, cell):
    path = csv(content)
    message = refused(path, **options)
    line = content[: content.index(cell)].count("\n") + 1
    assert message.startswith(f"{path}: stream 0 'a', tick ")
    assert f"column 'value' holds {cell!r}, which is not a number. Put a number there (line {line})" in message


def test_a_column_of_numbers_and_text_is_told_where_the_text_is(csv):
    content = "stream,value\n" + "".join(f"a,{n}\n" for n in range(3_000)) + "b,oops\nb,1\n"
    assert "stream 1 'b', tick 0: column 'value' holds 'oops'" in refused(csv(content))
    assert "(line 3002)" in refused(csv(content))


def test_numbers_are_read_exactly(csv):
    values = np.random.default_rng(5).normal(1e4, 1, 2_000) * 10.0 ** np.arange(-10, 10).repeat(100)
    path = csv("value\n" + "".join(f"{x!r}\n" for x in values.tolist()))
    for lazy in (False, True):
        np.testing.assert_array_equal(load_streams(path, lazy=lazy)[0][0].values, values)


def test_what_is_missing_is_a_gap(csv):
    cells = ["", "NA", "nan", "NaN", "null", "NULL", "None", "#N/A", "n/a", "<NA>", "  "]
    assert read(csv("stream,value\n" + "".join(f"a,{cell}\n" for cell in [*cells, " 1.5 "]))) == {
        "a": [None] * len(cells) + [1.5]
    }


# Ids


def test_ids_stay_the_text_that_they_are(csv):
    ids = [
        "000",
        "0",
        "00",
        "1e5",
        "100000.0",
        "NA",
        "null",
        "nan",
        "True",
        "true",
        "None",
        "1.0",
        " a",
        "é",
        "#1",
        "-",
    ]
    assert read(csv("stream,value\n" + "".join(f"{name},{n}\n" for n, name in enumerate(ids)))) == {
        name: [float(n)] for n, name in enumerate(ids)
    }


def test_ids_of_recordings_stay_the_text_that_they_are(tmp_path):
    for name in ("000", "0", "1e5", "NA"):
        (tmp_path / f"stream_{name}_file_0.csv").write_text("value\n1.5\n")
    assert read(tmp_path) == {f"stream_{name}": [1.5] for name in sorted(["000", "0", "1e5", "NA"])}


def test_a_missing_id_is_told_by_its_line(csv):
    path = csv("stream,value\na,1\n\n,2\n")
    assert refused(path) == (
        f"{path}, line 4: the id in column 'stream' is missing. Give each value the id of its stream."
    )


# Encodings and packing


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_with_a_mark_are_recognised(csv, encoding):
    assert read(csv("stream,value\né,1.5\n", encoding=encoding)) == {"é": [1.5]}


def test_other_encodings_are_asked_for(csv):
    path = csv("stream,value\na,1\né,2\n", encoding="cp1252")
    assert refused(path).startswith(f"{path}, line 3: the text is not UTF-8. Give encoding='cp1252'")
    assert read(path, encoding="cp1252") == {"a": [1.0], "é": [2.0]}
    assert read(csv("stream,value\né,2\n", encoding="utf-16-le"), encoding="utf-16-le") == {"é": [2.0]}


def test_a_nul_is_told_by_its_line(csv):
    path = csv("stream,value\na,1\nb\0,2\n")
    assert refused(path).startswith(f"{path}, line 3: there is a NUL byte, which text cannot contain.")
    assert "give encoding='utf-16-le'" in refused(csv("stream,value\na,1\n", encoding="utf-16-le"))


@pytest.mark.parametrize(("suffix", "pack"), [(".gz", gzip.compress), (".bz2", bz2.compress)])
def test_packed_files(csv, suffix, pack):
    content = b"stream;value\na;1,5\nb;2\n"
    assert read(csv(pack(content), f"prices.csv{suffix}")) == {"a": [1.5], "b": [2.0]}
    assert "the file cannot be read (" in refused(csv(pack(content)[:-9], f"cut.tsv{suffix}"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"separator": ""}, "separator: '' is not a separator. Give one character"),
        ({"separator": "::"}, "separator: '::' is not a separator"),
        ({"separator": 3}, "separator: 3 is not a separator"),
        ({"decimal": ";"}, "decimal: ';' is not a decimal mark. Give '.' or ','."),
        ({"encoding": "klingon"}, "encoding: 'klingon' is not an encoding. Give, for example,"),
        ({"encoding": "rot13"}, "encoding: 'rot13' is not an encoding. Give, for example,"),
    ],
)
def test_what_the_arguments_may_be(csv, options, said):
    with pytest.raises(ArgumentError) as caught:
        load_streams(csv("value\n1\n"), **options)
    assert str(caught.value).startswith(said)


# Paths


def test_a_tilde_is_the_users_folder(csv, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    csv("value\n1.5\n")
    assert read("~/prices.csv") == {"value": [1.5]}
    with pytest.raises(ArgumentError, match="source: there is no folder for '~nobody-of-that-name'"):
        load_streams("~nobody-of-that-name/prices.csv")


def test_paths_that_no_system_has():
    with pytest.raises(ArgumentError, match=r"source: 'a\\x00b\.csv' contains a NUL"):
        load_streams("a\0b.csv")
    with pytest.raises(StreamError, match="x…: the path is too long for the system"):
        load_streams("x" * 5_000)


def test_what_is_no_file(tmp_path):
    (tmp_path / "folder.csv").mkdir()
    assert "no streams are recognised in the folder" in refused(tmp_path / "folder.csv")
    (tmp_path / "link.csv").symlink_to(tmp_path / "gone.csv")
    assert f"it is a link to {tmp_path / 'gone.csv'}, where there is nothing" in refused(tmp_path / "link.csv")
    (tmp_path / "link.csv").unlink()
    (tmp_path / "stream_0_file_0.csv").mkdir()
    assert "stream_0_file_0.csv: it is not a file, but a folder" in refused(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    assert "it is neither a file nor a folder, but a pipe or a device" in refused(tmp_path / "pipe.csv")
    os.mkfifo(tmp_path / "stream_0_file_0.csv")
    assert "it is not a file, but a folder, a pipe" in refused(tmp_path)


def test_what_may_not_be_read(csv, monkeypatch, tmp_path):
    path = csv("value\n1\n")

    def denied(self, *_, **__):
        raise PermissionError(13, "Permission denied", str(self))

    for method, source in (("open", path), ("stat", path), ("iterdir", tmp_path)):
        with monkeypatch.context() as patched:
            patched.setattr(f"pathlib.Path.{method}", denied)
            assert refused(source).startswith(f"{source}: ")
            assert "may not be read (permission denied). Ask for permission to read it" in refused(source)


COMMENTED = {
    "no blank": "#stream,value\na,1\na,2\n",
    "as numpy writes it": "# stream,value\na,1\na,2\n",
    "below other comments": "# of a day, in two columns\n\n# stream,value\na,1\na,2\n",
    "another separator": "#stream;value\na;1\na;2\n",
    "decimal commas": "#stream;value\na;1,0\na;2,0\n",
}


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("text", COMMENTED.values(), ids=COMMENTED)
def test_a_comment_directly_above_data_is_the_header(tmp_path, text, lazy):
    path = tmp_path / "x.csv"
    path.write_text(text, encoding="utf-8-sig")
    ((stream,), _) = load_streams(path, lazy=lazy)
    assert (stream.name, stream.values.tolist()) == ("a", [1.0, 2.0])


def test_what_numpy_writes_is_read(tmp_path):
    table = np.array([[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]])
    np.savetxt(tmp_path / "two.csv", table, delimiter=",", header="up,down")
    assert [(s.name, s.values.tolist()) for s in load_streams(tmp_path / "two.csv")[0]] == [
        ("up", [1.0, 2.0, 3.0]),
        ("down", [4.0, 5.0, 6.0]),
    ]
    np.savetxt(tmp_path / "one.csv", table[:, 0], header="value")
    assert [s.values.tolist() for s in load_streams(tmp_path / "one.csv")[0]] == [[1.0, 2.0, 3.0]]


@pytest.mark.parametrize("comment", ["# made today, by hand", "#", "# a,b,c", "# stream,value"])
def test_a_comment_above_a_header_stays_one(tmp_path, comment):
    (tmp_path / "x.csv").write_text(f"{comment}\nup,down\n1,2\n3,4\n")
    assert [s.name for s in load_streams(tmp_path / "x.csv")[0]] == ["up", "down"]


def test_a_fault_below_a_commented_header_is_named_by_its_line(tmp_path):
    (tmp_path / "x.csv").write_text("#stream,value\na,1\na,x\n")
    with pytest.raises(StreamError, match="line 3"):
        load_streams(tmp_path / "x.csv")


@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize("every", [5, 10_000])
def test_rows_that_are_a_slice_are_read_rightly(decimal, every):
    # Some releases of Arrow cut texts in the wrong places if they choose between null and those of a slice. Of whole numbers
    # of several lengths, what was cut out is a number all the same.
    exact = [n * n if n % every else None for n in range(1, 2901)]
    texts = pa.array(["" if number is None else str(number) for number in exact])
    expected = np.array(exact, dtype=np.float64)
    for start in range(0, 2900, 400):
        values, bad_row, _ = numbers(texts.slice(start, 400), decimal)
        assert bad_row is None
        np.testing.assert_array_equal(values, expected[start : start + 400])
