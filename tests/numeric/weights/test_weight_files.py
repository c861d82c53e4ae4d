"""Weights of a user's network: what is recognised, and the one line that says why something is not."""

from __future__ import annotations

import json
import struct
import warnings
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import numpy as tensors

from hessproof.numeric.weights import files as weight_files
from hessproof.numeric.weights import load_weights, network_of
from hessproof.numeric.weights.files import read_arrays
from hessproof.symbolic.errors import UnusableRequest

Arrays = dict[str, npt.NDArray[Any]]
W1 = np.arange(6.0).reshape(2, 3)
W2 = np.arange(8.0).reshape(4, 2) - 3
W3 = np.ones((1, 4))
B1, B2 = np.asarray([1.0, 2.0]), np.asarray([0.0, 0.5, 1.0, 2.0])

NAMINGS: dict[str, Arrays] = {
    "sequential": {"0.weight": W1, "2.weight": W2},
    "module list": {"layers.0.weight": W1, "layers.1.weight": W2},
    "attributes": {"model.fc1.weight": W1, "model.fc2.weight": W2},
    "letters": {"W2": W2, "W1": W1},
    "underscores": {"w_1": W1, "w_2": W2},
    "words": {"weight1": W1, "weights[2]": W2},
    "positions": {"arr_0": W1, "arr_1": W2},
    "flax": {"params/Dense_0/kernel": W1.T, "params/Dense_1/kernel": W2.T},
    "keras": {"dense/kernel:0": W1.T, "head/kernel:0": W2.T},
    "by shape": {"head.weight": W2, "body.weight": W1},
}

REFUSED: dict[str, tuple[Arrays, str]] = {
    "no array": ({}, "weights 'F': expected at least one array; it holds none;"),
    "only a bias": ({"0.bias": B1}, "'0.bias' in F: expected weights of the same layer beside a bias;"),
    "unmatched": (
        {"0.weight": W1, "1.weight": W3},
        "'1.weight' of shape 1 × 4 in F: expected 2 columns, the rows of '0.weight'; store W^l as outputs × inputs",
    ),
    "transposed": (
        {"0.weight": W1.T, "1.weight": W2.T},
        "'1.weight' of shape 2 × 4 in F: expected 3 columns, the rows of '0.weight'; transpose the matrices: they are "
        "stored as inputs × outputs",
    ),
    "NaN": ({"W1": np.where(W1 == 2, np.nan, W1)}, "'W1' in F with NaN entries: expected finite numbers;"),
    "infinite": ({"W1": np.where(W1 == 2, -np.inf, W1)}, "'W1' in F with infinite entries: expected finite numbers;"),
    "NaN bias": ({"W1": W1, "b1": B1 * np.nan}, "'b1' in F with NaN entries: expected finite numbers;"),
    "empty": ({"W1": W1[:0]}, "'W1' in F of shape (0, 3): expected at least one row and column;"),
    "convolution": ({"0.weight": np.ones((2, 3, 3, 3))}, "'0.weight' in F of shape (2, 3, 3, 3): expected a matrix,"),
    "normalisation": (
        {"0.weight": W1, "1.weight": B1},
        "'1.weight' in F of shape (2,): expected a matrix, outputs × inputs;",
    ),
    "statistics": (
        {"0.weight": W1, "1.running_mean": B1},
        "'1.running_mean' in F: expected weights and biases of layers, named as such;",
    ),
    "some biases": (
        {"W1": W1, "b1": B1, "W2": W2},
        "1 biases for 2 layers in F: expected a bias in every layer or in none; store zeros as the bias beside 'W2'",
    ),
    "long bias": ({"W1": W1, "b1": B2}, "'b1' of 4 entries in F: expected 2, the rows of 'W1';"),
    "square bias": ({"W1": W1, "b1": np.eye(2)}, "'b1' in F of shape (2, 2): expected one number for each neuron;"),
    "twice": ({"W1": W1, "w1": W1}, "'w1' in F: expected one of it and 'W1' for this layer;"),
    "complex": ({"W1": W1 * 1j}, "'W1' in F of type complex128: expected integers or real floating-point numbers;"),
    "words": ({"W1": W1.astype(str)}, "'W1' in F of type <U32: expected integers or real floating-point numbers;"),
    "truth values": ({"W1": W1 > 2}, "'W1' in F of type bool: expected integers or real floating-point numbers;"),
    "no order": (
        {"body.weight": np.eye(2), "head.weight": np.eye(2)},
        "layers 'body', 'head' in F: expected names that tell their order; by their shapes more than one order of "
        "them fits;",
    ),
    "no order fits": (
        {"body.weight": W1, "head.weight": W1},
        "layers 'body', 'head' in F: expected names that tell their order; by their shapes no order of them fits;",
    ),
}


@pytest.mark.parametrize("arrays", NAMINGS.values(), ids=NAMINGS)
def test_a_network_is_recognised_under_the_names_that_libraries_give(arrays: Arrays, tmp_path: Path) -> None:
    np.savez(tmp_path / "w.npz", **arrays)  # type: ignore[arg-type]
    contiguous = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    tensors.save_file(contiguous, tmp_path / "w.safetensors")
    for name in ("w.npz", "w.safetensors"):
        found = load_weights(tmp_path / name)
        assert found.widths == (3, 2, 4)
        assert not found.bias
        for matrix, expected in zip(found.parameters, (W1, W2), strict=True):
            assert np.array_equal(matrix, expected)


@pytest.mark.parametrize(
    "arrays",
    [
        {"0.weight": W1, "0.bias": B1, "2.weight": W2, "2.bias": B2},
        {"b1": B1, "W1": W1, "b2": B2[:, None], "W2": W2},
        {"arr_0": W1, "arr_1": B1, "arr_2": W2, "arr_3": B2},
        {"dense/bias:0": B1, "dense/kernel:0": W1.T, "head/kernel:0": W2.T, "head/bias:0": B2},
    ],
)
def test_biases_become_the_last_column(arrays: Arrays) -> None:
    found = network_of(arrays, "F")
    assert found.bias
    assert np.array_equal(found.parameters[0], np.hstack([W1, B1[:, None]]))
    assert np.array_equal(found.parameters[1], np.hstack([W2, B2[:, None]]))
    assert found.architecture().parameters == sum(matrix.size for matrix in found.parameters)


def test_layers_are_ordered_by_number_and_not_by_letter() -> None:
    arrays: Arrays = {f"fc{number}.weight": np.full((1, 1), float(number)) for number in range(12, 0, -1)}
    assert [float(matrix[0, 0]) for matrix in network_of(arrays, "F").parameters] == list(range(1, 13))


@pytest.mark.parametrize(("arrays", "line"), REFUSED.values(), ids=REFUSED)
def test_what_makes_no_network_is_refused_with_the_reason(arrays: Arrays, line: str) -> None:
    with pytest.raises(UnusableRequest) as refusal:
        network_of(arrays, "F")
    assert str(refusal.value).startswith(line)
    assert "\n" not in str(refusal.value)


def test_widths_and_bias_asked_for_are_those_of_the_file() -> None:
    found = network_of({"W1": W1, "W2": W2}, "F")
    assert str(found.architecture("3-2-4")) == "3-2-4"
    with pytest.raises(UnusableRequest, match="widths 3-2-5 with --weights F: expected 3-2-4, as in the file"):
        found.architecture("3-2-5")
    with pytest.raises(UnusableRequest, match="--bias with --weights F: expected weights with biases"):
        found.architecture(bias=True)


def test_half_precision_is_widened_exactly(tmp_path: Path) -> None:
    tensors.save_file({"0.weight": np.asarray([[0.1, 3.0]], dtype=np.float16)}, tmp_path / "half.safetensors")
    assert load_weights(tmp_path / "half.safetensors").parameters[0].tolist() == [[float(np.float16(0.1)), 3.0]]
    stored = {"0.weight": {"dtype": "BF16", "shape": [1, 2], "data_offsets": [0, 4]}}
    header = json.dumps(stored).encode()
    body = struct.pack("<2H", 0x3DCD, 0xC040)  # 0.1 rounded to bfloat16, and −3
    (tmp_path / "brain.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + body)
    assert load_weights(tmp_path / "brain.safetensors").parameters[0].tolist() == [[0.10009765625, -3.0]]


def test_an_eight_bit_type_is_named(tmp_path: Path) -> None:
    stored = {"0.weight": {"dtype": "F8_E4M3", "shape": [1, 2], "data_offsets": [0, 2]}}
    header = json.dumps(stored).encode()
    (tmp_path / "tiny.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + b"\0\0")
    with pytest.raises(UnusableRequest, match="of type F8_E4M3"):
        load_weights(tmp_path / "tiny.safetensors")


def test_damaged_and_foreign_files_get_one_line(tmp_path: Path) -> None:
    np.savez(tmp_path / "good.npz", W1=W1)
    whole = (tmp_path / "good.npz").read_bytes()
    np.save(tmp_path / "array.npy", W1)
    np.savez(tmp_path / "objects.npz", W1=W1.astype(object))
    np.savez(tmp_path / "none.npz")
    with zipfile.ZipFile(tmp_path / "model.pt", "w") as packed:
        packed.writestr("archive/data.pkl", b"\x80\x02.")
    with zipfile.ZipFile(tmp_path / "text.npz", "w") as packed:
        packed.writestr("readme.txt", "nothing")
    files = {
        "cut.npz": whole[: len(whole) // 2],
        "empty.npz": b"",
        "pickle.pt": b"\x80\x04\x95abc",
        "text.safetensors": b"not a header at all",
        "short.safetensors": struct.pack("<Q", 100) + b"{}",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    says = {
        "array.npy": "this is one array", "objects.npz": "(ValueError)", "none.npz": "it holds none",
        "model.pt": "an intact PyTorch file", "text.npz": "'readme.txt'", "cut.npz": "(BadZipFile)",
        "empty.npz": "is empty",
        "pickle.pt": "no pickle", "text.safetensors": "an intact .npz or .safetensors",
        "short.safetensors": "an intact .npz or .safetensors", "absent.npz": "a file that exists", ".": "a file",
    }  # fmt: skip
    for name, expected in says.items():
        with pytest.raises(UnusableRequest) as refusal:
            load_weights(tmp_path / name)
        assert expected in str(refusal.value)
        assert "\n" not in str(refusal.value)


def test_a_pickle_is_never_run(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    danger = f"cos\nsystem\n(S'touch {mark}'\ntR.".encode()
    for name, content in {"a.pt": danger, "b.npz": danger, "c.pkl": b"\x80\x02" + danger}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UnusableRequest):
            load_weights(tmp_path / name)
    with zipfile.ZipFile(tmp_path / "d.npz", "w") as packed:
        packed.writestr("W1.npy", danger)
    with pytest.raises(UnusableRequest):
        load_weights(tmp_path / "d.npz")
    assert not mark.exists()


def test_files_too_large_for_the_memory_are_refused_before_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    np.savez_compressed(tmp_path / "zeros.npz", W1=np.zeros((1000, 1000)))
    tensors.save_file({"0.weight": np.zeros((1000, 1000))}, tmp_path / "zeros.safetensors")

    def little(needed: int, what: str, remedy: str) -> None:
        if needed > 1 << 20:
            raise UnusableRequest(what, "less", remedy)

    monkeypatch.setattr(weight_files, "refuse_if_too_large", little)
    for name in ("zeros.npz", "zeros.safetensors"):
        with pytest.raises(UnusableRequest, match="choose a smaller network"):
            read_arrays(tmp_path / name)


@settings(max_examples=60, deadline=None)
@given(widths=st.lists(st.integers(1, 4), min_size=2, max_size=6), bias=st.booleans(), seed=st.integers(0, 99))
def test_any_widths_come_back_from_shuffled_names(widths: list[int], bias: bool, seed: int) -> None:
    stream = np.random.default_rng(seed)
    arrays: Arrays = {}
    for layer in range(len(widths) - 1):
        arrays[f"net.{2 * layer}.weight"] = stream.standard_normal((widths[layer + 1], widths[layer]))
        if bias:
            arrays[f"net.{2 * layer}.bias"] = stream.standard_normal(widths[layer + 1])
    names = list(arrays)
    stream.shuffle(names)
    found = network_of({name: arrays[name] for name in names}, "F")
    assert found.widths == tuple(widths)
    assert found.bias == bias
    for layer, matrix in enumerate(found.parameters):
        assert np.array_equal(matrix[:, : widths[layer]], arrays[f"net.{2 * layer}.weight"])


def line_or_nothing(path: Path) -> str:
    """The refusal; empty if the file is a network. Anything else that is raised is a mistake."""
    try:
        load_weights(path)
    except UnusableRequest as refusal:
        return str(refusal)
    return ""


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=200), start=st.sampled_from([b"", b"PK\x03\x04", b"\x93NUMPY", b"\x80\x04", b"\x10"]))
def test_no_bytes_get_past_the_reader(content: bytes, start: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "w.npz"
        path.write_bytes(start + content)
        line = line_or_nothing(path)
    assert line
    assert "\n" not in line


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(place=st.integers(0, 10_000), byte=st.integers(0, 255), kind=st.sampled_from(["npz", "safetensors"]))
def test_one_wrong_byte_is_harmless(place: int, byte: int, kind: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"w.{kind}"
        if kind == "npz":
            np.savez(path, W1=W1, W2=W2)
        else:
            tensors.save_file({"0.weight": W1, "1.weight": W2}, path)
        whole = bytearray(path.read_bytes())
        whole[place % len(whole)] = byte
        path.write_bytes(whole)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            line = line_or_nothing(path)
    assert "\n" not in line
