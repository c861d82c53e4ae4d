r"""Why R-transforms add: Haagerup's proof on the full Fock space, for all orders at once.

Let ℓ_1, ℓ_2 create the letters e_1, e_2 at the left of a word and Ω be the empty word, so that

    ℓ_i* ℓ_j = δ_ij,    ℓ_i* Ω = 0.                                                     (relations)

*Freeness.* By the relations the polynomials in ℓ_i and ℓ_i* are spanned by 1 and ℓ_i^p ℓ_i*^q with p + q > 0, whose
vacuum state is 0. An alternating product of the latter, applied to Ω, is zero or a word that begins with the first
factor's letter (`alternating`), never Ω: so the two algebras are free.

*Values.* Let f be a polynomial or a formal power series and ρ = Σ w^n (ℓ_1 + ℓ_2)^n Ω. Then ℓ_i* ρ = wρ, whence

    (ℓ_1 + f_1(ℓ_1*) + ℓ_2 + f_2(ℓ_2*)) ρ = (f_1(w) + f_2(w) + 1/w) ρ − (1/w) Ω,         (eigenvector)

so that (K(w) − a − b)^{-1} Ω = wρ with K = f_1 + f_2 + 1/w, and G(K(w)) = ⟨Ω, wρ⟩ = w: the R-transform of a + b is
f_1 + f_2. With one letter alone the same lines give the R-transform of a = ℓ_1 + f_1(ℓ_1*), which is f_1; any moments
are those of such an element. Free elements with these moments have the same mixed moments, so R_{a+b} = R_a + R_b.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Rule, Step
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.valuation import Valuation

W = sp.Symbol("w", positive=True)
"""w, the value of the Stieltjes transform."""
CREATE = tuple(sp.Symbol(f"l_{i}", commutative=False) for i in (1, 2))
REMOVE = tuple(sp.Symbol(f"l^*_{i}", commutative=False) for i in (1, 2))
VACUUM = sp.Symbol("Omega", commutative=False)
VECTOR = sp.Symbol("rho", commutative=False)
"""ρ = Σ w^n (Σ_i ℓ_i)^n Ω, over the letters in use."""
SERIES = (sp.Function("f_1"), sp.Function("f_2"))
DEGREE = 3
"""Degree of the random series f_i at which lines are evaluated."""
LENGTH = 6
"""Words are kept up to this length when lines are evaluated, and compared up to LENGTH − DEGREE."""


class Series(sp.Function):  # type: ignore[misc]
    """f_i(ℓ_i*), a power series in an annihilator; it does not commute."""

    is_commutative = False

    @classmethod
    def eval(cls, place: sp.Expr) -> None:
        """Never simplifies itself."""

    def _latex(self, printer: Any) -> str:
        return rf"f_{self.args[0]}(\ell_{self.args[0]}^*)"


def same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two vectors are equal after expansion."""
    return bool(sp.expand(one - two) == 0)


class Annihilate(Rule):
    """ℓ_i* ρ = wρ, from ρ = Ω + w Σ_j ℓ_j ρ and the relations.

    Args:
        letters: The letters in use.
    """

    name = "the relations of the Fock space"
    statement = r"\ell_i^* \rho = \ell_i^*\Omega + w \sum_j \ell_i^* \ell_j\, \rho = w\rho"

    def __init__(self, letters: int) -> None:
        self.letters = letters

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace ρ next to an annihilator by its recursion, and use the relations."""
        expression = sp.expand(expression)
        created = sum((CREATE[j] * VECTOR for j in range(self.letters)), sp.Integer(0))
        for i in range(self.letters):
            expression = expression.subs(REMOVE[i] * VECTOR, sp.expand(REMOVE[i] * VACUUM + W * REMOVE[i] * created))
            for j in range(self.letters):
                expression = expression.subs(REMOVE[i] * CREATE[j] * VECTOR, int(i == j) * VECTOR)
            expression = sp.expand(expression.subs(REMOVE[i] * VACUUM, 0))
        return expression


class Eigenvector(Rule):
    """f(ℓ*)ρ = f(w)ρ for every power series f, as ℓ*ρ = wρ.

    Args:
        letters: The letters in use.
    """

    name = "a power series at an eigenvector"
    statement = r"\ell_i^* \rho = w \rho \Rightarrow f(\ell_i^*) \rho = f(w) \rho"

    def __init__(self, letters: int) -> None:
        self.letters = letters

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put f(w) for f(ℓ*) at ρ, after seeing by the relations that ρ is an eigenvector."""
        expression = sp.expand(expression)
        for i in range(self.letters):
            if sp.expand(Annihilate(self.letters).apply(REMOVE[i] * VECTOR, ordering) - W * VECTOR) != 0:
                raise RuleFailure(f"ρ is no eigenvector of the annihilator of letter {i + 1}")
            expression = expression.subs(Series(sp.Integer(i + 1)) * VECTOR, SERIES[i](W) * VECTOR)
        return expression


class Recursion(Rule):
    """Σ_j ℓ_j ρ = (ρ − Ω)/w.

    Args:
        letters: The letters in use.
    """

    name = "the recursion of ρ"
    statement = r"\rho = \Omega + w \sum_j \ell_j\, \rho"

    def __init__(self, letters: int) -> None:
        self.letters = letters

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace ℓ_1ρ (+ ℓ_2ρ), which must occur with one coefficient."""
        expression = sp.expand(expression)
        created = [CREATE[j] * VECTOR for j in range(self.letters)]
        weights = {expression.coeff(one) for one in created}
        if len(weights) != 1:
            raise RuleFailure("the creators do not occur with one coefficient")
        weight = weights.pop()
        return sp.expand(expression - weight * sum(created) + weight * (VECTOR - VACUUM) / W)


def _element(letters: int) -> sp.Expr:
    return sum((CREATE[i] + Series(sp.Integer(i + 1)) for i in range(letters)), sp.Integer(0))


@cache
def eigenvector(letters: int) -> Derivation:
    """(a + b)ρ = (f_1(w) + f_2(w) + 1/w)ρ − Ω/w; with one letter, aρ = (f_1(w) + 1/w)ρ − Ω/w.

    Args:
        letters: 1 or 2.

    Example:
        >>> eigenvector(1).check(0).ok, eigenvector(2).check(0).ok
        (True, True)
    """
    values = sum((SERIES[i](W) for i in range(letters)), sp.Integer(0))
    spread = sum((CREATE[i] * VECTOR + Series(sp.Integer(i + 1)) * VECTOR for i in range(letters)), sp.Integer(0))
    taken = sum((CREATE[i] * VECTOR for i in range(letters)), sp.Integer(0)) + values * VECTOR
    final = (values + 1 / W) * VECTOR - VACUUM / W
    title = "the sum of two canonical elements" if letters == 2 else "a canonical element"
    return Derivation(
        title, title, Ordering(), _element(letters) * VECTOR,
        (Step(spread, Algebra("distribute")), Step(taken, Eigenvector(letters)), Step(final, Recursion(letters))),
        final, "Haagerup 1997; Voiculescu 1986", same=same, evaluate=evaluate, valuations=_series,
        remarks=("so (K(w) − a − b)^{-1} Ω = wρ with K(w) = f_1(w) + f_2(w) + 1/w, and G(K(w)) = w",),
    )  # fmt: skip


@dataclass(frozen=True)
class Factor:
    """ℓ_i^p ℓ_i*^q, of which only the letter and whether p > 0 and q > 0 matter."""

    letter: int
    creates: bool
    removes: bool


def alternating(letters: tuple[int, ...], allow_unit: bool = False) -> bool:
    """Whether all products of centred factors with these letters map Ω to zero or to a word beginning with the first.

    The factors are ℓ_i^p ℓ_i*^q with p + q > 0, for all p and q at once. One induction step for each sign pattern:
    a word that begins with another letter, or Ω at the right end, is annihilated if q > 0; otherwise p > 0, and the new
    word begins with i.

    Args:
        letters: i_1, …, i_n.
        allow_unit: Whether p = q = 0 is allowed as well, which breaks the statement: a control.

    Example:
        >>> alternating((1, 2, 1, 2)), alternating((1, 2), allow_unit=True), alternating((1, 1))
        (True, False, False)
    """
    signs = [(p, q) for p, q in product((False, True), repeat=2) if p or q or allow_unit]
    return all(
        _begins(tuple(Factor(i, p, q) for i, (p, q) in zip(letters, chosen, strict=True))) in (None, letters[0])
        for chosen in product(signs, repeat=len(letters))
    )


def _begins(factors: tuple[Factor, ...]) -> int | None:
    """First letter of the word that a product makes of Ω; None if it is zero, 0 if it may be Ω."""
    first: int | None = 0
    for factor in reversed(factors):
        if factor.removes and first != factor.letter:
            return None
        if factor.removes or (first == factor.letter and not factor.creates):
            return 0
        first = factor.letter if factor.creates else first
    return first


Vector = Mapping[tuple[int, ...], Fraction]


@dataclass(frozen=True)
class Coefficients:
    """The coefficients of the words of a vector, compared as a whole."""

    words: tuple[tuple[tuple[int, ...], Fraction], ...]


def evaluate(expression: Any, valuation: Valuation) -> Coefficients:
    """The coefficients of all words of length at most LENGTH − DEGREE, computed in the truncated Fock space."""
    numbers: dict[Any, Any] = dict(valuation.symbols)
    vector = _apply(sp.expand(expression), numbers)
    short = {word: value for word, value in vector.items() if len(word) <= LENGTH - DEGREE and value}
    return Coefficients(tuple(sorted(short.items())))


def _apply(expression: sp.Expr, numbers: dict[Any, Any]) -> Vector:
    found: dict[tuple[int, ...], Fraction] = {}
    for term in sp.Add.make_args(expression):
        scalars, operators = term.args_cnc()
        weight = _scalar(sp.Mul(*scalars), numbers)
        vector = _vector(operators[-1], numbers)
        for operator in reversed(operators[:-1]):
            vector = _operated(operator, vector, numbers)
        for word, value in vector.items():
            found[word] = found.get(word, Fraction(0)) + weight * value
    return found


def _scalar(expression: sp.Expr, numbers: dict[Any, Any]) -> Fraction:
    for i, function in enumerate(SERIES):
        total = sum(c * numbers[W] ** k for k, c in enumerate(numbers[("f", i)]))
        expression = expression.replace(function, lambda x, total=total: sp.sympify(total))
    value = expression.xreplace({W: sp.sympify(numbers[W])})
    return Fraction(int(value.p), int(value.q))


def _vector(symbol: sp.Expr, numbers: dict[Any, Any]) -> Vector:
    if symbol == VACUUM:
        return {(): Fraction(1)}
    if symbol != VECTOR:
        raise TypeError(f"{symbol} is no vector")
    w = numbers[W]
    letters = numbers["letters"]
    words = (word for n in range(LENGTH + 1) for word in product(range(1, letters + 1), repeat=n))
    return {word: Fraction(int(w.p), int(w.q)) ** len(word) for word in words}


def _operated(operator: sp.Expr, vector: Vector, numbers: dict[Any, Any]) -> Vector:
    if operator in CREATE:
        letter = CREATE.index(operator) + 1
        return {(letter, *word): value for word, value in vector.items()}
    if operator in REMOVE:
        return _removed(REMOVE.index(operator) + 1, vector)
    place = int(operator.args[0])
    found: dict[tuple[int, ...], Fraction] = {}
    for coefficient in numbers[("f", place - 1)]:
        for word, value in vector.items():
            found[word] = found.get(word, Fraction(0)) + Fraction(int(coefficient.p), int(coefficient.q)) * value
        vector = _removed(place, vector)
    return found


def _removed(letter: int, vector: Vector) -> Vector:
    return {word[1:]: value for word, value in vector.items() if word[:1] == (letter,)}


def _series(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Random polynomials f_1, f_2 and a rational w."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for _ in range(2):
        numbers: dict[Any, Any] = {W: sp.Rational(1, stream.randint(2, 5))}
        for i in range(2):
            numbers["f", i] = [sp.Rational(stream.randint(-5, 5), stream.randint(1, 3)) for _ in range(DEGREE + 1)]
        numbers["letters"] = 2 if derivation.start.has(CREATE[1]) else 1
        yield Valuation(numbers)
