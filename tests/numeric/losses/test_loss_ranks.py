"""Ranks under cross-entropy and log-cosh: the rule of K − 1, its limits, and requests that cannot be met."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from hessproof.numeric.datasets import digits
from hessproof.numeric.losses import products, ranks, taylor
from hessproof.numeric.losses.assembly import assemble, every_entry, modular_chains
from hessproof.numeric.losses.core import core
from hessproof.numeric.losses.instance import LossInstance, labelled_instance, prescribed_instance, with_root
from hessproof.numeric.losses.products import projected_rank
from hessproof.numeric.losses.ranks import float_rank, loss_primes, measure, residual_ranks
from hessproof.numeric.losses.taylor import taylor_ranks
from hessproof.numeric.modular import PrimeField, residue_rank
from hessproof.symbolic.architecture import LOSSES, Architecture
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.losses.outputs import effective_outputs
from hessproof.symbolic.losses.rank_rule import loss_rank

PRIME = next(loss_primes())


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("bias", [False, True])
def test_measured_ranks_are_the_predicted_ones(loss: str, bias: bool) -> None:
    for widths in ((2, 3), (3, 2, 3), (2, 1, 3), (3, 3, 2, 2), (2, 1, 2, 3)):
        architecture = Architecture(widths, bias=bias, loss=loss)
        for r, s in product(range(widths[0] + 1), range(effective_outputs(architecture) + 1)):
            if s > r:
                continue
            one = prescribed_instance(architecture, r, s, seed=7, samples=max(r, 1) + 1)
            augmented = {
                "augmented_data_rank": one.augmented_data_rank,
                "augmented_residual_rank": one.augmented_residual_rank,
            }
            extra = {**augmented, "residual_mean": one.residual_mean} if bias else {}
            for name, rank in measure(one).items():
                assert rank.bound == "exact"
                assert rank.value == loss_rank(name, architecture, r, s, **extra), (widths, r, s, name)


@pytest.mark.slow
def test_the_core_has_the_rank_of_the_whole_matrix_at_special_weights() -> None:
    rng = np.random.default_rng(2)
    for number in range(32):
        widths = tuple(int(width) for width in rng.integers(1, 4, size=int(rng.integers(2, 5))))
        architecture = Architecture(widths, bias=bool(number % 2), loss=("cross-entropy", "cosh")[number % 4 // 2])
        weights = tuple(
            rng.integers(-1, 2, size=(rows, cols + architecture.bias)).astype(object)
            for rows, cols in architecture.weight_shapes
        )
        targets = np.eye(architecture.outputs, dtype=int)[rng.integers(architecture.outputs, size=3)]
        one = labelled_instance(architecture, rng.integers(-1, 2, (3, widths[0])), targets, weights=weights, root=1)
        chains = modular_chains(one, PrimeField(PRIME), 4321)
        for part in ("outer", "functional", "loss"):
            whole = residue_rank(assemble(chains, part, every_entry(chains)), PRIME)
            assert residue_rank(assemble(chains, part, core(chains, PRIME)), PRIME) == whole


def test_one_output_under_cross_entropy_is_constant() -> None:
    one = labelled_instance(Architecture((3, 2, 1), loss="cross-entropy"), [[1, 2, 3], [4, 5, 7]], [[1], [1]])
    assert [rank.value for rank in measure(one).values()] == [0, 0, 0]
    assert set(taylor_ranks(one).values()) == {0}


@pytest.mark.parametrize(("loss", "rank"), [("cross-entropy", 216), ("cosh", 220), ("mse", 220)])
def test_digits_of_rank_41(loss: str, rank: int) -> None:
    data = digits().first(41)
    one = labelled_instance(Architecture((64, 4, 4, 10), loss=loss), data.inputs, data.targets, seed=1)
    found = measure(one, ("loss",))["loss"]
    assert (one.data_rank, found.value, found.bound) == (41, rank, "exact")
    assert projected_rank(one, rank + 3) == rank
    assert float_rank(one).value == rank


def test_a_saturated_softmax_loses_rank_in_float64_only() -> None:
    data = digits(16).first(12)
    one = labelled_instance(Architecture((16, 6, 6, 10), loss="cross-entropy"), data.inputs, data.targets, 3)
    large = with_root(one, one.root // 3**7)
    assert measure(one)["outer"].value == measure(large)["outer"].value == 90
    assert float_rank(one, "outer").value == 90
    assert float_rank(large, "outer").value < 10


def test_ranks_at_zero_weights_are_lower_bounds() -> None:
    architecture = Architecture((2, 2, 2), loss="cosh")
    one = labelled_instance(architecture, [[1, 0], [0, 1]], [[1, 0], [0, 1]], weights=[np.zeros((2, 2), int)] * 2)
    found = measure(one)
    assert (found["outer"].value, found["outer"].bound) == (0, "lower")
    assert "3 primes" in found["outer"].why


def test_unlucky_primes_are_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """2^2 + 1 is divisible by 5: every route takes another prime."""
    softmax = Architecture((1, 2), loss="cross-entropy")
    one = labelled_instance(softmax, [[1]], [[1, 0]], weights=[[[2], [0]]], root=1)
    monkeypatch.setattr(ranks, "loss_primes", lambda: iter((5, PRIME)))
    found = measure(one)["loss"]
    assert (found.value, found.primes) == (1, (PRIME,))
    for module in (taylor, products):
        monkeypatch.setattr(module, "primes", lambda count, below: (5, PRIME))
    assert {taylor_ranks(one, seed)["loss"] for seed in range(8)} == {1}
    assert {projected_rank(one, 3, seed) for seed in range(8)} == {1}


def test_residual_ranks_with_and_without_bias() -> None:
    one = prescribed_instance(Architecture((3, 2, 3), loss="cross-entropy", bias=True), 2, 1, samples=4)
    chains = modular_chains(one, PrimeField(PRIME), 5)
    assert residual_ranks(chains, PRIME) == (one.residual_rank, one.augmented_residual_rank)


def test_prescribed_residuals_are_small_enough_for_targets() -> None:
    one = prescribed_instance(Architecture((3, 3, 3), loss="cross-entropy"), 3, 2, samples=5)
    for logits, residual in zip(one.outputs.tolist(), one.residuals.tolist(), strict=True):
        powers = [2.0 ** ((z - max(logits)) / one.root) for z in logits]
        targets = [power / sum(powers) - d / 2**one.shift for power, d in zip(powers, residual, strict=True)]
        assert min(targets) > 0
    other = prescribed_instance(Architecture((3, 3, 3), loss="cosh"), 3, 2)
    assert max(abs(int(entry)) for entry in other.residuals.flat) < 2**other.shift


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: prescribed_instance(Architecture((2, 2), loss="cross-entropy"), 2, 2), "residual rank up to 1"),
        (lambda: prescribed_instance(Architecture((2, 2), loss="cosh"), 2, 1, samples=1), "data rank up to 1"),
        (lambda: prescribed_instance(Architecture((2, 2), loss="cosh"), 2, 1, magnitude=0), "magnitude 0"),
        (lambda: labelled_instance(Architecture((2, 2), activation="relu"), [[1, 2]], [[1, 2]]), "linear"),
        (lambda: labelled_instance(Architecture((2, 2)), [[1, 2]], [[1]]), "N × 2"),
        (lambda: labelled_instance(Architecture((2, 2)), [[1, 2]], [[1, 2]], weights=[[[1]]]), "shapes"),
        (lambda: labelled_instance(Architecture((2, 2)), [[1, 2]], [[1, 2]], root=2), "power of 3"),
        (lambda: LossInstance(Architecture((1, 1)), (np.ones((1, 1), dtype=object),), np.ones((1, 1), dtype=object)),
         "one of them"),
    ],
)  # fmt: skip
def test_requests_that_cannot_be_met(make: object, said: str) -> None:
    with pytest.raises(UnusableRequest, match=said):
        make()  # type: ignore[operator]
