"""Finds the streams that something was saved about, by their fingerprints, among those that are given later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from midplot.errors import StreamError
from midplot.scenarios._selection import fingerprint
from midplot.streams._inputs import as_sources
from midplot.streams._stream import Stream

__all__ = ["matched_streams"]


def matched_streams(
    wanted: Iterable[Mapping[str, Any]],
    streams: Any,
    stop_index: int | None,
    when: str,
    advice: str = "Give the streams that were replayed, unchanged.",
) -> list[Stream]:
    """Return the wanted streams, with the ids and names that they had when they were saved.

    Parameters
    ----------
    wanted
        For each stream its ``stream_id``, ``name`` and ``fingerprint``.
    streams
        The streams, as for `replay`. There may be more of them, in any order.
    stop_index
        The index up to which they were read.
    when
        When they were saved, for the error.
    advice
        What to do if one is not found.

    Raises
    ------
    StreamError
        If a stream is missing, or has changed since.
    """
    given = [source.read(stop_index) for source in as_sources(streams)]
    known: dict[str, list[Stream]] = {}
    for stream in given:
        known.setdefault(fingerprint(stream.values), []).append(stream)
    return [_found(each, known, given, when, advice) for each in wanted]


def _found(
    wanted: Mapping[str, Any], known: dict[str, list[Stream]], given: list[Stream], when: str, advice: str
) -> Stream:
    stream_id, name, digest = wanted["stream_id"], wanted["name"], wanted["fingerprint"]
    same = known.get(digest, [])
    if same:
        # Two streams may hold the same values: then the one in the same place is meant.
        chosen = next((each for each in same if each.stream_id == stream_id), same[0])
        return chosen.renamed(stream_id, name)
    label = f"stream {stream_id}" + (f" {name!r}" if name is not None else "")
    there = next((each for each in given if each.name == name and (name or each.stream_id == stream_id)), None)
    if there is None:
        what = f"none of the streams given has the prices that it had when {when} (fingerprint {digest})"
    else:
        what = f"its prices have changed since {when} (fingerprint {digest} then, {fingerprint(there.values)} now)"
    raise StreamError(what, where=label, advice=advice)
