"""Image features with their classes, from an ``.npz`` file with the arrays ``features`` and ``labels``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.symbolic.errors import UnusableRequest

Array = npt.NDArray[np.float64]
REMEDY = "write it with numpy.savez(path, features=features, labels=labels)"


@dataclass(frozen=True, eq=False)
class Features:
    """Features of images, and the classes of the images.

    Args:
        name: For reports.
        values: One row for each image, N × d.
        labels: N classes, 0, …, K − 1.
    """

    name: str
    values: Array
    labels: npt.NDArray[np.int64]

    @property
    def targets(self) -> Array:
        """The classes as unit vectors, N × K.

        Example:
            >>> Features("two", np.zeros((2, 1)), np.asarray([1, 0])).targets.tolist()
            [[0.0, 1.0], [1.0, 0.0]]
        """
        return np.asarray(one_hot(self.labels), dtype=np.float64)

    def save(self, path: str | Path) -> None:
        """Write them to an ``.npz`` file that `load_features` and ``--data`` read."""
        np.savez_compressed(Path(path), features=self.values, labels=self.labels)


def one_hot(labels: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Classes as unit vectors, K being the largest class plus one."""
    found: npt.NDArray[np.int64] = np.eye(int(labels.max()) + 1, dtype=np.int64)[labels]
    return found


def load_features(path: str | Path) -> Features:
    """Read features and labels; nothing in the file is executed.

    Args:
        path: An ``.npz`` file with ``features`` (N × d, real numbers) and ``labels`` (N classes from 0 on).

    Raises:
        UnusableRequest: If the file is missing, damaged or no ``.npz``, or an array is not what it should be.
    """
    place = Path(path)
    expected = "an .npz file with the arrays features (N × d) and labels (N)"
    if not place.is_file():
        raise UnusableRequest(f"features {str(path)!r}", "a file that exists", REMEDY)
    try:
        with place.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            values, labels = stored["features"], stored["labels"]
    except KeyError:
        raise UnusableRequest(f"features {str(path)!r}", "the arrays features and labels in it", REMEDY) from None
    except Exception as error:
        raise UnusableRequest(f"features {str(path)!r} ({type(error).__name__})", expected, REMEDY) from None
    return Features(place.name, checked_values(values, str(path)), checked_labels(labels, len(values), str(path)))


def checked_values(values: npt.NDArray[Any], path: str) -> Array:
    """Features as floating-point numbers.

    Raises:
        UnusableRequest: If they are no finite real numbers in at least one row and one column.
    """
    if values.dtype.kind not in "biuf" or values.ndim != 2 or values.size == 0:
        raise UnusableRequest(
            f"features of shape {values.shape} and type {values.dtype} in {path}",
            "real numbers, one row for each image", REMEDY,
        )  # fmt: skip
    found = values.astype(np.float64)
    if not np.isfinite(found).all():
        raise UnusableRequest(f"features with NaN or infinite entries in {path}", "finite numbers", "leave them out")
    return found


def checked_labels(labels: npt.NDArray[Any], count: int, path: str) -> npt.NDArray[np.int64]:
    """Classes as integers.

    Raises:
        UnusableRequest: If they are not one class from 0 on for each row.
    """
    if labels.dtype.kind not in "iu" or labels.shape != (count,):
        raise UnusableRequest(
            f"labels of shape {labels.shape} and type {labels.dtype} for {count} rows of features in {path}",
            "one integer for each row", "store the classes 0, …, K − 1",
        )  # fmt: skip
    if int(labels.min()) < 0 or int(labels.max()) >= count + 1000:
        raise UnusableRequest(
            f"labels from {int(labels.min())} to {int(labels.max())} in {path}", "classes 0, …, K − 1",
            "number the classes from 0 on",
        )  # fmt: skip
    return labels.astype(np.int64)
