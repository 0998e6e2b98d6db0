"""The picture of a view as an output: which bundles are displayed, when it is replaced, and that it says the same again."""

from __future__ import annotations

import re
from base64 import b64decode
from html.parser import HTMLParser
from threading import Event
from xml.etree import ElementTree

import numpy as np
import pytest

from midplot import DOWN, UP
from midplot._text import percent, signed, with_minus
from midplot.views._static_files import static_text
from midplot.views.panel import _box, _still_output

from .made import replayed

WIDGET = "application/vnd.jupyter.widget-view+json"
PRICES = (np.sin(np.arange(400) / 9) + 1.5).tolist()


@pytest.fixture
def result(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return replayed({"one": PRICES, "<b>two": PRICES[:90]})


@pytest.fixture
def outputs(monkeypatch):
    """Return what a notebook would display: the bundle, and the options."""
    shown = []
    monkeypatch.setattr(_box, "in_notebook", lambda: True)
    monkeypatch.setattr("IPython.display.display", lambda data, **options: shown.append((data, options)))
    return shown


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.texts = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)


def image(html):
    (found,) = [attrs for tag, attrs in Tags(html).tags if tag == "img"]
    return found


def svg(html):
    kind, source = image(html)["src"].split(",")
    assert kind == "data:image/svg+xml;base64"
    return ElementTree.fromstring(b64decode(source))


class TestHtml:
    def test_is_an_image_with_its_figures_in_words(self, result):
        html = result.open_view(chart=True, accounts=False).still()
        account = result.ledger.streams[0]
        summary = account.summary
        figures = [
            f"one: score {with_minus(signed(account.score))}",
            f"{summary['num_resolved_decisions']:,} resolved decisions, {account.unresolved} unresolved",
            f"win rate {percent(summary['wins'] / summary['num_resolved_decisions'])}",
            f"({summary['wins']} wins, {summary['losses']} losses)",
            "Horizon 2, epsilon 0.25.",
            f"All 2 streams: score {with_minus(signed(result.total_score))}.",
        ]
        described = svg(html).find("{http://www.w3.org/2000/svg}desc").text
        for words in (image(html)["alt"], " ".join(Tags(html).texts), described):
            assert [figure for figure in figures if figure not in words] == []

    def test_lets_a_name_be_no_markup(self, result):
        view = result.open_view(chart=True, accounts=True)
        view.go_to("<b>two", 50)
        html = view.still()
        assert image(html)["alt"].startswith("<b>two · score")
        assert "b" not in {tag for tag, _ in Tags(html).tags} or "<b>two" not in html

    def test_keeps_what_matters_where_styles_are_removed(self, result):
        html = result.open_view(chart=True, accounts=False).still()
        bare = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
        assert {tag for tag, _ in Tags(bare).tags} == {"div", "img", "p"}
        assert "midplot-still" in bare

    def test_has_selection_and_labels(self, result):
        view = result.open_view(chart=True, accounts=False)
        for first, label in ((10, UP), (40, UP), (70, DOWN)):
            result.select(0, first, first + 8)
            result.save_selected(label)
        words = image(view.still())["alt"]
        assert "Selected: 70 to 78." in words
        assert "3 saved labels: 2 UP, 1 DOWN." in words

    def test_shows_the_whole_to_readers_while_a_person_labels_blindly(self, result):
        view = result.open_view(chart=True, accounts=False)
        result.select(0, 40, 60)
        seen = view.still()
        view.on_message({"act": "blind", "on": True})
        assert view.state.blind
        assert view.still() == seen

    def test_is_the_same_whether_the_person_who_labels_likes_it_dark(self, result):
        view = result.open_view(chart=True, accounts=False)
        seen = view.still()
        view.on_message({"act": "theme", "dark": True})
        assert view.state.dark
        assert view.still() == seen

    def test_is_the_same_when_the_replay_is_run_again(self, result):
        again = replayed({"one": PRICES, "<b>two": PRICES[:90]})
        one, other = (each.open_view(chart=True, accounts=False).still() for each in (result, again))
        assert one == other

    def test_lists_the_streams_in_place_of_the_table(self, result):
        html = result.open_view(chart=False, accounts=True).still()
        assert "<img" not in html
        assert "<th scope" in html
        assert "<table" not in result.open_view(chart=True, accounts=False).still()

    def test_says_so_if_nothing_was_replayed(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        from .made import nothing_replayed

        view = nothing_replayed().open_view(chart=True, accounts=False)
        assert "Nothing was replayed." in view.still()
        assert "<img" not in view.still()


class TestOutputs:
    def test_a_bundle_holds_both(self, result):
        view = result.open_view(chart=True, accounts=False)
        bundle = view.box._repr_mimebundle_()
        assert bundle.keys() == {"text/plain", "text/html", WIDGET}
        assert bundle["text/html"] == view.still()

    def test_are_the_widget_and_below_it_the_picture(self, result, outputs):
        box = result.view()
        box._ipython_display_()
        (view, _), (picture, options) = outputs
        assert view.keys() == {"text/plain", WIDGET}
        assert picture.keys() == {"text/plain", "text/html"}
        assert options["display_id"].startswith("midplot-")
        assert not options.get("update")

    def test_of_a_replay_that_is_running_get_the_picture_when_it_ends(self, result, outputs, monkeypatch):
        view = result.open_view(chart=True, accounts=False)
        with monkeypatch.context() as patch:
            patch.setattr(type(view.world), "running", property(lambda _: True))
            view.box._ipython_display_()
            assert [WIDGET in data for data, _ in outputs] == [True]
        view.finish()
        view.finish()
        assert ["text/html" in data for data, _ in outputs] == [False, True]

    def test_of_a_view_that_was_never_displayed_are_none(self, result, outputs):
        view = result.open_view(chart=True, accounts=False)
        view.finish()
        view.on_message({"act": "length", "n": 20})
        view.close()
        assert outputs == []

    def test_of_a_closed_view_are_the_picture_alone(self, result, outputs):
        view = result.open_view(chart=True, accounts=False)
        view.close()
        view.box._ipython_display_()
        assert ["text/html" in data for data, _ in outputs] == [True]

    def test_of_a_view_have_no_advice_which_its_repr_has_in_a_notebook(self, result, outputs):
        box = result.view()
        box._ipython_display_()
        assert outputs[0][0]["text/plain"] == box._repr_mimebundle_()["text/plain"] == "ReplayView(2 streams)"
        assert repr(box) == "ReplayView(2 streams). Show it with display(view), or as the last line of a cell."

    def test_outside_a_notebook_are_the_text(self, result):
        with pytest.raises(NotImplementedError):
            result.view()._ipython_display_()

    def test_what_code_does_leaves_the_output_of_an_earlier_cell_alone(self, result, outputs):
        view = result.view()
        view._ipython_display_()
        result.select(0, 10, 20)
        result.save_selected(UP)
        view.close()
        assert len(outputs) == 2

    def test_what_a_person_did_is_in_the_picture_of_a_view_that_is_closed(self, result, outputs):
        view = result.view()
        view._ipython_display_()
        view._view.on_message({"act": "pick", "x": 60})
        assert len(outputs) == 2
        view.close()
        (*_, (picture, options)) = outputs
        assert options["display_id"] == outputs[1][1]["display_id"]
        assert options["update"]
        assert "Selected: 11 to 60." in image(picture["text/html"])["alt"]

    @pytest.mark.parametrize(
        ("act", "soon"),
        [
            ({"act": "pick", "x": 60}, True),
            ({"act": "range", "first": 20, "last": 40}, True),
            ({"act": "sight", "low": 10, "high": 90}, True),
            ({"act": "stream", "id": 1}, True),
            ({"act": "theme", "dark": True}, False),
            ({"act": "tab", "name": "trades"}, False),
            ({"act": "blind", "on": True}, False),
        ],
    )
    def test_whatever_changes_it_is_soon_in_it(self, result, outputs, monkeypatch, act, soon):
        started = []
        monkeypatch.setattr(_still_output, "LEAST_SECONDS", 600.0)
        monkeypatch.setattr(_still_output.Timer, "start", lambda timer: started.append(timer))
        box = result.view()
        box._ipython_display_()
        box._view.on_message(act)
        assert bool(started) == soon
        seen = image(outputs[1][0]["text/html"])["alt"]
        assert (box._view.still_words() not in seen) == (soon and act["act"] != "sight")
        for timer in started:
            timer.function()
        assert len(outputs) == 2 + soon

    def test_labels_of_a_person_replace_it_once_for_several(self, result, outputs, monkeypatch):
        timers = []

        class Waiting:
            def __init__(self, seconds, act):
                assert seconds == _still_output.LEAST_SECONDS
                self.act = act
                timers.append(self)

            def start(self):
                assert self.daemon

            def cancel(self):
                pass

        monkeypatch.setattr(_still_output, "Timer", Waiting)
        box = result.view()
        box._ipython_display_()
        for x in (60, 120, 180):
            box._view.on_message({"act": "pick", "x": x})
            box._view.on_message({"act": "label", "label": "UP", "note": "", "tags": ""})
        assert len(outputs) == 2
        (timer,) = timers
        timer.act()
        (*_, (picture, options)) = outputs
        assert len(outputs) == 3
        assert options["update"]
        assert "3 saved labels: 3 UP." in image(picture["text/html"])["alt"]
        timer.act()
        box.close()
        assert len(outputs) == 3  # nothing has changed since

    def test_a_picture_is_replaced_from_a_thread_of_its_own(self, result, outputs, monkeypatch):
        monkeypatch.setattr(_still_output, "LEAST_SECONDS", 0.0)
        replaced = Event()
        box = result.view()
        box._ipython_display_()
        monkeypatch.setattr("IPython.display.display", lambda *_, **__: replaced.set())
        box._view.on_message({"act": "pick", "x": 60})
        box._view.on_message({"act": "label", "label": "UP", "note": "", "tags": ""})
        assert replaced.wait(60)


def test_the_style_hides_one_of_the_two():
    css = static_text("still.css")
    # A rule with a relational selector inside another is invalid, and a browser drops it without a word.
    for selector in re.findall(r":has\(([^()]*(?:\([^()]*\)[^()]*)*)\)", css):
        assert ":has" not in selector
    assert css.count("display: none") == 2
