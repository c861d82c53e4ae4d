r"""The words of H_f's form under changes of coordinates, for symbolic layers.

The form of H_f is made of the traces of X A Δ^l C Δ^k B with X = Ω⊤, A = W^{L:l+1}, C = W^{l−1:k+1}, B = W^{k−1:1}.
Coordinates g_m of the m-th layer take W^m to g_m W^m g_{m−1}^{-1}, X to g_0 X g_L^{-1} and Δ^m to g_m Δ^m g_{m−1}^{-1}.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Derivation, Rule, Step
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.valuation import Valuation

X, A, LATE, C, EARLY, B = sp.symbols(r"X A \Delta^l C \Delta^k B", commutative=False)
G0, GK1, GK, GL1, GL, GLAST = sp.symbols("g_0 g_{k-1} g_k g_{l-1} g_l g_L", commutative=False)
WEIGHT, INTO, OUT_OF = sp.symbols("W^k U V", commutative=False)
WORD = X * A * LATE * C * EARLY * B


def _terms(expression: Any) -> list[tuple[Any, list[Any]]]:
    """(coefficient, letters) of every word of a sum."""
    found = []
    for term in sp.Add.make_args(sp.expand(expression)):
        scalars, letters = term.args_cnc()
        spelled = [
            letter.base ** (1 if letter.exp > 0 else -1) if letter.is_Pow else letter
            for letter in letters
            for _ in range(abs(letter.exp) if letter.is_Pow else 1)
        ]
        found.append((sp.Mul(*scalars), spelled))
    return found


class Put(Rule):
    """Letters replaced by products.

    Args:
        name: What the replacement is called.
        table: What each letter becomes.
    """

    def __init__(self, name: str, table: dict[Any, Any]) -> None:
        self.name, self.table = name, table
        self.statement = ",\\ ".join(f"{sp.latex(one)} \\mapsto {sp.latex(two)}" for one, two in table.items())

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put them in; all of them must occur."""
        missing = [letter for letter in self.table if not expression.has(letter)]
        if missing:
            raise RuleFailure(f"{missing[0]} does not occur in {expression}")
        return sp.expand(expression.subs(self.table, simultaneous=True))


class Exchange(Rule):
    """Neighbouring letters replaced by what an equation says of them.

    Args:
        name: What the equation is called.
        pairs: Words of letters, and what each is equal to.
    """

    def __init__(self, name: str, pairs: tuple[tuple[Any, Any], ...]) -> None:
        self.name, self.pairs = name, pairs
        self.statement = ",\\ ".join(f"{sp.latex(one)} = {sp.latex(two)}" for one, two in pairs)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Use every equation once, in the given order, in every word."""
        for old, new in self.pairs:
            wanted = _terms(old)[0][1]
            result = sp.S.Zero
            for coefficient, letters in _terms(expression):
                place = next(
                    (p for p in range(len(letters)) if letters[p : p + len(wanted)] == wanted), None
                )  # fmt: skip
                if place is None:
                    raise RuleFailure(f"{old} does not stand in {expression}")
                result += coefficient * sp.Mul(*letters[:place], new, *letters[place + len(wanted) :])
            expression = sp.expand(result)
        return expression


class TurnRound(Rule):
    """tr(PQ) = tr(QP): the first letter goes to the end."""

    name = "cyclic trace"
    statement = r"\operatorname{tr}(PQ) = \operatorname{tr}(QP)"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Turn every word."""
        return sp.expand(sum(scalar * sp.Mul(*letters[1:], letters[0]) for scalar, letters in _terms(expression)))


@cache
def invariance() -> Derivation:
    """The trace is the same in other coordinates: H_f changes by a congruence.

    Example:
        >>> invariance().check(0).ok
        True
    """
    table = {
        X: G0 * X / GLAST, A: GLAST * A / GL, LATE: GL * LATE / GL1, C: GL1 * C / GK, EARLY: GK * EARLY / GK1,
        B: GK1 * B / G0,
    }  # fmt: skip
    return _derived(
        "signature_invariance", "H_f's form in other coordinates", WORD.subs(table, simultaneous=True),
        [(WORD, TurnRound())], _coordinates,
        ("all words under the trace; a letter and its inverse beside it cancel as they are written down",),
    )  # fmt: skip


@cache
def opposite() -> Derivation:
    """If g fixes every W^m and takes X to −X, then H_f's form is congruent to its negative.

    Example:
        >>> opposite().check(0).ok
        True
    """
    moved = X * A * GL * LATE / GL1 * C * GK * EARLY / GK1 * B
    passed = -G0 * WORD / G0
    pairs = ((A * GL, GLAST * A), (X * GLAST, -G0 * X), (C * GK, GL1 * C), (GK1**-1 * B, B / G0))
    return _derived(
        "signature_opposite", "H_f's form of a nilpotent cycle", moved,
        [(passed, Exchange("g fixes W and takes X to −X", pairs)), (-WORD, TurnRound())], _graded,
        ("all words under the trace; on a string, g is −1 to the number of times that X was passed",),
    )  # fmt: skip


@cache
def between() -> Derivation:
    """A form that is linear in each of two groups of letters changes sign with one group.

    Example:
        >>> between().check(0).ok
        True
    """
    start = X * INTO * OUT_OF + X * OUT_OF * INTO
    return _derived(
        "signature_between", "changes between two parts", start.subs(OUT_OF, -OUT_OF),
        [(-start, Put("bilinear", {INTO: INTO}))], _coordinates,
        ("U leads from one part to the other and V back; XUU and XVV lead nowhere",),
    )  # fmt: skip


@cache
def stationary() -> Derivation:
    """(XW^{L:1})² = 0 where the gradient of one layer vanishes: W^{k−1:1} X W^{L:k+1} = 0.

    Example:
        >>> stationary().check(0).ok
        True
    """
    return _derived(
        "signature_stationary", "the residual's cycle where one layer is stationary",
        X * A * WEIGHT * B * X * A * WEIGHT * B,
        [(sp.S.Zero, Exchange("the gradient of layer k vanishes", ((B * X * A, sp.S.Zero),)))], _stationary,
        ("A = W^{L:k+1} and B = W^{k−1:1}; nilpotent matrices have no eigenvalues but 0",),
    )  # fmt: skip


def _derived(
    name: str, title: str, start: Any, steps: list[Any], valuations: Any, remarks: tuple[str, ...]
) -> Derivation:
    return Derivation(
        name, title, Ordering(), start, tuple(Step(*step) for step in steps), steps[-1][0], source="this project",
        same=lambda one, two, ordering: bool(sp.expand(one - two) == 0), evaluate=_trace, valuations=valuations,
        remarks=remarks,
    )  # fmt: skip


def _trace(expression: Any, valuation: Valuation) -> Any:
    """The trace of a sum of words."""
    table: Any = valuation.symbols
    total: Any = 0
    for coefficient, letters in _terms(expression):
        product = sp.eye(2)
        for letter in letters:
            product *= table[letter.base].inv() if letter.is_Pow else table[letter]
        total += coefficient * (product.trace() if letters else 0)
    return total


def _matrix(stream: random.Random) -> Any:
    return sp.Matrix(2, 2, lambda i, j: stream.randint(-4, 4))


def _invertible(stream: random.Random) -> Any:
    return sp.Matrix([[1, stream.randint(-3, 3)], [0, 1]]) * sp.Matrix([[2, 0], [stream.randint(-3, 3), 1]])


def _coordinates(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    for _ in range(4):
        table = {letter: _matrix(stream) for letter in (X, A, LATE, C, EARLY, B, INTO, OUT_OF)}
        yield Valuation(table | {letter: _invertible(stream) for letter in (G0, GK1, GK, GL1, GL, GLAST)})


def _graded(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """A string that passes X once, in coordinates of its own; every W^m is the identity."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for _ in range(4):
        mix, one = _invertible(stream), sp.eye(2)
        sign = mix * sp.diag(1, -1) * mix.inv()
        step = mix * sp.Matrix([[0, 0], [stream.randint(1, 5), 0]]) * mix.inv()
        table = {X: step, A: one, B: one, C: one, LATE: _matrix(stream), EARLY: _matrix(stream)}
        yield Valuation(table | dict.fromkeys((G0, GK1, GK, GL1, GL, GLAST), sign))


def _stationary(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """BXA = 0 with none of the three zero."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for _ in range(4):
        first, second = sp.Matrix([stream.randint(1, 5), stream.randint(-5, 5)]), _matrix(stream)
        across = sp.Matrix([[-first[1], first[0]]])
        row = sp.Matrix([[stream.randint(1, 4), stream.randint(-4, 4)]])
        column = sp.Matrix([1, stream.randint(-3, 3)])
        middle = _invertible(stream)
        yield Valuation({B: column * across, X: middle, A: middle.inv() * first * row, WEIGHT: second})
