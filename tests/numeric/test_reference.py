"""The definition itself: against hand computation, central differences, and between its own forms."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from numeric_examples import BY_NAME, small_instances

from hessproof.numeric.instance import Instance, data_instance, special_instance
from hessproof.numeric.reference import difference_hessian, reference_hessian
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

PARTS: tuple[Any, ...] = ("outer", "functional", "loss")


def test_two_scalar_layers_by_hand() -> None:
    """ℒ = ½(vux − y)² has ∂²/∂u² = v²x², ∂²/∂v² = u²x² and ∂²/∂u∂v = x(2vux − y)."""
    u, v, x, y = 2, 3, 5, 7
    instance = data_instance(Architecture((1, 1, 1)), [[x]], [[y]], weights=[[[u]], [[v]]])
    mixed = x * (2 * v * u * x - y)
    assert reference_hessian(instance).tolist() == [[v**2 * x**2, mixed], [mixed, u**2 * x**2]]
    assert reference_hessian(instance, "outer")[0, 1] == u * v * x**2
    assert reference_hessian(instance, "functional")[0, 1] == x * (v * u * x - y)


@pytest.mark.slow
@settings(max_examples=40)
@given(small_instances())
def test_parts_add_up_and_moments_and_moduli_change_nothing(instance: Instance) -> None:
    whole = {part: reference_hessian(instance, part) for part in PARTS}
    assert (whole["outer"] + whole["functional"] == whole["loss"]).all()
    bare = special_instance(instance.architecture, instance.weights, instance.sigma, instance.omega)
    for part in PARTS:
        assert (reference_hessian(bare, part) == whole[part]).all()
        assert (reference_hessian(instance, part, 67108859) == whole[part] % 67108859).all()


@pytest.mark.long
@pytest.mark.parametrize("name", ["bottleneck", "one layer", "fewer samples than inputs"])
def test_central_differences_converge_to_it(name: str) -> None:
    instance = BY_NAME[name].make()
    exact, found = reference_hessian(instance), difference_hessian(instance, digits=60)
    scale = max(abs(int(entry)) for entry in exact.flat)
    with mpmath.workdps(60):
        worst = max(abs(one - int(two)) for one, two in zip(found.flat, exact.flat, strict=True)) / scale
    assert worst < 1e-20


def test_control_a_wrong_target_is_noticed() -> None:
    instance = BY_NAME["fewer samples than inputs"].make()
    assert instance.targets is not None
    other = data_instance(instance.architecture, instance.inputs, instance.targets + 1, weights=instance.weights)
    assert (reference_hessian(other) != reference_hessian(instance)).any()
    assert (reference_hessian(other, "outer") == reference_hessian(instance, "outer")).all()


def test_wrong_requests_are_refused() -> None:
    instance = BY_NAME["one layer"].make()
    with pytest.raises(UnusableRequest, match="part 'inner'"):
        reference_hessian(instance, "inner")  # type: ignore[arg-type]
    with pytest.raises(UnusableRequest, match="modulus 134217728: expected 2 to 67108864"):
        reference_hessian(instance, modulus=2**27)
    bare = special_instance(instance.architecture, instance.weights, instance.sigma, instance.omega)
    with pytest.raises(UnusableRequest, match="an instance of moments only"):
        difference_hessian(bare)
    assert np.shape(reference_hessian(bare)) == (12, 12)
