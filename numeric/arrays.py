"""Arrays of any library that follows the array API standard, and the device they live on."""

from __future__ import annotations

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


def namespace(device: Device = "cpu") -> Namespace:
    """The array library for a device: NumPy for ``cpu``, CuPy for ``cuda``, the fastest present for ``auto``.

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
        raise UnusableRequest("device 'cuda'", f"CuPy with a CUDA device, but {why}", "give --device cpu")
    return namespace("cpu")


def _cupy() -> tuple[Namespace | None, str]:
    try:
        import cupy
    except ImportError:
        return None, "CuPy is not installed"
    try:
        devices = int(cupy.cuda.runtime.getDeviceCount())
    except cupy.cuda.runtime.CUDARuntimeError as error:
        return None, f"CUDA does not answer ({error})"
    if devices < 1:
        return None, "no CUDA device is visible"
    return array_api_compat.array_namespace(cupy.empty(0)), ""


def namespace_of(*arrays: Array) -> Namespace:
    """The array library of some arrays.

    Example:
        >>> namespace_of(np.zeros(2)) is namespace("cpu")
        True
    """
    return array_api_compat.array_namespace(*arrays)


def to_numpy(array: Array) -> np.ndarray[Any, Any]:
    """Copy an array of any library to NumPy.

    Example:
        >>> to_numpy(namespace("cpu").asarray([[1.0]])).tolist()
        [[1.0]]
    """
    if array_api_compat.is_cupy_array(array):
        return np.asarray(array.get())
    if isinstance(array, np.ndarray):
        return array
    return np.asarray(np.from_dlpack(array))
