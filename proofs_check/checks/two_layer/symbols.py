"""Tiny two-layer networks all of whose numbers are symbols: statements as equalities of polynomials."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.two_layer.polynomials import CUBIC, LARGER, LINEAR, SHAPES, TinyNet, gate_patterns

IDEA = "second derivatives of polynomials in symbols, for every weight, input and target of tiny networks"
Compared = Callable[[TinyNet], bool]
Variants = Callable[[], Iterator[tuple[str, bool]]]
FACTORS = (-1, 0, 1, 2)
"""Factors that stand for 1 in wrong variants."""


def networks(profile: Profile, kind: str) -> Iterator[TinyNet]:
    """All shapes of one kind: linear, cubic, or ReLU under every pattern of gates."""
    for shape in (*SHAPES, *LARGER) if profile == Profile.THOROUGH else SHAPES:
        if kind == "relu":
            patterns = gate_patterns(shape[1], shape[3])
            yield from (TinyNet(shape, gates) for gates in patterns)
        else:
            yield TinyNet(shape, kind)


def split(net: TinyNet) -> bool:
    """∂²𝓛 = (1/m) Σ ∂ŷ∂ŷ⊤ + (1/m) Σ e ∂²ŷ."""
    return net.hessian() == net.sum(net.outer(), net.functional())


def blocks(net: TinyNet) -> bool:
    """H_1 is what its blocks make."""
    return net.functional() == net.from_blocks()


def free_of_labels(net: TinyNet) -> bool:
    """No entry of H_0 changes with a label."""
    return not _change(net, net.outer())


def _change(net: TinyNet, matrix: list[list[object]]) -> bool:
    labels = [label for row in net.y for label in row]
    return any(entry.diff(label) != 0 for row in matrix for entry in row for label in labels)  # type: ignore[attr-defined]


def proportional(net: TinyNet, power: int = 1) -> bool:
    """H_1 with f_1 e for e is f_1 H_1, the factor f_1 a symbol that these networks do not meet."""
    factor = net.powers[0]
    scaled = net.functional([[factor * entry for entry in row] for row in net.errors])
    return scaled == [[factor**power * entry for entry in row] for row in net.functional()]


def _wrong_splits(kind: str) -> Iterator[tuple[str, bool]]:
    net = _example(kind)
    parts = net.outer(), net.functional()
    for one, two in product(FACTORS, repeat=2):
        if (one, two) != (1, 1):
            yield f"{one}·H_0 + {two}·H_1", net.sum(*parts, factors=(one, two)) != net.hessian()


def _wrong_blocks() -> Iterator[tuple[str, bool]]:
    net = _example(CUBIC)
    for one, two in product(FACTORS, repeat=2):
        if (one, two) != (1, 1):
            yield f"{one}·B_a and {two}·D_a", net.from_blocks(one, two) != net.functional()


def _wrong_labels() -> Iterator[tuple[str, bool]]:
    net = _example(LINEAR)
    for one, two in product(FACTORS, repeat=2):
        if two:
            yield f"{one}·H_0 + {two}·H_1 for H_0", _change(net, net.sum(net.outer(), net.functional(), (one, two)))


def _wrong_powers() -> Iterator[tuple[str, bool]]:
    net = _example(LINEAR)
    for power in (0, 2, 3):
        yield f"the factor to the power {power}", not proportional(net, power)


def _example(kind: str) -> TinyNet:
    return TinyNet((2, 2, 2, 1), ((1, 0),) if kind == "relu" else kind)


BOTH, EVERY = (LINEAR, "relu"), (LINEAR, "relu", CUBIC)
PARTS: dict[tuple[str, str], tuple[Compared, tuple[str, ...], Variants]] = {
    ("pennington2017.split", "linear"): (split, (LINEAR,), lambda: _wrong_splits(LINEAR)),
    ("pennington2017.split", "relu"): (split, ("relu",), lambda: _wrong_splits("relu")),
    ("pennington2017.definiteness", "independent"): (free_of_labels, BOTH, _wrong_labels),
    ("pennington2017.definiteness", "magnitude"): (proportional, BOTH, _wrong_powers),
    ("hessproof.two_layer_blocks", "blocks"): (blocks, EVERY, _wrong_blocks),
}


def _work(name: str, key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        compared, kinds, wrong = PARTS[name, key]
        counter = Counter(claim(name).part(key))
        for kind in kinds:
            for net in networks(context.profile, kind):
                d, h, k, m = net.shape
                activation = kind if kind in BOTH else "tanh"
                counter.count(Case(Architecture((d, h, k), activation=activation), min(d, m), min(k, d, m)),
                              compared(net))  # fmt: skip
        controls = [Mutant(description=text, caught=caught, by="the polynomials differ") for text, caught in wrong()]
        shapes = (*SHAPES, *LARGER) if context.profile == Profile.THOROUGH else SHAPES
        shown = ", ".join(f"{d}-{h}-{k} with {m}" for d, h, k, m in shapes)
        return Finding(
            Strength.CERTIFICATE,
            f"all weights, inputs and targets of {shown} samples; {', '.join(kinds)}; every pattern of gates",
            counter.tally,
            counter.regions,
            tuple(controls),
        )

    return work


def demonstrate() -> None:
    """One network of each kind."""
    for kind in EVERY:
        net = _example(kind)
        split(net)
        blocks(net)
        free_of_labels(net)


CHECKS = tuple(
    FunctionCheck(name, key, "symbols", Engine.SYMBOLIC, IDEA, _work(name, key), demonstrate) for name, key in PARTS
)
