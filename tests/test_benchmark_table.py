"""What the benchmarks print of their rows, on a terminal and on the page."""

from __future__ import annotations

import re

import pytest

from benchmarks.page import as_page
from benchmarks.suite import SUITE, Benchmark, Result, chosen, measured
from benchmarks.table import Row, as_line, as_record, as_table

KEPT = Row("new ÷ old", 0.5, 1.0, note="Both of *them*, in `a_b`.")
MISSED = Row("a | b", 3.5, 3.0, "ms")
EXPLAINING = Row("speed", 1234.5, unit="m/s")
NOT_MEASURED = Row("painted", None, 2.0, "s", note="There is no browser.")
ROWS = [KEPT, MISSED, EXPLAINING, NOT_MEASURED]


@pytest.mark.parametrize(
    ("row", "ok"),
    [(KEPT, True), (MISSED, False), (EXPLAINING, None), (NOT_MEASURED, None), (Row("at", 1.0, 1.0), True)],
)
def test_a_row_is_judged_where_something_was_promised_and_measured(row, ok):
    assert row.ok is ok
    assert as_record(row)["ok"] is ok


def test_the_table_shows_each_row_and_below_it_the_notes_by_number():
    head, *lines = as_table(ROWS).splitlines()
    assert head.split() == ["what", "measured", "target", "ok?"]
    assert [re.split(r"\s{2,}", line) for line in lines[:4]] == [
        ["1", "new ÷ old", "0.5", "≤ 1", "yes"],
        ["2", "a | b", "3.5 ms", "≤ 3 ms", "NO"],
        ["3", "speed", "1,234 m/s", "–", "–"],
        ["4", "painted", "–", "≤ 2 s", "–"],
    ]
    assert len({len(line) for line in [head, *lines[:4]]}) == 1
    assert lines[4:] == ["", "1  Both of *them*, in `a_b`.", "4  There is no browser."]


def test_a_line_tells_the_verdict_only_where_there_is_a_target():
    assert as_line(MISSED) == "a | b: 3.5 ms (≤ 3 ms: NO)"
    assert as_line(EXPLAINING) == "speed: 1,234 m/s"
    assert as_line(NOT_MEASURED) == "painted: – (≤ 2 s: –)"


# The page


def page_of(*rows, surroundings=None):
    first, second = (Benchmark(name, f"About {name}", lambda _: ()) for name in ("one", "two"))
    results = [Result(first if i < 2 else second, row) for i, row in enumerate(rows)]
    return as_page({"cores": 2} if surroundings is None else surroundings, results)


def test_the_page_has_a_section_a_benchmark_with_its_rows_and_notes():
    page = page_of(*ROWS)
    one, two = page.split("## About ")[1:]
    assert "| new ÷ old | 0.5 | ≤ 1 | yes |" in one
    assert r"| a \| b | 3.5 ms | ≤ 3 ms | NO |" in one
    assert "- *new ÷ old*: Both of \\*them\\*, in `a_b`." in one
    assert "| speed | 1,234 m/s | – | – |" in two
    assert "There is no browser." in two


def test_the_page_names_what_was_missed_before_anything_else():
    page = page_of(*ROWS)
    assert "**1 of 2 targets are met.** Missed:\n\n- a \\| b: 3.5 ms, target ≤ 3 ms\n" in page
    assert page.index("Missed:") < page.index("## ")
    assert "Missed" not in page_of(KEPT)


def test_the_page_says_what_it_was_measured_on_and_how_to_write_it_anew():
    page = page_of(KEPT, surroundings={"processor": "X_1 | 2", "date": "2026-01-02"})
    assert r"| processor | X\_1 \| 2 |" in page
    assert "| date | 2026-01-02 |" in page
    assert "`make bench-page`" in page
    assert page.startswith("# Benchmarks\n")


# The suite


def test_names_choose_what_is_measured_in_the_order_of_the_table():
    names = [benchmark.name for benchmark in SUITE]
    assert len(set(names)) == len(names)
    assert [each.name for each in chosen(["jobs", "idle"])] == ["idle", "jobs"]
    assert chosen([]) == SUITE


def test_a_row_is_given_before_the_next_is_measured():
    events = []

    def rows(subject):
        for number in (1, 2):
            events.append(f"{subject} measured {number}")
            yield Row("row", number)

    benchmark = Benchmark("name", "title", rows)
    for result in measured([benchmark], "it"):
        assert result.benchmark is benchmark
        events.append(f"given {result.row.measured}")
    assert events == ["it measured 1", "given 1", "it measured 2", "given 2"]
