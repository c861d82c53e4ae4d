"""A bound's formula on one line of a terminal, printed from the expression that it is computed from.

Letters are those of `hessproof.symbolic.norms.symbols`, m_s = ‖W^s‖ and b_s = ‖b^s‖; see `LEGEND`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import sympy as sp
from sympy.printing.str import StrPrinter

from hessproof.symbolic.norms.bounds import BOUNDS
from hessproof.symbolic.norms.statement import NormBound
from hessproof.symbolic.norms.symbols import NAMES, norm_A, norm_delta, norm_x

_POWERS = {"1": "¹", "2": "²", "3": "³", "4": "⁴", "l": "ˡ", "L": "ᴸ", "s": "ˢ", "+": "⁺", "-": "⁻"}
_NORMS = {norm_x: "‖x‖", norm_A: "‖A‖", norm_delta: "‖δ‖"}
_FRACTIONS = {sp.Rational(1, 2): "½", sp.Rational(1, 4): "¼"}
_SHORT = {
    "Π_{s<j} m_s·Π_{s<l} m_s·Π_{s>j} m_s·Π_{s>l} m_s": "a_l·a_j",
    "Π_{s<j} m_s·Π_{j<s<l} m_s·Π_{s>l} m_s": "N_lj",
    "Π_{s<l} m_s²·Π_{s>l} m_s²": "a_l²",
    "(‖x‖·Π_{s<l} m_s + Σ_{i<l} b_i·Π_{i<s<l} m_s)²": "β_l²",
    "Π_{s<l} M_s·M_{s-1}·Π_{s>l} M_s·M_{s-1}": "Π_{s≠l} M_s·M_{s-1}",
}
LEGEND = "m_s = ‖W^s‖, a_l = Π_{s≠l} m_s, N_lj = Π_{s≠l,j} m_s, N_ll = 0; M_s: widths, h: largest hidden width"
"""What the letters of printed formulas stand for, beside those of one object."""
LEGEND_BIAS = "m_s = ‖W^s‖, b_s = ‖b^s‖, ξ_l = ‖x^l‖ ≤ β_l, β_1 = ‖x‖, β_{l+1} = m_l·β_l + b_l"
"""The same for networks with bias."""
LEGEND_OBJECT = "of one object: A = diag(p) − pp⊤, δ = p − y, G^l = ∂z/∂z^l, P^lj = ∂x^l/∂z^j"
"""What the letters of one object stand for."""
_SIGNS = {sp.Sum: "Σ", sp.Product: "Π"}


@cache
def formula(key: str) -> str:
    """The right-hand side of a bound, published ones as published.

    Args:
        key: A key of `hessproof.symbolic.norms.bounds.BOUNDS`.

    Example:
        >>> formula("g_term_common"), formula("g_term")
        ('½·L·M_W^(2L-2)·M_x²', '½·‖x‖²·Σ_{l≤L} a_l²')
    """
    return written(BOUNDS[key])


def written(bound: NormBound) -> str:
    """The same of any bound."""
    text: str = _Line().doprint(bound.expression if bound.shown is None else bound.shown)
    for long, short in _SHORT.items():
        text = text.replace(long, short)
    return text


class _Line(StrPrinter):  # type: ignore[misc]
    """Expressions in norms on one line."""

    printmethod = "_on_one_line"

    def _print_Symbol(self, expr: Any) -> str:
        return _NORMS.get(expr) or NAMES.get(expr) or str(expr.name)

    def _print_Indexed(self, expr: Any) -> str:
        name = {"widths": "M", "norm_G": "g", "norm_layer": "ξ"}.get(NAMES[expr.base], NAMES[expr.base])
        index = self._print(expr.indices[0]).replace(" ", "")
        return f"{name}_{index if len(index) == 1 else '{' + index + '}'}"

    def _print_Rational(self, expr: Any) -> str:
        return _FRACTIONS.get(expr) or f"{expr.p}/{expr.q}"

    def _print_Half(self, expr: Any) -> str:
        return _FRACTIONS[sp.Rational(1, 2)]

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        base, exponent = expr.as_base_exp()
        if exponent == sp.Rational(1, 2):
            inside = self._print(base)
            return f"√{inside}" if len(inside) == 1 else f"√({inside})"
        if exponent == -1:
            return f"1/{self._tight(base)}"
        power = re.sub(r"[*· ]", "", self._print(exponent))
        shown = _POWERS.get(power) or (f"^{power}" if len(power) == 1 else f"^({power})")
        return f"{self._tight(base)}{shown}"

    def _print_Mul(self, expr: Any) -> str:
        above, below = sp.fraction(expr)
        if below != 1 and not below.is_number:
            return f"{self._factors(above)}/{self._tight(below)}"
        return self._factors(expr)

    def _print_Sum(self, expr: Any) -> str:
        return self._ranged(expr)

    def _print_Product(self, expr: Any) -> str:
        return self._ranged(expr)

    def _print_LargestEigenvalue(self, expr: Any) -> str:
        if expr.below.shape != (1, 1):
            return "λ_max(norms of the blocks of W^l and b^l)"
        return f"λ_max({self._print(expr.below[0, 0])})"

    def _factors(self, expr: Any) -> str:
        coefficient, rest = expr.as_coeff_Mul()
        order = {sp.Product: 2, sp.Sum: 3}
        factors = sorted(sp.Mul.make_args(rest), key=lambda one: order.get(type(one), 0 if one.is_number else 1))
        parts = [self._print(coefficient)] if coefficient != 1 else []
        for place, one in enumerate(factors):
            text = self._print(one) if isinstance(one, sp.Sum) and place == len(factors) - 1 else self._tight(one)
            parts.append(text)
        return "·".join(part for part in parts if part)

    def _tight(self, expr: Any) -> str:
        """In brackets if it is a sum or a product of two."""
        text = self._print(expr)
        loose = expr.is_Add or expr.is_Mul or isinstance(expr, sp.Sum)
        return f"({text})" if loose else text

    def _ranged(self, expr: Any) -> str:
        index, first, last = expr.limits[0]
        name, low, high = self._print(index), self._print(first - 1), self._print(last + 1)
        whole = self._print(last)
        if first == 1:
            place = f"{name}<{high}" if (last + 1).is_Symbol else f"{name}≤{whole}"
        elif str(last) == "L":
            place = f"{name}>{low}" if (first - 1).is_Symbol else f"{name}≥{self._print(first)}"
        else:
            place = f"{low}<{name}<{high}"
        body = self._print(expr.function)
        body = f"({body})" if expr.function.is_Add else body
        return f"{_SIGNS[type(expr)]}_{{{place}}} {body}"
