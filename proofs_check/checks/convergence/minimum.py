"""Common minima under cross-entropy, object by object: gradients of the last layer in balls, dead networks exactly."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

import flint

from hessproof.numeric.landscape.ball_losses import (
    Matrix,
    Vector,
    ball,
    forward,
    frobenius,
    label_loss,
    last_gradient,
    one_hot,
    precision,
    probabilities,
)
from hessproof.numeric.landscape.ball_networks import Point, drawn
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.catalogue.regions_convergence import HALF_SPACE
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Counterexample, Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.convergence.minimum import never_fitted

OBJECTS = "the gradient of single objects in the last layer, enclosed by balls for rational networks"
COUNT = {Profile.QUICK: 20, Profile.STANDARD: 100, Profile.THOROUGH: 1000}
SMALL = flint.arb(10) ** -40


def case_of(widths: tuple[int, ...], *traits: str, bias: bool = False) -> Case:
    """A ReLU network with cross-entropy."""
    return Case(Architecture(widths, bias, "relu", "cross-entropy"), 1, 1, traits=frozenset(traits))


def only_dead(point: Point, x: tuple[Fraction, ...], target: list[Any]) -> bool:
    """Whether the gradient excludes zero, or the object has no features and the loss log K."""
    features, logits = forward(point.weights, x)
    if any(features):
        return bool(frobenius(last_gradient(point.weights, x, target)) > 0)
    level = label_loss(logits, 0)
    return not any(logits) and bool(abs(level - ball(len(logits)).log()) < SMALL)


def only_fitted(point: Point, x: tuple[Fraction, ...], target: list[Any]) -> bool:
    """Whether the gradient of an object with features is zero, to 40 digits, for y = p, and excludes zero for y."""
    fitted = probabilities(forward(point.weights, x)[1])
    zero = all(bool(abs(entry) < SMALL) for row in last_gradient(point.weights, x, fitted) for entry in row)
    return zero and bool(frobenius(last_gradient(point.weights, x, target)) > 0)


def _objects(key: str, judge: Callable[[Point, tuple[Fraction, ...], list[Any]], bool]) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter, controls = Counter(claim("hessproof.common_minimum").part(key)), list[Mutant]()
        with precision():
            for number in range(COUNT[context.profile]):
                point = drawn(context.seed_for("objects"), number)
                for x, label in zip(point.sample.inputs, point.sample.labels, strict=True):
                    live = any(forward(point.weights, x)[0])
                    if key == "soft" and not live:
                        continue
                    target = one_hot(label, point.widths[-1])
                    counter.count(case_of(point.widths), judge(point, x, target))
                    if live and len(controls) < 40:
                        fitted = probabilities(forward(point.weights, x)[1])
                        controls.append(
                            Mutant(description=f"label y = p at widths {point.widths}",
                                   caught=not judge(point, x, fitted), by="the gradient is zero")
                        )  # fmt: skip
        return Finding(
            Strength.SAMPLE, f"the objects of {COUNT[context.profile]} ReLU networks, L ≤ 4, K ≤ 4", counter.tally,
            counter.regions, tuple(controls),
        )  # fmt: skip

    return work


def dead_weights(stream: random.Random, widths: tuple[int, ...], layer: int) -> list[Matrix]:
    """Drawn weights, all entries of the layer of that number (from 1) negative."""
    weights = []
    for place, (columns, rows) in enumerate(pairwise(widths), start=1):
        low, high = (-8, -2) if place == layer else (-8, 8)
        weights.append([[Fraction(stream.randint(low, high), 4) for _ in range(columns)] for _ in range(rows)])
    return weights


def is_flat(stream: random.Random, weights: list[Matrix], inputs: list[Vector]) -> bool:
    """Whether all logits are zero there and at drawn points nearby, no entry moved by more than ¼."""
    for _ in range(5):
        if any(any(forward(weights, x)[1]) for x in inputs):
            return False
        weights = [[[w + Fraction(stream.randint(-1, 1), 20) for w in row] for row in matrix] for matrix in weights]
    return True


def drawn_inputs(stream: random.Random, size: int, *, positive: bool = False) -> list[Vector]:
    """Six inputs; all entries positive if asked for."""
    return [[Fraction(stream.randint(1 if positive else -4, 4)) for _ in range(size)] for _ in range(6)]


def _deep(context: Context) -> Finding:
    stream, counter = random.Random(context.seed_for("deep")), Counter(claim("hessproof.common_minimum").part("deep"))
    controls = []
    for _ in range(COUNT[context.profile]):
        widths = tuple(stream.randint(1, 3) for _ in range(stream.randint(4, 6)))
        inputs = drawn_inputs(stream, widths[0])
        counter.count(case_of(widths), is_flat(stream, dead_weights(stream, widths, 2), inputs))
        for layer in (1, len(widths) - 1):
            live = dead_weights(stream, widths, layer)
            text = f"W^{layer} < 0 in place of W^2 at widths {widths}"
            controls.append(Mutant(description=text, caught=not is_flat(stream, live, inputs), by="logits move"))
    return Finding(
        Strength.SAMPLE, f"{COUNT[context.profile]} dead networks with 3 to 5 layers on drawn data", counter.tally,
        counter.regions, tuple(controls),
    )  # fmt: skip


def _exists(context: Context) -> Finding:
    """Assumption 1 as a statement about every data sequence: counted by depth, refuted by one object."""
    part, stream = claim("kiselev2024.assumption1").part("main"), random.Random(context.seed_for("exists"))
    counter = Counter(part)
    for case, holds in _sequences(stream):
        counter.count(case, holds)
    derived = never_fitted().check(0).ok
    falls = all(always_falls(Fraction(n, 4)) for n in range(-40, 41))
    example = Counterexample(
        widths=[1, 2], data_rank=1, residual_rank=1, activation="relu", loss="cross-entropy",
        predicted="a θ* with ∂ℓ/∂W = 0", measured="∂ℓ/∂W = (p − y)x⊤ = (−p_2, p_2)⊤ ≠ 0 at every W, since p_2 > 0",
        about="what is said to exist, and the gradient", inputs=[["1"]], targets=[["1", "0"]],
        order="number of parameters, then of objects",
        confirmed_by="the loss itself: it falls from every W to W + (1, −1)⊤, as log(1 + ue^{-2}) < log(1 + u) for all "
        "u = e^{z_2 − z_1} > 0" if falls else None,
        reproduce="hessproof verify kiselev2024.assumption1 --engine symbolic",
    )  # fmt: skip
    stated = Mutant(description="the statement itself, at one object with x = 1", caught=derived, by="the derivation")
    return Finding(
        Strength.SAMPLE, f"{counter.tally.tried} data sequences for networks with L ≤ 4, widths ≤ 2, K = 2",
        counter.tally, counter.regions, (stated,), example if derived else None,
    )  # fmt: skip


def _sequences(stream: random.Random) -> Iterator[tuple[Case, bool]]:
    """Architectures, and whether some point is a common minimum for all k: what the proofs say, flatness tried."""
    for layers in range(1, 5):
        for code in range(2**layers):
            widths = (*(1 + (code >> place) % 2 for place in range(layers)), 2)
            yield case_of(widths, bias=True), False
            if layers == 1:
                yield case_of(widths), False
            elif layers == 2:
                inputs = drawn_inputs(stream, widths[0], positive=True)
                yield case_of(widths, HALF_SPACE), is_flat(stream, dead_weights(stream, widths, 1), inputs)
            else:
                yield case_of(widths), is_flat(stream, dead_weights(stream, widths, 2), drawn_inputs(stream, widths[0]))
        if layers == 2:
            yield case_of((1, 1, 2)), opposite_sides_have_minimum()


def opposite_sides_have_minimum() -> bool:
    """1-1-2 on x = 1 of class 0 and x = −1 of class 1: W^1 = 0 is forced; whether no step from there lowers 𝓛_2.

    Example:
        >>> opposite_sides_have_minimum()
        False
    """
    tiny = Fraction(1, 1000)
    for lead in (Fraction(-1), Fraction(0), Fraction(1)):
        lower = False
        for first in (tiny, -tiny):
            for second in (-tiny, Fraction(0), tiny):
                moved = [[[first]], [[lead + second], [-second]]]
                values = [
                    label_loss(forward(moved, [x])[1], label) for x, label in ((Fraction(1), 0), (Fraction(-1), 1))
                ]
                lower = lower or bool(values[0] + values[1] < 2 * flint.arb(2).log())
        if not lower:
            return True
    return False


def always_falls(lead: Fraction) -> bool:
    """Whether the loss of x = 1, class 0, at z = (lead, 0) is above that at (lead + 1, −1).

    Example:
        >>> always_falls(Fraction(3))
        True
    """
    here, there = label_loss([lead, Fraction(0)], 0), label_loss([lead + 1, Fraction(-1)], 0)
    return bool(there < here)


def demonstrate_objects() -> None:
    """The objects of one network."""
    with precision():
        point = drawn(0, 1)
        for x, label in zip(point.sample.inputs, point.sample.labels, strict=True):
            only_dead(point, x, one_hot(label, point.widths[-1]))
            only_fitted(point, x, one_hot(label, point.widths[-1]))


def demonstrate_flat() -> None:
    """One dead network."""
    stream = random.Random(0)
    is_flat(stream, dead_weights(stream, (1, 1, 1, 2), 2), drawn_inputs(stream, 1))


def demonstrate_exists() -> None:
    """One derivation."""
    never_fitted().check(0)


_ID = "hessproof.common_minimum"
CHECKS = (
    FunctionCheck(
        "kiselev2024.assumption1", "main", "one object", Engine.SYMBOLIC,
        "one object with one-hot label: its gradient in the last layer is nowhere zero", _exists, demonstrate_exists,
        derivations=lambda: (never_fitted(),),
    ),
    *(
        FunctionCheck(_ID, key, "objects in balls", Engine.BALL, OBJECTS, _objects(key, judge), demonstrate_objects)
        for key, judge in (("dead", only_dead), ("soft", only_fitted))
    ),
    FunctionCheck(
        _ID, "deep", "dead networks", Engine.EXACT, "exact logits of networks with W^2 < 0, and of points nearby",
        _deep, demonstrate_flat,
    ),
)  # fmt: skip
