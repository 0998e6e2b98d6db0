"""Whether an attacker peeked: it is replayed on shortened, altered and reshuffled streams.

Inner order, each may import those before it: leak and anchored, which do not know each other; verify.
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
