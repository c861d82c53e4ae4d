"""Norm bounds of ReLU networks with cross-entropy, against norms that Lanczos finds on a GPU.

|θ| of the best Ritz value is a lower bound of the norm, up to rounding, so that a bound which it exceeds is violated.
Half of the networks are drawn; the others are wide copies of those that attain the bounds, which leave wrong variants
no room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric import arrays
from hessproof.numeric.arrays import Namespace, namespace
from hessproof.numeric.curvature.lanczos import measured_norms
from hessproof.numeric.training.initialisation import initial_parameters
from hessproof.proofs_check.bounding.evaluate import evaluate
from hessproof.proofs_check.bounding.measured import bound_values, layer_norms
from hessproof.proofs_check.bounding.network import Network
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.gpu import device
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.norms.bounds import BOUNDS

Floats = npt.NDArray[np.float64]
IDEA = "norms of single objects' Hessians by Lanczos on a GPU, for wide drawn networks and wide copies of extreme ones"
TARGETS: dict[tuple[str, str], tuple[str, ...]] = {
    ("hessproof.g_term_norm", "layers"): ("g_term_at", "g_term"),
    ("hessproof.g_term_norm", "common"): ("g_term_common",),
    ("hessproof.g_term_norm", "bias"): ("g_term_bias_at", "g_term_bias"),
    ("hessproof.h_term_norm", "layers"): ("h_term_at",),
    ("hessproof.h_term_norm", "common"): ("h_term_common_at",),
    ("hessproof.h_term_norm", "bias"): ("h_term_bias_at",),
    ("hessproof.hessian_norm", "layers"): ("hessian_at",),
    ("hessproof.hessian_norm", "common"): ("hessian_common_at",),
    ("hessproof.hessian_norm", "bias"): ("hessian_bias_at",),
}
"""The bounds that each part asserts, by key."""
PARTS = {"g": "outer", "h": "functional", "hessian": "loss"}
"""Which part of the Hessian a bound is about, by what its key begins with."""
WIDTHS: dict[Profile, tuple[tuple[int, ...], ...]] = {
    Profile.QUICK: ((20, 30, 2), (12, 20, 16, 2)),
    Profile.STANDARD: ((64, 200, 10), (64, 100, 100, 10), (30, 60, 60, 60, 2)),
    Profile.THOROUGH: ((784, 500, 10), (784, 300, 300, 10), (256, 1000, 1000, 2), (64, 200, 200, 200, 200, 2)),
}
"""Widths of the drawn networks; the extreme ones have the same but two classes."""
OBJECTS = {Profile.QUICK: 2, Profile.STANDARD: 4, Profile.THOROUGH: 8}
"""Objects of a drawn network, each measured by itself."""
MUTANTS = {Profile.QUICK: 12, Profile.STANDARD: 40, Profile.THOROUGH: 40}
"""Wrong variants that are tried for each bound."""
SIZES = (1.5, 0.6)
"""Weight norms of the extreme networks."""
TOLERANCE = 1e-8
"""Residual of Lanczos as a share of the norm; the value's own error is its square."""
SLACK = 1e-9
"""Share of a bound by which rounding may take a norm above it: p roundings of 1e-16 each, for p up to 10^6."""


@dataclass(frozen=True, slots=True)
class Object:
    """One object of a network: its norms, and the letters of the bounds.

    Args:
        architecture: Of the network.
        norms: Of the three parts of its Hessian, by the names of the kernels.
        values: The letters.
        what: In words.
    """

    architecture: Architecture
    norms: dict[str, float]
    values: dict[str, Any]
    what: str

    @property
    def case(self) -> Case:
        """The network; norm bounds know no ranks."""
        return Case(self.architecture, self.architecture.inputs, self.architecture.outputs)


def measured(network: Network, xp: Namespace, what: str) -> Iterator[Object]:
    """Each object of a network by itself, with its norms found on the device of an array library."""
    layers = layer_norms(network)
    moved = [xp.asarray(matrix) for matrix in network.parameters]
    for number in range(len(network.inputs)):
        x, y = network.inputs[number : number + 1], network.targets[number : number + 1]
        one = Network(network.architecture, network.parameters, x, y)
        norms = {
            part: measured_norms(
                network.architecture, moved, xp.asarray(x), xp.asarray(y), part, TOLERANCE  # type: ignore[arg-type]
            ).value
            for part in PARTS.values()
        }  # fmt: skip
        yield Object(network.architecture, norms, bound_values(one, layers), what)


def drawn(widths: tuple[int, ...], bias: bool, objects: int, seed: int) -> Network:
    """A network with normal weights and biases, normal inputs, and random labels."""
    architecture = Architecture(widths, bias=bias, activation="relu", loss="cross-entropy")
    rng = np.random.default_rng(seed)
    parameters = initial_parameters(architecture, "he-normal", seed, bias_scale=0.3 if bias else None)
    labels = np.eye(widths[-1])[rng.integers(0, widths[-1], objects)]
    return Network(architecture, tuple(parameters), rng.normal(size=(objects, widths[0])), labels)


def extreme(widths: tuple[int, ...], bias: bool, *, two: bool, size: float) -> Network:
    """A wide network that attains bounds, with K = 2.

    Args:
        widths: Of its layers but the last, which has width 2.
        bias: Whether biases b^l = e_1/2 are added, and (1, −1)/√8 in the last layer.
        two: True for W^l = m(e_1e_1⊤ + e_2e_2⊤) and x = e_1 + e_2, with which the G-term is largest; False for
            W^l = m e_1e_1⊤, the last one m(1, −1)⊤e_1⊤/√2, and x = e_1, with which the H-term is. x is divided by m.
        size: m. Above 1 it tells too few factors from the right ones, below 1 too many.
    """
    sizes = (*widths[:-1], 2)
    architecture = Architecture(sizes, bias=bias, activation="relu", loss="cross-entropy")
    along = np.asarray([1.0, -1.0]) / np.sqrt(2)
    parameters = []
    for layer, (columns, rows) in enumerate(pairwise(sizes), start=1):
        matrix, shift = np.zeros((rows, columns)), np.zeros((rows, 1))
        last = layer == architecture.layers
        if two:
            matrix[0, 0] = matrix[1, 1] = size
        elif last:
            matrix[:, 0] = size * along
        else:
            matrix[0, 0] = size
        shift[:, 0] = 0.5 * along if last else 0.5 * np.eye(rows)[0]
        parameters.append(np.hstack([matrix, shift]) if bias else matrix)
    inputs = np.zeros((1, sizes[0]))
    inputs[0, : 1 + two] = 1.0 / size
    return Network(architecture, tuple(parameters), inputs, np.asarray([[0.0, 1.0]]))


def survey(context: Context) -> tuple[Object, ...]:
    """All objects of the run's profile and seed, measured once.

    Raises:
        Unavailable: If CUDA cannot be used here.
    """
    xp = device.cuda()
    return context.shared("gpu-norms", lambda: tuple(_objects(context, xp)))


def _objects(context: Context, xp: Namespace) -> Iterator[Object]:
    seed = context.seed_for("gpu-norms") % 2**31
    for number, widths in enumerate(WIDTHS[context.profile]):
        for bias in (False, True):
            named = f"{'-'.join(map(str, widths))}{' with bias' if bias else ''}"
            yield from measured(drawn(widths, bias, OBJECTS[context.profile], seed + number), xp, f"{named}, drawn")
            for two, size in product((True, False), SIZES):
                one = extreme(widths, bias, two=two, size=size)
                yield from measured(one, xp, f"{named}, extreme, ‖W^l‖ = {size}")
            context.progress(f"norms of {named} on the GPU")


def prepare(context: Context) -> None:
    """Measure, if there is a GPU; without one each check says so itself."""
    if not arrays.missing_cuda():
        survey(context)


def part_of(key: str) -> str:
    """The part of the Hessian that a bound is about.

    Example:
        >>> part_of("g_term_at"), part_of("hessian_bias_at")
        ('outer', 'loss')
    """
    return PARTS[key.partition("_")[0]]


def excess(expression: Any, key: str, one: Object) -> float:
    """By which share of the bound an object's norm exceeds it; negative where it stays below."""
    bound = float(np.max(evaluate(expression, one.values, one.architecture.layers)))
    norm = one.norms[part_of(key)]
    if bound <= 0.0:
        return 0.0 if norm == 0.0 else float("inf")
    return norm / bound - 1.0


def _work(name: str, key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        part = claim(name).part(key)
        objects = [one for one in survey(context) if one.architecture.bias == (key == "bias")]
        counter, closest, failures = Counter(part), -1.0, list[str]()
        for one in objects:
            over = max(excess(BOUNDS[bound].expression, bound, one) for bound in TARGETS[name, key])
            counter.count(one.case, over <= SLACK)
            closest = max(closest, over)
            failures += [one.what] if over > SLACK else []
        largest = max(one.architecture.parameters for one in objects)
        return Finding(
            Strength.SAMPLE,
            f"{len(objects)} objects of ReLU networks with up to {largest:,} parameters",
            counter.tally,
            counter.regions,
            tuple(control for bound in TARGETS[name, key] for control in controls(bound, objects, context.profile)),
            details={"device": device.told(), "largest norm over bound": 1.0 + closest, "failures": failures},
        )

    return work


def controls(key: str, objects: list[Object], profile: Profile) -> Iterator[Mutant]:
    """Wrong variants of a bound that the right one does not imply, each against all objects until one exceeds it."""
    depths = tuple(sorted({one.architecture.layers for one in objects}))
    for mutant in BOUNDS[key].mutants(MUTANTS[profile], depths):
        if mutant.weaker:
            continue
        with np.errstate(all="ignore"):
            caught = next((one for one in objects if excess(mutant.expression, key, one) > SLACK), None)
        yield Mutant(
            description=f"{key}: {mutant.mutation}",
            caught=caught is not None,
            by="no object exceeds it" if caught is None else caught.what,
        )


def demonstrate() -> None:
    """Measure two tiny networks on NumPy and hold every bound against them."""
    xp = namespace("cpu")
    for bias in (False, True):
        objects = [
            *measured(drawn((2, 3, 2), bias, 1, 1), xp, "drawn"),
            *measured(extreme((2, 2, 2), bias, two=True, size=1.5), xp, "extreme"),
        ]
        for (_, key), bounds in TARGETS.items():
            for bound in bounds if bias == (key == "bias") else ():
                for one in objects:
                    excess(BOUNDS[bound].expression, bound, one)


CHECKS = tuple(
    FunctionCheck(name, key, "gpu", Engine.GPU, IDEA, _work(name, key), demonstrate, prepare) for name, key in TARGETS
)
