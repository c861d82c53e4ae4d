"""One table of instances that goes through every engine, with the ranks of its outer, functional and whole Hessian.

The ranks are those of ``reference_hessian`` under FLINT's rational elimination. Where a formula of Singh et al. 2021
applies they were worked out by hand as well: q(r + K − q), 2q̂M + 2q̂s − Lq̂², and 2qM − Lq² + q(r + K) for s ≥ q.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from hessproof.numeric.datasets import digits, gaussian_instance
from hessproof.numeric.instance import Instance, data_instance, generic_instance, special_instance
from hessproof.symbolic.architecture import Architecture


@dataclass(frozen=True)
class Example:
    name: str
    make: Callable[[], Instance]
    outer: int
    functional: int
    loss: int

    @property
    def ranks(self) -> dict[str, int]:
        return {"outer": self.outer, "functional": self.functional, "loss": self.loss}


def _generic(widths: tuple[int, ...], r: int, s: int, seed: int = 0) -> Callable[[], Instance]:
    return lambda: generic_instance(Architecture(widths), r, s, seed)


def _special(
    widths: tuple[int, ...], weights: list[list[list[int]]], sigma: object, omega: object
) -> Callable[[], Instance]:
    return lambda: special_instance(Architecture(widths), weights, sigma, omega)


def _few_samples() -> Instance:
    x, y = [[1, 2, 3, 4], [2, 0, 1, 1]], [[1, 0], [0, 1]]
    return data_instance(Architecture((4, 3, 2)), x, y, seed=5)


EXAMPLES = (
    Example("generic", _generic((4, 3, 3), 4, 3), 12, 18, 21),
    Example("deep", _generic((3, 4, 3, 4, 3), 3, 3), 9, 48, 48),
    Example("bottleneck", _generic((4, 2, 4, 3), 4, 3), 10, 24, 26),
    Example("r below d", _generic((5, 3, 4), 2, 2), 8, 12, 16),
    Example("s below q", _generic((4, 3, 3, 4), 4, 1), 15, 11, 25),
    Example("no residual", _generic((3, 3, 2), 3, 0), 6, 0, 6),
    Example("no data", _generic((2, 2, 2), 0, 0), 0, 0, 0),
    Example("one layer", _generic((4, 3), 3, 2), 9, 0, 9),
    Example("one output", _generic((3, 4, 3, 1), 3, 1), 3, 13, 15),
    Example("width one", _generic((3, 1, 3, 2), 3, 2), 4, 9, 10),
    Example("all widths one", _generic((1, 1, 1), 1, 1), 1, 2, 2),
    Example("fewer samples than inputs", _few_samples, 4, 12, 12),
    Example("gaussian", lambda: gaussian_instance(Architecture((4, 3, 2)), 3, 2, 6, seed=1), 6, 12, 14),
    Example("digits", lambda: digits(4).first(7).instance(Architecture((4, 2, 10)), seed=3), 24, 16, 28),
    Example("zero weights", _special((2, 2, 2), [[[0, 0], [0, 0]]] * 2, [[2, 1], [1, 2]], [[1, 0], [0, 3]]), 0, 8, 8),
    Example(
        "vanishing chain of maximal ranks",
        _special((2, 1, 2, 1), [[[1, 1]], [[1], [0]], [[0, 1]]], [[1, 0], [0, 1]], [[1, 2]]),
        1,
        4,
        4,
    ),
    Example(
        "rank-deficient weights",
        _special(
            (3, 3, 3),
            [[[1, 1, 0], [1, 1, 0], [0, 0, 0]], [[1, 0, 2], [2, 0, 4], [0, 0, 0]]],
            [[2, 0, 0], [0, 1, 0], [0, 0, 1]],
            [[1, 0, 0], [0, 2, 0], [0, 0, 0]],
        ),
        5,
        12,
        14,
    ),
)

BY_NAME = {example.name: example for example in EXAMPLES}


@st.composite
def small_instances(draw: st.DrawFn, largest: int = 3, layers: int = 3) -> Instance:
    """Instances with tiny integer entries, so that deficient weights, residuals and data turn up often."""
    widths = tuple(draw(st.lists(st.integers(1, largest), min_size=2, max_size=layers + 1)))
    architecture = Architecture(widths)
    rng = np.random.default_rng(draw(st.integers(0, 2**20)))
    spread = draw(st.sampled_from([1, 3, 50]))
    weights = [rng.integers(-spread, spread, shape, endpoint=True) for shape in architecture.weight_shapes]
    for weight in weights:
        if draw(st.integers(0, 5)) == 0:
            weight[:] = np.outer(weight[:, 0], weight[0, :])
    samples = draw(st.integers(1, widths[0] + 1))
    inputs = rng.integers(-2, 2, (samples, widths[0]), endpoint=True)
    if draw(st.booleans()):
        targets = rng.integers(-3, 3, (samples, widths[-1]), endpoint=True)
        return data_instance(architecture, inputs, targets, weights=weights)
    factor = np.outer(rng.integers(-2, 3, widths[-1]), rng.integers(-2, 3, samples))
    return special_instance(architecture, weights, inputs.T @ inputs, factor @ inputs)
