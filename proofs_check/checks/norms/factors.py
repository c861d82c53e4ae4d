"""Steps that are equalities: the norm of a single layer's Hessian, and of every block of the H-term, by two routes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any

import flint
import numpy as np

from hessproof.numeric.norms.definition import definition_derivative, definition_hessian
from hessproof.numeric.norms.instance import NormInstance, fractions
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.norms.attained import close
from hessproof.proofs_check.checks.norms.points import FIRST, SECOND, Again, Point
from hessproof.proofs_check.checks.norms.reals import ball, precision
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength

COUNT = {Profile.QUICK: 6, Profile.STANDARD: 30, Profile.THOROUGH: 200}
"""Networks tried."""
SINGLE = ((1, 2), (2, 2), (1, 3), (3, 2), (2, 4))
DEAD_AMONG, DRAWS = 6, 400
"""For so many live networks a dead one is kept, and at most so many are drawn to find either."""
DEEP = ((1, 1, 2), (2, 2, 2), (1, 2, 3), (2, 1, 1, 2), (1, 2, 2, 3), (1, 1, 2, 1, 2))
"""Architectures."""

Sides = Callable[[Point], Iterator[tuple[Any, Any]]]


def small_network(rng: np.random.Generator, widths: tuple[int, ...], bias: bool) -> NormInstance:
    """A network with entries from −3/2 to 3/2 in halves, so that dead neurons and zeros are common."""

    def drawn(*shape: int) -> Any:
        return fractions([Fraction(int(n), 2) for n in rng.integers(-3, 4, size=int(np.prod(shape)))]).reshape(shape)

    weights = tuple(drawn(rows, columns) for columns, rows in pairwise(widths))
    biases = tuple(drawn(width) for width in widths[1:]) if bias else None
    return NormInstance(weights, biases, drawn(widths[0]), int(rng.integers(widths[-1])))


def live(instance: NormInstance) -> bool:
    """Whether both sides can be other than zero in every pair of layers, by states, gates and derivatives over Q.

    Without hidden layer: an input, or a bias. Otherwise no state x^k and no P_lk is zero, and some column of G^k is
    not constant, so that G^{k⊤}δ ≠ 0 for two classes, and for more of them but for coincidences.

    Example:
        >>> from hessproof.numeric.norms.instance import norm_instance
        >>> [live(norm_instance([[[entry]], [[1], [-1]]], [1], 0)) for entry in (1, -1)]
        [True, False]
    """
    weights = instance.weights
    if len(weights) == 1:
        return instance.biases is not None or any(instance.inputs)
    states, gates = [instance.inputs], []
    for weight in weights[:-1]:
        values = weight.dot(states[-1])
        gates.append(fractions([int(value >= 0) for value in values]))
        states.append(np.maximum(values, 0))
    chains = []
    for k, gate in enumerate(gates):
        chains.append(np.diag(gate))
        for weight, after in zip(weights[k + 1 : -1], gates[k + 1 :], strict=True):
            chains.append(after[:, None] * weight.dot(chains[-1]))
        derivative = weights[-1].dot(chains[-1])
        chains.append(derivative - derivative[0])
    return all(any(found.flat) for found in (*states[:-1], *chains))


def single_layer(point: Point) -> Iterator[tuple[Any, Any]]:
    """‖H‖ and ‖A‖(‖x‖² + 1), or ‖A‖‖x‖² without bias."""
    size = point.norm(np.asarray([point.instance.inputs], dtype=object))
    plus = 0 if point.instance.biases is None else 1
    with precision():
        yield point.measured("hessian"), ball(point.values["norm_A"]) * (size**2 + plus)


def blocks(point: Point) -> Iterator[tuple[Any, Any]]:
    """‖block (l, k)‖ and ‖G^{l⊤}δ‖‖P_lk‖‖x^k‖ for k < l; ‖block (l, l)‖ and 0."""
    again = isinstance(point, Again)
    widths, layers = point.instance.widths, point.layers
    starts = np.cumsum([0, *(widths[l] * widths[l - 1] for l in range(1, layers + 1))])
    whole = definition_hessian(point.instance, "functional") if again else point.matrices["functional"]
    for l in range(1, layers + 1):
        own = whole[starts[l - 1] : starts[l], starts[l - 1] : starts[l]]
        yield point.norm(own), flint.arb(0)
        for k in range(1, l):
            block = whole[starts[l - 1] : starts[l], starts[k - 1] : starts[k]]
            with precision():
                sensitivity, chain, state = (_by_definition if again else _by_passes)(point, l, k)
                product = point.norm(sensitivity[None, :]) * point.norm(chain) * point.norm(state[None, :])
            yield point.norm(block), product


def _by_passes(point: Point, l: int, k: int) -> tuple[Any, Any, Any]:
    """G^{l⊤}δ, P_lk and x^k from one forward and one backward pass."""
    found = point.matrices
    chain = np.diag(found.gates[k - 1])
    for layer in range(k + 1, l):
        chain = found.gates[layer - 1][:, None] * (found.weights[layer - 1] @ chain)
    return found.derivatives[l - 1].T @ found.residuals, chain, found.inputs[k - 1]


def _by_definition(point: Point, l: int, k: int) -> tuple[Any, Any, Any]:
    """The same by derivatives of the network cut off after layer l − 1 and before layer k."""
    one = point.instance
    residual = point._softmax()[1]
    front = NormInstance(one.weights[: l - 1], None, one.inputs, 0)
    values = _values(front)
    gates = np.asarray([flint.fmpq(int(value >= 0)) for value in values], dtype=object)
    chain = gates[:, None] * definition_derivative(front, k)
    state = one.inputs if k == 1 else np.maximum(_values(NormInstance(one.weights[: k - 1], None, one.inputs, 0)), 0)
    return definition_derivative(one, l).T @ residual, chain, state


def _values(instance: NormInstance) -> Any:
    """The outputs of a network, by plain evaluation."""
    values = instance.inputs
    for number, weight in enumerate(instance.weights):
        values = weight.dot(np.maximum(values, 0) if number else values)
    return values


TESTS: dict[tuple[str, str], tuple[Sides, tuple[tuple[int, ...], ...], tuple[bool, ...]]] = {
    ("hessproof.one_layer_norm", "exact"): (single_layer, SINGLE, (False, True)),
    ("hessproof.h_term_norm", "blocks"): (blocks, DEEP, (False,)),
}
ROUTES: dict[str, tuple[type[Point], str]] = {
    "both sides": (Point, f"both sides of the equality at rational networks, by {FIRST}"),
    "both sides again": (Again, f"both sides of the equality at rational networks, by {SECOND}"),
}


def networks(name: str, key: str, count: int, seed: int) -> Iterator[NormInstance]:
    """The networks of a part."""
    _, architectures, sides = TESTS[name, key]
    rng = np.random.default_rng(seed % 2**63)
    for number in range(count):
        widths = architectures[number % len(architectures)]
        bias = sides[(number // len(architectures)) % len(sides)]
        yield _drawn_until(rng, widths, bias, True)
        if number % DEAD_AMONG == 0:
            yield _drawn_until(rng, architectures[number // DEAD_AMONG % len(architectures)], bias, False)


def _drawn_until(rng: np.random.Generator, widths: tuple[int, ...], bias: bool, wanted: bool) -> NormInstance:
    """The first drawn network that is live, or dead; the last drawn if there is none."""
    for _ in range(DRAWS):
        instance = small_network(rng, widths, bias)
        if live(instance) == wanted:
            break
    return instance


def agree(one: Any, two: Any) -> bool | None:
    """Whether two balls are equal to thirty digits; False where they are apart, None where too few are known."""
    if equal(one, two):
        return True
    return None if one.overlaps(two) else False


def together(outcomes: list[bool | None]) -> bool | None:
    """Whether all agree: False if one does not, None if one is undecided."""
    return False if False in outcomes else None if None in outcomes else True


def equal(one: Any, two: Any) -> bool:
    """Thirty digits, or thirty zeros where both sides contain zero."""
    if one.contains(0) and two.contains(0):
        return bool(max(one.rad(), two.rad()) < flint.arb(10) ** -30)
    return close(one, two)


def _work(name: str, key: str, route: str, context: Context) -> Finding:
    sides, part = TESTS[name, key][0], claim(name).part(key)
    counter, wrong, alive, nonzero, compared = Counter(part), 0, 0, 0, 0
    seed = context.seed_for(f"factors-{name}")
    for instance in networks(name, key, COUNT[context.profile], seed):
        pairs = list(sides(ROUTES[route][0](instance)))
        counter.count(Case(instance.architecture, 1, 1), together([agree(one, two) for one, two in pairs]))
        both = sum(bool(one > 0) and bool(two > 0) for one, two in pairs)
        alive, nonzero, compared = alive + (both > 0), nonzero + both, compared + len(pairs)
        with precision():
            wrong += any(agree(one, two * (1 + flint.arb(10) ** -25)) is False for one, two in pairs)
    control = Mutant(description="the right side times 1 + 10^-25", caught=wrong > 0, by="the norm differs from it")
    return Finding(
        Strength.SAMPLE,
        f"{counter.tally.tried} networks with entries in halves, {alive} of them live, equality to 30 digits",
        counter.tally, counter.regions, (control,),
        details={"live networks": alive, "comparisons": compared, "of numbers other than zero": nonzero},
    )  # fmt: skip


def demonstrate(route: str) -> None:
    """One network of each part."""
    for (name, key), (sides, _, _) in TESTS.items():
        for instance in networks(name, key, 2, 0):
            for one, two in sides(ROUTES[route][0](instance)):
                agree(one, two)


def demonstrate_first() -> None:
    """By matrices."""
    demonstrate("both sides")


def demonstrate_second() -> None:
    """By the definition."""
    demonstrate("both sides again")


CHECKS = tuple(
    FunctionCheck(
        name, key, route, Engine.BALL, ROUTES[route][1], partial(_work, name, key, route),
        demonstrate_first if route == "both sides" else demonstrate_second,
    )
    for name, key in TESTS
    for route in ROUTES
)  # fmt: skip
