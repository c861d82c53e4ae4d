"""The transforms of sums and of ReLU's block matrix through exact expected moments, for every size, ε and τ.

The free cumulants of the published R-transform give the moments of its law; they are compared with the limits of
E (1/n) tr A^k, which loop equations give for every n. For H_0 + H_1 every word in the two matrices counts, so that the
comparison tests their freeness too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sympy as sp

from hessproof.numeric.random_matrices import expected, pairings
from hessproof.proofs_check.checks.random_matrices.controls import mutant, spread
from hessproof.proofs_check.checks.random_matrices.stated import block_transform, sum_transform
from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength, Tally
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.free_probability.symbols import EPSILON, SCALE, TAU, Z
from hessproof.symbolic.mutation import mutations

LOOPS = "expected moments of the matrices for every size by loop equations, against the free cumulants of R"
WICK = "leading expected moments of the block matrix by counting pairings, against the power series of its equation"
MUTANTS = {Profile.QUICK: 6, Profile.STANDARD: 40, Profile.THOROUGH: 40}
"""Wrong transforms that are tried: evenly taken from all that are generated."""
POWERS = ("limit", "times $1/n$", "times $1/n^2$", "times $1/n^3$", "times $1/n^4$")
"""How powers of 1/n are called; the moments that are shown, up to the fourth, have no higher ones."""


@dataclass(frozen=True)
class Matrices:
    """A random matrix and the R-transform that is published for its law.

    Args:
        transform: R in ``Z``, ε and τ.
        moments: Its expected moments by power of 1/n.
        orders: Highest order at each profile.
        word: Letters whose covariances have to vanish, or None.
        what: What it is, in words.
    """

    transform: Callable[[], sp.Expr]
    moments: Callable[[int], expected.Expansion]
    orders: dict[Profile, int]
    word: str | None
    what: str


def _unscaled(order: int) -> expected.Expansion:
    return {power: value.xreplace({SCALE: sp.Integer(1)}) for power, value in expected.sum_moment(order).items()}


KINDS = {
    ("pennington2017.density", "density"): Matrices(
        lambda: sum_transform(False), _unscaled,
        {Profile.QUICK: 4, Profile.STANDARD: 7, Profile.THOROUGH: 9}, None, "Wishart plus GOE",
    ),
    ("pennington2017.relu_r", "transform"): Matrices(
        block_transform, expected.block,
        {Profile.QUICK: 6, Profile.STANDARD: 10, Profile.THOROUGH: 18}, "wv", "[[0, B], [B⊤, 0]]",
    ),
}  # fmt: skip


def of_transform(transform: sp.Expr, count: int) -> list[sp.Expr]:
    """m_0, …, m_k of the law with this R-transform."""
    return expected.moments_from_cumulants(expected.cumulants_of(transform, Z, count))


def limits(kind: Matrices, count: int) -> Tally:
    """Compare the limits of the expected moments with the law's, and look at powers of 1/n and covariances."""
    tally, exact = Tally(), of_transform(kind.transform(), count)
    for order in range(1, count + 1):
        found = kind.moments(order)
        tally.count(sp.expand(found.get(0, sp.S.Zero) - exact[order]) == 0)
        tally.count(min(found, default=0) >= 0)
        if kind.word is not None and 4 * order <= count:
            tally.count(expected.covariance_order(kind.word, order, order) >= 2)
    return tally


def wrong_transforms(kind: Matrices, count: int, most: int) -> Iterator[Mutant]:
    """Generated changes of R: they have other moments."""
    right = [kind.moments(order).get(0, sp.S.Zero) for order in range(1, count + 1)]
    for description, wrong in spread(mutations(kind.transform()), most):
        try:
            found = of_transform(wrong, count)[1:]
            apart = [k for k, (one, two) in enumerate(zip(found, right, strict=True), 1) if sp.expand(one - two) != 0]
        except (UnusableRequest, sp.PolynomialError):
            apart = [0]
        yield mutant(
            f"R: {description}", bool(apart), f"moment {apart[0]}" if apart and apart[0] else "no power series"
        )


def _latex(term: sp.Expr) -> str:
    return str(sp.latex(term, symbol_names={EPSILON: r"\varepsilon"}))


def _loops(key: tuple[str, str]) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        kind = KINDS[key]
        count = kind.orders[context.profile]
        controls = tuple(wrong_transforms(kind, 4, MUTANTS[context.profile]))
        shown = [
            {"": f"E tr $A^{k}$/n", POWERS[0]: "$0$"}
            | {POWERS[at]: f"${_latex(term)}$" for at, term in kind.moments(k).items()}
            for k in (2, 3, 4)
        ]
        return Finding(
            Strength.CERTIFICATE, f"moments up to order {count} of {kind.what}, every n, ε and τ; normal entries",
            limits(kind, count), controls=controls, details={f"expected moments, {kind.what}": shown},
        )  # fmt: skip

    return work


def paired(order: int) -> sp.Expr:
    """The limit of E (1/2n) tr H_1^{2k} from pairings: terms n^a q^b with a + b = 2k + 1, q = n/τ."""
    found = pairings.block_moment(order)
    terms = [count * TAU ** (2 * order - b) for (a, b), count in found.items() if a + b == 2 * order + 1]
    return (EPSILON / 2) ** order * sum(terms, sp.S.Zero)


def series(transform: sp.Expr, count: int) -> list[sp.Expr]:
    """m_0, …, m_k: G = w + m_1 w² + … solves G = w (1 + G R(G)), w = 1/z, by Lagrange's inversion.

    [w^{k+1}] G = [u^k] (1 + u R(u))^{k+1}/(k + 1).
    """
    top, bottom = (
        sp.Poly(part, Z).all_coeffs()[::-1] for part in sp.fraction(sp.cancel(sp.together(1 + Z * transform)))
    )
    base = _divided(top, bottom, count)
    power, found = [sp.S.One], list[sp.Expr]()
    for k in range(count + 1):
        power = _product(power, base, count)
        found.append(sp.expand(power[k] / (k + 1)))
    return found


def _divided(top: list[sp.Expr], bottom: list[sp.Expr], count: int) -> list[sp.Expr]:
    """Coefficients of a quotient of polynomials; a division by 0 is a ZeroDivisionError."""
    if bottom[0] == 0:
        raise ZeroDivisionError("no power series at 0")
    found: list[sp.Expr] = []
    for k in range(count + 1):
        rest = sum((bottom[i] * found[k - i] for i in range(1, min(k, len(bottom) - 1) + 1)), sp.S.Zero)
        found.append(sp.cancel(((top[k] if k < len(top) else 0) - rest) / bottom[0]))
    return found


def _product(one: list[sp.Expr], two: list[sp.Expr], count: int) -> list[sp.Expr]:
    return [
        sp.expand(sum((one[i] * two[k - i] for i in range(k + 1) if i < len(one) and k - i < len(two)), sp.S.Zero))
        for k in range(count + 1)
    ]


def _paired(context: Context) -> Finding:
    largest = {Profile.QUICK: 2, Profile.STANDARD: 4, Profile.THOROUGH: 4}[context.profile]
    exact, tally = series(block_transform(), 2 * largest), Tally()
    for order in range(1, largest + 1):
        tally.count(sp.expand(paired(order) - exact[2 * order]) == 0)
        tally.count(exact[2 * order - 1] == 0)
    controls = []
    for description, wrong in spread(mutations(block_transform()), MUTANTS[context.profile]):
        try:
            other = series(wrong, 4)
            caught = any(sp.expand(other[2 * k] - paired(k)) != 0 or other[2 * k - 1] != 0 for k in (1, 2))
        except (ZeroDivisionError, sp.PolynomialError):
            caught = True
        controls.append(mutant(f"R: {description}", caught, "the pairings"))
    return Finding(
        Strength.CERTIFICATE, f"moments up to order {2 * largest}, every ε and τ; normal entries", tally,
        controls=tuple(controls),
    )  # fmt: skip


CHECKS = (
    *(
        FunctionCheck(
            *key, "expected moments", Engine.EXACT, LOOPS, _loops(key),
            (lambda kind=kind: limits(kind, 2)),  # type: ignore[misc]
            statement=kind.transform,
        )
        for key, kind in KINDS.items()
    ),
    FunctionCheck(
        "pennington2017.relu_r", "transform", "pairings", Engine.EXACT, WICK, _paired,
        lambda: (paired(1), series(block_transform(), 2)), statement=block_transform,
    ),
)  # fmt: skip
