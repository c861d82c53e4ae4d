r"""The rank of H_L of a two-layer rectified network with one output and independent inputs, at every parameter.

Neurons and samples are the vertices of a graph: neuron i and sample n are joined where the slope g_in is not zero. Let
H_in = g_in h_in be the activation, A_in = g_in a_i·x_n its change, b_i the change of the outgoing weight w_i, and
z_n = Σ_i (w_i A_in + b_i H_in) the change of the output. The equations of the kernel are

    g_in (w_i z_n + b_i δ_n) = 0    for each edge, as the inputs are independent,
    Σ_n (H_in z_n + A_in δ_n) = 0    for each neuron.

If all w_i and δ_n are nonzero, the first ones give b_i = −βw_i and z_n = βδ_n with one β for each component. With
A = A′ − βH the second ones are Σ_n δ_n A′_in = 0, and what is left of the definition of z is
Σ_i w_i A′_in = β(δ_n + 2F_n). Weighed with δ_n and summed over a component, that asks for β Σ δ_n(δ_n + 2F_n) = 0,
and for nothing else: these are the equations of an incidence matrix, which have one relation for each component.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Rule, Step
from hessproof.symbolic.generalised_inverse import exact_rank
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.signature.inertia import Replace
from hessproof.symbolic.signature.tridiagonal import term_by_term
from hessproof.symbolic.valuation import Array, Valuation

ACTIVATION, CHANGE, SHIFTED, OUTGOING, OUTGOING_CHANGE, MOVED, RESIDUAL, OUTPUT = (
    sp.IndexedBase(name) for name in ("H", "A", "A'", "w", "b", "z", r"\delta", "F")
)
BETA = sp.Symbol("beta")
i, n = sp.symbols("i n", integer=True)
NEURONS, SAMPLES = sp.symbols("m N", integer=True, positive=True)
RANK, SIZE, KERNEL, INPUTS, WIDTH = sp.symbols(r"\rho p \kappa d M", integer=True)
ACTIVE, MET, EDGES, PARTS, SPECIAL, INCIDENCE, CYCLES = sp.symbols("m_a N_a E c z I C", integer=True)
"""Neurons and samples with an edge, edges, components, components with Σδ(δ + 2F) = 0, the rank of the incidence
matrix, and the dimension of its null space."""


def _over_neurons(body: Any) -> Any:
    return sp.Sum(body, (i, 1, NEURONS))


def _over_samples(body: Any) -> Any:
    return sp.Sum(body, (n, 1, SAMPLES))


class Solve(Rule):
    """Letters replaced by what the first equations of the kernel say of them."""

    name = "first equations of the kernel"
    statement = r"b_i = -\beta w_i,\ z_n = \beta\delta_n,\ A = A' - \beta H"
    assumptions = ("all w_i and δ_n of the component are nonzero",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put them in, after seeing that they solve w z + b δ = 0."""
        table = {
            OUTGOING_CHANGE[i]: -BETA * OUTGOING[i], MOVED[n]: BETA * RESIDUAL[n],
            CHANGE[i, n]: SHIFTED[i, n] - BETA * ACTIVATION[i, n],
        }  # fmt: skip
        if sp.expand((OUTGOING[i] * MOVED[n] + OUTGOING_CHANGE[i] * RESIDUAL[n]).xreplace(table)) != 0:
            raise RuleFailure("the first equation of the kernel is not met")
        return expression.xreplace(table)


class SecondEquation(Rule):
    """Σ_n δ_n A′_in = 0: a sum over samples of δ_n times a sum over neurons of w_i A′_in is zero."""

    name = "second equations of the kernel"
    statement = r"\sum_n \delta_n A'_{in} = 0"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Sums over n of δ_n Σ_i w_i A′_in are left out."""
        zero = _over_samples(RESIDUAL[n] * _over_neurons(OUTGOING[i] * SHIFTED[i, n]))
        if not expression.has(zero):
            raise RuleFailure(f"{zero} does not occur")
        return expression.xreplace({zero: sp.S.Zero})


def same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two expressions are equal; sums are taken apart, factors without their index taken out."""
    return bool(sp.expand(_apart(one) - _apart(two)) == 0)


def _apart(expression: Any) -> Any:
    if isinstance(expression, sp.Sum):
        body = expression.function
        for limits in expression.limits:
            body = _summed(_apart(body), limits)
        return body
    if not getattr(expression, "args", ()) or isinstance(expression, sp.Indexed):
        return expression
    return sp.expand(expression.func(*(_apart(argument) for argument in expression.args)))


def _summed(body: Any, limits: Any) -> Any:
    """Σ body as numbers and letters without the index, times sums of single products."""
    found = sp.S.Zero
    for term in sp.Add.make_args(sp.expand(body)):
        free = [factor for factor in sp.Mul.make_args(term) if not factor.has(limits[0])]
        kept = [factor for factor in sp.Mul.make_args(term) if factor.has(limits[0])]
        found += sp.Mul(*free) * sp.Sum(sp.Mul(*kept), limits)
    return found


@cache
def orthogonality() -> Derivation:
    """Σ_n δ_n (z_n − Σ_i (w_i A_in + b_i H_in)) = β Σ_n δ_n (δ_n + 2F_n) on the kernel's equations.

    Example:
        >>> orthogonality().check(0).ok
        True
    """
    w, h, a = OUTGOING[i], ACTIVATION[i, n], SHIFTED[i, n]
    delta = RESIDUAL[n]
    outputs = _over_neurons(w * h)
    start = _over_samples(delta * (MOVED[n] - _over_neurons(w * CHANGE[i, n] + OUTGOING_CHANGE[i] * h)))
    solved = _over_samples(delta * (BETA * delta - _over_neurons(w * (a - BETA * h) - BETA * w * h)))
    apart = (
        BETA * _over_samples(delta**2) - _over_samples(delta * _over_neurons(w * a))
        + 2 * BETA * _over_samples(delta * outputs)
    )  # fmt: skip
    rest = BETA * _over_samples(delta**2) + 2 * BETA * _over_samples(delta * outputs)
    summed = BETA * _over_samples(delta**2) + 2 * BETA * _over_samples(delta * OUTPUT[n])
    final = BETA * _over_samples(delta * (delta + 2 * OUTPUT[n]))
    return Derivation(
        "gates_orthogonality", "what the kernel asks of a component", Ordering(), start,
        (
            Step(solved, Solve()), Step(apart, Algebra("sums taken apart")), Step(rest, SecondEquation()),
            Step(summed, Replace("outputs", r"F_n = \sum_i w_i H_{in}", outputs, OUTPUT[n])),
            Step(final, Algebra("one sum")),
        ),
        final, source="this project", same=same, evaluate=term_by_term, valuations=_solutions,
        assumptions=Solve.assumptions, remarks=("the start is zero, as z is the change of the output",),
    )  # fmt: skip


@cache
def counted() -> Derivation:
    """rk H_L = 2m + N − c − z, m and N counting neurons and samples that have an edge.

    Example:
        >>> counted().check(0).ok
        True
    """
    free = WIDTH * INPUTS - EDGES
    dead = WIDTH - ACTIVE
    final = 2 * ACTIVE + MET - PARTS - SPECIAL
    return Derivation(
        "gates_rank", "rank of a two-layer rectified network with one output", Ordering(), RANK,
        (
            Step(SIZE - KERNEL, Replace("rank and kernel", r"\rho = p - \kappa", RANK, SIZE - KERNEL)),
            Step(SIZE - (free + dead + CYCLES + SPECIAL),
                 Replace("equations of the kernel", r"\kappa = (Md - E) + (M - m) + C + z", KERNEL,
                         free + dead + CYCLES + SPECIAL, assumptions=("inputs are independent", *Solve.assumptions))),
            Step(SIZE - (free + dead + EDGES - INCIDENCE + SPECIAL),
                 Replace("null space of the incidence matrix", "C = E - I", CYCLES, EDGES - INCIDENCE)),
            Step(SIZE - (free + dead + EDGES - (ACTIVE + MET - PARTS) + SPECIAL),
                 Replace("rank of an incidence matrix", "I = m + N - c", INCIDENCE, ACTIVE + MET - PARTS)),
            Step(final, Replace("parameters", "p = M(d + 1)", SIZE, WIDTH * (INPUTS + 1))),
        ),
        final, source="this project", same=lambda one, two, ordering: bool(sp.expand(one - two) == 0),
        evaluate=_number, valuations=_networks, assumptions=("inputs are independent", *Solve.assumptions),
        lemmas=(orthogonality(),),
        remarks=(
            "a spanning forest has m + N − c edges; leaf by leaf its columns are independent, and one relation for "
            "each component, Σ w_i (row i) = Σ δ_n (row n), is all that is lost",
        ),
    )  # fmt: skip


def _number(expression: Any, valuation: Valuation) -> int:
    return int(sp.sympify(expression).subs(valuation.symbols))


def _solutions(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """A component with nonzero w and δ, and A′ with Σ_n δ_n A′_in = 0; all else from the equations."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for neurons, samples in ((1, 2), (2, 2), (3, 2)):
        numbers: dict[Any, Any] = {NEURONS: neurons, SAMPLES: samples, BETA: sp.Rational(stream.randint(1, 9), 2)}
        delta = [stream.choice((-3, -2, -1, 1, 2, 3)) for _ in range(samples)]
        for b in range(1, samples + 1):
            numbers |= {RESIDUAL[b]: delta[b - 1], MOVED[b]: numbers[BETA] * delta[b - 1], OUTPUT[b]: 0}
        for a in range(1, neurons + 1):
            outgoing, scale = stream.choice((-2, -1, 1, 2)), stream.randint(-5, 5)
            numbers |= {OUTGOING[a]: outgoing, OUTGOING_CHANGE[a]: -numbers[BETA] * outgoing}
            for b, orthogonal in ((1, -delta[1] * scale), (2, delta[0] * scale)):
                height = stream.randint(1, 5)
                numbers |= {
                    ACTIVATION[a, b]: height, SHIFTED[a, b]: orthogonal,
                    CHANGE[a, b]: orthogonal - numbers[BETA] * height,
                    OUTPUT[b]: numbers[OUTPUT[b]] + outgoing * height,
                }  # fmt: skip
        yield Valuation(numbers)


def components(joined: Array) -> list[tuple[list[int], list[int]]]:
    """Neurons and samples of every component with an edge.

    Example:
        >>> components(np.array([[1, 0], [0, 0], [1, 0]]))
        [([0, 2], [0])]
    """
    left, found = {row for row in range(len(joined)) if joined[row].any()}, []
    while left:
        neurons, samples = {min(left)}, set[int]()
        while True:
            reached = {b for a in neurons for b in np.flatnonzero(joined[a]).tolist()}
            more = {a for a in left if any(joined[a][b] for b in reached)}
            if (more, reached) == (neurons, samples):
                break
            neurons, samples = neurons | more, reached
        left -= neurons
        found.append((sorted(neurons), sorted(samples)))
    return found


def _networks(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Random patterns with unit vectors as inputs; ranks of the Hessian and of the incidence matrix, measured."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for neurons, samples, inputs in ((1, 1, 1), (2, 2, 2), (3, 3, 4), (3, 2, 3)):
        joined = np.array([[stream.randint(0, 1) for _ in range(samples)] for _ in range(neurons)], dtype=object)
        height = np.array([[stream.randint(1, 4) for _ in range(samples)] for _ in range(neurons)], dtype=object)
        outgoing = [stream.choice((-2, -1, 1, 2)) for _ in range(neurons)]
        delta = [stream.choice((-3, -2, -1, 1, 2, 3)) for _ in range(samples)]
        found = components(joined)
        edges = [(a, b) for a in range(neurons) for b in range(samples) if joined[a][b]]
        output = [sum(outgoing[a] * height[a][b] * joined[a][b] for a in range(neurons)) for b in range(samples)]
        incidence = np.array(
            [[delta[b] * (a == one) for a, b in edges] for one in range(neurons)]
            + [[outgoing[a] * (b == one) for a, b in edges] for one in range(samples)], dtype=object,
        ).reshape(neurons + samples, len(edges))  # fmt: skip
        size, rank = neurons * (inputs + 1), exact_rank(_hessian(joined, joined * height, outgoing, delta, inputs))
        rows = exact_rank(incidence)
        yield Valuation({
            RANK: rank, SIZE: size, KERNEL: size - rank, WIDTH: neurons, INPUTS: inputs, EDGES: len(edges),
            ACTIVE: sum(len(one) for one, _ in found), MET: sum(len(two) for _, two in found), PARTS: len(found),
            SPECIAL: sum(sum(delta[b] * (delta[b] + 2 * output[b]) for b in two) == 0 for _, two in found),
            INCIDENCE: rows, CYCLES: len(edges) - rows,
        })  # fmt: skip


def _hessian(slopes: Array, heights: Array, outgoing: list[int], delta: list[int], inputs: int) -> Array:
    """J⊤J and the residual's part, with the n-th unit vector as n-th input; heights are g h."""
    neurons, samples = slopes.shape
    jacobian = np.zeros((samples, neurons * (inputs + 1)), dtype=object)
    mixed = np.zeros((neurons * (inputs + 1),) * 2, dtype=object)
    for a in range(neurons):
        for b in range(samples):
            into, out_of = a * inputs + b, neurons * inputs + a
            jacobian[b, into], jacobian[b, out_of] = outgoing[a] * slopes[a][b], heights[a][b]
            mixed[into, out_of] = mixed[out_of, into] = delta[b] * slopes[a][b]
    return np.asarray(jacobian.T.dot(jacobian) + mixed)
