r"""The states of a rectified network without bias: x^l = D^{l-1} W^{l-1} ⋯ D^1 W^1 x, by induction over the layers.

This holds at kinks as well, for D_ii may be 0 or 1 where z_i = 0 (Kiselev & Grabovoy 2024, §3.3 with all b^l = 0).
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sympy import Integer

from hessproof.symbolic.derivation import Algebra, Backwards, Derivation, Rule, RuleFailure
from hessproof.symbolic.norms.words import Gate, Gated, OneGatedLayer, State, unbiased_state
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.softmax.jacobian import ONE_LAYER, derived
from hessproof.symbolic.sums import rewrite
from hessproof.symbolic.words import Input, L, l, times, weight


class FirstState(Rule):
    """x^1 = x."""

    name = "the input"
    statement = "x^1 = x"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The input for the first state."""
        return rewrite(expression, ordering, lambda node, _: Input() if node == State(Integer(1)) else None)


class NextState(Rule):
    """x^{m+1} = D^m W^m x^m, where all biases are zero."""

    name = "one more layer without bias"
    statement = "x^{m+1} = D^m W^m x^m"
    assumptions = ("no bias",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Take the last layer off a state."""
        if type(expression) is not State:
            raise RuleFailure(f"{expression} is not a state")
        last = expression.args[0] - 1
        ordering.require(last - 1, "a layer of the network")
        return times(Gate(last), weight(last), State(last))


class Unbiased(Rule):
    """x^m = D^{m-1} W^{m-1} ⋯ D^1 W^1 x without bias, which :func:`state` derives by induction on m."""

    name = "states without bias"
    statement = r"x^m = D^{m-1} W^{m-1} \cdots W^1 x"
    assumptions = ("no bias",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put the chain for every state."""
        return rewrite(
            expression, ordering, lambda node, _: unbiased_state(node.args[0]) if type(node) is State else None
        )


@cache
def state() -> Derivation:
    """x^{l+1} = D^l W^l ⋯ D^1 W^1 x without bias, by induction on l, and z = x^{L+1} with it.

    Example:
        >>> state().check(0).ok
        True
    """
    base = derived("states without bias, base", Ordering(L >= 1), State(Integer(1)),
                   [(Input(), FirstState())], unbiased_state(Integer(1)))  # fmt: skip
    return derived(
        "states without bias, induction step", ONE_LAYER, State(l + 1),
        [(times(Gate(l), weight(l), State(l)), NextState()), (times(Gate(l), weight(l), unbiased_state(l)), Unbiased()),
         (times(Gated(l, l), unbiased_state(l)), Backwards(OneGatedLayer())),
         (unbiased_state(l + 1), Algebra("join"))],
        unbiased_state(l + 1), lemmas=(base,), bias=False,
        remarks=("the second step is the induction hypothesis; all biases are zero",),
    )  # fmt: skip
