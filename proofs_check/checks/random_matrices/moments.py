"""Limit laws through expected moments: exact for every size, by loop equations and by Wick's pairings.

For normal entries E (1/n) tr A^k is a polynomial in 1/n; its constant term is compared with the k-th moment of the
published density, exactly and for every σ and τ. No term has a negative power of 1/n, and the variance of
(1/n) tr A^k is of order 1/n²: the moments that are listed converge in probability.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import sympy as sp

from hessproof.numeric.random_matrices import expected, pairings
from hessproof.numeric.random_matrices.density_moments import density_moment
from hessproof.proofs_check.checks.random_matrices.controls import (
    chebyshev_moments,
    compiled,
    densities,
    mutant,
    spread,
)
from hessproof.proofs_check.checks.random_matrices.stated import ROOT, pastur_law, semicircle_law
from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength, Tally
from hessproof.symbolic.free_probability.laws import Law
from hessproof.symbolic.free_probability.symbols import SCALE, SIGMA, TAU, VARIANCE, G, Z
from hessproof.symbolic.mutation import mutations

LOOPS = (
    "expected moments for every size by loop equations (Stein's lemma), their limits compared with the law's moments"
)
WICK = (
    "expected moments for every size by counting pairings (Wick), their leading terms compared with the law's moments"
)
ORDERS = {Profile.QUICK: 3, Profile.STANDARD: 10, Profile.THOROUGH: 16}
"""Highest moment by loop equations."""
PAIRED = {Profile.QUICK: (6, 4), Profile.STANDARD: (10, 5), Profile.THOROUGH: (12, 7)}
"""Highest moment of GOE and of Wishart matrices by pairings: 30,240 and 945 terms at the standard profile."""
MUTANTS = {Profile.QUICK: 6, Profile.STANDARD: 20, Profile.THOROUGH: 100}
"""Wrong densities and equations that are tried: evenly taken from all that are generated, some twenty or forty."""
NUMBERS = {SIGMA: sp.Integer(2), ROOT: sp.Rational(3, 4)}
"""Where wrong densities are evaluated: σ = 2 and √τ = 3/4, at which no factor of the formulas is 1."""
TOLERANCE = 1e-9
"""A wrong density is told apart by more than this, relative to the moment; quadrature leaves 1e-13."""


@dataclass(frozen=True)
class Matrices:
    """A kind of random matrix and the law that is published for it.

    Args:
        law: The law.
        moments: Its expected moments, by power of 1/n, in the letters of the ensemble.
        letters: The letters of the ensemble in those of the law.
        word: A letter of the loop equations, for covariances.
        first: The lowest moment that the density has in closed form.
    """

    law: Callable[[], Law]
    moments: Callable[[int], expected.Expansion]
    letters: Mapping[sp.Symbol, sp.Expr]
    word: str
    first: int


KINDS = {
    "pennington2017.semicircle": Matrices(semicircle_law, expected.wigner, {VARIANCE: SIGMA**2}, "m", 0),
    "pennington2017.marchenko_pastur": Matrices(
        pastur_law, expected.wishart, {SCALE: SIGMA, TAU: ROOT**2}, "w", 1
    ),
}  # fmt: skip


def limits(kind: Matrices, largest: int) -> tuple[Tally, dict[str, str]]:
    """Compare the constant terms with the moments of the density, and look at the powers of 1/n and the variances."""
    tally, shown = Tally(), dict[str, str]()
    law = kind.law()
    for order in range(1, largest + 1):
        found = kind.moments(order)
        limit = found.get(0, sp.S.Zero).xreplace(dict(kind.letters))
        tally.count(sp.expand(limit - density_moment(law.density, *law.support, order)) == 0)
        tally.count(min(found, default=0) >= 0)
        if 2 * order <= largest:
            tally.count(expected.covariance_order(kind.word, order, order) >= 2)
        shown[f"E tr A^{order}/n"] = " + ".join(f"({c})/n^{power}" if power else str(c) for power, c in found.items())
    return tally, shown


def wrong_densities(kind: Matrices, largest: int, most: int) -> list[Mutant]:
    """Wrong densities against the limits of the moments, in numbers; the right one agrees."""
    law = kind.law()
    low, high = (float(end.xreplace(NUMBERS)) for end in law.support)
    orders = range(kind.first, largest + 1)
    exact = [1.0 if k == 0 else float(_limit(kind, k).xreplace(NUMBERS)) for k in orders]
    right = compiled(law.density, NUMBERS)
    assert right is not None
    assert not _apart(chebyshev_moments(right, low, high, orders), exact)
    controls = []
    for description, wrong in spread(densities(law.density, NUMBERS), most):
        found = None if wrong is None else chebyshev_moments(wrong, low, high, orders)
        reason = "it is not real on the support" if found is None else "its moments"
        controls.append(mutant(description, found is None or _apart(found, exact), reason))
    return controls


def _limit(kind: Matrices, order: int) -> sp.Expr:
    return kind.moments(order).get(0, sp.S.Zero).xreplace(dict(kind.letters))


def _apart(found: list[float], exact: list[float]) -> bool:
    return not all(abs(one - two) <= TOLERANCE * (1 + abs(two)) for one, two in zip(found, exact, strict=True))


def _loops(claim: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        kind, largest = KINDS[claim], ORDERS[context.profile]
        tally, shown = limits(kind, largest)
        first = {name: text for name, text in shown.items() if name in ("E tr A^2/n", "E tr A^3/n", "E tr A^4/n")}
        return Finding(
            Strength.CERTIFICATE, f"moments up to order {largest}, every n, σ and τ; normal entries", tally,
            controls=tuple(wrong_densities(kind, 4, MUTANTS[context.profile])), details={"expected moments": first},
        )  # fmt: skip

    return work


def leading(claim: str, order: int) -> sp.Expr:
    """The limit of E (1/n) tr A^k from pairings, in the letters of the law."""
    if claim == "pennington2017.semicircle":
        top = pairings.goe_moment(order).get(order // 2 + 1, 0) if order % 2 == 0 else 0
        return top * SIGMA**order
    found = pairings.wishart_moment(order)
    return SIGMA**order * sum(
        (count * ROOT ** (2 * (order - b)) for (a, b), count in found.items() if a + b == order + 1), sp.S.Zero
    )


FORM = {(2, 1), (2, 0), (1, 1), (1, 0), (0, 0)}
"""Powers of G and z that the equation of such a law may have."""


def law_moments(equation: sp.Expr, count: int) -> list[sp.Expr]:
    """m_0, …, m_k of a law from its equation, a z G² + b G² + (c − z) G + 1 = 0 with G = Σ m_k z^{−k−1}.

    The coefficient of z^{−k} gives m_k = a Σ_{i+j=k−1} m_i m_j + b Σ_{i+j=k−2} m_i m_j + c m_{k−1}.

    Raises:
        ArithmeticError: If the equation has another form.

    Example:
        >>> law_moments(semicircle_law().equation, 4)
        [1, 0, sigma**2, 0, 2*sigma**4]
    """
    polynomial = sp.Poly(equation, G, Z)
    coefficient = dict(polynomial.terms())
    a, b = coefficient.get((2, 1), sp.S.Zero), coefficient.get((2, 0), sp.S.Zero)
    c = coefficient.get((1, 0), sp.S.Zero)
    if not coefficient.keys() <= FORM or coefficient.get((1, 1)) != -1 or coefficient.get((0, 0)) != 1:
        raise ArithmeticError("an equation of another form")
    moments = [sp.S.One]
    for k in range(1, count + 1):
        near = sum((moments[i] * moments[k - 1 - i] for i in range(k)), sp.S.Zero)
        far = sum((moments[i] * moments[k - 2 - i] for i in range(k - 1)), sp.S.Zero)
        moments.append(sp.expand(a * near + b * far + c * moments[k - 1]))
    return moments


def wrong_equations(equation: sp.Expr, found: list[sp.Expr], most: int) -> Iterator[Mutant]:
    """Generated changes of the equation: their laws have other moments, or they are none of this form."""
    for description, wrong in spread(mutations(equation), most):
        try:
            moments = law_moments(wrong, len(found) - 1)
        except (ArithmeticError, sp.PolynomialError):
            yield mutant(f"equation: {description}", True, "it belongs to no probability law of this form")
            continue
        apart = [k for k, (one, two) in enumerate(zip(moments, found, strict=True)) if sp.expand(one - two) != 0]
        yield mutant(f"equation: {description}", bool(apart), f"moment {apart[0]}" if apart else "")


def _paired(claim: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        largest = PAIRED[context.profile][claim == "pennington2017.marchenko_pastur"]
        tally, equation = Tally(), KINDS[claim].law().equation
        exact = law_moments(equation, largest)
        found = [sp.S.One, *(leading(claim, order) for order in range(1, largest + 1))]
        for one, two in zip(found[1:], exact[1:], strict=True):
            tally.count(sp.expand(one - two) == 0)
        controls = list(wrong_equations(equation, found[:5], MUTANTS[context.profile]))
        return Finding(
            Strength.CERTIFICATE, f"moments up to order {largest}, every σ and τ; normal entries", tally,
            controls=tuple(controls),
        )  # fmt: skip

    return work


def _demonstrate_loops(claim: str) -> Callable[[], object]:
    return lambda: limits(KINDS[claim], 2)


def _demonstrate_pairings(claim: str) -> Callable[[], object]:
    return lambda: (leading(claim, 2), law_moments(KINDS[claim].law().equation, 2))


CHECKS = tuple(
    check
    for claim, kind in KINDS.items()
    for check in (
        FunctionCheck(
            claim, "limit", "expected moments", Engine.EXACT, LOOPS, _loops(claim), _demonstrate_loops(claim),
            statement=kind.law,
        ),
        FunctionCheck(
            claim, "limit", "pairings", Engine.EXACT, WICK, _paired(claim), _demonstrate_pairings(claim),
            statement=kind.law,
        ),
    )
)  # fmt: skip
