"""Lemma 1, the ranks of Gram matrices, and the arithmetic of §4.4, on exact numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hessproof.numeric.integers import integers, product, rational_rank
from hessproof.numeric.reference import reference_hessian
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.first_derivatives import jacobian_by_differences
from hessproof.proofs_check.checks.samples import draw, tiny
from hessproof.proofs_check.enumeration import architectures_within, cases
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength, Tally
from hessproof.proofs_check.surveys.plan import random_architecture
from hessproof.symbolic.formula import RankFormula
from hessproof.symbolic.formulas import FORMULAS

Array = NDArray[Any]

Z_MATRIX = "the rank over Q of the stacked matrix itself, for random integer matrices of every rank"
GRAMS = "ranks over Q of the Jacobian by exact differences, of its Gram matrices, and of the definition's H_o"
ARITHMETIC = "both sides evaluated at every case of an enumerated range"
COUNTS = {Profile.QUICK: 150, Profile.STANDARD: 1500, Profile.THOROUGH: 6000}


def of_rank(rng: np.random.Generator, rows: int, columns: int, rank: int) -> Array:
    """A random integer matrix of exactly this rank."""
    while True:
        found = rng.integers(-4, 5, (rows, rank)) @ rng.integers(-4, 5, (rank, columns))
        if rational_rank(integers(found)) == rank:
            return np.asarray(found)


def z_rank(c: Array, d: Array) -> int:
    """rk [I_q ⊗ C ; D ⊗ I_n] over Q."""
    stack = np.vstack([np.kron(np.eye(d.shape[1], dtype=int), c), np.kron(d, np.eye(c.shape[1], dtype=int))])
    return rational_rank(integers(stack))


def lemma_value(formula: RankFormula, c: Array, d: Array) -> int:
    """q rk C + n rk D − rk C rk D, or what a variant of it says."""
    values = {r"\operatorname{rk} C": rational_rank(integers(c)), r"\operatorname{rk} D": rational_rank(integers(d))}
    values |= {"q": d.shape[1], "n": c.shape[1]}
    return formula.evaluate_at({symbol: values[symbol.name] for symbol in FORMULAS["lemma1"].symbols})


def _lemma_work(context: Context) -> Finding:
    rng = np.random.default_rng(context.seed_for("lemma1"))
    tally, pairs = Tally(), []
    for _ in range(COUNTS[context.profile]):
        m, n, p, q = (int(size) for size in rng.integers(1, 5, 4))
        c = of_rank(rng, m, n, int(rng.integers(0, min(m, n) + 1)))
        d = of_rank(rng, p, q, int(rng.integers(0, min(p, q) + 1)))
        pairs.append((c, d, z_rank(c, d)))
        tally.count(pairs[-1][2] == lemma_value(FORMULAS["lemma1"], c, d))
    controls = tuple(
        Mutant(
            description=mutant.mutation,
            caught=any(rank != lemma_value(mutant, c, d) for c, d, rank in pairs),
            by="a pair of matrices",
        )
        for mutant in FORMULAS["lemma1"].mutants()
        if set(mutant.symbols) <= set(FORMULAS["lemma1"].symbols)
    )
    return Finding(Strength.SAMPLE, f"{tally.tried} pairs, sizes 1 to 4, every rank", tally, controls=controls)


def gram_ranks(instance: Any) -> dict[str, int]:
    """rk J, rk JJ⊤ and rk J⊤J of the Jacobian on all samples, and rk H_o, all over Q."""
    rows = []
    weights, inputs = list(instance.weights), instance.inputs.T
    for sample in range(inputs.shape[1]):
        x = inputs[:, sample : sample + 1]
        rows.append(np.hstack([jacobian_by_differences(weights, x, layer) for layer in range(1, len(weights) + 1)]))
    jacobian = integers(np.vstack(rows))
    return {
        "jacobian": rational_rank(jacobian),
        "ntk": rational_rank(product([jacobian, jacobian.T])),
        "fisher": rational_rank(product([jacobian.T, jacobian])),
        "outer": rational_rank(reference_hessian(instance, "outer")),
    }


def grams(context: Context) -> tuple[tuple[Case, dict[str, int]], ...]:
    """The four ranks at random instances, zero and deficient weights among them. Made once a run."""

    def make() -> tuple[tuple[Case, dict[str, int]], ...]:
        rng = np.random.default_rng(context.seed_for("grams"))
        found = []
        for number in range(COUNTS[context.profile] // 3):
            instance = draw(random_architecture(rng, 1, 30, 4, 4), rng)
            if number % 4 == 0:
                instance.weights[int(rng.integers(len(instance.weights)))][0, :] = 0
            case = Case(instance.architecture, instance.data_rank, min(instance.data_rank, 1))
            found.append((case, gram_ranks(instance)))
        return tuple(found)

    return context.shared("gram-ranks", make)


def _gram_work(key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        found = grams(context)
        counter = Counter(claim("singh2021.ntk").part(key))
        for case, ranks in found:
            counter.count(case, ranks[key] == ranks["outer"])
        caught = any(
            ranks["outer"] < min(case.architecture.parameters, case.architecture.outputs) for case, ranks in found
        )
        control = Mutant(description="rank min(p, K) in place of rk H_o", caught=caught, by="weights that lack rank")
        scope = f"{len(found)} integer instances, p ≤ 30, a zero row in a weight matrix of every fourth"
        return Finding(Strength.SAMPLE, scope, counter.tally, counter.regions, (control,))

    return work


def _deficiency_work(context: Context) -> Finding:
    """p − [Fact 7] against Σ (M_i − q)(M_{i+1} − q)."""
    depth, width = (4, 3) if context.profile == Profile.QUICK else (4, 5)
    part = claim("singh2021.deficiency").part("identity")
    counter, inside = Counter(part), []
    for architecture in architectures_within(depth, width):
        for case in cases(architecture):
            if part.in_domain(case):
                left = architecture.parameters - _value("fact7", case)
                counter.count(case, left == _value("deficiency", case))
                inside.append((case, left))
    controls = tuple(
        Mutant(
            description=mutant.mutation,
            caught=any(
                left != mutant.evaluate(case.architecture, case.data_rank, case.residual_rank) for case, left in inside
            ),
            by="a case of the range",
        )
        for mutant in FORMULAS["deficiency"].mutants()
    )
    scope = f"all architectures with L ≤ {depth} and widths ≤ {width}, r = d, every s"
    return Finding(Strength.CERTIFICATE, scope, counter.tally, counter.regions, controls)


def _value(name: str, case: Case) -> int:
    return FORMULAS[name].evaluate(case.architecture, case.data_rank, case.residual_rank)


def demonstrate_lemma() -> None:
    """One pair of matrices."""
    rng = np.random.default_rng(0)
    c, d = of_rank(rng, 2, 3, 1), of_rank(rng, 2, 2, 2)
    z_rank(c, d)
    lemma_value(FORMULAS["lemma1"], c, d)


def demonstrate_grams() -> None:
    """One tiny instance."""
    gram_ranks(tiny())


def demonstrate_arithmetic() -> None:
    """Both sides at a few cases."""
    for architecture in architectures_within(2, 2):
        for case in cases(architecture):
            _value("fact7", case)
            _value("deficiency", case)


CHECKS = (
    FunctionCheck(
        "singh2021.lemma1", "main", "stacked matrices", Engine.EXACT, Z_MATRIX, _lemma_work, demonstrate_lemma
    ),
    *(
        FunctionCheck(
            "singh2021.ntk", key, "Gram matrices", Engine.EXACT, GRAMS, _gram_work(key), demonstrate_grams, grams
        )
        for key in ("jacobian", "ntk", "fisher")
    ),
    FunctionCheck(
        "singh2021.deficiency", "identity", "enumeration", Engine.EXACT, ARITHMETIC, _deficiency_work,
        demonstrate_arithmetic,
    ),
)  # fmt: skip
