r"""The gradient of a two-layer network by the blocks of H_1, and what that says about H_1 at a critical point.

For every φ the first layer has ∂𝓛/∂W¹_{bl} = Σ_i W²_{ib} [B_b]_{il}; where φ(z) = φ′(z) z, as without activation and
for ReLU between its kinks, the second has ∂𝓛/∂W²_{kc} = Σ_l [B_c]_{kl} W¹_{cl}. So at a critical point the vectors
(w_c, 0) and (0, column c of W²) lie in the null space of the block of hidden unit c.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation
from hessproof.symbolic.two_layer.index_sums import Differentiate, Put, Sift
from hessproof.symbolic.two_layer.index_values import drawn_linear
from hessproof.symbolic.two_layer.letters import (
    I2,
    MU,
    W1,
    W2,
    A,
    B,
    C,
    D,
    E,
    H,
    I,
    J,
    K,
    L,
    M,
    Phi,
    PhiSlope,
    X,
    Y,
    output,
    over_samples,
    preactivation,
)
from hessproof.symbolic.two_layer.split import SMOOTH, derived

PIECEWISE = "φ(z) = φ′(z) z: no activation, or ReLU between its kinks"


def _loss() -> Any:
    error = output(I, MU) - Y[I, MU]
    return sp.Sum(error**2, (I, 1, K), (MU, 1, M)) / (2 * M)


def _put_errors() -> Put:
    """e_{iμ} = ŷ_{iμ} − y_{iμ}."""
    error = output(I, MU) - Y[I, MU]
    return Put("the errors", r"e = \hat y - y", lambda node: E[I, MU] if node == error else None)


@cache
def by_first() -> Derivation:
    """∂𝓛/∂W¹_{bl} = Σ_i W²_{ib} [B_b]_{il}, for every φ.

    Example:
        >>> by_first().check(0, count=2).ok
        True
    """
    slope = PhiSlope(preactivation(A, MU))
    inner = sp.Sum(sp.KroneckerDelta(A, B) * sp.KroneckerDelta(J, L) * X[J, MU], (J, 1, D))
    spread = sp.Sum(W2[I, A] * slope * inner, (A, 1, H))
    error = output(I, MU) - Y[I, MU]
    entry = PhiSlope(preactivation(B, MU)) * X[L, MU]
    final = sp.Sum(W2[I, B] * sp.Sum(E[I, MU] * entry, (MU, 1, M)) / M, (I, 1, K))
    return derived(
        "gradient, first layer", "the gradient in the first layer", sp.Derivative(_loss(), W1[B, L], evaluate=False),
        [
            (over_samples(error * spread), Differentiate("chain rule", (SMOOTH,))),
            (over_samples(E[I, MU] * spread), _put_errors()),
            (over_samples(E[I, MU] * W2[I, B] * entry), Sift()),
            (final, Algebra("the block B_b")),
        ],
        final, source="this project",
    )  # fmt: skip


@cache
def by_second() -> Derivation:
    """∂𝓛/∂W²_{kc} = Σ_l [B_c]_{kl} W¹_{cl} where φ(z) = φ′(z) z.

    Example:
        >>> by_second().check(0, count=2).ok
        True
    """
    error = output(I, MU) - Y[I, MU]
    spread = sp.Sum(sp.KroneckerDelta(A, C) * sp.KroneckerDelta(I, I2) * Phi(preactivation(A, MU)), (A, 1, H))
    slope = PhiSlope(preactivation(C, MU))
    final = sp.Sum(sp.Sum(E[I2, MU] * slope * X[J, MU], (MU, 1, M)) / M * W1[C, J], (J, 1, D))
    homogeneous = Put(
        "φ is linear between its kinks", r"\phi(z) = \phi'(z)\, z",
        lambda node: PhiSlope(node.args[0]) * node.args[0] if isinstance(node, Phi) else None, (PIECEWISE,),
    )  # fmt: skip
    return derived(
        "gradient, second layer", "the gradient in the second layer", sp.Derivative(_loss(), W2[I2, C], evaluate=False),
        [
            (over_samples(error * spread), Differentiate("chain rule")),
            (over_samples(E[I, MU] * spread), _put_errors()),
            (sp.Sum(E[I2, MU] * Phi(preactivation(C, MU)), (MU, 1, M)) / M, Sift()),
            (sp.Sum(E[I2, MU] * slope * preactivation(C, MU), (MU, 1, M)) / M, homogeneous),
            (final, Algebra("the block B_c")),
        ],
        final, source="this project", valuations=drawn_linear,
    )  # fmt: skip
