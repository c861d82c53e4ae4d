"""The blocked elimination at every size of blocks, against FLINT's echelon form."""

from __future__ import annotations

import array_api_strict
import flint
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hessproof.numeric.arrays import namespace_of
from hessproof.numeric.modular.elimination import DEVICE, HOST, Blocks, Elimination, blocks_for, reduced
from hessproof.numeric.modular.field import PrimeField
from hessproof.numeric.modular.journal import Journal, State
from hessproof.numeric.modular.panels import Panels
from hessproof.numeric.modular.small import basis

Matrix = npt.NDArray[np.float64]
PRIMES = (2, 3, 7, 101, 4194301, 8388593)


def echelon_pivots(matrix: Matrix, prime: int) -> list[int]:
    rows, columns = matrix.shape
    entries = (matrix.astype(np.int64) % prime).ravel().tolist()
    form, rank = flint.nmod_mat(rows, columns, entries, prime).rref()
    return [next(j for j in range(columns) if int(form[i, j])) for i in range(rank)]


@st.composite
def matrices(draw: st.DrawFn) -> tuple[Matrix, int]:
    """Generic, of low rank, sparse, with blocks of zeros, or pieces of permutations; each modulo some prime."""
    prime = draw(st.sampled_from(PRIMES))
    rows, columns = draw(st.integers(1, 50)), draw(st.integers(1, 50))
    rng = np.random.default_rng(draw(st.integers(0, 2**20)))
    matrix = rng.integers(0, prime, (rows, columns)).astype(float)
    kind = draw(st.sampled_from(["generic", "low", "sparse", "blocks", "permutation"]))
    if kind == "low":
        rank = draw(st.integers(0, 20))
        matrix = (rng.integers(-9, 10, (rows, rank)) @ rng.integers(-9, 10, (rank, columns))).astype(float)
    elif kind == "sparse":
        matrix *= rng.random((rows, columns)) < 0.08
    elif kind == "blocks":
        matrix[: rows // 2, : columns // 2] = 0.0
        matrix[rows // 2 :, columns // 2 :] = 0.0
    elif kind == "permutation":
        matrix[:] = 0.0
        count = min(rows, columns)
        matrix[rng.permutation(rows)[:count], rng.permutation(columns)[:count]] = 1.0
        matrix[rng.integers(rows)] = 0.0
    return matrix, prime


BLOCKS = st.builds(Blocks, panel=st.integers(1, 8), tile=st.integers(1, 200), side=st.integers(1, 12))


@pytest.mark.slow
@given(matrices(), BLOCKS)
def test_pivots_are_those_of_the_echelon_form(given_: tuple[Matrix, int], blocks: Blocks) -> None:
    matrix, prime = given_
    field = PrimeField(prime)
    work = reduced(matrix, field)
    found = Elimination(work, field, Journal(work, State(), 1.0), blocks).run()
    assert found == echelon_pivots(matrix, prime)


def test_the_generator_reaches_what_eliminations_stumble_over() -> None:
    seen: set[str] = set()

    @given(matrices())
    def collect(given_: tuple[Matrix, int]) -> None:
        matrix, prime = given_
        rows, columns = matrix.shape
        pivots = echelon_pivots(matrix, prime)
        seen.update({"tall"} if rows > columns else {"wide"} if rows < columns else {"square"})
        seen.update({"full"} if len(pivots) == min(rows, columns) else {"deficient"})
        seen.update({"gap"} if pivots != list(range(len(pivots))) else set())
        seen.update({"zero"} if not pivots else set())
        seen.update({"dependent on top"} if rows > 8 and echelon_pivots(matrix[:8], prime)[:8] != pivots[:8] else set())

    collect()
    assert seen == {"tall", "wide", "square", "full", "deficient", "gap", "zero", "dependent on top"}


@pytest.mark.parametrize("device", ["CPU_DEVICE", "device1"])
def test_small_blocks_on_the_strict_array_api(device: str) -> None:
    rng = np.random.default_rng(1)
    matrix = (rng.integers(-9, 10, (30, 9)) @ rng.integers(-9, 10, (9, 33))).astype(float)
    matrix[:7, :20] = 0.0
    strict = array_api_strict.asarray(matrix, device=array_api_strict.Device(device))
    field = PrimeField(101, namespace_of(strict))
    work = reduced(strict, field, transposed=True)
    found = Elimination(work, field, Journal(work, State(), 1.0), Blocks(4, 30, 5)).run()
    assert found == echelon_pivots(matrix.T, 101)


def test_residues_are_made_in_place_or_in_a_copy() -> None:
    field = PrimeField(7)
    matrix = np.asarray([[10.0, 3.0, 14.0]])
    assert reduced(matrix, field, transposed=True).tolist() == [[3.0], [3.0], [0.0]]
    assert matrix.tolist() == [[10.0, 3.0, 14.0]]
    assert reduced(matrix, field, overwrite=True) is matrix
    assert matrix.tolist() == [[3.0, 3.0, 0.0]]
    assert blocks_for(matrix) is HOST
    assert DEVICE.tile > HOST.tile


def test_panels_ask_for_more_candidates_until_every_row_is_explained() -> None:
    panel = np.zeros((500, 8))
    panel[:480, 0] = 1.0
    panel[480:, :] = np.random.default_rng(2).integers(1, 100, (20, 8))
    choice = Panels(PrimeField(101)).choose(panel)
    assert choice.columns == list(range(8))
    assert len(set(choice.rows)) == 8
    explained = choice.factors @ panel[choice.rows] - panel
    assert not (explained % 101).any()


def test_control_panels_without_the_check_would_miss_rows() -> None:
    panel = np.zeros((500, 8))
    panel[:480, 0] = 1.0
    panel[481, 3] = 1.0
    found = basis(panel[:8], PrimeField(101))
    assert (found.rows, found.columns) == ([0], [0])
    assert Panels(PrimeField(101)).choose(panel).columns == [0, 3]


@given(matrices())
def test_bases_and_inverses(given_: tuple[Matrix, int]) -> None:
    matrix, prime = given_
    field = PrimeField(prime)
    work = field.reduce(matrix)
    found = basis(work, field)
    assert found.columns == echelon_pivots(matrix, prime)
    assert len(set(found.rows)) == len(found.rows)
    chosen = work[found.rows][:, found.columns]
    product = (found.inverse @ chosen - np.eye(len(found.rows))) % prime
    assert not product.any()


def test_primes_that_are_none_are_noticed() -> None:
    with pytest.raises(ValueError, match="not invertible"):
        Panels(PrimeField(9)).choose(np.full((4, 4), 3.0))
