r"""Negative eigenvalues of JJ⊤ + H_1 where the ranks leave room for both: those of H_1, for every size.

With ReLU H_1 is a direct sum over the n hidden units of blocks [[0, B], [B⊤, 0]], B = EX⊤ with a column for each active
sample, k = m/2 of them: H_1 = UDU⊤ with U of 2nk columns and D = I_n ⊗ S, S = [[0, I_k], [I_k, 0]]. H_0 = JJ⊤ has 2nk
columns too, N/τ of N = 2n², as τ = n/k. If τ ≥ 2, all columns together are at most N, and in general position they are
linearly independent: [J U] is part of an invertible matrix, and H is congruent to diag(I, D, 0).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

import flint
import numpy as np
import sympy as sp
from sympy.matrices.expressions.kronecker import KroneckerProduct

from hessproof.symbolic.derivation import Backwards, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.free_probability import rational
from hessproof.symbolic.free_probability.symbols import TAU
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Array, Valuation
from hessproof.symbolic.valuation import evaluate as valued

UNITS, ACTIVE = sp.symbols("n k", integer=True, positive=True)
"""Hidden units, and active samples of each."""
SPARE = sp.Symbol("r", integer=True, nonnegative=True)
"""n − 2k."""
SIZE = sp.Symbol("N", integer=True, positive=True)
ROWS, COLUMNS = 2 * UNITS**2, 2 * UNITS * ACTIVE
J, U = sp.MatrixSymbol("J", ROWS, COLUMNS), sp.MatrixSymbol("U", ROWS, COLUMNS)
SWAP = sp.MatrixSymbol("S", 2 * ACTIVE, 2 * ACTIVE)
"""[[0, I_k], [I_k, 0]]."""
MIDDLE = KroneckerProduct(sp.Identity(UNITS), SWAP)
ROOM = {UNITS: 2 * ACTIVE + SPARE}
"""τ = n/k ≥ 2."""


class Index(sp.Expr):  # type: ignore[misc]
    """How many eigenvalues of a symmetric matrix are negative."""

    is_commutative = True
    opaque = True

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return rf"\nu_-\left({printer._print(self.args[0])}\right)"


def negative_eigenvalues(matrix: Array) -> int:
    """Sign changes of det(−xI − A): all roots are real, so that Descartes' rule is exact.

    Args:
        matrix: A symmetric matrix of integers.

    Raises:
        ValueError: If it is not symmetric.

    Example:
        >>> negative_eigenvalues(np.array([[0, 1], [1, 0]], dtype=object))
        1
    """
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or bool((matrix != matrix.T).any()):
        raise ValueError("not symmetric")
    found = flint.fmpz_mat([[int(entry) for entry in row] for row in matrix]).charpoly().coeffs()
    signs = [(int(c) > 0) == (power % 2 == 0) for power, c in enumerate(found) if c != 0]
    return sum(one != two for one, two in pairwise(signs))


class Sylvester(Rule):
    """ν(Σ W_i F_i W_i⊤) = Σ ν(F_i), where all columns of the W_i together are linearly independent."""

    name = "Sylvester's law of inertia"
    statement = r"\nu_-([J\,U] \operatorname{diag}(I, D) [J\,U]^\top) = \nu_-(I) + \nu_-(D), \quad \nu_-(I) = 0"
    assumptions = ("[J U] has full column rank",)

    def apply(self, expression: Any, ordering: Any) -> Any:
        """The index of what stands in the middle; all columns together must fit for every n ≥ 2k."""
        if not isinstance(expression, Index) or not isinstance(expression.args[0], sp.MatAdd):
            raise RuleFailure(f"{expression} is no index of a sum")
        total, outer, spare = sp.S.Zero, set[Any](), expression.args[0].shape[0]
        for term in expression.args[0].args:
            factors: tuple[Any, ...] = term.args if isinstance(term, sp.MatMul) else ()
            if len(factors) not in (2, 3) or factors[-1] != factors[0].T or not isinstance(factors[0], sp.MatrixSymbol):
                raise RuleFailure(f"{term} is no congruence")
            outer.add(factors[0])
            spare -= factors[0].shape[1]
            total += Index(factors[1]) if len(factors) == 3 else 0
        room = sp.Poly(sp.expand(sp.sympify(spare).xreplace(ROOM)), ACTIVE, SPARE)
        if len(outer) != len(expression.args[0].args) or any(c < 0 for c in room.coeffs()):
            raise RuleFailure("the columns cannot be linearly independent")
        return total


class Copies(Rule):
    """ν(I_n ⊗ S) = n ν(S)."""

    name = "a direct sum of equal blocks"
    statement = r"\nu_-(I_n \otimes S) = n\, \nu_-(S)"

    def apply(self, expression: Any, ordering: Any) -> Any:
        """n times the index of one block."""
        inner = expression.args[0] if isinstance(expression, Index) else None
        if not isinstance(inner, KroneckerProduct) or not isinstance(inner.args[0], sp.Identity):
            raise RuleFailure(f"{expression} is no index of equal blocks")
        return inner.args[0].shape[0] * Index(inner.args[1])


class Balanced(Rule):
    """S² = I and tr S = 0: as many eigenvalues −1 as 1."""

    name = "S² = I, tr S = 0"
    statement = r"S = \begin{pmatrix} 0 & I_k \\ I_k & 0 \end{pmatrix}: \quad \nu_-(S) = k"

    def apply(self, expression: Any, ordering: Any) -> Any:
        """k in place of the index of S."""
        changed = sp.sympify(expression).xreplace({Index(SWAP): SWAP.shape[0] / 2})
        if changed == expression:
            raise RuleFailure("no index of S occurs")
        return changed


@cache
def negative_index() -> Derivation:
    """ν(JJ⊤ + H_1) = N/(2τ) for every n and k with τ = n/k ≥ 2, in general position.

    Example:
        >>> negative_index().check(0).ok
        True
    """
    final = SIZE / (2 * TAU)
    sizes = rational.Known("sizes", {SIZE: ROWS, TAU: UNITS / ACTIVE}, r"N = 2n^2, \quad \tau = n/k")
    return Derivation(
        "negative_index", "negative eigenvalues of H_0 + H_1 with ReLU, τ ≥ 2", Ordering(),
        Index(J * J.T + U * MIDDLE * U.T),
        (
            Step(Index(MIDDLE), Sylvester()),
            Step(UNITS * Index(SWAP), Copies()),
            Step(UNITS * ACTIVE, Balanced()),
            Step(final, Backwards(sizes)),
        ),
        final, source="this project", same=_same, evaluate=_value, valuations=_drawn,
        assumptions=("τ ≥ 2", "[J U] has full column rank, as it almost surely has"),
    )  # fmt: skip


def _same(one: Any, two: Any, ordering: Any) -> bool:
    one, two = sp.sympify(one), sp.sympify(two)
    if one == two:
        return True
    if one.has(Index) or two.has(Index):
        objects = {part: sp.Dummy(positive=True) for part in one.atoms(Index) | two.atoms(Index)}
        one, two = one.xreplace(objects), two.xreplace(objects)
    return rational.same(one, two, ordering)


def _provided(symbol: sp.MatrixSymbol, shape: tuple[int, int], valuation: Valuation) -> Array | None:
    if symbol.name != SWAP.name:
        return None
    half = shape[0] // 2
    return np.roll(np.eye(2 * half, dtype=int), half, axis=0).astype(object)


def _drawn(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Sizes with τ = 2 and more; random columns of so few are independent but with a tiny probability."""
    for units, active in ((2, 1), (3, 1), (4, 2)):
        numbers = {UNITS: units, ACTIVE: active, SIZE: 2 * units**2, TAU: sp.Rational(units, active)}
        yield Valuation(numbers, seed=seed, provide=_provided)


def _value(expression: Any, valuation: Valuation) -> Any:
    """Every index counted on the matrices."""
    expression = sp.sympify(expression)
    counted = {
        part: sp.Integer(negative_eigenvalues(valued(part.args[0], valuation))) for part in expression.atoms(Index)
    }
    return rational.value(expression.xreplace(counted), valuation)
