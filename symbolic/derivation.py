r"""Derivations: chains of expressions, each line obtained from the one before it by a named rule.

A line is checked twice. *Symbolically*, for all sizes: the rule, applied to the line before, must give the stated
line up to normal form; a rule checks its own preconditions against the ordering of the layer numbers. *Numerically*:
both lines are evaluated from their definitions on exact random matrices for several sizes. The published formula is
kept apart from the steps, and the last line must equal it symbolically. So a wrong step, or a wrong final formula, is
rejected without any help of numbers, and the report names it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from sympy import Basic, Symbol

from hessproof.symbolic import normal
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.mutation import mutations
from hessproof.symbolic.normal import IllShaped
from hessproof.symbolic.ordering import NotSettled, Ordering
from hessproof.symbolic.rules import Algebra, Backwards, Relation, Rule, RuleFailure, printed
from hessproof.symbolic.valuation import Valuation, evaluate
from hessproof.symbolic.words import L, shown

__all__ = [
    "Algebra",
    "Backwards",
    "Derivation",
    "DerivationReport",
    "Mutant",
    "Relation",
    "Rule",
    "RuleFailure",
    "Step",
    "StepReport",
    "printed",
    "shown",
]

_SIGNS: dict[Relation, str] = {"=": "=", "<=": r"\le", ">=": r"\ge"}


@dataclass(frozen=True)
class Step:
    """One line of a derivation and the rule that gives it."""

    expression: Any
    rule: Rule


@dataclass(frozen=True)
class StepReport:
    """What was found about one line: step 1 is the first after the start; the last entry is the published formula.

    ``numeric`` is None if numbers were switched off.
    """

    index: int
    rule: str
    symbolic: bool
    numeric: bool | None
    why: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing speaks against the line."""
        return self.symbolic and self.numeric is not False


@dataclass(frozen=True)
class DerivationReport:
    """The outcome of checking a derivation; ``failing`` is the first line that failed."""

    claim: str
    steps: tuple[StepReport, ...]
    instances: int
    lemmas: tuple[DerivationReport, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every line, the published formula and all lemmas included, passed all checks."""
        return all(step.ok for step in self.steps) and all(lemma.ok for lemma in self.lemmas)

    @property
    def failing(self) -> StepReport | None:
        """The first line that failed."""
        return next((step for step in self.steps if not step.ok), None)

    @property
    def why(self) -> str:
        """The first failure in one sentence; empty if there is none."""
        step = self.failing
        if step is None:
            return next((f"lemma {lemma.why}" for lemma in self.lemmas if not lemma.ok), "")
        return f"{self.claim}, step {step.index} ({step.rule}): {step.why}"


@dataclass(frozen=True)
class Mutant:
    """A wrong variant of a derivation: line ``index`` replaced (0: the published formula)."""

    description: str
    index: int
    expression: Any
    derivation: Derivation

    def rejection(self) -> str:
        """Why the symbolic check rejects it, naming the step; empty if it does not. No numbers are used.

        Only the rules into and out of the changed line are checked; all others stand as in the original.
        """
        steps = len(self.derivation.steps)
        touched = (steps + 1,) if self.index == 0 else (self.index, self.index + 1)
        for index in touched:
            if why := self.derivation.objection(index):
                return f"step {index}: {why}"
        return ""

    def differs(self, original: Derivation, rng_seed: int = 0, count: int = 4) -> bool:
        """Whether the changed line has another value than the original one, or none, on some valuation."""
        before = original.final if self.index == 0 else original.steps[self.index - 1].expression
        for valuation in original.drawn(rng_seed, count):
            one, two = (_value(original.evaluate, line, valuation) for line in (before, self.expression))
            if _difference(one, two, "=", valuation):
                return True
        return False


@dataclass(frozen=True)
class Derivation:
    """A claim, the steps that lead to it, and its published formula.

    Args:
        claim: Key of the claim, such as ``eq3``.
        title: What is derived, in words.
        ordering: The assumptions on the layer numbers.
        start: The first line, which defines what is computed.
        steps: The lines after it.
        final: The published formula.
        source: Where it is published.
        remarks: What a reader must know.
        same: Decides symbolically whether two expressions are equal.
        evaluate: Computes an expression exactly under a valuation.
        valuations: Draws valuations from a seed; None for the standard ones.
        assumptions: Named assumptions that the steps use, such as A1.
        lemmas: Derivations that belong to the claim and are checked with it: other cases, or what is cited.

    Example:
        >>> from hessproof.symbolic.words import Descending, L, k, times
        >>> two = times(Descending(L, k + 1), Descending(k, 1))
        >>> d = Derivation("cut", "a chain cut at k", Ordering(1 <= k, k <= L), two,
        ...                (Step(Descending(L, 1), Algebra("join")),), Descending(L, 1))
        >>> d.check(0).ok
        True
        >>> print(d.with_final(Descending(L, 2)).check(0, numbers=False).why)
        cut, step 2 (published formula): the last line Descending(L, 1) is not the published Descending(L, 2)
    """

    claim: str
    title: str
    ordering: Ordering
    start: Any
    steps: tuple[Step, ...]
    final: Any
    source: str = ""
    remarks: tuple[str, ...] = ()
    same: Callable[[Any, Any, Ordering], bool] = normal.same
    evaluate: Callable[[Any, Valuation], Any] = evaluate
    valuations: Callable[[Derivation, int], Iterator[Valuation]] | None = None
    assumptions: tuple[str, ...] = ()
    lemmas: tuple[Derivation, ...] = ()

    @property
    def relation(self) -> Relation:
        """What the steps prove between the start and the published formula.

        Raises:
            RuleFailure: If steps with ≤ and with ≥ are mixed.
        """
        found = {step.rule.relation for step in self.steps} - {"="}
        if len(found) > 1:
            raise RuleFailure(f"{self.claim} mixes <= and >=")
        return found.pop() if found else "="

    @property
    def lines(self) -> tuple[Any, ...]:
        """All lines, the start included, the published formula not."""
        return (self.start, *(step.expression for step in self.steps))

    def check(
        self, rng_seed: int = 0, *, numbers: bool = True, symbolic: bool = True, count: int = 6
    ) -> DerivationReport:
        """Check every line.

        Args:
            rng_seed: Seed of the valuations.
            numbers: Whether to compare values as well.
            symbolic: Whether to check the rules; only controls switch that off.
            count: How many valuations to draw.
        """
        reasons = self._symbolic_reasons() if symbolic else [""] * (len(self.steps) + 1)
        values: list[list[Any]] = []
        trouble = [""] * (len(self.steps) + 1)
        drawn = 0
        if numbers:
            for valuation in self.drawn(rng_seed, count):
                drawn += 1
                values = [_value(self.evaluate, line, valuation) for line in (*self.lines, self.final)]
                for i, (before, after) in enumerate(pairwise(values)):
                    relation = self.steps[i].rule.relation if i < len(self.steps) else "="
                    trouble[i] = trouble[i] or _difference(before, after, relation, valuation)
            if not drawn:
                trouble = ["no sizes satisfy the assumptions"] * len(trouble)
        reports = []
        names = [step.rule.name for step in self.steps] + ["published formula"]
        for i, name in enumerate(names):
            numeric = None if not numbers else not trouble[i]
            reports.append(StepReport(i + 1, name, not reasons[i], numeric, reasons[i] or trouble[i]))
        lemmas = (lemma.check(rng_seed, numbers=numbers, symbolic=symbolic, count=count) for lemma in self.lemmas)
        return DerivationReport(self.claim, tuple(reports), drawn, tuple(lemmas))

    def with_final(self, expression: Any) -> Derivation:
        """The same steps under another published formula."""
        return replace(self, final=expression)

    def with_step(self, index: int, expression: Any) -> Derivation:
        """The same derivation with line ``index`` (1 is the first after the start) replaced."""
        steps = list(self.steps)
        steps[index - 1] = replace(steps[index - 1], expression=expression)
        return replace(self, steps=tuple(steps))

    def mutants(self) -> Iterator[Mutant]:
        """Wrong variants: every line after the start, and the published formula, changed in one place."""
        for description, expression in mutations(self.final):
            yield Mutant(f"published formula: {description}", 0, expression, self.with_final(expression))
        for i, step in enumerate(self.steps, start=1):
            for description, expression in mutations(step.expression):
                yield Mutant(f"step {i}: {description}", i, expression, self.with_step(i, expression))

    def latex(self) -> str:
        """The derivation as an aligned display, a rule name at each line."""
        rows = [rf"& {printed(self.start)} \\"]
        for step in self.steps:
            rows.append(
                rf"{_SIGNS[step.rule.relation]}\; & {printed(step.expression)} && \text{{({step.rule.name})}} \\"
            )
        return "\\begin{aligned}\n" + "\n".join(rows) + "\n\\end{aligned}"

    def _symbolic_reasons(self) -> list[str]:
        """For each step and the published formula: why it is rejected, or an empty string."""
        reasons = [self.objection(index) for index in range(1, len(self.steps) + 2)]
        try:
            _ = self.relation
        except RuleFailure as failure:
            reasons[-1] = reasons[-1] or str(failure)
        return reasons

    def _check_line(self, index: int) -> None:
        before = self.lines[index - 1]
        if index <= len(self.steps):
            step = self.steps[index - 1]
            step.rule.check(before, step.expression, self.ordering, self.same)
        elif not self.same(before, self.final, self.ordering):
            raise RuleFailure(f"the last line {shown(before)} is not the published {shown(self.final)}")

    def objection(self, index: int) -> str:
        """Why line ``index`` is rejected symbolically, or an empty string; the last index is the published formula."""
        try:
            self._check_line(index)
        except (RuleFailure, NotSettled, IllShaped, UnusableRequest) as failure:
            return str(failure) or type(failure).__name__
        return ""

    def drawn(self, seed: int, count: int) -> Iterator[Valuation]:
        """Valuations that satisfy the assumptions."""
        if self.valuations is not None:
            yield from self.valuations(self, seed)
            return
        stream = random.Random(f"{self.claim}|{seed}")
        solutions = list(self.ordering.solutions(0, 4))
        free = _free_symbols((*self.lines, self.final)) - set(self.ordering.symbols)
        for solution in stream.sample(solutions, min(count, len(solutions))):
            sizes = {symbol: stream.randint(1, 3) for symbol in sorted(free, key=str)}
            depth = solution.get(L, sizes.get(L, 3))
            widths = tuple(stream.randint(1, 3) for _ in range(depth + 1))
            yield Valuation({**sizes, **solution}, widths, seed=stream.randrange(2**32))


def _free_symbols(expressions: tuple[Any, ...]) -> set[Symbol]:
    found: set[Symbol] = set()
    for expression in expressions:
        if isinstance(expression, Basic):
            found |= expression.atoms(Symbol)
    return found


def _value(compute: Callable[[Any, Valuation], Any], line: Any, valuation: Valuation) -> Any:
    """The value of a line, or the error that says why it has none."""
    try:
        return compute(line, valuation)
    except (ValueError, IndexError, TypeError, KeyError, ArithmeticError) as error:
        return error


def _difference(before: Any, after: Any, relation: Relation, valuation: Valuation) -> str:
    where = f"at widths {valuation.widths}, {valuation.symbols}"
    for value in (before, after):
        if isinstance(value, Exception):
            return f"no value {where}: {value}"
    if np.shape(before) != np.shape(after):
        return f"shapes {np.shape(before)} and {np.shape(after)} {where}"
    if relation == "=":
        return "" if bool(np.all(np.asarray(before == after))) else f"the values differ {where}"
    holds = before <= after if relation == "<=" else before >= after
    return "" if holds else f"{before} {relation} {after} fails {where}"
