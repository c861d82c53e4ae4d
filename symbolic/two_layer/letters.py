r"""The letters of two-layer networks, entry by entry: ŷ_{iμ} = Σ_a W²_{ia} φ(Σ_j W¹_{aj} x_{jμ}).

There are d inputs, h hidden units, K outputs and m samples; the source has d = h = K = n. Each index letter runs over
one of these ranges, which `RANGES` tells. All letters are real.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

D, H, K, M = sp.symbols("d h K m", integer=True, positive=True)
"""Inputs, hidden units, outputs, samples."""
I, I2, I3, A, B, C, J, L, J2, MU, NU = sp.symbols("i k q a b c j l r mu nu", integer=True, positive=True)
"""Index letters: i, k, q of outputs; a, b, c of hidden units; j, l, r of inputs; μ, ν of samples."""
W1, W2, X, Y, E = (sp.IndexedBase(name, real=True) for name in ("W^1", "W^2", "x", "y", "e"))
"""The weights W¹, W², inputs x_{jμ}, targets y_{iμ}, and errors e_{iμ} = ŷ_{iμ} − y_{iμ}."""
S, T, SCALE = sp.symbols("s t gamma", real=True)
"""Two parameters of a network of any kind, and a factor on the errors."""
P = sp.Symbol("p", integer=True, positive=True)
ALPHA, BETA = sp.symbols("alpha beta", integer=True, positive=True)
"""How many parameters there are, and two letters for their numbers."""
RANGES: dict[sp.Symbol, sp.Symbol] = {
    I: K, I2: K, I3: K, A: H, B: H, C: H, J: D, L: D, J2: D, MU: M, NU: M, ALPHA: P, BETA: P
}  # fmt: skip
"""Each index runs from 1 to this number."""
V, JAC, CURVED = (sp.IndexedBase(name, real=True) for name in ("v", "J", "F"))
"""A vector of p entries; J_{αiμ} = ∂ŷ_{iμ}/∂θ_α; F_{αβiμ} = ∂²ŷ_{iμ}/∂θ_α∂θ_β, of any model."""
U, CROSS, BENT = (sp.IndexedBase(name, real=True) for name in ("u", "B", "D"))
"""A vector u_j of d entries; the blocks B_{kl} (K × d) and D_{lr} (d × d, symmetric) of one hidden unit."""


EPSILON, VARIANCE = sp.symbols("epsilon v", positive=True)
"""The energy, and the variance of the weights."""


class Mean(sp.Function):  # type: ignore[misc]
    """The mean over independent normal entries of e, W¹, W² and x, as far as they occur."""

    nargs = 1
    is_real = True

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        text = rf"\operatorname{{E}}\left[{printer.doprint(self.args[0])}\right]"
        return text if exp is None else rf"{text}^{{{exp}}}"


class Phi(sp.Function):  # type: ignore[misc]
    """φ(z), twice differentiable where it is met."""

    nargs = 1
    is_real = True

    def fdiff(self, argindex: int = 1) -> Any:
        """φ′."""
        return PhiSlope(self.args[0])

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return _printed(r"\phi", self.args[0], printer, exp)


class PhiSlope(sp.Function):  # type: ignore[misc]
    """φ′(z)."""

    nargs = 1
    is_real = True

    def fdiff(self, argindex: int = 1) -> Any:
        """φ″."""
        return PhiBend(self.args[0])

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return _printed(r"\phi'", self.args[0], printer, exp)


class PhiBend(sp.Function):  # type: ignore[misc]
    """φ″(z)."""

    nargs = 1
    is_real = True

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return _printed(r"\phi''", self.args[0], printer, exp)


class Output(sp.Function):  # type: ignore[misc]
    """ŷ_{iμ}(s, t): an output of any twice differentiable model as a function of two of its parameters."""

    nargs = 4
    is_real = True

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        text = rf"\hat y_{{{printer.doprint(self.args[0])}{printer.doprint(self.args[1])}}}"
        return text if exp is None else rf"{text}^{{{exp}}}"


def preactivation(unit: sp.Expr, sample: sp.Expr) -> sp.Expr:
    """z_{aμ} = Σ_j W¹_{aj} x_{jμ}.

    Example:
        >>> preactivation(A, MU)
        Sum(W^1[a, j]*x[j, mu], (j, 1, d))
    """
    return sp.Sum(W1[unit, J] * X[J, sample], (J, 1, D))


def output(row: sp.Expr, sample: sp.Expr) -> sp.Expr:
    """ŷ_{iμ} of the network."""
    return sp.Sum(W2[row, A] * Phi(preactivation(A, sample)), (A, 1, H))


def over_samples(summand: sp.Expr) -> sp.Expr:
    """Σ_μ Σ_i of a summand, divided by m."""
    return sp.Sum(summand, (I, 1, K), (MU, 1, M)) / M


def _printed(name: str, argument: Any, printer: Any, exp: str | None) -> str:
    """φ(z_{aμ}) for the sum that z is, φ(·) in full for anything else."""
    inner = printer.doprint(argument)
    if isinstance(argument, sp.Sum):
        indices = [entry.indices for entry in argument.function.atoms(sp.Indexed)]
        places = sorted({index for pair in indices for index in pair} - {J}, key=str)
        if len(places) == 2 and argument == preactivation(*places):
            inner = "z_{" + "".join(printer.doprint(place) for place in places) + "}"
    text = rf"{name}({inner})"
    return text if exp is None else rf"\left({text}\right)^{{{exp}}}"
