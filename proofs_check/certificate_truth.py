r"""Whether the sentence of a certificate is true, found without its proof: the loss differentiated number by number.

An instance's loss is computed in numbers a + bε + cη + eεη with ε² = η² = 0, once for each pair of parameters: e is the
second derivative, of which no block formula is used. So it judges proofs that were tampered with. For an architecture
the formulas of :mod:`hessproof.symbolic.formulas` say what is true.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from hessproof.proofs_check.certificates.format import INSTANCE
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.formulas import best
from hessproof.symbolic.generalised_inverse import exact_rank


class Dual(NamedTuple):
    """a + bε + cη + eεη, exact."""

    a: Fraction
    b: Fraction
    c: Fraction
    e: Fraction


def instance_rank(document: dict[str, Any]) -> int:
    """The rank of the Hessian, or of the part that the claim is about, at the numbers of an instance's certificate.

    Example:
        >>> instance_rank({
        ...     "claim": {"quantity": "loss"}, "weights": [[[2]], [[3]]],
        ...     "architecture": {"widths": [1, 1, 1], "bias": False, "activation": "linear"},
        ...     "data": {"moments": {"sigma": [[1]], "omega": [[1]]}}})
        2
    """
    network, quantity = document["architecture"], document["claim"]["quantity"]
    weights = [[[Fraction(x) for x in row] for row in matrix] for matrix in document["weights"]]
    kinds = {"linear": Fraction(1), "relu": Fraction(0)}
    slope = kinds[network["activation"]] if network["activation"] in kinds else Fraction(network["slope"])
    coordinates = [(k, i, j) for k, w in enumerate(weights) for i, row in enumerate(w) for j in range(len(row))]
    zero = Fraction(0)
    rows: list[list[Fraction]] = [[zero] * len(coordinates) for _ in coordinates]
    data = document["data"]
    for m, one in enumerate(coordinates):
        for n, two in enumerate(coordinates[: m + 1]):
            moved = [
                [
                    [Dual(x, Fraction(one == (k, i, j)), Fraction(two == (k, i, j)), zero) for j, x in enumerate(row)]
                    for i, row in enumerate(matrix)
                ]
                for k, matrix in enumerate(weights)
            ]
            outer, functional = _second_derivatives(moved, data, network["bias"], slope)
            chosen = {"outer": outer, "functional": functional, "loss": outer + functional}[quantity]
            rows[m][n] = rows[n][m] = chosen
    return exact_rank(np.array(rows, dtype=object))


def _second_derivatives(weights: Any, data: Any, bias: bool, slope: Fraction) -> tuple[Fraction, Fraction]:
    """The parts of the loss's derivative by ε and η: of ½‖F − y‖², F_ε·F_η and (F − y)·F_εη, summed over the data."""
    if data.get("moments"):
        sigma, omega = ([[Fraction(x) for x in row] for row in data["moments"][name]] for name in ("sigma", "omega"))
        size = range(len(sigma))
        images = [_forward(weights, [Fraction(i == j) for j in size], bias, Fraction(1)) for i in size]
        outputs = range(len(omega))
        outer = sum(
            (sigma[i][j] * images[i][o].b * images[j][o].c for i in size for j in size for o in outputs), Fraction(0)
        )
        return outer, sum((omega[o][i] * images[i][o].e for i in size for o in outputs), Fraction(0))
    outer = functional = Fraction(0)
    for sample, target in zip(data["samples"]["inputs"], data["samples"]["targets"], strict=True):
        image = _forward(weights, [*map(Fraction, sample), *[Fraction(1)] * bias], bias, slope)
        outer += sum((x.b * x.c for x in image), Fraction(0))
        functional += sum(((x.a - Fraction(y)) * x.e for x, y in zip(image, target, strict=True)), Fraction(0))
    return outer, functional


def _forward(weights: Any, inputs: Sequence[Fraction], bias: bool, slope: Fraction) -> list[Dual]:
    """The outputs; with bias the last input goes along to every layer, unchanged."""
    zero = Fraction(0)
    now = [Dual(x, zero, zero, zero) for x in inputs]
    constant = now[-1:] if bias else []
    for layer, matrix in enumerate(weights):
        found = []
        for row in matrix:
            pairs = list(zip(row, now, strict=True))
            a = sum((w.a * x.a for w, x in pairs), zero)
            b = sum((w.a * x.b + w.b * x.a for w, x in pairs), zero)
            c = sum((w.a * x.c + w.c * x.a for w, x in pairs), zero)
            e = sum((w.a * x.e + w.e * x.a + w.b * x.c + w.c * x.b for w, x in pairs), zero)
            gate = Fraction(1) if layer == len(weights) - 1 or a > 0 else slope
            found.append(Dual(gate * a, gate * b, gate * c, gate * e))
        now = [*found, *constant]
    return found


def architecture_rank_said(document: dict[str, Any]) -> int:
    """The generic rank by the project's formulas, for an architecture's certificate.

    Raises:
        UnusableRequest: If no data have these ranks.

    Example:
        >>> architecture_rank_said({
        ...     "claim": {"quantity": "loss"}, "architecture": {"widths": [3, 3, 3, 3], "bias": False},
        ...     "ranks": {"data_rank": 3, "residual_rank": 1}})
        19
    """
    network, ranks, quantity = document["architecture"], document["ranks"], document["claim"]["quantity"]
    one = Architecture(tuple(network["widths"]), bias=network["bias"])
    if not network["bias"]:
        return best(quantity).evaluate(one, ranks["data_rank"], ranks["residual_rank"])
    data, residual = ranks["augmented_data_rank"], ranks["augmented_residual_rank"]
    mean, inner = ranks["residual_mean"], data - 1
    if not mean <= residual <= min(inner + mean, one.outputs):
        raise UnusableRequest(f"residual rank {residual}", "one that data have", "give another")
    return best(quantity, bias=True).evaluate(
        one,
        inner,
        min(residual, inner),
        augmented_data_rank=data,
        augmented_residual_rank=residual,
        residual_mean=mean,
    )


def is_true(document: dict[str, Any]) -> bool:
    """Whether the rank is as the certificate says.

    Example:
        >>> is_true({
        ...     "schema": "hessproof/certificate-architecture/1", "claim": {"quantity": "outer", "rank": 3},
        ...     "architecture": {"widths": [2, 1, 2], "bias": False}, "ranks": {"data_rank": 2, "residual_rank": 0}})
        True
    """
    claimed = int(document["claim"]["rank"])
    if document["schema"] != INSTANCE:
        return architecture_rank_said(document) == claimed
    rank = instance_rank(document)
    return {"==": rank == claimed, ">=": rank >= claimed, "<=": rank <= claimed}[document["claim"]["relation"]]
