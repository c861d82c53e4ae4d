"""Symmetric matrices modulo a prime: the elimination by diagonal blocks, and what it does where they are singular."""

from __future__ import annotations

from pathlib import Path

import array_api_strict
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hessproof.numeric.arrays import namespace_of
from hessproof.numeric.flint_modular import flint_rank
from hessproof.numeric.instance import generic_instance
from hessproof.numeric.kernels import Factors, Rectangle, assemble
from hessproof.numeric.modular import Checkpoint, blocked_rank, residue_rank
from hessproof.numeric.modular.elimination import Blocks, reduced
from hessproof.numeric.modular.field import PrimeField
from hessproof.numeric.modular.journal import Journal, State
from hessproof.numeric.modular.symmetric import SymmetricElimination, is_symmetric, mixed
from hessproof.symbolic.architecture import Architecture

Matrix = npt.NDArray[np.float64]
PRIME = 4194301


@st.composite
def symmetric(draw: st.DrawFn) -> tuple[Matrix, int]:
    """Generic, of low rank, sparse, or with blocks of zeros on the diagonal; each modulo some prime."""
    prime = draw(st.sampled_from([2, 3, 7, 101, PRIME, 8388593]))
    size = draw(st.integers(1, 45))
    rng = np.random.default_rng(draw(st.integers(0, 2**20)))
    half = rng.integers(0, prime, (size, size))
    kind = draw(st.sampled_from(["generic", "low", "sparse", "blocks"]))
    if kind == "low":
        rank = draw(st.integers(0, 15))
        left, middle = rng.integers(-9, 10, (size, rank)), rng.integers(-9, 10, (rank, rank))
        return (left @ (middle + middle.T) @ left.T).astype(float), prime
    if kind == "sparse":
        half = half * (rng.random((size, size)) < 0.05)
    elif kind == "blocks":
        half[: size // 2, : size // 2] = 0
        half[size // 2 :, size // 2 :] = 0
    return (half + half.T).astype(float), prime


BLOCKS = st.builds(Blocks, panel=st.integers(1, 8), tile=st.integers(1, 200), side=st.integers(1, 12))


@pytest.mark.long
@given(symmetric(), BLOCKS, st.booleans())
def test_ranks_are_those_of_flint_mixed_or_not(given_: tuple[Matrix, int], blocks: Blocks, mix: bool) -> None:
    matrix, prime = given_
    field = PrimeField(prime)
    work = reduced(matrix, field)
    if mix:
        mixed(work, field)
    assert is_symmetric(work, field, blocks)
    found = SymmetricElimination(work, field, Journal(work, State(), 1.0), blocks).run()
    assert len(found) == flint_rank(matrix, prime)


@pytest.mark.slow
def test_the_generator_reaches_singular_blocks_early_late_and_never() -> None:
    seen: set[str] = set()

    @given(symmetric(), BLOCKS)
    def collect(given_: tuple[Matrix, int], blocks: Blocks) -> None:
        matrix, prime = given_
        field = PrimeField(prime)
        work = mixed(reduced(matrix, field), field)
        journal = Journal(work, State(), 1.0)
        rank, size = len(SymmetricElimination(work, field, journal, blocks).run()), matrix.shape[0]
        found = "never" if journal.singular < 0 else "at once" if journal.singular == 0 else "later"
        seen.update({found, "full" if rank == size else "deficient"})
        seen.update({"accident"} if 0 <= journal.singular < rank - blocks.panel else set())

    collect()
    assert seen == {"never", "at once", "later", "full", "deficient", "accident"}


def functional_hessian(field: PrimeField) -> Matrix:
    instance = generic_instance(Architecture((9, 6, 7, 5)), 9, 5)
    weights = [field.balanced(one) for one in instance.weights]
    sigma, omega = field.balanced(instance.sigma), field.balanced(instance.omega)
    factors = Factors(weights, sigma, omega, field.matmul, field.reduce)
    every = [Rectangle(layer) for layer in (1, 2, 3)]
    made: Matrix = assemble(factors, "functional", every, every)
    return made


def test_mixing_makes_the_diagonal_blocks_of_hessians_invertible() -> None:
    field, blocks = PrimeField(PRIME), Blocks(8, 400, 20)
    whole = functional_hessian(field)
    rank = flint_rank(whole, PRIME)
    plain, changed = Journal(whole.copy(), State(), 1.0), Journal(mixed(whole.copy(), field), State(), 1.0)
    for journal in (plain, changed):
        assert len(SymmetricElimination(journal.matrix, field, journal, blocks).run()) == rank
    assert plain.singular == 0
    assert changed.singular >= rank - blocks.panel


def test_matrices_that_are_not_symmetric_are_noticed() -> None:
    matrix = np.random.default_rng(1).integers(0, PRIME, (600, 600)).astype(float)
    matrix += matrix.T
    shares: list[float] = []
    assert residue_rank(matrix, PRIME, symmetric=True, progress=shares.append) == 600
    assert shares == sorted(shares)
    assert shares[0] < 0.2
    assert 0.5 < shares[-2] < shares[-1] == 1.0
    matrix[577, 3] += 1
    with pytest.raises(ValueError, match="not symmetric"):
        residue_rank(matrix, PRIME, symmetric=True)
    with pytest.raises(ValueError, match="not symmetric"):
        blocked_rank(np.zeros((3, 4)), PRIME, symmetric=True)


def test_control_the_lower_triangle_alone_is_read() -> None:
    """So a wrong entry below the diagonal changes the rank, and the check above is what guards the upper triangle."""
    left = np.random.default_rng(2).integers(-9, 10, (60, 20)).astype(float)
    matrix, field = left @ left.T, PrimeField(PRIME)

    def rank(change: tuple[int, int]) -> int:
        work = reduced(matrix, field)
        work[change] += 1
        return len(SymmetricElimination(work, field, Journal(work, State(), 1.0), Blocks(4, 60, 8)).run())

    assert rank((50, 40)) == 22
    assert rank((10, 40)) == 20


@pytest.mark.parametrize("device", ["CPU_DEVICE", "device1"])
def test_symmetric_ranks_on_the_strict_array_api(device: str) -> None:
    left = np.random.default_rng(3).integers(-9, 10, (90, 30)).astype(float)
    matrix = array_api_strict.asarray(left @ left.T, device=array_api_strict.Device(device))
    assert blocked_rank(matrix, PRIME, symmetric=True) == 30
    field = PrimeField(PRIME, namespace_of(matrix))
    work = reduced(matrix, field)
    assert len(SymmetricElimination(work, field, Journal(work, State(), 1.0), Blocks(4, 60, 8)).run()) == 30


@pytest.mark.parametrize("rank", [40, 400])
@pytest.mark.parametrize("stop", [0.0, 0.2, 0.6])
def test_a_resumed_rank_of_a_symmetric_matrix(tmp_path: Path, rank: int, stop: float) -> None:
    left = np.random.default_rng(4).integers(-9, 10, (300, rank)).astype(float)
    matrix, checkpoint = left @ left.T, Checkpoint(tmp_path / "rank.npz")

    def interrupt(share: float) -> None:
        if share > stop:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        blocked_rank(matrix, PRIME, symmetric=True, progress=interrupt, checkpoint=checkpoint)
    assert blocked_rank(matrix, PRIME, symmetric=True, checkpoint=checkpoint) == min(rank, 300)
    assert list(tmp_path.iterdir()) == []
