"""Which checked derivations say that no parameter exceeds a formula, so that one witness decides a case for good."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from hessproof.symbolic import flag_bound, functional_rank, kernel_proof, residual_bound
from hessproof.symbolic.derivation import Derivation

Made = Callable[[], tuple[Derivation, ...]]


def _outer() -> tuple[Derivation, ...]:
    return (flag_bound.outer_bound(),)


def _columns() -> tuple[Derivation, ...]:
    return tuple(flag_bound.column_bound(place) for place in functional_rank.ORDERS)


def _functional() -> tuple[Derivation, ...]:
    return (kernel_proof.functional_bound(),)


def _fact7() -> tuple[Derivation, ...]:
    return (kernel_proof.loss_bound(),)


def _loss() -> tuple[Derivation, ...]:
    return kernel_proof.loss_bound(), residual_bound.deficient_residual_bound()


BOUNDS: dict[tuple[str, str], Made] = {
    ("singh2021.prop2", "minimum"): _outer,
    ("singh2021.prop2", "control"): _outer,
    ("singh2021.cor4", "generic"): _outer,
    ("singh2021.thm5", "first_generic"): _columns,
    ("singh2021.thm5", "middle_generic"): _columns,
    ("singh2021.thm5", "last_generic"): _columns,
    ("singh2021.cor6", "any_depth"): _functional,
    ("singh2021.independence", "any_depth"): lambda: (*_functional(), *_columns()),
    ("singh2021.fact7", "main"): _fact7,
    ("singh2021.overlap", "main"): _fact7,
    ("singh2021.deficiency", "generic"): _fact7,
    ("singh2021.samples", "prediction"): _fact7,
    ("singh2021.samples", "only_through_rank"): _fact7,
    ("hessproof.functional_bound", "generic"): _functional,
    ("hessproof.any_residual", "main"): _loss,
    ("hessproof.overlap", "main"): lambda: (*_outer(), *_functional(), *_loss()),
    ("hessproof.deficiency", "main"): _loss,
    ("hessproof.width", "main"): _fact7,
}
"""For a part about almost all parameters: the derivations that bound what it is about, for every parameter.

A statement about a sum or a difference of ranks needs a bound for each rank in it.
"""


@cache
def bounded(name: str, key: str) -> bool:
    """Whether the part has such derivations and every line of theirs passes, numbers included."""
    made = BOUNDS.get((name, key))
    return made is not None and all(derivation.check(0).ok for derivation in made())
