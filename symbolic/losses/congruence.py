r"""Cross-entropy of K outputs is a loss of their K − 1 differences: a congruence with a smaller network's Hessian.

Let D be the (K − 1) × K matrix of the differences F_c − F_K. A loss that no common shift changes is g(DF)
(:func:`~hessproof.symbolic.losses.invariance.shift` with h = −F_K), so that δ = D⊤γ and Λ = D⊤ΓD with the residual γ
and the curvature Γ of g. In the Hessian's bilinear form D meets the last layer only: DW^L = U takes the place of W^L,
and DΔW^L that of ΔW^L. Hence

    H_ℓ(W^1, …, W^L) = T⊤ H_g(W^1, …, W^{L-1}, DW^L) T,   T = diag(I, …, I, D ⊗ I),

for H_o, H_f and H_L alike. T is onto, for the rows of D are independent, and so all three ranks are the same on both
sides: for every parameter. With bias, x stands for (x, 1) and the chains for those of [W^l b^l; 0 1].
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
import sympy as sp
from sympy import MatrixExpr, Symbol, Trace

from hessproof.symbolic import words
from hessproof.symbolic.derivation import Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.generalised_inverse import exact_rank
from hessproof.symbolic.kernel_proof import RANK
from hessproof.symbolic.losses.invariance import curvature_total, residual_total, shift
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Array, Valuation, evaluate, filled, kronecker, unit
from hessproof.symbolic.words import Descending, L, M, Transposed, k, l, times

REDUCED_RANK = Symbol(r"\operatorname{rk} H_g", integer=True)
"""The rank of the Hessian of the network with last layer DW^L under g."""


class _Outputs(words.Letter):
    """A square symmetric matrix of the size of the outputs."""

    def _rows(self) -> Any:
        return M(L)

    _cols = _rows

    def _eval_transpose(self) -> Any:
        return self


class Curvature(_Outputs):
    """Λ = ∂²ℓ/∂F² of one sample, K × K."""

    def _text(self, printer: Any) -> str:
        return r"\Lambda"


class ReducedCurvature(_Outputs):
    """Γ = ∂²g/∂G² at G = DF, (K − 1) × (K − 1)."""

    def _rows(self) -> Any:
        return M(L) - 1

    _cols = _rows

    def _text(self, printer: Any) -> str:
        return r"\Gamma"


class Difference(words.Letter):
    """D, (K − 1) × K, with DF = (F_1 − F_K, …, F_{K-1} − F_K)."""

    def _rows(self) -> Any:
        return M(L) - 1

    def _cols(self) -> Any:
        return M(L)

    def _text(self, printer: Any) -> str:
        return "D"


class LossResidual(words.Letter):
    """δ = ∂ℓ/∂F of one sample, K × 1."""

    def _rows(self) -> Any:
        return M(L)

    def _cols(self) -> Any:
        return sp.S.One

    def _text(self, printer: Any) -> str:
        return r"\delta"


class ReducedResidual(LossResidual):
    """γ = ∂g/∂G, (K − 1) × 1."""

    def _rows(self) -> Any:
        return M(L) - 1

    def _text(self, printer: Any) -> str:
        return r"\gamma"


class ReducedLayer(words.Letter):
    """U = DW^L, the last layer of the smaller network, (K − 1) × M_{L-1}."""

    def _rows(self) -> Any:
        return M(L) - 1

    def _cols(self) -> Any:
        return M(L - 1)

    def _text(self, printer: Any) -> str:
        return "U"


class OtherChange(words.Delta):
    """Δ′, a change of W^l that is independent of ΔW^k even for l = k."""

    def _text(self, printer: Any) -> str:
        return rf"\Delta'^{{{printer._print(self.args[0])}}}"


class ChainRule(Rule):
    """δ = D⊤γ and Λ = D⊤ΓD, for ℓ(F) = g(DF)."""

    name = "chain rule"
    statement = r"\ell(F) = g(DF):\ \delta = D^\top\gamma,\ \Lambda = D^\top\Gamma D"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put the derivatives of g for those of ℓ."""
        d = Difference()
        changes = {
            Curvature(): times(d.T, ReducedCurvature(), d),
            LossResidual(): times(d.T, ReducedResidual()),
            LossResidual().T: times(ReducedResidual().T, d),
        }
        letters = [changes.get(letter, letter) for letter in expression.arg.args]
        if letters == list(expression.arg.args):
            raise RuleFailure(f"no derivative of the loss in {expression}")
        return Trace(times(*letters))


class ReducedLast(Rule):
    """U = DW^L: a chain that ends in W^L, and D beside it."""

    name = "last layer of the smaller network"
    statement = r"D W^{L:a} = U W^{L-1:a} \quad (a \le L)"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """DW^{L:a} → UW^{L-1:a}, and transposed; chains that are empty stay."""
        letters, result = list(expression.arg.args), list[MatrixExpr]()
        for letter in letters:
            before = result[-1] if result else None
            if isinstance(letter, Descending) and before == Difference() and _reaches(letter, ordering):
                result[-1:] = [ReducedLayer(), Descending(L - 1, letter.last)]
            elif isinstance(before, Transposed) and letter == Difference().T and _reaches(before.T, ordering):
                result[-1:] = [Transposed(before.first, L - 1), ReducedLayer().T]
            else:
                result.append(letter)
        return Trace(times(*result))


def _reaches(chain: Descending, ordering: Ordering) -> bool:
    """Whether a chain contains W^L."""
    return chain.first == L and ordering.nonnegative(L - chain.last) is True


@dataclass(frozen=True)
class Case:
    """One block of the Hessian's bilinear form: outer or functional, and where k and l lie."""

    name: str
    order: Ordering
    outer: bool
    first: Any = k
    second: Any = l


@cache
def cases() -> tuple[Case, ...]:
    """Outer: both layers below the last one, one of them, none. Functional (k < l): l below the last one, or not."""
    base = Ordering(k >= 1, l >= 1, k <= L, l <= L)
    inner = base.where(k <= L - 1, l <= L - 1)
    return (
        Case("outer, k and l below the last layer", inner, True),
        Case("outer, l the last layer", base.where(k <= L - 1), True, second=L),
        Case("outer, both the last layer", base.where(L >= 1), True, first=L, second=L),
        Case("functional, l below the last layer", inner.where(k + 1 <= l), False),
        Case("functional, l the last layer", base.where(k <= L - 1), False, second=L),
    )


def _lines(case: Case) -> tuple[Any, Any, Any]:
    """The bilinear form; after the chain rule, turned round; in the smaller network."""
    d, a, b = Difference(), case.first, case.second
    change, other, x = words.Delta(a), OtherChange(b), words.Input()
    middle: tuple[Any, ...]
    start: tuple[Any, ...]
    turned: tuple[Any, ...]
    final: tuple[Any, ...]
    if case.outer:
        middle = (other, Descending(b - 1, 1), x, x.T, Transposed(1, a - 1), change.T)
        start = (Curvature(), Descending(L, b + 1), *middle, Transposed(a + 1, L))
        turned = (ReducedCurvature(), d, Descending(L, b + 1), *middle, Transposed(a + 1, L), d.T)
        left = (d,) if b == L else (ReducedLayer(), Descending(L - 1, b + 1))
        right = (d.T,) if a == L else (Transposed(a + 1, L - 1), ReducedLayer().T)
        final = (ReducedCurvature(), *left, *middle, *right)
    else:
        middle = (other, Descending(b - 1, a + 1), change, Descending(a - 1, 1), x)
        start = (LossResidual().T, Descending(L, b + 1), *middle)
        turned = (ReducedResidual().T, d, Descending(L, b + 1), *middle)
        left = (d,) if b == L else (ReducedLayer(), Descending(L - 1, b + 1))
        final = (ReducedResidual().T, *left, *middle)
    return Trace(times(*start)), Trace(times(*turned)), Trace(times(*final))


@cache
def blocks() -> tuple[Derivation, ...]:
    """The bilinear form of H_ℓ is that of H_g at the changes TΔ, block by block.

    Example:
        >>> all(derivation.check(0, count=2).ok for derivation in blocks())
        True
    """
    found, cited = [], {True: (shift(), curvature_total()), False: (residual_total(),)}
    for case in cases():
        start, turned, final = _lines(case)
        steps = (Step(turned, ChainRule()), Step(final, ReducedLast()))
        found.append(
            Derivation(
                f"congruence: {case.name}", f"the form of a smaller network: {case.name}", case.order, start, steps,
                final, source="this project", valuations=partial(_networks, case), lemmas=cited.pop(case.outer, ()),
            )
        )  # fmt: skip
    return tuple(found)


class Onto(Rule):
    """rk T⊤HT = rk H for T with independent rows."""

    name = "congruence by a map that is onto"
    statement = r"T \text{ onto}:\ \operatorname{rk} T^\top H T = \operatorname{rk} H"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The rank of the smaller Hessian for that of the larger one."""
        if expression != RANK:
            raise RuleFailure(f"{expression} is not the rank of T⊤HT")
        return REDUCED_RANK


@cache
def rank() -> Derivation:
    """rk H_ℓ = rk H_g for every parameter, with K − 1 outputs on the right: for H_o, H_f and H_L.

    Example:
        >>> rank().check(0, count=2).ok
        True
    """
    return Derivation(
        "congruence", "cross-entropy of K outputs has the ranks of a loss of K − 1 outputs", Ordering(L >= 1), RANK,
        (Step(REDUCED_RANK, Onto()),), REDUCED_RANK, source="this project", valuations=_congruent_pairs,
        remarks=("T = diag(I, …, I, D ⊗ I) is onto because the K − 1 rows of D are independent",),
        lemmas=blocks(),
    )  # fmt: skip


def _networks(case: Case, derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Networks with two outputs or more, up to four layers."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    solutions = list(case.order.where(L >= 1).solutions(0, 4))
    for solution in (stream.choice(solutions) for _ in range(3)):
        widths = [stream.randint(1, 3) for _ in range(solution[L] + 1)]
        widths[-1] = stream.randint(2, 4)
        yield Valuation(dict(solution), tuple(widths), seed=stream.randrange(2**32))


def _congruent_pairs(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """The ranks of random symmetric matrices, of every rank, and of their congruent ones."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (1, 2, 3):
        widths = [stream.randint(1, 2) for _ in range(depth)] + [stream.randint(2, 3)]
        sizes = [one * two for one, two in zip(widths[1:], widths, strict=False)]
        inner, width = sum(sizes[:-1]), widths[-2]
        small = inner + (widths[-1] - 1) * width
        target = stream.randint(0, small)
        factor = np.array([[stream.randint(-5, 5) for _ in range(target)] for _ in range(small)], dtype=object)
        matrix = factor.dot(factor.T) if target else filled(small, small)
        onto = filled(small, sum(sizes))
        onto[:inner, :inner] = unit(inner)
        onto[inner:, inner:] = kronecker(difference(widths[-1]), unit(width))
        larger = onto.T.dot(matrix).dot(onto)
        yield Valuation({L: depth, RANK: exact_rank(larger), REDUCED_RANK: exact_rank(matrix)})


def difference(outputs: int) -> Array:
    """D for K outputs, integers.

    Example:
        >>> difference(3).tolist()
        [[1, 0, -1], [0, 1, -1]]
    """
    return np.hstack([unit(outputs - 1), filled(outputs - 1, 1, -1)])


def _outputs(valuation: Valuation) -> int:
    return valuation.number(M(L))


@evaluate.register(Difference)
def _(expression: Difference, valuation: Valuation) -> Array:
    return difference(_outputs(valuation))


@evaluate.register(ReducedCurvature)
def _(expression: ReducedCurvature, valuation: Valuation) -> Array:
    size = _outputs(valuation) - 1
    drawn = valuation.draw("Gamma", (size, size))
    return np.asarray(drawn + drawn.T)


@evaluate.register(Curvature)
def _(expression: Curvature, valuation: Valuation) -> Array:
    d = difference(_outputs(valuation))
    return np.asarray(d.T.dot(evaluate(ReducedCurvature(), valuation)).dot(d))


@evaluate.register(ReducedResidual)
def _(expression: ReducedResidual, valuation: Valuation) -> Array:
    return valuation.draw("gamma", (_outputs(valuation) - 1, 1))


@evaluate.register(LossResidual)
def _(expression: LossResidual, valuation: Valuation) -> Array:
    return np.asarray(difference(_outputs(valuation)).T.dot(evaluate(ReducedResidual(), valuation)))


@evaluate.register(ReducedLayer)
def _(expression: ReducedLayer, valuation: Valuation) -> Array:
    return np.asarray(difference(_outputs(valuation)).dot(valuation.weights[valuation.number(L) - 1]))


@evaluate.register(OtherChange)
def _(expression: OtherChange, valuation: Valuation) -> Array:
    layer = valuation.number(expression.args[0])
    return valuation.draw(("other change", layer), (valuation.widths[layer], valuation.widths[layer - 1]))
