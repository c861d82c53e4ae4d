r"""The tensor-flag lemma: the dimension of Σ_i U_i ⊗ V_i for U_1 ⊂ … ⊂ U_n and V_1 ⊃ … ⊃ V_n.

With u_i = dim U_i and v_i = dim V_i it is Σ_{i≤n} u_i v_i − Σ_{i<n} u_i v_{i+1}, for every n. The proof is by induction
on the number of summands. The one geometric step is the intersection

    (Σ_{j≤i} U_j ⊗ V_j) ∩ (U_{i+1} ⊗ V_{i+1}) = U_i ⊗ V_{i+1}:

the right side lies in U_i ⊗ V_i and in U_{i+1} ⊗ V_{i+1}; the sum lies in U_i ⊗ V_1, whose intersection with
U_{i+1} ⊗ V_{i+1} is (U_i ∩ U_{i+1}) ⊗ (V_1 ∩ V_{i+1}). Lemma 1 of Singh et al. 2021 is the case n = 2 in which U_2 and
V_1 are whole spaces; the rank of a block row X_1⊗Y_1, …, X_n⊗Y_n with nested column spaces is the general one.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
from sympy import Basic, Expr, IndexedBase, Integer, Symbol, sympify

from hessproof.symbolic.derivation import Algebra, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.formulas import FLAG, left, n, right
from hessproof.symbolic.generalised_inverse import exact_rank
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.telescoping import same
from hessproof.symbolic.valuation import Array, Valuation, evaluate, kronecker

at = Symbol("m", integer=True)
"""The number of summands in the induction step."""


class TensorSpace(Basic):  # type: ignore[misc]
    """U_a ⊗ V_b."""

    def __new__(cls, a: Expr | int, b: Expr | int) -> Any:
        """Take a and b."""
        return super().__new__(cls, sympify(a), sympify(b))

    def _latex(self, printer: Any) -> str:
        return rf"U_{{{printer._print(self.args[0])}}} \otimes V_{{{printer._print(self.args[1])}}}"


class PartialSum(Basic):  # type: ignore[misc]
    """Σ_{j=1}^{c} U_j ⊗ V_j."""

    def __new__(cls, c: Expr | int) -> Any:
        """Take the number of summands."""
        return super().__new__(cls, sympify(c))

    def _latex(self, printer: Any) -> str:
        return rf"\sum_{{j=1}}^{{{printer._print(self.args[0])}}} U_j \otimes V_j"


class Meet(Basic):  # type: ignore[misc]
    """The intersection of two subspaces."""

    def _latex(self, printer: Any) -> str:
        one, two = map(printer._print, self.args)
        return rf"\left({one}\right) \cap \left({two}\right)"


class Dim(Expr):  # type: ignore[misc]
    """The dimension of a subspace."""

    is_commutative = True
    is_integer = True

    def __new__(cls, space: Basic) -> Any:
        """Take the subspace."""
        return super().__new__(cls, space)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return rf"\dim\left({printer._print(self.args[0])}\right)"


class _DimensionRule(Rule):
    """A rule that replaces dimensions inside a scalar expression."""

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace every dimension that the rule knows."""
        changes = {dim: self.replacement(dim.args[0], ordering) for dim in expression.atoms(Dim)}
        return expression.xreplace({dim: new for dim, new in changes.items() if new is not None})

    def replacement(self, space: Basic, ordering: Ordering) -> Expr | None:
        """What dim(space) is replaced by, or None."""
        return None


class LastSummand(_DimensionRule):
    """dim(S + T) = dim S + dim T − dim(S ∩ T), T being the last summand of a partial sum of at least two."""

    name = "dimension of a sum of two spaces"
    statement = r"\dim(S + T) = \dim S + \dim T - \dim(S \cap T)"

    def replacement(self, space: Basic, ordering: Ordering) -> Expr | None:
        """Split the last summand off."""
        if not isinstance(space, PartialSum):
            return None
        c = space.args[0]
        if ordering.nonnegative(c - 2) is not True:
            return None
        rest, last = PartialSum(c - 1), TensorSpace(c, c)
        return Dim(rest) + Dim(last) - Dim(Meet(rest, last))


class Squeeze(_DimensionRule):
    """The intersection of a partial sum with the next summand, between two inclusions that are checked.

    Below: U_c ⊗ V_{c+1} lies in U_c ⊗ V_c, a summand, and in U_{c+1} ⊗ V_{c+1}. Above: every U_j ⊗ V_j with 1 ≤ j ≤ c
    lies in U_c ⊗ V_1, and (U_a ⊗ V_b) ∩ (U_c ⊗ V_d) = U_{min(a,c)} ⊗ V_{max(b,d)}.
    """

    name = "intersection with the next summand"
    statement = r"\Big(\sum_{j \le c} U_j \otimes V_j\Big) \cap (U_{c+1} \otimes V_{c+1}) = U_c \otimes V_{c+1}"

    def replacement(self, space: Basic, ordering: Ordering) -> Expr | None:
        """The dimension of U_c ⊗ V_{c+1}."""
        if not isinstance(space, Meet):
            return None
        partial, last = space.args
        c = partial.args[0]
        lower = TensorSpace(c, c + 1)
        enclosing = TensorSpace(c, Integer(1))
        ordering.require(c - 1, "a partial sum with a summand")
        upper = meet_of_tensors(enclosing, last, ordering)
        inside = _contained(lower, TensorSpace(c, c), ordering) and _contained(lower, last, ordering)
        if upper != lower or not inside:
            raise RuleFailure(f"the intersection lies between {lower} and {upper}")
        return Dim(lower)


def meet_of_tensors(one: TensorSpace, two: TensorSpace, ordering: Ordering) -> TensorSpace:
    """(U_a ⊗ V_b) ∩ (U_c ⊗ V_d) = U_{min(a,c)} ⊗ V_{max(b,d)} for nested spaces.

    Raises:
        NotSettled: If the ordering does not settle which index is smaller.
    """
    (a, b), (c, d) = one.args, two.args
    smaller = a if ordering.nonnegative(c - a) is True else c
    larger = b if ordering.nonnegative(b - d) is True else d
    ordering.require((c if smaller == a else a) - smaller, "comparing the spaces U")
    ordering.require(larger - (d if larger == b else b), "comparing the spaces V")
    result: TensorSpace = TensorSpace(smaller, larger)
    return result


def _contained(one: TensorSpace, two: TensorSpace, ordering: Ordering) -> bool:
    """Whether U_a ⊗ V_b ⊂ U_c ⊗ V_d follows from a ≤ c and b ≥ d."""
    (a, b), (c, d) = one.args, two.args
    return ordering.nonnegative(c - a) is True and ordering.nonnegative(b - d) is True


class DimensionOfTensor(_DimensionRule):
    """dim(U_a ⊗ V_b) = u_a v_b; a partial sum of one summand is that summand."""

    name = "dimension of a tensor product"
    statement = r"\dim(U_a \otimes V_b) = u_a v_b"

    def replacement(self, space: Basic, ordering: Ordering) -> Expr | None:
        """The product of the two dimensions."""
        if space == PartialSum(1):
            return left[1] * right[1]
        return left[space.args[0]] * right[space.args[1]] if isinstance(space, TensorSpace) else None


class Hypothesis(_DimensionRule):
    """The induction hypothesis: the formula for one summand less."""

    name = "induction hypothesis"

    def __init__(self, terms: Expr) -> None:
        self.terms = terms

    def replacement(self, space: Basic, ordering: Ordering) -> Expr | None:
        """The formula at the number of summands for which it is assumed."""
        return staircase(self.terms) if space == PartialSum(self.terms) else None


def staircase(terms: Expr | int) -> Expr:
    """Σ_{i≤c} u_i v_i − Σ_{i<c} u_i v_{i+1}, the lemma's formula for c summands.

    Example:
        >>> staircase(2).doit()
        u[1]*v[1] - u[1]*v[2] + u[2]*v[2]
    """
    return FLAG.subs(n, terms)


@cache
def base() -> Derivation:
    """The lemma for one summand."""
    return Derivation(
        "tensor_flag_base", "tensor flag with one summand", Ordering(), Dim(PartialSum(1)),
        (Step(left[1] * right[1], DimensionOfTensor()),), staircase(1).doit(), same=same, valuations=_valuations,
    )  # fmt: skip


@cache
def induction_step() -> Derivation:
    """From m summands to m + 1, for every m ≥ 1.

    Example:
        >>> base().check(1).ok and induction_step().check(1).ok
        True
        >>> wrong = staircase(at + 1) + left[at] * right[at + 1]
        >>> induction_step().with_final(wrong).check(numbers=False).ok
        False
    """
    whole, rest, last = Dim(PartialSum(at + 1)), Dim(PartialSum(at)), Dim(TensorSpace(at + 1, at + 1))
    new, common = left[at + 1] * right[at + 1], left[at] * right[at + 1]
    steps = (
        Step(rest + last - Dim(Meet(PartialSum(at), TensorSpace(at + 1, at + 1))), LastSummand()),
        Step(rest + last - Dim(TensorSpace(at, at + 1)), Squeeze()),
        Step(rest + new - common, DimensionOfTensor()),
        Step(staircase(at) + new - common, Hypothesis(at)),
        Step(staircase(at + 1), Algebra("join the sums")),
    )
    return Derivation(
        "tensor_flag_step", "tensor flag, induction step", Ordering(at >= 1), whole, steps, staircase(at + 1),
        same=same, valuations=_valuations, lemmas=(base(),),
    )  # fmt: skip


def _valuations(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Flags of one to four steps in spaces of dimension up to 4, steps of any size, zero spaces included."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for terms in (1, 1, 2, 3):
        size = stream.randint(1, 4), stream.randint(1, 4)
        count = terms + 1
        rising = sorted(stream.randint(0, size[0]) for _ in range(count))
        falling = sorted((stream.randint(0, size[1]) for _ in range(count)), reverse=True)
        valuation = Valuation({at: terms}, seed=stream.randrange(2**32))
        tables: dict[Any, Any] = {left: {}, right: {}}
        for j in range(1, count + 1):
            for base_symbol, total, dims in ((left, size[0], rising), (right, size[1], falling)):
                space = _spanning(valuation, base_symbol, total)[:, : dims[j - 1]]
                valuation._drawn[(base_symbol, j)] = space
                tables[base_symbol][j] = exact_rank(space) if space.shape[1] else 0
        valuation.symbols.update(tables)
        yield valuation


def _spanning(valuation: Valuation, name: IndexedBase, size: int) -> Array:
    """Random columns, nested prefixes of which span the spaces; in general a basis."""
    return valuation.draw(("columns", name), (size, size))


def _space(space: Basic, valuation: Valuation) -> Array:
    """Columns that span a tensor or a partial sum."""
    if isinstance(space, TensorSpace):
        a, b = (valuation.number(index) for index in space.args)
        return kronecker(valuation._drawn[(left, a)], valuation._drawn[(right, b)])
    parts = [_space(TensorSpace(j, j), valuation) for j in range(1, valuation.number(space.args[0]) + 1)]
    return np.concatenate(parts, axis=1)


@evaluate.register(Dim)
def _(expression: Dim, valuation: Valuation) -> int:
    space = expression.args[0]
    if isinstance(space, Meet):
        one, two = (_space(part, valuation) for part in space.args)
        both = np.concatenate([one, two], axis=1)
        return exact_rank(one) + exact_rank(two) - exact_rank(both)
    return exact_rank(_space(space, valuation))
