"""Batches: exact floats, and norms of whole batches against those of single instances and of the definition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flint
import numpy as np
import pytest

from hessproof.numeric.norms import batch_norms
from hessproof.numeric.norms.batch import batch_of
from hessproof.numeric.norms.batch_norms import BatchNorms
from hessproof.numeric.norms.definition import definition_norm
from hessproof.numeric.norms.enclosure import Ball
from hessproof.numeric.norms.exact_floats import ExactFloats
from hessproof.numeric.norms.generator import KINDS, generate
from hessproof.numeric.norms.instance import NormInstance, norm_instance
from hessproof.numeric.norms.matrices import precision
from hessproof.numeric.norms.passes import Passes
from hessproof.numeric.norms.precise import PreciseNorms
from hessproof.symbolic.errors import UnusableRequest

SCALARS = ("gauss_newton", "functional", "hessian", "jacobian_norm", "softmax_norm", "residual_norm")
LAYERED = ("weight_norms", "bias_norms", "layer_input_norms", "derivative_norms")
TERMS = ("gauss_newton", "functional", "hessian")


def meet(ball: Ball, number: flint.arb) -> bool:
    """Whether an enclosure in floats contains a number, as far as the number's own ball of 128 bits tells."""
    with precision(128):
        return not number < flint.arb(float(ball.lower)) and not number > flint.arb(float(ball.upper))


def drawn(seed: int, count: int, per_batch: int, **options: Any) -> list[tuple[BatchNorms, int, NormInstance]]:
    """Some networks of each of many batches, one kind after the other."""
    found, kind = [], 0
    for batch in generate(seed, count, size=24, **options):
        norms = BatchNorms(batch)
        for _ in range(per_batch):
            number = int(np.flatnonzero(np.asarray(batch.kinds) == list(KINDS)[kind % len(KINDS)])[0])
            found.append((norms, number, batch.instance(number)))
            kind += 1
    return found


@pytest.mark.long
@pytest.mark.parametrize("bias", [False, True])
def test_norms_of_batches_are_those_of_their_networks(bias: bool) -> None:
    for norms, number, instance in drawn(11 + bias, 24 * 16, 2, bias=bias):
        precise = PreciseNorms(instance, 128)
        for name in SCALARS:
            assert meet(getattr(norms, name)[number], getattr(precise, name)), name
        for name in LAYERED:
            for layer, number_of_layer in enumerate(getattr(precise, name)):
                assert meet(getattr(norms, name)[number, layer], number_of_layer), name


@pytest.mark.long
def test_norms_are_those_of_the_definition() -> None:
    checked = 0
    for norms, number, instance in drawn(5, 24 * 50, 2):
        if instance.architecture.parameters <= 18:
            checked += 1
            for name in TERMS:
                assert meet(getattr(norms, name)[number], definition_norm(instance, name)), name
    assert checked > 20


@pytest.mark.slow
def test_enclosures_are_tight() -> None:
    for batch in generate(3, 2400, size=120):
        norms = BatchNorms(batch)
        for name in TERMS:
            found = getattr(norms, name)
            assert (found.rad <= 1e-9 * found.mid + 1e-100).all()


WRONG: dict[str, tuple[str, Callable[..., Any]]] = {
    "no coupling of rows and columns": ("_coupling", lambda self, l, met: (Ball.exact(0.0 * met),) * 2),
    "half of the coupling": (
        "_coupling",
        lambda self, l, met: (Ball.exact(-0.2 * met), Ball.exact(0.5 * met)),
    ),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_wrong_reduction_is_noticed(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, change = WRONG[mistake]
    monkeypatch.setattr(BatchNorms, name, change)
    cases = drawn(11, 24 * 12, 2, layers=(3, 4))
    assert not all(meet(norms.functional[number], PreciseNorms(one, 128).functional) for norms, number, one in cases)


def test_a_missing_bias_column_is_noticed() -> None:
    met = []
    for _, _, one in drawn(12, 24 * 6, 2, bias=True):
        norms = BatchNorms(batch_of([one]))
        norms.__dict__["_squares"] = [square - 1 for square in norms._squares]  # in place of the cached ‖x̃^l‖²
        met.append(meet(norms.gauss_newton[0], PreciseNorms(one, 128).gauss_newton))
    assert not all(met)


def test_dead_networks_have_norm_zero_exactly() -> None:
    dead = norm_instance([[[-1, -2]], [[3], [4]]], [1, 1], 0)
    blank = norm_instance([[[1, 2]], [[3], [4]]], [0, 0], 1)
    alone = norm_instance([[[1, 2]], [[3]]], [1, 1], 0)
    for batch in (batch_of([dead, blank]), batch_of([alone])):
        norms = BatchNorms(batch)
        for name in TERMS:
            assert getattr(norms, name).magnitude.max() == 0.0, name


def test_equal_rows_cancel_exactly() -> None:
    """G^{l⊤}δ = 0 for every δ when all classes see the same: no rounding is left."""
    same = norm_instance([[[1], [2]], [[3, 5], [3, 5]], [[1, 1], [1, 1]]], [1], 0)
    norms = BatchNorms(batch_of([same]))
    assert norms.functional.upper < 30
    assert norms._sensitivities[0][1].tolist() == [0.0]
    assert norms._sensitivities[0][0].tolist() == [[0.0, 0.0]]


def test_saturated_objects_are_enclosed() -> None:
    for spread, known in ((500, True), (1000, False)):
        ones = [norm_instance([[[spread], [-spread]], [[1, 0], [0, 1]]], [1], label) for label in (0, 1)]
        norms = BatchNorms(batch_of(ones))
        assert (norms.gauss_newton.upper < 1e-200).all()
        assert norms.functional.upper[0] < 1e-200
        assert abs(norms.functional.mid[1] - 2**0.5) < 1e-12
        tight = (norms.functional.rad <= 1e-12 * norms.functional.mid) & (
            norms.hessian.rad <= 1e-12 * norms.hessian.mid
        )
        assert tight.tolist() == [known, True]


def test_batches_and_instances_go_back_and_forth() -> None:
    for batch in list(generate(2, 60, size=12, relaxed=True)) + list(generate(2, 60, size=12, bias=True)):
        back = batch_of([batch.instance(number) for number in range(batch.size)])
        assert all((one == two).all() for one, two in zip(batch.weights, back.weights, strict=True))
        assert (back.inputs == batch.inputs).all()
        assert (back.labels == batch.labels).all()
        assert (back.probabilities is None) == (batch.probabilities is None)
        some = batch.chosen(np.asarray([3, 1]))
        assert some.size == 2
        assert some.kinds == (batch.kinds[3], batch.kinds[1])
        assert BatchNorms(some).hessian.mid.tolist() == BatchNorms(back).hessian.mid[[3, 1]].tolist()


def test_what_floats_do_not_hold_is_refused() -> None:
    long = norm_instance([[[2**-30 + 1]], [[2**-30 + 1]]], [1], 0)
    with pytest.raises(UnusableRequest, match="fewer binary digits"):
        Passes(batch_of([long]))
    with pytest.raises(UnusableRequest, match="fewer binary digits"):
        ExactFloats(np.asarray([[2.0**52, 2.0**52]]), 0) @ ExactFloats(np.ones((2, 1)), 0)
    with pytest.raises(UnusableRequest, match="fewer binary digits"):
        ExactFloats(np.asarray([2.0**52]), 0) + ExactFloats(np.asarray([1.0]), 1)
    with pytest.raises(UnusableRequest, match="a float holds exactly"):
        batch_of([norm_instance([[["1/3"]]], [1], 0)])
    with pytest.raises(UnusableRequest, match="one architecture"):
        batch_of([norm_instance([[[1]]], [1], 0), norm_instance([[[1], [1]]], [1], 0)])
    with pytest.raises(UnusableRequest, match="one architecture"):
        batch_of([])


def test_sums_that_fit_are_exact_although_the_quick_bound_says_no() -> None:
    one = ExactFloats(np.asarray([[2.0**51, 0.0, 0.0, 0.0]]), 0)
    two = ExactFloats(np.asarray([[1.0], [2.0**10], [2.0**10], [2.0**10]]), 0)
    assert (one @ two).values.tolist() == [[2.0**51]]


def test_modules_of_the_two_routes_are_disjoint() -> None:
    from hessproof.numeric.norms import definition

    first = {
        "batch",
        "batch_norms",
        "eigenvalues",
        "enclosure",
        "exact",
        "exact_floats",
        "matrices",
        "passes",
        "precise",
    }
    used = {getattr(value, "__module__", "") for value in vars(definition).values()}
    assert not any(f"hessproof.numeric.norms.{name}" in used for name in first)
    assert batch_norms.__name__.endswith("batch_norms")
