"""The core: coordinates, cuts, word ranks and tensor flags."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from numeric_examples import BY_NAME, small_instances

from hessproof.numeric import complement as complement_module
from hessproof.numeric.core import (
    Core,
    ModularView,
    UnluckyPrimeError,
    WordRanks,
    column_rank,
    core_matrix,
    find_core,
    ordered_cuts,
    outer_rank,
)
from hessproof.numeric.instance import Instance, data_instance, generic_instance
from hessproof.numeric.integers import integers, product, rational_rank
from hessproof.numeric.kernels import Factors, Rectangle, column_block, hessian
from hessproof.numeric.modular import residue_rank
from hessproof.numeric.primes import primes
from hessproof.numeric.ranks import measure
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.terms import Chain, Moment

PRIME = primes(1)[0]


def view_of(instance: Instance, prime: int = PRIME) -> ModularView:
    return ModularView(instance, prime, WordRanks(instance))


def exact_core(instance: Instance, core: Core) -> np.ndarray:
    return core_matrix(Factors(instance.weights, instance.sigma, instance.omega), core)


@pytest.mark.long
@settings(max_examples=120)
@given(small_instances())
def test_the_core_at_every_cut_has_the_rank_of_the_whole_matrix(instance: Instance) -> None:
    for part in ("functional", "loss"):
        whole = rational_rank(hessian(instance.weights, instance.sigma, instance.omega, part))
        for cut in ordered_cuts(instance, part):
            core = find_core(view_of(instance), part, cut)
            assert whole <= core.size
            matrix = exact_core(instance, core)
            assert matrix.shape == (core.size, core.size)
            assert rational_rank(matrix) == whole


@pytest.mark.slow
@settings(max_examples=120)
@given(small_instances())
def test_flags_give_the_ranks_of_outer_part_and_block_columns(instance: Instance) -> None:
    ranks = WordRanks(instance)
    arguments = instance.weights, instance.sigma, instance.omega
    assert outer_rank(ranks) == rational_rank(hessian(*arguments, "outer"))
    for layer in range(1, instance.architecture.layers + 1):
        assert column_rank(ranks, layer) == rational_rank(column_block(*arguments, layer))


@pytest.mark.parametrize(
    "name", ["generic", "deep", "bottleneck", "r below d", "one layer", "one output", "width one", "all widths one"]
)
def test_generic_examples_have_a_nonsingular_core_at_the_first_cut(name: str) -> None:
    instance = BY_NAME[name].make()
    core = find_core(view_of(instance), "loss", ordered_cuts(instance, "loss")[0])
    assert core.size == BY_NAME[name].loss


@pytest.mark.slow
def test_the_core_is_much_smaller_than_the_matrix_and_never_forms_it() -> None:
    instance = generic_instance(Architecture((12, 100, 3, 100, 12)), 12, 12)
    found = measure(instance)
    p, q, hidden = instance.architecture.parameters, 3, 203
    assert p == 3000
    assert found["loss"].value == 2 * q * hidden - 4 * q**2 + q * (12 + 12)
    assert found["functional"].value == 2 * q * hidden + 2 * q * 12 - 4 * q**2
    assert {rank.bound for rank in found.values()} == {"exact"}


def test_control_a_coordinate_too_few_is_noticed() -> None:
    instance = BY_NAME["deep"].make()
    core = find_core(view_of(instance), "loss", 0)
    first = core.rectangles[0]
    assert first.rows is not None
    short = Core("loss", 0, (Rectangle(first.layer, first.rows[1:], first.columns), *core.rectangles[1:]), core.size)
    assert rational_rank(exact_core(instance, short)) < rational_rank(exact_core(instance, core))


def test_control_wrong_conditions_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the conditions of layer 1 for every layer, the core is too small and the dense route disagrees."""
    true_conditions = complement_module.kernel_conditions
    instance = generic_instance(Architecture((3, 4, 2, 4, 3)), 3, 3)
    whole = measure(instance, "exact", ("loss",), structured=False)["loss"].value

    def wrong(part: str, layers: int, cut: int, k: int) -> object:
        return true_conditions(part, layers, cut, k)[:1]

    monkeypatch.setattr(complement_module, "kernel_conditions", wrong)
    core = find_core(view_of(instance), "loss", 2)
    assert core.size < whole


def test_an_unlucky_prime_is_recognised_and_another_one_taken() -> None:
    weights = [[[PRIME, 0], [0, 1]], [[1, 0], [0, 1]]]
    instance = data_instance(Architecture((2, 2, 2)), [[1, 0], [0, 1]], [[1, 2], [3, 5]], weights=weights)
    with pytest.raises(UnluckyPrimeError, match=str(PRIME)):
        find_core(view_of(instance), "loss", 2)
    dense = measure(instance, structured=False)
    assert {name: rank.value for name, rank in measure(instance).items()} == {
        name: rank.value for name, rank in dense.items()
    }


def test_a_core_singular_modulo_the_first_prime_is_settled_by_the_next() -> None:
    instance = data_instance(Architecture((1, 1)), [[PRIME]], [[1]], weights=[[[1]]])
    found = measure(instance)["loss"]
    assert (found.value, found.bound) == (1, "exact")


def test_word_ranks_over_q() -> None:
    instance = BY_NAME["rank-deficient weights"].make()
    ranks = WordRanks(instance)
    words = [
        (Chain(True, 2, 1),),
        (Chain(False, 1, 2),),
        (Chain(True, 1, 1), Moment("Omega", transposed=True)),
        (Chain(True, 2, 3), Moment("Sigma")),
        (Chain(True, 2, 3),),
        (Chain(True, 0, 1), Moment("Omega", transposed=True), Chain(True, 2, 2)),
    ]
    w1, w2 = instance.weights
    values = [
        product([w2, w1]),
        product([w1.T, w2.T]),
        product([w1, instance.omega.T]),
        instance.sigma,
        integers(np.eye(3, dtype=int)),
        product([instance.omega.T, w2]),
    ]
    assert [ranks.rank(word) for word in words] == [rational_rank(value) for value in values]


def test_the_narrowest_cut_comes_first() -> None:
    instance = generic_instance(Architecture((5, 4, 2, 4, 3)), 5, 1)
    assert ordered_cuts(instance, "loss")[0] == 2
    assert ordered_cuts(instance, "functional")[0] == 0
    assert residue_rank(core_matrix(view_of(instance).factors, find_core(view_of(instance), "loss", 2)), PRIME) > 0
