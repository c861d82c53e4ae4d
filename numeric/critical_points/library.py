"""The second route: least squares of a library on the gradient, with formulas of its own for one hidden layer of tanh.

With h = tanh(W¹x), s = 1 − h², b = −2hs, e = W²h − y and U = (s_a x_j), m × n_1n_0,

    ∂𝓛/∂W¹ = (1/m) Σ (W²⊤e ⊙ s) x⊤,      ∂𝓛/∂W² = (1/m) Σ e h⊤,      H_22 = I ⊗ C,  C = (1/m) Σ hh⊤,
    H_11 = (1/m) U⊤U ⊙ (W²⊤W² ⊗ 11⊤) + diag_a((1/m) Σ (W²⊤e)_a b_a xx⊤),
    H_12 = W²_{ia} ((1/m) U⊤h)_{ajb} + δ_{ab} (1/m) Σ e_i s_a x_j.

The last layer is solved for. `scipy.optimize.least_squares` looks for zeros of ∂𝓛/∂W¹ with the Schur complement as its
Jacobian; the index is read off an LDL⊤ factorisation (Sylvester), not off eigenvalues.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import linalg, optimize

from hessproof.numeric.critical_points.draws import drawn_data, first_weights, samples_for

Array = npt.NDArray[np.float64]

EVALUATIONS = 40
"""Evaluations of the gradient: the library slows down long before, where |∇𝓛|² is flat."""
DESCENT = (0.3, 3.0)
"""log10 of the first and last number of descent steps: 2 to 1,000."""
EXPONENTS = (0.25, 4.0)
"""Exponents among which the best is looked for; at either end the fit has found none."""


@dataclass(frozen=True)
class Tanh:
    """Inputs (m × n_0) and targets (m × n_2).

    Example:
        >>> rng = np.random.default_rng(0)
        >>> one = Tanh(rng.standard_normal((9, 2)), rng.standard_normal((9, 2)))
        >>> first, last = rng.standard_normal((2, 2)), rng.standard_normal((2, 2))
        >>> shift = np.asarray([[1e-6, 0], [0, 0]])
        >>> slope = (one.energy(first + shift, last) - one.energy(first - shift, last)) / 2e-6
        >>> bool(abs(2 * slope - one.gradient(first, last)[0]) < 1e-8)
        True
    """

    x: Array
    y: Array

    def last(self, first: Array) -> Array:
        """The best W²."""
        return np.asarray(linalg.lstsq(np.tanh(self.x @ first.T), self.y, lapack_driver="gelsy")[0].T)

    def error(self, first: Array, last: Array) -> Array:
        """e, m × n_2."""
        found: Array = np.tanh(self.x @ first.T) @ last.T - self.y
        return found

    def energy(self, first: Array, last: Array) -> float:
        """ε."""
        return float((self.error(first, last) ** 2).sum() / (2 * self.y.size))

    def gradient(self, first: Array, last: Array) -> Array:
        """∂𝓛/∂W¹ and ∂𝓛/∂W², in one vector."""
        hidden, error = np.tanh(self.x @ first.T), self.error(first, last)
        one = ((error @ last) * (1 - hidden**2)).T @ self.x
        return np.concatenate([one.ravel(), (error.T @ hidden).ravel()]) / len(self.x)

    def slopes(self, first: Array, last: Array) -> Array:
        """J, parameters × mn_2."""
        hidden = np.tanh(self.x @ first.T)
        narrow = (1 - hidden**2)[:, :, None] * self.x[:, None, :]
        one = np.einsum("ia,maj->ajmi", last, narrow).reshape(first.size, -1)
        two = np.einsum("ik,ma->kami", np.eye(len(last)), hidden).reshape(last.size, -1)
        return np.concatenate([one, two])

    def blocks(self, first: Array, last: Array) -> tuple[Array, Array, Array]:
        """H_11, H_12 (columns (i, b)) and C."""
        count, (units, inputs) = len(self.x), first.shape
        hidden, error = np.tanh(self.x @ first.T), self.error(first, last)
        slope = 1 - hidden**2
        narrow = (slope[:, :, None] * self.x[:, None, :]).reshape(count, -1)
        top = (narrow.T @ narrow / count).reshape(units, inputs, units, inputs)
        top *= (last.T @ last)[:, None, :, None]
        bent = (error @ last) * -2 * hidden * slope
        for a in range(units):
            top[a, :, a, :] += (self.x * bent[:, a : a + 1]).T @ self.x / count
        mixed = (narrow.T @ hidden / count).reshape(units, inputs, units)
        cross = np.einsum("ia,ajb->ajib", last, mixed)
        direct = (narrow.T @ error / count).reshape(units, inputs, -1)
        for a in range(units):
            cross[a, :, :, a] += direct[a]
        return top.reshape(first.size, -1), cross.reshape(first.size, -1), hidden.T @ hidden / count

    def schur(self, first: Array) -> Array:
        """H_11 − H_12 H_22^{-1} H_21 at (W¹, best W²)."""
        last = self.last(first)
        top, cross, inner = self.blocks(first, last)
        folded = cross.reshape(-1, len(inner)).T
        solved = linalg.solve(inner, folded, assume_a="pos").T.reshape(cross.shape)
        result: Array = top - solved @ cross.T
        return 0.5 * (result + result.T)

    def flat_gradient(self, first: Array) -> Array:
        """∂𝓛/∂W¹ at (W¹, best W²)."""
        return self.gradient(first, self.last(first))[: first.size]

    def moved(self, first: Array, last: Array) -> tuple[Tanh, float]:
        """The nearest targets that make the point critical, and how far they are: least squares for Jδ = m∇𝓛."""
        right = self.gradient(first, last) * len(self.x)
        change = linalg.lstsq(self.slopes(first, last), right, lapack_driver="gelsy", cond=1e-10)[0]
        new = replace(self, y=self.y + change.reshape(self.y.shape))
        return new, float(np.linalg.norm(change) / np.linalg.norm(self.y))

    def index(self, first: Array, last: Array) -> int:
        """Negative eigenvalues of H, counted in an LDL⊤ factorisation."""
        top, cross, inner = self.blocks(first, last)
        whole = np.block([[top, cross], [cross.T, np.kron(np.eye(len(last)), inner)]])
        _, blocks, _ = linalg.ldl(whole)
        return _negative(blocks)


def library_run(ratio: float, seed: int, width: int = 16) -> dict[str, Any]:
    """One run of the second route; the record has ratio, seed, energy, index, parameters, distance and gradient.

    Example:
        >>> one = library_run(0.5, 3, width=2)
        >>> one["parameters"], one["distance"] >= 0
        (8, True)
    """
    samples = samples_for(width, ratio)
    net = Tanh(*drawn_data(width, samples, seed))
    steps = round(10 ** np.random.default_rng((seed, 2)).uniform(*DESCENT))
    shape = (width, width)
    down = optimize.minimize(
        lambda u: _value(net, u.reshape(shape)), first_weights(width, width, seed).ravel(), jac=True,
        method="L-BFGS-B", options={"maxiter": steps, "maxfun": 3 * steps + 10},
    )  # fmt: skip
    found = optimize.least_squares(
        lambda u: net.flat_gradient(u.reshape(shape)), down.x, jac=lambda u: net.schur(u.reshape(shape)),
        method="trf", xtol=1e-12, ftol=1e-14, gtol=1e-14, max_nfev=EVALUATIONS,
    )  # fmt: skip
    first = found.x.reshape(shape)
    last = net.last(first)
    moved, distance = net.moved(first, last)
    return {
        "ratio": 2 * width / samples, "samples": samples, "seed": seed, "steps": steps, "distance": distance,
        "gradient": float(np.linalg.norm(net.gradient(first, last))), "energy": moved.energy(first, last),
        "index": moved.index(first, last), "parameters": 2 * width**2, "scale": float((moved.y**2).mean()),
    }  # fmt: skip


def _value(net: Tanh, first: Array) -> tuple[float, Array]:
    last = net.last(first)
    return net.energy(first, last) * net.y.shape[1], net.gradient(first, last)[: first.size]


def _negative(blocks: Array) -> int:
    """Negative eigenvalues of a block-diagonal matrix of 1 × 1 and 2 × 2 blocks; a 2 × 2 block of LDL⊤ has one."""
    count, place = 0, 0
    while place < len(blocks):
        if place + 1 < len(blocks) and blocks[place + 1, place] != 0:
            count += int((np.linalg.eigvalsh(blocks[place : place + 2, place : place + 2]) < 0).sum())
            place += 2
        else:
            count += int(blocks[place, place] < 0)
            place += 1
    return count


def curve(
    shares: Array, energies: Array, exponent: float | None, seed: int = 0, resamples: int = 200
) -> tuple[Array, Array]:
    """(ε_c, slope, p) of ε = ε_c + slope·α^{1/p} by a library's search for p, and bootstrap draws of it.

    Example:
        >>> alpha = np.linspace(0.01, 0.1, 20)
        >>> found, drawn = curve(alpha, 0.2 + 2.0 * alpha ** (2 / 3), None, resamples=5)
        >>> [round(float(each), 4) for each in found], drawn.shape
        ([0.2, 2.0, 1.5], (5, 3))
    """
    rng = np.random.default_rng(seed)

    def line(a: Array, e: Array, power: float) -> Array:
        design = np.stack([np.ones(len(a)), a ** (1 / power)], axis=1)
        return np.asarray(np.linalg.lstsq(design, e, rcond=None)[0])

    def left(a: Array, e: Array, power: float) -> float:
        found = line(a, e, power)
        return float(((found[0] + found[1] * a ** (1 / power) - e) ** 2).sum())

    def fitted(a: Array, e: Array) -> Array:
        power = exponent
        if power is None:
            best = optimize.minimize_scalar(lambda p: left(a, e, p), bounds=EXPONENTS, method="bounded")
            power = float(best.x)
        return np.asarray([*line(a, e, power), power])

    draws = (rng.integers(0, len(shares), len(shares)) for _ in range(resamples))
    return fitted(shares, energies), np.stack([fitted(shares[some], energies[some]) for some in draws])
