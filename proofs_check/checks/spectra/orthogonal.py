"""All weights orthogonal, Σ = τI, Ω = ωW^{L:1}: the whole spectrum of H_L, at signed permutations, in integers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import flint
import numpy as np
from numpy.typing import NDArray

from hessproof.numeric.exact import exact_rank
from hessproof.numeric.instance import Instance, special_instance
from hessproof.numeric.operators import HessianOperator
from hessproof.numeric.reference import reference_hessian
from hessproof.numeric.spectra.characteristic import characteristic, power
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.derivations import examine
from hessproof.proofs_check.checks.spectra.plateaus import case_of
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.spectra import orthogonal as derived

Array = NDArray[Any]
ROWS = "rows of blocks of H_o and H_f for symbolic depth, reduced by W⊤W = I, then the L × L matrix of the layers"
POLYNOMIAL = "the characteristic polynomial over the integers at signed permutations, Hessian from its definition"
SWEEPS = "the sweeps of §3.2 applied to a full basis of stated eigenvectors, in integers"
SIZES = {
    Profile.QUICK: ((1, 2), (2, 3)),
    Profile.STANDARD: ((1, 2, 3), (2, 3, 4)),
    Profile.THOROUGH: ((1, 2, 3, 4), (2, 3, 4, 5)),
}
"""Widths n and depths L by profile."""


@dataclass(frozen=True, eq=False)
class Point:
    """Signed permutations as weights, with τ and ω."""

    instance: Instance
    tau: int
    omega: int

    @property
    def size(self) -> int:
        """n."""
        return self.instance.architecture.inputs

    @property
    def depth(self) -> int:
        """L."""
        return self.instance.architecture.layers


def stated(size: int, depth: int, tau: int, omega: int) -> list[tuple[int, int]]:
    """(eigenvalue, multiplicity) as stated: the symmetric directions, then the antisymmetric ones.

    Example:
        >>> stated(2, 3, 1, 5)
        [(13, 3), (-5, 6), (-7, 1), (5, 2)]
    """
    found = []
    for sign in (1, -1):
        directions = size * (size + sign) // 2
        found += [(depth * tau + sign * (depth - 1) * omega, directions), (-sign * omega, (depth - 1) * directions)]
    return found


def draw(size: int, depth: int, rng: np.random.Generator) -> Point:
    """Random signed permutations, τ between 1 and 5, ω between −5 and 5."""
    weights = [
        np.eye(size, dtype=np.int64)[rng.permutation(size)] * rng.choice([-1, 1], (size, 1)) for _ in range(depth)
    ]
    tau, omega = int(rng.integers(1, 6)), int(rng.integers(-5, 6))
    whole = np.eye(size, dtype=np.int64)
    for weight in weights:
        whole = weight @ whole
    architecture = Architecture((size,) * (depth + 1))
    return Point(special_instance(architecture, weights, tau * np.eye(size, dtype=np.int64), omega * whole), tau, omega)


def points(context: Context) -> Iterator[Point]:
    """Two draws for every n and L of the profile."""
    rng = np.random.default_rng(context.seed_for("orthogonal"))
    sizes, depths = SIZES[context.profile]
    for size in sizes:
        for depth in depths:
            for _ in range(2):
                yield draw(size, depth, rng)


def polynomial_agrees(point: Point, tau: int | None = None, omega: int | None = None, more: int = 0) -> bool:
    """Whether χ(H_L) is the stated product; other τ, ω or depth are controls."""
    values = stated(
        point.size, point.depth + more, point.tau if tau is None else tau, point.omega if omega is None else omega
    )
    product = flint.fmpz_poly([1])
    for value, count in values:
        product *= power(flint.fmpz_poly([-value, 1]), count)
    return bool(characteristic(reference_hessian(point.instance, "loss")) == product)


def basis(point: Point) -> Iterator[tuple[Array, int]]:
    """Directions ΔW^l = c_l W^{l:1} X W^{1:l-1} with X (anti)symmetric and c constant or of sum zero; eigenvalues."""
    size, depth = point.size, point.depth
    chains = [np.eye(size, dtype=np.int64)]
    for weight in point.instance.weights:
        chains.append(np.asarray(weight, dtype=np.int64) @ chains[-1])
    combinations = [np.ones(depth, dtype=np.int64)]
    combinations += [np.eye(depth, dtype=np.int64)[0] - np.eye(depth, dtype=np.int64)[l] for l in range(1, depth)]
    values = stated(size, depth, point.tau, point.omega)
    for sign in (1, -1):
        for i in range(size):
            for j in range(i if sign == 1 else i + 1, size):
                unit = np.zeros((size, size), dtype=np.int64)
                unit[i, j], unit[j, i] = 1, sign
                for which, combination in enumerate(combinations):
                    pieces = [combination[l] * chains[l + 1] @ unit @ chains[l].T for l in range(depth)]
                    yield np.concatenate([piece.ravel() for piece in pieces]), values[(1 - sign) + min(which, 1)][0]


def vectors_agree(point: Point, shift: int = 0) -> bool:
    """Whether the sweeps multiply every basis vector by its eigenvalue, and the vectors span everything."""
    found = list(basis(point))
    vectors = np.stack([vector for vector, _ in found], axis=1)
    values = np.array([value + shift for _, value in found])
    weights = [np.asarray(weight, dtype=np.int64) for weight in point.instance.weights]
    sigma, omega = (np.asarray(m, dtype=np.int64) for m in (point.instance.sigma, point.instance.omega))
    image = np.asarray(HessianOperator(weights, sigma, omega, "loss").apply(vectors))
    spans = exact_rank(vectors.astype(object), most_primes=10**6).value == len(vectors)
    return spans and bool((image == vectors * values).all())


def _work(test: Callable[..., bool], wrong: dict[str, Callable[[Point], bool]]) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter = Counter(claim("hessproof.plateaus").part("orthogonal"))
        found = list(points(context))
        for point in found:
            counter.count(case_of(point.instance), test(point))
        controls = tuple(
            Mutant(description=text, caught=not all(map(other, found)), by="another spectrum")
            for text, other in wrong.items()
        )
        sizes, depths = SIZES[context.profile]
        scope = f"{len(found)} networks of signed permutations, n in {sizes}, L in {depths}"
        return Finding(Strength.SAMPLE, scope, counter.tally, counter.regions, controls)

    return work


WRONG_POLYNOMIAL: dict[str, Callable[[Point], bool]] = {
    "τ + 1 for τ": lambda point: polynomial_agrees(point, tau=point.tau + 1),
    "ω + 1 for ω": lambda point: polynomial_agrees(point, omega=point.omega + 1),
    "−ω for ω": lambda point: polynomial_agrees(point, omega=-point.omega),
    "L + 1 for L": lambda point: polynomial_agrees(point, more=1),
}
WRONG_VECTORS: dict[str, Callable[[Point], bool]] = {
    "eigenvalues plus one": lambda point: vectors_agree(point, 1),
    "eigenvalues minus one": lambda point: vectors_agree(point, -1),
}


def demonstrate_polynomial() -> None:
    """One network."""
    polynomial_agrees(draw(2, 2, np.random.default_rng(0)))


def demonstrate_vectors() -> None:
    """One network."""
    vectors_agree(draw(2, 2, np.random.default_rng(0)))


def _derived(context: Context) -> Finding:
    return examine(derived.spectrum(), context)


def demonstrate_rows() -> None:
    """Every derivation."""
    for derivation in derived.spectrum():
        derivation.check(0, count=1)


CHECKS = (
    FunctionCheck(
        "hessproof.plateaus", "orthogonal", "block rows", Engine.SYMBOLIC, ROWS, _derived, demonstrate_rows,
        derivations=derived.spectrum,
    ),
    FunctionCheck(
        "hessproof.plateaus", "orthogonal", "characteristic polynomial", Engine.EXACT, POLYNOMIAL,
        _work(polynomial_agrees, WRONG_POLYNOMIAL), demonstrate_polynomial,
    ),
    FunctionCheck(
        "hessproof.plateaus", "orthogonal", "eigenvectors", Engine.EXACT, SWEEPS,
        _work(vectors_agree, WRONG_VECTORS), demonstrate_vectors,
    ),
)  # fmt: skip
