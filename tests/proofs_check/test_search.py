"""The search finds the smallest failures that are known by hand, and none where a theorem holds."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.searches import search
from hessproof.proofs_check.searches.confirmation import ReferencePoint, confirm
from hessproof.proofs_check.searches.point import Point, points
from hessproof.proofs_check.searches.search import shrink, smallest, special_points
from hessproof.proofs_check.searches.special_weights import rectangular_identity, satisfies_a1
from hessproof.proofs_check.statements import Statement, statements
from hessproof.symbolic.architecture import Architecture

KNOWN = statements()
"""Every statement about points."""


def point(widths: tuple[int, ...], weights: list[list[list[int]]], r: int, s: int = 0) -> Point:
    """A point with Σ = diag(1, …, 1, 0, …, 0) and Ω a partial identity."""
    a = Architecture(widths)
    omega = np.zeros((a.outputs, a.inputs), dtype=np.int64)
    omega[range(s), range(s)] = 1
    case = Case(a, r, s)
    return next(points(case, [[np.array(w) for w in weights]], search.sigma_of(case), omega))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "widths", "predicted", "measured"),
    [
        ("thm3", [1, 2, 1, 2], 2, 1),
        ("cor4", [1, 2, 1, 2], 2, 1),
        ("ntk", [1, 2, 1, 2], 2, 1),
        ("thm3_chain", [1, 1, 2, 1, 1], 0, 1),
        ("thm5", [1, 1], 1, 0),
        ("cor6_equality", [1, 1], 1, 0),
        ("independence", [1, 1, 1, 1], 3, 2),
    ],
)
def test_known_failures_are_found_and_confirmed(name: str, widths: list[int], predicted: int, measured: int) -> None:
    entries = (0, 1) if len(widths) > 3 else (0, 1, -1)
    found = smallest(KNOWN[name], 6, entries=entries).counterexample
    assert found is not None
    assert (found.widths, found.predicted, found.measured) == (widths, predicted, measured)
    assert found.confirmed_by is not None
    assert f"predicted {predicted}, found {measured}" in found.confirmed_by
    assert found.reproduce.startswith(f"python -m hessproof.proofs_check.searches.search {name} ")


def test_the_counterexample_to_theorem_3_satisfies_a1_and_has_a_vanishing_product() -> None:
    found = smallest(KNOWN["thm3"], 6, entries=(0, 1)).point
    assert found is not None
    assert satisfies_a1(found.weights)
    assert found.chain_rank(2, 1) == 0


@pytest.mark.long
@pytest.mark.parametrize(
    "name",
    ["a_o_chain", "jacobian_chain", "column_flag", "outer_bound", "functional_bound", "column_bound", "loss_bound",
     "prop2_bound", "cor6", "overall"],
)  # fmt: skip
def test_theorems_have_no_counterexample(name: str) -> None:
    outcome = smallest(KNOWN[name], 3)
    assert outcome.counterexample is None
    assert outcome.exhaustive_up_to == 3
    assert outcome.held == outcome.satisfied > 0
    assert outcome.tried >= outcome.satisfied
    for architecture in (Architecture((2, 3, 1, 2)), Architecture((2, 2, 2))):
        for there in special_points(architecture):
            assert KNOWN[name].failure(there) is None or not KNOWN[name].assumption(there)


def test_the_first_point_of_the_stated_order_is_returned() -> None:
    never = Statement("never", "no parameter", lambda there: KNOWN["cor4"].failure(there) or _anything(there))
    found = smallest(never, 3, check_again=False).point
    assert found is not None
    assert (found.case.architecture.widths, found.case.data_rank, found.case.residual_rank) == ((1, 1), 0, 0)
    assert found.size == 0


def _anything(there: Point) -> object:
    return there.size


def test_a_limit_on_points_ends_the_exhaustive_range() -> None:
    assert smallest(KNOWN["outer_bound"], 3, max_points=9).exhaustive_up_to == 2
    assert smallest(KNOWN["outer_bound"], 4, seconds=0.0).exhaustive_up_to == 0


def test_entries_are_shrunk() -> None:
    big = point((1, 2, 1, 2), [[[7], [0]], [[0, -9]], [[3], [5]]], 1)
    small = shrink(big, KNOWN["cor4"])
    assert [w.tolist() for w in small.weights] == [[[1], [0]], [[0, -1]], [[0], [1]]]
    assert KNOWN["cor4"].failure(small) is not None


def test_a_point_where_the_statement_holds_is_no_counterexample() -> None:
    good = point((1, 1), [[[1]]], 1)
    assert confirm(good, KNOWN["cor4"]) is None
    with pytest.raises(ValueError, match="holds at this point"):
        search.as_counterexample(good, KNOWN["cor4"], "any")


def test_a_failure_that_the_second_route_does_not_see_is_not_confirmed() -> None:
    bad = point((1, 2, 1, 2), [[[1], [0]], [[0, 1]], [[1], [0]]], 1)
    assert confirm(bad, KNOWN["cor4"]) is not None

    def blind(there: Point) -> object:
        return None if isinstance(there, ReferencePoint) else KNOWN["cor4"].failure(there)

    assert confirm(bad, replace(KNOWN["cor4"], failure=blind)) is None  # type: ignore[arg-type]


@pytest.mark.slow
def test_both_routes_rank_every_quantity_alike() -> None:
    for there in special_points(Architecture((2, 3, 2))):
        again = ReferencePoint(there.case, there.weights, there.sigma, there.omega, there.batch, there.place)
        for name in ("outer", "functional", "loss", "a_o", "jacobian", "column:1", "column:2"):
            assert again.rank(name) == there.rank(name)


def test_special_points_contain_zero_identity_and_vanishing_products() -> None:
    found = list(special_points(Architecture((1, 2, 1))))
    assert any(not any(w.any() for w in there.weights) for there in found)
    assert any((there.weights[0] == rectangular_identity(2, 1)).all() for there in found)
    assert any(there.a1 and there.chain_rank(2, 1) == 0 for there in found)


def test_the_command_prints_the_counterexample(capsys: pytest.CaptureFixture[str]) -> None:
    assert search.main(["cor6_equality", "--max-parameters", "1"]) == 1
    shown = json.loads(capsys.readouterr().out)
    assert shown["counterexample"]["widths"] == [1, 1]
    assert search.main(["outer_bound", "--max-parameters", "1"]) == 0
    capsys.readouterr()
    assert search.main(["no_such_statement"]) == 2
    assert capsys.readouterr().err.startswith("statement 'no_such_statement': expected one of")
