"""Every limit that a machine can set for a process's memory counts, and the smallest is named."""

from __future__ import annotations

import builtins
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from hessproof.numeric import memory
from hessproof.numeric.memory import memory_room

GIB = 2**30


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str, str], None]:
    """Files as Linux shows them, below a folder of the test: ``machine(name, text)`` writes one."""

    def write(name: str, text: str) -> None:
        path = tmp_path / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="ascii")

    monkeypatch.setattr(memory, "Path", lambda name: tmp_path / str(name).lstrip("/"))
    write("/proc/meminfo", "MemTotal: 99999999 kB\nMemAvailable: 8388608 kB\n")
    return write


def test_what_is_free_counts_where_nothing_is_limited(machine: Callable[[str, str], None]) -> None:
    assert memory_room() == (8 * GIB, "what is free")
    machine("/proc/self/cgroup", "0::/user\n")
    machine("/sys/fs/cgroup/user/memory.max", "max\n")
    machine("/sys/fs/cgroup/user/memory.current", "1\n")
    assert memory_room() == (8 * GIB, "what is free")


def test_control_groups_of_version_2_less_the_pages_that_come_back(machine: Callable[[str, str], None]) -> None:
    machine("/proc/self/cgroup", "0::/outer/inner\n")
    machine("/sys/fs/cgroup/outer/memory.max", f"{4 * GIB}\n")
    machine("/sys/fs/cgroup/outer/memory.current", f"{3 * GIB}\n")
    machine("/sys/fs/cgroup/outer/memory.stat", f"anon 5\ninactive_file {GIB}\n")
    machine("/sys/fs/cgroup/outer/inner/memory.max", f"{6 * GIB}\n")
    machine("/sys/fs/cgroup/outer/inner/memory.current", f"{3 * GIB}\n")
    assert memory_room() == (2 * GIB, "what the control group leaves")


def test_control_groups_of_version_1_seen_from_inside_a_container(machine: Callable[[str, str], None]) -> None:
    machine("/proc/self/cgroup", "9:cpu:/x\n4:memory:/docker/0123\n")
    machine("/sys/fs/cgroup/memory/memory.limit_in_bytes", f"{2 * GIB}\n")
    machine("/sys/fs/cgroup/memory/memory.usage_in_bytes", f"{3 * GIB}\n")
    assert memory_room() == (0, "what the control group leaves")
    machine("/sys/fs/cgroup/memory/memory.stat", f"total_inactive_file {2 * GIB}\n")
    assert memory_room() == (GIB, "what the control group leaves")


def test_the_limit_of_the_address_space(monkeypatch: pytest.MonkeyPatch, machine: Callable[[str, str], None]) -> None:
    machine("/proc/self/statm", f"{GIB // resource.getpagesize()} 1 1\n")
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (3 * GIB, 3 * GIB))
    assert memory_room() == (2 * GIB, "what ulimit -v leaves")


def test_an_operating_system_without_such_limits(
    monkeypatch: pytest.MonkeyPatch, machine: Callable[[str, str], None]
) -> None:
    real = builtins.__import__

    def absent(name: str, *rest: object) -> object:
        if name == "resource":
            raise ImportError(name)
        return real(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", absent)
    assert memory_room()[1] == "what is free"


def test_the_processor_s_memory_for_a_library_of_the_processor(machine: Callable[[str, str], None]) -> None:
    assert "cupy" not in sys.modules
    assert memory_room(np) == (8 * GIB, "what is free")


def test_a_gpu_s_memory_with_what_its_library_holds_and_does_not_use(monkeypatch: pytest.MonkeyPatch) -> None:
    library = ModuleType("cupy")
    pool = SimpleNamespace(free_bytes=lambda: GIB)
    runtime = SimpleNamespace(memGetInfo=lambda: (5 * GIB, 16 * GIB))
    monkeypatch.setattr(library, "cuda", SimpleNamespace(runtime=runtime), raising=False)
    monkeypatch.setattr(library, "get_default_memory_pool", lambda: pool, raising=False)
    monkeypatch.setitem(sys.modules, "cupy", library)
    assert memory_room(library) == (6 * GIB, "what the GPU has free")
