"""The arguments that all commands which run an attacker share: its file and its parameters."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from midplot.errors import ArgumentError

__all__ = ["Jobs", "attack_argument", "model_directory_option", "parameters_given", "parameters_option"]

attack_argument = click.argument("attack", metavar="ATTACK.py[:NAME]")
parameters_option = click.option("--parameters", metavar="JSON", help="hyper_parameters for the attacker, as JSON.")
model_directory_option = click.option(
    "--model-directory",
    metavar="DIR",
    help="Load saved parameters from this folder (with_hyper_parameters_load).",
)


# Type checkers ask for the subscript, but click's types can be subscripted at run time only from version 8.4 on.
if TYPE_CHECKING:
    ParamType = click.ParamType[Any]
else:
    ParamType = click.ParamType


class Jobs(ParamType):
    """A number of processes, or ``auto``."""

    name = "n|auto"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return ``auto`` as it is, and anything else as a whole number."""
        return value if value == "auto" else click.INT.convert(value, param, ctx)


def parameters_given(parameters: str | None, model_directory: str | None) -> dict[str, Any]:
    """Return the arguments of a replay or a check that the two options stand for.

    Raises
    ------
    ArgumentError
        If the parameters are not JSON.
    """
    given: dict[str, Any] = {} if parameters is None else {"hyper_parameters": _parsed(parameters)}
    if model_directory is not None:
        given |= {"model_directory_path": model_directory, "with_hyper_parameters_load": True}
    return given


def _parsed(parameters: str) -> Any:
    try:
        return json.loads(parameters)
    except json.JSONDecodeError as error:
        raise ArgumentError(
            f"{parameters!r} is not JSON ({error})",
            where="--parameters",
            advice="Write for example '{\"factor\": 2.5}'.",
        ) from error
