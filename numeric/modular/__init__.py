"""Exact linear algebra modulo a prime: blocked elimination on float64 matrix products, and FLINT for small matrices."""

from __future__ import annotations

from hessproof.numeric.modular.elimination import CROSSOVER, PrimeField, blocked_rank, pivot_columns, residue_rank

__all__ = ["CROSSOVER", "PrimeField", "blocked_rank", "pivot_columns", "residue_rank"]
