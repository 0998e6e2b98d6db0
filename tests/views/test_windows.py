"""What a chart shows first: a whole stream, or one part if the parts lie too far apart."""

from __future__ import annotations

import numpy as np

from midplot.views.chart._windows import MOST_WINDOWS, opening_window, part_windows

from .made import a_part, a_stream

LOW = a_part([10.0, 12.0, 11.0, 10.5])
NEAR = a_part([11.0, 13.0, 12.0], [1, 0, 0], first_index=5, part=1)
FAR = a_part([9000.0, 9002.0, 9001.0], [1, 0, 0], first_index=5, part=1)


def test_one_part_needs_no_windows():
    assert part_windows(a_stream(LOW)) == []
    assert opening_window([]) is None


def test_a_window_holds_its_part():
    first, second = part_windows(a_stream(LOW, FAR))
    assert (first.label, first.first, first.last, first.n_ticks, first.n_decisions) == ("Part 0", 0, 3, 4, 0)
    assert (second.label, second.first, second.last, second.n_ticks, second.n_decisions) == ("Part 1", 5, 7, 3, 1)
    assert first.x_range[0] < 0 < 3 < first.x_range[1]
    assert second.y_range[0] < 9000 < 9002 < second.y_range[1]


def test_parts_that_lie_together_are_shown_together():
    assert opening_window(part_windows(a_stream(LOW, NEAR))) is None


def test_parts_far_apart_open_on_the_one_with_the_most_decisions():
    windows = part_windows(a_stream(LOW, FAR))
    assert opening_window(windows) is windows[1]


def test_without_decisions_they_open_on_the_longest():
    windows = part_windows(a_stream(LOW, a_part([9000.0, 9001.0], first_index=5, part=1)))
    assert opening_window(windows) is windows[0]


def test_flat_parts_have_some_height():
    windows = part_windows(a_stream(a_part(np.zeros(3)), a_part(np.full(3, 50.0), first_index=4, part=1)))
    assert all(window.low < window.high for window in windows)


def test_parts_without_ticks_have_no_window():
    unreached = a_part([9000.0], [], first_index=5, part=1, complete=False)
    assert part_windows(a_stream(LOW, unreached)) == []


def test_many_parts_are_bounded_to_the_longest_in_order():
    parts = [a_part(np.arange(1.0 + i % 7), first_index=10 * i, part=i) for i in range(200)]
    windows = part_windows(a_stream(*parts))
    assert len(windows) == MOST_WINDOWS
    assert [window.first for window in windows] == sorted(window.first for window in windows)
    assert min(window.n_ticks for window in windows) >= 6
