"""Expected moments of the two parts of the Hessian: by Wick's formula, entry by entry, and on drawn networks."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from statistics import fmean, stdev

import numpy as np
import sympy as sp

from hessproof.numeric.two_layer.ensembles import drawn_net
from hessproof.proofs_check.criteria import random_limits
from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength, Tally
from hessproof.symbolic.free_probability.symbols import EPSILON, TAU
from hessproof.symbolic.two_layer import expected_moments
from hessproof.symbolic.two_layer.entrywise import entrywise_moment
from hessproof.symbolic.variants import variants as all_variants

CLAIM = "hessproof.hessian_moments"
WICK = "all pairings of the letters of words in W¹, W², X and E, for symbolic sizes"
ENTRIES = "polynomials in single entries, differentiated and integrated term by term, at tiny sizes"
DRAWN = "means over drawn networks in float64"
n, m = sp.symbols("n m", positive=True, integer=True)
e, t = EPSILON, TAU

FORMULAS: dict[str, dict[str, sp.Expr]] = {
    "outer": {"0": sp.Integer(1), "00": (5 * n**2 + 6 * m * n + 7 * n + 2 * m + 4) / (2 * m * n)},
    "error": {
        "11": 2 * e * n / m,
        "1111": 4 * e**2 * n * (n**2 + 2 * m * n + m + 2 * n + 3) / m**3,
    },
    "mixed": {
        "011": e * (n**2 + 2 * m * n + n + 2) / m**2,
        "0101": 2 * e * (n**3 * m + n**2 * m**2 + m**2 + m * n**2 + 7 * m * n + 3 * m + 5 * n**2 + 7 * n + 4)
        / (m**3 * n),
    },
}  # fmt: skip
"""φ of words in H_0 and H_1 for weights of variance 1/n, the statement that is tested."""
LIMITS: dict[str, dict[str, sp.Expr]] = {
    "outer": {"0": sp.Integer(1), "00": 3 + 5 * t / 4},
    "error": {"11": e * t, "1111": (2 + t / 2) * (e * t) ** 2},
    "mixed": {"011": e * t * (1 + t / 4), "0101": e * t * (1 + t / 2)},
}
"""Their limits for m = 2n/τ, n → ∞."""
SIZES = {
    Profile.QUICK: ((1, 1), (1, 2), (2, 1)),
    Profile.STANDARD: ((1, 1), (1, 2), (1, 3), (1, 4), (2, 1)),
    Profile.THOROUGH: ((1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (1, 7), (2, 1)),
}
"""(n, m) at which entries are listed."""
APART = ((2, 3), (3, 5), (5, 2))
"""(n, m) at which a wrong polynomial has to differ from the one by pairings."""


EVERY = {Profile.QUICK: 6, Profile.STANDARD: 1, Profile.THOROUGH: 1}
"""Which of the generated wrong formulas are tried: every so-manieth, evenly over a formula."""


def variants(formula: sp.Expr, profile: Profile) -> list[tuple[str, sp.Expr]]:
    """Generated wrong variants of a formula, all of them or evenly chosen ones."""
    return list(all_variants(formula))[:: EVERY[profile]]


def _wick(key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        tally, controls = Tally(), list[Mutant]()
        unit = {expected_moments.V1: 1, expected_moments.V2: 1}
        for word, formula in FORMULAS[key].items():
            exact = expected_moments.expected_moment(word).subs(unit)
            tally.count(sp.cancel(exact - formula) == 0)
            tally.count(sp.cancel(expected_moments.limit(exact) - LIMITS[key][word]) == 0)
            for text, wrong in variants(formula, context.profile):
                where = [size for size in APART if not _same(wrong, size, _value(exact, *size))]
                controls.append(Mutant(description=f"φ({word}): {text}", caught=bool(where),
                                       by=f"n, m = {where[0]}" if where else "the same at these sizes"))  # fmt: skip
        return Finding(Strength.PROOF, "all sizes", tally, controls=tuple(controls))

    return work


def _value(formula: sp.Expr, rows: int, samples: int) -> Fraction:
    exact = sp.Rational(formula.subs({n: rows, m: samples, e: sp.Rational(1, 2)}))
    return Fraction(int(exact.p), int(exact.q))


def _entries(key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        tally, controls, sizes = Tally(), list[Mutant](), SIZES[context.profile]
        for word, formula in FORMULAS[key].items():
            exact = {size: entrywise_moment(word, *size) for size in sizes}
            for size, value in exact.items():
                tally.count(value == _value(formula, *size))
            for text, wrong in variants(formula, context.profile):
                missed = [size for size in sizes if not _same(wrong, size, exact[size])]
                controls.append(Mutant(description=f"φ({word}): {text}", caught=bool(missed),
                                       by=f"n, m = {missed[0]}" if missed else "the same at all sizes"))  # fmt: skip
        return Finding(Strength.CERTIFICATE, f"(n, m) = {', '.join(map(str, sizes))}", tally, controls=tuple(controls))

    return work


def _same(formula: sp.Expr, size: tuple[int, int], value: Fraction) -> bool:
    try:
        return _value(formula, *size) == value
    except (TypeError, ValueError, ZeroDivisionError):
        return False


def _drawn(key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        tally, controls, records = Tally(), list[Mutant](), list[dict[str, object]]()
        rule = random_limits.moments(key, context.profile)
        rows, samples = random_limits.MOMENT_SIZES
        for word, formula in FORMULAS[key].items():
            values, wrong = [], dict[str, bool]()
            for seed in rule.seeds:
                found = _moments(rows, samples, seed, random_limits.DRAWS[context.profile])[word]
                middle, error = fmean(found), stdev(found) / np.sqrt(len(found))
                exact = float(_value(formula, rows, samples))
                values.append(float(abs(middle - exact) / error))
                tally.count(rule.met(values[-1]))
                for text, other in variants(formula, context.profile):
                    missed = not rule.met(abs(middle - float(sp.re(other.subs({n: rows, m: samples, e: 0.5})))) / error)
                    wrong[text] = wrong.get(text, False) or missed
            records.append({"moment": word} | rule.record(values))
            controls += [Mutant(description=f"φ({word}): {text}", caught=caught, by="more than four standard errors"
                                if caught else "within the errors") for text, caught in wrong.items()]  # fmt: skip
        return Finding(Strength.SAMPLE, rule.configuration, tally, controls=tuple(controls),
                       details={"criteria": records})  # fmt: skip

    return work


@lru_cache(maxsize=8)
def _moments(rows: int, samples: int, seed: int, count: int) -> dict[str, list[float]]:
    """tr of every word over 2n² for several networks, at ε = ½."""
    words = [word for formulas in FORMULAS.values() for word in formulas]
    found: dict[str, list[float]] = {word: [] for word in words}
    for index in range(count):
        net = drawn_net("linear", rows, samples, seed=10_000 * seed + index).with_residuals(0.5, 10_000 * seed + index)
        parts = net.parts()
        for word in words:
            whole = parts[int(word[0])]
            for each in word[1:]:
                whole = whole @ parts[int(each)]
            found[word].append(float(np.trace(whole)) / len(whole))
    return found


def demonstrate_wick() -> None:
    """Two moments by pairings."""
    expected_moments.limit(expected_moments.expected_moment("011"))


def demonstrate_entries() -> None:
    """One moment, entry by entry."""
    entrywise_moment("011", 1, 1)


def demonstrate_drawn() -> None:
    """One network."""
    _moments(2, 2, 0, 2)


CHECKS = tuple(
    FunctionCheck(CLAIM, key, name, engine, idea, work(key), demonstrate)
    for key in FORMULAS
    for name, engine, idea, work, demonstrate in (
        ("Wick's formula", Engine.SYMBOLIC, WICK, _wick, demonstrate_wick),
        ("entry by entry", Engine.EXACT, ENTRIES, _entries, demonstrate_entries),
        ("drawn networks", Engine.FLOAT, DRAWN, _drawn, demonstrate_drawn),
    )
)
