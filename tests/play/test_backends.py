"""The parts of joblib, loky and Dask that are not documented: they are where midplot looks, and it can do without."""

from __future__ import annotations

import sys
import types
from concurrent.futures.process import BrokenProcessPool

import joblib
import pytest
from distributed import KilledWorker
from joblib.externals.loky.process_executor import TerminatedWorkerError

from midplot import replay
from midplot.play.workers import _backends as backends
from midplot.play.workers._backends import dask_cluster, is_death


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """Let each test look for the parts itself, and the next one again."""
    cached = (backends._get_active_backend, backends._loky_death, backends._warn_lost)
    for each in cached:
        each.cache_clear()
    yield
    monkeypatch.undo()
    for each in cached:
        each.cache_clear()


def without(monkeypatch, name):
    """Make a module one of that name with nothing in it."""
    monkeypatch.setitem(sys.modules, name, types.ModuleType(name))


def infer(stream):
    yield
    for message in stream:
        yield message["x"]


def dask_backend(**parts):
    """Return a backend as joblib's for Dask is called, with these parts and no others."""
    return type("DaskDistributedBackend", (), parts)()


@pytest.fixture
def active(monkeypatch):
    """Make a backend joblib's present one."""
    return lambda backend: monkeypatch.setattr(joblib.parallel, "get_active_backend", lambda: (backend, -1))


def test_no_cluster_without_dask():
    assert dask_cluster() is None


def test_the_cluster_is_found_with_its_options(active):
    client = object()
    active(dask_backend(client=client, retrieval_context=lambda _: "context", submit_kwargs={"retries": 2}))
    found = dask_cluster()
    assert (found.client, found.options, found.waiting()) == (client, {"retries": 2}, "context")


def test_a_cluster_without_options_has_none(active):
    active(dask_backend(client=object(), retrieval_context=lambda _: None))
    assert dask_cluster().options == {}


@pytest.mark.parametrize("parts", [{}, {"client": object()}, {"retrieval_context": lambda _: None}])
def test_a_cluster_that_cannot_be_seen_is_warned_of_once(active, parts):
    active(dask_backend(**parts))
    with pytest.warns(UserWarning, match="Ctrl-C does not cancel it") as warned:
        assert [dask_cluster(), dask_cluster()] == [None, None]
    assert len(warned) == 1


def test_where_joblib_does_not_say_what_is_active_its_own_way_is_gone(monkeypatch):
    streams = [[1.0, 2.0], [3.0]]
    serial = replay(streams, infer=infer)
    monkeypatch.setattr(backends, "_get_active_backend", lambda: None)
    monkeypatch.delitem(sys.modules, "distributed")
    parallel = replay(streams, infer=infer, n_jobs=2)
    assert parallel.predictions.equals(serial.predictions)


def test_who_has_loaded_dask_is_warned_where_joblib_does_not_say_what_is_active(monkeypatch):
    without(monkeypatch, "joblib.parallel")
    with pytest.warns(UserWarning, match=r"Install joblib 1\.x"):
        assert dask_cluster() is None


def test_the_deaths_of_loky_and_dask_are_told_from_other_errors():
    assert is_death(TerminatedWorkerError())
    assert is_death(KilledWorker("task", None, 3))
    assert not is_death(BrokenProcessPool())
    assert not is_death(RuntimeError("TerminatedWorkerError"))


def test_where_loky_hides_its_death_the_standard_library_knows_it(monkeypatch):
    without(monkeypatch, "joblib.externals.loky.process_executor")
    assert is_death(TerminatedWorkerError())
    assert not is_death(RuntimeError())


def test_deaths_without_dask(monkeypatch):
    monkeypatch.delitem(sys.modules, "distributed")
    assert is_death(TerminatedWorkerError())
    assert not is_death(RuntimeError())
