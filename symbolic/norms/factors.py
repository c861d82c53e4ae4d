r"""The factors of the bounds: G^l, the chains P_lj between layers, the inputs x^l of layers, and weights by entries.

The bound of step 2 of Theorem 1's proof (Kiselev & Grabovoy 2024, A.2) starts its product at s = l. The derivation here
ends at s = l + 1: G^l = W^L D^{L-1} ⋯ W^{l+1} D^l has no factor W^l, and for l = L it is the identity.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, partial
from itertools import islice
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Backwards, Derivation, Mutant, Relation, Rule, RuleFailure, Step
from hessproof.symbolic.mutation import mutations
from hessproof.symbolic.norms.bounds import BOUNDS, activation_norm, weight_from_entries
from hessproof.symbolic.norms.draws import networks
from hessproof.symbolic.norms.hypotheses import AtMost
from hessproof.symbolic.norms.letters import Frobenius, Norm, value
from hessproof.symbolic.norms.rules import LocalRule, Named, NormOfChain, NormOfGate, NormOfProduct, NormOfSum
from hessproof.symbolic.norms.scalars import inside, same
from hessproof.symbolic.norms.symbols import L, M, b, layer, m, norm_layer, norm_x, other, product, width
from hessproof.symbolic.norms.words import Gate, Shift, State, backward, between, unbiased_state
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.softmax.states import state
from hessproof.symbolic.valuation import Valuation
from hessproof.symbolic.words import Input, add, times, weight

MOST = 10
"""Mutants of each line of a derivation."""
ONE_LAYER = Ordering(1 <= layer, layer <= L)
TWO_LAYERS = Ordering(1 <= other, other <= layer - 1, layer <= L)


class NormDerivation(Derivation):
    """A derivation about norms, of whose lines only the first mutants are tried: some have thousands."""

    def mutants(self) -> Iterator[Mutant]:
        """Wrong variants of the published formula and of every line, up to ``MOST`` of each."""
        for description, expression in islice(mutations(self.final), MOST):
            yield Mutant(f"published formula: {description}", 0, expression, self.with_final(expression))
        for index, step in enumerate(self.steps, start=1):
            for description, expression in islice(mutations(step.expression), MOST):
                yield Mutant(f"step {index}: {description}", index, expression, self.with_step(index, expression))


def derived(
    claim: str, title: str, ordering: Ordering, lines: list[tuple[Any, Rule]], final: Any, *, start: Any,
    bias: bool = False, large: bool = False, **more: Any,
) -> Derivation:  # fmt: skip
    """A derivation whose lines are scalars made of norms."""
    return NormDerivation(
        claim, title, ordering, start, tuple(Step(line, rule) for line, rule in lines), final,
        source=more.pop("source", "this project"), same=same, evaluate=value,
        valuations=more.pop("valuations", partial(_drawn, bias, large)), **more,
    )  # fmt: skip


def _drawn(bias: bool, large: bool, derivation: Derivation, seed: int) -> Iterator[Valuation]:
    return networks(derivation, seed, bias=bias, large=large)


def followed(start: Any, rules: Iterable[Rule], ordering: Ordering) -> list[tuple[Any, Rule]]:
    """The lines that rules give one after the other."""
    lines, line = [], start
    for rule in rules:
        line = rule.apply(line, ordering)
        lines.append((line, rule))
    return lines


def chain_lines(start: Any, ordering: Ordering) -> list[tuple[Any, Rule]]:
    """The lines that bound the norm of a chain of gates and weights by the product of the norms of the weights."""
    return followed(start, (NormOfProduct(), NormOfChain(), NormOfGate(), Named()), ordering)


@cache
def layer_derivative() -> Derivation:
    """‖G^l‖ ≤ Π_{s=l+1}^{L} ‖W^s‖.

    Example:
        >>> layer_derivative().check(0).ok, layer_derivative().relation
        (True, '<=')
        >>> layer_derivative().with_final(BOUNDS["thm1.b"].expression).check(0, numbers=False).ok
        False
    """
    start = Norm(backward(layer))
    return derived(
        "layer_derivative", "the derivative of the logits in a layer", ONE_LAYER, chain_lines(start, ONE_LAYER),
        BOUNDS["layer_derivative"].expression, start=start, bias=True,
        remarks=("W^l does not occur in G^l: the published product Π_{s=l}^{L} has one factor more",),
    )  # fmt: skip


@cache
def between_layers() -> Derivation:
    """‖P_lj‖ ≤ Π_{j<s<l} ‖W^s‖ for j < l, P_lj = ∂x^l/∂z^j.

    Example:
        >>> between_layers().check(0).ok
        True
    """
    start = Norm(between(layer, other))
    return derived(
        "between_layers", "the derivative of one layer's input in an earlier layer", TWO_LAYERS,
        chain_lines(start, TWO_LAYERS), product(other + 1, layer - 1), start=start, bias=True,
    )  # fmt: skip


class Unfolded(LocalRule):
    """x^l = D^{l-1}W^{l-1} ⋯ D^1W^1x without bias."""

    name = "states without bias"
    statement = r"x^l = D^{l-1} W^{l-1} \cdots D^1 W^1 x"
    assumptions = ("no bias",)

    def local(self, node: Any, ordering: Ordering) -> Any:
        """The norm of the chain for that of the state."""
        if not isinstance(node, Norm) or type(node.matrix) is not State:
            return None
        return Norm(unbiased_state(*node.matrix.args))


@cache
def activation() -> Derivation:
    """‖x^l‖ ≤ ‖x‖ Π_{s<l} ‖W^s‖ without bias: step 4 of the proof of Theorem 1.

    Example:
        >>> activation().check(0).ok
        True
    """
    start, rule = Norm(State(layer)), Unfolded()
    unfolded = rule.apply(start, ONE_LAYER)
    return derived(
        "activation", "the input of a layer", ONE_LAYER, [(unfolded, rule), *chain_lines(unfolded, ONE_LAYER)],
        BOUNDS["thm1.d"].expression, start=start, lemmas=(state(),), assumptions=("no bias",),
    )  # fmt: skip


class NextState(LocalRule):
    """x^{l+1} = D^l(W^l x^l + b^l)."""

    name = "one more layer"
    statement = r"x^{l+1} = D^l (W^l x^l + b^l)"

    def local(self, node: Any, ordering: Ordering) -> Any:
        """The norm of the right-hand side."""
        if node != Norm(State(layer + 1)):
            return None
        return Norm(times(Gate(layer), add(times(weight(layer), State(layer)), Shift(layer))))


class FirstState(LocalRule):
    """x^1 = x."""

    name = "the input"
    statement = "x^1 = x"

    def local(self, node: Any, ordering: Ordering) -> Any:
        """The norm of the input."""
        return Norm(Input()) if node == Norm(State(sp.Integer(1))) else None


class LastTerm(LocalRule):
    """Σ_{i=a}^{l} f(i) = Σ_{i=a}^{l-1} f(i) + f(l), and the same for Π; nothing else where the range is empty.

    Args:
        last: l.
    """

    name = "last term apart"
    statement = (
        r"\textstyle\sum_{i=a}^{l} f_i = f_l + \sum_{i=a}^{l-1} f_i,\ \prod_{i=a}^{l} f_i = f_l \prod_{i=a}^{l-1} f_i"
    )

    def __init__(self, last: Any) -> None:
        self.last = last

    def local(self, node: Any, ordering: Ordering) -> Any:
        """The sum or product without its last term, and that term."""
        if not isinstance(node, sp.Sum | sp.Product) or node.limits[0][2] != self.last:
            return None
        index, first, last = node.limits[0]
        if ordering.nonnegative(last - first) is not True:
            return None
        term = node.function.xreplace({index: last})
        body = self._inside(node.function, inside(index, first, last - 1, ordering))
        rest = node.func(body, (index, first, last - 1))
        return rest + term if isinstance(node, sp.Sum) else rest * term

    def _inside(self, body: Any, ordering: Ordering) -> Any:
        try:
            return self.apply(body, ordering)
        except RuleFailure:
            return body


@cache
def activation_with_bias() -> Derivation:
    """‖x^l‖ ≤ β_l = ‖x‖ Π_{s<l} m_s + Σ_{i<l} ‖b^i‖ Π_{i<s<l} m_s, by induction on l.

    Example:
        >>> activation_with_bias().check(0).ok
        True
    """
    bound = BOUNDS["activation_bias"].expression
    start = Norm(State(sp.Integer(1)))
    base = derived(
        "activation with bias, base", "the input of the first layer", Ordering(L >= 1),
        [(Norm(Input()), FirstState()), (norm_x, Named())], activation_norm(sp.Integer(1)), start=start, bias=True,
    )  # fmt: skip
    order = Ordering(1 <= layer, layer <= L - 1)
    start = Norm(State(layer + 1))
    rules = (NextState(), NormOfProduct(), NormOfSum(), NormOfProduct(), NormOfGate(), Named())
    lines = followed(start, rules, order)
    reached = m[layer] * bound + b[layer]
    hypothesis = AtMost("induction hypothesis", {norm_layer: lambda at: activation_norm(at)})
    lines += [(reached, hypothesis), (activation_norm(layer + 1), Backwards(LastTerm(layer)))]
    return derived(
        "activation_bias", "the input of a layer of a network with bias, induction step", order, lines,
        activation_norm(layer + 1), start=start, bias=True, lemmas=(base,),
    )  # fmt: skip


class ByInduction(LocalRule):
    """‖x^l‖ ≤ β_l for all l from 1 to L: true for l = 1, and for l + 1 if for l."""

    name = "induction over the layers"
    statement = r"\lVert x^l \rVert \le \beta_l \Rightarrow \lVert x^{l+1} \rVert \le \beta_{l+1}"
    relation: Relation = "<="

    def local(self, node: Any, ordering: Ordering) -> Any:
        """β_l for the norm of x^l."""
        return activation_norm(layer) if node == Norm(State(layer)) else None


@cache
def state_with_bias() -> Derivation:
    """‖x^l‖ ≤ β_l for every layer.

    Example:
        >>> state_with_bias().check(0).ok
        True
    """
    return derived(
        "activation_bias_every", "the input of a layer of a network with bias", ONE_LAYER,
        [(activation_norm(layer), ByInduction())], BOUNDS["activation_bias"].expression, start=Norm(State(layer)),
        bias=True, lemmas=(activation_with_bias(),),
    )  # fmt: skip


class SpectralByFrobenius(LocalRule):
    """‖X‖ ≤ ‖X‖_F: the largest of the squared singular values is at most their sum."""

    name = "spectral by Frobenius norm"
    statement = r"\lVert X \rVert \le \lVert X \rVert_F"
    relation: Relation = "<="

    def local(self, node: Any, ordering: Ordering) -> Any:
        """The Frobenius norm for the spectral one."""
        return Frobenius(node.matrix) if type(node) is Norm else None


class LargestEntry(LocalRule):
    """‖W^l‖_F ≤ M√(M_l M_{l-1}): as many squares as the matrix has entries, each at most M²."""

    name = "largest entry"
    statement = r"\lVert W^l \rVert_F^2 = \textstyle\sum_{ij} (w^{(l)}_{ij})^2 \le M_l M_{l-1} M^2"
    relation: Relation = "<="
    assumptions = ("bounded entries",)

    def local(self, node: Any, ordering: Ordering) -> Any:
        """M times the root of the number of entries, read off the shape of a weight matrix."""
        if not isinstance(node, Frobenius) or node.matrix != weight(layer):
            return None
        rows, columns = (size.args[0] for size in node.matrix.shape)
        return M * sp.sqrt(width[rows] * width[columns])


@cache
def weight_by_entries() -> Derivation:
    """‖W^l‖ ≤ M√(M_l M_{l-1}) if all entries are at most M in absolute value.

    Example:
        >>> weight_by_entries().check(0).ok
        True
        >>> weight_by_entries().with_final(BOUNDS["lemma1.a"].expression).check(0, numbers=False).ok
        False
    """
    start = Norm(weight(layer))
    return derived(
        "weight_entries", "a weight matrix by its largest entry", ONE_LAYER,
        [(Frobenius(weight(layer)), SpectralByFrobenius()), (weight_from_entries(layer), LargestEntry())],
        BOUNDS["weight_entries"].expression, start=start, assumptions=("bounded entries",),
        remarks=("for a hidden layer of h × h weights this is hM; W^1 is h × d and W^L is K × h",),
    )  # fmt: skip
