"""Every weight is the number of the file; odd names of files, members and layers get what they ask for or one line."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from hessproof.numeric.weights import load_weights, network_of
from hessproof.symbolic.errors import UnusableRequest


def test_no_number_is_rounded() -> None:
    kept = np.array([[2**53, 2**60]])
    assert network_of({"W1": kept}, "F").parameters[0].tolist() == [[2.0**53, 2.0**60]]
    with pytest.raises(UnusableRequest, match="a double does not hold"):
        network_of({"W1": kept + 1}, "F")
    if np.finfo(np.longdouble).eps < np.finfo(np.float64).eps:
        with pytest.raises(UnusableRequest, match="a double does not hold"):
            network_of({"W1": np.ones((2, 2), np.longdouble) / 3}, "F")


def test_numbers_of_any_length_order_layers() -> None:
    long = "1" * 5000
    assert network_of({f"fc{long}.weight": np.ones((3, 2)), "fc2.weight": np.ones((2, 4))}, "F").widths == (4, 2, 3)
    assert network_of({f"arr_{long}": np.ones((3, 2)), "arr_2": np.ones((2, 4))}, "F").widths == (4, 2, 3)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["~nobody-of-this-name/x.npz", "a" * 5000])
def test_a_path_that_cannot_be_gets_one_line(name: str) -> None:
    with pytest.raises(UnusableRequest, match="weights"):
        load_weights(name)


def test_members_of_one_name_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "one.npz", W1=np.eye(2))
    content = zipfile.ZipFile(tmp_path / "one.npz").read("W1.npy")
    with zipfile.ZipFile(tmp_path / "two.npz", "w") as packed:
        packed.writestr("W1.npy", content)
        with pytest.warns(UserWarning, match="Duplicate"):
            packed.writestr("W1.npy", content)
    with pytest.raises(UnusableRequest, match="two members of one name"):
        load_weights(tmp_path / "two.npz")
