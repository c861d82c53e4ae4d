"""The Hessian of one instance and its parts as matrices, from Kronecker blocks, exact where that is possible.

Entries are FLINT rationals when the probabilities are rational: those prescribed, or 1/K when all logits are equal (the
softmax of rational logits is irrational otherwise, by Lindemann's theorem). Else those that hang on p are balls.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import flint
import numpy as np
import numpy.typing as npt

from hessproof.numeric.norms.instance import Fractions, NormInstance
from hessproof.symbolic.errors import UnusableRequest

Numbers = npt.NDArray[Any]
"""An array of dtype object with entries ``flint.fmpq`` or ``flint.arb``."""
Quantity = Literal["gauss_newton", "functional", "hessian"]
QUANTITIES: tuple[Quantity, ...] = ("gauss_newton", "functional", "hessian")
BITS = 256
"""Working precision of balls."""


class Matrices:
    """Everything that a forward and a backward pass give for one instance.

    Args:
        instance: The network and its object.
        bits: Working precision where balls are needed.

    Example:
        >>> from hessproof.numeric.norms.instance import norm_instance
        >>> found = Matrices(norm_instance([[[1], [1]]], [2], 0))
        >>> found.exact, found["gauss_newton"].tolist()
        (True, [[1, -1], [-1, 1]])
    """

    def __init__(self, instance: NormInstance, bits: int = BITS) -> None:
        self.instance, self.bits = instance, bits
        bias = instance.biases is not None
        self.weights = [rationals(weight) for weight in instance.weights]
        self.inputs: list[Numbers] = []
        """x̃^l: x^l, with bias (x^l, 1)."""
        self.gates: list[Numbers] = []
        """Diagonals of D^l = diag([z^l ≥ 0])."""
        values = rationals(instance.inputs)
        one = rationals(np.ones(1, dtype=int))
        for layer, weight in enumerate(self.weights):
            self.inputs.append(np.concatenate([values, one]) if bias else values)
            values = weight @ values
            if instance.biases is not None:
                values = values + rationals(instance.biases[layer])
            if layer < len(self.weights) - 1:
                self.gates.append(rationals((values >= 0).astype(int)))
                values = np.asarray([max(z, flint.fmpq(0)) for z in values], dtype=object)
        self.logits = values
        self.probabilities = _probabilities(instance, values, bits)
        self.derivatives = self._derivatives()
        """G^1, …, G^L."""

    @property
    def exact(self) -> bool:
        """Whether all entries are rational."""
        return all(isinstance(p, flint.fmpq) for p in self.probabilities)

    @property
    def residuals(self) -> Numbers:
        """δ = p − e_y."""
        with precision(self.bits):
            found = self.probabilities.copy()
            found[self.instance.label] = found[self.instance.label] - 1
            return found

    @property
    def curvature(self) -> Numbers:
        """A = diag(p) − pp⊤."""
        with precision(self.bits):
            p = self.probabilities
            return np.asarray(np.diag(p) - np.multiply.outer(p, p))

    @property
    def jacobian(self) -> Numbers:
        """F, K × p, with the blocks G^l ⊗ x̃^{l⊤}."""
        pairs = zip(self.derivatives, self.inputs, strict=True)
        return np.concatenate([np.kron(derivative, x[None, :]) for derivative, x in pairs], axis=1)

    def __getitem__(self, quantity: Quantity) -> Numbers:
        """The G-term, the H-term or the Hessian, p × p.

        Raises:
            UnusableRequest: If the quantity has another name.
        """
        if quantity not in QUANTITIES:
            raise UnusableRequest(f"quantity {quantity!r}", ", ".join(QUANTITIES), "give hessian")
        with precision(self.bits):
            if quantity == "gauss_newton":
                return np.asarray(self.jacobian.T @ self.curvature @ self.jacobian)
            if quantity == "functional":
                return self._functional()
            return np.asarray(self["gauss_newton"] + self["functional"])

    def _derivatives(self) -> list[Numbers]:
        found = [rationals(np.eye(len(self.logits), dtype=int))]
        for weight, gate in zip(self.weights[:0:-1], self.gates[::-1], strict=True):
            found.insert(0, (found[0] @ weight) * gate)
        return found

    def _functional(self) -> Numbers:
        sizes = [len(x) * len(weight) for x, weight in zip(self.inputs, self.weights, strict=True)]
        starts = np.cumsum([0, *sizes])
        total = np.full((starts[-1], starts[-1]), flint.fmpq(0), dtype=object)
        for k in range(len(self.weights) - 1):
            chain = np.diag(self.gates[k])
            for l in range(k + 1, len(self.weights)):
                if l > k + 1:
                    chain = self.gates[l - 1][:, None] * (self.weights[l - 1] @ chain)
                a = self.derivatives[l].T @ self.residuals
                wide = len(self.inputs[l])
                block = np.full((len(a), wide, chain.shape[1], len(self.inputs[k])), flint.fmpq(0), dtype=object)
                block[:, : len(chain)] = np.multiply.outer(a, np.multiply.outer(chain, self.inputs[k]))
                flat = block.reshape(sizes[l], sizes[k])
                total[starts[l] : starts[l + 1], starts[k] : starts[k + 1]] = flat
                total[starts[k] : starts[k + 1], starts[l] : starts[l + 1]] = flat.T
        return total


def rationals(entries: Fractions | Sequence[Any]) -> Numbers:
    """An array of FLINT rationals.

    Example:
        >>> from fractions import Fraction
        >>> rationals([Fraction(1, 2), 3]).tolist()
        [1/2, 3]
    """
    source = np.asarray(entries, dtype=object)
    result = np.empty(source.shape, dtype=object)
    for place, entry in np.ndenumerate(source):
        numerator, denominator = entry.as_integer_ratio()
        result[place] = flint.fmpq(int(numerator), int(denominator))
    return result


class precision:
    """Ball arithmetic with so many bits inside a ``with`` block."""

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def __enter__(self) -> None:
        self.before, flint.ctx.prec = flint.ctx.prec, self.bits

    def __exit__(self, *error: object) -> None:
        flint.ctx.prec = self.before


def _probabilities(instance: NormInstance, logits: Numbers, bits: int) -> Numbers:
    if instance.probabilities is not None:
        return rationals(instance.probabilities)
    if all(z == logits[0] for z in logits):
        return np.asarray([flint.fmpq(1, len(logits))] * len(logits), dtype=object)
    with precision(bits + 32):
        powers = [flint.arb(z - max(logits)).exp() for z in logits]
        total = sum(powers[1:], powers[0])
        return np.asarray([power / total for power in powers], dtype=object)
