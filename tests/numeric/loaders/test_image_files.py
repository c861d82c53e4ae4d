"""IDX and CIFAR files, good and bad, made here byte by byte."""

from __future__ import annotations

import gzip
import pickle
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hessproof.numeric.loaders import load_data
from hessproof.numeric.loaders.folders import find
from hessproof.numeric.loaders.idx import IMAGES, LABELS, read_idx
from hessproof.symbolic.errors import UnusableRequest

RNG = np.random.default_rng(7)
PIXELS = RNG.integers(0, 256, (12, 28, 28), dtype=np.uint8)
CLASSES = (np.arange(12) % 10).astype(np.uint8)
COLOURS = RNG.integers(0, 256, (6, 3, 32, 32), dtype=np.uint8)


def idx(array: Any) -> bytes:
    head = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return head + np.ascontiguousarray(array).tobytes()


def records(classes: list[list[int]], colours: Any = COLOURS) -> bytes:
    return b"".join(bytes(head) + colours[i % len(colours)].tobytes() for i, head in enumerate(classes))


def mnist(folder: Path, *, stem: str = "train", end: str = "", packed: bool = False, dot: str = "-") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for what, array in ((f"images{dot}idx3", PIXELS), (f"labels{dot}idx1", CLASSES)):
        content = idx(array)
        (folder / f"{stem}-{what}-ubyte{end}").write_bytes(gzip.compress(content) if packed else content)
    return folder


def cifar10(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, 6):
        (folder / f"data_batch_{number}.bin").write_bytes(records([[number], [0]]))
    (folder / "test_batch.bin").write_bytes(records([[9], [8], [7]]))
    return folder


def cifar100(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "train.bin").write_bytes(records([[3, 99], [4, 0]]))
    (folder / "test.bin").write_bytes(records([[3, 42]]))
    return folder


@pytest.mark.parametrize(
    ("end", "packed", "dot"), [("", False, "-"), (".gz", True, "-"), ("", True, "."), (".gz", False, ".")]
)
def test_mnist_is_read_whatever_its_files_are_called(tmp_path: Path, end: str, packed: bool, dot: str) -> None:
    data = load_data(f"mnist:{mnist(tmp_path / 'a', end=end, packed=packed, dot=dot)}")
    assert (data.inputs == PIXELS.reshape(12, -1)).all()
    assert (data.targets == np.eye(10)[CLASSES]).all()
    assert (data.name, data.input_unit, data.origin["part"]) == ("mnist", 255, "train")
    assert float(data.floats()[0].max()) == PIXELS.max() / 255


def test_mnist_is_scaled_to_64_pixels(tmp_path: Path) -> None:
    data = load_data(mnist(tmp_path), 64, 5)
    assert (data.name, data.inputs.shape, data.targets.shape) == ("MNIST format", (5, 64), (5, 10))
    assert int(data.inputs.sum()) == 4 * int(PIXELS[:5].astype(int).sum())
    assert data.input_unit == 49 * 255
    assert all(isinstance(entry, int) for entry in data.inputs.ravel())


def test_the_test_part_is_read_on_request_or_where_there_is_no_other(tmp_path: Path) -> None:
    mnist(tmp_path, stem="t10k")
    assert load_data(tmp_path).name == "MNIST format (test)"
    assert load_data(f"fashion-mnist-test:{tmp_path}").name == "fashion-mnist (test)"
    with pytest.raises(UnusableRequest, match="expected train-images-idx3-ubyte"):
        find(tmp_path, "mnist", "train")


@pytest.mark.parametrize("place", ["", "raw", "MNIST/raw"])
def test_usual_subfolders_are_searched(tmp_path: Path, place: str) -> None:
    mnist(tmp_path / place)
    assert find(tmp_path).kind == "mnist"


def test_fashion_in_its_own_subfolder_is_told_apart(tmp_path: Path) -> None:
    mnist(tmp_path / "FashionMNIST/raw")
    assert load_data(tmp_path).name == "fashion-mnist"
    mnist(tmp_path / "MNIST/raw")
    with pytest.raises(UnusableRequest, match="with mnist and fashion-mnist: expected one data set; say which one"):
        find(tmp_path)
    assert load_data(f"fashion:{tmp_path}").name == "fashion-mnist"


@pytest.mark.parametrize("place", ["", "cifar-10-batches-bin"])
def test_cifar10_is_read_file_after_file(tmp_path: Path, place: str) -> None:
    cifar10(tmp_path / place)
    data = load_data(f"cifar-10:{tmp_path}")
    assert data.inputs.shape == (10, 1024)
    assert data.targets.argmax(axis=1).tolist() == [1, 0, 2, 0, 3, 0, 4, 0, 5, 0]
    red, green, blue = COLOURS[1].astype(int)
    assert (data.inputs[1] == (299 * red + 587 * green + 114 * blue).ravel()).all()
    assert data.input_unit == 255_000
    assert load_data(tmp_path, 64, 3).inputs.shape == (3, 64)
    assert load_data(f"cifar10-test:{tmp_path}").targets.argmax(axis=1).tolist() == [9, 8, 7]


def test_cifar100_has_its_fine_classes(tmp_path: Path) -> None:
    data = load_data(cifar100(tmp_path), 64)
    assert (data.name, data.targets.shape) == ("cifar-100", (2, 100))
    assert data.targets.argmax(axis=1).tolist() == [99, 0]
    assert data.input_unit == 255_000 * 16


def write(folder: Path, name: str, content: bytes | None, make: Callable[[Path], Path] = mnist) -> Path:
    """A data set with one file replaced, or removed if there is no content."""
    make(folder)
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)
    return folder


def _pickled(folder: Path) -> Path:
    (folder / "data_batch_1").write_bytes(pickle.dumps({b"data": 1}))
    return folder


def _both(folder: Path) -> Path:
    return mnist(cifar10(folder))


IMAGE_FILE, LABEL_FILE = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
WHOLE = idx(PIXELS)
BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "truncated": (
        lambda at: write(at, IMAGE_FILE, WHOLE[:-5]),
        "expected 12 × 28 × 28 = 9408, as it says; it is trunc",
    ),
    "truncated header": (lambda at: write(at, IMAGE_FILE, WHOLE[:9]), "expected a whole IDX header"),
    "too long": (lambda at: write(at, IMAGE_FILE, WHOLE + b"x"), "longer than it says: expected 12 × 28 × 28"),
    "huge": (lambda at: write(at, IMAGE_FILE, WHOLE[:4] + b"\xff" * 12 + WHOLE[16:]), "with 9408 entries"),
    "empty": (lambda at: write(at, IMAGE_FILE, b""), "with bytes none: expected an IDX file of images"),
    "no images": (lambda at: write(at, IMAGE_FILE, idx(PIXELS[:0])), "of shape 0 × 28 × 28: expected at least one"),
    "swapped": (lambda at: write(at, IMAGE_FILE, idx(CLASSES)), "with labels in it: expected an IDX file of images"),
    "text": (lambda at: write(at, LABEL_FILE, b"label\n1\n"), "with bytes 6c616265: expected an IDX file of labels"),
    "floats": (lambda at: write(at, IMAGE_FILE, b"\0\0\x0d\x03" + WHOLE[4:]), "which starts with 0x00000803"),
    "lengths": (lambda at: write(at, LABEL_FILE, idx(CLASSES[:7])), "12 images in 'train-images-idx3-ubyte' and 7"),
    "classes": (lambda at: write(at, LABEL_FILE, idx(CLASSES + 40)), "label 40 of sample 0"),
    "cut gzip": (
        lambda at: write(at, IMAGE_FILE, gzip.compress(WHOLE)[:-3000]),
        "a whole gzip file; this one is trunc",
    ),
    "bad checksum": (lambda at: write(at, IMAGE_FILE, gzip.compress(WHOLE)[:-8] + bytes(8)), "an intact gzip file"),
    "bad gzip": (lambda at: write(at, IMAGE_FILE, gzip.compress(WHOLE)[:10] + b"\xff" * 99), "an intact gzip file"),
    "half": (lambda at: write(at, LABEL_FILE, None), "without train-labels-idx1-ubyte[.gz]: expected all files"),
    "nothing": (lambda at: at, "expected the files of mnist, fashion-mnist, cifar-10, cifar-100"),
    "pickled": (_pickled, "with the Python version of CIFAR: expected the binary version, since opening a pickle"),
    "several": (_both, "with mnist and cifar-10: expected one data set; say which one, for instance mnist:"),
    "cut records": (
        lambda at: write(at, "data_batch_2.bin", b"\1" * 3000, cifar10),
        "'data_batch_2.bin' of 3000 bytes: expected whole records of 3073 bytes",
    ),
    "no records": (lambda at: write(at, "train.bin", b"", cifar100), "'train.bin' of 0 bytes"),
    "other records": (
        lambda at: write(at, "data_batch_1.bin", records([[1, 2]]), cifar10),
        "with records of cifar-100: expected records of cifar-10, 3073 bytes each",
    ),
    "fewer batches": (
        lambda at: write(at, "data_batch_3.bin", None, cifar10),
        "without data_batch_3.bin: expected all files of the train part of cifar-10",
    ),
    "classes of cifar": (
        lambda at: write(at, "data_batch_5.bin", records([[0], [11]]), cifar10),
        "label 11 of sample 1 in 'data_batch_5.bin': expected 0 to 9",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_folders_are_refused_in_one_line(kind: str, tmp_path: Path) -> None:
    make, message = BAD[kind]
    with pytest.raises(UnusableRequest) as caught:
        load_data(make(tmp_path), 64)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


NAMES = {
    "gaussian": "data 'gaussian': expected digits, an .npz file, or a folder",
    "digts": "did you mean digits?",
    "mnits": "did you mean mnist:DIR?",
    "mnits:somewhere": "before the colon; did you mean mnist:DIR?",
    "mnist:no/such/place": "data folder 'no/such/place': expected a folder that exists",
    "no/such/place": "see whether the name is spelt rightly",
    "missing.npz": "expected a file that exists",
    "": "expected digits",
}


@pytest.mark.parametrize("name", NAMES)
def test_names_that_lead_nowhere_are_refused(name: str) -> None:
    with pytest.raises(UnusableRequest) as caught:
        load_data(name)
    assert NAMES[name] in str(caught.value)


def test_a_file_in_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    mnist(tmp_path)
    with pytest.raises(UnusableRequest, match=r"data folder .* expected a folder;"):
        load_data(f"mnist:{tmp_path / IMAGE_FILE}")
    with pytest.raises(UnusableRequest, match=r"an \.npz file"):
        load_data(tmp_path / IMAGE_FILE)


def test_images_do_not_take_any_number_of_inputs(tmp_path: Path) -> None:
    with pytest.raises(UnusableRequest, match="50 inputs for the images of MNIST format: expected a square number"):
        load_data(mnist(tmp_path), 50)


def test_an_npz_file_is_taken_as_it_is(tmp_path: Path) -> None:
    np.savez(tmp_path / "own.npz", x=np.ones((4, 3)) / 2, y=np.ones((4, 2)))
    data = load_data(tmp_path / "own.npz", 64, 2)
    assert data.inputs.shape == (2, 3)
    assert data.floats()[0].tolist() == [[0.5] * 3] * 2


def test_reading_costs_no_more_than_was_asked_for(tmp_path: Path) -> None:
    assert load_data(mnist(tmp_path), 64, 3).samples == 3
    assert load_data(tmp_path, 64, 100).samples == 12


def test_magic_numbers_are_the_published_ones() -> None:
    assert (IMAGES, LABELS) == (2051, 2049)


def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableRequest, match="expected a file that can be read"):
        read_idx(tmp_path / "absent", IMAGES)
