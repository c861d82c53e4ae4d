"""The decorator that makes a conjecture of a function, and the statement that it then is.

Example:
    >>> @conjecture(rank_of="outer", relation="<=")
    ... def my_rank(a):
    ...     return a.outputs * a.data_rank
    >>> print(my_rank.statement)
    rk H_o <= my_rank, for almost all parameters of linear networks without bias under mse
    >>> from hessproof.proofs_check.conjectures.description import Description
    >>> my_rank(Description((3, 2, 2), 3, 4, 2, 2, 1, samples=4, active=(2,)))
    6
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hessproof.proofs_check.conjectures.spaces.protocol import QUANTIFIERS, RELATIONS, Quantifier, Relation
from hessproof.proofs_check.selection import one_of
from hessproof.symbolic.architecture import ACTIVATIONS, LOSSES
from hessproof.symbolic.errors import UnusableRequest

RANKS = ("loss", "outer", "functional")
"""What ``rank_of`` can name: H_L, H_o or H_f."""
NORMS = ("gauss_newton_norm", "hessian_norm")
"""What ``bound_on`` can name."""
SYMBOLS = {
    "loss": "rk H_L",
    "outer": "rk H_o",
    "functional": "rk H_f",
    "gauss_newton_norm": "‖G‖",
    "hessian_norm": "‖H_L‖",
}
"""Each quantity in formulas."""

Formula = Callable[[Any], Any]
"""A function of a description."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What is conjectured, but for the formula itself.

    Args:
        name: Name of the function.
        quantity: One of `RANKS` or `NORMS`.
        relation: *quantity relation formula*.
        quantifier: About the generic value, or about every parameter.
        bias: With bias, without, or both where it is None.
        activation: Of the hidden layers.
        loss: The loss.
        narrowed: Whether ``where=`` leaves out some instances.
    """

    name: str
    quantity: str
    relation: Relation
    quantifier: Quantifier
    bias: bool | None
    activation: str
    loss: str
    narrowed: bool = False

    def __str__(self) -> str:
        bias = {True: "with bias", False: "without bias", None: "with and without bias"}[self.bias]
        who = "almost all" if self.quantifier == "generic" else "all"
        where = ", on the instances that where= lets through" if self.narrowed else ""
        return (
            f"{SYMBOLS[self.quantity]} {self.relation} {self.name}, for {who} parameters of {self.activation} networks "
            f"{bias} under {self.loss}{where}"
        )


class Conjecture:
    """A function of a description that is conjectured to be a rank or a bound; calling it calls the function.

    Args:
        formula: The function.
        statement: What it is conjectured to be.
        where: Which instances the conjecture is about; all if None.
    """

    def __init__(self, formula: Formula, statement: Statement, where: Formula | None = None) -> None:
        self.formula, self.statement, self.where = formula, statement, where
        functools.update_wrapper(self, formula)

    def __call__(self, a: Any) -> Any:
        """The formula's value."""
        return self.formula(a)

    def __repr__(self) -> str:
        return f"<conjecture: {self.statement}>"


def conjecture(
    *,
    rank_of: str | None = None,
    bound_on: str | None = None,
    relation: str | None = None,
    bias: bool | None = False,
    loss: str = "mse",
    activation: str = "linear",
    quantifier: str | None = None,
    where: Formula | None = None,
) -> Callable[[Formula], Conjecture]:
    """Make a conjecture of a function of an instance's description (:class:`.description.Description`).

    Args:
        rank_of: loss, outer or functional: the function is conjectured to give this rank. One of ``rank_of`` and
            ``bound_on`` is needed.
        bound_on: gauss_newton_norm or hessian_norm: the function is conjectured to bound this norm.
        relation: ``==``, ``<=`` or ``>=``: *rank relation function*; ``==`` for ranks and ``<=`` for norms if left out.
        bias: Whether every layer has a bias; None for both.
        loss: mse, cross-entropy or cosh.
        activation: Of the hidden layers.
        quantifier: ``generic``, about almost all parameters, or ``every``, where special points count too; ``generic``
            for ranks and ``every`` for norms if left out.
        where: A function of the description that says which instances the conjecture is about.

    Raises:
        UnusableRequest: If an argument is not one of these.
    """
    if (rank_of is None) == (bound_on is None):
        raise UnusableRequest(
            f"rank_of={rank_of!r} and bound_on={bound_on!r}", "one of the two", 'write for instance rank_of="loss"'
        )
    if rank_of is not None:
        quantity = _one_of("rank_of", rank_of, RANKS)
    else:
        quantity = _one_of("bound_on", bound_on, NORMS)
    usual: tuple[Relation, Quantifier] = ("==", "generic") if rank_of is not None else ("<=", "every")
    if bias not in (True, False, None):
        raise UnusableRequest(f"bias={bias!r}", "True, False, or None for both", "write bias=False")
    if where is not None and not callable(where):
        raise UnusableRequest(f"where={where!r}", "a function of the description", "write where=lambda a: a.layers > 1")
    chosen = {
        "relation": usual[0] if relation is None else _one_of("relation", relation, RELATIONS),
        "quantifier": usual[1] if quantifier is None else _one_of("quantifier", quantifier, QUANTIFIERS),
        "activation": _one_of("activation", activation, ACTIVATIONS),
        "loss": _one_of("loss", loss, LOSSES),
    }

    def make(formula: Formula) -> Conjecture:
        if not callable(formula):
            raise UnusableRequest(f"{formula!r}", "a function", "put @conjecture(…) above a def")
        name = getattr(formula, "__name__", type(formula).__name__)
        statement = Statement(name=name, quantity=quantity, bias=bias, narrowed=where is not None, **chosen)  # type: ignore[arg-type]
        return Conjecture(formula, statement, where)

    return make


def _one_of(name: str, given: object, known: tuple[str, ...]) -> str:
    if not isinstance(given, str):
        raise UnusableRequest(f"{name}={given!r}", f"one of {', '.join(known)}", f'write {name}="{known[0]}"')
    return one_of(name, given, known, f'write {name}="{known[0]}"')
