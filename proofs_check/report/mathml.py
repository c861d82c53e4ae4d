r"""LaTeX to MathML, at the time when the report is written, so that the page needs no script and no network.

The conversion is latex2mathml's. Around it this module does what a page of unknown origin needs: text is escaped,
elements and attributes outside a fixed list are refused or dropped, and whatever the converter did not understand is
an error instead of a stray backslash in a formula. It also sets spacing that browsers following MathML Core would
otherwise get wrong (``\operatorname``, limits of sums, alignment of columns).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from xml.etree import ElementTree

from latex2mathml.converter import convert_to_element

from hessproof.proofs_check.report.text import clean
from hessproof.symbolic.errors import UnusableRequest

_ELEMENT_NAMES = (
    "math mrow mi mn mo mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mmultiscripts "
    "mprescripts none mtable mtr mtd mstyle mpadded mphantom menclose"
)
_ATTRIBUTE_NAMES = (
    "display mathvariant stretchy fence form accent accentunder minsize maxsize lspace rspace width height depth "
    "voffset linethickness displaystyle scriptlevel columnalign rowspacing columnspacing columnlines symmetric "
    "separator movablelimits notation"
)
_ELEMENTS, _ATTRIBUTES = frozenset(_ELEMENT_NAMES.split()), frozenset(_ATTRIBUTE_NAMES.split())
_ALIGNED = {"aligned": "align*", "split": "align*", "gathered": "align*"}
_LIMITS = frozenset({"∑", "∏", "⨁", "⨂", "⋃", "⋂", "min", "max", "sup", "inf", "lim"})
_SCRIPTS = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
_OPENING = frozenset("([{|‖")
_CLOSING = frozenset(")]}|‖")
_CHILDREN = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2, "munderover": 3}
_ACCENTS = {"^": "^", "~": "~", "¯": "‾", "―": "‾", "˙": "˙", "→": "→"}
_FIRST_LETTERS = {"bold": (0x1D400, 0x1D41A), "bold-italic": (0x1D468, 0x1D482), "script": (0x1D4D0, 0x1D4EA)}
_THIN = "0.1667em"


@lru_cache(maxsize=4096)
def mathml(latex: str, *, display: bool = False) -> str:
    r"""MathML of ``latex``, as text ready to be put into a page.

    Args:
        latex: Mathematics without dollar signs.
        display: Whether it stands on a line of its own.

    Raises:
        UnusableRequest: If the converter cannot express it.

    Example:
        >>> mathml(r"q \le r")
        '<math display="inline"><mrow><mi>q</mi><mo>≤</mo><mi>r</mi></mrow></math>'
        >>> mathml(r"\nonsense")
        Traceback (most recent call last):
        ...
        hessproof.symbolic.errors.UnusableRequest: LaTeX '\\nonsense': expected commands that MathML can express; \nonsense is not one
    """  # noqa: E501
    try:
        root = convert_to_element(_prepared(latex), display="block" if display else "inline")
    except Exception as error:  # the converter raises a dozen types, some of them IndexError
        raise _refused(latex, f"the converter stopped with {type(error).__name__}") from error
    root.attrib.pop("xmlns", None)
    for element in root.iter():
        _decode(element, latex)
    for element in root.iter():
        _space_row(element)
        _set_scripts(element)
    return ElementTree.tostring(root, encoding="unicode")


def renders(latex: str) -> bool:
    """Whether `mathml` accepts ``latex``."""
    try:
        mathml(latex)
    except UnusableRequest:
        return False
    return True


def _prepared(latex: str) -> str:
    latex = re.sub(r"\\(math[a-z]+|boldsymbol)\s+([A-Za-z])", r"\\\1{\2}", clean(latex).strip())
    latex = re.sub(r"\\mathrm\{([A-Za-z ]+)\}", r"\\text{\1}", latex)
    for name, substitute in _ALIGNED.items():
        latex = latex.replace(f"{{{name}}}", f"{{{substitute}}}")
    return latex


def _decode(element: ElementTree.Element, latex: str) -> None:
    """Turn the converter's entities into characters; refuse what it did not understand."""
    if element.tag not in _ELEMENTS:
        raise _refused(latex, f"<{element.tag}> is no element of MathML that a page may hold")
    if len(element) != _CHILDREN.get(element.tag, len(element)):
        raise _refused(latex, f"<{element.tag}> lacks an argument")
    if element.get("linebreak"):
        raise _refused(latex, r"\\ outside an environment is not one; use aligned")
    for name in list(element.attrib):
        if name not in _ATTRIBUTES:
            del element.attrib[name]
    element.text = html.unescape(element.text) if element.text else None
    text = element.text or ""
    if element.tag != "mtext" and ("\\" in text or text == "&"):
        raise _refused(latex, f"{text} is not one")
    if element.tag == "mtd" and (alignment := element.attrib.pop("columnalign", None)) in ("left", "right"):
        element.set("class", alignment)
    if element.tag == "mi" and len(text) == 1 and text in "⟹⟺":
        element.tag = "mo"
    if element.tag == "mo" and text == "∂":
        element.tag = "mi"
    if element.tag == "mo" and text == "‖":
        element.attrib.update(lspace="0", rspace="0")
    if element.tag == "mi" and len(text) == 1 and element.get("mathvariant") in _FIRST_LETTERS:
        element.text = _styled(text, element.attrib.pop("mathvariant"))


def _styled(letter: str, variant: str) -> str:
    """The character that MathML Core wants in place of ``mathvariant``, which it knows only as ``normal``."""
    upper, lower = _FIRST_LETTERS[variant]
    if "A" <= letter <= "Z":
        return chr(upper + ord(letter) - ord("A"))
    return chr(lower + ord(letter) - ord("a")) if "a" <= letter <= "z" else letter


def _space_row(row: ElementTree.Element) -> None:
    """Thin spaces around named operators, as TeX sets them: none next to parentheses, relations and the ends."""
    if row.tag not in ("mrow", "math", "mtd"):
        return
    children = list(row)
    for before, child, after in zip([None, *children], children, [*children[1:], None], strict=False):
        operator = _core(child)
        if operator is None or not _is_word(operator):
            continue
        previous = None if before is None else _core(before)
        tight_left = before is None or (previous is not None and previous.text not in _CLOSING)
        following = None if after is None else _core(after)
        tight_right = after is None or (following is not None and (following.text or "") in _OPENING)
        operator.attrib.update(form="prefix", lspace="0" if tight_left else _THIN, rspace="0" if tight_right else _THIN)


def _set_scripts(element: ElementTree.Element) -> None:
    """Limits of sums, products, minima go under and over where the line leaves room; hats sit on their letter."""
    if element.tag in _SCRIPTS and element[0].tag == "mo" and element[0].text in _LIMITS:
        element.tag = _SCRIPTS[element.tag]
        element[0].set("movablelimits", "true")
    if element.tag == "mover" and element[1].tag == "mo" and (element[1].text or "") in _ACCENTS:
        element.set("accent", "true")
        element[1].text = _ACCENTS[element[1].text or ""]
        if len("".join(element[0].itertext())) == 1:
            element[1].set("stretchy", "false")
    if element.tag in _SCRIPTS:
        for script in element[1:]:
            for operator in script.iter("mo"):
                operator.attrib.update(lspace="0", rspace="0")


def _core(element: ElementTree.Element) -> ElementTree.Element | None:
    """The operator that ``element`` is, or is built around."""
    for inner in _bases(element):
        if inner.tag == "mo":
            return inner
    return None


def _bases(element: ElementTree.Element) -> Iterator[ElementTree.Element]:
    yield element
    while element.tag in {*_SCRIPTS, *_SCRIPTS.values()} and len(element):
        element = element[0]
        yield element


def _is_word(operator: ElementTree.Element) -> bool:
    return len(operator.text or "") > 1 and (operator.text or "").replace("\u00a0", "").isalpha()


def _refused(latex: str, why: str) -> UnusableRequest:
    shown = latex if len(latex) <= 80 else latex[:79] + "…"
    return UnusableRequest(f"LaTeX {shown!r}", "commands that MathML can express", why)
