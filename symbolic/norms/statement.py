"""A norm bound as data: one SymPy expression in norms of weights and inputs, with its domain and its source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import sympy as sp

from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.norms.mutants import implied, variants
from hessproof.symbolic.norms.symbols import NAMES, L, layer
from hessproof.symbolic.norms.unrolled import (
    Function,
    Largest,
    Root,
    compiled,
    largest_eigenvalue,
    square_root,
    unrolled,
)

QUANTITIES = {
    "curvature": "‖A‖, A = diag(p) − pp⊤",
    "residual": "‖δ‖, δ = p − y",
    "weight": "‖W^l‖",
    "layer_derivative": "‖G^l‖, G^l = ∂z/∂z^l",
    "activation": "‖x^l‖",
    "jacobian_squared": "‖F‖²",
    "gauss_newton": "‖G-term‖ of one object",
    "functional": "‖H-term‖ of one object",
    "hessian": "‖H‖ of one object",
}
"""What a bound is about; all norms are spectral."""


@dataclass(frozen=True)
class NormBound:
    r"""A statement ‖quantity‖ ≤ expression about one object of a ReLU network with cross-entropy.

    Args:
        key: Short permanent name.
        quantity: One of ``QUANTITIES``.
        expression: Right-hand side in the letters of `hessproof.symbolic.norms.symbols`, defined everywhere.
        bias: Whether it is made for networks with bias (which include those without).
        source: Paper and place, or ``this project``.
        attained: The instance that attains it, ``approached`` with the family that approaches it, or empty.
        note: What the statement means or what is known about it.
        smooth: Whether it holds for every activation with 0 ≤ σ′ ≤ 1 and |σ(t)| ≤ |t|, and not for ReLU alone.
        least_layers, most_layers: The depths for which it is stated; no upper limit if ``most_layers`` is None.
        shown: The expression as published, if it is written in another way.
        mutation: How this bound differs from the one it was made from; empty for an original.
        weaker: For a mutant: True if the original implies it at every depth looked at, False if it is smaller than
            the original somewhere, None if neither was settled.

    Example:
        >>> from hessproof.symbolic.norms.bounds import BOUNDS
        >>> BOUNDS["g_term"].compiled(2)({"norm_x": 3, "m": (1, 2)})
        Fraction(45, 2)
        >>> print(BOUNDS["thm1"].latex)
        \sqrt{2} L M_{W}^{2 L} M_{x}^{2} + \frac{\sqrt{2} M_{W}^{2} \left(M_{W}^{2 L} - 1\right)}{M_{W}^{2} - 1}
    """

    key: str
    quantity: str
    expression: sp.Expr
    bias: bool = False
    source: str = "this project"
    attained: str = ""
    note: str = ""
    smooth: bool = True
    least_layers: int = 1
    most_layers: int | None = None
    shown: sp.Expr | None = None
    mutation: str = ""
    weaker: bool | None = None

    def __reduce__(self) -> tuple[type[NormBound], tuple[Any, ...]]:
        return type(self), tuple(getattr(self, entry.name) for entry in fields(self))

    @property
    def published(self) -> bool:
        """Whether the statement is the paper's."""
        return self.source != "this project"

    @cached_property
    def needs_layer(self) -> bool:
        """Whether the bound is about one layer l."""
        return layer in self.expression.free_symbols

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """The names of the values that a compiled bound looks up."""
        return tuple(name for letter, name in NAMES.items() if letter != L and self.expression.has(letter))

    @property
    def latex(self) -> str:
        """The right-hand side as LaTeX."""
        text: str = sp.latex(self.expression if self.shown is None else self.shown)
        return text

    @property
    def statement(self) -> str:
        """The quantity and the right-hand side in words and LaTeX."""
        return rf"{QUANTITIES[self.quantity]} \le {self.latex}"

    def at(self, layers: int, number: int | None = None) -> sp.Expr:
        """The expression for L = ``layers``, sums written out.

        Args:
            layers: L.
            number: l, for a bound about one layer.

        Raises:
            UnusableRequest: If the bound is not stated for that depth, or the layer is missing or none of the network.

        Example:
            >>> from hessproof.symbolic.norms.bounds import BOUNDS
            >>> BOUNDS["layer_derivative"].at(3, 1), BOUNDS["layer_derivative"].at(3, 3)
            (m[2]*m[3], 1)
        """
        if layers < self.least_layers or (self.most_layers is not None and layers > self.most_layers):
            upper = "or more" if self.most_layers is None else f"to {self.most_layers}"
            raise UnusableRequest(
                f"{layers} layers for bound {self.key}", f"{self.least_layers} {upper}", "take another bound"
            )
        if not self.needs_layer:
            return unrolled(self.expression, layers)
        if number is None or not 1 <= number <= layers:
            raise UnusableRequest(f"layer {number} for bound {self.key}", f"1 to {layers}", "name a layer")
        return unrolled(self.expression.xreplace({layer: sp.Integer(number)}), layers)

    def compiled(
        self, layers: int, number: int | None = None, *, sqrt: Root = square_root, largest: Largest = largest_eigenvalue
    ) -> Function:
        """The bound as plain arithmetic: a function from named values (see ``needs``) to its value.

        Lists are indexed by layers: ``m[0]`` is ‖W^1‖, ``b[0]`` is ‖b^1‖, ``norm_layer[0]`` is ‖x^1‖, ``norm_G[0]`` is
        ‖G^1‖; ``widths`` is M_0, …, M_L. Values may be floats, NumPy arrays, ints and Fractions, or any numbers with
        + − * / and integer powers, and with a method ``sqrt`` where the bound has a root.

        Args:
            layers: L.
            number: l, for a bound about one layer.
            sqrt: √, if the numbers have no method of that name.
            largest: λ_max of a symmetric matrix with entries ≥ 0, for numbers that are no floats.

        Raises:
            UnusableRequest: As ``at`` does.
        """
        return compiled(self.at(layers, number), sqrt, largest)

    def mutants(self, most: int | None = None, depths: tuple[int, ...] = (1, 2, 3)) -> Iterator[NormBound]:
        """Wrong variants: exponents and constants changed by one, factors and summands dropped, layers left out.

        Variants that have no value at some depth, and those equal to the original at all ``depths``, are left out.
        ``weaker`` says whether the original implies the variant at all ``depths``; such a variant cannot be refuted.

        Args:
            most: Look at about so many candidates only, evenly taken from all that are generated.
            depths: The numbers of layers at which values are compared.
        """
        candidates = list(variants(self.expression))
        step = 1 if most is None else max(1, -(-len(candidates) // most))
        stated = [n for n in depths if n >= self.least_layers and (self.most_layers is None or n <= self.most_layers)]
        seen: set[Any] = set()
        for text, changed in candidates[::step]:
            mutant = replace(
                self, key=f"{self.key}~{len(seen) + 1}", expression=changed, shown=None, mutation=text, attained=""
            )
            pairs = [pair for n in stated for pair in self._pairs(mutant, n)]
            if any(new is None for _, new in pairs) or all(old == new for old, new in pairs):
                continue
            signature = tuple(new for _, new in pairs)
            if signature not in seen:
                seen.add(signature)
                yield replace(mutant, key=f"{self.key}~{len(seen)}", weaker=implied(pairs))

    def _pairs(self, mutant: NormBound, layers: int) -> list[tuple[Any, Any]]:
        """The original and the mutant at a depth, layer by layer if they are about one; None if a letter is missing."""
        numbers: list[int | None] = list(range(1, layers + 1)) if self.needs_layer or mutant.needs_layer else [None]
        return [(self._written(self, layers, n), self._written(mutant, layers, n)) for n in numbers]

    @staticmethod
    def _written(bound: NormBound, layers: int, number: int | None) -> Any:
        found = bound.at(layers, number if bound.needs_layer else None)
        inside = all(
            (0 if NAMES[entry.base] == "widths" else 1) <= entry.indices[0] <= layers
            for entry in found.atoms(sp.Indexed)
        )
        return found if inside and not found.has(sp.zoo, sp.nan) else None


Table = Callable[[], tuple[NormBound, ...]]
