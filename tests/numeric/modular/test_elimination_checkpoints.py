"""Eliminations that are interrupted at any moment and resumed."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import array_api_strict
import numpy as np
import numpy.typing as npt
import pytest

from hessproof.numeric.modular import Checkpoint, blocked_rank
from hessproof.numeric.modular.checkpoint import Keeper, Kept, fingerprint, load, save
from hessproof.numeric.modular.elimination import Blocks, Elimination
from hessproof.numeric.modular.field import PrimeField
from hessproof.numeric.modular.journal import Journal, State
from hessproof.symbolic.errors import UnusableRequest

PRIME = 4194301
BLOCKS = Blocks(4, 60, 8)


def deficient(rows: int, columns: int, rank: int) -> npt.NDArray[np.float64]:
    rng = np.random.default_rng(rank)
    matrix = (rng.integers(-9, 10, (rows, rank)) @ rng.integers(-9, 10, (rank, columns))).astype(float)
    matrix[: rows // 3, : columns // 2] = 0.0
    return matrix


class Flaky(np.ndarray[Any, np.dtype[np.float64]]):
    """An array that is interrupted at one of the times when something is written into it, before or after."""

    left = 0
    after = False

    def __setitem__(self, place: Any, values: Any) -> None:
        Flaky.left -= 1
        if Flaky.left == 0 and not Flaky.after:
            raise KeyboardInterrupt
        super().__setitem__(place, values)
        if Flaky.left == 0:
            raise KeyboardInterrupt


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("moment", [1, 2, 3, 7, 20, 40, 60])
def test_an_interruption_between_any_two_writes_loses_nothing(tmp_path: Path, moment: int, after: bool) -> None:
    matrix, field, path = deficient(36, 40, 17), PrimeField(PRIME), Checkpoint(tmp_path / "one.npz", 1e9)
    expected = Elimination(work := matrix.copy(), field, Journal(work, State(), 1.0), BLOCKS).run()
    mark = fingerprint(matrix, PRIME)
    Flaky.left, Flaky.after = moment, after
    work = matrix.copy()
    journal = Journal(work.view(Flaky), State(), 1.0, keeper=Keeper(path, mark))
    with pytest.raises(KeyboardInterrupt):
        Elimination(work, field, journal, BLOCKS).run()

    again = matrix.copy()
    kept = load(path, again, mark)
    assert kept is not None
    assert kept.steps > 0
    journal = Journal(again, State(kept.steps, kept.pivots, kept.singular), 1.0, keeper=Keeper(path, mark))
    assert Elimination(again, field, journal, BLOCKS).run() == expected
    np.testing.assert_array_equal(again, eliminated(matrix))
    assert not path.path.exists()


def eliminated(matrix: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    work = matrix.copy()
    Elimination(work, PrimeField(PRIME), Journal(work, State(), 1.0), BLOCKS).run()
    return work


@pytest.mark.parametrize("stop", [0.0, 0.3, 0.8])
def test_a_resumed_rank_does_not_repeat_what_was_done(tmp_path: Path, stop: float) -> None:
    matrix = np.random.default_rng(1).integers(0, PRIME, (260, 300)).astype(float)
    checkpoint = Checkpoint(tmp_path / "rank.npz")

    def interrupt(share: float) -> None:
        if share > stop:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        blocked_rank(matrix, PRIME, progress=interrupt, checkpoint=checkpoint)
    assert checkpoint.path.exists()
    shares: list[float] = []
    assert blocked_rank(matrix, PRIME, progress=shares.append, checkpoint=checkpoint) == 260
    assert shares[0] > stop
    assert list(tmp_path.iterdir()) == []


def test_a_checkpoint_is_written_when_its_time_has_come(tmp_path: Path) -> None:
    matrix = np.random.default_rng(2).integers(0, PRIME, (200, 200)).astype(float)
    checkpoint = Checkpoint(tmp_path / "often.npz", seconds=0.0)
    there: list[bool] = []
    assert (
        blocked_rank(matrix, PRIME, progress=lambda _: there.append(checkpoint.path.exists()), checkpoint=checkpoint)
        == 200
    )
    assert there[0] is False
    assert all(there[1:])
    assert not checkpoint.path.exists()


def test_checkpoints_of_arrays_on_a_device(tmp_path: Path) -> None:
    matrix = array_api_strict.asarray([[1.0, 2.0], [3.0, 4.0]], device=array_api_strict.Device("device1"))
    checkpoint = Checkpoint(tmp_path / "device.npz")
    save(checkpoint, matrix, Kept("mark", 3, (0, 1)))
    other = array_api_strict.zeros((2, 2), dtype=array_api_strict.float64, device=matrix.device)
    assert load(checkpoint, other, "mark") == Kept("mark", 3, (0, 1))
    assert bool(array_api_strict.all(other == matrix))


def damage(path: Path, how: str) -> None:
    data = bytearray(path.read_bytes())
    if how == "truncated":
        path.write_bytes(data[: len(data) // 2])
    elif how == "one bit":
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    elif how == "text":
        path.write_text("hello")
    elif how == "empty":
        path.write_bytes(b"")
    else:
        about: Any = {"steps": -1, "pivots": [], "singular": -1, "fingerprint": "mark"}
        if how == "another matrix":
            about = {"steps": 1, "pivots": [], "singular": -1, "fingerprint": "other"}
        elif how == "no fields":
            about = []
        size = {"short": 100, "long": 900}.get(how, 800)
        if how in ("short", "long"):
            about = {"steps": 1, "pivots": [], "singular": -1, "fingerprint": "mark"}
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("about.json", json.dumps(about))
            if how != "no matrix":
                archive.writestr("matrix.f8", bytes(size))


@pytest.mark.parametrize(
    "how",
    ["truncated", "one bit", "text", "empty", "negative", "another matrix", "no fields", "short", "long", "no matrix"],
)
def test_damaged_and_foreign_files_are_refused(tmp_path: Path, how: str) -> None:
    checkpoint = Checkpoint(tmp_path / "kept.npz")
    matrix = np.arange(100.0).reshape(10, 10)
    save(checkpoint, matrix, Kept("mark", 2, (0,)))
    assert load(checkpoint, np.zeros((10, 10)), "mark") == Kept("mark", 2, (0,))
    damage(checkpoint.path, how)
    with pytest.raises(UnusableRequest, match=r"kept\.npz: expected .* checkpoint .*; remove the file") as refused:
        load(checkpoint, np.zeros((10, 10)), "mark")
    assert "\n" not in str(refused.value)


@pytest.mark.long
def test_no_changed_bit_is_read_as_something_else(tmp_path: Path) -> None:
    checkpoint, matrix, kept = Checkpoint(tmp_path / "kept.npz"), np.asarray([[1.0, 2.0]]), Kept("mark", 2, (0,))
    save(checkpoint, matrix, kept)
    whole, refused = checkpoint.path.read_bytes(), 0
    for place in range(8 * len(whole)):
        changed = bytearray(whole)
        changed[place // 8] ^= 1 << place % 8
        checkpoint.path.write_bytes(changed)
        work = np.zeros((1, 2))
        try:
            assert load(checkpoint, work, "mark") == kept
            assert np.array_equal(work, matrix)
        except UnusableRequest:
            refused += 1
    assert refused > 4 * len(whole)


def test_a_file_that_cannot_be_written_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    missing = Checkpoint(tmp_path / "nowhere" / "one.npz")
    with pytest.raises(UnusableRequest, match="a file that can be written"):
        save(missing, np.zeros((2, 2)), Kept("mark", 0, ()))

    class Breaking(np.ndarray[Any, np.dtype[np.float64]]):
        def __getitem__(self, place: Any) -> Any:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        save(Checkpoint(tmp_path / "half.npz"), np.zeros((2, 2)).view(Breaking), Kept("mark", 0, ()))
    assert list(tmp_path.iterdir()) == []


def test_fingerprints_tell_matrices_primes_and_blocks_apart() -> None:
    matrix = np.arange(6.0).reshape(2, 3)
    changed = matrix.copy()
    changed[1, 2] += 1
    marks = [
        fingerprint(matrix, 7, 64),
        fingerprint(matrix, 11, 64),
        fingerprint(matrix, 7, 32),
        fingerprint(changed, 7, 64),
        fingerprint(matrix.reshape(3, 2), 7, 64),
    ]
    assert len(set(marks)) == len(marks)
    assert fingerprint(np.asfortranarray(matrix), 7, 64) == marks[0]
