"""Networks and data that the checks about losses measure: every small case, larger ones, labelled data, and bias."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from hessproof.numeric.losses.assembly import modular_chains
from hessproof.numeric.losses.instance import LossInstance, labelled_instance, prescribed_instance
from hessproof.numeric.losses.ranks import loss_primes, measure, residual_ranks
from hessproof.numeric.losses.taylor import taylor_ranks
from hessproof.numeric.modular import PrimeField
from hessproof.proofs_check.enumeration import architectures_within
from hessproof.proofs_check.model.check import Context, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.surveys.plan import random_architecture
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formula import RankFormula
from hessproof.symbolic.losses.outputs import effective_outputs
from hessproof.symbolic.losses.rank_rule import loss_rank

PARTS = ("outer", "functional", "loss")
LOSSES = ("cross-entropy", "cosh", "mse")
DEFINED = 30
"""Largest p for which the Hessian is found from the definition."""


@dataclass(frozen=True, slots=True)
class Request:
    """One case to measure.

    Args:
        architecture: Widths, bias and loss.
        data_rank: r; for labelled data whatever the inputs have.
        residual_rank: s, or None for labelled data.
        samples: N.
        seed: For everything that is drawn.
    """

    architecture: Architecture
    data_rank: int
    residual_rank: int | None
    samples: int
    seed: int


@dataclass(frozen=True, slots=True)
class Record:
    """Measured ranks of a request."""

    request: Request
    case: Case
    mean: int | None
    ranks: dict[str, int]

    def predicted(self, formula: RankFormula) -> int:
        """A formula's value at this record."""
        case = self.case
        return formula.evaluate(
            case.architecture,
            case.data_rank,
            case.residual_rank,
            augmented_data_rank=case.augmented_data_rank,
            augmented_residual_rank=case.augmented_residual_rank,
            residual_mean=self.mean,
        )

    @property
    def labelled(self) -> bool:
        """Whether targets were given, not residuals."""
        return self.request.residual_rank is None


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Depth, width and outputs of the enumeration; how many random, labelled and biased cases."""

    layers: int
    width: int
    outputs: int
    random: int
    labelled: int
    biased: int
    largest: int


_SIZES = {
    Profile.QUICK: _Sizes(2, 2, 3, 10, 20, 24, 60),
    Profile.STANDARD: _Sizes(3, 2, 3, 60, 120, 150, 200),
    Profile.THOROUGH: _Sizes(3, 3, 4, 300, 1200, 1200, 400),
}


def plan(profile: Profile, seed: int) -> tuple[Request, ...]:
    """The cases of a profile. The same profile and seed always give the same ones."""
    sizes, rng = _SIZES[profile], np.random.default_rng([seed, 3])
    found = [
        Request(architecture, r, s, max(r, 1), int(rng.integers(2**31)))
        for architecture in _small(sizes)
        for r in range(architecture.inputs + 1)
        for s in range(min(r, effective_outputs(architecture)) + 1)
    ]
    for count, bias, labelled in (
        (sizes.random, False, False),
        (sizes.labelled, False, True),
        (sizes.biased, True, False),
    ):
        for number in range(count):
            found.append(
                _drawn(rng, LOSSES[number % 3], bias, labelled, sizes.largest if count == sizes.random else DEFINED)
            )
    return tuple(found)


def _small(sizes: _Sizes) -> Iterator[Architecture]:
    """All architectures of a range; for the squared loss, of which other rows say more, those with L ≤ 2."""
    widths = {
        (*architecture.widths[:-1], outputs)
        for architecture in architectures_within(sizes.layers, sizes.width)
        for outputs in range(1, sizes.outputs + 1)
    }
    for loss in LOSSES:
        for chosen in sorted(widths):
            if loss != "mse" or len(chosen) <= 3:
                yield Architecture(chosen, loss=loss)


def _drawn(rng: np.random.Generator, loss: str, bias: bool, labelled: bool, largest: int) -> Request:
    """A random network; N below, at and above d, full r and s in half of the cases."""
    plain = random_architecture(rng, 1, largest, 4, 8 if largest > DEFINED else 4)
    architecture = Architecture(plain.widths, bias=bias, loss=loss)
    r = _rank(rng, architecture.inputs)
    samples = max(r, 1) + int(rng.integers(0, 3))
    s = None if labelled else _rank(rng, min(r, effective_outputs(architecture)))
    return Request(architecture, r, s, samples, int(rng.integers(2**31)))


def _rank(rng: np.random.Generator, largest: int) -> int:
    return largest if rng.random() < 0.5 else int(rng.integers(0, largest + 1))


@lru_cache(maxsize=64)
def instance_of(request: Request, attempt: int = 0) -> LossInstance:
    """The instance of a request; another attempt draws other weights for the same labelled data."""
    architecture, seed = request.architecture, request.seed + attempt
    if request.residual_rank is not None:
        return prescribed_instance(
            architecture, request.data_rank, request.residual_rank, seed, samples=request.samples
        )
    inputs, targets = labelled_data(request)
    return labelled_instance(architecture, inputs, targets, seed)


def labelled_data(request: Request) -> tuple[Any, Any]:
    """Small integer inputs, some repeated or with their negatives beside them, and labels, sometimes all the same."""
    rng, architecture = np.random.default_rng(request.seed), request.architecture
    inputs = rng.integers(-2, 3, size=(request.samples, architecture.inputs))
    kind = int(rng.integers(4))
    inputs = {1: np.vstack([inputs, inputs]), 2: np.vstack([inputs, -inputs])}.get(kind, inputs)
    if architecture.loss != "cross-entropy":
        return inputs, rng.integers(-2, 3, size=(len(inputs), architecture.outputs)) * int(rng.random() < 0.8)
    classes = architecture.outputs if rng.random() < 0.7 else 1
    return inputs, np.eye(architecture.outputs, dtype=int)[rng.integers(0, classes, size=len(inputs))]


def by_core(request: Request) -> Record:
    """The ranks modulo primes of the Hessian on the complement of its kernel."""
    instance = instance_of(request)
    found = {name: rank.value for name, rank in measure(instance).items()}
    return _record(request, instance, found, _measured_residual(instance))


def by_definition(request: Request) -> Record:
    """The ranks of the Hessian that the loss's Taylor coefficients give; the larger of two draws for given labels."""
    instance = instance_of(request)
    found = taylor_ranks(instance, request.seed)
    if instance.residual_rank is None:
        other = taylor_ranks(instance_of(request, 1), request.seed + 1)
        found = {name: max(rank, other[name]) for name, rank in found.items()}
    return _record(request, instance, {str(name): rank for name, rank in found.items()})


def _measured_residual(instance: LossInstance) -> int | None:
    """s modulo a prime, a lower bound, where it is not prescribed."""
    if instance.residual_rank is not None:
        return None
    prime = next(loss_primes())
    return residual_ranks(modular_chains(instance, PrimeField(prime), 1), prime)[0]


def _record(request: Request, instance: LossInstance, ranks: dict[str, int], residual: int | None = None) -> Record:
    """A record; the residual of labelled data counts as being of full rank unless it is known.

    The generic rank of H_L rises with s as long as s < q, so that Fact 7's value is reached with s ≥ q only (L ≥ 2;
    with one layer H_L does not depend on s).
    """
    architecture, r = instance.architecture, instance.data_rank
    full = min(r, architecture.outputs - (architecture.loss == "cross-entropy"))
    known = residual if instance.residual_rank is None else instance.residual_rank
    s = full if known is None else known
    if not architecture.bias:
        return Record(request, Case(architecture, r, s), None, ranks)
    augmented = instance.augmented_data_rank, instance.augmented_residual_rank
    return Record(request, Case(architecture, r, s, *augmented), instance.residual_mean, ranks)


Route = Callable[[Context], Sequence[Record]]


def core_records(context: Context) -> tuple[Record, ...]:
    """Every case of the plan, by the core. Made once a run."""
    return context.shared("losses-core", lambda: tuple(map(by_core, _plan(context))))


def definition_records(context: Context) -> tuple[Record, ...]:
    """The cases of the plan with p ≤ 30, by the definition. Made once a run."""

    def make() -> tuple[Record, ...]:
        return tuple(by_definition(one) for one in _plan(context) if one.architecture.parameters <= DEFINED)

    return context.shared("losses-definition", make)


def _plan(context: Context) -> tuple[Request, ...]:
    return plan(context.profile, context.seed_for("losses") % 2**31)


def scope(records: Sequence[Record], profile: Profile, key: str = "") -> str:
    """What the records cover, in words."""
    sizes = _SIZES[profile]
    count, largest = len(records), max(record.case.architecture.parameters for record in records)
    if records[0].case.architecture.bias:
        return f"{count} random networks with bias, L ≤ 4, p ≤ {largest}, N = max(r, 1) to max(r, 1) + 2"
    if key == "labelled":
        where = "inputs repeated and centred too"
        return f"{count} random networks with given inputs and labels, L ≤ 4, p ≤ {largest}, {where}"
    small = f"all networks with L ≤ {sizes.layers}, widths ≤ {sizes.width} and K ≤ {sizes.outputs}, every r and s"
    return f"{count} cases: {small} (squared loss: L ≤ 2), and random ones; p ≤ {largest}"


def squared(record: Record) -> int:
    """The generic rank of H_L for the squared loss with the outputs that count."""
    architecture = record.case.architecture
    if not effective_outputs(architecture):
        return 0
    plain = Architecture((*architecture.widths[:-1], effective_outputs(architecture)))
    return loss_rank("loss", plain, record.case.data_rank, record.case.residual_rank)
