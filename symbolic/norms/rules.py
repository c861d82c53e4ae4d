r"""Rules for spectral norms of words: what a norm is at most, and what norms are called in a bound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp
from sympy import MatrixExpr, Transpose
from sympy.matrices.expressions.kronecker import KroneckerProduct
from sympy.matrices.expressions.matadd import MatAdd
from sympy.matrices.expressions.matmul import MatMul

from hessproof.symbolic.derivation import Relation, Rule, RuleFailure
from hessproof.symbolic.norms import symbols
from hessproof.symbolic.norms.letters import Frobenius, Jacobian, Norm
from hessproof.symbolic.norms.scalars import grows, inside, within
from hessproof.symbolic.norms.symbols import LargestEigenvalue, factor, layer, over_layers
from hessproof.symbolic.norms.words import (
    Curvature,
    Gate,
    Gated,
    GatedTransposed,
    Lifted,
    Shift,
    Slope,
    State,
    backward,
    jacobian_block,
)
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.words import Descending, Input, Transposed, times, weight

Local = Callable[[Any, Ordering], Any]


def replaced(expression: Any, ordering: Ordering, local: Local) -> Any:
    """The expression with ``local`` applied to every norm and letter that it does not answer with None for.

    The ordering that is handed over knows the ranges of sums, products and λ_max around the place.
    """
    found = local(expression, ordering)
    if found is not None:
        return found
    if isinstance(expression, Norm | sp.Indexed) or not expression.args:
        return expression
    if isinstance(expression, LargestEigenvalue):
        inner = within(ordering)
        return LargestEigenvalue(
            *(block.applyfunc(lambda entry: replaced(entry, inner, local)) for block in expression.args)
        )
    if isinstance(expression, sp.Sum | sp.Product):
        index, first, last = expression.limits[0]
        body = replaced(expression.function, inside(index, first, last, ordering), local)
        return expression.func(body, (index, first, last))
    return expression.func(*(replaced(argument, ordering, local) for argument in expression.args))


class LocalRule(Rule):
    """A rule that acts on single nodes of a scalar expression; an inequality demands that the expression grows."""

    def local(self, node: Any, ordering: Ordering) -> Any:
        """What stands for ``node``, or None to leave it."""
        raise RuleFailure(f"rule '{self.name}' knows no {node}")

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Change every node that the rule knows.

        Raises:
            RuleFailure: If there is none, or if an inequality is used where the expression does not grow.
        """
        result = replaced(expression, ordering, self.local)
        if result == expression:
            raise RuleFailure(f"rule '{self.name}' finds nothing in {expression}")
        if self.relation != "=" and not grows(expression, ordering):
            raise RuleFailure(f"{expression} need not grow with its norms")
        return result


def upright(matrix: MatrixExpr) -> Any:
    """X or X⊤, whichever is written without a transpose; both have the same norm."""
    return matrix.T if isinstance(matrix, Transpose | Transposed | GatedTransposed) else matrix


def turned(word: Any) -> Any:
    """The transpose of a product of letters, letter by letter."""
    letters = word.args if isinstance(word, MatMul) else (word,)
    return times(*(letter.T for letter in reversed(letters)))


class NormOfProduct(LocalRule):
    """‖XY‖ ≤ ‖X‖‖Y‖ and ‖X⊤‖ = ‖X‖.

    Args:
        keep: Words that are not taken apart, such as G^l.
    """

    name = "norm of a product"
    statement = r"\lVert X Y \rVert \le \lVert X \rVert \lVert Y \rVert"
    relation: Relation = "<="

    def __init__(self, *keep: MatrixExpr) -> None:
        self.keep = keep

    def local(self, node: Any, ordering: Ordering) -> Any:
        """The product of the norms of the factors."""
        if not isinstance(node, Norm) or not isinstance(node.matrix, MatMul):
            return None
        parts = list(node.matrix.args)
        for word in self.keep:
            letters = word.args if isinstance(word, MatMul) else (word,)
            for start in range(len(parts) - len(letters) + 1):
                if tuple(parts[start : start + len(letters)]) == tuple(letters):
                    parts[start : start + len(letters)] = [word]
                    break
        return None if len(parts) == 1 else sp.Mul(*(Norm(upright(part)) for part in parts))


class NormOfSum(LocalRule):
    """‖X + Y‖ ≤ ‖X‖ + ‖Y‖."""

    name = "triangle inequality"
    statement = r"\lVert X + Y \rVert \le \lVert X \rVert + \lVert Y \rVert"
    relation: Relation = "<="

    def local(self, node: Any, ordering: Ordering) -> Any:
        """The sum of the norms of the summands."""
        if not isinstance(node, Norm) or not isinstance(node.matrix, MatAdd):
            return None
        return sp.Add(*(Norm(term) for term in node.matrix.args))


class NormOfKronecker(LocalRule):
    """‖X ⊗ Y‖ = ‖X‖‖Y‖: the singular values of X ⊗ Y are the products of those of X and of Y."""

    name = "norm of a Kronecker product"
    statement = r"\lVert X \otimes Y \rVert = \lVert X \rVert \lVert Y \rVert"

    def local(self, node: Any, ordering: Ordering) -> Any:
        """The product of the factors' norms."""
        if not isinstance(node, Norm) or not isinstance(node.matrix, KroneckerProduct):
            return None
        return sp.Mul(*(Norm(upright(part)) for part in node.matrix.args))


class NormOfTranspose(LocalRule):
    """‖X⊤‖ = ‖X‖, for words that are written turned round.

    Args:
        words: The words as they shall be written.
    """

    name = "norm of a transpose"
    statement = r"\lVert X^\top \rVert = \lVert X \rVert"

    def __init__(self, *words: MatrixExpr) -> None:
        self.turned = {turned(word): word for word in words}

    def local(self, node: Any, ordering: Ordering) -> Any:
        """The norm of the word for that of its transpose."""
        if not isinstance(node, Norm) or node.matrix not in self.turned:
            return None
        return Norm(self.turned[node.matrix])


class NormOfOuterProduct(LocalRule):
    """‖uv⊤‖ = ‖u‖‖v‖ for columns u and v."""

    name = "norm of an outer product"
    statement = r"\lVert u v^\top \rVert = \lVert u \rVert \lVert v \rVert"

    def local(self, node: Any, ordering: Ordering) -> Any:
        """The product of the two norms, where a product of words starts with a column."""
        if not isinstance(node, Norm) or not isinstance(node.matrix, MatMul):
            return None
        first, *rest = node.matrix.args
        if first.cols != 1 or first.rows == 1:
            return None
        return Norm(upright(first)) * Norm(turned(times(*rest)))


class NormOfChain(LocalRule):
    """‖D^aW^a ⋯ D^bW^b‖ ≤ Π_{s=b}^{a} ‖D^s‖‖W^s‖; an empty chain is an identity, of norm 1."""

    name = "norm of a chain"
    statement = r"\lVert D^a W^a \cdots D^b W^b \rVert \le \prod_{s=b}^{a} \lVert D^s \rVert \lVert W^s \rVert"
    relation: Relation = "<="

    def local(self, node: Any, ordering: Ordering) -> Any:
        """The product over the layers of the chain, which must be one for all layer numbers."""
        if not isinstance(node, Norm) or not isinstance(node.matrix, Gated):
            return None
        first, last = node.matrix.first, node.matrix.last
        ordering.require(first - last + 1, f"the chain {node.matrix}")
        return sp.Product(Norm(Gate(factor)) * Norm(weight(factor)), (factor, last, first))


class NormOfGate(LocalRule):
    """‖D^l‖ ≤ 1: the entries of the diagonal are 0 or 1."""

    name = "norm of a gate"
    statement = r"\lVert D^l \rVert \le 1"
    relation: Relation = "<="

    def local(self, node: Any, ordering: Ordering) -> Any:
        """1 for the norm of every gate."""
        return sp.S.One if isinstance(node, Norm) and isinstance(node.matrix, Gate) else None


class Named(LocalRule):
    """The letters of a bound: m_l = ‖W^l‖, b_l = ‖b^l‖, ξ_l = ‖x^l‖, g_l = ‖G^l‖ and ‖x‖, ‖A‖, ‖δ‖."""

    name = "letters for norms"
    statement = r"m_l = \lVert W^l \rVert"

    def local(self, node: Any, ordering: Ordering) -> Any:
        """The letter for the norm of a single letter, and of G^l."""
        if not isinstance(node, Norm) or isinstance(node, Frobenius):
            return None
        matrix = node.matrix
        match matrix:
            case Descending() if matrix.first == matrix.last and not isinstance(matrix, Gated):
                return symbols.m[matrix.first]
            case Lifted():
                return None
            case State():
                return symbols.norm_layer[matrix.args[0]]
            case Shift():
                return symbols.b[matrix.args[0]]
            case Input():
                return symbols.norm_x
            case Curvature():
                return symbols.norm_A
            case Slope():
                return symbols.norm_delta
            case MatMul() if isinstance(matrix.args[-1], Gate) and matrix == backward(matrix.args[-1].args[0]):
                return symbols.norm_G[matrix.args[-1].args[0]]
        return None


class NormOfStack(LocalRule):
    """‖F‖² = ‖FF⊤‖ = ‖Σ_l F_lF_l⊤‖ ≤ Σ_l ‖F_l‖² for blocks side by side."""

    name = "norm of a stack"
    statement = r"\lVert F \rVert^2 = \lVert \textstyle\sum_l F_l F_l^\top \rVert \le \sum_l \lVert F_l \rVert^2"
    relation: Relation = "<="

    def local(self, node: Any, ordering: Ordering) -> Any:
        """The sum of the squared norms of the blocks of F."""
        if not isinstance(node, sp.Pow) or node.exp != 2 or not isinstance(node.base, Norm):
            return None
        matrix = node.base.matrix
        return over_layers(Norm(jacobian_block(layer, matrix.bias)) ** 2) if isinstance(matrix, Jacobian) else None


class NormWithOne(LocalRule):
    """‖(x^l, 1)‖² = ‖x^l‖² + 1."""

    name = "norm of an input and 1"
    statement = r"\lVert \tilde{x}^l \rVert^2 = \lVert x^l \rVert^2 + 1"

    def local(self, node: Any, ordering: Ordering) -> Any:
        """‖x^l‖² + 1 for the square of the norm of x̃^l."""
        if not isinstance(node, sp.Pow) or node.exp != 2 or not isinstance(node.base, Norm):
            return None
        matrix = node.base.matrix
        return Norm(State(*matrix.args)) ** 2 + 1 if isinstance(matrix, Lifted) else None


class NormOfBlocks(LocalRule):
    """A symmetric block matrix is at most λ_max of the matrix of the norms of its blocks.

    |u⊤Xv| ≤ Σ ‖u_l‖‖X_lj‖‖v_j‖, the bilinear form of that matrix at unit vectors.

    Args:
        matrix: The symmetric p × p matrix.
        below: The blocks at (l, j) for j < l, as words; those above are their transposes up to the order of entries.
        diagonal: The blocks at (l, l).
    """

    name = "norm of a block matrix"
    statement = r"\lVert (X_{lj}) \rVert \le \lambda_{\max}(\lVert X_{lj} \rVert)"
    relation: Relation = "<="

    def __init__(self, matrix: MatrixExpr, below: sp.Matrix, diagonal: sp.Matrix) -> None:
        self.matrix, self.eigenvalue = matrix, LargestEigenvalue(below, diagonal)

    def local(self, node: Any, ordering: Ordering) -> Any:
        """λ_max of the norms for the norm of the matrix."""
        return self.eigenvalue if node == Norm(self.matrix) else None
