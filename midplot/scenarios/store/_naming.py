"""Names the files of scenarios, so that any stream name is safe on any file system."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from midplot.scenarios._scenario import UNKNOWN_STREAM, Scenario, Selection

__all__ = ["file_name", "file_stem", "own_names"]

# With label, indices, variant and hash, names then stay well below the 255 bytes, or the 143 on encrypted folders.
LONGEST_SLUG = 60


def file_stem(scenario: Scenario) -> str:
    """Return the name of a scenario's file from its label, stream and indices, without number and extension.

    It starts with a label, so it is never hidden, and never one of the names that Windows reserves.

    Parameters
    ----------
    scenario
        The scenario to be saved in the file.

    Examples
    --------
    >>> from midplot.streams._stream import Stream
    >>> selection = Selection.of(Stream(range(200), stream_id=3), 120, 180, horizon=1, epsilon=0.0025)
    >>> file_stem(Scenario(selection=selection, expected=1))
    'up_stream_3_00120-00180'
    """
    selection = scenario.selection
    # Padded, so that file managers list the windows of a stream in their order.
    indices = f"{selection.first:05d}-{selection.last:05d}"
    return "_".join(filter(None, [scenario.label.lower(), _stream_slug(selection), indices, scenario.variant]))


def file_name(stem: str, number: int) -> str:
    """Return the name of the file with the given stem and number; the first one has no number in its name."""
    return f"{stem}.json" if number == 1 else f"{stem}-{number}.json"


def own_names(stem: str, names: Iterable[str]) -> list[str]:
    """Return the file names that belong to a stem, with or without a number, in order.

    Examples
    --------
    >>> own_names("up_a_00001-00002", ["up_a_00001-00002-2.json", "up_a_00001-00002.json", "up_a_00001-00002x.json"])
    ['up_a_00001-00002.json', 'up_a_00001-00002-2.json']
    """
    pattern = re.compile(rf"{re.escape(stem)}(?:-([0-9]+))?\.json", re.IGNORECASE)
    alike = (name for name in names if name.lower().startswith(stem))  # saves most of the work in a large folder
    matches = [found for found in map(pattern.fullmatch, alike) if found]
    return [found[0] for found in sorted(matches, key=lambda found: (len(found[0]), found[0]))]


def _stream_slug(selection: Selection) -> str:
    if selection.stream_name is not None:
        return slug(selection.stream_name)
    return "stream_unknown" if selection.stream_id == UNKNOWN_STREAM else f"stream_{selection.stream_id}"


def slug(name: str) -> str:
    """Return a name converted to lower-case ASCII letters, digits, hyphens and underscores.

    If that changes the name, a hash of the original is appended: ``EURUSD`` and ``eurusd`` then have two files even
    on a file system that ignores case.

    Examples
    --------
    >>> slug("eurusd"), slug("../EUR")
    ('eurusd', 'eur-0cf4109d')
    """
    clean = re.sub(r"[^a-z0-9_-]+", "_", name.lower()).strip("_-")[:LONGEST_SLUG]
    if clean == name and clean:
        return clean
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]  # part of file names that exist: never change it
    return f"{clean}-{digest}" if clean else digest
