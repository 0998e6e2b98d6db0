"""The accounts of a replay as the state of the view's table: numbers to sort by, and their texts."""

from __future__ import annotations

import math
from typing import Any

from midplot._text import with_minus
from midplot.errors import legible
from midplot.evidence._luck import interval_of_stream
from midplot.evidence._words import interval_words
from midplot.money._account import StreamAccount
from midplot.money._columns import COLUMNS, AccountRow, row_of

__all__ = ["AccountsRows"]

LARGEST = 1e300
"""Sent in place of infinity, which JSON does not have; it sorts the same way."""

_SCORE = 1 + [column.key for column in COLUMNS].index("total_profit")
"""The place of the score among the cells of a row, the first of which is the name."""

Row = dict[str, Any]


class AccountsRows:
    """Creates the rows of a table, and reuses those of streams that have not changed."""

    def __init__(self) -> None:
        # By stream id. Accounts are never changed, only replaced, so the same object has the same row.
        self._made: dict[int, tuple[StreamAccount, bool, Row]] = {}

    def table(
        self, streams: list[StreamAccount], total: AccountRow, current: int | None, horizon: int | None = None
    ) -> dict[str, Any]:
        """Return the table's state.

        Parameters
        ----------
        streams
            The accounts of the streams.
        total
            The row of all streams.
        current
            The id of the stream that is shown.
        horizon
            That of the replay once it has ended: each score then says in which interval it lies. None while it is running.
        """
        rows = [self._row(each, horizon) for each in streams]
        headings = [{"key": "stream", "text": "Stream", "help": "Click a row to see the stream."}]
        headings += [{"key": column.key, "text": column.heading, "help": column.help} for column in COLUMNS]
        last = {"id": None, "cells": _cells(total)} if rows else None
        return {"columns": headings, "rows": rows, "total": last, "current": current}

    def _row(self, account: StreamAccount, horizon: int | None) -> Row:
        known, has_ended, row = self._made.get(account.stream_id, (None, False, {}))
        if known is not account or has_ended != (horizon is not None):
            row = {"id": account.stream_id, "cells": _cells(row_of(account))}
            if horizon is not None:
                # Not while the replay is running: it would be computed again at each refresh.
                row["cells"][_SCORE]["title"] = with_minus(interval_words(interval_of_stream(account, horizon)))
            self._made[account.stream_id] = (account, horizon is not None, row)
        return row


def _cells(row: AccountRow) -> list[dict[str, Any]]:
    numbers = [{"text": with_minus(column.text(row)), "value": _sendable(column.value(row))} for column in COLUMNS]
    # A name is sorted by its text, a number by its value.
    return [{"text": legible(row.title), "value": legible(row.title)}, *numbers]


def _sendable(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else max(-LARGEST, min(LARGEST, value))
