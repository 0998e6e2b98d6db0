"""Where a run came from: the attacker's name, its source, its hyper-parameters, and the commit it was at."""

from __future__ import annotations

import functools
import hashlib
import inspect
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from midplot.play._direct import BoundClass

__all__ = ["Provenance", "attacker_and_file", "name_and_file", "parameters_of_bound", "provenance_of", "words_of"]

# Asking for a commit takes milliseconds; a network drive that hangs must not keep a run from being saved.
GIT_SECONDS = 5.0
"""How long git may take."""

_PARAMETERS = ("hyper_parameters", "with_hyper_parameters_load", "model_directory_path")
"""The parameters of an attacker that change what it decides, in the order of `BoundClass.arguments`."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the decisions of a replay came from.

    Attributes
    ----------
    attacker
        The name of the attacker's class or function.
    source
        The digest of its source: of its whole file, or of its own code if that was typed into a notebook. None if there
        is no source.
    commit
        The git commit that its file, or else the working folder, was at; None without git.
    hyper_parameters
        The hyper-parameters as plain data.
    file
        The file that it is written in, relative to the working folder if it lies in there, else its name alone; None for
        one that was typed into a notebook.
    """

    attacker: str
    source: str | None
    commit: str | None
    hyper_parameters: Any
    file: str | None = None


def provenance_of(infer: Callable[..., Any]) -> Provenance:
    """Find out where an attacker, bound to its parameters, came from."""
    attacker = _behind(infer)
    file = _file_of(attacker)
    content = file.read_bytes() if file is not None else _typed(attacker)
    return Provenance(
        attacker=_name(attacker, file),
        source=None if content is None else digest_of_source(content),
        commit=_commit(Path.cwd() if file is None else file.parent),
        hyper_parameters=_plain(parameters_of_bound(infer).get("hyper_parameters")),
        file=None if file is None else _shown(file),
    )


def digest_of_source(content: bytes) -> str:
    r"""Return a digest of a source, the same whether its lines end as on Windows or as elsewhere: git converts them.

    Examples
    --------
    >>> digest_of_source(b"x = 1\r\n") == digest_of_source(b"x = 1\n")
    True
    """
    lines = content.replace(b"\r\n", b"\n")
    return f"sha256:{hashlib.sha256(lines).hexdigest()[:16]}"


def parameters_of_bound(infer: Callable[..., Any]) -> dict[str, Any]:
    """Return the parameters that an attacker is bound to, by the names of `replay`'s arguments."""
    if isinstance(infer, BoundClass):
        return dict(zip(_PARAMETERS, infer.arguments, strict=False))  # the last argument is the horizon
    keywords = infer.keywords if isinstance(infer, functools.partial) else {}
    return {name: keywords[name] for name in _PARAMETERS if name in keywords}


def name_and_file(infer: Callable[..., Any]) -> tuple[str, Path | None]:
    """Return the name of an attacker, bound or not, and the file that it is written in; None without a file."""
    attacker = _behind(infer)
    file = _file_of(attacker)
    return _name(attacker, file), file


def words_of(infer: Callable[..., Any]) -> str:
    """Return the name of an attacker, bound or not, and its file in words, without asking git, which takes longer."""
    name, file = name_and_file(infer)
    return attacker_and_file(name, None if file is None else _shown(file))


def attacker_and_file(name: str, file: str | None) -> str:
    """Return the name of an attacker and its file, if it has one, in words.

    Examples
    --------
    >>> attacker_and_file("Momentum", "attack.py")
    'Momentum, in attack.py'
    """
    return f"{name}, in {file}" if file else name


def _behind(infer: Any) -> Any:
    """Return what the user wrote: the class that was wrapped, or the function behind partials and decorators."""
    if isinstance(infer, BoundClass):
        infer = infer.attacker_class
    while isinstance(infer, functools.partial):
        # `bind` passes an infer with unknown parameters as the first argument of a function of its own.
        infer = infer.args[0] if infer.args and callable(infer.args[0]) else infer.func
    infer = inspect.unwrap(infer)
    # `wrap` notes the class, and the function that it made of it: one that was replaced since is not the class's.
    wrapped = getattr(infer, "wrapped", None)
    return getattr(wrapped, "attacker_class", infer) if getattr(wrapped, "infer", None) is infer else infer


def _file_of(attacker: Any) -> Path | None:
    """Return the file that an attacker is written in; None for one that was typed into a notebook or a shell."""
    try:
        file = Path(inspect.getsourcefile(attacker) or "")
    except (TypeError, OSError):
        return None
    return file if file.is_file() else None


def _shown(file: Path) -> str:
    """Return a path as others may see it: where a person keeps their files is nobody else's business."""
    file, here = file.resolve(), Path.cwd()
    return file.relative_to(here).as_posix() if file.is_relative_to(here) else file.name


def _typed(attacker: Any) -> bytes | None:
    """Return the code of an attacker without a file, as far as Python remembers it."""
    # Python finds no source for a class of a notebook, but that of its methods.
    parts: Iterable[Any] = vars(attacker).values() if inspect.isclass(attacker) else [attacker]
    codes = [part for part in parts if inspect.isroutine(part)]
    try:
        return "\n".join(map(inspect.getsource, codes)).encode("utf-8", "replace") if codes else None
    except (TypeError, OSError):
        return None


def _name(attacker: Any, file: Path | None) -> str:
    name = str(getattr(attacker, "__name__", type(attacker).__name__))
    # Every second attacker is a function called infer: the file tells them apart.
    return f"{file.stem}.{name}" if name == "infer" and file is not None else name


def _commit(folder: Path) -> str | None:
    git = shutil.which("git")
    if git is None:
        return None
    command = [git, "-C", str(folder), "rev-parse", "--verify", "HEAD"]
    try:
        found = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=GIT_SECONDS, check=False)
    except (OSError, subprocess.SubprocessError, UnicodeError):
        return None
    return found.stdout.strip() or None if found.returncode == 0 else None


def _plain(value: Any) -> Any:
    """Return hyper-parameters as data that JSON can hold; what it cannot hold is described."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist())
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return repr(value)
