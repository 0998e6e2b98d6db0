"""What is left behind when the cell with a view is run again and again, in a real JupyterLab."""

from __future__ import annotations

import pytest

from .subject import Subject
from .table import Row

__all__ = ["rerun_rows"]

RERUNS = 25

MOST = 1.2
"""What there is after all runs ÷ after one."""

_WHAT = {
    "reload": "seconds of a reload",
    "heap": "memory of the page",
    "resident": "memory of the kernel",
    "widgets": "widgets",
}


def rerun_rows(subject: Subject) -> list[Row]:
    """Run the cell 25 times more, and compare with one run."""
    # Here, for pytest looks for doctests in this module, and calls the browser tests by another name.
    from tests.browser.walk.__main__ import opened
    from tests.browser.walk.reruns import measured
    from tests.browser.walk.walk import SAMPLE

    try:
        with opened(SAMPLE) as notebook:
            found = measured(notebook, 3 if subject.quick else RERUNS)
    except pytest.fail.Exception as missing:  # what the browser tests say where there is no Chromium
        return [Row("what re-runs of a cell leave behind", None, note=str(missing))]
    ratios = found.ratios()
    return [
        Row(f"{words}, after {RERUNS} re-runs of the cell ÷ after one run", ratios[name], MOST, note=str(found.often))
        for name, words in _WHAT.items()
    ]
