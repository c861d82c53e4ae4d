r"""The range of the Hessian map: products of a block row with a direction Δθ (Singh et al. 2021, §3.2).

For symbolic L and k the product of block row k of H_o, or of H_f, with Δθ is a sum over l of blocks times
vec_r(ΔW^l). The sums are treated formally, each generic summand under the assumptions on its l.
"""

from __future__ import annotations

from functools import lru_cache

from sympy import Transpose

from hessproof.symbolic.citation import Cite
from hessproof.symbolic.derivation import Algebra, Derivation
from hessproof.symbolic.gauss_newton import (
    functional_after,
    functional_before,
    functional_diagonal,
    outer_gauss_newton,
)
from hessproof.symbolic.kronecker import Commute, VecIdentity, VecR
from hessproof.symbolic.layer_blocks import (
    BACK,
    FRONT,
    FUNCTIONAL_AFTER,
    FUNCTIONAL_BEFORE,
    FUNCTIONAL_DEFINITION,
    ONE_LAYER,
    OUTER,
    OUTER_DEFINITION,
    SWAP,
    derived,
)
from hessproof.symbolic.sums import LayerSum, SplitSum
from hessproof.symbolic.words import Delta, Descending, L, Omega, Sigma, Transposed, add, k, l, times

DIRECTION = VecR(Delta(l))
NET_CHANGE = LayerSum(times(Descending(L, l + 1), Delta(l), Descending(l - 1, 1)), l, 1, L)
"""Δ̄ = Σ_l W^{L:l+1} ΔW^l W^{l-1:1}, of shape K × d."""
CHANGE_BELOW = LayerSum(times(Descending(k - 1, l + 1), Delta(l), Descending(l - 1, 1)), l, 1, k - 1)
"""Δ^{<k} = Σ_{l<k} W^{k-1:l+1} ΔW^l W^{l-1:1}, of shape M_{k-1} × d."""
CHANGE_ABOVE = LayerSum(times(Descending(L, l + 1), Delta(l), Descending(l - 1, k + 1)), l, k + 1, L)
"""Δ^{>k} = Σ_{l>k} W^{L:l+1} ΔW^l W^{l-1:k+1}, of shape K × M_k."""


@lru_cache(maxsize=1)
def range_o() -> Derivation:
    """H_o^{k•}Δθ = vec_r(W^{k+1:L} Δ̄ Σ W^{1:k-1}) with Δ̄ the net change of the prediction map."""
    inside = times(BACK, Descending(L, l + 1), Delta(l), Descending(l - 1, 1), Sigma(), FRONT)
    final = VecR(times(BACK, NET_CHANGE, Sigma(), FRONT))
    return derived(
        "range_o",
        "range of the outer-product Hessian",
        ONE_LAYER,
        LayerSum(times(OUTER_DEFINITION, DIRECTION), l, 1, L),
        [
            (LayerSum(times(OUTER, DIRECTION), l, 1, L), Cite(outer_gauss_newton())),
            (LayerSum(VecR(inside), l, 1, L), VecIdentity()),
            (final, Algebra("linearity of vec and of the sum")),
        ],
        final,
        "§3.2",
        lemmas=(outer_gauss_newton(),),
    )


@lru_cache(maxsize=1)
def range_f() -> Derivation:
    """H_f^{k•}Δθ = vec_r(W^{k+1:L} Ω [Δ^{<k}]⊤ + [Δ^{>k}]⊤ Ω W^{1:k-1}).

    The paper multiplies Ĥ^{kl}, the derivative with respect to W^{l⊤}, with vec_r(ΔW^{l⊤}); that is H_f^{kl} times
    vec_r(ΔW^l), which is what this derivation starts from.
    """
    whole = times(FUNCTIONAL_DEFINITION, DIRECTION)
    below, above = (1, k - 1), (k + 1, L)
    flipped = VecR(Delta(l).T)
    inside_below = times(BACK, Omega(), Transposed(1, l - 1), Delta(l).T, Transposed(l + 1, k - 1))
    inside_above = times(Transposed(k + 1, l - 1), Delta(l).T, Transposed(l + 1, L), Omega(), FRONT)
    final = VecR(add(times(BACK, Omega(), Transpose(CHANGE_BELOW)), times(Transpose(CHANGE_ABOVE), Omega(), FRONT)))
    split = add(LayerSum(whole, l, *below), whole.xreplace({l: k}), LayerSum(whole, l, *above))
    middle = times(FUNCTIONAL_DEFINITION.xreplace({l: k}), VecR(Delta(k)))
    from_below = LayerSum(times(FUNCTIONAL_AFTER, SWAP, DIRECTION), l, *below)
    from_above = LayerSum(times(FUNCTIONAL_BEFORE, SWAP, DIRECTION), l, *above)
    return derived(
        "range_f",
        "range of the functional Hessian",
        ONE_LAYER,
        LayerSum(whole, l, 1, L),
        [
            (split, SplitSum(k)),
            (add(from_below, middle, LayerSum(whole, l, *above)), Cite(functional_after())),
            (add(from_below, middle, from_above), Cite(functional_before())),
            (add(from_below, from_above), Cite(functional_diagonal())),
            (
                add(
                    LayerSum(times(FUNCTIONAL_AFTER, flipped), l, *below),
                    LayerSum(times(FUNCTIONAL_BEFORE, flipped), l, *above),
                ),
                Commute(),
            ),
            (add(LayerSum(VecR(inside_below), l, *below), LayerSum(VecR(inside_above), l, *above)), VecIdentity()),
            (final, Algebra("linearity of vec and of the sums")),
        ],
        final,
        "§3.2",
        lemmas=(functional_after(), functional_before(), functional_diagonal()),
    )
