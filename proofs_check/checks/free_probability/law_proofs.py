"""The laws and their transforms, derived: Liouville's theorem, algebra with roots, Wick, and Thales' circle."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice

import sympy as sp

from hessproof.proofs_check.checks.derivations import examine
from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength, Tally
from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.free_probability import injective, inversion, moments, scaling, transforms, wick
from hessproof.symbolic.free_probability.laws import Law, marchenko_pastur, semicircle
from hessproof.symbolic.free_probability.liouville import objection
from hessproof.symbolic.free_probability.roots import vanishes
from hessproof.symbolic.free_probability.symbols import EPSILON, SIGMA, TAU, VARIANCE
from hessproof.symbolic.mutation import mutations

Made = Callable[[], tuple[Derivation, ...]]
LAWS = {Profile.QUICK: 2, Profile.STANDARD: 12, Profile.THOROUGH: 1000}
"""Laws with one thing changed, for each law; each takes up to 0.3 s."""
COMPLEX = (
    "singularities, jump and values at infinity determine a function; algebra with square roots for all parameters"
)
THALES = "angles under which the support is seen from outside its circle, for every law"
POISSON = "Poisson's kernel around the point, bounded for every density"
GAUSSIAN = "sums over pairings of normal entries and counting of free indices, for all sizes"
SHIFTS = "the equation of R rewritten for cX + a, for an arbitrary law"
ANGLES = "beta integrals and Fourier coefficients of the density, for every order"
MUTANTS = {Profile.QUICK: 1, Profile.STANDARD: 6, Profile.THOROUGH: 300}
"""Mutants tried for each derivation: taken evenly from all that are generated; a line with roots takes 30 ms each."""


def _published_semicircle() -> Law:
    return semicircle(SIGMA**2)


def _published_marchenko_pastur() -> Law:
    return marchenko_pastur(SIGMA, TAU)


def _inversion() -> tuple[Derivation, ...]:
    """The bound of the error, and its limit without that lemma, which stands beside it."""
    return inversion.error(), replace(inversion.limit_of_error(), lemmas=())


def _model() -> tuple[Law, Law]:
    return marchenko_pastur(1, TAU), semicircle(2 * EPSILON)


PROOFS: dict[tuple[str, str], tuple[str, Made]] = {
    ("pennington2017.semicircle", "density"): (
        COMPLEX, lambda: (transforms.stieltjes(_published_semicircle()), *transforms.moments(_published_semicircle())),
    ),
    ("pennington2017.marchenko_pastur", "density"): (
        COMPLEX,
        lambda: (
            transforms.stieltjes(_published_marchenko_pastur()), *transforms.moments(_published_marchenko_pastur())[:2],
        ),
    ),
    ("pennington2017.stieltjes", "transform"): (POISSON, lambda: (inversion.size(), inversion.imaginary_part())),
    ("pennington2017.stieltjes", "inverse"): (POISSON, _inversion),
    ("pennington2017.r_transform", "definition"): (
        THALES, lambda: (injective.quotient(), injective.thales(), injective.cone()),
    ),
    ("pennington2017.r_values", "marchenko_pastur"): (COMPLEX, lambda: (transforms.r_from_density(_model()[0]),)),
    ("pennington2017.r_values", "semicircle"): (COMPLEX, lambda: (transforms.r_from_density(_model()[1]),)),
    ("hessproof.wigner_scale", "square"): (GAUSSIAN, lambda: (wick.wigner_scaled(),)),
    ("hessproof.wigner_scale", "published"): (GAUSSIAN, lambda: (wick.wigner_published(),)),
    ("hessproof.wishart_scale", "mean"): (GAUSSIAN, lambda: (wick.wishart_mean(),)),
    ("hessproof.wishart_scale", "square"): (GAUSSIAN, lambda: (wick.wishart_square(),)),
    ("hessproof.wishart_scale", "affine"): (SHIFTS, lambda: (scaling.affine(),)),
    ("hessproof.wishart_scale", "transform"): (
        COMPLEX, lambda: (transforms.r_from_density(_published_marchenko_pastur()),),
    ),
    ("hessproof.stieltjes_inversion", "jumps"): (POISSON, _inversion),
    ("hessproof.stieltjes_inversion", "atoms"): (POISSON, lambda: (inversion.atom(), inversion.poles())),
    ("hessproof.r_domain", "circle"): (
        THALES, lambda: (injective.quotient(), injective.thales(), injective.cone()),
    ),
    ("hessproof.r_domain", "sharp"): (THALES, lambda: (injective.two_points(),)),
    ("hessproof.r_domain", "laws"): (COMPLEX, lambda: tuple(transforms.r_from_density(law) for law in _model())),
    ("hessproof.free_moments", "catalan"): (ANGLES, lambda: (moments.semicircle_moments(),)),
    ("hessproof.free_moments", "narayana"): (ANGLES, lambda: (moments.marchenko_pastur_moments(),)),
    ("hessproof.free_moments", "back"): (
        COMPLEX,
        lambda: (transforms.density_from_r(_published_semicircle()), transforms.density_from_r(_model()[0])),
    ),
}  # fmt: skip
"""Which derivations prove which part for all parameters, and their idea."""


def examined(found: Iterable[Derivation], context: Context) -> Finding:
    """Check derivations, each once a run however many parts it belongs to."""
    findings = [_once(one, context) for one in found]
    derivations = [record for one in findings for record in one.details["derivations"]]
    failures = [why for one in findings for why in one.details.get("failures", [])]
    tally, controls = Tally(), list[Mutant]()
    for one in findings:
        tally = tally + one.tally
        controls += one.controls
    details = {
        "derivations": derivations,
        "lines": sum(one.details["lines"] for one in findings),
        "instances in thirty digits": sum(one.details["instances with exact random matrices"] for one in findings),
    }
    return Finding(
        Strength.PROOF, "all parameters", tally, controls=tuple(controls),
        details=details | ({"failures": failures} if failures else {}),
    )  # fmt: skip


def _once(derivation: Derivation, context: Context) -> Finding:
    name = hashlib.sha256(f"{derivation.title}|{derivation.start}".encode()).hexdigest()[:20]
    few = _with_one_valuation(derivation) if context.profile == Profile.QUICK else derivation
    return context.shared(f"law-{name}", lambda: examine((few,), context, MUTANTS[context.profile]))


def _with_one_valuation(derivation: Derivation) -> Derivation:
    draw = derivation.valuations
    lemmas = tuple(map(_with_one_valuation, derivation.lemmas))
    if draw is None:
        return replace(derivation, lemmas=lemmas)
    return replace(derivation, lemmas=lemmas, valuations=lambda one, seed: islice(draw(one, seed), 1))


def _work(made: Made) -> Callable[[Context], Finding]:
    return lambda context: examined(made(), context)


def wrong_laws(law: Law, most: int = 1000) -> Iterator[tuple[str, Law]]:
    """Laws with one thing changed: density, an edge, the atom or the Stieltjes transform, up to ``most`` places.

    Example:
        >>> found = dict(wrong_laws(semicircle(1)))
        >>> len(found) > 30, all(objection(wrong) for wrong in found.values())
        (True, True)
    """
    (low, high), changed = law.support, list[tuple[str, sp.Expr, sp.Expr, Law]]()
    for words, density in mutations(law.density):
        changed.append((f"density: {words}", density, law.density, replace(law, density=density)))
    for words, edge in mutations(low):
        changed.append((f"lower edge: {words}", edge, low, replace(law, support=(edge, high))))
    for words, edge in mutations(high):
        changed.append((f"upper edge: {words}", edge, high, replace(law, support=(low, edge))))
    for words, formula in mutations(law.g_transform):
        changed.append((f"G: {words}", formula, sp.sympify(law.g_transform), replace(law, g_transform=formula)))
    if law.atom is not None:
        place, mass = law.atom
        for words, other in mutations(mass):
            changed.append((f"atom: {words}", other, mass, replace(law, atom=(place, other))))
    for words, new, old, wrong in changed[:: max(1, len(changed) // most)]:
        if new.has(sp.nan, sp.zoo, sp.oo) or not vanishes(new - old):
            yield words, wrong


def _density(made: Made, law: Callable[[], Law]) -> Callable[[Context], Finding]:
    """The derivations, and laws with one thing changed, none of which may pass Liouville's conditions."""

    def work(context: Context) -> Finding:
        found = examined(made(), context)
        controls = tuple(
            Mutant(description=f"{wrong.name}: {words}", caught=bool(why := objection(wrong)), by=why or "accepted")
            for words, wrong in wrong_laws(law(), LAWS[context.profile])
        )
        return replace(found, controls=(*found.controls, *controls))

    return work


def demonstrate_complex() -> None:
    """One derivation with square roots and its numbers."""
    transforms.r_from_density(semicircle(VARIANCE)).check(0)
    transforms.moments(semicircle(VARIANCE))[0].check(0, numbers=False)
    transforms.density_from_r(semicircle(VARIANCE)).check(0, numbers=False)


def demonstrate_thales() -> None:
    """The cone, the circle and the two points."""
    for one in (injective.quotient(), injective.thales(), injective.two_points()):
        one.check(0)


def demonstrate_poisson() -> None:
    """Sizes, atoms and the error's bound."""
    for one in (inversion.size(), inversion.imaginary_part(), inversion.poles()):
        one.check(0)


def demonstrate_wick() -> None:
    """Mean and mean square of small matrices."""
    wick.wigner_scaled().check(0)
    wick.wishart_mean().check(0)


def demonstrate_scaling() -> None:
    """Scale and shift."""
    scaling.affine().check(0)


def demonstrate_angles() -> None:
    """The Catalan numbers, without numbers."""
    moments.semicircle_moments().check(0, numbers=False)


_DEMONSTRATIONS = {
    COMPLEX: demonstrate_complex,
    THALES: demonstrate_thales,
    POISSON: demonstrate_poisson,
    GAUSSIAN: demonstrate_wick,
    SHIFTS: demonstrate_scaling,
    ANGLES: demonstrate_angles,
}

DENSITIES = {
    "pennington2017.semicircle": _published_semicircle,
    "pennington2017.marchenko_pastur": _published_marchenko_pastur,
}
"""Rows whose part on the density is about a law as it is printed."""


def _work_of(name: str, key: str, made: Made) -> Callable[[Context], Finding]:
    return _density(made, DENSITIES[name]) if key == "density" else _work(made)


CHECKS = tuple(
    FunctionCheck(
        name, key, "derivation", Engine.SYMBOLIC, idea, _work_of(name, key, made), _DEMONSTRATIONS[idea],
        derivations=made,
    )
    for (name, key), (idea, made) in PROOFS.items()
)  # fmt: skip
