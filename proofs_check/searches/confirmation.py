"""A failing point again by a second route: the loss itself, differentiated by its Taylor coefficients, ranks over Q.

The search assembles Hessians from the derived Kronecker blocks and ranks them with FLINT. Here the Hessian comes from
:mod:`hessproof.numeric.reference`, which knows no block, and the rank from SymPy's domain matrices over Q.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from sympy import QQ
from sympy.polys.matrices import DomainMatrix

from hessproof.numeric.instance import special_instance
from hessproof.numeric.reference import reference_hessian
from hessproof.proofs_check.searches.point import Point

ROUTE = "Taylor coefficients of the loss (numeric.reference), ranks over Q by SymPy"


class FailureAt(Protocol):
    """Anything with a ``failure`` at a point, such as a statement."""

    @property
    def failure(self) -> Callable[[Point], Any]:
        """What is wrong at a point, None if nothing is."""


@dataclass(frozen=True, eq=False)
class ReferencePoint(Point):
    """The same point with its ranks taken from the definition of the Hessian.

    A_o and the Jacobian are ranked through the Gram matrix H_o that they have, A_o with Σ = I.
    """

    @cached_property
    def _found(self) -> dict[str, Any]:
        return {}

    def rank(self, quantity: str) -> int:
        """The rank over Q of outer, functional, loss, a_o, jacobian or column:l."""
        if quantity.startswith("column:"):
            columns = self.case.architecture.slices[int(quantity[7:]) - 1]
            return _rational_rank(self._matrix("functional")[:, columns])
        return _rational_rank(self._matrix("outer" if quantity == "jacobian" else quantity))

    def _matrix(self, quantity: str) -> Any:
        if quantity not in self._found:
            if quantity == "a_o":
                size = self.case.architecture.inputs
                unit = [[int(i == j) for j in range(size)] for i in range(size)]
                zero = [[0] * size for _ in range(self.case.architecture.outputs)]
                made = special_instance(self.case.architecture, self.weights, unit, zero)
                self._found[quantity] = reference_hessian(made, "outer")
            else:
                self._found[quantity] = reference_hessian(self.instance, quantity)  # type: ignore[arg-type]
        return self._found[quantity]


def confirm(point: Point, statement: FailureAt) -> str | None:
    """How the second route found the same failure, None if it found another one or none.

    Example:
        >>> import numpy as np
        >>> from hessproof.proofs_check.model.claim import Case
        >>> from hessproof.proofs_check.searches.point import points
        >>> from hessproof.proofs_check.statements import statements
        >>> from hessproof.symbolic.architecture import Architecture
        >>> one = next(points(Case(Architecture((1, 1)), 1, 1), [[np.array([[1]])]], np.eye(1), np.eye(1)))
        >>> confirm(one, statements()["cor6_equality"])
        'Taylor coefficients of the loss (numeric.reference), ranks over Q by SymPy: predicted 1, found 0'
    """
    again = ReferencePoint(point.case, point.weights, point.sigma, point.omega, point.batch, point.place)
    first, second = statement.failure(point), statement.failure(again)
    if first is None or first != second:
        return None
    return f"{ROUTE}: predicted {second.predicted}, found {second.measured}"


def _rational_rank(matrix: Any) -> int:
    rows, columns = matrix.shape
    entries = [[QQ(int(entry)) for entry in row] for row in matrix]
    return int(DomainMatrix(entries, (rows, columns), QQ).rank())
