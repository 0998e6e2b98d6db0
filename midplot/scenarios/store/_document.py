"""Turns scenarios and movies into the bytes of their files, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from pydantic_core import from_json

from midplot.errors import ScenarioError
from midplot.scenarios._scenario import SCENARIO_FORMAT, VERSION, Scenario, Selection
from midplot.scenarios.store._legacy import first_version_scenario, is_first_version

__all__ = [
    "MOVIE_FORMAT",
    "encode_movie",
    "encode_scenario",
    "is_movie",
    "movie_entries",
    "movie_schema",
    "parse",
    "scenario_of",
]

MOVIE_FORMAT: Final = "midplot.movie"


def encode_scenario(scenario: Scenario) -> bytes:
    """Return a scenario's file: one field a line, UTF-8, all floats exact."""
    return (_laid_out(scenario.model_dump(mode="json")) + "\n").encode()


def encode_movie(scenarios: Iterable[Scenario]) -> bytes:
    """Return the one file of a movie."""
    listed = [scenario.model_dump(mode="json") for scenario in scenarios]
    return (_laid_out({"format": MOVIE_FORMAT, "version": VERSION, "scenarios": listed}) + "\n").encode()


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
        raise ScenarioError("it is empty. Restore it, or delete it.")
    try:
        document = from_json(text)
    except ValueError as error:
        raise ScenarioError(f"it is damaged: not JSON ({error}). Restore it, or delete it.") from error
    if not isinstance(document, dict):
        raise ScenarioError(f"it holds a JSON {type(document).__name__}, not a scenario. Move it elsewhere.")
    return document


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
        raise ScenarioError(f"it holds a JSON {type(document).__name__}, not a scenario. Move it elsewhere.")
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
    _check_format(document, MOVIE_FORMAT)
    entries = document.get("scenarios")
    if not isinstance(entries, list):
        raise ScenarioError("it has no list under 'scenarios'. Save the movie again.")
    return entries


def _check_format(document: dict[str, Any], expected: str) -> None:
    found, version = document.get("format"), document.get("version")
    if found != expected:
        hint = "Load it by its own path" if found == MOVIE_FORMAT else "Move it elsewhere"
        what = "has no 'format'" if found is None else f"has the format {found!r}"
        raise ScenarioError(f"it is no scenario: it {what}. {hint}.")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise ScenarioError(f"it has the version {version!r}, which never was one. Restore it, or delete it.")
    if version > VERSION:
        raise ScenarioError(f"it has version {version}, this midplot reads up to {VERSION}. Upgrade midplot.")
