"""Devices and memory: what is absent or too large is said plainly."""

from __future__ import annotations

import sys
import types
from pathlib import Path
from typing import Any

import array_api_strict
import numpy as np
import pytest

from hessproof.numeric import arrays, memory
from hessproof.numeric.arrays import namespace, namespace_of, to_numpy
from hessproof.numeric.memory import available_bytes, matrix_bytes, refuse_if_too_large
from hessproof.symbolic.errors import UnusableRequest


def without_cupy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cupy", None)


def test_cuda_without_cupy_is_refused_and_auto_falls_back(monkeypatch: pytest.MonkeyPatch) -> None:
    without_cupy(monkeypatch)
    with pytest.raises(UnusableRequest) as caught:
        namespace("cuda")
    assert str(caught.value) == (
        "device 'cuda': expected CuPy with a CUDA device, but CuPy is not installed; install hessproof[cuda12] or "
        "hessproof[cuda13], or give --device cpu"
    )
    assert namespace("auto") is namespace("cpu")
    with pytest.raises(UnusableRequest, match="device 'gpu': expected one of cpu, cuda, auto"):
        namespace("gpu")  # type: ignore[arg-type]


class _Answer:
    def __init__(self, devices: int | None) -> None:
        self.devices = devices

    def __call__(self) -> int:
        if self.devices is None:
            raise _CudaError("no driver")
        return self.devices


class _CudaError(RuntimeError):
    pass


@pytest.mark.parametrize(("devices", "why"), [(None, "CUDA does not answer"), (0, "no CUDA device is visible")])
def test_cupy_without_a_device_is_refused(devices: int | None, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = types.SimpleNamespace(getDeviceCount=_Answer(devices), CUDARuntimeError=_CudaError)
    fake: Any = types.ModuleType("cupy")
    fake.cuda = types.SimpleNamespace(runtime=runtime)
    monkeypatch.setitem(sys.modules, "cupy", fake)
    with pytest.raises(UnusableRequest, match=why):
        namespace("cuda")


def test_a_present_device_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "_cupy", lambda: (array_api_strict, ""))
    assert namespace("cuda") is array_api_strict
    assert namespace("auto") is array_api_strict


def test_arrays_come_back_to_numpy() -> None:
    strict = array_api_strict.asarray([[1.0, 2.0]])
    assert to_numpy(strict).tolist() == [[1.0, 2.0]]
    assert namespace_of(strict) is array_api_strict
    plain = np.ones(2)
    assert to_numpy(plain) is plain


def test_too_large_is_refused_with_size_and_remedy() -> None:
    refuse_if_too_large(matrix_bytes(10), "small", "nothing", limit=800)
    with pytest.raises(UnusableRequest) as caught:
        refuse_if_too_large(matrix_bytes(2**17, copies=2), "a Hessian", "use the core", limit=2**34)
    assert str(caught.value) == "a Hessian (256.0 GiB): expected at most 16.0 GiB; use the core"
    with pytest.raises(UnusableRequest):
        refuse_if_too_large(2**60, "a Hessian", "use the core")


def test_available_memory_without_proc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert available_bytes() > 2**20
    monkeypatch.setattr(memory, "Path", lambda name: tmp_path / "absent")
    assert available_bytes() > 2**20
    monkeypatch.setattr(memory.os, "sysconf_names", {})
    assert available_bytes() == 2 * 1024**3
