"""Files of PyTorch: real ones are read to the last bit, hostile ones get one line and run nothing."""

from __future__ import annotations

import io
import pickle
import pickletools
import zipfile
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hessproof.numeric.weights import load_weights
from hessproof.numeric.weights.files import read_arrays
from hessproof.numeric.weights.pickles import LONGEST, DamagedPickleError, ForeignCallError, PickleReader
from hessproof.numeric.weights.torch import LEGACY
from hessproof.numeric.weights.windows import Storage, Tensor, arrays_of
from hessproof.symbolic.errors import UnusableRequest

FILES = Path(__file__).parents[2] / "data" / "weights"

NETWORKS = {
    "plain.pt": True, "legacy.pt": True, "checkpoint.pt": True, "parameters.pt": True, "bfloat16.pt": True,
    "half.bin": True, "double-no-bias.pth": False, "shared-storage.pt": False, "integers.pt": False,
}  # fmt: skip
SAME_NUMBERS = ("legacy.pt", "checkpoint.pt", "parameters.pt")

REFUSED = {
    "attention.pt": "'in_proj_weight' in F: expected weights and biases of layers, named as such; give the fully "
    "connected layers alone: this looks like attention",
    "batch-norm.pt": "'1.running_mean' in F: expected weights and biases of layers, named as such; give the fully "
    "connected layers alone: this looks like a normalisation",
    "convolution.pt": "'0.weight' in F of shape (2, 1, 3, 3): expected a matrix, outputs × inputs; give the fully "
    "connected layers alone: this looks like a convolution",
    "lstm.pt": "'weight_ih_l0' in F: expected weights and biases of layers, named as such; give the fully connected "
    "layers alone: this looks like a recurrent layer",
    "nan.pt": "'2.weight' in F with NaN entries: expected finite numbers;",
    "infinite.pt": "'2.weight' in F with infinite entries: expected finite numbers;",
    "complex.pt": "weights 'F' with numbers of type ComplexFloat: expected integers or real floating-point numbers;",
    "list.pt": "weights 'F' with a list: expected a state_dict, tensors by name;",
    "tied.pt": "'1.weight' and '0.weight' in weights 'F', which share numbers (tied weights): expected parameters of "
    "their own,",
    "expanded.pt": "'0.weight' in weights 'F' of shape (3, 4): expected no more numbers than the 1 that are stored",
    "whole-module.pt": "weights 'F', which wants to call '__main__.OwnNetwork': expected a state_dict of plain "
    "tensors; nothing was called;",
    "torchscript.pt": "weights 'F': expected a state_dict; this is a TorchScript archive, a program;",
    "truncated.pt": "weights 'F' (BadZipFile): expected an intact .npz or PyTorch file",
    "hostile-command.pt": "weights 'F', which wants to call 'posix.system': expected a state_dict of plain tensors; "
    "nothing was called;",
    "hostile-command-4.pt": "weights 'F', which wants to call 'posix.system':",
    "hostile-attribute.pt": "weights 'F', which wants to call 'builtins.eval':",
    "hostile-legacy.pt": "weights 'F', which wants to call 'posix.system':",
    "hostile-claim.pt": "storage '0' of 16 bytes in weights 'F': expected 1000000000 numbers of type Float;",
    "hostile-window.pt": "'0.weight' in weights 'F' of shape (100000, 10000): expected no more numbers than the 4",
    "hostile-outside.pt": "'0.weight' in weights 'F' of shape (2, 2): expected no more numbers than the 4",
    "hostile-negative.pt": "weights 'F' (DamagedPickleError): expected an intact PyTorch file;",
    "hostile-bomb.pt": "weights 'F': expected members that are not compressed, as PyTorch stores them;",
    "hostile-missing.pt": "weights 'F' without 'archive/data/0': expected every storage that its tensors use;",
    "hostile-deep-key.pt": "weights 'F' (DamagedPickleError): expected an intact PyTorch file;",
}


def line_of(path: Path) -> str:
    """The refusal; empty if the file is a network. Anything else that is raised is a mistake."""
    try:
        load_weights(path)
    except UnusableRequest as refusal:
        return str(refusal)
    return ""


def test_every_file_is_expected_to_be_read_or_refused() -> None:
    assert {path.name for path in FILES.iterdir() if path.suffix != ".py"} == {*NETWORKS, *REFUSED}


@pytest.mark.parametrize(("name", "bias"), NETWORKS.items())
def test_real_files_are_networks(name: str, bias: bool) -> None:
    found = load_weights(FILES / name)
    assert (found.widths, found.bias) == ((4, 3, 2), bias)
    assert all(np.isfinite(matrix).all() and matrix.any() for matrix in found.parameters)


@pytest.mark.parametrize("name", SAME_NUMBERS)
def test_the_same_numbers_come_from_every_form(name: str) -> None:
    for one, other in zip(
        load_weights(FILES / name).parameters, load_weights(FILES / "plain.pt").parameters, strict=True
    ):
        assert np.array_equal(one, other)


def test_numbers_are_those_of_the_bytes() -> None:
    """The first storage of the plain file, read by NumPy from the archive itself."""
    with zipfile.ZipFile(FILES / "plain.pt") as packed:
        raw = np.frombuffer(packed.read("plain/data/0"), "<f4").reshape(3, 4)
    stored = read_arrays(FILES / "plain.pt")["0.weight"]
    assert stored.dtype == np.float32
    assert np.array_equal(stored, raw)
    half = read_arrays(FILES / "half.bin")["0.weight"]
    assert np.array_equal(half, raw.astype(np.float16))
    cut = (raw.view(np.uint32) + 0x7FFF + ((raw.view(np.uint32) >> 16) & 1)) & np.uint32(0xFFFF0000)
    assert np.array_equal(read_arrays(FILES / "bfloat16.pt")["0.weight"], cut.view(np.float32))


def test_offsets_and_strides_are_followed() -> None:
    stored = read_arrays(FILES / "shared-storage.pt")
    whole = np.arange(40, dtype=np.float32) / 8
    assert np.array_equal(stored["0.weight"], whole[1:13].reshape(4, 3).T)
    assert np.array_equal(stored["2.weight"], whole[20:32:2].reshape(2, 3))


@pytest.mark.parametrize(("name", "line"), REFUSED.items())
def test_what_is_no_network_gets_one_line_with_the_reason(
    name: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = line_of(FILES / name).replace(str(FILES / name), "F")
    assert found.startswith(line)
    assert "\n" not in found
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["hostile-command.pt", "hostile-command-4.pt"])
def test_the_hostile_files_are_hostile(name: str) -> None:
    """Python's reader does ask for the function: it is ours that keeps it from being called."""
    asked = []

    class Trap(pickle.Unpickler):
        def find_class(self, module: str, name: str) -> object:
            asked.append(f"{module}.{name}")
            return str

    with zipfile.ZipFile(FILES / name) as packed:
        Trap(io.BytesIO(packed.read("archive/data.pkl"))).load()
    assert asked == ["posix.system"]


def archive(path: Path, data: bytes, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("a/data.pkl", data)
        for name, content in members.items():
            packed.writestr(f"a/{name}", content)
    return path


def test_archives_that_pytorch_does_not_write(tmp_path: Path) -> None:
    whole = (FILES / "plain.pt").read_bytes()
    cases = {
        "two pickles": (archive(tmp_path / "a.pt", b"\x80\x02}.", **{"other.pkl": b""}), "expected one pickle"),
        "no end": (archive(tmp_path / "b.pt", b"\x80\x02}"), "(DamagedPickleError)"),
        "byte order": (archive(tmp_path / "c.pt", b"\x80\x02}.", byteorder=b"middle"), "(DamagedPickleError)"),
        "nothing": (archive(tmp_path / "d.pt", b"\x80\x02}."), "it holds none"),
        "number": (archive(tmp_path / "e.pt", b"\x80\x02K\x07."), "with a int"),
        "text": (archive(tmp_path / "f.pt", b"\x80\x02}X\x01\x00\x00\x00aK\x07s."), "'a' in weights"),
    }
    for path, expected in cases.values():
        assert expected in line_of(path)
    for length in (0, 1, 8, 60, len(whole) // 3, len(whole) - 1):
        (tmp_path / "cut.pt").write_bytes(whole[:length])
        assert line_of(tmp_path / "cut.pt")
    older = (FILES / "legacy.pt").read_bytes()
    for length in (20, 60, 300, len(older) - 1):
        (tmp_path / "cut.pt").write_bytes(older[:length])
        assert "expected an intact PyTorch file" in line_of(tmp_path / "cut.pt") or "storage" in line_of(
            tmp_path / "cut.pt"
        )


def test_big_endian_files_are_turned(tmp_path: Path) -> None:
    with zipfile.ZipFile(FILES / "plain.pt") as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    with zipfile.ZipFile(tmp_path / "big.pt", "w") as turned:
        for name, content in members.items():
            numbers = "/data/" in name
            content = np.frombuffer(content, "<f4").byteswap().tobytes() if numbers else content
            turned.writestr(name, b"big" if name.endswith("byteorder") else content)
    for one, other in zip(
        load_weights(tmp_path / "big.pt").parameters, load_weights(FILES / "plain.pt").parameters, strict=True
    ):
        assert np.array_equal(one, other)


def reader() -> PickleReader:
    return PickleReader({"a.known": lambda *arguments: ("called", *arguments)}, frozenset({"a.name"}), lambda one: one)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=30, deadline=None)
@given(value=VALUES, protocol=st.sampled_from([2, 3, 4, 5]))
def test_plain_values_are_read_as_python_reads_them(value: object, protocol: int) -> None:
    assert reader().read(io.BytesIO(pickle.dumps(value, protocol=protocol))) == value


def test_calls_are_those_of_the_table_alone() -> None:
    assert reader().read(io.BytesIO(b"\x80\x02ca\nknown\nK\x01\x85R.")) == ("called", 1)
    for stream in (b"\x80\x02ca\nname\nK\x01\x85R.", b"\x80\x02cos\nsystem\n.", b"(K\x01ios\nsystem\n."):
        with pytest.raises(ForeignCallError):
            reader().read(io.BytesIO(stream))
    for stream in (b"\x80\x02ca\nknown\n)\x81.", b"\x80\x02K\x01)R.", b"}h\x00s.", b"K\x01K\x02.", b"a."):
        with pytest.raises((DamagedPickleError, ForeignCallError)):
            reader().read(io.BytesIO(stream))


def test_a_call_inside_a_known_call_is_refused_too() -> None:
    nested = b"\x80\x02ca\nknown\ncos\nsystem\nX\x02\x00\x00\x00ls\x85R\x85R."
    assert "GLOBAL" in {one.name for one, _, _ in pickletools.genops(nested)}
    with pytest.raises(ForeignCallError, match=r"os\.system"):
        reader().read(io.BytesIO(nested))


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=80))
def test_no_bytes_end_in_anything_else(content: bytes) -> None:
    with suppress(DamagedPickleError, ForeignCallError):
        reader().read(io.BytesIO(b"\x80\x02" + content + b"."))


@pytest.mark.long
@settings(max_examples=200, deadline=None)
@given(place=st.integers(0, 10_000), byte=st.integers(0, 255), name=st.sampled_from(["plain.pt", "legacy.pt"]))
def test_one_wrong_byte_of_a_real_file_is_harmless(place: int, byte: int, name: str) -> None:
    whole = bytearray((FILES / name).read_bytes())
    whole[place % len(whole)] = byte
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(whole)
        assert "\n" not in line_of(path)


def shared(depth: int) -> bytes:
    """A tuple of two references to the tuple before it: 2^depth entries in a few bytes each."""
    return b")q\x00" + b"h\x00h\x00\x86q\x00" * depth


BOMBS = {
    "text of a nested tuple": b"ctorch\ndevice\n" + shared(60) + b"\x85R",
    "hash of a nested tuple": b"ccollections\nOrderedDict\n]" + shared(60) + b"K\x01\x86a\x85R",
    "copies of a list": b"](" + b"N" * 90_000 + b"eq\x00ctorch\nSize\nq\x01" + b"h\x01h\x00\x85R" * 90_000,
    "long identifiers": b"(" + b"N" * 90_000 + b"tq\x00" + b"h\x00Q" * 90_000,
    "keys of one hash": b"}("
    + b"".join(b"\x8a\x0a" + (n * (2**61 - 1)).to_bytes(10, "little") + b"N" for n in range(20_000)) + b"u",
    "length": b"]" * (LONGEST + 1),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_small_pickle_takes_neither_time_nor_memory(name: str, tmp_path: Path) -> None:
    assert line_of(archive(tmp_path / "bomb.pt", b"\x80\x02" + BOMBS[name] + b"."))


def test_a_stream_whose_keys_are_others_gets_one_line(tmp_path: Path) -> None:
    storage = b"(S'storage'\nctorch\nFloatStorage\nS'0'\nS'cpu'\nK\x04tQ".replace(b"S'", b"X").replace(b"'\n", b"")
    for text in (b"storage", b"0", b"cpu"):
        storage = storage.replace(b"X" + text, b"X" + len(text).to_bytes(4, "little") + text)
    tensor = b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"K\x00K\x02K\x02\x86K\x02K\x01\x86\x89)tR"
    begun = LEGACY + pickle.dumps(1001, 2) + pickle.dumps({"little_endian": True}, 2)
    begun += b"\x80\x02}X\x08\x00\x00\x000.weight" + tensor + b"s."
    (tmp_path / "whole.pt").write_bytes(begun + pickle.dumps(["0"], 2) + (4).to_bytes(8, "little") + bytes(16))
    assert load_weights(tmp_path / "whole.pt").widths == (2, 2)
    for keys in (b"N.", b"K\x05.", b"]]a.", b"}."):
        (tmp_path / "keys.pt").write_bytes(begun + b"\x80\x02" + keys)
        assert "expected an intact PyTorch file" in line_of(tmp_path / "keys.pt")


@pytest.mark.long
def test_windows_one_behind_the_other_are_not_compared_in_pairs() -> None:
    store = Storage("0", "FloatStorage", 20_000)
    windows = {f"{place}.weight": Tensor(store, place, (1, 1), (1, 1)) for place in range(20_000)}
    assert len(arrays_of(windows, lambda one: bytes(80_000), "<", "F")) == 20_000


def test_windows_that_interleave_without_end_are_refused() -> None:
    store = Storage("0", "FloatStorage", 20_000)
    windows = {f"{place}.weight": Tensor(store, place, (100, 1), (200, 1)) for place in range(200)}
    with pytest.raises(UnusableRequest, match="share numbers"):
        arrays_of(windows, lambda one: bytes(80_000), "<", "F")
