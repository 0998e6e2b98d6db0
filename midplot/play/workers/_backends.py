"""What midplot uses of joblib, loky and Dask beyond their documented interfaces. Nobody else touches these parts.

Each part is looked for once, when it is first needed. Where one is missing, joblib's documented ways take over, and a
user of Dask is warned of what is lost by that.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from typing import Any

from midplot._warnings import warn

__all__ = ["DaskCluster", "dask_cluster", "is_death"]

LOST = (
    "n_jobs: this version of joblib does not show its Dask cluster to midplot. If the work goes to one, joblib itself sends "
    "it: Ctrl-C does not cancel it, and a task that kills its workers is waited for without end. Install joblib 1.x."
)


@dataclass(frozen=True, slots=True, eq=False)
class DaskCluster:
    """The Dask cluster that joblib is configured with.

    Attributes
    ----------
    client
        The `distributed.Client`.
    options
        Arguments for its ``submit``, as given to `joblib.parallel_config`.
    waiting
        Returns a context in which results are waited for. A task that waits for other tasks steps out of its worker's
        pool there, so that they find a free thread.
    """

    client: Any
    options: Mapping[str, Any]
    waiting: Callable[[], AbstractContextManager[None]]


def dask_cluster() -> DaskCluster | None:
    """Return the Dask cluster that joblib is configured with; None if there is none, or it cannot be reached."""
    get_active_backend = _get_active_backend()
    if get_active_backend is None:
        if "distributed" in sys.modules:  # nobody else has lost anything
            _warn_lost()
        return None
    backend, _ = get_active_backend()
    # By name: importing the class would load distributed, which takes seconds and need not be installed.
    if type(backend).__name__ != "DaskDistributedBackend":
        return None
    client, waiting = getattr(backend, "client", None), getattr(backend, "retrieval_context", None)
    if client is None or waiting is None:
        _warn_lost()
        return None
    # This attribute is private as well. Without it only the user's options, such as resources=, are lost.
    return DaskCluster(client, getattr(backend, "submit_kwargs", {}), waiting)


def is_death(error: BaseException) -> bool:
    """Tell whether an error says that a worker process has died."""
    # Only a loaded distributed can have raised its error. Not cached: it may be loaded between two replays.
    dask_death = getattr(sys.modules.get("distributed"), "KilledWorker", ())
    return isinstance(error, (_loky_death(), dask_death))


@cache
def _get_active_backend() -> Callable[[], tuple[Any, int]] | None:
    try:
        # Not in joblib's documentation, which has no other way to ask what parallel_config has set.
        from joblib.parallel import get_active_backend
    except ImportError:
        return None
    found: Callable[[], tuple[Any, int]] = get_active_backend
    return found


@cache
def _loky_death() -> type[BaseException]:
    try:
        # joblib's own copy of loky does not export this class.
        from joblib.externals.loky.process_executor import TerminatedWorkerError
    except ImportError:
        # Its base class in the standard library; it also covers a task that the worker could not unpickle.
        return BrokenProcessPool
    death: type[BaseException] = TerminatedWorkerError
    return death


@cache
def _warn_lost() -> None:
    warn(LOST)
