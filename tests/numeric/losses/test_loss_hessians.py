"""Hessians under cross-entropy and log-cosh: block formulas, Taylor coefficients, products, and the real loss."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import mpmath
import numpy as np
import pytest

from hessproof.numeric.losses.assembly import assemble, every_entry, floating_chains, modular_chains
from hessproof.numeric.losses.instance import LossInstance, labelled_instance, prescribed_instance
from hessproof.numeric.losses.pointwise import UnluckyPrimeError, floating, modular, powers_of_two
from hessproof.numeric.losses.products import _Backpropagation
from hessproof.numeric.losses.ranks import loss_primes
from hessproof.numeric.losses.taylor import taylor_hessians
from hessproof.numeric.modular import PrimeField
from hessproof.numeric.network.hessians import network_hessian
from hessproof.symbolic.architecture import LOSSES, Architecture

PRIME, UNIT = next(loss_primes()), 777
WIDTHS = ((2, 3), (2, 1, 3), (2, 2, 1, 3), (1, 2, 2, 1, 2))


def labelled(architecture: Architecture, samples: int = 3, root: int | None = None) -> LossInstance:
    rng = np.random.default_rng(5)
    targets = np.eye(architecture.outputs, dtype=int)[rng.integers(architecture.outputs, size=samples)]
    if architecture.loss != "cross-entropy":
        targets = rng.integers(-3, 4, (samples, architecture.outputs))
    inputs = rng.integers(-5, 6, (samples, architecture.inputs))
    return labelled_instance(architecture, inputs, targets, seed=1, magnitude=20, root=root)


def instances() -> Iterator[LossInstance]:
    for loss in LOSSES:
        for bias in (False, True):
            for widths in WIDTHS:
                architecture = Architecture(widths, bias=bias, loss=loss)
                yield labelled(architecture)
                yield labelled(architecture, samples=1)
                yield prescribed_instance(architecture, architecture.inputs, 1, seed=2, samples=3)


@pytest.mark.parametrize("instance", list(instances()), ids=lambda one: f"{one.architecture.loss}-{one.architecture}")
def test_three_ways_to_the_same_residues(instance: LossInstance) -> None:
    unit = 1 if instance.architecture.loss == "mse" else UNIT
    chains = modular_chains(instance, PrimeField(PRIME), unit)
    expected = taylor_hessians(instance, PRIME, UNIT)
    for part, scale in (("outer", unit), ("functional", 1), ("loss", 1)):
        found = assemble(chains, part, every_entry(chains)).astype(np.int64) * scale
        assert not ((found - expected[part]) % PRIME).any(), part
    products = _Backpropagation(instance, PRIME, UNIT).times(np.eye(instance.architecture.parameters))
    assert not ((products.astype(np.int64) - expected["loss"]) % PRIME).any()


@pytest.mark.parametrize("loss", ["cross-entropy", "cosh", "mse"])
@pytest.mark.parametrize("bias", [False, True])
def test_float_hessian_is_that_of_the_real_loss(loss: str, bias: bool) -> None:
    """Central differences in 50 digits of the natural softmax and of log cosh, at the weights that float64 sees."""
    instance = labelled(Architecture((2, 2, 3), bias=bias, loss=loss))
    chains = floating_chains(instance)
    found = assemble(chains, "loss", every_entry(chains))
    with mpmath.workdps(50):
        flat = [mpmath.mpf(entry) for weight in chains.weights for entry in weight.ravel().tolist()]
        step = mpmath.mpf(10) ** -12
        for i, j in ((0, 0), (0, 5), (1, len(flat) - 1), (len(flat) - 2, len(flat) - 1)):
            total = mpmath.mpf(0)
            for one, two in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
                moved = list(flat)
                moved[i] += one * step
                moved[j] += two * step
                total += one * two * real_loss(instance, chains.weights, moved)
            assert found[i, j] == pytest.approx(float(total / (4 * step**2)), rel=1e-8, abs=1e-8)


@pytest.mark.parametrize("loss", ["cross-entropy", "cosh", "mse"])
@pytest.mark.parametrize("part", ["outer", "functional", "loss"])
def test_float_hessian_is_that_of_the_general_network_code(loss: str, part: str) -> None:
    instance = labelled(Architecture((2, 3, 2, 3), bias=True, loss=loss), samples=4)
    chains = floating_chains(instance)
    unit = np.log(2.0) / instance.root if loss == "cosh" else 1.0
    inputs, targets = instance.inputs.astype(float), instance.targets.astype(float) * unit
    other = network_hessian(instance.architecture, chains.weights, inputs, targets, part)
    found = assemble(chains, part, every_entry(chains)) / instance.samples
    np.testing.assert_allclose(found, other, rtol=1e-9, atol=1e-9 * np.abs(other).max())


def real_loss(instance: LossInstance, weights: tuple[np.ndarray, ...], flat: list[mpmath.mpf]) -> mpmath.mpf:
    """Σ_n ℓ(F_n, y_n) with the natural softmax, in mpmath."""
    name, bias = instance.architecture.loss, instance.architecture.bias
    unit = mpmath.mpf(1) if name == "mse" else mpmath.log(2) / instance.root
    result = mpmath.mpf(0)
    for x, y in zip(instance.inputs.tolist(), instance.targets.tolist(), strict=True):
        value, start = [mpmath.mpf(entry) for entry in x], 0
        for weight in weights:
            rows, cols = weight.shape
            entries = flat[start : start + rows * cols]
            start += rows * cols
            value = [*value, mpmath.mpf(1)] if bias else value
            value = [sum(entries[row * cols + col] * value[col] for col in range(cols)) for row in range(rows)]
        if name == "cross-entropy":
            result -= sum(c * f for c, f in zip(y, value, strict=True)) - mpmath.log(sum(map(mpmath.exp, value))) * sum(
                y
            )
        elif name == "cosh":
            result += sum(mpmath.log(mpmath.cosh(f - unit * c)) for f, c in zip(value, y, strict=True))
        else:
            result += sum((f - c) ** 2 for f, c in zip(value, y, strict=True)) / 2
    return result


def test_probabilities_modulo_a_prime_are_those_of_fractions() -> None:
    weights = [[[1, 2], [0, -1], [3, 1]]]
    one = labelled_instance(
        Architecture((2, 3), loss="cross-entropy"), [[1, 1], [2, -3]], [[1, 0, 0], [0, 0, 1]], weights=weights, root=1
    )
    found = modular(one, 1013)
    prime = 1013
    for n, logits in enumerate(one.outputs.tolist()):
        powers = [Fraction(2) ** z for z in logits]
        for c, power in enumerate(powers):
            share = power / sum(powers)
            residue = share.numerator * pow(share.denominator, -1, prime)
            assert (found.residual[n, c] - (residue - one.targets[n, c])) % prime == 0
            assert (found.weight[n, c] - residue) % prime == 0


def test_a_vanishing_sum_of_powers_makes_a_prime_unlucky() -> None:
    architecture = Architecture((1, 2), loss="cross-entropy")
    one = labelled_instance(architecture, [[1]], [[1, 0]], weights=[[[1], [0]]], root=1)
    with pytest.raises(UnluckyPrimeError):  # 2 + 1 = 3 = 0 modulo 3
        modular(one, 3)


def test_roots_of_two_are_computed_without_leaving_the_field() -> None:
    """With D = 3 the cube of 2^(z/3) is 2^z modulo the prime."""
    exponents = np.asarray([[1, 10**30, -7]], dtype=object)
    cubes = powers_of_two(exponents, 3, 101).astype(object) ** 3 % 101
    assert (cubes == powers_of_two(exponents, 1, 101)).all()


def test_float_needs_targets() -> None:
    with pytest.raises(ValueError, match="targets"):
        floating(prescribed_instance(Architecture((2, 2), loss="cosh"), 2, 1))
