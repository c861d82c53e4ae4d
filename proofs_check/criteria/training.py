"""Criteria about initialisation and training (Singh et al. 2021, assumption A1, §§4.3 and 6)."""

from __future__ import annotations

from hessproof.proofs_check.criteria.criterion import Criterion

SCHEMES = ("glorot-normal", "glorot-uniform", "uniform", "orthogonal", "he-normal", "he-uniform")
"""Initialisations that are drawn: those of the source, and He's."""
INITIAL_WIDTHS = ("64-30-20-10", "64-50-20-20-20-10", "5-5-5-5", "1-1-1")
"""Networks whose initial weights are looked at: those of Figs. 3 and 2a, a square one and the smallest deep one."""
RESIDUAL_WIDTHS = ("64-30-20-10", "64-50-20-20-20-10", "16-4-3-10")
"""Networks on the digits whose residual covariance is looked at at initialisation."""
FIGURE_5 = "30-25-20-15-10"
"""Hidden layers of Fig. 5; 30 whitened inputs and 10 outputs."""
SMALL = "10-8-7-6-5"
"""A network of the same shape whose Hessians are quickly decomposed."""
WEIGHT_TIMES = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
"""Times at which weights are looked at, with η = 1."""
END = 300.0
"""Time at which the small network has been trained."""
RELATIVE = 1e-6
"""Eigenvalues below this share of ‖H_L‖ at the start count as zero."""

A1_EXACT = Criterion(
    "singh2021.a1", "main",
    f"weights of {', '.join(INITIAL_WIDTHS)} by {', '.join(SCHEMES)}, float64 read as dyadic rationals",
    "share of weight matrices whose exact rank is min(M_l, M_{l-1})", ">=", 1.0, tuple(range(10)),
    "the claim is about every draw; a float64 draw is deficient with a probability of order 2^-50",
)  # fmt: skip
A1_FLOAT = Criterion(
    "singh2021.a1", "main",
    f"weights of {', '.join(INITIAL_WIDTHS)} by {', '.join(SCHEMES)}",
    "smallest σ_min/σ_max of a weight matrix", ">=", 1e-9, tuple(range(10)),
    "a million times the rounding of float64; a square Gaussian matrix of size n is below ε with probability about nε",
)  # fmt: skip
RESIDUAL_EXACT = Criterion(
    "singh2021.residual_rank", "main",
    f"Ω of {', '.join(RESIDUAL_WIDTHS)} on the digits with one-hot labels, weights by {', '.join(SCHEMES)}, exact",
    "share of draws with s = min(r, K)", ">=", 1.0, tuple(range(5)),
    "the claim is about every draw",
)  # fmt: skip
RESIDUAL_FLOAT = Criterion(
    "singh2021.residual_rank", "main",
    f"Ω of {', '.join(RESIDUAL_WIDTHS)} on the digits with one-hot labels, weights by {', '.join(SCHEMES)}",
    "smallest σ_min(r,K)(Ω)/σ_1(Ω)", ">=", 1e-6, tuple(range(5)),
    "a numerical rank of min(r, K) with a wide margin over rounding, 2e-16 times the size",
)  # fmt: skip
WEIGHTS_FLOAT = Criterion(
    "singh2021.weights_rank", "main",
    f"gradient flow of {FIGURE_5} towards a Gaussian linear teacher on whitened inputs, Glorot (normal), to t = 100",
    "smallest σ_min/σ_max of a weight matrix at eight times", ">=", 1e-6, (0, 1, 2),
    "a maximal numerical rank at any tolerance up to 1e-6; Glorot matrices of these shapes start near 0.05",
)  # fmt: skip
WEIGHTS_EXACT = Criterion(
    "singh2021.weights_rank", "main",
    f"gradient descent of {FIGURE_5}, rate 0.02, same teachers, 300 steps, weights read as dyadic rationals",
    "share of weight matrices at four times whose exact rank is min(M_l, M_{l-1})", ">=", 1.0, (0, 1, 2),
    "the claim is about every matrix at every time",
)  # fmt: skip
FUNCTIONAL_RANK = Criterion(
    "hessproof.vanishing_residual", "numerical",
    f"gradient flow of {SMALL} towards a Gaussian linear teacher on whitened inputs, Glorot (normal), to t = 300; "
    "eigenvalues below 1e-6 of ‖H_L‖ at t = 0 count as zero",
    "numerical rank of H_f at the end", "<=", 0.0, (0, 1),
    "the residual decays exponentially; a pilot with seeds 1000 to 1002 had it below 1e-4 by t = 400",
)  # fmt: skip
LOSS_RANK = Criterion(
    "hessproof.vanishing_residual", "numerical",
    f"gradient flow of {SMALL} towards a Gaussian linear teacher on whitened inputs, Glorot (normal), to t = 300; "
    "eigenvalues below 1e-6 of ‖H_L‖ at t = 0 count as zero",
    "|numerical rank of H_L − numerical rank of H_o| at the end", "<=", 0.0, (0, 1),
    "Fig. 5 (right) shows the two curves meeting",
)  # fmt: skip

CRITERIA: tuple[Criterion, ...] = (
    A1_EXACT,
    A1_FLOAT,
    RESIDUAL_EXACT,
    RESIDUAL_FLOAT,
    WEIGHTS_FLOAT,
    WEIGHTS_EXACT,
    FUNCTIONAL_RANK,
    LOSS_RANK,
)
