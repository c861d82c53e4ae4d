"""The order, the batches, the small data and the corners behind the search, each against a second way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hessproof.numeric.flint_modular import flint_rank
from hessproof.proofs_check.bias.cases import biased_cases
from hessproof.proofs_check.bias.survey import measure as measure_biased
from hessproof.proofs_check.conjectures.api import Statement
from hessproof.proofs_check.conjectures.order import architectures_of, heads, sample_counts, variants
from hessproof.proofs_check.conjectures.spaces import linear_batches
from hessproof.proofs_check.conjectures.spaces.corners import corner_architectures, random_architecture
from hessproof.proofs_check.conjectures.spaces.linear import LinearSpace
from hessproof.proofs_check.conjectures.spaces.linear_points import PointSpace, settings_of
from hessproof.proofs_check.conjectures.spaces.small_data import drawn_weights, small_instance, small_residuals
from hessproof.proofs_check.enumeration import architectures_by_parameters
from hessproof.proofs_check.surveys.record import Request
from hessproof.proofs_check.surveys.survey import measure as measure_plain
from hessproof.symbolic.architecture import Architecture

QUANTITIES = ("outer", "functional", "loss")


def statement(quantity: str = "loss", bias: bool | None = False, quantifier: str = "generic") -> Statement:
    return Statement("f", quantity, "==", quantifier, bias, "linear", "mse")  # type: ignore[arg-type]


def test_architectures_come_as_elsewhere_in_the_project() -> None:
    mine = [one for p in range(1, 11) for one in architectures_of(p, False)]
    assert mine == list(architectures_by_parameters(10))
    biased = [one for p in range(1, 11) for one in architectures_of(p, True)]
    assert {one.widths for one in biased} == {
        one.widths for one in mine if Architecture(one.widths, bias=True).parameters <= 10
    }
    both = [one for p in range(1, 11) for one in architectures_of(p, None)]
    assert len(both) == len(mine) + len(biased)


@pytest.mark.parametrize("bias", [False, True, None])
def test_every_instance_comes_in_the_stated_order(bias: bool | None) -> None:
    keys = [v.key for p in range(1, 6) for a in architectures_of(p, bias) for h in heads(a) for v in variants(h)]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


def test_with_bias_the_heads_are_all_cases() -> None:
    for widths in ((1, 1), (2, 1), (2, 3, 2), (3, 1, 2)):
        architecture = Architecture(widths, bias=True)
        assert {one.case for one in heads(architecture)} == set(biased_cases(architecture))


def test_without_bias_the_variants_have_all_means_and_numbers_of_samples() -> None:
    found = [v for h in heads(Architecture((2, 1))) for v in variants(h)]
    plain = {(v.case.data_rank, v.case.residual_rank, v.case.augmented_data_rank, v.case.augmented_residual_rank,
              v.case.residual_mean) for v in found}  # fmt: skip
    biased = {(c.data_rank, c.residual_rank, c.augmented_data_rank, c.augmented_residual_rank, c.residual_mean)
              for c in biased_cases(Architecture((2, 1), bias=True))}  # fmt: skip
    assert plain == biased
    assert sample_counts(Architecture((2, 1)), 1) == [1, 2, 3]


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_batches_measure_what_the_surveys_measure(quantity: str) -> None:
    rng = np.random.default_rng(3)
    plain = [h for p in range(1, 9) for a in architectures_of(p, False) for h in heads(a)]
    chosen = [plain[i] for i in rng.choice(len(plain), 25, replace=False)]
    ranks = linear_batches.measure([one.case for one in chosen], quantity, 1)
    again = measure_plain([Request(h.case.architecture.widths, h.case.data_rank, h.case.residual_rank) for h in chosen])
    assert ranks == [record.ranks[quantity] for record in again]
    biased = [h.case for p in range(1, 11) for a in architectures_of(p, True) for h in heads(a)]
    some = [biased[i] for i in rng.choice(len(biased), 12, replace=False)]
    found = linear_batches.measure(some, quantity, 1)
    assert found == [measure_biased(case, 0, 1).ranks[quantity] for case in some]  # type: ignore[index]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(1, 5), st.integers(1, 6), st.integers(0, 6), st.integers(0, 10**6))
def test_batched_ranks_are_those_of_flint(rows: int, columns: int, rank: int, seed: int) -> None:
    prime = linear_batches.PRIME
    rng = np.random.default_rng(seed)
    inner = min(rank, rows, columns)
    left, right = rng.integers(0, 9, (4, rows, inner)), rng.integers(0, 9, (4, inner, columns))
    matrices = (left @ right) * rng.integers(0, 2, (4, rows, 1))
    assert linear_batches.batched_rank(matrices.astype(float)).tolist() == [flint_rank(m, prime) for m in matrices]


def test_too_wide_for_a_batch() -> None:
    case = next(heads(Architecture((1, 70, 1)))).case
    with pytest.raises(ValueError, match="wider than"):
        linear_batches.measure([case], "loss", 0)


def test_wide_networks_go_to_the_structured_engine() -> None:
    space = LinearSpace(statement())
    one = list(heads(Architecture((2, 70, 1))))[-1]
    assert space.measure([one]) == [space.recheck(one)] == [2 * 70 - 2 + 3]


def test_small_data_have_the_ranks_of_every_kind() -> None:
    for architecture in (Architecture((2, 1)), Architecture((2, 2, 2)), Architecture((1, 2), bias=True)):
        for head in heads(architecture):
            for one in variants(head):
                rng = np.random.default_rng(0)
                drawn = (small_residuals(one, rng, 1 + attempt // 10) for attempt in range(60))
                residuals = next(found for found in drawn if found is not None)
                made = small_instance(one, drawn_weights(architecture, rng, 2), residuals)
                ranks = made.data_rank, made.residual_rank, made.augmented_data_rank, made.augmented_residual_rank
                assert (*ranks, made.residual_mean, made.samples) == one.key[4:]


def test_the_corners_are_reached() -> None:
    found = list(corner_architectures(None))
    assert [one.parameters for one in found] == sorted(one.parameters for one in found)
    assert {one.layers for one in found} == set(range(1, 13))
    for layer in range(5):
        assert any(a.layers == 4 and all(a.widths[layer] < w for i, w in enumerate(a.widths) if i != layer)
                   for a in found)  # fmt: skip
    assert {(4, 4, 4), (1, 3, 3), (3, 3, 1), (5, 5)} <= {one.widths for one in found}
    assert list(corner_architectures(1)) == [Architecture((1, 1))]
    directed = list(LinearSpace(statement(bias=True)).directed(12))
    assert {one.case.residual_mean for one in directed} == {0, 1}
    assert {(one.case.augmented_data_rank or 0) - one.case.data_rank for one in directed} == {0, 1}


def test_random_networks_vary_and_stay_within_bounds() -> None:
    rng = np.random.default_rng(0)
    found = [random_architecture(rng, 60, False) for _ in range(300)]
    assert all(one is not None and one.parameters <= 60 for one in found)
    assert len({one.layers for one in found if one is not None}) >= 6
    assert random_architecture(rng, 1, True) is None
    assert list(LinearSpace(statement(bias=True)).random(rng, 1)) == []


def test_points_are_measured_alike_modulo_a_prime_and_over_q() -> None:
    for bias in (False, True):
        space = PointSpace(statement("loss", bias, "every"))
        levels = space.levels()
        cases = [case for _ in range(4) for case in next(levels).cases]
        chosen = cases[:: max(1, len(cases) // 40)]
        assert space.measure(chosen) == [space.recheck(case) for case in chosen]
        keys = [space.key(case) for case in cases]
        assert keys == sorted(keys)


def test_special_parameters_have_zeros_and_vanishing_chains() -> None:
    found = settings_of(Architecture((1, 2, 1)))
    assert ((0,), (0,), (0, 0)) in found
    assert ((1,), (0,), (0, 1)) in found
    assert len(found) == len(set(found))
