"""The colours can be read: enough contrast on light and on dark paper."""

from __future__ import annotations

import re

import pytest

from midplot.views.chart._palette import DARK, LIGHT, css_variables


def luminance(color):
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """Return the ratio of WCAG 2.1."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("name", ["ink", "muted", "up", "down"])
@pytest.mark.parametrize("ground", ["paper", "raised"])
def test_words_can_be_read(palette, name, ground):
    assert contrast(getattr(palette, name), getattr(palette, ground)) >= 4.3


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("name", ["realized", "equity", "latency", "budget", "unresolved"])
def test_lines_can_be_seen(palette, name):
    assert contrast(getattr(palette, name), palette.paper) >= 3


def test_css_variables_name_every_colour():
    declared = re.findall(r"--midplot-([a-z-]+): [^;]+", css_variables(DARK))
    assert declared == [name.replace("_", "-") for name in DARK.__dataclass_fields__]
