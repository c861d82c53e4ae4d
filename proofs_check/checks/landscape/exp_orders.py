"""The curve of the experiments for any numbers: derivations for all sizes, and all orders of small rational samples.

``hessproof.order_average`` holds whatever the losses are, on pixels and on features alike, so that its bounds are also
what is known of ``kiselev2024.exp_features`` without an encoder.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

from hessproof.numeric.landscape.differences import exact_changes, exact_spreads
from hessproof.numeric.landscape.moving_sum import quotient
from hessproof.numeric.landscape.smoothing import exact_average, quotients
from hessproof.proofs_check.checks.derivations import IDEA as DERIVED
from hessproof.proofs_check.checks.derivations import examine
from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength, Tally
from hessproof.symbolic.convergence import moving_average, permutations
from hessproof.symbolic.derivation import Derivation

CLAIM, FEATURES = "hessproof.order_average", "kiselev2024.exp_features"
LISTED = "all orders of small samples of rational numbers, run through one by one"
RECURSION = "the moving average run forwards in ball arithmetic"
SUMMED = "the moving average as a sum of powers, for single k, in ball arithmetic"
SIZES = {Profile.QUICK: (4, 3), Profile.STANDARD: (5, 4), Profile.THOROUGH: (6, 4)}
"""Largest N, and how many values 0, 1, 3, 7, … the numbers may take."""
VALUES = (0, 1, 3, 7)
ATTAINED = {Profile.QUICK: 6, Profile.STANDARD: 9, Profile.THOROUGH: 12}
"""Largest N of the instances that attain the bounds."""
FACTOR = (99, 100)
"""The smoothing factor of the source."""
DOUBLED, HIGHEST, CLOSE = (4, 607), 104, 1241
"""Where the smoothed curve is more than twice too high, where most, and from where on it is within a tenth."""
LAST = 10_000
FACTORS = (Fraction(1, 2), Fraction(9, 10), Fraction(99, 100))
"""Smoothing factors that are tried."""

Numbers = tuple[Fraction, ...]
Made = Callable[[], tuple[Derivation, ...]]

PROOFS: dict[tuple[str, str], Made] = {
    (CLAIM, "identity"): lambda: (permutations.identity(),),
    (CLAIM, "falling"): lambda: (permutations.falling(),),
    (CLAIM, "bounds"): lambda: (permutations.lower(), permutations.upper(), permutations.first()),
    (CLAIM, "losses"): lambda: (permutations.loss_bound(),),
    (CLAIM, "memory"): lambda: (moving_average.memory(),),
    (FEATURES, "decay"): lambda: (permutations.lower(), permutations.upper()),
}


def samples(profile: Profile) -> Iterator[Numbers]:
    """All samples up to the largest N with the given values, in order, each multiset once."""
    largest, values = SIZES[profile]
    for size in range(2, largest + 1):
        for chosen in itertools.combinations_with_replacement(VALUES[:values], size):
            yield tuple(Fraction(one) for one in chosen)


def deviation(numbers: Numbers) -> Fraction:
    """Σ |ℓ_i − mean| / (N − 1)."""
    mean = sum(numbers, Fraction(0)) / len(numbers)
    return sum((abs(one - mean) for one in numbers), Fraction(0)) / (len(numbers) - 1)


Holds = Callable[[Numbers, Fraction], bool]
"""Whether a statement holds for a sample, with a number in it replaced: 1 is the statement, others are mutants."""


def _identity(numbers: Numbers, shift: Fraction) -> bool:
    changes, spreads = exact_changes(numbers), exact_spreads(numbers)
    return all(change * (k + shift) == each for k, (change, each) in enumerate(zip(changes, spreads, strict=True), 1))


def _falling(numbers: Numbers, shift: Fraction) -> bool:
    found = exact_spreads(numbers)
    return all(two <= one * shift for one, two in itertools.pairwise(found))


def _bounds(numbers: Numbers, shift: Fraction) -> bool:
    low, size = deviation(numbers), len(numbers)
    high = 2 * (1 - Fraction(1, size)) * low
    found = [change * (k + 1) for k, change in enumerate(exact_changes(numbers), 1)]
    return all(low / shift <= each <= high * shift for each in found)


def _losses(numbers: Numbers, shift: Fraction) -> bool:
    bound = 2 * sum(numbers, Fraction(0)) / len(numbers) * shift
    return all(change * (k + 1) <= bound for k, change in enumerate(exact_changes(numbers), 1))


def _memory(numbers: Numbers, shift: Fraction) -> bool:
    """For all orders of the numbers; f^{k-1} is multiplied by 1/``shift`` from k = 2 on."""
    for factor in FACTORS:
        for order in set(itertools.permutations(numbers)):
            found = exact_average(order, factor)
            if any(each < factor**k * order[0] / shift for k, each in enumerate(found) if k):
                return False
    return all(Fraction(99, 100) ** (k - 1) * k > 1 for k in range(2, 645)) and Fraction(99, 100) ** 644 * 645 < 1


STATEMENTS: dict[tuple[str, str], tuple[Holds, tuple[Fraction, ...]]] = {
    (CLAIM, "identity"): (_identity, tuple(map(Fraction, ("0", "2", "-1", "1/2")))),
    (CLAIM, "falling"): (_falling, tuple(map(Fraction, ("9/10", "99/100")))),
    (CLAIM, "bounds"): (_bounds, tuple(map(Fraction, ("9/10", "99/100")))),
    (CLAIM, "losses"): (_losses, tuple(map(Fraction, ("1/2", "9/10", "99/100")))),
    (CLAIM, "memory"): (_memory, tuple(map(Fraction, ("1/2", "9/10", "99/100")))),
    (FEATURES, "decay"): (_bounds, tuple(map(Fraction, ("9/10", "99/100")))),
}
"""Each statement, and the wrong numbers that are put in it as controls."""


def listed(key: tuple[str, str]) -> Callable[[Context], Finding]:
    """Try a statement, and its mutants, on all small samples."""

    def work(context: Context) -> Finding:
        holds, wrong = STATEMENTS[key]
        tally, rest = Tally(), list(wrong)
        controls: list[Mutant] = []
        for numbers in samples(context.profile):
            tally.count(holds(numbers, Fraction(1)))
            for shift in [each for each in rest if not holds(numbers, each)]:
                rest.remove(shift)
                shown = ", ".join(map(str, numbers))
                controls.append(Mutant(description=f"{shift} for 1 in the statement", caught=True, by=f"ℓ = ({shown})"))
        controls += [
            Mutant(description=f"{each} for 1", caught=False, by="no sample tells them apart") for each in rest
        ]
        largest, values = SIZES[context.profile]
        scope = f"all samples of 2 to {largest} numbers among {', '.join(map(str, VALUES[:values]))}, all orders"
        return Finding(Strength.CERTIFICATE, scope, tally, {}, tuple(controls))

    return work


def extreme(size: int) -> tuple[Numbers, Numbers]:
    """(1, −1, 0, …, 0), for which D_1 is largest, and (1, 0, …, 0), for which 2𝓛_N is attained."""
    zeros = (Fraction(0),) * (size - 2)
    return (Fraction(1), Fraction(-1), *zeros), (Fraction(1), Fraction(0), *zeros)


def _attained_listed(context: Context) -> Finding:
    tally, controls, largest = Tally(), list[Mutant](), ATTAINED[context.profile]
    for size in range(2, largest + 1):
        wide, single = extreme(size)
        upper = 2 * (1 - Fraction(1, size)) * deviation(wide)
        tally.count(exact_spreads(wide)[0] == upper)
        level = exact_spreads(single)
        tally.count(all(each == 2 * Fraction(1, size) == deviation(single) for each in level))
        if size > 2:
            other = exact_spreads((Fraction(2), *wide[1:]))
            missed = other[0] != 2 * (1 - Fraction(1, size)) * deviation((Fraction(2), *wide[1:]))
            controls.append(Mutant(description=f"(2, −1, 0, …), N = {size}", caught=missed, by="the bound is not met"))
    scope = f"the instances with N ≤ {largest}"
    return Finding(Strength.CERTIFICATE, scope, tally, {}, tuple(controls))


def _attained_derived(context: Context) -> Finding:
    """The same from the formulas of D_1 and D_{N-1}; between two equal ends a falling D is constant."""
    tally, controls, largest = Tally(), list[Mutant](), ATTAINED[context.profile]
    for size in range(2, largest + 1):
        wide, single = extreme(size)
        first, last = permutations.ends(wide)
        tally.count(first == 2 * (1 - Fraction(1, size)) * last)
        first, last = permutations.ends(single)
        tally.count(first == last == Fraction(2, size))
        if size > 2:
            first, last = permutations.ends((Fraction(2), *wide[1:]))
            missed = first != 2 * (1 - Fraction(1, size)) * last
            controls.append(Mutant(description=f"(2, −1, 0, …), N = {size}", caught=missed, by="the bound is not met"))
    return Finding(Strength.CERTIFICATE, f"the instances with N ≤ {largest}", tally, {}, tuple(controls))


def _smoothing(values: Iterable[tuple[int, object]], strength: Strength, scope: str) -> Finding:
    """Judge enclosures of the quotient: twice too high exactly between `DOUBLED`, within a tenth from `CLOSE` on."""
    tally, seen = Tally(), dict[int, object]()
    found = list[tuple[int, bool | None, bool | None]]()
    for k, ball in values:
        found.append((k, _above(ball, 2), _above(ball, Fraction(11, 10))))
        if k in (10, 100, HIGHEST, 500, 1000, 1797, LAST):
            seen[k] = round(float(ball), 4)  # type: ignore[arg-type]
    for each in found:
        for outcome in said(each, DOUBLED, CLOSE):
            tally.count(outcome)
    return Finding(strength, scope, tally, {}, tuple(_other_ranges(found)), details={"s_k / v_k": seen})


def said(
    found: tuple[int, bool | None, bool | None], doubled: tuple[int, int], close: int
) -> Iterator[bool | None]:  # fmt: skip
    """Whether ranges of k are right about one k: where the curve is twice too high, and from where on it is close.

    Args:
        found: k, and whether the curve is there above twice the value and above eleven tenths of it.
        doubled: First and last k where it is said to be more than twice too high.
        close: From where on it is said to be within a tenth, and not before.
    """
    k, twice, apart = found
    yield twice if doubled[0] <= k <= doubled[1] else _not(twice)
    if k >= close - 1:
        yield apart if k < close else _not(apart)


def _other_ranges(found: list[tuple[int, bool | None, bool | None]]) -> Iterator[Mutant]:
    """The statement with each end of a range moved by one, either way."""
    (first, last), close = DOUBLED, CLOSE
    for doubled, start in (
        ((first - 1, last), close), ((first + 1, last), close), ((first, last - 1), close), ((first, last + 1), close),
        (DOUBLED, close - 1), (DOUBLED, close + 1),
    ):  # fmt: skip
        wrong = sorted({each[0] for each in found for outcome in said(each, doubled, start) if outcome is False})
        yield Mutant(
            description=f"twice too high for {doubled[0]} ≤ k ≤ {doubled[1]}, within a tenth from k = {start} on",
            caught=bool(wrong), by=f"k = {wrong[0]}" if wrong else "no enclosure tells",
        )  # fmt: skip


def _above(ball: object, bound: int | Fraction) -> bool | None:
    """Whether an enclosure lies above a number; None if it holds the number."""
    scaled = ball * Fraction(bound).denominator  # type: ignore[operator]
    limit = Fraction(bound).numerator
    return True if scaled > limit else False if scaled < limit else None


def _not(outcome: bool | None) -> bool | None:
    return None if outcome is None else not outcome


def _recursion(context: Context) -> Finding:
    last = LAST if context.profile != Profile.QUICK else 2000
    return _smoothing(enumerate(quotients(*FACTOR, last), 1), Strength.CERTIFICATE, f"every k up to {last:,}")


def _summed(context: Context) -> Finding:
    step = {Profile.QUICK: 97, Profile.STANDARD: 23, Profile.THOROUGH: 5}[context.profile]
    edges = (2, 3, 4, 5, HIGHEST, 606, 607, 608, 609, CLOSE - 1, CLOSE)
    places = sorted({*range(1, 2001, step), *edges})
    balls = ((k, quotient(*FACTOR, k)) for k in places)
    return _smoothing(balls, Strength.CERTIFICATE, f"{len(places)} values of k up to 2,000")


def demonstrate_derivations() -> None:
    """Two derivations and a mutant."""
    for derivation in (
        permutations.lower(),
        permutations.upper(),
        permutations.first(),
        permutations.loss_bound(),
        moving_average.memory(),
    ):
        derivation.check(0, count=1)
        next(derivation.mutants()).rejection()


def demonstrate_listed() -> None:
    """Every statement on one sample."""
    for holds, _ in STATEMENTS.values():
        holds((Fraction(0), Fraction(1), Fraction(3)), Fraction(1))


CHECKS = (
    *(
        FunctionCheck(
            *key, "derivation", Engine.SYMBOLIC, DERIVED, (lambda context, made=made: examine(made(), context)),  # type: ignore[misc]
            demonstrate_derivations, derivations=made,
        )
        for key, made in PROOFS.items()
    ),
    *(
        FunctionCheck(*key, "all orders of small samples", Engine.EXACT, LISTED, listed(key), demonstrate_listed)
        for key in STATEMENTS
    ),
    FunctionCheck(
        CLAIM, "attained", "all choices", Engine.EXACT, LISTED, _attained_listed,
        lambda: exact_spreads(extreme(3)[0]),
    ),
    FunctionCheck(
        CLAIM, "attained", "formulas of the ends", Engine.EXACT, "the derived formulas of D_1 and D_{N-1}",
        _attained_derived, lambda: permutations.ends(extreme(3)[0]),
    ),
    FunctionCheck(
        CLAIM, "smoothing", "recursion", Engine.BALL, RECURSION, _recursion, lambda: list(quotients(*FACTOR, 3)),
    ),
    FunctionCheck(CLAIM, "smoothing", "sum", Engine.BALL, SUMMED, _summed, lambda: quotient(*FACTOR, 3)),
)  # fmt: skip
