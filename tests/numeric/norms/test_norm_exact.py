"""Exact decisions about norms, norms to many digits, and the two routes to a Hessian, entry by entry."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import flint
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hessproof.numeric.norms import definition, matrices
from hessproof.numeric.norms.definition import (
    definition_curvature,
    definition_derivative,
    definition_hessian,
    definition_logits,
    definition_norm,
    rational_norm_at_most,
    trace_norm,
)
from hessproof.numeric.norms.exact import (
    ball_norm,
    ball_operator_norm,
    compare_norm,
    compare_squared_norm,
    digits_of,
    norm_at_most,
    positive_semidefinite,
    squared_norm_at_most,
)
from hessproof.numeric.norms.generator import KINDS, generate
from hessproof.numeric.norms.instance import NormInstance, norm_instance
from hessproof.numeric.norms.matrices import Matrices
from hessproof.numeric.norms.precise import PreciseNorms
from hessproof.symbolic.errors import UnusableRequest


@pytest.fixture(autouse=True, scope="module")
def _bits() -> Iterator[None]:
    """Balls are compared with the precision that they were made with."""
    with matrices.precision(256):
        yield


@given(st.integers(0, 2**32), st.integers(1, 5), st.integers(0, 5), st.integers(-2, 2))
def test_definiteness_by_elimination_and_by_the_characteristic_polynomial(
    seed: int, size: int, rank: int, shift: int
) -> None:
    rng = np.random.default_rng(seed)
    factor = rng.integers(-3, 4, (size, rank)).astype(object)
    matrix = (
        factor @ factor.T + shift * np.eye(size, dtype=int).astype(object) if rank else np.eye(size, dtype=int) * shift
    )
    exact = flint.fmpz_mat(size, size, [int(x) for x in np.asarray(matrix).ravel()])
    coefficients = exact.charpoly().coeffs()
    expected = all(int(c) * (-1) ** (size - place) >= 0 for place, c in enumerate(coefficients))
    assert positive_semidefinite(matrix) == expected


def test_definiteness_with_zeros_on_the_diagonal() -> None:
    assert positive_semidefinite([[0, 0], [0, 3]])
    assert not positive_semidefinite([[3, 0, 1], [0, 0, 0], [1, 0, 0]])
    assert positive_semidefinite(np.zeros((0, 0), dtype=object))
    with pytest.raises(UnusableRequest, match="symmetric"):
        positive_semidefinite([[1, 2], [0, 1]])


@pytest.mark.long
@given(st.integers(0, 2**32), st.integers(1, 5))
def test_norms_compared_with_rationals_agree_with_balls(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    half = rng.integers(-9, 10, (size, size))
    matrix = np.asarray([[Fraction(int(x), 7) for x in row] for row in half + half.T], dtype=object)
    ball = ball_norm(matrix)
    assert ball.overlaps(trace_norm(matrix))
    for bound in (Fraction(int(8 * float(ball.mid())), 8), Fraction(float(ball.mid())), Fraction(3)):
        found = compare_norm(matrix, bound) if bound >= 0 else 1
        exact = flint.fmpq(bound.numerator, bound.denominator)
        assert (found < 0) == bool(ball < exact) or ball.contains(exact)
        assert norm_at_most(matrix, bound) == (found <= 0) == rational_norm_at_most(matrix, bound)
        assert squared_norm_at_most(matrix, bound**2) == (found <= 0)
        assert compare_squared_norm(matrix, bound**2) == found


def test_norms_that_are_hit_exactly() -> None:
    swap = [[0, Fraction(1, 3)], [Fraction(1, 3), 0]]
    assert compare_norm(swap, Fraction(1, 3)) == 0
    assert compare_squared_norm([[1, 1]], 2) == 0
    assert compare_norm([[-2]], 2) == 0
    assert compare_norm([[0]], 0) == 0
    assert compare_norm([[1]], -1) == 1


def test_balls_are_not_compared_exactly() -> None:
    with pytest.raises(UnusableRequest, match="rational"):
        norm_at_most([[flint.arb(1)]], 1)


def test_balls_of_norms_have_the_digits_they_claim() -> None:
    close = np.diag([Fraction(1), 1 - Fraction(1, 10**12), Fraction(-1), Fraction(0)])
    close[0, 3] = close[3, 0] = Fraction(1, 10**6)
    for found in (ball_norm(close), trace_norm(close)):
        assert digits_of(found) > 30
    assert ball_norm(close).overlaps(trace_norm(close))
    assert digits_of(ball_norm(np.zeros((2, 2), dtype=int))) == float("inf")
    assert ball_operator_norm([[0, 0]]) == 0
    assert digits_of(flint.arb(0, 1)) == float("-inf")
    wide = np.asarray([[flint.arb(1, 0.25), flint.arb(0)], [flint.arb(0), flint.arb(0)]], dtype=object)
    for found in (ball_norm(wide), trace_norm(wide)):
        assert found.contains(flint.arb("0.75"))
        assert found.contains(flint.arb("1.25"))
    unknown = np.full((2, 2), flint.arb(0, 1), dtype=object)
    for found in (ball_norm(unknown), trace_norm(unknown)):
        assert found.contains(0)
        assert found.contains(2)


def some_instances(seed: int, parameters: int) -> list[NormInstance]:
    """One small network of each kind."""
    found: dict[str, NormInstance] = {}
    for batch in generate(seed, 24 * 60, size=24):
        for number, kind in enumerate(batch.kinds):
            if kind not in found and batch.layers > 1 and batch.architecture.parameters <= parameters:
                found[kind] = batch.instance(number)
                break
    return list(found.values())


def overlap(one: Any, two: Any) -> bool:
    """Whether two matrices agree: rationals exactly, balls by overlap."""
    return one.shape == two.shape and all(
        (flint.arb(a).overlaps(flint.arb(b)) if flint.arb in (type(a), type(b)) else a == b)
        for a, b in zip(one.ravel(), two.ravel(), strict=True)
    )


@pytest.mark.long
def test_blocks_and_definition_give_the_same_matrices() -> None:
    instances = some_instances(0, 22) + some_instances(1, 22)
    assert len(instances) > len(KINDS)
    for one in instances:
        blocks = Matrices(one, 256)
        for quantity in matrices.QUANTITIES:
            assert overlap(blocks[quantity], definition_hessian(one, quantity)), quantity
        delta, curvature = definition_curvature(one)
        assert overlap(blocks.residuals, delta)
        assert overlap(blocks.curvature, curvature)
        assert overlap(blocks.jacobian, np.asarray([jet.slope for jet in definition_logits(one)]))
        for layer, derivative in enumerate(blocks.derivatives, start=1):
            assert overlap(derivative, definition_derivative(one, layer))


WRONG = {
    "the gates of zeros are off": ("gates", lambda gates: [gate * 0 for gate in gates]),
    "a layer's input is missing": ("inputs", lambda inputs: [x * 0 for x in inputs[:1]] + inputs[1:]),
    "other probabilities": ("probabilities", lambda p: p[::-1]),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_wrong_block_is_noticed(mistake: str) -> None:
    name, change = WRONG[mistake]
    one = norm_instance([[[1, 0], [2, 1]], [[1, 1], [-1, 2]]], [1, 1], 0, probabilities=["1/4", "3/4"])
    blocks = Matrices(one)
    assert overlap(blocks["hessian"], definition_hessian(one))
    setattr(blocks, name, change(getattr(blocks, name)))
    assert not overlap(blocks["hessian"], definition_hessian(one))


def test_at_a_kink_the_neuron_counts_as_on() -> None:
    """D = diag([z ≥ 0]): at z = 0 the derivative is the one from above, in both routes."""
    one = norm_instance([[[1, -1]], [[1], [-1]]], [2, 2], 0)
    assert definition_derivative(one, 1).tolist() == [[1], [-1]] == Matrices(one).derivatives[0].tolist()
    assert overlap(Matrices(one)["hessian"], definition_hessian(one))
    assert definition_hessian(one)[0, 0] == 4


def test_exact_where_logits_are_equal_or_probabilities_prescribed() -> None:
    equal = norm_instance([[[1], [1], [1]]], [2], 0)
    relaxed = norm_instance([[[1], [2]]], [2], 0, probabilities=[0.5, 0.5])
    other = norm_instance([[[1], [2]]], [2], 0)
    assert Matrices(equal).exact
    assert Matrices(relaxed).exact
    assert not Matrices(other).exact
    assert relaxed.relaxed
    assert not equal.relaxed
    assert compare_norm(Matrices(equal)["gauss_newton"], Fraction(4, 3)) == 0
    assert compare_norm(definition_hessian(relaxed, "gauss_newton"), 2) == 0


def test_attained_instances_to_thirty_digits() -> None:
    """W^l = m_l I, x = (1, 1): ‖G-term‖ = ½‖x‖² Σ_l Π_{s≠l} m_s², exactly."""
    sizes = [Fraction(1, 2), Fraction(3), Fraction(2, 3)]
    one = norm_instance([[[m, 0], [0, m]] for m in sizes], [1, 1], 0)
    expected = sum(np.prod([m**2 for number, m in enumerate(sizes) if number != l]) for l in range(3))
    assert compare_norm(Matrices(one)["gauss_newton"], expected) == 0
    exact = flint.fmpq(expected.numerator, expected.denominator)
    for found in (PreciseNorms(one).gauss_newton, definition_norm(one, "gauss_newton")):
        assert found.contains(exact)
        assert digits_of(found) > 30


def test_digits_do_not_hang_on_the_precision_around() -> None:
    one = norm_instance([[[1, 2], [3, -1]], [[1, 1], [2, -1], [0, 1]]], [1, 1], 2, biases=[[1, 0], [0, 1, "1/3"]])
    with matrices.precision(53):
        norms = PreciseNorms(one)
        single = [norms.gauss_newton, norms.functional, norms.hessian, norms.jacobian_norm, norms.softmax_norm]
        found = [*single, norms.residual_norm, *norms.weight_norms, *norms.bias_norms, *norms.derivative_norms]
        found += [*norms.layer_input_norms, *(definition_norm(one, name) for name in matrices.QUANTITIES)]
        assert all(digits_of(ball) > 30 for ball in found)


def test_rank_one_chains_attain_the_bound_of_the_mixed_term() -> None:
    """W^l = m_l e_1e_1⊤, W^L = m_L(1, −1)⊤e_1⊤: ‖H-term‖ = ‖δ‖‖x‖λ_max(N) with ‖W^L‖ = √2 m_L."""
    one = norm_instance([[[2, 0], [0, 0]], [[3, 0], [0, 0]], [[1, 0], [-1, 0]]], [5, 0], 1)
    norms = PreciseNorms(one)
    m = norms.weight_norms
    rows = [[0, m[2], m[1]], [m[2], 0, m[0]], [m[1], m[0], 0]]
    found = norms.residual_norm * norms.input_norm * ball_norm(rows)
    assert found.overlaps(norms.functional)
    assert digits_of(norms.functional) > 30
    assert found.overlaps(definition_norm(one, "functional"))


def test_names_that_do_not_exist_are_refused() -> None:
    one = norm_instance([[[1]]], [1], 0)
    with pytest.raises(UnusableRequest, match="gauss_newton, functional, hessian"):
        definition_hessian(one, "outer")
    with pytest.raises(UnusableRequest, match="gauss_newton, functional, hessian"):
        Matrices(one)["outer"]  # type: ignore[index]
    with pytest.raises(UnusableRequest, match="1 to 1"):
        definition_derivative(one, 2)


@pytest.mark.parametrize(
    ("weights", "inputs", "label", "options", "words"),
    [
        ([[[1, 2]]], [1], 0, {}, "a chain"),
        ([[1, 2]], [1], 0, {}, "matrices and a vector"),
        ([], [1], 0, {}, "matrices and a vector"),
        ([[[1]]], [1], 1, {}, "label 1"),
        ([[[1]]], [1], -1, {}, "label -1"),
        ([[[1]]], [1], 0, {"biases": [[1, 2]]}, "vectors of lengths"),
        ([[[1], [2]]], [1], 0, {"probabilities": [1, 1]}, "add up to 1"),
        ([[["x"]]], [1], 0, {}, "a finite number"),
        ([[[float("nan")]]], [1], 0, {}, "a finite number"),
        ([[[float("inf")]]], [1], 0, {}, "a finite number"),
    ],
)
def test_unusable_instances_are_refused(
    weights: Any, inputs: Any, label: int, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(UnusableRequest, match=words):
        norm_instance(weights, inputs, label, **options)


def test_printed_blocks_carry_the_bias() -> None:
    one = norm_instance([[[1], [2]]], [1], 0, biases=[[3, 4]])
    assert one.blocks[0].tolist() == [[1, 3], [2, 4]]
    assert one.architecture.bias
    assert definition.definition_logits(one)[0].value == 4
