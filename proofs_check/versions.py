"""Versions of everything that a result depends on, read without importing it."""

from __future__ import annotations

import os
import platform
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version

LIBRARIES = ("array-api-compat", "hypothesis", "mpmath", "numpy", "pydantic", "python-flint", "scipy", "sympy")


def version_of(package: str) -> str:
    """Version of an installed package, ``"unknown"`` if it is not installed.

    Example:
        >>> version_of("no-such-package-anywhere")
        'unknown'
    """
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


@lru_cache
def _versions() -> tuple[tuple[str, str], ...]:
    return tuple((name, version_of(name)) for name in ("hessproof", *LIBRARIES))


def library_versions() -> dict[str, str]:
    """Versions of hessproof, Python and the libraries whose arithmetic the results rest on."""
    return {"python": platform.python_version(), **dict(_versions())}


def machine() -> str:
    """Operating system and processor architecture; no name of a host or a person."""
    return f"{platform.system()} {platform.machine()}"


def processors() -> int:
    """Processors that this process may use, at least one."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
