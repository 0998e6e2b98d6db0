"""Finds the Chromium of this machine, and the arguments under which it keeps to itself."""

from __future__ import annotations

import os
import shutil

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


def chromium_path() -> str | None:
    """Return the program that ``MIDPLOT_CHROMIUM`` names, else the first that is installed; None where none is."""
    named = os.environ.get("MIDPLOT_CHROMIUM")
    found = (shutil.which(name) for name in ([named] if named else _NAMES))
    return next((path for path in found if path), None)


def chromium_arguments() -> list[str]:
    """Return the command line arguments; a sandbox is possible for anyone but root."""
    return [*_ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
