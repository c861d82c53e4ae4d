"""What ReLU does to the Hessian: the block structure of H_1, which entries vanish, and which gates are shut."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from hessproof.numeric.two_layer.ensembles import drawn_net
from hessproof.numeric.two_layer.exact import exact_net, exact_parts
from hessproof.numeric.two_layer.second_differences import error_part, outputs
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.criteria import random_limits
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Counterexample, Engine, Mutant, Strength, Tally
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.two_layer import mixed_derivatives

CLAIM = random_limits.STRUCTURE
DERIVED = "second derivatives of the outputs for symbolic widths, with gates that do not change"
DIFFERENCES = "second differences of the outputs over the rational numbers"
BLOCKS = "blocks of H_1 over the rational numbers"
ORBITS = "all signs of all samples at integer points, each open and shut equally often"
DRAWN = "the share of open gates, counted in drawn networks"
POINTS = {Profile.QUICK: 4, Profile.STANDARD: 12, Profile.THOROUGH: 40}
"""Integer points of each size."""
SAMPLES = {Profile.QUICK: 3, Profile.STANDARD: 5, Profile.THOROUGH: 7}
"""Largest m whose 2^m signs are run through."""

Rows = list[list[Fraction]]
Point = tuple[Rows, Rows, Rows, Rows]
"""W¹, W², inputs and targets as rows."""


def points(n: int, m: int, count: int, seed: int) -> Iterator[Point]:
    """Integer networks without kinks and zeros, entries up to 99 in size, so that sums do not vanish by chance."""
    rng = np.random.default_rng([seed, n, m])
    while count:
        w1, w2 = rng.integers(1, 100, (2, n, n)) * rng.choice((-1, 1), (2, n, n))
        x, y = rng.integers(1, 100, (2, m, n)) * rng.choice((-1, 1), (2, m, n))
        if (x @ w1.T != 0).all():
            count -= 1
            yield _fractions(w1), _fractions(w2), _fractions(x), _fractions(y)


def _fractions(array: Any) -> Rows:
    return [[Fraction(int(entry)) for entry in row] for row in array]


def _derived(context: Context) -> Finding:
    """Zero within each matrix, one gate and one input between them; not so for other powers of a signal."""
    tally, controls = Tally(), list[Mutant]()
    stated = {"11": sp.S.Zero, "22": sp.S.Zero, "12": mixed_derivatives.cross_term()}
    for block, wanted in stated.items():
        tally.count(sp.expand(mixed_derivatives.second_derivative(block) - wanted) == 0)
        for power in (2, 3):
            same = sp.expand(mixed_derivatives.second_derivative(block, power) - wanted) == 0
            if block != "22":  # the outputs stay linear in W²
                controls.append(Mutant(description=f"signals to the power {power}, block {block}", caught=not same,
                                       by="another second derivative"))  # fmt: skip
    return Finding(Strength.PROOF, "all sizes", tally, controls=tuple(controls))


def _differences(context: Context) -> Finding:
    counter, apart = Counter(claim(CLAIM).part("off_diagonal")), 0
    for n, m in ((1, 1), (1, 3), (2, 2), (2, 3)):
        for w1, w2, x, y in points(n, m, POINTS[context.profile], context.seed_for("structure") % 2**31):
            found = error_part(w1, w2, x, y, True)
            case = Case(Architecture((n, n, n), activation="relu"), min(n, m), min(n, m))
            counter.count(case, not any(_within(found, n)))
            apart += any(entry != 0 for entry in _between(found, n))
    control = Mutant(description="the other blocks of H_1 are zero", caught=apart > 0, by=f"{apart} points")
    return Finding(Strength.CERTIFICATE, "integer networks with ReLU, n ≤ 2", counter.tally, counter.regions,
                   (control,))  # fmt: skip


def _within(matrix: Rows, n: int) -> Iterator[bool]:
    """Entries of the diagonal blocks, W¹ with W¹ and W² with W², that are not zero."""
    size = n * n
    for i, row in enumerate(matrix):
        for j, entry in enumerate(row):
            if (i < size) == (j < size):
                yield entry != 0


def _between(matrix: Rows, n: int) -> list[Fraction]:
    """The entries that couple row a of W¹ with column a of W²: B_a for all a, n³ of them."""
    return [matrix[a * n + j][n * n + i * n + a] for a in range(n) for i in range(n) for j in range(n)]


def _generated(context: Context) -> Finding:
    """Without activation: the smallest network, and others."""
    counter = Counter(claim(CLAIM).part("generated"))
    one, zero = [[Fraction(1)]], [[Fraction(0)]]
    for n, m in ((1, 1), (2, 2)):
        for w1, w2, x, y in points(n, m, POINTS[context.profile], context.seed_for("without ReLU") % 2**31):
            case = Case(Architecture((n, n, n)), min(n, m), min(n, m))
            counter.count(case, any(_within(error_part(w1, w2, x, y, False), n)))
    found, again = error_part(one, one, one, zero, False), exact_parts(one, one, one, zero)[1].tolist()
    refuted = not any(_within(found, 1)) and found[0][1] != 0
    example = Counterexample(
        widths=[1, 1, 1], data_rank=1, residual_rank=1, weights=[[["1"]], [["1"]]], inputs=[["1"]], targets=[["0"]],
        about="nonzero entries of the diagonal blocks of H_1, at least", predicted=1, measured=0, order="widths",
        confirmed_by="the blocks of H_1 over the rational numbers" if found == again else None,
        reproduce=f"hessproof verify {CLAIM} --engine exact",
    )  # fmt: skip
    control = Mutant(description="the published statement itself", caught=refuted, by="H_1 = (0, 1; 1, 0)")
    return Finding(Strength.CERTIFICATE, "integer networks without activation, n ≤ 2", counter.tally, counter.regions,
                   (control,), example)  # fmt: skip


def _signed(x: Rows, signs: tuple[int, ...]) -> Rows:
    return [[sign * entry for entry in row] for sign, row in zip(signs, x, strict=True)]


def vanishing(n: int, m: int, seed: int, *, differences: bool) -> Fraction:
    """The share of entries of the blocks B_a that vanish, over all signs of the samples at one integer point."""
    w1, w2, x, y = next(points(n, m, 1, seed))
    zero = total = 0
    for signs in itertools.product((1, -1), repeat=m):
        if differences:
            found = _between(error_part(w1, w2, _signed(x, signs), y, True), n)
        else:
            found = list(exact_net(w1, w2, _signed(x, signs), y, "relu").cross_blocks().ravel())
        zero += sum(entry == 0 for entry in found)
        total += len(found)
    return Fraction(zero, total)


def _entries(context: Context) -> Finding:
    """2^(−m) in place of ½, for m ≥ 2."""
    counter, shares = Counter(claim(CLAIM).part("entries")), dict[str, str]()
    seed = context.seed_for("entries") % 2**31
    for n, m in ((1, 2), (2, 2), (2, 3), *(((2, 5),) if context.profile == Profile.THOROUGH else ())):
        share = vanishing(n, m, seed, differences=False)
        counter.count(Case(Architecture((n, n, n), activation="relu"), min(n, m), min(n, m)), share == Fraction(1, 2))
        shares[f"n = {n}, m = {m}"] = str(share)
    share, again = (vanishing(2, 2, seed, differences=which) for which in (False, True))
    example = Counterexample(
        widths=[], data_rank=0, residual_rank=0, values={"n": "2", "m": "2"}, activation="relu",
        about="Pr[an entry of B_a is 0], over the signs of the samples", predicted="1/2", measured=str(share),
        order="m, then n", confirmed_by="second differences of the outputs" if share == again else None,
        reproduce=f"hessproof verify {CLAIM} --engine exact",
    )  # fmt: skip
    control = Mutant(description="the published statement itself", caught=share != Fraction(1, 2), by=f"{share}")
    return Finding(Strength.CERTIFICATE, "all signs of the samples at integer points", counter.tally, counter.regions,
                   (control,), example, {"vanishing entries": shares})  # fmt: skip


def _orbits(context: Context) -> Finding:
    """Every gate is open for exactly half of the signs; a gate at a threshold other than 0 is not."""
    tally, caught = Tally(), dict[int, bool]()
    for m in range(1, SAMPLES[context.profile] + 1):
        for w1, w2, x, _ in points(2, m, POINTS[context.profile], context.seed_for("gates") % 2**31):
            opened = [[0] * m for _ in w1]
            shifted = dict.fromkeys((1000, -1000, 10**6), 0)
            for signs in itertools.product((1, -1), repeat=m):
                for sample, row in enumerate(_signed(x, signs)):
                    gates = outputs(w1, w2, row, True)[1]
                    for unit, gate in enumerate(gates):
                        opened[unit][sample] += gate
                    z = sum(a * b for a, b in zip(w1[0], row, strict=True))
                    for shift in shifted:
                        shifted[shift] += z > shift
            for counts in opened:
                for count in counts:
                    tally.count(2 * count == 2**m)
            for shift, count in shifted.items():
                caught[shift] = caught.get(shift, False) or 2 * count != m * 2**m
    controls = tuple(Mutant(description=f"gates that open above {shift}", caught=found, by="not half of the signs")
                     for shift, found in caught.items())  # fmt: skip
    return Finding(Strength.CERTIFICATE, f"all signs of up to {SAMPLES[context.profile]} samples at integer points",
                   tally, controls=controls)  # fmt: skip


def _drawn(context: Context) -> Finding:
    tally, rule = Tally(), random_limits.gates(context.profile)
    values, shifted = list[float](), dict[float, float]()
    for seed in rule.seeds:
        net = drawn_net("relu", 64, 128, seed=seed)
        signals = net.x @ net.w1.T
        values.append(abs(float((signals > 0).mean()) - 0.5))
        tally.count(rule.met(values[-1]))
        for shift in (-0.5, -0.1, 0.1, 0.5):
            shifted[shift] = abs(float((signals > shift).mean()) - 0.5)
    controls = tuple(Mutant(description=f"gates that open above {shift:g}", caught=not rule.met(apart),
                            by=f"share {apart:.3f} away from ½") for shift, apart in shifted.items())  # fmt: skip
    return Finding(Strength.SAMPLE, rule.configuration, tally, controls=controls,
                   details={"criteria": [rule.record(values)]})  # fmt: skip


def demonstrate_derived() -> None:
    """One second derivative."""
    mixed_derivatives.second_derivative("11")


def demonstrate_differences() -> None:
    """A tiny network with ReLU, and one without."""
    w1, w2, x, y = next(points(1, 1, 1, 0))
    error_part(w1, w2, x, y, True)
    error_part(w1, w2, x, y, False)


def demonstrate_blocks() -> None:
    """Its blocks."""
    w1, w2, x, y = next(points(1, 1, 1, 0))
    exact_net(w1, w2, x, y, "relu").cross_blocks()


def demonstrate_drawn() -> None:
    """A drawn network."""
    drawn_net("relu", 2, 2, seed=0)


CHECKS = (
    FunctionCheck(CLAIM, "off_diagonal", "second derivatives", Engine.SYMBOLIC, DERIVED, _derived, demonstrate_derived),
    FunctionCheck(CLAIM, "off_diagonal", "second differences", Engine.EXACT, DIFFERENCES, _differences,
                  demonstrate_differences),
    FunctionCheck(CLAIM, "generated", "second differences", Engine.EXACT, DIFFERENCES, _generated,
                  demonstrate_differences),
    FunctionCheck(CLAIM, "entries", "blocks", Engine.EXACT, BLOCKS, _entries, demonstrate_blocks),
    FunctionCheck(CLAIM, "gates", "signs", Engine.EXACT, ORBITS, _orbits, demonstrate_differences),
    FunctionCheck(CLAIM, "gates", "drawn networks", Engine.FLOAT, DRAWN, _drawn, demonstrate_drawn),
)  # fmt: skip
