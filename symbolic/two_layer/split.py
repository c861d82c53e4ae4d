r"""H = H_0 + H_1 for any twice differentiable outputs, and the entries of both for two-layer networks.

The split needs two derivatives of the squared loss and nothing of the network. The entries are those of
ŷ_{iμ} = Σ_a W²_{ia} φ(Σ_j W¹_{aj} x_{jμ}): H_1 couples hidden unit a with itself alone, by

    B_a = (1/m) Σ_μ φ′(z_{aμ}) e_μ x_μ^⊤,        D_a = (1/m) Σ_μ (W^{2⊤}e_μ)_a φ″(z_{aμ}) x_μ x_μ^⊤,

and nothing couples W² with itself. Pennington & Bahri 2017, §3; slide "Hessian for two layer net".
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Step
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.two_layer.index_sums import Differentiate, Put, Sift, same
from hessproof.symbolic.two_layer.index_values import drawn, index_value
from hessproof.symbolic.two_layer.letters import (
    I2,
    I3,
    J2,
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
    Output,
    Phi,
    PhiBend,
    PhiSlope,
    S,
    T,
    X,
    Y,
    output,
    over_samples,
    preactivation,
)

TWICE = "ŷ is twice differentiable in the parameters"
SMOOTH = "φ is twice differentiable at every z_{aμ}"
SOURCE = "slide “Hessian for two layer net”"


def derived(claim: str, title: str, start: Any, steps: list[tuple[Any, Any]], final: Any, **others: Any) -> Derivation:
    """A derivation about sums over indices."""
    taken = {name for _, rule in steps for name in rule.assumptions}
    return Derivation(
        claim, title, Ordering(), start, tuple(Step(*step) for step in steps), final, same=same, evaluate=index_value,
        assumptions=tuple(sorted(taken)), **{"source": SOURCE, "valuations": drawn, **others},
    )  # fmt: skip


@cache
def split(diagonal: bool = False) -> Derivation:
    """∂²𝓛/∂s∂t = (1/m) Σ ∂_s ŷ ∂_t ŷ + (1/m) Σ e ∂_s∂_t ŷ; with t = s for an entry of the diagonal.

    Example:
        >>> split().check(0, count=2).ok, split(diagonal=True).check(0, count=2).ok
        (True, True)
    """
    second = S if diagonal else T
    y = Output(I, MU, S, T)
    error = y - Y[I, MU]
    loss = sp.Sum(error**2, (I, 1, K), (MU, 1, M)) / (2 * M)
    first = sp.Derivative(over_samples(error * sp.diff(y, S)), second, evaluate=False)
    outer = over_samples(sp.diff(y, S) * sp.diff(y, second))
    inner = over_samples(error * sp.diff(y, S, second))
    final = outer + inner
    return derived(
        f"split{', diagonal' if diagonal else ''}",
        f"the split of the Hessian, {'an entry of the diagonal' if diagonal else 'two different parameters'}",
        sp.Derivative(loss, S, second, evaluate=False),
        [
            (first, Differentiate("chain rule", (TWICE,))),
            (over_samples(sp.diff(y, S) * sp.diff(y, second) + error * sp.diff(y, S, second)),
             Differentiate("product rule", (TWICE,))),
            (final, Algebra("a sum of two sums")),
        ],
        final,
    )  # fmt: skip


@cache
def output_by_second() -> Derivation:
    """∂ŷ_{iμ}/∂W²_{kc} = δ_{ik} φ(z_{cμ}).

    Example:
        >>> output_by_second().check(0, count=2).ok
        True
    """
    delta = sp.KroneckerDelta(I, I2)
    final = delta * Phi(preactivation(C, MU))
    spread = sp.Sum(sp.KroneckerDelta(A, C) * delta * Phi(preactivation(A, MU)), (A, 1, H))
    return derived(
        "jacobian, second layer", "the Jacobian's entries for the second layer",
        sp.Derivative(output(I, MU), W2[I2, C], evaluate=False),
        [(spread, Differentiate("W² occurs linearly")), (final, Sift())], final,
    )  # fmt: skip


@cache
def output_by_first() -> Derivation:
    """∂ŷ_{iμ}/∂W¹_{bl} = W²_{ib} φ′(z_{bμ}) x_{lμ}.

    Example:
        >>> output_by_first().check(0, count=2).ok
        True
    """
    final = W2[I, B] * PhiSlope(preactivation(B, MU)) * X[L, MU]
    return derived(
        "jacobian, first layer", "the Jacobian's entries for the first layer",
        sp.Derivative(output(I, MU), W1[B, L], evaluate=False),
        [(_spread_slope(B, L), Differentiate("chain rule", (SMOOTH,))), (final, Sift())], final,
    )  # fmt: skip


def _spread_slope(unit: sp.Symbol, column: sp.Symbol) -> Any:
    """Σ_a W²_{ia} φ′(z_{aμ}) Σ_j δ_{ab} δ_{jl} x_{jμ}."""
    inner = sp.Sum(sp.KroneckerDelta(A, unit) * sp.KroneckerDelta(J, column) * X[J, MU], (J, 1, D))
    return sp.Sum(W2[I, A] * PhiSlope(preactivation(A, MU)) * inner, (A, 1, H))


def functional_entry(one: Any, two: Any) -> Any:
    """[H_1] for two weights, with the errors e held fixed: (1/m) Σ e_{iμ} ∂²ŷ_{iμ}/∂one∂two."""
    return over_samples(E[I, MU] * sp.Derivative(output(I, MU), one, two, evaluate=False))


def _cross_word(row: Any, unit: Any, column: Any) -> Any:
    """[B_b]_{kl} = (1/m) Σ_μ e_{kμ} φ′(z_{bμ}) x_{lμ}."""
    return sp.Sum(E[row, MU] * PhiSlope(preactivation(unit, MU)) * X[column, MU], (MU, 1, M)) / M


@cache
def cross_entry() -> Derivation:
    """[H_1] for W¹_{bl} and W²_{kc} is δ_{bc} [B_b]_{kl}.

    Example:
        >>> cross_entry().check(0, count=2).ok
        True
    """
    final = sp.KroneckerDelta(B, C) * _cross_word(I2, B, L)
    after_first = over_samples(E[I, MU] * sp.Derivative(_first_slope(), W2[I2, C], evaluate=False))
    deltas = sp.KroneckerDelta(B, C) * sp.KroneckerDelta(I, I2)
    after_second = over_samples(E[I, MU] * deltas * PhiSlope(preactivation(B, MU)) * X[L, MU])
    return derived(
        "functional, between the layers", "H_1 between the layers", functional_entry(W1[B, L], W2[I2, C]),
        [
            (after_first, _known(output_by_first(), "the Jacobian's entry")),
            (after_second, Differentiate("W² occurs linearly")),
            (final, Sift()),
        ],
        final, lemmas=(output_by_first(),),
    )  # fmt: skip


def _first_slope() -> Any:
    return output_by_first().final


def _known(lemma: Derivation, name: str) -> Put:
    """The first derivative of a node in W¹_{bl}, by the lemma; what is left to differentiate stays."""

    def replace(node: Any) -> Any:
        if not isinstance(node, sp.Derivative) or W1[B, L] not in node.variables or node.expr != lemma.start.expr:
            return None
        rest = list(node.variables)
        rest.remove(W1[B, L])
        return sp.Derivative(lemma.final, *rest, evaluate=False)

    return Put(name, sp.latex(lemma.start) + " = " + sp.latex(lemma.final), replace, (SMOOTH,))


@cache
def first_entry() -> Derivation:
    """[H_1] for W¹_{bl} and W¹_{cr} is δ_{bc} [D_b]_{lr}, with D_b = (1/m) Σ_μ (W^{2⊤}e_μ)_b φ″(z_{bμ}) x_μ x_μ^⊤.

    Example:
        >>> first_entry().check(0, count=2).ok
        True
    """
    bent = E[I, MU] * W2[I, B] * PhiBend(preactivation(B, MU)) * X[L, MU] * X[J2, MU]
    final = sp.KroneckerDelta(B, C) * over_samples(bent)
    after_first = over_samples(E[I, MU] * sp.Derivative(_first_slope(), W1[C, J2], evaluate=False))
    inner = sp.Sum(sp.KroneckerDelta(B, C) * sp.KroneckerDelta(J, J2) * X[J, MU], (J, 1, D))
    after_second = over_samples(E[I, MU] * W2[I, B] * PhiBend(preactivation(B, MU)) * X[L, MU] * inner)
    return derived(
        "functional, first layer", "H_1 in the first layer", functional_entry(W1[B, L], W1[C, J2]),
        [
            (after_first, _known(output_by_first(), "the Jacobian's entry")),
            (after_second, Differentiate("chain rule", (SMOOTH,))),
            (final, Sift()),
        ],
        final, lemmas=(output_by_first(),),
    )  # fmt: skip


@cache
def second_entry() -> Derivation:
    """[H_1] for two weights of the second layer is zero: ŷ is linear in W².

    Example:
        >>> second_entry().check(0, count=2).ok
        True
    """
    first = sp.Sum(sp.KroneckerDelta(A, C) * sp.KroneckerDelta(I, I2) * Phi(preactivation(A, MU)), (A, 1, H))
    return derived(
        "functional, second layer", "H_1 in the second layer", functional_entry(W2[I2, C], W2[I3, B]),
        [
            (over_samples(E[I, MU] * sp.Derivative(first, W2[I3, B], evaluate=False)), Differentiate()),
            (sp.Integer(0), Differentiate("no W² is left")),
        ],
        sp.Integer(0),
    )  # fmt: skip
