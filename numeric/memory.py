"""How much memory a request would need, before it is tried."""

from __future__ import annotations

import os
from pathlib import Path

from hessproof.symbolic.errors import UnusableRequest

SHARE = 0.8
"""Share of the available memory that one request may take."""


def available_bytes() -> int:
    """Memory that can be had without swapping, in bytes.

    Example:
        >>> available_bytes() > 0
        True
    """
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return 2 * 1024**3


def matrix_bytes(rows: int, columns: int | None = None, *, copies: int = 1, entry: int = 8) -> int:
    """Bytes for a dense matrix and its working copies.

    Example:
        >>> matrix_bytes(1000)
        8000000
    """
    return rows * (rows if columns is None else columns) * entry * copies


def refuse_if_too_large(needed: int, what: str, remedy: str, limit: int | None = None) -> None:
    """Refuse a request that would not fit into memory.

    Args:
        needed: Bytes that it would take.
        what: What would take them.
        remedy: What would work instead.
        limit: Bytes that may be taken; a share of the available memory if not given.

    Raises:
        UnusableRequest: If it would not fit.

    Example:
        >>> refuse_if_too_large(10**12, "a big Hessian", "use the core", limit=10**9)
        Traceback (most recent call last):
        ...
        hessproof.symbolic.errors.UnusableRequest: a big Hessian (931.3 GiB): expected at most 0.9 GiB; use the core
    """
    allowed = int(SHARE * available_bytes()) if limit is None else limit
    if needed > allowed:
        raise UnusableRequest(f"{what} ({needed / 2**30:.1f} GiB)", f"at most {allowed / 2**30:.1f} GiB", remedy)
