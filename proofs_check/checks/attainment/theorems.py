"""What is proved for all sizes, by which derivations, in which regions, and which number it says a part is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import sympy as sp

from hessproof.proofs_check.catalogue import regions, regions_bias
from hessproof.proofs_check.catalogue.repairs.attainment import SHAPES
from hessproof.proofs_check.checks.bias import bounds
from hessproof.proofs_check.model.claim import Part, Region
from hessproof.symbolic import flag_bound, formula, gauss_newton, kernel_proof, residual_bound
from hessproof.symbolic.attainment import attained, columns, consequences, couplings, every_data
from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.formula import RankFormula
from hessproof.symbolic.formulas import (
    ANY_RESIDUAL,
    FORMULAS,
    FUNCTIONAL,
    FUNCTIONAL_BIAS,
    LOSS_BIAS,
    OUTER,
)
from hessproof.symbolic.functional_rank import Place
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.telescoping import same
from hessproof.symbolic.words import L, k, l

Regime = dict[Any, Any]

MADE: dict[str, Callable[[], Derivation]] = {
    "outer_bound": flag_bound.outer_bound,
    "functional_diagonal": gauss_newton.functional_diagonal,
    "functional_bound": kernel_proof.functional_bound,
    "loss_bound": kernel_proof.loss_bound,
    "residual_bound": residual_bound.deficient_residual_bound,
    "image": consequences.image,
    "outer_coupling": couplings.outer,
    "functional_coupling": couplings.functional,
    "outer_attained": attained.outer,
    "functional_attained": attained.functional,
    "loss_attained": attained.loss,
    "every_data": every_data.loss,
    "factor": columns.factor,
    "column_first": partial(columns.column, "first"),
    "column_middle": partial(columns.column, "middle"),
    "column_last": partial(columns.column, "last"),
    "independence": columns.independence,
    **{f"bound_{place}": partial(flag_bound.column_bound, place) for place in columns.PLACES},
    "deficiency": kernel_proof.deficiency,
    "deficiency_any_residual": consequences.deficiency,
    "functional_centred": consequences.centred_functional,
    "loss_centred": consequences.centred_loss,
}
"""Derivations by name."""
_COUPLED = ("outer_coupling", "functional_coupling")
_OUTER = ("outer_bound", "outer_coupling", "outer_attained")
_FUNCTIONAL = ("functional_diagonal", "functional_bound", *_COUPLED, "functional_attained")
_LOSS = ("loss_bound", "residual_bound", "image", *_COUPLED, "loss_attained")
_FACT7 = ("loss_bound", *_COUPLED, "loss_attained")
_SAMPLES = (*_FACT7, "every_data")
_COLUMNS = ("functional_diagonal", *_COUPLED, "functional_attained", *(f"bound_{place}" for place in columns.PLACES))
_LOSS_CENTRED = ("loss_bias_zero_mean", *_COUPLED, "loss_attained", "loss_centred")
_FUNCTIONAL_CENTRED = (
    "functional_diagonal", "functional_bias_zero_mean", *_COUPLED, "functional_attained", "functional_centred",
)  # fmt: skip
WITH_BIAS = ("functional_bias_zero_mean", "loss_bias_zero_mean")
"""Bounds with bias, which the checks of networks with bias examine."""


@dataclass(frozen=True)
class Theorem:
    """What proves a part.

    Args:
        names: The derivations.
        covered: The regions in which the part is proved.
        regimes: Values of the shorthands that together make up these regions.
        formula: The formula that the part's number is compared with, if the part names none.
    """

    names: tuple[str, ...]
    covered: tuple[Region, ...]
    regimes: tuple[Regime, ...] = ({},)
    formula: str | None = None


_LARGE: tuple[Regime, ...] = ({formula.qhat: formula.q}, {formula.L: 1, formula.M: 0})
"""s ≥ q, or a single layer."""
_NARROW: tuple[Regime, ...] = ({formula.q: formula.r}, {formula.q: formula.K})
"""No hidden width below min(r, K)."""
_EQUAL: tuple[Regime, ...] = ({formula.qhat: formula.q, formula.M: (formula.L - 1) * formula.width[1]},)
"""All hidden widths are M_1, s ≥ q."""
_WITHOUT_BIAS: tuple[Regime, ...] = ({formula.mean: 0},)
_ENOUGH = tuple(region for region in regions.RESIDUAL if region.name != "L ≥ 2, s < q")
_DEEP = tuple(region for region in regions.RESIDUAL if region.name.startswith("L ≥ 2"))
_STILL = tuple(region for region in regions_bias.RESIDUAL if "E[δ] ≠ 0" not in region.name)

THEOREMS: dict[tuple[str, str], Theorem] = {
    ("singh2021.prop2", "minimum"): Theorem((*_OUTER, "factor"), regions.CONTROL[:2], _NARROW, "prop2_control"),
    ("singh2021.prop2", "control"): Theorem(_OUTER, regions.CONTROL[:2], _NARROW),
    ("singh2021.cor4", "generic"): Theorem(_OUTER, regions.OUTER),
    ("singh2021.cor6", "any_depth"): Theorem(_FUNCTIONAL, regions.COLUMNS[1:]),
    ("singh2021.thm5", "first_generic"): Theorem((*_COLUMNS, "column_first"), regions.COLUMNS[1:]),
    ("singh2021.thm5", "middle_generic"): Theorem((*_COLUMNS, "column_middle"), regions.COLUMNS[2:]),
    ("singh2021.thm5", "last_generic"): Theorem((*_COLUMNS, "column_last"), regions.COLUMNS[1:]),
    ("singh2021.independence", "any_depth"): Theorem(
        (*_COLUMNS, "functional_bound", "independence"), regions.COLUMNS),
    ("singh2021.fact7", "main"): Theorem(_FACT7, _ENOUGH, _LARGE),
    ("singh2021.overlap", "main"): Theorem(_FACT7, _ENOUGH, _LARGE),
    ("singh2021.deficiency", "generic"): Theorem((*_FACT7, "deficiency"), regions.DEFICIENCY[:2], _LARGE),
    ("singh2021.samples", "prediction"): Theorem(_SAMPLES, regions.SAMPLES[:2], _LARGE),
    ("singh2021.samples", "only_through_rank"): Theorem(_SAMPLES, regions.SAMPLES[:2], _LARGE),
    ("hessproof.every_data_set", "labels"): Theorem(_SAMPLES, SHAPES, _LARGE),
    ("hessproof.functional_bound", "generic"): Theorem(_FUNCTIONAL, regions.COLUMNS),
    ("hessproof.any_residual", "main"): Theorem(_LOSS, regions.RESIDUAL),
    ("hessproof.overlap", "main"): Theorem((*_OUTER, *_FUNCTIONAL, *_LOSS), _DEEP),
    ("hessproof.deficiency", "main"): Theorem((*_LOSS, "deficiency_any_residual"), regions.DEFICIENCY),
    ("hessproof.width", "main"): Theorem(_FACT7, regions.WIDTH[1:], _EQUAL),
    ("hessproof.functional_bias", "centred"): Theorem(_FUNCTIONAL_CENTRED, _STILL, _WITHOUT_BIAS),
    ("hessproof.loss_bias", "centred"): Theorem(_LOSS_CENTRED, _STILL, _WITHOUT_BIAS),
    ("hessproof.deficiency_bias", "centred"): Theorem(_LOSS_CENTRED, _STILL, _WITHOUT_BIAS),
}  # fmt: skip
"""For a part about almost all parameters: what proves it for all sizes."""


def derived(part: Part) -> sp.Expr:
    """The proved value of the number that a part is about.

    Example:
        >>> from hessproof.proofs_check.catalogue import claim
        >>> derived(claim("singh2021.cor4").part("generic"))
        q*(K - q + r)
    """
    loss, functional = (LOSS_BIAS, FUNCTIONAL_BIAS) if _has_bias(part) else (ANY_RESIDUAL, FUNCTIONAL)
    values = {
        "a_o": OUTER,
        "outer": OUTER,
        "functional": functional,
        "loss": loss,
        "overlap": FORMULAS["overall"].expression - loss,
        "overlap_generic": OUTER + functional - loss,
        "deficiency": formula.p - loss,
        **{f"column:{name}": columns.value(place) for name, place in COLUMN_NAMES.items()},
    }
    return values[part.quantity or ""]


COLUMN_NAMES: dict[str, Place] = {"1": "first", "L": "last", "l": "middle"}
"""Block columns by the name of their layer, in the order in which Theorem 5 has them."""


def _has_bias(part: Part) -> bool:
    return "bias" in (part.formula or "")


def branch(part: Part, expression: sp.Expr) -> sp.Expr | None:
    """The value of a formula that tells layers or depths apart; None if it says that H_f is not zero for L = 1."""
    if not isinstance(expression, sp.Piecewise):
        return expression
    values = [value for value, _ in expression.args]
    column = (part.quantity or "").partition(":")[2]
    if column:
        return values[list(COLUMN_NAMES).index(column)]
    return values[1] if values[0] == 0 else None


def agrees(part: Part, regime: Regime, value: sp.Expr | None) -> bool:
    """Whether a number is the one that was derived for a part, in a regime."""
    if value is None:
        return False
    one, other = (_in_widths(side.xreplace(regime), regime.get(formula.L, L)) for side in (value, derived(part)))
    return same(one, other, Ordering())


def stated(part: Part, theorem: Theorem) -> RankFormula | None:
    """The formula of a part, or the one that stands in for it; None if the part is not about a number."""
    name = part.formula or theorem.formula
    return None if name is None else FORMULAS[name]


def _in_widths(expression: sp.Expr, depth: Any) -> sp.Expr:
    """The same with r = M_0, K = M_L, and M and p as sums of widths."""
    node = formula.width
    names = {
        formula.r: node[0],
        formula.K: node[depth],
        formula.M: sp.Sum(node[k], (k, 1, depth - 1)),
        formula.p: sp.Sum(node[k] * node[k - 1], (k, 1, depth)),
        formula.L: depth,
        formula.l: l,
    }
    return expression.xreplace(names)


def made(name: str) -> Derivation:
    """A derivation by its name."""
    return bounds.derivations((name,))[0] if name in WITH_BIAS else MADE[name]()
