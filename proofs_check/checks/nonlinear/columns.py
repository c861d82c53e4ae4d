"""Whether the ranks of the block columns of H_f add up for ReLU networks (Singh et al. 2021, §4.3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from sympy import QQ
from sympy.polys.matrices import DomainMatrix

from hessproof.numeric.datasets import digits
from hessproof.numeric.exact import exact_rank
from hessproof.numeric.primes import primes
from hessproof.numeric.rectified.blocks import rectified_hessian
from hessproof.numeric.rectified.dyadic import from_floats
from hessproof.numeric.rectified.forward import forward, on_kink
from hessproof.numeric.rectified.jets import definition_hessian
from hessproof.numeric.rectified.modular import modular_hessian, rank_without_zeros
from hessproof.numeric.rectified.network import Rectified, squared
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.nonlinear.draws import Wanted, case_of, networks
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Counterexample, Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture

Array = npt.NDArray[Any]

RELU_IDEA = "exact ranks of the functional Hessian and its block columns at a point, repeated on an open set around it"
DIGITS_IDEA = "ranks modulo a prime of the exact Hessians of float64 networks on images"
TWO_LAYERS = "exact ranks of the functional Hessian and of both block columns at integer parameters"

COUNTEREXAMPLE: dict[str, Any] = {
    "architecture": Architecture((3, 4, 2, 2), activation="relu"),
    "weights": (
        [[2, 2, 1], [1, 1, 2], [-1, 1, -2], [1, -2, -1]],
        [[1, 1, 0, 0], [1, -1, 1, 0]],
        [[0, 2], [-2, 0]],
    ),
    "inputs": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "targets": [[4, -6], [3, -5], [-1, -5]],
}
"""Three samples with three patterns of active neurons."""

NEIGHBOURS = {Profile.QUICK: 3, Profile.STANDARD: 8, Profile.THOROUGH: 40}
"""Networks drawn from the same open set."""
MOST_DRAWS = 10_000
"""Draws after which no more neighbours are looked for."""
DIGITS: dict[Profile, tuple[tuple[tuple[int, ...], int], ...]] = {
    Profile.QUICK: (((16, 6, 5, 10), 40),),
    Profile.STANDARD: (((16, 6, 5, 10), 40), ((64, 12, 8, 10), 100), ((64, 30, 20, 10), 129)),
    Profile.THOROUGH: (
        ((16, 6, 5, 10), 40),
        ((64, 12, 8, 10), 100),
        ((64, 12, 8, 6, 10), 100),
        ((64, 30, 20, 10), 129),
        ((64, 30, 20, 10), 400),
    ),
}
"""Widths and numbers of images."""


def counterexample_network() -> Rectified:
    """The ReLU network at which the ranks do not add up."""
    return squared(*(COUNTEREXAMPLE[key] for key in ("architecture", "weights", "inputs", "targets")))


def biased_network() -> Rectified:
    """A network with bias at which they do not add up either, on an open set: 10 against 3 + 5 + 3."""
    architecture = Architecture((1, 2, 2, 2), bias=True, activation="relu")
    weights = [[[2, 1], [-2, 1]], [[2, 1, 1], [-2, 1, -1]], [[2, 1, 1], [2, -2, -1]]]
    return squared(architecture, weights, [[2], [-1], [1]], [[24, 21], [9, 4], [14, 12]])


def neighbours(network: Rectified, count: int, seed: int) -> Iterator[Rectified]:
    """Networks with the same active neurons: weights and inputs scaled up and moved, targets drawn afresh."""
    rng, pattern, scale = np.random.default_rng(seed), forward(network).slopes, 10**6
    made, bias = 0, network.architecture.bias
    for _ in range(MOST_DRAWS):
        if made == count:
            return
        weights = [weight * scale + _noise(rng, weight.shape, scale // 10) for weight in network.weights]
        for layer, weight in enumerate(weights if bias else (), start=1):
            weight[:, -1] *= scale**layer
        inputs = network.inputs * scale + _noise(rng, network.inputs.shape, scale // 10)
        large = 10 ** (6 * network.architecture.layers + 6)
        targets = _noise(rng, (network.samples, network.architecture.outputs), 10**6) * large
        moved = squared(network.architecture, weights, inputs, targets)
        if all((new == old).all() for new, old in zip(forward(moved).slopes, pattern, strict=True)):
            made += 1
            yield moved


def column_ranks(network: Rectified) -> tuple[int, list[int]]:
    """rk H_f and the ranks of its block columns, over Q."""
    matrix = rectified_hessian(network, "functional")
    return exact_rank(matrix).value, [exact_rank(matrix[:, piece]).value for piece in network.architecture.slices]


def relu(context: Context) -> Finding:
    """The counterexample, its neighbours, and random ReLU networks."""
    part, network = claim("singh2021.independence").part("relu"), counterexample_network()
    counter = Counter(part)
    whole, columns = column_ranks(network)
    case = case_of(network, forward(network).residuals)
    near = [column_ranks(moved) for moved in neighbours(network, NEIGHBOURS[context.profile], context.seed)]
    best = max(rank for rank, _ in near), [max(ranks) for ranks in zip(*(found for _, found in near), strict=True)]
    fails = best[0] < sum(best[1]) and whole < sum(columns)
    counter.count(case, not fails)
    wanted = Wanted((2, 4), kinks=False, parameters=30)
    tried = [
        found
        for found in networks(wanted, context.profile, context.seed_for("relu columns") % 2**31)
        if found.architecture.activation == "relu" and not on_kink(found) and _dense(found)
    ]
    for drawn in tried:
        rank, parts = column_ranks(drawn)
        counter.count(case_of(drawn, forward(drawn).residuals), rank == sum(parts) or None)
    found = None
    if fails:
        found = _counterexample(network, case, whole, columns, best, len(near))
    return Finding(
        Strength.SAMPLE,
        f"3-4-2-2 with three samples and {len(near)} networks with the same active neurons; {len(tried)} random ones, "
        "where special points count as undecided",
        counter.tally,
        counter.regions,
        (Mutant(description="the published statement itself", caught=fails, by="the counterexample of this check"),),
        found,
        details={"block columns": columns, "functional": whole, "largest nearby": [best[0], *best[1]]},
    )


def relu_on_digits(context: Context) -> Finding:
    """Networks with Glorot weights in float64 on digit images, exactly.

    A failure is counted if the ranks modulo two primes, whole and columns, leave it standing.
    """
    counter = Counter(claim("singh2021.independence").part("relu"))
    found = {}
    for widths, samples in DIGITS[context.profile]:
        architecture, images = Architecture(widths, activation="relu"), digits(widths[0])
        rng = np.random.default_rng(context.seed_for(f"digits {widths}") % 2**31)
        weights = [
            rng.standard_normal((rows, columns)) * np.sqrt(2 / (rows + columns))
            for rows, columns in architecture.weight_shapes
        ]
        network = from_floats(architecture, weights, images.inputs[:samples], images.targets[:samples])
        whole, parts = modular_columns(network)
        if whole != sum(parts):
            again, others = modular_columns(network, 1)
            whole, parts = max(whole, again), [max(pair) for pair in zip(parts, others, strict=True)]
        counter.count(case_of(network), whole == sum(parts))
        found[f"{architecture}, N = {samples}"] = [whole, *parts]
    whole, parts = modular_columns(biased_network())
    control = Mutant(
        description="a network with bias, 1-2-2-2", caught=whole != sum(parts), by=f"{whole}, {sum(parts)}"
    )
    return Finding(
        Strength.SAMPLE,
        "ReLU networks with Glorot normal float64 weights on digit images, exactly, modulo primes",
        counter.tally,
        counter.regions,
        (control,),
        details={"functional and block columns": found},
    )


def modular_columns(network: Rectified, place: int = 0) -> tuple[int, list[int]]:
    """rk H_f and the ranks of its block columns modulo a prime: the largest below 2^22, or one some places after it."""
    prime = primes(place + 1)[place]
    matrix = modular_hessian(network, "functional", prime)
    pieces = network.architecture.slices
    parts = [rank_without_zeros(matrix[:, piece], prime) for piece in pieces]
    return rank_without_zeros(matrix, prime), parts


def _dense(network: Rectified) -> bool:
    return all(bool(np.all(weight != 0)) for weight in network.weights)


def _counterexample(
    network: Rectified, case: Case, whole: int, columns: list[int], best: tuple[int, list[int]], near: int
) -> Counterexample:
    matrix = definition_hessian(network, "functional")
    again = _rank(matrix), [_rank(matrix[:, piece]) for piece in network.architecture.slices]
    total = " + ".join(map(str, columns))
    return Counterexample(
        widths=list(network.architecture.widths),
        data_rank=case.data_rank,
        residual_rank=case.residual_rank,
        predicted=f"{total} = {sum(columns)}",
        measured=whole,
        activation="relu",
        weights=[[[str(entry) for entry in row] for row in weight] for weight in network.weights],
        inputs=_text(network.inputs),
        targets=_text(network.targets),
        order="the fewest parameters found at random among networks with L ≤ 4 and N ≤ 4; entries shrunk",
        confirmed_by=(
            f"the loss in hyper-dual integers (numeric.rectified.jets), ranks over Q by SymPy: {again[0]} and "
            f"{again[1]}; on the open set of points with the same active neurons {near} independent draws "
            f"found no rank above {best[0]}, with block columns {best[1]}"
        )
        if again == (whole, columns)
        else None,
        reproduce="hessproof verify singh2021.independence --engine exact",
    )


def two_layers(context: Context) -> Finding:
    """Rectified networks with one hidden layer: both ranks add up."""
    part = claim("hessproof.two_layer_columns").part("every")
    counter, alike = Counter(part), True
    for bias in (False, True):
        wanted = Wanted((2, 2), bias=bias, losses=("mse", "cross-entropy", "cosh"), kinks=False)
        for network in networks(wanted, context.profile, context.seed_for("two layers") % 2**31):
            if not on_kink(network):
                rank, parts = column_ranks(network)
                counter.count(case_of(network, forward(network).residuals), rank == sum(parts))
                alike = alike and rank == 2 * parts[0] + 1
    controls = (Mutant(description="rank of H_f plus one", caught=not alike, by="a network differs"),)
    scope = f"{counter.tally.tried} integer networks off the kinks, every width up to 2 and random ones, bias or none"
    return Finding(Strength.SAMPLE, scope, counter.tally, counter.regions, controls)


def _noise(rng: np.random.Generator, shape: tuple[int, ...], bound: int) -> Array:
    return np.asarray(rng.integers(-bound, bound + 1, shape)).astype(object)


def _text(matrix: Array | None) -> list[list[str]]:
    return [] if matrix is None else [[str(entry) for entry in row] for row in matrix]


def _rank(matrix: Array) -> int:
    entries = [[QQ(int(entry)) for entry in row] for row in matrix]
    return int(DomainMatrix(entries, matrix.shape, QQ).rank())


def demonstrate_relu() -> None:
    """The block columns of the counterexample."""
    column_ranks(counterexample_network())
    on_kink(counterexample_network())


def demonstrate_digits() -> None:
    """The block columns of a small float64 network."""
    network = from_floats(Architecture((1, 1, 1), activation="relu"), [[[0.5]], [[1.5]]], [[1.0]], [[0.25]])
    modular_columns(network)


CHECKS = (
    FunctionCheck("singh2021.independence", "relu", "counterexample", Engine.EXACT, RELU_IDEA, relu, demonstrate_relu),
    FunctionCheck(
        "singh2021.independence",
        "relu",
        "digit networks",
        Engine.EXACT,
        DIGITS_IDEA,
        relu_on_digits,
        demonstrate_digits,
    ),
    FunctionCheck(
        "hessproof.two_layer_columns", "every", "exact points", Engine.EXACT, TWO_LAYERS, two_layers, demonstrate_relu
    ),
)
