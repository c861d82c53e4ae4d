"""The bound from the norms of an object's own blocks: derived, and tried on generated networks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hessproof.numeric.curvature.bounds import block_norms
from hessproof.numeric.curvature.chain import factors
from hessproof.numeric.curvature.objects import reduced
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.derivations import IDEA as DERIVED
from hessproof.proofs_check.checks.derivations import examine
from hessproof.proofs_check.criteria.curvature import TIGHT
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.norms.block_norms import block_bound

Array = npt.NDArray[np.float64]
PART = "blocks"
GENERATED = "norms of generated objects' Hessians in their own coordinates, beside the norms of their blocks"
NETWORKS = {Profile.QUICK: 20, Profile.STANDARD: 250, Profile.THOROUGH: 1000}
OBJECTS = 400
ROUNDING = 1e-9


@dataclass(frozen=True, eq=False, slots=True)
class Group:
    """The objects of one generated network.

    Args:
        architecture: Widths and bias.
        norms: ‖H_i‖.
        outer: The norms of the blocks of the G-terms.
        functional: Those of the H-terms.
    """

    architecture: Architecture
    norms: Array
    outer: Array
    functional: Array

    def below(self, table: Array) -> npt.NDArray[np.bool_]:
        """Which norms are at most λ_max of a table of norms, up to rounding."""
        return np.asarray(self.norms <= np.linalg.eigvalsh(table)[:, -1] * (1 + ROUNDING) + 1e-300)

    @property
    def attained(self) -> int:
        """How many norms are equal to the bound, up to rounding."""
        bound = np.linalg.eigvalsh(self.outer + self.functional)[:, -1]
        return int((np.abs(self.norms - bound) <= ROUNDING * bound).sum())


def generated(count: int, seed: int) -> Iterator[Group]:
    """Networks of one to four layers with small widths, weights of all sizes, some layers zero or of rank one."""
    stream = np.random.default_rng(seed)
    for number in range(count):
        widths = (*(int(stream.integers(1, 4)) for _ in range(number % 4 + 1)), int(stream.integers(1, 5)))
        architecture = Architecture(widths, bool(number // 4 % 2), "relu", "cross-entropy")
        scale = float(np.exp(stream.uniform(-2.5, 1.5)))
        weights = [scale * stream.standard_normal(_shape(architecture, l)) for l in range(architecture.layers)]
        if number % 5 == 0:
            weights = [_chain(architecture, l, scale, number % 2 == 0) for l in range(architecture.layers)]
        elif number % 7 == 0:
            weights[int(stream.integers(len(weights)))][:] = 0.0
        x = stream.standard_normal((OBJECTS, widths[0])) * np.exp(stream.uniform(-2, 1, (OBJECTS, 1)))
        y = np.eye(widths[-1])[stream.integers(widths[-1], size=OBJECTS)]
        given = factors(architecture, weights, x, y)
        outer, functional = reduced(architecture, given)
        norms = np.abs(np.linalg.eigvalsh(outer + functional)).max(axis=1)
        yield Group(architecture, norms, *block_norms(architecture, given))


def _shape(architecture: Architecture, layer: int) -> tuple[int, int]:
    rows, columns = architecture.weight_shapes[layer]
    return rows, columns + architecture.bias


def _chain(architecture: Architecture, layer: int, scale: float, aligned: bool) -> Array:
    """m e_1e_1⊤, in the last layer m v e_1⊤ with v = (1, −1, 0, …), or m I."""
    matrix = np.zeros(_shape(architecture, layer))
    if not aligned:
        np.fill_diagonal(matrix, scale)
    matrix[0, 0] = scale
    if layer == architecture.layers - 1 and aligned and len(matrix) > 1:
        matrix[1, 0] = -scale
    return matrix


TABLES: dict[str, Callable[[Group], Array]] = {
    "without the H-term's summand": lambda group: group.outer,
    "half of the H-term's summand": lambda group: group.outer + 0.5 * group.functional,
    "without the G-term's summand": lambda group: group.functional,
    "nine tenths of the G-term's summand": lambda group: 0.9 * group.outer + group.functional,
    "the diagonal blocks alone": lambda group: group.outer * np.eye(group.outer.shape[1]),
    "99 % of the whole": lambda group: 0.99 * (group.outer + group.functional),
}
"""Tables of norms that are too small somewhere."""


def _generated(context: Context) -> Finding:
    counter = Counter(claim(TIGHT).part(PART))
    missed, attained, total = dict.fromkeys(TABLES, 0), 0, 0
    for group in generated(NETWORKS[context.profile], context.seed_for("blocks") % 2**32):
        below = group.below(group.outer + group.functional)
        held, tried = int(below.sum()), len(below)
        counter.count_many(Case(group.architecture, 1, 1), held, tried - held)
        attained, total = attained + group.attained, total + tried
        for words, table in TABLES.items():
            missed[words] += int((~group.below(table(group))).sum())
    controls = tuple(
        Mutant(description=words, caught=count > 0, by=f"{count} of {total} norms lie above")
        for words, count in missed.items()
    )
    return Finding(
        Strength.SAMPLE, f"{total} objects of {NETWORKS[context.profile]} networks", counter.tally, counter.regions,
        controls, details={"equal up to rounding": attained},
    )  # fmt: skip


def derived() -> tuple[Derivation, ...]:
    """The bound for matrices of blocks."""
    return (block_bound(),)


def _derivation(context: Context) -> Finding:
    return examine(derived(), context)


def demonstrate_derivation() -> None:
    """The derivation, checked."""
    block_bound().check(0, count=1)


def demonstrate_generated() -> None:
    """Two networks."""
    for group in generated(2, 0):
        group.below(group.outer + group.functional)


CHECKS = (
    FunctionCheck(
        TIGHT, PART, "derivation", Engine.SYMBOLIC, DERIVED, _derivation, demonstrate_derivation, derivations=derived
    ),
    FunctionCheck(TIGHT, PART, "generated objects", Engine.FLOAT, GENERATED, _generated, demonstrate_generated),
)
