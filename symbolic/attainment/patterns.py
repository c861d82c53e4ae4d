r"""Where an index is alive, and what the couplings of a pair {i, j} then are, for symbolic layers.

The index i is alive at every layer; j is alive on given intervals of layers, and dead at given layers between them.
With x_k = ΔW^k_{ij} and y_k = ΔW^k_{ji} an interval [s, e] of j has the entries x_{s+1}, …, x_{e+1} and y_s, …, y_e, as
far as these are layers. Entries that follow each other are a *group*; two groups meet in a block whose entries depend
on nothing but the order of the two layers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

from sympy import Eq, Expr, Integer, KroneckerDelta, MatrixExpr, Mul, Pow, Symbol, expand, symbols, sympify

from hessproof.symbolic.attainment import couplings
from hessproof.symbolic.attainment.rank_rules import block_matrix
from hessproof.symbolic.attainment.toeplitz import Coefficients, combined
from hessproof.symbolic.attainment.units import Alive, Entry
from hessproof.symbolic.citation import proved
from hessproof.symbolic.derivation import RuleFailure
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.ordering import NotSettled, Ordering
from hessproof.symbolic.words import L, k, l

Part = Literal["outer", "functional", "loss"]
Range = tuple[Expr, Expr]
I, J = symbols("i j", integer=True, positive=True)
ZERO = Integer(0)


@dataclass(frozen=True)
class Group:
    """Entries x_first, …, x_last or y_first, …, y_last."""

    name: Literal["x", "y"]
    first: Expr
    last: Expr

    @property
    def size(self) -> Expr:
        """How many there are."""
        return expand(self.last - self.first + 1)


@dataclass(frozen=True)
class Pattern:
    """A pair {i, j}, i alive everywhere.

    Args:
        order: What is known of the layers.
        alive: Intervals of layers on which j is alive.
        dead: Layers at which j is dead.
        weights: ω_i and ω_j.
        same: Whether i = j; then only the x count.
    """

    order: Ordering
    alive: tuple[Range, ...] = ()
    dead: tuple[Expr, ...] = ()
    weights: tuple[Expr, Expr] = (Integer(1), Integer(1))
    same: bool = False

    def consistent(self) -> None:
        """Check that intervals lie inside the network, apart from each other and from dead layers.

        Raises:
            NotSettled: If that does not follow.
            RuleFailure: If i = j and j is not like i.
        """
        if self.same and (self.weights[0] != self.weights[1] or self.alive != ((ZERO, L),)):
            raise RuleFailure("i = j, but j is not alive everywhere with the same entry of Ω")
        for place, (first, last) in enumerate(self.alive):
            for gap in (first, last - first, L - last):
                self.order.require(gap, f"an interval {first}, …, {last} of layers")
            for other, _ in self.alive[place + 1 :]:
                self.order.require(other - last - 2, f"a gap between {last} and {other}")
            for layer in self.dead:
                if True not in (self.order.nonnegative(first - layer - 1), self.order.nonnegative(layer - last - 1)):
                    raise NotSettled(f"j is dead at {layer}, which may lie on {first}, …, {last}")

    def contain(self, groups: tuple[Group, ...]) -> None:
        """Check that groups are all entries of the intervals, each once.

        Raises:
            NotSettled: If that does not follow.
            RuleFailure: If the numbers differ.
        """
        self.consistent()
        known = [group for ends in self.alive for group in self._entries(*ends)]
        if self.same:
            known = known[:1]
        if expand(sum(group.size for group in known) - sum(group.size for group in groups)) != 0:
            raise RuleFailure("the groups are not as many entries as the intervals have")
        for place, group in enumerate(groups):
            self.order.require(group.size, f"the group {group}")
            if not any(self._inside(group, one) for one in known):
                raise NotSettled(f"{group} lies in no interval")
            for other in groups[place + 1 :]:
                apart = (self.order.nonnegative(b.first - a.last - 1) for a, b in ((group, other), (other, group)))
                if group.name == other.name and True not in apart:
                    raise NotSettled(f"{group} and {other} may overlap")

    def _entries(self, first: Expr, last: Expr) -> Iterator[Group]:
        at_input, at_output = (self.order.zero(gap) is True for gap in (first, L - last))
        yield from interval(first, last, at_input, at_output)

    def _inside(self, group: Group, whole: Group) -> bool:
        gaps = group.first - whole.first, whole.last - group.last
        return group.name == whole.name and all(self.order.nonnegative(gap) for gap in gaps)

    def settled(self, bracket: Alive, order: Ordering) -> Expr:
        """The value of [j ≤ M_a, …, M_b] or of [i ≤ M_a, …, M_b].

        Raises:
            NotSettled: If the pattern does not say.
        """
        index, low, high = bracket.args
        if index == I or self.same:
            return Integer(1)
        if any(order.nonnegative(low - one) and order.nonnegative(two - high) for one, two in self.alive):
            return Integer(1)
        if any(order.nonnegative(layer - low) and order.nonnegative(high - layer) for layer in self.dead):
            return ZERO
        raise NotSettled(f"whether j is alive on {low}, …, {high} does not follow")

    def value(self, coupling: Expr, order: Ordering) -> Expr:
        """The value of a product of brackets, δ and ω; a zero factor settles it, whatever the others are."""
        result: Expr = Integer(1)
        open_question: NotSettled | None = None
        for factor in Mul.make_args(coupling):
            try:
                result *= self._factor(factor, order)
            except NotSettled as question:
                open_question = question
        if result != 0 and open_question is not None:
            raise open_question
        return result

    def _factor(self, factor: Any, order: Ordering) -> Expr:
        if isinstance(factor, Pow):
            return self._factor(factor.base, order) ** factor.exp
        if isinstance(factor, Alive):
            return self.settled(factor, order)
        if isinstance(factor, Entry):
            return self.weights[0] if factor.args[0] == I else self.weights[1]
        if isinstance(factor, KroneckerDelta):
            return Integer(int(self.same))
        return sympify(factor)


def _places(group: Group) -> tuple[Expr, Expr]:
    """Row and column of the entries of a group."""
    return (I, J) if group.name == "x" else (J, I)


def coupling(pattern: Pattern, early: Group, late: Group, part: Part, order: Ordering, same_layer: bool) -> Expr:
    """The coupling of an entry of W^k in one group with one of W^l in another, k < l, or k = l.

    Raises:
        NotSettled: If the pattern does not say whether j is alive where it matters.
        RuleFailure: If the derivations of the couplings do not hold.
    """
    total: Expr = ZERO
    parts = [couplings.outer()] if part != "functional" else []
    parts += [couplings.functional()] if part != "outer" and not same_layer else []
    for derivation in parts:
        if why := proved(derivation):
            raise RuleFailure(f"the couplings do not hold: {why}")
        (c, d), (a, b) = _places(early), _places(late)
        names = {couplings.A: a, couplings.B: b, couplings.C: c, couplings.D: d}
        at = derivation.final.xreplace({**names, l: k} if same_layer else names)
        total += pattern.value(at, order)
    return total


def block(pattern: Pattern, rows: Group, cols: Group, part: Part) -> Coefficients:
    """The block where two groups meet.

    Raises:
        RuleFailure: If it is no combination of ones, a triangle and the identity.
    """
    before, at, after = (_value(pattern, rows, cols, part, place) for place in ("before", "at", "after"))
    found = [value for value in (before, at, after) if value is not None]
    first = found[0] if found else ZERO
    if all(value == first for value in found):
        return Coefficients(first, ZERO, ZERO, ZERO)
    low, middle, high = (value or ZERO for value in (after, at, before))
    offset = expand(rows.first - cols.first)
    if offset == 1 and (before == at or at is None):
        return Coefficients(high, low - high, ZERO, ZERO)
    if offset == -1 and (at == after or at is None):
        return Coefficients(low, ZERO, high - low, ZERO)
    if offset == 0 and before == after:
        return Coefficients(low, ZERO, ZERO, middle - low)
    raise RuleFailure(f"entries {before}, {at}, {after} at offset {offset} are no known block")


def _value(pattern: Pattern, rows: Group, cols: Group, part: Part, place: str) -> Expr | None:
    """The entry where the row's layer is before, at or after the column's; None if that never happens."""
    early, late = (cols, rows) if place == "after" else (rows, cols)
    inside = early.first <= k, k <= early.last, late.first <= l, l <= late.last
    try:
        order = pattern.order.where(*inside, Eq(k, l) if place == "at" else k + 1 <= l)
    except UnusableRequest:
        return None
    return coupling(pattern, early, late, part, order, place == "at")


def blocks(pattern: Pattern, rows: tuple[Group, ...], cols: tuple[Group, ...], part: Part) -> MatrixExpr:
    """The block matrix of some groups' entries against others'; a form of one set of entries is symmetric."""
    found: dict[tuple[int, int], Coefficients] = {}
    for place in product(range(len(rows)), range(len(cols))):
        known = found.get((place[1], place[0])) if rows == cols else None
        found[place] = known.transposed if known else block(pattern, rows[place[0]], cols[place[1]], part)
    return block_matrix(
        [[combined(row.size, col.size, found[a, b]) for b, col in enumerate(cols)] for a, row in enumerate(rows)]
    )


def interval(first: Expr, last: Expr, at_input: bool, at_output: bool) -> Iterator[Group]:
    """The x and the y of an interval of layers; at the input there is no y_0, at the output no x_{L+1}."""
    yield Group("x", first + 1, last if at_output else last + 1)
    yield Group("y", Integer(1) if at_input else first, last)


class PairMatrix(MatrixExpr):  # type: ignore[misc]
    """The part of the witness's Hessian in the entries of some groups of a pair {i, j}; its name says which."""

    def __new__(cls, name: Symbol, rows: Expr, cols: Expr) -> Any:
        """Take a name and the shape."""
        return super().__new__(cls, name, sympify(rows), sympify(cols))

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """Rows and columns."""
        return self.args[1], self.args[2]

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return rf"H_{{\text{{{self.args[0].name}}}}}"
