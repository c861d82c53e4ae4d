"""Rank bounds for rectified networks (Singh et al. 2021, §7.1, and their extensions), each written once."""

from __future__ import annotations

import sympy as sp

from hessproof.symbolic.formula import RankFormula


def _number(name: str) -> sp.Symbol:
    return sp.Symbol(name, integer=True, nonnegative=True)


r, d, K, p = (_number(name) for name in ("r", "d", "K", "p"))
"""Rank of Σ, inputs, outputs, parameters."""
r_aug = _number(r"\tilde{r}")
"""r̃ = rk E[x̃x̃⊤] with x̃ = (x, 1)."""
active = _number(r"\widetilde{M}")
"""M̃, active neurons of the one hidden layer: σ′(z) ≠ 0 on some sample."""
seen = _number("R")
"""R = Σ_i r_i over the active neurons, r_i the rank of the samples on which neuron i has σ′ ≠ 0."""
first, hidden = _number("M_1"), _number("M")
"""M_1 and M_1 + … + M_{L-1}."""
samples, rank = _number("N"), _number("r")
"""Number of samples, and the rank that they have."""

FORMULAS: dict[str, RankFormula] = {
    each.id: each
    for each in (
        RankFormula(
            "thm9", "outer", "<=", r * active + active * K - active, definitions=(),
            source="Singh et al. 2021, Theorem 9", domain="L = 2, σ(z) = σ′(z) z",
        ),
        RankFormula(
            "thm9_samples", "outer", "<=", seen + active * K - active, definitions=(), domain="L = 2, σ(z) = σ′(z) z",
        ),
        RankFormula(
            "thm9_cross_entropy", "outer", "<=", r * active + active * (K - 1) - active, definitions=(),
            domain="L = 2, K ≥ 2, σ(z) = σ′(z) z, cross-entropy",
        ),
        RankFormula(
            "thm9_bias", "outer", "<=", r_aug * active + active * K - active + K, definitions=(),
            domain="L = 2, bias, σ(z) = σ′(z) z",
        ),
        RankFormula(
            "fact11", "outer", "<=", p - first * (d - r) - hidden, definitions=(),
            source="Singh et al. 2021, Fact 11", domain="L ≥ 2, σ(z) = σ′(z) z",
        ),
        RankFormula(
            "fact11_bias", "outer", "<=", p - first * (d + 1 - r_aug) - hidden, definitions=(),
            domain="L ≥ 2, bias, σ(z) = σ′(z) z",
        ),
    )
}  # fmt: skip
"""The bounds, by id. They are evaluated with ``evaluate_at``, since M̃ is no matter of the architecture alone."""
