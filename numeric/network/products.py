"""One forward and backward pass of some samples, and the sweeps over it that multiply by a Hessian.

For a direction ΔP^1, …, ΔP^L, with dots for derivatives along it, z^l = P^l ã^{l-1} and g^l = σ′_l ⊙ W^{l+1⊤} g^{l+1}
give

    ż^l = ΔP^l ã^{l-1} + W^l ȧ^{l-1},   ȧ^l = σ′_l ⊙ ż^l,   ġ^L = Λ ż^L,
    ġ^l = σ′_l ⊙ (W^{l+1⊤} ġ^{l+1} + ΔW^{l+1⊤} g^{l+1}) + σ″_l ⊙ ż^l ⊙ W^{l+1⊤} g^{l+1},

and block l of the product is E[ġ^l ã^{l-1⊤} + g^l (ȧ^{l-1}, 0)⊤] (Pearlmutter 1994, Neural Computation 6(1);
Schraudolph 2002, Neural Computation 14(7), for the Gauss–Newton part). The product with H_o has ġ^L and no term with g;
the product with H_f has the terms with g and ġ^L = 0. For one vector and one sample these are six products with
M_l × M_{l-1} matrices a layer, 12 M_l M_{l-1} operations; the first layer has two of the six, since ȧ^0 = 0 and nothing
is pulled back to the inputs.

Stacks have the vectors first and the samples second: n × N × M_l.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hessproof.numeric.arrays import Array, namespace_of
from hessproof.numeric.kernels import Part
from hessproof.numeric.network.forward import forward_pass
from hessproof.numeric.network.losses import loss_factors
from hessproof.numeric.network.parameters import matrix_shapes
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.nonlinear.activations import activation


@dataclass(frozen=True, slots=True)
class Pass:
    """What a sweep needs of some samples; every array has one row a sample.

    Args:
        weights: W^1, …, W^L, without the biases.
        inputs: ã^0, …, ã^{L-1}.
        slopes: σ′(z^1), …, σ′(z^{L-1}); none if σ′ = 1.
        back: g^2, …, g^L over the number of samples; none for H_o.
        bends: σ″(z^l) ⊙ W^{l+1⊤} g^{l+1} for l < L; none for H_o and where σ″ = 0.
        curvature: The factors w and, if the outputs couple, tv and v of Λ = diag(w) − (tv) v⊤, with the first two over
            the number of samples; none for H_f.
    """

    weights: tuple[Array, ...]
    inputs: tuple[Array, ...]
    slopes: tuple[Array, ...]
    back: tuple[Array, ...]
    bends: tuple[Array, ...]
    curvature: tuple[Array, ...]


def is_linear(architecture: Architecture) -> bool:
    """Whether σ′ = 1."""
    return bool(activation(architecture.activation).first.value == 1)


def is_bent(architecture: Architecture, part: Part) -> bool:
    """Whether σ″ has a share in that part of the Hessian."""
    return part != "outer" and not activation(architecture.activation).piecewise_linear


def numbers_of_pass(architecture: Architecture, part: Part) -> int:
    """Numbers that a ``Pass`` holds for each sample, the inputs themselves left out.

    Example:
        >>> numbers_of_pass(Architecture((5, 4, 3), activation="relu"), "loss")
        20
    """
    hidden, outputs = sum(architecture.hidden), architecture.outputs
    copies = [1, not is_linear(architecture), is_bent(architecture, part)]
    inputs = architecture.bias * (architecture.inputs + architecture.layers)
    back = 0 if part == "outer" else sum(architecture.widths[2:])
    return sum(copies) * hidden + inputs + back + (0 if part == "functional" else 3 * outputs)


def numbers_of_sweep(architecture: Architecture, part: Part) -> int:
    """Numbers that a sweep, or the pass before it, holds at a time for each sample and vector.

    These are ȧ^l of all layers, ż^l where σ″ has a share, and eight arrays as wide as the widest layer, which is
    what a step back, an activation or a loss needs at most.

    Example:
        >>> numbers_of_sweep(Architecture((5, 4, 3), activation="relu"), "loss")
        36
    """
    return (1 + is_bent(architecture, part)) * sum(architecture.hidden) + 8 * max(architecture.widths[1:])


def passed(
    architecture: Architecture,
    matrices: Sequence[Array],
    inputs: Array,
    targets: Array | None,
    part: Part,
    share: float,
) -> Pass:
    """The pass of some samples.

    Args:
        architecture: Widths, bias, activation and loss.
        matrices: P^1, …, P^L.
        inputs: x, one row a sample.
        targets: y, one row a sample; None if there is no loss: then there is nothing but weights, inputs and slopes.
        part: outer, functional or loss.
        share: The weight of a sample in the mean.
    """
    bent, linear = is_bent(architecture, part), is_linear(architecture)
    state = forward_pass(architecture, matrices, inputs, (0, 1, 2) if bent else (0,) if linear else (0, 1))
    if targets is None:
        return Pass(state.weights, state.inputs, state.slopes, (), (), ())
    residual, weight, coupling = loss_factors(architecture.loss, state.outputs, targets)
    back: list[Array] = []
    bends: list[Array] = []
    if part != "outer" and len(matrices) > 1:
        back.append(share * residual)
        for layer in range(len(matrices) - 1, 0 if bent else 1, -1):
            pulled = back[0] @ state.weights[layer]
            if bent:
                bends.insert(0, pulled * state.bends[layer - 1])
            if layer > 1:
                back.insert(0, pulled if linear else pulled * state.slopes[layer - 1])
    curvature: tuple[Array, ...] = ()
    if part != "functional":
        curvature = (share * weight,) if coupling is None else (share * weight, share * coupling[0], coupling[1])
    return Pass(state.weights, state.inputs, state.slopes, tuple(back), tuple(bends), curvature)


def product_operations(architecture: Architecture, samples: int, part: Part = "loss") -> int:
    """Floating-point operations of one product with one vector, without the passes, which can be kept.

    Only products of matrices count, 2 N M_l m_{l-1} operations each, m = M_{l-1} + bias: in every layer two for ż^l and
    the result from ΔP^l ã^{l-1} and ġ^l ã^{l-1⊤}, and, but in the first layer, two with W^l and, unless the part is
    H_o, two with g^l. H_f has no ż^L and no ġ^L.

    Args:
        architecture: The widths.
        samples: N.
        part: outer, functional or loss.

    Example:
        >>> product_operations(Architecture((3, 2, 1)), 10), product_operations(Architecture((3, 2, 1)), 10, "outer")
        (480, 400)
    """
    total = 0
    for layer, (rows, columns) in enumerate(matrix_shapes(architecture), start=1):
        inner = rows * (columns - architecture.bias)
        last = part == "functional" and layer == architecture.layers
        with_inputs = 0 if last else 2 * rows * columns
        with_weights = 0 if last or layer == 1 else 2 * inner
        with_gradients = 0 if part == "outer" or layer == 1 else 2 * inner
        total += 2 * samples * (with_inputs + with_weights + with_gradients)
    return total


class Sweeps:
    """Products of the sum over some samples with vectors, added to a result.

    Args:
        architecture: Widths, bias, activation and loss.
        state: The samples' pass; it says which part of the Hessian is meant.
    """

    def __init__(self, architecture: Architecture, state: Pass) -> None:
        self.state, self.bias, self.layers = state, architecture.bias, architecture.layers
        self.shapes, self.slices = matrix_shapes(architecture), architecture.slices
        self.xp = namespace_of(state.inputs[0])

    def add(self, rows: Array, result: Array) -> None:
        """Add the products with the rows of an n × p array, in its order, to the rows of ``result``."""
        changes = self.changes(rows)
        preactivations, activations = self.tangents(changes, self.layers if self.state.curvature else self.layers - 1)
        moving = self.through_loss(preactivations.pop()) if self.state.curvature else None
        for layer in range(self.layers - 1, -1, -1):
            self.add_block(layer, moving, activations, result)
            if layer:
                moving = self.step_back(layer, moving, changes[layer], preactivations)

    def add_transposed(self, moving: Array, result: Array) -> None:
        """Add the products of J⊤ with a stack n × N × K to the rows of ``result``."""
        for layer in range(self.layers - 1, -1, -1):
            self.add_block(layer, moving, [], result)
            if layer:
                moving = self.pulled_back(layer, moving)

    def changes(self, rows: Array) -> list[Array]:
        """ΔP^1, …, ΔP^L as stacks."""
        count = int(rows.shape[0])
        return [
            self.xp.reshape(rows[:, piece], (count, *shape))
            for piece, shape in zip(self.slices, self.shapes, strict=True)
        ]

    def tangents(self, changes: Sequence[Array], layers: int) -> tuple[list[Array], list[Array]]:
        """ż^1, ż^2, … and ȧ^1, …, ȧ^{L-1}, of the first ``layers`` layers; what no later step needs is left out."""
        state = self.state
        preactivations: list[Array] = []
        activations: list[Array] = []
        moved: Array = None
        for layer in range(layers):
            below, moved = moved, state.inputs[layer] @ _turned(changes[layer])
            if layer:
                moved += times(below, state.weights[layer].T)
            if layer == self.layers - 1:
                preactivations.append(moved)
                break
            if state.bends:
                preactivations.append(moved)
                moved = moved * state.slopes[layer]
            elif state.slopes:
                moved *= state.slopes[layer]
            if state.back:
                activations.append(moved)
        return preactivations, activations

    def through_loss(self, moved: Array) -> Array:
        """Λ ż^L."""
        weight, *coupling = self.state.curvature
        result = weight * moved
        if coupling:
            result -= coupling[0] * self.xp.sum(coupling[1] * moved, axis=2, keepdims=True)
        return result

    def add_block(self, layer: int, moving: Array | None, activations: list[Array], result: Array) -> None:
        """Add the products' block of layer l + 1 = ``layer`` + 1, Σ ġã⊤ + g(ȧ, 0)⊤; ȧ^l is taken from the list."""
        rows, columns = self.shapes[layer]
        piece = result[:, self.slices[layer]]
        block = self.xp.reshape(piece, (piece.shape[0], rows, columns), copy=False)
        if moving is not None:
            block += _turned(moving) @ self.state.inputs[layer]
        if self.state.back and layer:
            weights = self.without_bias(block)
            weights += self.state.back[layer - 1].T @ activations.pop()

    def step_back(self, layer: int, moving: Array | None, change: Array, preactivations: list[Array]) -> Array:
        """ġ^l from ġ^{l+1} = ``moving``, with l = ``layer`` and ΔP^{l+1} = ``change``; ż^l is taken from the list."""
        state = self.state
        if not state.back:
            return self.pulled_back(layer, moving)
        result = state.back[layer - 1] @ self.without_bias(change)
        if moving is not None:
            result += times(moving, state.weights[layer])
        if state.slopes:
            result *= state.slopes[layer - 1]
        if state.bends:
            bent = preactivations.pop()
            bent *= state.bends[layer - 1]
            result += bent
        return result

    def pulled_back(self, layer: int, moving: Array) -> Array:
        """σ′_l ⊙ W^{l+1⊤} ġ^{l+1} with l = ``layer``."""
        result = times(moving, self.state.weights[layer])
        if self.state.slopes:
            result *= self.state.slopes[layer - 1]
        return result

    def without_bias(self, stack: Array) -> Array:
        """The weights' part of a stack."""
        return stack[:, :, :-1] if self.bias else stack


def times(stack: Array, matrix: Array) -> Array:
    """A stack of matrices times one matrix, as one product of two matrices."""
    xp = namespace_of(stack)
    flat = xp.reshape(stack, (-1, stack.shape[-1])) @ matrix
    return xp.reshape(flat, (*stack.shape[:-1], matrix.shape[1]))


def _turned(stack: Array) -> Array:
    return namespace_of(stack).permute_dims(stack, (0, 2, 1))
