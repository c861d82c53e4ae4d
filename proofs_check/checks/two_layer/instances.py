"""Two-layer networks with rational weights and samples: signs, spectra and ranks without any rounding."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from hessproof.numeric.exact import exact_rank
from hessproof.numeric.integers import IntegerMatrix
from hessproof.numeric.rectified.critical import null_space
from hessproof.numeric.two_layer.exact import ExactNet, Rationals, exact_net
from hessproof.numeric.two_layer.inertia import characteristic, inertia, of_singular_values
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.catalogue.regions_two_layer import COUPLED
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture

IDEA = "signs and characteristic polynomials of exact Hessians of drawn networks, by elimination over the rationals"
COUNTS = {Profile.QUICK: 2, Profile.STANDARD: 3, Profile.THOROUGH: 10}
"""Draws of each size and kind."""
LARGEST = {Profile.QUICK: 2, Profile.STANDARD: 3, Profile.THOROUGH: 4}
"""Largest width n."""
LABELS = 10**6
"""Size of labels that stand for almost all: a block is then zero with a probability of one in a million at most."""
KINDS = ("plain", "dead", "orthogonal", "zero layer")
"""Plain draws; units dead on all samples; errors orthogonal to the inputs; one layer zero."""


def drawn(profile: Profile, seed: int, activations: tuple[str, ...] = ("linear", "relu")) -> Iterator[ExactNet]:
    """Networks of all widths n up to the largest, of 1, n and 2n samples, plain ones and special ones, off their kinks.

    Example:
        >>> sum(1 for _ in drawn(Profile.QUICK, 0)) >= 20
        True
    """
    rng = np.random.default_rng(seed)
    for width in range(1, LARGEST[profile] + 1):
        for samples in sorted({1, width, 2 * width}):
            for activation in activations:
                for kind in KINDS:
                    for _ in range(COUNTS[profile]):
                        net = _draw(rng, width, samples, activation, kind)
                        if net is not None:
                            yield net


def _draw(rng: np.random.Generator, width: int, samples: int, activation: str, kind: str) -> ExactNet | None:
    """One network; None if ten draws all met a kink or could not be made special."""
    for _ in range(10):
        w1, w2 = rng.integers(-3, 4, (2, width, width))
        x, y = rng.integers(-3, 4, (2, samples, width))
        if kind == "dead":
            w1, x = -np.abs(w1) - 1, np.abs(x) + 1
        if kind == "zero layer":
            w2 = 0 * w2
        net = exact_net(w1, w2, x, y, activation)
        if kind == "orthogonal":
            net = _uncoupled(net, rng)
        if not net.kinks:
            return net
    return None


def _uncoupled(net: ExactNet, rng: np.random.Generator) -> ExactNet:
    """The same network with errors that are orthogonal to the columns of X, if there are any: then E⊤X = 0."""
    values = net.errors + net.y
    gram = net.x.dot(net.x.T)
    null = [row for row in np.eye(net.samples, dtype=int).astype(object) if not gram.dot(row).any()]
    if len(net.x) > 1:
        first, second = net.x[0], net.x[1]
        if (first * second[0] == second * first[0]).all():
            null.append(np.asarray([second[0], -first[0], *[0] * (net.samples - 2)], dtype=object))
    if not null:
        halves = np.vstack([net.x[: (net.samples + 1) // 2], net.x[: net.samples // 2]])
        net = exact_net(net.w1, net.w2, halves, net.y, net.activation)
        values = net.errors + net.y
        null = [np.asarray([int(i == j) - int(i == j + (net.samples + 1) // 2) for i in range(net.samples)],
                           dtype=object) for j in range(net.samples // 2)]  # fmt: skip
    errors = np.zeros_like(values)
    for row in null:
        errors = errors + np.multiply.outer(row, rng.integers(1, 4, values.shape[1]).astype(object))
    return exact_net(net.w1, net.w2, net.x, values - errors, net.activation)


Holds = Callable[[ExactNet, str], bool | None]
"""Whether a statement, or the wrong variant of that name, holds; None if its assumptions are not met."""


def semidefinite(net: ExactNet, variant: str) -> bool | None:
    """No eigenvalue of H_0 is negative."""
    outer, functional = net.hessian_parts()
    chosen = {"": outer, "−H_0": -outer, "H_1 for H_0": functional, "H_0 + H_1": outer + functional,
              "H_0 − H_1": outer - functional}[variant]  # fmt: skip
    return inertia(chosen).semidefinite


def indefinite(net: ExactNet, variant: str) -> bool | None:
    """H_1 has eigenvalues of both signs if some block is not zero; wrong variants assume less or more."""
    outer, functional = net.hessian_parts()
    if variant == "":
        return None if not net.cross_blocks().any() else inertia(functional).indefinite
    if variant == "e ≠ 0 in place of B_a ≠ 0":
        return None if not net.errors.any() else inertia(functional).indefinite
    chosen = {"H_0 for H_1": outer, "H_1² for H_1": functional.dot(functional)}[variant]
    return inertia(chosen).indefinite


def almost_all(net: ExactNet, variant: str) -> bool | None:
    """H_1 is indefinite at drawn labels if some φ′(z) x is not zero; the wrong variants ask for less, or for others."""
    moved = any(slope * entry for slopes, x in zip(net.slopes, net.x, strict=True) for slope in slopes for entry in x)
    seed = sum(abs(int(entry)) for entry in (*net.w1.flat, *net.x.flat))  # the same labels for every variant
    labels = np.random.default_rng(seed).integers(-LABELS, LABELS + 1, net.y.shape)
    wanted = moved or variant == "without the condition"
    y = net.y if variant == "every label" else labels
    point = exact_net(net.w1, net.w2, net.x, y, net.activation)
    return None if not wanted else inertia(point.hessian_parts()[1]).indefinite


def symmetric(net: ExactNet, variant: str) -> bool | None:
    """det(λI − H_1) = Π (λ² − σ²) over the singular values of all blocks."""
    outer, functional = net.hessian_parts()
    blocks = net.cross_blocks()
    one = np.eye(len(blocks[0]), dtype=int).astype(object)
    chosen = {"the first block for all": np.asarray([blocks[0]] * len(blocks)), "2B for B": 2 * blocks,
              "B + I for B": blocks + one}.get(variant, blocks)  # fmt: skip
    matrix = outer + functional if variant == "H for H_1" else functional
    return characteristic(matrix) == of_singular_values(chosen)


def without_activation(net: ExactNet, variant: str) -> bool | None:
    """All blocks are equal, and the multiplicity n follows; the wrong variant takes ReLU as well."""
    if variant == "" and net.activation != "linear":
        return None
    blocks = net.cross_blocks()
    return bool((blocks == blocks[0]).all())


def both_spectra(net: ExactNet, variant: str) -> bool | None:
    """`symmetric`, and without activation equal blocks."""
    if variant == "equal blocks with ReLU":
        return without_activation(net, variant)
    found = symmetric(net, variant)
    return found if variant or without_activation(net, "") in (None, True) else False


def critical(net: ExactNet, variant: str) -> bool | None:
    """H_1 = 0 at a critical point with an invertible layer; wrong variants leave an assumption out."""
    point = at_critical(net)
    assert not point.gradient().any()
    regular = max(exact_rank(whole(layer)).value for layer in (point.w1, point.w2)) == len(point.w1)
    if variant == "an invertible layer alone":
        point, wanted = net, regular
    else:
        wanted = regular or variant == "a critical point alone"
    if net.activation != "linear" and variant != "ReLU":
        return None
    return None if not wanted else not point.cross_blocks().any()


def zero_modes(net: ExactNet, variant: str) -> bool | None:
    """B_a w_a = 0 and B_a⊤ W²_{·a} = 0 for every unit of a critical point."""
    point = net if variant == "any point" else at_critical(net)
    outs = point.w2 if variant != "rows of W²" else point.w2.T
    pairs = zip(point.cross_blocks(), point.w1, outs.T, strict=True)
    return not any(block.dot(w).any() or block.T.dot(out).any() for block, w, out in pairs)


def at_critical(net: ExactNet) -> ExactNet:
    """The same weights and inputs with errors in the null space of J⊤, which make it a critical point."""
    basis = null_space(whole(net.jacobian().T))
    errors = basis.dot(np.arange(1, basis.shape[1] + 1).astype(object)) if basis.size else 0 * net.errors.ravel()
    targets = net.errors + net.y - errors.reshape(net.errors.shape)
    return exact_net(net.w1, net.w2, net.x, targets, net.activation)


PARTS: dict[tuple[str, str], tuple[Holds, tuple[str, ...]]] = {
    ("pennington2017.definiteness", "semidefinite"): (
        semidefinite, ("−H_0", "H_1 for H_0", "H_0 + H_1", "H_0 − H_1"),
    ),
    ("hessproof.two_layer_blocks", "symmetric"): (
        both_spectra,
        ("the first block for all", "2B for B", "B + I for B", "H for H_1", "equal blocks with ReLU"),
    ),
    ("hessproof.two_layer_blocks", "indefinite"): (
        indefinite, ("e ≠ 0 in place of B_a ≠ 0", "H_0 for H_1", "H_1² for H_1"),
    ),
    ("hessproof.two_layer_blocks", "almost_all"): (almost_all, ("without the condition", "every label")),
    ("hessproof.two_layer_blocks", "critical"): (
        critical, ("a critical point alone", "an invertible layer alone", "ReLU"),
    ),
    ("hessproof.two_layer_blocks", "zero_modes"): (zero_modes, ("any point", "rows of W²")),
}  # fmt: skip
"""Each statement, and wrong variants of it."""


def whole(matrix: Rationals) -> IntegerMatrix:
    """Fractions that are integers, as Python integers; weights, samples and errors here are."""
    assert all(entry.denominator == 1 for entry in matrix.flat)
    return np.asarray([[int(entry) for entry in row] for row in matrix], dtype=object).reshape(matrix.shape)


def case_of(net: ExactNet) -> Case:
    """The widths and ranks of a network, and whether a block is not zero."""
    architecture = Architecture((net.w1.shape[1], len(net.w1), len(net.w2)), activation=net.activation)
    data = exact_rank(whole(net.x)).value
    residual = exact_rank(whole(net.errors.T.dot(net.x))).value
    traits = frozenset({COUPLED}) if net.cross_blocks().any() else frozenset[str]()
    return Case(architecture, data, residual, traits=traits)


def _work(name: str, key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        holds, variants = PARTS[name, key]
        counter, left, controls = Counter(claim(name).part(key)), list(variants), list[Mutant]()
        for net in drawn(context.profile, context.seed_for(f"{name}/{key}")):
            outcome = holds(net, "")
            counter.count(case_of(net), outcome, satisfied=outcome is not None)
            for variant in [each for each in left if holds(net, each) is False]:
                left.remove(variant)
                shown = f"W¹ = {_shown(net.w1)}, W² = {_shown(net.w2)}, x = {_shown(net.x)}, y = {_shown(net.y)}"
                controls.append(Mutant(description=variant, caught=True, by=f"{net.activation}: {shown}"))
        controls += [Mutant(description=each, caught=False, by="no draw tells them apart") for each in left]
        scope = f"drawn networks n-n-n with n ≤ {LARGEST[context.profile]}, integers up to 3, special ones among them"
        return Finding(Strength.SAMPLE, scope, counter.tally, counter.regions, tuple(controls))

    return work


def _shown(matrix: object) -> str:
    return str([[str(entry) for entry in row] for row in matrix]).replace("'", "")  # type: ignore[attr-defined]


def demonstrate() -> None:
    """One network through every statement."""
    net = exact_net([[1, 2], [0, 1]], [[1, 0], [1, 1]], [[1, 2], [2, 1], [1, 1]], [[0, 1], [1, 0], [2, 2]], "linear")
    for holds, variants in PARTS.values():
        holds(net, "")
        holds(net, variants[0])


CHECKS = tuple(
    FunctionCheck(name, key, "exact networks", Engine.EXACT, IDEA, _work(name, key), demonstrate) for name, key in PARTS
)
