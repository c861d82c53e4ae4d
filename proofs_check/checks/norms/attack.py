"""Norm bounds, published and repaired, attacked on generated networks with rigorous enclosures.

The same networks serve every bound: generic ones and those near the structures at which the repaired bounds are
attained. A violation counts only where enclosures prove it. The controls are wrong variants of each bound, generated
from its formula; the networks that attain the bound refute them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.catalogue.regions_norms import (
    ALL_LARGE,
    LAST_LARGE,
    LAST_SMALL,
    entries_trait,
    size_trait,
)
from hessproof.proofs_check.checks.norms.compare import (
    BOUNDS,
    Outcome,
    floating,
    layers_of,
    norm_of,
    outcome,
    refuted_by,
)
from hessproof.proofs_check.checks.norms.extremes import extremes
from hessproof.proofs_check.checks.norms.survey import Measured, drawn, measured, sieved, singles, survey
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.norms.bounds import NormBound

IDEA = "rigorous enclosures of both sides on generated networks, from exact forward and backward passes"
MUTANTS = {Profile.QUICK: 4, Profile.STANDARD: 12, Profile.THOROUGH: None}
"""Wrong variants tried for each bound."""
DEPTHS = {Profile.QUICK: (1, 2), Profile.STANDARD: (1, 2, 3), Profile.THOROUGH: (1, 2, 3)}
"""Depths at which variants are told from the bound."""
SOME = 20
"""Networks of each family and architecture among the extreme ones, in a quick run."""

Mask = Callable[[Measured], Any]
Traits = Callable[[Measured], Sequence[str]]


@dataclass(frozen=True)
class Target:
    """How a part is attacked.

    Args:
        keys: The bounds that it asserts, by key.
        quantity: What they bound, where it is not what the bound says.
        bias: Whether networks with or without bias are meant; None for both.
        published: Whether it is the paper's: prescribed probabilities are then left out, since they are none of the
            network's own.
        admits: Further conditions, network by network.
        traits: The trait of each network, for regions.
    """

    keys: tuple[str, ...]
    quantity: str = ""
    bias: bool | None = None
    published: bool = False
    admits: Mask = lambda found: np.ones(found.size, dtype=bool)
    traits: Traits | None = None


def _sized(found: Measured) -> list[str]:
    return [size_trait(Fraction(float(value))) for value in found.largest_weight]


def _entries(found: Measured) -> list[str]:
    hidden = min(found.architecture.hidden, default=0)
    return [entries_trait(hidden * Fraction(float(value))) for value in found.entries]


def _layered(found: Measured) -> list[str]:
    """Certainly below 1, or not: a norm of exactly 1 counts as not below."""
    small = np.asarray(found.norms["weight_norms"].upper < 1)
    some = np.asarray(small.any(axis=-1))
    return [
        LAST_SMALL if last else LAST_LARGE if one else ALL_LARGE
        for last, one in zip(small[:, -1].tolist(), some.tolist(), strict=True)
    ]


def _equal_hidden(found: Measured) -> Any:
    return np.full(found.size, len(set(found.architecture.hidden)) == 1)


def _smooth(found: Measured) -> Any:
    return found.smooth


def _smooth_equal(found: Measured) -> Any:
    return found.smooth & _equal_hidden(found)


def _single(found: Measured) -> Any:
    return np.full(found.size, found.layers == 1)


def _deep(found: Measured) -> Any:
    return found.resolved & (found.layers > 1)


def _resolved(found: Measured) -> Any:
    return found.resolved


TARGETS: dict[tuple[str, str], Target] = {
    ("kiselev2024.thm1.b", "main"): Target(("thm1.b",), published=True, traits=_layered),
    ("kiselev2024.thm1.c", "main"): Target(("thm1.c",), published=True),
    ("kiselev2024.thm1.d", "main"): Target(("thm1.d",), bias=False, published=True),
    ("kiselev2024.thm1", "g_term"): Target(("thm1",), bias=False, published=True, traits=_sized),
    ("kiselev2024.thm1", "bias_columns"): Target(("thm1",), "columns", bias=False, published=True, traits=_sized),
    ("kiselev2024.thm1", "hessian"): Target(
        ("thm1",), "hessian", bias=False, published=True, admits=_smooth, traits=_sized
    ),
    ("kiselev2024.thm1_L1", "main"): Target(("thm1_L1",), bias=False, published=True, admits=_single, traits=_sized),
    ("kiselev2024.lemma1.a", "layers"): Target(("lemma1.a",), bias=False, published=True, admits=_equal_hidden),
    ("kiselev2024.lemma1", "bound"): Target(
        ("lemma1",), bias=False, published=True, admits=_equal_hidden, traits=_entries
    ),
    ("kiselev2024.lemma1", "hessian"): Target(
        ("lemma1",), "hessian", bias=False, published=True, admits=_smooth_equal, traits=_entries
    ),
    ("hessproof.layer_derivative", "bound"): Target(("layer_derivative",)),
    ("hessproof.g_term_norm", "layers"): Target(("g_term_at", "g_term"), bias=False, admits=_resolved),
    ("hessproof.g_term_norm", "common"): Target(("g_term_common",), bias=False),
    ("hessproof.g_term_norm", "bias"): Target(("g_term_bias_at", "g_term_bias"), bias=True, admits=_resolved),
    ("hessproof.one_layer_norm", "bound"): Target(("g_term_common",), bias=False, admits=_single),
    ("hessproof.h_term_norm", "layers"): Target(("h_term_at",), bias=False, admits=_deep),
    ("hessproof.h_term_norm", "common"): Target(("h_term_common_at",), bias=False, admits=_deep),
    ("hessproof.h_term_norm", "bias"): Target(("h_term_bias_at",), bias=True, admits=_deep),
    ("hessproof.hessian_norm", "layers"): Target(("hessian_at",), bias=False, admits=_resolved),
    ("hessproof.hessian_norm", "common"): Target(("hessian_common_at",), bias=False, admits=_resolved),
    ("hessproof.hessian_norm", "bias"): Target(("hessian_bias_at",), bias=True, admits=_resolved),
    ("hessproof.entry_norms", "bound"): Target(("weight_entries",)),
    ("hessproof.entries_bound", "widths"): Target(("entries",), bias=False),
    ("hessproof.entries_bound", "equal"): Target(("entries_equal",), bias=False, admits=_equal_hidden),
}
"""How each part is attacked."""


def hardest(context: Context, bias: bool) -> tuple[Measured, ...]:
    """The extreme networks of a run with their norms."""

    def make() -> tuple[Measured, ...]:
        size, layers = (SOME, 2) if context.profile == Profile.QUICK else (3 * SOME, 4)
        return tuple(measured(batch) for batch in extremes(context.seed_for("norm-extremes"), bias, size, layers))

    return context.shared(f"norm-extremes-{'bias' if bias else 'plain'}", make)


def prepare(context: Context) -> None:
    """All networks with their norms, with and without bias."""
    for bias in (False, True):
        hardest(context, bias)
        survey(context, bias)
    singles(context)


def networks(context: Context, target: Target) -> Iterator[Measured]:
    """The networks that a part is about: the extreme ones first."""
    for bias in _sides(target):
        more = singles(context) if target.admits is _single else ()
        for found in (*hardest(context, bias), *survey(context, bias), *more):
            if _admitted(target, found):
                yield found


def _admitted(target: Target, found: Measured) -> bool:
    whole = found.columns is not None or target.quantity not in ("columns", "hessian")
    stacked = found.stacked is not None or target.keys != ("thm1.c",)
    return whole and stacked and not (target.published and found.relaxed) and _stated(target, found.layers)


def _stated(target: Target, layers: int) -> bool:
    bounds = [BOUNDS[key] for key in target.keys]
    return all(one.least_layers <= layers <= (one.most_layers or layers) for one in bounds)


def attacked(target: Target, found: Measured) -> tuple[Any, Outcome]:
    """Where the part is about a network, and the outcome there."""
    whole: Outcome | None = None
    for key in target.keys:
        one = outcome(BOUNDS[key], target.quantity or BOUNDS[key].quantity, found)
        whole = one if whole is None else whole & one
    assert whole is not None
    return np.asarray(target.admits(found)), whole


def _work(name: str, key: str, context: Context) -> Finding:
    target, part = TARGETS[name, key], claim(name).part(key)
    counter = Counter(part)
    totals = dict.fromkeys(("networks", "proved below", "on the bound to 9 digits", "proved above", "open"), 0)
    deepest = 1
    for found in networks(context, target):
        deepest = max(deepest, found.layers)
        admitted, result = attacked(target, found)
        traits = np.asarray([""] * found.size if target.traits is None else target.traits(found), dtype=object)
        for trait in sorted(set(traits[admitted])):
            rows = admitted & (traits == trait)
            count_rows(counter, _case(found, trait), result, rows)
        for label, mask in zip(totals, (admitted, result.below, result.on, result.above, result.open), strict=True):
            totals[label] += int((mask & admitted).sum())
    implied: list[str] = []
    controls = tuple(_controls(target, context, implied))
    details: dict[str, Any] = {**totals, "variants that are nowhere below the bound": implied}
    return Finding(
        Strength.SAMPLE,
        f"{totals['networks']} networks with exact entries, L up to {deepest}, widths up to 6; "
        f"{totals['on the bound to 9 digits']} of them lie on the bound to 9 digits and count neither way",
        counter.tally,
        counter.regions,
        controls,
        details=details,
    )


def _case(found: Measured, trait: str) -> Case:
    return Case(found.architecture, 1, 1, traits=frozenset({trait} if trait else ()))


def count_rows(counter: Counter, case: Case, result: Outcome, rows: Any) -> None:
    """Count many networks of one case; those on the bound are tried and neither hold nor fail."""
    held, failed, undecided = (int((mask & rows).sum()) for mask in (result.below, result.above, result.open))
    counter.count_many(case, held, failed, undecided, unmet=int(rows.sum()) - held - failed - undecided)


def _controls(target: Target, context: Context, implied: list[str]) -> Iterator[Mutant]:
    found = [one for bias in _sides(target) for one in hardest(context, bias) if _stated(target, one.layers)]
    found.sort(key=lambda one: (abs(one.layers - 2), one.layers))
    admitted = [one.chosen(rows) for one in found if (rows := np.asarray(target.admits(one))).any()]
    for key in target.keys:
        for mutant in BOUNDS[key].mutants(MUTANTS[context.profile], DEPTHS[context.profile]):
            quantity = target.quantity or mutant.quantity
            where = _refuted(mutant, quantity, admitted)
            description = f"{key}: {mutant.mutation}"
            if where:
                yield Mutant(description=description, caught=True, by=where)
            elif mutant.weaker or all(_larger(BOUNDS[key], mutant, one) for one in admitted):
                implied.append(description)
            else:
                yield Mutant(description=description, caught=False, by="no extreme network exceeds it")


def _sides(target: Target) -> tuple[bool, ...]:
    return (False, True) if target.bias is None else (target.bias,)


def _refuted(mutant: NormBound, quantity: str, found: Sequence[Measured]) -> str:
    for one in found:
        place = refuted_by(mutant, quantity, one)
        if place is not None:
            return f"a {one.kinds[place]} network {one.architecture}"
    return ""


def _larger(bound: NormBound, mutant: NormBound, found: Measured) -> bool:
    """Whether the variant is nowhere below the bound on the extreme networks, so that the bound implies it there."""
    for number in layers_of(bound.quantity, found):
        stated = [(each, number if each.needs_layer else None) for each in (bound, mutant)]
        with np.errstate(all="ignore"):
            one, two = (floating(each, found.layers, place)(found.floats) for each, place in stated)
        if np.any(np.asarray(two) < np.asarray(one) * (1 - 1e-9)):
            return False
    return True


def state() -> None:
    """Write the bounds down."""
    for target in TARGETS.values():
        for key in target.keys:
            bound = BOUNDS[key]
            bound.at(bound.least_layers, 1 if bound.needs_layer else None)


def demonstrate() -> None:
    """Every part on a few networks."""
    found = {bias: [measured(batch) for batch in drawn(30, 3, 10, bias=bias, layers=(1, 2))] for bias in (False, True)}
    for batch in drawn(10, 4, 10, bias=False, layers=(2,)):
        sieved(batch)
    for target in TARGETS.values():
        for bias in _sides(target):
            for one in found[bias]:
                if _stated(target, one.layers):
                    attacked(target, one)
                    refuted_by(BOUNDS[target.keys[0]], target.quantity or BOUNDS[target.keys[0]].quantity, one)


CHECKS = tuple(
    FunctionCheck(name, key, "enclosures", Engine.BALL, IDEA, partial(_work, name, key), demonstrate, prepare, state)
    for name, key in TARGETS
)

__all__ = ["CHECKS", "TARGETS", "Target", "attacked", "hardest", "networks", "norm_of"]
