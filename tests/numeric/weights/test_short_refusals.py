"""Refusals of files stay short, whatever the file is called and however many arrays it holds."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from hessproof.numeric.weights import load_weights
from hessproof.numeric.weights.files import MOST_ARRAYS
from hessproof.symbolic.errors import UnusableRequest, short_path


def many(path: Path, count: int) -> Path:
    """A safetensors file with so many empty arrays."""
    empty = {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}
    header = json.dumps({f"{number}.weight": empty for number in range(count)}).encode()
    path.write_bytes(len(header).to_bytes(8, "little") + header)
    return path


@pytest.mark.parametrize("length", [1, 79, 80, 81, 300])
def test_a_path_keeps_its_end(length: int) -> None:
    path = "a" * (length - 1) + "b"
    found = short_path(path)
    assert (len(found), found[-1]) == (min(length, 80), "b")
    assert (found == path) == (length <= 80)


def test_lines_about_files_far_away_are_short(tmp_path: Path) -> None:
    place = tmp_path.joinpath(*["a-folder-of-a-long-name" * 3] * 6)
    place.mkdir(parents=True)
    np.savez(place / "w.npz", W1=np.ones((2, 3)), W2=np.ones((2, 3)))
    (place / "empty.npz").write_bytes(b"")
    for name in ("w.npz", "empty.npz", "absent.npz"):
        with pytest.raises(UnusableRequest) as refused:
            load_weights(place / name)
        assert len(str(refused.value)) < 300
        assert name in str(refused.value)
    np.savez(place / "w.npz", W1=np.ones((2, 3)))
    found = load_weights(place / "w.npz")
    assert found.path == str(place / "w.npz")
    with pytest.raises(UnusableRequest) as refused:
        found.architecture("4-2")
    assert len(str(refused.value)) < 200


def test_files_with_very_many_arrays_are_refused_from_their_header(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("safetensors.deserialize", None)
    with pytest.raises(UnusableRequest, match=f"with {MOST_ARRAYS + 1} arrays: expected at most {MOST_ARRAYS};"):
        load_weights(many(tmp_path / "many.safetensors", MOST_ARRAYS + 1))
    monkeypatch.setattr(np, "load", None)
    np.savez(tmp_path / "many.npz", *[np.zeros(1)] * (MOST_ARRAYS + 1))
    with pytest.raises(UnusableRequest, match=f"with {MOST_ARRAYS + 1} arrays: expected at most {MOST_ARRAYS};"):
        load_weights(tmp_path / "many.npz")


@pytest.mark.slow
def test_as_many_arrays_as_the_deepest_network_has_are_read(tmp_path: Path) -> None:
    with pytest.raises(UnusableRequest, match="at least one row and column"):
        load_weights(many(tmp_path / "deep.safetensors", MOST_ARRAYS))
