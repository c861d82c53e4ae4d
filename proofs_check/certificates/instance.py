"""Certificates for one network with its numbers: a minor below, a kernel or an image above."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from hessproof.proofs_check.certificates.branch import Branch, Coordinates, hessian_entries
from hessproof.proofs_check.certificates.case import check_quantity
from hessproof.proofs_check.certificates.certificate import Certificate
from hessproof.proofs_check.certificates.directions import Change, coordinate_changes, null_changes
from hessproof.proofs_check.certificates.format import INSTANCE, Quantity
from hessproof.proofs_check.certificates.point import Point, refuse_too_large
from hessproof.proofs_check.certificates.quotient import Quotient
from hessproof.proofs_check.certificates.rational import (
    Entries,
    Rational,
    UnluckyPrimeError,
    certificate_primes,
    fractions,
    identity,
    pivot_columns,
    residues,
)
from hessproof.proofs_check.certificates.staircase import Staircase, image_conditions, kernel_conditions, staircase
from hessproof.proofs_check.certificates.wording import instance_statement
from hessproof.proofs_check.certificates.writing import matrix as as_matrix
from hessproof.proofs_check.certificates.writing import number
from hessproof.symbolic.errors import UnusableRequest

MOST_COORDINATES = 1400
"""The checker takes about n³/3 steps for a minor of order n, and refuses more than 10^9."""
MOST_DENSE = 400
"""Order of the largest matrix whose null vectors are sought over the rationals without a structure to help: their
entries have as many digits as its minors, so that time and file grow with about the fourth power."""


def instance_certificate(point: Point, quantity: str = "loss") -> Certificate:
    """A certificate of the exact rank at a point.

    Args:
        point: The network and its data.
        quantity: outer, functional or loss.

    Raises:
        UnusableRequest: If the network is too large, or not smooth at a sample.

    Example:
        >>> from hessproof.proofs_check.certificates.point import point_of
        >>> one = instance_certificate(point_of((1, 1, 1), [[[2]], [[3]]], sigma=[[1]], omega=[[1]]))
        >>> one.rank, one.document["lower"], one.document["upper"]
        (2, {'rows': [0, 1], 'columns': [0, 1]}, {'kernel': {'layers': [], 'vectors': []}})
    """
    name = check_quantity(quantity)
    refuse_too_large(point.widths, point.bias)
    for prime in certificate_primes():
        try:
            return _Proof(point, name, prime).certificate()
        except UnluckyPrimeError:
            continue
    raise UnusableRequest(
        "the numbers of this instance", "numbers whose denominators some 64-bit primes do not divide", "change them"
    )


class _Proof:
    """The pieces of one certificate, modulo one prime."""

    def __init__(self, point: Point, quantity: Quantity, prime: int) -> None:
        self.point, self.quantity, self.prime = point, quantity, prime
        if point.has_denominator(prime):
            raise UnluckyPrimeError(f"{prime} divides a denominator")
        self.branches = point.branches
        linear = self.branches[0] if point.activation == "linear" else None
        self.linear: Branch | None = linear
        self.stairs: list[Staircase] = []
        for k, (rows, columns) in enumerate(point.shapes, 1):
            # where gates differ from sample to sample, no change of one layer is asked for: Δ = 0
            found = kernel_conditions(linear, quantity, k) if linear else [(identity(rows), identity(columns))]
            self.stairs.append(staircase(rows, columns, found, prime))

    def certificate(self) -> Certificate:
        chosen = [stair.complement for stair in self.stairs]
        if (size := sum(map(len, chosen))) > MOST_COORDINATES:
            raise UnusableRequest(
                f"an instance whose rank may be {size}",
                f"at most {MOST_COORDINATES}",
                "choose a smaller network, or certify the architecture, whose size does not matter",
            )
        places = [(layer, row, col) for layer, found in enumerate(chosen, 1) for row, col in found]
        pivots = pivot_columns(self._hessian(chosen, partial(residues, prime=self.prime)), self.prime)
        upper = self._upper(chosen, places, len(pivots))
        point = self.point
        numbers = [
            point.offsets[layer - 1] + row * point.shapes[layer - 1][1] + col
            for layer, row, col in (places[place] for place in pivots)
        ]
        document: dict[str, Any] = {
            "schema": INSTANCE,
            "statement": "",
            "claim": {"quantity": self.quantity, "relation": "==", "rank": len(pivots)},
            "architecture": self._network(),
            "weights": [as_matrix(fractions(weight)) for weight in point.weights],
            "data": self._data(),
            "prime": number(self.prime),
            "lower": {"rows": numbers, "columns": numbers},
            "upper": upper,
        }
        return Certificate.sealed({**document, "statement": instance_statement(document)})

    def _upper(self, chosen: list[Coordinates], places: list[tuple[int, int, int]], rank: int) -> dict[str, Any]:
        """Boxes, and as many further vectors as the rank asks for."""
        if self.linear is not None and self.quantity == "outer":
            rows, columns = self.point.widths[-1], self.linear.sigma.nrows()
            boxes = staircase(rows, columns, image_conditions(self.linear), self.prime).boxes
            bound = rows * columns - sum(len(box.left) * len(box.right) for box in boxes)
            if bound != rank:
                raise UnluckyPrimeError(f"the rank drops modulo {self.prime}")
            return {"image": {"boxes": [{"left": as_matrix(box.left), "right": as_matrix(box.right)} for box in boxes]}}
        vectors = self._further(chosen, places, len(places) - rank)
        listed = [
            {"layer": layer, "left": as_matrix(box.left), "right": as_matrix(box.right)}
            for layer, stair in enumerate(self.stairs, 1)
            for box in stair.boxes
        ]
        changes = [
            [{"layer": layer, "change": as_matrix(vector[layer])} for layer in sorted(vector)] for vector in vectors
        ]
        return {"kernel": {"layers": listed, "vectors": changes}}

    def _further(self, chosen: list[Coordinates], places: list[tuple[int, int, int]], count: int) -> list[Change]:
        if not count:
            return []
        if self.linear is not None and self.quantity == "loss":
            candidates = list(coordinate_changes(self.linear))
            found = Quotient(self.stairs, self.prime).independent(candidates)
            if len(found) >= count:
                return [candidates[number] for number in found[:count]]
        if len(places) > MOST_DENSE:
            raise UnusableRequest(
                f"a kernel of dimension {count} beyond what single layers explain, among {len(places)} coordinates",
                f"at most {MOST_DENSE} coordinates at a point as special as this",
                "choose a smaller network",
            )
        vectors = null_changes(self._hessian(chosen, _exact), places, self.point.shapes)
        if len(vectors) != count:
            raise UnluckyPrimeError(f"the rank drops modulo {self.prime}")
        if len(Quotient(self.stairs, self.prime).independent(vectors)) != count:
            raise UnluckyPrimeError(f"vectors become dependent modulo {self.prime}")
        return vectors

    def _hessian(self, chosen: list[Coordinates], convert: Any) -> Entries:
        return np.asarray(sum(hessian_entries(branch, self.quantity, chosen, convert) for branch in self.branches))

    def _network(self) -> dict[str, Any]:
        point = self.point
        slope = {"slope": number(point.slope)} if point.activation == "leaky-relu" else {}
        kind = {"widths": list(point.widths), "bias": point.bias, "activation": point.activation}
        return {**kind, **slope, "loss": "mse"}

    def _data(self) -> dict[str, Any]:
        if self.point.samples is not None:
            inputs, targets = (as_matrix(fractions(matrix)) for matrix in self.point.samples)
            return {"samples": {"inputs": inputs, "targets": targets}}
        assert self.point.moments is not None
        sigma, omega = (as_matrix(fractions(matrix)) for matrix in self.point.moments)
        return {"moments": {"sigma": sigma, "omega": omega}}


def _exact(matrix: Rational) -> Entries:
    """Integers where there are no denominators, otherwise fractions."""
    listed = fractions(matrix)
    whole = all(entry.denominator == 1 for row in listed for entry in row)
    values = np.empty((matrix.nrows(), matrix.ncols()), dtype=object)
    for row, line in enumerate(listed):
        for col, entry in enumerate(line):
            values[row, col] = int(entry) if whole else entry
    return values
