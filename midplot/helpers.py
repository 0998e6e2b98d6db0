"""The helper that the quickstarter's notebook imports: ``wrap`` makes an infer function from an attacker class."""

from __future__ import annotations

from midplot.play._attacker import wrap

__all__ = ["wrap"]
