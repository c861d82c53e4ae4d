r"""The Jacobian of a rectified network, for symbolic depth, layers and widths (Kiselev & Grabovoy 2024, §4).

Away from the kinks the gates D^l are constant, and by induction over the layers

    ∂x^m/∂z^l = D^{m-1} W^{m-1} ⋯ W^{l+1} D^l   (l < m),       G^l = ∂z/∂z^l = W^L D^{L-1} ⋯ W^{l+1} D^l,

with D^L = I, so that G^L = I. The parameters of layer l enter through z^l = W^l x^l + b^l alone, which gives the blocks
G^l ⊗ x^{l⊤} for W^l, G^l for b^l, and G^l ⊗ (x^l, 1)⊤ for [W^l b^l]. The G-term (∂z/∂θ)⊤ A (∂z/∂θ) is made of them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache, partial
from typing import Any

from sympy import MatrixExpr
from sympy.core.symbol import Str
from sympy.matrices.expressions.kronecker import KroneckerProduct
from sympy.matrices.expressions.matmul import MatMul

from hessproof.symbolic.derivation import Algebra, Backwards, Derivation, Rule, Step
from hessproof.symbolic.kronecker import MixedProduct, kron
from hessproof.symbolic.norms.words import (
    BIAS,
    Curvature,
    Gate,
    Gated,
    Lifted,
    OneGatedLayer,
    State,
    backward,
    between,
    run,
)
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.softmax.definitions import BOTH, SHIFTS, WEIGHTS, ParameterJacobian, PreJacobian, StateBy
from hessproof.symbolic.sums import rewrite
from hessproof.symbolic.valuation import Valuation
from hessproof.symbolic.words import L, M, identity, k, l, times, weight

PAPER = "Kiselev & Grabovoy 2024, §4"
OFF_KINKS = "no pre-activation is zero"
ONE_LAYER = Ordering(l >= 1, l <= L)
TWO_LAYERS = Ordering(k >= 1, k <= L, l >= 1, l <= L)
KINDS = (WEIGHTS, SHIFTS, BOTH)


class NextLayer(Rule):
    """∂x^{m+1}/∂z^l = D^m W^m ∂x^m/∂z^l for l < m, and ∂x^{l+1}/∂z^l = D^l: x^{m+1} = D^m(W^m x^m + b^m)."""

    name = "one more layer"
    statement = r"x^{m+1} = D^m (W^m x^m + b^m),\quad \mathrm{d}D^m = 0"
    assumptions = (OFF_KINKS,)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Take the last layer off every derivative of a state."""

        def local(node: Any, inner: Ordering) -> Any:
            if not isinstance(node, StateBy):
                return None
            last, layer = node.args[0] - 1, node.args[1]
            if inner.zero(last - layer):
                return Gate(layer)
            inner.require(last - layer - 1, "a later layer")
            inner.require(L - last, "a layer of the network")
            return times(Gate(last), weight(last), StateBy(last, layer))

        return rewrite(expression, ordering, local)


class PathFormula(Rule):
    """∂x^m/∂z^l = D^{m-1} W^{m-1} ⋯ W^{l+1} D^l for l < m, which :func:`path` derives by induction on m."""

    name = "chain of gates and weights"
    statement = r"\partial x^m / \partial z^l = D^{m-1} W^{m-1} \cdots W^{l+1} D^l"
    assumptions = (OFF_KINKS,)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put the chain for every derivative of a state."""

        def local(node: Any, inner: Ordering) -> Any:
            if not isinstance(node, StateBy):
                return None
            inner.require(node.args[0] - node.args[1] - 1, "a later layer")
            inner.require(L + 1 - node.args[0], "a layer of the network")
            return between(*node.args)

        return rewrite(expression, ordering, local)


class ThroughLayer(Rule):
    """∂z/∂V^l = (∂z/∂z^l)(∂z^l/∂V^l): the parameters of layer l enter through z^l alone."""

    name = "chain rule through the layer"
    statement = r"\partial z / \partial V^l = (\partial z / \partial z^l)\, (\partial z^l / \partial V^l)"
    assumptions = (OFF_KINKS,)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Split every derivative of the outputs at its layer."""

        def local(node: Any, inner: Ordering) -> Any:
            if type(node) is not ParameterJacobian:
                return None
            return times(StateBy(L + 1, node.args[0]), PreJacobian(*node.args))

        return rewrite(expression, ordering, local)


class LinearLayer(Rule):
    """z^l = W^l x^l + b^l: ∂z^l/∂vec_r W^l = I ⊗ x^{l⊤}, ∂z^l/∂b^l = I, together I ⊗ (x^l, 1)⊤."""

    name = "a layer is linear in its parameters"
    statement = r"\partial (W x + b) / \partial \mathrm{vec}_r W = I \otimes x^\top"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Differentiate every layer by its own parameters."""

        def local(node: Any, inner: Ordering) -> Any:
            if not isinstance(node, PreJacobian):
                return None
            layer, kind = node.args
            unit = identity(M(layer))
            enters = {WEIGHTS: State(layer).T, BOTH: Lifted(layer).T}
            return unit if kind == SHIFTS else kron(unit, enters[kind])

        return rewrite(expression, ordering, local)


class ThinFactor(Rule):
    """X (Y ⊗ v⊤) = XY ⊗ v⊤ for a row v⊤, and (Y ⊗ v) X = YX ⊗ v for a column v."""

    name = "mixed product with a thin factor"
    statement = r"X (Y \otimes v^\top) = XY \otimes v^\top,\quad (Y \otimes v) X = YX \otimes v"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Take plain factors into the Kronecker products beside them, in products as they are written."""

        def local(node: Any, inner: Ordering) -> Any:
            return times(*_thinned(list(node.args))) if isinstance(node, MatMul) else None

        return rewrite(expression, ordering, local)


def _thinned(letters: list[Any]) -> list[Any]:
    position = 0
    while position < len(letters) - 1:
        one, two = letters[position : position + 2]
        merged = _merged(one, two)
        if merged is None:
            position += 1
        else:
            letters[position : position + 2] = [merged]
            position = max(0, position - 1)
    return letters


def _merged(one: MatrixExpr, two: MatrixExpr) -> MatrixExpr | None:
    if isinstance(two, KroneckerProduct) and not isinstance(one, KroneckerProduct):
        left, right = two.args
        return kron(times(one, left), right) if right.rows == 1 and one.cols == left.rows else None
    if isinstance(one, KroneckerProduct) and not isinstance(two, KroneckerProduct):
        left, right = one.args
        return kron(times(left, two), right) if right.cols == 1 and left.cols == two.rows else None
    return None


def derived(title: str, ordering: Ordering, start: Any, steps: list[tuple[Any, Rule]], final: Any,
            lemmas: tuple[Derivation, ...] = (), remarks: tuple[str, ...] = (),
            bias: bool | None = None) -> Derivation:  # fmt: skip
    """A derivation of a statement about one object; ``bias`` None means with and without one."""
    return Derivation(
        title, title, ordering, start, tuple(Step(line, rule) for line, rule in steps), final, PAPER, remarks,
        valuations=partial(networks, bias=bias), lemmas=lemmas,
    )  # fmt: skip


def networks(derivation: Derivation, seed: int, *, bias: bool | None = None) -> Iterator[Valuation]:
    """Small networks in integers: two through which a signal passes, different layers first, and two more."""
    stream = random.Random(f"{derivation.title}|{seed}")
    solutions = [one for one in derivation.ordering.solutions(0, 4) if 1 <= one.get(L, 2) <= 3 or len(one) == 1]
    solutions.sort(key=lambda one: (len(set(one.values())), stream.random()), reverse=True)
    for number, solution in enumerate([*solutions[:2], *stream.sample(solutions, min(2, len(solutions)))]):
        depth = solution.get(L, 2)
        shifted = number % 2 if bias is None else int(bias)
        live = number < 2
        for _ in range(20):
            widths = tuple(stream.choice((2, 2, 3) if live else (1, 2, 3)) for _ in range(depth + 1))
            found = Valuation({L: depth, **solution, BIAS: shifted}, widths, seed=stream.randrange(2**32))
            if not live or all(gate.any() for gate in run(found)[1]):
                break
        yield found


@cache
def path() -> Derivation:
    """∂x^{l+1}/∂z^k = D^l W^l D^{l-1} ⋯ W^{k+1} D^k for k < l ≤ L, by induction; the base k = l is a lemma.

    Example:
        >>> path().check(0).ok
        True
    """
    base = derived(
        "path of gates and weights, base", Ordering(k >= 1, k <= L), StateBy(k + 1, k),
        [(Gate(k), NextLayer())], between(k + 1, k),
    )  # fmt: skip
    shorter = times(Gate(l), weight(l), StateBy(l, k))
    chained = times(Gate(l), weight(l), between(l, k))
    return derived(
        "path of gates and weights, induction step", Ordering(k >= 1, k + 1 <= l, l <= L), StateBy(l + 1, k),
        [(shorter, NextLayer()), (chained, PathFormula()),
         (times(Gated(l, l), between(l, k)), Backwards(OneGatedLayer())), (between(l + 1, k), Algebra("join"))],
        between(l + 1, k), lemmas=(base,),
        remarks=("the second step is the induction hypothesis, for the layer before",),
    )  # fmt: skip


@cache
def chain() -> Derivation:
    """G^l = ∂z/∂z^l = W^L D^{L-1} W^{L-1} ⋯ W^{l+1} D^l for l < L, and I for l = L.

    Example:
        >>> chain().check(0).ok, last_chain().check(0).ok
        (True, True)
    """
    return derived(
        "derivative of the outputs in a layer's pre-activations", ONE_LAYER, StateBy(L + 1, l),
        [(backward(l), PathFormula())], backward(l), lemmas=(path(), last_chain()),
    )  # fmt: skip


@cache
def last_chain() -> Derivation:
    """G^L = I: the last layer has no gate."""
    return derived(
        "derivative of the outputs in themselves", Ordering(L >= 1), StateBy(L + 1, L),
        [(identity(M(L)), NextLayer())], backward(L),
    )  # fmt: skip


@cache
def stack(kind: Str) -> Derivation:
    """∂z/∂vec_r(V^l): G^l ⊗ x^{l⊤} for the weights, G^l for the biases, G^l ⊗ (x^l, 1)⊤ for both.

    Example:
        >>> [stack(kind).check(0, count=2).ok for kind in KINDS]
        [True, True, True]
    """
    enters = {WEIGHTS: State(l).T, BOTH: Lifted(l).T}
    unit = identity(M(l))
    layer = unit if kind == SHIFTS else kron(unit, enters[kind])
    final = backward(l) if kind == SHIFTS else kron(backward(l), enters[kind])
    start = ParameterJacobian(l, kind)
    steps: list[tuple[Any, Rule]] = [
        (times(StateBy(L + 1, l), PreJacobian(l, kind)), ThroughLayer()),
        (times(StateBy(L + 1, l), layer), LinearLayer()),
        (times(backward(l), layer), PathFormula()),
        (final, Algebra("I is a unit") if kind == SHIFTS else ThinFactor()),
    ]
    names = {WEIGHTS: "weights", SHIFTS: "biases", BOTH: "weights and biases"}
    return derived(f"Jacobian in a layer's {names[kind]}", ONE_LAYER, start, steps, final, lemmas=(chain(),),
                   bias=None if kind == WEIGHTS else True)  # fmt: skip


class JacobianFormula(Rule):
    """∂z/∂vec_r(V^l) by the blocks that :func:`stack` derives."""

    name = "blocks of the Jacobian"
    statement = r"\partial z / \partial W^l = G^l \otimes x^{l\top},\quad \partial z / \partial b^l = G^l"
    assumptions = (OFF_KINKS,)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put the block for every derivative of the outputs."""

        def local(node: Any, inner: Ordering) -> Any:
            if type(node) is not ParameterJacobian:
                return None
            inner.require(node.args[0] - 1, "a layer of the network")
            inner.require(L - node.args[0], "a layer of the network")
            return stack(node.args[1]).final.xreplace({l: node.args[0]})

        return rewrite(expression, ordering, local)


@cache
def g_term(kind: Str) -> Derivation:
    """Block (k, l) of (∂z/∂θ)⊤ A (∂z/∂θ) = F⊤AF: G^{k⊤} A G^l ⊗ x^k x^{l⊤} for the weights.

    Example:
        >>> [g_term(kind).check(0, count=2).ok for kind in KINDS]
        [True, True, True]
    """
    one, two = (stack(kind).final.xreplace({l: layer}) for layer in (k, l))
    start = times(ParameterJacobian(k, kind).T, Curvature(), ParameterJacobian(l, kind))
    between_blocks = times(one.T, Curvature(), two)
    steps: list[tuple[Any, Rule]] = [(between_blocks, JacobianFormula())]
    back = times(backward(k).T, Curvature(), backward(l))
    if kind == SHIFTS:
        final = back
    else:
        enters = [block.args[1] for block in (one, two)]
        half = kron(times(backward(k).T, Curvature()), enters[0].T)
        final = kron(back, times(enters[0].T, enters[1]))
        steps += [(times(half, two), ThinFactor()), (final, MixedProduct())]
    names = {WEIGHTS: "weights", SHIFTS: "biases", BOTH: "weights and biases"}
    return derived(f"G-term in the {names[kind]}", TWO_LAYERS, start, steps, final, lemmas=(stack(kind),),
                   bias=None if kind == WEIGHTS else True)  # fmt: skip
