r"""The upper bound on rk H_L for a residual of rank s < q, where Fact 7 does not speak.

Write Ω = UV⊤ with s columns each. On the layer-local kernel N of H_f at the cut Ω the Hessian is its outer part, so
that

    rk H_L ≤ codim N + dim J(N),

J being the derivative of the prediction map. Every Δ in N has U⊤W^{L:k+1}ΔW^{k-1:1}V = 0: for k > 1 because
U⊤W^{L:k+1}Δ = 0, for k < L because ΔW^{k-1:1}V = 0, and one of the two holds in each layer if L ≥ 2. So J(N) lies in
the Z of im J with U⊤ZV = 0. Where Z ↦ U⊤ZV maps im J onto all s × s matrices, dim J(N) ≤ q(r + K − q) − s². That is
so at the witness of :mod:`~hessproof.symbolic.witness`, where im J holds all Z with entries at min(i, j) ≤ q; hence
for almost all weights; and since a rank never exceeds its generic value, the bound holds for all weights.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

from sympy import Expr, Sum, Symbol

from hessproof.symbolic import formula
from hessproof.symbolic.derivation import Algebra, Derivation, Step
from hessproof.symbolic.formulas import FORMULAS
from hessproof.symbolic.kernel_proof import CODIMENSION, RANK, TwoConditions, vanishing
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import Rule
from hessproof.symbolic.telescoping import same
from hessproof.symbolic.valuation import Valuation
from hessproof.symbolic.words import L, k

IMAGE = Symbol(r"\dim J(N)", integer=True)


class OuterOnKernel(Rule):
    """rk H_L ≤ codim N + dim J(N) if H_f annihilates N: on N the Hessian factors through J."""

    name = "outer part on the kernel of the functional part"
    relation = "<="

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Both terms for the rank."""
        return expression.xreplace({RANK: Sum(CODIMENSION[k], (k, 1, L)) + IMAGE})


class ImageOfKernel(Rule):
    """dim J(N) ≤ q(r + K − q) − s² for almost all weights: U⊤ZV = 0 takes s² equations off the image of J."""

    name = "equations on the image"
    relation = "<="

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The rank of the Jacobian less s² for the image."""
        return expression.xreplace({IMAGE: _outer() - formula.s**2})


def _outer() -> Expr:
    node = formula.width
    return FORMULAS["cor4"].expression.xreplace({formula.r: node[0], formula.K: node[L]})


@cache
def deficient_residual_bound() -> Derivation:
    """rk H_L ≤ q(r + K − q) + 2sM − (L − 1)s² for s ≤ q and L ≥ 2, for every weights.

    Example:
        >>> deficient_residual_bound().check(0).ok
        True
    """
    s, node = formula.s, formula.width
    ends = s * node[1], s * node[L - 1]
    layers = ends[0] + Sum(s * (node[k] + node[k - 1]) - s**2, (k, 2, L - 1)) + ends[1]
    total: dict[Any, Any] = {formula.M: Sum(node[k], (k, 1, L - 1)), formula.L: L}
    outer = {formula.r: node[0], formula.K: node[L]}
    final = FORMULAS["loss_deficient_residual"].expression.xreplace({**total, **outer})
    return Derivation(
        "loss_deficient_residual", "rank of the Hessian for a residual of low rank", Ordering(L >= 2), RANK,
        (Step(Sum(CODIMENSION[k], (k, 1, L)) + IMAGE, OuterOnKernel()),
         Step(layers + IMAGE, TwoConditions(s, ends)),
         Step(layers + _outer() - s**2, ImageOfKernel()),
         Step(final, Algebra("telescoping"))), final,
        source="this project", same=same, valuations=_dimensions,
        remarks=("on data reduced to r inputs, so that M_0 = r",), lemmas=vanishing()[8:10],
    )  # fmt: skip


def _dimensions(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Widths, ranks, codimensions and image dimensions that obey the bounds used."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in range(2, 7):
        widths = [stream.randint(1, 6) for _ in range(depth + 1)]
        q = min(widths)
        s = stream.randint(0, q)
        largest = [s * (widths[j] + widths[j - 1]) - s**2 for j in range(1, depth + 1)]
        largest[0], largest[-1] = s * widths[1], s * widths[-2]
        sizes = [0, *(stream.randint(0, bound) for bound in largest)]
        image = stream.randint(0, q * (widths[0] + widths[-1] - q) - s**2)
        numbers: dict[Any, Any] = {L: depth, formula.q: q, formula.s: s, IMAGE: image, CODIMENSION: sizes}
        numbers.update({formula.width: widths, RANK: stream.randint(0, sum(sizes) + image)})
        yield Valuation(numbers)
