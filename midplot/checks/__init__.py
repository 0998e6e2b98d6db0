"""Whether an attacker did what was expected: verdicts, the check of a movie, its report, and two reports compared.

Inside, each module may import those before it: verdict, readiness, checker; snapshot check; against
snapshot; tally, report; comparison, check; check snapshot, which replays.
"""

from typing import TYPE_CHECKING

from midplot._door import door

if TYPE_CHECKING:
    from midplot.checks._check import check
    from midplot.checks._check_snapshot import check_snapshot
    from midplot.checks._comparison import Comparison
    from midplot.checks._report import CheckReport
    from midplot.checks._snapshot_check import SnapshotCheck
    from midplot.checks._verdict import Check, Reason

__all__ = ["Check", "CheckReport", "Comparison", "Reason", "SnapshotCheck", "check", "check_snapshot"]

__getattr__, __dir__ = door(
    __name__,
    {
        "_check": ("check",),
        "_check_snapshot": ("check_snapshot",),
        "_comparison": ("Comparison",),
        "_report": ("CheckReport",),
        "_snapshot_check": ("SnapshotCheck",),
        "_verdict": ("Check", "Reason"),
    },
)
