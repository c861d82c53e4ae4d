"""Enclosures of all the norms in the bounds, and of the Hessian's, for a stack of networks at once.

With F = [G^1 ⊗ x̃^{1⊤} … G^L ⊗ x̃^{L⊤}], x̃ = x without and (x, 1) with bias: G-term F⊤AF, and H-term the blocks
⟨ΔW^l, ΔW^k⟩ ↦ a_l⊤ΔW^l P_lk ΔW^k x̃^k for k < l, a_l = G^{l⊤}δ. Three exact reductions to small matrices:

* G-term: its nonzero eigenvalues are those of B⊤FF⊤B with A = BB⊤ and FF⊤ = Σ_l ‖x̃^l‖² G^l G^{l⊤}, K × K. After
  subtracting the row of the most probable class m from every G^l, A may lose row and column m, and then
  A = D^½(I − ss⊤)D^½ with D = diag(p), s = √p without class m, ‖s‖² = 1 − p_m, so that
  B = D^½(I − κss⊤) with κ = 1/(1 + √p_m).
* H-term and full Hessian: let R_l r = a_l ⊗ (r, 0)/‖a_l‖ and C_k c = c ⊗ x̃^k/‖x̃^k‖, isometries from R^{M_{l-1}} and
  R^{M_k}. Then H = [R C] Y [R C]⊤, where Y has the blocks ‖a_l‖ P_lk ‖x̃^k‖ at (r_l, c_k) and
  ‖x̃^l‖ G^{l⊤}AG^k ‖x̃^k‖ at (c_l, c_k). The nonzero eigenvalues are those of S^½YS^½ with S = [R C]⊤[R C].
* S is the identity but for R_l⊤C_l = ρ_l e f⊤, where e = x^l/‖x^l‖, f = a_l/‖a_l‖, ρ_l = ‖x^l‖/‖x̃^l‖. Hence S^½ is the
  identity but for g(ee⊤ + ff⊤) + h(ef⊤ + fe⊤) on span(e, f), g, h = (√(1 + ρ) ± √(1 − ρ))/2.

a_l is replaced by its midpoint; an error of norm ε_l in it changes H by at most 2 Σ_{k<l} ε_l‖P_lk‖_F‖x̃^k‖.
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from hessproof.numeric.norms.batch import NormBatch
from hessproof.numeric.norms.eigenvalues import (
    largest_eigenvalue,
    largest_eigenvalue_near,
    operator_norm,
    spectral_norm_near,
)
from hessproof.numeric.norms.enclosure import TINY, Ball, Floats, join, stack
from hessproof.numeric.norms.near import ROOM, Near, congruence, frobenius_upper
from hessproof.numeric.norms.passes import Passes
from hessproof.numeric.norms.softmax import Softmax, known, softmax

_FLUSHED = 2.0**-300
"""Midpoints of a_l below this count as errors, so that their squares do not underflow."""


class BatchNorms:
    """Norms of a batch, each computed when it is first asked for.

    Args:
        batch: The networks.

    Raises:
        UnusableRequest: When a number appears that floats do not hold exactly.

    Example:
        >>> from hessproof.numeric.norms.batch import batch_of
        >>> from hessproof.numeric.norms.instance import norm_instance
        >>> norms = BatchNorms(batch_of([norm_instance([[[1], [1]], [[1, 0], [0, 1]]], [2], 0)]))
        >>> norms.softmax_norm.contains(0.5).item(), norms.gauss_newton.contains(6).item()
        (True, True)
        >>> norms.functional.lower.round(6), norms.residual_norm.upper.round(6)
        (array([1.414214]), array([0.707107]))
    """

    def __init__(self, batch: NormBatch) -> None:
        self.batch = batch
        self.passes = Passes(batch)

    @cached_property
    def softmax(self) -> Softmax:
        """p and 1 − p, each (B, K)."""
        given = self.batch.probabilities
        return softmax(self.passes.logits.values) if given is None else known(given)

    @cached_property
    def residuals(self) -> Ball:
        """δ = p − e_y, (B, K)."""
        return self.softmax.residuals(self.batch.labels)

    @cached_property
    def residual_norm(self) -> Ball:
        """‖δ‖, (B,)."""
        return self.residuals.norm()

    @cached_property
    def curvature(self) -> Ball:
        """A = diag(p) − pp⊤, (B, K, K)."""
        return self.softmax.curvature

    @cached_property
    def softmax_norm(self) -> Ball:
        """‖A‖, (B,)."""
        return largest_eigenvalue(self.curvature).nonnegative()

    @cached_property
    def weight_norms(self) -> Ball:
        """‖W^l‖, (B, L)."""
        return stack([operator_norm(Ball.exact(weight)) for weight in self.batch.weights])

    @cached_property
    def bias_norms(self) -> Ball:
        """‖b^l‖, (B, L); zeros without bias."""
        if self.batch.biases is None:
            return Ball.exact(np.zeros((self.batch.size, self.batch.layers)))
        return stack([Ball.exact(bias).norm() for bias in self.batch.biases])

    @cached_property
    def largest_entries(self) -> Floats:
        """max |w_ij^l| over the entries of each layer, exact, (B, L)."""
        return np.stack([np.abs(weight).max(axis=(-1, -2)) for weight in self.batch.weights], axis=-1)

    @cached_property
    def layer_input_norms(self) -> Ball:
        """‖x^l‖, (B, L); the first is ‖x‖."""
        return stack([Ball.exact(x.values).norm() for x in self.passes.inputs])

    @cached_property
    def derivative_norms(self) -> Ball:
        """‖G^l‖, (B, L)."""
        return stack([operator_norm(Ball.exact(derivative.values)) for derivative in self.passes.derivatives])

    @cached_property
    def jacobian_norm(self) -> Ball:
        """‖F‖, (B,): the root of the largest eigenvalue of FF⊤ = Σ ‖x̃^l‖² G^l G^{l⊤}."""
        return largest_eigenvalue(self._gram([each.values for each in self.passes.derivatives])).nonnegative().sqrt()

    @cached_property
    def gauss_newton(self) -> Ball:
        """‖G-term‖, (B,)."""
        gram = self._gram([each.values for each in self.passes.contrasts])
        p, rows, reference = self.softmax.probabilities, np.arange(self.batch.size), self.passes.reference
        most = p[rows, reference]
        others = np.ones(p.shape)
        others[rows, reference] = 0.0
        s = p.sqrt() * others
        kappa = 1 / (1 + most.sqrt())
        projected = Ball.exact(np.eye(p.shape[-1])) - kappa[:, None, None] * (s[:, :, None] * s[:, None, :])
        root = projected * s[:, None, :]  # (I − κss⊤)D^½; its row and column m meet the zero row of the contrasts
        return largest_eigenvalue_near(congruence(_near(root), _near(gram))).nonnegative()

    @cached_property
    def functional(self) -> Ball:
        """‖H-term‖, (B,)."""
        return self._norm(whole=False)

    @cached_property
    def hessian(self) -> Ball:
        """‖H‖ of the full Hessian G-term + H-term, (B,)."""
        return self.gauss_newton if self.batch.layers == 1 else self._norm(whole=True)

    @cached_property
    def _squares(self) -> list[Ball]:
        """‖x̃^l‖²."""
        plus = 0 if self.batch.biases is None else 1
        return [(Ball.exact(x.values) * Ball.exact(x.values)).sum() + plus for x in self.passes.inputs]

    def _gram(self, factors: list[Floats]) -> Ball:
        """Σ_l ‖x̃^l‖² G^l G^{l⊤}."""
        total = Ball.exact(np.zeros(self.curvature.shape))
        for factor, square in zip(factors, self._squares, strict=True):
            total = total + square[:, None, None] * (Ball.exact(factor) @ Ball.exact(factor.swapaxes(-1, -2)))
        return total

    @cached_property
    def _exponents(self) -> npt.NDArray[np.int64]:
        """Both δ and A are divided by 2^e, and ‖H‖ multiplied, so that nothing underflows where p is nearly certain."""
        return np.asarray(np.frexp(np.abs(self.residuals.mid).max(axis=-1))[1], dtype=np.int64)

    @cached_property
    def _scaled_residuals(self) -> Ball:
        return self.residuals.scaled(-self._exponents[:, None])

    @cached_property
    def _sensitivities(self) -> list[tuple[Floats, Floats]]:
        """Midpoints of a_l = G^{l⊤}δ, δ scaled, and upper bounds ε_l of the errors."""
        found = []
        for contrast in self.passes.contrasts:
            a = (Ball.exact(contrast.values.swapaxes(-1, -2)) @ self._scaled_residuals[:, :, None])[..., 0]
            large = np.abs(a.mid).max(axis=-1, keepdims=True) >= _FLUSHED
            errors = Ball.exact(np.where(large, a.rad, a.magnitude))
            found.append((np.where(large, a.mid, 0.0), errors.norm().upper))
        return found

    @cached_property
    def _places(self) -> tuple[list[slice], list[slice]]:
        """Where r_2, …, r_L and c_1, …, c_L lie among the coordinates of Y."""
        hidden, classes = self.batch.widths[1:-1], self.batch.widths[-1]
        ends = [int(end) for end in np.cumsum([0, *hidden, *hidden, classes])]
        pieces = [slice(start, stop) for start, stop in pairwise(ends)]
        return pieces[: len(hidden)], pieces[len(hidden) :]

    @cached_property
    def _mixed(self) -> tuple[Near, Floats]:
        """The part of Y that is the H-term's, and the bound of what the errors ε_l add to the norm."""
        rows, columns = self._places
        sizes = [Ball.exact(a).norm() for a, _ in self._sensitivities]
        lengths = [square.sqrt() for square in self._squares]
        mid = np.zeros((self.batch.size, columns[-1].stop, columns[-1].stop))
        error, moved = np.zeros(self.batch.size), np.zeros(self.batch.size)
        for (l, k), chain in self.passes.chains.items():
            r, c, inexact = rows[l - 2], columns[k - 1], self._sensitivities[l - 1][1]
            block = (sizes[l - 1] * lengths[k - 1])[:, None, None] * Ball.exact(chain.values)
            mid[:, r, c], mid[:, c, r] = block.mid, block.mid.swapaxes(-1, -2)
            error += 2 * frobenius_upper(block.rad)
            reach = lengths[k - 1].upper * frobenius_upper(chain.values)
            moved += np.where((inexact > 0) & (reach > 0), 2 * inexact * reach + TINY, 0.0)
        return (mid, error * ROOM), moved * ROOM

    def _norm(self, whole: bool) -> Ball:
        """‖S^½YS^½‖ of the H-term, or of the whole Hessian."""
        if self.batch.layers == 1:
            return Ball.exact(np.zeros(self.batch.size))
        rows, columns = self._places
        (core, core_error), moved = self._mixed
        root, root_error = self._root
        if whole:
            factor = join(
                [
                    square.sqrt()[:, None, None] * Ball.exact(contrast.values)
                    for contrast, square in zip(self.passes.contrasts, self._squares, strict=True)
                ]
            ).transposed
            curvature = self.curvature.scaled(-self._exponents[:, None, None])
            corner, corner_error = congruence(_near(factor), _near(curvature))
            core = core.copy()
            core[:, columns[0].start :, columns[0].start :] = corner
            core_error = (core_error + corner_error) * ROOM
        else:  # no c_L, and so nothing that r_L meets
            core, root = (
                core[:, : columns[-1].start, : columns[-1].start],
                root[:, : columns[-1].start, : columns[-1].start].copy(),
            )
            root[:, rows[-1], rows[-1]] = np.eye(self.batch.widths[-2])
        found = spectral_norm_near(congruence((root, root_error), (core, core_error)))
        return found.widened(moved).nonnegative().scaled(self._exponents)

    @cached_property
    def _root(self) -> Near:
        """S^½."""
        rows, columns = self._places
        total = columns[-1].stop
        mid = np.broadcast_to(np.eye(total), (self.batch.size, total, total)).copy()
        error = np.zeros(self.batch.size)
        for l in range(2, self.batch.layers + 1):
            x, a = self.passes.inputs[l - 1].values, self._sensitivities[l - 1][0]
            e, f = _direction(Ball.exact(x)), _direction(Ball.exact(a))
            g, h = self._coupling(l, (x != 0).any(axis=-1) & (a != 0).any(axis=-1))
            r, c = rows[l - 2], columns[l - 1]
            for place, vector in ((r, e), (c, f)):
                block = g[:, None, None] * (vector[:, :, None] * vector[:, None, :]) + np.eye(vector.shape[-1])
                mid[:, place, place] = block.mid
                error += frobenius_upper(block.rad)
            cross = h[:, None, None] * (e[:, :, None] * f[:, None, :])
            mid[:, r, c], mid[:, c, r] = cross.mid, cross.mid.swapaxes(-1, -2)
            error += 2 * frobenius_upper(cross.rad)
        return mid, error * ROOM

    def _coupling(self, l: int, met: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> tuple[Ball, Ball]:
        """g − 1 and h; zero where x^l or a_l is."""
        if self.batch.biases is None:
            root = Ball.exact(np.full(self.batch.size, 2.0)).sqrt()
            low = Ball.exact(np.zeros(self.batch.size))
        else:
            rho = self.layer_input_norms[:, l - 1] / self._squares[l - 1].sqrt()
            root = (1 + rho).sqrt()
            low = (1 / (self._squares[l - 1] * (1 + rho))).sqrt()  # 1 − ρ² = 1/‖x̃‖²
        g, h = (root + low) * 0.5 - 1, (root - low) * 0.5
        return g * met.astype(np.float64), h * met.astype(np.float64)


def _direction(vectors: Ball) -> Ball:
    """v/‖v‖, and zero for exact zeros."""
    zero = (vectors.mid == 0).all(axis=-1, keepdims=True)
    sizes = vectors.norm()[..., None]
    return vectors / Ball(np.where(zero, 1.0, sizes.mid), np.where(zero, 0.0, sizes.rad))


def _near(matrices: Ball) -> Near:
    return matrices.mid, frobenius_upper(matrices.rad)
