"""Windows of PyTorch's storages as arrays, after a look whether the numbers are there and belong to one tensor only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.symbolic.errors import UnusableRequest, short

TYPES = {
    "DoubleStorage": "f8", "FloatStorage": "f4", "HalfStorage": "f2", "BFloat16Storage": "bf16", "LongStorage": "i8",
    "IntStorage": "i4", "ShortStorage": "i2", "CharStorage": "i1", "ByteStorage": "u1", "BoolStorage": "?",
}  # fmt: skip
"""NumPy's name of each kind of storage that is read."""
STORE = "store it with torch.save(model.state_dict(), path)"
_SAFE = "store it with safetensors.torch.save_file(model.state_dict(), path)"
_SHARING_WORK = 10_000
"""Steps that NumPy may take to see whether two strided windows meet; if it needs more they count as meeting."""
_SHARING_PAIRS = 1000
"""Pairs of interleaved windows that are looked at; if there are more, the next pair counts as meeting."""


@dataclass(frozen=True, slots=True)
class Storage:
    """A storage as the pickle names it.

    Args:
        key: Which of the file's storages.
        kind: Its class in PyTorch, such as ``FloatStorage``.
        size: How many numbers it holds.
    """

    key: str
    kind: str
    size: int


@dataclass(frozen=True, slots=True)
class Tensor:
    """A window of a storage.

    Args:
        storage: The storage.
        offset: Place of its first number.
        shape: Its shape.
        strides: By how many numbers the place moves along each axis.
    """

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def arrays_of(
    tensors: Mapping[Any, Tensor], bytes_of: Callable[[Storage], bytes], order: str, name: str
) -> dict[str, npt.NDArray[Any]]:
    """The tensors as arrays, by name; bfloat16 widened to float32.

    Args:
        tensors: By name.
        bytes_of: The bytes of a storage.
        order: ``<`` for little-endian numbers, ``>`` for big-endian ones.
        name: What the file is called in messages.

    Raises:
        UnusableRequest: If a storage is of another length or kind, a window leaves it or repeats its numbers, or two
            windows share numbers.

    Example:
        >>> store = Storage("0", "FloatStorage", 4)
        >>> window = Tensor(store, 1, (3,), (1,))
        >>> arrays_of({"b1": window}, lambda one: np.arange(4, dtype="<f4").tobytes(), "<", "F")["b1"].tolist()
        [1.0, 2.0, 3.0]
    """
    stored: dict[str, tuple[Storage, npt.NDArray[Any]]] = {}
    windows: dict[str, npt.NDArray[Any]] = {}
    for key, tensor in tensors.items():
        one = tensor.storage
        if one.key not in stored:
            stored[one.key] = one, _numbers(one, bytes_of(one), order, name)
        if stored[one.key][0] != one:
            raise UnusableRequest(f"{name} with two readings of storage {short(one.key)}", "one", STORE)
        windows[key] = _window(tensor, stored[one.key][1], key, name)
    _refuse_tied(windows, tensors, name)
    return {key: _widened(window, tensors[key].storage.kind) for key, window in windows.items()}


def _numbers(storage: Storage, raw: bytes, order: str, name: str) -> npt.NDArray[Any]:
    if len(raw) != storage.size * bytes_each(storage, name):
        raise UnusableRequest(
            f"storage {short(storage.key)} of {len(raw)} bytes in {name}",
            f"{storage.size} numbers of type {storage.kind.removesuffix('Storage')}",
            STORE,
        )
    kind = TYPES[storage.kind]
    return np.frombuffer(raw, order + ("u2" if kind == "bf16" else kind))


def bytes_each(storage: Storage, name: str) -> int:
    """Bytes of one number of a storage.

    Raises:
        UnusableRequest: If its kind is none of `TYPES`.

    Example:
        >>> bytes_each(Storage("0", "HalfStorage", 4), "F")
        2
    """
    if storage.kind not in TYPES:
        kind = storage.kind.removesuffix("Storage")
        raise UnusableRequest(f"{name} with numbers of type {kind}", "integers or real floating-point numbers", _SAFE)
    kind = TYPES[storage.kind]
    return 2 if kind == "bf16" else np.dtype(kind).itemsize


def _window(tensor: Tensor, numbers: npt.NDArray[Any], key: str, name: str) -> npt.NDArray[Any]:
    shown, count = f"{short(key)} in {name}", prod(tensor.shape)
    reach = sum((size - 1) * step for size, step in zip(tensor.shape, tensor.strides, strict=True))
    axes = prod(size for size in tensor.shape if size)  # NumPy wants even an empty array's axes to be of a size
    if axes > max(1, len(numbers)) or (count and tensor.offset + reach >= len(numbers)):
        raise UnusableRequest(
            f"{shown} of shape {tensor.shape}",
            f"no more numbers than the {len(numbers)} that are stored for it",
            STORE,
        )
    if count and not _apart(tensor):
        raise UnusableRequest(f"{shown}, an expanded tensor", "a number of its own for each entry", "store a clone")
    part = numbers[tensor.offset :] if count else numbers[:0]
    steps = [step * numbers.itemsize for step in tensor.strides]
    return np.lib.stride_tricks.as_strided(part, tensor.shape, steps, writeable=False)


def _apart(tensor: Tensor) -> bool:
    """Whether each axis, the one of smallest stride first, steps over all that the axes before it reach."""
    reach = 0
    for step, size in sorted(zip(tensor.strides, tensor.shape, strict=True)):
        if size > 1 and step <= reach:
            return False
        reach += (size - 1) * step
    return True


def _refuse_tied(windows: Mapping[str, npt.NDArray[Any]], tensors: Mapping[Any, Tensor], name: str) -> None:
    """No number may belong to two parameters; windows one behind the other are seen to be apart by their ends."""
    places = {key: place for place, key in enumerate(windows)}
    filled = [key for key, window in windows.items() if window.size]
    reaching: list[tuple[str, int, str]] = []
    looked = 0
    for key in sorted(filled, key=lambda key: (tensors[key].storage.key, tensors[key].offset)):
        storage, start = tensors[key].storage.key, tensors[key].offset
        reaching = [one for one in reaching if one[0] == storage and one[1] >= start]
        for _, _, other in reaching:
            looked += 1
            if looked > _SHARING_PAIRS or _meet(windows[key], windows[other]):
                first, second = sorted((key, other), key=places.__getitem__)
                raise UnusableRequest(
                    f"{short(second)} and {short(first)} in {name}, which share numbers (tied weights)",
                    "parameters of their own, in which the Hessian is taken",
                    "store clones to have them counted apart",
                )
        steps = zip(tensors[key].shape, tensors[key].strides, strict=True)
        reaching.append((storage, start + sum((size - 1) * step for size, step in steps), key))


def _meet(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> bool:
    try:
        most: Any = _SHARING_WORK  # NumPy's types know two special values only
        return bool(np.shares_memory(one, other, max_work=most))
    except np.exceptions.TooHardError:
        return True


def _widened(window: npt.NDArray[Any], kind: str) -> npt.NDArray[Any]:
    if TYPES[kind] != "bf16":
        return np.ascontiguousarray(window).reshape(window.shape)
    return (window.astype(np.uint32) << np.uint32(16)).view(np.float32)
