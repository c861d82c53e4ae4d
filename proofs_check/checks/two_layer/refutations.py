"""Where the assumptions of the random model are false whatever is drawn: exact moments, and an exact index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np
import sympy as sp

from hessproof.numeric.two_layer.exact import exact_net
from hessproof.numeric.two_layer.linear_index import negative_count
from hessproof.numeric.two_layer.second_differences import error_part
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Counterexample, Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.free_probability.symbols import EPSILON, TAU
from hessproof.symbolic.two_layer import expected_moments
from hessproof.symbolic.two_layer.entrywise import entrywise_moment

CLAIM = "pennington2017.assumptions"
WICK = "limits of expected moments by pairings, for symbolic sizes"
ENTRIES = "expected moments entry by entry, at tiny sizes, against those of the model's own matrices of that size"
INDEX = "negative eigenvalues counted over the rational numbers below the model's critical energy"
RATIOS = tuple(map(sp.Rational, ("1/10", "1/4", "1/2", "1", "3/2", "3")))
"""τ at which limits are compared."""
SIZES = ((1, 1), (1, 2), (1, 3), (2, 1))
"""(n, m) at which entries are listed."""
ABOUT = {
    "wishart": "φ(H_0²)/φ(H_0)², which no scale changes",
    "wigner": "φ(H_1⁴)/φ(H_1²)², which no scale changes",
    "free": "φ(H_0 H_1²)/(φ(H_0) φ(H_1²)), which no scale changes",
}
QUOTIENTS = {"wishart": ("00", ("0", "0")), "wigner": ("1111", ("11", "11")), "free": ("011", ("0", "11"))}
"""Which moment is divided by which two."""
LINEAR = Case(Architecture((1, 1, 1)), 1, 1)


def exact(part: str) -> sp.Expr:
    """The limit of the quotient for networks without activation, in τ."""
    whole, divisors = QUOTIENTS[part]
    unit = {expected_moments.V1: 1, expected_moments.V2: 1}
    over, *under = (
        expected_moments.limit(expected_moments.expected_moment(each).subs(unit)) for each in (whole, *divisors)
    )
    return sp.cancel(over / (under[0] * under[1]))


NAMES = {EPSILON: r"\varepsilon"}
MODEL = {"wishart": 1 + TAU, "wigner": sp.Integer(2), "free": sp.Integer(1)}
"""The same for the model."""


def _model_at(part: str, n: int, m: int) -> Fraction:
    """The quotient of expected moments of the model's matrices of 2n² rows; J has mn columns.

    E tr(JJ⊤)²/N = 1 + (N + 1)/p; a Wigner matrix (GOE) has E tr M²/N = 1 + 1/N and E tr M⁴/N = 2 + 5/N + 5/N²; and
    E φ(A QB²Q⊤) = φ(A)φ(B²) for a uniformly distributed rotation Q.
    """
    size = 2 * n * n
    if part == "wishart":
        return 1 + Fraction(size + 1, m * n)
    if part == "wigner":
        return (2 + Fraction(5, size) + Fraction(5, size**2)) / (1 + Fraction(1, size)) ** 2
    return Fraction(1)


def _quotient_at(part: str, n: int, m: int) -> Fraction:
    whole, divisors = QUOTIENTS[part]
    over, *under = (entrywise_moment(each, n, m) for each in (whole, *divisors))
    return over / (under[0] * under[1])


def _control(description: str, same: bool) -> Mutant:
    return Mutant(description=description, caught=not same, by="the moments differ")


def _wick(part: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter = Counter(claim(CLAIM).part(part))
        found, model = exact(part), MODEL[part]
        for tau in RATIOS:
            counter.count(LINEAR, found.subs(TAU, tau) == sp.sympify(model).subs(TAU, tau))
        half = {TAU: sp.Rational(1, 2)}
        confirmed = all(_quotient_at(part, *size) != _model_at(part, *size) for size in SIZES)
        example = Counterexample(
            widths=[], data_rank=0, residual_rank=0, values={"τ": "1/2"}, about=f"the limit of {ABOUT[part]}",
            predicted=str(sp.sympify(model).subs(half)), measured=str(found.subs(half)), order="τ",
            confirmed_by="expected moments entry by entry at tiny sizes" if confirmed else None,
            reproduce=f"hessproof verify {CLAIM} --engine symbolic",
        )  # fmt: skip
        shown = {"networks": found, "model": sp.sympify(model)}
        if part == "wigner":
            shown["φ(H_1²), networks"] = expected_moments.limit(expected_moments.expected_moment("11"))
            shown["φ(H_1²), model"] = 2 * EPSILON
        details = {name: f"${sp.latex(value, symbol_names=NAMES)}$" for name, value in shown.items()}
        return Finding(Strength.PROOF, "every τ, in the limit", counter.tally, counter.regions,
                       (_control("the published statement itself", bool(sp.cancel(found - model) == 0)),), example,
                       details)  # fmt: skip

    return work


def _entries(part: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter = Counter(claim(CLAIM).part(part))
        rows: list[tuple[tuple[int, int], Fraction, Fraction]] = []
        for size in SIZES:
            rows.append((size, _quotient_at(part, *size), _model_at(part, *size)))
            counter.count(LINEAR, rows[-1][1] == rows[-1][2])
        (n, m), measured, predicted = rows[0]
        limit = sp.cancel(exact(part) - MODEL[part])
        example = Counterexample(
            widths=[], data_rank=0, residual_rank=0, values={"n": str(n), "m": str(m)}, about=ABOUT[part],
            predicted=str(predicted), measured=str(measured), order="n, then m",
            confirmed_by="Wick's formula, for every n and m" if limit != 0 else None,
            reproduce=f"hessproof verify {CLAIM} --engine exact",
        )  # fmt: skip
        return Finding(
            Strength.CERTIFICATE, f"(n, m) = {', '.join(map(str, SIZES))}", counter.tally, counter.regions,
            (_control("the published statement itself", measured == predicted),), example,
            {"quotients": [{"n, m": list(size), "networks": str(a), "model": str(b)} for size, a, b in rows]},
        )  # fmt: skip

    return work


CRITICAL = Fraction(1127, 100_000)
"""Just below ε_c(½) = 0.01127…, for H_0 of mean 1."""


def _identity(n: int, value: Fraction | int = 1) -> list[list[Fraction]]:
    return [[Fraction(value) * (i == j) for j in range(n)] for i in range(n)]


def _rows(n: int, size: Fraction) -> tuple[list[list[Fraction]], list[list[Fraction]]]:
    """The unit vectors four times each as inputs, so that τ = ½, and targets with e = size · x at W¹ = W² = I."""
    inputs = [row for _ in range(4) for row in _identity(n)]
    return inputs, [[(1 - size) * entry for entry in row] for row in inputs]


def _fixed(n: int) -> tuple[int, bool]:
    """Index at W¹ = W² = I with residuals ±x of the energy 1/(2n), where the gradient is zero; and that it is.

    The energy is above s²ε_c(½) = 0.0028… for n ≤ 100, so that the model has α > 0.
    """
    inputs = [row for _ in range(4) for row in _identity(n)]
    targets = [[entry - (-1) ** (i // n) * entry for entry in row] for i, row in enumerate(inputs)]
    net = exact_net(_identity(n), _identity(n), inputs, targets)
    outer, error = net.hessian_parts()
    return negative_count(outer + error), not net.gradient().any()


def _usable(context: Context) -> Finding:
    """W¹ = W² = I, τ = ½: with small residuals the model has α = 0, and at a fixed point α > 0; not so the network."""
    counter = Counter(claim(CLAIM).part("usable"))
    size = Fraction(1, 100)
    found: list[tuple[int, int, Fraction, Fraction]] = []
    for n in (1, 2, 3):
        net = exact_net(_identity(n), _identity(n), *_rows(n, size))
        outer, error = net.hessian_parts()
        scale = sum(np.diag(outer)) / len(outer)
        below = net.energy < CRITICAL * scale**2
        index = negative_count(outer + error)
        counter.count(Case(Architecture((n, n, n)), n, n), index == 0, satisfied=bool(below))
        found.append((n, index, net.energy, scale))
        resting, still = _fixed(n)
        counter.count(
            Case(Architecture((n, n, n)), n, n, traits=frozenset({"fixed point"})), resting > 0, satisfied=still
        )
    # of n = 2 rows on almost all weights give a negative eigenvalue, n(n − 1)/2 at least; of one row half of them do
    n, index, energy, scale = found[1]
    text: Callable[[Sequence[Sequence[Fraction]]], list[list[str]]] = lambda rows: [  # noqa: E731
        [str(entry) for entry in row] for row in rows
    ]
    inputs, targets = _rows(n, size)
    # H_1 once more from values of the network; on (K, −K) it is −2 tr(MK²) with M = mB⊤ ∝ I, negative for symmetric K
    again = error_part(_identity(n), _identity(n), inputs, targets, False)
    confirmed = all(again[i][n * n + i] > 0 for i in range(0, n * n, n + 1))
    example = Counterexample(
        widths=[n, n, n], data_rank=n, residual_rank=n, weights=[text(_identity(n))] * 2, inputs=text(inputs),
        targets=text(targets), values={"τ": "1/2", "ε": str(energy), "mean of H_0": str(scale)},
        about="negative eigenvalues of H, ε < s² ε_c; by hessproof.linear_index almost all weights have some",
        predicted="0", measured=str(index), order="least n at which almost all weights have them",
        confirmed_by="H_1 by second differences: negative on (K, −K) for every symmetric K" if confirmed else None,
        reproduce=f"hessproof verify {CLAIM} --engine exact",
    )  # fmt: skip
    controls = (_control("the published statement itself", index == 0),)
    return Finding(Strength.CERTIFICATE, "W¹ = W² = I, n ≤ 3", counter.tally, counter.regions, controls, example,
                   {"index below the critical energy": {f"n = {n}": index for n, index, _, _ in found},
                    "index at fixed points above it": {f"n = {n}": _fixed(n)[0] for n, _, _, _ in found}})  # fmt: skip


def demonstrate_wick() -> None:
    """One limit."""
    exact("wigner")


def demonstrate_entries() -> None:
    """One quotient."""
    _quotient_at("free", 1, 1)


def demonstrate_usable() -> None:
    """The smallest network."""
    outer, error = exact_net(_identity(1), _identity(1), *_rows(1, Fraction(1, 2))).hessian_parts()
    negative_count(outer + error)


CHECKS = (
    *(
        FunctionCheck(CLAIM, part, name, engine, idea, work(part), demonstrate)
        for part in QUOTIENTS
        for name, engine, idea, work, demonstrate in (
            ("Wick's formula", Engine.SYMBOLIC, WICK, _wick, demonstrate_wick),
            ("entry by entry", Engine.EXACT, ENTRIES, _entries, demonstrate_entries),
        )
    ),
    FunctionCheck(CLAIM, "usable", "below the critical energy", Engine.EXACT, INDEX, _usable, demonstrate_usable),
)
