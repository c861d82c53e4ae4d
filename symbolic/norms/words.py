r"""Words of a rectified network at one object: chains with gates, the blocks of the Jacobian and of the Hessian.

One object x^1 = x runs through z^l = W^l x^l + b^l and x^{l+1} = D^l z^l with the gates D^l = diag([z^l ≥ 0]). The last
layer has none: D^L = I, so that x^{L+1} = z^L = z are the outputs. With that convention one word serves every layer:

    gated chain   D^a W^a D^{a-1} W^{a-1} ⋯ D^b W^b,                 M_a × M_{b-1}, the identity if b = a + 1,
    G^l = ∂z/∂z^l = W^L D^{L-1} W^{L-1} ⋯ W^{l+1} D^l,               K × M_l, the identity if l = L,
    P_lk = ∂x^l/∂z^k = D^{l-1} W^{l-1} ⋯ W^{k+1} D^k,  k < l,        M_{l-1} × M_k.

(G^l and D^l: Kiselev & Grabovoy 2024, §4.) Away from the kinks z^l_i = 0 the gates are constant. With δ = ∂ℓ/∂z and
A = ∂²ℓ/∂z² the blocks are, for the parameters vec_r W^l,

    Jacobian:            G^l ⊗ x^{l⊤},
    G-term (k, l):       G^{k⊤} A G^l ⊗ x^k x^{l⊤},
    H-term (k, l), k<l:  P_lk⊤ ⊗ x^k (G^{l⊤}δ)⊤, with respect to W^{l⊤} on the right; zero for k = l.

With bias, for the parameters vec_r [W^l b^l], x̃^l = (x^l, 1) stands for x^l, and E_{l-1}P_lk with E = [I; 0] for P_lk.
They are derived in :mod:`hessproof.symbolic.softmax.jacobian` and :mod:`hessproof.symbolic.softmax.split`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sympy import Expr, Integer, Symbol, sympify

from hessproof.symbolic import words
from hessproof.symbolic.bias.letters import Embed
from hessproof.symbolic.jets import finite
from hessproof.symbolic.kronecker import kron
from hessproof.symbolic.normal import Terms, terms_of
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import Rule
from hessproof.symbolic.sums import rewrite
from hessproof.symbolic.valuation import Array, Valuation, evaluate, filled, unit
from hessproof.symbolic.words import L, Letter, M, times

BIAS = Symbol("bias", integer=True)
"""1 where a valuation is about a network with bias; without it all b^l are zero."""


class Gated(words.Descending):
    """D^first W^first ⋯ D^last W^last, of shape M_first × M_{last-1}; the identity if last = first + 1; D^L = I.

    Example:
        >>> from hessproof.symbolic.words import k
        >>> Gated(L, k + 1).shape, Gated(L, k + 1).T
        ((M(L), M(k)), GatedTransposed(k + 1, L))
    """

    def _eval_transpose(self) -> GatedTransposed:
        return GatedTransposed(self.last, self.first)

    def _text(self, printer: Any) -> str:
        ends = [f"D^{{{layer}}} W^{{{layer}}}" for layer in map(printer._print, self.args)]
        return ends[0] if ends[0] == ends[1] else rf"\left[{ends[0]} \cdots {ends[1]}\right]"


class GatedTransposed(words.Transposed):
    """W^{first⊤} D^first ⋯ W^{last⊤} D^last, of shape M_{first-1} × M_last; the identity if last = first − 1."""

    def _eval_transpose(self) -> Gated:
        return Gated(self.last, self.first)

    def _text(self, printer: Any) -> str:
        ends = [rf"W^{{{layer}\top}} D^{{{layer}}}" for layer in map(printer._print, self.args)]
        return ends[0] if ends[0] == ends[1] else rf"\left[{ends[0]} \cdots {ends[1]}\right]"


class Gate(Letter):
    """D^l = diag([z^l ≥ 0]), of shape M_l × M_l, symmetric, entries 0 and 1; D^L = I in the normal form."""

    def _rows(self) -> Expr:
        return M(self.args[0])

    _cols = _rows

    def _eval_transpose(self) -> Gate:
        return self

    def _text(self, printer: Any) -> str:
        return f"D^{{{printer._print(self.args[0])}}}"


class State(Letter):
    """x^l, what enters layer l, of shape M_{l-1} × 1; x^1 = x, and x^{L+1} = z are the outputs."""

    def _rows(self) -> Expr:
        return M(self.args[0] - 1)

    def _cols(self) -> Expr:
        return sympify(1)

    def _text(self, printer: Any) -> str:
        return f"x^{{{printer._print(self.args[0])}}}"


class Lifted(State):
    """x̃^l = (x^l, 1), of shape (M_{l-1}+1) × 1."""

    def _rows(self) -> Expr:
        return M(self.args[0] - 1) + 1

    def _text(self, printer: Any) -> str:
        return rf"\tilde{{x}}^{{{printer._print(self.args[0])}}}"


class Shift(Letter):
    """b^l, of shape M_l × 1; zero in a network without bias."""

    def _rows(self) -> Expr:
        return M(self.args[0])

    def _cols(self) -> Expr:
        return sympify(1)

    def _text(self, printer: Any) -> str:
        return f"b^{{{printer._print(self.args[0])}}}"


class Slope(words._OutputsByInputs):
    """δ = ∂ℓ/∂z, of shape M_L × 1; p − y for cross-entropy with Σ y_c = 1."""

    def _cols(self) -> Expr:
        return sympify(1)

    def _text(self, printer: Any) -> str:
        return r"\delta"


class Curvature(words._OutputsByInputs):
    """A = ∂²ℓ/∂z², symmetric, of shape M_L × M_L; diag(p) − pp⊤ for cross-entropy with Σ y_c = 1."""

    def _cols(self) -> Expr:
        return M(self.args[0])

    def _eval_transpose(self) -> Curvature:
        return self

    def _text(self, printer: Any) -> str:
        return "A"


def backward(layer: Any) -> Any:
    """G^l = W^L D^{L-1} ⋯ W^{l+1} D^l, of shape K × M_l, for 1 ≤ l ≤ L; D^L = I.

    Example:
        >>> from hessproof.symbolic.words import l
        >>> backward(l)
        Gated(L, l + 1)*Gate(l)
    """
    return times(Gated(L, layer + 1), Gate(layer))


def between(later: Any, earlier: Any) -> Any:
    """P_lk = D^{l-1} W^{l-1} ⋯ W^{k+1} D^k, of shape M_{l-1} × M_k, for k < l.

    Example:
        >>> from hessproof.symbolic.words import k, l
        >>> between(l, k)
        Gated(l - 1, k + 1)*Gate(k)
    """
    return times(Gated(later - 1, earlier + 1), Gate(earlier))


def unbiased_state(layer: Any) -> Any:
    """x^l = D^{l-1} W^{l-1} ⋯ D^1 W^1 x of a network without bias, for 1 ≤ l ≤ L + 1."""
    return times(Gated(layer - 1, 1), words.Input())


def entering(layer: Any, bias: bool = False) -> Any:
    """What the parameters of layer l are multiplied with: x^l, or x̃^l = (x^l, 1) with bias."""
    return Lifted(layer) if bias else State(layer)


def jacobian_block(layer: Any, bias: bool = False) -> Any:
    """∂z/∂vec_r(W^l) = G^l ⊗ x^{l⊤}, K × M_l M_{l-1}; with bias ∂z/∂vec_r[W^l b^l] = G^l ⊗ x̃^{l⊤}.

    Its columns for b^l alone are G^l. Kiselev & Grabovoy 2024, §4, where F⊤ stacks the transposes.
    """
    return kron(backward(layer), entering(layer, bias).T)


def outer_block(first: Any, second: Any, bias: bool = False) -> Any:
    """Block (k, l) of the G-term F⊤AF: G^{k⊤} A G^l ⊗ x^k x^{l⊤}, for any k and l; x̃ for x with bias."""
    left = times(_turned(backward(first)), Curvature(), backward(second))
    return kron(left, times(entering(first, bias), entering(second, bias).T))


def functional_block(first: Any, second: Any, bias: bool = False) -> Any:
    """Block (k, l) of the H-term Σ_c δ_c ∇²z_c for k < l: P_lk⊤ ⊗ x^k (G^{l⊤}δ)⊤, with respect to W^{l⊤}.

    Its bilinear form is δ⊤ G^l ΔW^l P_lk ΔW^k x^k. With bias it is P_lk⊤E_{l-1}⊤ ⊗ x̃^k (G^{l⊤}δ)⊤, with respect to
    [W^l b^l]⊤. The norm is ‖G^{l⊤}δ‖ ‖P_lk‖ ‖x^k‖ (‖x̃^k‖ with bias), an equality. Blocks with k = l are zero; block
    (l, k) is the transpose of block (k, l).
    """
    left = _turned(between(second, first))
    if bias:
        left = times(left, Embed(second - 1).T)
    return kron(left, times(entering(first, bias), Slope().T, backward(second)))


def _turned(word: Any) -> Any:
    """The transpose of a product of letters, letter by letter."""
    letters = word.args if word.is_MatMul else (word,)
    return times(*(letter.T for letter in reversed(letters)))


class OneGatedLayer(Rule):
    """D^l W^l, for chains of a single layer as they are written."""

    name = "a single layer"
    statement = r"D^l W^l \cdots D^l W^l = D^l W^l \text{ for one layer}"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Write every gated chain of a single layer as gate times weight; transposed ones likewise."""

        def local(node: Any, inner: Ordering) -> Any:
            if not isinstance(node, Gated | GatedTransposed) or node.first != node.last:
                return None
            factors = (Gate(node.first), words.weight(node.first))
            return times(*factors) if isinstance(node, Gated) else times(factors[1].T, factors[0])

        return rewrite(expression, ordering, local)


def run(valuation: Valuation) -> tuple[list[Array], list[Array]]:
    """x^1, …, x^{L+1} and D^1, …, D^L of a valuation's weights, input and biases; gates do not move with jets.

    Example:
        >>> from hessproof.symbolic.words import L
        >>> states, gates = run(Valuation({L: 2}, (2, 3, 1), seed=1))
        >>> [state.shape for state in states], [gate.shape for gate in gates]
        ([(2, 1), (3, 1), (1, 1)], [(3, 3), (1, 1)])
    """
    state = valuation.draw("x", (valuation.widths[0], 1))
    states, gates = [state], list[Array]()
    for layer, weight in enumerate(valuation.weights, start=1):
        moved = weight.dot(state) + bias_of(layer, valuation)
        gate = unit(valuation.widths[layer])
        if layer < len(valuation.weights):
            for position, number in enumerate(finite(moved)[:, 0]):
                gate[position, position] = int(number >= 0)
        state = gate.dot(moved)
        states.append(state)
        gates.append(gate)
    return states, gates


def bias_of(layer: int, valuation: Valuation) -> Array:
    """b^l of a valuation: what it holds under ("shift", l), random integers if ``BIAS`` is 1, zeros otherwise."""
    rows = valuation.widths[layer]
    if valuation.symbols.get(BIAS, 0) == 1 or ("shift", layer) in valuation._drawn:
        return valuation.draw(("shift", layer), (rows, 1))
    return filled(rows, 1)


@terms_of.register(Gate)
def _(expression: Gate, ordering: Ordering) -> Terms:
    return {() if ordering.zero(L - expression.args[0]) else (expression,): Integer(1)}


@evaluate.register(Gate)
def _(expression: Gate, valuation: Valuation) -> Array:
    return run(valuation)[1][valuation.number(expression.args[0]) - 1]


@evaluate.register(Gated)
def _(expression: Gated, valuation: Valuation) -> Array:
    first, last = valuation.number(expression.first), valuation.number(expression.last)
    if first < last - 1:
        raise ValueError(f"meaningless chain from layer {first} to layer {last}")
    gates, result = run(valuation)[1], unit(valuation.widths[first])
    for layer in range(first, last - 1, -1):
        result = result.dot(gates[layer - 1]).dot(valuation.weights[layer - 1])
    return result


@evaluate.register(GatedTransposed)
def _(expression: GatedTransposed, valuation: Valuation) -> Array:
    return np.asarray(evaluate(expression.T, valuation).T)


@evaluate.register(State)
def _(expression: State, valuation: Valuation) -> Array:
    return run(valuation)[0][valuation.number(expression.args[0]) - 1]


@evaluate.register(Lifted)
def _(expression: Lifted, valuation: Valuation) -> Array:
    return np.vstack([evaluate(State(*expression.args), valuation), unit(1)])


@evaluate.register(Shift)
def _(expression: Shift, valuation: Valuation) -> Array:
    return bias_of(valuation.number(expression.args[0]), valuation)


@evaluate.register(Slope)
def _(expression: Slope, valuation: Valuation) -> Array:
    return valuation.draw("delta", (valuation.widths[-1], 1))


@evaluate.register(Curvature)
def _(expression: Curvature, valuation: Valuation) -> Array:
    drawn = valuation.draw("A", (valuation.widths[-1], valuation.widths[-1]))
    return np.asarray(drawn + drawn.T)
