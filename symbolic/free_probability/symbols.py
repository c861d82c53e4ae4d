"""The letters of free probability, each with its meaning; every formula of the package is written in them."""

from __future__ import annotations

import sympy as sp

EPSILON = sp.Symbol("epsilon", positive=True)
"""ε = 𝓛/n, the energy: half the variance of a residual."""
TAU = sp.Symbol("tau", positive=True)
"""τ = φ = 2n/m, parameters per data entry; for a Wishart matrix JJ⊤ with J ∈ R^{n×p} it is n/p."""
SIGMA = sp.Symbol("sigma", positive=True)
"""σ, the scale of a law as the lecture prints it; what it means for the entries is said where it is used."""
SCALE = sp.Symbol("s", positive=True)
"""s, the mean of a Marchenko–Pastur law: p times the variance of an entry of J."""
VARIANCE = sp.Symbol("v", positive=True)
"""v, the variance of a semicircle law: n times the variance of an entry."""
RATE = sp.Symbol("r", positive=True)
"""r, the rate of a compound Poisson law."""
JUMP = sp.Symbol("a", positive=True)
"""a, the size of its jumps."""
LAMBDA = sp.Symbol("lambda", real=True)
"""λ, a place on the real line."""
Z = sp.Symbol("z", complex=True)
"""z, a complex number off the real line, or the argument of an R-transform."""
G = sp.Symbol("G", complex=True)
"""G, the value of a Stieltjes transform; Im G < 0 where Im z > 0."""
