"""The checks about two-layer networks: counterexamples by hand, the power of the generator, controls."""

from __future__ import annotations

from fractions import Fraction

import pytest

from hessproof.numeric.two_layer.exact import exact_net
from hessproof.numeric.two_layer.inertia import inertia
from hessproof.proofs_check.checks.two_layer import convex, instances, symbols, witnesses
from hessproof.proofs_check.checks.two_layer.counts import FORMULAS, counted
from hessproof.proofs_check.model.check import Context, Profile
from hessproof.proofs_check.model.verdict import held


def test_the_generator_reaches_the_special_places() -> None:
    nets = list(instances.drawn(Profile.QUICK, 0))
    assert {net.activation for net in nets} == {"linear", "relu"}
    assert {len(net.w1) for net in nets} == {1, 2}
    assert any(not net.w2.any() for net in nets), "a layer of zeros"
    assert any(not net.slopes.any() for net in nets), "dead units"
    assert any(net.samples == 1 for net in nets)
    assert any(net.samples > len(net.w1) for net in nets)
    silent = [net for net in nets if net.errors.any() and not net.cross_blocks().any()]
    assert any(net.activation == "linear" for net in silent), "errors orthogonal to the inputs"
    assert not any(net.kinks for net in nets)


def test_the_smallest_network_by_hand() -> None:
    found = witnesses.smallest()
    assert found is not None
    assert [array.ravel().tolist() for array in (found.w1, found.w2, found.x, found.y)] == [[1], [1], [1, 1], [0, 2]]
    assert found.errors.ravel().tolist() == [1, -1]
    assert found.energy == Fraction(1, 2)
    assert witnesses.confirmed(found)
    assert not found.gradient().any()
    assert not witnesses.confirmed(exact_net([[1]], [[1]], [[1], [1]], [[0], [3]]))


def test_with_one_sample_there_is_no_smaller_one() -> None:
    assert all(inertia(net.hessian_parts()[1]).indefinite for net in witnesses.small_nets(1))


def test_critical_points_are_critical_and_the_null_vectors_are_there() -> None:
    for net in list(instances.drawn(Profile.QUICK, 1))[::5]:
        point = instances.at_critical(net)
        assert not point.gradient().any()
        assert instances.zero_modes(net, "") is True


def test_counts_are_told_apart() -> None:
    assert counted(3, 4) == FORMULAS[""](3, 4) == (18, Fraction(3, 2))
    assert all(formula(3, 5) != counted(3, 5) for text, formula in FORMULAS.items() if text)


@pytest.mark.slow
@pytest.mark.parametrize(("check", "survivors"), [(check, 0) for check in (*symbols.CHECKS[:2], *convex.CHECKS[3:5])],
                         ids=lambda value: getattr(value, "part", None))  # fmt: skip
def test_every_control_is_noticed(check: object, survivors: int) -> None:
    evidence = check.run(Context(Profile.QUICK))  # type: ignore[attr-defined]
    assert held(evidence)
    assert sum(not control.caught for control in evidence.controls) == survivors
