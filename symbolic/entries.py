r"""Matrix identities derived entry by entry, for symbolic sizes.

The rules of :mod:`hessproof.symbolic.kronecker` rest on the definitions of vec_r, ⊗ and the matrix product. Here the
identity of vec_r and the mixed product are derived from those definitions. Rows of vec_r(Y) and rows and columns of
A ⊗ C are numbered by pairs, in the order of vec_r: with n columns in Y, the pair (i, j) is row i·n + j.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from sympy import Expr, MatrixExpr, MatrixSymbol, Mul, Sum, Symbol, Tuple, symbols
from sympy.matrices.expressions.kronecker import KroneckerProduct
from sympy.matrices.expressions.matmul import MatMul

from hessproof.symbolic.derivation import Algebra, Backwards, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.kronecker import VecR, kron
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation, evaluate
from hessproof.symbolic.words import shown, times

Index = tuple[Symbol, ...]
Product = tuple[frozenset[tuple[Expr, Expr]], tuple[Expr, ...]]


class Entry(Expr):  # type: ignore[misc]
    """One entry of a matrix; rows and columns may be numbered by pairs, and a column vector has no column index.

    Example:
        >>> A, i, j = MatrixSymbol("A", 2, 3), *symbols("i j", integer=True)
        >>> Entry(VecR(A), (i, j), ())
        Entry(VecR(A), (i, j), ())
    """

    is_commutative = True

    def __new__(cls, matrix: MatrixExpr, rows: Index, cols: Index) -> Any:
        """Take the matrix and the indices of its rows and columns."""
        return super().__new__(cls, matrix, Tuple(*rows), Tuple(*cols))

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        matrix, rows, cols = self.args
        shown = [
            printer._print(index[0]) if len(index) == 1 else f"({','.join(map(printer._print, index))})"
            for index in (rows, cols)
            if index
        ]
        return rf"\left[{printer._print(matrix)}\right]_{{{','.join(shown)}}}"


class _EntryRule(Rule):
    """A definition, used on every entry that it fits."""

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace every entry that the definition fits."""
        return expression.replace(lambda node: isinstance(node, Entry), lambda node: self.local(node))

    def local(self, entry: Entry) -> Any:
        """What the entry is by definition; the entry itself if the definition does not fit."""
        return entry


class VecEntries(_EntryRule):
    """[vec_r(Y)]_{(i,j)} = Y_{ij}."""

    name = "definition of vec"
    statement = r"[\mathrm{vec}_r(Y)]_{(i,j)} = Y_{ij}"

    def local(self, entry: Entry) -> Any:
        """Y_{ij}, if the entry is one of vec_r."""
        matrix, rows, _ = entry.args
        if isinstance(matrix, VecR) and len(rows) == 2:
            return Entry(matrix.matrix, (rows[0],), (rows[1],))
        return entry


class KroneckerEntries(_EntryRule):
    """[A⊗C]_{(i,j),(a,b)} = A_{ia} C_{jb}."""

    name = "definition of the Kronecker product"
    statement = r"[A \otimes C]_{(i,j),(a,b)} = A_{ia} C_{jb}"

    def local(self, entry: Entry) -> Any:
        """A_{ia} C_{jb}, if the entry is one of a Kronecker product of two."""
        matrix, rows, cols = entry.args
        if isinstance(matrix, KroneckerProduct) and (len(matrix.args), len(rows), len(cols)) == (2, 2, 2):
            one, two = matrix.args
            return Entry(one, (rows[0],), (cols[0],)) * Entry(two, (rows[1],), (cols[1],))
        return entry


class TransposeEntries(_EntryRule):
    """[B⊤]_{ji} = B_{ij}."""

    name = "transpose"
    statement = r"[B^\top]_{ji} = B_{ij}"

    def local(self, entry: Entry) -> Any:
        """B_{ij}, if the entry is one of a transpose."""
        matrix, rows, cols = entry.args
        if matrix.is_Transpose and len(rows) == len(cols) == 1:
            return Entry(matrix.arg, tuple(cols), tuple(rows))
        return entry


class ProductEntries(_EntryRule):
    """[PQ⋯]_{ij} = Σ_a P_{ia} [Q⋯]_{aj}; the inner index is a pair where both sides are numbered by pairs.

    Args:
        inner: The summation index, or pair, for each cut from the left.
    """

    name = "definition of the product"
    statement = r"[PQ]_{ij} = \sum_a P_{ia} Q_{aj}"

    def __init__(self, *inner: Index) -> None:
        self.inner = inner

    def local(self, entry: Entry) -> Any:
        """The sum over the inner indices, if the entry is one of a product."""
        matrix, rows, cols = entry.args
        if not isinstance(matrix, MatMul) or len(matrix.args) != len(self.inner) + 1:
            return entry
        indices = (tuple(rows), *self.inner, tuple(cols))
        limits = []
        for left, right, index in zip(matrix.args, matrix.args[1:], self.inner, strict=False):
            sizes = _sizes(left, len(index), columns=True)
            if sizes != _sizes(right, len(index), columns=False):
                raise RuleFailure(f"the inner sizes of {shown(left)} and {shown(right)} differ")
            limits += [(symbol, 0, size - 1) for symbol, size in zip(index, sizes, strict=True)]
        factors = zip(matrix.args, indices, indices[1:], strict=False)
        return Sum(Mul(*(Entry(factor, one, two) for factor, one, two in factors)), *limits)


def same_entries(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two sums of products of entries agree up to the order of summation and of factors."""
    return _flat(one) == _flat(two)


@lru_cache(maxsize=1)
def vec_identity() -> Derivation:
    """vec_r(AXB) = (A ⊗ B⊤) vec_r(X), for A: m × p, X: p × q, B: q × n (Singh et al. 2021, §3.2 and S2.5)."""
    i, j, a, b, m, n, p, q = symbols("i j a b m n p q", integer=True)
    one, inner, two = MatrixSymbol("A", m, p), MatrixSymbol("X", p, q), MatrixSymbol("B", q, n)
    limits = (a, 0, p - 1), (b, 0, q - 1)
    row, col = Entry(one, (i,), (a,)), Entry(two.T, (j,), (b,))
    middle = Entry(inner, (a,), (b,))
    block, vector = kron(one, two.T), VecR(inner)
    pairs = Entry(block, (i, j), (a, b)) * Entry(vector, (a, b), ())
    final = Entry(times(block, vector), (i, j), ())
    steps = (
        Step(Entry(times(one, inner, two), (i,), (j,)), VecEntries()),
        Step(Sum(row * middle * Entry(two, (b,), (j,)), *limits), ProductEntries((a,), (b,))),
        Step(Sum(row * middle * col, *limits), Backwards(TransposeEntries())),
        Step(Sum(row * col * Entry(vector, (a, b), ()), *limits), Backwards(VecEntries())),
        Step(Sum(pairs, *limits), Backwards(KroneckerEntries())),
        Step(final, Backwards(ProductEntries((a, b)))),
    )
    order = Ordering(i >= 0, i <= m - 1, j >= 0, j <= n - 1, p >= 1, q >= 1)
    start = Entry(VecR(times(one, inner, two)), (i, j), ())
    return Derivation(
        "vec",
        "vec identity, entry by entry",
        order,
        start,
        steps,
        final,
        "Singh, Bachmann & Hofmann 2021, §3.2 and S2.5",
        same=same_entries,
        valuations=_sizes_and_entries,
        lemmas=(mixed_product(),),
    )


@lru_cache(maxsize=1)
def mixed_product() -> Derivation:
    """(A⊗B)(C⊗D) = AC ⊗ BD, for A: m × p, C: p × u, B: n × q, D: q × v."""
    i, j, a, b, e, f, m, n, p, q, u, v = symbols("i j a b e f m n p q u v", integer=True)
    one, two = MatrixSymbol("A", m, p), MatrixSymbol("B", n, q)
    three, four = MatrixSymbol("C", p, u), MatrixSymbol("D", q, v)
    left, right = kron(one, two), kron(three, four)
    limits = (a, 0, p - 1), (b, 0, q - 1)
    first = Entry(one, (i,), (a,)) * Entry(three, (a,), (e,))
    second = Entry(two, (j,), (b,)) * Entry(four, (b,), (f,))
    rest = Entry(times(two, four), (j,), (f,))
    final = Entry(kron(times(one, three), times(two, four)), (i, j), (e, f))
    steps = (
        Step(Sum(Entry(left, (i, j), (a, b)) * Entry(right, (a, b), (e, f)), *limits), ProductEntries((a, b))),
        Step(Sum(first * second, *limits), KroneckerEntries()),
        Step(Sum(first, limits[0]) * Sum(second, limits[1]), Algebra("distribute")),
        Step(Sum(first, limits[0]) * rest, _OnlyOf(ProductEntries((b,)), times(two, four))),
        Step(Entry(times(one, three), (i,), (e,)) * rest, _OnlyOf(ProductEntries((a,)), times(one, three))),
        Step(final, Backwards(KroneckerEntries())),
    )
    order = Ordering(i >= 0, i <= m - 1, j >= 0, j <= n - 1, e >= 0, e <= u - 1, f >= 0, f <= v - 1, p >= 1, q >= 1)
    start = Entry(times(left, right), (i, j), (e, f))
    return Derivation(
        "vec",
        "mixed product, entry by entry",
        order,
        start,
        steps,
        final,
        "definition of ⊗",
        same=same_entries,
        valuations=_sizes_and_entries,
    )


class _OnlyOf(Backwards):
    """The definition of one product, read backwards, on the entries of that product alone."""

    def __init__(self, rule: ProductEntries, product: MatrixExpr) -> None:
        super().__init__(rule)
        self.product = product

    def check(self, before: Any, after: Any, ordering: Ordering, same: Any) -> None:
        """Write the entries of the product out in ``after`` and compare."""
        written = after.replace(
            lambda node: isinstance(node, Entry) and node.args[0] == self.product,
            lambda node: self.rule.local(node),  # type: ignore[attr-defined]
        )
        if not same(written, before, ordering):
            raise RuleFailure(f"rule '{self.name}' gives {shown(written)}, not {shown(before)}")


def _sizes(matrix: MatrixExpr, count: int, *, columns: bool) -> tuple[Expr, ...]:
    """The sizes that ``count`` indices of the rows or columns of a matrix run over."""
    side = 1 if columns else 0
    if count == 1:
        return (matrix.shape[side],)
    if count == 2 and isinstance(matrix, KroneckerProduct) and len(matrix.args) == 2:
        return tuple(factor.shape[side] for factor in matrix.args)
    if count == 2 and isinstance(matrix, VecR) and not columns:
        return tuple(matrix.matrix.shape)
    if count == 2 and isinstance(matrix, MatMul):
        return _sizes(matrix.args[-1] if columns else matrix.args[0], count, columns=columns)
    raise RuleFailure(f"the {'columns' if columns else 'rows'} of {shown(matrix)} are not numbered by {count} indices")


def _flat(expression: Any) -> Product:
    """A product of sums of products of entries: all summation indices with their sizes, and all factors, sorted.

    Raises:
        RuleFailure: If it is no such product, or an index is summed twice.
    """
    limits: list[tuple[Expr, Expr]] = []
    factors: list[Expr] = []
    for factor in Mul.make_args(expression):
        if isinstance(factor, Sum):
            if any(lower != 0 for _, lower, _ in factor.limits):
                raise RuleFailure(f"{shown(factor)} does not start at 0")
            inner_limits, inner = _flat(factor.function)
            limits += [*inner_limits, *((index, upper + 1) for index, _, upper in factor.limits)]
            factors += inner
        else:
            factors += [factor.base] * int(factor.exp) if factor.is_Pow and factor.exp.is_Integer else [factor]
    names = [index for index, _ in limits]
    if len(names) != len(set(names)):
        raise RuleFailure(f"an index is summed twice in {shown(expression)}")
    return frozenset(limits), tuple(sorted(factors, key=str))


def _sizes_and_entries(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(seed)
    names = sorted({str(s) for line in derivation.lines for s in line.atoms(Symbol)} & set("mnpquv"))
    for _ in range(4):
        sizes = {Symbol(name, integer=True): stream.randint(1, 3) for name in names}
        picked = {}
        for index, bound in (("i", "m"), ("j", "n"), ("e", "u"), ("f", "v")):
            size = sizes.get(Symbol(bound, integer=True), 1)
            picked[Symbol(index, integer=True)] = stream.randrange(size)
        yield Valuation({**sizes, **picked}, seed=stream.randrange(2**32))


def _position(index: tuple[int, ...], sizes: tuple[int, ...]) -> int:
    position = 0
    for one, size in zip(index, sizes, strict=True):
        if not 0 <= one < size:
            raise IndexError(f"index {one} of {size}")
        position = position * size + one
    return position


@evaluate.register(Entry)
def _(expression: Entry, valuation: Valuation) -> Any:
    matrix, rows, cols = expression.args
    value = evaluate(matrix, valuation)
    position = []
    for index, columns in ((rows, False), (cols, True)):
        sizes = _sizes(matrix, len(index), columns=columns) if index else ()
        numbers = tuple(valuation.number(symbol) for symbol in index)
        position.append(_position(numbers, tuple(map(valuation.number, sizes))) if sizes else 0)
    return value[tuple(position)]
