"""Assumptions are decided exactly: what each is enough for, and that less is not."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from hessproof.proofs_check.assumptions import PREDICATES, narrow_products, satisfied
from hessproof.proofs_check.catalogue.assumptions import ASSUMPTIONS
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.searches.point import Point, points
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.formulas import FORMULAS

WIDTHS = ((2, 1, 2, 1), (1, 2, 1, 2), (2, 2, 2), (1, 1, 2, 1, 1), (2, 3, 1, 2), (1, 2), (2, 1, 3))


def sparse_points(widths: tuple[int, ...], count: int = 60) -> Iterator[Point]:
    """Points with many zeros, at every r and s that the widths allow."""
    architecture = Architecture(widths)
    generator = np.random.default_rng(7)
    for r in range(1, widths[0] + 1):
        sigma = np.diag([1] * r + [0] * (widths[0] - r))
        for s in range(min(r, widths[-1]) + 1):
            omega = np.eye(widths[-1], widths[0], dtype=np.int64)
            omega[s:] = 0
            weights = [
                [
                    generator.integers(-1, 2, shape) * generator.integers(0, 2, shape)
                    for shape in architecture.weight_shapes
                ]
                for _ in range(count)
            ]
            yield from points(Case(architecture, r, s), weights, sigma, omega)


def meets(names: tuple[str, ...], point: Point) -> bool:
    return satisfied(names, point.weights, point.sigma, point.omega)


def predicted(name: str, point: Point, layer: int | None = None) -> int:
    case = point.case
    return FORMULAS[name].evaluate(case.architecture, case.data_rank, case.residual_rank, layer)


@pytest.mark.parametrize("widths", WIDTHS)
def test_narrow_products_give_the_rank_of_the_outer_hessian(widths: tuple[int, ...]) -> None:
    met = [point for point in sparse_points(widths) if meets(("narrow products",), point)]
    assert met
    assert all(point.rank("outer") == predicted("outer_generic", point) for point in met)


def test_maximal_rank_of_the_factors_is_not_enough() -> None:
    at_fault = [
        point
        for point in sparse_points((2, 1, 2, 1))
        if meets(("A1",), point) and point.rank("outer") != predicted("cor4", point)
    ]
    assert at_fault
    assert not any(meets(("narrow products",), point) for point in at_fault)


@pytest.mark.parametrize("widths", [widths for widths in WIDTHS if len(widths) > 2])
def test_maximal_cyclic_products_give_the_ranks_of_the_block_columns(widths: tuple[int, ...]) -> None:
    met = [point for point in sparse_points(widths, 200) if meets(("maximal cyclic products",), point)]
    assert met
    for point in met:
        expected = [predicted("thm5", point, layer) for layer in range(1, len(widths))]
        assert point.column_ranks() == expected


def test_maximal_rank_of_the_factors_is_not_enough_for_block_columns() -> None:
    at_fault = [
        point
        for point in sparse_points((1, 2, 1, 2), 200)
        if meets(("A1",), point) and point.column_ranks()[0] != predicted("thm5", point, 1)
    ]
    assert at_fault
    assert not any(meets(("maximal cyclic products",), point) for point in at_fault)


def test_maximal_rank_is_about_the_reduced_data() -> None:
    sigma, omega = np.diag([1, 0]), np.zeros((1, 2), dtype=np.int64)
    full, blind = np.array([[1, 0]]), np.array([[0, 1]])
    assert satisfied(["A1"], [full], sigma, omega)
    assert not satisfied(["A1"], [blind], sigma, omega)
    assert satisfied(["A1"], [blind], np.eye(2, dtype=np.int64), omega)


@pytest.mark.parametrize(
    ("widths", "expected"), [((1, 1), True), ((2, 1), True), ((1, 3), True), ((2, 1, 2), True), ((1, 2, 1), True)]
)
def test_narrow_products_at_each_end(widths: tuple[int, ...], expected: bool) -> None:
    weights: list[Any] = [np.eye(rows, columns, dtype=np.int64) for columns, rows in pairwise(widths)]
    sigma = np.eye(widths[0], dtype=np.int64)
    assert narrow_products(weights, sigma, sigma) is expected


@pytest.mark.parametrize(("name", "held"), [("square", True), ("minimum", False), ("reduced data", True)])
def test_simple_predicates(name: str, held: bool) -> None:
    one = np.eye(2, dtype=np.int64)
    assert satisfied([name], [one, one], one, one) is held
    assert satisfied([name], [one, one], one, 0 * one) is (held or name == "minimum")


def test_rectangular_weights_are_not_square() -> None:
    weights = [np.ones((1, 2), dtype=np.int64), np.ones((2, 1), dtype=np.int64)]
    assert not satisfied(["square"], weights, np.eye(2, dtype=np.int64), np.eye(2, dtype=np.int64))


def test_what_cannot_be_decided_is_refused() -> None:
    one = np.eye(1, dtype=np.int64)
    assert set(PREDICATES) < set(ASSUMPTIONS)
    with pytest.raises(UnusableRequest, match="one about weights and moments"):
        satisfied(["A2"], [one], one, one)
    with pytest.raises(UnusableRequest, match="the name of an assumption"):
        satisfied(["A9"], [one], one, one)
