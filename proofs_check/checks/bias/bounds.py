"""The derivations with bias, each examined once a run, and which formulas they say that no parameter exceeds."""

from __future__ import annotations

from hessproof.proofs_check.checks.derivations import examine
from hessproof.proofs_check.model.check import Context, Finding
from hessproof.proofs_check.model.claim import Part
from hessproof.symbolic import gauss_newton
from hessproof.symbolic.bias.derivations import bias_derivations, lower_bound, upper_bound
from hessproof.symbolic.derivation import Derivation

DIAGONAL = "functional_diagonal"
"""H_f has no diagonal blocks, so that it vanishes for L = 1, where a bias is one more input."""
USED = (
    DIAGONAL,
    "outer_decoupled", "functional_decoupled", "mean_rank", "thm12_exact", "thm12_bound", "fact13_bound",
    "fact13_deficiency", "hidden_deficiency", "functional_bias_hidden", "functional_bias_residual",
    "functional_bias_zero_mean", "loss_bias_hidden", "loss_bias_residual", "loss_bias_zero_mean",
    "thm12_attained", "functional_bias_attained", "loss_bias_attained",
)  # fmt: skip
"""Names of the derivations that parts about networks with bias rest on."""


SHOWN = (
    DIAGONAL, "functional_decoupled", "mean_rank", "thm12_bound", "functional_bias_residual", "loss_bias_residual",
    "functional_bias_zero_mean", "functional_bias_attained",
)  # fmt: skip
"""One derivation of each module, for a demonstration."""


def demonstrate() -> None:
    """A derivation of each kind, checked."""
    for derivation in derivations(SHOWN):
        derivation.check(0, count=1)


def derivations(names: tuple[str, ...]) -> tuple[Derivation, ...]:
    """Derivations with bias by their names."""
    return tuple(gauss_newton.functional_diagonal() if name == DIAGONAL else bias_derivations()[name] for name in names)


def bound_on(quantity: str) -> tuple[str, ...]:
    """Names of the derivations that bound a rank for every parameter.

    Example:
        >>> bound_on("outer")
        ('thm12_exact', 'thm12_bound')
    """
    single = () if quantity == "outer" else (DIAGONAL,)
    return (*single, *(derivation.claim for derivation in upper_bound(quantity)))


def reached_by(quantity: str) -> tuple[str, ...]:
    """Names of the derivations that almost all parameters reach the bound (of H_f and H_L if E[δ] ≠ 0).

    Those for E[δ] = 0 count the blocks of the witness without bias and take them to be nonsingular; that is checked
    architecture by architecture, and is no derivation for all sizes.
    """
    names = [derivation.claim for derivation in lower_bound(quantity)]
    return tuple(name for name in names if "zero_mean" not in name)


def examined(context: Context) -> dict[str, Finding]:
    """What checking each derivation, and variants of it, found; made once."""
    return context.shared("bias-derivations", lambda: {name: examine(derivations((name,)), context) for name in USED})


def _bounds(formula: str) -> tuple[str, ...]:
    """The derivations that bound the rank that a generic formula is about by the formula; none if it is no bound."""
    if formula == "fact13":
        return ("fact13_bound",)
    if formula in ("outer_bias_generic", "functional_bias_generic", "loss_bias_generic"):
        return bound_on(formula.partition("_")[0])
    if formula == "deficiency_bias":
        return bound_on("loss")
    return bound_on("functional") if formula == "functional_bias" else ()


def bounded(part: Part, context: Context) -> bool:
    """Whether derivations bound the rank that a part is about by its formula, and every line of theirs passes.

    Fact 13 is bounded by its formula where no hidden width is below min(r̃, K).
    """
    names = _bounds(part.formula or "")
    return bool(names) and all(not examined(context)[name].tally.failed for name in names)
