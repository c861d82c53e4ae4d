"""Bounds of the order N K (§5.2), compared with the number of parameters: arithmetic, and the sizes of real arrays."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from hessproof.numeric.instance import data_instance
from hessproof.numeric.ranks import measure
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.criteria import coarse_bounds as criteria
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formulas import FORMULAS

COUNTED = "p counted from the widths, against N K"
SHAPES = "rows and columns of the Jacobian, N K × p, from the shapes of outputs and weights themselves"
Ratio = Callable[[tuple[int, ...], int], float]


def by_formula(widths: tuple[int, ...], samples: int) -> float:
    """N K / p."""
    architecture = Architecture(widths)
    return samples * architecture.outputs / architecture.parameters


def by_arrays(widths: tuple[int, ...], samples: int) -> float:
    """Rows over columns of the Jacobian, from the shapes of the outputs and of the weights."""
    weights = [np.zeros((rows, columns), dtype=np.int8) for columns, rows in pairwise(widths)]
    value = np.zeros((samples, widths[0]), dtype=np.int8)
    for weight in weights:
        value = value[:, :1] @ weight[:, :1].T
    return value.size / sum(weight.size for weight in weights)


def _work(ratio: Ratio) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        rule = criteria.CRITERIA[0]
        counter, values = Counter(claim(rule.claim).part(rule.part)), list[float]()
        for _, widths, samples in criteria.EXPERIMENTS:
            values.append(ratio(widths, samples))
            architecture = Architecture(widths)
            counter.count(Case(architecture, architecture.inputs, architecture.outputs), rule.met(values[-1]))
        few = {samples: ratio((64, 30, 20, 10), samples) for samples in (1, 10, 64, 271, 272)}
        controls = tuple(
            Mutant(
                description=f"64-30-20-10 on {samples} samples",
                caught=not rule.met(value),
                by=f"N K / p = {value:.3f}",
            )
            for samples, value in few.items()
            if samples < 272
        )
        counter.count(Case(Architecture((64, 30, 20, 10)), 1, 1), rule.met(few[1]))
        details = {
            "criteria": [rule.record(values)],
            "N K / p by number of samples, 64-30-20-10": {str(samples): value for samples, value in few.items()},
            "one sample": attained(),
        }
        scope = f"{len(values)} networks and data sets: {rule.configuration}"
        return Finding(Strength.CERTIFICATE, scope, counter.tally, counter.regions, controls, details=details)

    return work


def attained() -> str:
    """With one sample the bound N K is the exact rank of H_o: there it is sharp, and of use."""
    architecture = Architecture((4, 3, 3, 2))
    one = data_instance(architecture, [[1, 2, 3, 4]], [[1, 0]], seed=1)
    found = measure(one, "exact", ("outer",))["outer"].value
    stated = FORMULAS["outer_generic"].evaluate(architecture, 1, 1)
    return f"{architecture}: rk H_o = {found} = N K, p = {architecture.parameters}, by the formula {stated}"


def demonstrate_formula() -> None:
    """One network."""
    by_formula((64, 30, 20, 10), 300)


def demonstrate_arrays() -> None:
    """One network."""
    by_arrays((64, 30, 20, 10), 300)


CHECKS = (
    FunctionCheck(
        "singh2021.coarse_bounds", "main", "counting", Engine.EXACT, COUNTED, _work(by_formula), demonstrate_formula
    ),
    FunctionCheck(
        "singh2021.coarse_bounds", "main", "shapes", Engine.EXACT, SHAPES, _work(by_arrays), demonstrate_arrays
    ),
)
