"""A rank formula as data: one SymPy expression with its domain, assumptions, quantifier and source."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import sympy as sp

from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.arithmetic import Values, compiled
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.variants import variants


def _number(name: str) -> sp.Symbol:
    return sp.Symbol(name, integer=True, nonnegative=True)


r, s, d, K, L = (_number(name) for name in ("r", "s", "d", "K", "L"))
"""Rank of Σ, rank of Ω, inputs, outputs, weight layers."""
M, p, l = _number("M"), _number("p"), _number("l")
"""M_1 + … + M_{L-1}, the number of parameters, and a layer's number."""
q, qhat = _number("q"), _number(r"\hat{q}")
"""q = min(r, M_1, …, M_{L-1}, K) and q̂ = min(q, s)."""
narrowest_hidden = _number(r"M_{\min}")
"""min(M_1, …, M_{L-1}); infinite if there is no hidden layer."""
width = sp.IndexedBase("M")
"""M_0, …, M_L; outside the network a width counts as 0."""
i = sp.Symbol("i", integer=True)

SHORTHANDS: tuple[tuple[sp.Symbol, sp.Expr], ...] = (
    (q, sp.Min(r, narrowest_hidden, K)),
    (qhat, sp.Min(r, narrowest_hidden, K, s)),
)

_ARGUMENTS = (r, s, d, K, L, M, p, l, narrowest_hidden)


def everywhere(architecture: Architecture, data_rank: int, residual_rank: int) -> bool:
    """The domain of a formula without restrictions."""
    return True


@dataclass(frozen=True)
class RankFormula:
    """A statement ``quantity relation expression``, with everything that is needed to test it.

    Args:
        id: Short permanent name.
        quantity: What the formula is about: ``outer``, ``functional``, ``loss``, ``jacobian``, ``a_o``, ``column``, …
        relation: ``==`` or ``<=``.
        expression: Right-hand side, in the symbols of this module (or of its own, see ``symbols``).
        definitions: Shorthands such as q, each with its meaning; ``full`` has them put in.
        assumptions: Named assumptions beyond the domain, such as ``A1``.
        quantifier: ``every`` or ``generic`` parameters.
        source: Paper and place, or ``this project``.
        domain: Where the statement is made, in words; ``in_domain`` is the same as a predicate of (architecture, r, s).
        note: What the statement means or what is known about it, in one or two sentences.
        mutation: How this formula differs from the one it was made from; empty for an original.

    Example:
        >>> from hessproof.symbolic.formulas import FORMULAS
        >>> formula = FORMULAS["cor4"]
        >>> formula.expression
        q*(K - q + r)
        >>> formula.evaluate(Architecture.parse("5-3-4"), data_rank=5, residual_rank=4)
        18
    """

    id: str
    quantity: str
    relation: str
    expression: sp.Expr
    definitions: tuple[tuple[sp.Symbol, sp.Expr], ...] = SHORTHANDS
    assumptions: tuple[str, ...] = ()
    quantifier: str = "every"
    source: str = "this project"
    domain: str = "every architecture"
    in_domain: Callable[[Architecture, int, int], bool] = everywhere
    note: str = ""
    mutation: str = ""

    def __reduce__(self) -> tuple[type[RankFormula], tuple[Any, ...]]:
        return type(self), tuple(getattr(self, entry.name) for entry in fields(self))

    @cached_property
    def full(self) -> sp.Expr:
        """The expression with its shorthands put in."""
        return self.expression.xreplace(dict(self.definitions))

    @property
    def symbols(self) -> tuple[sp.Symbol, ...]:
        """Free symbols of the full expression, by name; ``M`` stands among them if widths are indexed."""
        return tuple(sorted((x for x in self.full.free_symbols if isinstance(x, sp.Symbol)), key=str))

    @cached_property
    def needs_layer(self) -> bool:
        """Whether the formula is about one layer l."""
        return l in self.full.free_symbols

    @cached_property
    def _function(self) -> Callable[[Values], Any]:
        return compiled(self.full)

    @cached_property
    def _missing(self) -> tuple[str, ...]:
        tables = {entry.base for entry in self.full.atoms(sp.Indexed)}
        bound = {limits[0] for total in self.full.atoms(sp.Sum) for limits in total.limits}
        labels = {table.label for table in tables}
        loose = {x for x in self.full.atoms(sp.Symbol) if x not in {*_ARGUMENTS, *bound, *labels}}
        return tuple(sorted(map(str, (loose | tables) - {width})))

    @property
    def latex(self) -> str:
        """The right-hand side as LaTeX, with the shorthands left in."""
        text: str = sp.latex(self.expression)
        return text

    @property
    def definitions_latex(self) -> tuple[str, ...]:
        """The shorthands as LaTeX, the narrowest hidden width written out."""
        hidden = r"M_1, \ldots, M_{L-1}"
        used = [(symbol, term) for symbol, term in self.definitions if symbol in self.expression.free_symbols]
        names = [(symbol, [x for x in (r, d, narrowest_hidden, K, s) if x in term.args]) for symbol, term in used]
        return tuple(
            f"{sp.latex(symbol)} = \\min({', '.join(hidden if x == narrowest_hidden else sp.latex(x) for x in args)})"
            for symbol, args in names
        )

    def evaluate(self, architecture: Architecture, data_rank: int, residual_rank: int, layer: int | None = None) -> int:
        """The formula's value for an architecture with data of rank r and a residual of rank s.

        Raises:
            UnusableRequest: If the formula needs a layer that is missing or is no layer of the network, or needs ranks
                of products of weights, which an architecture does not fix (use ``evaluate_at``).
        """
        if self.needs_layer and (layer is None or not 1 <= layer <= architecture.layers):
            raise UnusableRequest(
                f"layer {layer} for formula {self.id}", f"1 to {architecture.layers}", "name a layer of the network"
            )
        if self._missing:
            raise UnusableRequest(
                f"formula {self.id}", f"values for {', '.join(self._missing)}", "use evaluate_at with these ranks"
            )
        hidden = architecture.hidden
        padded = dict(enumerate(architecture.widths))
        values = {
            r: data_rank,
            s: residual_rank,
            d: architecture.inputs,
            K: architecture.outputs,
            L: architecture.layers,
            M: sum(hidden),
            p: architecture.parameters,
            l: layer,
            narrowest_hidden: min(hidden) if hidden else math.inf,
            width: defaultdict(int, padded),
        }
        return int(self._function(values))

    def evaluate_at(self, values: Mapping[Any, Any]) -> int:
        """The formula's value at given values of its symbols (indexed ones as sequences under their base).

        Example:
            >>> from hessproof.symbolic.formulas import FORMULAS, copies_c, copies_d, rank_c, rank_d
            >>> FORMULAS["lemma1"].evaluate_at({copies_c: 3, rank_c: 1, copies_d: 4, rank_d: 2})
            9
        """
        return int(self._function(values))

    def mutants(self) -> Iterator[RankFormula]:
        """Wrong variants, generated from the expression and from the shorthands' definitions.

        Constants and exponents changed by one, terms dropped, doubled or negated, indices and limits shifted,
        min-arguments dropped, min and max exchanged, symbols exchanged. Variants that are equal to the original as
        expressions are left out; whether another one differs *in value* is for a check to find.
        """
        original, seen = sp.expand(self.full), set()
        candidates = [(text, replace(self, expression=new)) for text, new in variants(self.expression)]
        for position, (symbol, term) in enumerate(self.definitions):
            if symbol not in self.expression.free_symbols:
                continue
            for text, new in variants(term):
                changed = (*self.definitions[:position], (symbol, new), *self.definitions[position + 1 :])
                candidates.append((f"{symbol} defined with {text}", replace(self, definitions=changed)))
        for text, mutant in candidates:
            value = sp.expand(mutant.full)
            loose = {q, qhat} & value.free_symbols - original.free_symbols
            if value != original and value not in seen and not loose:
                seen.add(value)
                yield replace(mutant, id=f"{self.id}~{len(seen)}", mutation=text)
