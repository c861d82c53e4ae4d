"""Sums of compound Poisson laws and semicircles at rational numbers: roots counted, exactly or in balls."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import flint

from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength, Tally
from hessproof.symbolic.free_probability.sturm import (
    Polynomial,
    double_roots,
    free_sum,
    linear_model,
    plus,
    real_roots,
    relu_model,
    times,
)

ROOTS = (
    "random free sums at rational numbers: roots that are not real counted exactly, those in the lower half in balls"
)
STATIONARY = "random free sums at rational numbers: zeros of the slope left of the spectrum counted by Sturm's theorem"
BISECTION = "the leftmost edge enclosed by counting real roots, at two energies"
COUNT = {Profile.QUICK: 40, Profile.STANDARD: 300, Profile.THOROUGH: 3000}
EDGES = {Profile.QUICK: 4, Profile.STANDARD: 20, Profile.THOROUGH: 120}
"""Pairs of energies for each model."""
CONTROLS = 60
"""Draws on which a wrong variant may be caught; a sum with a negative weight is caught on about every second one."""
TOTALS = (Fraction(1, 2), Fraction(1), Fraction(3, 2))
"""Σ w_i without a semicircle and a negative jump: below 1, at 1 and above it, where a stationary point comes in."""
HALVINGS = 60
"""Bisection steps: the edges of different energies differ by much more than 2^−60 of the first interval."""


@dataclass(frozen=True)
class Drawn:
    """A free sum and a place λ."""

    jumps: tuple[tuple[Fraction, Fraction], ...]
    variance: Fraction
    place: Fraction

    def polynomial(self) -> Polynomial:
        """F(G) = λ."""
        return free_sum(self.jumps, self.variance, self.place)

    @property
    def denominators(self) -> list[Polynomial]:
        """1 − t_i G."""
        return [[Fraction(1), -jump] for _, jump in self.jumps]

    @property
    def reach(self) -> Fraction | None:
        """−g_∞, the nearest negative pole; None if there is none."""
        return max((1 / jump for _, jump in self.jumps if jump < 0), default=None)

    @property
    def turns(self) -> bool:
        """Whether there is a semicircle or a negative jump: F(−g) has a stationary point whatever the rates."""
        return self.variance > 0 or self.reach is not None

    @property
    def total(self) -> Fraction:
        """Σ w_i."""
        return sum((rate for rate, _ in self.jumps), Fraction(0))


def drawn(seed: int, count: int) -> Iterator[Drawn]:
    """Sums of one to three jumps: every other one with a semicircle, of the rest every other with a negative jump.

    What is left has no semicircle and positive jumps only, and its rates add up to ½, 1 or 3/2.

    Example:
        >>> [one.turns for one in drawn(1, 4)]
        [True, True, True, False]
    """
    stream = random.Random(seed)

    def number(low: int = 1) -> Fraction:
        return Fraction(stream.randint(low, 30), stream.randint(1, 12))

    for index in range(count):
        jumps = [(number(), number() * stream.choice((-1, 1))) for _ in range(stream.randint(1, 3))]
        if index % 4 == 1:
            jumps[0] = jumps[0][0], -abs(jumps[0][1])
        elif index % 4 == 3:
            share = stream.choice(TOTALS) / sum(rate for rate, _ in jumps)
            jumps = [(rate * share, abs(jump)) for rate, jump in jumps]
        variance = Fraction(0) if index % 2 else number()
        if len({jump for _, jump in jumps}) == len(jumps):
            yield Drawn(tuple(jumps), variance, number(-30))


def one_root(sum_: Drawn) -> bool | None:
    """At most one pair of roots off the real line at λ, exactly one root below it at λ + 3i/2."""
    found = sum_.polynomial()
    if len(found) - 1 - real_roots(found) - double_roots(found) > 2:
        return False
    height = Fraction(3, 2)
    rest = times([1], *sum_.denominators)
    moved = [flint.acb(_arb(c), 0) for c in found] + [flint.acb(0)] * (len(rest) + 1 - len(found))
    for place, coefficient in enumerate(rest):
        moved[place + 1] -= flint.acb(0, _arb(coefficient * height))
    try:
        signs = [root.imag for root in flint.acb_poly(moved).roots()]
    except ValueError:
        return None
    if not all(sign < 0 or sign > 0 for sign in signs):
        return None
    return sum(bool(sign < 0) for sign in signs) == 1


def _arb(number: Fraction) -> flint.arb:
    return flint.arb(flint.fmpq(number.numerator, number.denominator))


def one_stationary_point(sum_: Drawn) -> bool | None:
    """F' has exactly one zero between the nearest negative pole and 0."""
    numerator = free_sum(sum_.jumps, sum_.variance, Fraction(0))
    denominator = times([0, 1], *sum_.denominators)
    slope = plus(times(_derivative(numerator), denominator), times([-1], numerator, _derivative(denominator)))
    return real_roots(slope, sum_.reach, Fraction(0)) == 1


def _derivative(polynomial: Polynomial) -> Polynomial:
    return [place * c for place, c in enumerate(polynomial)][1:]


def _negated(sum_: Drawn) -> Iterator[tuple[str, Drawn]]:
    """The same with one positive number made negative: no probability law any more."""
    for place, (weight, jump) in enumerate(sum_.jumps):
        jumps = list(sum_.jumps)
        jumps[place] = -weight, jump
        yield f"rate {place + 1} negated", replace(sum_, jumps=tuple(jumps))
    if sum_.variance:
        yield "variance negated", replace(sum_, variance=-sum_.variance)


def _all_of(sums: list[Drawn]) -> tuple[list[Drawn], list[Mutant]]:
    return sums, []


def _turning(sums: list[Drawn]) -> tuple[list[Drawn], list[Mutant]]:
    """Those with a semicircle or a negative jump; of the others, those whose rates add up to at most 1 are controls."""
    few = [sum_ for sum_ in sums if not sum_.turns and sum_.total <= 1]
    none = sum(one_stationary_point(sum_) is False for sum_ in few)
    words = "neither a semicircle nor a negative jump, Σ w_i ≤ 1"
    control = Mutant(
        description=words, caught=0 < none == len(few), by=f"no stationary point on {none} of {len(few)} such draws"
    )
    return [sum_ for sum_ in sums if sum_.turns], [control]


Chosen = Callable[[list[Drawn]], tuple[list[Drawn], list[Mutant]]]


def _counted(decide: Callable[[Drawn], bool | None], name: str, choose: Chosen) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        tally, caught = Tally(), dict[str, int]()
        everything, outside = choose(list(drawn(context.seed_for(name), COUNT[context.profile])))
        for sum_ in everything:
            tally.count(decide(sum_))
        for sum_ in everything[:CONTROLS]:
            for words, wrong in _negated(sum_):
                caught[words] = caught.get(words, 0) + (decide(wrong) is False)
        outside += [
            Mutant(description=words, caught=times_ > 0, by=f"{times_} of the draws" if times_ else "holds on all")
            for words, times_ in sorted(caught.items())
        ]
        return Finding(
            Strength.SAMPLE, f"{len(everything)} random sums with one to three jumps", tally, controls=tuple(outside)
        )

    return work


Model = Callable[[Fraction, Fraction, Fraction, Fraction], Polynomial]


def edge_between(model: Model, relu: bool, tau: Fraction, scale: Fraction, roots: tuple[Fraction, Fraction]) -> bool:
    """Whether some λ has E_−(2q_2²) < λ ≤ E_−(2q_1²), found by bisection; E_− ≥ λ iff two roots lie left of 0."""

    def right_of(root: Fraction, place: Fraction) -> bool:
        reach = -1 / (tau * root) if relu else None
        return real_roots(model(2 * root**2, tau, scale, place), reach, Fraction(0)) >= 1

    low, high = Fraction(-64) * scale * (1 + roots[0]), scale * 4
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if right_of(roots[0], middle):
            if not right_of(roots[1], middle):
                return True
            low = middle
        else:
            high = middle
    return False


def _falls(context: Context) -> Finding:
    stream, tally, controls = random.Random(context.seed_for("edges")), Tally(), list[Mutant]()
    for relu, model in ((False, linear_model), (True, relu_model)):
        for _ in range(EDGES[context.profile]):
            tau, scale = Fraction(stream.randint(1, 60), 20), Fraction(stream.randint(1, 9), 4)
            first = Fraction(stream.randint(1, 40), 20)
            tally.count(edge_between(model, relu, tau, scale, (first, first + Fraction(stream.randint(1, 10), 40))))
        caught = not edge_between(model, relu, Fraction(1, 2), Fraction(1), (Fraction(1, 2), Fraction(1, 4)))
        words = "with ReLU" if relu else "without activation"
        controls.append(Mutant(description=f"energies exchanged, {words}", caught=caught, by="no place in between"))
        same = not edge_between(model, relu, Fraction(1, 2), Fraction(1), (Fraction(1, 2), Fraction(1, 2)))
        controls.append(Mutant(description=f"equal energies, {words}", caught=same, by="no place in between"))
    return Finding(
        Strength.SAMPLE, f"{tally.tried} pairs of energies, τ up to 3, σ up to 9/4", tally, controls=tuple(controls)
    )


def demonstrate_roots() -> None:
    """One sum of each kind."""
    for sum_ in drawn(1, 4):
        one_root(sum_)
        one_stationary_point(sum_)


def demonstrate_edges() -> None:
    """One pair of energies for each model."""
    pair = Fraction(1, 2), Fraction(1)
    edge_between(linear_model, False, Fraction(1, 2), Fraction(1), pair)
    edge_between(relu_model, True, Fraction(1, 2), Fraction(1), pair)


CHECKS = (
    FunctionCheck(
        "hessproof.free_sum_roots", "unique", "root counts", Engine.BALL, ROOTS,
        _counted(one_root, "roots", _all_of), demonstrate_roots,
    ),
    FunctionCheck(
        "hessproof.leftmost_edge", "one_maximum", "root counts", Engine.EXACT, STATIONARY,
        _counted(one_stationary_point, "stationary", _turning), demonstrate_roots,
    ),
    FunctionCheck(
        "hessproof.leftmost_edge", "falls", "bisection", Engine.EXACT, BISECTION, _falls, demonstrate_edges
    ),
)  # fmt: skip
