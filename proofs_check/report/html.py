"""The report as one HTML page that needs nothing else: no script, no network, no second file.

Everything on the page comes from a `Report`. Text is escaped by the template engine; mathematics passes through
`hessproof.proofs_check.report.mathml`, figures through `hessproof.proofs_check.report.figures`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from hessproof.proofs_check.model.claim import Quantifier
from hessproof.proofs_check.model.verdict import Verdict
from hessproof.proofs_check.report.details import compact, short_details, tables
from hessproof.proofs_check.report.figures import svg
from hessproof.proofs_check.report.mathml import mathml, renders
from hessproof.proofs_check.report.model import ClaimResult, DerivationRecord, Figure, Report
from hessproof.proofs_check.report.text import clean, excerpt, extent, number, seconds
from hessproof.symbolic.errors import UnusableRequest

GLYPHS = {
    Verdict.PROVED: "∎",
    Verdict.CERTIFIED: "✓",
    Verdict.CORROBORATED: "≈",
    Verdict.REPRODUCED: "↻",
    Verdict.REFUTED: "✗",
    Verdict.NOT_REPRODUCED: "≠",
    Verdict.UNDECIDED: "?",
    Verdict.VACUOUS: "∅",
    Verdict.NOT_CHECKED: "–",
}
"""A sign beside the word of each verdict, so that badges differ without colour."""

QUANTIFIERS = {
    Quantifier.EVERY: ("∀", "every parameter", "every"),
    Quantifier.GENERIC: ("a.e.", "almost all parameters", "almost all"),
    Quantifier.DISTRIBUTION: ("∼", "a distribution", "distribution"),
}
"""Sign, meaning and short name of each quantifier."""

_SCRIPTS = r"(?:[_^](?:\{[^{}\n]*\}|[A-Za-z0-9]))"
_INLINE = re.compile(
    r"\$([^$\n]+)\$|`([^`\n]+)`"
    rf"|(\\[A-Za-z]+(?:\{{[^{{}}\n]*\}})*{_SCRIPTS}*|(?<!\w)[^\W\d_]\u0302?{_SCRIPTS}+)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)?(?!\w)"
)
_COMMAND = re.compile(r"\\(?:text|operatorname|mathrm)\{[^{}]*\}|\\(?:begin|end)\{[^{}]*\}|_\{[^{}]*\}|\\[A-Za-z]+")
"""What may stand in LaTeX and holds letters that are no words."""
_PLAIN_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
SHOWN_CAUGHT = 12
"""So many caught variants of a check are listed on the page, beside all survivors."""


def render_html(report: Report) -> str:
    """The page of ``report``.

    Args:
        report: The run, and nothing else.

    Returns:
        A complete HTML document. The same report gives the same bytes.
    """
    papers = [
        {"id": paper, "title": report.papers.get(paper, paper), "results": list(results)}
        for paper, results in groupby(report.results, key=lambda result: result.paper)
    ]
    page = _environment().get_template("page.html.j2")
    return page.render(
        report=report,
        papers=papers,
        known={result.claim for result in report.results},
        place_of=_Places(),
        shown_caught=SHOWN_CAUGHT,
    )


class _Places:
    """Where each derivation stands on the page, so that one which several parts use is shown once."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def __call__(self, derivation: DerivationRecord) -> tuple[str, bool]:
        """Its anchor, and whether this is the first place."""
        key = derivation.model_dump_json()
        first = key not in self._known
        return self._known.setdefault(key, f"derivation-{len(self._known) + 1}"), first


def anchor(claim: str) -> str:
    """The fragment of a claim's section.

    Example:
        >>> anchor("singh2021.thm3"), anchor('a"><b')
        ('claim-singh2021.thm3', 'claim-a---b')
    """
    return "claim-" + re.sub(r"[^A-Za-z0-9._]", "-", claim)


def math(latex: str, *, display: bool = False) -> Markup:
    """MathML of ``latex``; its source as code where MathML cannot express it."""
    try:
        return Markup(mathml(latex, display=display))
    except UnusableRequest:
        return Markup('<code class="tex">{}</code>').format(clean(latex))


def prose(text: str) -> Markup:
    """Text with ``$mathematics$``, `` `code` `` and bare ``W^{k:l}`` set as such, everything else escaped.

    Example:
        >>> print(prose("for `q` < 3 &"))
        for <code>q</code> &lt; 3 &amp;
        >>> print(prose("M_1 of part_1"))
        <math display="inline"><mrow><msub><mi>M</mi><mn>1</mn></msub></mrow></math> of part_1
        >>> print(prose("M_W² < 1"))
        <math display="inline"><mrow><msubsup><mi>M</mi><mi>W</mi><mrow><mn>2</mn></mrow></msubsup></mrow></math> &lt; 1
    """
    pieces, position = [], 0
    text = clean(text)
    for match in _INLINE.finditer(text):
        pieces.append(Markup.escape(text[position : match.start()]))
        if match[2]:
            pieces.append(Markup("<code>{}</code>").format(match[2]))
        else:
            power = f"^{{{match[4].translate(_PLAIN_DIGITS)}}}" if match[4] else ""
            latex = match[1] or match[3] + power
            pieces.append(math(latex) if match[1] or renders(latex) else Markup.escape(match[0]))
        position = match.end()
    return Markup("").join([*pieces, Markup.escape(text[position:])])


def noted(text: str) -> Markup:
    r"""The note of a step: as mathematics if it is LaTeX throughout, as prose otherwise.

    Example:
        >>> print(noted(r"g > 0"))
        <math display="inline"><mrow><mi>g</mi><mo>&gt;</mo><mn>0</mn></mrow></math>
        >>> print(noted("what is computed"))
        what is computed
    """
    shortest = 3 if "\\" in text else 2
    word = re.search(rf"(?<![A-Za-z])[a-z]{{{shortest},}}", _COMMAND.sub(" ", text))
    return math(text) if word is None and not set("$`") & set(text) and renders(text) else prose(text)


def matrix(rows: Sequence[Sequence[str]], name: str = "") -> Markup:
    """A matrix of rationals as MathML, after its name (LaTeX) and an equals sign."""
    body = Markup("").join(
        Markup("<mtr>{}</mtr>").format(
            Markup("").join(Markup("<mtd><mn>{}</mn></mtd>").format(clean(entry).replace("-", "−")) for entry in row)
        )
        for row in rows
    )
    label = Markup("{}<mo>=</mo>").format(_inner(math(name))) if name else Markup("")
    return Markup("<math>{}<mrow><mo>[</mo><mtable>{}</mtable><mo>]</mo></mrow></math>").format(label, body)


def _inner(element: Markup) -> Markup:
    """The content of a ``<math>`` element."""
    return Markup(re.sub(r"^<math[^>]*>|</math>$", "", element))


def by_part(names: Sequence[str], result: ClaimResult) -> list[tuple[str, list[str]]]:
    """Regions grouped by the part that they belong to, in the order given; ``""`` for the claim as a whole."""
    keys = {part.key for part in result.parts} if len(result.parts) > 1 else set()
    groups: list[tuple[str, list[str]]] = []
    for name in names:
        key, _, region = name.partition(": ")
        key, region = (key, region or "everywhere") if key in keys else ("", name)
        if groups and groups[-1][0] == key:
            groups[-1][1].append(region)
        else:
            groups.append((key, [region]))
    return groups


def slug(verdict: str) -> str:
    """The verdict as a class name."""
    return verdict.replace(" ", "-")


def figures_of(report: Report, result: ClaimResult) -> list[Figure]:
    """The figures that belong to a claim."""
    return [figure for figure in report.figures if figure.claim == result.claim]


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("hessproof.proofs_check.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value,
    )
    environment.filters.update(
        anchor=anchor,
        math=math,
        prose=prose,
        noted=noted,
        matrix=matrix,
        number=number,
        seconds=seconds,
        compact=compact,
        short_details=short_details,
        tables=tables,
        slug=slug,
        excerpt=excerpt,
        svg=lambda figure: Markup(svg(figure)),
    )
    environment.globals.update(
        GLYPHS=GLYPHS,
        QUANTIFIERS=QUANTIFIERS,
        figures_of=figures_of,
        by_part=by_part,
        extent=extent,
        Verdict=Verdict,
    )
    return environment
