"""Arrays of any library that follows the array API standard, and the device they live on."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import array_api_compat
import numpy as np

from hessproof.symbolic.errors import UnusableRequest

Array = Any
"""An array of a library that follows the array API standard (https://data-apis.org/array-api/2023.12)."""

Namespace = Any
"""The functions of such a library."""

Device = Literal["cpu", "cuda", "auto"]
DEVICES: tuple[Device, ...] = ("cpu", "cuda", "auto")

INSTALL = "install hessproof[cuda12] or hessproof[cuda13]"
"""What brings CuPy for the CUDA version of the driver."""


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """Which device a request takes, and why.

    Args:
        name: ``cpu`` or ``cuda``.
        about: What the device is, or why it is not the other one; empty if there is nothing to say.

    Example:
        >>> str(DeviceChoice("cpu", "CuPy is not installed"))
        'device: cpu (CuPy is not installed)'
    """

    name: Literal["cpu", "cuda"]
    about: str = ""

    def __str__(self) -> str:
        return f"device: {self.name} ({self.about})" if self.about else f"device: {self.name}"


def namespace(device: Device = "cpu") -> Namespace:
    """The array library for a device: NumPy for ``cpu``, CuPy for ``cuda``, the fastest present for ``auto``.

    Arrays that CuPy makes are on CUDA's current device. With several of them the variable CUDA_VISIBLE_DEVICES says
    which one that is.

    Raises:
        UnusableRequest: If the device is unknown, or CUDA is asked for and cannot be used here.

    Example:
        >>> namespace("cpu").asarray([1.0, 2.0]).shape
        (2,)
    """
    if device not in DEVICES:
        raise UnusableRequest(f"device {device!r}", f"one of {', '.join(DEVICES)}", "give --device cpu")
    if device == "cpu":
        return array_api_compat.array_namespace(np.empty(0))
    found, why = _cupy()
    if found is not None:
        return found
    if device == "cuda":
        remedy = f"{cuda_remedy(why)}, or give --device cpu"
        raise UnusableRequest("device 'cuda'", f"CuPy with a CUDA device, but {why}", remedy)
    return namespace("cpu")


def chosen_device(device: Device = "auto") -> DeviceChoice:
    """The device that ``namespace(device)`` takes, in words to be printed.

    Raises:
        UnusableRequest: If the device is unknown, or CUDA is asked for and cannot be used here.

    Example:
        >>> str(chosen_device("cpu"))
        'device: cpu'
        >>> chosen_device("auto").name in ("cpu", "cuda")
        True
    """
    if array_api_compat.is_cupy_namespace(namespace(device)):
        return DeviceChoice("cuda", cuda_name())
    return DeviceChoice("cpu", "" if device == "cpu" else missing_cuda())


def missing_cuda() -> str:
    """Why CUDA cannot be used here, in a few words; empty if it can.

    Example:
        >>> isinstance(missing_cuda(), str)
        True
    """
    return _cupy()[1]


def cuda_remedy(why: str) -> str:
    """What may help where ``missing_cuda()`` says ``why``.

    Example:
        >>> cuda_remedy("CuPy is not installed")
        'install hessproof[cuda12] or hessproof[cuda13]'
    """
    return INSTALL if "CuPy" in why else "see what nvidia-smi says"


def cuda_name() -> str:
    """The name of CUDA's current device, its memory, and the versions of CuPy, CUDA and the driver's CUDA.

    Call it only where ``missing_cuda()`` is empty.
    """
    cupy = importlib.import_module("cupy")
    runtime = cupy.cuda.runtime
    name = runtime.getDeviceProperties(cupy.cuda.Device().id)["name"].decode()
    memory = runtime.memGetInfo()[1] / 2**30
    versions = _version(runtime.runtimeGetVersion()), _version(runtime.driverGetVersion())
    return f"{name}, {memory:.0f} GiB; CuPy {cupy.__version__}, CUDA {versions[0]}, driver for CUDA {versions[1]}"


def _version(number: int) -> str:
    """CUDA writes 12.4 as 12040."""
    return f"{number // 1000}.{number % 1000 // 10}"


def _cupy() -> tuple[Namespace | None, str]:
    """CuPy's functions, or None and why they cannot be used. Asked again each time, since nothing here takes long."""
    try:
        cupy = importlib.import_module("cupy")
    except ModuleNotFoundError:
        return None, "CuPy is not installed"
    except ImportError as error:
        return None, f"CuPy does not load ({_first_line(error)})"
    try:
        devices = int(cupy.cuda.runtime.getDeviceCount())
    except cupy.cuda.runtime.CUDARuntimeError as error:
        return None, f"CUDA does not answer ({_first_line(error)})"
    if devices < 1:
        return None, "no CUDA device is visible"
    why = _why_it_cannot_compute()
    return (None, why) if why else (array_api_compat.array_namespace(cupy.empty(0)), "")


@cache
def _why_it_cannot_compute() -> str:
    """Try what the kernels need, once a process: a compiled kernel, a matrix product and a decomposition.

    A driver alone lets CuPy load and count devices; the compiler and the libraries of CUDA are looked for when they
    are first used, and each may be absent. Whatever fails here means that the device cannot be used.
    """
    cupy = importlib.import_module("cupy")
    try:
        matrix = cupy.eye(4) * 2.0
        wrong = float(cupy.abs(matrix @ matrix - 4.0 * cupy.eye(4)).max()) != 0.0
        wrong = wrong or float(cupy.abs(cupy.linalg.eigvalsh(matrix) - 2.0).max()) > 1e-12
    except Exception as error:
        return f"CuPy cannot compute on it ({_first_line(error)})"
    return "CuPy computes wrongly on it" if wrong else ""


def _first_line(error: BaseException, most: int = 160) -> str:
    """The first line of an error's text, for the errors of CUDA can be pages long."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0] if len(lines[0]) <= most else f"{lines[0][: most - 1]}…"


def namespace_of(*arrays: Array) -> Namespace:
    """The array library of some arrays.

    Example:
        >>> namespace_of(np.zeros(2)) is namespace("cpu")
        True
    """
    return array_api_compat.array_namespace(*arrays)


def placed(values: Any, like: Array, dtype: Any = None) -> Array:
    """Numbers as an array of the library and on the device of another array.

    Args:
        values: Numbers, nested lists of them, or an array of NumPy or of that library.
        like: The other array.
        dtype: Type of the entries; that of the values if not given.

    Example:
        >>> placed([1, 2], np.zeros(2), np.float64).tolist()
        [1.0, 2.0]
    """
    return namespace_of(like).asarray(values, dtype=dtype, device=array_api_compat.device(like))


def to_numpy(array: Array) -> np.ndarray[Any, Any]:
    """Copy an array of any library and device to NumPy.

    Example:
        >>> to_numpy(namespace("cpu").asarray([[1.0]])).tolist()
        [[1.0]]
    """
    if array_api_compat.is_cupy_array(array):
        return np.asarray(array.get())
    if isinstance(array, np.ndarray):
        return array
    return np.asarray(np.from_dlpack(array))


def wait_for(array: Array) -> None:
    """Return when an array is computed: CUDA works on while Python goes ahead, which a clock must not miss.

    Example:
        >>> wait_for(np.zeros(2))
    """
    if array_api_compat.is_cupy_array(array):
        importlib.import_module("cupy").cuda.get_current_stream().synchronize()
