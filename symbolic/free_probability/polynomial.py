r"""From R-transforms to a polynomial: R_{H_0}(G) + R_{H_1}(G) + 1/G = z, cleared of denominators.

G = G(z) is not real for z off the real line, so that no denominator vanishes and nothing is lost.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Step
from hessproof.symbolic.free_probability import rational
from hessproof.symbolic.free_probability.fractions_field import factored
from hessproof.symbolic.free_probability.laws import marchenko_pastur, semicircle, symmetric_poisson
from hessproof.symbolic.free_probability.models import PENNINGTON, Model
from hessproof.symbolic.free_probability.symbols import EPSILON, SIGMA, TAU, G, Z
from hessproof.symbolic.ordering import Ordering


def denominator(model: Model) -> sp.Expr:
    """The common denominator of F(G) − z, up to a constant.

    Example:
        >>> denominator(PENNINGTON)
        -G*(G*sigma*tau - 1)
    """
    return factored(model.polynomial.as_expr() / model.equation)


@cache
def equation(model: Model) -> Derivation:
    """The polynomial from the R-transforms of the two laws, as those of the sum are their sum.

    Example:
        >>> equation(PENNINGTON).check(0).ok
        True
    """
    first = marchenko_pastur(SIGMA, TAU).r_transform.xreplace({Z: G})
    law = semicircle(2 * EPSILON) if model is PENNINGTON else symmetric_poisson(1 / TAU, TAU * sp.sqrt(EPSILON / 2))
    second = law.r_transform.xreplace({Z: G})
    factor, final = denominator(model), model.polynomial.as_expr()
    return Derivation(
        f"equation_{model.key}", f"the polynomial of the Stieltjes transform: {model.title}", Ordering(),
        (first + second + 1 / G - Z) * factor,
        (
            Step(sp.expand((first + 1 / G - Z) * factor) + sp.factor(second * factor), Algebra("term by term")),
            Step(final, Algebra("collect powers of G")),
        ),
        final, source="Pennington & Bahri 2017", same=rational.same, evaluate=rational.value,
        valuations=rational.drawn(EPSILON, TAU, SIGMA, G, Z), assumptions=model.assumptions,
    )  # fmt: skip
