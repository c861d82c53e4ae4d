"""Inertia of H_f and H_L from the arguments of the eigenvalues of Ω⊤W^{L:1}: derivations, and exact points.

At exact points eigenvalues are counted by Descartes' rule, and arguments compared in balls. Points are small integers
of every rank, zero included; a point at a resonance, where the statement says nothing, is counted as not satisfied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hessproof.numeric.signature.points import FormPoint, draw_point, stationary_point
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks import preliminaries
from hessproof.proofs_check.checks.derivations import IDEA as DERIVED
from hessproof.proofs_check.checks.derivations import examine
from hessproof.proofs_check.enumeration import architectures_within, ranks
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.signature import index, inertia, words

CLAIM = "hessproof.inertia"
POINTS = "exact integer points of every rank: signs by Descartes' rule, arguments of eigenvalues in balls"
RANGES = {Profile.QUICK: (3, 2, 8, 1), Profile.STANDARD: (4, 3, 12, 1), Profile.THOROUGH: (5, 3, 15, 2)}
"""By profile: depth and width up to which architectures are taken, their largest p, and points for each r and s."""
LOSSY = (0, 1)
"""How much is taken off every rank of a weight: the maximal ranks, and one less."""
FAR = 10**18
"""Makes a residual small or large. The index never falls with the residual, so an end met here is met beyond it too."""
MUTANTS = 30
"""Mutants of each derivation; there are up to 130, and the lemmas have more in their own tests."""


@dataclass(frozen=True)
class Variant:
    """A wrong form of ς: another number of parts, another sign, or a constant added."""

    shift: int
    sign: int
    constant: int

    @property
    def text(self) -> str:
        """In words."""
        return f"{'−' if self.sign < 0 else ''}ς with {self.shift:+d} parts, {self.constant:+d}"


VARIANTS = tuple(
    Variant(shift, sign, constant)
    for shift in (-1, 0, 1) for sign in (1, -1) for constant in (-1, 0, 1)
    if (shift, sign, constant) != (0, 1, 0)
)  # fmt: skip


def points(context: Context) -> Iterator[tuple[Case, FormPoint]]:
    """Small points of every architecture, r and s, with weights of maximal ranks and of smaller ones."""
    depth, width, largest, copies = RANGES[context.profile]
    seed = context.seed_for("inertia") % 2**31
    for architecture in architectures_within(depth, width):
        if architecture.parameters > largest:
            continue
        pairs = list(zip(architecture.widths, architecture.widths[1:], strict=False))
        for r, s in ranks(architecture):
            for copy in range(copies):
                for loss in LOSSY:
                    most = tuple(max(0, min(pair) - loss) for pair in pairs)
                    point = draw_point(architecture, r, s, seed + copy, ranks=most)
                    yield Case(architecture, r, s), point


def _signature(part: str) -> Callable[[Context], Finding]:
    """sig H_f = −Σ ς_{L−1}, or sig H_f|ker H_o = −Σ ς_L."""
    name, less = ("functional", 1) if part == "functional" else ("inside", 0)

    def work(context: Context) -> Finding:
        counter, caught = Counter(claim(CLAIM).part(part)), dict.fromkeys(VARIANTS, "")
        for case, point in points(context):
            if case.architecture.layers <= less:
                continue
            parts = case.architecture.layers - less
            weighed = point.weighed(parts)
            found = point.signature(name)
            counter.count(case, found == -(weighed or 0), satisfied=weighed is not None)
            for variant in VARIANTS:
                if weighed is None or caught[variant]:
                    continue
                other = point.weighed(parts + variant.shift) if parts + variant.shift > 0 else 0
                if other is not None and found != -variant.sign * other + variant.constant:
                    caught[variant] = str(case.architecture)
        return _finding(counter, _controls(caught))

    return work


def _controls(caught: dict[Variant, str]) -> tuple[Mutant, ...]:
    return tuple(Mutant(description=each.text, caught=bool(by), by=by) for each, by in caught.items())


def _finding(counter: Counter, controls: tuple[Mutant, ...]) -> Finding:
    scope = f"{counter.tally.satisfied} exact points of small networks, every r and s, weights of several ranks"
    return Finding(Strength.CERTIFICATE, scope, counter.tally, counter.regions, controls)


def _stationary(context: Context) -> Finding:
    """Both signatures vanish where the gradient of one layer does; control: points without that."""
    counter, controls = Counter(claim(CLAIM).part("stationary")), []
    depth, width, largest, copies = RANGES[context.profile]
    seed, moving = context.seed_for("stationary") % 2**31, 0
    for architecture in architectures_within(depth, width):
        if architecture.parameters > largest or architecture.layers < 2:
            continue
        for layer in range(1, architecture.layers + 1):
            for copy in range(copies):
                point = stationary_point(architecture, layer, seed + copy)
                zero = not any((point.signature("functional"), point.signature("inside"), any(_powers(point))))
                counter.count(Case(architecture, architecture.inputs, point.rank_of_residual), zero)
    for _, point in points(context):
        moving += bool(point.signature("inside"))
    controls.append(Mutant(description="any parameter", caught=moving > 0, by=f"{moving} points with signature ≠ 0"))
    return _finding(counter, tuple(controls))


def _powers(point: FormPoint) -> Iterator[bool]:
    """Whether the square of the cycle has an entry that is not zero."""
    yield bool(point.cycle.dot(point.cycle).any())


@dataclass(frozen=True)
class Counts:
    """The numbers in the formulas of the index, at one point."""

    most: int
    outer: int
    inside: int
    functional: int
    small: int
    large: int

    def limits(self, change: tuple[int, int, int] = (0, 0, 0)) -> tuple[int, int]:
        """Twice the index for small and for large residuals; ``change`` makes wrong variants."""
        one, two, three = change
        return (
            2 * (self.most - self.outer + one) - self.inside - two + self.small,
            self.functional + two + (1 - 2 * three) * self.large,
        )


CHANGES = tuple(
    (one, two, three) for one in (-1, 0, 1) for two in (-2, 0, 2) for three in (0, 1) if (one, two, three) != (0, 0, 0)
)


def _limits(context: Context) -> Finding:
    """The index of H_o + tH_f at small, middle and large t."""
    counter, caught = Counter(claim(CLAIM).part("limits")), dict.fromkeys(CHANGES, "")
    for case, point in points(context):
        depth = case.architecture.layers
        if depth < 2:
            continue
        small, large = point.weighed(depth), point.weighed(depth - 1)
        if small is None or large is None:
            counter.count(case, None, satisfied=False)
            continue
        counts = Counts(
            point.rank("both"), point.rank("outer"), point.rank("inside"), point.rank("functional"), small, large
        )  # fmt: skip
        found = 2 * point.index(FAR, 1), 2 * point.index(1, FAR)
        counter.count(case, found == counts.limits() and found[0] <= 2 * point.index() <= found[1])
        for change in CHANGES:
            if not caught[change] and found != counts.limits(change):
                caught[change] = str(case.architecture)
    controls = tuple(Mutant(description=f"formulas changed by {each}", caught=bool(by), by=by)
                     for each, by in caught.items())  # fmt: skip
    return _finding(counter, controls)


def demonstrate_points() -> None:
    """One point of each kind."""
    for point in (draw_point(Architecture((1, 2, 1)), 1, 1, 0), stationary_point(Architecture((2, 1, 1)), 2, 1)):
        point.signature("functional")
        point.signature("inside")
        point.weighed(2)
        point.index()
        point.rank("both")


def demonstrate_derivation() -> None:
    """One line of each derivation and a mutant."""
    for derivation in (words.stationary(), index.total_rank()):
        derivation.check(0, count=1)
        next(derivation.mutants()).rejection()
    inertia.signature("kernel").check(0)
    inertia.signature("functional").check(0)
    index.small_residual().check(0)


Made = Callable[[], tuple[Derivation, ...]]
PROOFS: dict[str, tuple[Callable[[Context], Finding], Made]] = {
    "functional": (_signature("functional"), lambda: (inertia.signature("functional"),)),
    "kernel": (_signature("kernel"), lambda: (inertia.signature("kernel"),)),
    "stationary": (_stationary, lambda: (words.stationary(),)),
    "limits": (
        _limits,
        lambda: (index.small_residual(), index.large_residual(), index.total_rank()),
    ),
}  # fmt: skip


def _examined(made: Made) -> Callable[[Context], Finding]:
    return lambda context: examine(made(), context, MUTANTS)


CHECKS = tuple(
    check
    for part, (work, made) in PROOFS.items()
    for check in (
        FunctionCheck(
            CLAIM, part, "derivation", Engine.SYMBOLIC, DERIVED, _examined(made), demonstrate_derivation,
            derivations=made,
        ),
        FunctionCheck(
            CLAIM, part, "exact points", Engine.EXACT, POINTS, work, demonstrate_points, None,
            preliminaries.shallow_blocks,
        ),
    )
)  # fmt: skip
