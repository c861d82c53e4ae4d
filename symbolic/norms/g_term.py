r"""The norm of the G-term: from ‖F⊤AF‖ ≤ ‖A‖‖F‖² to the norms of the layers and to common bounds of them.

    ‖F⊤AF‖ ≤ ‖A‖ Σ_l ‖G^l‖²‖x^l‖² ≤ ‖A‖‖x‖² Σ_l Π_{s≠l} ‖W^s‖² ≤ ½ L M_x² M_W^{2(L−1)}.

With bias ‖x^l‖² + 1 stands for ‖x^l‖², and the recursion of `hessproof.symbolic.norms.factors` bounds ‖x^l‖.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Rule
from hessproof.symbolic.norms.bounds import BOUNDS, HALF
from hessproof.symbolic.norms.factors import activation, derived, followed, layer_derivative, state_with_bias
from hessproof.symbolic.norms.hypotheses import AtMost, Cited
from hessproof.symbolic.norms.letters import Jacobian, Norm
from hessproof.symbolic.norms.rules import Named, NormOfKronecker, NormOfProduct, NormOfStack, NormWithOne
from hessproof.symbolic.norms.symbols import M_W, L, M_x, layer, m, norm_A, norm_G, norm_layer, norm_x, over_layers
from hessproof.symbolic.norms.words import Curvature
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.words import times

DEPTH = Ordering(L >= 1)
SOFTMAX = AtMost("curvature of the softmax", {norm_A: HALF})
"""‖diag(p) − pp⊤‖ ≤ ½, which the repair of step 1 derives."""
COMMON = AtMost("weight norms, input norms", {m: lambda at: M_W, norm_x: M_x})
"""‖W^l‖ ≤ M_W for all l, and ‖x‖ ≤ M_x."""


@cache
def jacobian(bias: bool = True) -> Derivation:
    """‖F‖² ≤ Σ_l ‖G^l‖²(‖x^l‖² + 1): step 3 of the proof of Theorem 1; without bias ‖x^l‖² for ‖x^l‖² + 1.

    Example:
        >>> jacobian().check(0).ok, jacobian(False).check(0).ok
        (True, True)
    """
    start = Norm(Jacobian(int(bias))) ** 2
    rules: list[Rule] = [NormOfStack(), NormOfKronecker(), *([NormWithOne()] if bias else []), Named()]
    final = over_layers(norm_G[layer] ** 2 * (norm_layer[layer] ** 2 + int(bias)))
    return derived(
        "jacobian_norm" if bias else "jacobian_norm_unbiased",
        "the stacked Jacobian, with bias" if bias else "the stacked Jacobian, without bias", DEPTH,
        followed(start, rules, DEPTH), final, start=start, bias=bias,
    )  # fmt: skip


@cache
def at_object(bias: bool = False) -> Derivation:
    """‖F⊤AF‖ ≤ ‖A‖‖x‖² Σ_l Π_{s≠l} ‖W^s‖², or with bias ‖A‖ Σ_l (Π_{s>l} ‖W^s‖²)(β_l² + 1).

    Example:
        >>> at_object().check(0).ok, at_object(True).check(0).ok
        (True, True)
    """
    stack = Jacobian(int(bias))
    start = Norm(times(stack.T, Curvature(), stack))
    state = Cited(state_with_bias() if bias else activation())
    rules: list[Rule] = [
        NormOfProduct(), NormOfStack(), NormOfKronecker(), *([NormWithOne()] if bias else []),
        Cited(layer_derivative()), state, Named(),
    ]  # fmt: skip
    lines = followed(start, rules, DEPTH)
    final = BOUNDS["g_term_bias_at" if bias else "g_term_at"].expression
    return derived(
        "g_term_bias_at" if bias else "g_term_at",
        "the G-term of one object, with bias" if bias else "the G-term of one object, without bias", DEPTH,
        [*lines, (final, Algebra("products over all layers but one"))], final, start=start, bias=bias,
        lemmas=(layer_derivative(), state_with_bias() if bias else activation()),
    )  # fmt: skip


def _further(key: str, title: str, before: Derivation, rule: Rule, bias: bool = False) -> Derivation:
    """A bound that follows from another one by one more hypothesis."""
    final = BOUNDS[key].expression
    lines = [(rule.apply(before.final, DEPTH), rule), (final, Algebra())]
    return derived(key, title, DEPTH, lines, final, start=before.final, bias=bias, lemmas=(before,))


@cache
def by_layers(bias: bool = False) -> Derivation:
    """The bound with ‖A‖ ≤ ½.

    Example:
        >>> by_layers().check(0).ok, by_layers(True).check(0, count=2).ok
        (True, True)
    """
    key = "g_term_bias" if bias else "g_term"
    title = f"the G-term by the norms of the layers, {'with' if bias else 'without'} bias"
    return _further(key, title, at_object(bias), SOFTMAX, bias)


@cache
def common() -> Derivation:
    """‖F⊤AF‖ ≤ ½ L M_x² M_W^{2(L−1)}: what stands in place of Theorem 1.

    Example:
        >>> common().check(0).ok
        True
        >>> common().with_final(BOUNDS["thm1"].expression).check(0, numbers=False).ok
        False
    """
    return _further("g_term_common", "the G-term by common bounds", by_layers(), COMMON)


@cache
def one_layer() -> Derivation:
    """‖F⊤AF‖ ≤ ½ M_x² for L = 1, whatever the weights are.

    Example:
        >>> one_layer().check(0).ok
        True
    """
    at_one = Ordering(L >= 1, L <= 1)
    final = HALF * M_x**2
    return derived(
        "one_layer", "a single layer", at_one,
        [(final, PutIn(L, sp.S.One))], final, start=BOUNDS["g_term_common"].expression, lemmas=(common(),),
        remarks=("a single layer has no H-term: this bounds the full Hessian",),
    )  # fmt: skip


class PutIn(Rule):
    """A number for a letter, where the ordering says that they are equal.

    Args:
        letter: The letter.
        number: Its value.
    """

    def __init__(self, letter: sp.Symbol, number: sp.Expr) -> None:
        self.letter, self.number = letter, number
        self.name = f"{letter} = {number}"
        self.statement = sp.latex(sp.Eq(letter, number, evaluate=False))

    def apply(self, expression: sp.Expr, ordering: Ordering) -> sp.Expr:
        """Put it in.

        Raises:
            NotSettled: If the equality does not follow.
        """
        ordering.require(self.letter - self.number, self.name)
        ordering.require(self.number - self.letter, self.name)
        return expression.xreplace({self.letter: self.number})
