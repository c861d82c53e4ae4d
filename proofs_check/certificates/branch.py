r"""A linear network with data: one pattern of gates of a network, its words, and the entries of its Hessian.

With gates D^l behind each hidden layer (identities for a linear network, D^L = I), for a change Δ of layer k (with
bias [ΔW Δb]) the derivative of the output is U^kΔA^{k-1}x̃, where U^k = W^L D^{L-1} ⋯ W^{k+1}D^k and A^{k-1} is the
network up to the state z^{k-1}, with bias augmented by its 1. A second change Δ′ of a layer l > k meets it through
R^{k,l}, from the input of layer k's gates to the state z^{l-1} (augmented by a 0). The two parts of the Hessian are

    tr(U^kΔA^{k-1} Σ (U^lΔ′A^{l-1})⊤)   and   tr(Ω⊤U^l Δ′R^{k,l}ΔA^{k-1})   for k < l.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any

import numpy as np

from hessproof.proofs_check.certificates.format import Quantity
from hessproof.proofs_check.certificates.rational import (
    Entries,
    Rational,
    above,
    columns_of,
    diagonal,
    identity,
    rational,
    zero,
)

Coordinates = list[tuple[int, int]]
"""Entries (i, j) of one layer's matrix."""


def _once(word: Callable[..., Rational]) -> Callable[..., Rational]:
    """Form each word of a branch once; the branch keeps it."""

    @wraps(word)
    def remembered(branch: Branch, *layers: int) -> Rational:
        key = (word.__name__, *layers)
        if key not in branch.words:
            branch.words[key] = word(branch, *layers)
        return branch.words[key]

    return remembered


@dataclass(frozen=True, eq=False)
class Branch:
    """One linear network with the moments of its samples.

    Args:
        widths: M_0, …, M_L.
        bias: Whether weights are [W^l b^l].
        weights: The matrices.
        gates: For each hidden layer the factor of each neuron; None if all are 1.
        sigma: Σ, with bias Σ̃.
        omega: Ω, with bias Ω̃; None until it is known.
        words: The products that were formed.
    """

    widths: tuple[int, ...]
    bias: bool
    weights: tuple[Rational, ...]
    gates: tuple[tuple[Any, ...], ...] | None
    sigma: Rational
    omega: Rational
    words: dict[tuple[Any, ...], Rational] = field(default_factory=dict)

    def with_omega(self, omega: Rational) -> Branch:
        """The same with Ω."""
        return replace(self, omega=omega)

    @property
    def layers(self) -> int:
        """L."""
        return len(self.widths) - 1

    def plain(self, k: int) -> Rational:
        """W^k without its bias."""
        return columns_of(self.weights[k - 1], 0, self.widths[k - 1]) if self.bias else self.weights[k - 1]

    def gate(self, k: int) -> Rational:
        """D^k."""
        if self.gates is None or k == self.layers:
            return identity(self.widths[k])
        return diagonal(self.gates[k - 1])

    def embed(self, k: int) -> Rational:
        """A change of z^k as one of the augmented state; without bias the identity."""
        return above(identity(self.widths[k]), zero(1, self.widths[k])) if self.bias else identity(self.widths[k])

    @_once
    def up(self, k: int) -> Rational:
        """U^k, K × M_k."""
        if k == self.layers:
            return identity(self.widths[-1])
        return self.up(k + 1) * self.plain(k + 1) * self.gate(k)

    @_once
    def step(self, k: int) -> Rational:
        """From the state z^{k-1} to z^k, augmented with bias."""
        forward = self.gate(k) * self.weights[k - 1]
        if not self.bias:
            return forward
        return above(forward, rational([[0] * self.widths[k - 1] + [1]]))

    @_once
    def down(self, k: int) -> Rational:
        """A^k, (M_k (+ 1)) × (d (+ 1))."""
        return identity(self.widths[0] + self.bias) if k == 0 else self.step(k) * self.down(k - 1)

    @_once
    def between(self, k: int, l: int) -> Rational:
        """R^{k,l}, (M_{l-1} (+ 1)) × M_k, for k < l."""
        return self.embed(l - 1) * self.inner(k, l)

    @_once
    def inner(self, k: int, l: int) -> Rational:
        """R^{k,l} without its last row of zeros."""
        if l == k + 1:
            return self.gate(k)
        return self.gate(l - 1) * self.plain(l - 1) * self.inner(k, l - 1)

    def network(self) -> Rational:
        """The whole network, K × (d (+ 1))."""
        return self.weights[-1] * self.down(self.layers - 1)

    @_once
    def through_residual(self, k: int, l: int) -> Rational:
        """A^kΩ⊤U^l."""
        return self.down(k) * self.omega.transpose() * self.up(l)

    @_once
    def on_data(self, k: int) -> Rational:
        """A^kΣ."""
        return self.down(k) * self.sigma


def hessian_entries(
    branch: Branch, quantity: Quantity, chosen: list[Coordinates], convert: Callable[[Rational], Entries]
) -> Entries:
    """The Hessian on some coordinates of each layer.

    Args:
        branch: A linear network with data.
        quantity: Which part.
        chosen: The coordinates, a list for each layer.
        convert: Turns words into arrays: residues modulo a prime, or rationals.
    """
    rows = [[row for row, _ in places] for places in chosen]
    cols = [[col for _, col in places] for places in chosen]
    parts: list[list[Entries]] = [[np.empty((0, 0), dtype=object)] * branch.layers for _ in chosen]
    for k in range(1, branch.layers + 1):
        for l in range(k, branch.layers + 1):
            block = np.zeros((len(rows[k - 1]), len(rows[l - 1])), dtype=object)
            if quantity != "functional":
                forward = convert(branch.up(k).transpose() * branch.up(l))
                back = convert(branch.on_data(k - 1) * branch.down(l - 1).transpose())
                block += forward[np.ix_(rows[k - 1], rows[l - 1])] * back[np.ix_(cols[k - 1], cols[l - 1])]
            if quantity != "outer" and k < l:
                out, back = convert(branch.through_residual(k - 1, l)), convert(branch.between(k, l))
                block += out[np.ix_(cols[k - 1], rows[l - 1])] * back[np.ix_(cols[l - 1], rows[k - 1])].T
            parts[k - 1][l - 1] = block
            parts[l - 1][k - 1] = block.T
    return np.vstack([np.hstack(line) for line in parts])
