r"""Every object's own Hessian, its norm and its top eigenvectors, through a small matrix with the same spectrum.

One object's Hessian sees a layer's change ΔW only through ΔW x and through ΔW⊤g, with x = x^l and g = G^{l⊤}δ. So with
x̂ = x/‖x‖, ĝ = g/‖g‖ it lives on the directions a x̂⊤ + ĝ c⊤, c ⊥ x̂, and (a, c) are orthonormal coordinates there. In
them the Hessian is a matrix of Σ_l M_l + Σ_{l≥2} M_{l-1} rows (in layer 1 nothing lies further inside, and c plays no
part), small enough to be decomposed object by object, all at once. c runs through all of its space and is projected,
which adds zeros to the spectrum and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hessproof.numeric.curvature.chain import Array, Factors, factors, groups
from hessproof.symbolic.architecture import Architecture

TINY = 1e-300


@dataclass(frozen=True, eq=False, slots=True)
class ObjectNorms:
    """Spectral norms of every object's Hessian and of its two parts, N numbers each.

    Args:
        loss: ‖H_i‖.
        outer: ‖G-term‖.
        functional: ‖H-term‖.
    """

    loss: Array
    outer: Array
    functional: Array


@dataclass(frozen=True, eq=False, slots=True)
class ObjectSpaces:
    """How the leading eigenvectors of every object's Hessian lie to those of its G-term, N numbers each.

    Args:
        overlap: Mean squared cosine of the principal angles between the two spaces of K − 1 largest eigenvalues.
        leading: Squared cosine of the angle between the two leading eigenvectors.
        share: v⊤(G-term)v / v⊤Hv for the eigenvector v of the largest eigenvalue; NaN where that is zero.
        top: The largest eigenvalue of H.
        norms: The norms.
    """

    overlap: Array
    leading: Array
    share: Array
    top: Array
    norms: ObjectNorms


def object_norms(architecture: Architecture, parameters: Sequence[Array], inputs: Array, targets: Array) -> ObjectNorms:
    """‖H_i‖, ‖G-term‖ and ‖H-term‖ of every object, to the accuracy of float64.

    Args:
        architecture: A ReLU network with cross-entropy.
        parameters: P^1, …, P^L.
        inputs: x, N × d.
        targets: y, N × K.

    Raises:
        UnusableRequest: If activation, loss or a shape does not fit, or a number is not finite.

    Example:
        >>> relu = Architecture((1, 2), activation="relu", loss="cross-entropy")
        >>> object_norms(relu, [np.zeros((2, 1))], np.asarray([[3.0]]), np.asarray([[1.0, 0.0]])).loss.round(9).tolist()
        [4.5]
    """
    found = []
    for some in groups(architecture, len(inputs)):
        one = factors(architecture, parameters, inputs[some], targets[some])
        outer, functional = reduced(architecture, one)
        both = [_largest(outer + functional), _largest(outer), _largest(functional)]
        found.append(both)
    return ObjectNorms(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def object_spaces(
    architecture: Architecture, parameters: Sequence[Array], inputs: Array, targets: Array
) -> ObjectSpaces:
    """Norms of every object's Hessian, and how far its top eigenspace is the G-term's.

    Args:
        architecture: A ReLU network with cross-entropy and K ≥ 2 outputs.
        parameters: P^1, …, P^L.
        inputs: x, N × d.
        targets: y, N × K.

    Raises:
        UnusableRequest: If activation, loss or a shape does not fit, or a number is not finite.

    Example:
        >>> relu = Architecture((1, 2), activation="relu", loss="cross-entropy")
        >>> found = object_spaces(relu, [np.zeros((2, 1))], np.asarray([[3.0]]), np.asarray([[1.0, 0.0]]))
        >>> found.overlap.round(9).tolist(), found.share.round(9).tolist()
        ([1.0], [1.0])
    """
    count = max(1, architecture.outputs - 1)
    found = []
    for some in groups(architecture, len(inputs)):
        one = factors(architecture, parameters, inputs[some], targets[some])
        outer, functional = reduced(architecture, one)
        found.append((*compared(outer + functional, outer, count), _largest(functional)))
    overlaps, leading, shares, tops, whole, parts, rest = (np.concatenate(each) for each in zip(*found, strict=True))
    return ObjectSpaces(overlaps, leading, shares, tops, ObjectNorms(whole, parts, rest))


def compared(whole: Array, other: Array, count: int) -> tuple[Array, ...]:
    """How the leading eigenvectors of some matrices lie to those of others, N numbers each.

    Args:
        whole: N × m × m, symmetric.
        other: N × m × m, symmetric.
        count: Eigenvectors of each space.

    Returns:
        Overlap of the spaces, squared cosine of the leading eigenvectors, share of the largest eigenvalue of ``whole``
        that ``other`` explains, this eigenvalue, and the two norms.

    Example:
        >>> [float(each[0]) for each in compared(np.diag([3.0, 1.0])[None], np.diag([2.0, 1.0])[None], 1)][:3]
        [1.0, 1.0, 0.6666666666666666]
    """
    values, vectors = np.linalg.eigh(whole)
    others, directions = np.linalg.eigh(other)
    meeting = np.swapaxes(vectors[:, :, -count:], 1, 2) @ directions[:, :, -count:]
    lead, top = vectors[:, :, -1], values[:, -1]
    along = np.einsum("na,nab,nb->n", lead, other, lead)
    share = np.divide(along, top, out=np.full_like(top, np.nan), where=top > TINY)
    sizes = (np.abs(values).max(axis=1), np.abs(others).max(axis=1))
    return (meeting**2).sum(axis=(1, 2)) / count, meeting[:, -1, -1] ** 2, share, top, *sizes


def reduced(architecture: Architecture, given: Factors) -> tuple[Array, Array]:
    """The G-term and the H-term of every object in the coordinates (a^1, …, a^L, c^2, …, c^L), N × m × m each.

    Args:
        architecture: A ReLU network with cross-entropy.
        given: The factors of its objects.
    """
    layers = architecture.layers
    lengths = [np.linalg.norm(x, axis=1) for x in given.inputs]
    units = [_over(x, length) for x, length in zip(given.inputs, lengths, strict=True)]
    heights = [jacobian.shape[2] for jacobian in given.jacobians]
    ends = np.cumsum([0, *heights, *(unit.shape[1] for unit in units[1:])])
    size, count = int(ends[-1]), len(given.residual)
    outputs = np.zeros((count, architecture.outputs, size))
    for l in range(layers):
        outputs[:, :, ends[l] : ends[l + 1]] = given.jacobians[l] * lengths[l][:, None, None]
    outer = np.swapaxes(outputs, 1, 2) @ given.curvature @ outputs
    functional = np.zeros((count, size, size))
    for l in range(2, layers + 1):
        pulled = given.pulled[l - 1]
        force = np.linalg.norm(pulled, axis=1)
        hidden = architecture.widths[l - 1]
        unit = units[l - 1]
        rows = np.zeros((count, hidden, size))  # g⊤ΔW^l, without the bias
        rows[:, :, ends[l - 1] : ends[l]] = unit[:, :hidden, None] * pulled[:, None, :]
        start = ends[layers + l - 2]
        projected = np.eye(unit.shape[1])[None, :hidden, :] - unit[:, :hidden, None] * unit[:, None, :]
        rows[:, :, start : start + unit.shape[1]] = force[:, None, None] * projected
        inner = np.zeros((count, hidden, size))  # Σ_{k<l} P^{lk} ΔW^k x^k
        for k in range(1, l):
            inner[:, :, ends[k - 1] : ends[k]] = given.between[k, l] * lengths[k - 1][:, None, None]
        half = np.swapaxes(rows, 1, 2) @ inner
        functional += half + np.swapaxes(half, 1, 2)
    return outer, functional


def _over(vectors: Array, lengths: Array) -> Array:
    """Unit vectors; zero stays zero, and its coordinates carry nothing."""
    safe = np.where(lengths > 0, lengths, 1.0)
    return np.asarray(vectors / safe[:, None])


def _largest(matrices: Array) -> Array:
    return np.asarray(np.abs(np.linalg.eigvalsh(matrices)).max(axis=1))
