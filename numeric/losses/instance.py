r"""Linear networks with integer weights and data under any loss, so that ranks of actual networks are exact.

Let z be the integer outputs of the network. Its natural outputs are F = u z with u = (ln 2)/D, D a power of 3: that is
the same network with its last layer times u. Then exp F_c = 2^(z_c/D), so that the probabilities of the softmax and
tanh(F − y), y = u·(integer), are algebraic numbers, and

    H_L / u = u H_o′ + H_f′

with derivatives by the integer weights. H_o′ and H_f′ have entries in the field of 2^(1/D), and u is transcendental: so
the rank of H_L is the one over rational functions in u. Modulo a prime P with P ≡ 2 mod 3, D has an inverse modulo
P − 1, and 2^(z/D) is computed for integers z of any size. For the squared loss u = 1.

The residuals can be prescribed instead of the targets. Then y = p − δ for cross-entropy, y = F − artanh δ for log-cosh,
where δ is the prescribed integers times a power of two small enough for y to be a distribution, or for |δ| < 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from hessproof.numeric.exact import exact_rank
from hessproof.numeric.integers import IntegerMatrix, integers, product
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

MAGNITUDE = 2**10
"""Weights are drawn uniformly from the integers between -MAGNITUDE and MAGNITUDE."""
_SPREAD = 4
"""The outputs z/D are at most about this large: probabilities are neither equal nor saturated."""
_FACTORS = 100
_DRAWS = 20


@dataclass(frozen=True, eq=False)
class LossInstance:
    """Integer weights and samples of a linear network with a loss.

    Args:
        architecture: Widths, bias and loss; the activation is linear.
        weights: W^l, or [W^l b^l] with bias; Python integers.
        inputs: The samples x as rows, N × d.
        targets: y as rows, N × K: numbers for mse, multiples of u for cosh, weights of the classes for cross-entropy.
        residuals: δ as rows, up to a power of two, if they are prescribed; then there are no targets.
        root: D.
        origin: What it was made from, in JSON values.

    Raises:
        UnusableRequest: If shapes do not fit, or the activation is not linear.

    Example:
        >>> one = labelled_instance(Architecture((2, 2), loss="cross-entropy"), [[1, 2], [3, 1]], [[1, 0], [0, 1]])
        >>> one.data_rank, one.samples, one.outputs.shape
        (2, 2, (2, 2))
    """

    architecture: Architecture
    weights: tuple[IntegerMatrix, ...]
    inputs: IntegerMatrix
    targets: IntegerMatrix | None = None
    residuals: IntegerMatrix | None = None
    root: int = 1
    origin: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        architecture = self.architecture
        if architecture.activation != "linear":
            raise UnusableRequest(f"activation {architecture.activation}", "linear", "leave it out")
        shapes = tuple((rows, columns + architecture.bias) for rows, columns in architecture.weight_shapes)
        found = tuple(weight.shape for weight in self.weights)
        if found != shapes:
            raise UnusableRequest(f"weights of shapes {found}", f"{shapes}", "give W^l, or [W^l b^l] with bias")
        given = [matrix for matrix in (self.targets, self.residuals) if matrix is not None]
        if len(given) != 1:
            raise UnusableRequest(f"{len(given)} of targets and residuals", "one of them", "give the targets")
        expected = (self.samples, architecture.inputs), (self.samples, architecture.outputs)
        if (self.inputs.shape, given[0].shape) != expected or not self.samples:
            raise UnusableRequest(
                f"inputs of shape {self.inputs.shape} and targets of shape {given[0].shape}",
                f"N × {architecture.inputs} and N × {architecture.outputs} for widths {architecture}",
                "give one row of each for every sample",
            )

    @property
    def given(self) -> IntegerMatrix:
        """The targets, or the residuals where these are prescribed."""
        found = self.residuals if self.targets is None else self.targets
        if found is None:
            raise AssertionError("targets or residuals are given")
        return found

    @property
    def prescribed(self) -> bool:
        """Whether residuals are prescribed."""
        return self.residuals is not None

    @property
    def samples(self) -> int:
        """N."""
        return len(self.inputs)

    @property
    def augmented(self) -> IntegerMatrix:
        """The samples as rows, each with a 1 behind it if the network has biases: N × d or N × (d + 1)."""
        return with_ones(self.inputs) if self.architecture.bias else self.inputs

    @cached_property
    def outputs(self) -> IntegerMatrix:
        """z as rows, N × K, exact."""
        value = self.augmented
        for layer, weight in enumerate(self.weights, start=1):
            value = product([value, weight.T])
            if self.architecture.bias and layer < len(self.weights):
                value = with_ones(value)
        return value

    @cached_property
    def shift(self) -> int:
        """The e with δ = residuals / 2^e, if residuals are prescribed: large enough for targets to exist."""
        if self.residuals is None or self.architecture.loss == "mse":
            return 0
        largest = max(abs(int(entry)) for entry in self.residuals.flat).bit_length() + 1
        if self.architecture.loss == "cosh":
            return largest
        spread = max(int(max(row)) - int(min(row)) for row in self.outputs)
        return largest + spread // self.root + 1 + self.architecture.outputs.bit_length()

    @cached_property
    def data_rank(self) -> int:
        """r = rk Σ, over Q."""
        return _rank(self.inputs)

    @cached_property
    def augmented_data_rank(self) -> int:
        """r̃ = rk E[x̃x̃⊤] with x̃ = (x, 1), over Q."""
        return _rank(with_ones(self.inputs))

    @cached_property
    def residual_rank(self) -> int | None:
        """s = rk Ω over Q where residuals are prescribed; otherwise Ω is no matrix of integers."""
        return None if self.residuals is None else _rank(product([self.residuals.T, self.inputs]))

    @cached_property
    def augmented_residual_rank(self) -> int | None:
        """s̃ = rk E[δx̃⊤] over Q where residuals are prescribed."""
        return None if self.residuals is None else _rank(product([self.residuals.T, with_ones(self.inputs)]))

    @property
    def residual_mean(self) -> int | None:
        """rk E[δ] where residuals are prescribed: 1 unless they add up to zero."""
        return None if self.residuals is None else int(bool((self.residuals.sum(axis=0) != 0).any()))


def labelled_instance(
    architecture: Architecture,
    inputs: Any,
    targets: Any,
    seed: int = 0,
    *,
    magnitude: int = MAGNITUDE,
    weights: Any = None,
    root: int | None = None,
) -> LossInstance:
    """Given samples and targets, with weights drawn from the integers (or given).

    Args:
        architecture: Widths, bias and loss.
        inputs: x as rows, integers.
        targets: y as rows, integers; unit vectors for classes.
        seed: For the weights.
        magnitude: Range of the weights.
        weights: W^l or [W^l b^l], to be used instead of drawing them.
        root: D, a power of 3; chosen so that the outputs z/D are at most about 4 in size if not given.

    Raises:
        UnusableRequest: If the data do not fit the widths, or D is no power of 3.
    """
    drawn = (
        draw(architecture, np.random.default_rng([seed, *architecture.widths]), magnitude)
        if weights is None
        else tuple(integers(weight) for weight in weights)
    )
    origin = {"factory": "labelled", "seed": seed, "magnitude": magnitude}
    made = LossInstance(architecture, drawn, integers(inputs), integers(targets), origin=origin)
    return with_root(made, root)


def prescribed_instance(
    architecture: Architecture,
    data_rank: int,
    residual_rank: int,
    seed: int = 0,
    *,
    samples: int | None = None,
    magnitude: int = MAGNITUDE,
) -> LossInstance:
    """Weights, inputs and residuals drawn from the integers, with rk Σ = r and rk Ω = s exactly.

    Residuals of cross-entropy have rows of sum zero. N = max(r, 1) unless ``samples`` says otherwise.

    Raises:
        UnusableRequest: If no data can have these ranks for these widths, this loss and so many samples.

    Example:
        >>> one = prescribed_instance(Architecture((3, 2, 3), loss="cross-entropy"), 3, 1)
        >>> one.data_rank, one.residual_rank, [sum(row) for row in one.residuals]
        (3, 1, [0, 0, 0])
    """
    count = max(data_rank, 1) if samples is None else samples
    shifts = architecture.loss == "cross-entropy"
    free = architecture.outputs - shifts
    most = min(count, architecture.inputs), min(data_rank, free)
    if not (0 <= data_rank <= most[0] and 0 <= residual_rank <= most[1]):
        raise UnusableRequest(
            f"ranks {data_rank} and {residual_rank} of {count} samples for {architecture} under {architecture.loss}",
            f"a data rank up to {most[0]} and a residual rank up to {most[1]}",
            "lower them",
        )
    rng = np.random.default_rng([seed, *architecture.widths, data_rank, residual_rank, count])
    weights = draw(architecture, rng, magnitude)
    origin = {"factory": "prescribed", "seed": seed, "magnitude": magnitude, "requested_samples": samples}
    for _ in range(_DRAWS):
        shapes = (count, data_rank), (data_rank, architecture.inputs), (count, residual_rank), (residual_rank, free)
        left, right, one, two = (_uniform(rng, shape, _FACTORS) for shape in shapes)
        residuals = product([one, two])
        if shifts:
            residuals = np.hstack([residuals, -residuals.sum(axis=1, keepdims=True)])
        made = LossInstance(architecture, weights, product([left, right]), residuals=residuals, origin=origin)
        if (made.data_rank, made.residual_rank) == (data_rank, residual_rank):
            return with_root(made)
    raise UnusableRequest(
        f"{architecture} with ranks {data_rank} and {residual_rank}",
        "ranks that turn up in 20 draws",
        "give another seed",
    )


def draw(architecture: Architecture, rng: np.random.Generator, magnitude: int) -> tuple[IntegerMatrix, ...]:
    """W^1, …, W^L, or [W^l b^l] with bias, with entries uniform between -magnitude and magnitude."""
    if not 1 <= magnitude < 2**62:
        raise UnusableRequest(f"magnitude {magnitude}", "1 to 2^62 - 1", f"give {MAGNITUDE}")
    shapes = [(rows, columns + architecture.bias) for rows, columns in architecture.weight_shapes]
    return tuple(_uniform(rng, shape, magnitude) for shape in shapes)


def with_ones(rows: IntegerMatrix) -> IntegerMatrix:
    """A matrix with a column of ones behind it."""
    return np.hstack([rows, np.ones((len(rows), 1), dtype=int).astype(object)])


def with_root(instance: LossInstance, root: int | None = None) -> LossInstance:
    """The same integer weights and data with another D, or with one that makes the outputs z/D moderate.

    Raises:
        UnusableRequest: If D is no power of 3.

    Example:
        >>> one = labelled_instance(Architecture((1, 2), loss="cross-entropy"), [[9]], [[1, 0]], weights=[[[1], [2]]])
        >>> one.root, with_root(one, 1).root
        (9, 1)
    """
    if root is not None:
        rest = root
        while rest > 1 and rest % 3 == 0:
            rest //= 3
        if rest != 1:
            raise UnusableRequest(f"root {root}", "a power of 3", "give 1")
        return replace(instance, root=root)
    largest, found = max(abs(int(entry)) for entry in instance.outputs.flat), 1
    while instance.architecture.loss != "mse" and largest > _SPREAD * found:
        found *= 3
    return replace(instance, root=found)


def _uniform(rng: np.random.Generator, shape: tuple[int, int], magnitude: int) -> IntegerMatrix:
    return rng.integers(-magnitude, magnitude, size=shape, endpoint=True).astype(object)


def _rank(matrix: IntegerMatrix) -> int:
    return exact_rank(matrix, most_primes=10**6).value
