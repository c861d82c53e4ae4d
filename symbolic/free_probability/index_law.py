r"""The 3/2 law: α = α_0 x^{3/2} (1 + α_1 x + O(x²)) for x = (ε − ε_c)/ε_c ↓ 0, from the expansion at the double root.

At λ = 0 and ε = ε_c the equation F = 0 has a double root −g_c. Write f_jk for ∂_G^j ∂_ε^k F there: f_00 = f_10 = 0,
f_20 < 0, f_01 < 0. With ε = ε_c + δ² the root is G = −g_c + h, h = h_1 δ + h_2 δ² + …: dividing F = 0 by δ² leaves
f_01 + ½ f_20 (h/δ)² + O(δ) = 0, whose roots are simple at δ = 0, so that h is analytic in δ (implicit functions), and
h_1² = −2f_01/f_20 is negative: the root leaves the real line. As dα/dε = Im ∂_ε(∫F dG)/π (`distribution`),

    α_0 = (2√2/(3π)) (−f_01 ε_c)^{3/2} / √(−f_20),

and even powers of δ have real coefficients, so that the next term of α is of order x^{5/2}. Below ε_c the index is 0.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.free_probability.critical_energy import ENERGY
from hessproof.symbolic.free_probability.fractions_field import fraction
from hessproof.symbolic.free_probability.models import Model
from hessproof.symbolic.free_probability.radicals import Parameter, parameter, value
from hessproof.symbolic.free_probability.symbols import EPSILON, TAU, G, Z
from hessproof.symbolic.free_probability.taylor import derivatives
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation

ORDERS = ((2, 0), (3, 0), (4, 0), (0, 1), (1, 1), (2, 1), (0, 2))
"""The derivatives (j by G, k by ε) that enter the first two terms."""
WEIGHT = 4
"""The largest j + 2k: h is of the order √(ε − ε_c)."""
JETS: dict[tuple[int, int], sp.Symbol] = {(j, k): sp.Symbol(f"f_{{{j}{k}}}", real=True) for j, k in ORDERS}
"""f_jk, the derivatives of F at the double root."""
CRITICAL = sp.Symbol("epsilon_c", positive=True)
_STEP, _H1, _H2, _H3 = sp.symbols("delta h_1 h_2 h_3")


class Tail(sp.Expr):  # type: ignore[misc]
    """π²α_0² for order 0, α_1 for order 1; arguments: order, F and the polynomial at λ = 0, the double root, ε_c."""

    is_commutative = True
    opaque = True

    def value(self) -> sp.Expr:
        """At numbers: the root from the polynomial's derivatives, dα/dε from those of F, by the closed recursion."""
        order, inverse, polynomial, place, energy = self.args
        root, moved = (derivatives(one, {G: place, ENERGY: energy}, WEIGHT) for one in (polynomial, inverse))
        square = -2 * root[0, 1] / root[2, 0]
        if order == 0:
            return sp.Rational(-4, 9) * moved[0, 1] ** 2 * square * energy**3
        second = -(root[1, 1] + root[3, 0] * square / 6) / root[2, 0]
        rest = root[2, 0] * second**2 / 2 + root[1, 1] * second + root[3, 0] * square * second / 2
        rest += root[4, 0] * square**2 / 24 + root[0, 2] / 2 + root[2, 1] * square / 2
        third = -rest / (root[2, 0] * square)
        sum_ = moved[0, 1] * third + moved[1, 1] * second + moved[2, 1] * square / 6 + moved[0, 2]
        return sp.Rational(3, 5) * energy * sum_ / moved[0, 1]

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return r"\pi^2 \alpha_0^2" if self.args[0] == 0 else r"\alpha_1"


class PowerSeries(Rule):
    """Insert h = h_1δ + h_2δ² + h_3δ³ in the Taylor series of F, solve order by order, integrate dα/dε."""

    name = "power series in √(ε − ε_c)"
    statement = r"G = -g_c + h_1 \delta + h_2 \delta^2 + \cdots, \quad \delta^2 = \varepsilon - \varepsilon_c"

    def apply(self, expression: Any, ordering: Any) -> Any:
        """The coefficient in the letters f_jk and ε_c."""
        if not isinstance(expression, Tail):
            raise RuleFailure(f"{expression} is no coefficient of the index")
        return tail_series(int(expression.args[0]))


@lru_cache
def tail_series(order: int) -> sp.Expr:
    """π²α_0² or α_1 in f_jk and ε_c.

    Example:
        >>> tail_series(0)
        8*epsilon_c**3*f_{01}**3/(9*f_{20})
    """
    shift = _H1 * _STEP + _H2 * _STEP**2 + _H3 * _STEP**3
    factorials = {key: sp.factorial(key[0]) * sp.factorial(key[1]) for key in ORDERS}
    taylor = sum(JETS[j, k] * shift**j * _STEP ** (2 * k) / factorials[j, k] for j, k in ORDERS)
    second, third, fourth = (sp.expand(taylor).coeff(_STEP, power) for power in (2, 3, 4))
    square = sp.solve(second.subs(_H1**2, Z), Z)[0]
    found_second = sp.solve(sp.cancel(third / _H1), _H2)[0]
    found_third = sp.solve(fourth, _H3)[0]
    moved = sum(
        JETS[j, k] * shift ** (j + 1) * _STEP ** (2 * (k - 1)) / (sp.factorial(j + 1) * sp.factorial(k - 1))
        for j, k in ORDERS if k
    )  # fmt: skip
    grown = [sp.expand(moved).coeff(_STEP, power) for power in (1, 3)]
    if order == 0:
        lead = sp.expand((sp.Rational(2, 3) * grown[0]) ** 2)
        return sp.factor(-lead.subs(_H1**2, square) * CRITICAL**3)
    ratio = sp.expand(sp.cancel(grown[1].subs(_H3, found_third).subs(_H2, found_second) / grown[0]))
    ratio = sp.cancel(ratio.subs({_H1**power: square ** (power // 2) for power in (6, 4, 2, -2, -4)}))
    if ratio.has(_H1):
        ratio = sp.cancel(ratio.subs(_H1, sp.sqrt(square)))
    return sp.factor(sp.Rational(3, 5) * ratio * CRITICAL)


class Derivatives(Rule):
    """Put in the derivatives of F at the double root, and ε_c.

    Args:
        model: The model.
        over: The parameter in which all of it is rational.
    """

    name = "derivatives at the double root"
    statement = r"f_{jk} = \partial_G^j \partial_\varepsilon^k F(-g_c;\, \varepsilon_c), \quad f_{00} = f_{10} = 0"

    def __init__(self, model: Model, over: Parameter) -> None:
        self.model, self.over = model, over

    def apply(self, expression: Any, ordering: Any) -> Any:
        """Replace the letters, after seeing a double root from which two roots leave the real line as ε grows."""
        return _inserted(expression, self.model, self.over)


@lru_cache(maxsize=64)
def _inserted(expression: Any, model: Model, over: Parameter) -> sp.Expr:
    return fraction(expression, _known(model, over)).as_expr()


@lru_cache
def _known(model: Model, over: Parameter) -> dict[sp.Symbol, sp.Expr]:
    level = model.inverse.xreplace({EPSILON: ENERGY})
    place, energy = over.rational(model.critical_root), over.rational(model.critical_energy)

    at = derivatives(level, {G: place, ENERGY: energy}, WEIGHT, {TAU: over.tau})
    if at[0, 0] != 0 or at[1, 0] != 0:
        raise RuleFailure(f"{model.critical_root} is no double root")
    found = {JETS[key]: at[key] for key in ORDERS}
    if not over.positive(-found[JETS[2, 0]]) or not over.positive(-found[JETS[0, 1]]):
        raise RuleFailure("the signs at the double root are not those of a leftmost edge that moves left")
    return found | {CRITICAL: energy}


def tail(model: Model, order: int) -> Tail:
    """The coefficient, unevaluated."""
    level = model.inverse.xreplace({EPSILON: ENERGY})
    polynomial = model.polynomial.as_expr().xreplace({Z: sp.S.Zero, EPSILON: ENERGY})
    return Tail(sp.Integer(order), level, polynomial, model.critical_root, model.critical_energy)


@cache
def leading(model: Model) -> Derivation:
    """π²α_0² in closed form; α_0 is its positive root over π, without σ.

    Example:
        >>> from hessproof.symbolic.free_probability.models import PENNINGTON
        >>> leading(PENNINGTON).check(0, numbers=False).ok
        True
    """
    over = parameter(model)
    final = (sp.pi * model.index_coefficient) ** 2
    written = sp.factor(sp.cancel(over.rational(final)))
    return Derivation(
        f"index_{model.key}", f"the coefficient of the 3/2 law: {model.title}", Ordering(), tail(model, 0),
        (
            Step(tail_series(0), PowerSeries()),
            Step(written, Derivatives(model, over)),
            Step(final, Algebra("back to τ")),
        ),
        final, source="this project", same=over.same, evaluate=_value(model), valuations=over.valuations,
        assumptions=("0 < τ < 1", "ε > ε_c"), remarks=("α_0 > 0; the scale σ does not enter",),
    )  # fmt: skip


@cache
def following(model: Model) -> Derivation:
    """α_1, the relative size of the next term.

    Example:
        >>> from hessproof.symbolic.free_probability.models import PENNINGTON
        >>> following(PENNINGTON).final.subs(TAU, 0)
        -6/5
    """
    over = parameter(model)
    final = model.next_coefficient
    return Derivation(
        f"index_next_{model.key}", f"the next term of the 3/2 law: {model.title}", Ordering(), tail(model, 1),
        (
            Step(tail_series(1), PowerSeries()),
            Step(next_coefficient(model), Derivatives(model, over)),
            Step(final, Algebra("back to τ")),
        ),
        final,
        source="this project", same=over.same, evaluate=_value(model), valuations=over.valuations,
        assumptions=("0 < τ < 1", "ε > ε_c"),
    )  # fmt: skip


@cache
def next_coefficient(model: Model) -> sp.Expr:
    """α_1 in the parameter that makes it rational."""
    return sp.factor(Derivatives(model, parameter(model)).apply(tail_series(1), Ordering()))


def _value(model: Model) -> Callable[[Any, Valuation], Any]:
    """Lines in the letters f_jk have the value that F's derivatives at the double root give them."""
    level = model.inverse.xreplace({EPSILON: ENERGY})

    def evaluate(expression: Any, valuation: Valuation) -> Any:
        letters = sp.sympify(expression).free_symbols & {*JETS.values(), CRITICAL}
        if isinstance(expression, Tail) or not letters:
            return value(expression, valuation)
        numbers = dict(valuation.symbols)
        energy = model.critical_energy.xreplace(numbers)
        point = {G: model.critical_root.xreplace(numbers), ENERGY: energy}
        at = derivatives(level.xreplace(numbers), point, WEIGHT)
        known = {letter: at[key] for key, letter in JETS.items() if letter in letters}
        return value(sp.sympify(expression).xreplace(known | {CRITICAL: energy}), valuation)

    return evaluate
