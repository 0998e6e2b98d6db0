"""Kernels that are forked behave as those that Jupyter starts itself: they end by a signal, and never outlive who asked."""

from __future__ import annotations

import json
import os
import signal
import subprocess

import pytest

from .kernels import KernelForks
from .server import PATIENCE


@pytest.fixture
def forks(tmp_path):
    if not KernelForks.possible(tmp_path):
        pytest.skip("there are no forks on this system")
    forks = KernelForks(tmp_path, os.environ)
    yield forks
    forks.stop(PATIENCE)


def running(folder):
    """Start a kernel as Jupyter does, and wait until it runs."""
    (command,) = [json.loads(path.read_text())["argv"] for path in folder.rglob("kernel.json")]
    given = [str(folder / "connection.json") if each == "{connection_file}" else each for each in command]
    asked = subprocess.Popen(given, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    # What ipykernel says when it runs and no Jupyter is its parent.
    assert any(line.startswith("NOTE: ") for line in asked.stdout)
    return asked


def test_a_kernel_ends_as_it_is_told_and_with_whoever_asked_for_it(forks, tmp_path):
    with running(tmp_path) as told:
        told.send_signal(signal.SIGTERM)
        assert told.wait(PATIENCE) == 256 - signal.SIGTERM
    # The output ends when the last process that could write to it does.
    with running(tmp_path) as killed:
        killed.kill()
        killed.stdout.read()
    with running(tmp_path) as left:
        forks.stop(PATIENCE)
        left.stdout.read()
