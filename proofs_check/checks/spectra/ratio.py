"""Rank per parameter (§8 (iii)): the smallest networks where it rises, and the families where it is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks import preliminaries
from hessproof.proofs_check.checks.derivations import examine
from hessproof.proofs_check.enumeration import order_key
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Counterexample, Engine, Mutant, Strength
from hessproof.proofs_check.spectra.rank_shares import (
    STEPS,
    all_wider,
    defined_rank,
    expected_sign,
    full_ranks,
    measured_rank,
    one_more_layer,
    share,
)
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.spectra import ratio

STEPPING = "exact ranks of all small networks before and after one step, as shares of the parameters"
LAW = "the difference of the two ratios as a rational function of symbolic sizes, with a sign that is read off"
SIGNS = "signs of differences of measured rank per parameter, over families with equal hidden widths"
MOST = {Profile.QUICK: 8, Profile.STANDARD: 9, Profile.THOROUGH: 11}
"""Parameters of the networks from which a step is taken."""
DEEPEST = {Profile.QUICK: 3, Profile.STANDARD: 5, Profile.THOROUGH: 5}
FAMILIES = {Profile.QUICK: (3, 3, 3), Profile.STANDARD: (4, 5, 3), Profile.THOROUGH: (6, 7, 4)}
"""Largest d and K, largest w, largest L."""
EXTRA = ((4, 2, 1), (1, 2, 4), (5, 2, 1), (5, 3, 1), (1, 3, 5), (6, 2, 1), (7, 2, 1), (3, 2, 1))
"""Networks on both sides of w = (d + K)/2 and of 2w + K = d that a family with small ends does not reach."""
FORMULAS_TRIED = {Profile.QUICK: 4, Profile.STANDARD: 20, Profile.THOROUGH: 1000}
"""Wrong rank formulas put into every derivation."""
ORDER = "p, then L, then widths; r = d and s = min(d, K)"


def case_of(architecture: Architecture, data_rank: int | None = None) -> Case:
    """The case with a residual of full rank."""
    return Case(architecture, *full_ranks(architecture, data_rank))


def networks(most: int, deepest: int) -> list[Architecture]:
    """All networks with a hidden layer, at most so many parameters and so many layers, in order."""
    found = (Architecture(widths) for widths in _widths(most))
    return sorted((one for one in found if 1 < one.layers <= deepest), key=order_key)


def _widths(most: int) -> Iterator[tuple[int, ...]]:
    def grown(widths: tuple[int, ...], parameters: int) -> Iterator[tuple[int, ...]]:
        if len(widths) > 1:
            yield widths
        if len(widths) < 6:
            for width in range(1, (most - parameters) // widths[-1] + 1):
                yield from grown((*widths, width), parameters + widths[-1] * width)

    for first in range(1, most + 1):
        yield from grown((first,), 0)


def _step_work(key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter = Counter(claim("singh2021.ratio").part(key))
        rising: list[tuple[Architecture, Architecture]] = []
        most, deepest = MOST[context.profile] - (0 if key == "width" else 2), DEEPEST[context.profile]
        for one in networks(most, deepest):
            for other in STEPS[key](one):
                rises = share(other, measured_rank(other)) > share(one, measured_rank(one))
                counter.count(case_of(one), not rises)
                rising += [(one, other)] if rises else []
        found = _counterexample(key, rising[0]) if rising else None
        control = Mutant(
            description="the ratio rises at every step", caught=counter.tally.held > 0, by="networks where it does not"
        )
        details: dict[str, Any] = {
            "steps at which it rises": len(rising),
            "first of them": [_shown(*pair) for pair in rising[:5]],
        }
        scope = f"all networks with p ≤ {most} and L ≤ {deepest}, and every step from them"
        return Finding(Strength.SAMPLE, scope, counter.tally, counter.regions, (control,), found, details)

    return work


def _shown(one: Architecture, other: Architecture) -> str:
    bias = " with bias" if other.bias else ""
    return f"{one}: {measured_rank(one)}/{one.parameters} → {other}{bias}: {measured_rank(other)}/{other.parameters}"


def _counterexample(key: str, pair: tuple[Architecture, Architecture]) -> Counterexample:
    one, other = pair
    again = share(other, defined_rank(other)) > share(one, defined_rank(one))
    r, s = full_ranks(one)
    return Counterexample(
        widths=list(one.widths),
        data_rank=r,
        residual_rank=s,
        predicted="rk / p does not rise",
        measured=_shown(one, other),
        order=ORDER,
        confirmed_by=(
            "the Hessians from the definition of the loss, ranks by elimination over Q: "
            f"{defined_rank(one)}/{one.parameters} → {defined_rank(other)}/{other.parameters}"
            if again
            else None
        ),
        reproduce="hessproof verify singh2021.ratio --engine exact",
    )


PROOFS: dict[str, tuple[Callable[[], tuple[Derivation, ...]], str]] = {
    "width": (ratio.width_law, "width"),
    "one_hidden_layer": (ratio.two_layers, "two_layers"),
    "depth": (ratio.depth_law, "depth"),
    "bias": (ratio.bias_law, "bias"),
}


def _law_work(key: str) -> Callable[[Context], Finding]:
    made, row = PROOFS[key]

    def work(context: Context) -> Finding:
        found = examine(made(), context)
        controls = list(found.controls)
        for description, caught in ratio.controls(row, FORMULAS_TRIED[context.profile]):
            if caught:
                controls.append(Mutant(description=f"rank formula: {description}", caught=True, by="the difference"))
        return Finding(found.strength, found.scope, found.tally, controls=tuple(controls), details=found.details)

    return work


def families(key: str, context: Context) -> Iterator[tuple[Architecture, int]]:
    """Networks with equal hidden widths in the domain of a part, with r."""
    ends, widest, deepest = FAMILIES[context.profile]
    part = claim("hessproof.ratio").part(key)
    grid = [
        Architecture((d, *(w,) * (layers - 1), k))
        for layers in range(2, deepest + 1)
        for d in range(1, ends + 1)
        for k in range(1, ends + 1)
        for w in range(1, widest + 1)
    ]
    for architecture in (*grid, *map(Architecture, EXTRA)):
        ranks = range(1, architecture.inputs + 1) if key == "one_hidden_layer" else (architecture.inputs,)
        for r in ranks:
            if part.in_domain(case_of(architecture, r)):
                yield architecture, r


def step(key: str, architecture: Architecture) -> Architecture:
    """The network after the step of a part."""
    if key == "bias":
        return next(STEPS["bias"](architecture))
    return one_more_layer(architecture) if key == "depth" else all_wider(architecture)


def difference(key: str, architecture: Architecture, data_rank: int) -> Fraction:
    """Ratio before minus ratio after, from measured ranks."""
    other = step(key, architecture)
    r = data_rank if key == "one_hidden_layer" else None
    return share(architecture, measured_rank(architecture, r)) - share(other, measured_rank(other, r))


def _sign(number: Fraction) -> int:
    return (number > 0) - (number < 0)


def _sign_work(key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter = Counter(claim("hessproof.ratio").part(key))
        signs: list[tuple[int, int]] = []
        for architecture, r in families(key, context):
            found, stated = difference(key, architecture, r), expected_sign(key, architecture, r)
            exact = key != "one_hidden_layer" or found == _stated_fall(architecture, r)
            counter.count(case_of(architecture, r), _sign(found) == stated and exact)
            signs.append((_sign(found), stated))
        controls = tuple(
            Mutant(description=text, caught=any(found != wrong(stated) for found, stated in signs), by="another sign")
            for text, wrong in _WRONG.items()
        )
        scope = f"{len(signs)} networks with equal hidden widths, sizes up to {FAMILIES[context.profile]}"
        return Finding(Strength.SAMPLE, scope, counter.tally, counter.regions, controls)

    return work


def _stated_fall(architecture: Architecture, r: int) -> Fraction:
    """q|r − K| / (w(w + 1)(d + K))."""
    d, k, w = architecture.inputs, architecture.outputs, architecture.hidden[0]
    return Fraction(min(r, k) * abs(r - k), w * (w + 1) * (d + k))


_WRONG: dict[str, Callable[[int], int]] = {
    "the other sign": lambda stated: -stated,
    "always falls": lambda stated: 1,
    "never changes": lambda stated: 0,
    "always rises": lambda stated: -1,
}


def demonstrate_steps() -> None:
    """One network and its steps."""
    one = Architecture((1, 2, 2))
    for key in STEPS:
        for other in STEPS[key](one):
            share(other, measured_rank(other))
    defined_rank(one)


def demonstrate_laws() -> None:
    """Every derivation."""
    for made, _ in PROOFS.values():
        for derivation in made():
            derivation.check(0, count=1)


def demonstrate_signs() -> None:
    """One network of every family."""
    one = Architecture((3, 2, 1))
    for key in PROOFS:
        difference(key, one, 2 if key == "one_hidden_layer" else 3)
        expected_sign(key, one, 3)


CHECKS = (
    *(
        FunctionCheck(
            "singh2021.ratio", key, "all small steps", Engine.EXACT, STEPPING, _step_work(key), demonstrate_steps, None,
            preliminaries.shallow_blocks,
        )
        for key in STEPS
    ),
    *(
        FunctionCheck(
            "hessproof.ratio", key, "law", Engine.SYMBOLIC, LAW, _law_work(key), demonstrate_laws,
            derivations=PROOFS[key][0],
        )
        for key in PROOFS
    ),
    *(
        FunctionCheck(
            "hessproof.ratio", key, "signs", Engine.EXACT, SIGNS, _sign_work(key), demonstrate_signs, None,
            preliminaries.shallow_blocks,
        )
        for key in PROOFS
    ),
)  # fmt: skip
