"""The base class of the models that are saved: frozen, strict about its fields, and plain about what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from midplot._text import printable
from midplot.errors import ScenarioError

__all__ = ["LARGEST_INDEX", "Index", "Price", "Record", "plain"]

# Indices become numpy's int64 and pandas' Int64 further on; nothing larger fits in there.
LARGEST_INDEX = 2**63 - 1

# A wrong list of prices has one error for each price, and the first few say what is wrong with all of them.
SHOWN_ERRORS = 3


def plain(value: Any) -> Any:
    """Turn numpy scalars and arrays into Python's own numbers and lists; leave anything else as it is."""
    return value.tolist() if isinstance(value, np.generic | np.ndarray) else value


# The constraints come before the validator: only then does pydantic put them into the JSON schema as its own keywords.
Index = Annotated[int, Field(strict=True, ge=0, le=LARGEST_INDEX), BeforeValidator(plain)]
"""A 0-based position in a stream, or a count of ticks."""

Price = Annotated[float, Field(strict=True, allow_inf_nan=False)]
"""A finite number, in the units of the price."""


class Record(BaseModel):
    """A frozen model that checks all of its fields, and raises a `ScenarioError` that names the wrong ones."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    if not TYPE_CHECKING:  # type checkers must see the signature that pydantic derives from the fields instead

        def __init__(self, /, **fields: Any) -> None:
            try:
                super().__init__(**fields)
            except ValidationError as error:
                # Not as its cause: it would be printed before the error, and says the same in other words.
                raise ScenarioError(explained(type(self).__name__, error)) from None

    def changed(self, /, **fields: Any) -> Self:
        """Return a copy with some fields replaced; unlike pydantic's ``model_copy``, it is validated again.

        Parameters
        ----------
        **fields
            The new values of the fields to replace.

        Raises
        ------
        ScenarioError
            If the resulting record is not valid.
        """
        return type(self)(**{**dict(self), **fields})


def explained(name: str, error: ValidationError) -> str:
    """Describe the wrong fields of a record, one line each.

    Parameters
    ----------
    name
        The name of the record's class.
    error
        The error that pydantic raised.
    """
    faults = error.errors(include_url=False)
    lines = [_fault(name, fault) for fault in faults[:SHOWN_ERRORS]]
    if len(faults) > SHOWN_ERRORS:
        lines.append(f"{name}: {len(faults) - SHOWN_ERRORS} more like these.")
    return "\n".join(lines)


def _fault(name: str, fault: Any) -> str:
    where = ", ".join([name, *filter(None, [printable(".".join(map(str, fault["loc"])), 80)])])
    raised = fault.get("ctx", {}).get("error")  # what a validator of midplot raised, whose text is already in words
    if isinstance(raised, Exception):
        return f"{where}: {raised}"
    if fault["type"] == "missing":
        return f"{where}: it is missing. Give it."
    if fault["type"] == "extra_forbidden":
        return f"{where}: there is no such field. Leave it out."
    return f"{where}: got {printable(repr(fault['input']), 60)}. {fault['msg']}."
