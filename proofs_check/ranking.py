"""The ranks of one network, measured and compared with what the project predicts: what ``hessproof rank`` does."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hessproof.numeric.datasets import digits, gaussian_instance, load_npz
from hessproof.numeric.instance import Instance
from hessproof.numeric.integers import rational_rank
from hessproof.numeric.memory import matrix_bytes, refuse_if_too_large
from hessproof.numeric.ranks import ENGINES, QUANTITIES, measure
from hessproof.numeric.result import Rank
from hessproof.proofs_check.outputs import ArchitectureRecord, Quantity, RankOutput
from hessproof.proofs_check.selection import choose_device, nearest, one_of
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.formulas import FORMULAS, best

PUBLISHED = {"outer": "cor4", "functional": "cor6_equality", "loss": "fact7"}
"""The published formula for each quantity, by its id among the project's formulas."""

NAMED_DATA = ("gaussian", "digits")
INTEGER_BYTES = 40
MEASURED_COPIES = 3


@dataclass(frozen=True, slots=True)
class DataRequest:
    """Which data a network is measured on.

    Args:
        name: ``gaussian``, ``digits``, or the path of an ``.npz`` file.
        samples: How many samples to draw, or to take from the start of a data set; all of it if None.
        data_rank: r, with gaussian data only; as large as inputs and samples allow if None.
        residual_rank: s, with gaussian data only; as large as r and the outputs allow if None.
    """

    name: str = "gaussian"
    samples: int | None = None
    data_rank: int | None = None
    residual_rank: int | None = None

    def check(self) -> None:
        """Refuse combinations that make no sense.

        Raises:
            UnusableRequest: If a rank is asked of data that have their own, or the number of samples is not positive.
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


def rank_network(
    architecture: Architecture,
    data: DataRequest | None = None,
    *,
    engine: str = "exact",
    device: str = "cpu",
    seed: int = 0,
) -> RankOutput:
    """Measure the ranks of H_o, H_f and H_L at one instance and compare them with the predictions.

    Weights are drawn at random, so the ranks are those of almost all weights, with a probability that the range of the
    draw makes overwhelming. A measured rank contradicts a prediction if it is proved to differ, or differs numerically;
    a lower bound that falls short of a prediction decides nothing.

    Args:
        architecture: The network.
        data: The data; Gaussian of full rank if None.
        engine: ``exact``, ``multiprecision`` or ``float``.
        device: ``cpu``, ``cuda`` or ``auto``.
        seed: Seed of weights and drawn data.

    Raises:
        UnusableRequest: If the data do not fit the widths, the ranks are impossible, or memory would not suffice.

    Example:
        >>> found = rank_network(Architecture.parse("4-3-2"), DataRequest(data_rank=3, residual_rank=1), seed=1)
        >>> {name: (each.predicted, each.measured) for name, each in found.quantities.items()}
        {'outer': (6, 6), 'functional': (6, 6), 'loss': (11, 11)}
    """
    start = time.perf_counter()
    request = data or DataRequest()
    request.check()
    one_of("engine", engine, ENGINES, "give --engine exact")
    choose_device(device)
    if seed < 0:
        raise UnusableRequest(f"seed {seed}", "0 or more", "give --seed 0")
    instance = make_instance(architecture, request, seed)
    ranks = measure(instance, engine, QUANTITIES, device=device)  # type: ignore[arg-type]
    augmented_data_rank, augmented_residual_rank = augmented_ranks(instance)
    return RankOutput(
        architecture=ArchitectureRecord(
            widths=list(architecture.widths),
            bias=architecture.bias,
            activation=architecture.activation,
            loss=architecture.loss,
        ),
        parameters=architecture.parameters,
        data_rank=instance.data_rank,
        augmented_data_rank=augmented_data_rank,
        residual_rank=instance.residual_rank,
        augmented_residual_rank=augmented_residual_rank,
        quantities={name: compare_with_prediction(instance, rank) for name, rank in ranks.items()},
        seed=seed,
        drawn=instance.describe(),
        seconds=round(time.perf_counter() - start, 3),
    )


def make_instance(architecture: Architecture, data: DataRequest, seed: int) -> Instance:
    """An instance on the requested data, after a look at the memory that measuring it takes.

    Raises:
        UnusableRequest: See `rank_network`.
    """
    if data.name == "gaussian":
        samples = data.samples or max(2 * architecture.inputs, data.data_rank or 0)
        data_rank = min(architecture.inputs, samples) if data.data_rank is None else data.data_rank
        largest = max(0, min(data_rank, architecture.outputs))
        residual_rank = largest if data.residual_rank is None else data.residual_rank
        architecture.check_ranks(data_rank, residual_rank)
        refuse_too_large(architecture, data_rank, residual_rank, samples)
        return gaussian_instance(architecture, data_rank, residual_rank, samples, seed)
    guesses = nearest(data.name, NAMED_DATA)
    if guesses and data.name not in NAMED_DATA and not Path(data.name).exists():
        raise UnusableRequest(f"data {data.name!r}", "gaussian, digits or an .npz file", f"did you mean {guesses[0]}?")
    dataset = digits(architecture.inputs) if data.name == "digits" else load_npz(data.name)
    dataset = dataset.first(data.samples)
    data_rank = min(architecture.inputs, dataset.samples)
    refuse_too_large(architecture, data_rank, min(data_rank, architecture.outputs), dataset.samples)
    return dataset.instance(architecture, seed)


def refuse_too_large(architecture: Architecture, data_rank: int, residual_rank: int, samples: int) -> None:
    """Refuse, before anything is drawn, a network that would not fit into memory.

    What is counted is the square matrix of order rk H_L that the measurement eliminates, and the integers of weights
    and data.

    Raises:
        UnusableRequest: If it would not fit.
    """
    predicted = best("loss").evaluate(architecture, data_rank, residual_rank)
    integers = architecture.parameters + samples * (architecture.inputs + architecture.outputs)
    needed = matrix_bytes(predicted, copies=MEASURED_COPIES) + INTEGER_BYTES * (integers + architecture.inputs**2)
    refuse_if_too_large(
        needed,
        f"{architecture} with {architecture.parameters} parameters and a predicted rank of {predicted}",
        "choose narrower layers" if data_rank <= 1 else "choose narrower layers or data of lower rank",
    )


def augmented_ranks(instance: Instance) -> tuple[int, int]:
    """Ranks of E[x̃x̃⊤] and E[δx̃⊤] with x̃ = (x, 1), exactly.

    Raises:
        UnusableRequest: If the instance has moments but no samples.
    """
    if instance.inputs is None or instance.targets is None:
        raise UnusableRequest("an instance without samples", "samples x and y", "make it from data")
    inputs = instance.inputs
    mean = inputs.sum(axis=0)
    sigma = np.block([[instance.sigma, mean[:, None]], [mean[None, :], np.array([[len(inputs)]], dtype=object)]])
    output = mean
    for weight in instance.weights:
        output = weight.dot(output)
    residual = output - instance.targets.sum(axis=0)
    return rational_rank(sigma), rational_rank(np.hstack([instance.omega, residual[:, None]]))


def compare_with_prediction(instance: Instance, rank: Rank) -> Quantity:
    """A measured rank beside the predicted one, and beside the published one where that differs."""
    values = (instance.architecture, instance.data_rank, instance.residual_rank)
    predicted = best(rank.quantity).evaluate(*values)
    source = FORMULAS[PUBLISHED[rank.quantity]]
    published = source.evaluate(*values) if source.in_domain(*values) else predicted
    fields: dict[str, Any] = {} if published == predicted else {"published": published}
    return Quantity(
        predicted=predicted,
        measured=rank.value,
        engine=rank.engine,
        bound=rank.bound,
        tolerance=rank.tolerance,
        gap=rank.gap if rank.gap is not None and math.isfinite(rank.gap) else None,
        agrees=agreement(predicted, rank),
        why=rank.why,
        **fields,
    )


def agreement(predicted: int, rank: Rank) -> bool | None:
    """Whether a measured rank agrees with a predicted one; None if a lower bound falls short of it.

    Example:
        >>> low = Rank("loss", 3, "exact", "lower", "rank modulo a prime")
        >>> agreement(3, low), agreement(4, low), agreement(2, low)
        (True, None, False)
    """
    if rank.value == predicted:
        return True
    return None if rank.bound == "lower" and rank.value < predicted else False
