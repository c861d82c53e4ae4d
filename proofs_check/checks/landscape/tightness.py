"""How far above the true norm the bounds lie in trained networks: published, repaired, and from an object's blocks.

Two routes: every object's Hessian in its own coordinates with the factors of its blocks, and the whole p × p Hessian of
an object, from which blocks are cut and decomposed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.curvature.bounds import BLOCKS, object_bounds
from hessproof.numeric.curvature.objects import object_norms
from hessproof.numeric.network.forward import network_forward
from hessproof.numeric.network.hessians import network_hessian
from hessproof.numeric.network.losses import loss_derivatives
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.landscape.curved_networks import Curved, networks, untrained
from hessproof.proofs_check.criteria.criterion import Criterion
from hessproof.proofs_check.criteria.curvature import SIZES, TIGHT, criterion
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.norms.bounds import BOUNDS

Array = npt.NDArray[np.float64]
PUBLISHED, LAYERS = "thm1", "hessian_at"
STANDARD = ("small", "shallow", "deep")
SIZES_AT = {Profile.QUICK: ("small",), Profile.STANDARD: STANDARD, Profile.THOROUGH: STANDARD}
DENSE_AT = dict.fromkeys(Profile, ("small",))
"""Whole Hessians of objects are decomposed only where that takes little time."""


@dataclass(frozen=True, eq=False, slots=True)
class Compared:
    """Norms and bounds of some objects.

    Args:
        norms: ‖H_i‖.
        published: The published bound, one number.
        layers: The bound from the norms of the layers, ‖A‖ and ‖δ‖.
        blocks: The bound from the norms of the object's own blocks.
    """

    norms: Array
    published: float
    layers: Array
    blocks: Array

    def value(self, part: str) -> float:
        """The number of a part."""
        if part == "sharpest":
            return float(self.blocks.max() / self.norms.max())
        return self.published / float(self.layers.max())

    @property
    def holds(self) -> bool:
        """Whether no norm lies above its bounds, up to rounding."""
        room = 1.0 + 1e-9
        return bool((self.norms <= room * self.blocks).all() and (self.blocks <= room * self.layers).all())


def by_coordinates(one: Curved) -> Compared:
    """Norms in the objects' own coordinates, bounds from the factors."""
    weights, (x, y) = one.weights["trained"], one.objects()
    bounds = object_bounds(one.architecture, weights, x, y)
    norms = object_norms(one.architecture, weights, x, y).loss
    return Compared(norms, float(bounds[PUBLISHED].max()), bounds[LAYERS], bounds[BLOCKS])


def by_matrices(one: Curved) -> Compared:
    """Norms of whole Hessians, and of the blocks that are cut from them."""
    weights, (x, y), layers = one.weights["trained"], one.objects(), one.architecture.layers
    residual, curvature = loss_derivatives("cross-entropy", network_forward(one.architecture, weights, x), y)
    sizes = tuple(float(np.sqrt(np.linalg.eigvalsh(weight @ weight.T)[-1])) for weight in weights)
    norms, blocks = [], []
    for i in range(len(x)):
        outer, functional = (
            network_hessian(one.architecture, weights, x[i : i + 1], y[i : i + 1], part)
            for part in ("outer", "functional")
        )
        norms.append(float(np.abs(np.linalg.eigvalsh(outer + functional)).max()))
        blocks.append(float(np.linalg.eigvalsh(_table(one, outer) + _table(one, functional))[-1]))
    values = {
        "m": sizes, "M_W": max(sizes), "norm_x": np.sqrt((x**2).sum(axis=1)),
        "norm_delta": np.sqrt((residual**2).sum(axis=1)), "norm_A": np.linalg.eigvalsh(curvature)[:, -1],
    }  # fmt: skip
    values["M_x"] = float(np.max(values["norm_x"]))
    published = float(BOUNDS[PUBLISHED].compiled(layers)(values))
    return Compared(np.asarray(norms), published, BOUNDS[LAYERS].compiled(layers)(values), np.asarray(blocks))


def _table(one: Curved, matrix: Array) -> Array:
    """The norms of the blocks of a Hessian, L × L."""
    places = one.architecture.slices
    return np.asarray([[np.linalg.norm(matrix[rows, columns], 2) for columns in places] for rows in places])


def controls(part: str, found: Compared, rule: Criterion) -> Iterator[Mutant]:
    """Bounds that are too large by a factor, and the norm itself in place of a bound."""
    largest = float(found.norms.max())
    for factor in (10.5, 100.0, 1000.0):
        value = factor if part == "sharpest" else 1.0 / factor
        words = f"{factor:g} times the norm as the sharpest bound" if part == "sharpest" else (
            f"a published bound smaller than the one from the layers by {factor:g}"
        )  # fmt: skip
        yield Mutant(description=words, caught=not rule.met(value), by=f"the number is {value:g}")
    wrong = Compared(found.norms, found.published, found.layers, 0.5 * found.norms)
    yield Mutant(
        description="half the norm in place of the bound from the blocks", caught=not wrong.holds,
        by=f"a norm of {largest:.3g} lies above it",
    )  # fmt: skip


def _work(part: str, compare: Callable[[Curved], Compared], name: str) -> Callable[[Context], Finding]:
    sizes_at = SIZES_AT if name == "coordinates" else DENSE_AT

    def work(context: Context) -> Finding:
        counter = Counter(claim(TIGHT).part(part))
        records: list[dict[str, Any]] = []
        mutants: list[Mutant] = []
        sizes = sizes_at[context.profile]
        for size in sizes:
            rule = criterion(TIGHT, part, size)
            drawn = networks(context, size)
            found = context.shared(f"tightness-{name}-{size}", partial(_compared, compare, drawn))
            for one, each in zip(drawn, found, strict=True):
                counter.count(one.case, rule.met(each.value(part)) and each.holds)
            if size == sizes[0]:
                mutants += controls(part, found[0], rule)
            records.append({**rule.record([each.value(part) for each in found]), "factors": _factors(found)})
        words = "; ".join(SIZES[size].words for size in sizes)
        return Finding(
            Strength.SAMPLE, f"the digits, {words}", counter.tally, counter.regions, tuple(mutants),
            details={"criteria": records},
        )  # fmt: skip

    return work


def _compared(compare: Callable[[Curved], Compared], drawn: list[Curved]) -> list[Compared]:
    return [compare(one) for one in drawn]


def _factors(found: list[Compared]) -> dict[str, list[float]]:
    """How far above the largest norm each bound lies, network by network."""
    largest = [float(each.norms.max()) for each in found]
    return {
        "norm": largest,
        "published": [each.published / norm for each, norm in zip(found, largest, strict=True)],
        "layers": [float(each.layers.max()) / norm for each, norm in zip(found, largest, strict=True)],
        "blocks": [float(each.blocks.max()) / norm for each, norm in zip(found, largest, strict=True)],
    }


def demonstrate_coordinates() -> None:
    """A tiny untrained network in its objects' coordinates."""
    by_coordinates(untrained((4, 3, 3, 10), 0))


def demonstrate_matrices() -> None:
    """A tiny untrained network as matrices."""
    by_matrices(untrained((4, 3, 3, 10), 0))


def state() -> None:
    """Write down the bounds for the depth of the demonstrations."""
    for key in (PUBLISHED, LAYERS):
        BOUNDS[key].compiled(3)


def prepare(context: Context) -> None:
    """Train the networks."""
    for size in SIZES_AT[context.profile]:
        networks(context, size)


CHECKS = tuple(
    FunctionCheck(
        TIGHT, part, name, Engine.FLOAT, idea, _work(part, compare, name), demonstrate, prepare, state
    )
    for part in ("sharpest", "gain")
    for name, idea, compare, demonstrate in (
        ("coordinates", "objects' Hessians in their own coordinates, and bounds from their factors", by_coordinates,
         demonstrate_coordinates),
        ("matrices", "whole Hessians of objects, and the blocks cut from them", by_matrices, demonstrate_matrices),
    )
)  # fmt: skip
