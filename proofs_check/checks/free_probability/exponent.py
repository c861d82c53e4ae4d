"""The 3/2 law measured: the power and the factor of α at ε_c, from integrals of the density to many digits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import Any

import flint
import mpmath
import sympy as sp

from hessproof.numeric.free_probability.exponent import PowerLaw, power_law, reach
from hessproof.numeric.free_probability.free_sum import FreeSum
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.free_probability.published import LINEAR, RELU, Stated, case
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.proofs_check.spectra.model_report import power_law_figure
from hessproof.symbolic.free_probability.models import PENNINGTON, PENNINGTON_RELU
from hessproof.symbolic.free_probability.symbols import TAU
from hessproof.symbolic.variants import variants

MEASURED = "the density integrated to 30 digits at energies that halve their distance to ε_c, extrapolated to it"
RATIOS = {
    LINEAR.key: ("3/8", "5/32", "21/800", "21/32", "741/800", "1/1000", "1/2", "999/1000"),
    RELU.key: ("1/3", "1/11", "2/57", "10/17", "184/209", "1/1000", "1/2", "999/1000"),
}
"""τ; ε_c is rational for the first five, and numbers stay short."""
COUNTS = {Profile.QUICK: 1, Profile.STANDARD: 5, Profile.THOROUGH: 8}
"""How many of them."""
ROWS = {Profile.QUICK: 3, Profile.STANDARD: 4, Profile.THOROUGH: 6}
"""Values of α: each but the first removes one order of an error that starts at 2^-40."""
DIGITS = 30
"""Digits of α: the difference of two factors at x = 2^-40 keeps 18 of them."""
SURE = 1e-11
"""Largest error of the power and, relatively, of the factor: one extrapolation from 2^-40 leaves a tenth of it."""
POWERS = ("1", "5/4", "4/3", "7/5", "149/100", "1499999/1000000", "1500001/1000000", "151/100", "8/5", "5/3", "2")
"""Wrong powers."""
SHIFTS = (Fraction(-1, 10), Fraction(-1, 1000), Fraction(1, 10**9), Fraction(1, 10**6), Fraction(1, 1000))
"""Relative errors of ε_c; with any of them there is no power law at this place, or none of power 3/2."""


@dataclass(frozen=True)
class Target:
    """A part about the law of a model.

    Args:
        claim: Its claim.
        part: Its key.
        stated: The model.
        factor: α_0 as it is stated, if it is.
        slope: α_1 as it is stated, if it is.
    """

    claim: str
    part: str
    stated: Stated
    factor: sp.Expr | None = None
    slope: sp.Expr | None = None

    def holds(self, found: PowerLaw, tau: Fraction) -> bool:
        """Whether a measured law is what the part says."""
        factor = None if self.factor is None else value(self.factor, tau)
        slope = None if self.slope is None else value(self.slope, tau)
        return right(found, Fraction(3, 2), factor, slope)


TARGETS = (
    Target("pennington2017.index", "main", LINEAR),
    Target("pennington2017.relu_eps_c", "power", RELU),
    Target("hessproof.index_law", "linear", LINEAR, LINEAR.coefficient),
    Target("hessproof.index_law", "relu", RELU, RELU.coefficient),
    Target("hessproof.index_law", "next", LINEAR, LINEAR.coefficient, PENNINGTON.next_coefficient),
    Target("hessproof.index_law", "relu_next", RELU, RELU.coefficient, PENNINGTON_RELU.next_coefficient),
)


def measured(stated: Stated, tau: Fraction, rows: int, shift: Fraction = Fraction(0)) -> PowerLaw:
    """The law of α in x = (ε − ε_c)/ε_c, with ε_c off by a share ``shift``."""
    energy = stated.energy(tau)[0] * (1 + shift)

    def alpha(x: Fraction) -> mpmath.mpf:
        with flint.ctx.workprec(200):
            found = FreeSum(stated, energy * (1 + x), tau).negative_integral(DIGITS).value
            return mpmath.mpf(found.str(DIGITS + 10, radius=False))

    return power_law(alpha, rows=rows, known=10.0**-DIGITS)


def value(formula: sp.Expr, tau: Fraction) -> mpmath.mpf | None:
    """A formula of τ to 30 digits; None if it is not real."""
    found = sp.N(formula.subs(TAU, sp.Rational(tau.numerator, tau.denominator)), DIGITS)
    return mpmath.mpf(str(found)) if found.is_real and found.is_finite else None


def right(found: PowerLaw, power: Fraction, factor: mpmath.mpf | None = None, slope: mpmath.mpf | None = None) -> bool:
    """Whether a measured law has a power, a factor and a next term, each to `SURE` with an error below it."""
    with mpmath.workdps(DIGITS):
        pairs = [(found.power, mpmath.mpf(power.numerator) / power.denominator)]
        pairs += [(found.factor, found.factor.value if factor is None else factor)]
        pairs += [] if slope is None else [(found.slope, slope)]
        close = all(
            one.error < SURE * abs(one.value) and abs(one.value - two) < SURE * abs(one.value) for one, two in pairs
        )
        return bool(close and found.factor.value > 0)


def wrong(target: Target, found: PowerLaw, tau: Fraction, profile: Profile) -> Iterator[Mutant]:
    """Other powers, other critical energies, other factors and next terms."""
    shown = f"{mpmath.nstr(found.power.value, 15)} at τ = {tau}"
    for power in POWERS:
        yield Mutant(description=f"power {power}", caught=not right(found, Fraction(power)), by=shown)
    stride = 5 if profile == Profile.QUICK else 1
    if target.factor is None:
        for shift in SHIFTS[::stride]:
            try:
                other = measured(target.stated, tau, ROWS[Profile.QUICK], shift)
            except (ZeroDivisionError, ValueError):
                yield Mutant(description=f"ε_c off by {shift}", caught=True, by="α = 0 above it")
            else:
                by = f"power {mpmath.nstr(other.power.value, 6)}"
                yield Mutant(description=f"ε_c off by {shift}", caught=not right(other, Fraction(3, 2)), by=by)
        return
    name, formula, one = ("α_0", target.factor, found.factor) if target.slope is None else (
        "α_1", target.slope, found.slope
    )  # fmt: skip
    for words, changed in islice(variants(formula), 0, None, stride):
        number = value(changed, tau)
        caught = number is None or not one.admits(number, SURE)
        yield Mutant(description=f"{name}: {words}", caught=caught, by=f"{mpmath.nstr(one.value, 12)} at τ = {tau}")


PICTURED = {"pennington2017.index": PENNINGTON, "pennington2017.relu_eps_c": PENNINGTON_RELU}
"""Rows whose page in the report shows the law."""
Laws = dict[tuple[str, str], tuple[PowerLaw, float]]


def survey(context: Context) -> Laws:
    """The measured law of each model and τ, and up to which x it is within a tenth; for all parts."""
    count, rows = COUNTS[context.profile], ROWS[context.profile]
    found: Laws = {}
    for stated in (LINEAR, RELU):
        for ratio in RATIOS[stated.key][:count]:
            law = measured(stated, Fraction(ratio), rows)
            found[stated.key, ratio] = law, within(stated, Fraction(ratio), float(law.factor.value))
    return found


def prepared(context: Context) -> Laws:
    """The same, made once in a run."""
    return context.shared("index-laws", lambda: survey(context))


def within(stated: Stated, tau: Fraction, factor: float) -> float:
    """The x up to which α_0 x^{3/2} is within a tenth of α."""
    energy = float(stated.energy(tau)[0])
    return reach(lambda x: FreeSum(stated, energy * (1 + x), tau).negative_fraction(), factor)


def _measured(target: Target) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter, table, controls = Counter(claim(target.claim).part(target.part)), {}, list[Mutant]()
        for (key, ratio), (found, far) in prepared(context).items():
            if key != target.stated.key:
                continue
            tau = Fraction(ratio)
            counter.count(case(tau, target.stated.energy(tau)[0]), target.holds(found, tau))
            if not controls:
                controls += wrong(target, found, tau, context.profile)
            table[ratio] = _row(target.stated, tau, found, far)
        scope = f"values of τ: {len(table)}, ε from ε_c(1 + 2^-40) down"
        details: dict[str, Any] = {"laws": table}
        if target.claim in PICTURED and context.profile != Profile.QUICK:
            details["figures"] = [power_law_figure(PICTURED[target.claim], target.claim).model_dump(mode="json")]
        return Finding(Strength.SAMPLE, scope, counter.tally, counter.regions, tuple(controls), details=details)

    return work


def _row(stated: Stated, tau: Fraction, found: PowerLaw, far: float) -> dict[str, float | str]:
    return {
        "power − 3/2": float(found.power.value - mpmath.mpf(3) / 2),
        "error of the power": float(found.power.error),
        "α_0": mpmath.nstr(found.factor.value, 15),
        "α_0 by its formula": mpmath.nstr(value(stated.coefficient, tau), 15),
        "α_1": mpmath.nstr(found.slope.value, 10),
        "within a tenth up to (ε − ε_c)/ε_c =": round(far, 4),
        "α there": FreeSum(stated, float(stated.energy(tau)[0]) * (1 + far), tau).negative_fraction(),
    }


def demonstrate() -> None:
    """One law from two values, and how far it reaches."""
    measured(LINEAR, Fraction(5, 32), 2)
    measured(RELU, Fraction(1, 3), 2)
    reach(lambda x: FreeSum(LINEAR, 1 + x, Fraction(1, 4)).negative_fraction(), 1.0)


CHECKS = tuple(
    FunctionCheck(
        target.claim,
        target.part,
        "extrapolation",
        Engine.MULTIPRECISION,
        MEASURED,
        _measured(target),
        demonstrate,
        prepare=prepared,
    )
    for target in TARGETS
)
