"""Which network ``hessproof bound`` is about: read from a file, drawn, or trained here."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from hessproof.numeric.landscape.adam import PYTORCH, train
from hessproof.numeric.memory import matrix_bytes, refuse_if_too_large
from hessproof.numeric.planning import Plan
from hessproof.numeric.training.initialisation import SCHEMES, initial_parameters
from hessproof.numeric.weights import load_weights
from hessproof.proofs_check.bounding.data import labelled_data
from hessproof.proofs_check.bounding.planning import training_plan
from hessproof.proofs_check.selection import one_of
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

Array = npt.NDArray[np.float64]
PIECEWISE_LINEAR = ("relu", "leaky-relu", "linear")
"""Activations with |σ(t)| ≤ |t|, 0 ≤ σ′ ≤ 1 and σ″ = 0: all repaired bounds hold for them."""
SMOOTH = ("tanh", "elu")
"""Activations with |σ(t)| ≤ |t| and 0 ≤ σ′ ≤ 1 that bend: only the bounds of the G-term hold."""
STARTS = (PYTORCH, "zeros", *SCHEMES)
"""What weights can start at: those of PyTorch's linear layers, zeros, or one of the schemes."""
LARGEST_POWER = 150.0
"""Decimal exponent up to which the product of all norms may go: its square has to be a double."""


@dataclass(frozen=True, slots=True)
class NetworkRequest:
    """What a person asked for.

    Args:
        widths: Such as ``64-30-10``; None with a file of weights.
        bias: Whether every layer has a bias.
        activation: Of the hidden layers.
        loss: Only cross-entropy has these bounds.
        weights: File of weights.
        epochs: Epochs of training by Adam; None leaves the start as it is.
        data: Name or place of the data.
        samples: N.
        number: The only object looked at, from 1; None for all.
        start: One of `STARTS`; None for the first of them.
        norm: The spectral norm that every weight matrix is scaled to; None leaves it.
        signed: Map pixels to [−1, 1].
        seed: Of weights, order of training, and drawn data.
    """

    widths: str | None = None
    bias: bool = False
    activation: str = "relu"
    loss: str = "cross-entropy"
    weights: str | None = None
    epochs: int | None = None
    data: str = "gaussian"
    samples: int | None = None
    number: int | None = None
    start: str | None = None
    norm: float | None = None
    signed: bool = False
    seed: int = 0


@dataclass(frozen=True, eq=False, slots=True)
class Network:
    """A network with parameters and data.

    Args:
        architecture: Widths, bias, activation; cross-entropy.
        parameters: P^1, …, P^L.
        inputs: N × d.
        targets: N × K.
        origin: Where the parameters come from, in words.
        names: What the weight matrices are called; W1, …, WL if none are given.
        training: Mean loss before training and after each epoch; empty without training.
    """

    architecture: Architecture
    parameters: tuple[Array, ...]
    inputs: Array
    targets: Array
    origin: str = "given"
    names: tuple[str, ...] = ()
    training: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not self.names:
            layers = range(1, self.architecture.layers + 1)
            object.__setattr__(self, "names", tuple(f"W{layer}" for layer in layers))


def resolve(request: NetworkRequest, plan: Callable[[Plan], None] = lambda plan: None) -> Network:
    """The network that was asked for.

    Args:
        request: What was asked for.
        plan: Told what training will cost, if there is to be any.

    Raises:
        UnusableRequest: If no bound is known for it, options exclude each other, a file or the data do not fit, or its
            norms leave the range of float64.

    Example:
        >>> network = resolve(NetworkRequest("3-4-2", samples=5))
        >>> network.origin, network.inputs.shape, [matrix.shape for matrix in network.parameters]
        ('drawn (pytorch-uniform, seed 0)', (5, 3), [(4, 3), (2, 4)])
    """
    refuse_unbounded(request.activation, request.loss)
    if request.norm is not None and not (math.isfinite(request.norm) and request.norm >= 0):
        raise UnusableRequest(f"--norm {request.norm:g}", "a finite number of at least 0", "give for instance 1")
    found = _from_file(request) if request.weights is not None else _drawn(request, plan)
    if request.norm is not None:
        found = _scaled(found, request.norm)
    return found if request.number is None else _only(found, request.number)


def refuse_unbounded(activation: str, loss: str) -> None:
    """Refuse a network that no bound is stated for.

    Raises:
        UnusableRequest: If the loss is not cross-entropy, or the activation is none of `PIECEWISE_LINEAR` and `SMOOTH`.
    """
    if loss != "cross-entropy":
        raise UnusableRequest(f"loss {loss}", "cross-entropy, the only loss with norm bounds here", "leave --loss out")
    known = (*PIECEWISE_LINEAR, *SMOOTH)
    if activation not in known:
        raise UnusableRequest(
            f"activation {activation}",
            f"one with |σ(t)| ≤ |t| and slopes from 0 to 1, which the bounds need: {', '.join(known)}",
            "leave --activation out",
        )


def _from_file(request: NetworkRequest) -> Network:
    for option, value in (("--train", request.epochs), ("--init", request.start)):
        if value is not None:
            raise UnusableRequest(
                f"{option} {value} with --weights", "weights from a file or made here, not both", f"leave {option} out"
            )
    assert request.weights is not None
    stored = load_weights(request.weights)
    architecture = stored.architecture(
        request.widths, bias=request.bias, activation=request.activation, loss=request.loss
    )
    inputs, targets = labelled_data(architecture, request.data, request.samples, request.seed, signed=request.signed)
    return Network(architecture, stored.parameters, inputs, targets, f"read from {request.weights}", stored.names)


def _drawn(request: NetworkRequest, plan: Callable[[Plan], None]) -> Network:
    if request.widths is None:
        raise UnusableRequest("no network", "WIDTHS or --weights FILE", "write for instance hessproof bound 64-30-10")
    architecture = Architecture.parse(
        request.widths, bias=request.bias, activation=request.activation, loss=request.loss
    )
    refuse_if_too_large(
        matrix_bytes(architecture.parameters, 1, copies=80),
        f"{architecture} with {architecture.parameters} parameters",
        "choose narrower layers",
    )
    start = one_of("start", request.start or PYTORCH, STARTS, f"give --init {PYTORCH}")
    inputs, targets = labelled_data(architecture, request.data, request.samples, request.seed, signed=request.signed)
    if request.epochs is None:
        return Network(
            architecture, _initial(architecture, start, request.seed), inputs, targets,
            "all zero" if start == "zeros" else f"drawn ({start}, seed {request.seed})",
        )  # fmt: skip
    if start == "zeros":
        raise UnusableRequest("--train with --init zeros", "a start that has a gradient", "choose another --init")
    plan(training_plan(architecture, len(inputs), request.epochs))
    trained = train(architecture, inputs, targets, seeds=[request.seed], epochs=request.epochs, initial=start)
    origin = f"trained {request.epochs} epochs by Adam from {start}, seed {request.seed}"
    losses = tuple(float(value) for value in trained.losses[0])
    return Network(architecture, trained.parameters(0), inputs, targets, origin, training=losses)


def _initial(architecture: Architecture, start: str, seed: int) -> tuple[Array, ...]:
    if start == "zeros":
        return tuple(np.zeros((rows, columns + architecture.bias)) for rows, columns in architecture.weight_shapes)
    return initial_parameters(architecture, "uniform" if start == PYTORCH else start, seed)


def _scaled(network: Network, norm: float) -> Network:
    """Every W^l times norm/‖W^l‖; biases as they are."""
    parameters = []
    for layer, matrix in enumerate(network.parameters):
        columns = network.architecture.widths[layer]
        size = spectral_norm(matrix[:, :columns])
        if size == 0 and norm > 0:
            raise UnusableRequest(f"--norm {norm:g} with {network.names[layer]} = 0", "a matrix that is not zero",
                                  "leave --norm out")  # fmt: skip
        changed = matrix.copy()
        changed[:, :columns] *= norm / size if size else 1.0
        parameters.append(changed)
    return replace(network, parameters=tuple(parameters), origin=f"{network.origin}, every ‖W‖ scaled to {norm:g}")


def _only(network: Network, number: int) -> Network:
    count = len(network.inputs)
    if not 1 <= number <= count:
        raise UnusableRequest(f"object {number}", f"1 to {count}, the objects of the data", f"give --object {count}")
    some = slice(number - 1, number)
    return replace(network, inputs=network.inputs[some], targets=network.targets[some])


def spectral_norm(matrix: Array) -> float:
    """‖matrix‖, also where squares of its entries would overflow or underflow.

    Example:
        >>> spectral_norm(np.asarray([[3e200, 0.0]]))
        3e+200
    """
    peak = float(np.abs(matrix).max(initial=0.0))
    return peak * float(np.linalg.norm(matrix / peak, 2)) if peak else 0.0


def refuse_overflow(network: Network) -> None:
    """Refuse weights and inputs whose bounds would leave the range of float64.

    Raises:
        UnusableRequest: If the product of all norms above 1 exceeds 1e150.
    """
    power = sum(math.log10(max(1.0, spectral_norm(matrix))) for matrix in (network.inputs, *network.parameters))
    if power > LARGEST_POWER:
        raise UnusableRequest(
            f"weights and inputs whose norms multiply to about 1e{power:.0f}",
            f"at most 1e{LARGEST_POWER:.0f}, so that squares are numbers that a double can hold",
            "scale the weights down",
        )
