"""The chain with gates at parameters where a pre-activation is exactly zero: one-sided derivatives in integers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any

import flint
import numpy as np
from numpy.typing import NDArray

from hessproof.numeric.rectified.directional import Directions, Point, gated, one_sided
from hessproof.numeric.rectified.neighbourhood import STEPS, constant_nearby
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.catalogue.regions_gates import KINK, SILENT
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Counterexample, Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture

Integers = NDArray[np.int64]
IDEA = "one-sided derivatives in integers at small integer weights, kinks included, against the chain with gates"
SMALL = ("1-1", "1-1-1", "1-1-2", "1-2-1", "1-1-1-1", "1-1-1-2", "1-1-2-1", "1-2-1-2", "1-1-1-1-2", "2-2-2-2")
EACH = {Profile.QUICK: 60, Profile.STANDARD: 400, Profile.THOROUGH: 4000}
"""Points of each shape, with bias and without: all with entries −1, 0, 1 if there are no more, else random ones."""
QUADS = 6
"""Quadruples of directions v, w, v + w, −v at each point."""
ORDER = (
    "the number of layers, then the number of parameters, then weights −1, 0, 1 in lexicographic order, x = (1, …, 1)"
)


@dataclass(frozen=True, eq=False)
class Sampled:
    """A point and directions, four by four v, w, v + w, −v."""

    architecture: Architecture
    point: Point
    directions: Directions

    @cached_property
    def slopes(self) -> Integers:
        """The one-sided derivatives along the directions."""
        return one_sided(self.point, self.directions)

    @cached_property
    def differentiable(self) -> bool:
        """Whether z′ is additive and odd along all sampled directions."""
        one, two, both, minus = (self.slopes[start::4] for start in range(4))
        return bool(np.array_equal(one + two, both) and np.array_equal(one, -minus))

    def agrees(self, gate: int) -> bool:
        """Whether the chain with this gate at zero gives the one-sided derivatives."""
        return bool(np.array_equal(gated(self.point, self.directions, gate), self.slopes))

    def agrees_in_form(self, gate: int) -> bool | None:
        """The same for v⊤F⊤AFv, which is the variance of Fv under p; None if balls cannot tell."""
        chain = gated(self.point, self.directions, gate)
        if np.array_equal(chain, self.slopes):
            return True
        numbers = [flint.arb(int(z)).exp() for z in self.point.states[1][-1]]
        total = sum(numbers, flint.arb(0))
        outcome: bool | None = True
        for found, slope in zip(chain, self.slopes, strict=True):
            if np.all(found - slope == (found - slope)[0]):
                continue
            forms = [_variance([number / total for number in numbers], vector) for vector in (found, slope)]
            if not forms[0].overlaps(forms[1]):
                return False
            outcome = None
        return outcome

    @property
    def case(self) -> Case:
        """One object, with what a region asks for."""
        traits = set()
        if self.point.kinks:
            traits.add(KINK)
        if self.point.silent and not self.architecture.bias:
            traits.add(SILENT)
        return Case(self.architecture, 1, min(1, self.architecture.outputs - 1), traits=frozenset(traits))


def _variance(shares: list[Any], vector: Integers) -> Any:
    mean = sum((share * int(v) for share, v in zip(shares, vector, strict=True)), flint.arb(0))
    return sum((share * (int(v) - mean) ** 2 for share, v in zip(shares, vector, strict=True)), flint.arb(0))


def points(profile: Profile, seed: int) -> Iterator[tuple[Architecture, Point]]:
    """Points of every shape, with and without bias."""
    rng = np.random.default_rng(seed)
    for text, bias in product(SMALL, (False, True)):
        architecture = Architecture(Architecture.parse(text).widths, bias, "relu", "cross-entropy")
        count = architecture.parameters
        if 3**count <= EACH[profile]:
            drawn = [list(entries) for entries in product((-1, 0, 1), repeat=count)]
        else:
            drawn = rng.integers(-1, 2, size=(EACH[profile], count)).tolist()
        for entries in drawn:
            yield architecture, point_of(architecture, entries)


def point_of(architecture: Architecture, entries: list[int]) -> Point:
    """Weights (and biases) filled layer by layer; x = (1, …, 1)."""
    weights, shifts, place = [], [], 0
    for rows, cols in architecture.weight_shapes:
        weights.append(np.array(entries[place : place + rows * cols], dtype=np.int64).reshape(rows, cols))
        place += rows * cols
        width = rows if architecture.bias else 0
        shifts.append(np.array(entries[place : place + width] if width else [0] * rows, dtype=np.int64))
        place += width
    return Point(tuple(weights), tuple(shifts), np.ones(architecture.inputs, dtype=np.int64))


def sampled(architecture: Architecture, point: Point, rng: np.random.Generator, layer: int | None = None) -> Sampled:
    """A point with random directions: of all parameters, or of the pre-activations of one layer."""
    weights, shifts = [], []
    for number, shape in enumerate(architecture.weight_shapes, start=1):
        moves, shifted = layer is None, (architecture.bias and layer is None) or layer == number
        weights.append(_quadruples(rng, shape, moves))
        shifts.append(_quadruples(rng, shape[:1], shifted))
    return Sampled(architecture, point, Directions(tuple(weights), tuple(shifts)))


def _quadruples(rng: np.random.Generator, shape: tuple[int, ...], moves: bool) -> Integers:
    """v, w, v + w, −v, again and again; zeros where nothing moves."""
    found = np.zeros((4 * QUADS, *shape), dtype=np.int64)
    if moves:
        found[0::4], found[1::4] = rng.integers(-99, 100, size=(2, QUADS, *shape))
        found[2::4], found[3::4] = found[0::4] + found[1::4], -found[0::4]
    return found


def every(context: Context) -> tuple[tuple[Sampled, ...], tuple[Sampled, ...]]:
    """Points with directions of all parameters, and with directions of single layers. Made once a run."""

    def make() -> tuple[tuple[Sampled, ...], tuple[Sampled, ...]]:
        rng = np.random.default_rng(context.seed_for("gates directions"))
        whole, layers = [], []
        for architecture, point in points(context.profile, context.seed_for("gates points")):
            whole.append(sampled(architecture, point, rng))
            layers += [sampled(architecture, point, rng, layer) for layer in range(1, architecture.layers)]
        return tuple(whole), tuple(layers)

    return context.shared("gates-points", make)


Outcome = Callable[[Sampled], bool | None]
PARTS: dict[tuple[str, str], tuple[int, Outcome]] = {
    ("kiselev2024.jacobian", "chain"): (1, lambda one: one.agrees(1)),
    ("kiselev2024.jacobian", "stack"): (0, lambda one: one.agrees(1)),
    ("kiselev2024.jacobian", "g_term"): (0, lambda one: one.agrees_in_form(1)),
    ("hessproof.gates", "closed"): (0, lambda one: one.agrees(0)),
    ("hessproof.gates", "open"): (0, lambda one: one.agrees(1)),
}
"""By part: which of the two lists of :func:`every`, and what must hold where the derivative exists."""


def _work(name: str, key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        which, outcome = PARTS[name, key]
        counter, failing = Counter(claim(name).part(key)), list[Sampled]()
        for one in every(context)[which]:
            exists = one.differentiable
            holds = outcome(one) if exists else None
            counter.count(one.case, holds, satisfied=exists)
            failing += [one] if exists and holds is False and claim(name).part(key).in_domain(one.case) else []
        first = min(failing, key=_size) if failing and name.startswith("kiselev2024") else None
        return Finding(
            Strength.SAMPLE,
            f"{sum(counter.regions[name].tried for name in counter.regions)} points of {', '.join(SMALL)} with entries "
            "−1, 0, 1, with and without bias; where no derivative exists nothing is counted",
            counter.tally,
            counter.regions,
            tuple(_controls(context)),
            None if first is None else _counterexample(first, name, key),
        )

    return work


def _size(one: Sampled) -> tuple[int, int, list[int]]:
    entries = [int(e) for weight in one.point.weights for e in weight.flat]
    return one.architecture.layers, one.architecture.parameters, entries


def _controls(context: Context) -> Iterator[Mutant]:
    """Other chains: gates at zero set to 2 or −1, and gates of one half, at the same points."""
    found = [one for one in every(context)[0] if one.differentiable]
    for gate in (-1, 2):
        caught = not all(one.agrees(gate) for one in found)
        yield Mutant(description=f"gates {gate} at zero", caught=caught, by="one-sided derivatives")
    kinked = [one for one in every(context)[0] if not one.differentiable]
    for gate in (0, 1):
        caught = not all(one.agrees(gate) for one in kinked)
        yield Mutant(description=f"gate {gate} where no derivative exists", caught=caught, by="one-sided derivatives")
    for place in range(2):
        caught = not all(_swapped(one, place) for one in found if one.architecture.layers > 2)
        yield Mutant(description=f"the weights of layer {place + 2} negated", caught=caught, by="one-sided derivatives")


def _swapped(one: Sampled, place: int) -> bool:
    """Whether the chain of a point with one weight matrix negated gives the derivatives of the point itself."""
    weights = [-w if n == place + 1 else w for n, w in enumerate(one.point.weights)]
    other = Point(tuple(weights), one.point.shifts, one.point.inputs)
    return bool(np.array_equal(gated(other, one.directions, 0), one.slopes))


def _counterexample(one: Sampled, name: str, key: str) -> Counterexample:
    """A failing point at which the outputs do not move at all, confirmed by exact difference quotients."""
    weights = [[[int(e) for e in row] for row in weight] for weight in one.point.weights]
    shifts = [[int(e) for e in shift] for shift in one.point.shifts]
    inputs = [int(e) for e in one.point.inputs]
    lines = [
        [[[Fraction(int(e), 100) for e in row] for row in change[place]] for change in one.directions.weights]
        for place in range(4 * QUADS)
    ]
    still = not one.architecture.bias and constant_nearby(weights, shifts, inputs, lines)
    return Counterexample(
        widths=list(one.architecture.widths),
        data_rank=1,
        residual_rank=one.case.residual_rank,
        predicted=_formula(one, key),
        measured="0",
        bias=one.architecture.bias,
        activation="relu",
        loss="cross-entropy",
        weights=[[[str(e) for e in row] for row in weight] for weight in weights],
        inputs=[[str(e) for e in inputs]],
        about={
            "chain": "∂z/∂z^(1)", "stack": "∂z/∂W^(1)", "g_term": "the G-term's entry for W^(1)"
        }[key],
        traits=sorted(one.case.traits),
        order=ORDER,
        confirmed_by=(
            f"exact values of the outputs at {len(lines) * len(STEPS)} parameters around the point, which are all the "
            "same (numeric.rectified.neighbourhood): the derivative is zero"
        )
        if still
        else None,
        reproduce=f"hessproof verify {name} --engine exact",
    )  # fmt: skip


def _formula(one: Sampled, key: str) -> str:
    """What the formula gives for the first weight of the first layer, the others at rest."""
    up = Directions(
        tuple(np.zeros((1, *weight.shape), dtype=np.int64) for weight in one.point.weights),
        tuple(np.zeros((1, *shift.shape), dtype=np.int64) for shift in one.point.shifts),
    )
    up.weights[0][0, 0, 0] = 1
    found = gated(one.point, up, 1)[0]
    if key != "g_term":
        return ", ".join(map(str, found))
    share = Fraction(1, len(found))
    mean = sum((share * int(v) for v in found), Fraction(0))
    return str(sum((share * (int(v) - mean) ** 2 for v in found), Fraction(0)))


def demonstrate() -> None:
    """The directions of one kinked point, its neighbourhood, and the forms."""
    architecture = Architecture((1, 1, 1, 2), False, "relu", "cross-entropy")
    one = sampled(architecture, point_of(architecture, [0, -1, 1, -1]), np.random.default_rng(0))
    if one.differentiable:
        for _, outcome in PARTS.values():
            outcome(one)
    _counterexample(one, "kiselev2024.jacobian", "stack")


CHECKS = tuple(
    FunctionCheck(name, key, "one-sided derivatives", Engine.EXACT, IDEA, _work(name, key), demonstrate, every)
    for name, key in PARTS
)
