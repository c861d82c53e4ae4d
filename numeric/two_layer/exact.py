r"""H_0 and H_1 of a two-layer network over the rational numbers, without activation and with ReLU.

Everything follows from J and from the blocks of `hessproof.numeric.two_layer.parts`, in fractions. At a kink
(z_{aμ} = 0) the slope of ReLU is taken as 0; `kinks` counts them.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.symbolic.errors import UnusableRequest

Rationals = npt.NDArray[Any]
"""An array of dtype object whose entries are fractions."""


def rationals(entries: Any) -> Rationals:
    """A copy whose entries are fractions: integers, fractions, decimal strings, or floats by their exact value.

    Raises:
        UnusableRequest: If an entry is no finite rational number.

    Example:
        >>> rationals([[1, "1/3"]])[0, 1]
        Fraction(1, 3)
    """
    source = np.asarray(entries, dtype=object)
    result = np.empty(source.shape, dtype=object)
    for place in np.ndindex(source.shape):
        entry: Any = source[place]
        try:
            result[place] = Fraction(int(entry)) if isinstance(entry, np.integer) else Fraction(entry)
        except (TypeError, ValueError, OverflowError, ZeroDivisionError):
            raise UnusableRequest(f"entry {entry!r}", "a finite rational number", "write for instance 1/3") from None
    return result


@dataclass(frozen=True, eq=False)
class ExactNet:
    """A two-layer network with rational weights and samples.

    Args:
        w1: W¹, h × d.
        w2: W², K × h.
        x: Inputs as rows, m × d.
        y: Targets as rows, m × K.
        activation: linear or relu.

    Raises:
        UnusableRequest: If a shape does not fit or the activation has no rational values.

    Example:
        >>> net = exact_net([[2]], [[3]], [[1]], [[1]])
        >>> net.hessian_parts()[1].tolist()
        [[Fraction(0, 1), Fraction(5, 1)], [Fraction(5, 1), Fraction(0, 1)]]
    """

    w1: Rationals
    w2: Rationals
    x: Rationals
    y: Rationals
    activation: str = "linear"

    def __post_init__(self) -> None:
        if self.activation not in ("linear", "relu"):
            raise UnusableRequest(f"activation {self.activation!r}", "linear or relu", "use floating point for others")
        if any(array.ndim != 2 or 0 in array.shape for array in (self.w1, self.w2, self.x, self.y)):
            raise UnusableRequest("weights or samples that are no matrices", "four matrices", "give lists of rows")
        (hidden, inputs), (outputs, columns), samples = self.w1.shape, self.w2.shape, self.x.shape[0]
        if columns != hidden or self.x.shape[1] != inputs or self.y.shape != (samples, outputs):
            raise UnusableRequest(
                f"W¹, W², x, y of shapes {self.w1.shape}, {self.w2.shape}, {self.x.shape}, {self.y.shape}",
                "h × d, K × h, m × d and m × K",
                "give samples as rows",
            )

    @property
    def samples(self) -> int:
        """m."""
        return int(self.x.shape[0])

    @property
    def preactivations(self) -> Rationals:
        """z, m × h."""
        return np.asarray(self.x.dot(self.w1.T))

    @property
    def kinks(self) -> int:
        """How many z are zero, where ReLU has no derivative; none without activation."""
        return 0 if self.activation == "linear" else sum(entry == 0 for entry in self.preactivations.flat)

    @property
    def slopes(self) -> Rationals:
        """φ′(z), m × h."""
        gates = [[Fraction(int(self.activation == "linear" or entry > 0)) for entry in row]
                 for row in self.preactivations]  # fmt: skip
        return np.asarray(gates, dtype=object)

    @property
    def errors(self) -> Rationals:
        """e = ŷ − y, m × K."""
        return np.asarray((self.slopes * self.preactivations).dot(self.w2.T) - self.y)

    @property
    def energy(self) -> Fraction:
        """ε = 𝓛/K = (2mK)^{-1} Σ e²."""
        return Fraction(sum(entry**2 for entry in self.errors.flat)) / (2 * self.errors.size)

    def jacobian(self) -> Rationals:
        """∂ŷ_{iμ}/∂θ, one row for each μ and i, mK × p."""
        (hidden, inputs), outputs = self.w1.shape, self.w2.shape[0]
        rows = np.full((self.samples, outputs, hidden * (inputs + outputs)), Fraction(0), dtype=object)
        slopes, values = self.slopes, self.slopes * self.preactivations
        for sample in range(self.samples):
            first = np.multiply.outer(self.w2 * slopes[sample], self.x[sample])
            rows[sample, :, : hidden * inputs] = first.reshape(outputs, -1)
            for output in range(outputs):
                start = hidden * (inputs + output)
                rows[sample, output, start : start + hidden] = values[sample]
        return rows.reshape(self.samples * outputs, -1)

    def gradient(self) -> Rationals:
        """∂𝓛/∂θ, p fractions."""
        return np.asarray(self.errors.ravel().dot(self.jacobian()) / self.samples)

    def cross_blocks(self) -> Rationals:
        """B_a = (1/m) Σ_μ φ′(z_{aμ}) e_μ x_μ^⊤ for every hidden unit, h × K × d."""
        slopes, errors = self.slopes, self.errors
        return np.asarray([(errors.T * slopes[:, unit]).dot(self.x) / self.samples for unit in range(len(self.w1))])

    def hessian_parts(self) -> tuple[Rationals, Rationals]:
        """H_0 and H_1, each p × p, in the project's order of parameters."""
        hidden, inputs = self.w1.shape
        jacobian = self.jacobian()
        size = jacobian.shape[1]
        functional = np.full((size, size), Fraction(0), dtype=object)
        for unit, block in enumerate(self.cross_blocks()):
            above = slice(unit * inputs, (unit + 1) * inputs)
            below = slice(hidden * inputs + unit, size, hidden)
            functional[below, above] = block
            functional[above, below] = block.T
        return np.asarray(jacobian.T.dot(jacobian) / self.samples), functional


def exact_net(w1: Any, w2: Any, x: Any, y: Any, activation: str = "linear") -> ExactNet:
    """A network from nested lists of integers, fractions or strings such as ``1/3``.

    Raises:
        UnusableRequest: If a shape does not fit or an entry is no rational number.

    Example:
        >>> exact_net([[1]], [["1/2"]], [[2], [-2]], [[0], [0]], "relu").energy
        Fraction(1, 4)
    """
    return ExactNet(rationals(w1), rationals(w2), rationals(x), rationals(y), activation)


def exact_parts(w1: Any, w2: Any, x: Any, y: Any, activation: str = "linear") -> tuple[Rationals, Rationals]:
    """H_0 and H_1 over the rational numbers, each p × p.

    Args:
        w1: W¹, h × d.
        w2: W², K × h.
        x: Inputs as rows, m × d.
        y: Targets as rows, m × K.
        activation: linear or relu.

    Raises:
        UnusableRequest: If a shape does not fit or an entry is no rational number.

    Example:
        >>> exact_parts([[2]], [[3]], [[1]], [[1]])[0].tolist() == [[9, 6], [6, 4]]
        True
    """
    return exact_net(w1, w2, x, y, activation).hessian_parts()


__all__ = ["ExactNet", "Rationals", "exact_net", "exact_parts", "rationals"]
