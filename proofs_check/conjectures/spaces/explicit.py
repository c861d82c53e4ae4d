r"""A failure as explicit small integers, confirmed from the definition of the Hessian.

The weights keep the activation pattern and reach the measured rank. They are found near the realising ones: t W + E has
the pattern of W for every E once t is large. The second route (`hessproof.numeric.rectified.jets`) differentiates the
network in hyper-dual integers and knows no block; its rank is taken by another elimination.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from sympy import QQ
from sympy.polys.matrices import DomainMatrix

from hessproof.numeric.flint_modular import flint_rank
from hessproof.numeric.integers import IntegerMatrix
from hessproof.numeric.rectified.blocks import rectified_hessian
from hessproof.numeric.rectified.forward import forward
from hessproof.numeric.rectified.gates import Part
from hessproof.numeric.rectified.jets import definition_hessian
from hessproof.numeric.rectified.network import Rectified
from hessproof.proofs_check.conjectures.description import Description
from hessproof.proofs_check.conjectures.spaces.draws import Drawn, passed
from hessproof.proofs_check.conjectures.spaces.protocol import Found
from hessproof.proofs_check.conjectures.spaces.sampled import Sampled
from hessproof.proofs_check.model.evidence import Counterexample
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.losses.rank_rule import upper_bound

_SCALES = ((0, 1), (0, 2), (0, 3), (1, 1), (2, 1), (3, 2), (5, 4), (10, 9), (100, 50), (1000, 400), (10000, 9000))
"""(t, largest entry of E), small numbers first; the last ones keep nearly every pattern."""
_NEAR, _SMALL = 6, 30
"""Draws of E for each of them; more where t = 0, so that the weights are small."""
_PRIME = 2**61 - 1
"""Modulus of ranks over Q(u): a random u fails with a probability below p/2^60."""
_EXPONENT = 4000
"""Largest difference of two outputs z of a sample for which 2^z is written down."""


@dataclass(frozen=True, eq=False)
class Explicit:
    """Weights with the samples' slopes, and the loss's δ and Λ, all up to one common factor.

    Args:
        network: With residuals and curvatures in integers.
        targets: y as rows, rational numbers; empty where they are not rational.
        weights: [W^l b^l].
    """

    network: Rectified
    targets: list[list[str]]
    weights: tuple[IntegerMatrix, ...]


def explicit_counterexample(
    found: Found[Sampled],
    drawn: Drawn,
    activation: str,
    loss: str,
    part: Part,
    order: str,
    about: str,
    described: Description,
) -> Counterexample:
    """A failure as a counterexample that a reader can redo.

    Args:
        found: The case, what was predicted and what was measured.
        drawn: Its instance.
        activation: Of the hidden layers.
        loss: The loss.
        part: Whose rank.
        order: In which it is the smallest, in words.
        about: What was measured, in words.
        described: What the conjecture was told.
    """
    architecture = found.case.architecture(activation, loss)
    best: tuple[Explicit, int] | None = None
    for weights in _candidates(architecture, drawn, found.case.active is None):
        one = _explicit(architecture, drawn, weights)
        rank = -1 if one is None else first_rank(one.network, part)
        if one is not None and (best is None or rank > best[1]):
            best = one, rank
        if rank == found.measured:
            break
    confirmed = None
    shown: dict[str, Any] = {}
    if best is not None:
        one, rank = best
        again = second_rank(one.network, part)
        if rank == again == found.measured:
            confirmed = f"{_ROUTE}: rank {again}; {_generic(found, architecture, part)}"
        shown = {
            "weights": [_text(weight) for weight in one.weights],
            "inputs": _text(drawn.inputs),
            "targets": one.targets,
            "values": _values(drawn, loss),
        }
    return Counterexample(
        widths=list(found.case.widths),
        data_rank=described.data_rank,
        residual_rank=described.residual_rank,
        augmented_data_rank=described.augmented_data_rank,
        augmented_residual_rank=described.augmented_residual_rank,
        residual_mean=described.residual_mean,
        predicted=found.predicted,
        measured=found.measured,
        bias=found.case.bias,
        activation=activation,
        loss=loss,
        order=order,
        traits=[str(described)],
        confirmed_by=confirmed,
        about=about,
        reproduce=found.reproduce,
        **shown,
    )


_ROUTE = "hyper-dual integers (numeric.rectified.jets) and another elimination, at these weights"


def _generic(found: Found[Sampled], architecture: Architecture, part: Part) -> str:
    """Why the generic rank is no larger."""
    case = found.case
    if case.active is None:
        return "a special point"
    if architecture.activation != "linear":
        return "random weights and data of this activation pattern modulo four primes found no larger rank"
    ranks = {
        "augmented_data_rank": case.augmented_data_rank,
        "augmented_residual_rank": case.augmented_residual_rank,
        "residual_mean": case.residual_mean,
    }
    more = ranks if case.bias else {}
    most = upper_bound(part, architecture).evaluate(architecture, case.data_rank, case.residual_rank, **more)
    if most == found.measured:
        return "no weights and data of these ranks have a larger one (symbolic.losses.rank_rule)"
    return "random weights and data modulo four primes found no larger rank"


def _values(drawn: Drawn, loss: str) -> dict[str, str]:
    """What the loss needs beside targets, in words."""
    if loss == "mse":
        return {}
    given = "; ".join("(" + ", ".join(row) + ")" for row in _text(drawn.deltas))
    if loss == "cross-entropy":
        return {"outputs": "F = z ln 2, z those of the weights", "δ up to a factor": given}
    return {"outputs": "F = z ln 2, z those of the weights", "tanh(F − y) up to a factor": given}


def _candidates(architecture: Architecture, drawn: Drawn, fixed: bool) -> Iterator[tuple[IntegerMatrix, ...]]:
    """Weights with the drawn pattern: small ones, the realising ones, then t W + E."""
    if fixed:
        yield drawn.weights
        return
    rng = np.random.default_rng([3, *architecture.widths])
    wanted = [slope.tolist() for slope in drawn.slopes]
    for scale, most in _SCALES:
        if scale == 1:
            yield drawn.weights
        for _ in range(_NEAR if scale else _SMALL):
            moved = (
                scale * weight + rng.integers(-most, most, size=weight.shape, endpoint=True).astype(object)
                for weight in drawn.weights
            )
            weights = tuple(np.asarray(weight, dtype=object) for weight in moved)
            met = passed(architecture, drawn.inputs, drawn.deltas, weights)
            if not met.kink and [slope.tolist() for slope in met.slopes] == wanted:
                yield weights


def _explicit(architecture: Architecture, drawn: Drawn, weights: tuple[IntegerMatrix, ...]) -> Explicit | None:
    """The network with δ and Λ; None if 2^z is too long to be written down."""
    bare = Rectified(architecture, weights, drawn.inputs, None, drawn.deltas)
    found = forward(bare)
    if architecture.loss == "mse":
        residuals = drawn.deltas * bare.scale
        targets = [[str(Fraction(int(f - e), bare.scale)) for f, e in zip(*rows, strict=True)]
                   for rows in zip(found.outputs, residuals, strict=True)]  # fmt: skip
        return Explicit(bare, targets, weights)
    size = 2 * max((abs(int(entry)) for entry in drawn.deltas.flat), default=0) + 1
    if architecture.loss == "cosh":
        deltas = [[Fraction(int(entry), size) for entry in row] for row in drawn.deltas]
        return Explicit(_scaled(bare, deltas, [_diagonal([1 - e * e for e in row]) for row in deltas]), [], weights)
    if max(int(max(row)) - int(min(row)) for row in found.outputs) > _EXPONENT:
        return None
    p = [_softmax([int(z) for z in row]) for row in found.outputs]
    least = min(min(row) for row in p) / size
    deltas = [[least * int(entry) for entry in row] for row in drawn.deltas]
    curvatures = [
        [[(a == b) * row[a] - row[a] * row[b] for b in range(len(row))] for a in range(len(row))] for row in p
    ]
    goals = [[str(a - e) for a, e in zip(*rows, strict=True)] for rows in zip(p, deltas, strict=True)]
    return Explicit(_scaled(bare, deltas, curvatures), goals, weights)


def _softmax(exponents: list[int]) -> list[Fraction]:
    """2^z / Σ 2^z."""
    powers = [2 ** (z - min(exponents)) for z in exponents]
    return [Fraction(power, sum(powers)) for power in powers]


def _diagonal(entries: list[Fraction]) -> list[list[Fraction]]:
    return [[entry if a == b else Fraction(0) for b in range(len(entries))] for a, entry in enumerate(entries)]


def _scaled(bare: Rectified, deltas: list[list[Fraction]], curvatures: list[list[list[Fraction]]]) -> Rectified:
    """δ and Λ times their common denominator, as integers."""
    entries = [entry for row in deltas for entry in row] + [x for each in curvatures for row in each for x in row]
    common = lcm(*(entry.denominator for entry in entries)) if entries else 1
    whole = np.asarray([[int(common * entry) for entry in row] for row in deltas], dtype=object)
    bent = np.asarray([[[int(common * x) for x in row] for row in each] for each in curvatures], dtype=object)
    outputs = bare.architecture.outputs
    return Rectified(
        bare.architecture,
        bare.weights,
        bare.inputs,
        None,
        whole.reshape(-1, outputs),
        bent.reshape(-1, outputs, outputs),
    )


def first_rank(network: Rectified, part: Part) -> int:
    """The rank by blocks modulo a large prime; of H_L under other losses than the squared one, at random u."""
    if network.curvatures is None or part != "loss":
        return flint_rank(rectified_hessian(network, part), _PRIME)
    outer, functional = (rectified_hessian(network, each) for each in ("outer", "functional"))
    return max(flint_rank(np.asarray(u * outer + functional), _PRIME) for u in (3**35, 5**25))


def second_rank(network: Rectified, part: Part) -> int:
    """The same from the definition: over Q by SymPy's domain matrices, over Q(u) modulo another prime.

    Example:
        >>> one = np.asarray([[1]], dtype=object)
        >>> net = Rectified(Architecture((1, 1, 1), activation="relu"), (one, one), one, None, one)
        >>> first_rank(net, "loss"), second_rank(net, "loss")
        (2, 2)
    """
    if network.curvatures is None or part != "loss":
        matrix = definition_hessian(network, part)
        entries = [[QQ(int(entry)) for entry in row] for row in matrix]
        return int(DomainMatrix(entries, matrix.shape, QQ).rank())
    outer, functional = (definition_hessian(network, each) for each in ("outer", "functional"))
    prime = 2**59 - 55
    return max(flint_rank(np.asarray(u * outer + functional), prime) for u in (7**20, 11**15))


def _text(matrix: IntegerMatrix) -> list[list[str]]:
    return [[str(int(entry)) for entry in row] for row in matrix]
