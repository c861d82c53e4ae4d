"""Assembled blocks against the Hessian's definition, on several array libraries."""

from __future__ import annotations

from typing import Any

import array_api_strict
import numpy as np
import pytest
from hypothesis import given, settings
from numeric_examples import BY_NAME, EXAMPLES, Example, small_instances

from hessproof.numeric import kernels
from hessproof.numeric.arrays import to_numpy
from hessproof.numeric.floating import scaled_factors
from hessproof.numeric.instance import Instance, generic_instance
from hessproof.numeric.kernels import Factors, Rectangle, a_o, assemble, column_block, hessian, jacobian
from hessproof.numeric.modular import PrimeField
from hessproof.numeric.primes import primes
from hessproof.numeric.reference import reference_hessian
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.terms import Chain, KroneckerTerm

PARTS = ("outer", "functional", "loss")


def exact(instance: Instance, part: Any) -> Any:
    return hessian(instance.weights, instance.sigma, instance.omega, part)


@pytest.mark.slow
@settings(max_examples=60)
@given(small_instances())
def test_blocks_are_the_second_derivatives(instance: Instance) -> None:
    for part in PARTS:
        assert (exact(instance, part) == reference_hessian(instance, part)).all()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_blocks_are_the_second_derivatives_of_the_examples(example: Example) -> None:
    instance = example.make()
    for part in PARTS:
        assembled = exact(instance, part)
        assert (assembled == reference_hessian(instance, part)).all()
        assert (assembled == assembled.T).all()


@pytest.mark.parametrize("tile", [1, 7, 64])
def test_tiles_of_any_size_give_the_same_matrix(tile: int, monkeypatch: pytest.MonkeyPatch) -> None:
    instance = BY_NAME["deep"].make()
    whole = exact(instance, "loss")
    monkeypatch.setattr(kernels, "_TILE", tile)
    assert (exact(instance, "loss") == whole).all()


@pytest.mark.parametrize("xp", [np, array_api_strict], ids=["numpy", "array_api_strict"])
@pytest.mark.parametrize("part", PARTS)
def test_one_kernel_serves_every_array_library(xp: Any, part: Any) -> None:
    for name in ("deep", "s below q", "one layer", "all widths one"):
        instance = BY_NAME[name].make()
        field = PrimeField(primes(1)[0], xp if xp is not np else None)
        weights = [field.balanced(weight) for weight in instance.weights]
        factors = Factors(
            weights, field.balanced(instance.sigma), field.balanced(instance.omega), field.matmul, field.reduce
        )
        every = [Rectangle(layer) for layer in range(1, factors.layers + 1)]
        assembled = assemble(factors, part, every, every)
        assert isinstance(assembled, type(xp.asarray(0.0)))
        residues = to_numpy(assembled).astype(np.int64) % field.prime
        assert (residues == reference_hessian(instance, part, field.prime)).all()


def test_floating_kernels_agree_between_libraries() -> None:
    instance = BY_NAME["bottleneck"].make()
    plain, strict = scaled_factors(instance), scaled_factors(instance, array_api_strict)
    every = [Rectangle(layer) for layer in range(1, plain.layers + 1)]
    one, two = assemble(plain, "loss", every, every), assemble(strict, "loss", every, every)
    np.testing.assert_allclose(to_numpy(two), one, rtol=1e-13)


@pytest.mark.parametrize("name", ["deep", "r below d", "one layer", "one output"])
def test_a_o_and_the_jacobian_give_the_outer_part(name: str) -> None:
    instance = BY_NAME[name].make()
    outer, factor = exact(instance, "outer"), a_o(instance.weights)
    middle = np.kron(np.eye(instance.architecture.outputs, dtype=object), instance.sigma)
    assert (factor @ middle @ factor.T == outer).all()
    slopes = jacobian(instance.weights, instance.inputs)
    assert slopes.shape == (instance.architecture.outputs * len(instance.inputs), outer.shape[0])
    assert (slopes.T @ slopes == outer).all()


def test_column_blocks_are_columns() -> None:
    instance = BY_NAME["deep"].make()
    for layer, place in enumerate(instance.architecture.slices, start=1):
        block = column_block(instance.weights, instance.sigma, instance.omega, layer)
        assert (block == exact(instance, "functional")[:, place]).all()


def test_rectangles_select_rows_and_columns_or_rotate_them() -> None:
    factors = scaled_factors(BY_NAME["deep"].make())
    every = [Rectangle(layer) for layer in range(1, factors.layers + 1)]
    whole = assemble(factors, "loss", every, every)
    picked = [Rectangle(2, np.asarray([2, 0]), np.asarray([1, 3]))]
    start = factors.widths[0] * factors.widths[1]
    places = [start + row * factors.widths[1] + column for row in (2, 0) for column in (1, 3)]
    np.testing.assert_array_equal(assemble(factors, "loss", picked, picked), whole[np.ix_(places, places)])
    vectors = [Rectangle(2, np.eye(3)[:, [2, 0]], np.eye(4)[:, [1, 3]])]
    np.testing.assert_allclose(assemble(factors, "loss", vectors, vectors), whole[np.ix_(places, places)], rtol=1e-12)


def _swapped(term: KroneckerTerm) -> KroneckerTerm:
    return KroneckerTerm(term.left, term.right, not term.transposed)


def _longer(term: KroneckerTerm) -> KroneckerTerm:
    return KroneckerTerm((*term.left, Chain(True, 2, 2), Chain(False, 2, 2)), term.right, term.transposed)


@pytest.mark.parametrize("wrong", [_swapped, _longer], ids=["transposed", "longer chain"])
@pytest.mark.parametrize("block", [(1, 2), (2, 1), (3, 1)])
def test_control_a_wrong_term_is_noticed(wrong: Any, block: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    true_terms = kernels.block_terms

    def perturbed(part: Any, layers: int, k: int, l: int) -> tuple[KroneckerTerm, ...]:
        terms = true_terms(part, layers, k, l)
        return tuple(map(wrong, terms)) if (k, l) == block else terms

    instance = generic_instance(Architecture((3, 3, 3, 3)), 3, 3)
    monkeypatch.setattr(kernels, "block_terms", perturbed)
    assert (exact(instance, "functional") != reference_hessian(instance, "functional")).any()


def test_bad_parts_layers_and_missing_moments_are_refused() -> None:
    instance = BY_NAME["generic"].make()
    with pytest.raises(UnusableRequest, match="part 'inner': expected one of outer, functional, loss"):
        exact(instance, "inner")
    with pytest.raises(UnusableRequest, match="layer 3: expected 1 to 2"):
        column_block(instance.weights, instance.sigma, instance.omega, 3)
    with pytest.raises(TypeError, match="Sigma"):
        Factors(instance.weights).moment("Sigma")
