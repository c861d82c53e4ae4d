"""Features from files: what is read, what is refused, and that data sets can be made of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hessproof.numeric.datasets import load_npz
from hessproof.numeric.features.__main__ import main
from hessproof.numeric.features.files import Features, load_features
from hessproof.symbolic.errors import UnusableRequest


def test_what_is_saved_is_read(tmp_path: Path) -> None:
    made = Features("some", np.arange(6.0).reshape(3, 2) / 4, np.asarray([2, 0, 1]))
    made.save(tmp_path / "features.npz")
    found = load_features(tmp_path / "features.npz")
    assert found.name == "features.npz"
    assert (found.values == made.values).all()
    assert found.targets.tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0]]


def test_a_file_of_features_is_a_data_set(tmp_path: Path) -> None:
    Features("some", np.arange(6.0).reshape(3, 2) / 4, np.asarray([2, 0, 1])).save(tmp_path / "features.npz")
    inputs, targets = load_npz(tmp_path / "features.npz").floats()
    assert inputs.tolist() == [[0.0, 0.25], [0.5, 0.75], [1.0, 1.25]]
    assert targets.tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0]]


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"features": np.zeros((2, 2))}, "arrays features and labels"),
        ({"features": np.zeros(3), "labels": np.zeros(3, int)}, "one row for each image"),
        ({"features": np.zeros((0, 2)), "labels": np.zeros(0, int)}, "one row for each image"),
        ({"features": np.asarray([["a"]]), "labels": np.zeros(1, int)}, "real numbers"),
        ({"features": np.full((1, 1), np.inf), "labels": np.zeros(1, int)}, "finite"),
        ({"features": np.zeros((2, 1)), "labels": np.zeros(3, int)}, "one integer for each row"),
        ({"features": np.zeros((2, 1)), "labels": np.zeros(2)}, "one integer for each row"),
        ({"features": np.zeros((2, 1)), "labels": np.asarray([0, -1])}, "classes 0, …, K − 1"),
        ({"features": np.zeros((2, 1)), "labels": np.asarray([0, 10**7])}, "classes 0, …, K − 1"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(tmp_path: Path, arrays: dict[str, Any], words: str) -> None:
    np.savez(tmp_path / "wrong.npz", **arrays)
    with pytest.raises(UnusableRequest, match=words) as caught:
        load_features(tmp_path / "wrong.npz")
    assert "\n" not in str(caught.value)


def test_missing_and_damaged_files(tmp_path: Path) -> None:
    with pytest.raises(UnusableRequest, match="a file that exists"):
        load_features(tmp_path / "none.npz")
    (tmp_path / "text.npz").write_text("no archive")
    with pytest.raises(UnusableRequest, match=r"an \.npz file"):
        load_features(tmp_path / "text.npz")
    np.save(tmp_path / "pickled.npy", np.asarray([{}], dtype=object), allow_pickle=True)
    with pytest.raises(UnusableRequest, match=r"\.npz"):
        load_features(tmp_path / "pickled.npy")


def test_the_command_says_what_is_missing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    missing = str(tmp_path / "none.safetensors")
    assert main(["--data", "digits", "--checkpoint", missing, "--out", str(tmp_path / "out.npz")]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1
    assert "timm" in lines[0] or "none.safetensors" in lines[0]
    assert not (tmp_path / "out.npz").exists()
