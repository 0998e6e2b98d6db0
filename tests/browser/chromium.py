"""Finds the Chromium of this machine, and the arguments under which it keeps to itself."""

from __future__ import annotations

import os
import shutil

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A second lock behind the routes of a tab: no name but loopback resolves.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def chromium_path() -> str:
    """Return the program that ``MIDPLOT_CHROMIUM`` names, else the first that is installed; fail where none is."""
    named = os.environ.get("MIDPLOT_CHROMIUM")
    found = [path for name in ([named] if named else _NAMES) if (path := shutil.which(name))]
    if not found:
        pytest.fail(
            f"chromium: found no {' or '.join([named] if named else _NAMES)}. Install it (on Debian and Ubuntu: "
            "apt install chromium), or name one: MIDPLOT_CHROMIUM=/path/to/chromium."
        )
    return found[0]


def chromium_arguments() -> list[str]:
    """Return the command line arguments."""
    return list(_ARGUMENTS)


def may_sandbox() -> bool:
    """Tell whether Chromium can use its sandbox: it refuses to for root."""
    return os.geteuid() != 0
