r"""How parameters are counted: 2n² of them for mn data entries, and how many of them the network can use.

Without activation ŷ = W²W¹x does not change along (S W¹, −W² S), to first order, for any n × n matrix S. These are n²
directions if W¹ or W² is invertible, so that the Jacobian has the rank n² at most, half of what is counted. With ReLU,
between its kinks, S may be diagonal: n directions are lost.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Rule, Step
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.two_layer.critical import PIECEWISE
from hessproof.symbolic.two_layer.energy import N
from hessproof.symbolic.two_layer.index_sums import Put, everywhere
from hessproof.symbolic.two_layer.index_values import drawn
from hessproof.symbolic.two_layer.letters import D, H, K, M
from hessproof.symbolic.two_layer.split import derived
from hessproof.symbolic.valuation import Valuation

OUTER, INNER, MIX = sp.symbols("W^2 Z S", commutative=False)
"""W², the pre-activations Z = W¹x, and a square matrix that mixes hidden units."""
STEP = sp.Symbol("t", real=True)
SOURCE = "slide “Hessian for two layer net”"


def _common_width() -> Put:
    return Put("all widths n", "d = h = K = n", lambda node: N if node in (D, H, K) else None)


@cache
def parameters() -> Derivation:
    """hd + Kh = 2n² for d = h = K = n.

    Example:
        >>> parameters().check(0).ok
        True
    """
    return derived(
        "parameters", "the number of parameters", D * H + H * K, [(2 * N**2, _common_width())], 2 * N**2,
        source=SOURCE, valuations=_widths,
    )  # fmt: skip


@cache
def ratio() -> Derivation:
    """(hd + Kh)/(mK) = 2n²/(mn) = 2n/m.

    Example:
        >>> ratio().check(0).ok
        True
    """
    first = (D * H + H * K) / (M * K)
    return derived(
        "ratio", "parameters for each data entry", first,
        [(2 * N**2 / (M * N), _common_width()), (2 * N / M, Algebra("cancel n"))], 2 * N / M,
        source=SOURCE, valuations=_widths,
    )  # fmt: skip


def _widths(derivation: Derivation, seed: int) -> Any:
    for valuation in drawn(derivation, seed):
        size = valuation.symbols[D]
        numbers: dict[Any, Any] = dict.fromkeys((D, H, K, N), size)
        yield Valuation({**valuation.symbols, **numbers})


class FirstOrder(Rule):
    """What is of the second order in t is left out: values and slopes at t = 0 stay."""

    name = "first order in t"
    statement = r"f(t) = f(0) + t f'(0) + O(t^2)"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The polynomial in t without its higher powers."""
        terms = sp.Add.make_args(sp.expand(expression))
        return sp.Add(*(term for term in terms if sp.degree(_scalar_part(term), STEP) < 2))


def _scalar_part(term: Any) -> Any:
    return sp.Mul(*sp.sympify(term).args_cnc()[0])


@cache
def still_directions(rectified: bool = False) -> Derivation:
    """W²(I − tS) φ((I + tS) W¹x) = W² φ(W¹x) to first order in t: every S without activation, diagonal S with ReLU.

    Example:
        >>> still_directions().check(0).ok, still_directions(rectified=True).check(0).ok
        (True, True)
    """
    start = OUTER * (1 - STEP * MIX) * _Gate((1 + STEP * MIX) * INNER)
    passed = OUTER * (1 - STEP * MIX) * (1 + STEP * MIX) * _Gate(INNER)
    final = OUTER * _Gate(INNER)
    rule = _Homogeneous(rectified)
    title = "with ReLU" if rectified else "without activation"
    return Derivation(
        f"still directions {title}", f"directions along which the outputs stand still, {title}", Ordering(), start,
        (
            Step(passed, rule),
            Step(sp.expand(passed), Algebra("multiply out")),
            Step(final, FirstOrder()),
        ),
        final, source="this project", same=words_same, evaluate=first_order,
        valuations=_gated if rectified else _ungated, assumptions=rule.assumptions,
        remarks=("S ↦ (S W¹, −W² S) is injective on all S if W¹ or W² is invertible, and on diagonal S if for every "
                 "hidden unit row a of W¹ or column a of W² is not zero",),
    )  # fmt: skip


class _Gate(sp.Function):  # type: ignore[misc]
    """φ(z), whose values are words again; the letter φ is not written without activation."""

    nargs = 1
    is_commutative = False

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return rf"\phi({printer.doprint(self.args[0])})"


class _Homogeneous(Rule):
    """φ((I + tS)z) = (I + tS) φ(z): for all S if φ is linear, for diagonal S if it is positively homogeneous."""

    name = "φ and scaling"
    statement = r"\phi((I + tS) z) = (I + tS)\, \phi(z)"

    def __init__(self, rectified: bool) -> None:
        self.assumptions = ("S is diagonal, t small", PIECEWISE) if rectified else ("φ(z) = z",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Take the factor 1 + tS out of φ."""
        scale = 1 + STEP * MIX

        def out(node: Any) -> Any:
            if not isinstance(node, _Gate) or node.args[0] != scale * INNER:
                return None
            return scale * _Gate(INNER)

        found = everywhere(expression, out)
        if found == expression:
            raise RuleFailure(f"no scaled argument of φ in {expression}")
        return found


def words_same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two sums of words are equal."""
    return bool(sp.expand(one - two) == 0)


Dual = tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]


def first_order(expression: Any, valuation: Valuation) -> Any:
    """Value and slope at t = 0, one below the other."""
    value, slope = _dual(sp.sympify(expression), valuation.symbols)
    return np.vstack([value, slope])


def _dual(node: Any, table: dict[Any, Any]) -> Dual:
    if isinstance(node, sp.Rational):
        return np.eye(2, dtype=object) * Fraction(int(node.p), int(node.q)), np.zeros((2, 2), dtype=object)
    if node == STEP:
        return np.zeros((2, 2), dtype=object), np.eye(2, dtype=object)
    if isinstance(node, sp.Symbol):
        return table[node], np.zeros((2, 2), dtype=object)
    if isinstance(node, sp.Add):
        pairs = [_dual(argument, table) for argument in node.args]
        return sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)  # type: ignore[return-value]
    if isinstance(node, sp.Mul):
        value, slope = np.eye(2, dtype=object), np.zeros((2, 2), dtype=object)
        for argument in node.args:
            one, two = _dual(argument, table)
            value, slope = value.dot(one), slope.dot(one) + value.dot(two)
        return value, slope
    if isinstance(node, sp.Pow) and node.exp.is_Integer and node.exp > 0:
        return _dual(sp.Mul(*[node.base] * int(node.exp), evaluate=False), table)
    if isinstance(node, _Gate):
        value, slope = _dual(node.args[0], table)
        gates = (value > 0).astype(int).astype(object) if table["rectified"] else np.full((2, 2), 1, dtype=object)
        return value * gates, slope * gates
    raise TypeError(f"no value for {type(node).__name__}: {node}")


def _ungated(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    yield from _matrices(derivation, seed, rectified=False)


def _gated(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    yield from _matrices(derivation, seed, rectified=True)


def _matrices(derivation: Derivation, seed: int, rectified: bool) -> Iterator[Valuation]:
    """2 × 2 integer matrices W² and Z = W¹x without zeros, and S, diagonal with ReLU."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for _ in range(5):
        table: dict[Any, Any] = {"rectified": rectified}
        for letter in (OUTER, INNER, MIX):
            entries = [stream.choice((-3, -2, -1, 1, 2, 3)) for _ in range(4)]
            table[letter] = np.asarray(entries, dtype=object).reshape(2, 2)
        if rectified:
            table[MIX] = table[MIX] * np.eye(2, dtype=int).astype(object)
        yield Valuation(table)
