"""Labels made in code and in the view: all can be undone, all are kept in one folder, none gets in the way of a replay."""

from __future__ import annotations

import os
import warnings

import numpy as np
import pytest

from midplot import DOWN, NOTHING, UP, load_scenarios, replay
from midplot._text import with_minus
from midplot.errors import ScenarioError
from midplot.scenarios.store import folder_at, read_scenario
from midplot.scenarios.store._document import encode_scenario

PRICES = 1000 + np.round(np.cumsum(np.random.default_rng(8).normal(size=3000)) * 16) / 16


def hourly(stream):
    yield
    for n, _ in enumerate(stream):
        yield 1.0 if n % 60 == 59 or not n else 0.0


@pytest.fixture
def result(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return replay({"gold": PRICES, "oil": PRICES[::-1].copy()}, infer=hourly)


@pytest.fixture
def view(result):
    return result.open_view(chart=True, accounts=False)


def send(view, act, **more):
    view.on_message({"act": act, **more})
    return view.controls.state


def labelled(view, label, x=900, **more):
    send(view, "pick", x=x)
    return send(view, "label", **{"label": label, "note": "", "tags": "", **more})


def notes():
    return [scenario.note for scenario in load_scenarios().scenarios]


# Notes and tags


def test_a_second_press_keeps_note_and_tags_and_opening_shows_them(view):
    labelled(view, "UP", note="after the news", tags="news, gap")
    state = labelled(view, "UP")
    (saved,) = load_scenarios().scenarios
    assert (saved.note, saved.tags) == ("after the news", ("news", "gap"))
    send(view, "pick", x=100)
    assert send(view, "pick", x=200)["fields"]["note"] == ""
    fields = send(view, "open", key=state["scenarios"][0]["key"])["fields"]
    assert (fields["note"], fields["tags"]) == ("after the news", "news, gap")


def test_note_and_tags_of_an_open_scenario_are_edited_also_to_none(view):
    (listed,) = labelled(view, "UP", note="old", tags="a")["scenarios"]
    state = send(view, "edit", key=listed["key"], note="new", tags="b, c")
    (saved,) = load_scenarios().scenarios
    assert (saved.note, saved.tags, state["fields"]["note"]) == ("new", ("b", "c"), "new")
    send(view, "edit", key=listed["key"], note="", tags="")
    assert notes() == [""]
    send(view, "undo")
    send(view, "undo")
    assert notes() == ["old"]


def test_labels_made_in_code_and_elsewhere_appear(view, result, tmp_path):
    result.select("gold", 10, 30)
    assert view.state.selection == result.selection
    result.save_selected(UP)
    assert [each["first"] for each in view.controls.state["scenarios"]] == [10]
    result.undo()
    assert view.controls.state["scenarios"] == []
    result.redo()
    content = (tmp_path / "scenarios" / "up_gold_00010-00030.json").read_bytes()
    (tmp_path / "scenarios" / "up_gold_00010-00030.json").unlink()
    assert send(view, "look")["scenarios"] == []
    (tmp_path / "scenarios" / "mine.json").write_bytes(content)
    assert [each["key"] for each in send(view, "look")["scenarios"]] == ["mine.json"]
    result.select("oil", 1, 9)
    assert view.state.stream == 1


def test_save_selected_keeps_them_too_and_returns_what_is_in_the_file(result):
    result.select("oil", 10, 30)
    result.save_selected(UP, note="n", tags=["a"])
    assert result.save_selected(UP).note == "n"
    again = result.save_selected(UP, tags=["b"])
    assert (again.note, again.tags) == ("n", ("b",))


# Undo


def test_delete_is_undone_and_nothing_else_is_touched(view):
    labelled(view, "UP", x=900, note="first")
    state = labelled(view, "DOWN", x=1500, note="second")
    keys = {each["note"]: each["key"] for each in state["scenarios"]}
    send(view, "delete", key=keys["first"])
    assert notes() == ["second"]
    state = send(view, "undo")
    assert sorted(notes()) == ["first", "second"]
    assert state["can_undo"]
    send(view, "undo")
    assert notes() == ["first"]
    assert send(view, "redo")["status"]["text"].startswith("done again: saved DOWN gold 1451-1500 · ")
    assert sorted(notes()) == ["first", "second"]


def test_what_was_replaced_by_a_new_note_comes_back(view):
    labelled(view, "UP", note="old")
    labelled(view, "UP", note="new")
    send(view, "undo")
    assert notes() == ["old"]


def test_undo_is_not_stuck_on_a_file_that_was_deleted_elsewhere(view, tmp_path):
    labelled(view, "UP", x=900)
    labelled(view, "DOWN", x=1500)
    (file,) = (tmp_path / "scenarios").glob("down*.json")
    file.unlink()
    state = send(view, "undo")
    assert state["status"]["kind"] == "error"
    assert "somebody changed it since" in state["status"]["text"]
    assert len(load_scenarios()) == 1
    assert not send(view, "undo")["can_undo"]
    assert len(load_scenarios()) == 0


def test_each_view_undoes_its_own_and_the_result_those_of_all(result, view):
    labelled(view, "UP", x=900)
    other = result.open_view(chart=True, accounts=False)
    assert not other.desk.shelf.can_undo
    labelled(other, "DOWN", x=1500)
    send(view, "undo")
    assert [s.label for s in load_scenarios()] == ["DOWN"]
    assert result.undo() == "saved DOWN gold 1451-1500"
    assert result.redo() == "saved DOWN gold 1451-1500"
    result.select("oil", 1, 9)
    result.save_selected(NOTHING)
    assert result.undo() == "saved NOTHING oil 1-9"
    result.undo()
    with pytest.raises(ScenarioError, match=r"there is nothing to undo"):
        result.undo()


def test_another_results_labels_are_not_undone(result):
    other = replay({"gold": PRICES}, infer=hourly)
    other.select("gold", 1, 9)
    other.save_selected(UP)
    with pytest.raises(ScenarioError, match="nothing to undo"):
        result.undo()
    assert len(load_scenarios()) == 1


def test_the_view_does_not_delete_what_changed_since_it_was_listed(view, tmp_path):
    (listed,) = labelled(view, "UP", note="mine")["scenarios"]
    file = tmp_path / "scenarios" / listed["key"]
    theirs = encode_scenario(read_scenario(file).changed(note="theirs"))
    file.write_bytes(theirs)
    state = send(view, "delete", key=listed["key"])
    assert state["status"]["kind"] == "error"
    assert file.read_bytes() == theirs
    assert state["scenarios"][0]["note"] == "theirs"  # what is there now is shown, and can be acted on
    send(view, "delete", key=listed["key"])
    assert not file.exists()


# Where


def test_the_folder_stays_when_the_process_goes_elsewhere(view, result, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    state = labelled(view, "UP")
    assert str(tmp_path / "scenarios") in state["status"]["full"]
    result.select("oil", 1, 9)
    result.save_selected(DOWN)
    result.undo()
    result.redo()
    assert len(load_scenarios(tmp_path / "scenarios")) == 2
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_the_status_line_shortens_the_path_of_the_folder_and_keeps_it_in_full(view, tmp_path):
    state = labelled(view, "UP")
    (path,) = (tmp_path / "scenarios").glob("*.json")
    text, full = state["status"]["text"], state["status"]["full"]
    assert f" → …{os.sep}scenarios{os.sep}{path.name} · " in text
    assert str(tmp_path) not in text
    assert f" → {path} · " in full
    (tmp_path / "scenarios" / "bad.json").write_text("{")
    assert str(tmp_path) not in send(view, "look")["status"]["text"]
    assert send(view, "pick", x=20)["status"]["full"] == ""  # nothing is left out of it


def test_home_is_expanded(result, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    result.select("oil", 1, 9)
    result.save_selected(UP, path="~/labels")
    assert load_scenarios("~/labels").scenarios[0].label == "UP"
    load_scenarios("~/labels").save("~/movie.json")
    assert sorted(path.name for path in (tmp_path / "home").glob("[!.]*")) == ["labels", "movie.json"]
    assert not (tmp_path / "~").exists()
    assert result.undo("~/labels") == "saved UP oil 1-9"


# Contradictions and hindsight


def test_a_contradicting_label_is_named_when_it_is_saved(view, result):
    labelled(view, "UP", x=900)
    state = labelled(view, "NOTHING", x=900)
    assert state["warnings"]["NOTHING"].startswith("contradicts UP gold 851-900")
    assert "contradicts UP gold 851-900" in state["question"]["text"]
    assert len(load_scenarios()) == 1  # nothing is saved before it is answered
    assert send(view, "answer", answer="")["status"]["text"].startswith("nothing was saved · ")
    send(view, "label", label="NOTHING", note="", tags="")
    state = send(view, "answer", answer="both")
    assert state["status"]["kind"] == "saved"
    assert "NOTHING gold 851-900 and UP gold 851-900 contradict each other" in state["status"]["text"]
    result.select("gold", 860, 870)
    with pytest.warns(UserWarning, match=r"and NOTHING gold 851-900 contradict(.|\n)*and UP gold 851-900 co") as caught:
        result.save_selected(DOWN)
    assert [each.filename for each in caught] == [__file__]
    with pytest.warns(UserWarning, match="contradict each other"):
        load_scenarios().save("m.json")


def test_a_label_without_enough_history_is_warned_of_when_it_is_saved(tmp_path, monkeypatch):
    def patient(stream):
        yield
        for n, _ in enumerate(stream):
            yield float(n % 60 == 59)

    monkeypatch.chdir(tmp_path)
    view = replay({"gold": PRICES}, infer=patient).open_view(chart=True, accounts=False)
    send(view, "length", n=5)
    early = labelled(view, "UP", x=30)["status"]["text"]
    assert "ends 31 ticks after the start of its part, and the attacker has never decided within fewer than 60" in early
    assert "never decided" not in labelled(view, "UP", x=59)["status"]["text"]


def test_a_label_that_hindsight_speaks_against_is_marked_and_not_refused(result, view):
    horizon = result.settings.horizon
    moves = PRICES[horizon:] - PRICES[:-horizon]
    low = next(at for at in range(100, 2000) if (moves[at : at + 5] > 0).all())
    result.select("gold", low, low + 4)
    scenario = result.save_selected(DOWN)
    assert "every decision DOWN in the window would have lost" in scenario.hindsight
    assert load_scenarios().to_frame()["hindsight"].tolist() == [scenario.hindsight]
    send(view, "range", first=low, last=low + 4)
    said = send(view, "label", label="DOWN", note="", tags="")["status"]["text"]
    assert f".json · in hindsight {with_minus(scenario.hindsight)} · " in said


def test_the_status_line_says_what_the_marks_on_the_buttons_mean(result, view):
    horizon = result.settings.horizon
    moves = PRICES[horizon:] - PRICES[:-horizon]
    low = next(at for at in range(1000, 2000) if (moves[at : at + 5] > 0).all())
    rise = {"first": low, "last": low + 4}
    state = send(view, "range", **rise)
    assert [*state["warnings"]] == ["DOWN"]
    assert state["status"]["text"].endswith(" · ! DOWN loses in hindsight")
    state = send(view, "label", label="UP", note="", tags="")
    assert sorted(state["warnings"]) == ["DOWN", "NOTHING"]
    assert state["status"]["text"].endswith(".json · ! DOWN and NOTHING contradict it")
    # Whoever comes back to the window, or selects one around it, is told of the label that is there.
    assert send(view, "range", **rise)["status"]["text"].endswith(
        " · ! DOWN loses in hindsight; DOWN and NOTHING contradict the UP saved here"
    )
    around = send(view, "range", first=low - 200, last=low + 204)
    assert around["status"]["text"].endswith(f"DOWN and NOTHING contradict UP {low:,} – {low + 4:,}")
    inside = send(view, "range", first=low + 1, last=low + 3)
    assert "DOWN and NOTHING" not in inside["status"]["text"]
    assert inside["status"]["text"].endswith(f"; DOWN contradicts UP {low:,} – {low + 4:,}")
    # Nothing is given away where the future is hidden, and an error is not added to.
    send(view, "blind", on=True)
    hidden = send(view, "range", **rise)["status"]["text"]
    assert " · ! DOWN" in hidden
    assert "hindsight" not in hidden
    asked = send(view, "label", label="DOWN", note="", tags="")
    assert asked["status"]["kind"] == "error"
    assert "!" not in asked["status"]["text"]


def test_a_label_takes_the_place_of_those_that_it_contradicts_in_one_step(view):
    labelled(view, "UP", x=900, note="mine", tags="a")
    labelled(view, "NOTHING", x=900)
    state = send(view, "answer", answer="replace")
    (saved,) = load_scenarios().scenarios
    assert (saved.label, saved.note, saved.tags) == ("NOTHING", "mine", ("a",))
    assert state["question"] is None
    send(view, "undo")
    assert [(each.label, each.note) for each in load_scenarios()] == [("UP", "mine")]


def test_a_label_that_was_changed_elsewhere_is_not_replaced(view, tmp_path):
    (listed,) = labelled(view, "UP", note="mine")["scenarios"]
    labelled(view, "NOTHING")
    file = tmp_path / "scenarios" / listed["key"]
    file.write_bytes(encode_scenario(read_scenario(file).changed(note="theirs")))
    view.desk.shelf._seen_by_nobody = None
    state = send(view, "answer", answer="replace")
    assert [each.note for each in load_scenarios()] == ["theirs"], state["status"]


# Fit


def test_labels_that_no_longer_fit_are_counted_and_named(result, tmp_path):
    for first in (100, 200, 300):
        result.select("gold", first, first + 9)
        result.save_selected(UP)
    rounded = replay({"gold": np.round(PRICES, 1)}, infer=hourly).open_view(chart=True, accounts=False)
    state = rounded.controls.state
    assert state["scenarios"] == []
    assert (
        "3 labels of this stream no longer fit: UP gold 100-109 (its prices differ by up to" in state["status"]["text"]
    )
    assert state["status"]["text"].endswith(" and 2 more")
    others = replay({"gold": PRICES[::-1]}, infer=hourly).open_view(chart=True, accounts=False)
    assert "the fingerprint of the stream differs too" in others.controls.state["status"]["text"]
    slice_of_it = replay({"gold": PRICES}, infer=hourly, start_index=1000).open_view(chart=True, accounts=False)
    assert "no longer fit" not in slice_of_it.controls.state["status"]["text"]


# Whatever the folder holds


@pytest.mark.parametrize("kind", ["field self", "pipe", "a file of this name", "not to be listed"])
def test_no_folder_stops_a_replay_with_a_view(tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "scenarios"
    if kind == "a file of this name":
        folder.write_text("mine")
    else:
        folder.mkdir()
    if kind == "field self":
        (folder / "x.json").write_text(
            '{"format": "midplot.scenario", "version": 1, "self": 1, "selection": {"self": 1}}'
        )
    if kind == "pipe":
        os.mkfifo(folder / "x.json")
    if kind == "not to be listed":
        real = os.scandir

        def denied(path="."):
            if str(path) == str(folder):
                raise PermissionError(13, "Permission denied")
            return real(path)

        monkeypatch.setattr(os, "scandir", denied)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = replay({"gold": PRICES}, infer=hourly)
        view = result.open_view(chart=True, accounts=True)
    assert result.n_ticks == len(PRICES)
    assert view.controls.state["scenarios"] == []
    if kind == "not to be listed":
        assert "it cannot be read (Permission denied)" in view.controls.state["status"]["text"]


# Suggestions


def test_what_is_accepted_is_tagged_and_says_why(view):
    send(view, "suggest")
    why = view.state.suggestion.suggestion.why
    send(view, "accept", note="", tags="mine")
    (saved,) = load_scenarios().scenarios
    assert (saved.note, set(saved.tags)) == (why, {"mine", "suggested"})
    assert view.state.suggestion.suggestion.why != why
    send(view, "accept", note="my words", tags="")
    assert sorted(notes()) == sorted([why, "my words"])


def test_a_suggestion_ends_with_its_window(view):
    send(view, "suggest")
    send(view, "move", by=1)
    assert send(view, "accept", note="", tags="")["status"]["kind"] == "error"
    assert not load_scenarios().scenarios
    state = send(view, "suggest")
    first = view.state.suggestion.place
    labelled(view, state["suggestion"]["label"], x=view.state.selection.last)
    send(view, "suggest")
    assert view.state.suggestion.place > first


def test_suggestions_skip_what_is_labelled(result):
    before = result.suggest(6, stream="gold")
    taken = before[0].selection
    result.select("gold", taken.first + 3, taken.first + 4)
    result.save_selected(NOTHING)
    after = result.suggest(6, stream="gold")
    assert all(each.selection.first > taken.first + 4 or each.selection.last < taken.first + 3 for each in after)
    assert [each.selection for each in result.suggest(6, stream="gold", path="other")] == [
        each.selection for each in before
    ]


def test_an_act_in_the_view_reads_only_what_it_changed(view, monkeypatch, tmp_path):
    from midplot.scenarios.store import _files as files

    monkeypatch.setattr(files, "YOUNG_SECONDS", -1e9)
    for x in range(200, 2200, 100):
        labelled(view, "UP", x=x)
    folder_at(tmp_path / "scenarios").read()
    reads = []
    real = files.read_file
    monkeypatch.setattr(files, "read_file", lambda path, *rest: reads.append(path.name) or real(path, *rest))
    labelled(view, "DOWN", x=2600)
    send(view, "undo")
    assert set(reads) <= {"down_gold_02551-02600.json"}
    assert len(view.controls.state["scenarios"]) == 20
