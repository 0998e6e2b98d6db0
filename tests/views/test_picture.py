"""The picture of a scene: each point of the scene at its pixel, nothing outside its panel, and the same every time."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from xml.etree import ElementTree

import numpy as np
import pytest

from midplot.scenarios._selection import Selection
from midplot.views._view_state import ViewState
from midplot.views.chart._chart_layout import Trace
from midplot.views.chart._drawing import LIVE, Drawing
from midplot.views.chart._outcome import ARROW
from midplot.views.chart._palette import DARK, LIGHT
from midplot.views.chart._windows import part_windows
from midplot.views.chart.live._brackets import Bracket
from midplot.views.chart.live._scene import Subject, scene
from midplot.views.still._picture import picture_height, scene_svg
from midplot.views.still._strokes import Plane, dots, polyline, rectangles, steps, symbols

from .made import a_part, a_stream, busy_part

SVG = "{http://www.w3.org/2000/svg}"
NUMBER = r"-?[\d.]+(?:e-?\d+)?"


def a_scene(account, brackets=(), **state):
    subject = Subject(Drawing(account, LIVE), part_windows(account), (), brackets)
    return scene(ViewState(stream=7, follow=False, **state), subject)


def a_window(values, first, last):
    seen = tuple(map(float, values[first : last + 1]))
    return Selection(stream_id=7, first=first, last=last, horizon=3, epsilon=0.5, values=seen)


def drawn(svg):
    """Return the inner pictures of the panels, by their order."""
    return ElementTree.fromstring(svg).findall(f"{SVG}svg")


def colour(svg, panel, wanted, attribute="stroke"):
    return [each for each in drawn(svg)[panel] if each.get(attribute) == wanted]


def points(path):
    """Follow path data as a browser does; return the corners of each of its pieces."""
    pieces, x, y = [], 0.0, 0.0
    for command, text in re.findall(r"([MlhvmaLHVz])([^MlhvmaLHVz]*)", path):
        numbers = [float(each) for each in re.findall(NUMBER, text)]
        if command == "M":
            pieces.append([])
            x, y = numbers
        elif command in "lm":
            x, y = x + numbers[0], y + numbers[1]
        elif command == "h":
            x += numbers[0]
        elif command == "v":
            y += numbers[0]
        if command != "z":
            pieces[-1].append((x, y))
    return pieces


def at(svg, scene_, axis, panel, x, y):
    """Return where a point has to be, by the ends of the axes."""
    width, height = (float(drawn(svg)[panel].get(each)) for each in ("width", "height"))
    (left, right), (low, high) = scene_.visible, axis
    return (x - left) / (right - left) * width, height - (y - low) / (high - low) * height


@pytest.fixture(scope="module")
def busy():
    return a_stream(busy_part(20_000, seed=3, share=0.02))


def test_the_price_is_where_the_scene_has_it(busy):
    found = a_scene(busy)
    svg = scene_svg(found)
    (line,) = colour(svg, 0, LIGHT.realized)
    (corners,) = points(line.get("d"))
    trace, axis = found.traces[Trace.REALIZED], found.layout["yaxis2.range"]
    wanted = [at(svg, found, axis, 0, x, y) for x, y in zip(trace["x"], trace["y"], strict=True)]
    # Rounded to tenths, without points that would fall on the one before.
    kept = [p for i, p in enumerate(wanted) if not i or np.round(p, 1).tolist() != np.round(wanted[i - 1], 1).tolist()]
    assert len(corners) == pytest.approx(len(kept), abs=3)
    for x, y in wanted:
        assert min(abs(x - a) + abs(y - b) for a, b in corners) < 0.2


def test_the_equity_keeps_each_value_until_the_next(busy):
    svg = scene_svg(a_scene(busy))
    (line,) = colour(svg, 1, LIGHT.equity)
    ((first, *corners),) = points(line.get("d"))
    for corner in corners:
        assert corner[0] == pytest.approx(first[0]) or corner[1] == pytest.approx(first[1])
        first = corner


@pytest.mark.parametrize(("sign", "colours"), [(1, (LIGHT.up,)), (-1, (LIGHT.down,))])
def test_each_outcome_has_its_mark(sign, colours):
    values = [1.0, 5.0, 9.0, 5.0, 1.0, 5.0, 9.0, 5.0, 1.0, 1.0, 1.0, 1.0]
    account = a_stream(a_part(values, [float(sign)] * 9 + [0.0] * 3))
    found = a_scene(account)
    svg = scene_svg(found)
    traces = (Trace.UP_PROFIT, Trace.UP_LOSS) if sign > 0 else (Trace.DOWN_PROFIT, Trace.DOWN_LOSS)
    for trace, inside in zip(traces, (colours[0], "none"), strict=True):
        wanted = found.traces[trace]
        (mark,) = [each for each in colour(svg, 0, colours[0]) if each.get("fill") == inside]
        tips = [(piece[0]) for piece in points(mark.get("d"))]
        assert len(tips) == len(wanted["x"]) > 0
        expected = [
            at(svg, found, found.layout["yaxis2.range"], 0, x, y) for x, y in zip(wanted["x"], wanted["y"], strict=True)
        ]
        assert np.array(tips) == pytest.approx(np.array(expected), abs=0.06)
        assert ARROW[sign] in mark.get("d")


def test_a_gap_breaks_the_line():
    account = a_stream(a_part([1.0, 2.0, 3.0]), a_part([4.0, 5.0, 6.0], first_index=10, part=1))
    (line,) = colour(scene_svg(a_scene(account, sight="all")), 0, LIGHT.realized)
    assert [len(piece) for piece in points(line.get("d"))] == [3, 3]


def test_nothing_is_drawn_outside_its_panel():
    near, far = busy_part(400, seed=1), a_part([90_000.0, 90_001.0] * 20, [1.0, -1.0] * 20, first_index=500, part=1)
    found = a_scene(a_stream(near, far), sight=(100.0, 520.0), brackets=[Bracket(50, 150, "UP", passed=True)])
    svg = scene_svg(found)
    for panel in drawn(svg):
        assert panel.get("overflow") is None  # an inner SVG is cut at its edges
        for path in panel.iter(f"{SVG}path"):
            assert all(abs(value) <= 20_000 for piece in points(path.get("d")) for corner in piece for value in corner)
    marks = [each for each in drawn(svg)[0] if each.get("d").count(ARROW[1]) + each.get("d").count(ARROW[-1])]
    width = float(drawn(svg)[0].get("width"))
    assert all(0 <= piece[0][0] <= width for each in marks for piece in points(each.get("d")))


def test_the_selection_is_dots_on_a_band():
    values = np.linspace(1.0, 2.0, 100)
    window = a_window(values, 40, 49)
    found = a_scene(a_stream(a_part(values)), selection=window)
    svg = scene_svg(found)
    (band,) = [each for each in drawn(svg)[0] if each.get("opacity")]
    ((start, end, *_),) = points(band.get("d"))
    axis = found.layout["yaxis2.range"]
    assert (start[0], end[0]) == pytest.approx([at(svg, found, axis, 0, x, 1)[0] for x in (39.5, 49.5)], abs=0.1)
    edge, inner = colour(svg, 0, LIGHT.selected_edge)[1:], colour(svg, 0, LIGHT.selected)
    assert [len(points(each.get("d"))) for each in (*edge, *inner)] == [10, 10]


def test_brackets_carry_signs_as_outlines_and_the_verdict_as_text():
    account = a_stream(a_part(np.arange(100.0)))
    brackets = [
        Bracket(10, 20, "UP", passed=True),
        Bracket(40, 50, "DOWN", passed=False),
        Bracket(70, 80, "NOTHING", passed=None),
    ]
    svg = scene_svg(a_scene(account, brackets))
    looks = (LIGHT.up, LIGHT.down, LIGHT.muted, LIGHT.budget, LIGHT.unresolved)
    signs = [(each.tag.removeprefix(SVG), each.get("fill")) for each in drawn(svg)[0] if each.get("fill") in looks]
    assert signs == [
        ("path", LIGHT.up),
        ("path", LIGHT.down),
        ("text", LIGHT.budget),
        ("path", LIGHT.muted),
        ("text", LIGHT.unresolved),
    ]
    assert [each.text for each in drawn(svg)[0] if each.text] == ["!", "?"]
    assert "saved label, ! failed, ? not checked" in svg


def test_several_labels_in_one_place_are_a_number_which_the_legend_explains():
    crowd = [Bracket(n, n + 1, "UP", passed=True) for n in range(100, 110, 2)]
    others = [Bracket(200, 220, "DOWN", passed=False), Bracket(260, 280, "NOTHING", passed=None)]
    account, window = a_stream(busy_part(300)), a_window(np.arange(300.0), 40, 90)
    svg = scene_svg(a_scene(account, crowd + others, selection=window))
    assert [each.text for each in drawn(svg)[0] if each.text] == ["+3", "!", "?"]
    *_, (left, words) = re.findall(r'translate\(([\d.]+),37\)">.*?<text x="18"[^>]*>([^<]+)</text>', svg)
    assert words == "saved label, ! failed, ? not checked, +n several"
    assert float(left) + 18 + 6.2 * len(words) < 900


@pytest.mark.parametrize(("dark", "palette"), [(False, LIGHT), (True, DARK)])
def test_the_colours_are_those_of_the_scene(busy, dark, palette):
    svg = scene_svg(a_scene(busy, dark=dark))
    for wanted in (palette.paper, palette.realized, palette.up, palette.down, palette.equity, palette.ink):
        assert f'"{wanted}"' in svg
    assert "rgba(" not in svg


def test_on_a_dark_page_each_colour_becomes_that_of_the_dark_palette(busy):
    window = a_window(busy.parts[0].part.values, 40, 90)
    subject = [Bracket(10, 900, "UP", passed=False), Bracket(2000, 2900, "NOTHING", passed=None)]
    found = a_scene(busy, subject, selection=window)
    root = ElementTree.fromstring(scene_svg(found, title="a stream"))
    (style,) = root.findall(f"{SVG}style")
    rules = re.findall(r'\[(fill|stroke)="([^"]+)"\] { (?:fill|stroke): ([^;} ]+)', style.text)
    becomes = {(name, light): dark for name, light, dark in rules}
    used = {
        (name, each.get(name))
        for each in root.iter()
        for name in ("fill", "stroke")
        if each.get(name) not in (None, "none")
    }
    assert len(used) > 15
    assert used - becomes.keys() == set()
    assert style.text.startswith("@media (prefers-color-scheme: dark) {")
    darks = {value for each in fields(DARK) for value in (getattr(DARK, each.name),)}
    assert {dark for (_, light), dark in becomes.items() if not light.startswith("rgb")} <= darks
    assert becomes["fill", LIGHT.paper] == DARK.paper
    assert becomes["stroke", LIGHT.realized] == DARK.realized


def test_it_is_small_however_much_is_drawn():
    account = a_stream(busy_part(200_000, seed=2))
    brackets = [Bracket(n, n + 200, "UP", passed=False) for n in range(0, 120_000, 400)]
    probes = [f"probe {n}" for n in range(4)]
    subject = Subject(Drawing(account, LIVE), (), probes, brackets)
    values = account.parts[0].part.values
    window = a_window(values, 0, 8999)
    svg = scene_svg(scene(ViewState(stream=7, selection=window), subject), probes)
    assert len(svg.encode()) < 120_000


def test_texts_are_for_readers_and_cannot_be_markup(busy):
    svg = scene_svg(a_scene(busy), title="<b>&\x00", words='"5" < 6')
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert [child.tag.removeprefix(SVG) for child in root][:2] == ["title", "desc"]
    assert root.find(f"{SVG}title").text.startswith("<b>&")
    assert root.find(f"{SVG}desc").text == '"5" < 6'
    # Only letters, digits and signs that every font has: ▲ and ● are drawn.
    assert {c for text in root.itertext() for c in text if ord(c) > 127} <= set("−–…·�")


def test_latency_is_left_out_so_that_it_is_the_same_when_run_again():
    values = np.arange(50.0)
    quick, slow = (a_stream(a_part(values, [1.0] * 50, latency_ms=ms)) for ms in (0.01, 30.0))
    assert scene_svg(a_scene(quick)) == scene_svg(a_scene(slow))


@pytest.mark.parametrize("value", [0.0, 1e-300, 1e308, -1.7e308])
def test_prices_of_any_size_can_be_drawn(value):
    svg = scene_svg(a_scene(a_stream(a_part([value, value / 2, value, -value]))))
    assert "nan" not in svg
    assert "inf" not in svg
    assert len(drawn(svg)) == 2


def test_before_the_first_tick_there_are_empty_panels():
    svg = scene_svg(scene(ViewState(stream=7), Subject(None)))
    assert [list(panel) for panel in drawn(svg)] == [[], []]


def test_its_height_grows_with_the_panels():
    one = scene_svg(scene(ViewState(stream=7), Subject(None, (), ["speed"])), ["speed"])
    assert ElementTree.fromstring(one).get("height") == str(picture_height(["speed"]))
    small = drawn(scene_svg(scene(ViewState(stream=7), Subject(None)), height=250))
    bottom = max(float(panel.get("y")) + float(panel.get("height")) for panel in small)
    assert bottom <= 250 - 24


class TestStrokes:
    def test_a_lone_point_is_a_dot(self):
        nan = float("nan")
        assert polyline(np.array([1.0, 2.0, 3.0]), np.array([nan, 5.0, nan])) == "M2,5h0"
        assert polyline(np.array([1.0]), np.array([nan])) == ""

    def test_rounding_does_not_add_up(self):
        x = np.linspace(0, 100, 3001)
        ((*_, last),) = points(polyline(x, np.sin(x)))
        assert last == pytest.approx((100.0, np.sin(100.0)), abs=0.051)

    def test_steps_are_corners(self):
        x, y = steps(np.array([0.0, 1.0, 3.0]), np.array([5.0, 6.0, 7.0]))
        assert list(zip(x.tolist(), y.tolist(), strict=True)) == [(0, 5), (1, 5), (1, 6), (3, 6), (3, 7)]
        assert all(len(each) == 0 for each in steps(np.empty(0), np.empty(0)))

    def test_symbols_on_one_pixel_are_drawn_once(self):
        assert symbols(np.array([1.0, 1.01, 4.0]), np.array([2.0, 2.0, 2.0]), "z") == "M1,2zM4,2z"
        assert dots(np.array([1.0]), np.array([2.0])) == "M1,2h0"

    def test_rectangles_have_a_width_that_can_be_seen(self):
        assert rectangles([(1.0, 1.0), (5.0, 7.5)], 2.0, 4.0) == "M1,2h0.3v2h-0.3zM5,2h2.5v2h-2.5z"

    def test_a_plane_without_extent_is_its_middle(self):
        plane = Plane((0.0, 1.0), (3.0, 3.0), 10.0, 8.0)
        assert plane.y([3.0, 4.0]).tolist() == [4.0, 4.0]


def test_replacing_a_scene_does_not_change_it(busy):
    found = a_scene(busy)
    before = {trace: np.array(values["x"]) for trace, values in enumerate(found.traces)}
    scene_svg(replace(found))
    assert all(np.array_equal(before[trace], values["x"]) for trace, values in enumerate(found.traces))
