"""Limit laws of the blocks of real two-layer networks: eliminated, moment by moment, and drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import sympy as sp

from hessproof.numeric.two_layer.block_law import block_distribution, block_spectrum
from hessproof.numeric.two_layer.ensembles import drawn_net, outer_spectrum
from hessproof.numeric.two_layer.freeness import distance_to
from hessproof.numeric.two_layer.linear_law import law_moments, outer_distribution
from hessproof.proofs_check.criteria import random_limits
from hessproof.proofs_check.criteria.criterion import Criterion
from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength, Tally
from hessproof.symbolic.free_probability.symbols import EPSILON, TAU
from hessproof.symbolic.two_layer import block_elimination, expected_moments
from hessproof.symbolic.two_layer.block_elimination import RATE, SQUARE, VALUE
from hessproof.symbolic.variants import variants as all_variants

Floats = npt.NDArray[np.float64]
BLOCKS, OUTER = random_limits.BLOCKS, random_limits.OUTER
ELIMINATED = "Marchenko–Pastur twice, once for X⊤X and once for its use as weights, and a resultant"
COUNTED = "expected moments for every n and m by pairings, with gates averaged, and free cumulants"
DRAWN = "eigenvalues of drawn networks against a distribution function without integrals"
INTEGRATED = "moments of the law by quadrature against expected moments by pairings"
NAMES = {EPSILON: r"\varepsilon"}
RATES = {"linear": 2 / TAU, "relu": 1 / TAU}
"""r of both networks; a² = ετ²/2."""
JUMP = EPSILON * TAU**2 / 2
ORDERS = {Profile.QUICK: 6, Profile.STANDARD: 8, Profile.THOROUGH: 8}
"""Highest moment: its pairings grow like the square of 1, 3, 15, 105, …"""
CLOSE = 1e-4
"""Relative error of quadrature of moments, with 400 nodes of λ and 48 of s."""
EPSILON_DRAWN = 0.25


EVERY = {Profile.QUICK: 6, Profile.STANDARD: 1, Profile.THOROUGH: 1}
"""Which of the generated wrong formulas are tried: every so-manieth, evenly over a formula."""


def variants(formula: sp.Expr, profile: Profile) -> list[tuple[str, sp.Expr]]:
    """Generated wrong variants of a formula, all of them or evenly chosen ones."""
    return list(all_variants(formula))[:: EVERY[profile]]


def _eliminated(part: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        tally, controls = Tally(), list[Mutant]()
        found = block_elimination.eliminated()
        formula = block_elimination.compound_r()
        tally.count(_agrees(found, formula))
        published = sp.Symbol("z")
        named = EPSILON * TAU * published / {"linear": 1 - EPSILON * TAU**2 * published**2 / 2,
                                             "relu": 2 - EPSILON * TAU**2 * published**2}[part]  # fmt: skip
        written = block_elimination.compound_r(published).subs({RATE: RATES[part], SQUARE: JUMP})
        tally.count(sp.cancel(written - named) == 0)
        for text, wrong in variants(formula, context.profile):
            controls.append(Mutant(description=text, caught=not _agrees(found, wrong), by="another polynomial"))
        for text, wrong in variants(named, context.profile):
            same = sp.cancel(written - wrong) == 0
            controls.append(Mutant(description=text, caught=not same, by="another R-transform"))
        return Finding(Strength.PROOF, "every rate and jump", tally, controls=tuple(controls),
                       details={"equation": f"${sp.latex(found)}$"})  # fmt: skip

    return work


def _agrees(polynomial: sp.Expr, r_transform: sp.Expr) -> bool:
    if not r_transform.has(VALUE) or r_transform in (sp.nan, sp.zoo):
        return False
    return bool(sp.cancel(block_elimination.compound_equation(r_transform) - polynomial) == 0)


def _counted(part: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        tally, controls = Tally(), list[Mutant]()
        highest = ORDERS[context.profile]
        limits = [expected_moments.limit(expected_moments.expected_block_moment(order, part))
                  for order in range(2, highest + 1, 2)]  # fmt: skip
        stated = _compound(RATES[part], JUMP, highest)
        for one, two in zip(limits, stated, strict=True):
            tally.count(sp.cancel(one - two) == 0)
        for text, rate, jump in _mutants(RATES[part], JUMP, context.profile):
            wrong = _compound(rate, jump, highest)
            order = next((2 * i for i, (a, b) in enumerate(zip(limits, wrong, strict=True), 1)
                          if sp.cancel(a - b) != 0), None)  # fmt: skip
            controls.append(Mutant(description=text, caught=order is not None, by=f"moment {order}"))
        return Finding(
            Strength.CERTIFICATE, f"moments up to {highest}, every n and m", tally, controls=tuple(controls),
            details={"limits": [f"${sp.latex(each, symbol_names=NAMES)}$" for each in limits]},
        )  # fmt: skip

    return work


def _compound(rate: sp.Expr, jump: sp.Expr, highest: int) -> list[sp.Expr]:
    """Even moments of the compound Poisson law, by the recursion from its cumulants κ_{2k} = r a^{2k}."""
    moments = [sp.Integer(1)]
    for k in range(1, highest + 1):
        moments.append(sp.expand(sum(
            (rate * jump ** (j // 2) * _convolved(moments, j, k - j) for j in range(2, k + 1, 2)), sp.Integer(0)
        )))  # fmt: skip
    return moments[2::2]


def _convolved(moments: Sequence[sp.Expr], times: int, degree: int) -> sp.Expr:
    x = sp.Symbol("x")
    power = sp.Poly(sum(moment * x**i for i, moment in enumerate(moments[: degree + 1])), x) ** times
    return power.coeff_monomial(x**degree)


def _mutants(rate: sp.Expr, jump: sp.Expr, profile: Profile) -> Iterator[tuple[str, sp.Expr, sp.Expr]]:
    for text, wrong in variants(rate, profile):
        yield f"rate: {text}", wrong, jump
    for text, wrong in variants(jump, profile):
        yield f"a²: {text}", rate, wrong
    yield "the published semicircle, 2εz", 2 * EPSILON / (JUMP / 10**6), JUMP / 10**6


def _drawn_blocks(part: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        rules = [
            (tau, random_limits.blocks(part, tau, context.profile)) for tau in random_limits.RATIOS[context.profile]
        ]
        n = random_limits.BLOCK_SIZES[context.profile]
        other = "relu" if part == "linear" else "linear"

        def spectrum(tau: float, seed: int) -> Floats:
            net = drawn_net(part, n, round(2 * n / tau), seed=seed)
            return _zeroed(block_spectrum(net.with_residuals(EPSILON_DRAWN, seed)))

        def law(tau: float, change: str) -> Callable[[Floats], Floats]:
            scale = {"twice the energy": 2.0, "half the energy": 0.5}.get(change, 1.0)
            ratio = {"twice τ": 2.0, "half of τ": 0.5}.get(change, 1.0)
            which = other if change.startswith("the law") else part
            return lambda points: block_distribution(points, scale * EPSILON_DRAWN, ratio * tau, which)

        changes = ("twice the energy", "half the energy", "twice τ", "half of τ", f"the law of the network: {other}")
        return _judged(rules, spectrum, law, changes)

    return work


@lru_cache(maxsize=32)
def _outer_table(tau: float) -> tuple[Floats, Floats]:
    """Places and N(λ) of the law of H_0, the statement that is tested, dense enough to interpolate to 10^-4."""
    places = 8 * (1 + np.sqrt(tau / 2)) ** 2 * np.linspace(0, 1, 401)[1:] ** 3
    return places, outer_distribution(places, tau)


def state_outer() -> None:
    """Write the law of H_0 down."""
    _outer_table(1.0)


def _outer_law(points: Floats, tau: float) -> Floats:
    places, shares = _outer_table(tau)
    return np.asarray(np.where(points < 0, 0.0, np.interp(points, places, shares)))


def _drawn_outer(context: Context) -> Finding:
    rules = [(tau, random_limits.outer(tau, context.profile)) for tau in random_limits.RATIOS[context.profile]]
    n = random_limits.OUTER_SIZES[context.profile]

    def law(tau: float, change: str) -> Callable[[Floats], Floats]:
        if change.startswith("mean"):
            factor = float(change.split()[1])
            return lambda points: _outer_law(points / factor, tau)
        factor = {"half of τ": 0.5, "twice τ": 2.0}.get(change, 1.0)
        return lambda points: _outer_law(points, factor * tau)

    def spectrum(tau: float, seed: int) -> Floats:
        return outer_spectrum(n, round(2 * n / tau), np.random.default_rng(seed))

    return _judged(rules, spectrum, law, ("twice τ", "half of τ", "mean 2", "mean 0.5"))


def _judged(
    rules: Sequence[tuple[float, Criterion]],
    spectrum: Callable[[float, int], Floats],
    law: Callable[[float, str], Callable[[Floats], Floats]],
    changes: Sequence[str],
) -> Finding:
    """Distances of drawn spectra from the law and from changed ones."""
    tally, records, caught = Tally(), list[dict[str, object]](), dict[str, str]()
    for tau, rule in rules:
        values = []
        for seed in rule.seeds:
            found = spectrum(tau, seed)
            values.append(_distance(found, law(tau, "")))
            tally.count(rule.met(values[-1]))
            for change in changes if seed == rule.seeds[0] else ():
                wrong = _distance(found, law(tau, change))
                if not rule.met(wrong):
                    caught.setdefault(change, f"distance {wrong:.3f} at τ = {tau:g}")
        records.append(rule.record(values))
    controls = tuple(Mutant(description=change, caught=change in caught, by=caught.get(change, "as near"))
                     for change in changes)  # fmt: skip
    scope = "; ".join(rule.configuration for _, rule in rules)
    return Finding(Strength.SAMPLE, scope, tally, controls=controls, details={"criteria": records})


PLACES = 200
"""Order statistics at which a law is evaluated: a distance is seen to 1/200 at least."""


def _distance(spectrum: Floats, law: Callable[[Floats], Floats]) -> float:
    """Distance at some of the eigenvalues; at an atom at 0 only the right side is compared."""
    chosen = np.unique(np.linspace(0, len(spectrum) - 1, PLACES).astype(int))
    places = np.unique(spectrum[chosen])
    places = places[places != 0]
    shares = np.searchsorted(spectrum, places, side="right") / len(spectrum)
    return float(abs(shares - law(places)).max())


def _zeroed(spectrum: Floats) -> Floats:
    return np.sort(np.where(abs(spectrum) < 1e-12 * abs(spectrum).max(), 0.0, spectrum))


def _integrated(context: Context) -> Finding:
    """Moments of the law of H_0 by quadrature, against the limits of exact expected moments."""
    tally, controls = Tally(), list[Mutant]()
    unit = {expected_moments.V1: 1, expected_moments.V2: 1}
    limits = [expected_moments.limit(expected_moments.expected_moment("0" * k).subs(unit)) for k in (1, 2, 3)]
    ratios = random_limits.RATIOS[context.profile]
    found = {tau: law_moments(tau, 3) for tau in ratios}
    for tau, moments in found.items():
        for moment, exact in zip(moments, limits, strict=True):
            tally.count(abs(moment / float(exact.subs(TAU, tau)) - 1) < CLOSE)
    for k, exact in enumerate(limits, 1):
        for text, wrong in variants(exact, context.profile):
            missed = [tau for tau in ratios
                      if abs(found[tau][k - 1] - float(wrong.subs(TAU, tau))) > CLOSE * found[tau][k - 1]]  # fmt: skip
            controls.append(Mutant(description=f"moment {k}: {text}", caught=bool(missed),
                                   by=f"τ = {missed[0]:g}" if missed else "the same at these τ"))  # fmt: skip
    return Finding(Strength.SAMPLE, f"moments 1 to 3 at τ = {', '.join(f'{tau:g}' for tau in ratios)}", tally,
                   controls=tuple(controls),
                   details={"limits": [f"${sp.latex(each)}$" for each in limits]})  # fmt: skip


def demonstrate_eliminated() -> None:
    """The resultant."""
    block_elimination.eliminated()
    block_elimination.compound_equation()


def demonstrate_counted() -> None:
    """A moment of each network."""
    for part in RATES:
        expected_moments.limit(expected_moments.expected_block_moment(4, part))


def demonstrate_drawn() -> None:
    """A tiny network against its law."""
    net = drawn_net("relu", 3, 6, seed=0).with_residuals(EPSILON_DRAWN, 0)
    distance_to(block_spectrum(net), lambda points: block_distribution(points, EPSILON_DRAWN, 1.0, "relu"))


def demonstrate_outer() -> None:
    """A tiny H_0 against its law."""
    _distance(outer_spectrum(3, 6, np.random.default_rng(0)), lambda points: _outer_law(points, 1.0))


def demonstrate_integrated() -> None:
    """Its mean."""
    law_moments(1.0, 1)
    expected_moments.expected_moment("0")


CHECKS = (
    *(
        FunctionCheck(BLOCKS, part, name, engine, idea, work(part), demonstrate)
        for part in RATES
        for name, engine, idea, work, demonstrate in (
            ("elimination", Engine.SYMBOLIC, ELIMINATED, _eliminated, demonstrate_eliminated),
            ("moments for all sizes", Engine.EXACT, COUNTED, _counted, demonstrate_counted),
            ("drawn networks", Engine.FLOAT, DRAWN, _drawn_blocks, demonstrate_drawn),
        )
    ),
    FunctionCheck(
        OUTER, "main", "drawn networks", Engine.FLOAT, DRAWN, _drawn_outer, demonstrate_outer, statement=state_outer
    ),
    FunctionCheck(OUTER, "main", "moments", Engine.FLOAT, INTEGRATED, _integrated, demonstrate_integrated),
)
