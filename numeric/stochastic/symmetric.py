"""A symmetric matrix known by its products with vectors: where it lives, how large it is, what has been spent on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

import array_api_compat
import numpy as np
import numpy.typing as npt

from hessproof.numeric.arrays import Array, namespace_of, to_numpy
from hessproof.symbolic.errors import UnusableRequest

if TYPE_CHECKING:
    from scipy.sparse.linalg import LinearOperator

Floats = npt.NDArray[np.float64]
SMALLEST, LARGEST = 1e-150, 1e150
"""Of products: traces, norms and Lanczos coefficients are sums of their squares."""


class Products(Protocol):
    """What is needed of an operator: its shape and its products, as `NetworkOperator` has them."""

    @property
    def shape(self) -> tuple[int, int]:
        """(p, p)."""

    def apply(self, vectors: Array) -> Array:
        """A times p × n columns."""


class Symmetric:
    """A symmetric operator that counts its products and refuses numbers that are not finite.

    Args:
        apply: A times the columns of a p × n array.
        size: p.
        like: An array of the library, floating-point type and device that ``apply`` takes.

    Example:
        >>> one = Symmetric.of(np.asarray([[2.0, 1.0], [1.0, 3.0]]))
        >>> one.apply(np.eye(2)).tolist(), one.products
        ([[2.0, 1.0], [1.0, 3.0]], 2)
    """

    def __init__(self, apply: Callable[[Array], Array], size: int, like: Array) -> None:
        self._apply, self.size, self.like, self.products = apply, size, like, 0
        self.xp = namespace_of(like)

    @classmethod
    def of(cls, operator: Any) -> Symmetric:
        """From a square array, or from an operator of this project (`NetworkOperator`, `HessianOperator`).

        Raises:
            UnusableRequest: If a matrix is not square, or the operator's own numbers are not all finite.
        """
        if isinstance(operator, Symmetric):
            return operator
        if not hasattr(operator, "apply"):
            if operator.ndim != 2 or operator.shape[0] != operator.shape[1]:
                raise UnusableRequest(f"a matrix of shape {tuple(operator.shape)}", "a square one", "give a Hessian")
            return cls(lambda vectors: operator @ vectors, int(operator.shape[0]), operator)
        parts = [*getattr(operator, "matrices", ()), *getattr(operator, "weights", ())]
        parts += [getattr(operator, name) for name in ("inputs", "targets") if hasattr(operator, name)]
        xp = namespace_of(parts[0])
        if not all(bool(xp.all(xp.isfinite(one))) for one in parts):
            raise UnusableRequest(
                "NaN or infinite parameters, inputs or targets", "finite numbers", "leave such objects out"
            )
        return cls(operator.apply, int(operator.shape[0]), parts[0])

    @property
    def epsilon(self) -> float:
        """The rounding unit of the arithmetic: 2.2e-16 for float64, 1.2e-7 for float32."""
        return float(self.xp.finfo(self.like.dtype).eps)

    def asarray(self, values: Floats) -> Array:
        """NumPy numbers as an array of the operator's type, on its device."""
        return self.xp.asarray(values, dtype=self.like.dtype, device=array_api_compat.device(self.like))

    def apply(self, vectors: Array) -> Array:
        """A times the columns of a p × n array.

        Raises:
            UnusableRequest: If a product has entries that are NaN or infinite.
        """
        self.products += int(vectors.shape[1])
        found = self._apply(vectors)
        if not bool(self.xp.all(self.xp.isfinite(found))):
            raise UnusableRequest("products with infinite entries", "numbers that do not overflow", "scale them down")
        largest = float(self.xp.max(self.xp.abs(found))) if found.shape[1] else 0.0
        if largest and not SMALLEST <= largest <= LARGEST:
            raise UnusableRequest(
                f"products of size {largest:.1e}", f"{SMALLEST:g} to {LARGEST:g}, whose squares a double holds",
                "scale the network or the data",
            )  # fmt: skip
        return found

    def apply_numpy(self, vectors: Floats) -> Floats:
        """The same for NumPy's float64, a vector or columns; copied to the operator's device and back."""
        columns = vectors[:, None] if vectors.ndim == 1 else vectors
        found = np.asarray(to_numpy(self.apply(self.asarray(columns))), dtype=np.float64)
        return found[:, 0] if vectors.ndim == 1 else found

    def as_linear(self) -> LinearOperator:
        """For SciPy's iterative methods, in float64."""
        from scipy.sparse.linalg import LinearOperator

        shape = (self.size, self.size)
        return LinearOperator(shape, matvec=self.apply_numpy, matmat=self.apply_numpy, dtype=np.float64)
