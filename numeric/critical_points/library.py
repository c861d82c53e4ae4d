"""The second route: a library's root of the gradient, from where bent steps lead; with formulas of its own.

With h = tanh(W¹x), s = 1 − h², b = −2hs, e = W²h − y and U = (s_a x_j), m × n_1n_0,

    ∂𝓛/∂W¹ = (1/m) Σ (W²⊤e ⊙ s) x⊤,      ∂𝓛/∂W² = (1/m) Σ e h⊤,      H_22 = I ⊗ C,  C = (1/m) Σ hh⊤,
    H_11 = (1/m) U⊤U ⊙ (W²⊤W² ⊗ 11⊤) + diag_a((1/m) Σ (W²⊤e)_a b_a xx⊤),
    H_12 = W²_{ia} ((1/m) U⊤h)_{ajb} + δ_{ab} (1/m) Σ e_i s_a x_j.

The last layer is solved for. A library's least squares or hybrid method on ∂𝓛/∂W¹ with the Schur complement S as its
Jacobian stalls from nearly every start where only the gradient of |∇𝓛|² vanishes. So steps come first that cannot: the
absolute value of S is formed with the signs of eigenvalues held for a while, and every part is bent to a bounded length
(c/√(λ² + (c/`PART`)²) along an eigenvector, smoothly). Near a critical point `scipy.optimize.root` takes over. A point
is certified by its gradient and by the Newton step that is left; its index is read off LDL⊤ factorisations of H ± δI
(Sylvester), not off eigenvalues, and has to be the same for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import linalg, optimize

from hessproof.numeric.critical_points.draws import drawn_data, first_weights, samples_for

Array = npt.NDArray[np.float64]

ITERATIONS = 150
"""Bent steps before a run is given up; half of those that arrive need fewer than 60."""
PART, WHOLE = 0.1, 1.5
"""Bounds of a step's part along one eigenvector and of the whole: tanh bends over lengths of about one."""
HELD = 10
"""Steps for which signs are held."""
CLOSE = 1e-3
"""Gradient below which the library takes over every `HELD` steps; its Newton steps mostly converge, or it stops."""
DESCENT = (0.3, 1.85)
"""log10 of the first and last number of descent steps: 2 to 70, with density rising from 0."""
GRADIENT, STEP = 1e-10, 1e-6
"""A point is certified if the gradient of 𝓛 and the Newton step that is left are at most this long: rounding of the
gradient is near 1e-15, eigenvalues are seldom below 1e-6."""
SHIFTS = (1e-6, 1e-9, 1e-12)
"""δ as shares of the largest entry of H; the same index at ±δ means no eigenvalue in between. The first is shown, the
others have to agree."""
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

    def hessian(self, first: Array, last: Array) -> Array:
        """H, of all parameters."""
        top, cross, inner = self.blocks(first, last)
        return np.block([[top, cross], [cross.T, np.kron(np.eye(len(last)), inner)]])


def inertia(matrix: Array) -> int:
    """Negative eigenvalues of a symmetric matrix, counted in an LDL⊤ factorisation.

    Example:
        >>> inertia(np.asarray([[0.0, 1.0], [1.0, 0.0]])), inertia(-np.eye(3))
        (1, 3)
    """
    _, blocks, _ = linalg.ldl(matrix)
    return _negative(blocks)


def library_run(ratio: float, seed: int, width: int = 16, iterations: int = ITERATIONS) -> dict[str, Any]:
    """One run of the second route: kind (certified, unclear, discarded), energy, index, and what they rest on.

    Example:
        >>> one = library_run(0.5, 3, width=2)
        >>> one["parameters"], one["kind"] in ("certified", "unclear", "discarded")
        (8, True)
    """
    samples = samples_for(width, ratio)
    net = Tanh(*drawn_data(width, samples, seed))
    steps = round(10 ** np.random.default_rng((seed, 2)).triangular(DESCENT[0], DESCENT[1], DESCENT[1]))
    shape = (width, width)
    down = optimize.minimize(
        lambda u: _value(net, u.reshape(shape)), first_weights(width, width, seed).ravel(), jac=True,
        method="L-BFGS-B", options={"maxiter": steps, "maxfun": 3 * steps + 10},
    )  # fmt: skip
    first = _approached(net, down.x.reshape(shape), iterations)
    last = net.last(first)
    whole, gradient = net.hessian(first, last), net.gradient(first, last)
    size = float(np.linalg.norm(gradient))
    left = float(np.linalg.norm(linalg.lstsq(whole, gradient)[0])) if size <= GRADIENT else None
    largest = float(np.abs(whole).max())
    kind, counts = "discarded", [inertia(whole)]
    if left is not None and left <= STEP:
        counts = [inertia(whole + sign * delta * largest * np.eye(len(whole))) for delta in SHIFTS for sign in (1, -1)]
        kind = "certified" if len(set(counts[2:])) == 1 else "unclear"
    return {
        "ratio": 2 * width / samples, "samples": samples, "seed": seed, "steps": steps, "kind": kind, "gradient": size,
        "newton": left, "energy": net.energy(first, last), "index": counts[-1], "indices": counts,
        "parameters": 2 * width**2, "scale": float((net.y**2).mean()),
        "largest_row": float(np.linalg.norm(first, axis=1).max()),
    }  # fmt: skip


def _approached(net: Tanh, first: Array, iterations: int) -> Array:
    """Bent steps, and the library's root where the gradient is small."""
    shape, signs = first.shape, np.zeros(0)
    longest = len(net.x) / 8 + 4  # beyond it too few samples lie where tanh bends for a unit to come to rest
    for taken in range(iterations):
        gradient = net.flat_gradient(first)
        if taken % HELD == 0 and np.linalg.norm(gradient) < CLOSE:
            found = optimize.root(
                lambda u: net.flat_gradient(u.reshape(shape)), first.ravel(), options={"maxfev": 20},
                jac=lambda u: net.schur(u.reshape(shape)),
            )  # fmt: skip
            if np.linalg.norm(net.flat_gradient(found.x.reshape(shape))) < GRADIENT:
                return np.asarray(found.x).reshape(shape)
        if np.linalg.norm(first, axis=1).max() > longest:
            break
        values, vectors = linalg.eigh(net.schur(first), driver="evd")
        if taken % HELD == 0:
            signs = np.where(np.arange(values.size) < (values < 0).sum(), -1.0, 1.0)
        parts = vectors.T @ gradient
        step = vectors @ (signs * parts / np.sqrt(values**2 + (parts / PART) ** 2 + 1e-28))
        first = first - min(1.0, WHOLE / max(float(np.linalg.norm(step)), 1e-300)) * step.reshape(shape)
    return first


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
