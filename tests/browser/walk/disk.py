"""The labels on disk: what each file holds, and what an act has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from midplot.game import LABELS

_NAMES = {each.decision: each.name for each in LABELS}


@dataclass(frozen=True)
class Label:
    """One file: whose window it labels, and the digest of all that it holds."""

    stream: str
    first: int
    last: int
    label: str
    digest: str


Labels = Mapping[str, Label]
"""The labels of a folder by the names of their files."""


def labels_in(folder: Path) -> dict[str, Label]:
    """Read every scenario file of a folder, which need not exist."""
    return {path.name: _label(path.read_bytes()) for path in sorted(folder.glob("*.json"))}


def _label(content: bytes) -> Label:
    record: dict[str, Any] = json.loads(content)
    window = record["selection"]
    name = _NAMES[float(record["expected"])]
    digest = hashlib.sha256(content).hexdigest()
    return Label(window["stream_name"], window["first"], window["last"], name, digest)


def changed(before: Labels, after: Labels) -> dict[str, tuple[Label | None, Label | None]]:
    """Return the files that were added, changed or removed, each with what it held before and what it holds now."""
    names = sorted({*before, *after})
    pairs = {name: (before.get(name), after.get(name)) for name in names}
    return {name: (old, new) for name, (old, new) in pairs.items() if old != new}
