"""The Coq sources: which files there are, what they say, and whether they take anything on trust."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

THEORIES = Path(__file__).with_name("theories")
LIBRARY = "Hessproof"
"""The logical name of the folder ``theories``."""

_NAMED = r"(?:Theorem|Corollary|Lemma|Proposition|Fact|Remark)\s+(?P<name>[\w']+)"
_STATEMENT = re.compile(rf"^\s*{_NAMED}\b.*?(?=^\s*Proof\b)", re.DOTALL | re.MULTILINE)
_COMMENT = re.compile(r"\(\*|\*\)")
_TRUSTED = re.compile(
    r"\b(Admitted|admit|bypass_check|Guard\s+Checking|Positivity\s+Checking|Universe\s+Checking|Declare\s+ML|"
    r"native_compute|type_in_type)\b|"
    r"(?:(?<=\.)|^)\s*(?:(?:Local|Global|Polymorphic|Monomorphic)\s+)*"
    r"(Axioms?|Conjectures?|Parameters?|Load|Primitive|Symbols?)\s",
    re.MULTILINE,
)
_SECTION = re.compile(
    r"^\s*(?:Section\s+(?P<open>\w+)\s*\.|End\s+(?P<end>\w+)\s*\.|(?P<assumed>Variables?|Hypothes[ie]s|Context)\b)",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A theorem as its source gives it.

    Args:
        name: Its full name, ``Hessproof.paper.theorem5.column_bound``.
        file: Its file, relative to ``theories``.
        line: Where it begins.
        words: The comment before it.
        text: The statement, up to its proof.
    """

    name: str
    file: str
    line: int
    words: str
    text: str


@dataclass(frozen=True, slots=True)
class Trust:
    """Something that a source takes on trust."""

    file: str
    line: int
    what: str


def read(folder: Path = THEORIES) -> dict[str, str]:
    """All sources by their name relative to ``folder``, sorted.

    Example:
        >>> "paper/fact7.v" in read()
        True
    """
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.v"))
    }


def digest(sources: Mapping[str, str]) -> str:
    """A hash of all sources and their names, 64 hexadecimal digits."""
    total = hashlib.sha256()
    for name in sorted(sources):
        total.update(f"{name}\0{sources[name]}\0".encode())
    return total.hexdigest()


def module(file: str) -> str:
    """The full name of a file's module.

    Example:
        >>> module("paper/theorem5.v")
        'Hessproof.paper.theorem5'
    """
    return ".".join((LIBRARY, *file.removesuffix(".v").split("/")))


def without_comments(text: str) -> str:
    """The text with comments blanked out, so that lines keep their numbers. Comments may be nested.

    Example:
        >>> without_comments("a (* b (* c *) d *) e").split()
        ['a', 'e']
    """
    depth, place, kept = 0, 0, []
    for mark in (*_COMMENT.finditer(text), None):
        end = len(text) if mark is None else mark.start()
        piece = text[place:end]
        kept.append(piece if depth == 0 else re.sub(r"[^\n]", " ", piece))
        if mark is None:
            break
        kept.append("  ")
        depth += 1 if mark[0] == "(*" else -1 if depth else 0
        place = mark.end()
    return "".join(kept)


def statements(file: str, text: str) -> Iterator[Statement]:
    r"""The theorems, lemmas and corollaries of a file, in order.

    Example:
        >>> [one] = statements("x.v", "(* True. *)\nLemma easy : True.\nProof. by []. Qed.\n")
        >>> one.name, one.line, one.words, one.text
        ('Hessproof.x.easy', 2, 'True.', 'Lemma easy : True.')
    """
    bare = without_comments(text)
    for found in _STATEMENT.finditer(bare):
        start = found.start() + len(found[0]) - len(found[0].lstrip())
        shown = text[start : found.end()].rstrip()
        line = text.count("\n", 0, start) + 1
        yield Statement(f"{module(file)}.{found['name']}", file, line, _words_before(text, start), shown)


def _words_before(text: str, place: int) -> str:
    """The comment that ends right before a place, joined to one paragraph; empty if there is none."""
    before = text[:place].rstrip()
    comments: list[str] = []
    while before.endswith("*)"):
        start = before.rfind("(*")
        comments.insert(0, before[start + 2 : -2].strip(" *\n"))
        gap = before[:start]
        if not gap.endswith("\n") or gap.endswith("\n\n"):
            break
        before = gap.rstrip()
    return " ".join(" ".join(comments).split())


def trusted(file: str, text: str) -> Iterator[Trust]:
    r"""What a source takes on trust: axioms, admitted proofs, switched-off checks, variables outside a section.

    Example:
        >>> [found.what for found in trusted("x.v", "Lemma a : False.\nAdmitted.\nVariable b : nat.\n")]
        ['Admitted', 'Variable outside a section']
    """
    bare = without_comments(text)
    found = [
        (mark.start(mark.lastindex or 0), " ".join(mark[mark.lastindex or 0].split()))
        for mark in _TRUSTED.finditer(bare)
    ]
    sections: list[str] = []
    for mark in _SECTION.finditer(bare):
        if mark["open"]:
            sections.append(mark["open"])
        elif mark["end"] in sections:
            sections.remove(mark["end"])
        elif mark["assumed"] and not sections:
            found.append((mark.start("assumed"), f"{mark['assumed']} outside a section"))
    for place, what in sorted(found):
        yield Trust(file, bare.count("\n", 0, place) + 1, what)


@cache
def all_statements() -> dict[str, Statement]:
    """Every statement of the project's sources by its full name."""
    return {one.name: one for file, text in read().items() for one in statements(file, text)}
