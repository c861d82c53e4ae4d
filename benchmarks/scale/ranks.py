"""What hessproof finds about a linear network: the exact rank, with and without structure, and the eigenvalues."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.scale.networks import read
from benchmarks.scale.timing import Found, Work, timed


def rank(path: Path, quantities: Sequence[str] = ("loss",), **options: Any) -> Work:
    """Exact ranks from integer weights and data; the one that is reported is the last.

    Args:
        path: The network.
        quantities: outer, functional, loss.
        options: Of ``hessproof.numeric.ranks.measure``.
    """
    from hessproof.numeric.instance import data_instance
    from hessproof.numeric.ranks import measure

    weights, inputs, targets = read(path)
    architecture = _architecture(weights)

    def work() -> Found:
        def found() -> tuple[int, str]:
            instance = data_instance(architecture, inputs, targets, weights=weights)
            result = measure(instance, "exact", quantities, **options)[quantities[-1]]
            return int(result.value), result.bound

        (value, bound), seconds = timed(found)
        return {"rank": value, "bound": bound, "seconds": seconds}

    return work


def core_rank(path: Path) -> Work:
    """From the core, eliminated as it is."""
    return rank(path, normal_form=False)


def dense_rank(path: Path) -> Work:
    """From the p × p matrix."""
    return rank(path, structured=False)


def all_ranks(path: Path) -> Work:
    """H_o, H_f and H_L, as ``hessproof rank`` measures them."""
    return rank(path, ("outer", "functional", "loss"))


def all_ranks_by_cores(path: Path) -> Work:
    """The same with the cores eliminated as they are."""
    return rank(path, ("outer", "functional", "loss"), normal_form=False)


def cuda_rank(path: Path) -> Work:
    """The core eliminated on a GPU; what CuPy compiles on its first use is compiled before the clock starts."""
    work = rank(path, device="cuda", normal_form=False)
    work()
    return work


def eigenvalues(path: Path) -> Work:
    """All nonzero eigenvalues of the loss Hessian, from its core in orthonormal bases."""
    import numpy as np

    from hessproof.numeric.spectra.structured import nonzero_eigenvalues

    weights, inputs, targets = read(path)
    architecture = _architecture(weights)
    matrices = [weight.astype(np.float64) for weight in weights]

    def work() -> Found:
        spectrum, seconds = timed(
            lambda: nonzero_eigenvalues(
                architecture, matrices, inputs.astype(np.float64), targets.astype(np.float64), "loss"
            )
        )
        return {"rank": spectrum.nonzero(), "seconds": seconds, "order": spectrum.order, "norm": spectrum.norm_residual}

    return work


def _architecture(weights: Sequence[Any]) -> Any:
    from hessproof.symbolic.architecture import Architecture

    return Architecture((weights[0].shape[1], *(weight.shape[0] for weight in weights)))
