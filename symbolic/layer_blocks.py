r"""Derivations of the gradient and the Hessian blocks of a deep linear network (Singh et al. 2021, §2–§3.1).

F(x) = W^{L:1}x, ℓ = ½‖δ‖², δ = W^{L:1}x − y, 𝓛 = E ℓ. Everything is derived for symbolic depth L, layers k and l, and
widths M_l. Block (k, l) has shape M_k M_{k-1} × M_l M_{l-1}. The published chains W^{a:b} are written with the two
constructors of :mod:`hessproof.symbolic.words`: the paper's W^{k+1:l-1} in Eq. (4), for k < l, is a product of
transposes; its W^{k-1:l+1} in Eq. (5), for k > l, is a product of weights.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from sympy import MatrixSymbol, Rational, Symbol, Trace

from hessproof.symbolic import entries
from hessproof.symbolic.citation import Cite
from hessproof.symbolic.derivation import Algebra, Backwards, Derivation, Rule, Step
from hessproof.symbolic.derivative_rules import DropConstants, GradientRule, JacobianRule, ReadJacobian
from hessproof.symbolic.derivatives import PLAIN, TRANSPOSED, Frozen, Gradient, Jacobian
from hessproof.symbolic.differential import degree
from hessproof.symbolic.expectation import Define, Expectation, TakeExpectation
from hessproof.symbolic.kronecker import Commutation, kron
from hessproof.symbolic.normal import canonical
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.words import (
    Descending,
    Input,
    L,
    M,
    Omega,
    Residual,
    Sigma,
    Syx,
    Syy,
    Target,
    Transposed,
    add,
    k,
    l,
    times,
    weight,
)

SINGLE_FACTOR = (
    "With one factor left in it, the paper's W^{a:a} does not say whether W^a or its transpose is meant; "
    "the shapes, and the constructors used here, do."
)
PAPER = "Singh, Bachmann & Hofmann 2021"
ONE_LAYER = Ordering(k >= 1, k <= L)
TWO_LAYERS = Ordering(k >= 1, k <= L, l >= 1, l <= L)
BEFORE = Ordering(k >= 1, k + 1 <= l, l <= L)
AFTER = Ordering(l >= 1, l + 1 <= k, k <= L)

X, Y, DELTA = Input(), Target(), Residual()
SAMPLE_LOSS = Rational(1, 2) * Trace(times(DELTA, DELTA.T))
"""ℓ = ½‖δ‖² = ½ tr(δδ⊤)."""
LOSS = Rational(1, 2) * Trace(Expectation(times(DELTA, DELTA.T)))
"""𝓛 = E ℓ."""
NETWORK = times(Descending(L, 1), X)
"""F(x) = W^{L:1}x."""
BACK, FRONT = Transposed(k + 1, L), Transposed(1, k - 1)
GRADIENT = times(BACK, Omega(), FRONT)
"""∂𝓛/∂W^k = W^{k+1:L} Ω W^{1:k-1}."""
NET_GRADIENT = Gradient(Trace(times(Frozen(DELTA).T, NETWORK)), k)
"""Σ_c [∂ℓ]_c ∂F_c/∂W^k with ∂ℓ = δ held fixed: its derivative, in expectation, is the functional Hessian."""
OUTER = kron(times(BACK, Descending(L, l + 1)), times(Descending(k - 1, 1), Sigma(), Transposed(1, l - 1)))
FUNCTIONAL_BEFORE = kron(Transposed(k + 1, l - 1), times(Descending(k - 1, 1), Omega().T, Descending(L, l + 1)))
FUNCTIONAL_AFTER = kron(times(BACK, Omega(), Transposed(1, l - 1)), Descending(k - 1, l + 1))
OUTER_DEFINITION = Expectation(times(Jacobian(NETWORK, k).T, Jacobian(NETWORK, l)))
"""Block (k, l) of H_o = E[∇F⊤ (∂²ℓ) ∇F]; for ½‖·‖² the middle factor is the identity."""
FUNCTIONAL_DEFINITION = Expectation(Jacobian(NET_GRADIENT, l))
"""Block (k, l) of H_f = E[Σ_c [∂ℓ]_c ∇²F_c]."""
HESSIAN = Jacobian(Gradient(LOSS, k), l)
"""Block (k, l) of H_𝓛, the derivative of vec_r(∂𝓛/∂W^k) with respect to vec_r(W^l)."""
SWAP = Commutation(M(l), M(l - 1))


def derived(
    claim: str,
    title: str,
    ordering: Ordering,
    start: Any,
    steps: list[tuple[Any, Rule]],
    final: Any,
    source: str,
    lemmas: tuple[Derivation, ...] = (),
    remarks: tuple[str, ...] = (),
) -> Derivation:
    """A derivation of a statement of this paper; each step is a line and the rule that gives it."""
    lines = tuple(Step(expression, rule) for expression, rule in steps)
    return Derivation(claim, title, ordering, start, lines, final, f"{PAPER}, {source}", remarks, lemmas=lemmas)


@lru_cache(maxsize=1)
def network_jacobian() -> Derivation:
    """∂F/∂W^k = W^{L:k+1} ⊗ x⊤W^{1:k-1}, the example in Eq. (1)."""
    block = kron(Descending(L, k + 1), times(X.T, FRONT))
    inside = Jacobian(times(Descending(L, k + 1), weight(k), Descending(k - 1, 1), X), k)
    return derived(
        "eq1",
        "Jacobian of the network",
        ONE_LAYER,
        Jacobian(NETWORK, k),
        [(inside, Algebra("cut the chain at k")), (block, ReadJacobian())],
        block,
        "Eq. (1)",
    )


@lru_cache(maxsize=1)
def eq1() -> Derivation:
    """∂(AWB)/∂W = A ⊗ B⊤, from the definition of the derivative and the identity of vec_r."""
    rows, cols = Symbol("m", integer=True), Symbol("n", integer=True)
    left, right = MatrixSymbol("A", rows, M(k)), MatrixSymbol("B", M(k - 1), cols)
    block = kron(left, right.T)
    return derived(
        "eq1",
        "derivative of AWB",
        ONE_LAYER,
        Jacobian(times(left, weight(k), right), k),
        [(block, ReadJacobian())],
        block,
        "Eq. (1)",
        lemmas=(vec(), network_jacobian()),
    )


def vec() -> Derivation:
    """vec_r(AXB) = (A ⊗ B⊤) vec_r(X), entry by entry."""
    return entries.vec_identity()


@lru_cache(maxsize=1)
def population_gradient() -> Derivation:
    """∂𝓛/∂W^k = W^{k+1:L} Ω W^{1:k-1}, from the loss in trace form."""
    prediction = add(NETWORK, times(-1, Y))
    moments = Rational(1, 2) * Trace(
        add(
            times(Descending(L, 1), Sigma(), Transposed(1, L)),
            times(-1, Descending(L, 1), Syx().T),
            times(-1, Syx(), Transposed(1, L)),
            Syy(),
        )
    )
    bracket = add(times(Descending(L, 1), Sigma()), times(-1, Syx()))
    return derived(
        "eq2",
        "gradient of the loss",
        ONE_LAYER,
        Gradient(LOSS, k),
        [
            (Gradient(Rational(1, 2) * Trace(Expectation(times(prediction, prediction.T))), k), Define(Residual)),
            (Gradient(moments, k), TakeExpectation()),
            (times(BACK, bracket, FRONT), GradientRule()),
            (GRADIENT, Backwards(Define(Omega))),
        ],
        GRADIENT,
        "Eq. (2) and the definition of Ω",
    )


@lru_cache(maxsize=1)
def eq2() -> Derivation:
    """∂ℓ/∂W^k = W^{k+1:L}[W^{L:1}xx⊤ − yx⊤]W^{1:k-1} at one sample."""
    prediction = add(NETWORK, times(-1, Y))
    backward_forward = times(BACK, prediction, times(Descending(k - 1, 1), X).T)
    final = times(BACK, add(times(Descending(L, 1), X, X.T), times(-1, Y, X.T)), FRONT)
    return derived(
        "eq2",
        "gradient at a sample",
        ONE_LAYER,
        Gradient(SAMPLE_LOSS, k),
        [
            (Gradient(Rational(1, 2) * Trace(times(prediction, prediction.T)), k), Define(Residual)),
            (backward_forward, GradientRule()),
            (times(BACK, DELTA, times(Descending(k - 1, 1), X).T), Backwards(Define(Residual))),
            (final, Define(Residual)),
        ],
        final,
        "Eq. (2)",
        lemmas=(population_gradient(),),
    )


@lru_cache(maxsize=1)
def diag() -> Derivation:
    """H^{kk} = W^{k+1:L}W^{L:k+1} ⊗ W^{k-1:1}ΣW^{1:k-1}: Ω, and with it y, drops out."""
    final = OUTER.xreplace({l: k})
    one = times(BACK, Descending(L, 1), Sigma(), FRONT)
    cut = times(BACK, Descending(L, k + 1), weight(k), Descending(k - 1, 1), Sigma(), FRONT)
    return derived(
        "diag",
        "diagonal block",
        ONE_LAYER,
        Jacobian(Gradient(LOSS, k), k),
        [
            (Jacobian(GRADIENT, k), Cite(population_gradient())),
            (Jacobian(one, k), DropConstants()),
            (Jacobian(cut, k), Algebra("cut the chain at k")),
            (final, JacobianRule()),
        ],
        final,
        "§3.1",
    )


def outer_block(ordering: Ordering, title: str) -> Derivation:
    """Eq. (3) under one of the two orders of k and l."""
    one = times(BACK, Descending(L, 1), Sigma(), FRONT)
    cut = times(BACK, Descending(L, l + 1), weight(l), Descending(l - 1, 1), Sigma(), FRONT)
    return derived(
        "eq3",
        title,
        ordering,
        Jacobian(GRADIENT, l, PLAIN),
        [
            (Jacobian(one, l, PLAIN), DropConstants()),
            (Jacobian(cut, l, PLAIN), Algebra("cut the chain at l")),
            (OUTER, JacobianRule()),
        ],
        OUTER,
        "Eq. (3)",
    )


@lru_cache(maxsize=1)
def eq3() -> Derivation:
    """H̃^{kl} = W^{k+1:L}W^{L:l+1} ⊗ W^{k-1:1}ΣW^{1:l-1} for k ≠ l: here for k < l, its lemma for k > l."""
    after = outer_block(AFTER, "outer part, k after l")
    return replace(outer_block(BEFORE, "outer part, k before l"), lemmas=(after, population_gradient()))


@lru_cache(maxsize=1)
def eq4() -> Derivation:
    """Ĥ^{kl} = W^{k+1:l-1} ⊗ W^{k-1:1}Ω⊤W^{L:l+1} for k < l, with respect to W^{l⊤}."""
    cut = times(Transposed(k + 1, l - 1), Transposed(l, l), Transposed(l + 1, L), Omega(), FRONT)
    return derived(
        "eq4",
        "functional part, k before l",
        BEFORE,
        Jacobian(GRADIENT, l, TRANSPOSED),
        [
            (Jacobian(cut, l, TRANSPOSED), Algebra("cut the chain at l")),
            (FUNCTIONAL_BEFORE, JacobianRule()),
        ],
        FUNCTIONAL_BEFORE,
        "Eq. (4)",
        lemmas=(population_gradient(),),
        remarks=(SINGLE_FACTOR,),
    )


@lru_cache(maxsize=1)
def eq5() -> Derivation:
    """Ĥ^{kl} = W^{k+1:L}ΩW^{1:l-1} ⊗ W^{k-1:l+1} for k > l, with respect to W^{l⊤}."""
    cut = times(BACK, Omega(), Transposed(1, l - 1), Transposed(l, l), Transposed(l + 1, k - 1))
    return derived(
        "eq5",
        "functional part, k after l",
        AFTER,
        Jacobian(GRADIENT, l, TRANSPOSED),
        [
            (Jacobian(cut, l, TRANSPOSED), Algebra("cut the chain at l")),
            (FUNCTIONAL_AFTER, JacobianRule()),
        ],
        FUNCTIONAL_AFTER,
        "Eq. (5)",
        lemmas=(population_gradient(),),
        remarks=(SINGLE_FACTOR,),
    )


def gradient_degrees() -> dict[str, int]:
    """The degree of ∂𝓛/∂W^k in W^k itself and in the other weights, the remark after Eq. (2).

    Example:
        >>> gradient_degrees()
        {'l = k': 1, 'l > k': 2, 'l < k': 2}
    """
    explicit = canonical(times(BACK, Omega().definition(), FRONT), ONE_LAYER)
    return {
        "l = k": degree(explicit, k, ONE_LAYER),
        "l > k": degree(explicit, l, BEFORE),
        "l < k": degree(explicit, l, AFTER),
    }
