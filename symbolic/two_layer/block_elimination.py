r"""The law of H_1 with drawn residuals, in two ways: by elimination for the limit, and moment by moment.

Let B = (1/m) E X^⊤ with k independent samples, e ~ N(0, 2ε), x ~ N(0, 1), k/n → r and a² = 2εn²/m² = ετ²/2. Given X,
BB^⊤ = Σ_i t_i f_i f_i^⊤/n with normal vectors f_i and t_i = a² s_i, s_i the eigenvalues of X^⊤X/n, which follow the
Marchenko–Pastur law of mean 1 and ratio r. So (Marchenko & Pastur 1967)

    z² = 1/g + r ∫ t/(1 − tg) = 1/g + (r/g)(h − 1),      h = u G_MP(u),  u = 1/(a²g),  g = G_{BB^⊤}(z²),

r h² + (1 − r − u)h + u = 0 is the equation of the Marchenko–Pastur law, and [[0, B^⊤], [B, 0]] has G = z g. Without h
that is a²zG³ + (r − 1)a²G² − zG + 1 = 0, and R(G) = z − 1/G = r a² G/(1 − a²G²).
"""

from __future__ import annotations

import sympy as sp

from hessproof.symbolic.errors import UnusableRequest

RATE, SQUARE = sp.symbols("r a2", positive=True)
"""r, and a², the square of a jump."""
PLACE, VALUE, INNER = sp.symbols("z G h")
"""z, G, and h, which is eliminated."""


def eliminated() -> sp.Expr:
    """The polynomial that G satisfies, by the resultant in h of the two equations above.

    Example:
        >>> sp.expand(eliminated() - compound_equation()) == 0
        True
    """
    u = PLACE / (SQUARE * VALUE)
    wishart = sp.numer(sp.together(RATE * INNER**2 + (1 - RATE - u) * INNER + u))
    sample = RATE * (INNER - 1) - (PLACE * VALUE - 1)
    found = sp.factor_list(sp.resultant(wishart, sample, INNER), PLACE, VALUE)[1]
    factors = [factor for factor, _ in found if factor.has(PLACE) and factor.has(VALUE)]
    if len(factors) != 1:
        raise UnusableRequest(f"{len(factors)} factors with z and G", "one", "look at them")
    polynomial = sp.expand(factors[0])
    return sp.expand(polynomial / polynomial.subs({PLACE: 0, VALUE: 0}))


def compound_r(argument: sp.Expr = VALUE) -> sp.Expr:
    """R(z) = r a² z/(1 − a² z²)."""
    return RATE * SQUARE * argument / (1 - SQUARE * argument**2)


def compound_equation(r_transform: sp.Expr | None = None) -> sp.Expr:
    """R(G) + 1/G = z cleared of denominators, constant term 1.

    Args:
        r_transform: R(G); that of the law unless given.

    Example:
        >>> compound_equation()
        G**3*a2*z + G**2*a2*r - G**2*a2 - G*z + 1
    """
    r = compound_r() if r_transform is None else r_transform
    polynomial = sp.expand(sp.numer(sp.together(r + 1 / VALUE - PLACE)))
    return sp.expand(polynomial / polynomial.subs({PLACE: 0, VALUE: 0}))


__all__ = ["compound_equation", "compound_r", "eliminated"]
