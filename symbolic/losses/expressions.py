r"""Losses of K outputs as expressions for symbolic K, each written once; δ and Λ come from differentiation.

A loss is a function of the outputs F_1, …, F_K of a network and of the targets y_1, …, y_K:

    mse: ½ Σ (F_c − y_c)²,   cosh: Σ log cosh(F_c − y_c),   cross-entropy: t log Σ exp F_c − Σ y_c F_c,   t = Σ y_c,

the last one being −Σ y_c log p_c with p = softmax(F). The Gauss–Newton split needs δ_a = ∂ℓ/∂F_a and
Λ_ab = ∂²ℓ/∂F_a∂F_b. For all of them Λ = diag(w) − t vv⊤; ``Loss.slope``, ``Loss.weight`` and ``Loss.coupling`` give
δ_c, w_c and v_c as functions of the numbers F_c, y_c, p_c and t alone, for kernels to turn into code.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import sympy as sp

from hessproof.symbolic.architecture import LOSSES
from hessproof.symbolic.errors import UnusableRequest

K = sp.Symbol("K", integer=True, positive=True)
"""The number of outputs."""
F, Y = sp.IndexedBase("F", real=True), sp.IndexedBase("y", real=True)
"""Outputs and targets; their indices run from 1 to K."""
A, B, C = (sp.Symbol(name, integer=True, positive=True) for name in ("a", "b", "c"))
"""Numbers of outputs; C is the one that is summed over."""
OUTPUT, TARGET = sp.Symbol("F_c", real=True), sp.Symbol("y_c", real=True)
PROBABILITY, MASS = sp.Symbol("p_c", positive=True), sp.Symbol("t", real=True)
"""F_c, y_c, p_c = exp F_c / Σ exp F, and t = Σ y_c, which is 1 for a distribution."""


def total(body: sp.Expr) -> sp.Sum:
    """Σ_{c=1}^{K} of an expression in ``C``."""
    return sp.Sum(body, (C, 1, K))


POWERS = total(sp.exp(F[C]))
"""Σ_c exp F_c."""


def derivative(expression: sp.Expr, index: sp.Symbol) -> sp.Expr:
    """∂/∂F_index of an expression in F and sums over all outputs, for 1 ≤ index ≤ K.

    Example:
        >>> derivative(total(F[C] ** 2), A)
        2*F[a]
    """
    raw = expression.diff(F[index])
    return raw.replace(lambda node: isinstance(node, sp.Sum), _picked)


def _picked(node: sp.Sum) -> sp.Expr:
    """A sum whose Kronecker deltas are carried out; both indices lie between 1 and K."""
    kept: list[sp.Expr] = []
    chosen: list[sp.Expr] = []
    for term in sp.Add.make_args(sp.expand_mul(node.function)):
        factors = sp.Mul.make_args(term)
        delta = next((x for x in factors if isinstance(x, sp.KroneckerDelta) and C in x.free_symbols), None)
        if delta is None:
            kept.append(term)
        else:
            (other,) = set(delta.args) - {C}
            chosen.append(sp.Mul(*(x for x in factors if x != delta)).xreplace({C: other}))
    return sp.Add(*chosen) + (total(sp.Add(*kept)) if kept else 0)


@dataclass(frozen=True)
class Loss:
    """A loss as a function of F_1, …, F_K and y_1, …, y_K, for symbolic K.

    Args:
        name: As ``Architecture`` knows it.
        value: ℓ(F, y).
        shift_invariant: Whether ℓ(F + c1) = ℓ(F), as for the softmax.

    Example:
        >>> loss("mse").gradient, loss("mse").curvature
        (F[a] - y[a], KroneckerDelta(a, b))
        >>> loss("cross-entropy").slope, loss("cross-entropy").weight, loss("cross-entropy").coupling
        (p_c*t - y_c, p_c*t, p_c)
        >>> loss("cosh").slope
        tanh(F_c - y_c)
    """

    name: str
    value: sp.Expr
    shift_invariant: bool = False

    @cached_property
    def gradient(self) -> sp.Expr:
        """δ_a = ∂ℓ/∂F_a."""
        return derivative(self.value, A).replace(sp.sinh, lambda x: sp.tanh(x) * sp.cosh(x))

    @cached_property
    def curvature(self) -> sp.Expr:
        """Λ_ab = ∂²ℓ/∂F_a∂F_b."""
        return sp.expand_mul(derivative(self.gradient, B))

    @cached_property
    def slope(self) -> sp.Expr:
        """δ_c in the numbers F_c, y_c, p_c and t."""
        return _in_numbers(self.gradient, A)

    @cached_property
    def weight(self) -> sp.Expr:
        """w_c, the diagonal part of Λ = diag(w) − t vv⊤, in the numbers F_c, y_c, p_c and t."""
        return _in_numbers(self.curvature.coeff(sp.KroneckerDelta(A, B)), A)

    @cached_property
    def coupling(self) -> sp.Expr:
        """v_c of Λ = diag(w) − t vv⊤ in the numbers F_c, y_c, p_c and t; 0 if the outputs do not couple."""
        apart = _in_numbers(self.curvature.coeff(sp.KroneckerDelta(A, B), 0).subs(B, A), A)
        return sp.sqrt(sp.cancel(-apart / MASS))


def _in_numbers(expression: sp.Expr, index: sp.Symbol) -> sp.Expr:
    """An expression in F_index, y_index and sums over all outputs, in F_c, y_c, p_c and t."""
    powers = sp.Dummy("S", positive=True)
    plain = sp.sympify(expression).xreplace({total(Y[C]): MASS, POWERS: powers})
    plain = plain.xreplace({sp.exp(F[index]): PROBABILITY * powers, sp.exp(2 * F[index]): (PROBABILITY * powers) ** 2})
    return plain.xreplace({F[index]: OUTPUT, Y[index]: TARGET})


_ALL = {
    one.name: one
    for one in (
        Loss("mse", total((F[C] - Y[C]) ** 2 / 2)),
        Loss("cross-entropy", total(Y[C]) * sp.log(POWERS) - total(Y[C] * F[C]), shift_invariant=True),
        Loss("cosh", total(sp.log(sp.cosh(F[C] - Y[C])))),
    )
}


def loss(name: str) -> Loss:
    """The loss of that name.

    Raises:
        UnusableRequest: If there is none.

    Example:
        >>> loss("cross-entropy").gradient
        exp(F[a])*Sum(y[c], (c, 1, K))/Sum(exp(F[c]), (c, 1, K)) - y[a]
    """
    if name not in _ALL:
        raise UnusableRequest(f"loss {name!r}", f"one of {', '.join(LOSSES)}", f"give --loss {LOSSES[0]}")
    return _ALL[name]
