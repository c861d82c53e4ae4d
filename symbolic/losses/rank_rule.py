r"""The rank formulas under any loss: those of the squared loss, with K − 1 in place of K for cross-entropy.

Why: a loss enters the Hessian of a linear network through Λ_n and Ω = Σ δ_n x_n⊤ only. Where every Λ_n is positive
definite, H_o = Σ J_n⊤Λ_nJ_n has the kernel of the stacked J_n, as for Λ_n = I, and H_f depends on Ω alone.
Cross-entropy does not change when a constant is added to all outputs, so it is a loss of the K − 1 differences of
outputs, of the network whose last layer is D W^L (:mod:`~hessproof.symbolic.losses.invariance`), and in these it is
strictly convex.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.formula import K, RankFormula
from hessproof.symbolic.formulas import best, bound
from hessproof.symbolic.losses.expressions import loss

QUANTITIES = ("outer", "functional", "loss")
"""The quantities whose rank depends on the loss."""


@cache
def under(name: str, formula: RankFormula) -> RankFormula:
    """A formula of the squared loss as it reads under the loss ``name``: K − 1 for K wherever a shift changes nothing.

    Example:
        >>> formula = under("cross-entropy", best("outer"))
        >>> formula.id, formula.expression, K - 1 in formula.definitions[0][1].args
        ('outer_generic_cross_entropy', q*(K - q + r - 1), True)
    """
    if not loss(name).shift_invariant:
        return formula
    shifted = {K: K - 1}
    definitions = tuple((symbol, term.xreplace(shifted)) for symbol, term in formula.definitions)
    return replace(
        formula,
        id=f"{formula.id}_{name.replace('-', '_')}",
        expression=formula.expression.xreplace(shifted),
        definitions=definitions,
        note=f"{formula.note}; K − 1 for K" if formula.note else "K − 1 for K",
    )


def generic(quantity: str, architecture: Architecture) -> RankFormula:
    """The generic rank of H_o, H_f or H_L of a linear network under its loss, with or without bias.

    Raises:
        UnusableRequest: If the quantity is another one.
    """
    return under(architecture.loss, best(_known(quantity), bias=architecture.bias))


def upper_bound(quantity: str, architecture: Architecture) -> RankFormula:
    """The bound that no weights and no data exceed: the same expression for *every* parameter.

    Raises:
        UnusableRequest: If the quantity is another one.
    """
    return under(architecture.loss, bound(_known(quantity), bias=architecture.bias))


def loss_rank(
    quantity: str,
    architecture: Architecture,
    data_rank: int,
    residual_rank: int,
    *,
    augmented_data_rank: int | None = None,
    augmented_residual_rank: int | None = None,
    residual_mean: int | None = None,
) -> int:
    """The generic rank of H_o, H_f or H_L of a linear network under its loss, for data with the given ranks.

    Generic: the largest rank over weights and data with rk Σ = r and rk Ω = s, which almost all of them have.

    Args:
        quantity: outer, functional or loss.
        architecture: Widths, bias and loss.
        data_rank: r.
        residual_rank: s, at most min(r, K − 1) for cross-entropy.
        augmented_data_rank: r̃, with bias.
        augmented_residual_rank: s̃, with bias.
        residual_mean: rk E[δ], with bias; 1 if not given.

    Raises:
        UnusableRequest: If the quantity is another one, or r̃ or s̃ is missing.

    Example:
        >>> softmax = Architecture((64, 20, 20, 10), loss="cross-entropy")
        >>> loss_rank("loss", softmax, 41, 9), loss_rank("loss", Architecture((64, 20, 20, 10)), 41, 10)
        (927, 1010)
        >>> loss_rank("loss", Architecture((4, 3, 1), loss="cross-entropy"), 4, 0)
        0
    """
    return generic(quantity, architecture).evaluate(
        architecture,
        data_rank,
        residual_rank,
        augmented_data_rank=augmented_data_rank,
        augmented_residual_rank=augmented_residual_rank,
        residual_mean=residual_mean,
    )


def _known(quantity: str) -> str:
    if quantity not in QUANTITIES:
        raise UnusableRequest(f"quantity {quantity!r}", f"one of {', '.join(QUANTITIES)}", "name one of them")
    return quantity
