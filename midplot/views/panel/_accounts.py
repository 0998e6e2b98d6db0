"""The accounts of a replay as the state of the view's table: numbers to sort by, and how they are written."""

from __future__ import annotations

import math
from typing import Any

from midplot.errors import legible
from midplot.money._account import StreamAccount
from midplot.money._columns import COLUMNS, AccountRow, row_of

__all__ = ["AccountsRows"]

LARGEST = 1e300
"""What is sent in the place of infinity, which JSON does not have; it sorts alike."""

Row = dict[str, Any]


class AccountsRows:
    """Makes the rows of a table; those of streams that did not change since are kept."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[StreamAccount, Row]] = {}

    def table(self, streams: list[StreamAccount], total: AccountRow, current: int | None) -> dict[str, Any]:
        """Return the table's state: columns, one row per stream, the total, and which stream is in sight."""
        rows = [self._row(each) for each in streams]
        headings = [{"text": "Stream", "help": "Click a row to see the stream."}]
        headings += [{"text": column.heading, "help": column.help} for column in COLUMNS]
        last = {"id": None, "cells": _cells(total)} if rows else None
        return {"columns": headings, "rows": rows, "total": last, "current": current}

    def _row(self, account: StreamAccount) -> Row:
        known, row = self._made.get(account.stream_id, (None, {}))
        if known is not account:
            row = {"id": account.stream_id, "cells": _cells(row_of(account))}
            self._made[account.stream_id] = (account, row)
        return row


def _cells(row: AccountRow) -> list[dict[str, Any]]:
    numbers = [{"text": column.text(row), "value": _sendable(column.value(row))} for column in COLUMNS]
    return [{"text": legible(row.title), "value": legible(row.title)}, *numbers]


def _sendable(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else max(-LARGEST, min(LARGEST, value))
