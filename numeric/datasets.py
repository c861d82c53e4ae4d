"""Data sets with exact integer entries: handwritten digits, Gaussian data of a chosen rank, and ``.npz`` files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.resources import files
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.features.files import load_features, one_hot
from hessproof.numeric.instance import MAGNITUDE, Instance, data_instance, generic_instance
from hessproof.numeric.integers import IntegerMatrix, integers
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest, short_path

DIGIT_INPUTS = (64, 16, 4)
DIGIT_CLASSES = 10
DIGIT_LEVELS = 16


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples with integer entries.

    Args:
        name: For reports.
        inputs: x as rows, N × d.
        targets: y as rows, N × K.
        origin: How the integers came about, in JSON values.
        input_unit: The x of floating-point kernels is the stored one divided by this number.
        target_unit: The same for y.
    """

    name: str
    inputs: IntegerMatrix
    targets: IntegerMatrix
    origin: Mapping[str, Any] = field(default_factory=dict)
    input_unit: int = 1
    target_unit: int = 1

    @property
    def samples(self) -> int:
        """N."""
        return int(self.inputs.shape[0])

    def first(self, samples: int | None) -> Dataset:
        """The first N samples, in stored order; all of them if ``samples`` is None.

        Raises:
            UnusableRequest: If there are not so many.

        Example:
            >>> digits(4).first(3).samples
            3
        """
        if samples is None:
            return self
        if not 1 <= samples <= self.samples:
            raise UnusableRequest(
                f"{samples} samples",
                f"1 to {self.samples}, the samples of {self.name}",
                f"give --samples {self.samples}",
            )
        return replace(self, inputs=self.inputs[:samples], targets=self.targets[:samples])

    def floats(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """x (N × d) and y (N × K) in floating point, in their own units: pixels lie between 0 and 1.

        Example:
            >>> x, y = digits(16, 100).floats()
            >>> x.shape, float(x.min()), float(x.max()) <= 1.0, float(y.sum())
            ((100, 16), 0.0, True, 100.0)
        """
        return (self.inputs / self.input_unit).astype(np.float64), (self.targets / self.target_unit).astype(np.float64)

    def instance(self, architecture: Architecture, seed: int = 0, magnitude: int = MAGNITUDE) -> Instance:
        """An instance with these data and random weights.

        The entries of W^l are uniform multiples of 1/c_l between -magnitude/c_l and magnitude/c_l, where
        c_l = magnitude · 2^e and 2^e is about the square root of M_{l-1}: the network's outputs are of the size of its
        inputs. To keep all numbers integers, W^l is stored times c_l and y times c_1 ⋯ c_L, which turns the Hessian
        into D H D with a diagonal D of nonzero entries and leaves every rank as it is.

        Raises:
            UnusableRequest: If the widths do not fit the data.
        """
        sizes = self.inputs.shape[1], self.targets.shape[1]
        if (architecture.inputs, architecture.outputs) != sizes:
            raise UnusableRequest(
                f"widths {architecture}",
                f"{sizes[0]} inputs and {sizes[1]} outputs for the data {self.name}",
                f"begin the widths with {sizes[0]} and end them with {sizes[1]}",
            )
        scales = [magnitude << ((width.bit_length() - 1) // 2) for width in architecture.widths[:-1]]
        origin = {"data": self.name, **self.origin, "weights_times": scales}
        return data_instance(architecture, self.inputs, self.targets * prod(scales), seed, magnitude, origin=origin)


@lru_cache(maxsize=8)
def digits(inputs: int = 64, samples: int | None = None) -> Dataset:
    """1,797 handwritten digits of 8 × 8 pixels with values 0, …, 16, and their classes as unit vectors.

    Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak, UCI Machine Learning Repository, 1998 (the
    test set, as distributed with scikit-learn). With 16 or 4 inputs, blocks of 2 × 2 or 4 × 4 pixels are summed: the
    sum, 4 or 16 times the average, keeps the entries integers, and no rank depends on the factor.

    Args:
        inputs: 64, 16 or 4.
        samples: Only the first N.

    Raises:
        UnusableRequest: If the inputs are none of these, or there are not so many samples.

    Example:
        >>> digits().inputs.shape, int(digits(16).inputs.max()), digits().targets.shape
        ((1797, 64), 64, (1797, 10))
    """
    if inputs not in DIGIT_INPUTS:
        raise UnusableRequest(
            f"{inputs} inputs for the digits",
            "64 pixels, or 16 or 4 blocks of them",
            "begin the widths with 64, 16 or 4",
        )
    with (
        files("hessproof.numeric").joinpath("data/digits.npz").open("rb") as stream,
        np.load(stream, allow_pickle=False) as stored,
    ):
        pixels, labels = stored["x"], stored["y"]
    side = {64: 1, 16: 2, 4: 4}[inputs]
    blocks = pixels.astype(np.int64).reshape(-1, 8 // side, side, 8 // side, side).sum(axis=(2, 4))
    targets = np.eye(DIGIT_CLASSES, dtype=np.int64)[labels]
    origin = {"pixels": f"sums of {side} × {side} pixels" if side > 1 else "as stored"}
    unit = DIGIT_LEVELS * side**2
    whole = Dataset("digits", integers(blocks.reshape(-1, inputs)), integers(targets), origin, unit)
    return whole.first(samples)


def gaussian_instance(
    architecture: Architecture,
    data_rank: int | None = None,
    residual_rank: int | None = None,
    samples: int | None = None,
    seed: int = 0,
    magnitude: int = MAGNITUDE,
) -> Instance:
    """Gaussian inputs of rank r and residuals of rank s, rounded to multiples of 2^-10 and kept as integers.

    Args:
        architecture: Widths.
        data_rank: r; as large as d and N allow if not given.
        residual_rank: s; min(r, K) if not given.
        samples: N; max(2 d, r) if not given.
        seed: For data and weights.
        magnitude: Range of the weights.

    Raises:
        UnusableRequest: If no data can have these ranks for these widths and samples.

    Example:
        >>> one = gaussian_instance(Architecture((5, 3, 2)), data_rank=4, residual_rank=1, seed=2)
        >>> one.data_rank, one.residual_rank, one.samples
        (4, 1, 10)
    """
    count = max(2 * architecture.inputs, data_rank or 0) if samples is None else samples
    r = min(architecture.inputs, count) if data_rank is None else data_rank
    s = min(r, architecture.outputs) if residual_rank is None else residual_rank
    return generic_instance(architecture, r, s, seed, magnitude, count, data="gaussian")


def load_npz(path: str | Path) -> Dataset:
    """Read ``x`` (N × d) and ``y`` (N × K) from an ``.npz`` file of integers or floating-point numbers.

    A file of ``features`` (N × d) and ``labels`` (N classes from 0 on) is read as x and one-hot y.

    Floating-point numbers are dyadic rationals: x and y are multiplied by one power of two that makes all of them
    integers, which multiplies the Hessian by its square and leaves every rank as it is.

    Raises:
        UnusableRequest: If the file is missing or no ``.npz``, or a key is missing, or an array is empty, not numeric,
            not finite, or of the wrong shape.
    """
    arrays = {key: _checked(array, f"{key} in {short_path(path)}") for key, array in _read(Path(path)).items()}
    x, y = arrays["x"], arrays["y"]
    if len(x) != len(y):
        raise UnusableRequest(
            f"{len(x)} rows of x and {len(y)} of y in {short_path(path)}",
            "as many rows of y as of x",
            "store one row for each sample",
        )
    exponent = max(_binary_places(x), _binary_places(y))
    origin = {"path": str(path), "scaled_by": f"2^{exponent}"}
    return Dataset(Path(path).name, _scaled(x, exponent), _scaled(y, exponent), origin, 1 << exponent, 1 << exponent)


def _read(path: Path) -> dict[str, npt.NDArray[Any]]:
    """x and y as stored. NumPy answers a damaged file with many kinds of exceptions; all of them mean the same here."""
    remedy = "write it with numpy.savez(path, x=x, y=y)"
    expected = "an .npz file with the arrays x (N × d) and y (N × K)"
    if not path.is_file():
        raise UnusableRequest(
            f"data {short_path(path)!r}", "a file that exists" if not path.exists() else "a file", remedy
        )
    try:
        opened = path.open("rb")
    except OSError as error:
        raise UnusableRequest(
            f"data {short_path(path)!r} ({error.strerror})", "a file that can be read", remedy
        ) from None
    with opened as stream:
        try:
            loaded = np.load(stream, allow_pickle=False)
        except Exception as error:
            raise UnusableRequest(f"data {short_path(path)!r} ({type(error).__name__})", expected, remedy) from None
        if not isinstance(loaded, np.lib.npyio.NpzFile):
            raise UnusableRequest(f"data {short_path(path)!r}", expected, remedy)
        if not {"x", "y"} & set(loaded.files) and {"features", "labels"} <= set(loaded.files):
            found = load_features(path)
            return {"x": found.values, "y": one_hot(found.labels)}
        missing = [key for key in ("x", "y") if key not in loaded.files]
        if missing:
            names = ", ".join(loaded.files) or "nothing"
            raise UnusableRequest(
                f"data {short_path(path)!r} with {names}", f"the array {' and '.join(missing)}", remedy
            )
        try:
            return {key: loaded[key] for key in ("x", "y")}
        except Exception as error:
            raise UnusableRequest(
                f"data {short_path(path)!r} ({type(error).__name__})",
                "arrays of numbers, intact and not pickled",
                remedy,
            ) from None


def _checked(array: npt.NDArray[Any], name: str) -> npt.NDArray[Any]:
    if array.dtype.kind not in "biuf":
        raise UnusableRequest(f"{name} of type {array.dtype}", "integers or real floating-point numbers", "convert it")
    if array.ndim != 2:
        raise UnusableRequest(
            f"{name} of shape {array.shape}",
            "two dimensions, one row a sample",
            "reshape it, or use one-hot rows for classes",
        )
    if array.size == 0:
        raise UnusableRequest(f"{name} of shape {array.shape}", "at least one sample and one column", "store some data")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise UnusableRequest(f"{name} with NaN or infinite entries", "finite numbers", "leave such samples out")
    return array


def _binary_places(array: npt.NDArray[Any]) -> int:
    """Smallest e ≥ 0 for which 2^e times every entry is an integer."""
    if array.dtype.kind != "f":
        return 0
    return max(int(entry.as_integer_ratio()[1]).bit_length() - 1 for entry in array.ravel().tolist())


def _scaled(array: npt.NDArray[Any], exponent: int) -> IntegerMatrix:
    result = np.empty(array.shape, dtype=object)
    for place, entry in np.ndenumerate(array):
        numerator, denominator = entry.item().as_integer_ratio() if array.dtype.kind == "f" else (int(entry), 1)
        result[place] = (numerator << exponent) // denominator
    return result
