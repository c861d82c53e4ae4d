r"""The spectrum of H_1 without φ″: the singular values of its blocks, with both signs.

Between its kinks a piecewise linear φ has D_a = 0, so that the block of a hidden unit is [[0, B^⊤], [B, 0]]. With the
singular value decomposition B = U S V^⊤, B square, the matrix Q = (1/√2) [[V, V], [U, −U]] is orthogonal and brings it
to diag(S, −S). Matrices are letters that do not commute; all are square of one size.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Derivation, Rule, Step
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.two_layer.block_words import (
    BT,
    UT,
    VT,
    VV,
    WI,
    WT,
    B,
    Blocks,
    Cancel,
    Chain,
    Multiply,
    PutIn,
    S,
    U,
    block_value,
    blocks_same,
    critical_matrices,
    decomposed,
    reduced,
)

SVD = "B = U S V^⊤ with orthogonal U, V and a diagonal S"
_LEFT, _RIGHT = Blocks(VT, UT, VT, -UT), Blocks(VV, VV, U, -U)


@cache
def diagonalised() -> Derivation:
    """Q⊤ [[0, B⊤], [B, 0]] Q = diag(S, −S), twice it without the factors 1/√2 of Q.

    Example:
        >>> diagonalised().check(0).ok
        True
    """
    zero = sp.Integer(0)
    start = Chain(_LEFT, Blocks(zero, BT, B, zero), _RIGHT)
    put = Chain(_LEFT, Blocks(zero, VV * S * UT, U * S * VT, zero), _RIGHT)
    final = Blocks(2 * S, zero, zero, -2 * S)
    multiplied = Multiply().apply(put, Ordering())
    return _about_blocks(
        "a unit's block, diagonalised", "both signs of every singular value", start,
        [
            (put, PutIn("singular values", r"B = U S V^\top", {B: U * S * VT, BT: VV * S * UT}, (SVD,))),
            (multiplied, Multiply()),
            (final, Cancel()),
        ],
        final, (orthogonal(),), "2 diag(S, −S), and Q⊤Q = I with the factors 1/√2",
    )  # fmt: skip


@cache
def orthogonal() -> Derivation:
    """[[V⊤, U⊤], [V⊤, −U⊤]] [[V, V], [U, −U]] = 2 I.

    Example:
        >>> orthogonal().check(0).ok
        True
    """
    start = Chain(_LEFT, _RIGHT)
    two = sp.Integer(2)
    final = Blocks(two, sp.Integer(0), sp.Integer(0), two)
    return _about_blocks(
        "the eigenvectors", "orthogonality of the eigenvectors", start,
        [(Multiply().apply(start, Ordering()), Multiply()), (final, Cancel())], final, (), "Q has the factor 1/√2",
    )  # fmt: skip


@cache
def reflected() -> Derivation:
    """diag(I, −I) [[0, B⊤], [B, 0]] diag(I, −I) = −[[0, B⊤], [B, 0]], for blocks of any shape.

    Example:
        >>> reflected().check(0).ok
        True
    """
    one, zero = sp.Integer(1), sp.Integer(0)
    sign = Blocks(one, zero, zero, -one)
    final = Blocks(zero, -BT, -B, zero)
    return _about_blocks(
        "H_1 and its negative", "H_1 is similar to −H_1", Chain(sign, Blocks(zero, BT, B, zero), sign),
        [(final, Multiply())], final, (), "so the spectrum is symmetric about zero, multiplicities included",
    )  # fmt: skip


@cache
def without_blocks() -> Derivation:
    """B = W^{−⊤} W⊤ B = 0 if W⊤B = 0 and W is invertible: H_1 vanishes at critical points of linear networks.

    Example:
        >>> without_blocks().check(0).ok
        True
    """
    final = sp.Integer(0)
    gradient = _Gradient()
    return Derivation(
        "no block is left", "B at a critical point with an invertible layer", Ordering(), B,
        (Step(WI * WT * B, _Insert()), Step(final, gradient)), final, source="this project", same=blocks_same,
        evaluate=block_value, valuations=critical_matrices, assumptions=gradient.assumptions,
        remarks=("the other layer alike: B W^{1⊤} = 0 and W¹ invertible give B = 0",),
    )  # fmt: skip


class _Insert(Rule):
    """I = W^{−⊤}W^⊤ put in front."""

    name = "insert an identity"
    statement = r"W^{-\top} W^\top = I"

    def check(self, before: Any, after: Any, ordering: Ordering, same: Any) -> None:
        """The new line must reduce to the old one."""
        if not same(reduced(after), before, ordering):
            raise RuleFailure(f"{after} does not reduce to {before}")


class _Gradient(Rule):
    """The gradient vanishes: W^{2⊤}B = 0."""

    name = "the gradient vanishes"
    statement = r"\partial \mathcal{L} / \partial W^1 = W^{2\top} B = 0"
    assumptions = ("∂𝓛/∂W¹ = 0", "W² is invertible")

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """A word that holds W⊤B is zero."""
        total = sp.S.Zero
        for term in sp.Add.make_args(sp.expand(expression)):
            letters = sp.sympify(term).args_cnc()[1]
            if not any(pair == (WT, B) for pair in pairwise(letters)):
                raise RuleFailure(f"{term} does not hold W⊤B")
        return total


def _about_blocks(
    claim: str, title: str, start: Any, steps: list[tuple[Any, Rule]], final: Any, lemmas: tuple[Derivation, ...],
    remark: str,
) -> Derivation:  # fmt: skip
    taken = sorted({name for _, rule in steps for name in rule.assumptions})
    return Derivation(
        claim, title, Ordering(), start, tuple(Step(*step) for step in steps), final, source="this project",
        same=blocks_same, evaluate=block_value, valuations=decomposed, assumptions=tuple(taken), lemmas=lemmas,
        remarks=(remark,),
    )  # fmt: skip
