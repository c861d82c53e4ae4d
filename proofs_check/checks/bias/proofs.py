"""Derivations with bias for symbolic depth, layers and widths, each line checked by its rule, then on numbers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import Any

from hessproof.proofs_check.bias.cases import biased_cases, named, value_at, with_bias
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.bias.bounds import bound_on, demonstrate, derivations, examined
from hessproof.proofs_check.checks.bias.measured import MUTANTS, variants
from hessproof.proofs_check.enumeration import architectures_within
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength, Tally
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formula import RankFormula
from hessproof.symbolic.formulas import FORMULAS

IDEA = "a derivation with bias for symbolic depth, layers and widths, each line checked by a named rule"
COUNTED = "both sides of the identity, counted in integers for every small architecture with bias"

PROOFS: dict[tuple[str, str], tuple[str, ...]] = {
    ("singh2021.thm12", "main"): bound_on("outer"),
    ("singh2021.thm12_remark", "bound"): bound_on("outer"),
    ("singh2021.fact13_deficiency", "identity"): ("fact13_deficiency",),
    ("hessproof.outer_bias", "every"): ("outer_decoupled", "mean_rank", "thm12_exact"),
    ("hessproof.outer_bias", "bound"): bound_on("outer"),
    ("hessproof.functional_bias", "bound"): bound_on("functional"),
    ("hessproof.loss_bias", "bound"): bound_on("loss"),
    ("hessproof.centred_bias", "loss"): ("outer_decoupled", "functional_decoupled", "mean_rank"),
    ("hessproof.centred_bias", "functional"): ("functional_decoupled",),
    ("hessproof.deficiency_bias", "hidden"): ("hidden_deficiency",),
}
"""Which derivations prove which part, for every parameter that meets the part's assumptions."""

IDENTITIES: tuple[tuple[str, str], ...] = (
    ("singh2021.fact13_deficiency", "identity"),
    ("hessproof.deficiency_bias", "hidden"),
)
"""Parts that say that two counts are equal."""
RANGES = {Profile.QUICK: (3, 3), Profile.STANDARD: (4, 3), Profile.THOROUGH: (4, 4)}


def proved(names: tuple[str, ...], context: Context) -> Finding:
    """What was found about some derivations, taken together."""
    found = [examined(context)[name] for name in names]
    details: dict[str, Any] = {
        "derivations": [record for one in found for record in one.details["derivations"]],
        **{key: sum(one.details[key] for one in found) for key in ("lines", "instances with exact random matrices")},
    }
    failures = [failure for one in found for failure in one.details.get("failures", [])]
    return Finding(
        Strength.PROOF,
        "all sizes",
        sum((one.tally for one in found), Tally()),
        controls=tuple(control for one in found for control in one.controls),
        details={**details, **({"failures": failures} if failures else {})},
    )


def counts(key: str, case: Case, formula: RankFormula | None = None) -> tuple[int, int] | None:
    """Both sides of an identity at a case, the right one a plain sum over the layers; None if it says nothing there."""
    architecture = case.architecture
    widths = architecture.widths
    pairs = list(pairwise(widths))
    if key == "identity":
        if case.data_rank < architecture.inputs:
            return None
        narrow = min(case.data_rank + 1, *widths[1:])
        stated = FORMULAS["fact13"] if formula is None else formula
        left = architecture.parameters - value_at(stated, case)
        return left, sum((before + 1 - narrow) * (after - narrow) for before, after in pairs)
    narrow = min(architecture.hidden, default=0)
    full = case.augmented_data_rank == architecture.inputs + 1
    if not architecture.hidden or not full or not case.residual_mean or narrow >= (case.augmented_residual_rank or 0):
        return None
    last = max(layer for layer, width in enumerate(architecture.hidden, start=1) if width == narrow)
    front = sum((before + 1 - narrow) * (after - narrow) for before, after in pairs[:last])
    back = sum((before - narrow) * (after - narrow - 1) for before, after in pairs[last:])
    stated = FORMULAS["loss_bias_generic"] if formula is None else formula
    return architecture.parameters - value_at(stated, case), front + back


def _counted(name: str, key: str, context: Context) -> Finding:
    part = claim(name).part(key)
    depth, width = RANGES[context.profile]
    counter = Counter(part)
    tried = []
    for architecture in architectures_within(depth, width):
        for case in biased_cases(with_bias(architecture)):
            sides = counts(key, case)
            if sides is not None:
                counter.count(case, sides[0] == sides[1])
                tried.append(case)
    return Finding(
        Strength.SAMPLE,
        f"all architectures with bias, L ≤ {depth} and widths ≤ {width}, and every rank of the data",
        counter.tally,
        counter.regions,
        tuple(_wrong(key, tried, MUTANTS[context.profile])),
    )


def _wrong(key: str, cases: list[Case], most: int) -> Iterator[Mutant]:
    for mutant in variants("fact13" if key == "identity" else "loss_bias_generic", most):
        other = next((case for case in cases if not _equal(counts(key, case, mutant))), None)
        by = "the same number everywhere" if other is None else named(other)
        yield Mutant(description=mutant.mutation, caught=other is not None, by=by)


def _equal(sides: tuple[int, int] | None) -> bool:
    return sides is None or sides[0] == sides[1]


def demonstrate_counts() -> None:
    """The identities at one tiny architecture."""
    for case in biased_cases(Architecture((1, 1, 2), bias=True)):
        for _, key in IDENTITIES:
            counts(key, case)


def state() -> None:
    """Write the formulas down."""
    demonstrate_counts()


CHECKS = (
    *(
        FunctionCheck(
            name, key, "derivation", Engine.SYMBOLIC, IDEA, partial(proved, names), demonstrate, examined,
            derivations=partial(derivations, names),
        )
        for (name, key), names in PROOFS.items()
    ),
    *(
        FunctionCheck(
            name, key, "counts", Engine.EXACT, COUNTED, partial(_counted, name, key), demonstrate_counts, None, state
        )
        for name, key in IDENTITIES
    ),
)  # fmt: skip
