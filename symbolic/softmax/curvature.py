r"""The Hessian of cross-entropy in the outputs, from the loss: A = diag(p) − pp⊤ (Kiselev & Grabovoy 2024, §4).

The loss is the one expression of :mod:`hessproof.symbolic.losses.expressions`: t log Σ e^{z_c} − Σ y_c z_c, t = Σ y_c.
For a distribution of targets t = 1; otherwise the Hessian is t times as large. Here F_c stands for z_c.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import mpmath
import sympy as sp

from hessproof.symbolic.derivation import Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.losses.expressions import A, B, C, F, K, Y, derivative, loss, total
from hessproof.symbolic.losses.sums import settled
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.softmax.sums import number
from hessproof.symbolic.valuation import Valuation

TARGETS = total(Y[C])
POWERS = total(sp.exp(F[C]))
_DIGITS, _SHOWN, _STEP = 200, 30, 40


class By(sp.Expr):  # type: ignore[misc]
    """∂X/∂z_a, not carried out; arguments X and a."""

    is_commutative = True

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        inner, index = map(printer._print, self.args)
        return rf"\frac{{\partial}}{{\partial z_{{{index}}}}} \left[{inner}\right]"


class Differentiate(Rule):
    """Carry out the innermost derivative: ∂e^{z_c}/∂z_a = δ_ac e^{z_c}, and the rules for sums, quotients and logs."""

    name = "differentiate"
    statement = r"\partial e^{z_c} / \partial z_a = \delta_{ac} e^{z_c}"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The derivative of the innermost expression."""
        inner = [node for node in expression.atoms(By) if not node.args[0].has(By)]
        if not inner:
            raise RuleFailure(f"no derivative in {expression}")
        return expression.xreplace({node: derivative(*node.args) for node in inner})


class Distribution(Rule):
    """Σ y_c = 1."""

    name = "targets add up to one"
    statement = r"\sum_c y_c = 1"
    assumptions = ("the targets are a distribution, for instance a one-hot vector",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put 1 for the total of the targets."""
        return settled(expression).xreplace({TARGETS: sp.S.One})


def same(one: Any, two: Any, ordering: Any) -> bool:
    """Whether two expressions have the same normal form, derivatives with the same argument included."""
    return bool(sp.expand(_settled(one) - _settled(two)) == 0)


def _settled(expression: Any) -> Any:
    inner = {node: By(_settled(node.args[0]), node.args[1]) for node in _outermost(expression)}
    marks = {node: sp.Dummy() for node in inner}
    back = {mark: inner[node] for node, mark in marks.items()}
    return settled(sp.sympify(expression).xreplace(marks)).xreplace(back)


def _outermost(expression: Any) -> list[Any]:
    if isinstance(expression, By):
        return [expression]
    return [node for argument in getattr(expression, "args", ()) for node in _outermost(argument)]


def probability(index: Any) -> Any:
    """p_a = e^{z_a}/Σ e^{z_c}."""
    return sp.exp(F[index]) / POWERS


@cache
def slope() -> Derivation:
    """∂ℓ/∂z_a = p_a − y_a, for targets that add up to one.

    Example:
        >>> slope().check(0).ok
        True
    """
    value_of = loss("cross-entropy").value
    final = probability(A) - Y[A]
    return Derivation(
        "slope", "gradient of cross-entropy in the outputs", Ordering(), By(value_of, A),
        (Step(TARGETS * probability(A) - Y[A], Differentiate()), Step(final, Distribution())), final,
        "Kiselev & Grabovoy 2024, §3.3", same=same, evaluate=value, valuations=_distributions,
    )  # fmt: skip


@cache
def softmax_hessian() -> Derivation:
    """∂²ℓ/∂z_a∂z_b = 1[a = b] p_a − p_a p_b, for targets that add up to one and every K.

    Example:
        >>> softmax_hessian().check(0).ok
        True
        >>> softmax_hessian().with_final(probability(A) * probability(B)).check(0, numbers=False).ok
        False
    """
    value_of = loss("cross-entropy").value
    once = TARGETS * probability(A) - Y[A]
    twice = TARGETS * (sp.KroneckerDelta(A, B) * probability(A) - probability(A) * probability(B))
    final = sp.KroneckerDelta(A, B) * probability(A) - probability(A) * probability(B)
    return Derivation(
        "softmax", "Hessian of cross-entropy in the outputs", Ordering(), By(By(value_of, A), B),
        (Step(By(once, B), Differentiate()), Step(twice, Differentiate()), Step(final, Distribution())), final,
        "Kiselev & Grabovoy 2024, §4", same=same, evaluate=value, valuations=_distributions,
        remarks=("without the last step: targets that add up to t give t times the matrix",),
    )  # fmt: skip


def value(expression: Any, valuation: Valuation) -> int:
    """The value in fixed point, 30 places; derivatives by central differences of step 10⁻⁴⁰ with 200 digits."""
    with mpmath.workdps(_DIGITS):
        return int(mpmath.floor(number(sp.sympify(expression), valuation.symbols, _difference) * 10**_SHOWN + 0.5))


def _difference(expression: Any, numbers: dict[Any, Any]) -> Any:
    """A derivative that is not carried out; None for everything else."""
    if not isinstance(expression, By):
        return None
    inner, index = expression.args
    step, place = sp.Rational(1, 10**_STEP), numbers[index] - 1
    ends = []
    for sign in (1, -1):
        moved = list(numbers[F])
        moved[place] += sign * step
        ends.append(number(inner, {**numbers, F: moved}, _difference))
    return (ends[0] - ends[1]) * mpmath.mpf(10) ** _STEP / 2


def _distributions(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """K from 1 to 3, rational outputs, and targets that add up to one, one-hot ones among them."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for outputs in (1, 2, 3):
        parts = [stream.randint(0, 3) for _ in range(outputs)]
        parts[stream.randrange(outputs)] += 1
        numbers: dict[Any, Any] = {K: outputs, Y: [sp.Rational(part, sum(parts)) for part in parts]}
        numbers[F] = [sp.Rational(stream.randint(-20, 20), stream.randint(5, 9)) for _ in range(outputs)]
        numbers[A], numbers[B] = stream.randint(1, outputs), stream.randint(1, outputs)
        yield Valuation(numbers)
