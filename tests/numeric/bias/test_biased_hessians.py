"""Hessians with bias: blocks of the augmented chain against the definition of the loss, and ranks on every engine."""

from __future__ import annotations

from typing import Any

import array_api_strict
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hessproof.numeric.arrays import to_numpy
from hessproof.numeric.bias.words import AffineWords, matrices
from hessproof.numeric.core import ModularView, WordRanks, core_matrix, find_core
from hessproof.numeric.instance import Instance, data_instance, generic_instance, special_instance
from hessproof.numeric.integers import product, rational_rank
from hessproof.numeric.kernels import Factors, column_block, hessian, homogeneous, jacobian
from hessproof.numeric.operators import HessianOperator
from hessproof.numeric.primes import primes
from hessproof.numeric.ranks import measure
from hessproof.numeric.reference import difference_hessian, reference_hessian
from hessproof.proofs_check.bias.cases import biased_cases, value_at
from hessproof.proofs_check.bias.draws import draw_case
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.bias.layer_kernel import kernel_conditions
from hessproof.symbolic.formulas import FORMULAS
from hessproof.symbolic.layer_kernel import cuts

PARTS: tuple[Any, ...] = ("outer", "functional", "loss")
NETWORKS = [(1, 1), (2, 3), (1, 1, 2), (2, 3, 2), (2, 1, 2, 3)]


def small(widths: tuple[int, ...], seed: int = 1, **more: Any) -> Instance:
    return generic_instance(Architecture(widths, bias=True), widths[0], 1, seed, 9, **more)


@pytest.mark.parametrize("widths", NETWORKS)
@pytest.mark.parametrize("part", PARTS)
def test_blocks_agree_with_the_definition(widths: tuple[int, ...], part: Any) -> None:
    for more in ({}, {"residual_mean": 0}):
        one = small(widths, **more)
        moments = special_instance(one.architecture, one.weights, one.sigma, one.omega)
        blocks = hessian(one.weights, one.sigma, one.omega, part, bias=True)
        assert (blocks == blocks.T).all()
        assert (reference_hessian(one, part) == blocks).all()
        assert (reference_hessian(moments, part) == blocks).all()
        assert (reference_hessian(one, part, modulus=10007) == blocks % 10007).all()


@pytest.mark.parametrize("widths", [(2, 1), (1, 2, 1)])
def test_differences_of_the_loss_agree(widths: tuple[int, ...]) -> None:
    one = small(widths)
    blocks = hessian(one.weights, one.sigma, one.omega, bias=True)
    assert abs(difference_hessian(one) - blocks).max() < 1e-20 * abs(blocks).max()


def test_the_affine_map_by_hand() -> None:
    one = data_instance(Architecture((1, 1), bias=True), [[2], [3]], [[5], [7]], weights=[[[11, 13]]])
    assert one.omega.tolist() == [[2 * 30 + 3 * 39, 69]]
    assert hessian(one.weights, one.sigma, one.omega, bias=True).tolist() == [[13, 5], [5, 2]]
    assert reference_hessian(one, "functional").tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize("part", PARTS)
def test_operators_agree_with_the_matrix(part: Any) -> None:
    one = small((2, 3, 1, 2))
    weights = [np.asarray(weight, float) for weight in one.weights]
    moments = np.asarray(one.sigma, float), np.asarray(one.omega, float)
    size = one.architecture.parameters
    applied = HessianOperator(weights, *moments, part, bias=True) @ np.eye(size)
    np.testing.assert_allclose(applied, hessian(one.weights, *moments, part, bias=True).astype(float), rtol=1e-12)


def test_other_array_libraries_write_the_same_numbers() -> None:
    one = small((2, 3, 2))
    weights = [array_api_strict.asarray(np.asarray(weight, float)) for weight in one.weights]
    moments = [array_api_strict.asarray(np.asarray(moment, float)) for moment in (one.sigma, one.omega)]
    made = to_numpy(hessian(weights, *moments, bias=True))
    assert (made == hessian(one.weights, one.sigma, one.omega, bias=True).astype(float)).all()


def test_jacobian_and_columns_have_the_outer_gram_matrix_and_the_blocks() -> None:
    one = small((2, 3, 2))
    assert one.inputs is not None
    rows = np.hstack([one.inputs, np.ones((len(one.inputs), 1), dtype=object)])
    found = jacobian(Factors(one.weights, bias=True), rows)
    assert (found.T.dot(found) == hessian(one.weights, one.sigma, one.omega, "outer", bias=True)).all()
    whole = hessian(one.weights, one.sigma, one.omega, "functional", bias=True)
    for layer, place in enumerate(one.architecture.slices, start=1):
        column = column_block(one.weights, one.sigma, one.omega, layer, bias=True)
        assert (column == whole[:, place]).all()


def test_words_are_products_of_the_exact_matrices() -> None:
    one = small((2, 3, 1, 2))
    words = AffineWords(Factors(one.weights, one.sigma, one.omega, bias=True))
    for part in ("functional", "loss"):
        for cut in cuts(part, 3):  # type: ignore[arg-type]
            for layer in (1, 2, 3):
                for condition in kernel_conditions(part, 3, cut, layer):  # type: ignore[arg-type]
                    for word in (condition.left, condition.right):
                        if word is None:
                            continue
                        factors = list(matrices(one, word))
                        value = words.word(word)
                        assert not factors or (value == product(factors)).all()
                        assert rational_rank(value) <= WordRanks(one).bound(word)
    assert [matrix.shape for matrix in homogeneous(one.weights)] == [(4, 3), (2, 4), (2, 2)]


@pytest.mark.long
@settings(max_examples=25)
@given(st.sampled_from([(1, 1, 2), (2, 2, 2), (3, 1, 2), (2, 1, 3, 2), (1, 2, 1, 1)]), st.integers(0, 10**6), st.data())
def test_engines_agree_with_the_definition_and_the_formulas(
    widths: tuple[int, ...], seed: int, data: st.DataObject
) -> None:
    case = data.draw(st.sampled_from(list(biased_cases(Architecture(widths, bias=True)))))
    one = draw_case(case, seed)
    exact, dense = measure(one), measure(one, structured=False)
    floating = measure(one, "float")
    for part in PARTS:
        assert exact[part].bound == dense[part].bound == "exact"
        value = exact[part].value
        assert value == dense[part].value == floating[part].value == rational_rank(reference_hessian(one, part))
        assert value <= value_at(FORMULAS[f"{part}_bias_bound"], case)


@pytest.mark.slow
@pytest.mark.parametrize("magnitude", [1, 2])
def test_special_parameters_keep_core_and_whole_matrix_together(magnitude: int) -> None:
    """Small integers lose rank in many ways; the core bounds the rank by its order at each of them."""
    rng = np.random.default_rng(magnitude)
    for widths in [(2, 2, 2), (1, 2, 1, 2), (2, 1, 2, 2)]:
        architecture = Architecture(widths, bias=True)
        for _ in range(12):
            shapes = [(rows, columns + 1) for rows, columns in architecture.weight_shapes]
            weights = [rng.integers(-magnitude, magnitude + 1, shape) for shape in shapes]
            inputs = rng.integers(-1, 2, (3, widths[0]))
            targets = rng.integers(-1, 2, (3, widths[-1]))
            one = data_instance(architecture, inputs, targets, weights=weights)
            exact, dense = measure(one), measure(one, structured=False)
            assert {part: exact[part].value for part in PARTS} == {part: dense[part].value for part in PARTS}


def test_the_core_is_smaller_than_the_matrix_and_has_its_rank() -> None:
    one = small((4, 2, 3, 4), augmented_residual_rank=2)
    ranks = WordRanks(one)
    view = ModularView(one, primes(1)[0], ranks)
    whole = rational_rank(hessian(one.weights, one.sigma, one.omega, bias=True))
    for cut in cuts("loss", 3):
        core = find_core(view, "loss", cut)
        exact = core_matrix(Factors(one.weights, one.sigma, one.omega, bias=True), core)
        assert rational_rank(exact) == whole <= core.size
    assert min(find_core(view, "loss", cut).size for cut in cuts("loss", 3)) < one.architecture.parameters


def test_columns_and_related_matrices_have_ranks_too() -> None:
    one = small((3, 2, 2))
    found = measure(one, quantities=("jacobian", "a_o", "column:1", "column:2", "outer"))
    assert found["jacobian"].value == found["outer"].value
    plain = measure(one, quantities=("a_o", "column:1"), structured=False)
    assert plain["a_o"].value == found["a_o"].value
    assert plain["column:1"].value == found["column:1"].value


def test_many_digits_show_the_gap() -> None:
    found = measure(small((3, 2, 3), augmented_residual_rank=2), "multiprecision")
    exact = measure(small((3, 2, 3), augmented_residual_rank=2))
    assert {part: found[part].value for part in PARTS} == {part: exact[part].value for part in PARTS}
    assert all(rank.gap is None or rank.gap > 1e20 for rank in found.values())


@pytest.mark.slow
def test_digits_with_bias_agree_with_the_formulas() -> None:
    from hessproof.numeric.datasets import digits

    for text, samples in (("64-30-20-10", 300), ("64-8-10", 7), ("64-12-12-10", 1)):
        one = digits(64, samples).instance(Architecture.parse(text, bias=True), seed=1)
        numbers = (one.architecture, one.data_rank, one.residual_rank)
        augmented = {
            "augmented_data_rank": one.augmented_data_rank,
            "augmented_residual_rank": one.augmented_residual_rank,
            "residual_mean": one.residual_mean,
        }
        for part, rank in measure(one).items():
            assert rank.bound == "exact"
            assert rank.value == FORMULAS[f"{part}_bias_generic"].evaluate(*numbers, **augmented)
