r"""The Gauss–Newton split of the Hessian and the factorisation of its outer part (Singh et al. 2021, §3.1, Prop. 2).

H_o = E[∇F⊤ (∂²ℓ) ∇F] and H_f = E[Σ_c [∂ℓ]_c ∇²F_c] are derived from their definitions, apart from Eqs. (3)–(5), and
then their sum is shown to be the Hessian, block by block, for k < l, k = l and k > l.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from hessproof.symbolic.citation import Cite
from hessproof.symbolic.derivation import Backwards, Derivation
from hessproof.symbolic.derivative_rules import GradientRule, JacobianRule, SplitKinds, Unfreeze
from hessproof.symbolic.derivatives import PLAIN, TRANSPOSED, Frozen, Jacobian
from hessproof.symbolic.expectation import Expectation, TakeExpectation
from hessproof.symbolic.kronecker import MixedProduct, kron
from hessproof.symbolic.layer_blocks import (
    AFTER,
    BACK,
    BEFORE,
    DELTA,
    FRONT,
    FUNCTIONAL_AFTER,
    FUNCTIONAL_BEFORE,
    FUNCTIONAL_DEFINITION,
    GRADIENT,
    HESSIAN,
    ONE_LAYER,
    OUTER,
    OUTER_DEFINITION,
    SWAP,
    TWO_LAYERS,
    X,
    derived,
    diag,
    eq4,
    eq5,
    outer_block,
    population_gradient,
)
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.words import Descending, L, M, Omega, Sigma, Transposed, add, identity, k, l, times, zero


@lru_cache(maxsize=1)
def outer_gauss_newton() -> Derivation:
    """E[∂F/∂W^k⊤ ∂F/∂W^l] = W^{k+1:L}W^{L:l+1} ⊗ W^{k-1:1}ΣW^{1:l-1}, for any k and l."""
    left = kron(BACK, times(Descending(k - 1, 1), X))
    right = kron(Descending(L, l + 1), times(X.T, Transposed(1, l - 1)))
    merged = kron(times(BACK, Descending(L, l + 1)), times(Descending(k - 1, 1), X, X.T, Transposed(1, l - 1)))
    return derived(
        "split",
        "outer-product block",
        TWO_LAYERS,
        OUTER_DEFINITION,
        [
            (Expectation(times(left, right)), JacobianRule()),
            (Expectation(merged), MixedProduct()),
            (OUTER, TakeExpectation()),
        ],
        OUTER,
        "§3.1 and Prop. 2",
    )


def _functional_block(ordering: Ordering, title: str, block: Any) -> Derivation:
    fixed = times(BACK, Frozen(DELTA), X.T, FRONT)
    at_sample = block.xreplace({Omega(): times(DELTA, X.T), Omega().T: times(X, DELTA.T)})
    frozen = block.xreplace({Omega(): times(Frozen(DELTA), X.T), Omega().T: times(X, Frozen(DELTA).T)})
    return derived(
        "split",
        title,
        ordering,
        FUNCTIONAL_DEFINITION,
        [
            (Expectation(Jacobian(fixed, l)), GradientRule()),
            (Expectation(times(frozen, SWAP)), JacobianRule()),
            (Expectation(times(at_sample, SWAP)), Unfreeze()),
            (times(block, SWAP), TakeExpectation()),
        ],
        times(block, SWAP),
        "§3.1",
    )


@lru_cache(maxsize=1)
def functional_before() -> Derivation:
    """H_f^{kl} = Ĥ^{kl} P of Eq. (4), k < l; P passes from W^{l⊤} to W^l."""
    return _functional_block(BEFORE, "functional block, k before l", FUNCTIONAL_BEFORE)


@lru_cache(maxsize=1)
def functional_after() -> Derivation:
    """H_f^{kl} = Ĥ^{kl} P of Eq. (5), k > l."""
    return _functional_block(AFTER, "functional block, k after l", FUNCTIONAL_AFTER)


@lru_cache(maxsize=1)
def functional_diagonal() -> Derivation:
    """H_f^{kk} = 0: F is linear in each single layer."""
    nothing = zero(M(k) * M(k - 1), M(k) * M(k - 1))
    return derived(
        "split",
        "functional block, k = l",
        ONE_LAYER,
        FUNCTIONAL_DEFINITION.xreplace({l: k}),
        [
            (Expectation(Jacobian(times(BACK, Frozen(DELTA), X.T, FRONT), k)), GradientRule()),
            (nothing, JacobianRule()),
        ],
        nothing,
        "§3.1",
    )


def _split(ordering: Ordering, title: str, kinds: Derivation, functional: Derivation, block: Any) -> Derivation:
    final = add(OUTER_DEFINITION, FUNCTIONAL_DEFINITION)
    plain, flipped = Jacobian(GRADIENT, l, PLAIN), Jacobian(GRADIENT, l, TRANSPOSED)
    outer = outer_block(ordering, "Eq. (3)")
    return derived(
        "split",
        title,
        ordering,
        HESSIAN,
        [
            (Jacobian(GRADIENT, l), Cite(population_gradient())),
            (add(plain, times(flipped, SWAP)), SplitKinds()),
            (add(OUTER, times(flipped, SWAP)), Cite(outer)),
            (add(OUTER, times(block, SWAP)), Cite(kinds)),
            (add(OUTER_DEFINITION, times(block, SWAP)), Backwards(Cite(outer_gauss_newton()))),
            (final, Backwards(Cite(functional))),
        ],
        final,
        "§3.1 and S1",
    )


@lru_cache(maxsize=1)
def split() -> Derivation:
    """H_𝓛 = H_o + H_f, and it is the split of Eqs. (3)–(5): k < l here, k > l and k = l as lemmas."""
    final = add(OUTER_DEFINITION, FUNCTIONAL_DEFINITION).xreplace({l: k})
    block = OUTER.xreplace({l: k})
    equal = derived(
        "split",
        "Gauss-Newton split, k = l",
        ONE_LAYER,
        HESSIAN.xreplace({l: k}),
        [
            (block, Cite(diag())),
            (OUTER_DEFINITION.xreplace({l: k}), Backwards(Cite(outer_gauss_newton(), {l: k}))),
            (final, Backwards(Cite(functional_diagonal()))),
        ],
        final,
        "§3.1 and S1",
    )
    after = _split(AFTER, "Gauss-Newton split, k after l", eq5(), functional_after(), FUNCTIONAL_AFTER)
    main = _split(BEFORE, "Gauss-Newton split, k before l", eq4(), functional_before(), FUNCTIONAL_BEFORE)
    parts = (functional_before(), functional_after(), functional_diagonal(), outer_gauss_newton())
    return replace(main, lemmas=(after, equal, *parts))


@lru_cache(maxsize=1)
def prop2() -> Derivation:
    """Block (k, l) of H_o = A_o B_o A_o⊤ with B_o = I_K ⊗ Σ and A_o⊤ = (… W^{L:l+1} ⊗ W^{1:l-1} …)."""
    left = kron(Descending(L, k + 1), FRONT)
    right = kron(Descending(L, l + 1), Transposed(1, l - 1))
    final = times(left.T, kron(identity(M(L)), Sigma()), right)
    return derived(
        "prop2",
        "factorisation of the outer-product Hessian",
        TWO_LAYERS,
        OUTER_DEFINITION,
        [
            (OUTER, Cite(outer_gauss_newton())),
            (final, Backwards(MixedProduct())),
        ],
        final,
        "Prop. 2",
        lemmas=(outer_gauss_newton(),),
    )
