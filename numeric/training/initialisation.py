r"""Initial parameters of a network: the schemes that the first paper names, He's, and balanced ones.

With fan-in n = M_{l-1} and fan-out m = M_l, layer l gets independent entries:

* ``glorot-normal``: N(0, 2/(n + m)); ``glorot-uniform``: U(−a, a), a² = 6/(n + m);
* ``he-normal``: N(0, 2/n); ``he-uniform``: U(−a, a), a² = 6/n;
* ``uniform``: U(−a, a), a² = 1/n;
* ``orthogonal``: a matrix with orthonormal rows or columns, uniform among them (Haar measure);
* ``balanced``: W^l = Q_l D Q_{l-1}⊤ with Q_l⊤Q_l = I, so that W^{l+1⊤}W^{l+1} = W^l W^{l⊤}.

Biases start at zero, except under ``uniform``, where they are drawn like the weights.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

Array = npt.NDArray[np.float64]
Parameters = tuple[Array, ...]


def _normal(variance: Callable[[int, int], float]) -> Callable[[int, int, np.random.Generator], Array]:
    def draw(rows: int, columns: int, stream: np.random.Generator) -> Array:
        return stream.standard_normal((rows, columns)) * math.sqrt(variance(rows, columns))

    return draw


def _uniform(square: Callable[[int, int], float]) -> Callable[[int, int, np.random.Generator], Array]:
    def draw(rows: int, columns: int, stream: np.random.Generator) -> Array:
        half = math.sqrt(square(rows, columns))
        return stream.uniform(-half, half, (rows, columns))

    return draw


def orthogonal(rows: int, columns: int, stream: np.random.Generator) -> Array:
    """A matrix with orthonormal columns (rows ≥ columns) or rows, uniform under rotations of either side.

    The Q of a QR factorisation of a Gaussian matrix, its signs fixed by the diagonal of R.

    Example:
        >>> w = orthogonal(3, 5, np.random.default_rng(0))
        >>> bool(np.allclose(w @ w.T, np.eye(3)))
        True
    """
    tall, short = max(rows, columns), min(rows, columns)
    q, r = np.linalg.qr(stream.standard_normal((tall, short)))
    q = q * np.where(np.diag(r) < 0, -1.0, 1.0)
    return np.ascontiguousarray(q if rows >= columns else q.T, dtype=np.float64)


_DRAWS: dict[str, Callable[[int, int, np.random.Generator], Array]] = {
    "glorot-normal": _normal(lambda rows, columns: 2 / (rows + columns)),
    "glorot-uniform": _uniform(lambda rows, columns: 6 / (rows + columns)),
    "he-normal": _normal(lambda rows, columns: 2 / columns),
    "he-uniform": _uniform(lambda rows, columns: 6 / columns),
    "uniform": _uniform(lambda rows, columns: 1 / columns),
    "orthogonal": orthogonal,
}

SCHEMES: tuple[str, ...] = (*_DRAWS, "balanced")
"""Names of the schemes."""


def initial_parameters(
    architecture: Architecture, scheme: str = "glorot-normal", seed: int = 0, *, bias_scale: float | None = None
) -> Parameters:
    """Parameters of a network at initialisation.

    Args:
        architecture: The network.
        scheme: One of `SCHEMES`.
        seed: Seed of the draw, not negative; the same seed gives the same parameters.
        bias_scale: Standard deviation of normally distributed biases; by default biases are zero, and under
            ``uniform`` they are drawn like the weights.

    Returns:
        The L matrices W^l (M_l × M_{l-1}), float64; with bias [W^l b^l], M_l × (M_{l-1} + 1).

    Raises:
        UnusableRequest: If the scheme is unknown, the seed negative, the scale no finite number ≥ 0, or balanced
            weights are asked for with bias.

    Example:
        >>> first, second = initial_parameters(Architecture((5, 3, 4), bias=True), "glorot-uniform", seed=1)
        >>> first.shape, second.shape, float(first[:, -1].max())
        ((3, 6), (4, 4), 0.0)
    """
    if scheme not in SCHEMES:
        raise UnusableRequest(f"initialisation {scheme!r}", f"one of {', '.join(SCHEMES)}", "choose one of them")
    if seed < 0:
        raise UnusableRequest(f"seed {seed}", "an integer ≥ 0", "give another seed")
    if bias_scale is not None and not (math.isfinite(bias_scale) and bias_scale >= 0):
        raise UnusableRequest(f"scale {bias_scale} of the biases", "a finite number ≥ 0", "give for instance 0.1")
    if scheme == "balanced":
        return balanced_parameters(architecture, seed)
    stream = np.random.default_rng(seed)
    parameters = []
    for rows, columns in architecture.weight_shapes:
        weights = _DRAWS[scheme](rows, columns, stream)
        if architecture.bias:
            weights = np.hstack([weights, _biases(rows, columns, scheme, bias_scale, stream)])
        parameters.append(weights)
    return tuple(parameters)


def _biases(rows: int, columns: int, scheme: str, scale: float | None, stream: np.random.Generator) -> Array:
    if scale is not None:
        return stream.standard_normal((rows, 1)) * scale
    if scheme == "uniform":
        half = 1 / math.sqrt(columns)
        return stream.uniform(-half, half, (rows, 1))
    return np.zeros((rows, 1))


def balanced_parameters(architecture: Architecture, seed: int = 0, *, rank: int | None = None) -> Parameters:
    """Balanced weights: W^l = Q_l D Q_{l-1}⊤ with orthonormal columns Q_l and one positive diagonal D.

    Then W^{l+1⊤}W^{l+1} = Q_l D² Q_l⊤ = W^l W^{l⊤} (Singh et al. 2021, Lemma 8 (b)), and *all* weights have the same
    rank. It is at most the smallest width, so that in a network whose layers are not all equally wide A1 may fail.

    Args:
        architecture: A network without bias.
        seed: Seed of the draw.
        rank: The common rank, by default the smallest width.

    Raises:
        UnusableRequest: If the network has biases or the rank is out of range.

    Example:
        >>> one, two = balanced_parameters(Architecture((3, 4, 2)), seed=0)
        >>> bool(np.allclose(two.T @ two, one @ one.T)), np.linalg.matrix_rank(one)
        (True, np.int64(2))
    """
    if architecture.bias:
        raise UnusableRequest("balanced weights with bias", "a network without bias", "leave out the bias")
    narrowest = min(architecture.widths)
    if rank is not None and not 0 <= rank <= narrowest:
        raise UnusableRequest(
            f"rank {rank} of balanced weights", f"0 to {narrowest}, the smallest width", f"give at most {narrowest}"
        )
    size = narrowest if rank is None else rank
    stream = np.random.default_rng(seed)
    scales = stream.uniform(0.5, 1.5, size)
    bases = [orthogonal(width, size, stream) if size else np.zeros((width, 0)) for width in architecture.widths]
    return tuple((bases[l] * scales) @ bases[l - 1].T for l in range(1, architecture.layers + 1))
