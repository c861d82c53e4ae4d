"""Generic ranks with bias from both sides: no parameter exceeds the formula, and one explicit point attains it.

The *proof* is for all sizes: derivations bound the rank from above for every parameter and from below for almost all of
them; where a part has a formula of its own, it is shown to be the derived one in the regimes that its domain has. For
E[δ] = 0 the lower half is the witness without bias, so there the proof counts nothing. The *witness* evaluates the
explicit point itself, whose Hessian falls apart into small blocks, for widths in the thousands too.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import sympy as sp

from hessproof.proofs_check.bias.cases import biased_cases, with_bias
from hessproof.proofs_check.bias.record import BiasRecord, BiasSurvey
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.catalogue import regions_bias as regions
from hessproof.proofs_check.checks.bias.bounds import bound_on, bounded, demonstrate, derivations, examined, reached_by
from hessproof.proofs_check.checks.bias.measured import GENERIC, MUTANTS, controls, counted, formula_of, variants
from hessproof.proofs_check.checks.bias.proofs import proved
from hessproof.proofs_check.enumeration import architectures_within
from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case, Part, Region
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength, Tally
from hessproof.proofs_check.surveys.record import Draw
from hessproof.symbolic import formula as symbols
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.bias.witness import Witness
from hessproof.symbolic.formulas import FORMULAS

PROOF = "a bound for every parameter and a recursion that attains it, derived with bias for all sizes"
WITNESS = "rectangular identities without biases, whose Hessian is a sum of small blocks ranked modulo a prime"
RANGES = {Profile.QUICK: (2, 2, 8), Profile.STANDARD: (3, 3, 60), Profile.THOROUGH: (4, 3, 400)}
"""By profile: depth and width up to which every case is taken, and the number of large random architectures."""
LARGEST = 200
Regime = dict[Any, Any]

_R, _K = symbols.r, symbols.K
_FULL: Regime = {symbols.mean: 1, symbols.r_aug: _R + 1}
_SAME: tuple[Regime, ...] = ({},)
_WIDE: tuple[Regime, ...] = tuple(
    {**_FULL, symbols.q_bias: narrow, symbols.q_centred: inner, symbols.s_cut: narrow, symbols.s_next: narrow}
    for narrow, inner in ((_R + 1, _R), (_K, _K))
)
"""No hidden width below min(r + 1, K) = s̃: either r + 1 ≤ K, or K ≤ r."""
_CLOSED: tuple[Regime, ...] = (
    {symbols.q_bias: symbols.s_aug, symbols.s_cut: symbols.s_aug, symbols.s_next: symbols.s_aug, symbols.mean: 1},
)
_CONSTANT: tuple[Regime, ...] = ({symbols.r_aug: _R + 1, symbols.q_centred: symbols.q},)
_BEYOND_ZERO_MEAN = tuple(region for region in regions.RESIDUAL if "E[δ] = 0" not in region.name)
_RIGHT = (regions.FACT[1], regions.FACT[4])

COVERED: dict[tuple[str, str], tuple[str, tuple[Region, ...], tuple[Regime, ...]]] = {
    ("singh2021.thm12_remark", "equality"): ("outer", regions.CONSTANT[:1], _CONSTANT),
    ("singh2021.fact13", "main"): ("loss", _RIGHT, _WIDE),
    ("singh2021.functional_bias", "main"): ("functional", _BEYOND_ZERO_MEAN, _SAME),
    ("singh2021.functional_bias", "closed"): ("functional", regions.CLOSED[:1], _CLOSED),
    ("hessproof.outer_bias", "generic"): ("outer", regions.CONSTANT, _SAME),
    ("hessproof.functional_bias", "generic"): ("functional", _BEYOND_ZERO_MEAN, _SAME),
    ("hessproof.loss_bias", "generic"): ("loss", _BEYOND_ZERO_MEAN, _SAME),
    ("hessproof.loss_bias", "published"): ("loss", _RIGHT, _WIDE),
    ("hessproof.deficiency_bias", "generic"): ("loss", _BEYOND_ZERO_MEAN, _SAME),
}
"""For a part: the rank that it is about, the regions in which it is proved, and the values of the shorthands there."""


def agrees(part: Part, quantity: str, regime: Regime, expression: sp.Expr | None = None) -> bool:
    """Whether a part's formula, or another expression in its place, is the derived one in a regime."""
    derived = _branches(FORMULAS[f"{quantity}_bias_generic"].expression)
    own = _branches(formula_of(part).expression if expression is None else expression)
    if part.quantity == "deficiency":
        own = tuple(symbols.p - one for one in own)
    pairs = zip(own, derived, strict=True)
    return all(sp.expand((one - other).xreplace(regime).doit()) == 0 for one, other in pairs)


def _branches(expression: sp.Expr) -> tuple[sp.Expr, ...]:
    """The values of an expression that treats L = 1 apart, or the expression alone."""
    if isinstance(expression, sp.Piecewise):
        return tuple(value for value, _ in expression.args)
    return (expression,)


def _proof(name: str, key: str, context: Context) -> Finding:
    quantity, covered, regimes = COVERED[name, key]
    part = claim(name).part(key)
    finding = proved((*bound_on(quantity), *reached_by(quantity)), context)
    for regime in regimes:
        finding.tally.count(agrees(part, quantity, regime))
    sound = not finding.tally.failed
    counts = {region.name: Tally(tried=1, satisfied=1, held=int(sound), failed=1 - sound) for region in covered}
    wrong = _wrong_formulas(part, quantity, regimes, MUTANTS[context.profile])
    return Finding(
        Strength.PROOF,
        f"all sizes, where {'; '.join(counts)}",
        finding.tally,
        counts,
        (*finding.controls, *wrong),
        details=finding.details,
    )


def _wrong_formulas(part: Part, quantity: str, regimes: tuple[Regime, ...], most: int) -> Iterator[Mutant]:
    """Variants of a formula of the part's own, which must differ from the derived one in some regime."""
    if regimes == _SAME:
        return
    for mutant in variants(part.formula or "", most):
        if mutant.expression != formula_of(part).expression:
            caught = not all(agrees(part, quantity, regime, mutant.expression) for regime in regimes)
            by = "another polynomial than the derived one" if caught else "the same polynomial in every regime"
            yield Mutant(description=mutant.mutation, caught=caught, by=by)


def witnessed(case: Case) -> BiasRecord:
    """The ranks that the explicit point attains, as a record."""
    point = Witness(
        case.architecture,
        case.augmented_data_rank or 0,
        case.augmented_residual_rank or 0,
        case.residual_mean or 0,
    )
    ranks = {"outer": point.rank("outer"), "functional": point.rank("functional"), "loss": point.rank("loss")}
    return BiasRecord(case, ranks, (Draw(0, 0, 1),))


def witnesses(context: Context) -> BiasSurvey:
    """Every small case and large random ones. Made once a run."""

    def make() -> BiasSurvey:
        depth, width, more = RANGES[context.profile]
        small = [case for one in architectures_within(depth, width) for case in biased_cases(with_bias(one))]
        large = _large(np.random.default_rng(context.seed_for("bias-witness")), more)
        text = (
            f"all architectures with bias, L ≤ {depth} and widths ≤ {width}, every rank of the data, and {more} random "
            f"ones with L ≤ 5 and widths up to {LARGEST}"
        )
        return BiasSurvey(tuple(witnessed(case) for case in (*small, *large)), text)

    examined(context)
    return context.shared("bias-witness", make)


def _large(rng: np.random.Generator, count: int) -> Iterator[Case]:
    """Depth 1 to 5, widths log-uniform; ranks full in half of the cases, E[δ] = 0 in some."""
    for _ in range(count):
        widths = np.exp(rng.uniform(0, np.log(LARGEST), int(rng.integers(2, 7)))).astype(int) + 1
        architecture = Architecture(tuple(int(width) for width in widths), bias=True)
        r = architecture.inputs if rng.random() < 0.5 else int(rng.integers(0, architecture.inputs + 1))
        most = min(r, architecture.outputs)
        mean = int(rng.random() < 0.8)
        s = most if rng.random() < 0.5 else int(rng.integers(0, most + 1))
        yield Case(architecture, r, s, r + 1, min(s + mean, architecture.outputs), mean)


def _attained(name: str, key: str, context: Context) -> Finding:
    part, found = claim(name).part(key), witnesses(context)
    counter, _ = counted(part, found.records)
    strength = Strength.CERTIFICATE if bounded(part, context) else Strength.SAMPLE
    largest = max(record.case.architecture.parameters for record in found)
    return Finding(
        strength,
        f"{found.scope}; {len(found)} cases",
        counter.tally,
        counter.regions,
        controls(part, found.records, context.profile),
        details={"largest p": largest},
    )


def demonstrate_witness() -> None:
    """The explicit point of some tiny cases."""
    for case in list(biased_cases(Architecture((1, 1, 2), bias=True)))[::3]:
        record = witnessed(case)
        for name, key in GENERIC:
            counted(claim(name).part(key), [record])


def state() -> None:
    """Write the formulas down."""
    for name, key in GENERIC:
        counted(claim(name).part(key), [])


_WITNESSED = tuple((name, key) for name, key in GENERIC if name.startswith("hessproof") or "functional" in name)

CHECKS = (
    *(
        FunctionCheck(
            name, key, "two-sided derivation", Engine.SYMBOLIC, PROOF, partial(_proof, name, key), demonstrate,
            examined, derivations=partial(derivations, (*bound_on(quantity), *reached_by(quantity))),
        )
        for (name, key), (quantity, _, _) in COVERED.items()
    ),
    *(
        FunctionCheck(
            name, key, "witness", Engine.EXACT, WITNESS, partial(_attained, name, key), demonstrate_witness, witnesses,
            state,
        )
        for name, key in _WITNESSED
    ),
)  # fmt: skip
