"""What is said about CUDA, for every way in which CuPy can be absent or broken."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from hessproof.numeric import arrays
from hessproof.numeric.arrays import chosen_device, cuda_name, missing_cuda, namespace
from hessproof.symbolic.errors import UnusableRequest


class _CudaError(RuntimeError):
    pass


class _Library(types.ModuleType):
    """A CuPy as far as a device is asked for: NumPy's functions, and a runtime with one device."""

    def __init__(self, **changes: Any) -> None:
        super().__init__("cupy")
        self.__version__ = "14.2.0"
        runtime = types.SimpleNamespace(
            CUDARuntimeError=_CudaError,
            getDeviceCount=lambda: 1,
            getDeviceProperties=lambda number: {"name": b"A Device"},
            memGetInfo=lambda: (10 * 2**30, 16 * 2**30),
            runtimeGetVersion=lambda: 12090,
            driverGetVersion=lambda: 13000,
        )
        self.cuda = types.SimpleNamespace(runtime=runtime, Device=lambda: types.SimpleNamespace(id=0))
        self.eye, self.abs, self.linalg, self.empty = np.eye, np.abs, np.linalg, np.empty
        for name, value in changes.items():
            setattr(self, name, value)


@pytest.fixture(autouse=True)
def _afresh() -> Iterator[None]:
    """What was found out about CuPy before is forgotten, and forgotten again afterwards."""
    arrays._why_it_cannot_compute.cache_clear()
    yield
    arrays._why_it_cannot_compute.cache_clear()


def failing(text: str) -> Any:
    def fail(*arguments: Any) -> Any:
        raise RuntimeError(text)

    return fail


def test_a_device_that_computes_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cupy", _Library())
    assert missing_cuda() == ""
    assert namespace("cuda") is namespace("cpu")  # the array of this CuPy is one of NumPy
    assert cuda_name() == "A Device, 16 GiB; CuPy 14.2.0, CUDA 12.9, driver for CUDA 13.0"


BROKEN = {
    "a compiler is missing": ({"eye": failing("libnvrtc.so.12 not found\nand more")}, "libnvrtc.so.12 not found"),
    "a library is missing": (
        {"linalg": types.SimpleNamespace(eigvalsh=failing("libcusolver.so.11"))}, "libcusolver.so.11",
    ),
    "an error without text": ({"eye": failing("")}, "RuntimeError"),
    "a long error": ({"eye": failing("x" * 1000)}, "x…"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_device_that_cannot_compute_is_refused_in_one_line(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    changes, why = BROKEN[name]
    monkeypatch.setitem(sys.modules, "cupy", _Library(**changes))
    assert missing_cuda().startswith("CuPy cannot compute on it (")
    assert why in missing_cuda()
    assert len(missing_cuda()) < 200
    with pytest.raises(UnusableRequest, match=r"install hessproof\[cuda12\] or hessproof\[cuda13\], or give") as caught:
        namespace("cuda")
    assert "\n" not in str(caught.value)
    choice = chosen_device("auto")
    assert (choice.name, choice.about) == ("cpu", missing_cuda())


def test_a_device_that_computes_wrongly_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cupy", _Library(eye=lambda size: np.eye(size) + 1e-3))
    assert missing_cuda() == "CuPy computes wrongly on it"


def test_a_cupy_that_does_not_load_is_told_from_one_that_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    real = arrays.importlib.import_module

    def load(name: str) -> Any:
        if name == "cupy":
            raise ImportError("libcuda.so.1: cannot open shared object file\nmore")
        return real(name)

    monkeypatch.setattr(arrays.importlib, "import_module", load)
    assert missing_cuda() == "CuPy does not load (libcuda.so.1: cannot open shared object file)"
    monkeypatch.undo()
    monkeypatch.setitem(sys.modules, "cupy", None)
    assert missing_cuda() == "CuPy is not installed"


def test_a_driver_that_does_not_answer_needs_no_other_cupy(monkeypatch: pytest.MonkeyPatch) -> None:
    library = _Library()

    def silent() -> int:
        raise _CudaError("cudaErrorInsufficientDriver: CUDA driver version is insufficient")

    library.cuda.runtime.getDeviceCount = silent
    monkeypatch.setitem(sys.modules, "cupy", library)
    with pytest.raises(
        UnusableRequest, match=r"CUDA does not answer \(.*\); see what nvidia-smi says, or give --device cpu"
    ):
        namespace("cuda")


@pytest.mark.gpu
def test_the_device_has_a_name_and_computes() -> None:
    choice = chosen_device("auto")
    assert choice.name == "cuda"
    assert "CuPy" in choice.about
    print(choice)
