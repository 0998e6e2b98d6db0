"""The JSON schema of a saved run: of its line in ``runs.jsonl``, and of what its Parquet file says about it."""

from __future__ import annotations

import re
from inspect import getdoc
from typing import Any

from pydantic import TypeAdapter

from midplot.evidence.runs._run import FORMAT, VERSION, Run

__all__ = ["run_schema"]


def run_schema() -> dict[str, Any]:
    """Return the JSON schema of a saved run in the current version.

    Examples
    --------
    >>> run_schema()["required"][:4]
    ['format', 'version', 'id', 'file']
    """
    schema = TypeAdapter(Run).json_schema()
    fields = schema["properties"]
    for name, description in _described().items():
        fields[name]["description"] = description
    stream = {"type": "object", "required": ["stream_id", "name", "fingerprint"]}
    fields["streams"] = {"type": "array", "items": stream, "description": fields["streams"]["description"]}
    fields["rules"] = {"type": "object", "description": fields["rules"]["description"]}
    # JSON has no number for a score that overflowed.
    fields["score"] = {"anyOf": [{"type": "number"}, {"type": "null"}], "description": fields["score"]["description"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "run.schema.json",
        **schema,
        "description": "One saved run: what was tried, on which data, by which rules, and what came of it.",
        "properties": {"format": {"const": FORMAT}, "version": {"const": VERSION}, **fields},
        "required": ["format", "version", *schema["required"]],
    }


def _described() -> dict[str, str]:
    """Return what the docstring of `Run` says about each of its fields."""
    attributes = (getdoc(Run) or "").partition("Attributes\n----------\n")[2]
    sections = re.findall(r"^(\w+)\n((?:    .*(?:\n|$))+)", attributes, re.MULTILINE)
    return {name: " ".join(text.replace("``", "`").replace("None", "null").split()) for name, text in sections}
