"""Derivations of norm bounds for all depths and widths, made of inequality steps with the assumptions of each.

Where a published bound falls, its own formula put at the end of the repaired derivation is one more negative control:
the last step rejects it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hessproof.proofs_check.catalogue.regions_norms import (
    ALL_LARGE,
    BY_FIT,
    ENTRIES_LARGE,
    ENTRIES_MIDDLE,
    LARGE,
    MIDDLE,
)
from hessproof.proofs_check.checks.derivations import Made, examine
from hessproof.proofs_check.derivations import derivation_records
from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck
from hessproof.proofs_check.model.evidence import Engine, Mutant
from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.norms import (
    attained,
    below_one,
    entries,
    exact,
    factors,
    g_term,
    h_term,
    hessian,
    published,
    two_classes,
    where,
    where_published,
)
from hessproof.symbolic.norms.bounds import BOUNDS

IDEA = "a derivation for symbolic depth and all widths, in steps of ≤ and =, each with its rule and its assumptions"

FITS = f"{BY_FIT[0].name}, "

PROOFS: dict[tuple[str, str], Made] = {
    ("kiselev2024.thm1.c", "main"): lambda: (g_term.jacobian(),),
    ("kiselev2024.thm1.d", "main"): lambda: (factors.activation(),),
    ("kiselev2024.lemma1.a", "frobenius"): lambda: (where_published.frobenius(),),
    ("kiselev2024.lemma1.a", "square"): lambda: (where_published.between_hidden(),),
    ("hessproof.layer_derivative", "bound"): lambda: (factors.layer_derivative(),),
    ("hessproof.layer_derivative", "attained"): lambda: (attained.layer_derivative_attained(),),
    ("hessproof.g_term_norm", "layers"): lambda: (g_term.by_layers(),),
    ("hessproof.g_term_norm", "common"): lambda: (g_term.common(),),
    ("hessproof.g_term_norm", "bias"): lambda: (g_term.at_object(True),),
    ("hessproof.g_term_norm", "attained"): lambda: (attained.identity(), attained.identity(True)),
    ("hessproof.g_term_norm", "domain"): lambda: (
        g_term.common(),
        where.for_g_term(),
        attained.identity(),
    ),
    ("hessproof.one_layer_norm", "exact"): lambda: (exact.one_layer(), exact.one_layer(True)),
    ("hessproof.one_layer_norm", "bound"): lambda: (g_term.one_layer(), exact.one_layer_at_most(True)),
    ("hessproof.one_layer_norm", "attained"): lambda: (exact.one_layer_attained(),),
    ("hessproof.h_term_norm", "blocks"): lambda: (exact.functional_block_norm(),),
    ("hessproof.h_term_norm", "layers"): lambda: (h_term.at_object(),),
    ("hessproof.h_term_norm", "common"): lambda: (h_term.common(False),),
    ("hessproof.h_term_norm", "bias"): lambda: (h_term.at_object(True),),
    ("hessproof.h_term_norm", "attained"): lambda: (attained.chain("h_term_at"),),
    ("hessproof.hessian_norm", "layers"): lambda: (hessian.at_object(),),
    ("hessproof.hessian_norm", "common"): lambda: (hessian.common(False),),
    ("hessproof.hessian_norm", "bias"): lambda: (hessian.at_object(True),),
    ("hessproof.hessian_norm", "attained"): lambda: (attained.chain("hessian_at"),),
    ("hessproof.hessian_norm", "domain"): lambda: (where.for_hessian(),),
    ("hessproof.hessian_norm", "below"): lambda: (below_one.below_one(), below_one.misclassified()),
    ("hessproof.entry_norms", "bound"): lambda: (factors.weight_by_entries(),),
    ("hessproof.entry_norms", "attained"): lambda: (two_classes.constant_matrix(),),
    ("hessproof.entries_bound", "widths"): lambda: (entries.widths(),),
    ("hessproof.entries_bound", "equal"): lambda: (entries.equal_widths(),),
    ("hessproof.entries_bound", "attained"): lambda: (two_classes.two_layers(),),
    ("hessproof.entries_bound", "exponent"): lambda: (two_classes.degree(),),
    ("hessproof.entries_bound", "approached"): lambda: (two_classes.approached(),),
}
"""Which derivations prove which part, for every network that meets the part's assumptions."""

PIECES: dict[tuple[str, str], tuple[Made, tuple[str, ...]]] = {
    ("kiselev2024.thm1.b", "main"): (lambda: (where.step(),), (ALL_LARGE,)),
    ("kiselev2024.thm1", "g_term"): (lambda: (where.for_g_term(),), (LARGE, MIDDLE)),
    ("kiselev2024.thm1", "bias_columns"): (
        lambda: (where_published.bias_columns(),), (LARGE, MIDDLE),
    ),
    ("kiselev2024.thm1", "hessian"): (lambda: (where.for_hessian(),), (LARGE,)),
    ("kiselev2024.thm1_L1", "main"): (lambda: (where_published.one_layer(),), (LARGE, MIDDLE)),
    ("kiselev2024.lemma1.a", "layers"): (lambda: (where_published.fitting_layers(),), (BY_FIT[0].name,)),
    ("kiselev2024.lemma1", "bound"): (
        lambda: (where_published.lemma_g_term(),), (FITS + ENTRIES_LARGE, FITS + ENTRIES_MIDDLE),
    ),
    ("kiselev2024.lemma1", "hessian"): (lambda: (where_published.lemma_hessian(),), (FITS + ENTRIES_LARGE,)),
}  # fmt: skip
"""Which derivations prove a published row on pieces of its domain, and on which."""

AS_PUBLISHED: dict[tuple[str, str], Made] = {
    ("kiselev2024.thm1", "bias_columns"): lambda: (published.theorem(),),
    ("kiselev2024.lemma1", "bound"): lambda: (published.lemma(),),
}
"""The published proofs, which rest on a step that is false in general: shown with that step as an assumption."""

WRONG: dict[str, tuple[Callable[[], Derivation], str]] = {
    "hessproof.layer_derivative": (factors.layer_derivative, "thm1.b"),
    "hessproof.g_term_norm": (g_term.common, "thm1"),
    "hessproof.one_layer_norm": (g_term.one_layer, "thm1_L1"),
    "hessproof.entry_norms": (factors.weight_by_entries, "lemma1.a"),
    "hessproof.entries_bound": (entries.widths, "lemma1"),
}
"""The repaired derivation and the published bound that it does not give."""


def _work(name: str, made: Made) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        found = examine(made(), context)
        if name not in WRONG:
            return found
        derivation, key = WRONG[name][0](), WRONG[name][1]
        why = derivation.with_final(BOUNDS[key].expression).objection(len(derivation.steps) + 1)
        control = Mutant(description=f"the published bound {key} at the end", caught=bool(why), by=why[:160])
        return replace(found, controls=(control, *found.controls))

    return work


def _on_pieces(made: Made, pieces: tuple[str, ...], shown: Made) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        found = examine(made(), context)
        for derivation in shown():
            report = derivation.check(context.seed, count=1)
            found.details["derivations"] += [one.model_dump() for one in derivation_records(derivation, report)]
            assumed = [name for step in derivation.steps for name in step.rule.assumptions if "false" in name]
            found.details[f"{derivation.title}, assuming"] = assumed
        return replace(
            found,
            scope=f"all sizes, {' and '.join(pieces)}",
            regions={piece: found.tally.model_copy() for piece in pieces},
        )

    return work


def demonstrate() -> None:
    """Derivations that use every rule, checked with one network each."""
    small = (attained.chain("h_term_at"), attained.identity(), entries.equal_widths(), exact.one_layer(True),
             hessian.at_object(), two_classes.degree())  # fmt: skip
    for derivation in small:
        derivation.check(0, count=1)


def demonstrate_pieces() -> None:
    """Derivations on pieces of the domain."""
    for derivation in (where.step(), where.for_hessian(), where_published.lemma_g_term()):
        derivation.check(0, count=1)


CHECKS = (
    *(
        FunctionCheck(name, key, "derivation", Engine.SYMBOLIC, IDEA, _work(name, made), demonstrate, derivations=made)
        for (name, key), made in PROOFS.items()
    ),
    *(
        FunctionCheck(
            *place, "derivation where it holds", Engine.SYMBOLIC, IDEA,
            _on_pieces(made, pieces, AS_PUBLISHED.get(place, tuple)), demonstrate_pieces, derivations=made,
        )
        for place, (made, pieces) in PIECES.items()
    ),
)  # fmt: skip
