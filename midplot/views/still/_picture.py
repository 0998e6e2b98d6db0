"""Draws a scene as an SVG that needs neither a script nor a kernel: for saved notebooks, exports and web pages.

Latency is left out: it differs from run to run, and a saved notebook is to stay the same when it is run again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from html import escape
from typing import Any, Final

import numpy as np

from midplot._text import clipped
from midplot.errors import legible
from midplot.game import LABELS
from midplot.views.chart._chart_layout import Trace
from midplot.views.chart._outcome import ARROW, CIRCLE
from midplot.views.chart._palette import DARK, FONT, LIGHT
from midplot.views.chart._probe_panels import PROBE_AXES
from midplot.views.chart.live._brackets import is_crowd
from midplot.views.chart.live._scene import Scene
from midplot.views.still._strokes import Plane, dots, polyline, rectangles, steps, symbols
from midplot.views.still._ticks import tick_texts, ticks

__all__ = ["picture_height", "scene_svg"]

# All in pixels: what is above the first panel, a panel's name, the texts below the last, room at the right.
_HEAD, _NAME, _FOOT, _RIGHT = 46, 20, 26, 14
_PRICE, _PANEL = 290, 70

# Mean widths of a character of the small texts and of the legend: a text that runs over its room is cut by the frame.
_DIGIT, _LETTER = 6.3, 6.2

_MARKS: Final = (Trace.UP_PROFIT, Trace.UP_LOSS, Trace.DOWN_PROFIT, Trace.DOWN_LOSS)

# Drawn rather than written, because not every font has them. Their middle is a little below the line's.
_SIGNS: Final = dict(
    zip(
        (each.sign for each in LABELS),
        ("m0,-4l4,7h-8z", "m0,4l-4,-7h8z", "m-3,0a3,3 0 1 0 6,0a3,3 0 1 0 -6,0z"),
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class _Panel:
    """One panel: its axis in the scene, its name, its upper edge and its height in pixels."""

    axis: str
    name: str
    top: int
    height: int


@dataclass(frozen=True, slots=True)
class _Look:
    """The colours of a scene that belong to no trace."""

    paper: str
    ink: str
    muted: str
    rule: str

    @classmethod
    def of(cls, scene: Scene) -> _Look:
        layout = scene.layout["template"]["layout"]
        return cls(
            layout["paper_bgcolor"],
            layout["font"]["color"],
            layout["annotationdefaults"]["font"]["color"],
            layout["xaxis"]["gridcolor"],
        )


@cache
def _in_the_dark() -> str:
    """Return style rules that replace each colour of the light palette by the dark one's: they prevail over attributes."""
    rules = []
    for name in (each.name for each in fields(LIGHT)):
        light, dark = (_opaque(getattr(palette, name)) for palette in (LIGHT, DARK))
        opacity = f" fill-opacity: {dark[1]}" if dark[1] else ""
        rules += [
            f'[fill="{light[0]}"] {{ fill: {dark[0]};{opacity} }}',
            f'[stroke="{light[0]}"] {{ stroke: {dark[0]} }}',
        ]
    return " ".join(rules)


def picture_height(probes: Sequence[str] = ()) -> int:
    """Return the height at which the panels of a scene have their usual proportions, in pixels."""
    return _HEAD + _NAME + _PRICE + (1 + len(probes)) * (_NAME + _PANEL) + _FOOT


def scene_svg(
    scene: Scene,
    probes: Sequence[str] = (),
    width: int = 900,
    height: int | None = None,
    *,
    title: str = "",
    words: str = "",
) -> str:
    """Draw a scene.

    Parameters
    ----------
    scene
        What to draw.
    probes
        Names of its probes, in their order.
    width, height
        Size in pixels; the height is by default that of `picture_height`.
    title
        Title, also the picture's name for screen readers.
    words
        What the picture shows, for those who do not see it.

    Returns
    -------
    str
        An SVG without scripts and links, the same for the same scene. If it is that of a light page, it takes the colours
        of a dark one where it is shown on such a page, by a style sheet that programs may ignore.
    """
    height = picture_height(probes) if height is None else height
    panels, look = _panels(probes, height), _Look.of(scene)
    marked = {panel: _values(scene, panel) for panel in panels}
    left = 14 + round(_DIGIT * max((len(text) for texts in marked.values() for _, text in texts), default=4))
    planes = {
        panel: Plane(scene.visible, _span(scene, panel.axis), width - left - _RIGHT, panel.height) for panel in panels
    }
    parts = [_frame(panel, planes[panel], marked[panel], left, look) for panel in panels]
    price, equity, *below = panels
    parts += _inside(price, planes[price], left, _price(scene, planes[price]))
    parts += _inside(equity, planes[equity], left, _line(scene.traces[Trace.EQUITY], planes[equity]))
    for place, panel in enumerate(below, len(Trace)):
        parts += _inside(panel, planes[panel], left, _line(scene.traces[place], planes[panel]))
    parts.append(_indices(scene, planes[price], left, height, look))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"'
        f' font-family="{escape(FONT)}" font-size="11" fill="none" stroke-linejoin="round">'
        f"<title>{escape(legible(title))}</title><desc>{escape(legible(words))}</desc>"
        f"<style>@media (prefers-color-scheme: dark) {{ {_in_the_dark()} }}</style>"
        f'<rect width="{width}" height="{height}" fill="{look.paper}"/>'
        f"{_heading(title, look)}{_legend(scene, look)}{''.join(parts)}</svg>"
    )


def _panels(probes: Sequence[str], height: int) -> list[_Panel]:
    share = (height - _HEAD - _FOOT) / (picture_height(probes) - _HEAD - _FOOT)
    names = [("yaxis2", "Price", _PRICE), ("yaxis3", "Equity", _PANEL)]
    names += [(axis, name, _PANEL) for axis, name in zip(PROBE_AXES, probes, strict=False)]
    panels, top = [], float(_HEAD)
    for axis, name, size in names:
        panels.append(_Panel(axis, name, round(top + _NAME), max(1, round((size + _NAME) * share) - _NAME)))
        top += (size + _NAME) * share
    return panels


def _span(scene: Scene, axis: str) -> tuple[float, float]:
    low, high = scene.layout[f"{axis}.range"]
    return low, high


def _values(scene: Scene, panel: _Panel) -> list[tuple[float, str]]:
    if not scene.layout[f"{panel.axis}.showticklabels"]:
        return []
    # Two numbers may be missing where few round ones fit, and more than one per 36 pixels would make a ladder of the axis.
    values = ticks(*_span(scene, panel.axis), max(4, panel.height // 36))
    return list(zip(values, tick_texts(values), strict=True))


# What is around the panels


def _frame(panel: _Panel, plane: Plane, marked: Sequence[tuple[float, str]], left: int, look: _Look) -> str:
    """Return a panel's name, its grid and the numbers beside it."""
    right, grid, texts = left + plane.width, [], []
    for value, text in marked:
        y = panel.top + float(plane.y(value))
        grid.append(f"M{left},{y:.1f}H{right:g}")
        texts.append(f'<text x="{left - 6}" y="{y + 4:.1f}">{text}</text>')
    name = escape(clipped(panel.name))
    return (
        f'<path d="{"".join(grid)}" stroke="{look.rule}"/><g fill="{look.muted}" text-anchor="end">{"".join(texts)}'
        f'<text x="{left}" y="{panel.top - 6}" text-anchor="start">{name}</text></g>'
    )


def _indices(scene: Scene, plane: Plane, left: int, height: int, look: _Look) -> str:
    """Return the axis below the last panel."""
    values = ticks(*scene.visible, max(2, round(plane.width / 100)), whole=True)
    top, marks, texts = height - _FOOT, [f"M{left},{height - _FOOT}h{plane.width:g}"], []
    for value, text in zip(values, tick_texts(values), strict=True):
        x = left + float(plane.x(value))
        marks.append(f"M{x:.1f},{top}v4")
        texts.append(f'<text x="{x:.1f}" y="{top + 17}">{text}</text>')
    return (
        f'<path d="{"".join(marks)}" stroke="{look.muted}" stroke-opacity="0.6"/>'
        f'<g fill="{look.muted}" text-anchor="middle">{"".join(texts)}</g>'
    )


def _heading(title: str, look: _Look) -> str:
    return (
        f'<text x="14" y="22" font-size="15" font-weight="600" fill="{look.ink}">{escape(clipped(title, 100))}</text>'
    )


def _legend(scene: Scene, look: _Look) -> str:
    """Return what the signs mean, of those that are drawn."""
    drawn, x = [], 14.0
    for swatch, text in _entries(scene, look):
        drawn.append(
            f'<g transform="translate({x:g},37)">{swatch}<text x="18" y="4" fill="{look.muted}">{text}</text></g>'
        )
        x += 36 + _LETTER * len(text)
    return "".join(drawn)


def _entries(scene: Scene, look: _Look) -> Iterator[tuple[str, str]]:
    for word, trace, mark, way in (
        ("up", Trace.UP_BANDS, Trace.UP_PROFIT, 1),
        ("down", Trace.DOWN_BANDS, Trace.DOWN_PROFIT, -1),
    ):
        if len(scene.traces[trace]["x"]):
            arrow = f'<path d="M5,{-8 * way}{ARROW[way]}" fill="{scene.traces[mark]["marker.color"]}"/>'
            yield (
                f'<path d="M0,-5h10v10h-10z" {_filled(scene.traces[trace]["fillcolor"])}/>{arrow}',
                f"{word}, until resolved",
            )
    if any(len(scene.traces[trace]["x"]) for trace in _MARKS):
        arrows = f'<path d="M0,-8{ARROW[1]}" fill="{look.muted}"/><path d="M10,-8{ARROW[1]}" stroke="{look.muted}"/>'
        yield arrows, "profit, hollow: loss"
    if len(scene.traces[Trace.SELECTED]["x"]):
        yield (
            f'<path d="M5,0h0" stroke="{scene.traces[Trace.SELECTED]["marker.color"]}" {_ROUND} stroke-width="7"/>',
            "selected",
        )
    if len(scene.traces[Trace.SCENARIOS]["x"]):
        yield (
            f'<path d="M0,4v-6h11v6" stroke="{look.ink}" stroke-width="1.4"/>',
            _label_words(scene.traces[Trace.SIGNS]),
        )


def _label_words(signs: Mapping[str, Any]) -> str:
    alone = [verdict for verdict, text in zip(signs["customdata"], signs["text"], strict=True) if text[:1] in _SIGNS]
    crowds = ["+n"] if any(map(is_crowd, signs["text"])) else []
    meant = (("!", "failed"), ("?", "not checked"), ("+n", "several"))
    return ", ".join(["saved label", *(f"{sign} {word}" for sign, word in meant if sign in alone + crowds)])


# What is in the panels

_ROUND: Final = 'stroke-linecap="round"'


def _inside(panel: _Panel, plane: Plane, left: int, drawn: Iterator[str]) -> Iterator[str]:
    """Yield what is drawn in a panel, cut at its edges: an inner SVG shows nothing outside."""
    yield f'<svg x="{left}" y="{panel.top}" width="{plane.width:g}" height="{panel.height}">'
    yield from drawn
    yield "</svg>"


def _price(scene: Scene, plane: Plane) -> Iterator[str]:
    """Yield the content of the uppermost panel, from back to front."""
    # Bands and brackets are drawn in fractions of the height.
    bands = Plane(plane.x_range, (0.0, 1.0), plane.width, plane.height)
    for trace in (Trace.UP_BANDS, Trace.DOWN_BANDS):
        yield from _bands(scene.traces[trace], bands)
    yield from _selected_range(scene, plane)
    yield from _line(scene.traces[Trace.WARM_UP], plane)
    yield from _line(scene.traces[Trace.REALIZED], plane)
    yield from _selected(scene.traces[Trace.SELECTED], plane)
    for trace in (*_MARKS, Trace.UNRESOLVED):
        yield from _marks(scene.traces[trace], plane)
    yield from _line(scene.traces[Trace.SCENARIOS], bands)
    verdicts = {"!": scene.traces[Trace.BUDGET]["line.color"], "?": scene.traces[Trace.UNRESOLVED]["marker.color"]}
    yield from _signs(scene.traces[Trace.SIGNS], bands, verdicts)


def _line(trace: Mapping[str, Any], plane: Plane) -> Iterator[str]:
    x, y = plane.x(trace["x"]), plane.y(trace["y"])
    path = (
        polyline(*(steps(x, y) if trace["line.shape"] == "hv" else (x, y))) if "line.shape" in trace else polyline(x, y)
    )
    if path:
        yield f'<path d="{path}" stroke="{trace["line.color"]}" stroke-width="{trace["line.width"]:g}" {_ROUND}/>'


def _bands(trace: Mapping[str, Any], plane: Plane) -> Iterator[str]:
    x, y = np.asarray(trace["x"], dtype=np.float64).reshape(-1, 4), np.asarray(trace["y"]).reshape(-1, 4)
    if not len(x):
        return
    bottom, top = plane.y(y[0, :2])
    edges = np.clip(plane.x(x[:, [0, 2]]), -1.0, plane.width + 1)
    seen = (x[:, 2] >= plane.x_range[0]) & (x[:, 0] <= plane.x_range[1])
    yield f'<path d="{rectangles(edges[seen].tolist(), float(top), float(bottom))}" {_filled(trace["fillcolor"])}/>'


def _selected_range(scene: Scene, plane: Plane) -> Iterator[str]:
    band, outcome = scene.layout["shapes"]
    if band["visible"]:
        edges = np.clip(plane.x([band["x0"], band["x1"]]), -2.0, plane.width + 2)
        path = rectangles([(float(edges[0]), float(edges[1]))], 0.0, plane.height)
        look = f'fill="{band["fillcolor"]}" stroke="{band["line"]["color"]}" opacity="{band["opacity"]:g}"'
        yield f'<path d="{path}" {look}/>'
    if outcome["visible"]:
        (x0, x1), (y0, y1) = plane.x([outcome["x0"], outcome["x1"]]), plane.y([outcome["y0"], outcome["y1"]])
        look = f'stroke="{outcome["line"]["color"]}" stroke-width="2" stroke-dasharray="2 3" fill="none"'
        yield f'<path d="M{x0:.1f},{y0:.1f}L{x1:.1f},{y1:.1f}" {look}/>'


def _selected(trace: Mapping[str, Any], plane: Plane) -> Iterator[str]:
    seen = plane.sees(trace["x"])
    path = dots(plane.x(trace["x"])[seen], plane.y(trace["y"])[seen])
    if path:
        # A wider dot below each makes its outline.
        for colour, size in ((trace["marker.line.color"], 6.5), (trace["marker.color"], 5)):
            yield f'<path d="{path}" stroke="{colour}" stroke-width="{size:g}" {_ROUND}/>'


def _marks(trace: Mapping[str, Any], plane: Plane) -> Iterator[str]:
    """Yield the decisions with one outcome: filled or hollow, upright or upside down."""
    seen = plane.sees(trace["x"])
    symbol, colour = trace["marker.symbol"], trace["marker.color"]
    outline = CIRCLE if symbol.startswith("circle") else ARROW[1 if trace["marker.angle"] == 0 else -1]
    path = symbols(plane.x(trace["x"])[seen], plane.y(trace["y"])[seen], outline)
    if path:
        inside = "none" if symbol.endswith("-open") else colour
        yield f'<path d="{path}" fill="{inside}" stroke="{colour}"/>'


def _signs(trace: Mapping[str, Any], plane: Plane, verdicts: Mapping[str, str]) -> Iterator[str]:
    """Yield the sign of each label, and what the replay made of it; of the latter, the colours are given."""
    seen = np.flatnonzero(plane.sees(trace["x"])).tolist() if len(trace["x"]) else []
    if not seen:
        return
    x, y = plane.x(trace["x"]), plane.y(trace["y"])
    for place in seen:
        sign, verdict, colour = trace["text"][place], trace["customdata"][place], trace["textfont.color"][place]
        if is_crowd(sign):
            at = f'x="{x[place]:.1f}" y="{y[place] + 13:.1f}"'
            yield f'<text {at} text-anchor="middle" font-weight="600" fill="{colour}">{sign}</text>'
        if sign[:1] not in _SIGNS:
            continue
        at = f"{x[place]:.1f},{y[place] + 9:.1f}"
        yield f'<path d="M{at}{_SIGNS[sign[:1]]}" fill="{colour}"/>'
        if verdict:
            at = f'x="{x[place] + 6:.1f}" y="{y[place] + 13:.1f}"'
            yield f'<text {at} font-weight="600" fill="{verdicts[verdict]}">{verdict}</text>'


def _filled(colour: str) -> str:
    """Return a colour as attributes. Not every program that shows an SVG knows a colour with an opacity."""
    opaque, opacity = _opaque(colour)
    return f'fill="{opaque}" fill-opacity="{opacity}"' if opacity else f'fill="{opaque}"'


def _opaque(colour: str) -> tuple[str, str]:
    """Return a colour without its opacity, and the opacity; an empty text if it has none."""
    found = re.fullmatch(r"rgba\((\d+), (\d+), (\d+), ([\d.]+)\)", colour)
    return (f"rgb({found[1]},{found[2]},{found[3]})", found[4]) if found else (colour, "")
