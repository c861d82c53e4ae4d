"""The loss at critical points of the last layer, found to fifty digits by Newton's method."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import mpmath

from hessproof.numeric.landscape.logistic import DIGITS, Counts, Fit, fitted
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture

IDEA = "critical points of the last layer to fifty digits, by Newton's method on drawn features"
COUNT = {Profile.QUICK: 4, Profile.STANDARD: 12, Profile.THOROUGH: 100}
SMALL = mpmath.mpf(10) ** (20 - DIGITS)

Judge = Callable[[Fit, int], bool]


def problems(seed: int, count: int) -> Iterator[tuple[Counts, Counts]]:
    """Features, and how many objects of each class have them: every class at least once, the first more often."""
    stream = random.Random(seed)
    for number in range(count):
        classes, width = 2 + number % 2, 1 + number % 2
        vectors = tuple(tuple(stream.randint(1, 3) for _ in range(width)) for _ in range(stream.randint(1, 2)))
        features = tuple(dict.fromkeys(vectors))
        often = stream.choice((1, 3, 20, 1000))
        yield features, tuple((often, *(stream.randint(1, 2) for _ in range(classes - 1))) for _ in features)


def is_entropy(fit: Fit, classes: int) -> bool:
    """Whether the average loss is the average entropy, and at most log K."""
    return bool(abs(fit.loss - fit.entropy) < SMALL and fit.loss <= mpmath.log(classes) + SMALL)


def close_to_dead(fit: Fit, classes: int) -> bool:
    """Whether the loss of an object without features, log K, differs from the average by at most log K."""
    return bool(abs(mpmath.log(classes) - fit.loss) <= mpmath.log(classes))


PARTS: tuple[tuple[str, str, Judge], ...] = (
    ("hessproof.loss_range", "critical", is_entropy),
    ("kiselev2024.bounded_loss", "at_minimum", close_to_dead),
)


def _work(name: str, key: str, judge: Judge) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter, controls, widest = Counter(claim(name).part(key)), list[Mutant](), mpmath.mpf(0)
        with mpmath.workdps(DIGITS):
            for features, counts in problems(context.seed_for("critical"), COUNT[context.profile]):
                fit, classes = fitted(features, counts), len(counts[0])
                case = Case(Architecture((len(features[0]), classes), activation="relu", loss="cross-entropy"), 1, 1)
                counter.count(case, judge(fit, classes), satisfied=bool(fit.gradient < SMALL))
                widest = max(widest, abs(mpmath.log(classes) - fit.loss) / mpmath.log(classes))
                controls += _controls(judge, features, counts, fit)
        return Finding(
            Strength.SAMPLE, f"{counter.tally.tried} softmax regressions on drawn features, K = 2 and 3",
            counter.tally, counter.regions, tuple(controls),
            details={"largest |log K − 𝓛_k| / log K": mpmath.nstr(widest, 6)},
        )  # fmt: skip

    return work


def _controls(judge: Judge, features: Counts, counts: Counts, fit: Fit) -> Iterator[Mutant]:
    """The same statement where the point is not critical, and with smaller constants."""
    classes = len(counts[0])
    if judge is is_entropy:
        for factor in (2, 3, 10):
            other = Fit(factor * fit.loss, fit.entropy, fit.gradient)
            yield Mutant(description=f"losses times {factor}", caught=not judge(other, classes), by="not the entropy")
        first = fitted(features, counts, steps=1)
        yield Mutant(description="one step only, not critical", caught=not judge(first, classes), by="not the entropy")
    else:
        gap, log = abs(mpmath.log(classes) - fit.loss), mpmath.log(classes)
        for share in (mpmath.mpf(1) / 10, mpmath.mpf(1) / 2, mpmath.mpf(9) / 10):
            text = f"{mpmath.nstr(share, 3)} log K in place of log K"
            yield Mutant(description=text, caught=bool(gap > share * log), by="a critical point with small losses")


def demonstrate() -> None:
    """Three objects with the same feature."""
    fit = fitted(((1,),), ((2, 1),))
    is_entropy(fit, 2)
    close_to_dead(fit, 2)


CHECKS = tuple(
    FunctionCheck(name, key, "Newton", Engine.MULTIPRECISION, IDEA, _work(name, key, judge), demonstrate)
    for name, key, judge in PARTS
)
