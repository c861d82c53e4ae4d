"""The second-order expansion of 𝓛_k along rays from critical points of ReLU networks with live features."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

from hessproof.numeric.landscape.ball_losses import one_hot, precision
from hessproof.numeric.landscape.ball_networks import drawn
from hessproof.numeric.landscape.rays import fitted_ray, shares, vanishing
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.convergence.minimum import case_of
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength

IDEA = "the remainder of the expansion along rays from fitted ReLU networks, in balls, over shrinking steps"
COUNT = {Profile.QUICK: 6, Profile.STANDARD: 60, Profile.THOROUGH: 500}
BITS = 300
EXPONENTS = (12, 16, 20, 24, 28)
FACTORS = (Fraction(0), Fraction(1, 4), Fraction(-1, 2), Fraction(1))
"""In place of ½."""


def work(context: Context) -> Finding:
    """Judge rays from drawn networks; wrong factors and targets that are not fitted must be noticed."""
    counter, controls = Counter(claim("kiselev2024.taylor").part("expansion")), list[Mutant]()
    stream, seed = random.Random(context.seed_for("rays")), context.seed_for("rays")
    with precision(BITS):
        for number in range(COUNT[context.profile]):
            point = drawn(seed, 3 * number + 1)
            ray = fitted_ray(point, stream)
            if ray is None:
                continue
            counter.count(case_of(point.widths), vanishing(shares(ray, Fraction(1, 2), EXPONENTS)))
            if not ray.form() > 0 or len(controls) > 60:
                continue
            for factor in FACTORS:
                wrong = not vanishing(shares(ray, factor, EXPONENTS))
                controls.append(Mutant(description=f"{factor} for ½", caught=wrong, by="the remainder stays"))
            labels = tuple(one_hot(label, point.widths[-1]) for label in point.sample.labels[: len(ray.inputs)])
            wrong = not vanishing(shares(replace(ray, targets=labels), Fraction(1, 2), EXPONENTS))
            controls.append(Mutant(description="a point that is not critical", caught=wrong, by="a linear term"))
    return Finding(
        Strength.SAMPLE, f"{counter.tally.tried} ReLU networks off their kinks, steps 2^-12 to 2^-28", counter.tally,
        counter.regions, tuple(controls),
    )  # fmt: skip


def demonstrate() -> None:
    """One ray."""
    with precision(BITS):
        for number in (1, 4, 7):
            ray = fitted_ray(drawn(0, number), random.Random(0))
            if ray is not None:
                vanishing(shares(ray, Fraction(1, 2), EXPONENTS))


CHECKS = (FunctionCheck("kiselev2024.taylor", "expansion", "rays in balls", Engine.BALL, IDEA, work, demonstrate),)
