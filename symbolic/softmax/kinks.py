r"""Which value of a gate at zero gives the derivative of a rectified network.

Along a direction v the states have one-sided derivatives

    x′^{l+1} = ρ(z^l; z′^l),     z′^l = W^l x′^l + ΔW^l x^l + Δb^l,

with ρ(z; z′) = z′ for z > 0, max(z′, 0) for z = 0, 0 for z < 0. With gates held fixed the derivative along v is
y^{l+1} = D^l (W^l y^l + ΔW^l x^l + Δb^l), y^1 = 0.

*Closed gates*, D = diag([z > 0]). Let C be the set of directions along which every neuron at a kink falls, z′^l_i < 0,
unless its layer receives zero and has no bias. C is open, and not empty: ΔW^l_i = −c x^l, or Δb^l_i = −c, with large c,
layer by layer. A layer without bias that receives zero has x′^l = 0 on C as well, since what enters it comes from
neurons that fall or are off. So x′ = y on C.
*Open gates*, D = diag([z ≥ 0]). The same with neurons that rise, if there is a bias or if x^2, …, x^{L-1} are not zero.

If z is differentiable at the parameters then ∇z v = z′ for every v, and two linear maps that agree on an open set are
equal. So ∇z is the chain with these gates.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache, partial
from typing import Any, Literal

import numpy as np
from sympy import Expr, Integer, sympify
from sympy.core.symbol import Str

from hessproof.symbolic.derivation import Backwards, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.norms.words import BIAS, Gate, State, bias_of, run
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.sums import rewrite
from hessproof.symbolic.valuation import Array, Valuation, evaluate, filled, unit
from hessproof.symbolic.words import Delta, L, Letter, M, Node, add, l, times, weight, zero

CLOSED, OPEN = Str("closed"), Str("open")
Way = Literal["closed", "open"]
_SIGN = {CLOSED: -1, OPEN: 1}


class KinkGate(Gate):
    """D^l with the gate at z = 0 closed or open; arguments l and which."""

    def _text(self, printer: Any) -> str:
        sign = ">" if self.args[1] == CLOSED else r"\ge"
        return f"D_{{{sign}}}^{{{printer._print(self.args[0])}}}"


class DeltaShift(Letter):
    """Δb^l, a change of the biases of layer l, of shape M_l × 1; zero in a network without bias."""

    def _rows(self) -> Expr:
        return M(self.args[0])

    def _cols(self) -> Expr:
        return sympify(1)

    def _text(self, printer: Any) -> str:
        return rf"\Delta b^{{{printer._print(self.args[0])}}}"


class OneSided(State):
    """x′^l, the one-sided derivative of x^l along a direction; x′^{L+1} = z′."""

    def _text(self, printer: Any) -> str:
        return rf"x'^{{{printer._print(self.args[0])}}}"


class Fixed(State):
    """y^l, the derivative of x^l along the same direction with the gates held fixed; arguments l and which gates."""

    def _text(self, printer: Any) -> str:
        return f"y^{{{printer._print(self.args[0])}}}"


class Through(Node):
    """ρ(z^l; X), the one-sided derivative of max(z, 0) at z^l along X; for l = L it is X. Arguments l and X."""

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """M_l by 1."""
        return M(self.args[0]), sympify(1)

    def _latex(self, printer: Any) -> str:
        layer, inner = map(printer._print, self.args)
        return rf"\rho\left(z^{{{layer}}};\ {inner}\right)"


def pre_slope(state: Any, layer: Any) -> Any:
    """W^l x′ + ΔW^l x^l + Δb^l."""
    return add(times(weight(layer), state), times(Delta(layer), State(layer)), DeltaShift(layer))


class OneSidedChain(Rule):
    """x′^{l+1} = ρ(z^l; W^l x′^l + ΔW^l x^l + Δb^l): max(z, 0) has one-sided derivatives, and they compose."""

    name = "one-sided chain rule"
    statement = r"x'^{l+1} = \rho(z^l; W^l x'^l + \Delta W^l x^l + \Delta b^l)"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """One layer back."""
        if not isinstance(expression, OneSided):
            raise RuleFailure(f"{expression} is not a one-sided derivative")
        layer = expression.args[0] - 1
        return Through(layer, pre_slope(OneSided(layer), layer))


class NoKinkAgainst(Rule):
    """ρ(z^l; X) = D^l X along directions in which no neuron at a kink moves against its gate.

    Args:
        which: Closed gates and neurons that fall, or open gates and neurons that rise.
    """

    statement = r"\rho(z; z') = [z > 0]\, z' \text{ if } z' \le 0 \text{ where } z = 0"

    def __init__(self, which: Str) -> None:
        self.which = which
        self.name = "neurons at a kink fall" if which == CLOSED else "neurons at a kink rise"
        if which == OPEN:
            self.statement = r"\rho(z; z') = [z \ge 0]\, z' \text{ if } z' \ge 0 \text{ where } z = 0"
        moves = "fall" if which == CLOSED else "rise"
        self.assumptions = (f"a direction along which neurons at kinks {moves}",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The gate times the slope."""
        if not isinstance(expression, Through):
            raise RuleFailure(f"{expression} is not a one-sided derivative of a layer")
        layer, inner = expression.args
        return times(KinkGate(layer, self.which), inner)


class Hypothesis(Rule):
    """x′^l = y^l, which :func:`along` derives by induction on l."""

    name = "the layer before"
    statement = "x'^l = y^l"

    def __init__(self, which: Str) -> None:
        self.which = which

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Fixed gates for one-sided derivatives."""
        return rewrite(
            expression,
            ordering,
            lambda node, _: Fixed(node.args[0], self.which) if isinstance(node, OneSided) else None,
        )


class FixedLayer(Rule):
    """y^{l+1} = D^l (W^l y^l + ΔW^l x^l + Δb^l), y^1 = 0: the definition."""

    name = "derivative with fixed gates"
    statement = r"y^{l+1} = D^l (W^l y^l + \Delta W^l x^l + \Delta b^l),\ y^1 = 0"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """One layer back."""
        if not isinstance(expression, Fixed):
            raise RuleFailure(f"{expression} is not a derivative with fixed gates")
        layer, which = expression.args[0] - 1, expression.args[1]
        if ordering.zero(layer):
            return zero(*expression.shape)
        return times(KinkGate(layer, which), pre_slope(Fixed(layer, which), layer))


class InputStays(Rule):
    """x′^1 = 0: the input does not move."""

    name = "the input stays"
    statement = "x'^1 = 0"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Zero for the first derivative."""
        return zero(*expression.shape) if expression == OneSided(Integer(1)) else expression


@cache
def along(way: Way) -> Derivation:
    """x′^{l+1} = y^{l+1} along directions in which no neuron at a kink moves against its gate, by induction on l.

    Example:
        >>> along("closed").check(0).ok, along("open").check(0).ok
        (True, True)
    """
    which = {"closed": CLOSED, "open": OPEN}[way]
    draw = partial(_kinked, which=which)
    base = Derivation(
        f"kinks: {way} gates, base", f"{way} gates at kinks, base", Ordering(L >= 1), OneSided(Integer(1)),
        (Step(zero(M(0), 1), InputStays()), Step(Fixed(Integer(1), which), Backwards(FixedLayer()))),
        Fixed(Integer(1), which), source="this project", valuations=draw,
    )  # fmt: skip
    slope = pre_slope(OneSided(l), l)
    signal = () if way == "closed" else ("with bias, or no hidden layer behind the first receives zero only",)
    return Derivation(
        f"kinks: {way} gates", f"{way} gates at kinks, induction step", Ordering(l >= 1, l <= L), OneSided(l + 1),
        (
            Step(Through(l, slope), OneSidedChain()),
            Step(times(KinkGate(l, which), slope), NoKinkAgainst(which)),
            Step(times(KinkGate(l, which), pre_slope(Fixed(l, which), l)), Hypothesis(which)),
            Step(Fixed(l + 1, which), Backwards(FixedLayer())),
        ),
        Fixed(l + 1, which), source="this project", valuations=draw, lemmas=(base,), assumptions=signal,
        remarks=(
            "these directions form an open set that is not empty; where z is differentiable, two linear maps that "
            "agree on it are equal, so that the gradient is the chain with these gates",
        ),
    )  # fmt: skip


def _kinked(derivation: Derivation, seed: int, which: Str = CLOSED) -> Iterator[Valuation]:
    """Networks with entries −1, 0, 1, so that kinks abound, and a direction in which none moves against its gate."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    found = 0
    while found < 6:
        depth = stream.randint(1, 3)
        widths = tuple(stream.randint(1, 3) for _ in range(depth + 1))
        bias = stream.randrange(2)
        valuation = Valuation({L: depth, l: stream.randint(1, depth), BIAS: bias}, widths, seed=stream.randrange(2**32))
        small: dict[object, Array] = {"x": _entries(stream, widths[0], 1)}
        weights = [_entries(stream, *shape) for shape in zip(widths[1:], widths, strict=False)]
        for layer, rows in enumerate(widths[1:], start=1):
            small["shift", layer] = _entries(stream, rows, 1) if bias else filled(rows, 1)
        point = valuation._changed(weights=weights, weights_transposed=[one.T for one in weights], _drawn=small)
        states = run(point)[0]
        if which == OPEN and not bias and not all(state.any() for state in states[1:-2]):
            continue
        found += 1
        yield _directed(point, states, stream, _SIGN[which], bool(bias))


def _entries(stream: random.Random, rows: int, cols: int) -> Array:
    return np.array([[stream.randint(-1, 1) for _ in range(cols)] for _ in range(rows)], dtype=object)


def _directed(point: Valuation, states: list[Array], stream: random.Random, sign: int, bias: bool) -> Valuation:
    """The point with a random direction, corrected layer by layer so that neurons at kinks move by ``sign``."""
    slope, drawn = filled(point.widths[0], 1), dict(point._drawn)
    for layer, matrix in enumerate(point.weights, start=1):
        change, shift = 9 * _entries(stream, *matrix.shape), 9 * _entries(stream, len(matrix), 1) * int(bias)
        before = matrix.dot(states[layer - 1]) + bias_of(layer, point)
        moved = matrix.dot(slope) + change.dot(states[layer - 1]) + shift
        for row in range(len(matrix) if layer < len(point.weights) else 0):
            if before[row, 0] == 0 and moved[row, 0] * sign <= 0:
                size = abs(moved[row, 0]) + stream.randint(1, 5)
                change[row] = change[row] + sign * size * states[layer - 1][:, 0]
                shift[row, 0] += sign * size * int(bias)
        moved = matrix.dot(slope) + change.dot(states[layer - 1]) + shift
        drawn["D", layer], drawn["change of shift", layer] = change, shift
        slope = np.array([[_through(z, s)] for z, s in zip(before[:, 0], moved[:, 0], strict=True)], dtype=object)
    return point._changed(_drawn=drawn)


def _through(number: Any, slope: Any) -> Any:
    if number == 0:
        return max(slope, 0)
    return slope if number > 0 else 0


def _before(layer: int, valuation: Valuation) -> Array:
    return np.asarray(valuation.weights[layer - 1].dot(run(valuation)[0][layer - 1]) + bias_of(layer, valuation))


def _change(layer: int, valuation: Valuation) -> tuple[Array, Array]:
    return evaluate(Delta(layer), valuation), evaluate(DeltaShift(layer), valuation)


@evaluate.register(DeltaShift)
def _(expression: DeltaShift, valuation: Valuation) -> Array:
    layer = valuation.number(expression.args[0])
    return valuation.draw(("change of shift", layer), (valuation.widths[layer], 1))


@evaluate.register(KinkGate)
def _(expression: KinkGate, valuation: Valuation) -> Array:
    layer = valuation.number(expression.args[0])
    result = unit(valuation.widths[layer])
    if layer < len(valuation.weights):
        for place, number in enumerate(_before(layer, valuation)[:, 0]):
            result[place, place] = int(number > 0 or (number == 0 and expression.args[1] == OPEN))
    return result


@evaluate.register(Through)
def _(expression: Through, valuation: Valuation) -> Array:
    layer, inner = valuation.number(expression.args[0]), evaluate(expression.args[1], valuation)
    if layer == len(valuation.weights):
        return np.asarray(inner)
    pairs = zip(_before(layer, valuation)[:, 0], inner[:, 0], strict=True)
    return np.array([[_through(number, slope)] for number, slope in pairs], dtype=object)


@evaluate.register(Fixed)
def _(expression: Fixed, valuation: Valuation) -> Array:
    states, result = run(valuation)[0], filled(valuation.widths[0], 1)
    for layer in range(1, valuation.number(expression.args[0])):
        change, shift = _change(layer, valuation)
        gate = evaluate(KinkGate(layer, expression.args[1]), valuation)
        result = gate.dot(valuation.weights[layer - 1].dot(result) + change.dot(states[layer - 1]) + shift)
    return result


@evaluate.register(OneSided)
def _(expression: OneSided, valuation: Valuation) -> Array:
    """The coefficient of ε in x^l(θ + εv), a polynomial in ε whose sign for small ε > 0 its first coefficient gives."""
    powers = [run(valuation)[0][0]]
    for layer in range(1, valuation.number(expression.args[0])):
        change, shift = _change(layer, valuation)
        weight_now = valuation.weights[layer - 1]
        longer = [weight_now.dot(power) for power in powers] + [filled(len(weight_now), 1)]
        for degree, power in enumerate(powers):
            longer[degree + 1] = longer[degree + 1] + change.dot(power)
        longer[0], longer[1] = longer[0] + bias_of(layer, valuation), longer[1] + shift
        powers = longer if layer == len(valuation.weights) else _kept(longer)
    return powers[1] if len(powers) > 1 else filled(len(powers[0]), 1)


def _kept(powers: list[Array]) -> list[Array]:
    """max(·, 0) of polynomials in ε for small ε > 0."""
    rows = range(len(powers[0]))
    first = [next((power[row, 0] for power in powers if power[row, 0]), 0) for row in rows]
    return [np.array([[power[row, 0] if first[row] > 0 else 0] for row in rows], dtype=object) for power in powers]
