"""How a row of the catalogue is written down: a claim of a paper, made of its parts."""

from __future__ import annotations

from collections.abc import Callable

from hessproof.proofs_check.model.claim import ANYWHERE, Case, Claim, Part, Quantifier, Region

EVERY, GENERIC, DISTRIBUTION = Quantifier.EVERY, Quantifier.GENERIC, Quantifier.DISTRIBUTION


def everywhere(case: Case) -> bool:
    """The domain that leaves nothing out."""
    return True


def part(
    key: str,
    quantifier: Quantifier,
    statement: str,
    text: str,
    *,
    assumptions: tuple[str, ...] = (),
    domain: str = "every architecture",
    regions: tuple[Region, ...] = (ANYWHERE,),
    inside: Callable[[Case], bool] = everywhere,
    quantity: str | None = None,
    relation: str | None = None,
    formula: str | None = None,
) -> Part:
    """One statement of a claim, in the order in which a reader wants it: for whom, what, in words.

    ``domain`` says in words what ``inside`` decides.
    """
    return Part(
        key=key,
        statement=statement,
        text=text,
        quantifier=quantifier,
        assumptions=assumptions,
        published_domain=domain,
        regions=regions,
        in_domain=inside,
        quantity=quantity,
        relation=relation,
        formula=formula,
    )


def row(
    id: str,
    where: str,
    original: str,
    statement: str,
    summary: str,
    *parts: Part | Quantifier,
    domain: str = "every architecture",
    assumptions: tuple[str, ...] = (),
    repairs: str | None = None,
    remarks: tuple[str, ...] = (),
) -> Claim:
    """A claim. A bare quantifier in place of the parts makes the whole statement its one part, ``main``.

    Example:
        >>> claim = row("singh2021.vec", "S2.5", "…", r"a = b", "A identity.", EVERY)
        >>> claim.paper, claim.parts[0].key, claim.parts[0].quantifier.value
        ('singh2021', 'main', 'every')
    """
    paper = id.partition(".")[0]
    whole = tuple(
        part("main", item, statement, summary, domain=domain, assumptions=assumptions)
        if isinstance(item, Quantifier)
        else item
        for item in parts
    )
    return Claim(
        id=id,
        paper=paper,
        where=where,
        original=original,
        statement=statement,
        summary=summary,
        parts=whole,
        repairs=repairs,
        remarks=remarks,
    )
