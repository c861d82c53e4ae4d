"""An instance: an architecture with exact parameters and data, reproducible from what is printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np

from hessproof.numeric.bias.data import chosen_ranks
from hessproof.numeric.draws import (
    MAGNITUDE as MAGNITUDE,
)
from hessproof.numeric.draws import (
    check_magnitude,
    draw_weights,
    has_ranks,
    levelled,
    outputs_of,
    refuse_nonlinear,
    samples_of,
    with_constant_row,
)
from hessproof.numeric.integers import IntegerMatrix, integers, product, size_exponent
from hessproof.numeric.moments import Moments, moments_of, rank_over_q
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

_DRAWS = 20
_BIASED = ("augmented_data_rank", "augmented_residual_rank", "residual_mean")


@dataclass(frozen=True, eq=False)
class Instance:
    """Integer parameters and data for a linear network.

    Args:
        architecture: Widths M_0, …, M_L, with or without bias.
        weights: W^l of shape M_l × M_{l-1}, Python integers; with bias [W^l b^l], M_l × (M_{l-1} + 1).
        moments: Σ (d × d) and Ω (K × d); with bias Σ̃ and Ω̃, of x̃ = (x, 1).
        inputs: The samples x as rows, N × d, if the instance has samples.
        targets: The samples y as rows, N × K.
        origin: What it was made from, in JSON values: factory, seed, magnitude, data.

    Example:
        >>> one = generic_instance(Architecture((3, 2, 2)), data_rank=2, residual_rank=1, seed=0)
        >>> one.data_rank, one.residual_rank, one.q
        (2, 1, 2)
        >>> one.describe()["factory"]
        'generic'
        >>> biased = generic_instance(Architecture((3, 2, 2), bias=True), data_rank=2, residual_rank=1, seed=0)
        >>> biased.augmented_data_rank, biased.augmented_residual_rank, biased.sigma.shape
        (3, 2, (4, 4))
    """

    architecture: Architecture
    weights: tuple[IntegerMatrix, ...]
    moments: Moments
    inputs: IntegerMatrix | None = None
    targets: IntegerMatrix | None = None
    origin: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        refuse_nonlinear(self.architecture)
        widths, bias = self.architecture.widths, self.architecture.bias
        shapes = tuple(weight.shape for weight in self.weights)
        wanted = tuple((rows, columns + bias) for rows, columns in self.architecture.weight_shapes)
        if shapes != wanted:
            shape = "[W^l b^l] as M_l × (M_{l-1} + 1)" if bias else "W^l as M_l × M_{l-1}"
            raise UnusableRequest(f"weights of shapes {shapes}", f"{wanted}", f"give {shape}")
        moments = (self.moments.sigma.shape, self.moments.omega.shape)
        size = widths[0] + bias
        expected = ((size, size), (widths[-1], size))
        if moments != expected or self.moments.bias != bias:
            raise UnusableRequest(f"moments of shapes {moments}", f"{expected}", "give Σ as d × d and Ω as K × d")

    @property
    def sigma(self) -> IntegerMatrix:
        """Σ, d × d; with bias Σ̃, of x̃ = (x, 1)."""
        return self.moments.sigma

    @property
    def omega(self) -> IntegerMatrix:
        """Ω, K × d; with bias Ω̃, K × (d + 1)."""
        return self.moments.omega

    @property
    def data_rank(self) -> int:
        """r = rk Σ."""
        return self.moments.data_rank

    @property
    def residual_rank(self) -> int:
        """s = rk Ω."""
        return self.moments.residual_rank

    @cached_property
    def augmented_data_rank(self) -> int:
        """r̃ = rk E[x̃x̃⊤], over Q.

        Raises:
            UnusableRequest: If there is neither a bias nor a sample to tell it.
        """
        return self._of_augmented.whole_data_rank

    @cached_property
    def augmented_residual_rank(self) -> int:
        """s̃ = rk E[δx̃⊤], over Q.

        Raises:
            UnusableRequest: If there is neither a bias nor a sample to tell it.
        """
        return self._of_augmented.whole_residual_rank

    @property
    def residual_mean(self) -> int:
        """e = rk E[δ], which is 0 if E[δ] = 0 and 1 otherwise.

        Raises:
            UnusableRequest: If there is neither a bias nor a sample to tell it.
        """
        return int(self._of_augmented.omega[:, -1].any())

    @cached_property
    def _of_augmented(self) -> Moments:
        if self.architecture.bias:
            return self.moments
        if self.inputs is None or self.targets is None:
            raise UnusableRequest("an instance without samples", "samples x and y", "make it from data")
        residuals = outputs_of(self.architecture, self.weights, self.inputs) - self.targets
        return moments_of(self.inputs, residuals, bias=True)

    @property
    def q(self) -> int:
        """q = min(r, M_1, …, M_{L-1}, K)."""
        return self.architecture.narrowest(self.data_rank)

    @property
    def samples(self) -> int | None:
        """N, if the instance has samples."""
        return None if self.inputs is None else int(self.inputs.shape[0])

    @cached_property
    def cross(self) -> IntegerMatrix:
        """E[yx⊤] = W^{L:1}Σ − Ω, K × d, with bias E[yx̃⊤] (times N for N samples)."""
        return np.asarray(product([*reversed(self.chain), self.sigma]) - self.omega)

    @cached_property
    def chain(self) -> tuple[IntegerMatrix, ...]:
        """The matrices whose product is the network: W^l; with bias T^l = [W^l b^l; 0 1], and [W^L b^L] at the end."""
        if not self.architecture.bias:
            return self.weights
        return (*(with_constant_row(weight) for weight in self.weights[:-1]), self.weights[-1])

    def describe(self) -> dict[str, Any]:
        """What was drawn, as JSON values: enough to make the same instance again (``from_description``)."""
        return {
            "widths": list(self.architecture.widths),
            **self.origin,
            "data_rank": self.data_rank,
            "residual_rank": self.residual_rank,
            "samples": self.samples,
            **(self._describe_bias() if self.architecture.bias else {}),
        }

    def _describe_bias(self) -> dict[str, Any]:
        return {
            "bias": True,
            "augmented_data_rank": self.augmented_data_rank,
            "augmented_residual_rank": self.augmented_residual_rank,
            "residual_mean": self.residual_mean,
        }


def generic_instance(
    architecture: Architecture,
    data_rank: int,
    residual_rank: int,
    seed: int = 0,
    magnitude: int = MAGNITUDE,
    samples: int | None = None,
    data: Literal["uniform", "gaussian"] = "uniform",
    *,
    augmented_data_rank: int | None = None,
    augmented_residual_rank: int | None = None,
    residual_mean: int | None = None,
) -> Instance:
    """Parameters, inputs and residuals drawn from the integers, with rk Σ = r and rk Ω = s exactly.

    The inputs are the rows of an N × r times an r × d matrix, N = r unless ``samples`` says otherwise; the residuals
    δ are an N × s times an s × K matrix, times a power of two that brings Ω to the size of W^{L:1}Σ; the targets
    are y = F(x) − δ. Weights are uniform between -magnitude and magnitude. The factors of the data are uniform
    between -100 and 100, or Gaussian and rounded to multiples of 2^-10 (then kept as integers). Ranks are verified
    over Q, and what falls short is drawn again.

    With bias the data have the ranks r̃ and s̃ of x̃ = (x, 1) too, each as large as it can be unless given (r̃ = r where
    N = r), N = r̃ unless ``samples`` says otherwise, and E[δ] vanishes if ``residual_mean`` is 0; b^l is uniform and of
    the size of W^l a^{l-1}.

    Raises:
        UnusableRequest: If no data can have these ranks for these widths and samples.

    Example:
        >>> one = generic_instance(Architecture((4, 3), bias=True), 2, 1, augmented_data_rank=2)
        >>> one.data_rank, one.augmented_data_rank, one.residual_rank, one.augmented_residual_rank
        (2, 2, 1, 1)
    """
    refuse_nonlinear(architecture)
    architecture.check_ranks(data_rank, residual_rank)
    check_magnitude(magnitude)
    origin: dict[str, Any] = {"factory": "generic", "data": data, "seed": seed, "magnitude": magnitude}
    origin["requested_samples"] = samples
    if architecture.bias:
        if augmented_data_rank is None and samples is not None and samples == data_rank:
            augmented_data_rank = data_rank
        ranks = chosen_ranks(
            architecture, data_rank, residual_rank, augmented_data_rank, augmented_residual_rank, residual_mean
        )
        least = ranks.augmented_data
    elif (augmented_data_rank, augmented_residual_rank, residual_mean) != (None, None, None):
        raise UnusableRequest("ranks of augmented data without bias", "a network with bias", "give --bias")
    else:
        ranks, least = None, max(data_rank, 1)
    count = least if samples is None else samples
    if count < least:
        raise UnusableRequest(
            f"{count} samples", f"at least {least}, the data rank", "give more samples or a lower data rank"
        )
    rng = np.random.default_rng([seed, *architecture.widths, data_rank, residual_rank, count])
    weights = draw_weights(architecture, rng, magnitude)
    for _ in range(_DRAWS):
        inputs, residuals = samples_of(architecture, ranks or (data_rank, residual_rank), count, rng, data)
        if ranks is not None:
            weights = levelled(architecture, weights, inputs)
        outputs = outputs_of(architecture, weights, inputs)
        residuals = residuals * 2 ** max(0, size_exponent(outputs) - size_exponent(residuals))
        made = moments_of(inputs, residuals, bias=architecture.bias)
        if has_ranks(made, ranks or (data_rank, residual_rank)):
            break
    else:
        raise UnusableRequest(
            f"{architecture} with ranks {data_rank} and {residual_rank}",
            "ranks that turn up in 20 draws",
            "give another seed",
        )
    return Instance(architecture, weights, made, inputs, outputs - residuals, origin)


def data_instance(
    architecture: Architecture,
    inputs: Any,
    targets: Any,
    seed: int = 0,
    magnitude: int = MAGNITUDE,
    weights: Sequence[Any] | None = None,
    origin: Mapping[str, Any] | None = None,
) -> Instance:
    """Given samples, with weights drawn from the integers (or given).

    Args:
        architecture: Widths that fit the data.
        inputs: x as rows, N × d integers.
        targets: y as rows, N × K integers.
        seed: For the weights.
        magnitude: Weights are uniform between -magnitude and magnitude.
        weights: W^1, …, W^L (with bias [W^l b^l]), to be used instead of drawing them.
        origin: What the data are, in JSON values.

    Raises:
        UnusableRequest: If the data do not fit the widths.

    Example:
        >>> one = data_instance(Architecture((2, 1)), [[1, 2], [2, 4]], [[1], [0]], seed=1)
        >>> one.data_rank, one.samples
        (1, 2)
    """
    refuse_nonlinear(architecture)
    check_magnitude(magnitude)
    x, y = integers(inputs), integers(targets)
    for name, matrix, width in (("inputs", x, architecture.inputs), ("targets", y, architecture.outputs)):
        if matrix.ndim != 2 or matrix.shape[1] != width or matrix.shape[0] < 1:
            raise UnusableRequest(
                f"{name} of shape {matrix.shape}",
                f"N × {width} for widths {architecture}",
                "change the widths or the data",
            )
    if x.shape[0] != y.shape[0]:
        raise UnusableRequest(
            f"{x.shape[0]} inputs and {y.shape[0]} targets", "as many targets as inputs", "give one row of y for each x"
        )
    if weights is None:
        drawn = draw_weights(architecture, np.random.default_rng([seed, *architecture.widths]), magnitude)
    else:
        drawn = tuple(integers(weight) for weight in weights)
    described = {"factory": "data", "seed": seed, "magnitude": magnitude, **(origin or {})}
    if weights is None and architecture.bias:
        drawn = levelled(architecture, drawn, x)
    residuals = outputs_of(architecture, drawn, x) - y
    return Instance(architecture, drawn, moments_of(x, residuals, bias=architecture.bias), x, y, described)


def special_instance(architecture: Architecture, weights: Sequence[Any], sigma: Any, omega: Any) -> Instance:
    """Given weights and moments, such as a special point of parameter space; with bias [W^l b^l], Σ̃ and Ω̃.

    Raises:
        UnusableRequest: If a shape is wrong, Σ is not symmetric, or a row of Ω lies outside the row space of Σ (no
            data have such moments).

    Example:
        >>> special_instance(Architecture((1, 1)), [[[0]]], [[1]], [[3]]).residual_rank
        1
    """
    exact = tuple(integers(weight) for weight in weights)
    moments = Moments(integers(sigma), integers(omega), architecture.bias)
    listed: dict[str, Any] = {
        "factory": "special",
        "weights": [[[str(entry) for entry in row] for row in weight] for weight in exact],
        "sigma": [[str(entry) for entry in row] for row in moments.sigma],
        "omega": [[str(entry) for entry in row] for row in moments.omega],
    }
    made = Instance(architecture, exact, moments, origin=listed)
    if (moments.sigma != moments.sigma.T).any():
        raise UnusableRequest("Σ", "a symmetric matrix", "give E[xx⊤]")
    if rank_over_q(np.vstack([moments.sigma, moments.omega])) != moments.whole_data_rank:
        raise UnusableRequest("Ω", "rows in the row space of Σ, as E[δx⊤] has", "give Ω = AΣ for some A")
    if architecture.bias and moments.sigma[-1, -1] <= 0:
        raise UnusableRequest("Σ̃", "a positive last entry, the number of samples", "give E[x̃x̃⊤] with x̃ = (x, 1)")
    return made


def from_description(description: Mapping[str, Any]) -> Instance:
    """Make the instance that ``describe`` printed again (its own data cannot be: only generic and special ones).

    Raises:
        UnusableRequest: If the description is of another factory.

    Example:
        >>> one = generic_instance(Architecture((2, 2)), 2, 1, seed=3)
        >>> bool((from_description(one.describe()).omega == one.omega).all())
        True
    """
    architecture = Architecture(tuple(description["widths"]), bias=description.get("bias", False))
    if description["factory"] == "generic":
        return generic_instance(
            architecture,
            description["data_rank"],
            description["residual_rank"],
            description["seed"],
            description["magnitude"],
            description["requested_samples"],
            description["data"],
            **({name: description[name] for name in _BIASED} if architecture.bias else {}),
        )
    if description["factory"] == "special":
        weights = [[[int(entry) for entry in row] for row in weight] for weight in description["weights"]]
        sigma, omega = ([[int(entry) for entry in row] for row in description[name]] for name in ("sigma", "omega"))
        return special_instance(architecture, weights, sigma, omega)
    raise UnusableRequest(
        f"factory {description['factory']!r}",
        "generic or special",
        "load the data set again for an instance made from data",
    )
