"""Where the lecture's laws of the index fail: below the critical energy, and with σ as the words define it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.free_probability.critical_counts import (
    LINEAR,
    RELU,
    SHARES,
    Stated,
    is_threshold,
    nothing_negative,
)
from hessproof.proofs_check.checks.free_probability.published import case, value_of
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck
from hessproof.proofs_check.model.evidence import Counterexample, Engine, Mutant, Strength
from hessproof.symbolic.free_probability.models import PUBLISHED_CRITICAL_ENERGY, PUBLISHED_RELU_CRITICAL_ENERGY

BELOW = "all roots real at λ ≤ 0 for energies below the critical one: the fraction is zero, its prediction is not"
ENTRIES = "real roots at λ = 0 for H_0 of mean σ², which entries of variance σ²/p give it"
SIGMAS = (Fraction(1), Fraction(2), Fraction(1, 3))
ORDER = "the least denominator of √(1 + 8τ) or of √ξ, then of ε/ε_c"


def level(stated: Stated, depth: Fraction, energy: Fraction, tau: Fraction, scale: Fraction) -> Fraction:
    """F(−g) by hand.

    Example:
        >>> level(LINEAR, Fraction(8, 3), Fraction(3, 256), Fraction(3, 8), Fraction(1))
        Fraction(1, 16)
    """
    first = scale / (1 + scale * tau * depth) - 1 / depth
    if stated is LINEAR:
        return first - 2 * energy * depth
    return first - energy * tau * depth / (2 - energy * tau**2 * depth**2)


def _below(stated: Stated, name: str, key: str, tau: Fraction, depth: Fraction) -> Callable[[Context], Finding]:
    formula = PUBLISHED_CRITICAL_ENERGY if stated is LINEAR else PUBLISHED_RELU_CRITICAL_ENERGY

    def work(context: Context) -> Finding:
        counter = Counter(claim(name).part(key))
        for ratio in dict.fromkeys(place for place, _ in stated.places(context.profile)):
            for share in SHARES:
                zero = nothing_negative(stated.polynomial, ratio, Fraction(1), value_of(formula, ratio)[0] * share)
                counter.count(case(ratio), False if zero else None)
        energy = value_of(formula, tau)[0] / 2
        height = level(stated, depth, energy, tau, Fraction(1))
        zero = nothing_negative(stated.polynomial, tau, Fraction(1), energy) and height > 0
        found = Counterexample(
            widths=[], data_rank=0, residual_rank=0, values={"τ": str(tau), "ε": str(energy), "ε_c": str(2 * energy)},
            about="limit of α/(α_0 |x|^{3/2}) as ε ↑ ε_c; α = 0 at every ε below ε_c, here at ε_c/2", predicted="1",
            measured="0", order=ORDER, reproduce=f"hessproof verify {name}",
            confirmed_by=f"F(−{depth}) = {height} > 0, so that every λ ≤ 0 has two negative roots and no complex ones",
        ) if zero else None  # fmt: skip
        beyond = nothing_negative(stated.polynomial, tau, Fraction(1), 3 * energy)
        control = Mutant(description="ε = 3/2 ε_c taken for below", caught=not beyond, by="roots off the real line")
        return Finding(
            Strength.CERTIFICATE, f"{counter.tally.tried} pairs of τ and ε < ε_c", counter.tally, counter.regions,
            (control,), found,
        )  # fmt: skip

    return work


def _entries(context: Context) -> Finding:
    counter = Counter(claim("pennington2017.relu_eps_c").part("entries"))
    controls = []
    for tau in dict.fromkeys(place for place, _ in RELU.places(context.profile)):
        for sigma in SIGMAS:
            stated = value_of(PUBLISHED_RELU_CRITICAL_ENERGY, tau, sigma)[0]
            counter.count(case(tau, sigma=sigma), is_threshold(RELU, tau, sigma**2, stated))
        for power in (1, 2, 3, 5):
            energy = value_of(PUBLISHED_RELU_CRITICAL_ENERGY, tau)[0] * Fraction(2) ** power
            right = is_threshold(RELU, tau, Fraction(4), energy)
            controls.append(
                Mutant(description=f"σ^{power} at σ = 2, τ = {tau}", caught=not right,
                       by="a threshold" if right else "no double root")
            )  # fmt: skip
    tau, sigma, depth = Fraction(1, 3), Fraction(2), Fraction(3, 5)
    stated = value_of(PUBLISHED_RELU_CRITICAL_ENERGY, tau, sigma)[0]
    true = value_of(PUBLISHED_RELU_CRITICAL_ENERGY, tau)[0] * sigma**4
    height = level(RELU, depth, stated, tau, sigma**2)
    found = Counterexample(
        widths=[], data_rank=0, residual_rank=0, values={"σ": str(sigma), "τ": str(tau)},
        about="energy from which on eigenvalues are negative, H_0 = JJ⊤ with entries N(0, σ²/p)",
        predicted=str(stated), measured=str(true), order=ORDER, reproduce="hessproof verify pennington2017.relu_eps_c",
        confirmed_by=f"E tr H_0/n = σ² = 4, and F(−{depth}) = {height} > 0 at the published energy: nothing negative",
    ) if height > 0 and is_threshold(RELU, tau, sigma**2, true) else None  # fmt: skip
    return Finding(
        Strength.CERTIFICATE, f"{counter.tally.tried} pairs of τ and σ", counter.tally, counter.regions,
        tuple(controls), found,
    )  # fmt: skip


def demonstrate() -> None:
    """Both models once."""
    nothing_negative(LINEAR.polynomial, Fraction(3, 8), Fraction(1), Fraction(3, 256))
    is_threshold(RELU, Fraction(1, 3), Fraction(4), Fraction(5))


CHECKS = (
    FunctionCheck(
        "pennington2017.index", "below", "Sturm", Engine.EXACT, BELOW,
        _below(LINEAR, "pennington2017.index", "below", Fraction(3, 8), Fraction(8, 3)), demonstrate,
    ),
    FunctionCheck(
        "pennington2017.relu_eps_c", "power_below", "Sturm", Engine.EXACT, BELOW,
        _below(RELU, "pennington2017.relu_eps_c", "power_below", Fraction(1, 3), Fraction(12, 5)), demonstrate,
    ),
    FunctionCheck("pennington2017.relu_eps_c", "entries", "Sturm", Engine.EXACT, ENTRIES, _entries, demonstrate),
)  # fmt: skip
