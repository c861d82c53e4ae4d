r"""Fact 7's value is attained on every data set: for all inputs of rank r and all targets, by almost all weights.

Multiply all weights by t. A chain of n weights takes the factor t^n, and Ω = W^{L:1}Σ − Σ_yx becomes
t^L(W^{L:1}Σ − t^{-L}Σ_yx). So the whole Hessian is t^{2L-2} times the one at the weights W, in which t^{-L}Σ_yx stands
for Σ_yx, and as t grows it becomes that of vanishing targets. A rank does not grow in a limit: a minor that is not zero
for y = 0 is not zero for all but finitely many t^{-L}. For y = 0 rectangular identities have the residual
Ω = W^{L:1} = diag(ω) with ω_i = 1 for i ≤ q and 0 beyond, the witness of rank s = q.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

from sympy import Integer, Symbol, Trace, Transpose

from hessproof.symbolic import words
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.attainment import couplings
from hessproof.symbolic.attainment.attained import CITED, NODE, REDUCED, Q, SumOfBlocks, beside, renamed
from hessproof.symbolic.attainment.blocks import all_apart, kinds
from hessproof.symbolic.attainment.couplings import Straight
from hessproof.symbolic.attainment.units import Alive, Unit, rectangular_identities
from hessproof.symbolic.citation import proved
from hessproof.symbolic.derivation import Algebra, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.formulas import LOSS
from hessproof.symbolic.kernel_conditions import Form
from hessproof.symbolic.kernel_proof import DELTA, FREE, OMEGA_T, RANK, bilinear
from hessproof.symbolic.normal import canonical
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.outer_rank import weights_of_any_rank
from hessproof.symbolic.telescoping import same
from hessproof.symbolic.valuation import Array, Valuation, evaluate
from hessproof.symbolic.witness import attained_rank
from hessproof.symbolic.words import Delta, Descending, L, Sigma, Syx, Transposed, add, k, l, times

T = Symbol("t", positive=True)
LIMIT = Symbol(r"\operatorname{rk} H|_{y=0}", integer=True)
"""The rank of the Hessian at rectangular identities and vanishing targets."""


class Multiplied(Descending):
    """(tW^first)(tW^{first-1}) ⋯ (tW^last)."""

    def _text(self, printer: Any) -> str:
        return f"(tW)^{{{printer._print(self.first)}:{printer._print(self.last)}}}"


class MultipliedBack(Transposed):
    """The same for transposes, in ascending order."""

    def _text(self, printer: Any) -> str:
        return rf"(tW^\top)^{{{printer._print(self.first)}:{printer._print(self.last)}}}"


class Homogeneous(Rule):
    """A chain of n weights, each multiplied by t, is t^n times the chain."""

    name = "chains are homogeneous"
    statement = r"(tW)^{a:b} = t^{a-b+1}\, W^{a:b}"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Take t out of every chain."""
        if isinstance(expression, Multiplied | MultipliedBack):
            ordering.require(expression.length, f"the chain {expression}")
            plain = Descending if isinstance(expression, Multiplied) else Transposed
            return times(T**expression.length, plain(*expression.args))
        if not getattr(expression, "args", ()) or isinstance(expression, words.Letter):
            return expression
        arguments = [self.apply(argument, ordering) for argument in expression.args]
        if getattr(expression, "is_MatMul", False):
            return times(*arguments)
        return add(*arguments) if getattr(expression, "is_MatAdd", False) else expression.func(*arguments)


def _form(form: Form, targets: Any, chains: tuple[Any, Any]) -> Any:
    """The bilinear form with Ω = W^{L:1}Σ − targets·Σ_yx and other chains in place of those of W."""
    down, up = chains
    omega = add(times(Sigma(), up(1, L)), times(-1, targets, Syx(L).T))
    letters = {OMEGA_T: omega, DELTA: Delta(k), FREE: Delta(l), FREE.T: Delta(l).T}
    word = []
    for letter in bilinear(form).arg.args:
        if isinstance(letter, Descending | Transposed):
            letter = (down if isinstance(letter, Descending) else up)(*letter.args)
        word.append(letters.get(letter, letter))
    return Trace(times(*word))


def _scaled(form: Form, order: Ordering) -> Derivation:
    start = _form(form, Integer(1), (Multiplied, MultipliedBack))
    taken = Homogeneous().apply(start, order)
    final = T ** (2 * L - 2) * _form(form, T ** (-L), (Descending, Transposed))
    return Derivation(
        f"multiplied weights: {form}", f"the Hessian at multiplied weights, {form}", order, start,
        (Step(taken, Homogeneous()), Step(final, Algebra("powers of t"))), final, source="this project",
        same=_same, valuations=_multiples,
    )  # fmt: skip


def _same(one: Any, two: Any, ordering: Ordering) -> bool:
    return bool((canonical(one, ordering) - canonical(two, ordering)).expand() == 0)


@cache
def scaled() -> tuple[Derivation, Derivation]:
    """H_o and H_f at weights tW: t^{2L-2} times those at W with t^{-L}Σ_yx for Σ_yx.

    Example:
        >>> all(derivation.check(0).ok for derivation in scaled())
        True
    """
    order = Ordering(k >= 1, l >= 1, k <= L, l <= L)
    return _scaled("outer", order), _scaled("functional_before", Ordering(k >= 1, k + 1 <= l, l <= L))


@cache
def own_residual() -> Derivation:
    """W^{L:1}e_i = [i alive everywhere] e_i at rectangular identities: for y = 0 and Σ = I this is Ω, ω_i = [i ≤ q].

    Example:
        >>> own_residual().check(0).ok
        True
    """
    i, j = couplings.A, couplings.B
    start = Trace(times(Descending(L, 1), Unit(0, i), Transpose(Unit(L, j))))
    final = Alive(i, 0, L) * Trace(times(Unit(L, i), Transpose(Unit(L, j))))
    return Derivation(
        "own_residual", "the residual of rectangular identities without targets", Ordering(L >= 1), start,
        (Step(final, Straight()),), final, source="this project", same=couplings.same, valuations=_identities,
    )  # fmt: skip


class Limit(Rule):
    """rk(A + τB) ≥ rk A for all but finitely many τ; here τ = t^{-L}, and A is the Hessian for y = 0.

    Args:
        forms: Derivations that multiplied weights leave A + τB, up to a factor.
    """

    name = "large weights"
    relation = ">="
    statement = r"\operatorname{rk}(A + \tau B) \ge \operatorname{rk} A \quad\text{for all but finitely many } \tau"

    def __init__(self, forms: tuple[Derivation, ...]) -> None:
        self.forms = forms

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The rank for y = 0 in place of the generic one."""
        for derivation in self.forms:
            if why := proved(derivation):
                raise RuleFailure(why)
            if not isinstance(derivation.steps[0].rule, Homogeneous):
                raise RuleFailure(f"{derivation.title}: not about multiplied weights")
        return expression.xreplace({RANK: LIMIT})


@cache
def loss() -> Derivation:
    """For every data set of rank r almost all weights have rk H_L ≥ 2qM − Lq² + q(r + K).

    Example:
        >>> loss().check(0).ok
        True
    """
    found = {name: one for name, one in kinds("loss").items() if name not in ("through", "both ends")}
    blocks = SumOfBlocks(lambda: beside(found, all_apart("loss"), Q, Q, Q), LIMIT)
    final, order = renamed(LOSS), Ordering(L >= 1)
    return Derivation(
        "every_data_set_attained", "Fact 7's value is attained on every data set", order, RANK,
        (Step(LIMIT, Limit(scaled())), Step(blocks.apply(LIMIT, order), blocks), Step(final, Algebra("telescoping"))),
        final, source="this project", same=same, valuations=_witnesses, remarks=(REDUCED, CITED),
        lemmas=(*scaled(), own_residual()),
    )  # fmt: skip


def _multiples(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    for valuation in weights_of_any_rank(derivation, seed):
        yield valuation.with_symbol(T, 2)


def _identities(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (1, 2, 3, 4):
        widths = tuple(stream.randint(1, 4) for _ in range(depth + 1))
        weights = rectangular_identities(widths)
        places: dict[Any, Any] = {couplings.A: stream.randint(1, widths[0]), couplings.B: stream.randint(1, widths[-1])}
        yield Valuation({L: depth, **places}, widths, weights=weights)


def _witnesses(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Small networks with the rank of the witness, s = q, for both ranks."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (1, 2, 3, 4, 2, 5):
        widths = tuple(stream.randint(1, 5) for _ in range(depth + 1))
        rank = attained_rank(Architecture(widths), widths[0], min(widths), "loss")
        numbers: dict[Any, Any] = {L: depth, Q: min(widths), NODE: widths, RANK: rank, LIMIT: rank}
        yield Valuation(numbers)


@evaluate.register(Multiplied)
def _(expression: Multiplied, valuation: Valuation) -> Array:
    value: Array = evaluate(Descending(*expression.args), _times(valuation))
    return value


@evaluate.register(MultipliedBack)
def _(expression: MultipliedBack, valuation: Valuation) -> Array:
    value: Array = evaluate(Transposed(*expression.args), _times(valuation))
    return value


def _times(valuation: Valuation) -> Valuation:
    factor = valuation.symbols[T]
    weights = [factor * matrix for matrix in valuation.weights]
    return Valuation(
        valuation.symbols, valuation.widths, weights=weights, weights_transposed=[matrix.T for matrix in weights]
    )
