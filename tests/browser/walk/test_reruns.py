"""A cell that is run again leaves nothing of its former view behind, in the kernel or in the page."""

from __future__ import annotations

from .reruns import left, run_again


def test_widgets_do_not_grow_with_each_run(walked):
    once = left(walked, 1)
    again = run_again(walked, 5)
    assert (again.widgets, again.comms, again.models) == (once.widgets, once.comms, once.models)
