"""Turns scenarios and movies into the bytes of their files, and back."""

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
from midplot.scenarios.store._legacy import first_version_scenario, is_first_version

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

_TEXTS = re.compile(rb'"(?:[^"\\]|\\.)*+"(\s*+:)?', re.DOTALL)
"""The texts of a JSON document; of those that are keys, the colon too."""


def check_writable(scenario: Scenario) -> None:
    """Refuse a scenario with half a character in a text, as a wrong decoding leaves it: no file could hold it.

    Raises
    ------
    ScenarioError
        If there is one.
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
    """Return a scenario's file: one field a line, UTF-8, all floats exact."""
    return (_laid_out(scenario.model_dump(mode="json")) + "\n").encode()


def encode_movie(scenarios: Iterable[Scenario], raw: Iterable[bytes] = (), more: dict[str, Any] | None = None) -> bytes:
    """Return the one file of a movie.

    Parameters
    ----------
    scenarios
        What it holds.
    raw
        Entries that follow as they are.
    more
        What it holds beside its scenarios.
    """
    listed = [scenario.model_dump(mode="json") for scenario in scenarios]
    whole = _laid_out({"format": MOVIE_FORMAT, "version": VERSION, **(more or {}), "scenarios": listed}) + "\n"
    rest = [b"    " + each for each in raw]
    if not rest:
        return whole.encode()
    begun, separator = (whole[: -len("\n  ]\n}\n")], ",\n") if listed else (whole[: -len("]\n}\n")], "\n")
    return (begun + separator).encode() + b",\n".join(rest) + b"\n  ]\n}\n"


def movie_schema() -> dict[str, Any]:
    """Return the JSON schema of a movie in one file, of the present version."""
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
    """Write an object or a list of objects one entry a line, anything else in one line: short diffs, no tall columns."""
    deeper = margin + "  "
    if isinstance(value, dict):
        entries = [f"{deeper}{json.dumps(name)}: {_laid_out(each, deeper)}" for name, each in value.items()]
        return "{\n" + ",\n".join(entries) + f"\n{margin}}}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(deeper + _laid_out(each, deeper) for each in value) + f"\n{margin}]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def parse(content: bytes) -> dict[str, Any]:
    """Return the JSON object that a file holds.

    Raises
    ------
    ScenarioError
        If it holds none.
    """
    text = content.removeprefix(b"\xef\xbb\xbf")  # some editors begin a file with a byte-order mark
    if not text.strip():
        raise ScenarioError("it is empty", advice="Restore it, or delete it.")
    try:
        document = from_json(text)
    except ValueError as error:
        raise ScenarioError(f"it is damaged: not JSON ({error})", advice="Restore it, or delete it.") from error
    _check_keys(text, document)
    if not isinstance(document, dict):
        raise ScenarioError(f"it holds a JSON {type(document).__name__}, not a scenario", advice="Move it elsewhere.")
    return document


def _check_keys(text: bytes, document: Any) -> None:
    """Refuse a document in which a key is given twice: which of the two was meant, nobody can know."""
    # To count keys is much faster than to look at each, and numbers hold none.
    if sum(bool(found[1]) for found in _TEXTS.finditer(text)) == _n_keys(document):
        return
    try:
        json.loads(text, object_pairs_hook=_without_twice)
    except (ValueError, RecursionError) as error:
        if isinstance(error, ScenarioError):
            raise
        raise ScenarioError("it gives a key twice", advice="Leave one of them.") from error


def _n_keys(value: Any) -> int:
    if isinstance(value, dict):
        return len(value) + sum(_n_keys(each) for each in value.values() if isinstance(each, dict | list))
    if isinstance(value, list):
        return sum(_n_keys(each) for each in value if isinstance(each, dict | list))
    return 0


def _without_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    twice = [key for key, n in Counter(key for key, _ in pairs).items() if n > 1]
    if twice:
        raise ScenarioError(f"it gives {printable(repr(twice[0]))} twice", advice="Leave one of them.")
    return dict(pairs)


def is_movie(document: dict[str, Any]) -> bool:
    """Tell a movie's document from others."""
    return document.get("format") == MOVIE_FORMAT


def scenario_of(document: Any) -> Scenario:
    """Turn a parsed document into a scenario.

    Parameters
    ----------
    document
        As `parse` returns it, of this version or of the first.

    Raises
    ------
    ScenarioError
        If it is something else, of a newer version, or wrong in a field.
    """
    if not isinstance(document, dict):
        raise ScenarioError(f"it holds a JSON {type(document).__name__}, not a scenario", advice="Move it elsewhere.")
    if is_first_version(document):
        return first_version_scenario(document)
    _check_format(document, SCENARIO_FORMAT)
    fields = {"created": None, **document}  # else the time of reading would be taken
    if isinstance(fields.get("selection"), dict):
        fields["selection"] = Selection(**fields["selection"])
    return Scenario(**fields)


def movie_entries(document: dict[str, Any]) -> list[Any]:
    """Return the documents of the scenarios in a movie's document.

    Raises
    ------
    ScenarioError
        If it is of a newer version, or holds no list of scenarios.
    """
    check_movie(document)
    entries = document.get("scenarios")
    if not isinstance(entries, list):
        raise ScenarioError("it has no list under 'scenarios'", advice="Save the movie again.")
    return entries


def check_movie(document: dict[str, Any]) -> None:
    """Refuse a document that is no movie of a version which this midplot reads."""
    _check_format(document, MOVIE_FORMAT)


def _check_format(document: dict[str, Any], expected: str) -> None:
    found, version = document.get("format"), document.get("version")
    if found != expected:
        hint = "Load it by its own path" if found == MOVIE_FORMAT else "Move it elsewhere"
        what = "has no 'format'" if found is None else f"has the format {printable(repr(found))}"
        raise ScenarioError(f"it is no scenario: it {what}", advice=f"{hint}.")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise ScenarioError(
            f"it has the version {printable(repr(version))}, which never was one", advice="Restore it, or delete it."
        )
    if version > VERSION:
        raise ScenarioError(f"it has version {version}, this midplot reads up to {VERSION}", advice="Upgrade midplot.")
