r"""The blocks of the witness's Hessian and their ranks, for symbolic depth, layers and ends of intervals.

At the witness of :mod:`~hessproof.symbolic.witness` every pair {i, j} with i ≤ q̂ = min(q, s) has an index i that is
alive everywhere with ω_i = 1. What j can be is listed in :data:`KINDS`:

- j = i, or j ≤ q̂: alive everywhere with ω_j = 1. Blocks 2J − I and [[J, J − I], [J − I, J]], J being all ones;
- q̂ < j ≤ q, which needs s < q: alive everywhere with ω_j = 0;
- q < j ≤ s: alive at the input and at the output with ω_j = 3, not at a narrowest layer;
- j > q and j > s: ω_j = 0, alive at the input or at the output or at neither, not at a narrowest layer.

Intervals on which j is alive do not couple (:func:`apart`), but for the first and the last if ω_j ≠ 0. One that
contains neither input nor output gives [[0, F], [F⊤, 0]] with the triangle F of ones. At the input x_1 is a pivot of
the outer part, at the output y_L; the pivots are (1) alone, or [[1, 3], [3, 1]] together: here ω_j = 1 would not do.
For H_f the pivots are [[0, 3], [3, 0]] or missing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

from sympy import Expr, Integer, symbols

from hessproof.symbolic.attainment.block import OTHER, WEIGHT, Block, derived
from hessproof.symbolic.attainment.patterns import Group, Part, Pattern, interval
from hessproof.symbolic.attainment.rank_rules import OnesAndIdentity, Pivots, Separate, SumAndDifference, Triangle
from hessproof.symbolic.derivation import Derivation, Rule
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.words import L

START, END, NEXT, LAST = symbols("s e s' e'", integer=True)
"""Ends of one interval of layers, and of another one behind it."""
ZERO, ONE, THREE = Integer(0), Integer(1), Integer(3)


def _depth(part: Part) -> Ordering:
    return Ordering(L >= 2) if part == "functional" else Ordering(L >= 1)


def _all(*names: str) -> tuple[Group, ...]:
    return tuple(Group("x" if name == "x" else "y", ONE, L) for name in names)


def whole(name: str, part: Part, weights: tuple[Expr, Expr] = (ONE, ONE)) -> Block:
    """j alive everywhere with ω_j = ω_i, and i = j ("diagonal") or not ("pair")."""
    pattern = Pattern(_depth(part), ((ZERO, L),), weights=weights, same=name == "diagonal")
    if name == "diagonal":
        return Block(name, part, pattern, _all("x"), (OnesAndIdentity(),), L)
    return Block(name, part, pattern, _all("x", "y"), _pair_rules(part), 2 * L)


def _pair_rules(part: Part) -> tuple[Rule, ...]:
    if part == "functional":
        return Separate(), OnesAndIdentity()
    return SumAndDifference(), OnesAndIdentity()


def no_residual(name: str, part: Part, weights: tuple[Expr, Expr] = (ZERO, ZERO)) -> Block:
    """The outer part alone: what reaches the input and the output is of rank 1."""
    order = Ordering(L >= 1)
    match name:
        case "diagonal, ω = 0":
            pattern = Pattern(order, ((ZERO, L),), weights=weights, same=True)
            return Block(name, part, pattern, _all("x"), (OnesAndIdentity(),), ONE)
        case "pair, ω = 0":
            pattern = Pattern(order, ((ZERO, L),), weights=weights)
            return Block(name, part, pattern, _all("x", "y"), (Separate(), OnesAndIdentity()), Integer(2))
        case "input, ω = 0":
            pattern = Pattern(order.where(END >= 0, END + 1 <= L), ((ZERO, END),), (END + 1,), weights)
            groups = tuple(interval(ZERO, END, True, False))
        case _:
            pattern = Pattern(order.where(START >= 1, START <= L), ((START, L),), (START - 1,), weights)
            groups = tuple(interval(START, L, False, True))
    return Block(name, part, pattern, groups, (Separate(), OnesAndIdentity()), ONE)


def inner(part: Part) -> Block:
    """An interval [s, e] of j without input and output; ω_j does not matter."""
    order = _depth(part).where(START >= 1, START <= END, END + 1 <= L)
    pattern = Pattern(order, ((START, END),), (START - 1, END + 1), (ONE, OTHER))
    groups = tuple(interval(START, END, False, False))
    return Block("inner interval", part, pattern, groups, (Separate(), Triangle()), 2 * (END - START + 1))


def _input(last: Expr) -> tuple[Group, Group, Group]:
    """x_1, then x_2, …, x_{last+1} and y_1, …, y_last."""
    return Group("x", ONE, ONE), Group("x", Integer(2), last + 1), Group("y", ONE, last)


def _output(first: Expr) -> tuple[Group, Group, Group]:
    """y_L, then y_first, …, y_{L-1} and x_{first+1}, …, x_L."""
    return Group("y", L, L), Group("y", first, L - 1), Group("x", first + 1, L)


def _eliminated(part: Part, pivots: int) -> tuple[Rule, ...]:
    return (Separate(), Triangle()) if part == "functional" else (Pivots(pivots), Separate(), Triangle())


def at_input(part: Part, weights: tuple[Expr, Expr] = (ONE, ZERO)) -> Block:
    """An interval [0, e], e < L, where ω_j = 0. For H_f the entry x_1 is lost."""
    order = _depth(part).where(END >= 0, END + 1 <= L)
    pattern = Pattern(order, ((ZERO, END),), (END + 1,), weights)
    rank = 2 * END + int(part != "functional")
    return Block("input", part, pattern, _input(END), _eliminated(part, 1), rank)


def at_output(part: Part, weights: tuple[Expr, Expr] = (ONE, ZERO)) -> Block:
    """An interval [s, L], s > 0, where ω_j = 0. For H_f the entry y_L is lost."""
    order = _depth(part).where(START >= 1, START <= L)
    pattern = Pattern(order, ((START, L),), (START - 1,), weights)
    rank = 2 * (L - START) + int(part != "functional")
    return Block("output", part, pattern, _output(START), _eliminated(part, 1), rank)


def through(part: Part, weights: tuple[Expr, Expr] = (ONE, ZERO)) -> Block:
    """j alive everywhere where ω_j = 0. For H_f the entries x_1 and y_L are lost."""
    pattern = Pattern(_depth(part), ((ZERO, L),), weights=weights)
    x, y = Group("x", Integer(2), L), Group("y", ONE, L - 1)
    groups = Group("x", ONE, ONE), Group("y", L, L), x, y
    rank = 2 * (L - 1) + 2 * int(part != "functional")
    return Block("through", part, pattern, groups, _eliminated(part, 2), rank)


def both_ends(part: Part, weights: tuple[Expr, Expr] = (ONE, THREE)) -> Block:
    """Intervals [0, e] and [s, L] apart from each other, where ω_j ≠ 0 couples them."""
    order = _depth(part).where(END >= 0, END + 2 <= START, START <= L)
    pattern = Pattern(order, ((ZERO, END), (START, L)), (END + 1, START - 1), weights)
    (x, *first), (y, *last) = _input(END), _output(START)
    rules = Pivots(2), Separate(), Triangle()
    return Block("both ends", part, pattern, (x, y, *first, *last), rules, 2 * (END + 1 + L - START))


def apart(part: Part, from_input: bool, to_output: bool) -> Block:
    """Entries of two intervals [s, e] and [s', e'] of j do not couple, unless ω_j ≠ 0, s = 0 and e' = L."""
    first, last = (ZERO if from_input else START), (L if to_output else LAST)
    order = _depth(part).where(first >= 0, first <= END, END + 2 <= NEXT, NEXT <= last, last <= L)
    order = order if from_input else order.where(first >= 1)
    order = order if to_output else order.where(last + 1 <= L)
    dead = (END + 1, NEXT - 1, *(() if from_input else (first - 1,)), *(() if to_output else (last + 1,)))
    weights = (WEIGHT, ZERO if from_input and to_output else OTHER)
    pattern = Pattern(order, ((first, END), (NEXT, last)), dead, weights)
    rows, cols = tuple(interval(first, END, from_input, False)), tuple(interval(NEXT, last, False, to_output))
    where = {(True, True): "input and output", (True, False): "input", (False, True): "output"}
    name = f"intervals apart, {where.get((from_input, to_output), 'neither input nor output')}"
    return Block(name, part, pattern, rows, (Separate(),), ZERO, cols)


Made = Callable[[Part], Block]
KINDS: dict[str, Made] = {
    "diagonal": partial(whole, "diagonal"),
    "pair": partial(whole, "pair"),
    "through": through,
    "both ends": both_ends,
    "input": at_input,
    "output": at_output,
    "inner interval": inner,
}
"""The blocks of a pair with i ≤ q̂, by name."""
UNUSED = ("diagonal, ω = 0", "pair, ω = 0", "input, ω = 0", "output, ω = 0")
"""The blocks of a pair where only the outer part is left."""


@cache
def all_apart(part: Part) -> tuple[Derivation, ...]:
    """Two intervals of j do not couple, in each of the four positions."""
    return tuple(derived(apart(part, one, two)) for one in (False, True) for two in (False, True))


@cache
def kinds(part: Part) -> dict[str, Derivation]:
    """The derivations of all blocks of a pair with i ≤ q̂.

    Example:
        >>> {name: str(derivation.final) for name, derivation in kinds("loss").items()}["both ends"]
        '2*L + 2*e - 2*s + 2'
    """
    return {name: derived(made(part)) for name, made in KINDS.items()}


@cache
def unused(part: Part) -> dict[str, Derivation]:
    """The derivations of all blocks in which only the outer part is left."""
    return {name: derived(no_residual(name, part)) for name in UNUSED}
