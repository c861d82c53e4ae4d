"""Repaired bounds at the networks that attain them: both sides equal, exactly or to thirty digits, by two routes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import pairwise
from math import prod
from typing import Any

import flint
import numpy as np

from hessproof.numeric.norms.instance import NormInstance, fractions, norm_instance
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.norms.closed import closed_form
from hessproof.proofs_check.checks.norms.points import FIRST, SECOND, Again, Point
from hessproof.proofs_check.checks.norms.reals import ball, precision
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.norms.bounds import BOUNDS

DIGITS = 30
COUNT = {Profile.QUICK: 0, Profile.STANDARD: 3, Profile.THOROUGH: 12}
"""Draws of the norms for each architecture; 0 for one draw at every other architecture."""
WIDTHS: dict[str, tuple[tuple[int, ...], ...]] = {
    "chain": ((1, 2), (3, 2), (1, 1, 2), (2, 3, 2), (1, 1, 1, 2), (3, 1, 2, 2), (1, 1, 1, 1, 2), (1, 1, 1, 1, 1, 2)),
    "identity": ((2, 2), (2, 2, 2), (4, 3, 2), (2, 2, 2, 2), (3, 2, 4, 2), (2, 2, 2, 2, 2)),
    "single": ((1, 2), (2, 2), (4, 2)),
    "entries": ((1, 2, 2), (3, 2, 2), (2, 4, 2), (1, 6, 2)),
    "powers": ((1, 1, 2), (2, 3, 2), (1, 2, 2, 2), (2, 3, 3, 2), (1, 2, 2, 2, 2)),
    "constant": ((1, 2), (2, 1, 2), (3, 2, 2), (1, 1, 1, 2), (2, 3, 1, 2), (1, 2, 2, 2, 2)),
}
"""Architectures on which each family is tried."""
DERIVATIVES = (
    (1, 2), (1, 3), (2, 1, 3), (1, 1, 2), (2, 2, 2, 2), (3, 1, 1, 4), (1, 2, 1, 2, 3),
)  # fmt: skip
"""Architectures on which G^l is tried, with any number of classes."""

Draw = Callable[[np.random.Generator, tuple[int, ...]], NormInstance]


def _ratio(rng: np.random.Generator) -> Fraction:
    return Fraction(int(rng.integers(1, 8)), int(rng.integers(1, 8)))


def _filled(widths: tuple[int, ...], values: list[dict[tuple[int, int], Fraction]]) -> list[Any]:
    """Weights with these entries and zeros elsewhere."""
    weights = []
    for columns, rows, chosen in zip(widths[:-1], widths[1:], values, strict=True):
        weight = fractions(np.zeros((rows, columns), dtype=int))
        for place, value in chosen.items():
            weight[place] = value
        weights.append(weight)
    return weights


def chain(rng: np.random.Generator, widths: tuple[int, ...]) -> NormInstance:
    """W^l = m_l e_1e_1⊤, W^L = a(e_1 − e_2)e_1⊤, x = c e_1, label 2 (or e_1e_1⊤ alone, if K is not two).

    c is such that the logits are at most 7, so that no probability is lost in the digits.
    """
    layers = len(widths) - 1
    values = [{(0, 0): _ratio(rng)} for _ in range(layers)]
    values[-1][1, 0] = -values[-1][0, 0] if widths[-1] == 2 else Fraction(0)
    inputs = [Fraction(0)] * widths[0]
    inputs[0] = _ratio(rng) / prod(one[0, 0] for one in values)
    return norm_instance(_filled(widths, values), inputs, 1)


def identity(rng: np.random.Generator, widths: tuple[int, ...]) -> NormInstance:
    """W^l = m_l(e_1e_1⊤ + e_2e_2⊤), x = c(e_1 + e_2)."""
    values = []
    for _ in widths[1:]:
        size = _ratio(rng)
        values.append({(0, 0): size, (1, 1): size})
    size = _ratio(rng)
    inputs = [size, size, *([Fraction(0)] * (widths[0] - 2))]
    return norm_instance(_filled(widths, values), inputs, int(rng.integers(2)))


def single(rng: np.random.Generator, widths: tuple[int, ...]) -> NormInstance:
    """One layer with two equal rows, so that z_1 = z_2."""
    row = [_ratio(rng) for _ in range(widths[0])]
    return norm_instance([[row, row]], [_ratio(rng) for _ in range(widths[0])], int(rng.integers(2)))


def entries(rng: np.random.Generator, widths: tuple[int, ...]) -> NormInstance:
    """W^1 = M 11⊤, W^2 = M(s, −s)⊤ with s⊤1 = 0, x = c 1."""
    size, hidden = _ratio(rng), widths[1]
    signs = [size if place % 2 else -size for place in range(hidden)]
    first = [[size] * widths[0]] * hidden
    return norm_instance([first, [signs, [-one for one in signs]]], [_ratio(rng)] * widths[0], int(rng.integers(2)))


def powers(rng: np.random.Generator, widths: tuple[int, ...]) -> NormInstance:
    """W^l = M 11⊤ for l < L, W^L = 0, x = c 1."""
    size = _ratio(rng)
    weights = [np.full((rows, columns), size, dtype=object) for columns, rows in pairwise(widths)]
    weights[-1] = np.full(weights[-1].shape, Fraction(0), dtype=object)
    return norm_instance(weights, [_ratio(rng)] * widths[0], int(rng.integers(2)))


def constant(rng: np.random.Generator, widths: tuple[int, ...]) -> NormInstance:
    """W^l = M 11⊤ for l < L, W^L = M(1, −1)⊤1⊤, x = c 1 with a small c."""
    size = _ratio(rng)
    weights = [np.full((rows, columns), size, dtype=object) for columns, rows in pairwise(widths)]
    weights[-1][1] = -weights[-1][1]
    return norm_instance(weights, [_ratio(rng) / 1000] * widths[0], int(rng.integers(2)))


FAMILIES: dict[str, Draw] = {
    "chain": chain, "identity": identity, "single": single, "entries": entries, "powers": powers, "constant": constant
}  # fmt: skip


@dataclass(frozen=True)
class Equality:
    """A norm that equals a bound on a family.

    Args:
        family: The family of networks.
        quantity: The norm.
        key: The bound.
        widths: Architectures, those of the family if empty.
        exact: Whether everything is rational, so that equality is exact.
        share: What the norm is of the bound, as a ball or a rational; 1 if None.
    """

    family: str
    quantity: str
    key: str
    widths: tuple[tuple[int, ...], ...] = ()
    exact: bool = False
    share: Callable[[Point], Any] | None = None

    def instances(self, count: int, seed: int) -> Iterator[NormInstance]:
        """The networks."""
        rng = np.random.default_rng(seed % 2**63)
        for number, widths in enumerate(self.widths or WIDTHS[self.family]):
            for _ in range(count or 1 - number % 2):
                yield FAMILIES[self.family](rng, widths)

    def layers(self, instance: NormInstance) -> list[int | None]:
        """The layers that the bound is about, or None alone."""
        return list(range(1, len(instance.weights) + 1)) if BOUNDS[self.key].needs_layer else [None]

    def sides(self, point: Point, number: int | None) -> tuple[Any, Any]:
        """Norm and bound."""
        with precision():
            bound = point.bound(self.key, number)
            return point.measured(self.quantity, number), bound if self.share is None else bound * ball(
                self.share(point)
            )

    def rational(self, point: Point) -> Fraction:
        """The bound times its share, where that is rational."""
        found = closed_form(self.key, point.instance)
        return Fraction(int(found.p), int(found.q)) * (1 if self.share is None else self.share(point))

    def holds(self, point: Point, number: int | None, factor: Fraction = Fraction(1)) -> bool:
        """Whether they are equal if all is rational, or agree to `DIGITS` digits; the bound multiplied by a factor."""
        if self.exact:
            return point.equals(self.quantity, self.rational(point) * factor)
        value, bound = self.sides(point, number)
        with precision():
            return close(value, bound * ball(factor))

    def outcome(self, point: Point) -> bool | None:
        """Whether they agree in all layers; None where they may be equal but too few digits are known."""
        known = [number for number in self.layers(point.instance) if not self.holds(point, number)]
        if not known:
            return True
        if self.exact or any(not one.overlaps(two) for one, two in (self.sides(point, number) for number in known)):
            return False
        return None


def close(one: Any, two: Any, digits: int = DIGITS) -> bool:
    """Whether two balls overlap and are known to so many digits.

    Example:
        >>> close(flint.arb(2).sqrt() ** 2, flint.arb(2), 10), close(flint.arb(2), flint.arb(3))
        (True, False)
    """
    with precision():
        both = one.union(two)
        return bool(one.overlaps(two)) and bool(both.rad() <= both.abs_lower() * flint.arb(10) ** -digits)


def _probable(point: Point) -> Any:
    """4p_1p_2, as 2‖A‖ for two classes."""
    return 2 * ball(point.values["norm_A"])


def _leading(point: Point) -> Fraction:
    """d h / Σ: what the last summand is of all of them, in the widths."""
    widths = point.instance.widths
    layers = len(widths) - 1
    pairs = [widths[s] * widths[s - 1] for s in range(1, layers + 1)]
    total = sum(Fraction(int(np.prod(pairs))) / one for one in pairs)
    return widths[0] * Fraction(widths[1]) ** (2 * layers - 3) / total


EQUALITIES: dict[tuple[str, str], Equality] = {
    ("hessproof.layer_derivative", "attained"): Equality("chain", "layer_derivative", "layer_derivative", DERIVATIVES),
    ("hessproof.g_term_norm", "attained"): Equality("identity", "gauss_newton", "g_term", exact=True),
    ("hessproof.one_layer_norm", "attained"): Equality("single", "hessian", "g_term_common", exact=True),
    ("hessproof.h_term_norm", "attained"): Equality(
        "chain", "functional", "h_term_at", tuple(widths for widths in WIDTHS["chain"] if len(widths) > 2)
    ),
    ("hessproof.hessian_norm", "attained"): Equality("chain", "hessian", "hessian_at"),
    ("hessproof.entry_norms", "attained"): Equality("constant", "weight", "weight_entries"),
    ("hessproof.entries_bound", "attained"): Equality("entries", "gauss_newton", "entries", exact=True),
    ("hessproof.entries_bound", "exponent"): Equality("powers", "gauss_newton", "entries", share=_leading, exact=True),
    ("hessproof.entries_bound", "approached"): Equality("constant", "gauss_newton", "entries", share=_probable),
}
"""What is attained, part by part."""
ROUTES: dict[str, tuple[type[Point], str]] = {
    "equality": (Point, f"both sides at the networks that attain the bound, by {FIRST}"),
    "equality again": (Again, f"both sides at the networks that attain the bound, by {SECOND}"),
}


def _work(name: str, key: str, route: str, context: Context) -> Finding:
    equality, part = EQUALITIES[name, key], claim(name).part(key)
    counter, seen = Counter(part), list[tuple[Point, int | None]]()
    for instance in equality.instances(COUNT[context.profile], context.seed_for(f"attained-{name}-{key}")):
        point = ROUTES[route][0](instance)
        numbers = equality.layers(instance)
        counter.count(Case(instance.architecture, 1, 1), equality.outcome(point))
        seen += [(point, number) for number in numbers]
    controls = tuple(
        Mutant(
            description=f"the bound times {factor}",
            caught=not any(equality.holds(point, number, factor) for point, number in seen[:4]),
            by="the norm differs from it",
        )
        for factor in (Fraction(10**25 + 1, 10**25), Fraction(1, 2))
    )
    return Finding(
        Strength.CERTIFICATE if equality.exact else Strength.SAMPLE,
        f"{counter.tally.tried} networks with rational weights and random norms, L up to 5: norm and bound "
        + ("are equal over Q" if equality.exact else f"agree to {DIGITS} digits"),
        counter.tally,
        counter.regions,
        controls,
    )


def state() -> None:
    """Write the bounds down."""
    for equality in EQUALITIES.values():
        bound = BOUNDS[equality.key]
        for layers in (1, 2):
            if layers >= bound.least_layers:
                bound.at(layers, 1 if bound.needs_layer else None)


def demonstrate(route: str) -> None:
    """Every equality at its smallest network."""
    for equality in EQUALITIES.values():
        instance = next(equality.instances(1, 0))
        equality.holds(ROUTES[route][0](instance), equality.layers(instance)[0])


def demonstrate_first() -> None:
    """By matrices."""
    demonstrate("equality")


def demonstrate_second() -> None:
    """By the definition."""
    demonstrate("equality again")


CHECKS = tuple(
    FunctionCheck(
        name, key, route, Engine.BALL, ROUTES[route][1], partial(_work, name, key, route),
        demonstrate_first if route == "equality" else demonstrate_second, None, state,
    )
    for name, key in EQUALITIES
    for route in ROUTES
)  # fmt: skip
