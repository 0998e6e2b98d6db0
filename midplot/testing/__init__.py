"""A conformance suite that users run on their own attackers: ``check_attacker(MyAttacker)``.

Inner order, each may import those before it: subject, conformance, report, suite. Apart from these, and for the pytest
plugin: the names of tests, snapshots as tests.
"""

from midplot.testing._report import AttackerReport, ConformanceError, Result
from midplot.testing._suite import CHECKS, check_attacker

__all__ = ["CHECKS", "AttackerReport", "ConformanceError", "Result", "check_attacker"]
