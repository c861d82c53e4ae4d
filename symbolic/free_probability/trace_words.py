"""Words for expected products of traces t_k = (1/n) tr A^k of a random matrix, and for moments of its law."""

from __future__ import annotations

from typing import Any

import sympy as sp

A, R = sp.symbols("a r", integer=True, nonnegative=True)
J, I = sp.symbols("j i", integer=True)
N = sp.Symbol("n", integer=True, positive=True)
B = sp.IndexedBase("b", integer=True, positive=True)
REST = sp.Symbol("m_T", positive=True)
r"""Π_i m_{b_i}, the limit of E T."""


class Expected(sp.Function):  # type: ignore[misc]
    """E t_k … T for one or two k."""

    def _latex(self, printer: Any) -> str:
        return r"\operatorname{E} " + " ".join(f"t_{{{printer._print(k)}}}" for k in self.args) + " T"


class Without(sp.Function):  # type: ignore[misc]
    """E t_k T_i, T without its i-th factor."""

    def _latex(self, printer: Any) -> str:
        return rf"\operatorname{{E}} t_{{{printer._print(self.args[0])}}} T_{{{printer._print(self.args[1])}}}"


class Moment(sp.Function):  # type: ignore[misc]
    """m_k, the moment of the law."""

    @classmethod
    def eval(cls, k: Any) -> Any:
        """m_0 = 1."""
        return sp.S.One if k == 0 else None

    def _latex(self, printer: Any, exp: Any = None) -> str:
        power = "" if exp is None else f"^{{{exp}}}"
        return f"m_{{{printer._print(self.args[0])}}}{power}"


class LimitOf(sp.Function):  # type: ignore[misc]
    """The limit for n → ∞."""

    def _latex(self, printer: Any) -> str:
        return rf"\lim_{{n \to \infty}} \left[ {printer._print(self.args[0])} \right]"
