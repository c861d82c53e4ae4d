r"""How small the loss of one object can be when no weight is larger than M: with hM < 1 it cannot be small.

Without bias every logit is a sum over the last layer's inputs, |z_c| ≤ M‖x^L‖_1, and every layer multiplies the sum
norm by at most M times its width, ‖x^{l+1}‖_1 ≤ M M_l ‖x^l‖_1. So the margins of the right class y are

    z_y − z_c ≤ 2M‖x^L‖_1 ≤ 2 M^L M_1 ⋯ M_{L-1} ‖x‖_1   (= 2 (hM)^L ‖x‖_1/h for equal widths),

and e^ℓ − 1 = Σ_{c≠y} e^{-(z_y − z_c)} is at least (K − 1) times e to minus that. It is attained by W^1 = M·1 sign(x)⊤,
hidden matrices with all entries M, and a last matrix with row M at y and rows −M elsewhere.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Derivation, Rule, Step
from hessproof.symbolic.norms.exactly import exact_value
from hessproof.symbolic.norms.symbols import K, L, M, width
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.valuation import Valuation

CLASS, INDEX = sp.symbols("c i", integer=True)
BASE = sp.Symbol("e", positive=True)
"""e, or any other number above 1: nothing else is used of it."""
LARGEST = sp.Symbol(r"\|z\|_{\infty}", nonnegative=True)
INPUT = sp.Symbol(r"\|x\|_1", nonnegative=True)
MARGIN = sp.IndexedBase("g", real=True)
"""g_c = z_y − z_c for the K − 1 wrong classes."""
SUM_NORM = sp.IndexedBase("u", real=True, nonnegative=True)
"""u_l = ‖x^l‖_1."""


def odds() -> sp.Sum:
    """e^ℓ − 1 = Σ_{c≠y} e^{-(z_y − z_c)}."""
    return sp.Sum(BASE ** (-MARGIN[CLASS]), (CLASS, 1, K - 1))


def hidden_sizes() -> sp.Product:
    """Π_{l=1}^{L-1} M·M_l."""
    return sp.Product(M * width[INDEX], (INDEX, 1, L - 1))


class LargestLogit(Rule):
    """Σ_c e^{-g_c} ≥ (K − 1)e^{-2 max|z|}: z_y − z_c ≤ 2 max|z|."""

    name = "margins by the largest logit"
    statement = r"z_y - z_c \le 2 \max_c |z_c|"
    relation = ">="

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put the largest margin into every summand."""
        if expression != odds():
            raise RuleFailure(f"{expression} is not the sum over the wrong classes")
        return (K - 1) * BASE ** (-2 * LARGEST)


class Larger(Rule):
    """A larger number in an exponent in which it stands with a negative factor.

    Args:
        name: What the step is called.
        statement: Why it is larger, in LaTeX.
        old: The number.
        new: A number that is at least as large.
    """

    relation = ">="

    def __init__(self, name: str, statement: str, old: Any, new: Any, assumptions: tuple[str, ...] = ()) -> None:
        self.name, self.statement, self.old, self.new, self.assumptions = name, statement, old, new, assumptions

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Exchange the number."""
        powers = [power for power in expression.atoms(sp.Pow) if power.base == BASE]
        if len(powers) != 1 or not (expression / powers[0]).is_nonnegative:
            raise RuleFailure(f"{expression} is no multiple of one power of e")
        factor = sp.expand(powers[0].exp).coeff(self.old)
        if sp.expand(powers[0].exp - factor * self.old) != 0 or not (-factor).is_nonnegative:
            raise RuleFailure(f"{self.old} does not stand with a negative factor in {powers[0].exp}")
        return expression / powers[0] * BASE ** (factor * self.new)


class Powers(Rule):
    """M^{L-1} out of the product over hidden layers."""

    name = "take M out"
    statement = r"\prod_{l=1}^{L-1} M M_l = M^{L-1} \prod_{l=1}^{L-1} M_l"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Write the powers of M in front."""
        product = hidden_sizes()
        if not expression.has(product):
            raise RuleFailure(f"no product over hidden layers in {expression}")
        return expression.xreplace({product: M ** (L - 1) * sp.Product(width[INDEX], (INDEX, 1, L - 1))})


def same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two multiples of powers of e are equal."""
    return bool(_plain(one) == _plain(two))


def _plain(expression: Any) -> Any:
    changes = {
        power: sp.Pow(BASE, sp.powsimp(sp.expand(power.exp)), evaluate=False)
        for power in expression.atoms(sp.Pow)
        if power.base == BASE
    }
    return sp.expand(expression.xreplace(changes), power_exp=False)


@cache
def least_odds() -> Derivation:
    """e^ℓ − 1 ≥ (K − 1) exp(−2 M^L M_1 ⋯ M_{L-1} ‖x‖_1).

    Example:
        >>> least_odds().check(0).ok, least_odds().relation
        (True, '>=')
    """
    through = hidden_sizes() * INPUT
    out = M**L * sp.Product(width[INDEX], (INDEX, 1, L - 1)) * INPUT
    final = (K - 1) * BASE ** (-2 * out)
    logit = Larger(
        "one logit", r"|z_c| \le \sum_j |w_{cj}| |x_j^L| \le M \lVert x^L \rVert_1", LARGEST, M * SUM_NORM[L],
        ("|w_ij| ≤ M", "no bias"),
    )  # fmt: skip
    layers = Larger(
        "layer by layer", r"\lVert x^{l+1} \rVert_1 \le \sum_i |w_i^\top x^l| \le M M_l \lVert x^l \rVert_1",
        SUM_NORM[L], through, ("|w_ij| ≤ M", "|σ(t)| ≤ |t|", "no bias"),
    )  # fmt: skip
    return Derivation(
        "least_odds", "how small the loss of one object can be", Ordering(L >= 1, K >= 1), odds(),
        (
            Step((K - 1) * BASE ** (-2 * LARGEST), LargestLogit()),
            Step((K - 1) * BASE ** (-2 * M * SUM_NORM[L]), logit),
            Step((K - 1) * BASE ** (-2 * M * through), layers),
            Step(final, Powers()),
        ),
        final, source="this project", same=same, evaluate=exact_value, valuations=_networks,
    )  # fmt: skip


def _networks(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Small integer networks and 2 in place of e; among them ones that attain the bound."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for place in range(8):
        depth, largest = stream.randint(1, 3), stream.randint(1, 2)
        sizes = [stream.randint(1, 3) for _ in range(depth)] + [stream.randint(2, 4)]
        x = [stream.choice((-2, -1, 1, 2)) for _ in range(sizes[0])]
        weights = [
            [[stream.randint(-largest, largest) for _ in range(sizes[number])] for _ in range(sizes[number + 1])]
            for number in range(depth)
        ]
        if place % 2:
            weights = extreme(sizes, x, largest)
        states = [x]
        for number, matrix in enumerate(weights, start=1):
            raw = [sum(a * b for a, b in zip(row, states[-1], strict=True)) for row in matrix]
            states.append(raw if number == depth else [max(entry, 0) for entry in raw])
        outputs = states[-1]
        numbers: dict[Any, Any] = {
            L: depth, K: sizes[-1], M: largest, BASE: 2, INPUT: sum(map(abs, x)), LARGEST: max(map(abs, outputs)),
            MARGIN: {c: sp.Integer(outputs[0] - outputs[c]) for c in range(1, sizes[-1])},
            SUM_NORM: {i: sp.Integer(sum(map(abs, state))) for i, state in enumerate(states[:-1], start=1)},
            width: {i: sp.Integer(size) for i, size in enumerate(sizes)},
        }  # fmt: skip
        yield Valuation(numbers)


def extreme(sizes: list[int], x: list[int], largest: int) -> list[list[list[int]]]:
    """Integer weights of modulus ``largest`` that attain the bound for the first class.

    Args:
        sizes: M_0, …, M_L.
        x: The input.
        largest: M.

    Example:
        >>> extreme([2, 1, 2], [3, -1], 5)
        [[[5, -5]], [[5], [-5]]]
    """
    depth = len(sizes) - 1
    weights = [[[largest] * sizes[number] for _ in range(sizes[number + 1])] for number in range(depth)]
    weights[-1] = [[largest if row == 0 else -largest] * sizes[-2] for row in range(sizes[-1])]
    weights[0] = [[(entry if x[j] >= 0 else -entry) for j, entry in enumerate(row)] for row in weights[0]]
    return weights
