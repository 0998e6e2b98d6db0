"""What midplot shows as HTML in the page of a host, light or dark, known or not: everything on it can be read."""

from __future__ import annotations

import pytest

from midplot.views.panel._elsewhere import note
from tests.views.test_host_page import FRAGMENTS

# The least contrast of a text with what is behind it, each a mix of all that lies above one another there.
CONTRASTS = """
() => {
  const parse = (colour) => {
    const numbers = colour.match(/[\\d.]+/g).map(Number);
    const scale = colour.startsWith("color(srgb") ? 255 : 1;
    return [...numbers.slice(0, 3).map((each) => each * scale), numbers[3] ?? 1];
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((each, i) => each * a + below[i] * (1 - a));
  const behind = (element) => {
    if (!element) return [255, 255, 255];
    return over(parse(getComputedStyle(element).backgroundColor), behind(element.parentElement));
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const isText = (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim();
  return [...document.body.querySelectorAll("*:not(style, script, title)")]
    .filter((element) => [...element.childNodes].some(isText))
    .map((element) => {
      const { color, fill } = getComputedStyle(element);
      const ground = behind(element);
      const ink = over(parse(element instanceof SVGElement ? fill : color), ground);
      return [element.textContent.trim().slice(0, 30), contrast(ink, ground)];
    });
}
"""


# Unknown hosts say nothing of their colours; JupyterLab says all of its theme in variables.
JUPYTER_LIGHT = (
    "--jp-layout-color0: #fff; --jp-layout-color1: #fff; --jp-content-font-color1: rgba(0, 0, 0, 0.87);"
    "--jp-content-font-color2: rgba(0, 0, 0, 0.54); --jp-border-color2: #e0e0e0"
)
JUPYTER_DARK = (
    "--jp-layout-color0: #111; --jp-layout-color1: #212121; --jp-content-font-color1: #fff;"
    "--jp-content-font-color2: rgba(255, 255, 255, 0.7); --jp-border-color2: #424242"
)
HOSTS = {
    "light": ("#ffffff", "#111111", ""),
    "dark": ("#181c1a", "#eceef0", ""),
    "JupyterLab light": ("#ffffff", "rgba(0, 0, 0, 0.87)", JUPYTER_LIGHT),
    "JupyterLab dark": ("#111111", "#ffffff", JUPYTER_DARK),
}
ROOTS = {"raised": "midplot-check", "disagreements": "midplot-comparison", "agreement": "midplot-comparison"}
"""The class of what stands around fragments that are a part of something."""


def all_fragments():
    inside = {name: f'<div class="{ROOTS[name]}">{FRAGMENTS[name]()}</div>' for name in ROOTS}
    return {**{name: make() for name, make in FRAGMENTS.items()}, **inside, "note": note("What to do elsewhere.")}


@pytest.mark.parametrize("host", HOSTS)
def test_every_text_can_be_read_in_the_page_of_a_host(open_tab, tmp_path, host):
    ground, ink, variables = HOSTS[host]
    shown = all_fragments()
    file = tmp_path / "host.html"
    style = f"background: {ground}; color: {ink}; {variables}"
    file.write_text(
        f"<!doctype html><meta charset=utf-8><body style='{style}'>{''.join(shown.values())}</body>", "utf-8"
    )
    tab = open_tab(width=900, height=900)
    tab.open_file(file)
    contrasts = tab.page.evaluate(CONTRASTS)
    tab.screenshot("page", full_page=True)
    assert len(contrasts) > 200
    assert [each for each in contrasts if each[1] < 4.5] == []
