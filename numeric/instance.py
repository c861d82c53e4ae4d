"""An instance: an architecture with exact parameters and data, reproducible from what is printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from hessproof.numeric.exact import exact_rank
from hessproof.numeric.integers import IntegerMatrix, integers, product
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

MAGNITUDE = 2**20
"""Weights are drawn uniformly from the integers between -MAGNITUDE and MAGNITUDE unless another range is given."""

_DRAWS = 20


@dataclass(frozen=True, eq=False)
class Moments:
    """Second moments of the data: Σ = E[xx⊤] (d × d) and Ω = E[δx⊤] (K × d), δ = W^{L:1}x − y.

    Exact integers. For N samples they are kept as sums, N·E[…]; that multiplies the Hessian by N and leaves every rank
    as it is.
    """

    sigma: IntegerMatrix
    omega: IntegerMatrix

    @cached_property
    def data_rank(self) -> int:
        """r = rk Σ, over Q."""
        return exact_rank(self.sigma, most_primes=10**6).value

    @cached_property
    def residual_rank(self) -> int:
        """s = rk Ω, over Q."""
        return exact_rank(self.omega, most_primes=10**6).value


@dataclass(frozen=True, eq=False)
class Instance:
    """Integer weights W^1, …, W^L and data for an architecture.

    Args:
        architecture: Widths M_0, …, M_L, no bias.
        weights: W^l of shape M_l × M_{l-1}, Python integers.
        moments: Σ (d × d) and Ω (K × d).
        inputs: The samples x as rows, N × d, if the instance has samples.
        targets: The samples y as rows, N × K.
        origin: What it was made from, in JSON values: factory, seed, magnitude, data.

    Example:
        >>> one = generic_instance(Architecture((3, 2, 2)), data_rank=2, residual_rank=1, seed=0)
        >>> one.data_rank, one.residual_rank, one.q
        (2, 1, 2)
        >>> one.describe()["factory"]
        'generic'
    """

    architecture: Architecture
    weights: tuple[IntegerMatrix, ...]
    moments: Moments
    inputs: IntegerMatrix | None = None
    targets: IntegerMatrix | None = None
    origin: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _refuse_bias(self.architecture)
        widths = self.architecture.widths
        shapes = tuple(weight.shape for weight in self.weights)
        if shapes != self.architecture.weight_shapes:
            raise UnusableRequest(
                f"weights of shapes {shapes}", f"{self.architecture.weight_shapes}", "give W^l as M_l × M_{l-1}"
            )
        moments = (self.moments.sigma.shape, self.moments.omega.shape)
        expected = ((widths[0], widths[0]), (widths[-1], widths[0]))
        if moments != expected:
            raise UnusableRequest(f"moments of shapes {moments}", f"{expected}", "give Σ as d × d and Ω as K × d")

    @property
    def sigma(self) -> IntegerMatrix:
        """Σ, d × d."""
        return self.moments.sigma

    @property
    def omega(self) -> IntegerMatrix:
        """Ω, K × d."""
        return self.moments.omega

    @property
    def data_rank(self) -> int:
        """r = rk Σ."""
        return self.moments.data_rank

    @property
    def residual_rank(self) -> int:
        """s = rk Ω."""
        return self.moments.residual_rank

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
        """E[yx⊤] = W^{L:1}Σ − Ω, K × d (times N for N samples)."""
        return np.asarray(product([*reversed(self.weights), self.sigma]) - self.omega)

    def describe(self) -> dict[str, Any]:
        """What was drawn, as JSON values: enough to make the same instance again (``from_description``)."""
        return {
            "widths": list(self.architecture.widths),
            **self.origin,
            "data_rank": self.data_rank,
            "residual_rank": self.residual_rank,
            "samples": self.samples,
        }

    def scaled(self) -> tuple[list[npt.NDArray[np.float64]], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """W^1, …, W^L, Σ, Ω as float64, scaled by powers of two so that no chain overflows.

        With W^l → c_l W^l, x → t x and y → c t y, c = c_1 ⋯ c_L, the Hessian turns into D H D with a diagonal D of
        nonzero entries, so every rank stays as it is. Here c_l and t make the mean squares about 1/M_{l-1} and 1/d.
        """
        exponents, data = self.exponents
        weights = [_to_float(weight, shift) for weight, shift in zip(self.weights, exponents, strict=True)]
        return weights, _to_float(self.sigma, data), _to_float(self.omega, data + sum(exponents))

    @property
    def exponents(self) -> tuple[list[int], int]:
        """The powers of two of ``scaled``: one for each weight matrix (c_l = 2^-e), and one for Σ (t² = 2^-e)."""
        return [_exponent(weight) for weight in self.weights], _exponent(self.sigma)


def _exponent(matrix: IntegerMatrix) -> int:
    """The e for which matrix / 2^e has a Frobenius norm of about the square root of its smaller side."""
    total: int = sum(int(entry) ** 2 for entry in matrix.flat)
    if total == 0:
        return 0
    return int(total.bit_length() - min(matrix.shape).bit_length()) // 2


def _to_float(matrix: IntegerMatrix, exponent: int) -> npt.NDArray[np.float64]:
    result = np.empty(matrix.shape, dtype=np.float64)
    for place, entry in np.ndenumerate(matrix):
        result[place] = int(entry) / (1 << exponent) if exponent >= 0 else float(int(entry) << -exponent)
    return result


def generic_instance(
    architecture: Architecture,
    data_rank: int,
    residual_rank: int,
    seed: int = 0,
    magnitude: int = MAGNITUDE,
    samples: int | None = None,
    data: Literal["uniform", "gaussian"] = "uniform",
) -> Instance:
    """Weights, inputs and residuals drawn from the integers, with rk Σ = r and rk Ω = s exactly.

    The inputs are the rows of an N × r times an r × d matrix, N = r unless ``samples`` says otherwise; the residuals
    δ are an N × s times an s × K matrix, times a power of two that brings Ω to the size of W^{L:1}Σ; the targets
    are y = W^{L:1}x − δ. Weights are uniform between -magnitude and magnitude. The factors of the data are uniform
    between -100 and 100, or Gaussian and rounded to multiples of 2^-10 (then kept as integers). Ranks are verified
    over Q, and what falls short is drawn again.

    Raises:
        UnusableRequest: If no data can have these ranks for these widths and samples.
    """
    _refuse_bias(architecture)
    architecture.check_ranks(data_rank, residual_rank)
    _check_magnitude(magnitude)
    count = max(data_rank, 1) if samples is None else samples
    if count < max(data_rank, 1):
        raise UnusableRequest(
            f"{count} samples", f"at least {max(data_rank, 1)}, the data rank", "give more samples or a lower data rank"
        )
    rng = np.random.default_rng([seed, *architecture.widths, data_rank, residual_rank, count])
    weights = draw_weights(architecture, rng, magnitude)
    for _ in range(_DRAWS):
        inputs = product([_factor(rng, (count, data_rank), data), _factor(rng, (data_rank, architecture.inputs), data)])
        residuals = product(
            [_factor(rng, (count, residual_rank), data), _factor(rng, (residual_rank, architecture.outputs), data)]
        )
        outputs = product([inputs, *(weight.T for weight in weights)])
        residuals = residuals * 2 ** max(0, _exponent(outputs) - _exponent(residuals))
        made = _from_samples(architecture, weights, inputs, outputs - residuals)
        if (made.data_rank, made.residual_rank) == (data_rank, residual_rank):
            break
    else:
        raise UnusableRequest(
            f"{architecture} with ranks {data_rank} and {residual_rank}",
            "ranks that turn up in 20 draws",
            "give another seed",
        )
    origin = {"factory": "generic", "data": data, "seed": seed, "magnitude": magnitude, "requested_samples": samples}
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
        weights: W^1, …, W^L, to be used instead of drawing them.
        origin: What the data are, in JSON values.

    Raises:
        UnusableRequest: If the data do not fit the widths.

    Example:
        >>> one = data_instance(Architecture((2, 1)), [[1, 2], [2, 4]], [[1], [0]], seed=1)
        >>> one.data_rank, one.samples
        (1, 2)
    """
    _refuse_bias(architecture)
    _check_magnitude(magnitude)
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
    return Instance(architecture, drawn, _from_samples(architecture, drawn, x, y), x, y, described)


def special_instance(architecture: Architecture, weights: Sequence[Any], sigma: Any, omega: Any) -> Instance:
    """Given weights and moments, such as a special point of parameter space.

    Raises:
        UnusableRequest: If a shape is wrong, Σ is not symmetric, or a row of Ω lies outside the row space of Σ (no
            data have such moments).

    Example:
        >>> special_instance(Architecture((1, 1)), [[[0]]], [[1]], [[3]]).residual_rank
        1
    """
    exact = tuple(integers(weight) for weight in weights)
    moments = Moments(integers(sigma), integers(omega))
    listed: dict[str, Any] = {
        "factory": "special",
        "weights": [[[str(entry) for entry in row] for row in weight] for weight in exact],
        "sigma": [[str(entry) for entry in row] for row in moments.sigma],
        "omega": [[str(entry) for entry in row] for row in moments.omega],
    }
    made = Instance(architecture, exact, moments, origin=listed)
    if (moments.sigma != moments.sigma.T).any():
        raise UnusableRequest("Σ", "a symmetric matrix", "give E[xx⊤]")
    if exact_rank(np.vstack([moments.sigma, moments.omega]), most_primes=10**6).value != moments.data_rank:
        raise UnusableRequest("Ω", "rows in the row space of Σ, as E[δx⊤] has", "give Ω = AΣ for some A")
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
    architecture = Architecture(tuple(description["widths"]))
    if description["factory"] == "generic":
        return generic_instance(
            architecture,
            description["data_rank"],
            description["residual_rank"],
            description["seed"],
            description["magnitude"],
            description["requested_samples"],
            description["data"],
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


def draw_weights(architecture: Architecture, rng: np.random.Generator, magnitude: int) -> tuple[IntegerMatrix, ...]:
    """W^1, …, W^L with entries uniform between -magnitude and magnitude."""
    return tuple(_uniform(rng, shape, magnitude) for shape in architecture.weight_shapes)


def _uniform(rng: np.random.Generator, shape: tuple[int, int], magnitude: int) -> IntegerMatrix:
    return rng.integers(-magnitude, magnitude, size=shape, endpoint=True).astype(object)


def _factor(rng: np.random.Generator, shape: tuple[int, int], data: str) -> IntegerMatrix:
    if data == "uniform":
        return _uniform(rng, shape, 100)
    return np.rint(rng.standard_normal(shape) * 2**10).astype(np.int64).astype(object)


def _from_samples(
    architecture: Architecture, weights: Sequence[IntegerMatrix], inputs: IntegerMatrix, targets: IntegerMatrix
) -> Moments:
    sigma = product([inputs.T, inputs])
    cross = product([targets.T, inputs])
    return Moments(sigma, np.asarray(product([*reversed(weights), sigma]) - cross))


def _refuse_bias(architecture: Architecture) -> None:
    if architecture.bias:
        raise UnusableRequest(f"{architecture} with bias", "a network without bias", "leave out the bias")
    if (architecture.activation, architecture.loss) != ("linear", "mse"):
        raise UnusableRequest(
            f"{architecture} with {architecture.activation} and {architecture.loss}",
            "a linear network under the squared loss",
            "leave both out",
        )


def _check_magnitude(magnitude: int) -> None:
    if not 1 <= magnitude < 2**62:
        raise UnusableRequest(f"magnitude {magnitude}", "1 to 2^62 - 1", f"give {MAGNITUDE}")
