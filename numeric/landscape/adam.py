r"""Training by Adam, several random starts at once, as in the experiments of Kiselev & Grabovoy 2024, §5.

Every start has its own initial weights and its own order of the samples; all of them are advanced together by batched
matrix products. One step sees ``batch`` samples, an epoch all of them once, the last batch being what is left. With
the gradient g of the batch's mean loss, t the number of the step, β_1 = 0.9, β_2 = 0.999, ε = 1e-8 (Kingma & Ba 2015,
Algorithm 1),

    m ← β_1 m + (1 − β_1) g,   v ← β_2 v + (1 − β_2) g²,   θ ← θ − η m̂ / (√v̂ + ε),

m̂ = m / (1 − β_1^t), v̂ = v / (1 − β_2^t). The order of epoch e of a start depends on its seed and e alone, so that a
run goes on exactly where an earlier one ended.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.training.initialisation import SCHEMES, initial_parameters
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

Array = npt.NDArray[np.float64]
PYTORCH = "pytorch-uniform"
"""U(−1/√M_{l-1}, 1/√M_{l-1}) for weights and biases: what PyTorch's linear layers start at; the scheme ``uniform``."""
FIRST_DECAY, SECOND_DECAY, EPSILON = 0.9, 0.999, 1e-8


@dataclass(frozen=True, eq=False)
class Trained:
    """Networks trained from several starts.

    Args:
        architecture: Their widths, bias, activation and loss.
        seeds: One seed for each start.
        epochs: Epochs done.
        steps: Steps done.
        weights: For each layer the matrices P^l of all starts, S × M_l × (M_{l-1} + bias).
        first: m, shaped like the weights.
        second: v, shaped like the weights.
        losses: Mean loss over all samples at the start and after every epoch, S × (epochs + 1).
    """

    architecture: Architecture
    seeds: tuple[int, ...]
    epochs: int
    steps: int
    weights: tuple[Array, ...]
    first: tuple[Array, ...]
    second: tuple[Array, ...]
    losses: Array

    def parameters(self, start: int = 0) -> tuple[Array, ...]:
        """P^1, …, P^L of one start, by its place among the seeds."""
        return tuple(matrices[start] for matrices in self.weights)

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values, the arrays byte by byte."""
        return {
            "widths": list(self.architecture.widths), "bias": self.architecture.bias,
            "activation": self.architecture.activation, "loss": self.architecture.loss,
            "seeds": list(self.seeds), "epochs": self.epochs, "steps": self.steps, "losses": _text(self.losses),
            **{name: [_text(each) for each in getattr(self, name)] for name in ("weights", "first", "second")},
        }  # fmt: skip

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Trained:
        """What `to_json` gave.

        Raises:
            UnusableRequest: If it is not that.

        Example:
            >>> inputs, targets = np.asarray([[1.0], [-1.0]]), np.eye(2)
            >>> net = Architecture((1, 2), activation="relu", loss="cross-entropy")
            >>> once = train(net, inputs, targets, seeds=[1], epochs=1)
            >>> again = Trained.from_json(once.to_json())
            >>> bool((again.weights[0] == once.weights[0]).all())
            True
        """
        try:
            names = ("widths", "bias", "activation", "loss")
            widths, bias, activation, loss = (stored[name] for name in names)
            arrays = {
                name: tuple(_array(each) for each in stored[name]) for name in ("weights", "first", "second")
            }  # fmt: skip
            return cls(
                Architecture(tuple(widths), bias, activation, loss), tuple(stored["seeds"]), stored["epochs"],
                stored["steps"], losses=_array(stored["losses"]), **arrays,
            )  # fmt: skip
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise UnusableRequest(
                f"saved networks ({error})", "what to_json gave", "start the training again"
            ) from None


def _text(array: Array) -> list[Any]:
    return [list(array.shape), base64.b64encode(np.ascontiguousarray(array, dtype="<f8").tobytes()).decode()]


def _array(stored: Any) -> Array:
    shape, text = stored
    found: Array = np.frombuffer(base64.b64decode(text), dtype="<f8").reshape(shape).astype(np.float64)
    return found


def train(
    architecture: Architecture,
    inputs: Array,
    targets: Array,
    *,
    seeds: Sequence[int],
    epochs: int = 10,
    batch: int = 64,
    rate: float = 1e-3,
    initial: str = PYTORCH,
    earlier: Trained | None = None,
) -> Trained:
    """Train a ReLU network under cross-entropy by Adam, from one start for each seed.

    Args:
        architecture: Widths and bias; activation ReLU and loss cross-entropy.
        inputs: x as rows, N × d.
        targets: y as rows, N × K; each row sums to one.
        seeds: Seeds of the starts, not negative; the same seed gives the same network whatever the other seeds are.
        epochs: Epochs in total, those of ``earlier`` included; 0 gives the initial weights.
        batch: Samples in a batch.
        rate: η.
        initial: ``pytorch-uniform`` or one of the schemes of `hessproof.numeric.training.initialisation`.
        earlier: Networks of the same architecture and seeds with fewer epochs, to go on from.

    Raises:
        UnusableRequest: If a shape, a number, a name or ``earlier`` does not fit, data are not finite, or weights stop
            being finite.

    Example:
        >>> inputs, targets = np.asarray([[1.0], [-1.0]]), np.eye(2)
        >>> net = Architecture((1, 3, 2), activation="relu", loss="cross-entropy")
        >>> found = train(net, inputs, targets, seeds=[3, 4], epochs=200, rate=0.01)
        >>> found.losses.shape, found.steps, bool((found.losses[:, -1] < found.losses[:, 0]).all())
        ((2, 201), 200, True)
        >>> half = train(net, inputs, targets, seeds=[3, 4], epochs=100, rate=0.01)
        >>> rest = train(net, inputs, targets, seeds=[3, 4], epochs=200, rate=0.01, earlier=half)
        >>> bool((rest.weights[0] == found.weights[0]).all())
        True
    """
    x, y = _checked(architecture, inputs, targets)
    _check_numbers(seeds, epochs, batch, rate)
    now = _started(architecture, x, y, seeds, initial) if earlier is None else earlier
    if now.architecture != architecture or now.seeds != tuple(seeds) or now.epochs > epochs:
        raise UnusableRequest(
            f"{now.epochs} epochs of {now.architecture} from seeds {list(now.seeds)} to go on from",
            f"at most {epochs} epochs of {architecture} from seeds {list(seeds)}", "start the training again",
        )  # fmt: skip
    state = _Optimiser(now.weights, now.first, now.second, rate)
    losses, steps = [now.losses], now.steps
    for epoch in range(now.epochs, epochs):
        orders = np.stack([np.random.default_rng([seed, epoch, 1]).permutation(len(x)) for seed in seeds])
        with np.errstate(over="ignore", invalid="ignore"):
            for start in range(0, len(x), batch):
                chosen = orders[:, start : start + batch]
                steps += 1
                _differentiate(architecture, state.weights, state.gradients, x[chosen], y[chosen])
                state.step(steps)
        if not np.isfinite(state.flat).all():
            raise UnusableRequest(f"training at rate {rate:g}", "weights that stay finite", "lower the rate")
        losses.append(object_losses(architecture, state.weights, x, y).mean(axis=1)[:, None])
    weights, first, second = (tuple(state.views(flat)) for flat in (state.flat, state.mean, state.square))
    return replace(
        now, epochs=epochs, steps=steps, weights=weights, first=first, second=second, losses=np.hstack(losses)
    )


def object_losses(architecture: Architecture, weights: Sequence[Array], inputs: Array, targets: Array) -> Array:
    """The loss of every object under every network, S × N.

    Args:
        architecture: Widths and bias; activation ReLU and loss cross-entropy.
        weights: For each layer the matrices of all networks, S × M_l × (M_{l-1} + bias).
        inputs: x, N × d.
        targets: y, N × K, rows that sum to one.

    Example:
        >>> net = Architecture((1, 2), activation="relu", loss="cross-entropy")
        >>> object_losses(net, [np.zeros((3, 2, 1))], np.ones((4, 1)), np.eye(2)[[0, 1, 1, 0]]).round(4).tolist()[0]
        [0.6931, 0.6931, 0.6931, 0.6931]
    """
    current = np.broadcast_to(inputs, (len(weights[0]), *inputs.shape))
    for layer, matrices in enumerate(weights):
        current = _with_one(current, architecture.bias) @ matrices.swapaxes(1, 2)
        if layer < len(weights) - 1:
            current = np.maximum(current, 0.0)
    shifted = current - current.max(axis=2, keepdims=True)
    found: Array = np.log(np.exp(shifted).sum(axis=2)) - (shifted * targets).sum(axis=2)
    return found


class _Optimiser:
    """Adam's state in four stretches of memory, of which the weights of each layer are views."""

    def __init__(self, weights: Sequence[Array], first: Sequence[Array], second: Sequence[Array], rate: float) -> None:
        self.rate = rate
        self.shapes = [each.shape for each in weights]
        self.flat, self.mean, self.square = (_joined(group) for group in (weights, first, second))
        self.gradient, self.spare = np.zeros_like(self.flat), np.zeros_like(self.flat)
        self.weights, self.gradients = self.views(self.flat), self.views(self.gradient)

    def views(self, flat: Array) -> list[Array]:
        """The layers of a stretch."""
        ends = np.cumsum([0, *(math.prod(shape) for shape in self.shapes)])
        return [flat[ends[i] : ends[i + 1]].reshape(shape) for i, shape in enumerate(self.shapes)]

    def step(self, number: int) -> None:
        """θ ← θ − η m̂ / (√v̂ + ε) with the gradient that lies in ``gradients``."""
        gradient, spare = self.gradient, self.spare
        np.multiply(gradient, 1 - FIRST_DECAY, out=spare)
        self.mean *= FIRST_DECAY
        self.mean += spare
        np.multiply(gradient, gradient, out=spare)
        spare *= 1 - SECOND_DECAY
        self.square *= SECOND_DECAY
        self.square += spare
        np.multiply(self.square, 1 / (1 - SECOND_DECAY**number), out=spare)
        np.sqrt(spare, out=spare)
        spare += EPSILON
        np.divide(self.mean, spare, out=spare)
        spare *= self.rate / (1 - FIRST_DECAY**number)
        self.flat -= spare


def _joined(group: Sequence[Array]) -> Array:
    return np.concatenate([each.ravel() for each in group])


def _differentiate(
    architecture: Architecture, weights: list[Array], gradients: list[Array], inputs: Array, targets: Array
) -> None:
    """Put ∂/∂P^l of the mean loss of each start's batch (S × B samples) into ``gradients``."""
    met, current = [], inputs
    for layer, matrices in enumerate(weights):
        met.append(_with_one(current, architecture.bias))
        current = met[-1] @ matrices.swapaxes(1, 2)
        if layer < len(weights) - 1:
            current = np.maximum(current, 0.0)
    powers = np.exp(current - current.max(axis=2, keepdims=True))
    back = (powers / powers.sum(axis=2, keepdims=True) - targets) / inputs.shape[1]
    for layer in range(len(weights) - 1, -1, -1):
        np.matmul(back.swapaxes(1, 2), met[layer], out=gradients[layer])
        if layer:
            width = architecture.widths[layer]
            back = (back @ weights[layer][:, :, :width]) * (met[layer][:, :, :width] > 0)


def _with_one(rows: Array, bias: bool) -> Array:
    return np.concatenate([rows, np.ones((*rows.shape[:2], 1))], axis=2) if bias else rows


def _started(architecture: Architecture, x: Array, y: Array, seeds: Sequence[int], initial: str) -> Trained:
    scheme = "uniform" if initial == PYTORCH else initial
    if scheme not in SCHEMES:
        raise UnusableRequest(
            f"initialisation {initial!r}", f"one of {', '.join((PYTORCH, *SCHEMES))}", "choose one of them"
        )
    drawn = [initial_parameters(architecture, scheme, seed) for seed in seeds]
    weights = tuple(np.stack(layer) for layer in zip(*drawn, strict=True))
    nothing = tuple(np.zeros_like(each) for each in weights)
    losses = object_losses(architecture, weights, x, y).mean(axis=1)[:, None]
    return Trained(architecture, tuple(seeds), 0, 0, weights, nothing, nothing, losses)


def _checked(architecture: Architecture, inputs: Array, targets: Array) -> tuple[Array, Array]:
    if (architecture.activation, architecture.loss) != ("relu", "cross-entropy"):
        raise UnusableRequest(
            f"training of a network with {architecture.activation} and {architecture.loss}",
            "relu and cross-entropy, the networks of the experiments", "choose those",
        )  # fmt: skip
    x, y = np.asarray(inputs, dtype=np.float64), np.asarray(targets, dtype=np.float64)
    shape = (architecture.inputs, architecture.outputs)
    rows = x.ndim == y.ndim == 2 and len(x) == len(y) > 0
    if not rows or (x.shape[1], y.shape[1]) != shape:
        raise UnusableRequest(
            f"data of shapes {x.shape} and {y.shape}", f"N × {shape[0]} and N × {shape[1]} for the widths "
            f"{architecture}", "give one row for each sample, at least one",
        )  # fmt: skip
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise UnusableRequest("data with NaN or infinite entries", "finite numbers", "leave such samples out")
    if np.abs(y.sum(axis=1) - 1).max() > 1e-9 or y.min() < 0:
        raise UnusableRequest("targets that are no distributions", "rows ≥ 0 that sum to one", "use one-hot rows")
    return x, y


def _check_numbers(seeds: Sequence[int], epochs: int, batch: int, rate: float) -> None:
    if not seeds or min(seeds) < 0:
        raise UnusableRequest(f"seeds {list(seeds)}", "at least one, none negative", "give for instance 0")
    if epochs < 0:
        raise UnusableRequest(f"{epochs} epochs", "0 or more", "give for instance 10")
    if batch < 1:
        raise UnusableRequest(f"batches of {batch}", "at least one sample", "give for instance 64")
    if not (math.isfinite(rate) and rate > 0):
        raise UnusableRequest(f"rate {rate}", "a positive number", "give for instance 0.001")
