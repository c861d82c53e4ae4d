"""Symbolic derivations for all sizes: every line checked by its rule, then on exact random matrices.

The negative controls are generated: each line and each published formula changed in one place, and rejected without
the help of numbers. The assumptions that a derivation uses are those of its part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from hessproof.proofs_check.derivations import derivation_records
from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength, Tally
from hessproof.symbolic import (
    entries,
    flag_bound,
    functional_rank,
    gauss_newton,
    kernel_proof,
    layer_blocks,
    outer_rank,
    product_bound,
    residual_bound,
    z_lemma,
)
from hessproof.symbolic import range as layer_range
from hessproof.symbolic.derivation import Derivation

IDEA = "a derivation for symbolic depth, layers and widths, each line checked by a named rule"
NUMBERS = {Profile.QUICK: 2, Profile.STANDARD: 6, Profile.THOROUGH: 20}
"""Valuations with exact random matrices for each derivation."""
MUTANTS = {Profile.QUICK: 5, Profile.STANDARD: 40, Profile.THOROUGH: 300}
"""Mutants tried for each derivation: taken evenly from all that are generated."""

Made = Callable[[], tuple[Derivation, ...]]


def _places(make: Callable[[functional_rank.Place], Derivation]) -> tuple[Derivation, ...]:
    return make("first"), make("middle"), make("last")


PROOFS: dict[tuple[str, str], Made] = {
    ("singh2021.eq1", "rule"): lambda: (layer_blocks.eq1(),),
    ("singh2021.eq1", "jacobian"): lambda: (layer_blocks.network_jacobian(),),
    ("singh2021.vec", "main"): lambda: (entries.vec_identity(),),
    ("singh2021.eq2", "gradient"): lambda: (layer_blocks.eq2(), layer_blocks.population_gradient()),
    ("singh2021.diag", "block"): lambda: (layer_blocks.diag(),),
    ("singh2021.eq3", "main"): lambda: (layer_blocks.eq3(),),
    ("singh2021.eq4", "main"): lambda: (layer_blocks.eq4(),),
    ("singh2021.eq5", "main"): lambda: (layer_blocks.eq5(),),
    ("singh2021.split", "outer"): lambda: (gauss_newton.outer_gauss_newton(),),
    ("singh2021.split", "functional"): lambda: (
        gauss_newton.functional_before(), gauss_newton.functional_diagonal(), gauss_newton.functional_after(),
    ),
    ("singh2021.split", "sum"): lambda: (gauss_newton.split(),),
    ("singh2021.prop2", "factorisation"): lambda: (gauss_newton.prop2(),),
    ("singh2021.prop2", "bound"): lambda: (product_bound.prop2_bound(),),
    ("singh2021.range_o", "main"): lambda: (layer_range.range_o(),),
    ("singh2021.range_f", "main"): lambda: (layer_range.range_f(),),
    ("singh2021.lemma1", "main"): lambda: (z_lemma.lemma1(),),
    ("singh2021.ntk", "jacobian"): lambda: (outer_rank.outer_rank(),),
    ("singh2021.ntk", "ntk"): lambda: (outer_rank.kernel_matrix_rank(),),
    ("singh2021.ntk", "fisher"): lambda: (outer_rank.outer_rank(),),
    ("singh2021.cor6", "bound"): lambda: (kernel_proof.functional_bound(),),
    ("singh2021.cor6", "two_layers"): lambda: (functional_rank.two_layers(),),
    ("singh2021.independence", "two_layers"): lambda: (functional_rank.two_layers(),),
    ("singh2021.overall", "main"): lambda: (kernel_proof.loss_bound(),),
    ("singh2021.deficiency", "identity"): lambda: (kernel_proof.deficiency(),),
    ("hessproof.outer_rank", "a_o"): lambda: (outer_rank.a_o_rank(),),
    ("hessproof.outer_rank", "jacobian"): lambda: (outer_rank.outer_rank(),),
    ("hessproof.narrow_products", "equality"): lambda: (outer_rank.thm3_closed(),),
    ("hessproof.narrow_products", "bound"): lambda: (flag_bound.outer_bound(),),
    ("hessproof.column_rank", "every"): lambda: _places(functional_rank.column_rank),
    ("hessproof.column_rank", "maximal_products"): lambda: _places(functional_rank.thm5),
    ("hessproof.column_rank", "bound"): lambda: _places(flag_bound.column_bound),
    ("hessproof.functional_bound", "bound"): lambda: (kernel_proof.functional_bound(),),
    ("hessproof.loss_bound", "data"): lambda: (kernel_proof.loss_bound(),),
    ("hessproof.loss_bound", "residual"): lambda: (
        kernel_proof.loss_bound(),
        residual_bound.deficient_residual_bound(),
    ),
}  # fmt: skip
"""Which derivations prove which part, for every parameter that meets the part's assumptions."""


def examine(found: Iterable[Derivation], context: Context, most: int | None = None) -> Finding:
    """Check derivations and their lemmas, lines and numbers, and try mutants of each, ``most`` if it is given."""
    tally, failures, controls, instances, lines = Tally(), [], list[Mutant](), 0, 0
    records = []
    for derivation in found:
        report = derivation.check(context.seed_for(derivation.claim) % 2**31, count=NUMBERS[context.profile])
        tally.count(report.ok)
        instances += report.instances
        lines += len(report.steps)
        failures += [] if report.ok else [report.why]
        records += derivation_records(derivation, report)
        controls += _mutants(derivation, MUTANTS[context.profile] if most is None else most)
    return Finding(
        Strength.PROOF,
        "all sizes",
        tally,
        controls=tuple(controls),
        details={
            "derivations": [record.model_dump() for record in records],
            "lines": lines,
            "instances with exact random matrices": instances,
            **({"failures": failures} if failures else {}),
        },
    )


def _mutants(derivation: Derivation, most: int) -> Iterator[Mutant]:
    """Up to ``most`` wrong variants, evenly spread over the derivation."""
    everything = list(derivation.mutants())
    step = max(1, len(everything) // most)
    for mutant in islice(everything, 0, None, step):
        reason = mutant.rejection()
        if reason:
            yield Mutant(description=f"{derivation.title}: {mutant.description}", caught=True, by=_short(reason))
        elif mutant.differs(derivation):
            yield Mutant(description=f"{derivation.title}: {mutant.description}", caught=False, by="accepted")


def _short(reason: object, limit: int = 160) -> str:
    text = str(reason)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _work(made: Made) -> Callable[[Context], Finding]:
    return lambda context: examine(made(), context)


def _degrees(context: Context) -> Finding:
    """Eq. (2)'s remark: how often W^k and the other weights occur in the gradient's words, for symbolic layers."""
    found = layer_blocks.gradient_degrees()
    expected = {"l = k": 1, "l > k": 2, "l < k": 2}
    tally = Tally()
    tally.count(found == expected)
    wrong = [{**expected, where: degree + 1} for where, degree in expected.items()]
    controls = tuple(
        Mutant(description=f"degrees {other}", caught=found != other, by="the words' own degrees") for other in wrong
    )
    return Finding(Strength.PROOF, "all sizes", tally, controls=controls, details={"degrees": found})


def _labels(context: Context) -> Finding:
    """The derived diagonal block has no letter that knows y; the gradient that it comes from has."""
    derivation = layer_blocks.diag()
    report = derivation.check(context.seed)
    known = {"Omega", "Syx", "Syy", "Target", "Residual"}
    letters = {type(atom).__name__ for atom in _letters(derivation.final)}
    before = {type(atom).__name__ for atom in _letters(layer_blocks.eq2().final)}
    tally = Tally()
    tally.count(report.ok and not letters & known)
    control = Mutant(
        description="the gradient of Eq. (2) in place of the block", caught=bool(before & known), by="it contains y"
    )
    return Finding(
        Strength.PROOF, "all sizes", tally, controls=(control,), details={"letters of the block": sorted(letters)}
    )


def _letters(expression: object) -> Iterator[object]:
    yield expression
    for argument in getattr(expression, "args", ()):
        yield from _letters(argument)


def demonstrate_blocks() -> None:
    """The derivation of a block, checked without its numbers, and a mutant."""
    derivation = layer_blocks.eq4()
    derivation.check(0, count=1)
    gauss_newton.prop2().check(0, count=1)
    layer_range.range_o().check(0, count=1)
    entries.vec_identity().check(0, count=1)
    layer_blocks.gradient_degrees()


def demonstrate_ranks() -> None:
    """The derivations of rank theorems, checked."""
    z_lemma.lemma1().check(0, count=1)
    outer_rank.thm3_closed().check(0, count=1)
    outer_rank.kernel_matrix_rank().check(0, count=1)
    functional_rank.thm5("middle").check(0, count=1)
    flag_bound.column_bound("middle").check(0, count=1)
    functional_rank.two_layers().check(0, count=1)
    kernel_proof.loss_bound().check(0, count=1)
    kernel_proof.functional_bound().check(0, count=1)
    kernel_proof.deficiency().check(0, count=1)
    residual_bound.deficient_residual_bound().check(0, count=1)
    product_bound.prop2_bound().check(0, count=1)


_RANKS = ("lemma1", "prop2", "ntk", "cor6", "independence", "overall", "deficiency", "outer_rank", "narrow_products",
          "column_rank", "functional_bound", "loss_bound")  # fmt: skip


def _demonstration(name: str) -> Callable[[], None]:
    return demonstrate_ranks if name.partition(".")[2] in _RANKS else demonstrate_blocks


CHECKS = (
    *(
        FunctionCheck(
            name, key, "derivation", Engine.SYMBOLIC, IDEA, _work(made), _demonstration(name), derivations=made
        )
        for (name, key), made in PROOFS.items()
    ),
    FunctionCheck(
        "singh2021.eq2", "degrees", "derivation", Engine.SYMBOLIC, IDEA, _degrees, demonstrate_blocks,
        derivations=lambda: (layer_blocks.eq2(),),
    ),
    FunctionCheck(
        "singh2021.diag", "independent_of_y", "derivation", Engine.SYMBOLIC, IDEA, _labels, demonstrate_blocks,
        derivations=lambda: (layer_blocks.diag(),),
    ),
)  # fmt: skip
