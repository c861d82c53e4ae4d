"""Where Lemma 2 and the steps before it fail: small exact networks, each seen by two routes.

The rational route compares fractions; the second one evaluates the losses from their definition in balls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from typing import Any

import flint

from hessproof.numeric.landscape.ball_losses import Matrix, Sample, ball, change, label_loss, precision
from hessproof.numeric.landscape.two_classes import LOG_2, Dead, log_2_enclosed, logit_difference, root_2_enclosed
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.convergence.minimum import case_of
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Counterexample, Engine, Mutant, Strength

IDEA = "two objects with one input and both labels: their losses differ by a difference of logits, a fraction"
LARGEST = {Profile.QUICK: 4, Profile.STANDARD: 11, Profile.THOROUGH: 20}
"""Largest denominator of ε, largest a and u, and powers of two for x, of the points tried around dead minima."""
LEMMA = "kiselev2024.lemma2"
ORDER = "k, then the number of parameters, then the largest denominator, then x, a and u"
ONE = Fraction(1)


def points(most: int, scale: Fraction = ONE) -> Iterator[Dead]:
    """Dead minima and live points near them, small ones first: ε = 1/n, a and u up to ``most`` times ``scale``."""
    for n in range(1, most + 1):
        for power in range(most):
            for a in range(1, most + 1):
                for u in range(1, most + 1):
                    yield Dead(Fraction(1, n), a * scale, u * scale, Fraction(2**power))


def near_points(largest: int, powers: int) -> Iterator[Dead]:
    """Points with entries of the size of 1/n, at θ as at θ*, n up to ``largest``, and inputs below 2^powers."""
    for n in range(1, largest + 1):
        for power in range(powers):
            for a in range(1, 5):
                for u in range(1, 5):
                    yield Dead(Fraction(1, n), Fraction(a, n), Fraction(u, n), Fraction(2**power))


def weights_of(dead: Dead) -> tuple[list[Matrix], list[Matrix]]:
    """θ* and θ as matrices."""
    zero = Fraction(0)
    return [[[-dead.epsilon]], [[zero], [zero]]], [[[dead.first]], [[dead.second], [-dead.second]]]


def seen_in_balls(dead: Dead, bound: Callable[[Dead], Any]) -> bool:
    """Whether balls exclude |𝓛_2 − 𝓛_1| ≤ bound at θ, and find both losses equal to log 2 at θ* and around it."""
    with precision():
        here, there = weights_of(dead)
        sample = Sample(((dead.x,), (dead.x,)), (1, 0))
        still = [[[Fraction(-1, 2) * dead.epsilon]], [[ONE], [-ONE]]]
        flat = all(bool(abs(label_loss([Fraction(0)] * 2, c) - flint.arb(2).log()) < 1e-30) for c in (0, 1))
        flat = flat and all(logit_difference(net, dead.x) == 0 for net in (here, still))
        return flat and bool(abs(change(there, sample)) > bound(dead))


def ball_bound(dead: Dead, *, everywhere: bool) -> Any:
    """(2/(k + 1))(M_ℓ + M_H R²) as a ball: Theorem 1 with L = 2, summed up."""
    square = ball(dead.squared_norms(everywhere=everywhere))
    root, x = flint.arb(2).sqrt(), ball(dead.x)
    curvature = root * 2 * x**2 * square**2 + root * square * (square**2 - 1) / (square - 1)
    return flint.arb(2).log() + curvature * ball(dead.squared_radius)


def ball_rate(dead: Dead) -> Any:
    """L(hM)^{2L}R²/k with L = 2, h = k = 1, M the largest entry at both points."""
    return ball(2 * dead.epsilon**4 * dead.squared_radius)


def example_of(dead: Dead, predicted: str, bound: Callable[[Dead], Any]) -> Counterexample:
    """The point, printed for a reader to redo, and confirmed in balls."""
    here, there = weights_of(dead)
    text = [[[[str(entry) for entry in row] for row in matrix] for matrix in net] for net in (there, here)]
    return Counterexample(
        widths=[1, 1, 2], data_rank=1, residual_rank=1, activation="relu", loss="cross-entropy", predicted=predicted,
        measured=f"|𝓛_2 − 𝓛_1| = ½(z_1 − z_2) = {dead.change}", weights=text[0], reference_weights=text[1],
        inputs=[[str(dead.x)]] * 2, targets=[["0", "1"], ["1", "0"]], about="bound and |𝓛_2 − 𝓛_1| at θ, k = 1",
        order=ORDER, reproduce=f"hessproof verify {LEMMA} --engine exact",
        confirmed_by="the losses themselves, in balls of 200 bits" if seen_in_balls(dead, bound) else None,
    )  # fmt: skip


@cache
def smallest(everywhere: bool) -> Dead:
    """The first point that breaks Lemma 2, in the stated order."""
    tried = near_points(20, 9) if everywhere else points(8)
    return next(dead for dead in tried if dead.breaks(everywhere=everywhere))


def _lemma(key: str) -> Callable[[Context], Finding]:
    everywhere = key == "bound_everywhere"

    def work(context: Context) -> Finding:
        counter, sound = Counter(claim(LEMMA).part(key)), log_2_enclosed() and root_2_enclosed()
        most = LARGEST[context.profile]
        for dead in near_points(4 * most, 2 * most) if everywhere else points(most):
            counter.count(case_of((1, 1, 2)), not dead.breaks(everywhere=everywhere))
        dead = smallest(everywhere)
        counter.count(case_of((1, 1, 2)), not dead.breaks(everywhere=everywhere))
        bound = float(dead.published(everywhere=everywhere))
        text = f"(2/(k+1))(M_ℓ + M_H R²) < {bound + 1e-4:.4f}, M_ℓ = log 2, R² = {dead.squared_radius}"
        text += f", M_W² = {dead.squared_norms(everywhere=everywhere)}"
        example = example_of(dead, text, lambda point: ball_bound(point, everywhere=everywhere))
        return _finding(
            counter, example if sound else None, f"{counter.tally.tried} points around dead minima of 1-1-2"
        )

    return work


def _surface(context: Context) -> Finding:
    """At θ* all losses are log 2 and all Hessians zero, so that the right side is zero; at θ it is not."""
    counter = Counter(claim(LEMMA).part("surface"))
    for dead in points(LARGEST[context.profile]):
        counter.count(case_of((1, 1, 2)), dead.change == 0)
    text = "0: ℓ_1 = ℓ_2 = log 2 and H_1 = H_2 = 0 at θ*, around which the network is dead"
    example = example_of(Dead(ONE, ONE, ONE, ONE), text, lambda point: flint.arb(0))
    return _finding(counter, example, f"{counter.tally.tried} points around dead minima of 1-1-2")


def _true_hessians(context: Context) -> Finding:
    """The Hessians at a dead θ* are zero, so that (2/(k + 1))M_ℓ = log 2 is all that is left of the right side."""
    counter = Counter(claim(LEMMA).part("bound_true_hessians"))
    for dead in points(LARGEST[context.profile]):
        counter.count(case_of((1, 1, 2)), dead.change <= LOG_2[0])
    text = "(2/(k+1))(M_ℓ + 0) = log 2 < 0.6932: ℓ_1 = ℓ_2 = log 2 and H_1 = H_2 = 0 at θ*"
    example = example_of(Dead(ONE, ONE, ONE, ONE), text, lambda point: flint.arb(2).log())
    sound = example if log_2_enclosed() else None
    return _finding(counter, sound, f"{counter.tally.tried} points around dead minima of 1-1-2")


def _rate(context: Context) -> Finding:
    """|𝓛_2 − 𝓛_1| = M² against C·2M⁴·6M²: no constant C does for all M."""
    counter, ratios = Counter(claim(LEMMA).part("rate")), []
    for n in range(1, 100 * LARGEST[context.profile]):
        entry = Fraction(1, n)
        dead = Dead(entry, entry, entry, ONE)
        ratios.append(dead.change / (2 * entry**4 * dead.squared_radius))
    for constant in (1, 10**2, 10**4):
        counter.count(case_of((1, 1, 2)), max(ratios) <= constant)
    half = Dead(Fraction(1, 2), Fraction(1, 2), Fraction(1, 2), ONE)
    text = (
        f"C·L(hM)^{{2L}}R²/k = {2 * half.epsilon**4 * half.squared_radius} for C = 1; with M = 1/n in place of 1/2 the "
    )
    text += "right side is 12C/n⁶ and the left side 1/n², so that no C does"
    found = _finding(counter, example_of(half, text, ball_rate), "entries 1/n at θ* and θ, h = k = 1, L = 2")
    found.details["also"] = "at R = 0 the right side is zero and |ℓ_{k+1} − 𝓛_k|/(k + 1) is not: M_ℓ has been dropped"
    return found


def _curvature(context: Context) -> Finding:
    """One layer at W = 0: H_1 = H_2 has norm ½, H_3 = 0, and Theorem 1 says 0."""
    counter = Counter(claim(LEMMA).part("curvature"))
    norm = mean_hessian_norm()
    counter.count(case_of((1, 2)), norm <= 0)
    example = Counterexample(
        widths=[1, 2], data_rank=1, residual_rank=1, activation="relu", loss="cross-entropy",
        predicted="2M_H = 0, since M_W = 0", measured=f"‖H_3 − (H_1 + H_2)/2‖ = {norm}",
        reference_weights=[[["0"], ["0"]]], inputs=[["1"], ["1"], ["0"]], targets=[["1", "0"], ["0", "1"], ["1", "0"]],
        about="bound and ‖H_{k+1} − (1/k)ΣH_i‖ at θ*, k = 2", order="number of parameters, then of objects",
        reproduce=f"hessproof verify {LEMMA} --engine exact",
        confirmed_by="the power series of log(1 + e^{-2s}) along W = s(1, −1)⊤" if second_coefficient() else None,
    )  # fmt: skip
    return _finding(counter, example, "one layer at W = 0")


def mean_hessian_norm() -> Fraction:
    """‖diag(p) − pp⊤‖ at p = (½, ½), x = 1: the trace, as the other eigenvalue is zero.

    Example:
        >>> mean_hessian_norm()
        Fraction(1, 2)
    """
    p = (Fraction(1, 2), Fraction(1, 2))
    matrix = [[p[i] * (i == j) - p[i] * p[j] for j in range(2)] for i in range(2)]
    determinant = matrix[0][0] * matrix[1][1] - matrix[0][1] * matrix[1][0]
    return matrix[0][0] + matrix[1][1] if determinant == 0 else Fraction(0)


def second_coefficient() -> bool:
    """Whether log(1 + e^{-2s}) = log 2 − s + ½s² + …: h⊤Hh = 1 for h = (1, −1), so that ‖H‖ ≥ ½.

    Example:
        >>> second_coefficient()
        True
    """
    exponential = flint.fmpq_series([0, -2], prec=3).exp()
    halved = (exponential - 1) / 2
    return list((1 + halved).log().coeffs()) == [0, -1, flint.fmpq(1, 2)]


def _values(context: Context) -> Finding:
    """ℓ = log(1 + e^n) > n − 1 for W = (n, 0)⊤, x = 1 and the second label."""
    counter = Counter(claim("kiselev2024.bounded_loss").part("values"))
    sizes = [10**power for power in range(LARGEST[context.profile])]
    with precision():
        for n in sizes:
            counter.count(case_of((1, 2)), not label_loss([Fraction(n), Fraction(0)], 1) > n - 1)
    apart = all(logit_difference([[[Fraction(n)], [Fraction(0)]]], ONE) == n for n in sizes)
    example = Counterexample(
        widths=[1, 2], data_rank=1, residual_rank=1, activation="relu", loss="cross-entropy",
        predicted="ℓ ≤ C for some C; here C = 999, and any other with W = (C + 1, 0)⊤",
        measured="ℓ = log(1 + e^{1000}) > 999",
        weights=[[["1000"], ["0"]]], inputs=[["1"]], targets=[["0", "1"]], about="bound and loss",
        order="number of parameters, then of objects",
        reproduce="hessproof verify kiselev2024.bounded_loss --engine ball",
        confirmed_by="ℓ − ℓ′ = z_1 − z_2 = 1000 with ℓ′ > 0, the loss under the other label" if apart else None,
    )  # fmt: skip
    return _finding(counter, example, f"W = (n, 0), n up to {sizes[-1]}")


def _finding(counter: Counter, example: Counterexample | None, scope: str) -> Finding:
    shown = example is not None and example.confirmed_by is not None
    stated = Mutant(description="the published statement itself", caught=shown, by="the counterexample")
    return Finding(Strength.SAMPLE, scope, counter.tally, counter.regions, (stated,), example)


def demonstrate() -> None:
    """One point."""
    smallest(False).breaks()
    logit_difference([[[ONE]], [[ONE], [ONE]]], ONE)


def demonstrate_matrix() -> None:
    """One matrix."""
    mean_hessian_norm()


def demonstrate_values() -> None:
    """One loss."""
    with precision():
        label_loss([ONE, ONE], 1)


CHECKS = (
    *(
        FunctionCheck(LEMMA, key, "dead minima", Engine.EXACT, IDEA, work, demonstrate)
        for key, work in (
            ("surface", _surface),
            ("bound", _lemma("bound")),
            ("bound_everywhere", _lemma("bound_everywhere")),
            ("bound_true_hessians", _true_hessians),
            ("rate", _rate),
        )
    ),
    FunctionCheck(
        LEMMA, "curvature", "one layer at zero", Engine.EXACT, "the Hessian diag(p) − pp⊤ at equal logits, exactly",
        _curvature, demonstrate_matrix,
    ),
    FunctionCheck(
        "kiselev2024.bounded_loss", "values", "large logits", Engine.BALL, "losses of growing logits, in balls",
        _values, demonstrate_values,
    ),
)  # fmt: skip
