"""LaTeX becomes MathML, or is refused; it never becomes something else."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hessproof.proofs_check.catalogue import CLAIMS
from hessproof.proofs_check.report.mathml import mathml
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.formulas import FORMULAS

PIECES = st.sampled_from(
    [
        "a", "W^{L:l+1}", r"\otimes", r"\operatorname{rk}", "(", ")", "{", "}", "_", "^", "&", r"\\", r"\frac", "é",
        r"\text{<i>}", r"\begin{cases}", r"\end{cases}", r"\hat", r"\sum", "<", ">", '"', "'",
        r"\href{javascript:x}{y}", r"\style{x}{y}", r"\unknown", "\x00", "%", "$", "#", r"\left(", r"\right)",
        r"\mathrm{vec}", r"\color{red}",
    ]
)  # fmt: skip


@pytest.mark.parametrize("claim", sorted(CLAIMS))
def test_every_statement_of_the_catalogue_renders(claim: str) -> None:
    statements = [CLAIMS[claim].statement, *(part.statement for part in CLAIMS[claim].parts)]
    for statement in statements:
        ElementTree.fromstring(mathml(statement, display=True))


@pytest.mark.parametrize("name", sorted(FORMULAS))
def test_every_formula_renders(name: str) -> None:
    for latex in (FORMULAS[name].latex, *FORMULAS[name].definitions_latex):
        ElementTree.fromstring(mathml(latex))


@given(st.lists(PIECES, max_size=8).map(" ".join))
def test_whatever_comes_is_well_formed_or_refused(latex: str) -> None:
    try:
        text = mathml(latex)
    except UnusableRequest:
        return
    root = ElementTree.fromstring(text)
    assert root.tag == "math"
    assert not {"href", "style", "onclick", "src"} & {name for element in root.iter() for name in element.attrib}
    assert not {"script", "a", "i", "b", "img"} & {element.tag for element in root.iter()}


@pytest.mark.parametrize(
    "latex", [r"\nonsense", r"\frac{1}", "{", "a & b", r"a \\ b", r"\begin{cases} a", r"\middle|", r"\sqrt", "x_"]
)
def test_what_mathml_cannot_say_is_refused(latex: str) -> None:
    with pytest.raises(UnusableRequest, match="commands that MathML can express"):
        mathml(latex)


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\mathrm{vec}_r", "<msub><mtext>vec</mtext><mi>r</mi></msub>"),
        (r"\text{a<b & c}", "<mtext>a&lt;b\N{NO-BREAK SPACE}&amp;\N{NO-BREAK SPACE}c</mtext>"),
        (r"\mathcal L", "<mi>ℒ</mi>"),
        (r"\boldsymbol{x}", "<mi>𝒙</mi>"),
        (r"\sum_{l=1}^L l", '<munderover><mo movablelimits="true">∑</mo>'),
        (r"2 \operatorname{rk} A", '<mn>2</mn><mo form="prefix" lspace="0.1667em" rspace="0.1667em">rk</mo><mi>A</mi>'),
        (r"\operatorname{rk}(A)", '<mo form="prefix" lspace="0" rspace="0">rk</mo><mo stretchy="false">(</mo>'),
        (r"W^{k+1}", '<msup><mi>W</mi><mrow><mi>k</mi><mo lspace="0" rspace="0">+</mo><mn>1</mn></mrow></msup>'),
        (r"\begin{aligned} a &= b \end{aligned}", '<mtd class="right"><mi>a</mi></mtd><mtd class="left">'),
        (r"\hat{q}", '<mover accent="true"><mrow><mi>q</mi></mrow><mo stretchy="false">^</mo></mover>'),
        (r"\href{javascript:x}{y}", "<mrow><mi>y</mi></mrow>"),
    ],
)
def test_conversions(latex: str, expected: str) -> None:
    assert expected in mathml(latex)


def test_display_is_marked() -> None:
    assert mathml("a", display=True).startswith('<math display="block">')
    assert mathml("a").startswith('<math display="inline">')
