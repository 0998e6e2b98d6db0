"""``midplot lab``: the notebooks in a folder of the user's, and JupyterLab open on the first of them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import click

import midplot
from midplot._files import given_path
from midplot.cli._outcome import in_words
from midplot.cli._output import echo
from midplot.errors import MidplotError, MissingExtraError

__all__ = ["lab_command", "lay_out", "notebooks_folder"]

FIRST = "quickstarter.ipynb"

NEEDED = ("jupyterlab", "midone", "nevergrad")
"""What the extra `lab` brings: JupyterLab itself, and what the notebooks import. Packages are called the same."""


@click.command("lab")
@click.argument("directory", metavar="[DIR]", default="midplot-lab", type=click.Path(file_okay=False, path_type=Path))
@click.option("--no-browser", is_flag=True, help="Start the server only; it prints the address to open.")
@click.option("--port", type=click.IntRange(0, 65535), help="The port to try first.  [default: Jupyter's, 8888]")
@in_words
def lab_command(directory: Path, no_browser: bool, port: int | None) -> None:
    """Copy the notebooks into a folder and open the quickstarter in JupyterLab.

    DIR is that folder, by default `midplot-lab`. What is there already stays as it is.
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        # By their own names: that works from a clone and from a wheel, and index and extra need not be known.
        raise MissingExtraError(
            f"{', '.join(missing)} not found",
            where="lab",
            advice=f"Install what is missing: pip install {' '.join(missing)}.",
        )
    directory = given_path(directory, "DIR")
    _tell(directory, *lay_out(notebooks_folder(), directory))
    sys.exit(_serve(directory, open_browser=not no_browser, port=port))


def notebooks_folder() -> Path:
    """Return where the shipped notebooks are: inside the installed package, or beside it in a clone.

    Raises
    ------
    MidplotError
        If they are in neither place.
    """
    package = Path(midplot.__file__).parent
    places = [package / "notebooks", package.parent / "notebooks"]
    for place in places:
        if (place / FIRST).is_file():
            return place
    raise MidplotError(
        f"there is no {FIRST} in {' or '.join(map(str, places))}", where="lab", advice="Install midplot again."
    )


def lay_out(source: Path, directory: Path) -> tuple[list[str], list[str]]:
    """Copy the notebooks and their pictures to where there are none yet.

    Parameters
    ----------
    source
        The shipped notebooks.
    directory
        Where to; made where it is missing. No file in it is written over.

    Returns
    -------
    copied, kept : list of str
        The files that were copied, and those that were there and are not as shipped.

    Raises
    ------
    MidplotError
        If they cannot be written.
    """
    copied, kept = [], []
    for file in sorted([*source.glob("*.ipynb"), *source.glob("images/*")]):
        name = file.relative_to(source)
        target = directory / name
        try:
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target)
                copied.append(name.as_posix())
            elif target.read_bytes() != file.read_bytes():
                kept.append(name.as_posix())
        except OSError as error:
            raise MidplotError(
                f"{target}: {error.strerror}", where="lab", advice="Name another folder: midplot lab FOLDER."
            ) from error
    return copied, kept


def _tell(directory: Path, copied: list[str], kept: list[str]) -> None:
    if copied:
        echo(f"copied into {directory}: {', '.join(copied)}")
    if kept:
        echo(f"kept as they are in {directory}: {', '.join(kept)}. Move one away to get it anew.")


def _serve(directory: Path, *, open_browser: bool, port: int | None) -> int:
    """Run JupyterLab in a folder until it ends; return its exit code."""
    options = [f"--LabApp.default_url=/lab/tree/{FIRST}"]
    options += [] if open_browser else ["--no-browser"]
    options += [] if port is None else [f"--port={port}"]
    # In a container root is the only user, whom Jupyter refuses unless told.
    options += ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    command = [sys.executable, "-m", "jupyterlab", *options]
    with subprocess.Popen(command, cwd=directory) as server:
        signal.signal(signal.SIGTERM, lambda *_: server.terminate())
        while True:
            try:
                return server.wait()
            except KeyboardInterrupt:
                # The terminal sent Ctrl-C to the server too, which asks whether to stop, and stops if told so.
                continue
