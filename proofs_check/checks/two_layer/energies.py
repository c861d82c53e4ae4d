"""Residuals of variance 2ε: energies from the χ² law, gradients by running through all signs, exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np

from hessproof.numeric.two_layer.exact import exact_net
from hessproof.numeric.two_layer.residuals import energy_moment, model_gradient, squared_gradient
from hessproof.proofs_check.checks.two_layer.proofs import demonstrate_residuals
from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Counterexample, Engine, Mutant, Strength, Tally
from hessproof.symbolic.two_layer.energy import mean_gradient

LAW = "moments of the χ² law of the energy, from the integral of its density"
SIGNS = "every choice of random signs run through, in fractions"
LARGEST = {Profile.QUICK: 24, Profile.STANDARD: 80, Profile.THOROUGH: 400}
"""Largest number mK of residuals."""
NETS = {Profile.QUICK: 6, Profile.STANDARD: 25, Profile.THOROUGH: 120}
"""Jacobians that are drawn."""
SIZES = ((1, 1), (1, 2), (1, 3), (2, 1), (2, 2))
"""n and m of the model whose every sign can be run through."""
ROW, REPAIR = "pennington2017.energy", "hessproof.residual_gradient"
HALF = Fraction(1, 2)
"""ε of residuals ±1."""

Formula = Callable[[int], Fraction]
MEANS: dict[str, Formula] = {
    "": lambda k: Fraction(1), "residuals N(0, ε)": lambda k: HALF, "residuals N(0, 4ε)": lambda k: Fraction(2),
    "(mK − 1) for mK": lambda k: Fraction(k - 1, k), "ε² for ε": lambda k: Fraction(1, 4),
}  # fmt: skip
"""E[𝓛/K]/ε of k residuals, and wrong variants."""
SPREADS: dict[str, Formula] = {
    "": lambda k: Fraction(2, k), "1/(mK)": lambda k: Fraction(1, k), "4/(mK)": lambda k: Fraction(4, k),
    "2/(mK)²": lambda k: Fraction(2, k**2), "2/(mK − 1)": lambda k: Fraction(2, max(k - 1, 1)),
    "0": lambda k: Fraction(0),
}  # fmt: skip
"""Var[𝓛/K]/ε² of k residuals, and wrong variants."""


def _by_law(formulas: dict[str, Formula], measured: Formula) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        tally, left, controls = Tally(), set(formulas) - {""}, list[Mutant]()
        for count in range(1, LARGEST[context.profile] + 1):
            found = measured(count)
            tally.count(found == formulas[""](count))
            for text in sorted(each for each in left if formulas[each](count) != found):
                left.remove(text)
                controls.append(Mutant(description=text, caught=True, by=f"mK = {count}"))
        controls += [Mutant(description=text, caught=False, by="the same numbers") for text in sorted(left)]
        scope = f"every number of residuals up to {LARGEST[context.profile]}, every ε"
        return Finding(Strength.CERTIFICATE, scope, tally, {}, tuple(controls))

    return work


def mean(count: int) -> Fraction:
    """E[𝓛/K]/ε."""
    return energy_moment(count, 1)


def variance(count: int) -> Fraction:
    """Var[𝓛/K]/ε²."""
    return energy_moment(count, 2) - energy_moment(count, 1) ** 2


FACTORS: dict[str, Callable[[int], Fraction]] = {
    "": lambda m: 2 * HALF / m, "ε/m": lambda m: HALF / m, "2ε": lambda m: 2 * HALF, "2ε/m²": lambda m: 2 * HALF / m**2,
    "2ε²/m": lambda m: 2 * HALF**2 / m, "−2ε/m": lambda m: -2 * HALF / m,
}  # fmt: skip
"""What [H_0] or its trace is multiplied by, and wrong variants."""


def _by_signs(whole: bool) -> Callable[[Context], Finding]:
    """Each derivative, or the gradient as a whole, of drawn networks without activation and with ReLU."""

    def work(context: Context) -> Finding:
        rng = np.random.default_rng(context.seed_for(f"residuals/{whole}"))
        tally, left, controls = Tally(), set(FACTORS) - {""}, list[Mutant]()
        for number in range(NETS[context.profile]):
            n, m = 1 + number % 2, 1 + number % 3
            w1, w2, x = (rng.integers(-3, 4, shape) for shape in ((n, n), (n, n), (m, n)))
            net = exact_net(w1, w2, x, 0 * x, ("linear", "relu")[number % 2])
            squares, diagonal = squared_gradient(net), net.hessian_parts()[0].diagonal()
            if whole:
                squares, diagonal = squares.sum(keepdims=True), diagonal.sum(keepdims=True)
            tally.count(bool((squares == FACTORS[""](m) * diagonal).all()))
            for text in sorted(each for each in left if (squares != FACTORS[each](m) * diagonal).any()):
                left.remove(text)
                controls.append(Mutant(description=text, caught=True, by=f"n = {n}, m = {m}"))
        controls += [Mutant(description=text, caught=False, by="the same numbers") for text in sorted(left)]
        scope = f"{NETS[context.profile]} drawn Jacobians, residuals of variance 1"
        return Finding(Strength.SAMPLE, scope, tally, {}, tuple(controls))

    return work


MODELS: dict[str, Callable[[int, int], Fraction]] = {
    "": lambda n, m: 2 * HALF * Fraction(2 * n, m) * n, "2ετ": lambda n, m: 2 * HALF * Fraction(2 * n, m),
    "ετn": lambda n, m: HALF * Fraction(2 * n, m) * n, "2ετn²": lambda n, m: 2 * HALF * Fraction(2 * n, m) * n**2,
    "2εn": lambda n, m: 2 * HALF * n, "4εn/m": lambda n, m: 4 * HALF * Fraction(n, m),
}  # fmt: skip
"""E‖∇𝓛‖² of the model, and wrong variants."""


def _model(context: Context) -> Finding:
    tally, controls = Tally(), list[Mutant]()
    found = {size: model_gradient(*size) for size in SIZES}
    for size, value in found.items():
        tally.count(value == MODELS[""](*size))
    for text, formula in MODELS.items():
        wrong = [size for size, value in found.items() if formula(*size) != value]
        if text:
            by = f"n = {wrong[0][0]}, m = {wrong[0][1]}" if wrong else "the same numbers"
            controls.append(Mutant(description=text, caught=bool(wrong), by=by))
    shown = {f"n = {n}, m = {m}": str(value) for (n, m), value in found.items()}
    return Finding(
        Strength.CERTIFICATE, "n, m = " + ", ".join(map(str, SIZES)), tally, {}, tuple(controls),
        details={"mean squared gradient at ε = 1/2": shown},
    )  # fmt: skip


def doubled() -> tuple[Fraction, Fraction]:
    """E‖∇𝓛‖² at ε = 1/2 and τ = 2 for n = 1 and n = 2."""
    return model_gradient(1, 1), model_gradient(2, 2)


def _grows(context: Context) -> Finding:
    one, two = doubled()
    report = mean_gradient().check(context.seed)
    tally = Tally()
    tally.count(two < one)
    counterexample = Counterexample(
        widths=[], data_rank=0, residual_rank=0, values={"ε": "1/2", "τ": "2", "n": "1, 2, …"},
        about="mean squared norm of the gradient", predicted="falls to 0 as n grows",
        measured=f"{one} at n = 1, {two} at n = 2, and 2ετn = 2n for every n", order="n",
        reproduce=f"hessproof verify {ROW}", confirmed_by="derivation: 2ετn for all n" if report.ok else None,
    )  # fmt: skip
    return Finding(
        Strength.CERTIFICATE, "ε = 1/2, τ = 2, n = 1 and 2, every choice of signs", tally, {}, tuple(_slower()),
        counterexample,
    )  # fmt: skip


def _slower() -> Iterator[Mutant]:
    """Other powers of n that the norm would be divided by: the statement would then not fail."""
    one, two = doubled()
    for power in (2, 3):
        yield Mutant(
            description=f"‖∇𝓛‖²/n^{power} for ‖∇𝓛‖²", caught=two / 2**power < one, by="it falls: no counterexample"
        )


CHECKS = (
    FunctionCheck(
        ROW, "expectation", "law of the energy", Engine.EXACT, LAW, _by_law(MEANS, mean), lambda: mean(3)
    ),
    FunctionCheck(
        REPAIR, "spread", "law of the energy", Engine.EXACT, LAW, _by_law(SPREADS, variance), lambda: variance(3)
    ),
    FunctionCheck(
        ROW, "entries", "all signs", Engine.EXACT, SIGNS, _by_signs(False),
        lambda: squared_gradient(exact_net([[1]], [[1]], [[1]], [[0]])),
    ),
    FunctionCheck(
        REPAIR, "norm", "all signs", Engine.EXACT, SIGNS, _by_signs(True),
        lambda: squared_gradient(exact_net([[1]], [[1]], [[1]], [[0]])),
    ),
    FunctionCheck(REPAIR, "model", "all signs", Engine.EXACT, SIGNS, _model, lambda: model_gradient(1, 1)),
    FunctionCheck(
        ROW, "gradient", "all signs", Engine.EXACT, SIGNS, _grows, demonstrate_residuals,
        derivations=lambda: (mean_gradient(),),
    ),
)  # fmt: skip
