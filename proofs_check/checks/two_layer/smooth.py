"""H_1 with tanh: a trace that is not zero, in ball arithmetic and in closed form."""

from __future__ import annotations

from typing import Any

import flint
import sympy as sp

from hessproof.numeric.rectified.balls import ball_functional
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture

CLAIM, PART = "hessproof.two_layer_blocks", "tanh"
BALLS = "balls around the entries of H_1, from second derivatives passed through the layers"
CLOSED = "the trace in closed form, differentiated by computer algebra"
BITS = 200
"""Working precision: the trace is of the size of one, its ball of 2^−190."""
NET = Architecture((1, 1, 1), activation="tanh")
CASE = Case(NET, 1, 1)
FACTORS = (-4, -3, -1, 0, 1, 2)
"""Other factors on tanh²(1)(1 − tanh²(1)) than −2, as controls."""
DIGITS = 40
"""To how many digits a ball must meet the stated number; those of 200 bits have radii below 10^−50."""


def ball_trace(weight: int = 1) -> Any:
    """tr H_1 at W¹ = x = 1, y = 0 and W² = ``weight``, as a ball."""
    found = ball_functional(NET, [[[1]], [[weight]]], [[1]], [[0]], bits=BITS)
    with flint.ctx.workprec(BITS):
        return found[0, 0] + found[1, 1]


def closed_trace() -> sp.Expr:
    """∂²/∂w² + ∂²/∂v² of e·v tanh(w), e held fixed at tanh(1), at w = v = 1."""
    w, v, e = sp.symbols("w v e", real=True)
    output = e * v * sp.tanh(w)
    trace = sp.diff(output, w, 2) + sp.diff(output, v, 2)
    return trace.subs({w: 1, v: 1}).subs(e, sp.tanh(1))


def stated(factor: int = -2) -> sp.Expr:
    """factor · tanh²(1)(1 − tanh²(1))."""
    return factor * sp.tanh(1) ** 2 * (1 - sp.tanh(1) ** 2)


def _near(ball: Any, factor: int) -> bool:
    with flint.ctx.workprec(BITS):
        t = flint.arb(1).tanh()
        return bool(abs(ball - factor * t**2 * (1 - t**2)) < flint.arb(10) ** -DIGITS)


def _balls(context: Context) -> Finding:
    counter = Counter(claim(CLAIM).part(PART))
    trace = ball_trace()
    counter.count(CASE, _near(trace, -2) and bool(trace < 0))
    controls = [
        Mutant(description=f"{factor} for −2", caught=not _near(trace, factor), by="outside of the ball")
        for factor in FACTORS
    ]
    without = ball_trace(0)
    controls.append(Mutant(description="W² = 0, where the trace is zero", caught=not (without < 0), by="not negative"))
    scope = f"one network, {BITS} bits"
    return Finding(Strength.CERTIFICATE, scope, counter.tally, counter.regions, tuple(controls),
                   details={"trace": str(trace.str(15))})  # fmt: skip


def _closed(context: Context) -> Finding:
    counter = Counter(claim(CLAIM).part(PART))
    trace = closed_trace()
    counter.count(CASE, sp.expand(trace - stated()) == 0 and bool(trace < 0))
    controls = [
        Mutant(description=f"{factor} for −2", caught=sp.expand(trace - stated(factor)) != 0, by="another number")
        for factor in FACTORS
    ]
    return Finding(Strength.CERTIFICATE, "one network, in closed form", counter.tally, counter.regions, tuple(controls))


CHECKS = (
    FunctionCheck(CLAIM, PART, "balls", Engine.BALL, BALLS, _balls, ball_trace),
    FunctionCheck(CLAIM, PART, "closed form", Engine.SYMBOLIC, CLOSED, _closed, closed_trace),
)
