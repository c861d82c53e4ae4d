"""Derivations about two-layer networks, residuals and convex functions: they hold, and no wrong variant is accepted."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.two_layer import convexity, counting, critical, energy, fitting, signs, spectrum, split

Made = Callable[[], Derivation]
QUICK: tuple[Made, ...] = (
    split.output_by_second, split.second_entry, signs.semidefinite, signs.free_of_labels, lambda: signs.both_signs(1),
    lambda: signs.both_signs(-1), spectrum.diagonalised, spectrum.reflected, spectrum.without_blocks,
    counting.parameters, counting.ratio, counting.still_directions, lambda: counting.still_directions(rectified=True),
    fitting.fitted, fitting.through_product, signs.moved_by_labels,
    fitting.missed, fitting.at_identity, energy.mean_energy, convexity.taylor, convexity.tangent,
    convexity.strict_gap, convexity.jensen, convexity.coercive, convexity.convex_curvature,
)  # fmt: skip
THOROUGH: tuple[Made, ...] = (
    split.split, lambda: split.split(diagonal=True), split.cross_entry, split.first_entry, signs.proportional,
    critical.by_first, critical.by_second, energy.energy_spread, energy.mean_square_gradient, energy.mean_trace,
    energy.mean_gradient,
)  # fmt: skip


@pytest.mark.parametrize("make", QUICK, ids=lambda make: make().claim)
def test_a_derivation_holds(make: Made) -> None:
    report = make().check(1, count=1)
    assert report.ok, report.why


@pytest.mark.slow
@pytest.mark.parametrize("make", THOROUGH, ids=lambda make: make().claim)
def test_a_longer_derivation_holds_and_its_wrong_variants_do_not(make: Made) -> None:
    derivation = make()
    report = derivation.check(1, count=1)
    assert report.ok, report.why
    for mutant in list(derivation.mutants())[::7]:
        assert mutant.rejection() or not mutant.differs(derivation, count=1), mutant.description


@pytest.mark.parametrize("make", QUICK[::3], ids=lambda make: make().claim)
def test_no_wrong_variant_is_accepted(make: Made) -> None:
    derivation = make()
    for mutant in list(derivation.mutants())[::5]:
        assert mutant.rejection() or not mutant.differs(derivation, count=1), mutant.description


def test_every_derivation_prints() -> None:
    for make in (*QUICK[::4], *THOROUGH[2:5]):
        text = make().latex()
        assert text.startswith("\\begin{aligned}")
        assert "Basic" not in text
    assert "z_{b\\mu}" in split.cross_entry().latex()


def test_the_assumptions_are_named() -> None:
    assert split.TWICE in split.split().assumptions
    assert critical.PIECEWISE in critical.by_second().assumptions
    assert not critical.by_first().assumptions[1:]
    assert "W² is invertible" in spectrum.without_blocks().assumptions
