"""The same call on a cluster: Dask's scheduler and two worker processes on this machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import joblib
import numpy as np
import pytest
from dask.distributed import Client, LocalCluster

from midplot import get_replay_result, replay
from midplot.errors import MidplotError

WALKS = {f"walk {i}": 100 + np.random.default_rng(i).normal(size=200).cumsum() for i in range(8)}


@pytest.fixture(scope="module")
def cluster():
    """Start a cluster once: no fixed ports, nothing beyond this machine."""
    places = {
        "host": "127.0.0.1",
        "scheduler_port": 0,
        "dashboard_address": "127.0.0.1:0",
        "worker_dashboard_address": "127.0.0.1:0",
    }
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, **places) as cluster, Client(cluster):
        yield cluster


def momentum():
    class Momentum:
        last = None
        pid = property(lambda self: os.getpid())

        def tick_and_predict(self, x, horizon):
            before, self.last = self.last, x
            return 0 if before is None else x - before

    return Momentum


def pids(result):
    return {int(pid) for i in result.streams for pid in result.probes(i)["pid"]}


def decided(result):
    return [part.replay.decisions.tolist() for stream in result.streams.values() for part in stream.parts]


def test_the_same_call_runs_on_the_cluster(cluster):
    serial = replay(WALKS, infer=momentum())
    with joblib.parallel_config(backend="dask"):
        result = replay(WALKS, infer=momentum(), n_jobs=-1, probe="pid")
    assert decided(result) == decided(serial)
    assert result.scores == serial.scores
    assert pids(result) <= {worker.pid for worker in cluster.workers.values()}
    assert not result.interrupted


def test_an_error_comes_back_with_its_note(cluster):
    class OwnError(Exception):
        pass

    def infer(stream):
        yield
        for message in stream:
            if message["x"] == 2.0:
                raise OwnError("mine")
            yield 1

    with joblib.parallel_config(backend="dask"), pytest.raises(OwnError, match="mine") as caught:
        replay([[1.0], [1.0, 2.0], [1.0]], infer=infer, n_jobs=-1)
    assert caught.value.__notes__ == ["stream 1, tick 1"]
    assert list(get_replay_result().streams) == [0, 1]


def test_the_result_is_right_although_a_worker_died_midway(cluster, tmp_path):
    died = tmp_path / "died"
    before = {worker.pid for worker in cluster.workers.values()}
    Momentum = momentum()  # noqa: N806 - a class

    class Dying(Momentum):
        n = 0

        def tick_and_predict(self, x, horizon):
            self.n += 1
            if self.n == 100 and not died.exists():
                died.write_text(str(os.getpid()))
                os.kill(os.getpid(), signal.SIGKILL)
            return super().tick_and_predict(x, horizon)

    with joblib.parallel_config(backend="dask"):
        result = replay(WALKS, infer=Dying, n_jobs=-1, probe="pid")
    assert int(died.read_text()) in before - pids(result)
    assert decided(result) == decided(replay(WALKS, infer=momentum()))


def test_what_kills_every_worker_is_an_error_that_says_so(cluster):
    def deadly(stream):
        yield
        for message in stream:
            if message["x"] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            yield 1

    with joblib.parallel_config(backend="dask"), pytest.raises(MidplotError, match="a worker process was killed"):
        replay([[1.0], [-1.0], [2.0]], infer=deadly, n_jobs=-1)
    assert get_replay_result().interrupted
    with joblib.parallel_config(backend="dask"):
        assert replay([[1.0], [2.0]], infer=deadly, n_jobs=-1).n_ticks == 2


def test_ctrl_c_keeps_what_finished_and_leaves_the_cluster_as_it_was(cluster):
    def listen(progress):
        raise KeyboardInterrupt

    with joblib.parallel_config(backend="dask"):
        result = replay(WALKS, infer=momentum(), n_jobs=-1, progress=listen)
        assert result.interrupted
        assert next(iter(result.streams)) == 0
        assert replay(WALKS, infer=momentum(), n_jobs=-1).n_ticks == 8 * 200


SCRIPT = """
import joblib
from dask.distributed import Client, LocalCluster
from midplot import replay

def infer(stream):
    yield
    for message in stream:
        yield helper(message["x"])

def helper(x):
    return x - 2

if __name__ == "__main__":
    places = dict(host="127.0.0.1", scheduler_port=0, dashboard_address="127.0.0.1:0", worker_dashboard_address="127.0.0.1:0")
    with LocalCluster(n_workers=2, threads_per_worker=1, **places) as cluster, Client(cluster):
        streams = [[1.0, 2.0, 3.0, 4.0], [4.0, 3.0], [2.0, 5.0]]
        with joblib.parallel_config(backend="dask"):
            result = replay(streams, horizon=1, epsilon=0.0, n_jobs=-1)
    print(result.scores == replay(streams, horizon=1, epsilon=0.0).scores)
"""


def test_what_a_script_defines_travels_to_the_cluster(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout == "True\n"
