"""What the saved notebooks promise before they are run. That they run, and give what is saved, is for nbval to find out."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest

from .rerun import FOLDER, METADATA, WIDGET, clean

NAMES = ["debugging", "evidence", "mean_reversion", "own_data", "quickstarter", "regression", "scenarios"]

LARGEST = 500_000
"""Bytes: a single live chart, saved with its state, would be 5 MB."""

UNCHECKED = {"tags": ["nbval-ignore-output"]}
CHART = "application/vnd.plotly.v1+json"

OF_ONE_RUN = re.compile(
    r"0x[0-9a-fA-F]{6,}"  # an address
    r"|/tmp|/home|/root|/Users|[A-Z]:\\\\|site-packages"  # a path of one machine
    r"|\d\d:\d\d:\d\d\.\d{3}|202[5-9]-\d\d-\d\d"  # the time of one day
    r"|\b\d+(\.\d+)? (µs|ms|seconds)\b(?! (of|allowed|the))"  # how long it took
)

JOURNEY = """
    load_notebook load_streams replay infer MomentumAttacker wrap with_accounting_visualizer accounts select
    save_selected load_scenarios check_scenarios objective constraint_violation violation train params.json
    crunch.test pnl get_replay_result with_hyper_parameters_load
"""


def notebook(name):
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def code_cells(name):
    return [cell for cell in notebook(name).cells if cell.cell_type == "code"]


def outputs(name):
    return [output for cell in code_cells(name) for output in cell.outputs]


def prose(name):
    return "\n".join(cell.source for cell in notebook(name).cells if cell.cell_type == "markdown")


def python(source):
    """Return the lines of a cell that are Python, without magics and what they write into files."""
    if source.startswith("%%"):
        return ""
    return "\n".join(line for line in source.splitlines() if not line.startswith(("!", "%")))


def imports(name):
    """Yield every import of a notebook as it is written, but for modules that the notebook itself writes."""
    cells = [cell.source for cell in code_cells(name)]
    written = set(re.findall(r"^%%writefile (\w+)\.py", "\n".join(cells), re.MULTILINE))
    for node in (node for source in cells for node in ast.walk(ast.parse(python(source)))):
        own = isinstance(node, ast.ImportFrom) and node.module in written
        if isinstance(node, ast.Import | ast.ImportFrom) and not own:
            yield ast.unparse(node)


def test_the_notebooks_are_those_that_are_promised():
    assert sorted(path.stem for path in FOLDER.glob("*.ipynb")) == NAMES


@pytest.mark.parametrize("name", NAMES)
class TestEveryNotebook:
    def test_opens_with_two_lines_on_what_it_shows(self, name):
        first = notebook(name).cells[0]
        assert first.cell_type == "markdown"
        title, empty, *lines = first.source.splitlines()
        assert title.startswith("# ")
        assert empty == ""
        assert len(lines) == 2
        assert all(line.endswith(".") for line in lines)

    def test_was_run_from_top_to_bottom(self, name):
        cells = code_cells(name)
        assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
        assert outputs(name)

    def test_shows_no_error_and_no_warning(self, name):
        assert {output.output_type for output in outputs(name)} <= {"stream", "display_data", "execute_result"}
        assert {output.name for output in outputs(name) if output.output_type == "stream"} <= {"stdout"}

    def test_holds_no_widgets(self, name):
        assert "widgets" not in notebook(name).metadata
        assert not any(WIDGET in output.get("data", {}) for output in outputs(name))
        assert (FOLDER / f"{name}.ipynb").stat().st_size < LARGEST

    def test_says_the_same_on_every_machine(self, name):
        printed = [output.text for output in outputs(name) if output.output_type == "stream"]
        data = [output.data for output in outputs(name) if "data" in output]
        shown = [*printed, *(each[kind] for each in data for kind in ("text/plain", "text/html") if kind in each)]
        assert [text for text in shown if OF_ONE_RUN.search(text)] == []

    def test_leaves_nothing_unchecked_but_charts(self, name):
        # A chart has a panel of measured latencies.
        for cell in notebook(name).cells:
            drawn = {kind for output in cell.get("outputs", ()) for kind in output.get("data", {})} == {CHART}
            assert cell.metadata == (UNCHECKED if drawn else {})
            assert "NBVAL" not in cell.source

    def test_is_saved_as_it_is_when_run_anew(self, name):
        saved, cleaned = notebook(name), notebook(name)
        clean(cleaned)
        assert saved == cleaned
        assert saved.metadata == METADATA
        nbformat.validate(saved)

    def test_its_imports_work(self, name):
        written = list(imports(name))
        assert any("midplot" in each for each in written)
        for each in written:
            exec(each, {})

    def test_its_pictures_and_the_notebooks_it_names_are_there(self, name):
        named = [*re.findall(r"!\[[^]]+\]\(([^)]+)\)", prose(name)), *re.findall(r"`(\w+\.ipynb)`", prose(name))]
        assert [each for each in named if not (FOLDER / each).is_file()] == []


def test_every_picture_is_shown():
    shown = {each for name in NAMES for each in re.findall(r"!\[[^]]+\]\(([^)]+)\)", prose(name))}
    assert {path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("images/*")} == shown


@pytest.mark.parametrize("step", JOURNEY.split())
def test_the_quickstarter_goes_the_whole_way(step):
    assert step in "\n".join(cell.source for cell in notebook("quickstarter").cells)


def test_the_quickstarter_names_the_other_notebooks():
    assert set(re.findall(r"`(\w+)\.ipynb`", prose("quickstarter"))) == set(NAMES) - {"quickstarter"}


def test_the_double_check_shows_one_number_twice():
    (text,) = [o.text for o in outputs("quickstarter") if o.output_type == "stream" and o.text.startswith("replay ")]
    replayed, checked = (line.split()[1] for line in text.splitlines())
    assert replayed == checked


def test_a_notebook_is_cleaned_of_what_a_run_leaves():
    view = {WIDGET: {"model_id": "abc"}, "text/plain": "ReplayView(1 stream)"}
    cell = nbformat.v4.new_code_cell(
        "view",
        execution_count=1,
        outputs=[nbformat.v4.new_output("display_data", view)],
        metadata={"collapsed": True, **UNCHECKED},
    )
    dirty = nbformat.v4.new_notebook(cells=[cell], metadata={"widgets": {"state": {}}})
    clean(dirty)
    assert dirty.metadata == METADATA
    assert dirty.cells[0].id == "cell-01"
    assert dirty.cells[0].metadata == UNCHECKED
    assert dirty.cells[0].outputs[0].data == {"text/plain": "ReplayView(1 stream)"}


def test_the_notebooks_are_in_the_wheel_and_in_the_source_distribution():
    pyproject = (Path(FOLDER).parent / "pyproject.toml").read_text(encoding="utf-8")
    assert '"notebooks" = "midplot/notebooks"' in pyproject
    assert re.search(r'^include = \[[^]]*"notebooks"', pyproject, re.MULTILINE)
