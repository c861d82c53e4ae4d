r"""The limit law of H_0 for the two-layer network without activation.

With W²W²^⊤ = Σ s_i o_i o_i^⊤, C = W¹^⊤W¹ and P = XX^⊤/m, the nonzero eigenvalues of H_0 are those of K = J^⊤J/m, which
is the direct sum over i of (s_i I + C)P up to zeros: n² of 2n², the others are zero. For weights N(0, 1/n) and inputs
N(0, 1), s and C follow the Marchenko–Pastur law of mean 1 and ratio 1, and with c = n/m = τ/2 the companion
X^⊤(s + C)X/m of size m has the Stieltjes transform g = 1/u, where (Marchenko & Pastur 1967, Silverstein 1995)

    λ = u (1 − c + c u G_C(u − s)),        G_C(w) = (1 − √(1 − 4/w))/2,        Im u > 0 for Im λ > 0.

Squared, that is a polynomial of degree 4 in u. Since dΦ/dλ = g for

    Φ = λg − 1 − ln g + c (ln g + L_C(u − s)),        L_C(w) = w G_C − 1 − ln G_C + ln(1 − G_C) = ∫ ln(w − t) dC(t),

the distribution function needs no integral over λ: 1 − Im Φ/π is that of the companion, and the law of H_0 has

    N(λ) = ½ + ½ ∫ (1 − Im Φ_s(λ)/π − (1 − c))/c dMP(s),        λ > 0.

It has an atom of mass ½ at 0 for every τ ≤ 2, and of mass 1 − 1/τ above: in place of (1 − 1/τ)_+ of the model.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hessproof.symbolic.errors import UnusableRequest

Floats = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]
NODES = 96
"""Nodes in s; twice as many change N by less than 1e-4, which is below what any sample of these sizes shows."""
ABOVE = 1e-8
"""How far above the real line λ is taken: its error in N is of that order, and a double still sees Im u."""
CHUNK = 2048
"""Places at a time: 2048 · 48 polynomials of degree 4 take some 25 MB."""


def mixing_nodes(count: int = NODES) -> tuple[Floats, Floats]:
    """Nodes s and weights of the Marchenko–Pastur law of mean 1 and ratio 1: s = y² for y of the semicircle law.

    Gauss–Chebyshev of the second kind, exact for polynomials in s of degree below ``count``.

    Example:
        >>> s, w = mixing_nodes(8)
        >>> [round(float(w @ s**k), 12) for k in range(4)]
        [1.0, 1.0, 2.0, 5.0]
    """
    angles = np.arange(1, count // 2 + 1) * np.pi / (count + 1)
    return np.asarray(4 * np.cos(angles) ** 2), np.asarray(4 / (count + 1) * np.sin(angles) ** 2)


def outer_distribution(points: Floats, tau: float) -> Floats:
    """N(λ) of the limit law of H_0.

    Args:
        points: Places λ, one-dimensional.
        tau: τ = 2n/m > 0.

    Raises:
        UnusableRequest: If τ is not a positive number, or a point is none.

    Example:
        >>> outer_distribution(np.array([-1.0, 0.0, 20.0]), 0.5).round(6).tolist()
        [0.0, 0.5, 1.0]
    """
    if not (np.isfinite(tau) and tau > 0):
        raise UnusableRequest(f"τ = {tau}", "a positive number", "give for instance 0.5")
    places = np.asarray(points, dtype=np.float64)
    if places.ndim != 1 or not len(places) or not np.isfinite(places).all():
        raise UnusableRequest("places", "a vector of finite numbers", "give at least one")
    c = tau / 2
    s, weights = mixing_nodes()
    found = np.zeros(len(places))
    atom = max(0.5, 1 - 1 / tau)
    inside = np.flatnonzero(places > 0)
    for chunk in np.array_split(inside, -(-len(inside) // CHUNK)) if len(inside) else ():
        z = np.asarray(places[chunk][:, None] + 1j * ABOVE, dtype=np.complex128)
        companion = 1 - _potential(z, s[None, :], c).imag / np.pi
        found[chunk] = 0.5 + 0.5 * ((companion - 1 + c) / c) @ weights
    return np.asarray(np.clip(np.where(places < 0, 0.0, np.maximum(found, np.where(places >= 0, atom, 0.0))), 0.0, 1.0))


def _potential(z: Complexes, s: Floats, c: float) -> Complexes:
    """Φ at the root u with Im u > 0 that solves the equation before it is squared."""
    a, b = 2 * z + 0 * s, -2 * (1 - c)
    coefficients = np.stack([
        4 * c + 0 * a,
        b * b - 2 * a * c + 2 * b * c * s,
        2 * a * b - s * b * b + 2 * s * a * c,
        a * a - 2 * a * b * s,
        -s * a * a,
    ])  # fmt: skip
    u = _roots(coefficients)
    w = u - s
    g_c = (1 - np.sqrt(1 - 4 / w)) / 2
    wrong = g_c.imag * w.imag > 0
    g_c = np.where(wrong, 1 - g_c, g_c)
    error = abs(u * (1 - c + c * u * g_c) - z) / (1 + abs(z))
    error = np.where(u.imag > 0, error, np.inf)
    best = np.argmin(error, axis=0)[None]
    u, g_c = (np.take_along_axis(each, best, axis=0)[0] for each in (u, g_c))
    within = (u - s) * g_c - 1 - np.log(g_c) + np.log(1 - g_c)
    return np.asarray(z / u - 1 + np.log(u) + c * (within - np.log(u)))


def _roots(coefficients: Complexes) -> Complexes:
    """All roots of polynomials of degree 4, the highest coefficient first: eigenvalues of companion matrices."""
    monic = coefficients[1:] / coefficients[0]
    companion = np.zeros((*monic.shape[1:], 4, 4), dtype=np.complex128)
    companion[..., 0, :] = -np.moveaxis(monic, 0, -1)
    companion[..., [1, 2, 3], [0, 1, 2]] = 1
    return np.asarray(np.moveaxis(np.linalg.eigvals(companion), -1, 0))


def law_moments(tau: float, count: int) -> list[float]:
    """Moments 1, …, ``count`` of the limit law, by integrating 1 − N: ∫ kλ^{k−1} (1 − N) dλ.

    Example:
        >>> [round(each, 3) for each in law_moments(0.5, 2)]
        [1.0, 3.625]
    """
    c = tau / 2
    end = 8.0 * (1 + np.sqrt(c)) ** 2  # the largest (s + C) is 8, the largest eigenvalue of P is (1 + √c)²
    nodes, weights = np.polynomial.legendre.leggauss(400)
    angle = (nodes + 1) * np.pi / 4
    places, jacobian = end * np.sin(angle) ** 2, end * np.sin(2 * angle) * np.pi / 4
    tail = (1 - outer_distribution(places, tau)) * jacobian * weights
    return [float((k * places ** (k - 1)) @ tail) for k in range(1, count + 1)]


__all__ = ["law_moments", "mixing_nodes", "outer_distribution"]
