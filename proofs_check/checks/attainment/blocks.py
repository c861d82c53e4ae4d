"""Generic ranks for all sizes: no parameter exceeds the formula, and the blocks of an explicit point attain it.

Both halves are derivations for symbolic depth, layers and widths. A part's formula is then compared with the derived
one in the regimes that its domain has. For samples the lower half is the stronger one: on every data set.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Any

import sympy as sp

from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.attainment.theorems import (
    MADE,
    THEOREMS,
    WITH_BIAS,
    Theorem,
    agrees,
    branch,
    made,
    stated,
)
from hessproof.proofs_check.checks.bias import bounds
from hessproof.proofs_check.checks.derivations import examine
from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Part
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength, Tally
from hessproof.symbolic.attainment import blocks, columns, variants
from hessproof.symbolic.attainment.block import Block
from hessproof.symbolic.derivation import Derivation

IDEA = "a kernel for every parameter and the blocks of an explicit point, ranked for symbolic depth, layers and widths"
ELSEWHERE = (
    "outer_bound", "functional_diagonal", "functional_bound", "loss_bound", "residual_bound", "deficiency",
    *(f"bound_{place}" for place in columns.PLACES),
)  # fmt: skip
"""Derivations of which other checks try all variants; here one shows that this check can fail."""


def examined(name: str, context: Context) -> Finding:
    """What checking a derivation, and variants of it, found; made once."""
    if name in WITH_BIAS:
        return bounds.examined(context)[name]
    most = 1 if name in ELSEWHERE else None
    return context.shared(f"attained-{name}", lambda: examine((MADE[name](),), context, most))


TRIED = {Profile.QUICK: 2, Profile.STANDARD: 12, Profile.THOROUGH: 40}
"""Variants tried of each block of the witness, evenly spread over all that are generated."""


def block_controls(context: Context) -> tuple[Mutant, ...]:
    """Wrong witnesses and wrong blocks, of which the derivations of the blocks must say what is wrong; made once.

    A variant whose stated rank is right on numbers is another witness, and left out.
    """

    def make() -> tuple[Mutant, ...]:
        return tuple(
            found for part in ("loss", "functional") for build in blocks.KINDS.values()
            for found in _variants(build(part), TRIED[context.profile])
        )  # fmt: skip

    return context.shared("attained-variants", make)


def _variants(block: Block, most: int) -> Iterator[Mutant]:
    everything = list(variants.variants(block))
    for text, variant in islice(everything, 0, None, max(1, len(everything) // most)):
        description = f"{block.part} Hessian, {block.name}: {text}"
        if why := variants.rejection(variant):
            yield Mutant(description=description, caught=True, by=why)
        elif variants.wrong(variant):
            yield Mutant(description=description, caught=False, by="accepted")


def prepared(context: Context) -> None:
    """Make what the checks share."""
    for name in MADE:
        examined(name, context)
    block_controls(context)


MUTANTS = {Profile.QUICK: 8, Profile.STANDARD: 60, Profile.THOROUGH: 1000}
"""Variants tried of each part's own formula."""


def _proof(name: str, key: str, context: Context) -> Finding:
    part, theorem = claim(name).part(key), THEOREMS[name, key]
    found = [examined(one, context) for one in theorem.names]
    tally = sum((one.tally for one in found), Tally())
    if own := stated(part, theorem):
        for regime in theorem.regimes:
            tally.count(agrees(part, regime, branch(part, own.expression)))
    sound = not tally.failed
    counts = {region.name: Tally(tried=1, satisfied=1, held=int(sound), failed=1 - sound) for region in theorem.covered}
    failures = [failure for one in found for failure in one.details.get("failures", [])]
    details: dict[str, Any] = {
        "derivations": [record for one in found for record in one.details["derivations"]],
        **{text: sum(one.details[text] for one in found) for text in ("lines", "instances with exact random matrices")},
        **({"failures": failures} if failures else {}),
    }
    controls = tuple(control for one in found for control in one.controls)
    return Finding(
        Strength.PROOF,
        f"all sizes, where {'; '.join(counts)}",
        tally,
        counts,
        (*controls, *block_controls(context), *_wrong_formulas(part, theorem, MUTANTS[context.profile])),
        details=details,
    )


def _wrong_formulas(part: Part, theorem: Theorem, most: int) -> Iterator[Mutant]:
    """Variants of the part's formula, which must differ from the derived one in some regime."""
    if (own := stated(part, theorem)) is None:
        return
    original = branch(part, own.expression)
    changed = [
        (one.mutation, value) for one in own.mutants()
        if (value := branch(part, one.expression)) is None or _differ(value, original, theorem)
    ]  # fmt: skip
    for mutation, value in islice(changed, 0, None, max(1, len(changed) // most)):
        caught = not all(agrees(part, regime, value) for regime in theorem.regimes)
        by = "another number than the derived one" if caught else "the same number in every regime"
        yield Mutant(description=mutation, caught=caught, by=by)


def _differ(one: sp.Expr, other: sp.Expr | None, theorem: Theorem) -> bool:
    """Whether two formulas differ as polynomials in some regime: with E[δ] = 0 a changed coefficient of e does not."""
    return any(sp.expand((one - other).xreplace(regime)) != 0 for regime in theorem.regimes)


def _derivations(name: str, key: str) -> tuple[Derivation, ...]:
    return tuple(made(one) for one in THEOREMS[name, key].names)


SHOWN = ("outer_bound", "independence", "factor", "residual_bound", "deficiency_any_residual", "every_data",
         "functional_centred", "loss_centred")  # fmt: skip


def demonstrate() -> None:
    """Derivations of each kind, checked, a wrong block, and a formula."""
    for name in SHOWN:
        MADE[name]().check(0, count=1)
    for _, variant in islice(variants.variants(blocks.both_ends("loss")), 2):
        variants.rejection(variant)
        variants.wrong(variant)
    for name, key in THEOREMS:
        part = claim(name).part(key)
        if own := stated(part, THEOREMS[name, key]):
            agrees(part, THEOREMS[name, key].regimes[0], branch(part, own.expression))


CHECKS = tuple(
    FunctionCheck(
        name, key, "block argument", Engine.SYMBOLIC, IDEA, partial(_proof, name, key), demonstrate, prepared,
        derivations=partial(_derivations, name, key),
    )
    for name, key in THEOREMS
)  # fmt: skip
