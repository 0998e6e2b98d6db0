"""Forty acts at random, on two seeds, on streams that jump at their gaps: after each, all is as it should be."""

from __future__ import annotations

import pytest

from .walk import Walk, report

ACTS = 40


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_wrong_after_any_act(walked, seed):
    walk = Walk(walked, seed)
    walk.go(ACTS)
    assert len(walk.done) == ACTS
    assert not walk.found, report(walk)
