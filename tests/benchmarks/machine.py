"""What the numbers were measured on: they mean little without it."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

__all__ = ["described_machine", "load_average", "package_versions"]

PACKAGES = ("midplot", "numpy", "pydantic", "midone", "pandas", "pyarrow", "joblib")


def described_machine() -> dict[str, str | int | None]:
    """Return the processor, how many there are, the system and the Python."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def package_versions() -> dict[str, str]:
    """Return the versions of what is measured."""
    return {name: version(name) for name in PACKAGES}


def load_average() -> float | None:
    """Return how many processes wanted a core over the last minute, where the system tells."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown processor"
