r"""Exact points of linear networks at which inertia is counted: small integers, weights and residuals of any rank.

An instance has Σ of rank r and Ω with rows in the row space of Σ, so that data with these moments exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import flint
import numpy as np

from hessproof.numeric.integers import IntegerMatrix, to_flint
from hessproof.numeric.kernels import hessian
from hessproof.numeric.signature.exact import exact_inertia, restricted, weighed_arguments
from hessproof.symbolic.architecture import Architecture


@dataclass(frozen=True, eq=False)
class FormPoint:
    """Weights and moments, and the forms of H_o and H_f with their inertia.

    Args:
        architecture: Widths, without bias.
        weights: W^1, …, W^L, integers.
        sigma: Σ, d × d.
        omega: Ω, K × d.
    """

    architecture: Architecture
    weights: tuple[IntegerMatrix, ...]
    sigma: IntegerMatrix
    omega: IntegerMatrix

    @cached_property
    def outer(self) -> IntegerMatrix:
        """H_o, p × p."""
        return np.asarray(hessian(self.weights, self.sigma, self.omega, "outer"))

    @cached_property
    def functional(self) -> IntegerMatrix:
        """H_f, p × p."""
        return np.asarray(hessian(self.weights, self.sigma, self.omega, "functional"))

    @cached_property
    def inside(self) -> IntegerMatrix:
        """H_f restricted to the kernel of H_o."""
        return restricted(self.functional, self.outer)

    @cached_property
    def cycle(self) -> IntegerMatrix:
        """Ω⊤W^{L:1}, d × d."""
        product = self.omega.T
        for weight in reversed(self.weights):
            product = product.dot(weight)
        return np.asarray(product)

    def weighed(self, parts: int) -> int | None:
        """Σ ς_parts(λ) over the nonzero eigenvalues of Ω⊤W^{L:1}; None at a resonance."""
        return weighed_arguments(self.cycle, parts)

    def rank(self, name: str) -> int:
        """The rank of ``outer``, ``functional``, ``inside``, or of ``both``, [H_o; H_f].

        Example:
            >>> draw_point(Architecture((1, 1, 1)), 1, 1, seed=0, magnitude=50).rank("both")
            2
        """
        matrix = np.vstack([self.outer, self.functional]) if name == "both" else getattr(self, name)
        return int(to_flint(matrix).rank()) if matrix.size else 0

    @property
    def rank_of_residual(self) -> int:
        """rk Ω."""
        return int(to_flint(self.omega).rank())

    def signature(self, name: str) -> int:
        """Positive minus negative eigenvalues of ``functional`` or ``inside``."""
        positive, negative, _ = exact_inertia(getattr(self, name))
        return positive - negative

    def index(self, outer: int = 1, functional: int = 1) -> int:
        """Negative eigenvalues of a combination of H_o and H_f with positive integer coefficients."""
        return exact_inertia(outer * self.outer + functional * self.functional)[1]


def draw_point(
    architecture: Architecture,
    data_rank: int,
    residual_rank: int,
    seed: int,
    magnitude: int = 2,
    ranks: tuple[int, ...] | None = None,
) -> FormPoint:
    """A random point; weights of given ranks at most, or of maximal rank almost surely.

    Args:
        architecture: Widths, without bias.
        data_rank: r.
        residual_rank: At most this is rk Ω.
        seed: Of all draws.
        magnitude: Entries are integers up to it in size.
        ranks: rk W^l at most; no restriction if None.
    """
    rng = np.random.default_rng([seed, *architecture.widths, data_rank, residual_rank, magnitude])
    widths = architecture.widths
    most = ranks or tuple(min(pair) for pair in pairwise(widths))
    weights = tuple(
        _of_rank(rng, widths[l + 1], widths[l], rank, magnitude) if rank < min(widths[l], widths[l + 1])
        else _entries(rng, widths[l + 1], widths[l], magnitude)
        for l, rank in enumerate(most)
    )  # fmt: skip
    basis = _entries(rng, data_rank, widths[0], magnitude)
    omega = _of_rank(rng, widths[-1], data_rank, residual_rank, magnitude).dot(basis)
    return FormPoint(architecture, weights, basis.T.dot(basis), omega)


def stationary_point(architecture: Architecture, layer: int, seed: int) -> FormPoint:
    """A random point with Σ = I where the gradient of one layer vanishes: W^{L:k+1⊤} Ω W^{k−1:1⊤} = 0.

    Args:
        architecture: Widths, without bias.
        layer: k.
        seed: Of all draws.
    """
    rng = np.random.default_rng([seed, layer, *architecture.widths])
    widths = architecture.widths
    ranks = tuple(int(rng.integers(0, min(pair) + 1)) for pair in pairwise(widths))
    drawn = draw_point(architecture, widths[0], min(widths[0], widths[-1]), seed, ranks=ranks)
    one = np.eye(widths[0], dtype=int).astype(object)
    before, after = one, np.eye(widths[-1], dtype=int).astype(object)
    for weight in drawn.weights[: layer - 1]:
        before = weight.dot(before)
    for weight in reversed(drawn.weights[layer:]):
        after = after.dot(weight)
    conditions = np.kron(after.T, before)
    basis, count = to_flint(conditions).nullspace()
    mixture = flint.fmpz_mat(count, 1, [int(each) for each in rng.integers(-3, 4, count)]) if count else None
    size = widths[-1] * widths[0]
    columns = flint.fmpz_mat(size, count, [basis[i, j] for i in range(size) for j in range(count)])
    flat = [0] * size if mixture is None else [int(each) for row in (columns * mixture).tolist() for each in row]
    omega = np.asarray(flat, dtype=object).reshape(widths[-1], widths[0])
    return FormPoint(architecture, drawn.weights, one, omega)


def _entries(rng: np.random.Generator, rows: int, columns: int, magnitude: int) -> IntegerMatrix:
    drawn = rng.integers(-magnitude, magnitude + 1, (rows, columns))
    return np.asarray([[int(each) for each in row] for row in drawn], dtype=object).reshape(rows, columns)


def _of_rank(rng: np.random.Generator, rows: int, columns: int, rank: int, magnitude: int) -> IntegerMatrix:
    left, right = _entries(rng, rows, rank, magnitude), _entries(rng, rank, columns, magnitude)
    return np.asarray(left.dot(right)) if rank else np.zeros((rows, columns), dtype=int).astype(object)
