"""Sends attackers to other processes, including those that are defined in a notebook or script."""

from __future__ import annotations

import io
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from midplot.errors import MidplotError
from midplot.play._lockstep import BoundInfer
from midplot.play._probe import Probes

__all__ = ["dumped", "loaded", "packed", "unpacked"]

_lent: Counter[str] = Counter()
"""The folders that running tasks have added to the search path, with the number of tasks that need each."""

_lending = Lock()  # a worker may be a thread, and run several tasks at once


def packed(infer: BoundInfer, probes: Probes) -> bytes:
    """Pack an attacker and its probes for other processes.

    Raises
    ------
    MidplotError
        If it holds something that cannot be pickled, such as an open file or a lock.
    """
    try:
        # Pickled twice: the worker needs the search path before it can import what the attacker refers to.
        # Absolute, since the worker may be in another folder; a worker that was started earlier lacks what was added since.
        path = [str(Path(each).absolute()) for each in sys.path]
        return dumped((path, dumped((infer, tuple(probes)))))
    except Exception as error:
        raise MidplotError(
            f"it cannot be sent to another process ({type(error).__name__}: {error})",
            where="infer",
            advice="Open files, locks and connections inside infer, or give n_jobs=1.",
        ) from error


@contextmanager
def unpacked(content: bytes) -> Iterator[tuple[BoundInfer, Probes]]:
    """Unpack an attacker and its probes, for the length of a ``with`` block in which the sender's modules can be imported.

    Afterwards the search path is as it was: the worker may serve others too, or be a thread in a process that is not
    midplot's.
    """
    # Unpickling is safe here and below: the content was packed by this program or by the workers that it started.
    path, attacker = loaded(content)
    with _lending:
        wanted = [each for each in path if each in _lent or each not in sys.path]
        sys.path += [each for each in wanted if each not in _lent]
        _lent.update(wanted)
    try:
        yield loaded(attacker)
    finally:
        with _lending:
            _lent.subtract(wanted)
            for each in [each for each in wanted if not _lent[each]]:
                del _lent[each]
                if each in sys.path:
                    sys.path.remove(each)


def loaded(content: bytes) -> Any:
    """Unpickle what `dumped` pickled."""
    import cloudpickle

    return cloudpickle.loads(content)


def dumped(content: Any) -> bytes:
    """Pickle an object, including the functions and classes that another process could not import."""
    import cloudpickle

    registered: list[Any] = []

    class Pickler(cloudpickle.Pickler):  # type: ignore[misc]
        """Pickles by value what a worker could not import, such as a module that was loaded from a path."""

        # The hook of Python's own Pickler, which cloudpickle uses too: it sees each object before it is pickled.
        def reducer_override(self, each: Any) -> Any:
            module = sys.modules.get(getattr(each, "__module__", None) or "")
            if module is not None and not _importable(module.__name__) and module.__name__ not in known:
                cloudpickle.register_pickle_by_value(module)
                registered.append(module)
                known.add(module.__name__)
            return super().reducer_override(each)

    known = set(cloudpickle.list_registry_pickle_by_value())
    try:
        with io.BytesIO() as file:
            Pickler(file).dump(content)
            return file.getvalue()
    finally:
        # The registry belongs to the whole process, so it is left as it was found.
        for module in registered:
            cloudpickle.unregister_pickle_by_value(module)


# Cached, since it searches all folders of the path, and is asked for every object that is pickled.
@lru_cache(maxsize=1024)
def _importable(name: str) -> bool:
    """Tell whether a fresh process with the same path could import a module."""
    top = name.partition(".")[0]
    if top in sys.builtin_module_names or top == "__main__":
        return True  # cloudpickle itself pickles __main__ by value
    finders = [finder for finder in sys.meta_path if hasattr(finder, "find_spec")]
    return any(finder.find_spec(top, None) is not None for finder in finders)
