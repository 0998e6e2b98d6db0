"""What a report says of where it comes from: whose attacker, which data, which rules, made when and by what."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from html import escape

import numpy as np

from midplot._plain import finite
from midplot._text import clipped, counted
from midplot.evidence.runs._provenance import Provenance, attacker_and_file
from midplot.money._ledger import Ledger
from midplot.money._when import first_and_last
from midplot.views.chart._clock import time_texts

__all__ = ["About", "about_line", "about_list", "together"]

LONGEST_PARAMETERS = 1_500
"""Most characters of the hyper-parameters: someone may pass the weights of a network."""


@dataclass(frozen=True, slots=True)
class About:
    """Where a report comes from.

    Attributes
    ----------
    provenance
        Where the decisions came from.
    fingerprint
        Digest of the values of all streams.
    version
        Version of midplot.
    made
        When the page was made.
    """

    provenance: Provenance
    fingerprint: str
    version: str
    made: datetime


def together(fingerprints: list[str]) -> str:
    """Return the fingerprint of several streams, which depends on their order.

    Examples
    --------
    >>> together(["sha256:dc91ce9a50ddc828"])
    'sha256:dc91ce9a50ddc828'
    """
    if len(fingerprints) == 1:
        return fingerprints[0]
    return f"sha256:{sha256(' '.join(fingerprints).encode()).hexdigest()[:16]}"


def about_list(ledger: Ledger, about: About) -> str:
    """Return a definition list as HTML."""
    rows = [*_attacker(about.provenance), *_data(ledger, about.fingerprint), ("Rules", _rules(ledger))]
    rows.append(("Made", _made(about.version, about.made)))
    return "".join(f"<div><dt>{name}</dt><dd>{escape(text)}</dd></div>" for name, text in rows if text)


def about_line(attacker: str, version: str, made: datetime) -> str:
    """Return whose page it is, when it was made and by what, as one line of HTML."""
    return f"<bdi>{escape(clipped(attacker, 160))}</bdi> · made {escape(_made(version, made))}"


def _attacker(origin: Provenance) -> Iterator[tuple[str, str]]:
    yield "Attacker", clipped(attacker_and_file(origin.attacker, origin.file), 160)
    source = origin.source or "not known"
    yield "Source", f"{source} · commit {origin.commit[:12]}" if origin.commit else source
    if origin.hyper_parameters is not None:
        yield (
            "Hyper-parameters",
            clipped(json.dumps(finite(origin.hyper_parameters), ensure_ascii=False), LONGEST_PARAMETERS),
        )


def _data(ledger: Ledger, fingerprint: str) -> Iterator[tuple[str, str]]:
    places = dict.fromkeys(stream.place or "given in memory" for stream in ledger.sources.values())
    size = f"{counted(len(ledger.streams), 'stream')}, {counted(ledger.n_ticks, 'scored tick')}"
    yield "Data", f"{clipped(', '.join(places), 200)} · {size}"
    yield "Times", _times(ledger)
    yield "Fingerprint", f"{fingerprint} of the data"


def _times(ledger: Ledger) -> str:
    """Return the first and the last time of all scored ticks; an empty text if they have none."""
    ends = [end for account in ledger.streams.values() for end in first_and_last(account)]
    known = np.array([end for end in ends if not np.isnat(end)], dtype="datetime64[ns]")
    if not len(known):
        return ""
    return " to ".join(time_texts(np.array([known.min(), known.max()])))


def _rules(ledger: Ledger) -> str:
    settings = ledger.settings
    rules = [f"horizon {settings.horizon}", f"epsilon {settings.epsilon:g}"]
    if settings.start_index or settings.stop_index is not None:
        rules.append(f"scored from {settings.start_index:,} to {settings.stop_index or 'the end'}")
    if settings.warmup:
        rules.append(f"warm-up of {counted(settings.warmup, 'tick')}")
    if settings.backoff > 1:
        rules.append(f"backoff {settings.backoff}")
    if settings.with_trading_lag:
        rules.append("with a trading lag of one tick")
    return " · ".join(rules)


def _made(version: str, made: datetime) -> str:
    return f"{made.astimezone(UTC):%Y-%m-%d %H:%M} UTC · midplot {version}, Python {platform.python_version()}"
