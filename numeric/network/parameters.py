"""Parameters of a network as matrices [W^l b^l] and as one vector; what is refused."""

from __future__ import annotations

from collections.abc import Sequence

from hessproof.numeric.arrays import Array, namespace_of
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

Parameters = Sequence[Array]
"""P^1, …, P^L with P^l = [W^l b^l], M_l × (M_{l-1} + 1), or P^l = W^l without bias."""


def matrix_shapes(architecture: Architecture) -> list[tuple[int, int]]:
    """Shapes of P^1, …, P^L.

    Example:
        >>> matrix_shapes(Architecture((3, 2, 1), bias=True))
        [(2, 4), (1, 3)]
    """
    return [(rows, columns + architecture.bias) for rows, columns in architecture.weight_shapes]


def flatten(parameters: Parameters) -> Array:
    """θ = (vec_r P^1, …, vec_r P^L), a vector of p numbers.

    Example:
        >>> import numpy as np
        >>> flatten([np.asarray([[1.0, 2.0]]), np.asarray([[3.0]])]).tolist()
        [1.0, 2.0, 3.0]
    """
    xp = namespace_of(*parameters)
    return xp.concat([xp.reshape(matrix, (-1,)) for matrix in parameters])


def unflatten(architecture: Architecture, vector: Array) -> tuple[Array, ...]:
    """P^1, …, P^L from θ.

    Raises:
        UnusableRequest: If the vector does not have p entries.

    Example:
        >>> import numpy as np
        >>> [matrix.tolist() for matrix in unflatten(Architecture((2, 1, 1)), np.asarray([1.0, 2.0, 3.0]))]
        [[[1.0, 2.0]], [[3.0]]]
    """
    if vector.shape != (architecture.parameters,):
        raise UnusableRequest(
            f"a parameter vector of shape {tuple(vector.shape)}",
            f"{architecture.parameters} numbers for the widths {architecture}",
            "order them as vec_r of each layer's matrix, bias in the last column",
        )
    xp = namespace_of(vector)
    shapes = matrix_shapes(architecture)
    return tuple(xp.reshape(vector[piece], shape) for piece, shape in zip(architecture.slices, shapes, strict=True))


def checked(
    architecture: Architecture, parameters: Parameters, inputs: Array, targets: Array | None = None
) -> tuple[tuple[Array, ...], Array, Array]:
    """Parameters, inputs and targets (or None) of matching shapes, in the parameters' floating-point type or float64.

    Raises:
        UnusableRequest: If a shape does not fit the widths, or there is no sample.
    """
    xp = namespace_of(*parameters, inputs)
    shapes = matrix_shapes(architecture)
    given = [tuple(matrix.shape) for matrix in parameters]
    if given != shapes:
        raise UnusableRequest(
            f"parameters of shapes {given}",
            f"{shapes} for the widths {architecture} {'with' if architecture.bias else 'without'} bias",
            "give one matrix [W b] a layer" if architecture.bias else "give one matrix W a layer",
        )
    _check_rows("inputs", inputs, None, architecture.inputs)
    if targets is not None:
        _check_rows("targets", targets, inputs.shape[0], architecture.outputs)
    kind = parameters[0].dtype if xp.isdtype(parameters[0].dtype, "real floating") else xp.float64
    matrices = tuple(xp.astype(matrix, kind, copy=False) for matrix in parameters)
    rest = [None if array is None else xp.astype(array, kind, copy=False) for array in (inputs, targets)]
    return matrices, rest[0], rest[1]


def _check_rows(what: str, array: Array, samples: int | None, columns: int) -> None:
    count = "N" if samples is None else samples
    if array.ndim != 2 or array.shape[0] < 1 or array.shape[1] != columns or samples not in (None, array.shape[0]):
        raise UnusableRequest(
            f"{what} of shape {tuple(array.shape)}",
            f"{count} × {columns}",
            "give one row for each sample, at least one",
        )


def with_one(activations: Array, bias: bool) -> Array:
    """ã = (a, 1) with bias, a without; one row a sample."""
    if not bias:
        return activations
    xp = namespace_of(activations)
    return xp.concat([activations, xp.ones_like(activations[:, :1])], axis=1)
