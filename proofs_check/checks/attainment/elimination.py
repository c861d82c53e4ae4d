"""Generic ranks for all sizes: the equations of the kernel at one network, eliminated as words in matrices.

Every line is checked by its rule and on exact matrices. The upper half is the layer-local kernel. The negative controls
are generated from every line of the elimination.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hessproof.proofs_check.checks.derivations import NUMBERS, examine
from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Strength, Tally
from hessproof.symbolic import kernel_proof, residual_bound
from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.elimination import biased_labels, cores, data, every, functional, labels, theorem, turning

IDEA = "the equations of the kernel at rectangular identities, eliminated as matrix words for symbolic sizes"
MUTANTS = {Profile.QUICK: 4, Profile.STANDARD: 4, Profile.THOROUGH: 24}
"""Mutants tried for each derivation, of which a part has up to thirty; in the quick profile none for lemmas."""

Made = Callable[[], tuple[Derivation, ...]]


def _fact7() -> tuple[Derivation, ...]:
    return theorem.loss(), kernel_proof.loss_bound()


def _loss() -> tuple[Derivation, ...]:
    return theorem.loss(), kernel_proof.loss_bound(), residual_bound.deficient_residual_bound()


def _functional() -> tuple[Derivation, ...]:
    return functional.functional(), kernel_proof.functional_bound()


PROOFS: dict[tuple[str, str], Made] = {
    ("singh2021.fact7", "main"): _fact7,
    ("hessproof.any_residual", "main"): _loss,
    ("singh2021.cor6", "any_depth"): _functional,
    ("hessproof.functional_bound", "generic"): _functional,
    ("hessproof.every_data_set", "labels"): lambda: (every.every_data_set(), kernel_proof.loss_bound()),
    ("hessproof.every_data_set", "labels_residual"): lambda: (labels.residual_attained(), labels.residual_bound()),
    ("hessproof.every_data_set", "labels_functional"): lambda: (
        labels.every_labels(), kernel_proof.functional_bound(),
    ),
    ("hessproof.every_data_set_bias", "labels_residual"): lambda: (biased_labels.biased_residual(),),
    ("hessproof.every_data_set", "residual"): lambda: (
        every.every_residual(), kernel_proof.loss_bound(), residual_bound.deficient_residual_bound(),
    ),
    ("hessproof.every_data_set", "residual_functional"): lambda: (
        data.fewer_inputs(), turning.turned(), *_functional(),
    ),
}  # fmt: skip
"""Which derivations prove which part: that the value is attained, then that nothing exceeds it."""


def with_lemmas(found: tuple[Derivation, ...]) -> tuple[Derivation, ...]:
    """Derivations and all that they cite, each once.

    Example:
        >>> [one.claim for one in with_lemmas((turning.turned(),))]
        ['turned']
    """
    seen: dict[str, Derivation] = {}
    waiting = list(found)
    while waiting:
        one = waiting.pop(0)
        if one.claim not in seen:
            seen[one.claim] = one
            waiting += one.lemmas
    return tuple(seen.values())


def examined(context: Context) -> dict[str, Finding]:
    """What was found about each derivation, lemmas included, each on its own. Made once a run."""

    def make() -> dict[str, Finding]:
        heads = {one.claim: one for made in PROOFS.values() for one in made()}
        return {
            one.claim: _examined(replace(one, lemmas=()), context, one.claim in heads)
            for one in with_lemmas(tuple(heads.values()))
        }

    return context.shared("elimination", make)


def _examined(one: Derivation, context: Context, is_head: bool) -> Finding:
    """One derivation without its lemmas. A lemma is checked, but not mutated and not printed, in the quick profile."""
    if is_head or context.profile is not Profile.QUICK:
        return examine((one,), context, MUTANTS[context.profile])
    report, tally = one.check(context.seed_for(one.claim) % 2**31, count=NUMBERS[context.profile]), Tally()
    tally.count(report.ok)
    details = {
        "derivations": [],
        "lines": len(report.steps),
        "instances with exact random matrices": report.instances,
        **({} if report.ok else {"failures": [report.why]}),
    }
    return Finding(Strength.PROOF, "all sizes", tally, details=details)


def _work(made: Made) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        findings = examined(context)
        found = [findings[one.claim] for one in with_lemmas(made())]
        numbers = "lines", "instances with exact random matrices"
        failures = [failure for one in found for failure in one.details.get("failures", [])]
        return Finding(
            Strength.PROOF,
            "all sizes",
            sum((one.tally for one in found), Tally()),
            controls=tuple(control for one in found for control in one.controls),
            details={
                "derivations": [record for one in found for record in one.details["derivations"]],
                **{name: sum(one.details[name] for one in found) for name in numbers},
                **({"failures": failures} if failures else {}),
            },
        )

    return work


def demonstrate() -> None:
    """The main derivations, their lines and numbers."""
    kernel_proof.loss_bound().check(0, count=1)
    residual_bound.deficient_residual_bound().check(0, count=1)
    kernel_proof.functional_bound().check(0, count=1)
    for derivation in (
        every.every_data_set(),
        every.every_residual(),
        labels.every_labels(),
        cores.positive(),
        biased_labels.biased_residual(),
    ):
        derivation.check(0, count=1)


CHECKS = tuple(
    FunctionCheck(name, key, "elimination", Engine.SYMBOLIC, IDEA, _work(made), demonstrate, examined, derivations=made)
    for (name, key), made in PROOFS.items()
)
