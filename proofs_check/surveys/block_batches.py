"""Many small Hessians at once, over GF(prime) or over the integers, from the derived Kronecker terms.

A survey measures tens of thousands of cases; one at a time, most of the time would go to calling overhead. Here all
instances of one architecture go through the same array operations. The formulas are those of
:mod:`hessproof.symbolic.blocks`; this module only evaluates them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hessproof.numeric.kernels import block_terms
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.blocks import jacobian_block
from hessproof.symbolic.terms import Chain, KroneckerTerm, Moment, Word

Integers = NDArray[Any]
"""Integer arrays: int64, or Python integers in an object array where int64 could overflow."""

BlockTerms = Callable[[str, int, int, int], tuple[KroneckerTerm, ...]]
"""(part, L, k, l) -> the terms of block (k, l), as :func:`hessproof.symbolic.blocks.hessian_block`."""

LARGEST_MODULUS = 2**28
_INNER = 64  # products of 64 pairs of residues below 2^28 fit in int64
_SAFE = 2**62


def derived_terms(part: str, layers: int, k: int, l: int) -> tuple[KroneckerTerm, ...]:
    """The terms of block (k, l) of ``part``, as derived in :mod:`hessproof.symbolic.blocks`."""
    return block_terms("outer" if part == "outer" else "functional", layers, k, l)


@cache
def _jacobian_terms(layers: int) -> tuple[KroneckerTerm, ...]:
    return tuple(jacobian_block(layers, k) for k in range(1, layers + 1))


def quantities(layers: int) -> tuple[str, ...]:
    """Names of everything that a batch can assemble: H_o, H_f, H_L, A_o⊤, the Jacobian, and H_f's block columns.

    Example:
        >>> quantities(2)
        ('outer', 'functional', 'loss', 'a_o', 'jacobian', 'column:1', 'column:2')
    """
    columns = tuple(f"column:{layer}" for layer in range(1, layers + 1))
    return ("outer", "functional", "loss", "a_o", "jacobian", *columns)


class BlockBatch:
    """B instances of one architecture, assembled together.

    Args:
        architecture: Its widths give the shapes.
        weights: W^1, …, W^L as integer arrays of shapes (B, M_l, M_{l-1}).
        sigma: Σ of each instance, (B, d, d).
        omega: Ω of each instance, (B, K, d).
        modulus: One prime below 2^28 for each instance, (B,); without it the arithmetic is over the integers.
        terms: Where the blocks come from; a wrong source serves as a negative control.

    Example:
        >>> import numpy as np
        >>> one = np.ones((1, 1, 1), dtype=np.int64)
        >>> batch = BlockBatch(Architecture((1, 1, 1)), [2 * one, 3 * one], one, 5 * one)
        >>> batch.assemble("outer")[0].tolist(), batch.assemble("functional")[0].tolist()
        ([[9, 6], [6, 4]], [[0, 5], [5, 0]])
    """

    def __init__(
        self,
        architecture: Architecture,
        weights: Sequence[Integers],
        sigma: Integers,
        omega: Integers,
        modulus: Integers | None = None,
        terms: BlockTerms = derived_terms,
    ) -> None:
        self.architecture = architecture
        self._terms = terms
        self._modulus = None if modulus is None else np.asarray(modulus, dtype=np.int64).reshape(-1, 1, 1)
        arrays = [*weights, sigma, omega]
        if self._modulus is not None:
            if int(self._modulus.max(initial=0)) >= LARGEST_MODULUS:
                raise ValueError(f"moduli must lie below {LARGEST_MODULUS}")
            arrays = [np.asarray(array % self._modulus, dtype=np.int64) for array in arrays]
        elif _overflows(architecture, arrays):
            arrays = [array.astype(object) for array in arrays]
        self._weights, self._sigma, self._omega = arrays[:-2], arrays[-2], arrays[-1]
        self._dtype = arrays[-1].dtype
        self._products: dict[Chain | Word, Integers | None] = {}
        self._parts: dict[str, Integers] = {}

    def __len__(self) -> int:
        return int(self._omega.shape[0])

    def assemble(self, quantity: str) -> Integers:
        """The matrices of ``quantity`` (see :func:`quantities`), one for each instance, stacked along axis 0.

        H_o, H_f and H_L are p × p; a block column l of H_f is p × M_l M_{l-1}; A_o⊤ and the Jacobian are Kd × p. The
        Jacobian stands for (I_K ⊗ Σ^{1/2})A_o⊤ with Σ in place of its root, which has the same null space.
        """
        if quantity.startswith("column:"):
            return self.assemble("functional")[:, :, self.architecture.slices[int(quantity[7:]) - 1]]
        if quantity not in self._parts:
            self._parts[quantity] = self._assemble(quantity)
        return self._parts[quantity]

    def _assemble(self, quantity: str) -> Integers:
        if quantity == "loss":
            return self._reduced(self.assemble("outer") + self.assemble("functional"), 3)
        if quantity in ("a_o", "jacobian"):
            return self._jacobian(with_data=quantity == "jacobian")
        p, layers = self.architecture.parameters, self.architecture.layers
        result = np.zeros((len(self), p, p), dtype=self._dtype)
        slices = self.architecture.slices
        for k in range(1, layers + 1):
            for l in range(1, layers + 1):
                for term in self._terms(quantity, layers, k, l):
                    result[:, slices[k - 1], slices[l - 1]] += self._kronecker(term)
        return result

    def _jacobian(self, *, with_data: bool) -> Integers:
        inputs = self.architecture.inputs
        stacked = np.concatenate([self._kronecker(term) for term in _jacobian_terms(self.architecture.layers)], axis=2)
        if not with_data:
            return stacked
        rows = stacked.reshape(len(self), self.architecture.outputs, inputs, -1)
        modulus = None if self._modulus is None else self._modulus[..., None]
        product = _product(self._sigma[:, None], rows, modulus)
        return product.reshape(stacked.shape)

    def factors(self, term: KroneckerTerm) -> tuple[Integers, Integers]:
        """The two Kronecker factors of a term; identities are given once, (1, n, n)."""
        return self._word(term.left), self._word(term.right)

    def _kronecker(self, term: KroneckerTerm) -> Integers:
        left, right = self.factors(term)
        if term.transposed:
            entries = left[:, :, None, None, :] * right[:, None, :, :, None]
        else:
            entries = left[:, :, None, :, None] * right[:, None, :, None, :]
        reduced = self._reduced(entries, 5)
        batch, a, b, c, d = reduced.shape
        block = reduced.reshape(batch, a * b, c * d)
        return np.broadcast_to(block, (len(self), *block.shape[1:]))

    def _word(self, word: Word) -> Integers:
        """The product of a word's factors; a word of empty chains is the identity."""
        if word not in self._products:
            product: Integers | None = None
            for factor in word:
                value = self._moment(factor) if isinstance(factor, Moment) else self._chain(factor)
                if value is not None:
                    product = value if product is None else _product(product, value, self._modulus)
            if product is None:
                product = np.eye(self._rows(word[0]), dtype=self._dtype)[None]
            self._products[word] = product
        result = self._products[word]
        assert result is not None
        return result

    def _moment(self, moment: Moment) -> Integers:
        value = self._sigma if moment.name == "Sigma" else self._omega
        return value.transpose(0, 2, 1) if moment.transposed else value

    def _chain(self, chain: Chain) -> Integers | None:
        """The product of a chain, None if it is empty; shorter chains are reused."""
        lowest, highest = sorted((chain.first, chain.last))
        if lowest < 0 or highest > self.architecture.layers + 1:
            raise IndexError(f"{chain} in a network of {self.architecture.layers} layers")
        if chain not in self._products:
            if not chain.descending:
                mirrored = None if chain.last < chain.first else self._chain(Chain(True, chain.last, chain.first))
                self._products[chain] = None if mirrored is None else mirrored.transpose(0, 2, 1)
            elif chain.first < chain.last:
                self._products[chain] = None
            elif chain.last < 1 or chain.first > self.architecture.layers:
                raise IndexError(f"{chain} in a network of {self.architecture.layers} layers")
            else:
                rest = self._chain(Chain(True, chain.first - 1, chain.last))
                own = self._weights[chain.first - 1]
                self._products[chain] = own if rest is None else _product(own, rest, self._modulus)
        return self._products[chain]

    def _rows(self, factor: Chain | Moment) -> int:
        assert isinstance(factor, Chain)
        return self.architecture.widths[factor.first if factor.descending else factor.first - 1]

    def _reduced(self, array: Integers, dimensions: int) -> Integers:
        if self._modulus is None:
            return array
        result: Integers = array % self._modulus.reshape(-1, *(1,) * (dimensions - 1))
        return result


def _product(left: Integers, right: Integers, modulus: Integers | None) -> Integers:
    """left @ right, modulo ``modulus`` if given; long inner dimensions are cut so that int64 cannot overflow."""
    if modulus is None:
        return np.asarray(left @ right)
    inner = left.shape[-1]
    result: Integers = np.matmul(left[..., :_INNER], right[..., :_INNER, :]) % modulus
    for start in range(_INNER, inner, _INNER):
        piece = np.matmul(left[..., start : start + _INNER], right[..., start : start + _INNER, :]) % modulus
        result = (result + piece) % modulus
    return result


def _overflows(architecture: Architecture, arrays: Sequence[Integers]) -> bool:
    """Whether an entry of a block could reach 2^62: each factor multiplies entries by at most width · largest."""
    if any(array.dtype == object for array in arrays):
        return True
    bound = 2.0 * math.prod(max(1, int(np.abs(array).max(initial=0))) * array.shape[-1] for array in arrays[:-2])
    moments = max(1, *(int(np.abs(array).max(initial=0)) for array in arrays[-2:])) * architecture.inputs**2
    return bool(bound**2 * moments >= _SAFE)
