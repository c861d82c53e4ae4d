"""Wrong variants of everything that can pass, what caught each, and the survivors, as a Markdown table.

    python -m hessproof.proofs_check.mutants --out docs/mutants.md

Variants are generated from the rank formulas, from the Hessian blocks and from every line of the derivations; none is
picked by hand.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from hessproof.proofs_check.model.evidence import Mutant
from hessproof.proofs_check.mutant_blocks import KINDS, block_mutants
from hessproof.proofs_check.mutant_formulas import formula_mutants
from hessproof.proofs_check.surveys.plan import plan
from hessproof.proofs_check.surveys.record import Record
from hessproof.proofs_check.surveys.survey import run
from hessproof.symbolic import functional_rank, outer_rank, tensor_flag, z_lemma
from hessproof.symbolic.blocks import derivations
from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.formulas import FORMULAS

Report = Callable[[str], None]


@dataclass(frozen=True)
class Judged:
    """All variants of one formula, kind of block or derivation.

    Args:
        family: ``formula``, ``block`` or ``derivation``.
        source: Id of what was changed.
        mutants: Each variant with what caught it.
    """

    family: str
    source: str
    mutants: tuple[Mutant, ...]

    @property
    def caught(self) -> int:
        """How many were caught."""
        return sum(mutant.caught for mutant in self.mutants)

    @property
    def survivors(self) -> tuple[Mutant, ...]:
        """Those that were not, each with the reason."""
        return tuple(mutant for mutant in self.mutants if not mutant.caught)


def derivation_mutants(derivation: Derivation) -> Iterator[Mutant]:
    """Judge every variant of a derivation's lines and published formula, symbolically; numbers explain survivors.

    Example:
        >>> found = list(derivation_mutants(derivations()["eq1"]))
        >>> len(found) > 5, all(mutant.caught for mutant in found)
        (True, True)
    """
    for mutant in derivation.mutants():
        why = mutant.rejection()
        if why:
            yield Mutant(description=mutant.description, caught=True, by=f"derivation, {why}")
        elif mutant.differs(derivation):
            yield Mutant(description=mutant.description, caught=False, by="NOT CAUGHT: another value, yet accepted")
        else:
            yield Mutant(description=mutant.description, caught=False, by="equal in value: the checker proves it equal")


def rank_derivations() -> dict[str, Derivation]:
    """The derivations of the rank theorems, by name."""
    found = {
        "lemma1": z_lemma.lemma1(),
        "tensor_flag.base": tensor_flag.base(),
        "tensor_flag.induction": tensor_flag.induction_step(),
        "thm3.rank": outer_rank.a_o_rank(),
        "thm3.closed": outer_rank.thm3_closed(),
        "thm3.gap": outer_rank.thm3_gap(),
        "kernel_matrix": outer_rank.kernel_matrix_rank(),
        "interval_flag": outer_rank.interval_flag(),
        "cor4": outer_rank.outer_rank(),
        "cor6": functional_rank.cor6(),
        "cor6.two_layers": functional_rank.two_layers(),
    }
    return found | {f"thm5.{place}": functional_rank.thm5(place) for place in get_args(functional_rank.Place)}


def with_lemmas(named: Mapping[str, Derivation]) -> dict[str, Derivation]:
    """The derivations and, once each, the lemmas that they rest on, under the name and the lemma's title.

    Example:
        >>> [name for name in with_lemmas({"eq4": derivations()["eq4"]})]
        ['eq4', 'eq4: gradient of the loss']
    """
    found = dict(named)
    known = {derivation.title for derivation in named.values()}
    waiting = list(named.items())
    while waiting:
        name, derivation = waiting.pop(0)
        for lemma in derivation.lemmas:
            if lemma.title not in known:
                known.add(lemma.title)
                found[f"{name.partition(':')[0]}: {lemma.title}"] = lemma
                waiting.append((name, lemma))
    return found


def judge(
    records: Sequence[Record], families: Sequence[str] = ("formula", "block", "derivation"), tell: Report | None = None
) -> Iterator[Judged]:
    """Judge the variants of every formula, block and derivation.

    Args:
        records: A survey's records, moments first, for the formulas.
        families: Which families.
        tell: Told the name of each source before its variants are tried.
    """
    sources: list[tuple[str, str, Callable[[], Iterator[Mutant]]]] = []
    if "formula" in families:
        sources += [("formula", n, lambda f=f: formula_mutants(f, records)) for n, f in FORMULAS.items()]  # type: ignore[misc]
    if "block" in families:
        sources += [("block", kind, lambda kind=kind: block_mutants(kind)) for kind in KINDS]  # type: ignore[misc]
    if "derivation" in families:
        every = with_lemmas(derivations() | rank_derivations())
        sources += [("derivation", n, lambda d=d: derivation_mutants(d)) for n, d in every.items()]  # type: ignore[misc]
    for family, name, variants in sources:
        if tell is not None:
            tell(f"{family} {name}")
        yield Judged(family, name, tuple(variants()))


def markdown(judged: Sequence[Judged]) -> str:
    """A summary, the survivors with their reasons, and every variant with what caught it."""
    total, caught = sum(len(one.mutants) for one in judged), sum(one.caught for one in judged)
    lines = [
        "# Mutants",
        "",
        "Whatever can pass has been seen to fail. Wrong variants are generated from the rank formulas, the Hessian",
        "blocks and the lines of the derivations; the table says what caught each. Made by",
        "`python -m hessproof.proofs_check.mutants --out docs/mutants.md`.",
        "",
        f"{total} variants, {caught} caught, {total - caught} survivors.",
        "",
        "| source | variants | caught | survivors |",
        "|---|---:|---:|---:|",
    ]
    lines += [f"| {o.family} `{o.source}` | {len(o.mutants)} | {o.caught} | {len(o.survivors)} |" for o in judged]
    lines += ["", "## Survivors", "", "| source | variant | why nothing tells it apart |", "|---|---|---|"]
    lines += [
        f"| {one.family} `{one.source}` | {_cell(m.description)} | {_cell(m.by)} |"
        for one in judged
        for m in one.survivors
    ]
    listed = [one for one in judged if one.family != "derivation"] or list(judged)
    lines += ["", "## Every variant", ""]
    if len(listed) < len(judged):
        lines += ["Those of the derivations are listed by the same command with `--family derivation`.", ""]
    for one in listed:
        lines += [
            "<details>",
            f"<summary>{one.family} {one.source}: {one.caught} of {len(one.mutants)} caught</summary>",
            "",
            "| variant | caught by |",
            "|---|---|",
            *(f"| {_cell(m.description, 100)} | {_cell(m.by, 100) if m.caught else 'survivor'} |" for m in one.mutants),
            "",
            "</details>",
            "",
        ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the table; 1 if a wrong variant was accepted, 2 if the request was unusable."""
    parser = argparse.ArgumentParser(prog="python -m hessproof.proofs_check.mutants", description=__doc__)
    parser.add_argument("--profile", default="quick", help="records of which survey: quick, standard or thorough")
    parser.add_argument("--family", action="append", choices=("formula", "block", "derivation"))
    parser.add_argument("--out", type=Path, default=None, help="file to write, standard output if not given")
    given = parser.parse_args(arguments)
    try:
        families = tuple(given.family or ("formula", "block", "derivation"))
        records = run(plan(given.profile)).moments_first() if "formula" in families else ()
        judged = list(judge(records, families, lambda name: print(name, file=sys.stderr)))
        if given.out is None:
            print(markdown(judged))
        else:
            write_whole(given.out, markdown(judged))
    except UnusableRequest as problem:
        print(problem, file=sys.stderr)
        return 2
    return int(any(mutant.by.startswith("NOT CAUGHT") for one in judged for mutant in one.survivors))


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is either the old one or the new one, never half of it.

    Raises:
        UnusableRequest: If the folder is missing or cannot be written.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    except OSError as problem:
        raise UnusableRequest(f"file {path}", "a file that can be written", str(problem)) from None


def _cell(text: str, limit: int = 1000) -> str:
    """Text that a table can hold, cut at ``limit`` characters."""
    shown = text if len(text) <= limit else text[: limit - 1] + "…"
    return shown.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


if __name__ == "__main__":
    sys.exit(main())
