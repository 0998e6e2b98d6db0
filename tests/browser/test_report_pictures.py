"""The report page as a person sees it on a phone, a notebook and a screen, in light and dark."""

import pytest

from midplot import replay
from midplot.examples import MomentumAttacker
from midplot.streams import load_streams


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Return the path of a report on the embedded sample."""
    _, streams = load_streams()
    return replay(streams, infer=MomentumAttacker).to_html(tmp_path_factory.mktemp("report") / "report.html")


@pytest.mark.parametrize("width", [400, 1600])
def test_the_page_is_painted_within_its_width(open_tab, report, width):
    tab = open_tab(width=width, height=900)
    tab.open_file(report)
    low, high = tab.plot().x_range()
    assert len(tab.plot().trace_points("Realized")) > 500
    left, _ = tab.plot().data_to_page(low)
    right, _ = tab.plot().data_to_page(high)
    assert 0 <= left < right <= width
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.screenshot("page", full_page=True).exists()
