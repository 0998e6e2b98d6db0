"""What was earned: the rules of scoring, the accounts of parts and streams, the ledger of a replay, its tables.

Inside, each may import those before it: tally and latencies; scoring; account; looks; ledger and times of ticks; columns and
key figures; frames.
"""

from typing import TYPE_CHECKING

from midplot._door import door

if TYPE_CHECKING:
    from midplot.money._account import StreamAccount

__all__ = ["StreamAccount"]

__getattr__, __dir__ = door(
    __name__,
    {
        "_account": ("StreamAccount",),
    },
)
