"""How far above the true norm the bounds lie in trained networks: published, repaired, and from an object's blocks.

Two routes: every object's Hessian in its own coordinates with the factors of its blocks, and the whole p × p Hessian of
an object, from which blocks are cut and decomposed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.curvature.bounds import BLOCKS, block_norms, object_bounds, weight_norms
from hessproof.numeric.curvature.chain import factors
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
    given, layers = cut(one), one.architecture.layers
    published = float(BOUNDS[PUBLISHED].compiled(layers)(given.letters))
    return Compared(given.norms, published, BOUNDS[LAYERS].compiled(layers)(given.letters), _largest(given.tables))


@dataclass(frozen=True, eq=False, slots=True)
class Given:
    """What the bounds are made of.

    Args:
        tables: The norms of every object's blocks, N × L × L.
        letters: The letters of the published bound and of the one from the layers.
        norms: ‖H_i‖, or nothing where they are not needed.
    """

    tables: Array
    letters: dict[str, Any]
    norms: Array


def cut(one: Curved) -> Given:
    """From whole Hessians."""
    weights, (x, y) = one.weights["trained"], one.objects()
    residual, curvature = loss_derivatives("cross-entropy", network_forward(one.architecture, weights, x), y)
    sizes = tuple(float(np.sqrt(np.linalg.eigvalsh(weight @ weight.T)[-1])) for weight in weights)
    norms, tables = [], []
    for i in range(len(x)):
        outer, functional = (
            network_hessian(one.architecture, weights, x[i : i + 1], y[i : i + 1], part)
            for part in ("outer", "functional")
        )
        norms.append(float(np.abs(np.linalg.eigvalsh(outer + functional)).max()))
        tables.append(_table(one, outer) + _table(one, functional))
    values = {
        "m": sizes, "M_W": max(sizes), "norm_x": np.sqrt((x**2).sum(axis=1)),
        "norm_delta": np.sqrt((residual**2).sum(axis=1)), "norm_A": np.linalg.eigvalsh(curvature)[:, -1],
    }  # fmt: skip
    values["M_x"] = float(np.max(values["norm_x"]))
    return Given(np.asarray(tables), values, np.asarray(norms))


def multiplied(one: Curved) -> Given:
    """From the factors of the objects."""
    weights, (x, y) = one.weights["trained"], one.objects()
    found = factors(one.architecture, weights, x, y)
    outer, functional = block_norms(one.architecture, found)
    lengths = np.linalg.norm(x, axis=1)
    letters = {
        **weight_norms(one.architecture, weights), "norm_x": lengths, "M_x": float(lengths.max()),
        "norm_delta": np.linalg.norm(found.residual, axis=1), "norm_A": np.linalg.norm(found.curvature, 2, axis=(1, 2)),
    }  # fmt: skip
    return Given(outer + functional, letters, np.empty(0))


def _largest(tables: Array) -> Array:
    """The largest eigenvalues."""
    return np.asarray(np.linalg.eigvalsh(tables)[:, -1], dtype=np.float64)


def _table(one: Curved, matrix: Array) -> Array:
    """The norms of the blocks of a Hessian, L × L."""
    places = one.architecture.slices
    return np.asarray([[np.linalg.norm(matrix[rows, columns], 2) for columns in places] for rows in places])


def controls(part: str, found: Compared, given: Given, rule: Criterion) -> Iterator[Mutant]:
    """Wrong bounds, made anew from what the bounds are made of, and judged as the bounds are."""
    if part == "sharpest":
        yield _judged(part, "the published bound in place of the sharpest", rule, replace(
            found, blocks=np.full_like(found.blocks, found.published), layers=np.full_like(found.layers, np.inf)
        ))  # fmt: skip
        for words, factor in (("left out", 0.0), ("halved", 0.5)):
            tables = given.tables.copy()
            k, l = np.unravel_index(int(tables.mean(axis=0).argmax()), tables.shape[1:])
            tables[:, [k, l], [l, k]] *= factor
            wrong = replace(found, blocks=_largest(tables))
            yield _judged(part, f"the largest block, ({k + 1}, {l + 1}), {words}", rule, wrong)
        return
    layers = len(given.letters["m"])
    for words, factor in (("half", 0.5), ("a quarter", 0.25)):
        sizes = tuple(factor * size for size in given.letters["m"])
        bound = BOUNDS[LAYERS].compiled(layers)({**given.letters, "m": sizes})
        yield _judged(part, f"{words} of every ‖W^l‖ in the bound from the layers", rule, replace(found, layers=bound))
    root = BOUNDS[PUBLISHED].compiled(layers)({**given.letters, "M_W": given.letters["M_W"] ** 0.5})
    yield _judged(part, "√M_W for M_W in the published bound", rule, replace(found, published=float(root)))


def _judged(part: str, words: str, rule: Criterion, wrong: Compared) -> Mutant:
    value = wrong.value(part)
    by = "a norm, or the sharper bound, lies above it" if not wrong.holds else f"the number is {value:.4g}"
    return Mutant(description=words, caught=not (rule.met(value) and wrong.holds), by=by)


def _work(
    part: str, compare: Callable[[Curved], Compared], name: str, make: Callable[[Curved], Given]
) -> Callable[[Context], Finding]:
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
                mutants += controls(part, found[0], make(drawn[0]), rule)
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
        TIGHT, part, name, Engine.FLOAT, idea, _work(part, compare, name, make), demonstrate, prepare, state
    )
    for part in ("sharpest", "gain")
    for name, idea, compare, make, demonstrate in (
        ("coordinates", "objects' Hessians in their own coordinates, and bounds from their factors", by_coordinates,
         multiplied, demonstrate_coordinates),
        ("matrices", "whole Hessians of objects, and the blocks cut from them", by_matrices, cut,
         demonstrate_matrices),
    )
)  # fmt: skip
