"""Loads an attacker from a Python file: its ``infer``, or its attacker class."""

from __future__ import annotations

import importlib.util
import inspect
import sys
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from midplot.errors import ArgumentError, did_you_mean
from midplot.play._attacker import is_attacker

__all__ = ["load_attacker"]


def load_attacker(spec: str | Path) -> Any:
    """Load what a file says an attacker is.

    Parameters
    ----------
    spec
        ``FILE.py``, or ``FILE.py:name`` where the file holds several.

    Returns
    -------
    callable
        The function or class of that name; without a name, ``infer`` where there is one, else the only attacker class
        that the file defines.

    Raises
    ------
    ArgumentError
        If there is no such file or name, or the file holds no attacker, or several.
    Exception
        What running the file raises, unchanged, with a note of the file.
    """
    path, name = _split(str(spec))
    module = _run_file(path)
    if name is None:
        return _only_attacker(module, path)
    if not hasattr(module, name):
        known = [each for each in vars(module) if not each.startswith("_")]
        raise ArgumentError(
            f"{path}: there is no {name!r}.{did_you_mean(name, known)} Name infer or an attacker class."
        )
    return getattr(module, name)


def _split(spec: str) -> tuple[Path, str | None]:
    file, colon, name = spec.rpartition(":")
    if colon and name.isidentifier():
        return _checked(Path(file)), name
    return _checked(Path(spec)), None


def _checked(path: Path) -> Path:
    if not path.is_file():
        raise ArgumentError(f"{path}: there is no such file. Give a Python file that holds infer or an attacker class.")
    if path.suffix != ".py":
        raise ArgumentError(f"{path}: it is not a Python file. Give a file that ends in .py.")
    return path.resolve()


def _run_file(path: Path) -> ModuleType:
    """Run a file as a module, with its folder importable, as Python does for a script."""
    # A digest, since Python's own hash of a text differs from run to run, and so would the names of the classes.
    name = f"midplot_attack_{path.stem}_{sha256(str(path).encode()).hexdigest()[:8]}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ArgumentError(f"{path}: Python cannot load it. Give a file that ends in .py.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    folder = str(path.parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    try:
        spec.loader.exec_module(module)
    except BaseException as error:
        del sys.modules[name]
        error.add_note(f"while running {path}")
        raise
    return module


def _only_attacker(module: ModuleType, path: Path) -> Any:
    infer = getattr(module, "infer", None)
    if callable(infer):
        return infer
    classes = [
        each
        for each in vars(module).values()
        if inspect.isclass(each) and each.__module__ == module.__name__ and is_attacker(each)
    ]
    if len(classes) == 1:
        return classes[0]
    if not classes:
        raise ArgumentError(
            f"{path}: it holds no attacker. Define infer(stream), or a class with tick_and_predict(x, horizon)."
        )
    names = ", ".join(each.__name__ for each in classes)
    raise ArgumentError(
        f"{path}: it holds several attackers, {names}. Choose one: {path.name}:{classes[0].__name__}, or define infer."
    )
