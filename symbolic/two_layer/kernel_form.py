r"""The index that a network without activation has at every energy: the form −tr(MK²) on the kernel of H_0.

Along (U, V) = (KW¹, −W²K) the outputs do not change to first order, so that half of the Hessian's form is
⟨B, VU⟩ = −tr(B^⊤W²K²W¹) = −tr(MK²) with M = W¹B^⊤W². Similar M give congruent forms, K ↦ SKS^{-1}, and the form is
degenerate exactly if two eigenvalues of M add up to 0. Its signature does not change on the way from M to its real
Jordan form without the entries above the diagonal blocks, which similar matrices come arbitrarily near; there the
blocks are (μ), or (a, b; −b, a) for a pair a ± ib, and

* two different blocks of d and d′ rows meet in K_{pq} and K_{qp} only, bilinearly: dd′ eigenvalues of each sign;
* a block (μ) gives −μk²;
* a block (a, b; −b, a) gives, in the coordinates below, −(a/2)(v² + t²) − (a/2)(u + (b/a)w)² + ((a² + b²)/(2a))w².

Together that is n(n − 1)/2 + #{Re μ > 0} negative eigenvalues.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Rule, Step
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.valuation import Valuation

W1, W2, CHANGE, FIRST_CHANGE, SECOND_CHANGE = sp.symbols("W1 W2 K U V", commutative=False)
A, B = sp.symbols("a b", real=True)
ENTRIES = sp.symbols("p q r s", real=True)
U, V, W, T = sp.symbols("u v w t", real=True)
FIRST, SECOND = sp.symbols("mu_1 mu_2", real=True)
X, Y = sp.symbols("x y", real=True)
ONES, PAIRS, RIGHT_ONES, RIGHT_PAIRS = sp.symbols("n_1 n_2 r_1 r_2", integer=True, nonnegative=True)
"""Real eigenvalues and pairs of complex ones, and how many of each have a positive real part."""


class Coordinates(Rule):
    """An invertible linear change of coordinates.

    Args:
        old: Letters that are replaced.
        new: What each of them is.
        letters: The new letters, as many as old ones.
    """

    name = "other coordinates"

    def __init__(self, old: tuple[sp.Symbol, ...], new: tuple[sp.Expr, ...], letters: tuple[sp.Symbol, ...]) -> None:
        self.old, self.new, self.letters = old, new, letters
        self.statement = ",\\ ".join(f"{sp.latex(one)} = {sp.latex(two)}" for one, two in zip(old, new, strict=True))

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put them in, after seeing that the change can be undone."""
        change = sp.Matrix(self.new).jacobian(sp.Matrix(self.letters))
        if not change.is_square or change.det() == 0:
            raise RuleFailure(f"{self.statement} cannot be undone")
        return sp.expand(expression.subs(dict(zip(self.old, self.new, strict=True)), simultaneous=True))


class Along(Rule):
    """U = KW¹ and V = −W²K."""

    name = "along (KW¹, −W²K)"
    statement = r"U = K W^1,\ V = -W^2 K"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put both in and multiply out, keeping the order of factors."""
        return sp.expand(expression.subs({FIRST_CHANGE: CHANGE * W1, SECOND_CHANGE: -W2 * CHANGE}, simultaneous=True))


class Square(Rule):
    """αu² + βuw = α(u + (β/2α)w)² − (β²/4α)w²."""

    name = "completed square"
    statement = r"\alpha u^2 + \beta uw = \alpha (u + \tfrac{\beta}{2\alpha} w)^2 - \tfrac{\beta^2}{4\alpha} w^2"
    assumptions = ("the coefficient of u² is not zero",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Complete the square of u."""
        whole = sp.Poly(expression, U)
        square, linear = whole.coeff_monomial(U**2), whole.coeff_monomial(U)
        if square == 0 or whole.degree() != 2:
            raise RuleFailure(f"{expression} is no quadratic polynomial in u")
        rest = whole.coeff_monomial(1) - linear**2 / (4 * square)
        return square * (U + linear / (2 * square)) ** 2 + sp.expand(rest)


def same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two expressions are equal as rational functions, of matrices as polynomials."""
    difference = sp.expand(one - two)
    if difference == 0:
        return True
    if any(not symbol.is_commutative for symbol in difference.free_symbols):
        return False
    return bool(sp.cancel(sp.together(difference)) == 0)


def _derived(name: str, title: str, start: Any, steps: list[tuple[Any, Rule]], remarks: tuple[str, ...]) -> Derivation:
    lines = tuple(Step(line, rule) for line, rule in steps)
    return Derivation(name, title, Ordering(), start, lines, lines[-1].expression, source="this project", same=same,
                      valuations=_numbers, remarks=remarks)  # fmt: skip


def _numbers(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Rational numbers for every letter, old coordinates from new ones; matrices of one row for W¹, W² and K."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for _ in range(4):
        numbers: dict[Any, Any] = {
            symbol: sp.Rational(stream.randint(1, 9), stream.randint(1, 5)) for symbol in (A, B, U, V, W, T, X, Y)
        }
        numbers |= {symbol: sp.Integer(stream.randint(1, 9)) for symbol in (FIRST, SECOND, W1, W2, CHANGE)}
        numbers |= {symbol: sp.Integer(stream.randint(0, 4)) for symbol in (ONES, PAIRS, RIGHT_ONES, RIGHT_PAIRS)}
        numbers |= {FIRST_CHANGE: numbers[CHANGE] * numbers[W1], SECOND_CHANGE: -numbers[W2] * numbers[CHANGE]}
        u, v, w, t = (numbers[symbol] for symbol in (U, V, W, T))
        numbers |= dict(zip(ENTRIES, ((u + v) / 2, (t - w) / 2, (t + w) / 2, (u - v) / 2), strict=True))
        yield Valuation(numbers)


@cache
def kernel() -> Derivation:
    """W²U + VW¹ = 0 along (KW¹, −W²K): no output changes, and H_0 vanishes there.

    Example:
        >>> kernel().check(0).ok
        True
    """
    return _derived(
        "linear_index_kernel", "directions that change no output", W2 * FIRST_CHANGE + SECOND_CHANGE * W1,
        [(sp.S.Zero, Along())],
        ("K ↦ (KW¹, −W²K) is injective where W¹ is invertible: n² dimensions",),
    )  # fmt: skip


@cache
def along() -> Derivation:
    """VU = −W²K²W¹ along the same directions, so that ⟨B, VU⟩ = −tr(W¹B^⊤W² K²).

    Example:
        >>> along().check(0).ok
        True
    """
    return _derived(
        "linear_index_form", "the second derivative of the outputs along them", SECOND_CHANGE * FIRST_CHANGE,
        [(-W2 * CHANGE**2 * W1, Along())], ("⟨B, VU⟩ = tr(B⊤VU), and traces are cyclic",),
    )  # fmt: skip


def pair_form() -> sp.Expr:
    """−tr(MK²) for M = (a, b; −b, a) and K = (p, q; r, s)."""
    change, middle = sp.Matrix(2, 2, ENTRIES), sp.Matrix([[A, B], [-B, A]])
    return sp.expand(-(middle * change * change).trace())


@cache
def complex_pair() -> Derivation:
    """A block (a, b; −b, a): two eigenvalues of the sign of −a, and one of each sign.

    Example:
        >>> complex_pair().check(0).ok
        True
    """
    turned = -A / 2 * (V**2 + T**2) - A / 2 * U**2 + A / 2 * W**2 - B * U * W
    final = -A / 2 * (V**2 + T**2) - A / 2 * (U + B / A * W) ** 2 + (A**2 + B**2) / (2 * A) * W**2
    new = ((U + V) / 2, (T - W) / 2, (T + W) / 2, (U - V) / 2)
    return _derived(
        "linear_index_pair", "a pair of complex eigenvalues", pair_form(),
        [(turned, Coordinates(ENTRIES, new, (U, V, W, T))), (final, Square())],
        ("a ≠ 0, since a + ib and a − ib do not add up to 0",),
    )  # fmt: skip


@cache
def real_pair() -> Derivation:
    """Two blocks (μ_1), (μ_2): −(μ_1 + μ_2)K_{12}K_{21} has one eigenvalue of each sign.

    Example:
        >>> real_pair().check(0).ok
        True
    """
    one, two = sp.symbols("k_12 k_21", real=True)
    change, middle = sp.Matrix([[0, one], [two, 0]]), sp.diag(FIRST, SECOND)
    start = sp.expand(-(middle * change * change).trace()).subs({one: X + Y, two: X - Y}, simultaneous=True)
    return _derived(
        "linear_index_real", "two real eigenvalues", start,
        [((FIRST + SECOND) * (Y**2 - X**2), Algebra("difference of squares"))], ("μ_1 + μ_2 ≠ 0",),
    )  # fmt: skip


@cache
def counted() -> Derivation:
    """All blocks together: n(n − 1)/2 + #{Re μ > 0} for n = n_1 + 2n_2.

    Example:
        >>> counted().check(0).ok
        True
    """
    between = ONES * (ONES - 1) / 2 + 2 * ONES * PAIRS + 4 * PAIRS * (PAIRS - 1) / 2
    start = between + RIGHT_ONES + PAIRS + 2 * RIGHT_PAIRS
    n = ONES + 2 * PAIRS
    return _derived(
        "linear_index_count", "the blocks counted", start,
        [(n * (n - 1) / 2 + RIGHT_ONES + 2 * RIGHT_PAIRS, Algebra("count"))],
        ("between blocks: 1, 2 and 4 eigenvalues of each sign; within: r_1, and 1 + 2r_2 a pair",),
    )  # fmt: skip


def negative_signs(positive: bool) -> int:
    """How many squares of `complex_pair` have a negative coefficient, for a > 0 or a < 0.

    Example:
        >>> negative_signs(True), negative_signs(False)
        (3, 1)
    """
    a = sp.Symbol("a", positive=True) if positive else sp.Symbol("a", negative=True)
    squares = (-a / 2, -a / 2, -a / 2, (a**2 + B**2) / (2 * a))
    return sum(bool(each.is_negative) for each in squares)


__all__ = ["along", "complex_pair", "counted", "kernel", "negative_signs", "pair_form", "real_pair"]
