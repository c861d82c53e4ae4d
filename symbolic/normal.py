r"""A normal form of matrix expressions, valid for all sizes that an ordering of the layer numbers allows.

A matrix expression becomes a linear combination of words, a word being a product of letters. The normal form uses
nothing but: associativity; distribution over sums and scalars; I as a unit; (XY)⊤ = Y⊤X⊤; joining of adjacent chains,
W^{a:c+1}W^{c:b} = W^{a:b}; bilinearity of ⊗, (X⊗Y)⊤ = X⊤⊗Y⊤ and I⊗I = I; linearity of vec_r, tr and Σ_l; and
tr(XY) = tr(YX), tr(X⊤) = tr(X). Everything else (the mixed product of ⊗, the identity of vec_r, the product rule of
differentiation) is a named rule of a derivation.

Two expressions with the same normal form are equal for all sizes. The converse is not claimed.
"""

from __future__ import annotations

from functools import lru_cache, singledispatch
from itertools import pairwise, product
from typing import Any

from sympy import Expr, Identity, Integer, MatrixExpr, Trace, Transpose, ZeroMatrix, default_sort_key, expand
from sympy.matrices.expressions.kronecker import KroneckerProduct
from sympy.matrices.expressions.matadd import MatAdd
from sympy.matrices.expressions.matmul import MatMul
from sympy.matrices.expressions.matpow import MatPow

from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.words import Descending, Transposed, add, shown, times

Word = tuple[MatrixExpr, ...]
Terms = dict[Word, Expr]


class IllShaped(ArithmeticError):
    """Factors or summands whose shapes do not fit for symbolic sizes."""


def canonical(expression: Any, ordering: Ordering) -> Any:
    """The normal form of a matrix or scalar expression.

    Scalars are expanded after the matrices inside them are put into normal form.

    Raises:
        NotSettled: If a chain may be meaningless under the ordering.
        IllShaped: If shapes do not fit.

    Example:
        >>> from hessproof.symbolic.words import Descending, L, k, times
        >>> order = Ordering(1 <= k, k <= L)
        >>> canonical(times(Descending(L, k + 1), Descending(k, 1)), order)
        Descending(L, 1)
        >>> canonical(times(Descending(L, k + 1), Descending(k, k + 1)), order)
        Descending(L, k + 1)
        >>> canonical(Descending(1, L + 1), order)
        Traceback (most recent call last):
        ...
        hessproof.symbolic.ordering.NotSettled: W^1:L + 1 needs 1 - L >= 0, which does not follow from k >= 1, k <= L
    """
    return _canonical(expression, ordering)


@lru_cache(maxsize=8192)
def _canonical(expression: Any, ordering: Ordering) -> Any:
    if getattr(expression, "is_Matrix", False) or isinstance(expression, MatrixExpr):
        return rebuilt(terms_of(expression, ordering), expression.shape)
    if isinstance(expression, Trace):
        return _canonical_trace(expression, ordering)
    if not getattr(expression, "args", ()):
        return expression
    return expand(expression.func(*(canonical(argument, ordering) for argument in expression.args)))


def same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two expressions have the same shape and the same normal form."""
    shapes = getattr(one, "shape", None), getattr(two, "shape", None)
    return bool(shapes[0] == shapes[1] and canonical(one, ordering) == canonical(two, ordering))


@singledispatch
def terms_of(expression: Any, ordering: Ordering) -> Terms:
    """The linear combination of words that an expression is: ``{word: coefficient}``; {} is zero, () the identity.

    A kind of matrix that has no rule of its own counts as one letter, its arguments put into normal form. Register a
    rule for a new kind with ``terms_of.register``.
    """
    if any(isinstance(argument, MatrixExpr) for argument in expression.args):
        expression = expression.func(*(canonical(argument, ordering) for argument in expression.args))
    return {(expression,): Integer(1)}


@terms_of.register(Identity)
def _(expression: Identity, ordering: Ordering) -> Terms:
    return {(): Integer(1)}


@terms_of.register(ZeroMatrix)
def _(expression: ZeroMatrix, ordering: Ordering) -> Terms:
    return {}


@terms_of.register(MatAdd)
def _(expression: MatAdd, ordering: Ordering) -> Terms:
    for argument in expression.args[1:]:
        if argument.shape != expression.args[0].shape:
            raise IllShaped(f"sum of {expression.args[0].shape} and {argument.shape} in {shown(expression)}")
    return summed(*(terms_of(argument, ordering) for argument in expression.args))


@terms_of.register(MatMul)
def _(expression: MatMul, ordering: Ordering) -> Terms:
    factor, matrices = expression.as_coeff_matrices()
    for left, right in pairwise(matrices):
        if left.cols != right.rows:
            raise IllShaped(f"product of {left.shape} and {right.shape} in {shown(expression)}")
    result: Terms = {(): expand(factor)}
    for matrix in matrices:
        result = multiplied(result, terms_of(matrix, ordering), ordering)
    return result


@terms_of.register(MatPow)
def _(expression: MatPow, ordering: Ordering) -> Terms:
    base, power = expression.args
    if not (power.is_Integer and power >= 0 and base.rows == base.cols):
        return {(expression,): Integer(1)}
    result: Terms = {(): Integer(1)}
    for _count in range(int(power)):
        result = multiplied(result, terms_of(base, ordering), ordering)
    return result


@terms_of.register(Transpose)
def _(expression: Transpose, ordering: Ordering) -> Terms:
    return summed(
        *(
            {joined(tuple(transposed_letter(letter) for letter in reversed(word)), ordering): coefficient}
            for word, coefficient in terms_of(expression.arg, ordering).items()
        )
    )


@terms_of.register(Descending)
@terms_of.register(Transposed)
def _(expression: Descending | Transposed, ordering: Ordering) -> Terms:
    _require_meaningful(expression, ordering)
    return {() if ordering.zero(expression.length) else (expression,): Integer(1)}


@terms_of.register(KroneckerProduct)
def _(expression: KroneckerProduct, ordering: Ordering) -> Terms:
    result: Terms = {}
    shapes = [factor.shape for factor in expression.args]
    for choice in product(*(terms_of(factor, ordering).items() for factor in expression.args)):
        factors = [word_expression(word, shape) for (word, _), shape in zip(choice, shapes, strict=True)]
        letter = KroneckerProduct(*factors)
        coefficient = Integer(1)
        for _word, one in choice:
            coefficient = coefficient * one
        result = summed(result, {() if isinstance(letter, Identity) else (letter,): expand(coefficient)})
    return result


def multiplied(left: Terms, right: Terms, ordering: Ordering) -> Terms:
    """The product of two linear combinations of words."""
    return summed(
        *(
            {joined(one + two, ordering): expand(first * second)}
            for one, first in left.items()
            for two, second in right.items()
        )
    )


def joined(word: Word, ordering: Ordering) -> Word:
    """Join adjacent chains: W^{a:c+1}W^{c:b} = W^{a:b}, and the same for transposed chains.

    Both chains are meaningful, so the joined one is, too. A letter with a method ``absorbed``, such as an indexed sum,
    takes in its neighbours.
    """
    result: list[MatrixExpr] = []
    for letter in word:
        while result and (chain := _join(result[-1], letter, ordering)) is not None:
            result.pop()
            letter = chain
        if not (isinstance(letter, Descending | Transposed) and ordering.zero(letter.length)):
            result.append(letter)
    absorbing = [position for position, letter in enumerate(result) if hasattr(letter, "absorbed")]
    if len(absorbing) == 1 and len(result) > 1:
        position = absorbing[0]
        whole = result[position].absorbed(tuple(result[:position]), tuple(result[position + 1 :]), ordering)
        return tuple(result) if whole is None else (whole,)
    return tuple(result)


def word_expression(word: Word, shape: tuple[Expr, Expr]) -> MatrixExpr:
    """A word as a SymPy expression; the empty word is the identity of the given size."""
    if not word:
        if shape[0] != shape[1]:
            raise IllShaped(f"an identity of shape {shape}")
        return Identity(shape[0])
    return times(*word)


def rebuilt(terms: Terms, shape: tuple[Expr, Expr]) -> MatrixExpr:
    """A linear combination as a SymPy expression, terms in a fixed order."""
    if not terms:
        return ZeroMatrix(*shape)
    ordered = sorted(terms.items(), key=lambda item: [default_sort_key(letter) for letter in item[0]])
    return add(*(times(coefficient, word_expression(word, shape)) for word, coefficient in ordered))


def transposed_letter(letter: MatrixExpr) -> MatrixExpr:
    """The transpose of one letter."""
    if isinstance(letter, Transpose):
        return letter.arg
    if isinstance(letter, KroneckerProduct):
        return KroneckerProduct(*(transposed_word(factor) for factor in letter.args))
    return letter.T


def transposed_word(factor: MatrixExpr) -> MatrixExpr:
    """The transpose of a product of letters, as a product of letters."""
    if isinstance(factor, MatMul):
        return times(*(transposed_letter(letter) for letter in reversed(factor.args)))
    return transposed_letter(factor)


def _join(left: MatrixExpr, right: MatrixExpr, ordering: Ordering) -> MatrixExpr | None:
    if type(left) is not type(right):
        return None
    if isinstance(left, Descending) and left.last - 1 == right.first:
        return left.func(left.first, right.last)
    if isinstance(left, Transposed) and left.last + 1 == right.first:
        return left.func(left.first, right.last)
    return None


def _require_meaningful(chain: Descending | Transposed, ordering: Ordering) -> None:
    ordering.require(chain.length, f"W^{chain.first}:{chain.last}")


def summed(*combinations: Terms) -> Terms:
    """The sum of linear combinations of words, zero coefficients dropped."""
    result: dict[Word, Expr] = {}
    for combination in combinations:
        for word, coefficient in combination.items():
            result[word] = expand(result.get(word, 0) + coefficient)
    return {word: coefficient for word, coefficient in result.items() if coefficient != 0}


def _canonical_trace(expression: Trace, ordering: Ordering) -> Expr:
    argument = expression.arg
    if argument.rows != argument.cols:
        raise IllShaped(f"trace of shape {argument.shape}")
    total = Integer(0)
    for word, coefficient in terms_of(argument, ordering).items():
        total += coefficient * (argument.rows if not word else Trace(times(*_cyclic(word, ordering))))
    return expand(total)


def _cyclic(word: Word, ordering: Ordering) -> Word:
    """The smallest among all rotations of a word and of its transpose, adjacent chains joined around the corner."""
    candidates = []
    for start in (word, tuple(transposed_letter(letter) for letter in reversed(word))):
        rotations = [joined(start[position:] + start[:position], ordering) for position in range(len(start))]
        shortest = min(map(len, rotations))
        candidates += [rotation for rotation in rotations if len(rotation) == shortest]
    return min(candidates, key=lambda letters: [default_sort_key(letter) for letter in letters])
