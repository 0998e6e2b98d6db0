"""The arguments that several commands share: the attacker's file and its parameters, and the streams."""

from __future__ import annotations

import json
from math import nan
from typing import TYPE_CHECKING, Any

import click

from midplot.errors import ArgumentError
from midplot.streams import load_streams
from midplot.streams._stream import Stream

__all__ = [
    "Jobs",
    "Share",
    "attack_argument",
    "chosen_streams",
    "data_option",
    "model_directory_option",
    "parameters_given",
    "parameters_option",
    "set_option",
]

attack_argument = click.argument("attack", metavar="ATTACK.py[:NAME]")
parameters_option = click.option("--parameters", metavar="JSON", help="hyper_parameters for the attacker, as JSON.")
data_option = click.option(
    "--data", metavar="PATH", help="A folder or file that load_streams can read.  [default: the embedded sample]"
)
set_option = click.option(
    "--set",
    "which",
    type=click.Choice(["test", "train", "all"]),
    help="Which streams of the data.  [default: test, or all if there is no test set]",
)
model_directory_option = click.option(
    "--model-directory",
    metavar="FOLDER",
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


class Share(ParamType):
    """A share between 0 and 1, as a number or in percent."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, _ctx: click.Context | None) -> Any:
        """Return 0.05 for ``0.05`` and for ``5%``.

        Raises
        ------
        ArgumentError
            If it is neither: a sentence that says how to write one, in place of the usage of the whole command.
        """
        text = str(value).strip()
        try:
            share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        except ValueError:
            share = nan
        if not 0 <= share <= 1:  # of which a NaN is nothing
            raise ArgumentError(
                f"{text!r} is not a share between 0 and 1",
                where=max(param.opts, key=len) if param is not None else "",
                advice="Write for example 0.05 or 5%.",
            )
        return share


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


def chosen_streams(data: str | None, which: str | None) -> list[Stream]:
    """Return the streams that the two options choose.

    Raises
    ------
    ArgumentError
        If the data have no such streams.
    """
    train, test = load_streams(data)
    if which is None:
        return test or train
    chosen = {"train": train, "test": test, "all": [*train, *test]}[which]
    if not chosen:
        raise ArgumentError(f"{data} has no such streams", where=f"--set {which}", advice="Leave --set out.")
    return [stream.renamed(i) for i, stream in enumerate(chosen)]  # ids in both sets start at 0
