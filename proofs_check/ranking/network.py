"""From a request to ranks: which engine measures which network."""

from __future__ import annotations

import time

from hessproof.numeric.ranks import ENGINES
from hessproof.proofs_check.outputs import ArchitectureRecord, RankOutput
from hessproof.proofs_check.ranking import activated, squared, under_loss
from hessproof.proofs_check.ranking.compare import compared
from hessproof.proofs_check.ranking.request import DataRequest
from hessproof.proofs_check.selection import choose_device, one_of
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest


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
        engine: ``exact``, ``multiprecision`` or ``float``. Exact arithmetic knows linear networks under every loss, and
            relu and leaky-relu networks under the squared loss.
        device: ``cpu``, ``cuda`` or ``auto``.
        seed: Seed of weights and drawn data.

    Raises:
        UnusableRequest: If the request makes no sense or does not fit into memory.

    Example:
        >>> found = rank_network(Architecture.parse("4-3-2", bias=True))
        >>> [(name, rank.predicted, rank.measured) for name, rank in found.quantities.items()]
        [('outer', 10, 10), ('functional', 12, 12), ('loss', 20, 20)]
    """
    start = time.perf_counter()
    data = data or DataRequest()
    one_of("engine", engine, ENGINES, "give --engine exact")
    choose_device(device)
    data.check(architecture, engine)
    if seed < 0:
        raise UnusableRequest(f"seed {seed}", "0 or more", "give --seed 0")
    linear = architecture.activation == "linear"
    if linear and architecture.loss == "mse":
        found, ranks, drawn = squared.measured(architecture, data, engine, device, seed)
    elif linear and engine == "exact":
        found, ranks, drawn = under_loss.measured(architecture, data, seed)
    else:
        found, ranks, drawn = activated.measured(architecture, data, engine, device, seed)
    return RankOutput(
        architecture=ArchitectureRecord(
            widths=list(architecture.widths),
            bias=architecture.bias,
            activation=architecture.activation,
            loss=architecture.loss,
        ),
        parameters=architecture.parameters,
        data_rank=ranks.data,
        residual_rank=ranks.residual,
        augmented_data_rank=ranks.augmented_data,
        augmented_residual_rank=ranks.augmented_residual,
        quantities={name: compared(architecture, ranks, rank) for name, rank in found.items()},
        seed=seed,
        drawn=drawn,
        seconds=round(time.perf_counter() - start, 3),
    )
