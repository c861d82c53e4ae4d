"""Tiny rectified networks whose every number is a symbol: derivatives of polynomials, for every pattern of gates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.softmax.scalar_network import (
    LARGER,
    SHAPES,
    Matrix,
    ScalarNetwork,
    added,
    gate_patterns,
    scaled,
)

IDEA = (
    "derivatives of polynomials in symbols, with e^z_c as further symbols, for every pattern of gates of tiny networks"
)
Compared = Callable[[ScalarNetwork], bool]


def shapes(profile: Profile) -> tuple[str, ...]:
    """The networks compared."""
    return {Profile.QUICK: SHAPES[:8], Profile.STANDARD: SHAPES, Profile.THOROUGH: (*SHAPES, *LARGER)}[profile]


def networks(profile: Profile) -> Iterator[ScalarNetwork]:
    """Every shape with and without bias under every pattern of gates."""
    for text, bias in product(shapes(profile), (False, True)):
        architecture = Architecture(Architecture.parse(text).widths, bias, "relu", "cross-entropy")
        for gates in gate_patterns(architecture):
            yield ScalarNetwork(architecture, gates)


def case_of(network: ScalarNetwork) -> Case:
    """One object: r = 1 and s = min(1, K − 1)."""
    return Case(network.architecture, 1, min(1, network.architecture.outputs - 1))


def split(network: ScalarNetwork) -> bool:
    """H = ∇z⊤ A ∇z + Σ δ_c ∇²z_c."""
    return network.hessian() == added(network.outer(network.jacobian()), network.functional())


def softmax(network: ScalarNetwork) -> bool:
    """A = diag(p) − pp⊤."""
    return network.softmax_hessian() == network.published_softmax()


def chain(network: ScalarNetwork) -> bool:
    """G^l for every layer."""
    return all(network.chain(layer) == network.published_chain(layer) for layer in network.weights)


def stack(network: ScalarNetwork) -> bool:
    """∇z = F."""
    return network.jacobian() == network.published_jacobian()


def g_term(network: ScalarNetwork) -> bool:
    """F⊤AF with the published F, against ∇z and ∂²ℓ/∂z² by differentiation."""
    derived = network.between(network.jacobian(), network.softmax_hessian())
    return derived == network.outer(network.published_jacobian())


def h_term(network: ScalarNetwork) -> bool:
    """The blocks of the H-term, against Σ δ_c ∇²z_c by differentiation."""
    return network.functional() == network.published_functional()


def _changed(one: ScalarNetwork) -> Iterator[tuple[str, bool]]:
    """The chain with one factor left out, doubled or transposed where the shapes allow it, and whether it shows."""
    for layer in one.weights:
        right = one.chain(layer)
        for text, wrong in one.chain_variants(layer):
            yield f"G^{layer}: {text}", wrong != right


def _coefficients(right: Matrix, first: Matrix, second: Matrix, texts: tuple[str, str]) -> Iterator[tuple[str, bool]]:
    """Other multiples of two summands."""
    for one, two in product((-1, 0, 1, 2), repeat=2):
        if (one, two) != (1, 1):
            wrong = added(scaled(first, one), scaled(second, two))
            yield f"{one}·{texts[0]} + {two}·{texts[1]}", wrong != right


def _wrong_splits() -> Iterator[tuple[str, bool]]:
    network = _mixed("1-2-2", ((1, 0),))
    parts = network.outer(network.jacobian()), network.functional()
    yield from _coefficients(network.hessian(), *parts, ("G-term", "H-term"))


def _wrong_softmax() -> Iterator[tuple[str, bool]]:
    network = _mixed("1-3", ())
    diagonal, square = network.softmax_parts()
    yield from _coefficients(network.softmax_hessian(), diagonal, square, ("diag(p)", "(−pp⊤)"))


def _wrong_chains() -> Iterator[tuple[str, bool]]:
    yield from _changed(_mixed("2-2-2-2", ((1, 0), (0, 1))))
    yield from _changed(_mixed("2-2-2", ((1, 0),)))


def _wrong_jacobians() -> Iterator[tuple[str, bool]]:
    for bias in (False, True):
        network = _mixed("1-2-2", ((1, 1),), bias)
        right = network.jacobian()
        for text, wrong in network.jacobian_variants():
            yield f"{text}{', with bias' if bias else ''}", wrong != right


def _wrong_g_terms() -> Iterator[tuple[str, bool]]:
    network = _mixed("1-2-2", ((1, 1),))
    right = network.between(network.jacobian(), network.softmax_hessian())
    for text, wrong in network.jacobian_variants():
        yield text, network.outer(wrong) != right


def _wrong_h_terms() -> Iterator[tuple[str, bool]]:
    for bias in (False, True):
        network = _mixed("1-2-2-2", ((1, 0), (1, 1)), bias)
        right, text = network.functional(), ", with bias" if bias else ""
        for sign in (-1, 0, 2):
            yield f"{sign} times every block{text}", network.published_functional(sign=sign) != right
        yield f"blocks with k = l like the others{text}", network.published_functional(diagonal=True) != right


def _mixed(text: str, gates: tuple[tuple[int, ...], ...], bias: bool = False) -> ScalarNetwork:
    return ScalarNetwork(Architecture(Architecture.parse(text).widths, bias, "relu", "cross-entropy"), gates)


PARTS: dict[tuple[str, str], tuple[Compared, Callable[[], Iterator[tuple[str, bool]]]]] = {
    ("kiselev2024.split", "main"): (split, _wrong_splits),
    ("kiselev2024.softmax", "main"): (softmax, _wrong_softmax),
    ("kiselev2024.jacobian", "chain"): (chain, _wrong_chains),
    ("kiselev2024.jacobian", "stack"): (stack, _wrong_jacobians),
    ("kiselev2024.jacobian", "g_term"): (g_term, _wrong_g_terms),
    ("hessproof.h_term_blocks", "blocks"): (h_term, _wrong_h_terms),
}


def _work(name: str, key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        compared, wrong = PARTS[name, key]
        counter, patterns = Counter(claim(name).part(key)), 0
        for network in networks(context.profile):
            counter.count(case_of(network), compared(network))
            patterns += 1
        controls = [Mutant(description=text, caught=caught, by="the polynomials differ") for text, caught in wrong()]
        details: dict[str, Any] = {"patterns of gates": patterns}
        return Finding(
            Strength.CERTIFICATE,
            f"all weights, biases, inputs and targets of {', '.join(shapes(context.profile))}, every pattern of gates",
            counter.tally,
            counter.regions,
            tuple(controls),
            details=details,
        )

    return work


def demonstrate() -> None:
    """One network under one pattern of gates."""
    network = _mixed("1-1-2", ((1,),), True)
    for compared, _ in PARTS.values():
        compared(network)


CHECKS = tuple(
    FunctionCheck(name, key, "scalar symbols", Engine.SYMBOLIC, IDEA, _work(name, key), demonstrate)
    for name, key in PARTS
)
