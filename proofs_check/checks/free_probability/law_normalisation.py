"""What σ means: the published variances of the entries against the laws, by Wick's theorem and by listing matrices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import sympy as sp

from hessproof.numeric.free_probability.three_points import wigner_square, wishart_moment
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Counterexample, Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.free_probability import transforms, wick
from hessproof.symbolic.free_probability.laws import marchenko_pastur, semicircle
from hessproof.symbolic.free_probability.symbols import SCALE, SIGMA, TAU, Z

WIGNER, WISHART = "pennington2017.semicircle", "pennington2017.marchenko_pastur"
SYMBOLIC = "Wick's theorem for the entries against the expansion of the law at infinity, for all sizes and scales"
LISTED = "all matrices whose entries take three values with a normal number's first five moments, summed up exactly"
SIGMAS = tuple(sp.Rational(k, 2) for k in range(1, 7))
"""Scales below, at and above 1."""
SIZES = {Profile.QUICK: (1, 2), Profile.STANDARD: (1, 2, 3), Profile.THOROUGH: (1, 2, 3, 4)}
"""Rows of the matrices that are listed; 4 × 4 symmetric ones are 3^10."""
SHAPES = {
    Profile.QUICK: ((1, 1), (2, 1), (1, 2), (2, 2)),
    Profile.STANDARD: ((1, 1), (2, 1), (1, 2), (2, 2), (3, 1), (1, 3), (2, 3)),
    Profile.THOROUGH: ((1, 1), (2, 1), (1, 2), (2, 2), (3, 1), (1, 3), (2, 3), (3, 2), (5, 1), (1, 5), (2, 4), (3, 3)),
}
"""n × p of the matrices that are listed, 3^{np} of each."""


def _case(trait: str) -> Case:
    return Case(Architecture((1, 1)), 0, 0, traits=frozenset({trait}))


def _size(n: int) -> str:
    return "n = 1" if n == 1 else "n ≥ 2"


def _scale(sigma: sp.Rational | Fraction) -> str:
    return "σ = 1" if sigma == 1 else "σ ≠ 1"


def wigner_counterexample(confirmed_by: str) -> Counterexample:
    """σ = 1, n = 2: the mean squared eigenvalue is 2, the law has 1; for n rows it is n."""
    return Counterexample(
        widths=[], data_rank=0, residual_rank=0, values={"σ": "1", "n": "2"}, traits=["n ≥ 2"], predicted=1, measured=2,
        about="∫λ²ρ_SC(λ)dλ, and the mean of (1/n) tr M², which is n for every n", order="σ = 1, then n",
        confirmed_by=confirmed_by, reproduce=f"hessproof verify {WIGNER}",
    )  # fmt: skip


def wishart_counterexample(confirmed_by: str) -> Counterexample:
    """σ = 2: the mean eigenvalue is 4 for every n and p, the law has 2."""
    return Counterexample(
        widths=[], data_rank=0, residual_rank=0, values={"σ": "2", "n": "1", "p": "1"}, traits=["σ ≠ 1"], predicted=2,
        measured=4, about="∫λdρ_MP(λ), and the mean of (1/n) tr JJ⊤, which is σ² for every n and p",
        order="n, p, then the integer σ ≠ 1", confirmed_by=confirmed_by, reproduce=f"hessproof verify {WISHART}",
    )  # fmt: skip


def _law_moment(order: int, law: str) -> sp.Expr:
    """The law's moment, from the derivation that the expansion at infinity gives."""
    chosen = semicircle(SIGMA**2) if law == "semicircle" else marchenko_pastur(SIGMA, TAU)
    derivation = transforms.moments(chosen)[order]
    assert not derivation.objection(1), "the expansion of the law is checked elsewhere"
    return derivation.final


def _wigner_symbolic(context: Context) -> Finding:
    """nσ² = σ² for n = 1 alone."""
    counter = Counter(claim(WIGNER).part("normalisation"))
    entries, law = wick.wigner_published().final, _law_moment(2, "semicircle")
    excess = sp.factor(entries - law)
    equal = sp.solve(sp.Eq(excess, 0), wick.N)
    counter.count(_case("n = 1"), equal == [1])
    more = sp.Symbol("k", positive=True)
    counter.count(_case("n ≥ 2"), not excess.xreplace({wick.N: 1 + more}).is_positive)
    scaled = wick.wigner_scaled().final
    controls = (
        Mutant(description="variance σ²/n in place of σ²", caught=bool(sp.expand(scaled - law) == 0), by="agrees"),
        Mutant(
            description="a law of variance nσ²", caught=bool(sp.expand(entries - semicircle(wick.N * SIGMA**2)
            .r_transform.coeff(Z)) == 0), by="agrees with the published entries",
        ),
    )  # fmt: skip
    return Finding(
        Strength.CERTIFICATE, "all n and σ", counter.tally, counter.regions, controls,
        wigner_counterexample("listed matrices"), {"excess": str(excess)},
    )  # fmt: skip


def _wishart_symbolic(context: Context) -> Finding:
    """σ² = σ for σ = 1 alone."""
    counter = Counter(claim(WISHART).part("normalisation"))
    entries, law = wick.wishart_mean().final.xreplace({SCALE: SIGMA**2}), _law_moment(1, "Marchenko–Pastur")
    excess = sp.factor(entries - law)
    counter.count(_case("σ = 1"), bool(excess.xreplace({SIGMA: sp.Integer(1)}) == 0))
    for sigma in SIGMAS:
        if sigma != 1:
            counter.count(_case("σ ≠ 1"), bool(excess.xreplace({SIGMA: sigma}) == 0))
    controls = tuple(
        Mutant(description=f"entries of variance {words}", caught=caught, by=by)
        for words, caught, by in (
            ("σ/p", bool(wick.wishart_mean().final.xreplace({SCALE: SIGMA}) == law), "agrees for every σ"),
            ("σ^(1/2)/p", bool((sp.sqrt(SIGMA) - law).subs(SIGMA, 4) != 0), "another mean at σ = 4"),
            ("σ³/p", bool((SIGMA**3 - law).subs(SIGMA, 2) != 0), "another mean at σ = 2"),
        )
    )
    return Finding(
        Strength.CERTIFICATE, f"all n and p; σ = {', '.join(map(str, SIGMAS))}", counter.tally, counter.regions,
        controls, wishart_counterexample("listed matrices"), {"excess": str(excess)},
    )  # fmt: skip


def _listed_sizes(profile: Profile) -> Iterator[tuple[int, Fraction]]:
    for n in SIZES[profile]:
        yield from ((n, Fraction(sigma.p, sigma.q)) for sigma in SIGMAS)


def _wigner_listed(context: Context) -> Finding:
    counter, count = Counter(claim(WIGNER).part("normalisation")), 0
    for n, sigma in _listed_sizes(context.profile):
        count += 1
        counter.count(_case(_size(n)), wigner_square(n, sigma**2) == sigma**2)
    right = all(wigner_square(n, Fraction(4, n)) == 4 for n in (1, 2))
    wrong = all(wigner_square(2, Fraction(4, 2**k)) != 4 for k in (0, 2, 3))
    controls = (
        Mutant(description="variance σ²/n in place of σ²", caught=right, by="agrees at σ = 2, n = 1, 2"),
        Mutant(description="variances σ², σ²/n², σ²/n³", caught=wrong, by="disagree at σ = 2, n = 2"),
    )
    return Finding(
        Strength.SAMPLE, f"{count} pairs of n and σ", counter.tally, counter.regions, controls,
        wigner_counterexample("Wick's theorem"),
    )  # fmt: skip


def _wishart_listed(context: Context) -> Finding:
    counter, count = Counter(claim(WISHART).part("normalisation")), 0
    for n, p in SHAPES[context.profile]:
        for sigma in (Fraction(s.p, s.q) for s in SIGMAS):
            count += 1
            counter.count(_case(_scale(sigma)), wishart_moment(n, p, sigma**2 / p, 1) == sigma)
    right = all(wishart_moment(n, p, Fraction(3, p), 1) == 3 for n, p in SHAPES[Profile.QUICK])
    wrong = all(wishart_moment(2, 2, Fraction(3) ** k / 2, 1) != 3 for k in (0, 2, 3))
    controls = (
        Mutant(description="variance σ/p in place of σ²/p", caught=right, by="agrees at σ = 3"),
        Mutant(description="variances 1/p, σ²/p, σ³/p", caught=wrong, by="disagree at σ = 3"),
    )
    return Finding(
        Strength.SAMPLE, f"{count} triples of n, p and σ", counter.tally, counter.regions, controls,
        wishart_counterexample("Wick's theorem"),
    )  # fmt: skip


Stated = Callable[[int, int, Fraction], tuple[Fraction, Fraction]]
"""n, p and the scale to (listed value, stated value)."""
REPAIRS: dict[tuple[str, str], Stated] = {
    ("hessproof.wigner_scale", "square"): lambda n, p, s: (wigner_square(n, s**2 / n), s**2),
    ("hessproof.wigner_scale", "published"): lambda n, p, s: (wigner_square(n, s**2), n * s**2),
    ("hessproof.wishart_scale", "mean"): lambda n, p, s: (wishart_moment(n, p, s / p, 1), s),
    ("hessproof.wishart_scale", "square"): lambda n, p, s: (
        wishart_moment(n, p, s / p, 2), s**2 * (1 + Fraction(n, p) + Fraction(1, p)),
    ),
}  # fmt: skip
WRONG: dict[str, Callable[[Fraction, int, int, Fraction], Fraction]] = {
    "one power of the scale more": lambda value, n, p, s: value * s,
    "one power of the scale less": lambda value, n, p, s: value / s,
    "times n": lambda value, n, p, s: value * n,
    "times p/n": lambda value, n, p, s: value * p / n,
    "less 1/p": lambda value, n, p, s: value - Fraction(1, p),
}
"""Wrong variants of the stated values."""


def _repair(name: str, key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter = Counter(claim(name).part(key))
        shapes = [(n, n) for n in SIZES[context.profile]] if "wigner" in name else SHAPES[context.profile]
        found = [(n, p, s, *REPAIRS[name, key](n, p, s)) for n, p in shapes for s in (Fraction(1, 2), Fraction(3))]
        for n, _, _, listed, stated in found:
            counter.count(_case(_size(n)), listed == stated)
        controls = []
        for words, wrong in WRONG.items():
            missed = [
                f"n = {n}, p = {p}, s = {s}" for n, p, s, listed, stated in found if listed != wrong(stated, n, p, s)
            ]
            if missed or any(wrong(stated, n, p, s) != stated for n, p, s, _, stated in found):
                by = f"differs at {missed[-1]}" if missed else "not noticed"
                controls.append(Mutant(description=words, caught=bool(missed), by=by))
        return Finding(
            Strength.CERTIFICATE, f"{len(found)} sizes and scales, all matrices of each", counter.tally,
            counter.regions, tuple(controls),
        )  # fmt: skip

    return work


def demonstrate_symbolic() -> None:
    """Entries and law."""
    wick.wigner_published().check(0)
    _law_moment(2, "semicircle")


def demonstrate_listed() -> None:
    """2 × 2 matrices."""
    wigner_square(2, Fraction(1))
    wishart_moment(2, 1, Fraction(1), 2)


CHECKS = (
    FunctionCheck(WIGNER, "normalisation", "Wick's theorem", Engine.SYMBOLIC, SYMBOLIC, _wigner_symbolic,
                  demonstrate_symbolic),
    FunctionCheck(WIGNER, "normalisation", "listed matrices", Engine.EXACT, LISTED, _wigner_listed, demonstrate_listed),
    FunctionCheck(WISHART, "normalisation", "Wick's theorem", Engine.SYMBOLIC, SYMBOLIC, _wishart_symbolic,
                  demonstrate_symbolic),
    FunctionCheck(WISHART, "normalisation", "listed matrices", Engine.EXACT, LISTED, _wishart_listed,
                  demonstrate_listed),
    *(
        FunctionCheck(name, key, "listed matrices", Engine.EXACT, LISTED, _repair(name, key), demonstrate_listed)
        for name, key in REPAIRS
    ),
)  # fmt: skip
