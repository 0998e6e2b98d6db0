"""Spares each pytest process two seconds: with nbval comes jsonschema, which builds a grammar that no test needs."""

from __future__ import annotations

import sys

# jsonschema does without where it is not installed.
sys.modules.setdefault("rfc3987_syntax", None)
