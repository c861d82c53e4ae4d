"""Arithmetic modulo a prime on float64 arrays, exact by the bounds that are proved here.

Let p be the prime, h = ⌊p/2⌋ + 2 and u = 2^-53. A *residue* is an integer of absolute value at most h.

*Reduction.* For an integer a with |a| < 2^53, ``reduce`` computes q = fl(a · fl(1/p)), n = q rounded to an integer,
and a − n p. With 2^(k-1) < p ≤ 2^k, fl(1/p) is within 2^(-k-53) of 1/p, which moves the product by less than 2^-k;
and since the product is at most 2^(54-k) in absolute value, rounding it moves it by at most 2^-k more. So |q − a/p| <
2^(1-k), and |a − n p| ≤ p/2 + p 2^(1-k) ≤ p/2 + 2: the result is a residue. (How ties are rounded does not matter,
and n p, an integer below 2^53, is formed without error, so that a fused multiply-add would change nothing.) If p
divides a, then a/p is an integer and q differs from it by less than 1/2 when k ≥ 3; for p = 3 the two errors are at
most 1/6 and 1/4; for p = 2 there are none. So the result is zero if and only if p divides a.

*Products.* A sum of c products of residues has absolute value at most c h². With c ≤ ``inner`` = ⌊2^53 / h²⌋ − 2 this,
plus one more residue, is below 2^53, and so is every partial sum, in any order and with or without fused multiply-add:
matrix products in float64 by BLAS or cuBLAS are exact. They are ordinary products: a scheme of Strassen's kind, or one
that imitates float64 by shorter numbers, would need a proof of its own. (TF32 concerns float32 alone.) For the primes
in use, just below 2^22, h² = 2^42 and ``inner`` is 2046.
"""

from __future__ import annotations

import numpy as np

from hessproof.numeric.arrays import Array, Namespace, namespace
from hessproof.numeric.integers import IntegerMatrix, residues

_STRIP = 1 << 15
"""Entries that a processor reduces at a time: 256 KiB, so that they and two temporary arrays stay in a core's cache."""

_DEVICE_STRIP = 1 << 24
"""The same on a device: 128 MiB, which take far longer than the start of a kernel."""


class PrimeField:
    """Arithmetic modulo a prime below 2^23 on float64 arrays.

    Args:
        prime: The prime.
        xp: The array library, NumPy if not given.

    Raises:
        ValueError: If the prime is not in that range.

    Example:
        >>> import numpy as np
        >>> field = PrimeField(7)
        >>> field.reduce(np.asarray([10.0, -10.0, 14.0])).tolist()
        [3.0, -3.0, 0.0]
    """

    def __init__(self, prime: int, xp: Namespace | None = None) -> None:
        if not 2 <= prime < 2**23:
            raise ValueError(f"prime {prime}: expected 2 to 2^23; take one of primes(n)")
        self.prime = prime
        self.xp = namespace("cpu") if xp is None else xp
        self.inner = 2**53 // ((prime // 2 + 2) ** 2) - 2

    def reduce(self, array: Array) -> Array:
        """Residues of integers below 2^53 in absolute value; zero if and only if divisible."""
        return array - self._multiple(array)

    def matmul(self, left: Array, right: Array) -> Array:
        """The product of two matrices of residues, reduced."""
        size = min(self.inner, left.shape[1])
        first = self.reduce(left[:, :size] @ right[:size, :])
        return self.subtract_product(first, -left[:, size:], right[size:, :]) if left.shape[1] > size else first

    def subtract_product(self, array: Array, left: Array, right: Array) -> Array:
        """``array`` minus the product of two matrices, all of residues, reduced."""
        for start in range(0, left.shape[1], self.inner):
            stop = min(start + self.inner, left.shape[1])
            product = left[:, start:stop] @ right[start:stop, :]
            for strip in self.strips(product):
                product[strip, :] = self.reduce(array[strip, :] - product[strip, :])
            array = product
        return array

    def inverse(self, value: float) -> float:
        """The balanced inverse of a nonzero residue."""
        result = pow(int(value) % self.prime, -1, self.prime)
        return float(result - self.prime if 2 * result > self.prime else result)

    def balanced(self, matrix: IntegerMatrix) -> Array:
        """Residues of a matrix of Python integers, as an array of this field's library."""
        return self.reduce(self.xp.asarray(residues(matrix, self.prime)))

    def strips(self, array: Array) -> list[slice]:
        """Ranges of rows that are reduced at a time: few on a device, on a processor such that they fit the cache."""
        rows, columns = array.shape
        size = _STRIP if isinstance(array, np.ndarray) else _DEVICE_STRIP
        step = max(1, size // max(1, columns))
        return [slice(first, min(first + step, rows)) for first in range(0, rows, step)]

    def _multiple(self, array: Array) -> Array:
        """The multiple of the prime that reduction takes away."""
        quotient = array * (1.0 / self.prime)
        # NumPy rounds in place: one array less to allocate, a fifth of the time.
        multiple = np.rint(quotient, out=quotient) if isinstance(quotient, np.ndarray) else self.xp.round(quotient)
        multiple *= float(self.prime)
        return multiple
