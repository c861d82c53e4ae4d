"""R-transforms add: on the Fock space for all orders, and from the definition of freeness to high order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle, islice
from math import comb
from typing import Any

import sympy as sp

from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.free_probability.law_proofs import examined
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.free_probability import fock, noncrossing
from hessproof.symbolic.free_probability.cumulants import cumulants_from_moments, moments_from_cumulants
from hessproof.symbolic.free_probability.freeness import FreePair, commuting_sum

CASE = Case(Architecture((1, 1)), 0, 0)
FOCK = "creators and annihilators on the full Fock space: an eigenvector gives R for all orders"
DEFINITION = "mixed moments expanded from the definition of freeness, as polynomials in all moments"
COUNTING = "noncrossing partitions of small sets, listed one by one"
SERIES = "power series with symbolic moments, order by order"
ORDERS = {Profile.QUICK: 6, Profile.STANDARD: 8, Profile.THOROUGH: 11}
"""Orders to which free cumulants are compared; 2^n words of n letters, with 2n symbolic moments."""
PARTITIONS = {Profile.QUICK: 7, Profile.STANDARD: 9, Profile.THOROUGH: 12}
"""Points whose noncrossing partitions are listed: C_12 = 208,012 of them at most."""
WORDS = {Profile.QUICK: 5, Profile.STANDARD: 8, Profile.THOROUGH: 10}
"""Lengths of alternating products whose 3^n sign patterns are followed."""


def derived() -> tuple[Derivation, ...]:
    """One canonical element, and the sum of two."""
    return fock.eigenvector(1), fock.eigenvector(2)


def _by_fock(context: Context) -> Finding:
    """The derivations, and freeness of the two algebras by the induction step and on all patterns of short products."""
    found = examined(derived(), context)
    longest = WORDS[context.profile]
    patterns = [tuple(islice(cycle(pair), n)) for n in range(1, longest + 1) for pair in ((1, 2), (2, 1))]
    for letters in patterns:
        found.tally.count(fock.alternating(letters))
    units = not fock.alternating((1, 2), allow_unit=True)
    repeated = not fock.alternating((1, 2, 2))
    controls = (
        *found.controls,
        Mutant(description="factors that are not centred", caught=units, by="their product may keep Ω"),
        Mutant(description="the same letter twice in a row", caught=repeated, by="ℓ*ℓ = 1 may bring Ω back"),
    )
    return Finding(
        Strength.PROOF, "all orders", found.tally, controls=controls,
        details=found.details | {"alternating products up to length": longest},
    )  # fmt: skip


def _symbolic_moments(order: int) -> tuple[list[Any], list[Any]]:
    names = [f"{letter}{k}" for letter in "ab" for k in range(1, order + 1)]
    _ring, *letters = sp.ring(names, sp.QQ)
    return letters[:order], letters[order:]


Sums = Callable[[Sequence[Any], Sequence[Any], int], list[Any]]


def free_sums(first: Sequence[Any], second: Sequence[Any], order: int) -> list[Any]:
    """Moments of a + b for free a and b, from the definition."""
    pair = FreePair(first, second)
    return [pair.of_sum(n) for n in range(1, order + 1)]


def independent_sums(first: Sequence[Any], second: Sequence[Any], order: int) -> list[Any]:
    """Moments of a sum of independent numbers."""
    return [commuting_sum(first, second, n) for n in range(1, order + 1)]


def boolean_sums(first: Sequence[Any], second: Sequence[Any], order: int) -> list[Any]:
    """Moments of a sum in which mixed moments factorise letter by letter: Boolean independence."""

    def interval(moments: Sequence[Any]) -> list[Any]:
        found: list[Any] = []
        for n in range(1, len(moments) + 1):
            found.append(moments[n - 1] - sum(found[k - 1] * moments[n - k - 1] for k in range(1, n)))
        return found

    added = [x + y for x, y in zip(interval(first), interval(second), strict=True)]
    found: list[Any] = []
    for n in range(1, order + 1):
        found.append(added[n - 1] + sum(added[k - 1] * found[n - k - 1] for k in range(1, n)))
    return found


def added(sums: Sums, order: int, transform: Callable[[Sequence[Any]], list[Any]]) -> list[bool]:
    """By order, whether the coefficients of the sum are the sums of the coefficients."""
    first, second = _symbolic_moments(order)
    whole, one, two = (transform(list(m)) for m in (sums(first, second, order), first, second))
    return [x == y + z for x, y, z in zip(whole, one, two, strict=True)]


def classical(moments: Sequence[Any]) -> list[Any]:
    """Cumulants of probability theory, which add for independent numbers and not for free elements."""
    found: list[Any] = []
    for n in range(1, len(moments) + 1):
        rest = sum(comb(n - 1, k - 1) * found[k - 1] * moments[n - k - 1] for k in range(1, n))
        found.append(moments[n - 1] - rest)
    return found


def _by_definition(context: Context) -> Finding:
    part = claim("pennington2017.r_transform").part("additive")
    counter, order = Counter(part), ORDERS[context.profile]
    for holds in added(free_sums, order, cumulants_from_moments):
        counter.count(CASE, holds)
    small = 5
    wrong: tuple[tuple[str, Sums, Callable[[Sequence[Any]], list[Any]]], ...] = (
        ("independent numbers in place of free elements", independent_sums, cumulants_from_moments),
        ("Boolean independence in place of freeness", boolean_sums, cumulants_from_moments),
        ("classical cumulants in place of free ones", free_sums, classical),
        ("moments in place of cumulants", free_sums, list),
    )
    controls = []
    for words, sums, transform in wrong:
        outcome = added(sums, small, transform)
        by = f"order {outcome.index(False) + 1} does not add" if not all(outcome) else "adds up to order 5"
        controls.append(Mutant(description=words, caught=not all(outcome), by=by))
    return Finding(
        Strength.CERTIFICATE, f"free cumulants up to order {order}, with symbolic moments of both summands",
        counter.tally, counter.regions, tuple(controls),
    )  # fmt: skip


def _affine(context: Context) -> Finding:
    """κ_1(cX + a) = cκ_1 + a and κ_k(cX + a) = c^k κ_k with symbolic moments."""
    order = ORDERS[context.profile]
    _ring, c, a, *m = sp.ring(["c", "a", *(f"m{k}" for k in range(1, order + 1))], sp.QQ)
    scaled = cumulants_from_moments(_moved(m, c, a, order))
    plain = cumulants_from_moments(m)
    counter = Counter(claim("hessproof.wishart_scale").part("affine"))
    for k, (new, old) in enumerate(zip(scaled, plain, strict=True), start=1):
        counter.count(CASE, new == c**k * old + (a if k == 1 else 0))
    controls = []
    for words, power in (
        ("cR(z): κ_k with one c", lambda k: 1),
        ("R(cz): κ_k with c^{k−1}", lambda k: k - 1),
        ("c²R(cz)", lambda k: k + 1),
        ("c²R(c²z): the law scaled like its entries", lambda k: 2 * k),
    ):
        miss = [k for k in range(1, order + 1) if scaled[k - 1] != c ** power(k) * plain[k - 1] + (a if k == 1 else 0)]
        controls.append(Mutant(description=words, caught=bool(miss), by=f"differs at orders {miss}"))
    return Finding(
        Strength.CERTIFICATE, f"orders up to {order}, symbolic moments", counter.tally, counter.regions, tuple(controls)
    )


def _moved(moments: Sequence[Any], factor: Any, shift: Any, order: int) -> list[Any]:
    """Moments of cX + a by the binomial theorem."""
    one = [1, *moments]
    return [sum(comb(n, k) * factor**k * one[k] * shift ** (n - k) for k in range(n + 1)) for n in range(1, order + 1)]


def _cumulants(key: str, order: int) -> list[Any]:
    """v at k = 2 with v = 1, or τ^{k−1} with a letter for τ; the scale comes by homogeneity."""
    if key == "catalan":
        return [int(k == 2) for k in range(1, order + 1)]
    _ring, tau = sp.ring("tau", sp.QQ)
    return [tau ** (k - 1) for k in range(1, order + 1)]


def _stated(key: str, order: int) -> Any:
    """The stated moment of order n: Catalan number, or Narayana polynomial in τ."""
    if key == "catalan":
        return 0 if order % 2 else comb(order, order // 2) // (order // 2 + 1)
    _ring, tau = sp.ring("tau", sp.QQ)
    return sum((comb(order, i) * comb(order, i + 1) // order) * tau**i for i in range(order))


def _by_counting(key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter, most = Counter(claim("hessproof.free_moments").part(key)), PARTITIONS[context.profile]
        cumulants = _cumulants(key, most)
        for order in range(1, most + 1):
            counter.count(CASE, noncrossing.moment(order, cumulants) == _stated(key, order))
        controls = []
        for place in range(most):
            changed = [*cumulants[:place], cumulants[place] + 1, *cumulants[place + 1 :]]
            missed = [n for n in range(1, most + 1) if noncrossing.moment(n, changed) != _stated(key, n)]
            by = f"the moment of order {missed[0]} differs" if missed else "not noticed"
            controls.append(Mutant(description=f"κ_{place + 1} larger by 1", caught=bool(missed), by=by))
        return Finding(
            Strength.CERTIFICATE, f"orders up to {most}, for all τ and by homogeneity for all scales",
            counter.tally, counter.regions, tuple(controls),
        )  # fmt: skip

    return work


def demonstrate_fock() -> None:
    """Both derivations and a short alternating product."""
    for one in derived():
        one.check(0)
    fock.alternating((1, 2, 1))


def demonstrate_definition() -> None:
    """Order 3."""
    added(free_sums, 3, cumulants_from_moments)


def demonstrate_series() -> None:
    """Moments and cumulants to order 3, and back."""
    moments_from_cumulants(cumulants_from_moments([1, 2, 5]))


def demonstrate_counting() -> None:
    """Four points."""
    noncrossing.moment(4, [0, 1, 0, 0])


CHECKS = (
    FunctionCheck(
        "pennington2017.r_transform", "additive", "Fock space", Engine.SYMBOLIC, FOCK, _by_fock, demonstrate_fock,
        derivations=derived,
    ),
    FunctionCheck(
        "pennington2017.r_transform", "additive", "definition of freeness", Engine.EXACT, DEFINITION, _by_definition,
        demonstrate_definition,
    ),
    FunctionCheck(
        "hessproof.wishart_scale", "affine", "power series", Engine.EXACT, SERIES, _affine, demonstrate_series
    ),
    *(
        FunctionCheck(
            "hessproof.free_moments", key, "noncrossing partitions", Engine.EXACT, COUNTING, _by_counting(key),
            demonstrate_counting,
        )
        for key in ("catalan", "narayana")
    ),
)  # fmt: skip
