"""How an attacker reaches another process and its errors come back, those defined in a notebook or script included."""

from __future__ import annotations

import io
import sys
import traceback
from functools import lru_cache
from pathlib import Path
from typing import Any

from midplot.errors import MidplotError
from midplot.play._lockstep import BoundInfer
from midplot.play._probe import Probes

__all__ = ["packed", "packed_error", "unpacked", "unpacked_error"]


class WorkerTracebackError(Exception):
    """Where in a worker an error came from: the cause of the error that is raised in its stead."""

    def __str__(self) -> str:
        return f"in a worker process:\n\n{self.args[0]}"


def packed(infer: BoundInfer, probes: Probes) -> bytes:
    """Pack an attacker and its probes for other processes.

    Raises
    ------
    MidplotError
        If it holds what cannot travel, such as an open file or a lock.
    """
    try:
        return _dumped((_search_path(), _dumped((infer, tuple(probes)))))
    except Exception as error:
        raise MidplotError(
            f"infer: it cannot be sent to another process ({type(error).__name__}: {error}). "
            "Open files, locks and connections inside infer, or give n_jobs=1."
        ) from error


def unpacked(content: bytes) -> tuple[BoundInfer, Probes]:
    """Return what was packed."""
    # Here and below: what is unpacked was packed by this program or by the workers that it started.
    path, attacker = _loaded(content)
    sys.path += [each for each in path if each not in sys.path]
    infer, probes = _loaded(attacker)
    return infer, probes


def packed_error(error: BaseException) -> bytes:
    """Pack an error with its notes and its traceback as text; only its words where it cannot travel itself."""
    text = "".join(traceback.format_exception(error))
    try:
        content = _dumped((error, text))
        _loaded(content)
    except Exception:  # noqa: BLE001 -- whatever its class raises, it cannot travel
        words = RuntimeError(f"{type(error).__name__}: {error}")
        for note in getattr(error, "__notes__", ()):
            words.add_note(note)
        return _dumped((words, text))
    return content


def unpacked_error(content: bytes) -> BaseException:
    """Return an error that came from a worker, caused by what its traceback says."""
    error, text = _loaded(content)
    error.__cause__ = WorkerTracebackError(text)
    return error  # type: ignore[no-any-return]


def _search_path() -> list[str]:
    """Return where modules are found: a worker that began earlier does not know what was added since."""
    return [str(Path(each).absolute()) for each in sys.path]


def _loaded(content: bytes) -> Any:
    import cloudpickle

    return cloudpickle.loads(content)


def _dumped(content: Any) -> bytes:
    import cloudpickle

    class Pickler(cloudpickle.Pickler):  # type: ignore[misc]
        """Sends whole what a worker could not import: also modules that were loaded from a file by its path."""

        def reducer_override(self, each: Any) -> Any:
            module = sys.modules.get(getattr(each, "__module__", None) or "")
            if module is not None and not _importable(module.__name__):
                cloudpickle.register_pickle_by_value(module)
            return super().reducer_override(each)

    with io.BytesIO() as file:
        Pickler(file).dump(content)
        return file.getvalue()


@lru_cache(maxsize=1024)
def _importable(name: str) -> bool:
    """Tell whether a fresh process with the same path could import a module."""
    top = name.partition(".")[0]
    if top in sys.builtin_module_names or top == "__main__":
        return True
    finders = [finder for finder in sys.meta_path if hasattr(finder, "find_spec")]
    return any(finder.find_spec(top, None) is not None for finder in finders)
