r"""Products of weight matrices with symbolic layer numbers, as SymPy matrix expressions.

Two constructors, because the notation W^{k:l} of Singh et al. 2021 (§2) means two things:

- :class:`Descending` (a, b) is W^a W^{a-1} ⋯ W^b, of shape M_a × M_{b-1}, written W^{a:b} with a ≥ b;
- :class:`Transposed` (a, b) is W^{a⊤} W^{a+1⊤} ⋯ W^{b⊤}, of shape M_{a-1} × M_b, written W^{a:b} with a ≤ b.

Two things are easily misread. A chain of a single factor is not told apart by the paper's notation (W^{k:k} may be
W^k or W^{k⊤}); the constructors tell it apart. And an empty chain is an identity: Descending(a, a+1) = I of size M_a,
Transposed(a, a-1) = I of size M_{a-1}. Any other reversed chain is meaningless, and the normal form refuses it.
"""

from __future__ import annotations

from typing import Any, Self

from sympy import Add, Expr, Function, Identity, MatrixExpr, Mul, Symbol, ZeroMatrix, sympify
from sympy.matrices.expressions.matadd import MatAdd
from sympy.matrices.expressions.matmul import MatMul
from sympy.printing.precedence import PRECEDENCE


class M(Function):  # type: ignore[misc]
    """M(l) is the width M_l: M(0) = d inputs, M(L) = K outputs."""

    is_integer = True
    is_positive = True

    @classmethod
    def eval(cls, layer: Expr) -> None:
        """Widths stay symbolic; a width takes one layer number."""

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        text = f"M_{{{printer._print(self.args[0])}}}"
        return text if exp is None else f"{text}^{{{exp}}}"


L = Symbol("L", integer=True)
k = Symbol("k", integer=True)
l = Symbol("l", integer=True)


class Node(MatrixExpr):  # type: ignore[misc]
    """A kind of matrix of this room; SymPy leaves it as it is written.

    Unless a subclass says otherwise, its shape is that of its first argument.
    """

    is_commutative = False

    def __new__(cls, *arguments: Any) -> Self:
        """Take the arguments as SymPy objects; nothing is evaluated."""
        node: Self = super().__new__(cls, *map(sympify, arguments))
        return node

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """Rows and columns."""
        shape: tuple[Expr, Expr] = self.args[0].shape
        return shape

    def doit(self, **hints: Any) -> Any:
        """The expression itself."""
        return self


class Letter(Node):
    """A matrix that is named by layer numbers; ``_rows`` and ``_cols`` give its shape."""

    precedence = PRECEDENCE["Atom"]

    def _rows(self) -> Expr:
        return M(0)

    def _cols(self) -> Expr:
        return M(0)

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """Rows and columns, as symbolic widths."""
        return self._rows(), self._cols()

    def _text(self, printer: Any) -> str:
        return type(self).__name__

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        text = self._text(printer)
        return text if exp is None else rf"\left({text}\right)^{{{exp}}}"


class _Chain(Letter):
    @property
    def first(self) -> Expr:
        """Layer number of the leftmost factor."""
        return self.args[0]

    @property
    def last(self) -> Expr:
        """Layer number of the rightmost factor."""
        return self.args[1]

    def _text(self, printer: Any) -> str:
        if self.first == self.last:
            return self._single(printer._print(self.first))
        return f"W^{{{printer._print(self.first)}:{printer._print(self.last)}}}"

    def _single(self, layer: str) -> str:
        return f"W^{{{layer}}}"


class Descending(_Chain):
    """W^first W^{first-1} ⋯ W^last, of shape M_first × M_{last-1}; the identity if last = first + 1.

    Example:
        >>> Descending(L, k + 1).shape, Descending(L, k + 1).T
        ((M(L), M(k)), Transposed(k + 1, L))
    """

    def _rows(self) -> Expr:
        return M(self.first)

    def _cols(self) -> Expr:
        return M(self.last - 1)

    @property
    def length(self) -> Expr:
        """Number of factors."""
        return self.first - self.last + 1

    def _eval_transpose(self) -> Transposed:
        return Transposed(self.last, self.first)


class Transposed(_Chain):
    """W^{first⊤} W^{first+1⊤} ⋯ W^{last⊤}, of shape M_{first-1} × M_last; the identity if last = first − 1.

    Example:
        >>> Transposed(1, k - 1).shape, Transposed(1, k - 1).T
        ((M(0), M(k - 1)), Descending(k - 1, 1))
    """

    def _rows(self) -> Expr:
        return M(self.first - 1)

    def _cols(self) -> Expr:
        return M(self.last)

    @property
    def length(self) -> Expr:
        """Number of factors."""
        return self.last - self.first + 1

    def _eval_transpose(self) -> Descending:
        return Descending(self.last, self.first)

    def _single(self, layer: str) -> str:
        return rf"W^{{{layer}\top}}"


def weight(layer: Expr | int) -> Descending:
    """W^l, of shape M_l × M_{l-1}."""
    return Descending(layer, layer)


class Delta(Letter):
    """ΔW^l, a perturbation of layer l, of shape M_l × M_{l-1}."""

    def _rows(self) -> Expr:
        return M(self.args[0])

    def _cols(self) -> Expr:
        return M(self.args[0] - 1)

    def _text(self, printer: Any) -> str:
        return rf"\Delta W^{{{printer._print(self.args[0])}}}"


class Sigma(Letter):
    """Σ = E[xx⊤], symmetric, of shape M_0 × M_0 (Singh et al. 2021, §2)."""

    def _eval_transpose(self) -> Sigma:
        return self

    def _text(self, printer: Any) -> str:
        return r"\Sigma"


class _OutputsByInputs(Letter):
    """A matrix of shape M_L × M_0; its argument is the depth L."""

    def __new__(cls, depth: Expr | int = L) -> Self:
        """Take the depth, L unless given."""
        return super().__new__(cls, depth)

    def _rows(self) -> Expr:
        return M(self.args[0])


class Syx(_OutputsByInputs):
    """Σ_yx = E[yx⊤], of shape M_L × M_0."""

    def _text(self, printer: Any) -> str:
        return r"\Sigma_{yx}"


class Omega(_OutputsByInputs):
    """Ω = E[δx⊤] = W^{L:1}Σ − E[yx⊤], of shape M_L × M_0 (Singh et al. 2021, §2)."""

    def _text(self, printer: Any) -> str:
        return r"\Omega"

    def definition(self) -> MatrixExpr:
        """W^{L:1}Σ − Σ_yx."""
        depth = self.args[0]
        return add(times(Descending(depth, 1), Sigma()), times(-1, Syx(depth)))


class Syy(Letter):
    """Σ_yy = E[yy⊤], symmetric, of shape M_L × M_L; only the constant term of the loss has it."""

    def __new__(cls, depth: Expr | int = L) -> Self:
        """Take the depth, L unless given."""
        return super().__new__(cls, depth)

    def _rows(self) -> Expr:
        return M(self.args[0])

    _cols = _rows

    def _eval_transpose(self) -> Syy:
        return self

    def _text(self, printer: Any) -> str:
        return r"\Sigma_{yy}"


class Input(Letter):
    """The input x of one sample, of shape M_0 × 1."""

    def _cols(self) -> Expr:
        return sympify(1)

    def _text(self, printer: Any) -> str:
        return "x"


class Target(_OutputsByInputs):
    """The target y of one sample, of shape M_L × 1."""

    def _cols(self) -> Expr:
        return sympify(1)

    def _text(self, printer: Any) -> str:
        return "y"


class Residual(_OutputsByInputs):
    """The residual δ = W^{L:1}x − y of one sample, of shape M_L × 1 (Singh et al. 2021, §2)."""

    def _cols(self) -> Expr:
        return sympify(1)

    def _text(self, printer: Any) -> str:
        return r"\delta"

    def definition(self) -> MatrixExpr:
        """W^{L:1}x − y."""
        depth = self.args[0]
        return add(times(Descending(depth, 1), Input()), times(-1, Target(depth)))


def times(*factors: Expr | int) -> Any:
    """The product, left as written: factors are neither merged nor reordered.

    Example:
        >>> times(Descending(L, k + 1), Descending(k, 1))
        Descending(L, k + 1)*Descending(k, 1)
    """
    flat: list[Expr] = []
    for factor in map(sympify, factors):
        flat.extend(factor.args if isinstance(factor, MatMul) else (factor,))
    flat = [factor for factor in flat if factor != 1]
    return flat[0] if len(flat) == 1 else MatMul(*flat)


def add(*terms: MatrixExpr) -> Any:
    """The sum, left as written."""
    flat: list[MatrixExpr] = []
    for term in terms:
        flat.extend(term.args if isinstance(term, MatAdd) else (term,))
    return flat[0] if len(flat) == 1 else MatAdd(*flat)


def identity(size: Expr | int) -> Identity:
    """I of the given size."""
    return Identity(sympify(size))


def zero(rows: Expr | int, cols: Expr | int) -> ZeroMatrix:
    """The zero matrix."""
    return ZeroMatrix(sympify(rows), sympify(cols))


def shown(expression: Any) -> str:
    """An expression as a short text for messages; ill-formed expressions have one, too.

    SymPy's own printer simplifies products while it looks for signs, which takes long and fails on ill-formed ones.

    Example:
        >>> shown(times(-1, add(Sigma(), Sigma()), Transposed(1, k - 1)))
        '-1*(Sigma() + Sigma())*Transposed(1, k - 1)'
    """
    if not getattr(expression, "args", ()) or isinstance(expression, Letter) or not expression.has(MatrixExpr):
        return str(expression)
    parts = [shown(argument) for argument in expression.args]
    if isinstance(expression, MatAdd | Add):
        return " + ".join(parts)
    if isinstance(expression, MatMul | Mul):
        sums = (isinstance(argument, MatAdd | Add) for argument in expression.args)
        return "*".join(f"({part})" if is_sum else part for part, is_sum in zip(parts, sums, strict=True))
    return f"{type(expression).__name__}({', '.join(parts)})"
