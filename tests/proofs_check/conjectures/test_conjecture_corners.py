"""Formulas that are wrong in one corner are refuted at the smallest place, with a confirmation and a certificate."""

from __future__ import annotations

from typing import Any

import pytest
from corner_wrong import CORNERS, Wrong, right, table

from hessproof.proofs_check.conjectures.api import conjecture
from hessproof.proofs_check.conjectures.order import architectures_of, heads, variants
from hessproof.proofs_check.conjectures.result import examine
from hessproof.proofs_check.outputs import ConjectureCounterexample
from hessproof.symbolic.formula import RankFormula
from hessproof.symbolic.formulas import FORMULAS

TABLE = table()
DEEP = (
    "L >= 7",
    "M_2, L = 4",
    "K, L = 3",
    "s = q - 1, L = 3",
    "equal widths above 1, L = 3",
    "M_2, L = 3",
    "M_1, L = 3",
)
QUICK = [one for one in TABLE if one.part == "loss" and not one.bias and not one.corner.endswith(DEEP)][::5]
SLOW = [one for one in TABLE if one not in QUICK and not one.corner.endswith(DEEP)]
DEEPEST = [one for one in TABLE if one.corner.endswith(DEEP) and one.part == "loss" and not one.bias][::3]
LONG = 600.0
"""Seconds: the enumeration then has the time to come to every corner, however slow the machine is."""
EQUAL = {"\\hat{q} defined with K left out of min", "\\hat{q} defined with r left out of min",
         "\\hat{q} defined with K replaced by M"}  # fmt: skip
"""Mutants with the same values as the formula: s ≤ min(r, K), and L = 1 does not see q̂."""


def smallest(one: Wrong, most: int) -> tuple[object, ...] | None:
    """The key of the first instance at which the formula is wrong, by going through them; None above ``most``."""
    for p in range(1, most + 1):
        for architecture in architectures_of(p, one.bias):
            for head in heads(architecture):
                for variant in variants(head):
                    if one.holds(variant.described):
                        return variant.key
    return None


def key_of(found: ConjectureCounterexample) -> tuple[object, ...]:
    ranks = (found.data_rank, found.residual_rank, found.augmented_data_rank, found.augmented_residual_rank)
    widths = tuple(found.widths)
    return (found.parameters, len(widths) - 1, widths, found.bias, *ranks, found.residual_mean, found.samples)


def refute(one: Wrong, most: int) -> None:
    result = examine(one.make(), seconds=LONG)
    found = result.counterexample
    assert result.verdict == "refuted"
    assert found is not None
    assert found.minimal
    assert found.predicted == int(found.measured) + one.change
    assert found.confirmed_by is not None
    assert found.certificate is not None
    assert (found.certificate.kind, found.certificate.rank) == ("architecture", found.measured)
    assert found.weights
    assert len(found.inputs) == found.samples
    if found.parameters <= most:
        assert key_of(found) == smallest(one, most)


@pytest.mark.parametrize("one", QUICK, ids=lambda one: one.name)
def test_some_corners(one: Wrong) -> None:
    refute(one, 4)


@pytest.mark.long
def test_every_corner() -> None:
    for one in SLOW:
        refute(one, 5)


@pytest.mark.long
def test_deep_corners() -> None:
    for one in DEEPEST:
        refute(one, 0)


@pytest.mark.slow
def test_a_failure_that_is_far_away_is_not_called_the_smallest(monkeypatch: pytest.MonkeyPatch) -> None:
    # no first look at small ones, and no time to go back to them
    monkeypatch.setattr("hessproof.proofs_check.conjectures.search.PLAN", (("directed", 1.0),))
    monkeypatch.setattr("hessproof.proofs_check.conjectures.search.PROMPT", 0.0)
    monkeypatch.setattr("hessproof.proofs_check.conjectures.search.PROMPT_SHARE", 0.0)

    @conjecture(rank_of="outer")
    def wrong_far_away(a: Any) -> int:
        return right(a, "outer") + (a.parameters > 24 and a.layers == 2)

    result = examine(wrong_far_away, seconds=LONG)
    found = result.counterexample
    assert found is not None
    assert found.parameters > 24
    assert not found.minimal
    assert result.exhaustive_up_to is None
    assert found.confirmed_by is not None


def test_the_corners_are_of_every_regime() -> None:
    words = " ".join(CORNERS)
    assert all(
        word in words for word in ("r =", "s =", "N ", "L =", "bottleneck", "r~", "s~", "E[d]", "K = 1", "d = 1")
    )
    assert {one.bias for one in TABLE} == {True, False}
    assert {one.part for one in TABLE} == {"loss", "outer", "functional"}
    assert {one.relation for one in TABLE} == {"==", "<=", ">="}


@pytest.mark.parametrize("part", ["loss", "outer", "functional"])
@pytest.mark.parametrize("bias", [False, True, None])
def test_right_formulas_survive(part: str, bias: bool | None) -> None:
    made = conjecture(rank_of=part, bias=bias)(lambda a: right(a, part))
    result = examine(made, max_parameters=5)
    assert result.verdict == "survives"
    assert result.complete
    assert result.exhaustive_up_to == 5
    assert result.counterexample is None


@pytest.mark.long
def test_mutants_of_a_right_formula_are_refuted() -> None:
    survivors = set()
    for mutant in FORMULAS["loss_generic"].mutants():

        def value(a: Any, formula: RankFormula = mutant) -> int:
            return max(0, formula.evaluate(a.architecture, a.data_rank, a.residual_rank))

        if examine(conjecture(rank_of="loss")(value), max_parameters=9).verdict == "survives":
            survivors.add(mutant.mutation)
    assert survivors == EQUAL
