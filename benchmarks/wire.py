"""Counts what widgets send to the page: JSON and buffers, in kB on the wire."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import comm
from comm.base_comm import BaseComm

__all__ = ["Wire", "wire"]


class Wire:
    """What was sent since the last call, in kB: to open widgets, their scripts included, and after that."""

    def __init__(self) -> None:
        self._opening = self._updates = 0

    def note(self, n_bytes: int, *, opening: bool) -> None:
        """Count a message."""
        if opening:
            self._opening += n_bytes
        else:
            self._updates += n_bytes

    def opening(self) -> float:
        """Return what was sent to open widgets."""
        n_bytes, self._opening = self._opening, 0
        return n_bytes / 1e3

    def updates(self) -> float:
        """Return what was sent to widgets that were open."""
        n_bytes, self._updates = self._updates, 0
        return n_bytes / 1e3


@contextmanager
def wire() -> Iterator[Wire]:
    """Count what widgets made in this context send. Writing it as JSON is part of their cost."""
    sent = Wire()

    class Counted(BaseComm):
        def publish_msg(
            self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **_: Any
        ) -> None:
            n_bytes = len(json.dumps(data)) + sum(memoryview(each).nbytes for each in buffers or ())
            sent.note(n_bytes, opening=msg_type == "comm_open")

    with patch.object(comm, "create_comm", Counted):
        yield sent
