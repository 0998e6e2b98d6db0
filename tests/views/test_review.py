"""The labelling mode without a browser: which windows, what is shown of them, what its acts do to state and files."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from midplot import DOWN, NOTHING, UP, load_scenarios, replay
from midplot.errors import ArgumentTypeError
from midplot.scenarios import Movie
from midplot.scenarios._scenario import Scenario
from midplot.scenarios._selection import Selection
from midplot.streams import Stream
from midplot.views.chart._chart_layout import Trace

# Two parts thousands apart, with prices on a grid; the second stream ends in a cliff that no price axis may give away.
_WALK = 1000 + np.round(np.cumsum(np.random.default_rng(3).normal(size=1500)) * 16) / 16
JUMPY = np.concatenate([_WALK[:600], [np.nan], 5000 + _WALK[600:]])
CLIFF = np.concatenate([_WALK, _WALK[-1] + np.arange(1, 101) * 50.0])

WINDOWS = [("jumpy", 100, 149), ("cliff", 1450, 1499), ("jumpy", 620, 639), ("jumpy", 3, 12)]


class Every:
    """Decides up every hundred ticks."""

    n = -1

    def tick_and_predict(self, x, horizon):
        self.n += 1
        return 1.0 if self.n % 100 == 50 else 0.0


@pytest.fixture
def result(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return replay({"jumpy": JUMPY, "cliff": CLIFF}, infer=Every)


@pytest.fixture
def view(result):
    return result.open_view(chart=True, accounts=True)


def send(view, act, **more):
    view.on_message({"act": act, **more})
    return view.controls.state["review"]


def window(view):
    selected = view.state.selection
    return None if selected is None else (selected.stream_title, selected.first, selected.last)


def saved(folder="scenarios"):
    found = load_scenarios(folder).scenarios
    return {(s.selection.stream_title, s.selection.first, s.selection.last): s.label for s in found}


def status(view):
    return view.state.status.text


# What is shown


@pytest.mark.parametrize("target", WINDOWS)
def test_a_window_is_shown_with_its_past_inside_its_part_and_nothing_after_it(view, target):
    view.box.label_windows([target])
    name, first, last = target
    low, high = view.state.sight
    start = 0 if name == "cliff" or first < 600 else 601
    length = last - first + 1
    assert low == max(start, first - max(4 * length, 30)) - 1
    assert last < high <= last + max(1, 0.05 * (last - low))
    figure = view.chart.figure
    values = {"jumpy": JUMPY, "cliff": CLIFF}[name]
    for trace in figure.data:
        if trace.name == "Budget":  # a level line, drawn across the whole panel where a tick was slow
            continue
        x = np.asarray(trace.x, dtype=float)
        assert not len(x) or np.nanmax(x) <= last, trace.name
    drawn = np.asarray(figure.data[Trace.REALIZED].x, dtype=int)
    assert drawn.max() == last
    seen = values[max(start, int(low) + 1) : last + 1]
    bottom, top = figure.layout.yaxis2.range
    room = 0.25 * (seen.max() - seen.min()) + 1e-9
    assert seen.min() - room <= bottom <= seen.min() <= seen.max() <= top <= seen.max() + room


def test_no_decision_and_no_other_label_is_drawn_or_told(view):
    view.labeller.select("jumpy", 110, 120)
    send(view, "label", label="DOWN")
    view.box.label_windows([WINDOWS[0]])
    data = view.chart.figure.data
    for trace in (Trace.UP_BANDS, Trace.DOWN_BANDS, Trace.EQUITY, Trace.SCENARIOS, Trace.SIGNS):
        assert not np.isfinite(np.asarray(data[trace].x, dtype=float)).any(), trace
    assert "earns" not in status(view)
    assert not any("hindsight" in words for words in view.controls.state["warnings"].values())


@pytest.mark.parametrize("act", [{"act": "sight"}, {"act": "part", "part": None}, {"act": "part", "part": 1}])
def test_whatever_a_person_looks_at_nothing_after_the_window_is_shown(view, act):
    view.box.label_windows([WINDOWS[1]])
    view.on_message(act)
    top = view.chart.figure.layout.yaxis2.range[1]
    assert top < CLIFF[1499] + 100
    assert np.nanmax(np.asarray(view.chart.figure.data[Trace.REALIZED].x, dtype=float)) <= 1499


# Labels


def test_each_label_is_saved_and_goes_on_to_the_next_window(view):
    view.box.label_windows(WINDOWS)
    for label, target in zip(["UP", "DOWN", "NOTHING", "UP"], WINDOWS, strict=True):
        assert window(view) == target
        send(view, "label", label=label)
    assert saved() == dict(zip(WINDOWS, ["UP", "DOWN", "NOTHING", "UP"], strict=True))
    assert view.state.target is None
    assert status(view).endswith("4 windows seen: 2 UP, 1 DOWN, 1 NOTHING")


def test_what_is_left_is_counted(view):
    view.box.label_windows(WINDOWS)
    assert "4 of 4 left" in status(view)
    page = send(view, "label", label="UP")
    assert (page["left"], page["total"], page["place"], page["active"]) == (3, 4, 1, True)
    assert "3 of 4 left" in status(view)
    # The chart shows another stream by now, so the label is said with its own; and without where the stream stays.
    assert status(view).startswith("jumpy: UP saved")
    assert send(view, "skip")["left"] == 3
    send(view, "label", label="DOWN")
    assert status(view).startswith("DOWN saved")


def test_a_key_that_was_pressed_before_the_window_was_drawn_labels_nothing(view):
    view.box.label_windows(WINDOWS)
    send(view, "label", label="UP", place=0)
    send(view, "label", label="DOWN", place=0)
    assert saved() == {WINDOWS[0]: "UP"}
    assert window(view) == WINDOWS[1]


def test_skipped_windows_are_asked_for_again_after_the_others(view):
    view.box.label_windows(WINDOWS)
    send(view, "skip")
    for _ in range(3):
        send(view, "label", label="UP")
    assert view.state.target is None
    assert "1 skipped" in status(view)
    send(view, "review", on=True)
    assert window(view) == WINDOWS[0]


def test_back_shows_the_label_and_another_one_replaces_it(view):
    view.box.label_windows(WINDOWS)
    send(view, "label", label="UP")
    assert send(view, "back")["label"] == "UP"
    assert window(view) == WINDOWS[0]
    page = send(view, "label", label="DOWN")
    assert saved() == {WINDOWS[0]: "DOWN"}
    assert view.state.question is None
    assert window(view) == WINDOWS[1]
    assert page["left"] == 3


def test_back_at_the_first_window_says_so(view):
    view.box.label_windows(WINDOWS)
    send(view, "back")
    assert (window(view), status(view)) == (WINDOWS[0], "this is the first window")


def test_going_on_after_a_relabelling_passes_over_what_has_a_label(view):
    view.box.label_windows(WINDOWS)
    for _ in range(3):
        send(view, "label", label="UP")
    for _ in range(3):
        send(view, "back")
    send(view, "label", label="DOWN")
    assert window(view) == WINDOWS[3]


def test_a_label_that_was_pressed_again_is_no_change(view):
    view.box.label_windows(WINDOWS)
    send(view, "label", label="UP")
    (file,) = view.desk.shelf.folder.glob("*.json")
    before = file.read_bytes()
    send(view, "back")
    send(view, "label", label="UP")
    assert file.read_bytes() == before
    assert window(view) == WINDOWS[1]


# Contradictions


@pytest.fixture
def contradicted(view):
    view.labeller.select("jumpy", 110, 120)
    send(view, "label", label="DOWN")
    view.box.label_windows(WINDOWS)
    send(view, "label", label="UP")
    return view


def test_a_contradiction_is_asked_about_first(contradicted):
    assert "contradicts DOWN jumpy 110-120" in status(contradicted)
    assert window(contradicted) == WINDOWS[0]
    assert WINDOWS[0] not in saved()
    question = contradicted.controls.state["review"]["question"]
    assert (question["label"], question["keep"]) == ("UP", "both")


@pytest.mark.parametrize(
    ("answer", "labels", "goes_on"),
    [
        ("keep", {WINDOWS[0]: "UP", ("jumpy", 110, 120): "DOWN"}, True),
        ("replace", {WINDOWS[0]: "UP"}, True),
        ("both", {WINDOWS[0]: "UP", ("jumpy", 110, 120): "DOWN"}, True),
        ("no", {("jumpy", 110, 120): "DOWN"}, False),
    ],
)
def test_each_answer_does_what_it_says(contradicted, answer, labels, goes_on):
    send(contradicted, "answer", answer=answer)
    assert saved() == labels
    assert window(contradicted) == WINDOWS[1 if goes_on else 0]


def test_another_label_or_skip_answers_as_well(contradicted):
    send(contradicted, "label", label="DOWN")
    assert saved()[WINDOWS[0]] == "DOWN"
    send(contradicted, "label", label="UP")
    assert contradicted.state.question is None


def test_relabelling_asks_where_a_third_label_contradicts(view):
    view.labeller.select("jumpy", 110, 120)
    send(view, "label", label="DOWN")
    view.box.label_windows(WINDOWS[:2])
    send(view, "label", label="DOWN")
    send(view, "back")
    send(view, "label", label="UP")
    assert view.state.question is not None
    assert saved()[WINDOWS[0]] == "DOWN"


# Undo


def test_undo_asks_again_and_redo_goes_on(view):
    view.box.label_windows(WINDOWS)
    send(view, "label", label="UP")
    send(view, "label", label="DOWN")
    page = send(view, "undo")
    assert (window(view), page["left"], saved()) == (WINDOWS[1], 3, {WINDOWS[0]: "UP"})
    page = send(view, "redo")
    assert (window(view), page["left"]) == (WINDOWS[2], 2)
    assert saved() == {WINDOWS[0]: "UP", WINDOWS[1]: "DOWN"}


def test_undo_of_a_relabelling_asks_again(view):
    view.box.label_windows(WINDOWS)
    send(view, "label", label="UP")
    send(view, "back")
    send(view, "label", label="DOWN")
    send(view, "undo")
    assert (window(view), saved()) == (WINDOWS[0], {WINDOWS[0]: "UP"})


# Leaving and going on


def test_it_goes_on_where_it_was_left(view):
    view.box.label_windows(WINDOWS)
    send(view, "label", label="UP")
    page = send(view, "review", on=False)
    assert page["active"] is False
    assert "3 of 4 left" in status(view)
    assert not view.state.hides_future
    view.on_message({"act": "pick", "x": 300.0})
    assert window(view) == ("cliff", 251, 300)
    send(view, "review", on=True)
    assert window(view) == WINDOWS[1]


def test_another_view_goes_on_as_well(result, view):
    view.box.label_windows(WINDOWS)
    send(view, "skip")
    view.close()
    other = result.open_view(chart=True, accounts=False)
    other.box.label_windows()
    assert window(other) == WINDOWS[1]


def test_a_new_session_leaves_out_what_has_a_label(view):
    view.box.label_windows(WINDOWS)
    send(view, "label", label="UP")
    send(view, "label", label="UP")
    again = replay({"jumpy": JUMPY, "cliff": CLIFF}, infer=Every).open_view(chart=True, accounts=False)
    again.box.label_windows(WINDOWS)
    assert window(again) == WINDOWS[2]
    assert again.controls.state["review"]["left"] == 2


@pytest.mark.parametrize("act", ["pick", "range", "move", "length", "suggest", "accept"])
def test_a_click_or_key_selects_nothing_else(view, act):
    view.box.label_windows(WINDOWS)
    view.on_message({"act": act, "x": 30.0, "first": 1, "last": 5, "by": 1, "value": 3})
    assert window(view) == WINDOWS[0]
    assert view.state.target is not None


@pytest.mark.parametrize(
    "leave",
    [
        lambda view: view.on_message({"act": "stream", "id": 1}),
        lambda view: view.box.go_to("cliff", 700),
        lambda view: view.labeller.select("jumpy", 300, 320),
        lambda view: view.on_message({"act": "go", "stream": 0, "index": 400}),
    ],
    ids=["stream", "go to", "select", "go"],
)
def test_to_show_something_else_pauses_it(view, leave):
    view.box.label_windows(WINDOWS)
    leave(view)
    assert view.state.target is None
    assert window(view) != WINDOWS[0]
    assert "paused: 4 of 4 left" in status(view)
    send(view, "review", on=True)
    assert window(view) == WINDOWS[0]


def test_outside_the_mode_its_keys_do_nothing(view):
    view.on_message({"act": "pick", "x": 300.0})
    before = view.state
    for act in ("skip", "back"):
        view.on_message({"act": act})
    assert view.state == before.changed(follow=False)


# Which windows


def test_suggestions_come_from_all_streams_and_tell_what_followed_only_afterwards(view):
    view.box.label_windows()
    targets = view.state.review.targets
    assert {each.stream for each in targets} == {0, 1}
    assert 20 < len(targets) <= 40
    for target in targets[:6]:
        page = view.controls.state["review"]
        assert page["why"]
        shown = page["why"] + status(view).rpartition("·")[2]
        assert not any(word in shown for word in ("rose", "fell", "lost", "earn", "missed", "UP", "DOWN"))
        send(view, "label", label="UP")
        assert target.outcome in status(view)
    assert {tag for each in load_scenarios().scenarios for tag in each.tags} == {"suggested"}


def test_suggestions_that_were_labelled_are_not_made_again(view):
    view.box.label_windows()
    while view.state.target is not None:
        send(view, "label", label="UP")
        if view.state.question is not None:
            send(view, "answer", answer="both")
    labelled = {(each.stream, each.first, each.last) for each in view.state.review.targets}
    view.box.label_windows()
    fresh = {(each.stream, each.first, each.last) for each in view.state.review.targets}
    assert not labelled & fresh


def test_every_kind_of_window_is_accepted(view):
    labeller = view.labeller
    kinds = [
        labeller.window("jumpy", 100, 120),
        Scenario(selection=labeller.window("jumpy", 200, 220), expected=UP),
        *labeller.suggest(1),
        (1, 300, 320),
        ("cliff", 400, 420),
    ]
    view.box.label_windows(kinds)
    assert [each.origin for each in view.state.review.targets] == [
        "window",
        "scenario",
        "suggestion",
        "window",
        "window",
    ]
    with pytest.raises(ArgumentTypeError, match=r"windows: got 'int'"):
        view.box.label_windows([1])


def test_a_window_that_is_given_twice_is_asked_for_once(view):
    view.box.label_windows([WINDOWS[0], WINDOWS[1], WINDOWS[0]])
    assert [each.first for each in view.state.review.targets] == [100, 1450]


def test_windows_that_do_not_fit_are_counted_with_a_word_why(view):
    rounded = Selection.of(Stream(np.round(_WALK + 0.01, 2), name="cliff"), 100, 120, horizon=30, epsilon=0.0025)
    misfits = [("other", 1, 5), ("jumpy", 590, 610), ("cliff", 1595, 1700), rounded]
    view.box.label_windows([WINDOWS[0], *misfits])
    assert len(view.state.review.targets) == 1
    assert "left out: other 1-5: 'other' was not replayed and 3 more" in status(view)
    for misfit, why in zip(misfits[1:], ["gap", "1595", "rounded"], strict=True):
        view.box.label_windows([misfit])
        assert view.state.target is None
        assert why in status(view), misfit


def test_what_was_not_replayed_is_left_out(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    view = replay({"cliff": CLIFF}, infer=Every, stop_index=500).open_view(chart=True, accounts=False)
    view.box.label_windows([("cliff", 480, 510), ("cliff", 480, 499)])
    assert [each.last for each in view.state.review.targets] == [499]
    assert "not inside" in status(view)


# Reviewing a movie


@pytest.fixture
def movie(view):
    pick = view.labeller.window
    scenarios = [
        Scenario(selection=pick(name, first, last), expected=label, note=f"{first}", tags=("mine",))
        for (name, first, last), label in zip(WINDOWS, itertools.cycle([UP, DOWN, NOTHING]), strict=False)
    ]
    movie = Movie(scenarios)
    for each in scenarios:
        view.labeller.hold(each.selection)
        view.labeller.save(each.expected, note=each.note, tags=each.tags, path="scenarios")
    return movie


def test_the_label_before_is_told_only_afterwards(view, movie):
    view.box.label_windows(movie)
    assert [each.first for each in view.state.review.targets] == [3, 100, 620, 1450]
    page = view.controls.state["review"]
    assert page["label"] is None
    assert "UP" not in page["why"] + status(view)
    send(view, "label", label="UP")
    assert "UP saved, as before" in status(view)


def test_another_label_than_before_is_asked_about_and_replaces_it_with_its_note(view, movie):
    view.box.label_windows(movie)
    send(view, "label", label="DOWN")
    assert "contradicts UP jumpy 3-12" in status(view)
    send(view, "answer", answer="replace")
    assert saved()[WINDOWS[3]] == "DOWN"
    (found,) = [each for each in load_scenarios().scenarios if each.selection.first == 3]
    assert (found.note, found.tags) == ("3", ("mine",))
    assert "it was UP before" in status(view)


def test_the_label_before_can_be_kept(view, movie):
    view.box.label_windows(movie)
    send(view, "label", label="DOWN")
    assert view.controls.state["review"]["question"]["keep"] == "UP"
    send(view, "answer", answer="keep")
    assert saved()[WINDOWS[3]] == "UP"
    assert window(view) == WINDOWS[0]
    assert view.controls.state["review"]["left"] == 3


def test_the_summary_says_how_many_differ(view, movie):
    view.box.label_windows(movie)
    for label in ("UP", "UP", "NOTHING", "UP"):
        send(view, "label", label=label)
        if view.state.question is not None:
            send(view, "answer", answer="replace")
    assert status(view).endswith("4 windows seen: 3 UP, 1 NOTHING, 1 of 4 unlike before")


# Speed


def test_a_label_reads_no_file_but_its_own(view, monkeypatch):
    import midplot.scenarios.store._cache as cache

    folder = view.labeller.label_folder("scenarios")
    folder.save([Scenario(selection=view.labeller.window("cliff", n, n + 3), expected=UP) for n in range(0, 900, 5)])
    view.box.label_windows(WINDOWS)
    read, scans = [], []
    monkeypatch.setattr(cache, "found_in", lambda path, data, _=cache.found_in: read.append(path) or _(path, data))
    monkeypatch.setattr(cache.FolderCache, "scan", lambda self, _=cache.FolderCache.scan: scans.append(self) or _(self))
    send(view, "label", label="UP")
    assert len(read) <= 1
    assert len(scans) == 1
