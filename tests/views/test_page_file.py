"""A page is written whole or not at all, and never leaves litter."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from midplot.errors import ArgumentError, ArgumentTypeError
from midplot.views.pages._page_file import write_page


def test_writes_and_says_where(tmp_path):
    path = write_page("<p>é\ud800</p>", tmp_path / "page.html")
    assert path == tmp_path / "page.html"
    assert path.read_text(encoding="utf-8") == "<p>é&#55296;</p>"


def test_makes_the_folder(tmp_path):
    assert write_page("x", str(tmp_path / "a" / "b" / "page.html")).read_text() == "x"


def test_replaces_what_was_there_and_leaves_nothing_else(tmp_path):
    path = tmp_path / "page.html"
    path.write_text("before")
    write_page("after", path)
    assert path.read_text() == "after"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "page.html"
    path.write_text("before")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ArgumentError, match=r"^path: .* cannot be written \(No space left on device\)\."):
        write_page("after", path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_others_may_read_it_as_the_umask_says(tmp_path):
    usual = tmp_path / "usual"
    usual.write_text("")
    assert write_page("x", tmp_path / "page.html").stat().st_mode == usual.stat().st_mode


def test_a_long_name_still_fits(tmp_path):
    name = "n" * 250 + ".html"
    assert write_page("x", tmp_path / name).name == name


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(ArgumentError, match=r"is a folder\. Give the name of a file in it"):
        write_page("x", tmp_path)


def test_a_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "page.html", tmp_path / "file" / "deeper" / "page.html"):
        with pytest.raises(ArgumentError, match="which is a file"):
            write_page("x", path)


@pytest.mark.parametrize("path", [3, None])
def test_what_is_not_a_path_is_refused(path):
    with pytest.raises(ArgumentTypeError, match="is not a path"):
        write_page("x", path)


def test_a_relative_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert write_page("x", "page.html") == Path("page.html")
    assert (tmp_path / "page.html").read_text() == "x"
