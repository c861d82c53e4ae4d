"""Ranks of networks with tanh and other activations that are not piecewise linear, in ball arithmetic.

Elimination divides by balls that exclude zero only, so that the number of its pivots is a proved lower bound of the
rank. What is left when no ball excludes zero is below 10^-60 beside entries of about one: it looks like zero, and
nothing proves that it is. So a rank above the prediction is proved, and one below it is numerical.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

import flint
import mpmath
import numpy as np

from hessproof.numeric.multiprecision import precise_rank, working_digits
from hessproof.numeric.network.balls import BITS, Balls, Part, activated, ball_hessian, balls, curvature
from hessproof.numeric.rectified.balls import ball_rank
from hessproof.numeric.rectified.jets import Jet
from hessproof.proofs_check.conjectures.api import Statement
from hessproof.proofs_check.conjectures.description import Description
from hessproof.proofs_check.conjectures.spaces.draws import Drawn, data_of
from hessproof.proofs_check.conjectures.spaces.protocol import Found
from hessproof.proofs_check.conjectures.spaces.sample_space import UNDECIDED, SampleSpace
from hessproof.proofs_check.conjectures.spaces.sampled import Sampled
from hessproof.proofs_check.model.evidence import Counterexample
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

_SMALL = -60.0
"""log10 of what counts as zero: half of the digits, as for the other ranks in arbitrary precision."""
_MORE = 4
"""Times the bits for the second look, and the draws that it takes."""
_DIGITS = 80
"""Decimal digits of the second route."""
_LIMIT = 40
"""Largest p of the random search: elimination in balls then takes a tenth of a second."""
_UNIT = 8
"""Weights of layers after the first one are odd multiples of 1/16 up to one in size, so that none is zero."""


class SmoothSpace(SampleSpace):
    """Networks with any activation and loss, at moderate weights.

    Args:
        statement: What is conjectured.
    """

    caveat = (
        "ranks are taken in ball arithmetic: a rank above the prediction is proved, a rank below it is numerical (what "
        "elimination leaves is below 10^-60, which proves nothing)"
    )

    def __init__(self, statement: Statement) -> None:
        super().__init__(statement, 1, _LIMIT)
        self.part: Part = statement.quantity  # type: ignore[assignment]
        self.point = lru_cache(maxsize=5000)(self._point)
        """Weights, inputs and residuals of a kind and a draw."""

    def _drawn_one(self, kind: Sampled) -> Drawn | None:
        """As the base does; kinks count only for activations that have one."""
        found = super()._drawn_one(kind)
        if found is None or self.activation != "elu" or kind.active is not None:
            return found
        return None  # special weights put neurons of an ELU on its kink

    def measure(self, cases: Sequence[Sampled]) -> list[int]:
        """The ranks at one random point each, in 400 bits."""
        return [self._rank(case, 0, BITS) for case in cases]

    def recheck(self, case: Sampled) -> int:
        """The largest rank at several points, in four times as many bits."""
        draws = 1 if case.active is None else _MORE
        return max(self._rank(case, number, _MORE * BITS) for number in range(draws))

    def drawn(self) -> str:
        """How ranks were measured."""
        return (
            f"ranks in ball arithmetic with {BITS} bits at random rational weights, {_MORE * BITS} bits on second look"
        )

    def counterexample(self, found: Found[Sampled]) -> Counterexample:
        """The rational point, ranked again by hyper-dual numbers and another elimination."""
        case = found.case
        draws = 1 if case.active is None else _MORE
        place = next(n for n in range(draws) if self._rank(case, n, _MORE * BITS) == found.measured)
        architecture, weights, inputs, deltas = self.point(case, place)
        again = second_rank(architecture, weights, inputs, deltas, self.part)
        described = self.describe(case)
        proved = "proved" if _larger(found) else "numerical: a rank below the prediction is not proved here"
        how = f"hyper-dual balls and pivoted QR in {_DIGITS} digits: rank {again} ({proved})"
        return _record(found, architecture, described, weights, inputs, deltas).model_copy(
            update={"order": self.order, "about": self.about, "confirmed_by": how if again == found.measured else None}
        )

    def _rank(self, case: Sampled, number: int, bits: int) -> int:
        if self.drawn_one(case) is None:
            return UNDECIDED
        architecture, weights, inputs, deltas = self.point(case, number)
        found = ball_rank(ball_hessian(architecture, weights, inputs, deltas, self.part, bits), bits)
        decided = found.rest is None or found.rest < _SMALL * bits / BITS
        return found.lower if decided else UNDECIDED

    def _point(self, case: Sampled, number: int) -> tuple[Architecture, tuple[Any, ...], Any, Any]:
        drawn = self.drawn_one(case)
        if drawn is None:
            raise AssertionError("a measured case has an instance")
        architecture = case.architecture(self.activation, self.loss)
        rng = np.random.default_rng([number, 11, *case.widths])
        inputs, residuals = drawn.data if case.active is None else data_of(case, architecture, rng, _MOST) or drawn.data
        reach = 2 ** max(0, max((sum(abs(int(x)) for x in row) for row in inputs), default=1).bit_length() - 1)
        weights = []
        for layer, given in enumerate(drawn.weights):
            unit = 2 * _UNIT * (reach if layer == 0 else 1)
            entries = given * unit if case.active is None else 2 * rng.integers(-_UNIT, _UNIT, size=given.shape) + 1
            weights.append(np.asarray([[Fraction(int(x), unit) for x in row] for row in entries], dtype=object))
            if architecture.bias and case.active is not None:
                drawn_bias = 2 * rng.integers(-_UNIT, _UNIT, size=len(given)) + 1
                weights[-1][:, -1] = [Fraction(int(x), 2 * _UNIT) for x in drawn_bias]
        size = 2 ** (max((abs(int(entry)) for entry in residuals.flat), default=0).bit_length() + _ROOM[self.loss])
        deltas = np.asarray([[Fraction(int(x), size) for x in row] for row in residuals], dtype=object)
        return architecture, tuple(weights), inputs, deltas.reshape(residuals.shape)


_MOST = 99
"""Entries of the factors of samples and residuals."""
_ROOM = {"mse": 0, "cosh": 1, "cross-entropy": 24}
"""log2 of how small residuals are: cross-entropy needs |δ_c| ≤ p_c, and outputs of size 8 have p_c above 2^-24."""


def _larger(found: Found[Sampled]) -> bool:
    return bool(found.measured > found.predicted)


def second_rank(architecture: Architecture, weights: Sequence[Any], inputs: Any, deltas: Any, part: Part) -> int:
    """The rank from the definition: hyper-dual balls, then pivoted QR in 80 digits.

    Example:
        >>> one = Architecture((1, 1, 1), activation="tanh")
        >>> second_rank(one, [[[1]], [[1]]], [[1]], [[Fraction(1, 2)]], "loss")
        2
    """
    with flint.ctx.workprec(_MORE * BITS):
        matrix = definition_hessian(architecture, weights, inputs, deltas, part)
        texts = [[entry.mid().str(_DIGITS + 10, radius=False) for entry in row] for row in matrix]
    with working_digits(_DIGITS):
        return precise_rank(np.asarray([[mpmath.mpf(text) for text in row] for row in texts]), _DIGITS).value


def definition_hessian(
    architecture: Architecture, weights: Sequence[Any], inputs: Any, deltas: Any, part: Part
) -> Balls:
    """The Hessian from outputs in second-order jets: Σ Λ_ab ∂F_a ∂F_b + Σ δ_a ∂²F_a."""
    total = balls(np.zeros((architecture.parameters,) * 2, dtype=int))
    for x, row in zip(inputs, deltas, strict=True):
        outputs, delta = _jets(architecture, weights, x), balls(row)
        bent = curvature(architecture.loss, np.asarray([each.real for each in outputs], dtype=object), delta)
        for a, one in enumerate(outputs):
            if part != "outer":
                total = total + delta[a] * one.both
            if part != "functional":
                for b, two in enumerate(outputs):
                    total = total + bent[a, b] * np.multiply.outer(one.one, two.one)
    return total


def _jets(architecture: Architecture, weights: Sequence[Any], sample: Any) -> list[Jet]:
    size = architecture.parameters
    still, none = balls(np.zeros(size, dtype=int)), balls(np.zeros((size, size), dtype=int))
    values, place = [Jet(entry, still, none) for entry in balls(sample)], 0
    for layer, weight in enumerate(weights):
        fed = [*values, Jet(balls([1])[0], still, none)] if architecture.bias else values
        values = []
        for row in balls(weight):
            total = Jet(balls([0])[0], still, none)
            for entry, value in zip(row, fed, strict=True):
                direction = still.copy()
                direction[place] = direction[place] + 1
                place += 1
                total = total + Jet(entry, direction, none) * value
            values.append(total if layer == len(weights) - 1 else _activated(architecture.activation, total))
    return values


def _activated(name: str, z: Jet) -> Jet:
    value, slope, bend = activated(name, z.real)
    return Jet(value, slope * z.one, slope * z.both + bend * np.multiply.outer(z.one, z.one))


def _record(
    found: Found[Sampled], architecture: Architecture, described: Description, weights: Any, inputs: Any, deltas: Any
) -> Counterexample:
    def text(matrix: Any) -> list[list[str]]:
        return [[str(Fraction(entry)) for entry in row] for row in matrix]

    named = {"mse": "F − y", "cross-entropy": "softmax(F) − y", "cosh": "tanh(F − y)"}[architecture.loss]
    given = "; ".join("(" + ", ".join(row) + ")" for row in text(deltas))
    return Counterexample(
        widths=list(architecture.widths),
        data_rank=described.data_rank,
        residual_rank=described.residual_rank,
        augmented_data_rank=described.augmented_data_rank,
        augmented_residual_rank=described.augmented_residual_rank,
        residual_mean=described.residual_mean,
        predicted=found.predicted,
        measured=found.measured,
        bias=architecture.bias,
        activation=architecture.activation,
        loss=architecture.loss,
        weights=[text(weight) for weight in weights],
        inputs=text(inputs),
        values={named: given},
        traits=[str(described)],
        order="",
        reproduce=found.reproduce,
    )


def space(statement: Statement) -> SmoothSpace:
    """The space of a statement about networks with tanh, sigmoid, ELU, softplus, GELU or SiLU.

    Raises:
        UnusableRequest: If the activation is piecewise linear.

    Example:
        >>> made = space(Statement("f", "functional", "==", "generic", False, "tanh", "mse"))
        >>> kind = Sampled((1, 1, 1), 1, 2, 1, 1, 1, 2, (1,))
        >>> made.measure([kind])
        [2]
    """
    if statement.activation in ("linear", "relu", "leaky-relu"):
        raise UnusableRequest(f"activation {statement.activation}", "one that bends", "use the exact spaces")
    return SmoothSpace(statement)
