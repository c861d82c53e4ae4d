"""Small data sets under networks with bias, one by one, on two exact routes that share no code but the data.

One assembles the blocks of the chain T^L ⋯ T^1, the other expands the loss to second order; each draws parameters of
its own and reduces modulo a prime of its own. Where no draw reaches the number that no parameter exceeds, the data set
is an exception. (The rank of the residual is bounded by ranks of sums: of [W^{L:1}Cov(x) − Cov(y, x), E[δ]].)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations_with_replacement, islice, product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Min, Symbol, lambdify

from hessproof.numeric.exact import exact_rank
from hessproof.numeric.flint_modular import flint_rank
from hessproof.numeric.instance import Instance, data_instance
from hessproof.numeric.kernels import hessian
from hessproof.numeric.modular import blocked_rank
from hessproof.numeric.primes import primes
from hessproof.numeric.reference import reference_hessian
from hessproof.proofs_check.bias.cases import value_at, with_bias
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks import preliminaries
from hessproof.proofs_check.checks.attainment.small_data import DataSet, Matrix, labels_of
from hessproof.proofs_check.checks.bias.bounds import bounded, examined
from hessproof.proofs_check.checks.bias.measured import MUTANTS, variants
from hessproof.proofs_check.enumeration import architectures_within
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic import formula
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formula import RankFormula
from hessproof.symbolic.formulas import FORMULAS
from hessproof.symbolic.mutation import mutations

CLAIM = "hessproof.every_data_set_bias"
ONE, OTHER = primes(6)[4:]
"""The primes of the two routes."""
SPREAD = 1000
"""Weights and biases are uniform between −SPREAD and SPREAD."""
DRAWS = 4
RANGES = {
    Profile.QUICK: (2, 3, 90),
    Profile.STANDARD: (4, 3, 300),
    Profile.THOROUGH: (4, 3, 6000),
}
"""By profile: depth, largest width, and the number of data sets, spread over the list of all."""
SIGMA = Symbol("σ", integer=True, nonnegative=True)
STATED = Min(formula.K, 1 + Min(formula.r_aug - 1, formula.q_centred + SIGMA))
"""s̃ for almost all parameters, as stated."""
PARTS = "labels", "labels_functional", "labels_residual"
QUANTITIES = {"labels": "loss", "labels_functional": "functional", "labels_residual": "residual"}
Ranks = Callable[[Instance], dict[str, int]]


@dataclass
class Measured:
    """The largest ranks found for one data set, and those of the data over Q."""

    data: DataSet
    data_rank: int
    augmented_data_rank: int
    label_rank: int
    ranks: dict[str, int] = field(default_factory=dict)

    @property
    def architecture(self) -> Architecture:
        """The network, with bias."""
        return with_bias(self.data.architecture)

    @property
    def stated(self) -> int:
        """min(K, 1 + min(r̃ − 1, q̄ + σ))."""
        inner = self.augmented_data_rank - 1
        q = min(inner, *self.architecture.widths[1:])
        return min(self.architecture.outputs, 1 + min(inner, q + self.label_rank))

    @property
    def case(self) -> Case:
        """The architecture with r, s, r̃, s̃ and E[δ] ≠ 0, s being s̃ or s̃ − 1 as the data allow."""
        s = min(self.data_rank, self.stated)
        return Case(self.architecture, self.data_rank, s, self.augmented_data_rank, self.stated, 1)

    def __str__(self) -> str:
        return f"{self.architecture} with bias, X = {self.data.inputs.tolist()}, Y = {self.data.labels.tolist()}"


def by_blocks(instance: Instance) -> dict[str, int]:
    """Ranks modulo one prime, from the blocks of the augmented chain."""
    found = {"residual": flint_rank(np.asarray(instance.omega % ONE, dtype=np.int64), ONE)}
    for part in ("functional", "loss"):
        matrix = hessian(instance.weights, instance.sigma, instance.omega, part, bias=True)
        found[part] = flint_rank(np.asarray(matrix % ONE, dtype=np.int64), ONE)
    return found


def by_definition(instance: Instance) -> dict[str, int]:
    """Ranks modulo the other prime, from the second-order coefficients of the loss."""
    found = {"residual": _eliminated(instance.omega)}
    for part in ("functional", "loss"):
        found[part] = _eliminated(reference_hessian(instance, part, OTHER))
    return found


ROUTES: dict[str, Ranks] = {"blocks": by_blocks, "definition": by_definition}
IDEAS = {
    "blocks": "small data sets with bias one by one, at weights drawn for each, from the blocks of the augmented chain",
    "definition": "small data sets with bias one by one, at other weights, from the loss expanded to second order",
}


def _eliminated(matrix: NDArray[Any]) -> int:
    return blocked_rank(np.asarray(matrix % OTHER, dtype=np.float64), OTHER)


def moments(data: DataSet) -> Measured:
    """r, r̃ and σ of a data set, over Q."""
    x, y = data.inputs, data.labels
    larger = np.concatenate([x, np.ones((len(x), 1), dtype=np.int64)], axis=1)
    covariance = len(x) * (y.T @ x) - np.outer(y.sum(axis=0), x.sum(axis=0))
    return Measured(data, _rank(x), _rank(larger), _rank(covariance))


def _rank(matrix: Matrix) -> int:
    return exact_rank(matrix).value if matrix.any() else 0


def measure(data: DataSet, ranks: Ranks, rng: np.random.Generator) -> Measured:
    """The ranks of one data set at the first draw of parameters that is right, or the largest of several."""
    found = moments(data)
    shapes = [(rows, columns + 1) for rows, columns in data.architecture.weight_shapes]
    for _ in range(DRAWS):
        weights = [rng.integers(-SPREAD, SPREAD + 1, shape) for shape in shapes]
        instance = data_instance(found.architecture, data.inputs, data.labels, weights=weights)
        for quantity, rank in ranks(instance).items():
            found.ranks[quantity] = max(found.ranks.get(quantity, 0), rank)
        if all(right(found, key) for key in PARTS):
            break
    return found


def right(found: Measured, key: str, other: RankFormula | None = None) -> bool:
    """Whether a part, or a variant of its formula, is right about a data set."""
    part, rank = claim(CLAIM).part(key), found.ranks[QUANTITIES[key]]
    if part.formula is None:
        return rank == found.stated
    if not part.in_domain(found.case):
        return True
    return rank == value_at(other or FORMULAS[part.formula], found.case)


def inputs_of(width: int) -> tuple[Matrix, ...]:
    """All X of up to d + 1 samples with entries in {−1, 0, 1}, in {0, 1} for more than two inputs, in any one order.

    Example:
        >>> len(inputs_of(1)), len(inputs_of(2))
        (9, 219)
    """
    rows = list(product((0, 1, -1) if width <= 2 else (0, 1), repeat=width))
    return tuple(
        np.array(chosen, dtype=np.int64).reshape(samples, width)
        for samples in range(1, width + 2)
        for chosen in combinations_with_replacement(rows, samples)
    )


def chosen_sets(profile: Profile, rng: np.random.Generator) -> Iterator[DataSet]:
    """Data sets of the profile: networks in turn, inputs and labels at random from the lists."""
    depth, width, count = RANGES[profile]
    networks = architectures_within(depth, width)
    lists = {one: inputs_of(one) for one in range(1, width + 1)}
    for number in rng.permutation(max(count, len(networks)))[:count]:
        network = networks[int(number) % len(networks)]
        inputs = lists[network.inputs][int(rng.integers(len(lists[network.inputs])))]
        labels = list(labels_of(len(inputs), network.outputs, rng))
        yield DataSet(network, inputs, labels[int(rng.integers(len(labels)))], "labels")


def survey(context: Context, route: str) -> list[Measured]:
    """Every data set of the profile on one route. Made once a run."""

    def make() -> list[Measured]:
        listing = np.random.default_rng(context.seed_for("biased data sets"))
        rng = np.random.default_rng(context.seed_for(f"biased data sets, {route}"))
        return [measure(one, ROUTES[route], rng) for one in chosen_sets(context.profile, listing)]

    return context.shared(f"biased_data_sets_{route}", make)


def survey_by_blocks(context: Context) -> list[Measured]:
    """The first route."""
    examined(context)
    return survey(context, "blocks")


def survey_by_definition(context: Context) -> list[Measured]:
    """The second route."""
    examined(context)
    return survey(context, "definition")


def _work(key: str, route: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        part, found = claim(CLAIM).part(key), survey(context, route)
        counter, failures = Counter(part), list[str]()
        inside = [one for one in found if part.in_domain(one.case)]
        for one in inside:
            held = right(one, key)
            counter.count(one.case, held)
            failures += [] if held else [str(one)]
        rigorous = part.formula is None or bounded(part, context)
        return Finding(
            Strength.CERTIFICATE if rigorous else Strength.SAMPLE,
            f"{len(inside)} small data sets with bias, each at parameters of its own",
            counter.tally,
            counter.regions,
            tuple(_controls(key, inside, MUTANTS[context.profile])),
            details={"prime": ONE if route == "blocks" else OTHER, "first failures": failures[:12]},
        )

    return work


def _controls(key: str, inside: Sequence[Measured], most: int) -> Iterator[Mutant]:
    """Generated variants of the formula, tried on the data sets."""
    stated = claim(CLAIM).part(key).formula
    if stated is None:
        symbols = formula.r_aug, formula.K, formula.q_centred, SIGMA
        for description, wrong in islice(mutations(STATED), most):
            value = lambdify(symbols, wrong, "math", cse=False)
            agree = [value(*_numbers(one)) == one.ranks["residual"] for one in inside]
            yield _judged(description, inside, agree)
        return
    for mutant in variants(stated, most):
        yield _judged(mutant.mutation, inside, [right(one, key, mutant) for one in inside])


def _judged(description: str, inside: Sequence[Measured], agree: Sequence[bool]) -> Mutant:
    other = next((one for one, same in zip(inside, agree, strict=True) if not same), None)
    by = "the same number for every data set" if other is None else str(other)
    return Mutant(description=description, caught=other is not None, by=by)


def _numbers(one: Measured) -> tuple[int, int, int, int]:
    inner = one.augmented_data_rank - 1
    return one.augmented_data_rank, one.architecture.outputs, min(inner, *one.architecture.widths[1:]), one.label_rank


def _demonstration(route: str) -> Callable[[], None]:
    def demonstrate() -> None:
        rows = np.array([[1, 1], [0, 1]], dtype=np.int64)
        for network in (Architecture((2, 1, 2)), Architecture((2, 2, 1, 2))):
            found = measure(DataSet(network, rows, rows, "labels"), ROUTES[route], np.random.default_rng(0))
            for key in PARTS:
                right(found, key)

    return demonstrate


CHECKS = tuple(
    FunctionCheck(
        CLAIM, key, f"biased data sets, {route}", Engine.EXACT, IDEAS[route], _work(key, route), demonstration, prepare,
        preliminaries.shallow_blocks,
    )
    for route, demonstration, prepare in (
        ("blocks", _demonstration("blocks"), survey_by_blocks),
        ("definition", _demonstration("definition"), survey_by_definition),
    )
    for key in PARTS
)  # fmt: skip
