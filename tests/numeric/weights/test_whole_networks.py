"""Integer networks that share their ranks with float ones: outputs are multiplied by one number, and nothing rounds."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hessproof.numeric.integers import integers
from hessproof.numeric.weights.whole import WholeNetwork, whole_network
from hessproof.symbolic.errors import UnusableRequest


def outputs(weights: Any, inputs: Any, bias: bool, above: int = 1, below: int = 0) -> list[list[Fraction]]:
    """F at each sample, in fractions; slopes above and below zero."""
    found = []
    for row in inputs:
        values = [Fraction(entry) for entry in row]
        for place, weight in enumerate(weights):
            values = [*values, Fraction(1)] if bias else values
            values = [sum((Fraction(w) * v for w, v in zip(line, values, strict=True)), Fraction(0)) for line in weight]
            if place + 1 < len(weights):
                values = [value * (above if value > 0 else below) for value in values]
        found.append(values)
    return found


def multiplied(made: WholeNetwork, parameters: Any, inputs: Any, unit: int, bias: bool, below: int) -> bool:
    """Whether the outputs of the integer network are `scale` times those of the float one."""
    exact = [[Fraction(int(entry), unit) for entry in row] for row in inputs]
    floats = [[[Fraction(float(entry)) for entry in row] for row in matrix] for matrix in parameters]
    wanted = outputs(floats, exact, bias, 1, below)
    found = outputs(made.weights, made.inputs, bias, 1, below)
    return found == [[made.scale * value for value in row] for row in wanted]


@pytest.mark.long
@settings(max_examples=100, deadline=None)
@given(
    widths=st.lists(st.integers(1, 3), min_size=2, max_size=4),
    bias=st.booleans(),
    below=st.sampled_from([0, 1]),
    units=st.tuples(st.sampled_from([1, 3, 16, 255]), st.sampled_from([1, 6, 1024])),
    data=st.data(),
)
def test_outputs_and_targets_are_multiplied_by_one_number(
    widths: list[int], bias: bool, below: int, units: tuple[int, int], data: st.DataObject
) -> None:
    numbers = st.floats(-1e3, 1e3, width=32) | st.floats(allow_nan=False, allow_infinity=False, max_value=1e30)
    parameters = [
        np.asarray(data.draw(st.lists(numbers, min_size=rows * columns, max_size=rows * columns))).reshape(
            rows, columns
        )
        for rows, columns in ((after, before + bias) for before, after in pairwise(widths))
    ]
    whole = st.integers(-300, 300)
    inputs = integers([data.draw(st.lists(whole, min_size=widths[0], max_size=widths[0])) for _ in range(2)])
    targets = integers([data.draw(st.lists(whole, min_size=widths[-1], max_size=widths[-1])) for _ in range(2)])
    made = whole_network(parameters, bias, inputs, targets, *units)
    assert multiplied(made, parameters, inputs, units[0], bias, below)
    assert all(factor > 0 for factor in made.factors)
    assert all(type(entry) is int for weight in made.weights for entry in weight.flat)
    for row, given_row in zip(made.targets, targets, strict=True):
        assert [Fraction(int(y)) for y in row] == [Fraction(int(y) * made.scale, units[1]) for y in given_row]


def test_another_factor_on_a_bias_is_noticed() -> None:
    parameters = [np.asarray([[0.5, 0.25]]), np.asarray([[2.0, 0.125]])]
    inputs = integers([[3]])
    made = whole_network(parameters, True, inputs, integers([[1]]), 2)
    assert multiplied(made, parameters, inputs, 2, True, 0)
    made.weights[0][0, 1] *= 2
    assert not multiplied(made, parameters, inputs, 2, True, 0)


def test_a_number_that_is_not_finite_is_refused() -> None:
    with pytest.raises(UnusableRequest, match="not finite"):
        whole_network([np.asarray([[np.nan]])], False, integers([[1]]), integers([[1]]))
