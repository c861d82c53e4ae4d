"""Rules about vectors inside a word: a pair of singular vectors, a vector that matrices annihilate, inner products."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from sympy import Add, Expr, Integer, MatrixExpr, Mul, Symbol, Trace

from hessproof.symbolic import normal
from hessproof.symbolic.derivation import Rule
from hessproof.symbolic.kronecker import VecR
from hessproof.symbolic.normal import Terms, Word, terms_of
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.words import Descending, Transposed, times

Change = Callable[[Word], tuple[Expr, Word] | None]
"""What a word equals, as a scalar and a word; a scalar of zero makes it vanish, None leaves it as it is."""


class WordPair(Rule):
    """Replace sequences of letters by a scalar times other letters, in both directions of transposition.

    Args:
        name: What the relation is called.
        statement: The relation in LaTeX.
        relations: (letters, scalar, letters): the first letters, in a row, equal the scalar times the others.
    """

    def __init__(self, name: str, statement: str, relations: tuple[tuple[Word, Symbol, Word], ...]) -> None:
        self.name, self.statement, self.relations = name, statement, relations

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace every occurrence inside vec_r."""
        return inside_vec(expression, ordering, self._change)

    def _change(self, word: Word) -> tuple[Expr, Word] | None:
        for letters, scalar, others in self.relations:
            for start in range(len(word) - len(letters) + 1):
                if word[start : start + len(letters)] == letters:
                    return scalar, (*word[:start], *others, *word[start + len(letters) :])
        return None


class VanishingWords(Rule):
    """W^{l⊤}u = 0 and W^{l+1}u = 0: words in which a chain ending at these layers meets u are zero.

    Args:
        name: What the relation is called.
        statement: The relation in LaTeX.
        vector: u, of M_l rows.
        layer: l.

    Example:
        >>> from sympy import MatrixSymbol
        >>> from hessproof.symbolic.words import L, M, l
        >>> u = MatrixSymbol("u", M(l), 1)
        >>> rule = VanishingWords("free", "", u, l)
        >>> rule.apply(VecR(times(Descending(L, l + 1), u)), Ordering(l >= 1, l + 1 <= L)).is_ZeroMatrix
        True
        >>> rule.apply(VecR(times(Descending(L, l + 1), u)), Ordering(l >= 1, l <= L)).is_ZeroMatrix
        False
    """

    def __init__(self, name: str, statement: str, vector: MatrixExpr, layer: Expr) -> None:
        self.name, self.statement, self.vector, self.layer = name, statement, vector, layer

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Drop every word inside vec_r that the relation makes zero."""

        def change(word: Word) -> tuple[Expr, Word] | None:
            gone = any(
                self._meets(one, two, ordering) or self._meets_transposed(one, two, ordering)
                for one, two in pairwise(word)
            )
            return (Integer(0), word) if gone else None

        return inside_vec(expression, ordering, change)

    def _meets(self, chain: MatrixExpr, letter: MatrixExpr, ordering: Ordering) -> bool:
        if letter != self.vector or not isinstance(chain, Descending | Transposed):
            return False
        end = self.layer + 1 if isinstance(chain, Descending) else self.layer
        return chain.last == end and ordering.nonnegative(chain.length - 1) is True

    def _meets_transposed(self, letter: MatrixExpr, chain: MatrixExpr, ordering: Ordering) -> bool:
        return self._meets(normal.transposed_letter(chain), normal.transposed_letter(letter), ordering)


class InnerProducts(Rule):
    """tr(x y⊤ ⋯) of vectors: neighbouring vectors in the cyclic word make inner products.

    Args:
        pairs: The pairs of vectors whose inner products may be written.
    """

    name = "inner products"
    statement = r"\operatorname{tr}(x y^\top a b^\top) = (y^\top a)(b^\top x)"

    def __init__(self, pairs: tuple[tuple[MatrixExpr, MatrixExpr], ...]) -> None:
        self.known = {frozenset(pair): inner(*pair) for pair in pairs}

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace every trace of a product of four vectors or more."""
        changes = {trace: self._split(trace, ordering) for trace in expression.atoms(Trace)}
        return expression.xreplace(changes)

    def _split(self, trace: Trace, ordering: Ordering) -> Expr:
        total: Expr = Integer(0)
        for word, coefficient in terms_of(trace.arg, ordering).items():
            total += coefficient * self._product(word)
        return total

    def _product(self, word: Word) -> Expr:
        letters = word if word[0].rows == 1 else (*word[1:], word[0])
        factors = []
        for one, two in zip(letters[::2], letters[1::2], strict=True):
            factors.append(self.known.get(frozenset((normal.transposed_letter(one), two)), Trace(times(one, two))))
        return Mul(*factors)


def inner(one: MatrixExpr, two: MatrixExpr) -> Expr:
    """x⊤y, written as the trace of a 1 × 1 matrix."""
    return Trace(times(one.T, two))


def inside_vec(expression: Any, ordering: Ordering, change: Change) -> Any:
    """Put a combination of vec_r into normal form and replace the words inside."""
    total: Terms = {}
    for word, coefficient in terms_of(expression, ordering).items():
        if len(word) == 1 and isinstance(word[0], VecR):
            total = normal.summed(total, _vec_terms(word[0], coefficient, ordering, change))
        else:
            total = normal.summed(total, {word: coefficient})
    return normal.rebuilt(total, expression.shape)


def _vec_terms(letter: VecR, coefficient: Expr, ordering: Ordering, change: Change) -> Terms:
    total: Terms = {}
    for word, factor in terms_of(letter.matrix, ordering).items():
        changed = change(word)
        scalar, letters = (Integer(1), word) if changed is None else changed
        if scalar == 0:
            continue
        inside = normal.word_expression(letters, letter.matrix.shape)
        total = normal.summed(total, {(VecR(inside),): Add(coefficient * factor * scalar)})
    return total
