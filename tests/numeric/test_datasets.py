"""The digits, Gaussian data, and ``.npz`` files, good and bad."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hessproof.numeric.datasets import digits, gaussian_instance, load_npz
from hessproof.numeric.ranks import measure
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest


def test_digits_are_the_published_ones() -> None:
    data = digits()
    assert data.inputs.shape == (1797, 64)
    assert (int(data.inputs.min()), int(data.inputs.max())) == (0, 16)
    assert data.targets.sum(axis=0).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert data.inputs[0, :8].tolist() == [0, 0, 5, 13, 9, 1, 0, 0]
    assert int(data.inputs.sum()) == 561718


def test_blocks_are_sums_of_pixels() -> None:
    pixels = digits().inputs[7].reshape(8, 8)
    for inputs, side in ((16, 2), (4, 4)):
        blocks = digits(inputs).inputs[7].reshape(8 // side, 8 // side)
        assert blocks[1, 0] == pixels[side : 2 * side, :side].sum()
        assert digits(inputs).inputs.sum() == digits().inputs.sum()


def test_digits_make_exact_instances() -> None:
    made = digits(16, 12).instance(Architecture((16, 3, 10)), seed=1, magnitude=50)
    assert (made.samples, made.data_rank, made.residual_rank) == (12, 12, 10)
    assert made.origin["data"] == "digits"
    assert [made.origin["weights_times"], made.origin["seed"]] == [[200, 50], 1]
    assert (made.targets == digits(16, 12).targets * 200 * 50).all()
    assert measure(made)["outer"].value == 3 * (12 + 10 - 3)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: digits(8), "8 inputs for the digits: expected 64 pixels, or 16 or 4 blocks"),
        (lambda: digits(64, 1798), "1798 samples: expected 1 to 1797"),
        (lambda: digits(64).first(0), "0 samples"),
        (lambda: digits(64).instance(Architecture((64, 3))), "widths 64-3: expected 64 inputs and 10 outputs"),
        (lambda: gaussian_instance(Architecture((4, 2)), 3, 1, samples=2), "2 samples: expected at least 3"),
        (lambda: gaussian_instance(Architecture((4, 2)), 5), "data rank 5: expected 0 to 4"),
    ],
)
def test_data_that_do_not_fit_are_refused(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(UnusableRequest) as caught:
        make()
    assert message in str(caught.value)


@pytest.mark.parametrize(("r", "s", "samples"), [(None, None, None), (3, 0, 3), (2, 1, 20), (None, 2, 3)])
def test_gaussian_data_have_the_ranks_asked_for(r: int | None, s: int | None, samples: int | None) -> None:
    made = gaussian_instance(Architecture((4, 3, 2)), r, s, samples, seed=4)
    assert made.samples == (samples or 8)
    expected = min(4, made.samples) if r is None else r
    assert made.data_rank == expected
    assert made.residual_rank == (min(expected, 2) if s is None else s)


def save(path: Path, **arrays: Any) -> Path:
    np.savez(path, **arrays)
    return path


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int16, np.uint8, bool])
def test_npz_files_are_read_exactly(tmp_path: Path, dtype: Any) -> None:
    x = np.asarray([[0, 1], [1, 1], [1, 0]]).astype(dtype)
    y = np.asarray([[0.1], [-2.5], [1e-3]])
    data = load_npz(save(tmp_path / "some.npz", x=x, y=y))
    scale = int(str(data.origin["scaled_by"]).removeprefix("2^"))
    for exact, stored in ((data.inputs, x), (data.targets, y)):
        for one, two in zip(exact.ravel(), stored.ravel(), strict=True):
            assert Fraction(int(one), 2**scale) == Fraction(two.item())
    assert data.samples == 3
    assert data.instance(Architecture((2, 2, 1))).data_rank == 2


def _text(path: Path) -> Path:
    path.write_text("x,y\n1,2\n")
    return path


def _empty(path: Path) -> Path:
    path.write_bytes(b"")
    return path


def _cut(path: Path) -> Path:
    save(path, x=np.ones((50, 2)), y=np.ones((50, 1)))
    path.write_bytes(path.read_bytes()[:-200])
    return path


def _damaged(path: Path) -> Path:
    np.savez_compressed(path, x=np.arange(4000.0).reshape(-1, 2), y=np.ones((2000, 1)))
    content = bytearray(path.read_bytes())
    content[200:400] = b"\0" * 200
    path.write_bytes(bytes(content))
    return path


def _single(path: Path) -> Path:
    with path.open("wb") as stream:
        np.save(stream, np.ones((2, 2)))
    return path


ONE = np.ones((2, 1))
BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "missing": (lambda path: path, "expected a file that exists"),
    "folder": (lambda path: path.parent, "expected a file;"),
    "text": (_text, "expected an .npz file with the arrays x (N × d) and y (N × K)"),
    "no bytes": (_empty, "expected an .npz file"),
    "truncated": (_cut, "expected an .npz file"),
    "damaged": (_damaged, "expected arrays of numbers, intact and not pickled"),
    "one array": (_single, "expected an .npz file"),
    "no y": (lambda path: save(path, x=ONE), "with x: expected the array y"),
    "no keys": (lambda path: save(path), "with nothing: expected the array x and y"),
    "pickled": (lambda path: save(path, x=np.asarray([[None]]), y=ONE), "intact and not pickled"),
    "strings": (lambda path: save(path, x=np.asarray([["a"]]), y=ONE), "of type <U1: expected integers or real"),
    "complex": (lambda path: save(path, x=ONE * 1j, y=ONE), "of type complex128"),
    "NaN": (lambda path: save(path, x=ONE * np.nan, y=ONE), "x in"),
    "infinite": (lambda path: save(path, x=ONE, y=ONE * np.inf), "with NaN or infinite entries: expected finite"),
    "labels": (lambda path: save(path, x=ONE, y=np.ones(2)), "of shape (2,): expected two dimensions"),
    "images": (lambda path: save(path, x=np.ones((2, 8, 8)), y=ONE), "of shape (2, 8, 8): expected two dimensions"),
    "empty": (lambda path: save(path, x=np.ones((0, 2)), y=np.ones((0, 1))), "of shape (0, 2): expected at least one"),
    "lengths": (lambda path: save(path, x=np.ones((3, 1)), y=ONE), "3 rows of x and 2 of y"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_npz_files_are_refused_in_one_line(kind: str, tmp_path: Path) -> None:
    write, message = BAD[kind]
    with pytest.raises(UnusableRequest) as caught:
        load_npz(write(tmp_path / "bad.npz"))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_widths_that_do_not_fit_a_file_are_refused(tmp_path: Path) -> None:
    data = load_npz(save(tmp_path / "some.npz", x=np.ones((2, 3)), y=ONE))
    with pytest.raises(UnusableRequest, match="begin the widths with 3 and end them with 1"):
        data.instance(Architecture((2, 1)))
