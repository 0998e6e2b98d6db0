"""Whether an attacker peeked: replays on shortened, altered and reshuffled streams.

Inside, each may import those before it: leak, anchored, verify.
"""

from typing import TYPE_CHECKING

from midplot._door import door

if TYPE_CHECKING:
    from midplot.causality._verify import Change, Verification

__all__ = ["Change", "Verification"]

__getattr__, __dir__ = door(
    __name__,
    {
        "_verify": ("Change", "Verification"),
    },
)
