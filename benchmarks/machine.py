"""Describes the machine: without it the numbers mean little."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = ["described_machine", "load_average", "package_versions"]

PACKAGES = (
    "midplot",
    "numpy",
    "pydantic",
    "midone",
    "river",
    "pandas",
    "pyarrow",
    "joblib",
    "plotly",
    "ipywidgets",
    "anywidget",
)


def described_machine() -> dict[str, str | int | None]:
    """Return the processor, the number of cores, the memory, the system and the version of Python."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory": _memory(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def package_versions() -> dict[str, str]:
    """Return the versions of those packages that are installed."""
    found = {name: _version(name) for name in PACKAGES}
    return {name: number for name, number in found.items() if number is not None}


def load_average() -> float | None:
    """Return the average number of processes that wanted a core over the last minute; None if the system does not say."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _memory() -> str:
    names = getattr(os, "sysconf_names", {})
    if not {"SC_PAGE_SIZE", "SC_PHYS_PAGES"} <= set(names):
        return "unknown"
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB"


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown processor"
