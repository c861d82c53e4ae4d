r"""The split of one object's Hessian into G-term and H-term, and the blocks of the H-term.

Kiselev & Grabovoy 2024, §3.4. For symbolic depth, layers k, l and widths, with and without bias:

    ∂²ℓ/∂V^k∂V^l = (∂z/∂V^k)⊤ A (∂z/∂V^l) + Σ_c δ_c ∂²z_c/∂V^k∂V^l,     δ = ∂ℓ/∂z,   A = ∂²ℓ/∂z².

This needs no more than two derivatives of z and ℓ. Away from the kinks the second summand is, for k < l and the
weights, (P_lk⊤ ⊗ x^k (G^{l⊤}δ)⊤) P, where P passes from W^{l⊤} to W^l. It is not zero, since W^l acts on what W^k
makes. For k = l it is zero.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from sympy import MatrixExpr, Transpose
from sympy.core.symbol import Str
from sympy.matrices.expressions.matmul import MatMul

from hessproof.symbolic.bias.letters import Embed
from hessproof.symbolic.derivation import Algebra, Derivation, Rule, RuleFailure
from hessproof.symbolic.kronecker import Commutation, kron
from hessproof.symbolic.norms.words import (
    Curvature,
    Gate,
    Gated,
    GatedTransposed,
    Lifted,
    OneGatedLayer,
    Slope,
    State,
    backward,
    between,
    entering,
    functional_block,
)
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.softmax.definitions import (
    BOTH,
    WEIGHTS,
    GradientBy,
    LossHessian,
    OutputHessian,
    ParameterJacobian,
    SlopeJacobian,
    WordBy,
)
from hessproof.symbolic.softmax.jacobian import OFF_KINKS, TWO_LAYERS, derived, stack
from hessproof.symbolic.sums import rewrite
from hessproof.symbolic.words import Descending, L, M, Transposed, add, k, l, shown, times, weight, zero

TWICE = "z is twice differentiable in the parameters"
BEFORE = Ordering(k >= 1, k + 1 <= l, l <= L)


class _OneNode(Rule):
    """A rule that replaces every node of one kind."""

    kind: type[MatrixExpr]
    assumptions = (TWICE,)

    def replaced(self, node: Any) -> Any:
        """What stands for the node."""
        return node

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace every such node."""
        return rewrite(expression, ordering, lambda node, _: self.replaced(node) if type(node) is self.kind else None)


class GradientChain(_OneNode):
    """∂ℓ/∂V^k = (∂z/∂V^k)⊤ δ, so that ∂²ℓ/∂V^k∂V^l is the derivative of this product."""

    name = "chain rule for the gradient"
    statement = r"\partial \ell / \partial V^k = (\partial z / \partial V^k)^\top \delta"
    kind = LossHessian

    def replaced(self, node: Any) -> Any:
        """The derivative of the gradient."""
        return GradientBy(*node.args)


class ProductRule(_OneNode):
    """d[(∂z/∂V^k)⊤ δ] = [d(∂z/∂V^k)]⊤ δ + (∂z/∂V^k)⊤ dδ."""

    name = "product rule"
    statement = r"\mathrm{d}(J^\top\delta) = (\mathrm{d}J)^\top \delta + J^\top\, \mathrm{d}\delta"
    kind = GradientBy

    def replaced(self, node: Any) -> Any:
        """Both summands."""
        first, second, kind = node.args
        curved = times(ParameterJacobian(first, kind).T, SlopeJacobian(second, kind))
        return add(curved, OutputHessian(first, second, kind))


class SlopeChain(_OneNode):
    """∂δ/∂V^l = A ∂z/∂V^l, as δ = ∂ℓ/∂z depends on V^l through z alone."""

    name = "chain rule for the residual"
    statement = r"\partial \delta / \partial V^l = A\, \partial z / \partial V^l"
    kind = SlopeJacobian

    def replaced(self, node: Any) -> Any:
        """A times the Jacobian."""
        return times(Curvature(), ParameterJacobian(*node.args))


@cache
def split(kind: Str) -> Derivation:
    """∂²ℓ/∂V^k∂V^l = G-term + H-term for any k, l and any twice differentiable loss of the outputs.

    Example:
        >>> split(WEIGHTS).check(0, count=2).ok, split(BOTH).check(0, count=2).ok
        (True, True)
    """
    functional = OutputHessian(k, l, kind)
    left = ParameterJacobian(k, kind).T
    final = add(times(left, Curvature(), ParameterJacobian(l, kind)), functional)
    return derived(
        f"split of the Hessian, {_named(kind)}", TWO_LAYERS, LossHessian(k, l, kind),
        [
            (GradientBy(k, l, kind), GradientChain()),
            (add(times(left, SlopeJacobian(l, kind)), functional), ProductRule()),
            (final, SlopeChain()),
        ],
        final, bias=None if kind == WEIGHTS else True,
    )  # fmt: skip


def _named(kind: Str) -> str:
    return {WEIGHTS: "weights", BOTH: "weights and biases"}[kind]


def gradient_word(layer: Any, kind: Str) -> Any:
    """G^{l⊤} δ x^{l⊤}: the gradient of δ·z in V^l as a matrix of the shape of V^l."""
    letters = backward(layer).args
    return times(*(letter.T for letter in reversed(letters)), Slope(), entering(layer, kind == BOTH).T)


class OutputGradient(_OneNode):
    """∂(δ·z)/∂V^k = G^{k⊤} δ x^{k⊤}, rows stacked: (G^k ⊗ x^{k⊤})⊤ δ = vec_r(G^{k⊤} δ x^{k⊤})."""

    name = "gradient of the outputs"
    statement = r"\partial (\delta \cdot z) / \partial V^k = G^{k\top} \delta\, x^{k\top}"
    kind = OutputHessian
    assumptions = (OFF_KINKS,)

    def replaced(self, node: Any) -> Any:
        """The derivative of the gradient's word; the cited Jacobian has been checked."""
        first, second, kind = node.args
        return WordBy(gradient_word(first, kind), second, kind)


class OneOccurrence(Rule):
    """∂(X W^{l⊤} Y)/∂W^l = (X ⊗ Y⊤) P for X and Y free of W^l and b^l, with P vec_r(W^l) = vec_r(W^{l⊤}).

    With bias W^{l⊤} = E_{l-1}⊤ [W^l b^l]⊤. A word without W^l and b^l has the derivative zero.
    """

    name = "a word linear in one layer"
    statement = r"\partial (X W^{l\top} Y) / \partial W^{l} = (X \otimes Y^\top) P"
    assumptions = (OFF_KINKS,)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Differentiate every word as it is written."""
        return rewrite(
            expression, ordering, lambda node, inner: self._of(node, inner) if isinstance(node, WordBy) else None
        )

    def _of(self, node: Any, ordering: Ordering) -> Any:
        matrix, layer, kind = node.args
        letters = list(matrix.args) if isinstance(matrix, MatMul) else [matrix]
        places = [place for place, letter in enumerate(letters) if letter == weight(layer).T]
        for letter in letters:
            if letter != weight(layer).T and not _free(letter, layer, ordering):
                raise RuleFailure(f"whether {shown(letter)} depends on layer {layer} is not settled, or it does")
        if not places:
            return zero(*node.shape)
        if len(places) > 1:
            raise RuleFailure(f"layer {layer} occurs more than once in {shown(matrix)}")
        left, right = letters[: places[0]], letters[places[0] + 1 :]
        columns = M(layer - 1) + (1 if kind == BOTH else 0)
        if kind == BOTH:
            left = [*left, Embed(layer - 1).T]
        turned = times(*(letter.T for letter in reversed(right)))
        return times(kron(times(*left), turned), Commutation(M(layer), columns))


def _free(letter: Any, layer: Any, ordering: Ordering) -> bool:
    """Whether a letter certainly does not depend on W^layer and b^layer; gates are constant away from the kinks."""
    settled: Callable[[Any], bool] = lambda gap: ordering.nonnegative(gap) is True  # noqa: E731
    bare = letter.arg if isinstance(letter, Transpose) else letter
    match bare:
        case Gated() | Descending():
            return settled(bare.last - layer - 1) or settled(layer - bare.first - 1)
        case GatedTransposed() | Transposed():
            return settled(bare.first - layer - 1) or settled(layer - bare.last - 1)
        case State() | Lifted():
            return settled(layer - bare.args[0])
    return isinstance(bare, Gate | Slope)


@cache
def functional(kind: Str) -> Derivation:
    """Block (k, l), k < l, of the H-term: (P_lk⊤ ⊗ x^k (G^{l⊤}δ)⊤) P; with bias E_{l-1}P_lk and x̃^k.

    Example:
        >>> functional(WEIGHTS).check(0, count=2).ok, functional(BOTH).check(0, count=2).ok
        (True, True)
    """
    bias = kind == BOTH
    back = [letter.T for letter in reversed(backward(l).args)]
    path = [letter.T for letter in reversed(between(l, k).args)]
    after = (Slope(), entering(k, bias).T)
    cut = times(*path, GatedTransposed(l, l), GatedTransposed(l + 1, L), *after)
    opened = times(*path, weight(l).T, *back, *after)
    swap = Commutation(M(l), M(l - 1) + int(bias))
    final = times(functional_block(k, l, bias), swap)
    return derived(
        f"H-term, k before l, {_named(kind)}", BEFORE, OutputHessian(k, l, kind),
        [
            (WordBy(gradient_word(k, kind), l, kind), OutputGradient()),
            (WordBy(cut, l, kind), Algebra("cut the chain at l")),
            (WordBy(opened, l, kind), OneGatedLayer()),
            (final, OneOccurrence()),
        ],
        final, lemmas=(stack(kind),), bias=None if kind == WEIGHTS else True,
        remarks=("block (l, k) is the transpose of block (k, l)",),
    )  # fmt: skip


@cache
def functional_diagonal(kind: Str) -> Derivation:
    """Block (k, k) of the H-term is zero: z is affine in each single layer between the kinks.

    Example:
        >>> functional_diagonal(WEIGHTS).check(0, count=2).ok, functional_diagonal(BOTH).check(0, count=2).ok
        (True, True)
    """
    nothing = zero(*OutputHessian(k, k, kind).shape)
    return derived(
        f"H-term, k = l, {_named(kind)}", Ordering(k >= 1, k <= L), OutputHessian(k, k, kind),
        [(WordBy(gradient_word(k, kind), k, kind), OutputGradient()), (nothing, OneOccurrence())], nothing,
        lemmas=(stack(kind),), bias=None if kind == WEIGHTS else True,
    )  # fmt: skip
