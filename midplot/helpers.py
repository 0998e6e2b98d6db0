"""What a notebook needs to write an attacker: ``wrap``, from an attacker class to an infer function."""

from __future__ import annotations

from midplot.play._attacker import wrap

__all__ = ["wrap"]
