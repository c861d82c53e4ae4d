"""The decorator, the readers, what an evaluator notices, and statements about every parameter."""

from __future__ import annotations

import copy
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy

from hessproof.proofs_check import conjecture, examine
from hessproof.proofs_check.conjectures.description import Description
from hessproof.proofs_check.conjectures.evaluator import Direct
from hessproof.proofs_check.conjectures.reading import BadValue, read_rank, shown
from hessproof.symbolic.errors import UnusableRequest

ONE = Description((3, 2, 2), 3, 4, 2, 2, 1, samples=4, active=(2,))


def test_a_description_has_every_name_of_the_interface() -> None:
    assert (ONE.widths, ONE.inputs, ONE.outputs, ONE.hidden, ONE.layers) == ((3, 2, 2), 3, 2, (2,), 2)
    assert (ONE.data_rank, ONE.augmented_data_rank, ONE.residual_rank, ONE.augmented_residual_rank) == (3, 4, 2, 2)
    assert (ONE.samples, ONE.active, ONE.parameters, ONE.bias) == (4, (2,), 10, False)
    assert (ONE.activation, ONE.loss, ONE.residual_mean) == ("linear", "mse", 1)
    assert Description((3, 2, 2), 3, 4, 2, 2, 1, 4, (2,), bias=True).parameters == 14
    assert "active = (1,)" in str(Description((3, 2, 2), 3, 4, 2, 2, 1, 4, (1,), activation="relu"))


def test_a_conjecture_stays_a_function() -> None:
    @conjecture(rank_of="outer", relation="<=", where=lambda a: a.layers > 1)
    def bound(a: Any) -> int:
        """At most Kr."""
        return int(a.outputs * a.data_rank)

    assert bound(ONE) == 6
    assert bound.__name__ == "bound"
    assert bound.__doc__ == "At most Kr."
    assert str(bound.statement).startswith("rk H_o <= bound, for almost all parameters of linear networks without bias")
    assert "where=" in repr(bound)


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({}, "one of the two"),
        ({"rank_of": "loss", "bound_on": "hessian_norm"}, "one of the two"),
        ({"rank_of": "los"}, "did you mean loss"),
        ({"bound_on": 3}, "expected one of gauss_newton_norm"),
        ({"rank_of": "loss", "relation": "="}, "relation '='"),
        ({"rank_of": "loss", "quantifier": "all"}, "quantifier 'all'"),
        ({"rank_of": "loss", "bias": "yes"}, "None for both"),
        ({"rank_of": "loss", "loss": "mae"}, "loss 'mae'"),
        ({"rank_of": "loss", "activation": "rilu"}, "did you mean silu or relu"),
        ({"rank_of": "loss", "where": 1}, "a function of the description"),
    ],
)
def test_arguments_that_are_no_use(options: dict[str, Any], what: str) -> None:
    with pytest.raises(UnusableRequest, match=what.replace("(", r"\(")):
        conjecture(**options)


def test_only_functions_can_be_decorated() -> None:
    with pytest.raises(UnusableRequest, match="a function"):
        conjecture(rank_of="loss")(3)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [0, 7, np.int64(7), np.uint8(7), sympy.Integer(7), 10**40])
def test_whole_numbers_are_read(value: object) -> None:
    assert read_rank(value) == int(value)  # type: ignore[call-overload]


class Odd:
    def __index__(self) -> int:
        raise RuntimeError

    def __repr__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    "value",
    [None, True, np.bool_(True), 2.0, np.float64(2), float("nan"), sympy.Rational(1, 2), sympy.Symbol("x"), sympy.true,
     Fraction(2), "2", -1, np.int64(-3), [1], Odd(), sympy.Float(2), 2 + 0j],
)  # fmt: skip
def test_what_is_no_rank_is_refused(value: object) -> None:
    with pytest.raises(BadValue):
        read_rank(value)
    assert len(shown(value)) <= 60


def reads(function: Callable[[Any], int]) -> frozenset[str]:
    return Direct(conjecture(rank_of="loss")(function), read_rank).ask([ONE])[0].read


def test_what_a_formula_reads_is_noticed() -> None:
    assert "samples" not in reads(lambda a: a.parameters + a.data_rank)
    assert "samples" in reads(lambda a: a.samples)
    assert "samples" in reads(lambda a: len(vars(a)))
    assert "samples" in reads(lambda a: len(str(a)))
    assert "samples" in reads(lambda a: int(copy.copy(a).samples))
    assert "samples" in reads(lambda a: int(copy.deepcopy(a).samples))
    assert "samples" in reads(lambda a: int(getattr(a, "samp" + "les")))


def test_a_formula_of_the_number_of_samples_is_refuted_where_that_is_wrong() -> None:
    @conjecture(rank_of="outer", relation="<=", where=lambda a: a.layers == 1)
    def through_samples(a: Any) -> int:
        return int(min(a.samples, a.data_rank) * a.outputs - (a.samples == 5 and a.data_rank == 2))

    found = examine(through_samples).counterexample
    assert found is not None
    assert (found.samples, found.data_rank, found.minimal) == (5, 2, True)
    assert (len(found.inputs), len(found.targets)) == (5, 5)


def test_bias_none_is_about_both() -> None:
    @conjecture(rank_of="outer", bias=None)
    def without_only(a: Any) -> int:
        q = min(a.data_rank, *a.hidden, a.outputs)
        return int(q * (a.data_rank + a.outputs - q))

    found = examine(without_only).counterexample
    assert found is not None
    assert (found.widths, found.bias, found.minimal) == ([1, 1], True, True)


def test_for_every_parameter_special_points_count() -> None:
    @conjecture(rank_of="outer", relation=">=", quantifier="every", bias=None)
    def never_zero(a: Any) -> int:
        return int(a.data_rank > 0)

    result = examine(never_zero)
    found = result.counterexample
    assert found is not None
    assert (found.widths, found.predicted, found.measured) == ([1, 1, 1], 1, 0)
    assert all(entry == "0" for weight in found.weights for row in weight for entry in row)
    assert found.minimal
    assert found.confirmed_by is not None
    assert found.certificate is not None
    assert found.certificate.kind == "instance"
    assert "then the parameters" in found.order


def test_an_upper_bound_for_every_parameter_is_one_for_almost_all() -> None:
    @conjecture(rank_of="outer", relation="<=", quantifier="every")
    def bound(a: Any) -> int:
        return int(a.data_rank * a.outputs)

    assert examine(bound, max_parameters=6).verdict == "survives"


def test_where_can_leave_everything_out() -> None:
    @conjecture(rank_of="loss", where=lambda a: False)
    def nothing(a: Any) -> int:
        return 0

    with pytest.raises(UnusableRequest, match="a domain that is not empty"):
        examine(nothing, max_parameters=3)


def test_the_same_search_finds_the_same() -> None:
    @conjecture(rank_of="loss", relation=">=")
    def too_many(a: Any) -> int:
        return int(a.parameters)

    first, second = examine(too_many), examine(too_many)
    assert first.counterexample == second.counterexample
    assert first.counterexample is not None
    assert (first.counterexample.widths, first.counterexample.data_rank) == ([1, 1], 0)
