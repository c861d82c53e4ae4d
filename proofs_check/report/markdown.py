"""The report as Markdown, for reviews and diffs: the same facts in the same order, without figures drawn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from hessproof.proofs_check.model.claim import OWN, Quantifier
from hessproof.proofs_check.model.evidence import Counterexample, Evidence, Mutant, Tally
from hessproof.proofs_check.report.model import ClaimResult, DerivationRecord, Figure, PartResult, Report
from hessproof.proofs_check.report.text import clean, excerpt, extent, number, seconds

_ABOUT = {
    Quantifier.EVERY: "every parameter",
    Quantifier.GENERIC: "almost all parameters",
    Quantifier.DISTRIBUTION: "a distribution",
}
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~#])")


def render_markdown(report: Report) -> str:
    """The Markdown of ``report``: summary, a table of all claims, then a section for each."""
    lines = [*_head(report), *_overview(report), *_figures(report.figures), *_sections(report)]
    return "\n".join(lines).rstrip() + "\n"


def plain(text: str) -> str:
    r"""Text on one line in which Markdown sees nothing special.

    Example:
        >>> print(plain("a|b *c* <d>"))
        a\|b \*c\* \<d\>
    """
    return _SPECIAL.sub(r"\\\1", " ".join(clean(text).split()))


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table; the cells are Markdown already."""
    lines = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    return [*lines, *(f"| {' | '.join(cell or '—' for cell in row)} |" for row in rows), ""]


def _head(report: Report) -> Iterator[str]:
    yield "# hessproof report"
    yield ""
    libraries = ", ".join(f"{name} {version}" for name, version in report.environment.libraries.items())
    yield (
        f"{report.generated.strftime('%Y-%m-%d %H:%M %Z')}, profile {report.profile}, seed {report.seed}, "
        f"{report.jobs} processes, {seconds(report.seconds)}; hessproof {plain(report.environment.hessproof)}, Python "
        f"{plain(report.environment.python)}, {plain(report.environment.platform)}; {plain(libraries)}."
    )
    yield ""
    yield from _fence(report.command)
    off = report.disagreements
    if off:
        yield f"**{len(off)} of {len(report.results)} verdicts depart from the ledger:**"
        yield ""
        yield from (f"- {_link(item.claim)}: {plain(item.disagreement or 'not as expected')}" for item in off)
    else:
        yield "No verdict departs from the ledger."
    yield ""
    yield from table(
        ("claims", "verdict", "which means"),
        (
            (str(count), f"**{verdict}**", plain(report.definitions.get(verdict, "")))
            for verdict, count in report.counts().items()
        ),
    )


def _overview(report: Report) -> Iterator[str]:
    yield "## All claims"
    yield ""
    yield from table(
        ("claim", "where", "about", "verdict", "holds on", "fails on", "repaired by", "ledger"),
        (
            (
                _link(result.claim),
                plain(result.where),
                _ABOUT[result.quantifier],
                f"**{result.verdict}**",
                _joined(result.holds_on),
                _joined(result.fails_on),
                ", ".join(map(_link, result.repaired_by)),
                _ledger(result),
            )
            for result in report.results
        ),
    )


def _figures(figures: Sequence[Figure]) -> Iterator[str]:
    for figure in figures:
        numbers = figure.numbers()
        yield f"## {plain(figure.title)}"
        yield ""
        yield plain(figure.caption)
        yield ""
        shown = excerpt(numbers.rows)
        rows = ([plain(cell if isinstance(cell, str) else number(cell)) for cell in row] for row in shown)
        yield from table([plain(column) for column in numbers.columns], rows)
        if len(shown) < len(numbers.rows):
            yield f"{extent(len(shown), len(numbers.rows))}."
            yield ""


def _sections(report: Report) -> Iterator[str]:
    shown: set[str] = set()
    for result in report.results:
        yield f"## {plain(result.claim)}"
        yield ""
        yield (
            f"{plain(report.papers.get(result.paper, result.paper))}, {plain(result.where)}. About "
            f"{_ABOUT[result.quantifier]}: **{result.verdict}**. {plain(result.why)}"
        )
        yield ""
        yield from _fence(result.statement, "math")
        yield plain(result.summary)
        yield ""
        if result.original:
            yield f"> {plain(result.original)}"
            yield ""
        for title, lines in (("Remark", result.remarks), ("Holds on", result.holds_on), ("Fails on", result.fails_on)):
            yield from (f"- {title}: {plain(line)}" for line in lines)
        if result.repairs:
            yield f"- Repairs: {_link(result.repairs)}"
        yield ""
        for part in result.parts:
            yield from _part(part, shown, own=result.paper == OWN)


def _part(part: PartResult, shown: set[str], *, own: bool) -> Iterator[str]:
    """A part; ``shown`` are the derivations that stand above already."""
    yield f"### Part {plain(part.key)}: {part.verdict}"
    yield ""
    yield from _fence(part.statement, "math")
    under = f", under {', '.join(part.assumptions)}" if part.assumptions else ""
    stated = "Stated" if own else "Published"
    yield f"{plain(part.text)} {stated} for {plain(part.published_domain + under)}. {plain(part.why)}"
    yield ""
    if not part.evidence:
        yield "Not checked: no check of this statement ran."
        yield ""
        return
    names = list(Tally.model_fields)
    yield from table(
        ("route", "engine", "idea", "scope", *names, "time", "controls caught"),
        (_route(item) for item in part.evidence),
    )
    for item in part.evidence:
        yield from (f"- {plain(item.check)} missed: {plain(m.description)} ({plain(m.by)})" for m in _survivors(item))
        yield from (f"- {plain(item.check)} objects: {plain(text)}" for text in item.details.get("objections", []))
        for theorem in item.details.get("theorems", []):
            yield from _theorem(theorem)
        if item.counterexample:
            yield from _counterexample(item.counterexample)
    for derivation in part.derivations:
        if derivation.model_dump_json() in shown:
            yield ""
            yield f"Derivation: {plain(derivation.title)}, shown above."
        else:
            shown.add(derivation.model_dump_json())
            yield from _derivation(derivation)
    yield ""


def _route(item: Evidence) -> list[str]:
    words = [plain(item.check), item.engine.value, plain(item.idea)]
    if item.missing:
        return [*words, f"not checked: {plain(item.missing)}", *("—" for _ in Tally.model_fields), "—", "—"]
    counts = [number(getattr(item.tally, name)) for name in Tally.model_fields]
    caught = f"{len(item.controls) - len(_survivors(item))} of {len(item.controls)}"
    return [*words, plain(item.scope), *counts, plain(seconds(item.seconds)), caught]


def _counterexample(found: Counterexample) -> Iterator[str]:
    confirmed = f"Confirmed by {plain(found.confirmed_by)}." if found.confirmed_by else "Unconfirmed."
    yield ""
    kind = " with bias" if found.bias else ""
    kind += "".join(f", {name}" for name in (found.activation, found.loss) if name not in ("linear", "mse"))
    kind += f", r = {found.data_rank}, s = {found.residual_rank}" if found.about == "rank" else f", {found.about}"
    yield (
        f"Counterexample at {plain(found.place)}{plain(kind)}: "
        f"predicted {plain(str(found.predicted))}, measured {plain(str(found.measured))}. Smallest in the order: "
        f"{plain(found.order)}. {confirmed}"
    )
    yield ""
    names = "[W^{0} b^{0}]" if found.bias else "W^{0}"
    matrices = [(names.format(layer), weights) for layer, weights in enumerate(found.weights, start=1)]
    matrices += [(f"W^*{layer}", weights) for layer, weights in enumerate(found.reference_weights, start=1)]
    matrices += [("Sigma", found.sigma), ("Omega", found.omega), ("X", found.inputs), ("Y", found.targets)]
    shown = [f"{name} = [{'; '.join(', '.join(row) for row in rows)}]" for name, rows in matrices if rows]
    yield from _fence("\n".join([*shown, f"$ {found.reproduce}"]))


def _theorem(theorem: Mapping[str, Any]) -> Iterator[str]:
    """A theorem of the engine ``formal``."""
    yield ""
    yield f"Theorem `{theorem['name']}`, {plain(theorem['file'])}, line {theorem['line']}. {plain(theorem['words'])}"
    yield ""
    yield from _fence(theorem["statement"], "coq")
    yield f"Print Assumptions: {plain(theorem['assumptions'])}."
    yield ""


def _derivation(derivation: DerivationRecord) -> Iterator[str]:
    yield ""
    yield f"Derivation: {plain(derivation.title)}"
    yield ""
    for place, step in enumerate(derivation.steps, start=1):
        marks = ", ".join(
            f"{name} {'not checked' if value is None else 'holds' if value else '**fails**'}"
            for name, value in (("symbolic", step.symbolic), ("numeric", step.numeric))
        )
        sign = {"=": "", "<=": "≤ ", ">=": "≥ "}[step.relation]
        uses = f"; uses {plain(', '.join(step.assumptions))}" if step.assumptions else ""
        yield f"{place}. {sign}{plain(step.rule)}{': ' + plain(step.note) if step.note else ''}{uses} ({marks})"
        yield ""
        yield from ("   " + line if line else line for line in _fence(step.latex, "math"))


def _survivors(item: Evidence) -> list[Mutant]:
    return [mutant for mutant in item.controls if not mutant.caught]


def _ledger(result: ClaimResult) -> str:
    if result.agrees is None:
        return ""
    return "agrees" if result.agrees else f"**expected {result.expected}**" if result.expected else "**new**"


def _link(claim: str) -> str:
    return f"[{plain(claim)}](#{re.sub(r'[^a-z0-9_-]', '', claim.lower())})"


def _joined(names: Sequence[str]) -> str:
    return "; ".join(map(plain, names))


def _fence(text: str, language: str = "") -> list[str]:
    """A fenced block; its fence is longer than any run of backticks inside."""
    ticks = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    return [f"{ticks}{language}", *clean(text).splitlines(), ticks, ""]
