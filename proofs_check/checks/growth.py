"""Growth with one common hidden width and with the sample (§5.1, Fig. 2): small exact networks, and the limit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import pairwise

import sympy as sp

from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks import preliminaries
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Counterexample, Engine, Mutant, Strength
from hessproof.proofs_check.surveys.record import Record, Request
from hessproof.proofs_check.surveys.survey import measure
from hessproof.proofs_check.surveys.taylor import measure_by_taylor
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formula import K, L, d, q, r
from hessproof.symbolic.formulas import FORMULAS, equal_width, width_law
from hessproof.symbolic.variants import variants

SECOND_DIFFERENCES = "second differences in the width of ranks measured modulo primes"
PARAMETERS = "the number of parameters at three widths in a row, counted"
DEGREE = "the degree of the number of parameters as a polynomial in the width"
LIMIT = "the limit of rank over parameters, taken by SymPy from the rank formula"
RATIO = "the ratio of measured rank to parameters at growing widths"
ORDER = "p, then L, then widths; r = d and s = min(r, K)"
SIZES = {Profile.QUICK: (3, 3, 3), Profile.STANDARD: (3, 4, 5), Profile.THOROUGH: (4, 5, 7)}
"""By profile: largest d and K, largest L, largest width in the middle of three."""


def equal(inputs: int, width: int, layers: int, outputs: int) -> Architecture:
    """d-w-…-w-K with L − 1 hidden layers."""
    return Architecture((inputs, *(width,) * (layers - 1), outputs))


def families(context: Context) -> list[tuple[int, int, int]]:
    """(d, L, K) of every family of networks with one common hidden width, in order."""
    ends, depth, _ = SIZES[context.profile]
    return [(a, layers, b) for layers in range(2, depth + 1) for a in range(1, ends + 1) for b in range(1, ends + 1)]


def _request(architecture: Architecture) -> Request:
    return Request(architecture.widths, architecture.inputs, min(architecture.inputs, architecture.outputs))


def _case(architecture: Architecture) -> Case:
    return Case(architecture, architecture.inputs, min(architecture.inputs, architecture.outputs))


Route = Callable[[Sequence[Request]], list[Record]]


def ranks_in_a_row(family: tuple[int, int, int], width: int, route: Route = measure) -> tuple[int, int, int]:
    """rk H_L at widths w, w + 1 and w + 2."""
    inputs, layers, outputs = family
    records = route([_request(equal(inputs, width + step, layers, outputs)) for step in range(3)])
    first, second, third = (record.ranks["loss"] for record in records)
    return first, second, third


def _linear_work(context: Context) -> Finding:
    counter = Counter(claim("singh2021.width").part("rank_linear"))
    largest = SIZES[context.profile][2]
    failures = []
    for family in families(context):
        for width in range(1, largest + 1):
            if width < min(family[0], family[2]) < width + 2:
                continue
            middle = _case(equal(family[0], width + 1, family[1], family[2]))
            first, second, third = ranks_in_a_row(family, width)
            counter.count(middle, first - 2 * second + third == 0)
            if first - 2 * second + third:
                failures.append((middle.architecture, family, width, (first, second, third)))
    return Finding(
        Strength.SAMPLE,
        f"three widths in a row on one side of min(r, K), w ≤ {largest + 2}, {len(families(context))} families d, L, K",
        counter.tally,
        counter.regions,
        tuple(_bent()),
        _bend(failures),
    )


def _bent() -> Iterator[Mutant]:
    """Wrong variants of the rank as a function of the width: the second difference has to notice that they bend."""
    for mutant in FORMULAS["width"].mutants():
        first, second, third = (mutant.evaluate(one, 3, 3) for one in (equal(3, width, 3, 4) for width in (4, 5, 6)))
        yield _noticed(mutant.mutation, first - 2 * second + third != 0, f"ranks {first}, {second}, {third}")


def _noticed(description: str, caught: bool, by: str) -> Mutant:
    return Mutant(description=description, caught=caught, by=by if caught else "the statement holds of it as well")


def _wrong_laws(expression: sp.Expr) -> Iterator[tuple[str, sp.Expr]]:
    """Wrong variants of an expression in the width and L that still are polynomials in the width."""
    for text, wrong in variants(expression):
        known = wrong.free_symbols <= {L, d, K, r, q, equal_width}
        if known and sp.expand(wrong - expression) != 0 and wrong.subs(L, 3).is_polynomial(equal_width):
            yield text, wrong


def _bend(
    failures: list[tuple[Architecture, tuple[int, int, int], int, tuple[int, int, int]]],
) -> Counterexample | None:
    if not failures:
        return None
    architecture, family, width, found = min(
        failures, key=lambda one: (one[0].parameters, one[0].layers, one[0].widths)
    )
    again = ranks_in_a_row(family, width, measure_by_taylor)
    case = _case(architecture)
    return Counterexample(
        widths=list(architecture.widths),
        data_rank=case.data_rank,
        residual_rank=case.residual_rank,
        predicted="second difference 0",
        measured=f"{found[0] - 2 * found[1] + found[2]}: ranks {found[0]}, {found[1]}, {found[2]} at widths "
        f"{width}, {width + 1}, {width + 2}",
        order=ORDER,
        confirmed_by="Taylor coefficients of the loss, ranks modulo other primes" if again == found else None,
        reproduce="hessproof verify singh2021.width --engine exact",
    )


def _parameters_work(context: Context) -> Finding:
    counter = Counter(claim("singh2021.width").part("parameters_quadratic"))
    failures = []
    for family in families(context):
        for width in range(1, SIZES[context.profile][2] + 1):
            counts = [equal(family[0], width + step, family[1], family[2]).parameters for step in range(3)]
            difference = counts[0] - 2 * counts[1] + counts[2]
            case = _case(equal(family[0], width, family[1], family[2]))
            counter.count(case, difference > 0)
            failures += [] if difference > 0 else [(case, counts)]
    controls = tuple(
        _noticed(text, bool(_second_difference(law) <= 0), "3-w-w-3: its second difference is not positive")
        for text, law in _wrong_laws(width_law()[1])
    )
    return Finding(
        Strength.CERTIFICATE,
        f"widths up to {SIZES[context.profile][2] + 2} in {len(families(context))} families d, L, K",
        counter.tally,
        counter.regions,
        controls,
        _no_square(failures),
    )


def _second_difference(law: sp.Expr) -> sp.Expr:
    """law(1) − 2 law(2) + law(3) in the width, for d = K = 3 and L = 3."""
    at = law.subs({L: 3, d: 3, K: 3})
    return at.subs(equal_width, 1) - 2 * at.subs(equal_width, 2) + at.subs(equal_width, 3)


def _no_square(failures: list[tuple[Case, list[int]]]) -> Counterexample | None:
    if not failures:
        return None
    case, counts = min(failures, key=lambda one: (one[0].architecture.parameters, one[0].architecture.widths))
    degree = sp.degree(width_law()[1].subs(L, case.architecture.layers), equal_width)
    return Counterexample(
        widths=list(case.architecture.widths),
        data_rank=case.data_rank,
        residual_rank=case.residual_rank,
        predicted="second difference above 0",
        measured=f"0: p = {counts[0]}, {counts[1]}, {counts[2]} at widths 1, 2, 3",
        order=ORDER,
        confirmed_by=f"p is a polynomial of degree {degree} in w" if degree == 1 else None,
        reproduce="hessproof verify singh2021.width --engine exact",
    )


def _degree_work(context: Context) -> Finding:
    counter = Counter(claim("singh2021.width").part("parameters_quadratic"))
    for family in families(context):
        degree = sp.degree(width_law()[1].subs(L, family[1]), equal_width)
        counter.count(_case(equal(family[0], 2, family[1], family[2])), degree == 2)
    degrees = ((text, sp.degree(law.subs(L, 3), equal_width)) for text, law in _wrong_laws(width_law()[1]))
    controls = tuple(_noticed(text, bool(degree != 2), f"degree {degree} at L = 3") for text, degree in degrees)
    scope = f"every width, for {len(families(context))} families d, L, K"
    return Finding(Strength.CERTIFICATE, scope, counter.tally, counter.regions, controls)


@cache
def limit(family: tuple[int, int, int]) -> sp.Expr:
    """lim rk H_L / p as the width grows, with r = d and q = min(r, K)."""
    return _limit(width_law()[2], family)


def _limit(ratio: sp.Expr, family: tuple[int, int, int]) -> sp.Expr:
    inputs, layers, outputs = family
    at = ratio.subs({L: layers, r: inputs, d: inputs, K: outputs, q: min(inputs, outputs)})
    return sp.limit(at, equal_width, sp.oo)


def _limit_work(context: Context) -> Finding:
    counter = Counter(claim("singh2021.width").part("ratio_saturates"))
    failures = []
    for family in families(context):
        case = _case(equal(family[0], max(family[0], family[2]), family[1], family[2]))
        counter.count(case, bool(limit(family) < 1))
        failures += [] if limit(family) < 1 else [family]
    rank, parameters, _ = width_law()
    limits = ((text, _limit(law / parameters, (2, 3, 3))) for text, law in _wrong_laws(rank))
    controls = tuple(_noticed(text, bool(value >= 1), f"2-w-w-3: the limit is {value}") for text, value in limits)
    return Finding(
        Strength.CERTIFICATE,
        f"the limit w → ∞ in {len(families(context))} families d, L, K with r = d",
        counter.tally,
        counter.regions,
        controls,
        _no_saturation(failures),
        details={"limits at L = 2": {f"d = {a}, K = {b}": str(limit((a, 2, b))) for a in (1, 2) for b in (1, 2)}},
    )


def _no_saturation(failures: list[tuple[int, int, int]]) -> Counterexample | None:
    if not failures:
        return None
    inputs, layers, outputs = min(failures, key=lambda one: (one[0] + one[2], one[1]))
    wide = [equal(inputs, width, layers, outputs) for width in (1, 2, 4, 8, 16)]
    records = measure_by_taylor([_request(architecture) for architecture in wide])
    full = all(record.ranks["loss"] == one.parameters for record, one in zip(records, wide, strict=True))
    case = _case(wide[0])
    return Counterexample(
        widths=list(wide[0].widths),
        data_rank=case.data_rank,
        residual_rank=case.residual_rank,
        predicted="limit below 1",
        measured="1: the rank is p at every width",
        order=ORDER,
        confirmed_by="rank = p at widths 1, 2, 4, 8 and 16, from the Taylor coefficients of the loss" if full else None,
        reproduce="hessproof verify singh2021.width --engine symbolic",
    )


def _ratio_work(context: Context) -> Finding:
    """Measured ratios fall from width to width, and stay below one from the second on."""
    counter = Counter(claim("singh2021.width").part("ratio_saturates"))
    for family in families(context):
        inputs, layers, outputs = family
        least = max(inputs, outputs)
        wide = [equal(inputs, least * step, layers, outputs) for step in (1, 2, 3)]
        records = measure([_request(architecture) for architecture in wide])
        ratios = [sp.Rational(one.ranks["loss"], one.architecture.parameters) for one in records]
        counter.count(_case(wide[0]), _falls(ratios))
    return Finding(
        Strength.SAMPLE,
        f"widths w, 2w and 3w with w = max(d, K) in {len(families(context))} families d, L, K",
        counter.tally,
        counter.regions,
        tuple(_rising()),
    )


def _falls(ratios: Sequence[sp.Rational]) -> bool:
    return bool(all(after < before for before, after in pairwise(ratios)) and ratios[-1] < 1)


def _rising() -> Iterator[Mutant]:
    """Wrong variants of the rank, whose ratio to the parameters must be seen not to fall."""
    wide = [equal(2, width, 3, 3) for width in (3, 6, 9)]
    for mutant in FORMULAS["width"].mutants():
        ratios = [sp.Rational(mutant.evaluate(one, 2, 2), one.parameters) for one in wide]
        shown = ", ".join(map(str, ratios))
        yield _noticed(mutant.mutation, not _falls(ratios), f"2-w-w-3: ratios {shown} at w = 3, 6, 9")


def demonstrate_widths() -> None:
    """Three widths of one family, measured."""
    ranks_in_a_row((1, 2, 1), 1)


def demonstrate_counts() -> None:
    """Parameters of three networks, counted."""
    [equal(3, width, 2, 3).parameters for width in (1, 2, 3)]


def demonstrate_law() -> None:
    """The width law, its degree and its limit."""
    sp.degree(width_law()[1].subs(L, 3), equal_width)
    limit((1, 2, 1))


def _check(
    row: str,
    key: str,
    name: str,
    engine: Engine,
    idea: str,
    work: Callable[[Context], Finding],
    show: Callable[[], None],
) -> FunctionCheck:
    return FunctionCheck(f"singh2021.{row}", key, name, engine, idea, work, show, None, preliminaries.shallow_blocks)


CHECKS = (
    _check(
        "width", "rank_linear", "second differences", Engine.EXACT, SECOND_DIFFERENCES, _linear_work, demonstrate_widths
    ),
    _check("width", "parameters_quadratic", "counting", Engine.EXACT, PARAMETERS, _parameters_work, demonstrate_counts),
    _check("width", "parameters_quadratic", "degree", Engine.SYMBOLIC, DEGREE, _degree_work, demonstrate_law),
    _check("width", "ratio_saturates", "limit", Engine.SYMBOLIC, LIMIT, _limit_work, demonstrate_law),
    _check("width", "ratio_saturates", "measured ratios", Engine.EXACT, RATIO, _ratio_work, demonstrate_widths),
)  # fmt: skip
