"""Derive an identity for all depths and widths, and see a wrong one rejected.

The diagonal block of the outer-product Hessian of a deep linear network is J_k⊤ (I ⊗ Σ) J_k, where
J_k = W^{L:k+1} ⊗ W^{1:k-1} is the Jacobian with respect to layer k. One rule, the mixed product, turns it into a
single Kronecker product (Singh et al. 2021, §3.1). Nothing here has a size: L, k and all widths stay symbols.

Run it as ``python examples/derive_an_identity.py``.
"""

from hessproof.symbolic.derivation import Derivation, Step
from hessproof.symbolic.kronecker import MixedProduct, kron
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.words import Descending, L, M, Sigma, Transposed, identity, k, times

start = times(
    kron(Transposed(k + 1, L), Descending(k - 1, 1)),
    kron(identity(M(L)), Sigma()),
    kron(Descending(L, k + 1), Transposed(1, k - 1)),
)
block = kron(
    times(Transposed(k + 1, L), Descending(L, k + 1)),
    times(Descending(k - 1, 1), Sigma(), Transposed(1, k - 1)),
)

derivation = Derivation(
    claim="diag",
    title="diagonal block of the outer-product Hessian",
    ordering=Ordering(1 <= k, k <= L),
    start=start,
    steps=(Step(block, MixedProduct()),),
    final=block,
)

report = derivation.check(0)
print(f"derived for all sizes: {report.ok}; the lines also agree on {report.instances} random exact instances")

# One index off by one: k in place of k − 1 in the second factor.
wrong = kron(
    times(Transposed(k + 1, L), Descending(L, k + 1)),
    times(Descending(k, 1), Sigma(), Transposed(1, k)),
)
rejected = derivation.with_final(wrong).check(0, numbers=False)
print(f"the wrong block, without the help of numbers: {rejected.ok}")
print(rejected.why)
