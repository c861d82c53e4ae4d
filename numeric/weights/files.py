"""Arrays of a user's ``.npz``, ``.safetensors`` or PyTorch file, by name; nothing in the file is executed.

What a file is, is decided by its first bytes and not by its name. Files of PyTorch (``.pt``, ``.pth``, ``.bin``) hold
pickles, which run code when Python loads them; here :mod:`hessproof.numeric.weights.torch` reads them, and calls
nothing. Any other pickle is refused, with the call that stores the same weights safely.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.memory import refuse_if_too_large
from hessproof.numeric.weights.torch import LEGACY, torch_arrays
from hessproof.symbolic.architecture import MAX_LAYERS
from hessproof.symbolic.errors import UnusableRequest, short, short_path

_ZIP, _EMPTY_ZIP, _NPY, _PICKLE = b"PK\x03\x04", b"PK\x05\x06", b"\x93NUMPY", b"\x80"
_HEADER = b"{"
"""The ninth byte of a safetensors file, after the length of its header."""
_LONGEST_HEADER = 10**8
"""Bytes; the format allows no more."""
_COPIES = 4
"""Bytes held for each stored byte: the file, the array, its float64 form, and one to work with."""
_TYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "<i1",
    "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "<u1",
}  # fmt: skip
MOST_ARRAYS = 2 * MAX_LAYERS
"""A weight and a bias for each layer of the deepest network; a file with more is refused before they are made."""
_STORE = "store the arrays with numpy.savez(path, **arrays) or safetensors.numpy.save_file(arrays, path)"
_STORE_TORCH = "store it with safetensors.torch.save_file(model.state_dict(), path)"


def read_arrays(path: str | Path, what: str = "weights") -> dict[str, npt.NDArray[Any]]:
    """All arrays of an ``.npz`` or ``.safetensors`` file, or all tensors of a PyTorch ``state_dict``, in stored order.

    bfloat16 numbers are widened to float32, which changes none of them.

    Args:
        path: The file.
        what: What it is called in messages.

    Raises:
        UnusableRequest: If the file is missing, damaged, empty, too large for the memory, of another format, or holds
            pickles that do more than rebuild tensors.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     np.savez(f"{folder}/small.npz", W1=np.eye(2))
        ...     read_arrays(f"{folder}/small.npz")["W1"].tolist()
        [[1.0, 0.0], [0.0, 1.0]]
    """
    name = f"{what} {short_path(path)!r}"
    try:
        place = Path(path).expanduser()
        if not place.is_file():
            raise UnusableRequest(name, "a file that exists" if not place.exists() else "a file", "give another path")
        with place.open("rb") as stream:
            first = stream.read(9)
            whole = first + stream.read(len(LEGACY) - len(first))
        if whole == LEGACY:
            return _some(torch_arrays(place, name), name)
        if not first:
            raise UnusableRequest(name, "an .npz or .safetensors file; this one is empty", _STORE)
        if first.startswith(_NPY):
            raise UnusableRequest(name, "an .npz file with named arrays; this is one array", _STORE)
        if first.startswith(_PICKLE) and not first.endswith(_HEADER):
            raise UnusableRequest(name, "no pickle, which would run code when loaded", _STORE_TORCH)
        found = _zipped(place, name) if first.startswith((_ZIP, _EMPTY_ZIP)) else _safetensors(place, name)
    except OSError as error:
        raise UnusableRequest(f"{name} ({error.strerror or error})", "a file that can be read", "see who may") from None
    except RuntimeError as error:  # of Path.expanduser
        raise UnusableRequest(f"{name} ({error})", "a file that exists", "give another path") from None
    return _some(found, name)


def finite_floats(array: npt.NDArray[Any], name: str) -> npt.NDArray[np.float64]:
    """The array in float64.

    Raises:
        UnusableRequest: If an entry is no real number, NaN or infinite.

    Example:
        >>> finite_floats(np.asarray([1, 2]), "W1").tolist()
        [1.0, 2.0]
    """
    if array.dtype.kind not in "iuf":
        raise UnusableRequest(f"{name} of type {array.dtype}", "integers or real floating-point numbers", "convert it")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        kind = "NaN" if np.isnan(array).any() else "infinite"
        raise UnusableRequest(f"{name} with {kind} entries", "finite numbers", "see where they come from")
    with np.errstate(over="ignore"):
        wide = array.astype(np.float64)
    if not np.isfinite(wide).all():
        raise UnusableRequest(f"{name} with entries beyond 1e308", "numbers that a double can hold", "scale it down")
    if not _held(array, wide):
        raise UnusableRequest(
            f"{name} of type {array.dtype} with entries that a double does not hold",
            "numbers that need not be rounded", "store them in float64",
        )  # fmt: skip
    return wide


def _held(array: npt.NDArray[Any], wide: npt.NDArray[np.float64]) -> bool:
    """Whether no number changed; below 2^53 no integer does."""
    if array.dtype.kind == "f":
        return array.itemsize <= wide.itemsize or bool((wide == array).all())
    small = array.itemsize < wide.itemsize or bool((np.abs(wide) < 2.0**53).all())
    return small or [int(one) for one in wide.flat] == array.ravel().tolist()


def _some(found: dict[str, npt.NDArray[Any]], name: str) -> dict[str, npt.NDArray[Any]]:
    if not found:
        raise UnusableRequest(name, "at least one array; it holds none", _STORE)
    return found


def _zipped(place: Path, name: str) -> dict[str, npt.NDArray[Any]]:
    """The members of an ``.npz``, or with a pickle among them what PyTorch writes."""
    expected = "an intact .npz or PyTorch file of numbers"
    try:
        with zipfile.ZipFile(place) as packed:
            members = packed.infolist()
        if any(member.filename.endswith(".pkl") for member in members):
            return torch_arrays(place, name)
        if len({member.filename for member in members}) != len(members):
            raise UnusableRequest(f"{name} with two members of one name", expected, _STORE)
        others = [member.filename for member in members if not member.filename.endswith(".npy")]
        if others:
            raise UnusableRequest(f"{name} with {short(others[0])} in it", "an .npz file, arrays alone", _STORE)
        _refuse_many(len(members), name)
        _refuse_if_too_large(sum(member.file_size for member in members), name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of headers from Python 2, which are read nevertheless
            _refuse_claims(place, members, name)
            with np.load(place, allow_pickle=False) as stored:
                found = {key: stored[key] for key in stored.files}
        if not all(isinstance(array, np.ndarray) for array in found.values()):
            raise ValueError(name)
        return found
    except (UnusableRequest, OSError):
        raise
    except Exception as error:  # a damaged file is answered with many kinds of exceptions
        raise UnusableRequest(f"{name} ({type(error).__name__})", expected, _STORE) from None


def _refuse_claims(place: Path, members: list[zipfile.ZipInfo], name: str) -> None:
    """Refuse an array whose header claims more numbers than its member holds: NumPy would make room for them first."""
    with zipfile.ZipFile(place) as packed:
        for member in members:
            with packed.open(member) as stream:
                version = np.lib.format.read_magic(stream)
                read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
                shape, _, kind = read(stream)
            if not kind.hasobject and prod(shape) * kind.itemsize > member.file_size:
                raise UnusableRequest(
                    f"{short(member.filename.removesuffix('.npy'))} of shape {shape} in {name}",
                    f"no more than the {member.file_size} bytes that are stored for it", _STORE,
                )  # fmt: skip


def _safetensors(place: Path, name: str) -> dict[str, npt.NDArray[Any]]:
    import safetensors

    deserialize: Any = safetensors.deserialize
    _refuse_if_too_large(place.stat().st_size, name)
    with place.open("rb") as stream:
        header = stream.read(min(int.from_bytes(stream.read(8), "little"), _LONGEST_HEADER))
    # each array has one of these; a quotation mark inside a name has a backslash before it
    _refuse_many(header.count(b'"data_offsets"'), name)
    try:
        stored = deserialize(place.read_bytes())
    except safetensors.SafetensorError:
        raise UnusableRequest(name, "an intact .npz or .safetensors file", _STORE) from None
    try:
        return dict(_converted(stored, name))
    except ValueError as error:  # of shapes that NumPy does not have
        raise UnusableRequest(f"{name} ({error})", "arrays of shapes that NumPy has", _STORE) from None


def _converted(stored: Any, name: str) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    for key, tensor in stored:
        shape, kind, data = tuple(tensor["shape"]), tensor["dtype"], bytes(tensor["data"])
        if kind == "BF16":
            high = np.frombuffer(data, "<u2").astype("<u4") << np.uint32(16)
            yield key, high.view("<f4").reshape(shape)
        elif kind in _TYPES:
            yield key, np.frombuffer(data, _TYPES[kind], count=prod(shape)).reshape(shape)
        else:
            raise UnusableRequest(
                f"{short(key)} in {name} of type {kind}", f"{', '.join(_TYPES)} or BF16", "convert it"
            )


def _refuse_many(count: int, name: str) -> None:
    if count > MOST_ARRAYS:
        raise UnusableRequest(
            f"{name} with {count} arrays", f"at most {MOST_ARRAYS}", "leave out those that no layer needs"
        )


def _refuse_if_too_large(stored: int, name: str) -> None:
    refuse_if_too_large(_COPIES * stored, name, "choose a smaller network")
