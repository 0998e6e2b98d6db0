"""The cards in the page of a front end that midplot does not know, light or dark: everything on them can be read."""

from __future__ import annotations

import pytest

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


@pytest.mark.parametrize(("ground", "ink"), [("#ffffff", "#111111"), ("#181c1a", "#eceef0")], ids=["light", "dark"])
def test_every_text_can_be_read_on_a_page_with_no_variables_of_jupyter(open_tab, tmp_path, ground, ink):
    shown = "\n".join(FRAGMENTS[name]() for name in ("result", "check", "comparison", "still"))
    file = tmp_path / "host.html"
    page = f"<!doctype html><meta charset=utf-8><body style='background: {ground}; color: {ink}'>{shown}</body>"
    file.write_text(page, encoding="utf-8")
    tab = open_tab(width=900, height=900)
    tab.open_file(file)
    contrasts = tab.page.evaluate(CONTRASTS)
    tab.screenshot("page", full_page=True)
    assert len(contrasts) > 60
    assert [each for each in contrasts if each[1] < 3] == []
