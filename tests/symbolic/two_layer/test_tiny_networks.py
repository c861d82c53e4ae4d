"""Tiny networks in symbols: the routes of the split agree, and their values are those of exact networks."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from hessproof.numeric.two_layer.exact import exact_parts
from hessproof.symbolic.two_layer.polynomials import CUBIC, LINEAR, SHAPES, TinyNet, gate_patterns


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_split_and_blocks_for_every_number(shape: tuple[int, int, int, int]) -> None:
    for kind in (LINEAR, CUBIC, *gate_patterns(shape[1], shape[3])[:3]):
        net = TinyNet(shape, kind)
        assert net.hessian() == net.sum(net.outer(), net.from_blocks())


def test_the_polynomials_have_the_values_of_the_exact_network() -> None:
    net, rng = TinyNet((2, 2, 2, 1), LINEAR), np.random.default_rng(0)
    grids = [rng.integers(-3, 4, shape) for shape in ((2, 2), (2, 2), (1, 2), (1, 2))]
    numbers = [int(entry) for grid in grids for entry in grid.flat] + [0, 0, 0]
    outer, functional = exact_parts(*grids)
    for symbols, exact in ((net.outer(), outer), (net.functional(), functional)):
        values = [[entry.evaluate(list(zip(net.ring.gens, numbers, strict=True))) for entry in row] for row in symbols]
        assert [[sp.Rational(each.numerator, each.denominator) for each in row] for row in exact] == values
