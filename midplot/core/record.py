"""The base of the models that are saved: frozen, strict about fields, and plain about what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from midplot.core.text_table import printable
from midplot.errors import ScenarioError

__all__ = ["LARGEST_INDEX", "Index", "Price", "Record", "plain"]

LARGEST_INDEX = 2**63 - 1
SHOWN_ERRORS = 3


def plain(value: Any) -> Any:
    """Turn numpy's scalars and arrays into Python's own numbers and lists; leave all else as it is."""
    return value.tolist() if isinstance(value, np.generic | np.ndarray) else value


# Constraints stand before the validator: only so do they reach the JSON schema under its own words.
Index = Annotated[int, Field(strict=True, ge=0, le=LARGEST_INDEX), BeforeValidator(plain)]
"""A 0-based position in a stream, or a count of ticks."""

Price = Annotated[float, Field(strict=True, allow_inf_nan=False)]
"""A finite number, in the units of the price."""


class Record(BaseModel):
    """A frozen model whose fields are all checked; what is wrong is a `ScenarioError` that names the field."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    if not TYPE_CHECKING:  # the type checker sees the signature that pydantic makes of the fields

        def __init__(self, /, **fields: Any) -> None:
            try:
                super().__init__(**fields)
            except ValidationError as error:
                raise ScenarioError(explained(type(self).__name__, error)) from error

    def changed(self, /, **fields: Any) -> Self:
        """Return the same record with some fields replaced, checked again.

        Parameters
        ----------
        **fields
            The fields to replace.

        Raises
        ------
        ScenarioError
            If the outcome is not valid.
        """
        return type(self)(**{**dict(self), **fields})


def explained(name: str, error: ValidationError) -> str:
    """Say which fields of a record are wrong, one line each.

    Parameters
    ----------
    name
        What the record is called.
    error
        What pydantic found.
    """
    faults = error.errors(include_url=False)
    lines = [_fault(name, fault) for fault in faults[:SHOWN_ERRORS]]
    if len(faults) > SHOWN_ERRORS:
        lines.append(f"{name}: {len(faults) - SHOWN_ERRORS} more like these.")
    return "\n".join(lines)


def _fault(name: str, fault: Any) -> str:
    where = ", ".join([name, *filter(None, [printable(".".join(map(str, fault["loc"])), 80)])])
    raised = fault.get("ctx", {}).get("error")
    if isinstance(raised, Exception):
        return f"{where}: {raised}"
    if fault["type"] == "missing":
        return f"{where}: it is missing. Give it."
    if fault["type"] == "extra_forbidden":
        return f"{where}: there is no such field. Leave it out."
    return f"{where}: got {printable(repr(fault['input']), 60)}. {fault['msg']}."
