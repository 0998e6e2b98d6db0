"""Loads an attacker from a Python file: its ``infer``, or its attacker class."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import os
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from midplot.errors import ArgumentError, did_you_mean
from midplot.play._attacker import is_attacker
from midplot.play._raised import claim

__all__ = ["attacker_of", "load_attacker"]

MAIN = (
    "midplot runs the file to find its attacker. Put what a script does besides, such as parsing arguments, under "
    '`if __name__ == "__main__":`.'
)
GIVE = "Give a Python file that holds infer or an attacker class."


@contextmanager
def attacker_of(spec: str | Path) -> Iterator[Any]:
    """Load the attacker that a file defines, for the length of a ``with`` block.

    Inside the block, infer can import the modules beside the file. Afterwards Python's search path and the working
    folder are as they were before, and the modules of the file's folder are forgotten, so that another file finds its
    own neighbours.

    Parameters
    ----------
    spec
        As for `load_attacker`, which also says which errors are raised.
    """
    folder = _split(str(spec))[0].absolute().parent.resolve()
    here, path, known = Path.cwd(), list(sys.path), set(sys.modules)
    added: list[str] = []
    try:
        try:
            attacker = load_attacker(spec)
        finally:
            added = [each for each in sys.path if each not in path]
        yield attacker
    finally:
        sys.path[:] = [each for each in sys.path if each not in added]  # what others have added in the meantime stays
        _forget(folder, known)
        os.chdir(here)  # many scripts change to the folder of their data


def load_attacker(spec: str | Path) -> Any:
    """Load the attacker that a file defines; the file's folder stays importable.

    Parameters
    ----------
    spec
        ``FILE.py``, or ``FILE.py:name`` where the file holds several.

    Returns
    -------
    callable
        The function or class of that name. Without a name: ``infer`` if there is one, else the only attacker class
        that the file defines, or the only one that it imports if it defines none. Of several classes that derive from
        each other, the most derived one.

    Raises
    ------
    ArgumentError
        If there is no such file or name, or the file holds no attacker, or several.
    ProtocolError
        If running the file ends the program, as a script that parses arguments may do.
    Exception
        Whatever running the file raises, unchanged, with a note that names the file.
    """
    path, name = _split(str(spec))
    module = _run_file(_readable(path))
    if name is None:
        return _only_attacker(module, path)
    if not hasattr(module, name):
        known = [each for each in vars(module) if not each.startswith("_")]
        raise ArgumentError(
            f"there is no {name!r}",
            where=path,
            advice=f"{did_you_mean(name, known)} Name infer or an attacker class.",
        )
    return getattr(module, name)


def _split(spec: str) -> tuple[Path, str | None]:
    # Not every colon comes before a name: there is one in C:\attack.py too.
    file, colon, name = spec.rpartition(":")
    file, chosen = (file, name) if colon and name.isidentifier() else (spec, None)
    try:
        return Path(file).expanduser(), chosen
    except RuntimeError as error:  # there is no such user
        raise ArgumentError(f"there is no such folder ({error})", where=file, advice=GIVE) from error


def _readable(path: Path) -> Path:
    """Return the absolute path of a Python file that can be read."""
    try:
        fault = _fault(path)
        if fault is None:
            path.read_bytes()
            return path.resolve()
    except OSError as error:
        raise ArgumentError(f"it cannot be read ({error.strerror})", where=path, advice=GIVE) from error
    except ValueError as error:  # a NUL in the path
        raise ArgumentError(f"it is not a path ({error})", where=f"{str(path)!r}", advice=GIVE) from error
    what, advice = fault
    raise ArgumentError(what, where=path, advice=advice)


def _fault(path: Path) -> tuple[str, str] | None:
    """Return what a path is if it is not a Python file, and what to do; None if it is one."""
    if path.is_dir():
        files = sorted(each.name for each in path.glob("*.py") if not each.name.startswith("_"))
        return "it is a folder", f"Name the file in it, such as {path / files[0] if files else path / 'attack.py'}."
    if not path.is_file():
        return "there is no such file", GIVE
    if path.suffix == ".ipynb":
        save = f"for example by: jupyter nbconvert --to script {path.name}."
        return "it is a notebook, not a Python file", f"Save the cells of its attacker as one, {save}"
    return None if path.suffix == ".py" else ("it is not a Python file", "Give a file that ends in .py.")


def _run_file(path: Path) -> ModuleType:
    """Run a file as a module, with its folder importable and no command-line arguments, as Python runs a script."""
    # A digest: Python's own hash of a string differs from run to run, and the names of pickled classes would with it.
    # "surrogateescape", since a file name on Linux need not be valid UTF-8.
    name = f"midplot_attack_{path.stem}_{sha256(str(path).encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ArgumentError("Python cannot load it", where=path, advice="Give a file that ends in .py.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # before it runs, as an import does it: dataclasses look their module up there
    folder = str(path.parent)
    if folder not in sys.path:
        sys.path.insert(_after_the_standard_library(), folder)
    arguments, sys.argv = sys.argv, [str(path)]
    try:
        spec.loader.exec_module(module)
    except KeyboardInterrupt:
        del sys.modules[name]
        raise
    except BaseException as error:
        del sys.modules[name]
        if isinstance(error, ImportError) and error.name is None and (line := _relative_import(path)):
            raise ArgumentError(
                "it imports relatively, which only a module of a package can",
                where=f"{path}, line {line}",
                advice="Write `from name import ...`: modules beside the file are found.",
            ) from error
        if not isinstance(error, Exception):
            claim(error, str(path), MAIN, who="it")
        claim(error, f"while running {path}")
        raise
    finally:
        sys.argv = arguments
    return module


def _after_the_standard_library() -> int:
    """Return the place in the search path where a folder cannot hide Python's own modules by a file called random.py."""
    library = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
    library |= {f"{each}/lib-dynload" for each in library}
    places = [place for place, each in enumerate(sys.path) if each in library]
    return places[-1] + 1 if places else 0


def _relative_import(path: Path) -> int | None:
    """Return the line of a file's first relative import, or None."""
    imports = (each for each in ast.walk(ast.parse(path.read_bytes())) if isinstance(each, ast.ImportFrom))
    return min((each.lineno for each in imports if each.level > 0), default=None)


def _forget(folder: Path, known: set[str]) -> None:
    """Drop the modules and packages of a folder that are new, but not those of a virtual environment below it."""
    fresh = set(sys.modules) - known
    theirs = {name for name in fresh if "." not in name and folder in _places(sys.modules[name])}
    for name in fresh:
        if name.partition(".")[0] in theirs:
            del sys.modules[name]


def _places(module: ModuleType) -> set[Path]:
    """Return the folder that a module's file is in, or the folders that hold its package."""
    packages = getattr(module, "__path__", None)
    file = getattr(module, "__file__", None)
    paths = list(packages) if packages is not None else [file] if isinstance(file, str) else []
    return {Path(path).resolve().parent for path in paths}


def _only_attacker(module: ModuleType, path: Path) -> Any:
    infer = getattr(module, "infer", None)
    if callable(infer) or is_attacker(infer):
        return infer
    found = [each for each in vars(module).values() if inspect.isclass(each) and is_attacker(each)]
    own = [each for each in found if each.__module__ == module.__name__]
    classes = _most_derived(own or found)
    if len(classes) == 1:
        return classes[0]
    if not classes:
        raise ArgumentError(
            "it holds no attacker",
            where=path,
            advice="Define infer(stream), or a class with tick_and_predict(x, horizon).",
        )
    names = ", ".join(each.__name__ for each in classes)
    raise ArgumentError(
        f"it holds several attackers, {names}",
        where=path,
        advice=f"Choose one: {path.name}:{classes[0].__name__}, or define infer.",
    )


def _most_derived(classes: list[type]) -> list[type]:
    """Return the concrete classes from which none of the others derives; a class with two names is returned once."""
    distinct = list(dict.fromkeys(classes))
    return [
        each
        for each in distinct
        if not inspect.isabstract(each) and not any(other is not each and issubclass(other, each) for other in distinct)
    ]
