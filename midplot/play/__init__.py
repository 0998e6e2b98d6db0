"""One attacker on one part: each message is released only after the decision on the one before it.

Inner order, each may import those before it: decision, latency, growing, raised, signature, refused; drive, lockstep,
direct; attacker, attack_file; probe, settings; engine, trial; workers, of which travel and carried come before settings.
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
