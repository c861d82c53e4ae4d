"""Networks whose norms are rational: what a bound is told, all small ones, and the shapes at which bounds are met."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import isqrt, lcm
from typing import Any

import numpy as np

from hessproof.numeric.integers import integers, rational_rank
from hessproof.numeric.norms.exact import compare_squared_norm
from hessproof.proofs_check.conjectures.description import Description
from hessproof.symbolic.architecture import Architecture

Row = tuple[Fraction, ...]
Matrix = tuple[Row, ...]
ZERO, ONE = Fraction(0), Fraction(1)
ORDER = (
    "p, then L, then widths, then no bias before bias, then N, then the largest numerator or denominator, then the "
    "number of entries that are not zero, then the sum of their sizes; up to 4 weights and data from {0, ±1, ±1/2, "
    "±2}, up to 9 from {0, ±1}, up to 14 from {0, 1}"
)


@dataclass(frozen=True)
class NormDescription(Description):
    """What a norm bound is told: the sizes and ranks of `Description`, and norms, all exact fractions.

    Args:
        weight_norms: ‖W^1‖, …, ‖W^L‖, spectral norms.
        bias_norms: ‖b^1‖, …, ‖b^L‖; zeros without bias.
        input_norms: ‖x_n‖ of every sample.
        residual_norms: ‖δ_n‖ of every sample, δ = F − y for mse, tanh(F − y) for cosh; empty under cross-entropy, where
            it is irrational and below √2.
        largest_entries: max |w_ij| of each W^l.

    Example:
        >>> two = (Fraction(2),)
        >>> a = NormDescription((1, 1), 1, 1, 1, 1, 1, 1, (), weight_norms=two, bias_norms=(ZERO,),
        ...                     input_norms=(Fraction(1, 2),), largest_entries=two)
        >>> a.weight_norm, a.input_norm, a.largest_entry
        (Fraction(2, 1), Fraction(1, 2), Fraction(2, 1))
    """

    weight_norms: Row = ()
    bias_norms: Row = ()
    input_norms: Row = ()
    residual_norms: Row = ()
    largest_entries: Row = ()

    @property
    def weight_norm(self) -> Fraction:
        """M_W = max ‖W^l‖."""
        return max(self.weight_norms)

    @property
    def input_norm(self) -> Fraction:
        """M_x = max ‖x_n‖."""
        return max(self.input_norms)

    @property
    def residual_norm(self) -> Fraction:
        """max ‖δ_n‖; under cross-entropy there is none."""
        if not self.residual_norms:
            raise AttributeError("residual_norm: under cross-entropy ‖δ‖ is irrational; it is below the root of 2")
        return max(self.residual_norms)

    @property
    def largest_entry(self) -> Fraction:
        """max |w_ij| over all layers."""
        return max(self.largest_entries)

    def __str__(self) -> str:
        shown = ["-".join(map(str, self.widths)) + (" with bias" if self.bias else "")]
        shown += [name for name in (self.activation, self.loss) if name not in ("linear", "mse")]
        shown.append("‖W‖ = " + ", ".join(map(str, self.weight_norms)))
        if self.bias:
            shown.append("‖b‖ = " + ", ".join(map(str, self.bias_norms)))
        shown.append("‖x‖ = " + ", ".join(map(str, self.input_norms)))
        if self.residual_norms:
            shown.append("‖δ‖ = " + ", ".join(map(str, self.residual_norms)))
        return "; ".join(shown)


@dataclass(frozen=True, slots=True)
class NormCase:
    """One network with its samples.

    Args:
        widths: (M_0, …, M_L).
        bias: Whether the weights have a last column of biases.
        weights: [W^l b^l] as rows.
        inputs: x_n as rows.
        given: Labels under cross-entropy, else δ_n as rows.
    """

    widths: tuple[int, ...]
    bias: bool
    weights: tuple[Matrix, ...]
    inputs: Matrix
    given: tuple[Any, ...]

    def architecture(self, activation: str, loss: str) -> Architecture:
        """Its architecture."""
        return Architecture(self.widths, self.bias, activation, loss)

    def key(self) -> tuple[Any, ...]:
        """Where it stands in the stated order."""
        entries = [*_flat(self.weights), *(x for row in self.inputs for x in row)]
        entries += [Fraction(x) for row in self.given for x in (row if isinstance(row, tuple) else (row,))]
        p = Architecture(self.widths, self.bias).parameters
        sizes = max(map(height, entries)), sum(x != 0 for x in entries), sum(map(abs, entries))
        order = tuple((abs(x), x < 0) for x in entries)
        return p, len(self.widths), self.widths, self.bias, len(self.inputs), *sizes, order


def height(value: Fraction) -> int:
    """The larger of numerator and denominator; 0 for zero."""
    return max(abs(value.numerator), value.denominator) if value else 0


@lru_cache(maxsize=100_000)
def rational_norm(matrix: Matrix) -> Fraction | None:
    """‖W‖ if it is rational, exactly.

    ‖DW‖² is an algebraic integer for a common denominator D, so that ‖DW‖ is whole if it is rational.

    Example:
        >>> rational_norm(((ONE, ONE), (ONE, ONE))), rational_norm(((ONE, ONE),))
        (Fraction(2, 1), None)
    """
    common = lcm(*(entry.denominator for row in matrix for entry in row))
    whole = [[int(entry * common) for entry in row] for row in matrix]
    if len(whole) == 1 or len(whole[0]) == 1:
        square = sum(entry * entry for row in whole for entry in row)
        root = isqrt(square)
        return Fraction(root, common) if root * root == square else None
    guess = float(np.linalg.norm(np.asarray(whole, dtype=float), 2))
    root = round(guess)
    near = abs(guess - root) <= 1e-9 * (1 + guess)  # whatever is not even near a whole number is none
    return Fraction(root, common) if near and compare_squared_norm(whole, root * root) == 0 else None


def norms(matrix: Matrix, bias: bool) -> tuple[Fraction, Fraction] | None:
    """‖W‖ and ‖b‖ if both are rational."""
    plain = tuple(row[:-1] for row in matrix) if bias else matrix
    first = rational_norm(plain)
    second = rational_norm((tuple(row[-1] for row in matrix),)) if bias else ZERO
    return None if first is None or second is None else (first, second)


def described(case: NormCase, activation: str, loss: str, active: tuple[int, ...]) -> NormDescription:
    """A network in the words of a bound."""
    layers = [norms(matrix, case.bias) for matrix in case.weights]
    inputs = _whole(case.inputs)
    wide = np.hstack([inputs, np.ones((len(inputs), 1), dtype=int).astype(object)])
    r, wide_r = rational_rank(inputs), rational_rank(wide)
    if loss == "cross-entropy":
        several = case.widths[-1] > 1
        s, wide_s, mean = int(several and r > 0), int(several), int(several)
        lengths: list[Fraction | None] = []
    else:
        deltas = _whole(case.given)
        s, wide_s = rational_rank(deltas.T @ inputs), rational_rank(deltas.T @ wide)
        mean = int(bool(deltas.sum(axis=0).any()))
        lengths = [rational_norm((row,)) for row in case.given]
    entries = [[abs(x) for row in matrix for x in (row[:-1] if case.bias else row)] for matrix in case.weights]
    return NormDescription(
        case.widths,
        r,
        wide_r,
        s,
        wide_s,
        mean,
        len(case.inputs),
        active,
        case.bias,
        activation,
        loss,
        weight_norms=tuple(pair[0] for pair in layers if pair is not None),
        bias_norms=tuple(pair[1] for pair in layers if pair is not None),
        input_norms=tuple(norm for norm in (rational_norm((row,)) for row in case.inputs) if norm is not None),
        residual_norms=tuple(norm for norm in lengths if norm is not None),
        largest_entries=tuple(map(max, entries)),
    )


def _whole(rows: Iterable[Row]) -> Any:
    """Rows times their common denominator: the ranks are the same."""
    rows = list(rows)
    common = lcm(*(x.denominator for row in rows for x in row))
    return integers([[int(x * common) for x in row] for row in rows])


def rational(case: NormCase, loss: str) -> bool:
    """Whether all norms that a bound is told are rational."""
    vectors = [*case.inputs, *(case.given if loss != "cross-entropy" else ())]
    return all(norms(matrix, case.bias) is not None for matrix in case.weights) and all(
        rational_norm((row,)) is not None for row in vectors
    )


def _flat(weights: tuple[Matrix, ...]) -> list[Fraction]:
    return [entry for matrix in weights for row in matrix for entry in row]
