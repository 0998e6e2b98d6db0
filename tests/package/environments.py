"""Fresh environments outside the clone, in which the wheel is installed as users install it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import uv

PYTHONS = ("3.11", "3.12", "3.13")
"""The versions of Python that midplot is for, as `pyproject.toml` classifies it."""

# Of the clone nothing may be found, and what configures the tests here must not configure what runs there.
ASIDE = re.compile(r"PYTHON(?!IOENCODING).*|PYTEST_.*|VIRTUAL_ENV|COLUMNS|CI")


@dataclass(frozen=True)
class Environment:
    """A virtual environment and a folder in which commands run.

    Attributes
    ----------
    home
        The folder of the environment.
    folder
        The working folder.
    """

    home: Path
    folder: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def run(self, *command: str, exits: tuple[int, ...] = (0,)) -> str:
        """Run a command of the environment, such as `midplot`, in the working folder; return what it wrote.

        Whatever it exits with, a traceback is a failure.
        """
        program, *arguments = command
        own = str(self.python.parent)
        found = shutil.which(program, path=own)
        assert found, f"the environment has no {program}"
        others = {name: text for name, text in os.environ.items() if not ASIDE.fullmatch(name)}
        ended = subprocess.run(
            [found, *arguments],
            cwd=self.folder,
            env={**others, "PATH": os.pathsep.join([own, os.environ["PATH"]])},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        output = ended.stdout + ended.stderr
        assert ended.returncode in exits, f"{' '.join(command)} exits with {ended.returncode}:\n{output}"
        assert "Traceback" not in output, output
        return output

    def execute(self, program: str) -> str:
        """Run a Python program; return what it printed."""
        return self.run("python", "-c", program)

    def install(self, *requirements: str | Path) -> None:
        """Install packages."""
        with_uv("pip", "install", "--quiet", "--python", str(self.python), *map(str, requirements))


def create(at: Path, python: Path | str) -> Environment:
    """Create an empty environment, and an empty working folder beside it.

    Parameters
    ----------
    at
        The folder to create both in.
    python
        The interpreter.
    """
    with_uv("venv", "--quiet", "--python", str(python), str(at / "environment"))
    (at / "work").mkdir()
    return Environment(at / "environment", at / "work")


def with_uv(*arguments: str) -> str:
    """Run uv, which installs the same packages as pip, but in seconds."""
    command = [uv.find_uv_bin(), "--no-config", "--no-python-downloads", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, f"uv {' '.join(arguments)}\n{ended.stderr}"
    return ended.stdout


def interpreters() -> dict[str, Path]:
    """Return the interpreters on this machine by their version: the present one, then pyenv's, those on PATH, and uv's."""
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    found = {version: Path(sys.executable) if version == own else _interpreter(version) for version in PYTHONS}
    return {version: path for version, path in found.items() if path is not None}


def _interpreter(version: str) -> Path | None:
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    places = [*sorted(pyenv.glob(f"versions/{version}.*/bin/python"))[-1:]]
    named = shutil.which(f"python{version}")
    places += [Path(named)] if named else []
    found = subprocess.run(
        [uv.find_uv_bin(), "--no-config", "python", "find", "--no-python-downloads", version],
        capture_output=True,
        text=True,
        check=False,
    )
    places += [Path(found.stdout.strip())] if found.returncode == 0 else []
    return next((place for place in places if _version_of(place) == version), None)


def _version_of(python: Path) -> str:
    """Return the version of an interpreter; nothing of one that does not run, as pyenv's shims of what is not chosen."""
    program = "import sys; print('.'.join(map(str, sys.version_info[:2])))"
    ended = subprocess.run([python, "-c", program], capture_output=True, text=True, check=False)
    return ended.stdout.strip()
