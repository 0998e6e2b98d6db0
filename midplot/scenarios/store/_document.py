"""Converts scenarios and movies to the bytes of their files and back."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from pydantic_core import from_json

from midplot._text import printable
from midplot.errors import ScenarioError
from midplot.scenarios._scenario import SCENARIO_FORMAT, VERSION, Scenario, Selection
from midplot.scenarios.store._legacy import check_expected, first_version_scenario, is_first_version

__all__ = [
    "MOVIE_FORMAT",
    "check_movie",
    "check_writable",
    "encode_movie",
    "encode_scenario",
    "is_movie",
    "movie_entries",
    "movie_schema",
    "parse",
    "scenario_of",
]

MOVIE_FORMAT: Final = "midplot.movie"
"""The value of ``format`` in a movie's file."""

# Possessive quantifiers: without them, a file with a missing quote would make the search go back again and again.
_TEXTS = re.compile(rb'"(?:[^"\\]|\\.)*+"(\s*+:)?', re.DOTALL)
"""The strings in a JSON document, each with the colon that follows it if it is a key."""


def check_writable(scenario: Scenario) -> None:
    """Refuse a scenario with half a character (a lone surrogate) in one of its texts: no file could hold it.

    Raises
    ------
    ScenarioError
        If one of the texts cannot be encoded.
    """
    selection = scenario.selection
    texts = {"stream's name": selection.stream_name, "fingerprint": selection.fingerprint, "note": scenario.note}
    for name, text in [*texts.items(), ("origin", scenario.origin), *(("tag", tag) for tag in scenario.tags)]:
        try:
            (text or "").encode()
        except UnicodeEncodeError as error:
            raise ScenarioError(
                f"its {name} is {text!a:.60}, which no file can hold ({error.reason})",
                where="scenario",
                advice="Give whole characters.",
            ) from error


def encode_scenario(scenario: Scenario) -> bytes:
    """Return the content of a scenario's file: UTF-8, one field per line, every float exact."""
    return (_laid_out(scenario.model_dump(mode="json")) + "\n").encode()


def encode_movie(scenarios: Iterable[Scenario], raw: Iterable[bytes] = (), more: dict[str, Any] | None = None) -> bytes:
    """Return the content of a movie's file.

    Parameters
    ----------
    scenarios
        The scenarios of the movie.
    raw
        The text of entries to append unchanged: those that cannot be read, and are kept nevertheless.
    more
        What else the file holds, by key.
    """
    listed = [scenario.model_dump(mode="json") for scenario in scenarios]
    whole = _laid_out({"format": MOVIE_FORMAT, "version": VERSION, **(more or {}), "scenarios": listed}) + "\n"
    rest = [b"    " + each for each in raw]
    if not rest:
        return whole.encode()
    # The list of scenarios is the last key, so the raw entries go between its last entry and the closing brackets.
    start, separator = (whole[: -len("\n  ]\n}\n")], ",\n") if listed else (whole[: -len("]\n}\n")], "\n")
    return (start + separator).encode() + b",\n".join(rest) + b"\n  ]\n}\n"


def movie_schema() -> dict[str, Any]:
    """Return the JSON schema of a movie's file in the current version."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "movie.schema.json",
        "title": "Movie",
        "description": "An ordered set of scenarios in one file.",
        "type": "object",
        "properties": {
            "format": {"const": MOVIE_FORMAT},
            "version": {"const": VERSION},
            "scenarios": {"type": "array", "items": {"$ref": "scenario.schema.json"}},
        },
        "required": ["format", "version", "scenarios"],
    }


def _laid_out(value: Any, margin: str = "") -> str:
    """Return JSON with one line per entry of an object, or of a list of objects; anything else is on one line.

    Diffs are then short, and a thousand prices do not fill a thousand lines.
    """
    deeper = margin + "  "
    if isinstance(value, dict):
        entries = [f"{deeper}{json.dumps(name)}: {_laid_out(each, deeper)}" for name, each in value.items()]
        return "{\n" + ",\n".join(entries) + f"\n{margin}}}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(deeper + _laid_out(each, deeper) for each in value) + f"\n{margin}]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def parse(content: bytes) -> dict[str, Any]:
    """Return the JSON object in a file.

    Raises
    ------
    ScenarioError
        If the file holds something else, is damaged or gives a key twice.
    """
    text = content.removeprefix(b"\xef\xbb\xbf")  # some editors start a file with a byte-order mark
    if not text.strip():
        raise ScenarioError("it is empty", advice="Restore it, or delete it.")
    try:
        document = from_json(text)  # several times as fast as json.loads on long lists of prices
    except ValueError as error:
        raise ScenarioError(f"it is damaged: not JSON ({error})", advice="Restore it, or delete it.") from error
    _check_keys(text, document)
    if not isinstance(document, dict):
        raise ScenarioError(f"it holds a JSON {type(document).__name__}, not a scenario", advice="Move it elsewhere.")
    return document


def _check_keys(text: bytes, document: Any) -> None:
    """Refuse a document that gives a key twice, since nobody can know which of the two values was meant."""
    # JSON parsers keep the last value without a word. Counting the keys in the text finds out, and is much faster than
    # parsing again with a hook; only if the counts differ is that done, to find the key.
    if sum(bool(found[1]) for found in _TEXTS.finditer(text)) == _n_keys(document):
        return
    try:
        json.loads(text, object_pairs_hook=_refuse_twice)
    except (ValueError, RecursionError) as error:
        if isinstance(error, ScenarioError):  # which is a ValueError too
            raise
        raise ScenarioError("it gives a key twice", advice="Leave one of them.") from error


def _n_keys(value: Any) -> int:
    if isinstance(value, dict):
        return len(value) + sum(_n_keys(each) for each in value.values() if isinstance(each, dict | list))
    if isinstance(value, list):
        return sum(_n_keys(each) for each in value if isinstance(each, dict | list))
    return 0


def _refuse_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    twice = [key for key, n in Counter(key for key, _ in pairs).items() if n > 1]
    if twice:
        raise ScenarioError(f"it gives {printable(repr(twice[0]))} twice", advice="Leave one of them.")
    return dict(pairs)


def is_movie(document: dict[str, Any]) -> bool:
    """Return whether a document is a movie."""
    return document.get("format") == MOVIE_FORMAT


def scenario_of(document: Any) -> Scenario:
    """Turn a parsed document into a scenario.

    Parameters
    ----------
    document
        A document as `parse` returns it, in the current format or that of the first version.

    Raises
    ------
    ScenarioError
        If it is something else, is from a newer version, or has a wrong field.
    """
    if not isinstance(document, dict):
        raise ScenarioError(f"it holds a JSON {type(document).__name__}, not a scenario", advice="Move it elsewhere.")
    if is_first_version(document):
        return first_version_scenario(document)
    _check_format(document, SCENARIO_FORMAT)
    fields = {"created": None, **document}  # without this, the default would be the time of reading
    if isinstance(fields.get("selection"), dict):
        fields["selection"] = Selection(**fields["selection"])
    check_expected(fields.get("expected"))
    return Scenario(**fields)


def movie_entries(document: dict[str, Any]) -> list[Any]:
    """Return the documents of the scenarios in a movie's document.

    Raises
    ------
    ScenarioError
        If it is from a newer version, or has no list of scenarios.
    """
    check_movie(document)
    entries = document.get("scenarios")
    if not isinstance(entries, list):
        raise ScenarioError("it has no list under 'scenarios'", advice="Save the movie again.")
    return entries


def check_movie(document: dict[str, Any]) -> None:
    """Raise a ScenarioError if a document is not a movie in a version that this midplot reads."""
    _check_format(document, MOVIE_FORMAT)


def _check_format(document: dict[str, Any], expected: str) -> None:
    found, version = document.get("format"), document.get("version")
    if found != expected:
        hint = "Load it by its own path" if found == MOVIE_FORMAT else "Move it elsewhere"
        what = "has no 'format'" if found is None else f"has the format {printable(repr(found))}"
        raise ScenarioError(f"it is not a scenario: it {what}", advice=f"{hint}.")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:  # True is an int in Python
        raise ScenarioError(
            f"it has the version {printable(repr(version))}, which does not exist", advice="Restore it, or delete it."
        )
    if version > VERSION:
        raise ScenarioError(f"it has version {version}, this midplot reads up to {VERSION}", advice="Upgrade midplot.")
