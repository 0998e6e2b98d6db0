"""``midplot lab``: copies the notebooks into a folder of the user's, and opens the first of them in JupyterLab."""

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
from midplot.cli._nearby import LAB_FOLDER
from midplot.cli._outcome import in_words
from midplot.cli._output import echo
from midplot.errors import MidplotError, MissingExtraError

__all__ = ["lab_command", "lay_out", "notebooks_folder"]

FIRST = "quickstarter.ipynb"

# Import names, which for these three are also the names of the packages to install.
NEEDED = ("jupyterlab", "midone", "nevergrad")
"""What the extra `lab` installs: JupyterLab itself, and what the notebooks import."""


@click.command("lab")
@click.argument("directory", metavar="[FOLDER]", default=LAB_FOLDER, type=click.Path(file_okay=False, path_type=Path))
@click.option("--no-browser", is_flag=True, help="Start the server only; it prints the address to open.")
@click.option("--port", type=click.IntRange(0, 65535), help="The port to try first.  [default: Jupyter's, 8888]")
@in_words
def lab_command(directory: Path, no_browser: bool, port: int | None) -> None:
    """Copy the notebooks into a folder and open JupyterLab there.

    FOLDER is that folder, by default `midplot-lab`. JupyterLab opens with the quickstarter. Files that are already there
    are left as they are. A notebook saves its labels in the folder `scenarios` beside itself, unless it says that it works
    in a temporary folder, as the quickstarter does. To check them from here: `midplot check ATTACK.py midplot-lab/scenarios`.
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        # Named one by one, because midplot[lab] would only work where pip can find midplot itself.
        raise MissingExtraError(
            f"{', '.join(missing)} not found",
            where="lab",
            advice=f"Install what is missing: pip install {' '.join(missing)}.",
        )
    directory = given_path(directory, "FOLDER")
    _report(directory, *lay_out(notebooks_folder(), directory))
    raise SystemExit(_serve(directory, open_browser=not no_browser, port=port))


def notebooks_folder() -> Path:
    """Return the folder of the shipped notebooks: inside the installed package, or next to it in a clone.

    Raises
    ------
    MidplotError
        If they are in neither of these places.
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
    """Copy those notebooks and pictures into a folder that it does not contain yet.

    Parameters
    ----------
    source
        The folder of the shipped notebooks.
    directory
        The folder to copy to, which is created if it does not exist. No file in it is overwritten.

    Returns
    -------
    copied, kept : list of str
        The files that were copied, and those that were already there and differ from the shipped ones.

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


def _report(directory: Path, copied: list[str], kept: list[str]) -> None:
    if copied:
        echo(f"copied into {directory}: {', '.join(copied)}")
    if kept:
        echo(f"left as they are in {directory}: {', '.join(kept)}. Move one away to get a fresh copy.")


def _serve(directory: Path, *, open_browser: bool, port: int | None) -> int:
    """Run JupyterLab in a folder until it ends; return its exit code."""
    options = [f"--LabApp.default_url=/lab/tree/{FIRST}"]
    options += [] if open_browser else ["--no-browser"]
    options += [] if port is None else [f"--port={port}"]
    # In a container root is often the only user, and Jupyter refuses to run as root without this option.
    options += ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    command = [sys.executable, "-m", "jupyterlab", *options]
    with subprocess.Popen(command, cwd=directory) as server:
        signal.signal(signal.SIGTERM, lambda *_: server.terminate())  # otherwise the server would outlive this process
        while True:
            try:
                return server.wait()
            except KeyboardInterrupt:
                # The terminal sends Ctrl-C to the server as well. It asks whether to stop, so it is the one that decides.
                continue
