"""What every test gets: no replay remembered from another test, and no network beyond this machine."""

from __future__ import annotations

import importlib
import ipaddress
import os
import socket

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

# `make dist` and `make wheel` ask for these.
collect_ignore = ["package"]

# Machines are slow at times: an example has no deadline. What CI runs is the same from run to run.
hypothesis.settings.register_profile("midplot", max_examples=50, deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("midplot")


@pytest.fixture(autouse=True)
def _forget_last_replay():
    """Reset the one mutable global of midplot."""
    # The attribute midplot.replay is the function; the module has to be asked for by name.
    module = importlib.import_module("midplot.replay")
    module._remember(None)
    yield
    module._remember(None)


@pytest.fixture(autouse=True, scope="session")
def _loopback_only():
    """Refuse every connection, and every datagram, that would leave this machine."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        yield


def _guarded(method):
    def guarded(self, *args):
        address = args[-1]
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
            raise PermissionError(f"a test tried to reach {address!r}. Tests keep to loopback.")
        return method(self, *args)

    return guarded


def _is_loopback(host):
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


SHARING = (
    "tests/browser/",  # a server and a browser
    "tests/package/",  # environments
    "tests/evidence/test_calibration.py",  # the luck of hundreds of replays
)


class _CostlyFilesTogether(LoadScopeScheduling):
    """Keep the tests of a file in one process if they share what takes long to make; spread all others one by one.

    Each process then has its own server and browser. The files with the most tests begin, and what is left is so small
    that all processes end together.
    """

    def _split_scope(self, nodeid):
        return nodeid.partition("::")[0] if nodeid.startswith(SHARING) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    # Groups by mark would do it too, but current releases of pytest and xdist ignore them together.
    return _CostlyFilesTogether(config, log)
