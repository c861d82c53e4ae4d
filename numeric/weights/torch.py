"""Tensors of a PyTorch file (``torch.save`` of a ``state_dict``), read without PyTorch and without running anything.

Such a file is a zip archive: ``data.pkl`` says which tensor is which window (offset, shape, strides) of which storage,
and ``data/0``, ``data/1``, … are the storages' bytes. The pickle goes through
:mod:`hessproof.numeric.weights.pickles`, which knows the calls below and no others. Storages must be as long as the
pickle says, windows must lie inside them, and no two tensors may share a number: tied weights are no parameters of
their own. Files from before PyTorch 1.6 hold the same in one stream and are read as well.

Format: ``torch/serialization.py`` of PyTorch 2.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy.typing as npt

from hessproof.numeric.memory import refuse_if_too_large
from hessproof.numeric.weights.pickles import LONGEST, DamagedPickleError, ForeignCallError, Name, PickleReader
from hessproof.numeric.weights.windows import STORE, TYPES, Storage, Tensor, arrays_of, bytes_each
from hessproof.symbolic.errors import UnusableRequest, short

LEGACY = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
"""How a file from before PyTorch 1.6 begins: its magic number, pickled."""
NESTED = ("state_dict", "model_state_dict", "model", "net", "network", "module", "params", "weights")
"""Where a checkpoint keeps the ``state_dict`` beside other things, the first that is there."""
_OTHER_STORAGES = ("ComplexFloatStorage", "ComplexDoubleStorage", "QInt8Storage", "QUInt8Storage", "QInt32Storage")
_MOST_AXES = 8
_TOO_LARGE = 1 << 60
"""No length, offset or stride is as large."""
_COPIES = 4
"""Bytes held for each stored byte: the file, the array, its float64 form, and one to work with."""
_DTYPES = (
    "float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool", "float",
    "half", "double", "long", "int", "short",
)  # fmt: skip


def torch_arrays(place: Path, name: str) -> dict[str, npt.NDArray[Any]]:
    """The tensors of a PyTorch file as arrays, by name, in stored order.

    bfloat16 numbers are widened to float32, which changes none of them.

    Args:
        place: A zip archive with a pickle in it, or a file that begins with `LEGACY`.
        name: What the file is called in messages.

    Raises:
        UnusableRequest: If the file calls anything but what rebuilds tensors, is damaged, too large for the memory, a
            TorchScript archive, holds no ``state_dict``, or two of its tensors share numbers.
        OSError: If it cannot be read.
    """
    try:
        with place.open("rb") as stream:
            legacy = stream.read(len(LEGACY)) == LEGACY
        described, storages, order = _legacy(place, name) if legacy else _archived(place, name)
        return arrays_of(_state_dict(described, name), storages, order, name)
    except ForeignCallError as error:
        called = str(error)
        shown = called if len(called) <= 60 else f"{called[:59]}…"
        raise UnusableRequest(
            f"{name}, which wants to call {shown!r}", "a state_dict of plain tensors; nothing was called", STORE
        ) from None
    except (UnusableRequest, OSError):
        raise
    except Exception as error:  # a damaged file is answered with many kinds of exceptions
        raise UnusableRequest(f"{name} ({type(error).__name__})", "an intact PyTorch file", STORE) from None


def _archived(place: Path, name: str) -> tuple[Any, Callable[[Storage], bytes], str]:
    with zipfile.ZipFile(place) as packed:
        members = {member.filename: member for member in packed.infolist()}
        pickles = [member for member in members if member.endswith(".pkl")]
        if any(member.partition("/")[2].startswith(("code/", "constants.pkl")) for member in members):
            raise UnusableRequest(name, "a state_dict; this is a TorchScript archive, a program", STORE)
        if len(pickles) != 1 or pickles[0].rpartition("/")[2] != "data.pkl":
            raise UnusableRequest(name, "one pickle in a PyTorch file, data.pkl", STORE)
        if len(members) != len(packed.infolist()):
            raise UnusableRequest(f"{name} with two members of one name", "an intact PyTorch file", STORE)
        if any(member.compress_type != zipfile.ZIP_STORED for member in members.values()):
            raise UnusableRequest(name, "members that are not compressed, as PyTorch stores them", STORE)
        total = sum(member.file_size for member in packed.infolist())
        if total > place.stat().st_size:
            raise UnusableRequest(f"{name}, whose members overlap", "an intact PyTorch file", STORE)
        _refuse_too_large(total, members[pickles[0]].file_size, name)
        folder = pickles[0].removesuffix("data.pkl")
        described = _reader().read(io.BytesIO(packed.read(pickles[0])))
        order = packed.read(f"{folder}byteorder") if f"{folder}byteorder" in members else b"little"
    if order not in (b"little", b"big"):
        raise DamagedPickleError("byte order")

    def bytes_of(storage: Storage) -> bytes:
        member = f"{folder}data/{storage.key}"
        if member not in members:
            raise UnusableRequest(f"{name} without {short(member)}", "every storage that its tensors use", STORE)
        with zipfile.ZipFile(place) as again:
            return again.read(member)

    return described, bytes_of, "<" if order == b"little" else ">"


def _legacy(place: Path, name: str) -> tuple[Any, Callable[[Storage], bytes], str]:
    """One stream: magic number, protocol, system, the object, keys, then each storage's length and bytes."""
    total = place.stat().st_size
    _refuse_too_large(total, 0, name)
    seen: dict[str, Storage] = {}
    stream, reader = io.BytesIO(place.read_bytes()), _reader(seen)
    _, protocol, system = (reader.read(stream) for _ in range(3))
    if protocol != 1001 or not isinstance(system, dict):
        raise DamagedPickleError("protocol")
    described, keys = reader.read(stream), reader.read(stream)
    order = "<" if system.get("little_endian", True) else ">"
    found: dict[str, bytes] = {}
    for key in keys:
        count = int.from_bytes(stream.read(8), "little" if order == "<" else "big")
        size = count * bytes_each(seen[key], name)
        if size > total:
            raise DamagedPickleError("a storage longer than the file")
        found[key] = stream.read(size)

    def bytes_of(storage: Storage) -> bytes:
        return found[storage.key]

    return described, bytes_of, order


def _reader(seen: dict[str, Storage] | None = None) -> PickleReader:
    """A reader that knows what PyTorch writes into a ``state_dict``, and keeps the storages that it met in ``seen``."""

    def storage(identifier: Any) -> Storage:
        word, kind, key, _, size, *_ = identifier
        known = isinstance(kind, Name) and isinstance(key, str)
        if word != "storage" or not known or type(size) is not int or not 0 <= size < _TOO_LARGE:
            raise DamagedPickleError("storage")
        found = Storage(key, kind.name, size)
        if seen is not None:
            seen[key] = found
        return found

    calls: dict[str, Callable[..., Any]] = {
        "collections.OrderedDict": _ordered,
        "torch._utils._rebuild_tensor": _tensor,
        "torch._utils._rebuild_tensor_v2": _tensor,
        "torch._utils._rebuild_parameter": lambda data, *_: data,
        "torch.nn.parameter.Parameter": lambda data, *_: data,
        "torch.Size": tuple,
        "torch.device": lambda *_: None,
    }
    names = {f"torch.{kind}" for kind in (*_OTHER_STORAGES, *TYPES, *_DTYPES)}
    return PickleReader(calls, frozenset(names), storage)


def _ordered(items: Any = ()) -> dict[str, Any]:
    """An ordered dictionary from pairs; keys are text, as in `PickleReader`."""
    if not all(isinstance(pair, tuple | list) and len(pair) == 2 and isinstance(pair[0], str) for pair in items):
        raise DamagedPickleError("a key that is no text")
    return dict(items)


def _tensor(storage: Any, offset: Any, shape: Any, strides: Any, *_: Any) -> Tensor:
    if not isinstance(storage, Storage) or not len(shape) == len(strides) <= _MOST_AXES:
        raise DamagedPickleError("tensor")
    numbers = (offset, *shape, *strides)
    if not all(type(number) is int and 0 <= number < _TOO_LARGE for number in numbers):
        raise DamagedPickleError("tensor")
    return Tensor(storage, offset, tuple(shape), tuple(strides))


def _state_dict(described: Any, name: str) -> Mapping[Any, Tensor]:
    """The names and tensors, from the object itself or from where a checkpoint keeps them."""
    found = described
    for _ in range(2):
        nested = [key for key in NESTED if isinstance(found, dict) and isinstance(found.get(key), dict)]
        if nested:
            found = found[nested[0]]
    if isinstance(found, Tensor):
        raise UnusableRequest(f"{name} with one tensor", "a state_dict, tensors by name", STORE)
    if not isinstance(found, dict):
        raise UnusableRequest(f"{name} with a {type(found).__name__}", "a state_dict, tensors by name", STORE)
    for key, value in found.items():
        if not isinstance(key, str) or not isinstance(value, Tensor):
            what = short(key) if isinstance(key, str) else f"the key {short(str(key))}"
            raise UnusableRequest(
                f"{what} in {name}, which is no tensor",
                f"a state_dict, tensors alone, by itself or under one of {', '.join(NESTED)}", STORE,
            )  # fmt: skip
    return found


def _refuse_too_large(stored: int, pickle: int, name: str) -> None:
    if pickle > LONGEST:
        raise UnusableRequest(f"{name} with a pickle of {pickle} bytes", f"at most {LONGEST}", STORE)
    refuse_if_too_large(_COPIES * stored, name, "choose a smaller network")
