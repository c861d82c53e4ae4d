"""Eqs. (1) and (2) and the identity of vec_r, against exact differences.

The network is affine in each single weight and the loss quadratic in it, so F(W + E) − F(W) and
[ℓ(W + E) − ℓ(W − E)]/2 *are* the derivatives in the direction of a unit matrix E: no limit, no rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hessproof.numeric.instance import Instance
from hessproof.numeric.kernels import Factors
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks import preliminaries
from hessproof.proofs_check.checks.samples import Sample, make_sample, samples, scope, tiny
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength, Tally
from hessproof.symbolic.blocks import gradient_word, jacobian_block
from hessproof.symbolic.terms import Chain, KroneckerTerm, Word

Array = NDArray[Any]
Weights = list[Array]

IDEA = "exact differences of the network and of the loss, which are polynomials of degree one and two in each weight"
MATRICES = {Profile.QUICK: 60, Profile.STANDARD: 600, Profile.THOROUGH: 6000}


def network(weights: Weights, inputs: Array) -> Array:
    """W^L ⋯ W^1 x for the columns x of ``inputs``."""
    return reduce(lambda value, weight: weight @ value, weights, inputs)


def twice_loss(weights: Weights, inputs: Array, targets: Array) -> int:
    """Σ ‖W^{L:1}x − y‖², twice the loss, over the columns."""
    residual = network(weights, inputs) - targets
    return int((residual * residual).sum())


def shifted(weights: Weights, layer: int, place: tuple[int, int], step: int) -> Weights:
    """The weights with ``step`` added to one entry of W^{layer} (1, …, L)."""
    changed = list(weights)
    changed[layer - 1] = weights[layer - 1].copy()
    changed[layer - 1][place] += step
    return changed


def jacobian_by_differences(weights: Weights, x: Array, layer: int) -> Array:
    """∂F(x)/∂W^layer, K × M_l M_{l-1}, columns in the order of vec_r."""
    base = network(weights, x)
    places = np.ndindex(weights[layer - 1].shape)
    return np.hstack([network(shifted(weights, layer, place, 1), x) - base for place in places])


def gradient_by_differences(weights: Weights, inputs: Array, targets: Array, layer: int) -> Array:
    """∂/∂W^layer of the loss, summed over the samples, M_l × M_{l-1}; four times the derivative is divided by four."""
    result = np.zeros(weights[layer - 1].shape, dtype=object)
    for place in np.ndindex(result.shape):
        up, down = (twice_loss(shifted(weights, layer, place, step), inputs, targets) for step in (1, -1))
        result[place] = (up - down) // 4
    return result


def _columns(instance: Instance) -> tuple[Weights, Array, Array]:
    assert instance.inputs is not None
    assert instance.targets is not None
    return list(instance.weights), instance.inputs.T, instance.targets.T


def jacobian_agrees(sample: Sample, term_of: Callable[[int, int], KroneckerTerm] = jacobian_block) -> bool:
    """Eq. (1), second half: ∂F/∂W^k = W^{L:k+1} ⊗ x⊤W^{1:k-1} at the first sample."""
    weights, inputs, _ = _columns(sample.instance)
    x, factors = inputs[:, :1], Factors(sample.instance.weights)
    for layer in range(1, len(weights) + 1):
        term = term_of(len(weights), layer)
        stated = np.kron(factors.word(term.left), x.T @ factors.word(term.right))
        found = jacobian_by_differences(weights, x, layer)
        if stated.shape != found.shape or not bool(np.all(stated == found)):
            return False
    return True


def gradient_agrees(sample: Sample, word_of: Callable[[int, int], Word] = gradient_word) -> bool:
    """Eq. (2), summed over the samples: ∂ℓ/∂W^k = W^{k+1:L} Ω W^{1:k-1} with Ω = Σ_n δ_n x_n⊤."""
    weights, inputs, targets = _columns(sample.instance)
    residual = (network(weights, inputs) - targets) @ inputs.T
    factors = Factors(sample.instance.weights, sample.instance.sigma, residual)
    for layer in range(1, len(weights) + 1):
        stated = factors.word(word_of(len(weights), layer))
        found = gradient_by_differences(weights, inputs, targets, layer)
        if stated.shape != found.shape or not bool(np.all(stated == found)):
            return False
    return True


def degrees_agree(sample: Sample, own: int = 1, other: int = 2) -> bool:
    """With W^l scaled by t, the gradient for W^k is a polynomial in t of degree ``own`` (l = k) or ``other`` at most.

    Decided by finite differences in t of the next order, which vanish.
    """
    weights, inputs, targets = _columns(sample.instance)
    for k in range(1, len(weights) + 1):
        for l in range(1, len(weights) + 1):
            degree = own if l == k else other
            values = []
            for t in range(degree + 2):
                scaled = list(weights)
                scaled[l - 1] = t * weights[l - 1]
                values.append(gradient_by_differences(scaled, inputs, targets, k))
            if np.diff(np.stack(values), n=degree + 1, axis=0).any():
                return False
    return True


def rule_agrees(left: Array, middle: Array, right: Array, stated: Callable[[Array, Array], Array]) -> bool:
    """Eq. (1), first half: changing one entry of W changes vec_r(AWB) by a column of A ⊗ B⊤."""
    matrix, base = stated(left, right), (left @ middle @ right).ravel()
    if matrix.shape != (base.size, middle.size):
        return False
    for column, place in enumerate(np.ndindex(middle.shape)):
        moved = middle.copy()
        moved[place] += 1
        if not bool(np.all((left @ moved @ right).ravel() - base == matrix[:, column])):
            return False
    return True


def vec_agrees(left: Array, middle: Array, right: Array, stated: Callable[[Array, Array], Array]) -> bool:
    """vec_r(AXB) = (A ⊗ B⊤) vec_r(X)."""
    matrix, vector = stated(left, right), (left @ middle @ right).ravel()
    return matrix.shape == (vector.size, middle.size) and bool(np.all(matrix @ middle.ravel() == vector))


def kronecker(left: Array, right: Array) -> Array:
    """A ⊗ B⊤."""
    return np.kron(left, right.T)


WRONG_KRONECKERS: tuple[tuple[str, Callable[[Array, Array], Array]], ...] = (
    ("A ⊗ B", lambda left, right: np.kron(left, right)),
    ("A⊤ ⊗ B⊤", lambda left, right: np.kron(left.T, right.T)),
    ("B⊤ ⊗ A (column-wise vec)", lambda left, right: np.kron(right.T, left)),
    ("−A ⊗ B⊤", lambda left, right: (-1) * np.kron(left, right.T)),
)


def _triples(context: Context) -> Iterator[tuple[Array, Array, Array]]:
    rng = np.random.default_rng(context.seed_for("triples"))
    for _ in range(MATRICES[context.profile]):
        m, p, q, n = (int(size) for size in rng.integers(1, 5, 4))
        yield tuple(rng.integers(-9, 10, shape) for shape in ((m, p), (p, q), (q, n)))  # type: ignore[misc]


def _matrix_work(agrees: Callable[..., bool]) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        tally = Tally()
        for triple in _triples(context):
            tally.count(agrees(*triple, kronecker))
        return Finding(
            Strength.SAMPLE,
            f"{tally.tried} random integer triples, sizes 1 to 4",
            tally,
            controls=tuple(
                _noticed(name, (agrees(*triple, wrong) for triple in _triples(context)))
                for name, wrong in WRONG_KRONECKERS
            ),
        )

    return work


def _moved(chain: Any, end: str, step: int) -> Any:
    if not isinstance(chain, Chain):
        return chain
    numbers = {"first": chain.first, "last": chain.last}
    numbers[end] += step
    return Chain(chain.descending, numbers["first"], numbers["last"])


def _jacobian_variants() -> Iterator[tuple[str, Callable[[int, int], KroneckerTerm]]]:
    yield (
        "the two sides swapped",
        lambda layers, k: KroneckerTerm(jacobian_block(layers, k).right, jacobian_block(layers, k).left),
    )
    for end in ("first", "last"):
        for step in (1, -1):

            def wrong(layers: int, k: int, end: str = end, step: int = step) -> KroneckerTerm:
                term = jacobian_block(layers, k)
                return KroneckerTerm(tuple(_moved(one, end, step) for one in term.left), term.right)

            yield f"left chain: {end} layer {step:+d}", wrong


def _gradient_variants() -> Iterator[tuple[str, Callable[[int, int], Word]]]:
    for place in (0, -1):
        for end in ("first", "last"):
            for step in (1, -1):

                def wrong(layers: int, k: int, place: int = place, end: str = end, step: int = step) -> Word:
                    word = list(gradient_word(layers, k))
                    word[place] = _moved(word[place], end, step)
                    return tuple(word)

                yield f"{'backward' if place == 0 else 'forward'} chain: {end} layer {step:+d}", wrong


def _degree_controls(found: tuple[Sample, ...]) -> tuple[Mutant, ...]:
    wrong = (("degree 0 in W^k", {"own": 0}), ("degree 1 in the other weights", {"other": 1}))
    return tuple(_noticed(name, (degrees_agree(sample, **numbers) for sample in found)) for name, numbers in wrong)


def _noticed(description: str, outcomes: Iterator[bool]) -> Mutant:
    """A control: noticed by the first outcome that is False, or by an error of shape."""
    try:
        caught = not all(outcomes)
        return Mutant(
            description=description, caught=caught, by="values differ" if caught else "nothing tells it apart"
        )
    except (ValueError, IndexError, KeyError, RecursionError):
        return Mutant(description=description, caught=True, by="shapes do not fit")


def _work(
    row: str, key: str, agrees: Callable[..., bool], controls: Callable[[tuple[Sample, ...]], tuple[Mutant, ...]]
) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        found = samples(context)
        counter = Counter(claim(f"singh2021.{row}").part(key))
        for sample in found:
            counter.count(sample.case, agrees(sample))
        return Finding(Strength.SAMPLE, scope(found), counter.tally, counter.regions, controls(found))

    return work


def _by_variants(
    agrees: Callable[..., bool], variants: Callable[[], Iterator[tuple[str, Any]]]
) -> Callable[[tuple[Sample, ...]], tuple[Mutant, ...]]:
    return lambda found: tuple(
        _noticed(name, (agrees(sample, wrong) for sample in found)) for name, wrong in variants()
    )


def demonstrate() -> None:
    """All comparisons at one tiny instance."""
    sample = make_sample(tiny())
    jacobian_agrees(sample)
    gradient_agrees(sample)
    degrees_agree(sample)
    left, middle, right = (np.arange(6).reshape(shape) for shape in ((2, 3), (3, 2), (2, 3)))
    rule_agrees(left, middle, right, kronecker)
    vec_agrees(left, middle, right, kronecker)


def _check(row: str, key: str, work: Callable[[Context], Finding], shared: bool = True) -> FunctionCheck:
    return FunctionCheck(
        f"singh2021.{row}", key, "exact differences", Engine.EXACT, IDEA, work, demonstrate,
        samples if shared else None, preliminaries.shallow_blocks,
    )  # fmt: skip


CHECKS = (
    _check("eq1", "rule", _matrix_work(rule_agrees), shared=False),
    _check(
        "eq1", "jacobian", _work("eq1", "jacobian", jacobian_agrees, _by_variants(jacobian_agrees, _jacobian_variants))
    ),
    _check("vec", "main", _matrix_work(vec_agrees), shared=False),
    _check(
        "eq2", "gradient", _work("eq2", "gradient", gradient_agrees, _by_variants(gradient_agrees, _gradient_variants))
    ),
    _check("eq2", "degrees", _work("eq2", "degrees", degrees_agree, _degree_controls)),
)
