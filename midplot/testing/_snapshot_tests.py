"""Snapshots as tests under pytest: one test per stream, which fails with what has changed there.

It is loaded by the plugin when it finds the file of a snapshot.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from midplot.checks._check_snapshot import KeptReplay, streams_of
from midplot.errors import MidplotError, ScenarioError, legible
from midplot.evidence.snapshots._file import load_snapshot
from midplot.evidence.snapshots._snapshot import Snapshot
from midplot.play._raised import own_frames
from midplot.testing._test_names import readable_name, unique

__all__ = ["SnapshotFile", "SnapshotItem"]


class SnapshotFile(pytest.File):
    """The file of a snapshot.

    Parameters
    ----------
    infer
        The attacker under test.
    again
        The command that takes the snapshot again.
    shown
        The file, for people.
    """

    def __init__(self, *, infer: Any, again: str, shown: str, **given: Any) -> None:
        super().__init__(**given)
        self.infer = infer
        self.again = again
        self._shown = shown
        self._snapshot: Snapshot | None = None

    def collect(self) -> Iterator[SnapshotItem]:
        """Yield one test per stream. The streams themselves are read when the first of them runs.

        Raises
        ------
        pytest.Collector.CollectError
            If the file cannot be used.
        """
        try:
            self._snapshot = load_snapshot(self.path)
        except ScenarioError as error:
            raise self.CollectError(str(error)) from error
        names = unique(readable_name(stream.title) for stream in self._snapshot.streams)
        for place, name in enumerate(names):
            yield SnapshotItem.from_parent(self, name=name, place=place)

    @cached_property
    def replays(self) -> list[KeptReplay]:
        """The replay of each stream of the snapshot."""
        assert self._snapshot is not None  # only a test that was collected asks for it
        # There is no option for other data: a test that passes on one machine has to pass on another.
        streams = streams_of(self._snapshot, self.path, option="midplot check --data")
        whole = KeptReplay(self._snapshot, self.path, streams, self._shown)
        return [replay for _, replay in whole.by_stream()]


class SnapshotItem(pytest.Item):
    """One stream of a snapshot as a test of the attacker."""

    def __init__(self, *, place: int, **given: Any) -> None:
        super().__init__(**given)
        self._place = place

    def runtest(self) -> None:
        """Replay the stream, and compare every decision."""
        file = self.parent
        assert isinstance(file, SnapshotFile)
        try:
            check = file.replays[self._place].check(file.infer, again=file.again)
        except MidplotError as error:
            pytest.fail(str(error), pytrace=False)
        if check.error is not None and not isinstance(check.error, MidplotError):
            own_frames(check.error)
            self.add_report_section("call", "traceback", legible("".join(traceback.format_exception(check.error))))
        if not check.ok:
            pytest.fail("\n".join(check.lines()), pytrace=False)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return the file of the test and its name."""
        return self.path, None, self.name
