"""The accounts of a replay as the state of the view's table: numbers to sort by, and their texts."""

from __future__ import annotations

import math
from typing import Any

from midplot._text import with_minus
from midplot.errors import legible
from midplot.money._account import StreamAccount
from midplot.money._columns import COLUMNS, AccountRow, row_of

__all__ = ["AccountsRows"]

LARGEST = 1e300
"""Sent in place of infinity, which JSON does not have; it sorts the same way."""

Row = dict[str, Any]


class AccountsRows:
    """Creates the rows of a table, and reuses those of streams that have not changed."""

    def __init__(self) -> None:
        # By stream id. Accounts are never changed, only replaced, so the same object has the same row.
        self._made: dict[int, tuple[StreamAccount, Row]] = {}

    def table(self, streams: list[StreamAccount], total: AccountRow, current: int | None) -> dict[str, Any]:
        """Return the table's state: columns, one row per stream, the total, and the id of the stream that is shown."""
        rows = [self._row(each) for each in streams]
        headings = [{"key": "stream", "text": "Stream", "help": "Click a row to see the stream."}]
        headings += [{"key": column.key, "text": column.heading, "help": column.help} for column in COLUMNS]
        last = {"id": None, "cells": _cells(total)} if rows else None
        return {"columns": headings, "rows": rows, "total": last, "current": current}

    def _row(self, account: StreamAccount) -> Row:
        known, row = self._made.get(account.stream_id, (None, {}))
        if known is not account:
            row = {"id": account.stream_id, "cells": _cells(row_of(account))}
            self._made[account.stream_id] = (account, row)
        return row


def _cells(row: AccountRow) -> list[dict[str, Any]]:
    numbers = [{"text": with_minus(column.text(row)), "value": _sendable(column.value(row))} for column in COLUMNS]
    # A name is sorted by its text, a number by its value.
    return [{"text": legible(row.title), "value": legible(row.title)}, *numbers]


def _sendable(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else max(-LARGEST, min(LARGEST, value))
