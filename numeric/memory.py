"""How much memory a request would need, before it is tried."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import array_api_compat

from hessproof.symbolic.errors import UnusableRequest

SHARE = 0.8
"""Share of the available memory that one request may take; the rest is for the interpreter, libraries and others."""

GROUPS = "/sys/fs/cgroup"
"""Where Linux mounts its control groups."""


def available_bytes() -> int:
    """Memory that can be had without swapping and below every limit set for this process, in bytes.

    Example:
        >>> available_bytes() > 0
        True
    """
    return memory_room()[0]


def memory_room(xp: Any = None) -> tuple[int, str]:
    """Memory that can be had, in bytes, and what sets that limit, in words.

    On the processor it is the smallest of three numbers: what the machine has free, what the control groups of the
    process leave (containers set those), and what ``ulimit -v`` leaves of the address space. On a GPU it is what the
    device has free, with what CuPy holds and does not use.

    Args:
        xp: The array library whose memory is meant; the processor's if None.

    Example:
        >>> room, why = memory_room()
        >>> room > 0, type(why).__name__
        (True, 'str')
    """
    if xp is not None and array_api_compat.is_cupy_namespace(xp):
        import cupy

        free, _ = cupy.cuda.runtime.memGetInfo()
        return int(free) + int(cupy.get_default_memory_pool().free_bytes()), "what the GPU has free"
    rooms = [(_free_bytes(), "what is free")]
    rooms += [(left, "what the control group leaves") for left in _group_rooms()]
    rooms += [(left, "what ulimit -v leaves") for left in _address_room()]
    return min(rooms)


def _free_bytes() -> int:
    with contextlib.suppress(OSError):
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return 2 * 1024**3


def _group_rooms() -> Iterator[int]:
    """What each control group above this process leaves of its memory, of version 1 or 2; groups may be nested."""
    try:
        lines = Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        _, kinds, path = line.split(":", 2)
        if "memory" in kinds.split(","):
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
            mount = Path(f"{GROUPS}/memory")
        elif not kinds:
            names, mount = ("memory.max", "memory.current", "inactive_file"), Path(GROUPS)
        else:
            continue
        # inside a container the path may be the host's, which is not mounted there; the mount itself is then the group
        group = mount / path.lstrip("/")
        while True:
            with contextlib.suppress(OSError, ValueError):
                yield _group_room(group, *names)
            if group == mount:
                break
            group = group.parent


def _group_room(group: Path, limit: str, usage: str, cache: str) -> int:
    """Limit less usage, where pages of files that the kernel gives back on demand are not counted as used.

    Raises:
        OSError: If there is no such group.
        ValueError: If it has no limit.
    """
    most = int((group / limit).read_text(encoding="ascii"))
    used = int((group / usage).read_text(encoding="ascii"))
    with contextlib.suppress(OSError):
        for line in (group / "memory.stat").read_text(encoding="ascii").splitlines():
            name, value = line.split()
            if name == cache:
                used -= int(value)
    return max(0, most - max(0, used))


def _address_room() -> Iterator[int]:
    """What the limit of the address space leaves, if there is one."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY:
        return
    used = 0
    with contextlib.suppress(OSError):
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
        used = int(pages) * resource.getpagesize()
    yield max(0, limit - used)


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
