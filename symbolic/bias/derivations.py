"""All derivations about networks with bias, by name: what a check of a claim with bias runs."""

from __future__ import annotations

from functools import cache

from hessproof.symbolic.bias import blocks, bounds, decoupling, letters, outer_rank, recursion, zero_mean
from hessproof.symbolic.derivation import Derivation


@cache
def bias_derivations() -> dict[str, Derivation]:
    """Every derivation with bias: ``_exact`` ones hold for every weights, ``_bound`` and named cases are ≤.

    The cases of H_L and H_f for L ≥ 2: ``_hidden`` (s̃ above the smallest hidden width), ``_residual`` (not above),
    both for E[δ] ≠ 0, and ``_zero_mean``. A single layer has H_f = 0 and H_L = H_o. ``_attained`` ones are ≥: some
    parameters, hence almost all, reach the bound (for H_o those whose whole product has maximal rank).

    Example:
        >>> derivations = bias_derivations()
        >>> derivations["thm12_exact"].relation, derivations["thm12_bound"].relation
        ('=', '<=')
        >>> [name for name in derivations if name.startswith("loss_bias_zero")]
        ['loss_bias_zero_mean', 'loss_bias_zero_mean_attained']
    """
    return {
        **blocks.derivations(),
        "intertwining": letters.intertwining(),
        "outer_decoupled": decoupling.outer(),
        "functional_decoupled": decoupling.functional(),
        "mean_rank": decoupling.mean_rank(),
        "thm12_exact": outer_rank.outer_rank(),
        "flag_bound": outer_rank.flag_bound(),
        "thm12_bound": outer_rank.thm12(),
        "thm12_attained": outer_rank.attained(),
        "fact13_bound": bounds.loss_wide(),
        "fact13_deficiency": bounds.wide_deficiency(),
        "hidden_deficiency": bounds.hidden_deficiency(),
        "functional_bias_hidden": bounds.functional_hidden(),
        "functional_bias_residual": bounds.functional_at_residual(),
        "functional_bias_zero_mean": zero_mean.functional(),
        "loss_bias_hidden": bounds.loss_hidden(),
        "loss_bias_residual": bounds.loss_at_residual(),
        "loss_bias_zero_mean": zero_mean.loss(),
        "functional_bias_zero_mean_attained": zero_mean.functional_attained(),
        "loss_bias_zero_mean_attained": zero_mean.loss_attained(),
        "functional_bias_attained": recursion.functional(),
        "loss_bias_attained": recursion.loss(),
    }


@cache
def upper_bound(quantity: str) -> tuple[Derivation, ...]:
    """The derivations that together bound a rank with bias for every weights, biases and data.

    Args:
        quantity: outer, functional or loss.

    Example:
        >>> [derivation.claim for derivation in upper_bound("outer")]
        ['thm12_exact', 'thm12_bound']
    """
    outer = ("thm12_exact", "thm12_bound")
    names = {
        "outer": outer,
        "functional": ("functional_bias_hidden", "functional_bias_residual", "functional_bias_zero_mean"),
        "loss": ("loss_bias_hidden", "loss_bias_residual", "loss_bias_zero_mean", *outer),
    }
    return tuple(bias_derivations()[name] for name in names[quantity])


@cache
def lower_bound(quantity: str) -> tuple[Derivation, ...]:
    """The derivations that together say that almost all parameters reach the generic rank with bias.

    Args:
        quantity: outer, functional or loss.

    Example:
        >>> [derivation.relation for derivation in lower_bound("loss")]
        ['>=', '>=', '=']
    """
    names = {
        "outer": ("thm12_attained",),
        "functional": ("functional_bias_attained", "functional_bias_zero_mean_attained"),
        "loss": ("loss_bias_attained", "loss_bias_zero_mean_attained", "thm12_attained"),
    }
    return tuple(bias_derivations()[name] for name in names[quantity])
