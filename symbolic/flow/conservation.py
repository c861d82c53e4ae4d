r"""The conservation law of gradient flow: W^{l+1⊤}W^{l+1} − W^l W^{l⊤} does not change (Arora et al. 2018).

Nothing is asked of the widths, the weights or the data. Nothing but the form of the gradient is used, so that the law
holds for every loss of the product W^{L:1}, with its own Ω.
"""

from __future__ import annotations

from functools import cache

from hessproof.symbolic.derivation import Algebra, Derivation, Step
from hessproof.symbolic.flow.letters import (
    ETA,
    FlowEquation,
    ProductRuleInTime,
    TimeDerivative,
    Velocity,
    gradient_word,
)
from hessproof.symbolic.layer_blocks import population_gradient
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.words import L, M, Transposed, add, l, times, weight, zero

HIDDEN = Ordering(l >= 1, l + 1 <= L)
"""l is a hidden layer."""


def imbalance() -> object:
    """W^{l+1⊤}W^{l+1} − W^l W^{l⊤}."""
    return add(
        times(Transposed(l + 1, l + 1), weight(l + 1)),
        times(-1, weight(l), Transposed(l, l)),
    )


@cache
def conservation() -> Derivation:
    """d/dt (W^{l+1⊤}W^{l+1} − W^l W^{l⊤}) = 0 for every hidden layer l.

    Example:
        >>> conservation().check(0).ok
        True
    """
    up, here = weight(l + 1), weight(l)
    one, two = Velocity(l + 1), Velocity(l)
    moved = add(
        times(one.T, up), times(up.T, one), times(-1, two, here.T), times(-1, here, two.T),
    )  # fmt: skip
    upper, lower = gradient_word(l + 1), gradient_word(l)
    put_in = add(
        times(-ETA, upper.T, up), times(-ETA, up.T, upper), times(ETA, lower, here.T), times(ETA, here, lower.T),
    )  # fmt: skip
    nothing = zero(M(l), M(l))
    return Derivation(
        "lemma8_conservation", "what gradient flow conserves", HIDDEN, TimeDerivative(imbalance()),
        (
            Step(moved, ProductRuleInTime()),
            Step(put_in, FlowEquation()),
            Step(nothing, Algebra("chains joined", r"W^{l+1\top} W^{l+2:L} = W^{l+1:L}")),
        ),
        nothing, source="Arora et al. 2018; Singh et al. 2021, Appendix S5", lemmas=(population_gradient(),),
        remarks=("for every loss of the product W^{L:1}: only the form of the gradient is used",),
    )  # fmt: skip
