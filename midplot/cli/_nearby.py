"""Where labels may be that are not where a command looks: notebooks save them beside themselves, as those of the lab do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from midplot.errors import ScenarioError
from midplot.scenarios._scenario import DEFAULT_FOLDER
from midplot.scenarios.store import placed

__all__ = ["LAB_FOLDER", "labels_nearby", "looking_nearby"]

LAB_FOLDER: Final = "midplot-lab"
"""The folder that `midplot lab` works in unless another is named."""

MOST_NAMED: Final = 3
"""The number of folders that are named."""


def labels_nearby(*arguments: str) -> str:
    """Return a sentence on folders of labels in the folders below this one; an empty text if there are none.

    Parameters
    ----------
    arguments
        What the present command is given before such a folder.
    """
    files = Path.cwd().glob(f"*/{DEFAULT_FOLDER}/*.json")
    folders = sorted({f"{file.parts[-3]}/{file.parts[-2]}" for file in files if file.parts[-3][0] != "."})
    if not folders:
        return ""
    command = " ".join([click.get_current_context().command_path, *arguments, folders[0]])
    return f"There are some in {' and in '.join(folders[:MOST_NAMED])}: {command}."


@contextmanager
def looking_nearby(place: str, *arguments: str) -> Iterator[None]:
    """Let an error about a folder that holds no labels, or is not there, say where there are some.

    Parameters
    ----------
    place
        The folder.
    arguments
        What the present command is given before it.
    """
    try:
        yield
    except ScenarioError as error:
        path = placed(place)
        # Where labels are, what is wrong with them is what matters.
        holds_some = path.exists() and (not path.is_dir() or any(path.glob("*.json")))
        advice = "" if holds_some else labels_nearby(*arguments)
        if not advice:
            raise
        raise ScenarioError(error.what, where=error.where, advice=advice) from error
