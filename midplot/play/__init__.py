"""One attacker on one part: the next message is released after the decision on the last.

Inside, each may import those before it: decision, latency, lockstep; attacker, attack file; probe, settings; engine;
trial; workers.
"""

from typing import TYPE_CHECKING

from midplot._door import door

if TYPE_CHECKING:
    from midplot.play._engine import Progress
    from midplot.play._latency import Latency
    from midplot.play._probe import Probe
    from midplot.play._settings import ReplaySettings

__all__ = ["Latency", "Probe", "Progress", "ReplaySettings"]

__getattr__, __dir__ = door(
    __name__,
    {
        "_engine": ("Progress",),
        "_latency": ("Latency",),
        "_probe": ("Probe",),
        "_settings": ("ReplaySettings",),
    },
)
