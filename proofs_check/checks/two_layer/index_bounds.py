"""Negative eigenvalues of networks without activation: counted exactly, and predicted by the right laws."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.two_layer.corrected_law import corrected_shares
from hessproof.numeric.two_layer.ensembles import drawn_net
from hessproof.numeric.two_layer.exact import exact_parts
from hessproof.numeric.two_layer.freeness import rotated
from hessproof.numeric.two_layer.linear_index import negative_count, right_half_plane
from hessproof.numeric.two_layer.measurements import negative_shares
from hessproof.proofs_check.checks.derivations import examine
from hessproof.proofs_check.criteria import random_limits
from hessproof.proofs_check.criteria.random_model import ENERGIES
from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength, Tally
from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.two_layer import kernel_form
from hessproof.symbolic.two_layer.mixed_derivatives import second_derivative

CLAIM = random_limits.INDEX
DERIVED = "the form on the kernel, block by block of the real Jordan form of M"
WHOLE = "the whole Hessian at rational points, its negative eigenvalues by Descartes' rule"
LYAPUNOV = "the quadratic form −tr(MK²) on the kernel, its signature from M alone"
FLOATS = "Hessians of drawn networks in float64, eigenvalues by LAPACK"
FREE = "the free sum of the right laws, by a fixed point of Stieltjes transforms"
ROTATED = "one part of a drawn Hessian rotated at random"
WIDTHS = {Profile.QUICK: (1, 2), Profile.STANDARD: (1, 2, 3), Profile.THOROUGH: (1, 2, 3, 4)}
POINTS = {Profile.QUICK: 6, Profile.STANDARD: 12, Profile.THOROUGH: 40}
"""Points of each width."""
SCALES = tuple(map(Fraction, ("1/1000", "1/10", "1", "10")))
"""Sizes of the residuals at one point."""
TINY = Fraction(1, 10**9)
"""A size at which all negative eigenvalues that are not forced are gone, for integers up to 3 as they are drawn."""

NEAR = 1e-6
"""Sums of two eigenvalues of an integer M below this are taken for zero: M has norm below 25, and rounding is 1e-14."""

Rationals = npt.NDArray[Any]


@dataclass(frozen=True)
class IntegerNet:
    """Integer weights W¹, W², inputs X and residuals E as columns."""

    w1: Rationals
    w2: Rationals
    x: Rationals
    e: Rationals

    @property
    def middle(self) -> Rationals:
        """m W¹B⊤W², an integer matrix."""
        return np.asarray(self.w1 @ self.x @ self.e.T @ self.w2)

    def parts(self) -> tuple[Rationals, Rationals]:
        """H_0 and H_1 over the rational numbers."""
        targets = (self.w2 @ self.w1 @ self.x - self.e).T
        return exact_parts(self.w1, self.w2, self.x.T, targets)


def points(profile: Profile, seed: int) -> Iterator[IntegerNet]:
    """Integer networks of every width, m = 2n, with entries from −3 to 3; W¹, W² and XX⊤ invertible."""
    rng = np.random.default_rng(seed)
    for n in WIDTHS[profile]:
        found = 0
        while found < POINTS[profile]:
            w1, w2, x, e = (
                rng.integers(-3, 4, shape).astype(object) for shape in ((n, n), (n, n), (n, 2 * n), (n, 2 * n))
            )
            whole = (np.asarray(w, dtype=float) for w in (w1, w2, x @ x.T))
            if min(abs(np.linalg.det(each)) for each in whole) > 0.5:  # integers: 1 or more, or 0
                found += 1
                yield IntegerNet(w1, w2, x, e)


Bound = Callable[[int, int], int]
"""Of n and the number of μ with positive real part."""


def lower(n: int, right: int) -> int:
    """n(n − 1)/2 + #{Re μ > 0}."""
    return n * (n - 1) // 2 + right


WRONG: tuple[tuple[str, Bound], ...] = (
    ("one more", lambda n, right: lower(n, right) + 1),
    ("n(n + 1)/2 in place of n(n − 1)/2", lambda n, right: n * (n + 1) // 2 + right),
    ("n² in place of n(n − 1)/2", lambda n, right: n * n + right),
    ("the left half-plane", lambda n, right: lower(n, n - right)),
    ("both half-planes", lambda n, right: lower(n, n)),
)
LESS: tuple[tuple[str, Bound], ...] = (
    ("one less", lambda n, right: lower(n, right) - 1),
    ("without the half-plane", lambda n, right: lower(n, 0)),
)


def _exact(part: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        tally, missed = Tally(), dict[str, str]()
        wrong = WRONG if part == "bounds" else WRONG + LESS
        for net in points(context.profile, context.seed_for(f"integer networks {part}")):
            n, right = len(net.w1), right_half_plane(net.middle)
            if right is None:
                tally.count(None, satisfied=False)
                continue
            outer, error = net.parts()
            for scale in SCALES if part == "bounds" else (TINY,):
                index = negative_count(outer + scale * error)
                tally.count(_fits(part, lower(n, right), index, n))
                for text, other in wrong:
                    if not _fits(part, other(n, right), index, n):
                        missed.setdefault(text, f"n = {n}, index {index}, {right} eigenvalues with Re μ > 0")
        return Finding(Strength.SAMPLE, f"integer networks of widths {WIDTHS[context.profile]}, m = 2n", tally,
                       controls=_mutants(wrong, missed))  # fmt: skip

    return work


def _fits(part: str, bound: int, index: int, n: int) -> bool:
    """The bounds of any energy, or for small residuals equality."""
    return bound <= index <= n * n if part == "bounds" else bound == index


def _derived(context: Context) -> Finding:
    """The derivations, the signs of the squares that they end in, and H ⪰ 0 on the changes of W¹ alone."""
    finding = examine(derivations(), context)
    for positive, squares in ((True, 3), (False, 1)):
        finding.tally.count(kernel_form.negative_signs(positive) == squares)
    finding.tally.count(second_derivative("11") == 0)
    return finding


def derivations() -> tuple[Derivation, ...]:
    """The kernel of H_0, the form on it, blocks of both kinds, and their number."""
    return (
        kernel_form.kernel(), kernel_form.along(), kernel_form.complex_pair(), kernel_form.real_pair(),
        kernel_form.counted(),
    )  # fmt: skip


def _mutants(wrong: tuple[tuple[str, Bound], ...], missed: dict[str, str]) -> tuple[Mutant, ...]:
    return tuple(Mutant(description=text, caught=text in missed, by=missed.get(text, "no point tells them apart"))
                 for text, _ in wrong)  # fmt: skip


def _signature(matrix: Rationals) -> tuple[int, int] | None:
    """Negative eigenvalues of K ↦ −tr(MK²), and #{Re μ > 0}, in floating point; None near μ_i + μ_j = 0."""
    n, values = len(matrix), np.linalg.eigvals(matrix.astype(float))
    if abs(values[:, None] + values[None, :]).min() < NEAR:
        return None
    eye = np.eye(n)
    whole = -np.einsum("li,jk->ijkl", matrix.astype(float), eye).reshape(n * n, n * n)
    return int((np.linalg.eigvalsh((whole + whole.T) / 2) < 0).sum()), int((values.real > 0).sum())


def _lyapunov(context: Context) -> Finding:
    """The form's own signature at integer matrices M that come from no network."""
    tally, missed = Tally(), dict[str, str]()
    rng = np.random.default_rng(context.seed_for("integer matrices M"))
    for n in WIDTHS[context.profile]:
        for _ in range(4 * POINTS[context.profile]):
            matrix = rng.integers(-5, 6, (n, n))
            found = _signature(matrix)
            tally.count(None if found is None else found[0] == lower(n, found[1]), satisfied=found is not None)
            for text, other in WRONG + LESS:
                if found is not None and found[0] != other(n, found[1]):
                    missed.setdefault(text, f"M = {matrix.tolist()}")
    return Finding(Strength.SAMPLE, f"integer matrices M of n = {WIDTHS[context.profile]} rows", tally,
                   controls=_mutants(WRONG + LESS, missed))  # fmt: skip


def _floats(context: Context) -> Finding:
    """Drawn networks, their whole Hessians at energies from 10^-6 to 100."""
    tally, missed = Tally(), dict[str, str]()
    seed = context.seed_for("drawn networks") % 2**31
    for n in (2, 4, 6) if context.profile == Profile.QUICK else (2, 4, 6, 8, 12):
        for k in range(POINTS[context.profile]):
            net = drawn_net("linear", n, 3 * n, seed=seed + k).with_residuals(0.5, seed + k)
            outer, error = net.parts()
            middle = net.w1 @ net.x.T @ net.residuals @ net.w2
            right = int((np.linalg.eigvals(middle).real > 0).sum())
            for share in negative_shares(outer, error, (1e-3, 1e-1, 1.0, 100.0)):
                index = round(share * 2 * n * n)
                tally.count(lower(n, right) <= index <= n * n)
                for text, other in WRONG:
                    if not other(n, right) <= index <= n * n:
                        missed.setdefault(text, f"n = {n}, index {index}, {right} eigenvalues with Re μ > 0")
    return Finding(Strength.SAMPLE, "drawn networks, energies from 0.001 to 100", tally,
                   controls=_mutants(WRONG, missed))  # fmt: skip


def _corrected(free: bool) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        tally, records, caught = Tally(), list[dict[str, object]](), dict[str, str]()
        n = random_limits.INDEX_SIZES[context.profile]
        for tau in random_limits.INDEX_RATIOS:
            rule = random_limits.corrected(tau, context.profile)
            values = []
            for seed in rule.seeds:
                net = drawn_net("linear", n, round(2 * n / tau), seed=seed).with_residuals(0.5, seed)
                outer, error = net.parts()
                found = negative_shares(outer, error, ENERGIES)
                right = corrected(tau) if free else _turned(outer, error, seed)
                values.append(_apart(found, right))
                tally.count(rule.met(values[-1]))
                for text, other in _changes(right):
                    if not rule.met(_apart(found, other)):
                        caught.setdefault(text, f"{_apart(found, other):.3f} at τ = {tau:g}")
            records.append(rule.record(values))
        controls = tuple(Mutant(description=text, caught=text in caught, by=caught.get(text, "within 0.05"))
                         for text, _ in _changes([0.0] * len(ENERGIES)))  # fmt: skip
        return Finding(Strength.SAMPLE, f"drawn networks, n = {n}", tally, controls=controls,
                       details={"criteria": records})  # fmt: skip

    return work


def corrected(tau: float) -> list[float]:
    """α of the free sum at the energies of the criterion."""
    return corrected_shares(tau, ENERGIES)


def _turned(outer: npt.NDArray[np.float64], error: npt.NDArray[np.float64], seed: int) -> list[float]:
    return negative_shares(outer, rotated(error, np.random.default_rng([seed, 3])), ENERGIES)


def _changes(shares: list[float]) -> Iterator[tuple[str, list[float]]]:
    """Other predictions, generated from the right one."""
    for factor in (0.0, 0.5, 0.75, 1.25, 1.5, 2.0):
        yield f"{factor:g}α", [factor * each for each in shares]
    yield "1 − α", [1 - each for each in shares]
    yield "α − ¼, without the atom of H_0", [each - 0.25 for each in shares]


def _apart(one: list[float], two: list[float]) -> float:
    return max(abs(a - b) for a, b in zip(one, two, strict=True))


def demonstrate_derived() -> None:
    """Two derivations and a mutant."""
    for derivation in derivations():
        derivation.check(0, count=1)
        next(derivation.mutants()).rejection()
    second_derivative("11")


def demonstrate_exact() -> None:
    """One integer network."""
    net = next(points(Profile.QUICK, 0))
    right_half_plane(net.middle)
    outer, error = net.parts()
    negative_count(outer + error)


def demonstrate_lyapunov() -> None:
    """One matrix."""
    _signature(np.array([[1]]))


def demonstrate_floats() -> None:
    """One drawn network."""
    net = drawn_net("linear", 2, 6, seed=0).with_residuals(0.5, 0)
    negative_shares(*net.parts(), (1.0,))


def demonstrate_free() -> None:
    """The free sum at one energy, and a network."""
    corrected_shares(0.5, (1.0,))


def demonstrate_rotated() -> None:
    """A rotated part."""
    net = drawn_net("linear", 2, 6, seed=0).with_residuals(0.5, 0)
    _turned(*net.parts(), 0)


CHECKS = (
    *(
        FunctionCheck(
            CLAIM, part, "derivation", Engine.SYMBOLIC, DERIVED, _derived, demonstrate_derived, derivations=derivations
        )
        for part in ("bounds", "small")
    ),
    FunctionCheck(CLAIM, "bounds", "integer networks", Engine.EXACT, WHOLE, _exact("bounds"), demonstrate_exact),
    FunctionCheck(CLAIM, "bounds", "drawn networks", Engine.FLOAT, FLOATS, _floats, demonstrate_floats),
    FunctionCheck(CLAIM, "small", "integer networks", Engine.EXACT, WHOLE, _exact("small"), demonstrate_exact),
    FunctionCheck(CLAIM, "small", "signature of the form", Engine.FLOAT, LYAPUNOV, _lyapunov, demonstrate_lyapunov),
    FunctionCheck(CLAIM, "corrected", "free sum", Engine.FLOAT, FREE, _corrected(True), demonstrate_free),
    FunctionCheck(CLAIM, "corrected", "rotated parts", Engine.FLOAT, ROTATED, _corrected(False), demonstrate_rotated),
)
