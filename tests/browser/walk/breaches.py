"""What has to hold of the picture after each act, as functions of what the page shows and what the kernel and disk hold.

Each returns sentences; an empty list says that all is as it should be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from midplot.game import LABELS
from midplot.views.chart.live._lanes import MOST_LANES

from .disk import Labels

SIGNS: Final[dict[str, str]] = {each.name: each.sign for each in LABELS}

LEAST_HEIGHT: Final = 1 / 6
"""Of the panel: a price that uses less is a flat line."""

STUMP: Final = 0.02
"""The fraction of the chart that a bracket which is cut by its edge has to take."""

SLACK: Final = 4.0
"""Pixels: a point is thinned away within a pixel or two, and its line has a width."""


@dataclass(frozen=True)
class Seen:
    """Everything that is compared after an act.

    Attributes
    ----------
    picture
        What look.js found in the page.
    state
        What the kernel holds, as ``walk_state`` gives it.
    prices
        What there is to see of each part, as ``walk_prices`` gives it: the raw stream, not what was drawn of it.
    selected_prices
        First and last price of the selected window; None where nothing is selected.
    labels
        The labels on disk.
    """

    picture: dict[str, Any]
    state: dict[str, Any]
    prices: Sequence[dict[str, Any]]
    selected_prices: list[float] | None
    labels: Labels


def price(seen: Seen) -> list[str]:
    """Look for a price outside its panel, flat in it, or drawn unlike the stream is."""
    # Where several parts are in sight, the one with the most points is what the axis has to fit.
    part = max(seen.prices, key=lambda each: each["n"], default=None)
    # Who asks for all parts, however far apart, gets flat lines.
    if part is None or part["n"] < 2 or seen.state["all"]:
        return []
    x, y = seen.picture["x"], seen.picture["y"]
    left, right = _at(x, part["first"]), _at(x, part["last"])
    # The line begins at the last tick that is out of sight, so of two ticks the middle is where the part begins.
    near = 0.75 * _tick(x)
    strokes = [each for each in seen.picture["strokes"] if left - near <= _middle(each) <= right + near]
    line = [point for stroke in strokes for point in stroke]
    words = f"of {part['first']} to {part['last']}, prices {part['low']:g} to {part['high']:g}"
    if not line:
        return [f"nothing is drawn {words}; the axis shows {_range(x)} by {_range(y)}"]
    in_sight = [point for point in line if -SLACK <= point[0] <= x["length"] + SLACK]
    return (
        _in_panel(y, part, words) + _as_it_is(y, in_sight or line, part, words) + _as_far(x, line, (left, right), words)
    )


def _tick(x: dict[str, Any]) -> float:
    """Return the pixels from one tick to the next."""
    return float(x["length"] / (x["range"][1] - x["range"][0]))


def _middle(stroke: list[list[float]]) -> float:
    """Return where the middle of a stroke is: its ends may be a hair's breadth beyond those of its part."""
    return (stroke[0][0] + stroke[-1][0]) / 2


def _in_panel(y: dict[str, Any], part: dict[str, Any], words: str) -> list[str]:
    top, bottom = y["length"] - _at(y, part["high"]), y["length"] - _at(y, part["low"])
    if top < -SLACK or bottom > y["length"] + SLACK:
        return [f"the price {words} leaves its panel, which shows {_range(y)}"]
    share = (bottom - top) / y["length"]
    if part["distinct"] > 1 and share < LEAST_HEIGHT:
        return [f"the price {words} is flat: it uses {share:.1%} of its panel, which shows {_range(y)}"]
    return []


def _as_it_is(y: dict[str, Any], line: list[list[float]], part: dict[str, Any], words: str) -> list[str]:
    wanted = [y["length"] - _at(y, part["high"]), y["length"] - _at(y, part["low"])]
    # What lies outside the panel is not drawn, and was told above.
    wanted = [min(max(each, 0.0), y["length"]) for each in wanted]
    heights = [min(max(point[1], 0.0), y["length"]) for point in line]
    if max(abs(min(heights) - wanted[0]), abs(max(heights) - wanted[1])) > max(SLACK, y["length"] / 20):
        return [f"the line {words} is drawn from {min(heights):.0f} to {max(heights):.0f} px, not {_pixels(wanted)}"]
    return []


def _as_far(x: dict[str, Any], line: list[list[float]], wanted: tuple[float, float], words: str) -> list[str]:
    across = [point[0] for point in line]
    # Plotly draws a line a little beyond its panel, which hides that; and it goes on to the next tick that is out of sight.
    ends = [min(max(each, 0.0), x["length"]) for each in (min(across), max(across))]
    tick = _tick(x)
    beyond = wanted[0] - ends[0], ends[1] - wanted[1]
    if any(not -SLACK <= each <= tick + SLACK for each in beyond):
        return [f"the line {words} is drawn from {_pixels(ends)} px across, not {_pixels(wanted)}"]
    return []


def width(seen: Seen) -> list[str]:
    """Look for a chart that is not as wide as its box."""
    drawn, box = seen.picture["width"], seen.picture["box"]
    return [f"the chart is {drawn:.0f} px wide in a box of {box} px"] if abs(drawn - box) > SLACK else []


def selection(seen: Seen) -> list[str]:
    """Look for a selection in the page that is not the kernel's."""
    wanted, shown = seen.state["selection"], seen.picture["selected"]
    points = shown["points"] and [round(each) for each in shown["points"][:2]]
    if wanted is None:
        drawn = [f"points {points}"] * bool(points) + [f"a band {shown['band']}"] * bool(shown["band"])
        return [f"nothing is selected, yet {' and '.join(drawn)} are drawn"] if drawn else []
    if points != list(wanted):
        return [f"the kernel selected {list(wanted)}, the points drawn are {points}"]
    if shown["band"] != list(wanted):
        return [f"the kernel selected {list(wanted)}, the band drawn is {shown['band']}"]
    if seen.selected_prices is not None and not _alike(shown["prices"], seen.selected_prices):
        return [f"the selected points are drawn at prices {shown['prices']}, not {seen.selected_prices}"]
    return []


def brackets(seen: Seen) -> list[str]:
    """Look for brackets, signs and rows that are not the labels of the stream on disk."""
    if seen.state["labelling"]:
        # What a window was labelled with before would sway who labels it: it is not shown, nor is the list.
        shown = seen.picture["brackets"]
        return [f"in labelling mode the brackets {shown} are drawn"] if shown else []
    labels = [each for each in seen.labels.values() if each.stream == seen.state["name"]]
    low, high = seen.picture["x"]["range"]
    # What is out of sight need not be drawn, and what is cut by the edge of the chart is not if too little of it is left.
    visible = [
        each
        for each in labels
        if (low <= each.first and each.last <= high)
        or min(each.last, high) - max(each.first, low) >= STUMP * (high - low)
    ]
    wanted = sorted((each.first, each.last, SIGNS[each.label]) for each in visible)
    shown = sorted((round(each["first"]), round(each["last"]), each["sign"]) for each in seen.picture["brackets"])
    crowded = [each for each in shown if each[2] in _counts(shown)]
    said = _crowd(crowded, shown)
    if _signed(shown, crowded) != _signed(wanted, crowded):
        said.append(f"the labels on disk are {wanted}, the brackets {shown}")
    apart = [each for each in wanted if each[:2] not in [window[:2] for window in crowded]]
    in_sight = sorted(sign for first, last, sign in apart if low < (first + last) / 2 < high)
    missing = list(in_sight)
    for sign in seen.picture["signs"]:
        if sign in missing:
            missing.remove(sign)
    if missing:
        said.append(f"of the signs {' '.join(in_sight)} in sight, {' '.join(missing)} are not drawn")
    if seen.picture["listed"] != len(labels):
        said.append(f"{len(labels)} labels are on disk, {seen.picture['listed']} are listed")
    return said


_Drawn = tuple[int, int, str]


def _counts(shown: Sequence[_Drawn]) -> set[str]:
    """Return what the brackets of a crowd have for a sign: one has their number, the others nothing."""
    counts = {sign for _, _, sign in shown if sign.startswith("+")}
    return counts | {""} if counts else counts


def _crowd(crowded: Sequence[_Drawn], shown: Sequence[_Drawn]) -> list[str]:
    """Look for a number in place of signs that is wrong, or not needed."""
    told = sum(int(sign) for _, _, sign in crowded if sign)
    said = [f"{len(crowded)} brackets have no sign of their own, {told} are told of"] if told != len(crowded) else []
    # Those of a crowd found every other lane taken.
    alone = len(shown) - len(crowded)
    return said + ([f"only {alone} brackets have signs"] if crowded and alone < MOST_LANES - 1 else [])


def _signed(labels: Sequence[_Drawn], crowded: Sequence[_Drawn]) -> list[_Drawn]:
    """Return labels without the signs of those whose windows are in a crowd."""
    windows = {each[:2] for each in crowded}
    return sorted((first, last, "" if (first, last) in windows else sign) for first, last, sign in labels)


def dimmed(seen: Seen) -> list[str]:
    """Look for marks that are dimmed, as plotly leaves them after a selection."""
    return [f"dimmed: {', '.join(seen.picture['dimmed'])}"] if seen.picture["dimmed"] else []


def outline(seen: Seen) -> list[str]:
    """Look for outlines that plotly has left of a selection."""
    return [f"{seen.picture['outlines']} outlines are left"] if seen.picture["outlines"] else []


def mode(seen: Seen) -> list[str]:
    """Look for a page that is in labelling mode where the kernel is not, or the other way round."""
    page, kernel = (where["labelling"] for where in (seen.picture, seen.state))
    return [f"labelling mode is {_on(page)} in the page and {_on(kernel)} in the kernel"] if page != kernel else []


def _on(is_on: bool) -> str:
    return "on" if is_on else "off"


def theme(seen: Seen) -> list[str]:
    """Look for a page whose colours are not those of the kernel's picture."""
    page, kernel = seen.picture["dark"], seen.state["dark"]
    return [f"the page is {'dark' if page else 'light'}, the chart is not"] if page != kernel else []


PICTURE: Final[dict[str, Callable[[Seen], list[str]]]] = {
    "price": price,
    "width": width,
    "selection": selection,
    "brackets": brackets,
    "dimmed": dimmed,
    "outline": outline,
    "mode": mode,
    "theme": theme,
}
"""What has to hold after each act, by the kind of breach."""


def keys(picture: dict[str, Any]) -> list[str]:
    """Look for keys that a click on the chart has not turned on."""
    off = [] if picture["active"] else ["the keys are off"]
    return off + ([] if picture["focused"] else ["the focus is outside of the view"])


def _at(axis: dict[str, Any], value: float) -> float:
    """Return where a value lies on an axis, in pixels from its low end."""
    low, high = axis["range"]
    return float((value - low) / (high - low) * axis["length"])


def _alike(shown: list[float] | None, wanted: list[float]) -> bool:
    # Points travel as 32-bit floats.
    return shown is not None and all(abs(a - b) <= 1e-6 * abs(b) for a, b in zip(shown, wanted, strict=True))


def _range(axis: dict[str, Any]) -> str:
    return "{:g} to {:g}".format(*axis["range"])


def _pixels(ends: Sequence[float]) -> str:
    return "{:.0f} to {:.0f}".format(*ends)
