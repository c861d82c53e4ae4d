"""Concrete Kronecker terms: what a derived block says to do for given layer numbers.

The derivations of this room are about symbolic layers; a kernel needs the same formula at numbers. These small frozen
objects are that hand-over: plain data, no array library, no SymPy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Chain:
    """A product of weight matrices.

    ``descending``: W^first W^{first-1} ⋯ W^last, of shape M_first × M_{last-1}; empty when last = first + 1.
    Otherwise transposed: W^{first⊤} W^{first+1⊤} ⋯ W^{last⊤}, of shape M_{first-1} × M_last; empty when
    last = first - 1. An empty chain is the identity.
    """

    descending: bool
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Moment:
    """Σ = E[xx⊤] (d × d) or Ω = E[δx⊤] (K × d), possibly transposed."""

    name: Literal["Sigma", "Omega"]
    transposed: bool = False


Word = tuple[Chain | Moment, ...]
"""A matrix product, left to right; never empty of factors (identities are empty chains)."""


@dataclass(frozen=True, slots=True)
class KroneckerTerm:
    """left ⊗ right, as the derivative with respect to W^l, or to W^{l⊤} if ``transposed``.

    If ``transposed``, the columns of the term are ordered like vec_r(W^{l⊤}) and a kernel permutes them to vec_r(W^l).
    """

    left: Word
    right: Word
    transposed: bool = False
