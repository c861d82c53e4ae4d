r"""Factors of matrix words for networks with bias: what :mod:`hessproof.symbolic.terms` has, and two more.

With bias T^l = [W^l b^l; 0 1], and the parameters of layer l are the M_l × (M_{l-1}+1) matrix [W^l b^l]. In a word with
bias ``Moment("Sigma")`` is Σ̃ = E[x̃x̃⊤] and ``Moment("Omega")`` is Ω̃ = E[δx̃⊤], x̃ = (x, 1); ``Chain`` is a product
of weights without biases, as ever.
"""

from __future__ import annotations

from dataclasses import dataclass

from hessproof.symbolic.terms import Chain, Moment


@dataclass(frozen=True, slots=True)
class AffineChain:
    """A product of augmented weights T^l = [W^l b^l; 0 1].

    ``descending``: T^first T^{first-1} ⋯ T^last, of shape (M_first+1) × (M_{last-1}+1); empty when last = first + 1.
    Otherwise transposed: T^{first⊤} ⋯ T^{last⊤}, of shape (M_{first-1}+1) × (M_last+1); empty when last = first - 1.
    """

    descending: bool
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Embedding:
    """E_l = [I; 0], of shape (M_l+1) × M_l, or its transpose: ΔW^{l+1} = [ΔW^{l+1} Δb^{l+1}] E_l."""

    layer: int
    transposed: bool = False


Word = tuple[Chain | AffineChain | Embedding | Moment, ...]
"""A matrix product, left to right."""


@dataclass(frozen=True, slots=True)
class KroneckerTerm:
    """left ⊗ right, as the derivative with respect to [W^l b^l], or to its transpose if ``transposed``."""

    left: Word
    right: Word
    transposed: bool = False
