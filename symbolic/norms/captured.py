r"""How much of a top eigenspace survives a perturbation: the overlap of the spaces from traces.

Let H = G + N be symmetric, U the k leading eigenvectors of H, V those of G, θ_1, …, θ_k the principal angles between
the two spaces and ω = ‖U⊤V‖_F²/k = 1 − Σ sin²θ_i/k their overlap. G has the eigenvalues γ_1 ≥ γ_2 ≥ …, and ν is the
difference of the largest and the smallest eigenvalue of N. With w_i = ‖U⊤v_i‖² ∈ [0, 1], Σ_{i≤k} w_i = kω, and Ky Fan's
principle (tr U⊤HU is the largest trace of H on k dimensions)

    (γ_k − γ_{k+1}) k(1 − ω) ≤ tr V⊤GV − tr U⊤GU ≤ tr U⊤NU − tr V⊤NV ≤ ν Σ sin θ_i ≤ ν k√(1 − ω),

for UU⊤ − VV⊤ has the eigenvalues ± sin θ_i and zeros. So ω ≥ 1 − (ν/(γ_k − γ_{k+1}))². It is attained where it says
nothing any more: G = diag(1, 0) and N = diag(−½, ½) leave H = ½I, of which every direction is an eigenvector.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from functools import cache, partial
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Derivation, Rule, Step
from hessproof.symbolic.norms.exactly import exact_value, expanded
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.valuation import Valuation

COUNT, SIZE = sp.symbols("k p", integer=True, positive=True)
OVERLAP = sp.Symbol("omega", real=True)
SPREAD = sp.Symbol("nu", nonnegative=True)
SINES = sp.Symbol(r"\operatorname{tr} \sin \Theta", nonnegative=True)
"""Σ sin θ_i."""
INDEX = sp.Symbol("i", integer=True)
GAMMA = sp.IndexedBase("gamma", real=True)
WEIGHT = sp.IndexedBase("w", real=True, nonnegative=True)


def trace(frame: str, matrix: str) -> sp.Symbol:
    """tr X⊤YX for the frame X (U or V) and the matrix Y (G, N or H)."""
    return sp.Symbol(rf"\operatorname{{tr}} {frame}^\top {matrix} {frame}", real=True)


class Exchange(Rule):
    """One expression in place of another that is equal to it, or that bounds it in the right direction.

    Args:
        name: What the step is called.
        statement: What is used, in LaTeX.
        old: What is replaced: a term of the line.
        new: What takes its place.
        relation: How ``old`` lies to ``new``: "=", or "<=" for old ≤ new.
        assumptions: What is taken for granted.

    Raises:
        RuleFailure: If the relation is another one.
    """

    def __init__(
        self, name: str, statement: str, old: Any, new: Any, relation: str = "=", assumptions: tuple[str, ...] = ()
    ) -> None:
        self.name, self.statement, self.old, self.new = name, statement, old, new
        if relation not in ("=", "<="):
            raise RuleFailure(f"rule '{name}' knows = and <=, not {relation}")
        self.relation = "<=" if relation == "<=" else "="
        self.assumptions = assumptions

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Exchange the term; where it is bounded it must be added with a factor that is not negative."""
        plain = sp.expand(expression)
        factor = plain.coeff(self.old) if self.old.is_Symbol or self.old.is_Sum else None
        if factor is None or factor == 0 or sp.expand(plain - factor * self.old).has(self.old):
            raise RuleFailure(f"{expression} is not linear in {self.old}")
        if self.relation != "=" and not factor.is_nonnegative:
            raise RuleFailure(f"{self.old} has the factor {factor}, which may be negative")
        return plain + factor * (self.new - self.old)


class Ordered(Rule):
    """γ_k Σ_{i≤k}(1 − w_i) − γ_{k+1} Σ_{i>k} w_i ≤ Σ_{i≤k} γ_i(1 − w_i) − Σ_{i>k} γ_i w_i."""

    name = "order of the eigenvalues"
    statement = r"\gamma_i \ge \gamma_k \ (i \le k), \quad \gamma_i \le \gamma_{k+1} \ (i > k), \quad 0 \le w_i \le 1"
    relation = "<="
    assumptions = ("γ_1 ≥ γ_2 ≥ …", "w_i = ‖U⊤v_i‖² lies between 0 and 1")

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Take the eigenvalues into the sums."""
        first, last = head(1 - WEIGHT[INDEX]), tail(WEIGHT[INDEX])
        if expanded(expression - (GAMMA[COUNT] * first - GAMMA[COUNT + 1] * last), ordering) != 0:
            raise RuleFailure(f"{expression} is not γ_k Σ(1 − w) − γ_{{k+1}} Σ w")
        return head(GAMMA[INDEX] * (1 - WEIGHT[INDEX])) - tail(GAMMA[INDEX] * WEIGHT[INDEX])


class Missing(Rule):
    """k(1 − ω) = Σ_{i≤k}(1 − w_i) = Σ_{i>k} w_i, each where it stands with γ_k or γ_{k+1}."""

    name = "overlap as weights"
    statement = r"k\omega = \sum_{i \le k} w_i, \qquad \sum_{i \le p} w_i = k"
    assumptions = ("U and V have orthonormal columns",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Write both multiples of k(1 − ω) as sums."""
        lost = COUNT * (1 - OVERLAP)
        if sp.expand(expression - (GAMMA[COUNT] - GAMMA[COUNT + 1]) * lost) != 0:
            raise RuleFailure(f"{expression} is not a gap times k(1 − ω)")
        return GAMMA[COUNT] * head(1 - WEIGHT[INDEX]) - GAMMA[COUNT + 1] * tail(WEIGHT[INDEX])


class InTheBasis(Rule):
    """Σ_{i≤k} γ_i(1 − w_i) − Σ_{i>k} γ_i w_i = tr V⊤GV − tr U⊤GU."""

    name = "traces in the eigenbasis of G"
    statement = (
        r"\operatorname{tr} V^\top G V = \sum_{i \le k} \gamma_i, \quad"
        r" \operatorname{tr} U^\top G U = \sum_i \gamma_i w_i"
    )

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Read the sums as traces."""
        sums = head(GAMMA[INDEX] * (1 - WEIGHT[INDEX])) - tail(GAMMA[INDEX] * WEIGHT[INDEX])
        if expanded(expression - sums, ordering) != 0:
            raise RuleFailure(f"{expression} is not the difference of the traces")
        return trace("V", "G") - trace("U", "G")


def head(body: Any) -> sp.Sum:
    """Σ_{i=1}^{k}."""
    return sp.Sum(body, (INDEX, 1, COUNT))


def tail(body: Any) -> sp.Sum:
    """Σ_{i=k+1}^{p}."""
    return sp.Sum(body, (INDEX, COUNT + 1, SIZE))


def same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two scalars are equal after expansion, inside of sums as well."""
    return bool(expanded(one - two, ordering) == 0)


class KyFan(Rule):
    """−tr U⊤HU ≤ −tr V⊤HV: U spans the k leading eigenvectors of H."""

    name = "Ky Fan"
    statement = r"\operatorname{tr} V^\top H V \le \operatorname{tr} U^\top H U"
    relation = "<="
    assumptions = ("U spans k leading eigenvectors of H",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Exchange U for V where the trace is subtracted."""
        plain, old = sp.expand(expression), trace("U", "H")
        factor = plain.coeff(old)
        if not factor.is_negative or sp.expand(plain - factor * old).has(old):
            raise RuleFailure(f"{old} is not subtracted in {expression}")
        return plain + factor * (trace("V", "H") - old)


class Projections(Rule):
    """tr U⊤NU − tr V⊤NV ≤ ν Σ sin θ_i: the positive eigenvalues of UU⊤ − VV⊤ add up to Σ sin θ_i, as do the others."""

    name = "difference of projections"
    statement = r"\operatorname{spec}(UU^\top - VV^\top) = \{\pm\sin\theta_i\} \cup \{0\}"
    relation = "<="
    assumptions = ("U and V have orthonormal columns",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Bound the difference of the traces."""
        if sp.expand(expression - trace("U", "N") + trace("V", "N")) != 0:
            raise RuleFailure(f"{expression} is not the difference of the traces of N")
        return SPREAD * SINES


@cache
def overlap_bound() -> Derivation:
    """(γ_k − γ_{k+1}) k(1 − ω) ≤ ν k√(1 − ω).

    Example:
        >>> overlap_bound().check(0).ok, overlap_bound().relation
        (True, '<=')
    """
    gap = (GAMMA[COUNT] - GAMMA[COUNT + 1]) * COUNT * (1 - OVERLAP)
    sums = GAMMA[COUNT] * head(1 - WEIGHT[INDEX]) - GAMMA[COUNT + 1] * tail(WEIGHT[INDEX])
    inner = head(GAMMA[INDEX] * (1 - WEIGHT[INDEX])) - tail(GAMMA[INDEX] * WEIGHT[INDEX])
    u, v = partial(trace, "U"), partial(trace, "V")
    split, mean = r"H = G + N", COUNT * sp.sqrt(1 - OVERLAP)
    final = SPREAD * mean
    cauchy = r"\left(\sum_{i \le k} \sin\theta_i\right)^2 \le k \sum_i \sin^2\theta_i = k^2 (1 - \omega)"
    return Derivation(
        "overlap_bound", "the overlap of two top eigenspaces", Ordering(COUNT >= 1, COUNT + 1 <= SIZE), gap,
        (
            Step(sums, Missing()),
            Step(inner, Ordered()),
            Step(v("G") - u("G"), InTheBasis()),
            Step(v("G") - u("H") + u("N"), Exchange("split", split, u("G"), u("H") - u("N"))),
            Step(v("G") - v("H") + u("N"), KyFan()),
            Step(u("N") - v("N"), Exchange("split", split, v("H"), v("G") + v("N"))),
            Step(SPREAD * SINES, Projections()),
            Step(final, Exchange("Cauchy–Schwarz", cauchy, SINES, mean, "<=")),
        ),
        final, source="this project; Fan 1949", same=same, evaluate=exact_value, valuations=_pairs,
        remarks=("ω ≥ 1 − (ν/(γ_k − γ_{k+1}))² where the gap is positive",),
    )  # fmt: skip


def _pairs(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Rational matrices with known spectra: H = PDP⊤ and G = QEQ⊤, P and Q rational and orthogonal."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for size, count in ((2, 1), (3, 1), (3, 2), (4, 2)):
        one, two = _rotation(size, stream), _rotation(size, stream)
        spectra = [sorted((sp.Rational(stream.randint(-9, 9), 2) for _ in range(size)), reverse=True) for _ in "HG"]
        whole = one * sp.diag(*spectra[0]) * one.T
        part = two * sp.diag(*spectra[1]) * two.T
        rest = whole - part
        frames = {"U": one[:, :count], "V": two[:, :count]}
        matrices = {"G": part, "N": rest, "H": whole}
        weights = [sum((one[:, :count].T * two[:, [i]]).applyfunc(lambda entry: entry**2)) for i in range(size)]
        reach = [sum(abs(rest[i, j]) for j in range(size) if j != i) for i in range(size)]
        spread = max(rest[i, i] + reach[i] for i in range(size)) - min(rest[i, i] - reach[i] for i in range(size))
        met = frames["U"].T * frames["V"]
        numbers: dict[Any, Any] = {
            COUNT: sp.Integer(count), SIZE: sp.Integer(size), GAMMA: dict(enumerate(spectra[1], start=1)),
            WEIGHT: dict(enumerate(weights, start=1)), OVERLAP: sum(weights[:count]) / sp.Integer(count),
            SPREAD: spread, SINES: _sines(met * met.T),
        }  # fmt: skip
        for name, frame in frames.items():
            numbers |= {trace(name, key): (frame.T * matrix * frame).trace() for key, matrix in matrices.items()}
        yield Valuation(numbers)


def _sines(squares: sp.Matrix) -> Any:
    """Σ sin θ_i from the 1 × 1 or 2 × 2 matrix whose eigenvalues are cos²θ_i."""
    if squares.rows == 1:
        return sp.sqrt(1 - squares[0, 0])
    half, root = squares.trace() / 2, sp.sqrt(squares.trace() ** 2 / 4 - squares.det())
    return sp.sqrt(1 - half - root) + sp.sqrt(1 - half + root)


def _rotation(size: int, stream: random.Random) -> sp.Matrix:
    """(I − S)(I + S)^{-1} for a random antisymmetric S: rational and orthogonal (Cayley)."""
    skew = sp.zeros(size, size)
    for i in range(size):
        for j in range(i):
            drawn = Fraction(stream.randint(-6, 6), stream.randint(1, 3))
            skew[i, j], skew[j, i] = sp.Rational(drawn), -sp.Rational(drawn)
    unit = sp.eye(size)
    return (unit - skew) * (unit + skew).inv()
