r"""Eigenvalues of the Toeplitz form of a cycle's eigenvalue, and where the form between two eigenvalues degenerates.

The tridiagonal form of order n − 1 with −2cos θ on the diagonal and e^{±iθ} beside it has the eigenvalues
2cos(jπ/n) − 2cos θ, 0 < j < n.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Rule, Step
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.signature.tridiagonal import l, term_by_term
from hessproof.symbolic.valuation import Valuation

n, j = sp.symbols("n j", integer=True, positive=True)
THETA = sp.Symbol("theta", real=True)
RATIO = sp.Symbol("z")
DIGITS = 40
"""Numbers with sines are compared to half of these digits; their rounding errors are far below."""


class Sines(Rule):
    """sin(x − φ) + sin(x + φ) = 2 cos φ sin x, by the addition theorems."""

    name = "addition theorems"
    statement = r"\sin((l-1)\varphi) + \sin((l+1)\varphi) = 2\cos\varphi\, \sin(l\varphi)"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Write every sine of (l ± 1)φ and every exponential of (l ± 1)θ by those of l."""
        angle = sp.pi * j / n

        def sine(node: Any) -> Any:
            shift = sp.simplify(node.args[0] / angle - l)
            return sp.sin(l * angle) * sp.cos(shift * angle) + sp.cos(l * angle) * sp.sin(shift * angle)

        return sp.expand(expression.replace(lambda node: isinstance(node, sp.sin), sine).expand(power_exp=True))


@cache
def toeplitz() -> Derivation:
    """e^{iθ} v_{l−1} + e^{−iθ} v_{l+1} − 2cos θ v_l = (2cos(jπ/n) − 2cos θ) v_l for v_l = e^{iθl} sin(ljπ/n).

    Example:
        >>> toeplitz().check(0).ok
        True
    """
    turn, angle = sp.exp(sp.I * THETA), sp.pi * j / n

    def vector(place: Any) -> Any:
        return sp.exp(sp.I * THETA * place) * sp.sin(place * angle)

    start = turn * vector(l - 1) + vector(l + 1) / turn - 2 * sp.cos(THETA) * vector(l)
    final = (2 * sp.cos(angle) - 2 * sp.cos(THETA)) * vector(l)
    return Derivation(
        "signature_toeplitz", "eigenvectors of the tridiagonal form", Ordering(), start, (Step(final, Sines()),),
        final, source="this project", same=_same_waves, evaluate=_waves, valuations=_angles,
        remarks=("v_0 = v_n = 0, and cos(jπ/n) differ for 0 < j < n: these are all n − 1 eigenvalues",),
    )  # fmt: skip


def _same_waves(one: Any, two: Any, ordering: Ordering) -> bool:
    return bool(sp.expand(sp.expand(one - two, power_exp=True), power_exp=True) == 0)


def _same_powers(one: Any, two: Any, ordering: Ordering) -> bool:
    return bool(sp.expand(sp.powsimp(sp.expand(sp.cancel((one - two) * (RATIO - 1))))) == 0)


class GeometricSum(Rule):
    """Σ_{j=1}^{n−1} z^j = (z^n − z)/(z − 1) for z ≠ 1, which multiplying with z − 1 shows term by term."""

    name = "geometric sum"
    statement = r"\sum_{j=1}^{n-1} z^j = \frac{z^n - z}{z - 1}"
    assumptions = ("z ≠ 1",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Telescope (z − 1) z^j = z^{j+1} − z^j."""
        if not isinstance(expression, sp.Sum):
            raise RuleFailure(f"{expression} is no sum")
        ((index, first, last),) = expression.limits
        if sp.expand((RATIO - 1) * expression.function - RATIO * expression.function + expression.function) != 0:
            raise RuleFailure(f"{expression.function} is no power")
        if sp.expand(expression.function - RATIO**index) != 0:
            raise RuleFailure(f"{expression.function} is not z^{index}")
        return (RATIO ** (last + 1) - RATIO**first) / (RATIO - 1)


@cache
def resonance() -> Derivation:
    """The condition for a kernel of the form between two eigenvalues whose ratio is z: z^n = z, z ≠ 1.

    Example:
        >>> resonance().check(0).ok
        True
    """
    start = sp.Sum(RATIO**j, (j, 1, n - 1))
    final = RATIO * (RATIO ** (n - 1) - 1) / (RATIO - 1)
    return Derivation(
        "signature_resonance", "where the form between two eigenvalues degenerates", Ordering(), start,
        (Step((RATIO**n - RATIO) / (RATIO - 1), GeometricSum()), Step(final, Algebra("factor out z"))), final,
        source="this project", same=_same_powers,
        evaluate=term_by_term, valuations=_ratios, assumptions=("z ≠ 1",),
        remarks=("with n = L: zero only if the ratio is a root of unity of order L − 1; the ratio of λ̄ and λ is "
                 "e^{−2iθ}, so θ is a multiple of π/(L − 1)",),
    )  # fmt: skip


def _ratios(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    for size, ratio in ((2, sp.Rational(3, 2)), (3, sp.Integer(-2)), (5, sp.Rational(-1, 3))):
        yield Valuation({n: size, RATIO: ratio})


def _waves(expression: Any, valuation: Valuation) -> Any:
    value = sp.sympify(expression).subs(valuation.symbols).evalf(DIGITS)
    return tuple(int(sp.floor(part * 10 ** (DIGITS // 2) + sp.Rational(1, 2))) for part in value.as_real_imag())


def _angles(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    for size, mode, place in ((3, 1, 1), (4, 3, 2), (7, 2, 5)):
        yield Valuation({n: size, j: mode, l: place, THETA: sp.Rational(size + seed % 5, 3)})
