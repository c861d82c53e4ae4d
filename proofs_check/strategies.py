"""Hypothesis strategies for your own property tests: architectures, cases, weights, moments, data.

Everything is exact (integers), valid by construction, and shrinks towards few parameters, small ranks and small
entries.

Example:
    >>> from hypothesis import given, settings
    >>> from hessproof.proofs_check import strategies as some
    >>> from hessproof.proofs_check.searches.special_weights import chain, integer_rank
    >>> @settings(max_examples=20, derandomize=True, database=None)
    ... @given(some.architectures(max_layers=3, max_width=3).flatmap(some.weights))
    ... def the_whole_chain_is_no_wider_than_its_narrowest_layer(weights):
    ...     assert integer_rank(chain(weights, len(weights), 1)) <= min(min(w.shape) for w in weights)
    >>> the_whole_chain_is_no_wider_than_its_narrowest_layer()
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from numpy.typing import NDArray

from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.searches import special_weights
from hessproof.proofs_check.searches.special_weights import Weights
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

LayerKind = Literal["generic", "small", "zero", "deficient", "identity", "shifted"]
LAYER_KINDS: tuple[LayerKind, ...] = get_args(LayerKind)
"""What one weight matrix may be: entries of any size, entries −1, 0, 1, zero, rank-deficient, rectangular identity."""

TargetKind = Literal["zero", "one-hot", "teacher", "free"]
TARGET_KINDS: tuple[TargetKind, ...] = get_args(TargetKind)
"""What Y may be: 0, one-hot rows, an exact linear teacher Y = XT, or anything."""

MAGNITUDE = 9


@dataclass(frozen=True, slots=True)
class Data:
    """Samples as rows: X is N × d, Y is N × K, both integers."""

    inputs: NDArray[np.int64]
    targets: NDArray[np.int64]
    kind: TargetKind

    @property
    def samples(self) -> int:
        """N."""
        return int(self.inputs.shape[0])

    @property
    def centred(self) -> bool:
        """Whether Σ_i x_i = 0."""
        return not self.inputs.sum(axis=0).any()


@st.composite
def architectures(
    draw: DrawFn, *, min_layers: int = 1, max_layers: int = 4, max_width: int = 5, max_parameters: int | None = None
) -> Architecture:
    """Architectures with ``min_layers`` ≤ L ≤ ``max_layers``, widths 1 … ``max_width`` and p ≤ ``max_parameters``.

    Half of them get a bottleneck, a bulge or equal widths on purpose, at a drawn position.

    Raises:
        UnusableRequest: If the bounds leave no architecture.
    """
    if not 1 <= min_layers <= max_layers:
        raise UnusableRequest(f"layers {min_layers} to {max_layers}", "1 ≤ least ≤ most", "give other bounds")
    if max_width < 1:
        raise UnusableRequest(f"largest width {max_width}", "at least 1", "give 1 or more")
    if max_parameters is not None and max_parameters < min_layers:
        raise UnusableRequest(
            f"{max_parameters} parameters", f"at least one for each of {min_layers} layers", "allow more parameters"
        )
    widths = draw(st.lists(st.integers(1, max_width), min_size=min_layers + 1, max_size=max_layers + 1))
    shape = draw(st.sampled_from(["free", "free", "free", "bottleneck", "bulge", "equal"]))
    position = draw(st.integers(0, len(widths) - 1))
    if shape == "bottleneck":
        widths = [max(2, width) if max_width > 1 else width for width in widths]
        widths[position] = draw(st.integers(1, max(1, min(widths) - 1)))
    elif shape == "bulge":
        widths[position] = max_width
    elif shape == "equal":
        widths = [widths[position]] * len(widths)
    return Architecture(_thinned(widths, max_parameters))


@st.composite
def bulged_architectures(draw: DrawFn, *, max_layers: int = 4, max_width: int = 5) -> Architecture:
    """Architectures with a hidden layer wider than both neighbours, where A1 does not bound the chains.

    Raises:
        UnusableRequest: If ``max_layers`` or ``max_width`` is below two.
    """
    if min(max_layers, max_width) < 2:
        raise UnusableRequest(
            f"layers {max_layers}, width {max_width}", "both at least 2", "a bulge needs two layers and two neurons"
        )
    widths = draw(st.lists(st.integers(1, max_width), min_size=3, max_size=max_layers + 1))
    position = draw(st.integers(1, len(widths) - 2))
    for neighbour in (position - 1, position + 1):
        widths[neighbour] = min(widths[neighbour], max_width - 1)
    widths[position] = max(widths[position], widths[position - 1] + 1, widths[position + 1] + 1)
    return Architecture(tuple(widths))


@st.composite
def cases(draw: DrawFn, of: SearchStrategy[Architecture] | None = None, *, min_data_rank: int = 0) -> Case:
    """Cases (architecture, r, s) with every r in 0 … d and every s in 0 … min(r, K).

    Args:
        draw: Given by Hypothesis.
        of: Strategy for the architecture, :func:`architectures` if not given.
        min_data_rank: Least r (at most d).
    """
    architecture = draw(architectures() if of is None else of)
    data_rank = draw(st.integers(min(min_data_rank, architecture.inputs), architecture.inputs))
    residual_rank = draw(st.integers(0, min(data_rank, architecture.outputs)))
    return Case(architecture, data_rank, residual_rank)


@st.composite
def matrices(draw: DrawFn, rows: int, columns: int, magnitude: int = MAGNITUDE) -> NDArray[np.int64]:
    """Integer matrices with entries in −magnitude … magnitude."""
    size = rows * columns
    entries = draw(st.lists(st.integers(-magnitude, magnitude), min_size=size, max_size=size))
    return np.array(entries, dtype=np.int64).reshape(rows, columns)


@st.composite
def matrices_of_rank(draw: DrawFn, rows: int, columns: int, rank: int, magnitude: int = MAGNITUDE) -> NDArray[np.int64]:
    """Integer matrices of exactly the given rank over Q.

    Built as a product of a rows × rank and a rank × columns factor, each with an identity in drawn rows or columns.

    Raises:
        UnusableRequest: If the rank exceeds the smaller side.
    """
    if not 0 <= rank <= min(rows, columns):
        raise UnusableRequest(f"rank {rank}", f"0 to {min(rows, columns)} for {rows} × {columns}", "give a lower rank")
    tall, wide = draw(matrices(rows, rank, magnitude)), draw(matrices(rank, columns, magnitude))
    tall[list(draw(st.permutations(range(rows))))[:rank]] = np.eye(rank, dtype=np.int64)
    wide[:, list(draw(st.permutations(range(columns))))[:rank]] = np.eye(rank, dtype=np.int64)
    product: NDArray[np.int64] = tall @ wide
    return product


@st.composite
def layer_weights(draw: DrawFn, rows: int, columns: int, kinds: tuple[LayerKind, ...] = LAYER_KINDS) -> NDArray[Any]:
    """One weight matrix of a drawn kind (see :data:`LAYER_KINDS`)."""
    kind = draw(st.sampled_from(kinds))
    smaller, larger = min(rows, columns), max(rows, columns)
    if kind == "zero":
        return np.zeros((rows, columns), dtype=np.int64)
    if kind == "identity":
        return special_weights.rectangular_identity(rows, columns)
    if kind == "shifted":
        return special_weights.rectangular_identity(rows, columns, draw(st.integers(0, larger - smaller)))
    if kind == "deficient":
        return draw(matrices_of_rank(rows, columns, draw(st.integers(0, smaller - 1))))
    return draw(matrices(rows, columns, 1 if kind == "small" else MAGNITUDE))


@st.composite
def weights(draw: DrawFn, architecture: Architecture, kinds: tuple[LayerKind, ...] = LAYER_KINDS) -> Weights:
    """Weights W^1, …, W^L, each of a drawn kind; zero and rank-deficient ones included.

    Restrict ``kinds`` to ("generic",) for parameters that are rarely special.
    """
    return [draw(layer_weights(*shape, kinds)) for shape in architecture.weight_shapes]


@st.composite
def vanishing_weights(draw: DrawFn, architecture: Architecture | None = None) -> Weights:
    """Weights that satisfy A1, all of maximal rank, with a chain whose rank is lower than its widths allow.

    Rows and columns of the hidden layers are permuted at random, which changes no rank.

    Raises:
        UnusableRequest: If the architecture has no hidden layer wider than both neighbours.
    """
    chosen = draw(bulged_architectures()) if architecture is None else architecture
    positions = special_weights.bulges(chosen)
    if not positions:
        raise UnusableRequest(f"widths {chosen}", "a hidden layer wider than both neighbours", "try 1-2-1")
    result = special_weights.vanishing_chain(chosen, draw(st.sampled_from(positions)))
    for layer in range(1, chosen.layers):
        order = list(draw(st.permutations(range(chosen.widths[layer]))))
        result[layer - 1], result[layer] = result[layer - 1][order], result[layer][:, order]
    return result


@st.composite
def moments(draw: DrawFn, case: Case) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Σ = AA⊤ of rank exactly r and Ω of rank exactly s with rows in the range of Σ, as data always give.

    Returns:
        Σ (d × d) and Ω (K × d).
    """
    inputs, outputs = case.architecture.inputs, case.architecture.outputs
    root = draw(matrices_of_rank(inputs, case.data_rank, case.data_rank, 3))
    mixing = draw(matrices_of_rank(outputs, case.data_rank, case.residual_rank, 3))
    return root @ root.T, mixing @ root.T


@st.composite
def data(
    draw: DrawFn,
    architecture: Architecture,
    *,
    max_samples: int | None = None,
    centred: bool | None = None,
    targets: tuple[TargetKind, ...] = TARGET_KINDS,
) -> Data:
    """Samples (X, Y) with N below and above d, X centred or not, of any rank up to min(N, d).

    Args:
        draw: Given by Hypothesis.
        architecture: Gives d and K.
        max_samples: Largest N; 2d + 2 if not given. Centred data have an even N of at least 2.
        centred: Whether Σ_i x_i = 0; drawn if None.
        targets: What Y may be.
    """
    inputs, outputs = architecture.inputs, architecture.outputs
    most = 2 * inputs + 2 if max_samples is None else max_samples
    centre = draw(st.booleans()) if centred is None else centred
    if most < 1 + centre:
        raise UnusableRequest(f"{most} samples", f"at least {1 + centre}", "allow more samples")
    half = draw(st.integers(1, most // 2 if centre else most))
    x = draw(matrices_of_rank(half, inputs, draw(st.integers(0, min(half, inputs))), 4))
    if centre:
        x = np.concatenate([x, -x])
    kind = draw(st.sampled_from(targets))
    if kind == "zero":
        y = np.zeros((len(x), outputs), dtype=np.int64)
    elif kind == "one-hot":
        classes = draw(st.lists(st.integers(0, outputs - 1), min_size=len(x), max_size=len(x)))
        y = np.eye(outputs, dtype=np.int64)[classes]
    elif kind == "teacher":
        y = x @ draw(matrices(inputs, outputs, 3))
    else:
        y = draw(matrices(len(x), outputs))
    return Data(x, y, kind)


def _thinned(widths: list[int], parameters: int | None) -> tuple[int, ...]:
    """``widths`` with the widest ones reduced until p fits; dropping layers if all are one."""
    result = list(widths)
    while parameters is not None and Architecture(tuple(result)).parameters > parameters:
        widest = max(range(len(result)), key=result.__getitem__)
        if result[widest] == 1:
            result.pop()
        else:
            result[widest] -= 1
    return tuple(result)
