"""The replay view in a real JupyterLab: what a person does, and what the kernel and the disk then hold."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

SETUP = """
from midplot import DOWN, NOTHING, UP, get_replay_result, load_scenarios, replay
from midplot.streams import load_streams
from midplot.examples import MomentumAttacker
x_train, x_test = load_streams()
"""
REPLAY = "result = replay(x_test[:3], infer=MomentumAttacker, with_visualization=True, with_accounting_visualizer=True)"

SELECTED = "(lambda s: None if s is None else [s.stream_id, s.first, s.last])(result.selection)"
SAVED = "[[s.label, s.selection.stream_name, s.selection.first, s.selection.last] for s in load_scenarios().scenarios]"


def selected_is(window: list[int]) -> str:
    return f"{SELECTED} == {window}"


def saved_are(*scenarios: list[object]) -> str:
    return f"{SAVED} == {list(scenarios)}"


@pytest.fixture
def view(notebook):
    page = notebook([SETUP, REPLAY])
    page.run(0)
    page.run(1)
    page.plot()
    return page


def press(view, name: str) -> None:
    view.page.locator(".midplot-view").get_by_role("button", name=name, exact=True).click()


def status(view):
    return view.page.locator(".midplot-status")


def test_a_click_selects_the_points_that_end_there(view):
    view.plot().click_x(700)
    view.wait_python(selected_is([0, 651, 700]))
    points = view.plot().wait_points("Selected", 50)
    assert [points[0][0], points[-1][0]] == [651, 700]
    assert "651 – 700" in status(view).inner_text()


def test_a_second_click_moves_the_selection_and_shift_moves_its_start(view):
    view.plot().click_x(700)
    view.wait_python(selected_is([0, 651, 700]))
    view.plot().click_x(2000)
    view.wait_python(selected_is([0, 1951, 2000]))
    view.page.keyboard.down("Shift")
    view.plot().click_x(1900)
    view.page.keyboard.up("Shift")
    view.wait_python(selected_is([0, 1900, 2000]))
    assert len(view.plot().wait_points("Selected", 101)) == 101


def test_a_click_near_the_start_is_clipped(view):
    view.plot().click_x(10)
    view.wait_python(selected_is([0, 0, 10]))
    assert len(view.plot().wait_points("Selected", 11)) == 11


def test_the_slider_and_the_number_keep_the_end(view):
    view.plot().click_x(1500)
    view.wait_python(selected_is([0, 1451, 1500]))
    box = view.page.get_by_label("Points to select, as a number")
    box.fill("200")
    box.press("Tab")
    view.wait_python(selected_is([0, 1301, 1500]))
    slider = view.page.get_by_label("Points to select", exact=True)
    slider.focus()
    slider.press("End")
    assert view.wait_python(f"{SELECTED}[1] == 501 and {SELECTED}") == [0, 501, 1500]


def test_a_drag_selects_what_it_covers(view):
    view.page.get_by_label("What a drag in the chart does").select_option("select")
    view.wait_python("result._view.chart.figure.layout.dragmode is False")
    view.plot().drag_x(1000, 1400)
    _, first, last = view.wait_python(SELECTED)
    step = (view.plot().x_range()[1] - view.plot().x_range()[0]) / 800
    assert abs(first - 1000) <= 2 * step
    assert abs(last - 1400) <= 2 * step
    # Plotly selects nothing of its own, so there is no outline, and nothing is faded.
    assert view.page.evaluate("document.querySelector('.js-plotly-plot')._fullLayout.selections.length") == 0


@pytest.mark.parametrize("label", ["UP", "DOWN", "NOTHING"])
def test_each_button_saves_the_right_file(view, label):
    view.plot().click_x(700)
    view.wait_python(selected_is([0, 651, 700]))
    view.page.get_by_label("Note", exact=True).fill("a note")
    view.page.get_by_label("Tags, separated by commas").fill("one, two")
    press(view, f"Save the selection as {label}")
    view.wait_python(saved_are([label, "stream_20", 651, 700]))
    expect(status(view)).to_contain_text(f"saved {label} stream_20 651-700")
    note, tags = view.python("(lambda s: [s.note, list(s.tags)])(load_scenarios().scenarios[0])")
    assert (note, tags) == ("a note", ["one", "two"])
    assert [path.name for path in (view.folder / "scenarios").glob("*.json")] == [
        f"{label.lower()}_stream_20_00651-00700.json"
    ]
    # The scenario is listed, and its note can be edited until another window is selected.
    expect(view.page.get_by_label("Note", exact=True)).to_have_value("a note")
    view.page.get_by_label("Note", exact=True).fill("another note")
    view.page.get_by_label("Note", exact=True).press("Enter")
    view.wait_python("load_scenarios().scenarios[0].note == 'another note'")
    view.plot().click_x(1500)
    expect(view.page.get_by_label("Note", exact=True)).to_have_value("")
    expect(view.page.locator(".midplot-scenario")).to_have_count(1)


def test_a_later_cell_saves_what_was_clicked_last(notebook):
    page = notebook([SETUP, REPLAY, "get_replay_result().save_selected(UP)"])
    page.run(0)
    page.run(1)
    page.plot().click_x(700)
    page.wait_python(selected_is([0, 651, 700]))
    page.run(2)
    assert page.python(SAVED) == [["UP", "stream_20", 651, 700]]
    assert "up_stream_20_00651-00700.json" in page.output_text(2)


def test_undo_takes_back_the_last_one_saved_here(view):
    view.plot().click_x(700)
    view.wait_python(selected_is([0, 651, 700]))
    press(view, "Save the selection as UP")
    view.wait_python(saved_are(["UP", "stream_20", 651, 700]))
    press(view, "Undo the last label")
    view.wait_python(saved_are())
    expect(view.page.locator(".midplot-scenario")).to_have_count(0)
    expect(view.page.get_by_role("button", name="Undo the last label")).to_be_disabled()


def test_a_scenario_is_opened_relabelled_and_deleted_in_the_list(view):
    view.plot().click_x(700)
    view.wait_python(selected_is([0, 651, 700]))
    press(view, "Save the selection as UP")
    view.wait_python(saved_are(["UP", "stream_20", 651, 700]))
    view.plot().click_x(2000)
    view.wait_python(selected_is([0, 1951, 2000]))
    view.page.locator(".midplot-open").click()
    view.wait_python(selected_is([0, 651, 700]))
    view.page.get_by_label("Label of 651 to 700").select_option("NOTHING")
    view.wait_python(saved_are(["NOTHING", "stream_20", 651, 700]))
    press(view, "Delete the scenario 651 to 700")
    view.wait_python(saved_are())
    assert list((view.folder / "scenarios").glob("*.json")) == []


def test_keys_act_only_while_the_view_has_the_focus(view):
    n_cells = "len(In)"
    before = view.python(n_cells)
    view.plot().click_x(700)
    view.wait_python(selected_is([0, 651, 700]))
    expect(view.page.locator(".midplot-keys")).to_contain_text("U up")
    view.page.keyboard.press("ArrowRight")
    view.wait_python(selected_is([0, 652, 701]))
    view.page.keyboard.press("Shift+ArrowLeft")
    view.wait_python(selected_is([0, 651, 701]))
    view.page.keyboard.press("u")
    view.wait_python(saved_are(["UP", "stream_20", 651, 701]))
    # "d d" deletes a cell in JupyterLab; here it asks whether to label it DOWN as well, and the cell stays.
    cells = view.page.locator(".jp-Notebook .jp-Cell").count()
    view.page.keyboard.press("d")
    view.page.keyboard.press("d")
    question = view.page.locator(".midplot-question")
    expect(question).to_contain_text("DOWN here contradicts UP stream_20 651-701")
    assert view.page.locator(".jp-Notebook .jp-Cell").count() == cells
    assert view.python(SAVED) == [["UP", "stream_20", 651, 701]]
    press(view, "keep both")
    view.wait_python(saved_are(["DOWN", "stream_20", 651, 701], ["UP", "stream_20", 651, 701]))
    view.page.keyboard.press("n")
    expect(question).to_contain_text("NOTHING here contradicts")
    view.page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    view.page.keyboard.press("z")
    view.wait_python(saved_are(["UP", "stream_20", 651, 701]))
    # A letter that is no key of the view, and any letter in one of its lists, would change the cells as well: B and A add
    # one, X cuts one. In a field, Enter turns the keys on again.
    for key in ("b", "a", "x"):
        view.page.keyboard.press(key)
    for name in ("Stream", "What a drag in the chart does"):
        view.page.locator(".jp-Notebook .jp-InputArea").first.click(position={"x": 5, "y": 5})
        view.page.get_by_label(name, exact=True).focus()
        for key in ("d", "d", "b", "x"):
            view.page.keyboard.press(key)
    tags = view.page.get_by_label("Tags, separated by commas", exact=True)
    tags.fill("why")
    tags.press("Enter")
    view.page.keyboard.press("ArrowRight")
    view.wait_python(selected_is([0, 652, 702]))
    assert view.page.locator(".jp-Notebook .jp-Cell").count() == cells
    # In a text field keys are letters.
    view.page.get_by_label("Note", exact=True).click()
    view.page.keyboard.type("undo")
    expect(view.page.get_by_label("Note", exact=True)).to_have_value("undo")
    # After Escape they are JupyterLab's again: b inserts a cell below, and n labels nothing.
    view.page.keyboard.press("Escape")
    expect(view.page.locator(".midplot-keys")).to_contain_text("click the chart")
    view.page.locator(".jp-InputPrompt").nth(1).click()
    view.page.keyboard.press("n")
    view.page.keyboard.press("b")
    expect(view.page.locator(".jp-Notebook .jp-Cell")).to_have_count(cells + 1)
    assert view.python(SAVED) == [["UP", "stream_20", 651, 701]]
    assert view.python(n_cells) == before


def test_jupyterlabs_own_shortcuts_still_work_with_the_focus_in_the_view(view):
    view.plot().click_x(700)
    view.wait_python(selected_is([0, 651, 700]))
    view.page.keyboard.press("Control+s")
    view.page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")
    assert (view.folder / "notebook.ipynb").stat().st_size > 1000


def test_the_picker_goes_to_another_stream(view):
    view.page.get_by_label("Stream", exact=True).select_option("2")
    view.wait_python("result._view.state.stream == 2")
    view.plot().wait_x_range(lambda _, high: high > 7000)
    view.plot().click_x(6000)
    view.wait_python(selected_is([2, 5951, 6000]))
    press(view, "Next stream")
    view.wait_python("result._view.state.stream == 0")
    view.page.locator('.midplot-accounts tbody tr[data-id="1"]').click()
    view.wait_python("result._view.state.stream == 1")
    expect(view.page.locator('.midplot-accounts tr[data-current="true"]')).to_contain_text("stream_21")


def test_the_table_is_sorted_by_a_click(view):
    def names():
        return view.page.locator(".midplot-accounts tbody td:first-child").all_inner_texts()

    assert names() == ["stream_20", "stream_21", "stream_22"]
    press(view, "Score")
    expect(view.page.locator(".midplot-accounts tbody td:first-child").first).to_have_text("stream_21")
    assert names() == ["stream_21", "stream_22", "stream_20"]
    view.page.locator('.midplot-accounts th[aria-sort="descending"] button').click()
    expect(view.page.locator(".midplot-accounts tbody td:first-child").first).to_have_text("stream_20")


def test_suggestions_are_accepted_and_skipped(view):
    press(view, "suggest next")
    first = view.wait_python(SELECTED)
    expect(view.page.locator(".midplot-hint")).to_contain_text("1 of")
    press(view, "skip")
    view.wait_python(f"{SELECTED} != {first}")
    second = view.python(SELECTED)
    expect(view.page.locator(".midplot-hint")).to_contain_text("2 of")
    view.page.locator(".midplot-accept").click()
    view.wait_python(f"[s[2:] for s in {SAVED}] == {[second[1:]]}")
    expect(view.page.locator(".midplot-hint")).to_contain_text("3 of")
    # The chart still fills the view.
    view.page.wait_for_function(
        "() => { const c = document.querySelector('.js-plotly-plot');"
        " return Math.abs(c._fullLayout.width - c.clientWidth) <= 2 && c.clientWidth > 750 }"
    )
    view.screenshot("suggestion")


def test_blind_labelling_hides_what_follows(view):
    view.plot().click_x(2000)
    view.wait_python(selected_is([0, 1951, 2000]))
    view.page.get_by_label("blind").check()
    view.wait_python("len(result._view.chart.figure.data[4].x) == 0")
    view.page.wait_for_function("harness.points([0, 'Realized'])[0].x.at(-1) === 2000")
    assert view.plot().trace_points("Up, profit") == []
    assert "earns" not in status(view).inner_text()
    # Where nothing is drawn a click selects nothing, not even for the moment until the kernel has answered.
    view.page.evaluate(
        """() => new MutationObserver(() => (window.flashed ||= !document.querySelector(".midplot-overlay-window").hidden))
             .observe(document.querySelector(".midplot-overlay-window"), {attributes: true})"""
    )
    view.plot().click_x(3500, yaxis="y2")
    expect(status(view)).to_have_text(re.compile("nothing was selected: blind hides everything after 2,000; move"))
    view.screenshot("blind")
    view.page.get_by_label("What a drag in the chart does").select_option("select")
    view.wait_python("result._view.chart.figure.layout.dragmode is False")
    view.plot().drag_x(3000, 3500, yaxis="y2")
    expect(status(view)).to_contain_text("nothing was selected")
    assert view.python(SELECTED) == [0, 1951, 2000]
    assert not view.page.evaluate("window.flashed")
    view.plot().drag_x(1900, 3500, yaxis="y2")
    expect(status(view)).to_contain_text("what is hidden was left out")
    assert view.python(SELECTED)[2] == 2000
    view.page.get_by_label("blind").uncheck()
    view.page.wait_for_function("harness.points([0, 'Realized'])[0].x.at(-1) > 4000")


def test_a_click_between_two_panels_selects_as_one_in_them_does(view):
    plot = view.plot()
    _, upper = plot.data_to_page(700, 0, yaxis="y")
    across, _ = plot.data_to_page(700)
    view.page.mouse.click(across, upper + 6)
    view.wait_python(selected_is([0, 651, 700]))


def test_step_and_play_reveal_the_replay(view):
    view.plot().click_x(3000)
    view.wait_python(selected_is([0, 2951, 3000]))
    press(view, "Step back")
    view.wait_python("result._view.state.revealed == 2999")  # from the selection
    last = 2999
    press(view, "Step back")
    view.wait_python(f"result._view.state.revealed == {last - 1}")
    # Slow, so that it has not ended on a busy machine before it is paused.
    view.page.get_by_label("Ticks per second").select_option("100")
    press(view, "Play or pause")
    view.page.wait_for_function("harness.points([0, 'Realized'])[0].x.at(-1) > 3010")
    press(view, "Play or pause")
    # At once: whatever the kernel does next, no further frame is asked for.
    expect(view.page.get_by_role("button", name="Play or pause")).to_have_text("play")
    view.wait_python("not result._view.state.playing and result._view.state.revealed is not None")
    assert last < view.python("result._view.state.revealed") < 4839
    press(view, "whole")
    view.wait_python("result._view.state.revealed is None")


PROBED = """
class Level:
    average = None
    distance = None

    def tick_and_predict(self, x, horizon):
        self.average = x if self.average is None else 0.99 * self.average + 0.01 * x
        self.distance = x - self.average
        return -self.distance if abs(self.distance) > 2 else 0

result = replay(x_test[:1], infer=Level, probe=["average", "distance"], with_visualization=True)
"""


def test_probed_values_are_in_panels_below_and_revealed_with_the_replay(notebook):
    page = notebook([SETUP, PROBED])
    page.run(0)
    page.run(1)
    plot = page.plot()
    drawn = plot.trace_points("average")
    assert drawn[-1][0] == plot.trace_points("Realized")[-1][0]
    middles = [plot.data_to_page(700, yaxis=axis)[1] for axis in ("y2", "y3", "y4", "y5", "y6")]
    assert middles == sorted(middles)  # one below the other
    for _ in range(2):
        press(page, "Step forward")
    page.wait_python("result._view.state.revealed == 2")  # nothing is selected: from the beginning
    plot.wait_trace("average", "x.at(-1) === 2")
    page.screenshot("probes")
    press(page, "whole")
    page.wait_python("result._view.state.revealed is None")
    # A click in the lowest panel selects as one in the chart does.
    plot.click_x(700, yaxis="y6")
    page.wait_python(selected_is([0, 651, 700]))


def test_a_reload_of_the_page_leaves_a_correct_chart(view):
    view.plot().click_x(700)
    view.wait_python(selected_is([0, 651, 700]))
    drawn = view.plot().trace_points("Realized")
    view.reload()
    view.plot()
    assert view.plot().trace_points("Realized") == drawn
    assert len(view.plot().wait_points("Selected", 50)) == 50
    view.plot().click_x(2000)
    view.wait_python(selected_is([0, 1951, 2000]))


def test_a_second_display_and_a_second_run_are_correct_charts(notebook):
    page = notebook([SETUP, REPLAY, "result.view()"])
    page.run(0)
    page.run(1)
    page.run(2)
    first, second = page.plot(0), page.plot(1)
    second.click_x(700)
    page.wait_python(selected_is([0, 651, 700]))
    assert first.wait_points("Selected", 50) == second.wait_points("Selected", 50)
    page.run(1)
    page.plot(0).click_x(2000)
    page.wait_python(selected_is([0, 1951, 2000]))


def test_an_error_of_the_store_is_said_and_loses_nothing(view):
    (view.folder / "scenarios").write_text("a file where the folder should be")
    view.plot().click_x(700)
    view.wait_python(selected_is([0, 651, 700]))
    press(view, "Save the selection as UP")
    expect(status(view)).to_have_attribute("data-kind", "error")
    expect(status(view)).to_contain_text("scenarios")
    view.screenshot("store error")
    (view.folder / "scenarios").unlink()
    press(view, "Save the selection as UP")
    view.wait_python(saved_are(["UP", "stream_20", 651, 700]))
    assert view.python(SELECTED) == [0, 651, 700]


def test_notebook_7_works_the_same(notebook):
    page = notebook([SETUP, REPLAY], interface="notebook")
    page.run(0)
    page.run(1)
    page.plot().click_x(700)
    page.wait_python(selected_is([0, 651, 700]))
    page.page.keyboard.press("u")
    page.wait_python(saved_are(["UP", "stream_20", 651, 700]))
    expect(status(page)).to_contain_text("saved UP stream_20 651-700")
    page.screenshot("notebook 7")


def test_the_report_opens_a_scenario_in_a_replay_view(notebook):
    cells = """
from midplot import check
result = replay(x_test[:1], infer=MomentumAttacker)
for last, label in [(700, DOWN), (2000, NOTHING), (3000, UP)]:
    result.select(0, last - 49, last)
    result.save_selected(label)
ok, checks = check(load_scenarios(), MomentumAttacker)
"""
    page = notebook([SETUP, cells, "checks.show()"])
    page.run(0)
    page.run(1)
    page.run(2)
    expect(page.page.locator(".midplot-report article")).to_have_count(3)
    first = page.page.locator(".midplot-report article").first
    expect(first).to_have_class(re.compile("failed"))
    page.screenshot("report")
    first.click()
    page.plot().wait_painted()
    expect(first).to_have_attribute("aria-pressed", "true")
    assert page.plot().trace_points("Realized")
