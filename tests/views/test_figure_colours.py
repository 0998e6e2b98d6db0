"""The figures that a notebook is given can be read on its page, light or dark, of which they know nothing."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import midplot
from midplot import compare, replay
from midplot.training import sweep, walk_forward
from midplot.views.chart._palette import DARK, LIGHT

WHITE, JUPYTER_DARK = "#ffffff", "#111111"
"""The papers of JupyterLab's two themes, those of its `--jp-layout-color0`."""

# No colour has 4.5 on both: theirs is 18.9, and 4.5 times 4.5 is more.
BOTH = 4.3
GROUNDS = {None: ((WHITE, JUPYTER_DARK), BOTH), False: ((LIGHT.paper,), 4.5), True: ((DARK.paper,), 4.5)}
PRESSED = "#f4faff"
"""What plotly paints the button of a menu that was pressed last."""


class Drifting:
    """Decides by the last move; keeps the price for a probe."""

    least, last = 0.5, None

    def update_from_hyper_parameters(self, hyper_parameters):
        self.least = hyper_parameters["least"]

    def tick_and_predict(self, x, horizon):
        move, self.last = 0.0 if self.last is None else x - self.last, x
        return move if abs(move) > self.least else 0.0


class Against(Drifting):
    """Decides the opposite."""

    def tick_and_predict(self, x, horizon):
        return -super().tick_and_predict(x, horizon)


RULES = {"horizon": 3, "epsilon": 0.01}


def walks(n=3):
    random = np.random.default_rng(0)
    values = random.normal(size=(n, 400)).cumsum(axis=1) + 100
    values[:, 200] = np.nan
    return list(values)


def made(infer, **options):
    return replay(walks(), infer=infer, start_index=20, warmup=20, **RULES, **options)


def compared(*attackers):
    return compare({each.__name__: made(each) for each in attackers})


SHOWN = {
    "stream": lambda: made(Drifting, probe="last"),
    "comparison": lambda: compared(Drifting, Against),
    "event study": lambda: made(Drifting).event_study(),
    "sensitivity": lambda: made(Drifting).sensitivity(),
    "line": lambda: sweep(walks(), Drifting, {"least": [0.2, 0.6]}, **RULES),
    "heat map": lambda: sweep(walks(), Drifting, {"least": [0.2, 0.6], "other": [1, 2]}, **RULES),
    "folds": lambda: walk_forward(walks(), lambda _: {"least": 0.4}, Drifting, 3, **RULES),
}
"""Everything that has a `figure`."""


@cache
def shown(name):
    return SHOWN[name]()


def channels(colour):
    """Return red, green, blue and opacity of a colour as midplot writes it."""
    if colour.startswith("#"):
        return [int(colour[i : i + 2], 16) for i in (1, 3, 5)], 1.0
    *rgb, opacity = map(float, re.fullmatch(r"rgba\((.*)\)", colour)[1].split(","))
    return rgb, opacity


def luminance(rgb):
    linear = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(colour, ground):
    """Return the ratio of WCAG 2.1, of a colour that may let its ground through."""
    below, _ = channels(ground)
    rgb, opacity = channels(colour)
    both = [luminance([c * opacity + b * (1 - opacity) for c, b in zip(rgb, below, strict=True)]), luminance(below)]
    return (max(both) + 0.05) / (min(both) + 0.05)


def found(node, path=()):
    """Yield every dictionary of a figure with its path."""
    if isinstance(node, dict):
        yield path, node
    for key, each in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from found(each, (*path, key))


def drawn(name, dark):
    return json.loads(shown(name).figure(dark=dark).to_json())


def texts(figure):
    """Return the colours of the texts that lie on the page itself."""
    return {
        path: node["color"]
        for path, node in found(figure)
        if path
        and str(path[-1]).endswith("font")
        and "color" in node
        # These have a ground of their own.
        and not {"hoverlabel", "updatemenudefaults"} & set(path)
        and figure["data"][0]["type"] + path[-1] != "heatmaptextfont"
    }


def strokes(figure, rule):
    """Return the colours that each trace and shape is seen by: one of them has to stand out."""
    seen = {}
    for place, trace in enumerate(figure["data"]):
        marker, line = trace.get("marker", {}), trace.get("line", {})
        mode = trace.get("mode", "markers")
        if "lines" in mode and line.get("width", 1):
            seen[place, "line"] = [line["color"]]
        if "markers" in mode and marker:
            inside = marker["color"] if isinstance(marker["color"], list) else [marker["color"]]
            edge = marker.get("line", {}).get("color")
            seen |= {(place, "marker", i): [each, *([edge] if edge else [])] for i, each in enumerate(set(inside))}
        if "error_y" in trace:
            seen[place, "error"] = [trace["error_y"]["color"]]
    for place, shape in enumerate(figure["layout"].get("shapes", [])):
        # Between two streams lies a line like that of a grid, which only has to be noticed; a frame lies on cells.
        if shape["line"]["color"] != rule and shape["type"] != "rect":
            seen["shape", place] = [shape["line"]["color"]]
    return seen


def test_all_that_has_a_figure_is_looked_at():
    classes = {
        each.name
        for file in Path(midplot.__file__).parent.rglob("*.py")
        for each in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(each, ast.ClassDef)
        and any(isinstance(method, ast.FunctionDef) and method.name == "figure" for method in each.body)
    }
    assert classes == {type(shown(name)).__name__ for name in SHOWN}


@pytest.mark.parametrize("dark", GROUNDS)
@pytest.mark.parametrize("name", SHOWN)
def test_texts_can_be_read_and_lines_seen_on_every_page_it_is_for(name, dark):
    figure = drawn(name, dark)
    grounds, least = GROUNDS[dark]
    template = figure["layout"]["template"]["layout"]
    paper = grounds[0] if dark is not None else "rgba(0, 0, 0, 0)"
    assert template["paper_bgcolor"] == template["plot_bgcolor"] == paper
    on_page, lines = texts(figure), strokes(figure, template["xaxis"]["gridcolor"])
    assert len(on_page) >= 5
    assert lines or name == "heat map"
    for ground in grounds:
        assert {path: colour for path, colour in on_page.items() if contrast(colour, ground) < least} == {}
        faint = {path: seen for path, seen in lines.items() if max(contrast(c, ground) for c in seen) < 3}
        # Pale is what the warm-up of an opaque chart is meant to be.
        pale = LIGHT.warm_up, DARK.warm_up
        assert {path: seen for path, seen in faint.items() if dark is None or seen[0] not in pale} == {}


@pytest.mark.parametrize("dark", GROUNDS)
def test_the_lines_of_a_comparison_have_different_colours(dark):
    lines = [trace["line"] for trace in drawn("comparison", dark)["data"] if trace["mode"] == "lines"]
    colours = [line["color"] for line in lines if line["width"]]
    assert len(set(colours)) == len(colours) == 3


@pytest.mark.parametrize("dark", GROUNDS)
def test_what_has_a_ground_of_its_own_can_be_read_on_that(dark):
    template = drawn("stream", dark)["layout"]["template"]["layout"]
    for name in ("hoverlabel", "updatemenudefaults"):
        assert contrast(template[name]["font"]["color"], template[name]["bgcolor"]) >= 4.5
    assert contrast(template["updatemenudefaults"]["font"]["color"], PRESSED) >= 4.5


@pytest.mark.parametrize("dark", GROUNDS)
def test_every_cell_of_a_heat_map_is_one_that_its_text_can_be_read_on(dark):
    (heat,) = drawn("heat map", dark)["data"]
    at, colours = zip(*heat["colorscale"], strict=True)
    assert list(at) == [0, 0.5, 1]
    low, zero, high = (np.array(channels(colour)[0]) for colour in colours)
    for share in np.linspace(0, 1, 21):
        for end in (low, high):
            cell = "#" + "".join(f"{round(c):02x}" for c in zero + share * (end - zero))
            assert contrast(heat["textfont"]["color"], cell) >= 4.5
            assert contrast(drawn_frame(dark), cell) >= 3


def drawn_frame(dark):
    (frame,) = drawn("heat map", dark)["layout"]["shapes"]
    return frame["line"]["color"]


def test_no_colour_could_be_read_better_on_both():
    greys = [f"#{level:02x}{level:02x}{level:02x}" for level in range(256)]
    best = max(min(contrast(grey, WHITE), contrast(grey, JUPYTER_DARK)) for grey in greys)
    assert BOTH <= best < 4.5
