"""Mathematics with no measured number: architectures, derivations, Hessian blocks and rank formulas.

The names below are loaded on first use, so that importing this package is quick.

Example:
    >>> import hessproof.symbolic as hs
    >>> hs.derivations()["eq4"].check(numbers=False).ok
    True
    >>> hs.Architecture.parse("64-10").parameters
    640
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hessproof.symbolic.architecture import Architecture as Architecture
    from hessproof.symbolic.bias.derivations import bias_derivations as bias_derivations
    from hessproof.symbolic.blocks import derivations as derivations
    from hessproof.symbolic.blocks import hessian_block as hessian_block
    from hessproof.symbolic.blocks import jacobian_block as jacobian_block
    from hessproof.symbolic.convergence.sample_size import sample_size as sample_size
    from hessproof.symbolic.derivation import Derivation as Derivation
    from hessproof.symbolic.derivation import DerivationReport as DerivationReport
    from hessproof.symbolic.derivation import Rule as Rule
    from hessproof.symbolic.derivation import Step as Step
    from hessproof.symbolic.errors import UnusableRequest as UnusableRequest
    from hessproof.symbolic.formula import RankFormula as RankFormula
    from hessproof.symbolic.formulas import FORMULAS as FORMULAS
    from hessproof.symbolic.formulas import best as best
    from hessproof.symbolic.losses.expressions import Loss as Loss
    from hessproof.symbolic.losses.expressions import loss as loss
    from hessproof.symbolic.losses.outputs import effective_outputs as effective_outputs
    from hessproof.symbolic.losses.rank_rule import loss_rank as loss_rank
    from hessproof.symbolic.nonlinear.activations import Activation as Activation
    from hessproof.symbolic.nonlinear.activations import activation as activation
    from hessproof.symbolic.norms.bounds import BOUNDS as BOUNDS
    from hessproof.symbolic.norms.statement import NormBound as NormBound
    from hessproof.symbolic.ordering import Ordering as Ordering
    from hessproof.symbolic.terms import Chain as Chain
    from hessproof.symbolic.terms import KroneckerTerm as KroneckerTerm
    from hessproof.symbolic.terms import Moment as Moment

_HOMES = {
    "Activation": "nonlinear.activations",
    "Architecture": "architecture",
    "BOUNDS": "norms.bounds",
    "Chain": "terms",
    "Derivation": "derivation",
    "DerivationReport": "derivation",
    "FORMULAS": "formulas",
    "KroneckerTerm": "terms",
    "Loss": "losses.expressions",
    "Moment": "terms",
    "NormBound": "norms.statement",
    "Ordering": "ordering",
    "RankFormula": "formula",
    "Rule": "derivation",
    "Step": "derivation",
    "UnusableRequest": "errors",
    "activation": "nonlinear.activations",
    "best": "formulas",
    "bias_derivations": "bias.derivations",
    "derivations": "blocks",
    "effective_outputs": "losses.outputs",
    "hessian_block": "blocks",
    "jacobian_block": "blocks",
    "loss": "losses.expressions",
    "loss_rank": "losses.rank_rule",
    "sample_size": "convergence.sample_size",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    """Load a public name from the module that defines it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """The public names."""
    return __all__
