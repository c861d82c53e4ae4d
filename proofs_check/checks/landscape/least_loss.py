"""How small a loss can be when no weight exceeds M: derived for all sizes, enclosed in balls on rational networks."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import flint

from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.derivations import IDEA as DERIVED
from hessproof.proofs_check.checks.derivations import examine
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.norms.least_loss import least_odds

CLAIM, PART = "hessproof.small_base", "loss"
BALLS = "losses of rational networks with bounded weights, enclosed in balls"
COUNTS = {Profile.QUICK: 60, Profile.STANDARD: 600, Profile.THOROUGH: 6000}
UNIT = 8
"""Weights and inputs are integers over this number."""
Bound = Callable[[Any, int, Sequence[int], Any], Any]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A network with rational weights, integers over ``UNIT``, and one object.

    Args:
        widths: M_0, …, M_L.
        weights: The integers.
        inputs: The integers of x.
        right: y, from 0.
        largest: The integer of M.
        extreme: Whether it is made to attain the bound.
    """

    widths: tuple[int, ...]
    weights: tuple[tuple[tuple[int, ...], ...], ...]
    inputs: tuple[int, ...]
    right: int
    largest: int
    extreme: bool

    @property
    def case(self) -> Case:
        """One object."""
        return Case(Architecture(self.widths, activation="relu", loss="cross-entropy"), 1, 1)

    def margins(self) -> list[Any]:
        """z_y − z_c for the wrong classes, exactly."""
        state = [flint.fmpq(entry, UNIT) for entry in self.inputs]
        for number, matrix in enumerate(self.weights, start=1):
            raw = [
                sum((flint.fmpq(w, UNIT) * value for w, value in zip(row, state, strict=True)), flint.fmpq(0))
                for row in matrix
            ]
            state = raw if number == len(self.weights) else [value if value > 0 else flint.fmpq(0) for value in raw]
        return [state[self.right] - value for c, value in enumerate(state) if c != self.right]

    def loss(self) -> Any:
        """ℓ = log(1 + Σ e^{-margin}) as a ball."""
        return (1 + sum((flint.arb(-margin).exp() for margin in self.margins()), flint.arb(0))).log()

    def exponent(self, bound: Bound) -> Any:
        """What the margins are bounded by, exactly."""
        sums = flint.fmpq(sum(map(abs, self.inputs)), UNIT)
        return bound(flint.fmpq(self.largest, UNIT), len(self.weights), self.widths, sums)

    def least(self, bound: Bound) -> Any:
        """The bound for this network as a ball."""
        return (1 + (self.widths[-1] - 1) * flint.arb(-self.exponent(bound)).exp()).log()


def exponent(largest: Any, layers: int, widths: Sequence[int], sums: Any) -> Any:
    """2 M^L M_1 ⋯ M_{L-1} ‖x‖_1."""
    return 2 * largest**layers * prod(widths[1:-1]) * sums


MUTANTS: dict[str, Bound] = {
    "M^L M_1 ⋯ without the 2": lambda m, n, w, x: exponent(m, n, w, x) / 2,
    "M^{L+1}": lambda m, n, w, x: exponent(m, n, w, x) * m,
    "M^{L−1}": lambda m, n, w, x: exponent(m, n, w, x) / m,
    "without the first hidden width": lambda m, n, w, x: exponent(m, n, w, x) / w[1] if n > 1 else exponent(m, n, w, x),
    "without the last hidden width": lambda m, n, w, x: exponent(m, n, w, x) / w[-2] if n > 1 else exponent(m, n, w, x),
    "roots of the hidden widths": lambda m, n, w, x: exponent(m, n, w, x) / max(w[1:-1], default=1),
}  # fmt: skip
"""Wrong exponents; those that are smaller somewhere must be refuted."""


def networks(count: int, seed: int) -> Iterator[Drawn]:
    """Networks of one to four layers with weights below, at and above M = 1; every second one attains the bound."""
    stream = random.Random(seed)
    for number in range(count):
        depth = stream.randint(1, 4)
        widths = (*(stream.randint(1, 3) for _ in range(depth)), stream.randint(2, 5))
        largest = stream.choice((1, 3, UNIT, UNIT + 3))
        inputs = tuple(stream.choice((-9, -4, -1, 0, 2, 5, 8)) for _ in range(widths[0]))
        right = stream.randrange(widths[-1])
        extreme = number % 2 == 0
        draw = _extreme if extreme else _random
        weights = tuple(draw(widths, place, largest, inputs, right, stream) for place in range(depth))
        yield Drawn(widths, weights, inputs, right, largest, extreme)


def _random(
    widths: Sequence[int], place: int, largest: int, inputs: Sequence[int], right: int, stream: random.Random
) -> tuple[tuple[int, ...], ...]:
    return tuple(
        tuple(stream.randint(-largest, largest) for _ in range(widths[place])) for _ in range(widths[place + 1])
    )


def _extreme(
    widths: Sequence[int], place: int, largest: int, inputs: Sequence[int], right: int, stream: random.Random
) -> tuple[tuple[int, ...], ...]:
    """All entries M; signs of the input in the first layer, −M for the wrong classes in the last."""
    signs = [1 if entry >= 0 else -1 for entry in inputs] if place == 0 else [1] * widths[place]
    last = place == len(widths) - 2
    return tuple(
        tuple(largest * sign * (-1 if last and row != right else 1) for sign in signs)
        for row in range(widths[place + 1])
    )


def outcome(one: Drawn, bound: Bound = exponent) -> tuple[bool | None, bool]:
    """Whether the loss is at least the bound (None if the balls do not tell), and whether the two are equal.

    If no margin exceeds the exponent it is, and if all are equal to it, so are loss and bound: both over the rationals.
    """
    margins, largest = one.margins(), one.exponent(bound)
    if all(margin <= largest for margin in margins):
        return True, all(margin == largest for margin in margins)
    found, least = one.loss(), one.least(bound)
    return (True if found > least else False if found < least else None), False


def _by_balls(context: Context) -> Finding:
    counter = Counter(claim(CLAIM).part(PART))
    attained = 0
    with flint.ctx.workprec(200):
        drawn = list(networks(COUNTS[context.profile], context.seed_for("least loss")))
        for one in drawn:
            holds, equal = outcome(one)
            attained += equal
            counter.count(one.case, holds)
        controls = []
        for words, wrong in MUTANTS.items():
            missed = sum(outcome(one, wrong)[0] is False for one in drawn)
            controls.append(
                Mutant(description=words, caught=missed > 0, by=f"{missed} of {len(drawn)} losses lie below")
            )
    return Finding(
        Strength.SAMPLE, f"{len(drawn)} networks of up to four layers", counter.tally, counter.regions,
        tuple(controls), details={"attained exactly": attained},
    )  # fmt: skip


def derived() -> tuple[Derivation, ...]:
    """The least odds."""
    return (least_odds(),)


def _derivation(context: Context) -> Finding:
    return examine(derived(), context)


def demonstrate_derivation() -> None:
    """The derivation, checked."""
    least_odds().check(0, count=1)


def demonstrate_balls() -> None:
    """Four tiny networks."""
    for one in networks(4, 0):
        outcome(one)


CHECKS = (
    FunctionCheck(
        CLAIM, PART, "derivation", Engine.SYMBOLIC, DERIVED, _derivation, demonstrate_derivation, derivations=derived
    ),
    FunctionCheck(CLAIM, PART, "balls", Engine.BALL, BALLS, _by_balls, demonstrate_balls),
)
