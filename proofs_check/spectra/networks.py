"""The spectra of one network's Hessian at initialisation, with the rank that the linear formula predicts.

What the checks, the figures and ``hessproof spectrum`` share: data, parameters, Hessians by
`hessproof.numeric.network`, eigenvalues by LAPACK.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from hessproof.numeric.arrays import namespace, to_numpy
from hessproof.numeric.loaders import load_data
from hessproof.numeric.network.hessians import network_hessian
from hessproof.numeric.training.initialisation import initial_parameters
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.formula import RankFormula
from hessproof.symbolic.formulas import best

Array = npt.NDArray[np.float64]
PARTS = ("loss", "functional", "outer")
SCHEME = "glorot-normal"
SAMPLES_PER_INPUT, MOST_SAMPLES = 4, 2000
"""Gaussian samples unless a number is given, and the most that is taken of a data set."""


@dataclass(frozen=True, eq=False)
class Setting:
    """A network with parameters and data in float64.

    Args:
        architecture: Widths, bias, activation, loss.
        parameters: The L matrices [W^l b^l], or W^l.
        inputs: N × d.
        targets: N × K.
        device: Where the Hessian is assembled.
    """

    architecture: Architecture
    parameters: tuple[Array, ...]
    inputs: Array
    targets: Array
    device: str = "cpu"

    def hessian(self, part: str = "loss") -> Array:
        """H_L, H_o or H_f of the mean loss."""
        xp = namespace(self.device)  # type: ignore[arg-type]
        parameters = [xp.asarray(matrix) for matrix in self.parameters]
        inputs, targets = xp.asarray(self.inputs), xp.asarray(self.targets)
        return to_numpy(network_hessian(self.architecture, parameters, inputs, targets, part))  # type: ignore[arg-type]

    @property
    def data_rank(self) -> int:
        """r, the numerical rank of the inputs."""
        return int(np.linalg.matrix_rank(self.inputs))

    @property
    def augmented_data_rank(self) -> int:
        """r̃, that of the inputs with a column of ones."""
        return int(np.linalg.matrix_rank(np.hstack([self.inputs, np.ones((len(self.inputs), 1))])))

    def predicted(self, quantity: str = "loss", formula: RankFormula | None = None) -> int:
        """ρ: the rank of the linear network with these widths, s as large as it can be.

        Cross-entropy does not see a common shift of the outputs, so K − 1 takes the place of K.
        """
        return predicted_rank(self.architecture, quantity, self.data_rank, self.augmented_data_rank, formula)


def predicted_rank(
    architecture: Architecture,
    quantity: str,
    data_rank: int,
    augmented_data_rank: int | None = None,
    formula: RankFormula | None = None,
) -> int:
    """The generic rank of the linear network with these widths on data of rank r, s as large as it can be.

    Example:
        >>> predicted_rank(Architecture((64, 30, 20, 10)), "loss", 61)
        1410
        >>> predicted_rank(Architecture((64, 30, 20, 10), loss="cross-entropy"), "loss", 61)
        1287
    """
    widths = architecture.widths
    if architecture.loss == "cross-entropy":
        widths = (*widths[:-1], widths[-1] - 1)
    if widths[-1] == 0:
        return 0
    one = Architecture(widths, bias=architecture.bias)
    found = formula or best(quantity, bias=architecture.bias)
    largest = min(data_rank, one.outputs)
    if not architecture.bias:
        return found.evaluate(one, data_rank, largest)
    augmented = data_rank + 1 if augmented_data_rank is None else augmented_data_rank
    return found.evaluate(
        one, data_rank, largest, augmented_data_rank=augmented, augmented_residual_rank=min(augmented, one.outputs)
    )


@lru_cache(maxsize=8)
def _data(name: str, inputs: int, samples: int) -> tuple[Array, Array]:
    x, y = load_data(name, inputs, samples).first(samples).floats()
    return np.asarray(x), np.asarray(y)


def data_arrays(
    architecture: Architecture, data: str = "gaussian", samples: int | None = None, seed: int = 0
) -> tuple[Array, Array]:
    """Inputs (N × d) and targets (N × K) in float64: standard normal, or a data set's with pixels between 0 and 1.

    Raises:
        UnusableRequest: If the widths do not fit the data, or there are not so many samples.

    Example:
        >>> inputs, targets = data_arrays(Architecture((3, 2)), samples=5)
        >>> inputs.shape, targets.shape
        ((5, 3), (5, 2))
    """
    if samples is not None and samples < 1:
        raise UnusableRequest(f"{samples} samples", "at least 1", "give --samples 1 or more, or leave it out")
    d, k = architecture.inputs, architecture.outputs
    if data == "gaussian":
        stream = np.random.default_rng([seed, d, k])
        count = SAMPLES_PER_INPUT * d if samples is None else samples
        inputs, targets = stream.standard_normal((count, d)), stream.standard_normal((count, k))
        return inputs, np.eye(k)[targets.argmax(axis=1)] if architecture.loss == "cross-entropy" else targets
    found = load_data(data, d, MOST_SAMPLES if samples is None else samples)
    chosen = found.first(min(found.samples, MOST_SAMPLES) if samples is None else samples)
    sizes = (chosen.inputs.shape[1], chosen.targets.shape[1])
    if sizes != (d, k):
        raise UnusableRequest(
            f"widths {architecture}",
            f"{sizes[0]} inputs and {sizes[1]} outputs for the data {chosen.name}",
            f"begin the widths with {sizes[0]} and end them with {sizes[1]}",
        )
    x, y = chosen.floats()
    return np.asarray(x), np.asarray(y)


def setting(
    architecture: Architecture, data: str = "digits", samples: int = 500, seed: int = 0, scheme: str = SCHEME
) -> Setting:
    """A network at initialisation on a data set.

    Example:
        >>> one = setting(Architecture((4, 3, 10)), samples=20)
        >>> one.hessian().shape, one.inputs.shape
        ((42, 42), (20, 4))
    """
    inputs, targets = _data(data, architecture.inputs, samples)
    return Setting(architecture, initial_parameters(architecture, scheme, seed), inputs, targets)
