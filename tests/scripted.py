"""An attacker that decides what a table says, so that a plain loop knows its decisions."""

from __future__ import annotations


def scripted(table):
    """Return an attacker whose decision goes by the price and the number of the tick in its part."""

    class Scripted:
        def __init__(self):
            self.tick = -1

        def tick_and_predict(self, x, horizon):
            self.tick += 1
            return table[(self.tick + int(x)) % len(table)]

    return Scripted
