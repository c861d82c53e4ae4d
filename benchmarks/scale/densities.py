"""The spectral density of a ReLU network's Hessian from as many products on both sides, and its distance to the truth.

Both run stochastic Lanczos quadrature with the same numbers of probes and steps. The distance is Wasserstein's between
the estimated and the true distribution of eigenvalues, over the width of the spectrum; where p is small enough, the
truth is computed beside the clock from the whole matrix.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.scale.networks import read
from benchmarks.scale.products import relu_network, torch_operator
from benchmarks.scale.timing import Found, Work, timed

PROBES, STEPS, POINTS = 8, 64, 1024
"""Probes, Lanczos steps of each, and places of curvlinops' density, which is its default."""
TRUTH = 2_500
"""Parameters up to which all eigenvalues are computed; 2,352 of them take a few seconds."""
THRESHOLD, UNREACHABLE = 1e-3, 1e-9
"""hessproof also bounds counts, here at this threshold. The error asked for cannot be met: it takes all steps."""


def own(path: Path) -> Work:
    """hessproof's spectral_density."""
    from hessproof.numeric.network.operators import NetworkOperator
    from hessproof.numeric.stochastic.density import spectral_density

    def work() -> Found:
        operator = NetworkOperator(*_network(path))
        found, seconds = timed(
            lambda: spectral_density(operator, [THRESHOLD], error=UNREACHABLE, probes=PROBES, steps=STEPS)
        )
        nodes = np.concatenate([rule.nodes for rule in found.rules])
        weights = np.concatenate([rule.weights for rule in found.rules])
        return {"seconds": seconds, "products": found.products, **distance(path, nodes, weights)}

    return work


def curvlinops(path: Path) -> Work:
    """curvlinops' lanczos_approximate_spectrum, which looks for the ends of the spectrum first."""
    import torch
    from curvlinops import HessianLinearOperator
    from curvlinops.papyan2020traces.spectrum import lanczos_approximate_spectrum

    torch.manual_seed(0)

    def work() -> Found:
        operator, _ = torch_operator(path, "float64", HessianLinearOperator)
        (grid, density), seconds = timed(
            lambda: lanczos_approximate_spectrum(operator, STEPS, num_points=POINTS, num_repeats=PROBES)
        )
        return {"seconds": seconds, **distance(path, grid.numpy(), density.numpy())}

    return work


def distance(path: Path, places: np.ndarray, weights: np.ndarray) -> Found:
    """Wasserstein distance to the true eigenvalues, over the width of the spectrum; nothing if p is large."""
    from scipy.stats import wasserstein_distance

    from hessproof.numeric.network.hessians import network_hessian

    if sum(weight.size for weight in read(path)[0]) > TRUTH:
        return {}
    values = np.linalg.eigvalsh(network_hessian(*_network(path)))
    return {"distance": float(wasserstein_distance(values, places, None, weights) / np.ptp(values))}


def _network(path: Path) -> tuple[object, list[np.ndarray], np.ndarray, np.ndarray]:
    from hessproof.symbolic.architecture import Architecture

    weights, inputs, targets = relu_network(path, "float64")
    widths = (inputs.shape[1], *(len(weight) for weight in weights))
    return Architecture(widths, activation="relu", loss="cross-entropy"), weights, inputs, targets
