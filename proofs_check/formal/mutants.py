"""Wrong statements, made from the theorems: with a wrong formula, without a hypothesis, or with another conclusion.

A formula is mutated as everywhere in the project (``RankFormula.mutants``) and takes its place in ``formulas.v``, a
block of the Hessian in ``block_formulas.v``, so
that all proofs are tried on it as they stand; the first file that speaks of the formula must fail. A hypothesis is
replaced by ``true``, so that the proof fails only where the hypothesis is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice, product

from hessproof.proofs_check.formal import blocks
from hessproof.proofs_check.formal.formulas import IDS, Unprintable, definition, parameters, source
from hessproof.proofs_check.formal.sources import Statement, all_statements, read, statements, without_comments
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formula import RankFormula
from hessproof.symbolic.formulas import FORMULAS

BLOCKS = "block_formulas.v"
"""The generated source with the Kronecker blocks."""
MOST = 4
"""Wrong formulas that are tried for each formula of a theorem."""
_IMPORT = re.compile(r"From\s+(?P<folder>Hessproof[\w.]*)\s+Require\s+(?:Import|Export)\s+(?P<names>[\w\s]+)\.")
_CHANGES = (("<>", "="), ("<=", "<"), (" + ", " - "))
_NETWORKS = tuple(Architecture(widths) for layers in (1, 2, 3) for widths in product((1, 2, 3), repeat=layers + 1))
_NO_VALUE = (ArithmeticError, TypeError, ValueError, LookupError)


@dataclass(frozen=True, slots=True)
class WrongStatement:
    """A theorem changed so that its proof must fail.

    Args:
        description: What was changed.
        files: The changed sources by name.
        target: The file in which the failure must lie: the theorem's, or the first that speaks of the formula. It is
            among the changed sources, if only as it stands.
        proof: The line of ``target`` on which the proof begins; for a wrong formula that of the first statement that
            speaks of it. An error before this line would mean that the change made no statement.
        last: The line on which that proof ends; for a wrong formula the last of the file.
    """

    description: str
    files: Mapping[str, str]
    target: str
    proof: int
    last: int

    def caught(self, file: str, line: int) -> bool:
        """Whether an error at this place rejects the wrong statement."""
        return file == self.target and self.proof <= line <= self.last


def mutants(theorem: str, most: int = MOST) -> tuple[WrongStatement, ...]:
    """Wrong variants of a theorem.

    Args:
        theorem: Its full name.
        most: How many wrong variants of each formula in it.

    Raises:
        LookupError: If there is no such theorem.

    Example:
        >>> for wrong in mutants("Hessproof.paper.fact7.fact7_upper_bound", most=2):
        ...     print(wrong.target, wrong.description)
        paper/fact7.v fact7: term -L*q**2 doubled
        paper/fact7.v fact7: r replaced by K
        paper/fact7.v < for <=
        paper/fact7.v the contrary
    """
    statement = all_statements()[theorem]
    text = read()[statement.file]
    changed = [*_without_hypotheses(statement, text), *_with_another_conclusion(statement, text)]
    return (
        *_with_wrong_formulas(statement, most),
        *_with_wrong_blocks(statement, most),
        *(_changed(what, statement, wrong) for what, wrong in changed),
    )


def _changed(description: str, statement: Statement, text: str) -> WrongStatement:
    """A wrong statement from the changed text of the theorem's file."""
    [found] = [one for one in statements(statement.file, text) if one.name == statement.name]
    proof = found.line + found.text.count("\n") + 1
    lines = text.splitlines()
    last = next(number for number in range(proof, len(lines) + 1) if "Qed." in lines[number - 1])
    return WrongStatement(description, {statement.file: text}, statement.file, proof, last)


def wrong_formulas(formula: RankFormula, smaller: bool = False) -> Iterator[RankFormula]:
    """Variants of a formula that can be written in Coq with the same parameters and differ from it in value.

    Args:
        formula: The formula.
        smaller: Whether they must be smaller somewhere, so that they are no bound of what the formula bounds.
    """
    for mutant in formula.mutants():
        try:
            definition(mutant)
        except Unprintable:
            continue
        if parameters(mutant) == parameters(formula) and _differs(formula, mutant, smaller):
            yield mutant


@cache
def _wrong(name: str, smaller: bool) -> tuple[RankFormula, ...]:
    return tuple(wrong_formulas(FORMULAS[name], smaller))


def _differs(formula: RankFormula, mutant: RankFormula, smaller: bool) -> bool:
    if formula.quantity in {"z_matrix", "flag"} or "_chain" in formula.id:
        return True
    for architecture, data_rank, residual_rank, layer in _cases(formula.needs_layer):
        ranks = {"augmented_data_rank": data_rank + 1, "augmented_residual_rank": residual_rank}
        try:
            one = formula.evaluate(architecture, data_rank, residual_rank, layer, **ranks)
            other = mutant.evaluate(architecture, data_rank, residual_rank, layer, **ranks)
        except _NO_VALUE:
            continue
        if other < one if smaller else other != one:
            return True
    return False


def _cases(layers: bool) -> Iterator[tuple[Architecture, int, int, int]]:
    for architecture in _NETWORKS:
        for data_rank in range(architecture.inputs + 1):
            for residual_rank in range(min(data_rank, architecture.outputs) + 1):
                for layer in range(1, architecture.layers + 1) if layers else (1,):
                    yield architecture, data_rank, residual_rank, layer


def _with_wrong_formulas(statement: Statement, most: int) -> Iterator[WrongStatement]:
    bare = without_comments(statement.text).split(None, 2)[2]
    for name in IDS:
        if not _speaks_of(bare, name):
            continue
        first = next(file for file in needed(statement.file) if _speaks_of(_said(file), name))
        if first.startswith("paper/") and first != statement.file:
            # The formula is tried with the theorems of that file.
            continue
        smaller = re.search(rf"<=\s*\(?{name}\b", bare) is not None
        found = _wrong(name, smaller)
        for wrong in found[:: max(1, -(-len(found) // most))] if most else ():
            files = {"formulas.v": source({name: wrong}), first: read()[first]}
            yield WrongStatement(f"{name}: {wrong.mutation}", files, first, *_where(first, name))


def _with_wrong_blocks(statement: Statement, most: int) -> Iterator[WrongStatement]:
    """The same for the Kronecker blocks that are written from derivations."""
    bare = without_comments(statement.text).split(None, 2)[2]
    for name in blocks.LINES:
        if not _speaks_of(bare, name):
            continue
        first = next(file for file in needed(statement.file) if file != BLOCKS and _speaks_of(_said(file), name))
        if first.startswith("paper/") and first != statement.file:
            continue
        for what, expression in islice(blocks.wrong(name), most):
            files = {BLOCKS: blocks.source({name: expression}), first: read()[first]}
            yield WrongStatement(f"{name}: {what}", files, first, *_where(first, name))


def _where(file: str, name: str) -> tuple[int, int]:
    """The lines from the first proof of a statement that speaks of a formula to the end of the file."""
    text = read()[file]
    begins = (one.line + one.text.count("\n") + 1 for one in statements(file, text) if _speaks_of(one.text, name))
    return next(begins, 1), text.count("\n") + 1


def needed(file: str) -> list[str]:
    """A file after all files that it needs, directly or not, each after what it needs itself; without ``formulas.v``.

    Example:
        >>> needed("narrowest.v")
        ['narrowest.v']
    """
    order: list[str] = []

    def add(name: str) -> None:
        for found in _IMPORT.finditer(_bare(name)):
            folder = found["folder"].removeprefix("Hessproof").removeprefix(".")
            for word in found["names"].split():
                other = f"{folder}/{word}.v" if folder else f"{word}.v"
                if other not in order and other != "formulas.v":
                    add(other)
        if name not in order:
            order.append(name)

    add(file)
    return order


@cache
def _bare(file: str) -> str:
    return without_comments(read()[file])


@cache
def _said(file: str) -> str:
    """Without the imports: a file may have the name of a formula."""
    return _IMPORT.sub("", _bare(file))


def _speaks_of(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w'.]){name}(?![\w'])", text) is not None


def _without_hypotheses(statement: Statement, text: str) -> Iterator[tuple[str, str]]:
    for start, end in _hypotheses(without_comments(statement.text)):
        changed = f"{statement.text[:start]} true {statement.text[end:]}"
        words = " ".join(statement.text[start:end].split())
        yield f"without {words}", _replaced(text, statement, changed)


def _hypotheses(text: str) -> list[tuple[int, int]]:
    """Where the hypotheses of a statement begin and end: what stands left of an arrow, outside all brackets."""
    depth, begin, found = 0, None, []
    for place, sign in enumerate(text):
        if sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        elif depth == 0:
            if sign == (":" if begin is None else ","):
                begin = place + 1
            elif begin is not None and text.startswith("->", place):
                found.append((begin, place))
                begin = place + 2
    return found


def _with_another_conclusion(statement: Statement, text: str) -> Iterator[tuple[str, str]]:
    """A sharper relation, the other sign, or the contrary."""
    bare = without_comments(statement.text)
    hypotheses = _hypotheses(bare)
    start = hypotheses[-1][1] + 2 if hypotheses else _outside_brackets(bare).index(":") + 1
    given, conclusion = statement.text[:start], statement.text[start:].removesuffix(".")
    for old, new in _CHANGES:
        if conclusion.count(old) == 1:
            yield (
                f"{new.strip()} for {old.strip()}",
                _replaced(text, statement, f"{given}{conclusion.replace(old, new)}."),
            )
    yield "the contrary", _replaced(text, statement, f"{given} ~ ({conclusion}).")


def _outside_brackets(text: str) -> str:
    """The text with everything in brackets blanked out."""
    depth, kept = 0, []
    for sign in text:
        depth += sign in "([{"
        kept.append(" " if depth else sign)
        depth -= sign in ")]}"
    return "".join(kept)


def _replaced(text: str, statement: Statement, new: str) -> str:
    place = sum(len(line) for line in text.splitlines(keepends=True)[: statement.line - 1])
    place = text.index(statement.text, place)
    return text[:place] + new + text[place + len(statement.text) :]
