"""A rank formula as data: one SymPy expression with its domain, assumptions, quantifier and source."""

from __future__ import annotations

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
q_bias, q_centred = _number("q'"), _number(r"\bar{q}")
"""q′ = min(r + 1, M_1, …, M_{L-1}, K) of Singh et al. 2021, §7.2, and q̄ = min(r̃ − 1, M_1, …, M_{L-1}, K)."""
s_cut, s_next = _number(r"\hat{s}"), _number(r"\hat{s}_+")
"""ŝ = min(s̃, M_1, …, M_{L-1}) and ŝ₊ = min(s̃, min(M_1, …, M_{L-1}) + 1), which is ŝ or ŝ + 1."""
narrowest_hidden = _number(r"M_{\min}")
"""min(M_1, …, M_{L-1}); without hidden layers d + K, which is more than any rank that it is compared with."""
r_aug, s_aug, mean = (_number(name) for name in (r"\tilde{r}", r"\tilde{s}", "e"))
"""With bias, x̃ = (x, 1): r̃ = rk E[x̃x̃⊤], s̃ = rk E[δx̃⊤], and e = rk E[δ], which is 1 unless E[δ] = 0."""
m = _number("m")
"""The last hidden layer that is as narrow as any; 0 if there is no hidden layer."""
width = sp.IndexedBase("M")
"""M_0, …, M_L; outside the network a width counts as 0."""
i = sp.Symbol("i", integer=True)

SHORTHANDS: tuple[tuple[sp.Symbol, sp.Expr], ...] = (
    (q, sp.Min(r, narrowest_hidden, K)),
    (qhat, sp.Min(r, narrowest_hidden, K, s)),
)

BIAS_SHORTHANDS: tuple[tuple[sp.Symbol, sp.Expr], ...] = (
    (q_bias, sp.Min(r + 1, narrowest_hidden, K)),
    (q_centred, sp.Min(r_aug - 1, narrowest_hidden, K)),
    (s_cut, sp.Min(s_aug, narrowest_hidden)),
    (s_next, sp.Min(s_aug, narrowest_hidden + 1)),
)

_ARGUMENTS = (r, s, d, K, L, M, p, l, narrowest_hidden, r_aug, s_aug, mean, m)
_AUGMENTED = {r_aug: "augmented_data_rank", s_aug: "augmented_residual_rank"}


def everywhere(architecture: Architecture, *ranks: int | None) -> bool:
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
        domain: Where the statement is made, in words; ``in_domain`` is the same as a predicate of (architecture, r, s),
            and for networks with bias of (architecture, r, s, r̃, s̃, e).
        note: What the statement means or what is known about it, in one or two sentences.
        mutation: How this formula differs from the one it was made from; empty for an original.

    Example:
        >>> from hessproof.symbolic.formulas import FORMULAS
        >>> formula = FORMULAS["cor4"]
        >>> formula.expression
        q*(K - q + r)
        >>> formula.evaluate(Architecture.parse("5-3-4"), data_rank=5, residual_rank=4)
        18
        >>> FORMULAS["fact13"].evaluate(Architecture.parse("1-1-2", bias=True), 1, 1)
        5
        >>> FORMULAS["loss_bias_generic"].evaluate(
        ...     Architecture.parse("1-1-2", bias=True), 1, 1, augmented_data_rank=2, augmented_residual_rank=2)
        6
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
    in_domain: Callable[..., bool] = everywhere
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
        order = (r, r_aug, d, narrowest_hidden, K, s, s_aug)
        lines = []
        for symbol, term in self.definitions:
            if symbol in self.expression.free_symbols:
                parts = sorted(term.args, key=lambda x: min(order.index(y) for y in x.free_symbols))
                shown = [hidden if x == narrowest_hidden else sp.latex(x) for x in parts]
                lines.append(f"{sp.latex(symbol)} = \\min({', '.join(shown)})")
        return tuple(lines)

    @cached_property
    def needs_augmented_ranks(self) -> bool:
        """Whether the formula is about a network with bias and asks for r̃ or s̃."""
        return bool(self._augmented)

    @cached_property
    def _augmented(self) -> dict[sp.Symbol, str]:
        symbols = self.full.free_symbols
        return {symbol: name for symbol, name in _AUGMENTED.items() if symbol in symbols}

    def evaluate(
        self,
        architecture: Architecture,
        data_rank: int,
        residual_rank: int,
        layer: int | None = None,
        *,
        augmented_data_rank: int | None = None,
        augmented_residual_rank: int | None = None,
        residual_mean: int | None = None,
    ) -> int:
        """The formula's value for an architecture with data of rank r and a residual of rank s.

        Args:
            architecture: The network.
            data_rank: r = rk E[xx⊤].
            residual_rank: s = rk E[δx⊤].
            layer: l, for a formula about one layer.
            augmented_data_rank: r̃ = rk E[x̃x̃⊤] with x̃ = (x, 1), for a network with bias.
            augmented_residual_rank: s̃ = rk E[δx̃⊤], for a network with bias.
            residual_mean: rk E[δ], which is 0 if E[δ] = 0 and 1 otherwise; 1 if not given, unless s̃ = 0.

        Raises:
            UnusableRequest: If the formula needs a layer that is missing or is no layer of the network, needs r̃ or s̃
                that are missing, is asked for a mean that no residual can have, or needs ranks of products of weights,
                which an architecture does not fix (use ``evaluate_at``).
        """
        if self.needs_layer and (layer is None or not 1 <= layer <= architecture.layers):
            raise UnusableRequest(
                f"layer {layer} for formula {self.id}", f"1 to {architecture.layers}", "name a layer of the network"
            )
        if self._missing:
            raise UnusableRequest(
                f"formula {self.id}", f"values for {', '.join(self._missing)}", "use evaluate_at with these ranks"
            )
        hidden, augmented = architecture.hidden, {r_aug: augmented_data_rank, s_aug: augmented_residual_rank}
        for symbol, name in self._augmented.items():
            if augmented[symbol] is None:
                raise UnusableRequest(f"formula {self.id}", f"{name} for a network with bias", f"give {name}")
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
            narrowest_hidden: min(hidden, default=architecture.inputs + architecture.outputs),
            width: defaultdict(int, padded),
            **augmented,
            mean: _mean_rank(residual_rank, augmented_residual_rank, residual_mean),
            m: max((layer for layer, size in enumerate(hidden, start=1) if size == min(hidden)), default=0),
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
            loose = {q, qhat, r_aug, s_aug} & value.free_symbols - original.free_symbols
            if value != original and value not in seen and not loose:
                seen.add(value)
                yield replace(mutant, id=f"{self.id}~{len(seen)}", mutation=text)


def _mean_rank(residual_rank: int, augmented: int | None, given: int | None) -> int:
    """rk E[δ]: what was given, if a residual with these ranks can have it."""
    possible = (0,) if augmented == 0 else (1,) if augmented is not None and augmented > residual_rank else (0, 1)
    if given is None:
        return possible[-1]
    if given not in possible:
        text = f"residual mean of rank {given} with s = {residual_rank} and s̃ = {augmented}"
        raise UnusableRequest(text, " or ".join(map(str, possible)), "leave it out")
    return given
