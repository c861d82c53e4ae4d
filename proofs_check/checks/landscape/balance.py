"""Why the G-term takes over the top eigenspace: how both parts grow with the layers' scales.

Derived for all depths from the words of the blocks, and measured on networks in floating point.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

import numpy as np
import numpy.typing as npt

from hessproof.numeric.network.forward import network_forward, network_jacobian
from hessproof.numeric.network.hessians import network_hessian
from hessproof.numeric.network.losses import loss_derivatives, softmax
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.derivations import IDEA as DERIVED
from hessproof.proofs_check.checks.derivations import examine
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.norms.scaling import functional_gain, outer_gain

Array = npt.NDArray[np.float64]
CLAIM = "hessproof.top_space"
SCALED = "Hessians of networks and of the same networks with scaled weights, in float64"
COUNTS = {Profile.QUICK: 20, Profile.STANDARD: 200, Profile.THOROUGH: 2000}
ROUNDING = 1e-9
WIDTHS = ((2, 3), (3, 2, 2), (2, 4, 3), (3, 3, 2, 4), (2, 1, 3, 2), (3, 2, 4, 2, 3))
Exponents = tuple[int, int, int]


def case_of(architecture: Architecture) -> Case:
    """One object: r = 1 and s = 1."""
    return Case(architecture, 1, 1)


@dataclass(frozen=True, eq=False, slots=True)
class Scaled:
    """One object's Hessian parts at weights θ and at the scaled ones.

    Args:
        architecture: Widths.
        scales: s_1, …, s_L.
        before: F⊤A(Sz)F and the H-term with δ(Sz), at θ.
        after: G-term and H-term at the scaled weights.
    """

    architecture: Architecture
    scales: tuple[float, ...]
    before: tuple[Array, Array]
    after: tuple[Array, Array]

    def agrees(self, exponents: Exponents = (2, 1, -1)) -> bool:
        """Whether the parts are S^a E before E and S^b E before E with E = ⊕ s_l^e I, up to rounding."""
        places = self.architecture.slices
        whole = prod(self.scales)
        layers = [
            np.full(place.stop - place.start, scale ** exponents[2])
            for place, scale in zip(places, self.scales, strict=True)
        ]
        unit = np.concatenate(layers)
        for exponent, old, new in zip(exponents, self.before, self.after, strict=False):
            found = whole**exponent * unit[:, None] * old * unit
            if np.abs(found - new).max() > ROUNDING * (np.abs(found).max() + np.abs(new).max()) + 1e-300:
                return False
        return True


def scaled_networks(count: int, seed: int) -> Iterator[Scaled]:
    """Random networks and scales, some of them small, some large."""
    stream = np.random.default_rng(seed)
    for number in range(count):
        widths = WIDTHS[number % len(WIDTHS)]
        architecture = Architecture(widths, activation="relu", loss="cross-entropy")
        weights = [stream.standard_normal(shape) for shape in architecture.weight_shapes]
        scales = tuple(float(value) for value in np.exp(stream.uniform(-1.5, 0.7, len(weights))))
        x = stream.standard_normal((1, widths[0]))
        y = np.eye(widths[-1])[[stream.integers(widths[-1])]]
        moved = [scale * weight for scale, weight in zip(scales, weights, strict=True)]
        logits = prod(scales) * network_forward(architecture, weights, x)
        curvature = loss_derivatives("cross-entropy", logits, y)[1][0]
        jacobian = network_jacobian(architecture, weights, x)
        targets = softmax(network_forward(architecture, weights, x)) - softmax(logits) + y
        yield Scaled(
            architecture, scales,
            (jacobian.T @ curvature @ jacobian, network_hessian(architecture, weights, x, targets, "functional")),
            (network_hessian(architecture, moved, x, y, "outer"),
             network_hessian(architecture, moved, x, y, "functional")),
        )  # fmt: skip


def _balance(context: Context) -> Finding:
    counter = Counter(claim(CLAIM).part("balance"))
    networks = list(scaled_networks(COUNTS[context.profile], context.seed_for("balance") % 2**32))
    for one in networks:
        counter.count(case_of(one.architecture), one.agrees())
    wrong: list[tuple[str, Exponents]] = [
        ("S for the G-term", (1, 1, -1)), ("S³ for the G-term", (3, 1, -1)), ("S⁰ for the H-term", (2, 0, -1)),
        ("S² for the H-term", (2, 2, -1)), ("without E", (2, 1, 0)), ("E squared", (2, 1, -2)),
    ]  # fmt: skip
    controls = tuple(
        Mutant(description=words, caught=missed > 0, by=f"{missed} of {len(networks)} networks disagree")
        for words, exponents in wrong
        for missed in [sum(not one.agrees(exponents) for one in networks)]
    )
    return Finding(
        Strength.SAMPLE, f"{len(networks)} networks of up to four layers", counter.tally, counter.regions, controls
    )


def gains() -> tuple[Derivation, ...]:
    """What the blocks of both parts gain."""
    return outer_gain(), functional_gain()


def _derivation(context: Context) -> Finding:
    return examine(gains(), context)


def demonstrate_gains() -> None:
    """The derivations of the gains, checked."""
    for derivation in gains():
        derivation.check(0, count=1)


def demonstrate_scaled() -> None:
    """Two tiny networks, scaled."""
    for one in scaled_networks(2, 0):
        one.agrees()


CHECKS = (
    FunctionCheck(
        CLAIM, "balance", "derivation", Engine.SYMBOLIC, DERIVED, _derivation, demonstrate_gains, derivations=gains
    ),
    FunctionCheck(CLAIM, "balance", "scaled networks", Engine.FLOAT, SCALED, _balance, demonstrate_scaled),
)
