"""Ranks for weights of prescribed ranks: closed formulas, blocks, and the formulas for maximal ranks."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.deficient.blocks import block_rank
from hessproof.symbolic.deficient.formula import Quantity, Ranks, evaluate, expression, narrowest
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.formulas import FORMULAS

QUANTITIES: tuple[Quantity, ...] = ("outer", "functional", "loss")
GENERIC: dict[Quantity, str] = {
    "outer": "outer_generic", "functional": "functional_generic", "loss": "loss_generic"
}  # fmt: skip


@st.composite
def networks(draw: st.DrawFn, *, maximal: bool = False) -> Ranks:
    """Two to five layers, widths to seven, every rank of weights and residual."""
    widths = tuple(draw(st.lists(st.integers(1, 7), min_size=3, max_size=6)))
    most = [min(pair) for pair in pairwise(widths)]
    weights = tuple(most) if maximal else tuple(draw(st.integers(0, each)) for each in most)
    return Ranks(widths, weights, draw(st.integers(0, min(widths[0], widths[-1]))))


@pytest.mark.parametrize("quantity", QUANTITIES)
@settings(max_examples=25, deadline=None)
@given(found=networks())
def test_closed_formulas_are_sums_over_blocks(quantity: Quantity, found: Ranks) -> None:
    rank = block_rank(found, quantity)
    for chosen in narrowest(found):
        assert evaluate(expression(quantity), found, chosen) == rank


@pytest.mark.parametrize("quantity", QUANTITIES)
@settings(max_examples=25, deadline=None)
@given(found=networks(maximal=True))
def test_maximal_ranks_give_the_generic_formulas(quantity: Quantity, found: Ranks) -> None:
    known = FORMULAS[GENERIC[quantity]].evaluate(Architecture(found.widths), found.widths[0], found.residual)
    assert evaluate(expression(quantity), found) == known


@settings(max_examples=25, deadline=None)
@given(found=networks(), data=st.data())
def test_no_rank_grows_where_a_weight_loses_rank(found: Ranks, data: st.DataObject) -> None:
    layer = data.draw(st.integers(0, found.layers - 1))
    lower = tuple(max(0, rank - (place == layer)) for place, rank in enumerate(found.weights))
    for quantity in QUANTITIES:
        smaller = evaluate(expression(quantity), Ranks(found.widths, lower, found.residual))
        assert smaller <= evaluate(expression(quantity), found)


def test_generator_meets_ties_zero_weights_and_large_residuals() -> None:
    met = set()

    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(found=networks())
    def look(found: Ranks) -> None:
        met.update(
            name for name, seen in (
                ("tie", len(narrowest(found)) > 1), ("zero", 0 in found.weights),
                ("past", found.residual > min(found.weights)), ("deep", found.layers >= 4),
                ("end", narrowest(found)[0][0] in (1, found.layers)),
                ("inside", 1 < narrowest(found)[0][0] < found.layers),
            ) if seen
        )  # fmt: skip

    look()
    assert met == {"tie", "zero", "past", "deep", "end", "inside"}


def test_zero_weights() -> None:
    assert evaluate(expression("loss"), Ranks((3, 5, 4), (0, 0), 2)) == 2 * 2 * 5
    assert evaluate(expression("loss"), Ranks((3, 5, 5, 4), (0, 0, 0), 2)) == 0


def test_one_zero_layer_before_a_full_one_leaves_the_residual_twice_the_width() -> None:
    assert block_rank(Ranks((3, 3, 3), (0, 3), 3), "loss") == 18


def test_there_is_no_formula_for_the_kernel_of_the_outer_part() -> None:
    with pytest.raises(UnusableRequest, match="rank its blocks"):
        expression("inside")
    assert block_rank(Ranks((1, 1, 1), (1, 1), 1), "inside") == 1
