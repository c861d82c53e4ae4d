r"""Biases and weights decoupled: the Hessian with bias in the variables ΔW^k and β^k = Δb^k + ΔW^k z̄^{k-1}.

z̄^l is the mean of z^l over the data, x̄ that of x. The change of the output is then the sum over k of
W^{L:k+1}ΔW^kW^{k-1:1}(x − x̄) and W^{L:k+1}β^k, and with the covariances Σ_c = Cov(x, x), Ω_c = Cov(δ, x) and e = E[δ]
the Hessian's form of two changes is

    outer:               tr(W^{L:k+1}ΔW^kW^{k-1:1} Σ_c (W^{L:l+1}ΔW^lW^{l-1:1})⊤) + tr(W^{L:k+1}β^k (W^{L:l+1}β^l)⊤),
    functional, k < l:   tr(Ω_c⊤W^{L:l+1}ΔW^lW^{l-1:k+1}ΔW^kW^{k-1:1}) + e⊤W^{L:l+1}ΔW^lW^{l-1:k+1}β^k,

for every weights, biases and data: no bias occurs. The change of variables is invertible, so ranks are those of this
form. H_o is the one without bias on centred inputs beside that of a mean, whose rank is K. If E[δ] = 0, as wherever
the derivative by b^L vanishes, the same holds for H_L and H_f: every case is one of a network without bias.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sympy import Expr, Integer, Sum, Trace, Transpose

from hessproof.symbolic import words
from hessproof.symbolic.bias.centred_letters import (
    CentredOmega,
    CentredSigma,
    Centring,
    Homogeneous,
    MeanChange,
    MeanInput,
    MeanResidual,
    WeightChange,
)
from hessproof.symbolic.bias.letters import (
    Affine,
    AugmentedDelta,
    AugmentedOmega,
    AugmentedSigma,
    Embed,
    Intertwine,
    intertwining,
)
from hessproof.symbolic.derivation import Algebra, Backwards, Derivation, Rule, Step
from hessproof.symbolic.flag_rank import BlockRow, Link, RankOfFlag, RankOfGram, Segment
from hessproof.symbolic.generalised_inverse import RankOfKronecker, Rk
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.outer_rank import DEEP, weights_of_any_rank
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.sums import rewrite
from hessproof.symbolic.telescoping import same
from hessproof.symbolic.tensor_flag import induction_step
from hessproof.symbolic.words import Descending, L, M, Transposed, add, identity, k, l, times, weight

PAIR = Ordering(k >= 1, k <= L, l >= 1, l <= L)
BEFORE = Ordering(k >= 1, k + 1 <= l, l <= L)


class SplitInput(Rule):
    """E_0P + E[x̃]ε⊤ = I: x̃ = (x − x̄, 0) + E[x̃]."""

    name = "input less its mean, and its mean"
    statement = r"\tilde{x} = E_0(x - \bar{x}) + \mathbf{E}[\tilde{x}]"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put an identity for the sum, or for its transpose."""
        whole = identity(M(0) + 1)

        def local(node: Any, inner: Ordering) -> Any:
            return whole if node in (SPLIT, SPLIT_T) else None

        return rewrite(expression, ordering, local)


class Names(Rule):
    """Δ^lE_{l-1} = ΔW^l, and β^l = Δ^lT^{l-1:1}E[x̃]; the same transposed."""

    name = "change of variables"
    statement = r"\Delta^l E_{l-1} = \Delta W^l,\quad \beta^l = \Delta^l T^{l-1:1} \mathbf{E}[\tilde{x}]"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Use the new variables in products as they are written."""

        def local(node: Any, inner: Ordering) -> Any:
            if not getattr(node, "is_MatMul", False):
                return None
            factors = list(node.args)
            for layer in (k, l):
                change, chain, mean = AugmentedDelta(layer), Affine(layer - 1, 1), MeanInput()
                for long, short in (((change, Embed(layer - 1)), WeightChange(layer)),
                                    ((change, chain, mean), MeanChange(layer))):  # fmt: skip
                    _replace(factors, long, short)
                    _replace(factors, tuple(x.T for x in reversed(long)), short.T)
            return times(*factors)

        return rewrite(expression, ordering, local)


def _replace(factors: list[Any], long: tuple[Any, ...], short: Any) -> None:
    for start in range(len(factors) - len(long), -1, -1):
        if tuple(factors[start : start + len(long)]) == long:
            factors[start : start + len(long)] = [short]


class CentredMoments(Rule):
    """PΣ̃P⊤ = Σ_c, PΣ̃ε = 0, ε⊤Σ̃ε = 1, PΩ̃⊤ = Ω_c⊤ and ε⊤Ω̃⊤ = e⊤."""

    name = "centred moments"
    statement = r"P\tilde\Sigma P^\top = \Sigma_c,\; P\tilde\Sigma\varepsilon = 0,\; P\tilde\Omega^\top = \Omega_c^\top"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace moments between P and ε, cyclically inside a trace."""

        def local(node: Any, inner: Ordering) -> Any:
            return self._trace(node) if isinstance(node, Trace) else None

        return rewrite(expression, ordering, local)

    def _trace(self, trace: Trace) -> Expr:
        p, one, sigma, omega_t = Centring(), Homogeneous(), AugmentedSigma(), Transpose(AugmentedOmega())
        letters = list(trace.arg.args)
        if letters[0] == omega_t:
            letters = [letters[-1], *letters[:-1]]
        for left, right in ((p, one), (one.T, p.T)):
            if _stands(letters, (left, sigma, right)):
                return Integer(0)
        _replace(letters, (p, sigma, p.T), CentredSigma())
        _replace(letters, (one.T, sigma, one), identity(1))
        _replace(letters, (p, omega_t), Transpose(CentredOmega()))
        _replace(letters, (one.T, omega_t), Transpose(MeanResidual()))
        if any(letter.has(AugmentedSigma, AugmentedOmega) for letter in letters):
            raise RuleFailure(f"no centred moment stands in {words.shown(trace)}")
        return Trace(times(*letters))


def _stands(letters: list[Any], word: tuple[Any, ...]) -> bool:
    return any(tuple(letters[start : start + len(word)]) == word for start in range(len(letters)))


SPLIT = add(times(Embed(0), Centring()), times(MeanInput(), Homogeneous().T))
SPLIT_T = add(times(Centring().T, Embed(0).T), times(Homogeneous(), MeanInput().T))


def _front(layer: Expr) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The factors of Δ^lT^{l-1:1}, and of its two parts in the new variables, up to P and ε⊤."""
    return (WeightChange(layer), Descending(layer - 1, 1)), (MeanChange(layer),)


@cache
def outer() -> Derivation:
    """The outer form, for every k and l.

    Example:
        >>> outer().check(0).ok
        True
    """
    up, down = Descending(L, k + 1), Transposed(l + 1, L)
    one, two, sigma = (AugmentedDelta(k), Affine(k - 1, 1)), (AugmentedDelta(l), Affine(l - 1, 1)), AugmentedSigma()
    back = tuple(x.T for x in reversed(two))
    parts = (Embed(0), Centring()), (MeanInput(), Homogeneous().T)
    spread = [times(up, *one, *a, sigma, *(x.T for x in reversed(b)), *back, down) for a in parts for b in parts]
    lines = [
        (Trace(times(up, *one, SPLIT, sigma, SPLIT_T, *back, down)), Backwards(SplitInput())),
        (sum((Trace(x) for x in spread), Integer(0)), Algebra("distribute")),
    ]
    lines.append((Intertwine().apply(lines[-1][0], PAIR), Intertwine()))
    lines.append((Names().apply(lines[-1][0], PAIR), Names()))
    (weights_k, mean_k), (weights_l, mean_l) = _front(k), _front(l)
    inner = times(up, *weights_k, CentredSigma(), *(x.T for x in reversed(weights_l)), down)
    final = Trace(inner) + Trace(times(up, *mean_k, *(x.T for x in mean_l), down))
    return Derivation(
        "outer form with bias", "weights and biases decoupled in H_o", PAIR,
        Trace(times(up, *one, sigma, *back, down)),
        (*(Step(line, rule) for line, rule in lines), Step(final, CentredMoments())), final,
        source="this project", valuations=weights_of_any_rank, lemmas=(intertwining(),),
    )  # fmt: skip


@cache
def functional() -> Derivation:
    """The functional form, for k < l; only E[δ] couples weights and biases.

    Example:
        >>> functional().check(0).ok
        True
    """
    later = (Descending(L, l + 1), AugmentedDelta(l), Embed(l - 1), Descending(l - 1, k + 1))
    one, omega_t = (AugmentedDelta(k), Affine(k - 1, 1)), Transpose(AugmentedOmega())
    parts = (Embed(0), Centring()), (MeanInput(), Homogeneous().T)
    lines = [
        (Trace(times(omega_t, *later, *one, SPLIT)), Backwards(SplitInput())),
        (sum((Trace(times(omega_t, *later, *one, *part)) for part in parts), Integer(0)), Algebra("distribute")),
    ]
    lines.append((Intertwine().apply(lines[-1][0], BEFORE), Intertwine()))
    lines.append((Names().apply(lines[-1][0], BEFORE), Names()))
    path = (Descending(L, l + 1), WeightChange(l), Descending(l - 1, k + 1))
    weights, mean = _front(k)
    final = Trace(times(Transpose(CentredOmega()), *path, *weights)) + Trace(
        times(Transpose(MeanResidual()), *path, *mean)
    )
    return Derivation(
        "functional form with bias", "weights and biases decoupled in H_f", BEFORE,
        Trace(times(omega_t, *later, *one)),
        (*(Step(line, rule) for line, rule in lines), Step(final, CentredMoments())), final,
        source="this project", valuations=weights_of_any_rank, lemmas=(intertwining(),),
    )  # fmt: skip


@cache
def mean_rank() -> Derivation:
    """The form of the β alone has rank K: its Jacobian (W^{L:l+1})_l ends in an identity.

    Example:
        >>> mean_rank().check(0).ok
        True
    """
    row = BlockRow(Segment(Descending(L, l + 1), identity(1), l, 1, L))
    plain, one = Rk(Descending(L, l + 1)), Rk(identity(1))
    all_layers, but_last = (l, 1, L), (l, 1, L - 1)
    steps = (
        Step(Rk(row), RankOfGram()),
        Step(
            Sum(plain * one, all_layers) - Sum(plain * one, but_last), RankOfFlag((Link(weight(l + 1), identity(1)),))
        ),
        Step(Sum(plain, all_layers) - Sum(plain, but_last), RankOfKronecker()),
        Step(Rk(identity(M(L))), Algebra("telescoping")),
        Step(M(L), RankOfKronecker()),
    )
    return Derivation(
        "mean_rank", "rank of what the means add", DEEP, Rk(times(row, row.T)), steps, M(L),
        source="this project", same=same, valuations=weights_of_any_rank, lemmas=(induction_step(),),
    )  # fmt: skip
