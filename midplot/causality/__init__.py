"""Whether an attacker peeked: what it holds, what it reads, and what it decides on altered and reshuffled streams.

Inner order, each may import those before it: named, numbers, evidence; reach, stretch; made_of, statistics, selected;
holds; reads, read_data; leak and anchored, which do not know each other; fresh; verification; verify.
"""

from typing import TYPE_CHECKING

from midplot._door import door

if TYPE_CHECKING:
    from midplot.causality._verification import Change, Verification

__all__ = ["Change", "Verification"]

__getattr__, __dir__ = door(
    __name__,
    {
        "_verification": ("Change", "Verification"),
    },
)
