"""Exact linear algebra modulo a prime: blocked elimination on float64 matrix products, and FLINT for small matrices."""

from __future__ import annotations

from hessproof.numeric.modular.checkpoint import Checkpoint
from hessproof.numeric.modular.cost import elimination_cost
from hessproof.numeric.modular.field import PrimeField
from hessproof.numeric.modular.rank import CROSSOVER, blocked_rank, pivot_columns, residue_rank

__all__ = [
    "CROSSOVER",
    "Checkpoint",
    "PrimeField",
    "blocked_rank",
    "elimination_cost",
    "pivot_columns",
    "residue_rank",
]
