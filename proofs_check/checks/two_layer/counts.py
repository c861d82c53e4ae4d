"""How many parameters there are and how many are used: counted, and as exact ranks of Jacobians."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np

from hessproof.numeric.exact import exact_rank
from hessproof.numeric.integers import residues
from hessproof.numeric.primes import primes
from hessproof.numeric.rectified.blocks import network_jacobian
from hessproof.numeric.rectified.forward import on_kink
from hessproof.numeric.rectified.modular import rank_without_zeros
from hessproof.numeric.rectified.network import squared
from hessproof.numeric.two_layer.exact import ExactNet, exact_net
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.two_layer.instances import whole
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture

RANKS = "exact ranks of the Jacobians of drawn networks, row by row from the outputs"
MODULAR = "ranks modulo a prime of other drawn networks, from tangents passed through the layers"
PRIME = primes(1)[0]
LISTED = "parameters and outputs counted, width by width"
LARGEST = {Profile.QUICK: 3, Profile.STANDARD: 4, Profile.THOROUGH: 6}
"""Largest width n of the ranks."""
DRAWS, PATIENCE = 6, 1000
"""Networks drawn for each size, and at most where a rank nm is to be attained: about one in fifty has such gates."""
WIDTHS = {Profile.QUICK: 12, Profile.STANDARD: 40, Profile.THOROUGH: 120}
"""Largest width n of the counts."""
FORMULAS: dict[str, Callable[[int, int], tuple[int, Fraction]]] = {
    "": lambda n, m: (2 * n**2, Fraction(2 * n, m)),
    "n² parameters": lambda n, m: (n**2, Fraction(n, m)),
    "2n² + 2n parameters, with biases": lambda n, m: (2 * n**2 + 2 * n, Fraction(2 * n + 2, m)),
    "2n³ parameters": lambda n, m: (2 * n**3, Fraction(2 * n**2, m)),
    "τ = n/m": lambda n, m: (2 * n**2, Fraction(n, m)),
    "τ = m/2n": lambda n, m: (2 * n**2, Fraction(m, 2 * n)),
    "τ = 2n²/m": lambda n, m: (2 * n**2, Fraction(2 * n**2, m)),
}
"""Parameters and τ; the first is published, the others are controls."""


def counted(width: int, samples: int) -> tuple[int, Fraction]:
    """Parameters, and their number for each entry of Y, by running through the entries of all four matrices."""
    weights = sum(1 for layer in Architecture((width,) * 3).weight_shapes for _ in np.ndindex(layer))
    return weights, Fraction(weights, sum(1 for _ in np.ndindex(width, samples)))


def _listed(context: Context) -> Finding:
    counter, left = Counter(claim("pennington2017.counting").part("main")), dict(FORMULAS)
    del left[""]
    controls: list[Mutant] = []
    for width in range(1, WIDTHS[context.profile] + 1):
        for samples in sorted({1, width, 2 * width, 2 * width + 1, 3 * width}):
            found = counted(width, samples)
            case = Case(Architecture((width,) * 3), min(width, samples), min(width, samples))
            counter.count(case, found == FORMULAS[""](width, samples))
            for text in [text for text, formula in left.items() if formula(width, samples) != found]:
                del left[text]
                controls.append(Mutant(description=text, caught=True, by=f"n = {width}, m = {samples}"))
    controls += [Mutant(description=text, caught=False, by="no size tells them apart") for text in left]
    scope = f"every n up to {WIDTHS[context.profile]}, several m each"
    return Finding(Strength.CERTIFICATE, scope, counter.tally, counter.regions, tuple(controls))


def _drawn(rng: np.random.Generator, width: int, samples: int, activation: str) -> ExactNet:
    """Integers up to 9, off the kinks."""
    while True:
        w1, w2 = rng.integers(-9, 10, (2, width, width))
        x, y = rng.integers(-9, 10, (2, samples, width))
        net = exact_net(w1, w2, x, y, activation)
        if not net.kinks:
            return net


def jacobian_rank(net: ExactNet) -> int:
    """rk J over the rationals."""
    return exact_rank(whole(net.jacobian())).value


def _largest(draw: Callable[[], int], width: int, samples: int, reach: bool) -> list[int]:
    """Ranks of several draws; with ``reach`` of more, until nm is met, if m < 2n lets it be met."""
    wanted, ranks = width * samples, list[int]()
    most = PATIENCE if reach and samples < 2 * width else DRAWS
    while len(ranks) < most and wanted not in ranks:
        ranks.append(draw())
    return ranks


Judge = Callable[[list[int], int, int], bool]
"""Whether the ranks of several draws agree with a statement for n and m."""


def _linear(bound: Callable[[int], int]) -> Judge:
    return lambda ranks, n, m: max(ranks) == min(bound(n), n * m)


def _rectified(bound: Callable[[int], int]) -> Judge:
    return lambda ranks, n, m: max(ranks) <= bound(n)


def _surjective(threshold: Callable[[int], Fraction]) -> Judge:
    """All of R^{nm} is reached exactly from a τ on."""
    return lambda ranks, n, m: (max(ranks) == n * m) == (Fraction(2 * n, m) >= threshold(n))


PARTS: dict[str, tuple[str, Judge, dict[str, Judge]]] = {
    "linear": ("linear", _linear(lambda n: n**2), {
        "2n²": _linear(lambda n: 2 * n**2), "n² − 1": _linear(lambda n: n**2 - 1),
        "n² + 1": _linear(lambda n: n**2 + 1), "2n² − n": _linear(lambda n: 2 * n**2 - n),
    }),
    "relu": ("relu", _rectified(lambda n: 2 * n**2 - n), {
        "2n² − n − 1": _rectified(lambda n: 2 * n**2 - n - 1), "n²": _rectified(lambda n: n**2),
        "2n² − 2n": _rectified(lambda n: 2 * n**2 - 2 * n),
    }),
    "fits": ("linear", _surjective(lambda n: Fraction(2)), {
        "τ ≥ 1": _surjective(lambda n: Fraction(1)), "τ ≥ 4": _surjective(lambda n: Fraction(4)),
        "τ > 1": _surjective(lambda n: Fraction(2 * n, 2 * n - 1)),
    }),
    "relu_open": ("relu", _surjective(lambda n: Fraction(2 * n, 2 * n - 1)), {
        "τ ≥ 1": _surjective(lambda n: Fraction(1)), "τ ≥ 2": _surjective(lambda n: Fraction(2)),
        "τ ≥ 1/2": _surjective(lambda n: Fraction(1, 2)),
    }),
}  # fmt: skip
"""Activation, statement and wrong variants of each part of hessproof.usable_parameters."""


def sizes(largest: int) -> Iterator[tuple[int, int]]:
    """n and m, on both sides of every threshold."""
    for width in range(1, largest + 1):
        for samples in sorted({1, width, width + 1, 2 * width - 1, 2 * width, 3 * width, 4 * width}):
            yield width, samples


def _ranks(key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        activation, holds, variants = PARTS[key]
        counter = Counter(claim("hessproof.usable_parameters").part(key))
        rng, left, controls = np.random.default_rng(context.seed_for(key)), dict(variants), list[Mutant]()
        shown: dict[str, int] = {}
        for width, samples in sizes(LARGEST[context.profile]):
            draw = lambda: jacobian_rank(_drawn(rng, width, samples, activation))  # noqa: B023, E731
            ranks = _largest(draw, width, samples, key == "relu_open")
            shown[f"n = {width}, m = {samples}"] = max(ranks)
            case = Case(Architecture((width,) * 3, activation=activation), min(width, samples), min(width, samples))
            counter.count(case, holds(ranks, width, samples))
            for text in [text for text, judge in left.items() if not judge(ranks, width, samples)]:
                del left[text]
                controls.append(
                    Mutant(description=text, caught=True, by=f"n = {width}, m = {samples}, rank {max(ranks)}")
                )
        controls += [Mutant(description=text, caught=False, by="no size tells them apart") for text in left]
        return Finding(
            Strength.SAMPLE,
            f"every n ≤ {LARGEST[context.profile]}, seven m each, up to 4n", counter.tally, counter.regions,
            tuple(controls), details={"largest rank of the Jacobian": shown},
        )  # fmt: skip

    return work


def modular_rank(rng: np.random.Generator, width: int, samples: int) -> int:
    """rk J modulo a prime, a lower bound, of another drawn network with ReLU, from its tangents."""
    while True:
        w1, w2 = rng.integers(-99, 100, (2, width, width))
        x = rng.integers(-99, 100, (samples, width))
        net = squared(Architecture((width,) * 3, activation="relu"), [w1, w2], x, 0 * x)
        if not on_kink(net):
            return rank_without_zeros(residues(network_jacobian(net), PRIME), PRIME)


def _modular(context: Context) -> Finding:
    _, holds, variants = PARTS["relu_open"]
    counter = Counter(claim("hessproof.usable_parameters").part("relu_open"))
    rng, left, controls = np.random.default_rng(context.seed_for("modular")), dict(variants), list[Mutant]()
    for width, samples in sizes(LARGEST[context.profile]):
        draw = lambda: modular_rank(rng, width, samples)  # noqa: B023, E731
        ranks = _largest(draw, width, samples, True)
        case = Case(Architecture((width,) * 3, activation="relu"), min(width, samples), min(width, samples))
        counter.count(case, holds(ranks, width, samples))
        for text in [text for text, judge in left.items() if not judge(ranks, width, samples)]:
            del left[text]
            controls.append(Mutant(description=text, caught=True, by=f"n = {width}, m = {samples}, rank {max(ranks)}"))
    controls += [Mutant(description=text, caught=False, by="no size tells them apart") for text in left]
    scope = f"every n ≤ {LARGEST[context.profile]}, seven m each, modulo {PRIME}"
    return Finding(Strength.SAMPLE, scope, counter.tally, counter.regions, tuple(controls))


CHECKS = (
    FunctionCheck(
        "pennington2017.counting", "main", "counted", Engine.EXACT, LISTED, _listed, lambda: counted(2, 3)
    ),
    *(
        FunctionCheck(
            "hessproof.usable_parameters", key, "ranks", Engine.EXACT, RANKS, _ranks(key),
            lambda: jacobian_rank(_drawn(np.random.default_rng(0), 2, 2, "relu")),
        )
        for key in PARTS
    ),
    FunctionCheck(
        "hessproof.usable_parameters", "relu_open", "modular ranks", Engine.EXACT, MODULAR, _modular,
        lambda: modular_rank(np.random.default_rng(0), 2, 2),
    ),
)  # fmt: skip
