r"""From one network to every data set: changes of variables of the loss, and scalings that forget the labels.

Let Σ = CC⊤ with C of shape M_0 × r and independent columns. Each row of E[yx⊤] lies in the row space of Σ, so that
E[yx⊤] = S'C⊤. The loss then depends on the weights through V = W^1C and W^2, …, W^L alone, as that of a network with r
inputs, Σ = I and E[yx⊤] = S'. The map W ↦ (V, W^2, …, W^L) is linear and onto: both Hessians have the same rank.

Scaling: 𝓛(tW; Σ, t^LS) = t^{2L}𝓛(W; Σ, S). So H(tW; Σ, S) has the rank of H(W; Σ, t^{-L}S) = H(W; Σ, 0) − t^{-L}B,
which is at least that of H(W; Σ, 0) for all but finitely many t: a minor is a polynomial in t^{-L}. Whatever the
labels, the network at Y = 0 decides; there Ω = W^{L:1}Σ, and with rectangular identities and Σ = I that is the Ω of
:mod:`~hessproof.symbolic.elimination.witness` with s = q and T = I.

A minor that is not zero somewhere is not zero for almost all weights.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import sympy as sp
from sympy import Expr, Integer, Rational, Symbol, Trace, Transpose

from hessproof.symbolic import formula, normal
from hessproof.symbolic.derivation import Algebra, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.sums import rewrite
from hessproof.symbolic.valuation import SAMPLE_WEIGHTS, Array, Valuation, evaluate, filled
from hessproof.symbolic.words import Descending, L, Letter, M, Sigma, Syx, Syy, Transposed, shown, times, weight

r = formula.r
t = Symbol("t", integer=True, positive=True)
HALF = Rational(1, 2)
NETWORK = Ordering(L >= 1)


class Factor(Letter):
    """C, of shape M_0 × r, with independent columns and CC⊤ = Σ."""

    def _cols(self) -> Expr:
        return r

    def _text(self, printer: Any) -> str:
        return "C"


class FewerInputs(Letter):
    """V = W^1C, the first layer of the network with r inputs, of shape M_1 × r."""

    def _rows(self) -> Expr:
        return M(1)

    def _cols(self) -> Expr:
        return r

    def _text(self, printer: Any) -> str:
        return "V"


class FewerLabels(Letter):
    """S', with E[yx⊤] = S'C⊤, of shape M_L × r."""

    def _rows(self) -> Expr:
        return M(L)

    def _cols(self) -> Expr:
        return r

    def _text(self, printer: Any) -> str:
        return "S'"


def objective(chain: Any, sigma: Any, labels: Any) -> Expr:
    """𝓛 = ½ tr(XΣX⊤) − tr(S⊤X) + ½ tr Σ_yy for X the end-to-end matrix, and S = E[yx⊤].

    Example:
        >>> objective(Descending(L, 1), Sigma(), Syx()).has(Syy)
        True
    """
    squared = Trace(times(chain, sigma, chain.T))
    return HALF * squared - Trace(times(Transpose(labels), chain)) + HALF * Trace(Syy())


class InFactors(Rule):
    """Σ = CC⊤ and E[yx⊤] = S'C⊤."""

    name = "data in factors"
    statement = r"\Sigma = C C^\top,\quad \Sigma_{yx} = S' C^\top"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put the factors in."""
        pairs = {Sigma(): times(Factor(), Factor().T), Syx(): times(FewerLabels(), Factor().T)}
        return rewrite(expression, ordering, lambda node, inner: pairs.get(node))


class NewFirstLayer(Rule):
    """W^{L:1}C = W^{L:2}V, for V = W^1C."""

    name = "the first layer of the network with r inputs"
    statement = r"V = W^1 C"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Cut the chain above the first layer."""
        ordering.require(L - 1, "a first layer")
        return rewrite(expression, ordering, self._cut)

    @staticmethod
    def _cut(node: Any, inner: Ordering) -> Any:
        if not isinstance(node, Trace):
            return None
        total = Integer(0)
        for word, coefficient in normal.terms_of(node.arg, inner).items():
            letters: list[Any] = []
            for letter in word:
                before = letters[-1] if letters else None
                if letter == Factor() and before == Descending(L, 1):
                    letters[-1:] = [Descending(L, 2), FewerInputs()]
                elif letter == Transposed(1, L) and before == Transpose(Factor()):
                    letters[-1:] = [FewerInputs().T, Transposed(2, L)]
                else:
                    letters.append(letter)
            total += coefficient * Trace(times(*letters))
        return total


@cache
def fewer_inputs() -> Derivation:
    """𝓛(W; CC⊤, S'C⊤) = 𝓛((W^1C, W^2, …, W^L); I, S'): the data may be taken white and of full rank.

    Example:
        >>> fewer_inputs().check(0, count=1).ok
        True
    """
    factors, first = InFactors(), NewFirstLayer()
    start = objective(Descending(L, 1), Sigma(), Syx())
    parted = factors.apply(start, NETWORK)
    turned = objective_turned()
    final = objective(times(Descending(L, 2), FewerInputs()), sp.Identity(r), FewerLabels())
    return Derivation(
        "white data", "the loss as one of a network with r inputs and white data", NETWORK, start,
        (Step(parted, factors), Step(turned, Algebra("cyclic trace")), Step(first.apply(turned, NETWORK), first)),
        final, source="this project", valuations=_factored,
    )  # fmt: skip


def objective_turned() -> Expr:
    """The loss in factors, each trace turned so that C stands right of the chain."""
    chain = times(Descending(L, 1), Factor())
    squared = Trace(times(chain, Factor().T, Transposed(1, L)))
    return HALF * squared - Trace(times(Transpose(FewerLabels()), chain)) + HALF * Trace(Syy())


class Homogeneous(Rule):
    """W^{a:b} at tW is t^{a-b+1}W^{a:b}; E[yx⊤] = t^LS and Σ_yy = t^{2L}S_yy: every word gets a power of t.

    The power of a word is the number of weights in it, and L for each E[yx⊤], 2L for Σ_yy.
    """

    name = "homogeneous in the weights"
    statement = r"(t\mathbf{W})^{a:b} = t^{a-b+1} \mathbf{W}^{a:b}"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Collect the powers of t in front of each trace."""
        return rewrite(expression, ordering, self._collected)

    @staticmethod
    def _collected(node: Any, inner: Ordering) -> Any:
        if not isinstance(node, Trace):
            return None
        total = Integer(0)
        for word, coefficient in normal.terms_of(node.arg, inner).items():
            letters, power = [], Integer(0)
            for letter in word:
                plain = letter.arg if isinstance(letter, Transpose) else letter
                if isinstance(plain, Larger):
                    letters.append(plain.smaller if plain is letter else Transpose(plain.smaller))
                    power += plain.power
                else:
                    letters.append(letter)
            total += coefficient * t ** sp.expand(power) * Trace(times(*letters))
        return total


class Larger(Letter):
    """A chain at tW, or moments of labels multiplied by a power of t: ``smaller`` times t to the ``power``."""

    @property
    def smaller(self) -> Any:
        """The letter without t."""
        return self.args[0]

    @property
    def power(self) -> Expr:
        """How often t is a factor."""
        match self.smaller:
            case Descending() | Transposed():
                return self.smaller.length
            case Syx():
                return L
            case Syy():
                return 2 * L
        raise RuleFailure(f"no power of t belongs to {shown(self.smaller)}")

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """That of the letter."""
        shape: tuple[Expr, Expr] = self.smaller.shape
        return shape

    def _eval_transpose(self) -> Any:
        return Larger(self.smaller.T) if isinstance(self.smaller, Descending | Transposed | Syy) else Transpose(self)

    def _text(self, printer: Any) -> str:
        return f"t^{{{printer._print(self.power)}}} {printer._print(self.smaller)}"


@cache
def homogeneous() -> Derivation:
    """𝓛(tW; Σ, t^LS, t^{2L}S_yy) = t^{2L}𝓛(W; Σ, S, S_yy), so that t²H(tW; Σ, t^LS) = t^{2L}H(W; Σ, S).

    Example:
        >>> homogeneous().check(0, count=1).ok
        True
    """
    rule = Homogeneous()
    chain, labels = Larger(Descending(L, 1)), Larger(Syx())
    squared = Trace(times(chain, Sigma(), chain.T))
    start = HALF * squared - Trace(times(Transpose(labels), chain)) + HALF * Trace(Larger(Syy()))
    final = sp.expand(t ** (2 * L) * objective(Descending(L, 1), Sigma(), Syx()))
    return Derivation(
        "homogeneous", "the loss at scaled weights and labels", NETWORK, start,
        (Step(rule.apply(start, NETWORK), rule),), final, source="this project", valuations=scaled_networks,
    )  # fmt: skip


def _factored(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Networks with up to two samples of weight 1: the columns of C, and of S' with them; the others are x = 0."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (1, 2, 3, 2):
        widths = tuple(stream.randint(1, 3) for _ in range(depth + 1))
        rank = stream.randint(0, min(2, widths[0]))
        valuation = Valuation({L: depth, r: rank}, widths, seed=stream.randrange(2**32))
        columns, labels = evaluate(Factor(), valuation), evaluate(FewerLabels(), valuation)
        for sample, share in enumerate(SAMPLE_WEIGHTS):
            place = sample - 1 if share == 1 and sample else rank
            inside = place < rank
            valuation._drawn["x", sample] = columns[:, [place]] if inside else filled(widths[0], 1)
            if inside:
                valuation._drawn["y", sample] = labels[:, [place]]
        yield valuation


def scaled_networks(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Small networks, and a number t."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (1, 2, 3, 2):
        widths = tuple(stream.randint(1, 3) for _ in range(depth + 1))
        yield Valuation({L: depth, t: stream.randint(2, 5)}, widths, seed=stream.randrange(2**32))


@evaluate.register(Factor)
def _(expression: Factor, valuation: Valuation) -> Array:
    return valuation.draw("C", (valuation.widths[0], valuation.number(r)))


@evaluate.register(FewerLabels)
def _(expression: FewerLabels, valuation: Valuation) -> Array:
    return valuation.draw("S", (valuation.widths[-1], valuation.number(r)))


@evaluate.register(FewerInputs)
def _(expression: FewerInputs, valuation: Valuation) -> Array:
    value: Array = evaluate(times(weight(1), Factor()), valuation)
    return value


@evaluate.register(Larger)
def _(expression: Larger, valuation: Valuation) -> Array:
    value: Array = evaluate(expression.smaller, valuation) * valuation.number(t) ** valuation.number(expression.power)
    return value
