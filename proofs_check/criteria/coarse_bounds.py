"""Criterion of Singh et al. 2021, §5.2, on bounds of the order of samples times classes, committed before the run."""

from __future__ import annotations

from hessproof.proofs_check.criteria.criterion import Criterion

EXPERIMENTS: tuple[tuple[str, tuple[int, ...], int], ...] = (
    ("Fig. 3 and 4 on MNIST", (64, 30, 20, 10), 60_000),
    ("Fig. 2b and 2c on CIFAR-10, widest", (64, 50, 50, 10), 50_000),
    ("Fig. 2a on CIFAR-10, all samples", (64, 50, 20, 20, 20, 10), 50_000),
    ("Fig. 3 and 4 on the digits", (64, 30, 20, 10), 1_797),
    ("Fig. 2b and 2c on the digits, widest", (64, 50, 50, 10), 1_797),
)
"""Networks and sample sizes: the full training sets of the paper's data, and this project's."""

CRITERIA: tuple[Criterion, ...] = (
    Criterion(
        "singh2021.coarse_bounds", "main", "; ".join(name for name, _, _ in EXPERIMENTS), "N K / p", ">=", 1.0, (0,),
        "'even > # parameters': a bound that is at least the number of parameters says nothing; no randomness, the "
        "seed is not used",
    ),
)  # fmt: skip
