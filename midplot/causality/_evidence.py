"""What earnings on data that were not shown say: how far beyond chance, and what this much data could have shown."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LEAK_Z", "MARGIN", "Earnings"]

LEAK_Z = 4.0
"""Standard deviations beyond which chance is no explanation: its odds are about 1 in 30,000."""

MARGIN = 2.0
"""Standard deviations by which it has to earn more where it can be a leak than where it cannot."""


@dataclass(frozen=True, slots=True)
class Earnings:
    """What decisions on surrogates earn on the original.

    Attributes
    ----------
    z
        Standard deviations above chance.
    rival
        The largest z of the same decisions where no leak can be: on the original at other ticks, and on other streams.
        A season, and a shape that streams share, earn there as well.
    perfect
        The z of a perfect leak that decides at the same ticks.
    """

    z: float
    rival: float
    perfect: float

    @property
    def needed(self) -> float:
        """The z from which it is a leak."""
        return max(LEAK_Z, self.rival + MARGIN)

    @property
    def is_leak(self) -> bool:
        """Whether neither chance nor what repeats explains the earnings."""
        return self.z > self.needed

    @property
    def smallest(self) -> float | None:
        """The share of right decisions from which a leak would have been found here; None if not even a perfect one."""
        # A leak that is right in a share h of its decisions has 2h - 1 times the z of a perfect one.
        share = 0.5 + 0.5 * self.needed / self.perfect if self.perfect > 0 else 1.0
        return share if share < 1 else None
