"""The same call on a cluster: Dask's scheduler and two worker processes on this machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import joblib
import nevergrad
import numpy as np
import pandas as pd
import pytest
from dask.distributed import Client, LocalCluster

from midplot import get_replay_result, load_streams, replay
from midplot.errors import MidplotError
from midplot.training import objective

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


@pytest.fixture
def stored(tmp_path):
    """Return streams that stay in a file which all workers see."""
    rows = [pd.DataFrame({"stream": name, "value": values}) for name, values in WALKS.items()]
    pd.concat(rows).to_parquet(tmp_path / "walks.parquet", row_group_size=300)
    return load_streams(tmp_path / "walks.parquet", lazy=True)[0]


def test_workers_read_streams_from_a_shared_file(cluster, stored):
    with joblib.parallel_config(backend="dask"):
        result = replay(stored, infer=momentum(), n_jobs=-1, probe="pid")
    assert decided(result) == decided(replay(WALKS, infer=momentum()))
    assert pids(result) <= {worker.pid for worker in cluster.workers.values()}


def thresholded(stream, hyper_parameters):
    yield
    last = 0.0
    for message in stream:
        move, last = message["x"] - last, message["x"]
        yield move if abs(move) > hyper_parameters["least"] else 0


@pytest.mark.filterwarnings("ignore:Ignoring since timer:UserWarning")  # nevergrad's own, of its waiting for results
def test_an_optimiser_has_its_candidates_evaluated_on_the_cluster(cluster, stored):
    space = nevergrad.p.Dict(least=nevergrad.p.Scalar(init=1.0, lower=0.0, upper=4.0))
    goal = objective(stored, infer=thresholded, horizon=5)

    def found(executor):
        space.random_state.seed(4)
        optimizer = nevergrad.optimizers.DE(space, budget=12, num_workers=4)
        return optimizer.minimize(goal, executor=executor, batch_mode=True).value

    with Client(cluster) as client, client.get_executor() as executor:
        elsewhere = found(executor)
    assert not goal.history  # no candidate was evaluated here
    with ThreadPoolExecutor(1) as executor:
        assert elsewhere == found(executor)
    assert len(goal.history) == 12


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
