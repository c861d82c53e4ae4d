"""Repeated eigenvalues (S8): eigenvectors derived for all sizes, and characteristic polynomials over the integers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hessproof.numeric.instance import Instance, special_instance
from hessproof.numeric.reference import reference_hessian
from hessproof.numeric.spectra.characteristic import (
    characteristic,
    free_directions,
    one_layer_polynomial,
    plateau_divides,
    seen_residual,
)
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.derivations import examine
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.spectra import plateaus

Array = NDArray[Any]
VECTORS = "eigenvectors u v⊤, ±w u⊤ of H_f and H_o for symbolic depth and widths, each line checked by a named rule"
POLYNOMIAL = "the characteristic polynomial over the integers, against one made of squared minors of Ω"
FACTOR = "the plateau's polynomial divides the characteristic polynomials of H_f and H_L over the integers"
COUNTS = {Profile.QUICK: 12, Profile.STANDARD: 60, Profile.THOROUGH: 400}
"""Instances by profile."""


def _entries(rng: np.random.Generator, rows: int, columns: int) -> Array:
    """Integers between −2 and 2; every third matrix has low rank or is zero."""
    matrix = rng.integers(-2, 3, (rows, columns))
    kind = int(rng.integers(6))
    if kind == 0:
        matrix = matrix[:, :1] @ rng.integers(-1, 2, (1, columns))
    elif kind == 1:
        matrix = np.zeros_like(matrix)
    return matrix.astype(object)


def draw(widths: tuple[int, ...], rng: np.random.Generator) -> Instance:
    """Weights and Ω with small integer entries, of every rank, and Σ = I."""
    architecture = Architecture(widths)
    weights = [_entries(rng, *shape) for shape in architecture.weight_shapes]
    return special_instance(
        architecture, weights, np.eye(widths[0], dtype=np.int64), _entries(rng, widths[-1], widths[0])
    )


def case_of(instance: Instance) -> Case:
    """(architecture, r, s)."""
    return Case(instance.architecture, instance.data_rank, instance.residual_rank)


def shallow(count: int, rng: np.random.Generator) -> Iterator[Instance]:
    """Networks d-M_1-K with widths up to 4, d ≠ K among them."""
    for _ in range(count):
        d, hidden, outputs = (int(rng.integers(1, high)) for high in (5, 4, 4))
        yield draw((d, hidden, outputs), rng)


def polynomial_agrees(instance: Instance, expected: Callable[[Array, int], Any] = one_layer_polynomial) -> bool:
    """Whether χ(H_f), H_f from its definition, is the stated polynomial."""
    found = characteristic(reference_hessian(instance, "functional"))
    return bool(found == expected(instance.omega, instance.architecture.hidden[0]))


WRONG: dict[str, Callable[[Array, int], Any]] = {
    "M_1 + 1 times": lambda omega, hidden: one_layer_polynomial(omega, hidden + 1),
    "M_1 − 1 times": lambda omega, hidden: one_layer_polynomial(omega, hidden - 1),
    "2Ω for Ω": lambda omega, hidden: one_layer_polynomial(2 * omega, hidden),
    "Ω without its first row": lambda omega, hidden: one_layer_polynomial(
        np.vstack([0 * omega[:1], omega[1:]]), hidden
    ),
    "singular values of Ω⊤Ω": lambda omega, hidden: one_layer_polynomial(omega.T.dot(omega), hidden),
}


def _polynomial_work(name: str, key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter = Counter(claim(name).part(key))
        rng = np.random.default_rng(context.seed_for(f"plateaus {key}"))
        found = list(shallow(COUNTS[context.profile], rng))
        for instance in found:
            counter.count(case_of(instance), polynomial_agrees(instance))
        controls = tuple(
            Mutant(
                description=text,
                caught=not all(polynomial_agrees(instance, wrong) for instance in found),
                by="the polynomials differ",
            )
            for text, wrong in WRONG.items()
        )
        largest = max(instance.architecture.parameters for instance in found)
        scope = f"{len(found)} networks with one hidden layer, integer weights of every rank, p ≤ {largest}"
        return Finding(Strength.SAMPLE, scope, counter.tally, counter.regions, controls)

    return work


@dataclass(frozen=True, eq=False)
class Plateau:
    """A hidden layer with free directions, and the polynomials of the network's Hessians."""

    instance: Instance
    layer: int
    free: int
    wholes: tuple[Any, Any]

    def divides(self, copies: int, residual: Array) -> bool:
        """Whether both polynomials have the plateau's as a factor."""
        return all(plateau_divides(whole, residual, copies) for whole in self.wholes)

    @property
    def residual(self) -> Array:
        """Ω_l."""
        return seen_residual(self.instance.weights, self.instance.omega, self.layer)


def deep(count: int, rng: np.random.Generator) -> Iterator[Plateau]:
    """Networks with two to four layers and some hidden layer that has free directions."""
    found = 0
    while found < count:
        layers = int(rng.integers(2, 5))
        widths = tuple(int(rng.integers(1, 3)) for _ in range(layers + 1))
        chosen = int(rng.integers(1, layers))
        widths = (*widths[:chosen], int(rng.integers(2, 5)), *widths[chosen + 1 :])
        instance = draw(widths, rng)
        for layer in range(1, layers):
            free = free_directions(instance.weights, layer)
            if free:
                wholes = tuple(characteristic(reference_hessian(instance, part)) for part in ("functional", "loss"))
                yield Plateau(instance, layer, free, (wholes[0], wholes[1]))
                found += 1


def _depth_work(context: Context) -> Finding:
    counter = Counter(claim("hessproof.plateaus").part("every_depth"))
    found = list(deep(COUNTS[context.profile], np.random.default_rng(context.seed_for("plateaus at depth"))))
    for one in found:
        counter.count(case_of(one.instance), one.divides(one.free, one.residual))
    wrong: dict[str, Callable[[Plateau], bool]] = {
        "one copy more": lambda one: one.divides(one.free + 1, one.residual),
        "M_l copies": lambda one: one.divides(one.instance.architecture.widths[one.layer], one.residual),
        "2Ω_l for Ω_l": lambda one: one.divides(one.free, 2 * one.residual),
        "Ω_l + 1 for Ω_l": lambda one: one.divides(one.free, one.residual + 1),
    }
    controls = tuple(
        Mutant(description=text, caught=not all(map(test, found)), by="does not divide") for text, test in wrong.items()
    )
    scope = f"{len(found)} hidden layers with free directions, 2 to 4 layers, integer weights of every rank"
    return Finding(Strength.SAMPLE, scope, counter.tally, counter.regions, controls)


def _proof(made: Callable[[], tuple[Derivation, ...]]) -> Callable[[Context], Finding]:
    return lambda context: examine(made(), context)


def demonstrate_proofs() -> None:
    """Every derivation, checked on one valuation, and a mutant."""
    for derivation in (*plateaus.every_depth(), plateaus.count()):
        derivation.check(0, count=1)
    next(plateaus.count().mutants()).rejection()


def demonstrate_polynomials() -> None:
    """One network with one hidden layer, one with more."""
    rng = np.random.default_rng(0)
    polynomial_agrees(next(shallow(1, rng)))
    one = next(deep(1, rng))
    one.divides(one.free, one.residual)


def _derived(name: str, key: str, made: Callable[[], tuple[Derivation, ...]]) -> FunctionCheck:
    return FunctionCheck(
        name, key, "eigenvectors", Engine.SYMBOLIC, VECTORS, _proof(made), demonstrate_proofs, derivations=made
    )


CHECKS = (
    _derived("singh2021.plateaus", "main", plateaus.two_layers),
    _derived("hessproof.plateaus", "kernel", plateaus.two_layers),
    _derived("hessproof.plateaus", "every_depth", plateaus.every_depth),
    *(
        FunctionCheck(
            name,
            key,
            "characteristic polynomial",
            Engine.EXACT,
            POLYNOMIAL,
            _polynomial_work(name, key),
            demonstrate_polynomials,
        )
        for name, key in (("singh2021.plateaus", "main"), ("hessproof.plateaus", "kernel"))
    ),
    FunctionCheck(
        "hessproof.plateaus", "every_depth", "factors", Engine.EXACT, FACTOR, _depth_work, demonstrate_polynomials
    ),
)
