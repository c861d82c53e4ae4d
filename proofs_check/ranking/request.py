"""Which data a network is measured on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hessproof.numeric.datasets import Dataset
from hessproof.numeric.integers import integers
from hessproof.numeric.loaders.load import load_data
from hessproof.proofs_check.selection import nearest
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest, short_path

NAMED_DATA = ("gaussian", "digits")
GAUSSIAN_UNIT = 2**10


@dataclass(frozen=True, slots=True)
class DataRequest:
    """Which data a network is measured on.

    Args:
        name: ``gaussian``, or what `hessproof.numeric.loaders.load.load_data` reads: ``digits``, a folder, a file.
        samples: How many samples to draw, or to take from the start of a data set; all of it if None.
        data_rank: r, with gaussian data only; as large as inputs and samples allow if None.
        residual_rank: s, with gaussian data and linear networks only; as large as r and the outputs allow if None.
    """

    name: str = "gaussian"
    samples: int | None = None
    data_rank: int | None = None
    residual_rank: int | None = None

    def check(self, architecture: Architecture, engine: str = "exact", *, given: bool = False) -> None:
        """Refuse combinations that make no sense.

        Args:
            architecture: The network.
            engine: exact, multiprecision or float.
            given: Whether the weights are given, so that they and the data decide the residual.

        Raises:
            UnusableRequest: If a rank is asked of data that have their own, or of a residual that the network decides,
                or the number of samples is not positive.
        """
        if self.samples is not None and self.samples < 1:
            raise UnusableRequest(f"samples {self.samples}", "at least 1", "give --samples 1 or more, or leave it out")
        for option, value in (("--data-rank", self.data_rank), ("--residual-rank", self.residual_rank)):
            if value is not None and self.name != "gaussian":
                raise UnusableRequest(
                    f"{option} {value} with --data {self.name}",
                    f"data drawn to order; {self.name} has the rank that it has",
                    f"leave {option} out or give --data gaussian",
                )
        if given and self.residual_rank is not None:
            raise UnusableRequest(
                f"--residual-rank {self.residual_rank} with --weights",
                "a residual that weights and data decide",
                "leave --residual-rank out",
            )
        drawn_to_order = architecture.activation == "linear" and (architecture.loss == "mse" or engine == "exact")
        if self.residual_rank is not None and not drawn_to_order:
            raise UnusableRequest(
                f"--residual-rank {self.residual_rank} with {architecture.activation}, {architecture.loss}, {engine}",
                "a linear network under mse or in exact arithmetic, whose residuals can be drawn to order",
                "leave --residual-rank out",
            )

    def ranks(self, architecture: Architecture) -> tuple[int, int, int]:
        """N, r and s of gaussian data, with defaults filled in."""
        samples = self.samples or max(2 * architecture.inputs, self.data_rank or 0)
        data_rank = min(architecture.inputs, samples) if self.data_rank is None else self.data_rank
        free = architecture.outputs - (architecture.loss == "cross-entropy")
        largest = max(0, min(data_rank, free))
        return samples, data_rank, largest if self.residual_rank is None else self.residual_rank


def stored(request: DataRequest, architecture: Architecture) -> Dataset:
    """The data set of the request, which is not ``gaussian``, with as many inputs as the network has.

    Raises:
        UnusableRequest: If it cannot be found or read, or has too few samples.
    """
    guesses = nearest(request.name, NAMED_DATA)
    if guesses and request.name not in NAMED_DATA and not Path(request.name).exists():
        raise UnusableRequest(
            f"data {short_path(request.name)!r}",
            "gaussian, digits, an .npz file or a folder",
            f"did you mean {guesses[0]}?",
        )
    return load_data(request.name, architecture.inputs).first(request.samples)


def given_data(request: DataRequest, architecture: Architecture, seed: int) -> Dataset:
    """The data for weights of a file, stored or drawn.

    Raises:
        UnusableRequest: If they cannot be had, or do not fit the network.
    """
    found = drawn(request, architecture, seed) if request.name == "gaussian" else stored(request, architecture)
    sizes = found.inputs.shape[1], found.targets.shape[1]
    if sizes != (architecture.inputs, architecture.outputs):
        raise UnusableRequest(
            f"weights of widths {architecture}",
            f"{sizes[0]} inputs and {sizes[1]} outputs for the data {found.name}",
            "give data that the network takes",
        )
    return found


def drawn(request: DataRequest, architecture: Architecture, seed: int) -> Dataset:
    """Gaussian inputs of rank r, rounded to integers; targets Gaussian too, or random classes for cross-entropy.

    Raises:
        UnusableRequest: If no data can have this rank.
    """
    samples, data_rank, _ = request.ranks(architecture)
    architecture.check_ranks(data_rank, 0)
    if data_rank > samples:
        raise UnusableRequest(
            f"data rank {data_rank} of {samples} samples", f"0 to {samples}", "give more samples or a lower data rank"
        )
    rng = np.random.default_rng([seed, *architecture.widths, data_rank, samples])
    left = np.rint(rng.standard_normal((samples, data_rank)) * 2**5).astype(np.int64)
    right = np.rint(rng.standard_normal((data_rank, architecture.inputs)) * 2**5).astype(np.int64)
    if architecture.loss == "cross-entropy":
        classes = rng.integers(architecture.outputs, size=samples)
        targets, unit = np.eye(architecture.outputs, dtype=np.int64)[classes], 1
    else:
        normal = rng.standard_normal((samples, architecture.outputs))
        targets, unit = np.rint(normal * GAUSSIAN_UNIT).astype(np.int64), GAUSSIAN_UNIT
    origin = {"factory": "gaussian", "seed": seed}
    return Dataset("gaussian", integers(left @ right), integers(targets), origin, GAUSSIAN_UNIT, unit)
