r"""Second derivatives of the outputs of a two-layer network, for symbolic widths, where gates do not change.

    F_i = Σ_a W²_{ia} D_a (Σ_j W¹_{aj} x_j)^k

with gates D_a that are constant near the point: k = 1 is the network with ReLU, and with D_a = 1 the one without
activation. Other powers k are there to be told apart.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

N = sp.Symbol("n", integer=True, positive=True)
I, A, J = sp.symbols("i a j", integer=True, positive=True)
P, Q, R, S = sp.symbols("p q r s", integer=True, positive=True)
FIRST, SECOND = sp.IndexedBase("W1"), sp.IndexedBase("W2")
GATE, INPUT = sp.IndexedBase("D"), sp.IndexedBase("x")


def output(power: int = 1) -> sp.Expr:
    """F_i for widths n and m samples of which one is looked at."""
    inner = sp.Sum(FIRST[A, J] * INPUT[J], (J, 1, N))
    return sp.Sum(SECOND[I, A] * GATE[A] * inner**power, (A, 1, N))


@cache
def second_derivative(block: str, power: int = 1) -> sp.Expr:
    """∂²F_i/∂u∂v for two entries of W¹ (11), two of W² (22) or one of each (12): places (p, q) and (r, s).

    Example:
        >>> second_derivative("11"), second_derivative("22")
        (0, 0)
        >>> second_derivative("12") == cross_term()
        True
    """
    letters = {"1": (FIRST[P, Q], FIRST[R, S]), "2": (SECOND[P, Q], SECOND[R, S])}
    found = output(power)
    for position, which in enumerate(block):
        found = sp.diff(found, letters[which][position])
    return collapsed(found)


def cross_term() -> sp.Expr:
    """∂²F_i/∂W¹_{pq}∂W²_{rs} = δ_{ir} δ_{ps} D_p x_q: row p of W¹ meets column p of W² only."""
    return sp.KroneckerDelta(I, R) * sp.KroneckerDelta(P, S) * GATE[S] * INPUT[Q]


def collapsed(expression: sp.Expr) -> sp.Expr:
    """Sums over an index that a Kronecker delta fixes, carried out; indices lie between 1 and n."""
    carried = expression.doit().replace(lambda node: isinstance(node, sp.Piecewise), lambda node: node.args[0][0])
    return sp.expand(carried)


__all__ = ["collapsed", "cross_term", "output", "second_derivative"]
