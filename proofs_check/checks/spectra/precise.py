"""Tiny or zero (§5.2): eigenvalues beyond the predicted rank of a tanh and of a linear network, in 50 digits."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import numpy.typing as npt

from hessproof.numeric.network.hessians import network_hessian
from hessproof.numeric.spectra.complex_step import complex_step_hessian
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.criteria import spectra as criteria
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formulas import FORMULAS

Array = npt.NDArray[np.float64]
DIGITS = "complex steps of the gradient, eigenvalues in 50 decimal digits, a linear network's beside them"
ROUNDING = "float64 Hessians by Khatri–Rao products; a value counts only if it is far above rounding"
ROUNDING_LEVEL = 1e-12


def drawn(seed: int, activation: str) -> tuple[Architecture, list[Array], Array, Array]:
    """A 3-4-2 network with Gaussian weights, samples and targets; the same numbers for every activation."""
    architecture = Architecture(criteria.PRECISE_WIDTHS, activation=activation)
    rng = np.random.default_rng([seed, 50])
    weights = [rng.standard_normal(shape) for shape in architecture.weight_shapes]
    count = criteria.PRECISE_SAMPLES
    return architecture, weights, rng.standard_normal((count, 3)), rng.standard_normal((count, 2))


def predicted() -> int:
    """ρ of the linear network: d = 3, K = 2, r and s full."""
    return FORMULAS["loss_generic"].evaluate(Architecture(criteria.PRECISE_WIDTHS), 3, 2)


def precise_ratio(seed: int, activation: str) -> Any:
    """|λ_{ρ+1}| / |λ_1| in 50 digits."""
    architecture, weights, inputs, targets = drawn(seed, activation)
    digits = criteria.PRECISE_DIGITS
    hessian = complex_step_hessian(architecture, weights, inputs, targets, "loss", digits)
    with mpmath.workdps(digits):
        found = mpmath.eigsy(mpmath.matrix(hessian.tolist()), eigvals_only=True)
        values = sorted((abs(value) for value in found), reverse=True)
        return values[predicted()] / values[0]


def float_ratio(seed: int, activation: str) -> float:
    """The same in float64; zero if it is no larger than rounding can make it."""
    values = np.sort(np.abs(np.linalg.eigvalsh(network_hessian(*drawn(seed, activation)))))[::-1]
    ratio = float(values[predicted()] / values[0])
    return ratio if ratio > ROUNDING_LEVEL else 0.0


def _work(kind: str) -> Any:
    def work(context: Context) -> Finding:
        rule = criteria.NOT_ZERO
        counter, values, controls = Counter(claim(rule.claim).part(rule.part)), list[float](), list[Mutant]()
        linear: list[str] = []
        for seed in rule.seeds:
            if kind == "precise":
                values.append(float(precise_ratio(seed, "tanh")))
                zero = precise_ratio(seed, "linear")
                none = zero < criteria.LINEAR_ZERO
                linear.append(mpmath.nstr(zero, 3))
            else:
                values.append(float_ratio(seed, "tanh"))
                none = float_ratio(seed, "linear") == 0
                linear.append("below rounding" if none else "above rounding")
            architecture = Architecture(criteria.PRECISE_WIDTHS, activation="tanh")
            counter.count(Case(architecture, 3, 2), rule.met(values[-1]) and none)
            controls.append(
                Mutant(description=f"the linear network, seed {seed}", caught=none, by=f"{linear[-1]}: zero")
            )
        details = {"criteria": [rule.record(values)], "the same for the linear network": linear}
        return Finding(
            Strength.SAMPLE, rule.configuration, counter.tally, counter.regions, tuple(controls), details=details
        )

    return work


def demonstrate_digits() -> None:
    """One network."""
    precise_ratio(1, "tanh")


def demonstrate_floats() -> None:
    """One network."""
    float_ratio(1, "tanh")


CHECKS = (
    FunctionCheck(
        "singh2021.nonlinear_numrank", "not_zero", "fifty digits", Engine.MULTIPRECISION, DIGITS, _work("precise"),
        demonstrate_digits,
    ),
    FunctionCheck(
        "singh2021.nonlinear_numrank", "not_zero", "float64", Engine.FLOAT, ROUNDING, _work("float"),
        demonstrate_floats,
    ),
)  # fmt: skip
